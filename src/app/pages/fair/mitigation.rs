//! Reweighing tried: the same study with the step added, before beside after; kept by one edit.

use super::groups::verdict_badge;
use crate::parts::{Badge, Button, FigureText, Panel};
use crate::state::{Studio, studio::Stamped, trust::Trust};
use atelier::base::{Figure, Params, text};
use atelier::fair::Report;
use atelier::prepare::{Selector, Step};
use atelier::recipe::{Edit, Recipe, digest_of};
use atelier::run::{Ask, Fairness, Trained};
use leptos::prelude::*;

fn has_reweigh(recipe: &Recipe) -> bool {
    recipe.prepare.iter().any(|step| step.enabled && step.id == "reweigh")
}

/// The edit that adds the step behind the others.
fn adding(recipe: &Recipe) -> Edit {
    let step = Step { id: "reweigh".to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    Edit::InsertStep { at: recipe.prepare.len(), step }
}

/// The panel; for a class prediction only.
#[component]
pub fn Mitigation(fairness: Memo<Option<Fairness>>, class: RwSignal<usize>, place: Memo<usize>) -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let digest = Memo::new(move |_| super::digest(studio, class.get()).map(|digest| digest + "reweigh" + &digest_of(&class.get())));
    let after = Memo::new(move |_| {
        let wanted = digest.get()?;
        trust.mitigated.with(|known| known.as_ref().filter(|known| known.digest == wanted).map(|known| known.value.clone()))
    });
    let weighed = Memo::new(move |_| studio.recipe.with(has_reweigh));
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let is_class = Memo::new(move |_| fairness.with(|fairness| fairness.as_ref().is_some_and(|fairness| fairness.class.is_some())));
    let try_it = move || {
        let Some(digest) = digest.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let mut recipe = studio.recipe.get_untracked();
            let edit = adding(&recipe);
            if let Err(problem) = recipe.apply(edit) {
                return studio.problem.set(Some(problem));
            }
            let asked = Ask::Train(Box::new(recipe.clone()));
            if studio.work::<Trained>("train", asked, &[]).await.is_none() {
                return;
            }
            match super::ask(studio, recipe, class.get_untracked()).await {
                Ok(value) => trust.mitigated.set(Some(Stamped { digest, value })),
                Err(problem) => studio.problem.set(Some(problem)),
            }
        });
    };
    let keep = move || studio.edit(adding(&studio.recipe.get_untracked()));
    view! {
        <Show when=move || is_class.get()>
            <Panel title=text("fair.mitigation") note=text("fair.mitigation.note")>
                <Show when=move || weighed.get() fallback=move || view! {
                    <div class="stack">
                        <p class="small">{text("fair.mitigation.what")}</p>
                        {move || after.get().zip(fairness.get()).map(|(after, before)| view! { <BeforeAfter before after place=place.get()/> })}
                        <div class="row wrap">
                            <Show when=move || after.with(Option::is_some) fallback=move || view! { <Button label=text("fair.mitigation.try") disabled=busy on_click=try_it/> }>
                                <Button label=text("fair.mitigation.keep") kind="main" disabled=busy on_click=keep/>
                            </Show>
                        </div>
                    </div>
                }>
                    <p class="small">{text("fair.mitigation.on")}</p>
                </Show>
            </Panel>
        </Show>
    }
}

/// Every criterion of a grouping and the accuracy, before and after.
#[component]
fn BeforeAfter(before: Fairness, after: Fairness, place: usize) -> impl IntoView {
    let pair = |fairness: Fairness| {
        fairness.groupings.into_iter().nth(place).and_then(|grouping| Some((grouping.columns.join(" × "), grouping.report.ok()?)))
    };
    let (Some((name, before)), Some((_, after))) = (pair(before), pair(after)) else { return ().into_any() };
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label=text("fair.mitigation")><table>
            <thead><tr><th scope="col">{text("fair.page.criterion")}</th><th scope="col" class="num">{text("fair.mitigation.before")}</th><th scope="col">{text("fair.page.verdict")}</th><th scope="col" class="num">{text("fair.mitigation.after")}</th><th scope="col">{text("fair.page.verdict")}</th></tr></thead>
            <Pair name before after/>
        </table></div>
    }.into_any()
}

#[component]
fn Pair(name: String, before: Report, after: Report) -> impl IntoView {
    let accuracy = |report: &Report| {
        report.overall.figures.get("accuracy").map_or_else(|| Figure::undefined("no_rows"), |estimate| estimate.value.clone())
    };
    let (was, is) = (accuracy(&before), accuracy(&after));
    view! {
        <tbody>
            <tr class="total"><th scope="rowgroup" colspan="5" class="mono">{name}</th></tr>
            {before.criteria.into_iter().zip(after.criteria).map(|(before, after)| {
                let ((kind, word), (kind_after, word_after)) = (verdict_badge(before.verdict), verdict_badge(after.verdict));
                view! { <tr>
                    <th scope="row">{text(&format!("fair.criterion.{}", before.id))}</th>
                    <td class="num"><FigureText figure=before.value.value/></td><td><Badge text=word kind=kind/></td>
                    <td class="num"><b><FigureText figure=after.value.value/></b></td><td><Badge text=word_after kind=kind_after/></td>
                </tr> }
            }).collect_view()}
            <tr><th scope="row">{text("fair.mitigation.accuracy")}</th><td class="num"><FigureText figure=was percent=true/></td><td></td><td class="num"><b><FigureText figure=is percent=true/></b></td><td></td></tr>
        </tbody>
    }
}
