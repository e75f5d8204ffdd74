//! Opening: drop, choose or paste a table, continue a project, take a sample.

use super::samples::{self, SAMPLES, Sample};
use super::{recent, take};
use crate::pages::thousands;
use crate::parts::{Button, Choice, DropFile, Hint, Icon, Spark, Strip};
use crate::state::{Studio, View};
use atelier::base::{Message, text};
use atelier::chart::format;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Open() -> impl IntoView {
    view! {
        <div class="head"><h1>{text("open.title")}</h1><p>{text("open.note")}</p></div>
        <Waiting/>
        <div class="grid fill aside"><Place/><recent::Recent/></div>
        <p class="proof"><Icon name="shield"/><b>{text("open.private")}</b>" "{move || crate::shell::privacy::words()}
            <button type="button" class="link" on:click=move |_| crate::shell::privacy::open()>{text("open.proof")}</button></p>
        <Samples/>
    }
}

/// A recipe that waits for its table.
#[component]
fn Waiting() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    move || {
        let recipe = studio.waiting.get()?;
        // Samples come while the page loads.
        studio.samples.track();
        let files: Vec<String> = recipe.sources.iter().map(|source| source.file.clone()).filter(|file| !file.is_empty()).collect();
        let title = Message::new("open.waits").with("title", &recipe.title).to_string();
        let detail = match (files.first(), recipe.sources.first()) {
            (Some(file), Some(source)) if files.len() == 1 && !source.columns.is_empty() => {
                Message::new("open.waits.columns").with("file", file).with("columns", source.columns.len()).to_string()
            }
            (Some(file), _) if files.len() == 1 => Message::new("open.waits.file").with("file", file).to_string(),
            (Some(_), _) => Message::new("open.waits.files").with("files", files.join(", ")).to_string(),
            (None, _) => text("open.waits.any"),
        };
        // Where its table is a sample, that is the one.
        let sample = recipe.sources.first().and_then(|source| samples::of(&source.sha256));
        let action = sample.map(|sample| Message::new("open.waits.sample").with("name", sample).to_string()).unwrap_or_default();
        let open = Callback::new(move |()| {
            if let Some((name, bytes)) = sample.and_then(|name| Some((name, samples::bytes(name)?))) {
                take::take_bytes(studio, view, format!("{name}.csv"), bytes);
            }
        });
        let close = Callback::new(move |()| {
            studio.waiting.set(None);
            view.say(text("open.put_away"));
        });
        Some(view! { <Hint kind="note" title detail action main=true on_action=open on_close=close/> })
    }
}

#[component]
fn Place() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let (pasting, set_pasting) = signal(false);
    let pasted = NodeRef::<leptos::html::Textarea>::new();
    let read = move || {
        let words = pasted.get_untracked().map(|area| area.value()).unwrap_or_default();
        if !take::paste(studio, view, words) {
            view.say(text("open.not_a_table"));
        }
    };
    view! {
        <div class="stack place">
            <DropFile title=text("open.drop") note=text("open.formats") action=text("open.choose") accept=take::ACCEPT on_file=Callback::new(move |file| take::take(studio, view, file))>
                <Button label=text("open.paste") pressed=pasting on_click=move || set_pasting.update(|open| *open = !*open)/>
            </DropFile>
            <Show when=move || pasting.get()>
                <div class="panel pasting">
                    <label class="field"><span>{text("open.paste_here")}</span><textarea class="box mono" rows="6" node_ref=pasted></textarea></label>
                    <Button label=text("open.read_pasted") kind="main" on_click=read/>
                </div>
            </Show>
        </div>
    }
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
        if let Some(bytes) = samples::bytes(sample.name) {
            take::take_bytes(studio, view, format!("{}.csv", sample.name), bytes);
        }
    };
    view! {
        <button type="button" class="panel card" on:click=open>
            <span class="row"><b>{sample.name}</b><span class="push"></span>{picture(sample)}</span>
            <span class="small">{format!("{} x {}", thousands(sample.rows), sample.columns)}" "<span class="muted">{task(sample)}</span></span>
            <span class="muted small">{text(&format!("sample.{}", sample.name))}</span>
            <span class="row tiny muted"><span>{text("open.target")}" "<span class="mono">{sample.target}</span></span><span class="push"></span><span>{sample.licence}</span></span>
        </button>
    }
}

/// What is predicted, in words: how many classes, how rare the rarest of two is.
fn task(sample: &Sample) -> String {
    match sample.classes.as_slice() {
        [] => text("open.samples.a_number"),
        [_, (class, rows)] => {
            let share = format::percent(*rows as f64 / sample.rows as f64);
            Message::new("open.samples.two").with("share", share).with("class", class).to_string()
        }
        classes => Message::new("open.samples.classes").with("count", classes.len()).to_string(),
    }
}

/// How the target is distributed, in the size of a word.
fn picture(sample: &Sample) -> impl IntoView + use<> {
    if sample.classes.is_empty() {
        let most = sample.bins.iter().copied().max().unwrap_or(0).max(1) as f64;
        let heights = sample.bins.iter().map(|&rows| rows as f64 / most).collect();
        return view! { <Spark heights/> }.into_any();
    }
    let shares = sample.classes.iter().map(|(_, rows)| *rows as f64 / sample.rows as f64).collect();
    view! { <Strip shares/> }.into_any()
}
