//! What a join comes to, before it is made: rows after it, rows with and without a partner, keys without one.

use super::super::thousands;
use super::Draft;
use crate::parts::ProblemHint;
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::run::JoinCounts;
use atelier::table::join::{Counts, How, Side};
use leptos::prelude::*;

/// The counts; the ones before stay while an answer is on its way.
#[component]
pub fn Counted(draft: Memo<Option<Draft>>, counts: RwSignal<Option<JoinCounts>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let main =
        Memo::new(move |_| studio.recipe.with(|recipe| recipe.sources.first().map(|source| source.name.clone()).unwrap_or_default()));
    view! {
        <div class="stack" role="status">
            {move || {
                let (found, draft) = (counts.get()?, draft.get()?);
                let problems = found.problems.iter().map(|problem| view! { <ProblemHint problem=problem.clone()/> }).collect_view();
                let counted = found.counts.clone().map(|counted| {
                    let outline = found.outline.clone();
                    let said = outline.map(|outline| Message::new("data.join.comes_to")
                        .with("before", thousands(counted.left.rows as usize)).with("rows", thousands(outline.rows as usize))
                        .with("added", outline.added.len()).with("columns", outline.columns).to_string());
                    view! {
                        <p>{said.map(|said| view! { <b>{said}</b> })}</p>
                        <Sides counted main=main.get() other=draft.source.name.clone() how=draft.how/>
                    }
                });
                let renamed = found.outline.as_ref().filter(|outline| !outline.renamed.is_empty()).map(|outline| {
                    let names: Vec<String> = outline.renamed.iter().take(6).map(|(_, now)| now.clone()).collect();
                    view! { <p class="muted small"><bdi>{Message::new("data.join.renamed").with("count", outline.renamed.len()).with("names", names.join(", ")).to_string()}</bdi></p> }
                });
                let nothing = found.counts.is_none() && found.problems.is_empty();
                Some(view! { {counted}{renamed}{problems}{nothing.then(|| view! { <p class="muted small">{text("data.join.no_keys")}</p> })} })
            }}
        </div>
    }
}

/// Both sides beside each other.
#[component]
fn Sides(counted: Counts, main: String, other: String, how: How) -> impl IntoView {
    let (left, right) = (counted.left.clone(), counted.right.clone());
    let row = |id: &'static str, of: &dyn Fn(&Side) -> u64| (text(id), thousands(of(&left) as usize), thousands(of(&right) as usize));
    let (lost_left, lost_right) = counted.lost(how);
    let lost = |count: u64| thousands(count as usize);
    let rows = vec![
        row("data.join.rows", &|side| side.rows),
        row("data.join.matched", &|side| side.matched),
        row("data.join.unmatched", &|side| side.unmatched),
        row("data.join.without_key", &|side| side.without_key),
        (text("data.join.lost"), lost(lost_left), lost(lost_right)),
        row("data.join.different", &|side| side.keys),
        row("data.join.repeated", &|side| side.repeated_keys),
    ];
    let multiplied = counted.multiplied(how);
    let examples = |side: &Side| side.unmatched_examples.iter().map(|key| key.join(" + ")).collect::<Vec<_>>().join(", ");
    let repeated = |side: &Side| side.repeated_examples.iter().map(|key| key.join(" + ")).collect::<Vec<_>>().join(", ");
    let texts = [
        ("data.join.unmatched_examples", examples(&left), examples(&right)),
        ("data.join.repeated_examples", repeated(&left), repeated(&right)),
    ];
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=text("data.join.counts")><table class="sides">
            <thead><tr><th scope="col">{text("data.join.counts")}</th><th scope="col" class="num mono"><bdi>{main}</bdi></th><th scope="col" class="num mono"><bdi>{other}</bdi></th></tr></thead>
            <tbody>
                {rows.into_iter().map(|(name, left, right)| view! { <tr><th scope="row">{name}</th><td class="num">{left}</td><td class="num">{right}</td></tr> }).collect_view()}
                <tr><th scope="row">{text("data.join.multiplied")}</th><td class="num">{thousands(multiplied as usize)}</td><td></td></tr>
                {texts.into_iter().filter(|(_, left, right)| !left.is_empty() || !right.is_empty()).map(|(id, left, right)| view! {
                    <tr><th scope="row">{text(id)}</th><td class="num keys mono"><bdi>{left}</bdi></td><td class="num keys mono"><bdi>{right}</bdi></td></tr>
                }).collect_view()}
            </tbody>
        </table></div>
    }
}
