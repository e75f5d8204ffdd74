//! A file of new rows: dropped, predicted, saved.

use crate::parts::{Button, Panel};
use crate::state::{Studio, files};
use atelier::base::{Message, Problem, Stage, text};
use atelier::run::{Ask, Predicted, Purpose};
use atelier::table::read::Summary;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, HtmlInputElement};

/// The panel.
#[component]
pub fn Predict() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let found = RwSignal::new(None::<(String, Predicted)>);
    let csv = StoredValue::new(Vec::<u8>::new());
    let input = NodeRef::<leptos::html::Input>::new();
    let (over, set_over) = signal(false);
    let take = move |file: File| {
        leptos::task::spawn_local(async move {
            let bytes = match files::read(&file).await {
                Ok(bytes) => bytes,
                Err(reason) => return studio.problem.set(Some(Problem::new(Stage::Data, "open.unreadable").with("reason", reason))),
            };
            let recipe = Box::new(studio.recipe.get_untracked());
            let name = file.name();
            let read = Ask::ReadOther { recipe: recipe.clone(), file: name.clone(), purpose: Purpose::Predict };
            if studio.work::<Summary>("read", read, &bytes).await.is_none() {
                return;
            }
            if let Some((predicted, bytes)) = studio.work::<Predicted>("predict", Ask::Predict(recipe), &[]).await {
                csv.set_value(bytes);
                found.set(Some((name, predicted)));
            }
        });
    };
    let on_change = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            take(file);
        }
        input.set_value("");
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        set_over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
            take(file);
        }
    };
    let choose = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let save = move || {
        if let Some((name, _)) = found.get_untracked() {
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            let _ = files::download(&format!("{stem}.predicted.csv"), "text/csv", &csv.get_value());
        }
    };
    view! {
        <Panel title=text("ship.predict") note=text("ship.predict.note")>
            <div class="stack">
                <section class="drop small-drop" aria-label=text("ship.predict.drop") data-over=move || over.get().to_string()
                    on:dragover=move |event: DragEvent| { event.prevent_default(); set_over.set(true); } on:dragleave=move |_| set_over.set(false) on:drop=on_drop>
                    <p class="muted small">{text("ship.predict.drop")}</p>
                    <Button label=text("open.choose") name=text("ship.predict.choose") on_click=choose/>
                    <input class="hide" type="file" node_ref=input aria-label=text("ship.predict.choose") tabindex="-1" accept=".csv,.tsv,.txt,text/csv,text/plain" on:change=on_change/>
                </section>
                {move || found.get().map(|(name, predicted)| {
                    let words = Message::new("ship.predict.done").with("file", name).with("rows", super::super::thousands(predicted.rows)).to_string();
                    let marked = (predicted.marked > 0).then(|| Message::new("ship.predict.marked").with("count", predicted.marked).to_string());
                    view! {
                        <div class="row wrap"><p class="small">{words}</p><span class="push"></span><Button icon="save" kind="main" label=text("ship.predict.save") on_click=save/></div>
                        {marked.map(|words| view! { <p class="muted small">{words}</p> })}
                        <div class="scroll cases" tabindex="0" role="region" aria-label=text("ship.predict")><table>
                            <thead><tr>{predicted.columns.iter().map(|name| view! { <th scope="col" class="mono"><bdi>{name.clone()}</bdi></th> }).collect_view()}</tr></thead>
                            <tbody>{predicted.cells.rows.into_iter().map(|row| view! { <tr>{row.into_iter().map(|cell| view! { <td><bdi>{cell.unwrap_or_else(|| text("page.missing_mark"))}</bdi></td> }).collect_view()}</tr> }).collect_view()}</tbody>
                        </table></div>
                    }
                })}
                <p class="muted small">{text("ship.predict.elsewhere")}</p>
                <pre class="formula" tabindex="0">"atelier predict model.atelier-model rows.csv -o predicted.csv"</pre>
            </div>
        </Panel>
    }
}
