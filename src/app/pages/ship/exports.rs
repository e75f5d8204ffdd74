//! The exports, each with what it is for and what its check came to.

use crate::parts::{Badge, Button, Panel};
use crate::state::{Studio, files, studio::Stamped, trust::Trust};
use atelier::base::{Message, text};
use atelier::report::Extra;
use atelier::run::{Ask, Exported};
use atelier::ship::EXPORTS;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Exports() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    // What was said of another training says nothing of this one.
    let done = Memo::new(move |_| {
        let training = studio.training();
        studio.exported.get().filter(|exported| exported.digest == training).map(|exported| exported.value).unwrap_or_default()
    });
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    // New rows that are compared with this training belong into its report.
    let is_watched = move || {
        let stamp = untrack(|| Trust::watch_stamp(studio));
        trust.watched.with_untracked(|watched| watched.as_ref().is_some_and(|watched| Some(&watched.digest) == stamp.as_ref()))
    };
    let save = move |id: &'static str| {
        leptos::task::spawn_local(async move {
            let recipe = studio.recipe.get_untracked();
            let training = untrack(|| studio.training());
            let openings = studio.project.with_untracked(|project| project.as_ref().map_or(0, |project| project.opened));
            // What was looked at belongs into the report; sealed rows only where they were opened.
            let mut extras = Vec::new();
            if matches!(id, "report" | "card") {
                extras.push(Extra::Explanation);
                extras.push(Extra::Stress);
                if !recipe.fair.columns.is_empty() {
                    extras.push(Extra::Fairness);
                }
                if let Some(opened) = untrack(|| studio.opened_now()) {
                    // The session may have been started anew since then; the sealed rows are not opened again for a file.
                    let ask = Ask::Opened { recipe: Box::new(recipe.clone()), opened: Box::new(opened) };
                    if let Err(problem) = studio.ask::<()>(ask, &[]).await {
                        return studio.problem.set(Some(problem));
                    }
                    extras.push(Extra::HeldOut);
                }
                if untrack(|| crate::pages::tune::nested::is_fresh(studio)) {
                    extras.push(Extra::Nested);
                }
                if is_watched() {
                    extras.push(Extra::Drift);
                }
            }
            let ask = Ask::Export { recipe: Box::new(recipe), kind: id.to_owned(), extras, openings: Some(openings as usize) };
            if let Some((exported, bytes)) = studio.work::<Exported>("export", ask, &[]).await {
                let mut saved = done.get_untracked();
                saved.insert(id.to_owned(), exported.checked);
                studio.exported.set(Some(Stamped { digest: training, value: saved }));
                let _ = files::download(&exported.name, &exported.media, &bytes);
            }
        });
    };
    view! {
        <Panel title=text("ship.exports") note=text("ship.exports.note") flush=true>
            <ul class="exports">{EXPORTS.iter().map(|export| {
                let id = export.id;
                let name = text(&format!("export.{id}"));
                let checked = move || done.with(|done| done.get(id).cloned());
                view! {
                    <li>
                        <div><b>{name.clone()}</b>" "<span class="mono muted tiny">{export.ending}</span><p class="muted small">{text(&format!("export.{id}.help"))}</p></div>
                        {move || checked().map(|checked| match checked {
                            Some(checked) => {
                                let words = Message::new("ship.checked").with("rows", super::super::thousands(checked.rows)).with("largest", format!("{:.0e}", checked.largest)).to_string();
                                view! { <Badge text=words kind="good"/> }.into_any()
                            }
                            None => view! { <Badge text=text("ship.saved") kind="good"/> }.into_any(),
                        })}
                        <Button icon="save" label=text("ship.download") name=Message::new("ship.download_name").with("what", name).to_string() disabled=busy on_click=move || save(id)/>
                    </li>
                }
            }).collect_view()}</ul>
        </Panel>
    }
}
