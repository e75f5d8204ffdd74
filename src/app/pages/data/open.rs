//! Opening: drop, choose or paste a table, continue a project, take a sample.

use super::project;
use super::samples::{self, SAMPLES, Sample};
use crate::pages::thousands;
use crate::parts::{Button, Choice, Icon, Menu, Panel};
use crate::state::{Studio, View, files, storage::Project};
use atelier::base::{Message, Stage, text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, HtmlInputElement};

/// The page.
#[component]
pub fn Open() -> impl IntoView {
    view! {
        <div class="head"><h1>{text("open.title")}</h1><p>{text("open.note")}</p></div>
        <div class="grid fill aside"><Drop/><Recent/></div>
        <p class="proof"><Icon name="shield"/><b>{text("open.private")}</b>" "{move || crate::shell::privacy::words()}
            <button type="button" class="link" on:click=move |_| crate::shell::privacy::open()>{text("open.proof")}</button></p>
        <Samples/>
    }
}

/// Opens files that a person chose or dropped: a project file as a project, anything else as a table.
fn take(studio: Studio, view: View, file: File) {
    leptos::task::spawn_local(async move {
        match files::read(&file).await {
            Ok(bytes) => project::open_bytes(studio, view, file.name(), bytes).await,
            Err(reason) => studio.problem.set(Some(atelier::base::Problem::new(Stage::Data, "open.unreadable").with("reason", reason))),
        }
    });
}

#[component]
fn Drop() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let input = NodeRef::<leptos::html::Input>::new();
    let (over, set_over) = signal(false);
    let (pasting, set_pasting) = signal(false);
    let pasted = NodeRef::<leptos::html::Textarea>::new();
    let choose = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let on_drop = move |event: DragEvent| {
        event.prevent_default();
        set_over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
            take(studio, view, file);
        }
    };
    let on_change = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            take(studio, view, file);
        }
        input.set_value("");
    };
    let open_pasted = move || {
        let words = pasted.get_untracked().map(|area| area.value()).unwrap_or_default();
        leptos::task::spawn_local(async move { project::open_bytes(studio, view, "pasted.csv".to_owned(), words.into_bytes()).await });
    };
    view! {
        <section class="drop" aria-label=text("open.drop") data-over=move || over.get().to_string()
            on:dragover=move |event: DragEvent| { event.prevent_default(); set_over.set(true); } on:dragleave=move |_| set_over.set(false) on:drop=on_drop>
            <Icon name="file"/>
            <h2>{text("open.drop")}</h2>
            <p class="muted small">{text("open.formats")}</p>
            <div class="row wrap centre">
                <Button label=text("open.choose") kind="main" on_click=choose/>
                <Button label=text("open.paste") pressed=pasting on_click=move || set_pasting.update(|open| *open = !*open)/>
            </div>
            <input class="hide" type="file" node_ref=input aria-label=text("open.choose") tabindex="-1" accept=".csv,.tsv,.txt,.atelier,.json,text/csv,text/plain" on:change=on_change/>
            <Show when=move || pasting.get()>
                <label class="field paste"><span>{text("open.paste_here")}</span><textarea class="box mono" rows="6" node_ref=pasted></textarea></label>
                <Button label=text("open.read_pasted") on_click=open_pasted/>
            </Show>
        </section>
    }
}

/// Projects on this device.
#[component]
fn Recent() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let projects = studio.projects;
    view! {
        <Panel title=text("open.recent") flush=true>
            <ul class="recent">
                <For each=move || projects.get() key=|project| (project.id.clone(), project.changed as u64) let:project>
                    {
                        let about = match &project.recipe.goal.target {
                            Some(target) => Message::new("open.predicts").with("target", target).to_string(),
                            None => text("open.no_target"),
                        };
                        let date = js_sys::Date::new(&project.changed.into());
                        let when = String::from(date.to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED));
                        let project = StoredValue::new(project);
                        let title = project.with_value(|project| project.recipe.title.clone());
                        let items = Signal::derive(move || project_menu(studio, view, project.get_value()));
                        view! {
                            <li>
                                <div><b><bdi>{title.clone()}</bdi></b><p class="muted small">{about}", "{when}</p></div>
                                <Button label=text("open.continue") name=Message::new("open.continue_name").with("title", &title).to_string() on_click=move || project::resume(studio, view, project.get_value())/>
                                <Menu label=Message::new("open.more").with("title", &title).to_string() items=items/>
                            </li>
                        }
                    }
                </For>
            </ul>
            <Show when=move || projects.with(Vec::is_empty)><p class="muted small pad">{text("open.nothing_yet")}</p></Show>
        </Panel>
    }
}

fn project_menu(studio: Studio, view: View, project: Project) -> Vec<(String, Callback<()>)> {
    let (copied, named, deleted) = (project.clone(), project.clone(), project);
    vec![
        (text("open.rename"), Callback::new(move |()| project::rename(studio, named.clone()))),
        (text("open.duplicate"), Callback::new(move |()| project::duplicate(studio, copied.clone()))),
        (text("open.delete"), Callback::new(move |()| project::delete(studio, view, deleted.clone()))),
    ]
}

#[component]
fn Samples() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let task = RwSignal::new("all".to_owned());
    let options: Vec<(String, String)> =
        ["all", "binary", "multiclass", "regression"].map(|id| (id.to_owned(), text(&format!("open.samples.{id}")))).to_vec();
    let shown = move || {
        // Samples come while the page loads.
        studio.samples.track();
        SAMPLES
            .iter()
            .filter(|sample| (task.get() == "all" || task.get() == sample.task) && samples::is_here(sample.name))
            .collect::<Vec<_>>()
    };
    view! {
        <div class="head"><h2>{text("open.samples")}</h2><p>{text("open.samples.note")}</p><span class="push"></span>
            <Choice label=text("open.samples") options=options value=task on_change=move |id: String| task.set(id)/></div>
        <div class="grid cards">{move || shown().into_iter().map(|sample| view! { <Card sample studio view/> }).collect_view()}</div>
    }
}

#[component]
fn Card(sample: &'static Sample, studio: Studio, view: View) -> impl IntoView {
    let open = move |_| {
        let Some(bytes) = samples::bytes(sample.name) else { return };
        leptos::task::spawn_local(async move { project::open_bytes(studio, view, format!("{}.csv", sample.name), bytes).await });
    };
    view! {
        <button type="button" class="panel card" on:click=open>
            <b>{sample.name}</b>
            <span class="small">{format!("{} x {}", thousands(sample.size.0), sample.size.1)}" "<span class="muted">{text(&format!("open.samples.{}", sample.task))}</span></span>
            <span class="muted small">{text(&format!("sample.{}", sample.name))}</span>
            <span class="row tiny muted"><span>{text("open.target")}" "<span class="mono">{sample.target}</span></span><span class="push"></span><span>{sample.licence}</span></span>
        </button>
    }
}
