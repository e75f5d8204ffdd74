//! Rows that are the same in every column, and the step that drops them.

use super::thousands;
use crate::parts::{Hint, Panel};
use crate::state::{Studio, View};
use atelier::base::{Message, Params, Stage, text};
use atelier::prepare::{Selector, Step};
use atelier::recipe::Edit;
use atelier::run::{Ask, DuplicateRows};
use leptos::prelude::*;

const STEP: &str = "drop_duplicates";

/// What repeats.
#[component]
pub fn Duplicates() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let found = RwSignal::new(None::<DuplicateRows>);
    let table = Memo::new(move |_| studio.look.with(|look| look.as_ref().filter(|look| look.rows > 0).map(|look| look.table.clone())));
    Effect::new(move |_| {
        if let Some(now) = table.get() {
            let recipe = Box::new(studio.recipe.get_untracked());
            leptos::task::spawn_local(async move {
                let answer = studio.ask::<DuplicateRows>(Ask::Duplicates(recipe), &[]).await;
                if table.try_get_untracked().flatten() == Some(now) {
                    found.set(answer.ok());
                }
            });
        }
    });
    move || match found.get() {
        None => view! { <p class="muted small" role="status">{text("data.duplicates.looking")}</p> }.into_any(),
        Some(found) if found.repeated == 0 => view! { <p class="muted small" role="status">{text("data.duplicates.none")}</p> }.into_any(),
        Some(found) => view! { <Found found/> }.into_any(),
    }
}

#[component]
fn Found(found: DuplicateRows) -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let dropped = Memo::new(move |_| studio.recipe.with(|recipe| recipe.prepare.iter().any(|step| step.id == STEP && step.enabled)));
    let title = Message::new("data.duplicates.found")
        .with("count", thousands(found.repeated))
        .with("rows", thousands(found.rows))
        .with("groups", thousands(found.groups))
        .to_string();
    let add = Callback::new(move |()| {
        let step = Step { id: STEP.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
        studio.edit(Edit::InsertStep { at: 0, step });
        view.say(text("data.duplicates.added"));
    });
    let to_step = Callback::new(move |()| view.go(Stage::Prepare, ""));
    let (shown, groups) = (found.shown.len(), found.groups);
    let note = if shown < groups {
        Message::new("data.duplicates.first").with("shown", shown).with("groups", thousands(groups)).to_string()
    } else {
        String::new()
    };
    let name = title.clone();
    view! {
        {move || match dropped.get() {
            false => view! { <Hint kind="warn" title=name.clone() detail=text("data.duplicates.why") action=text("data.duplicates.drop") main=true on_action=add/> }.into_any(),
            true => view! { <Hint kind="note" title=name.clone() detail=text("data.duplicates.dropped") action=text("data.duplicates.to_step") on_action=to_step/> }.into_any(),
        }}
        <Panel title=text("data.duplicates") note=note flush=true>
            <div class="scroll short" tabindex="0" role="region" aria-label=text("data.duplicates")><table>
                <thead><tr><th scope="col" class="num">{text("data.duplicates.count")}</th><th scope="col">{text("data.duplicates.rows")}</th>
                    {found.columns.into_iter().map(|name| view! { <th scope="col" class="mono"><bdi>{name}</bdi></th> }).collect_view()}</tr></thead>
                <tbody>{found.shown.into_iter().map(|group| {
                    let mut rows = group.rows.iter().take(8).map(|row| thousands(*row)).collect::<Vec<_>>().join(", ");
                    if group.count > 8 { rows += ", …"; }
                    view! { <tr><td class="num">{thousands(group.count)}</td><th scope="row">{rows}</th>
                        {group.cells.into_iter().map(|cell| match cell {
                            Some(text) => view! { <td class="clip"><bdi>{text}</bdi></td> }.into_any(),
                            None => view! { <td class="gap-cell">{text("page.missing_mark")}</td> }.into_any(),
                        }).collect_view()}</tr> }
                }).collect_view()}</tbody>
            </table></div>
        </Panel>
    }
}
