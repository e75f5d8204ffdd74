//! The texts that mean a missing value, with how often each was met.

use super::{Tables, thousands};
use crate::parts::{Button, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use leptos::prelude::*;

/// The panel: each marker can be taken out, another put in.
#[component]
pub fn Markers() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let given = Memo::new(move |_| tables.source(studio).is_some_and(|source| source.options.missing.is_some()));
    let markers =
        Memo::new(move |_| tables.summary.with(|summary| summary.as_ref().map(|summary| summary.markers.clone()).unwrap_or_default()));
    let (typed, set_typed) = signal(String::new());
    let change = move |change: &dyn Fn(&mut Vec<String>)| {
        studio.change_reading(tables.place.get_untracked(), |options| {
            let mut all = options.missing_markers();
            change(&mut all);
            options.missing = Some(all.into_iter().filter(|marker| !marker.is_empty()).collect());
        });
    };
    let add = move || {
        let marker = typed.get_untracked().trim().to_owned();
        if !marker.is_empty() {
            change(&|all| all.push(marker.clone()));
            set_typed.set(String::new());
        }
    };
    let reset = move || studio.change_reading(tables.place.get_untracked(), |options| options.missing = None);
    let note = Signal::derive(move || text(if given.get() { "data.given" } else { "data.markers.usual" }));
    view! {
        <Panel title=text("data.markers") note=note flush=true>
            <table>
                <thead><tr><th scope="col">{text("data.markers.text")}</th><th scope="col" class="num">{text("data.markers.cells")}</th><th scope="col"><span class="hide">{text("page.remove")}</span></th></tr></thead>
                <tbody>{move || markers.get().into_iter().map(|marker| {
                    let (own, shown) = (marker.marker.clone(), marker.marker.clone());
                    let name = Message::new("data.markers.remove").with("marker", &marker.marker).to_string();
                    let is_empty = marker.marker.is_empty();
                    view! { <tr>
                        <th scope="row">{if is_empty { view! { <span class="muted">{text("data.markers.empty")}</span> }.into_any() } else { view! { <bdi class="mono">{shown}</bdi> }.into_any() }}</th>
                        <td class="num">{thousands(marker.count as usize)}</td>
                        <td class="num">{(!is_empty).then(|| view! { <Button icon="close" kind="quiet" name=name on_click=move || change(&|all| all.retain(|known| *known != own))/> })}</td>
                    </tr> }
                }).collect_view()}</tbody>
            </table>
            <div class="row wrap pad markers">
                <input class="box" type="text" aria-label=text("data.markers.add_name") placeholder=text("data.markers.example") prop:value=typed
                    on:input=move |event| set_typed.set(event_target_value(&event)) on:keydown=move |event| if event.key() == "Enter" { add() }/>
                <Button label=text("data.markers.add") on_click=add/>
                <Show when=move || given.get()><Button label=text("data.markers.reset") on_click=reset/></Show>
            </div>
        </Panel>
    }
}
