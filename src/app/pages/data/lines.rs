//! Single lines that were repaired, left out or passed over, with their text.

use super::{Tables, thousands};
use crate::parts::{Badge, Button, Choice, Panel};
use crate::state::files;
use atelier::base::{Message, text};
use atelier::table::read::{Defect, Defects, Outcome};
use atelier::table::{WriteOptions, write};
use leptos::prelude::*;

/// Lines drawn, at most.
const DRAWN: usize = 200;
/// Lines saved, at most.
const SAVED: usize = 1_000;

/// The panel; nothing where every line was read as it stands.
#[component]
pub fn Lines() -> impl IntoView {
    let tables = expect_context::<Tables>();
    let only = RwSignal::new("all".to_owned());
    let chosen = move || Outcome::ALL.into_iter().find(|outcome| outcome.id() == only.get());
    let listed = Memo::new(move |_| {
        let only = chosen();
        tables.summary.with(|summary| summary.as_ref().map(|summary| summary.defects.only(only)).unwrap_or_default())
    });
    let any = Memo::new(move |_| tables.summary.with(|summary| summary.as_ref().is_some_and(|summary| !summary.defects.list.is_empty())));
    let note = Signal::derive(move || {
        let (shown, all) = listed.with(|listed| (listed.len().min(DRAWN), listed.len()));
        match shown < all {
            true => Message::new("data.lines.first").with("shown", shown).with("all", thousands(all)).to_string(),
            false => Message::new("data.lines.count").with("count", thousands(all)).to_string(),
        }
    });
    let options: Vec<(String, String)> =
        std::iter::once("all").chain(Outcome::ALL.map(Outcome::id)).map(|id| (id.to_owned(), text(&format!("data.lines.{id}")))).collect();
    let options = StoredValue::new(options);
    let save = move || {
        let (name, lines) = (
            tables.summary.with_untracked(|summary| summary.as_ref().map(|summary| summary.name.clone()).unwrap_or_default()),
            listed.with_untracked(|listed| Defects::table(&listed[..listed.len().min(SAVED)])),
        );
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        if write(&lines, WriteOptions::default(), &mut bytes).is_ok() {
            let _ = files::download(&Message::new("data.lines.file").with("file", name).to_string(), "text/csv", &bytes);
        }
    };
    view! {
        <Show when=move || any.get()>
            <Panel title=text("data.lines") note=note flush=true tools=move || view! {
                <Choice label=text("data.lines") options=options.get_value() value=only on_change=move |id: String| only.set(id)/>
                <Button icon="save" kind="quiet" label=text("data.lines.save") on_click=save/>
            }>
                <div class="scroll tall" tabindex="0" role="region" aria-label=text("data.lines")><table class="lines">
                    <thead><tr><th scope="col" class="num">{text("data.lines.line")}</th><th scope="col">{text("data.lines.what")}</th><th scope="col">{text("data.lines.done")}</th><th scope="col">{text("data.lines.text")}</th></tr></thead>
                    <tbody>{move || listed.get().into_iter().take(DRAWN).map(|defect| view! { <Line defect/> }).collect_view()}</tbody>
                </table></div>
            </Panel>
        </Show>
    }
}

#[component]
fn Line(defect: Defect) -> impl IntoView {
    let outcome = defect.outcome();
    let kind = match outcome {
        Outcome::Rejected => "bad",
        Outcome::Repaired => "warn",
        Outcome::Blank => "",
    };
    view! {
        <tr><th scope="row" class="num">{thousands(defect.line as usize)}</th><td>{text(&format!("data.lines.kind={}", defect.kind.id()))}</td>
            <td><Badge text=text(&format!("data.lines.{}", outcome.id())) kind=kind/></td><td class="raw mono"><bdi>{defect.raw}</bdi></td></tr>
    }
}
