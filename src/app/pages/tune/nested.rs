//! The search itself judged: made anew in every fold, so that what it finds is judged on rows that had no part in it.

use super::digest;
use crate::parts::{Badge, Button, FigureText, Panel};
use crate::state::{Studio, storage::Beside, studio::Stamped};
use atelier::base::text;
use atelier::chart::format::digits;
use atelier::recipe::{Edit, Tune as Search, digest_of};
use atelier::report::{Nested, NestedFold};
use atelier::run::Ask;
use leptos::prelude::*;

/// What the outcome depends on, besides the candidate's other parameters.
fn stamp(studio: Studio, search: &Search) -> String {
    let judge = studio.recipe.with(|recipe| recipe.judge.clone());
    digest_of(&(digest(studio, search), judge))
}

/// Whether what is known is of the recipe's search as it is now.
pub fn is_fresh(studio: Studio) -> bool {
    let search = studio.recipe.with(|recipe| recipe.tune.clone());
    let known = studio.nested.with(|nested| nested.as_ref().map(|nested| nested.digest.clone()));
    search.zip(known).is_some_and(|(search, known)| stamp(studio, &search) == known)
}

async fn run(studio: Studio, search: Search) {
    let Some(owner) = studio.open_id() else { return };
    if studio.recipe.with_untracked(|recipe| recipe.tune.as_ref() != Some(&search)) {
        studio.edit(Edit::SetTune(Some(search.clone())));
    }
    let recipe = studio.recipe.get_untracked();
    let digest = untrack(|| stamp(studio, &search));
    let ended = studio.work::<Nested>("nested", Ask::Nested(Box::new(recipe)), &[]).await;
    if let Some((value, _)) = ended.filter(|_| studio.is_open(&owner)) {
        studio.nested.set(Some(Stamped { digest, value }));
        studio.keep_beside(Beside::Nested, &studio.nested.get_untracked()).await;
    }
}

/// The panel.
#[component]
pub fn NestedPanel(search: Memo<Option<Search>>, disabled: Signal<bool>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let start = move || {
        if let Some(search) = search.get_untracked() {
            leptos::task::spawn_local(run(studio, search));
        }
    };
    let found = Memo::new(move |_| studio.nested.with(|nested| nested.as_ref().map(|nested| nested.value.clone())));
    let fresh = Memo::new(move |_| is_fresh(studio));
    view! {
        <Panel title=text("nested.title") note=text("nested.note")
            tools=move || view! { <Show when=move || found.with(Option::is_some) && !fresh.get()><Badge text=text("page.state.stale") kind="warn"/></Show><Button label=text("nested.start") disabled=disabled on_click=start/> }>
            <div class="stack">
                {move || match found.get() {
                    Some(nested) => view! { <Outcome nested/> }.into_any(),
                    None => view! { <p class="muted small">{text("nested.start.help")}</p> }.into_any(),
                }}
            </div>
        </Panel>
    }
}

#[component]
fn Outcome(nested: Nested) -> impl IntoView {
    let sentences = nested.sentences().into_iter().map(|sentence| view! { <p>{sentence.to_string()}</p> }).collect_view();
    let lines = nested.worth.folds.into_iter().enumerate().map(|(place, fold)| view! { <Line number=place + 1 fold/> }).collect_view();
    view! {
        {sentences}
        <div class="scroll" tabindex="0" role="region" aria-label=text("nested.title")><table>
            <thead><tr><th scope="col">{text("nested.fold")}</th><th scope="col" class="num">{text("nested.inner")}</th><th scope="col" class="num">{text("nested.outer_score")}</th><th scope="col">{text("nested.chosen")}</th></tr></thead>
            <tbody>{lines}</tbody>
        </table></div>
    }
}

#[component]
fn Line(number: usize, fold: NestedFold) -> impl IntoView {
    let inner = fold.inner.map_or_else(|| text("page.missing_mark"), |score| digits(score, 3));
    let chosen = fold.chosen();
    view! { <tr><th scope="row">{number}</th><td class="num">{inner}</td><td class="num"><FigureText figure=fold.outer/></td><td class="muted">{chosen}</td></tr> }
}
