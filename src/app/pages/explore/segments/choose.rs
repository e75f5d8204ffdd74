//! How segments are found: the way, its settings, the columns that count.

use crate::parts::{Choice, FieldsForm, Panel, Ticks};
use crate::state::{Explored, Segmented};
use atelier::base::{Message, Params, text};
use atelier::learn::cluster::{self, CLUSTERERS};
use atelier::run::ToldSegments;
use atelier::table::Kind;
use leptos::prelude::*;

/// Settings that most people never touch stand behind a word.
const FEW: [&str; 6] = ["number", "n_clusters", "linkage", "reach", "eps", "min_samples"];
const MORE: &[&str] = &["n_init", "max_iter", "tol"];

/// The panel.
#[component]
pub fn Choose(found: Memo<Option<ToldSegments>>) -> impl IntoView {
    let segmented = expect_context::<Segmented>();
    let method = Memo::new(move |_| segmented.question.with(|question| question.method.clone()));
    let mut options: Vec<(String, String)> =
        CLUSTERERS.iter().map(|clusterer| (clusterer.id.to_owned(), text(&clusterer.owner()))).collect();
    // The usual one first.
    options.sort_by_key(|(id, _)| id != cluster::kmeans::ID);
    let options = StoredValue::new(options);
    // What two ways share, such as the number of segments, goes along.
    let turn = move |id: String| {
        segmented.question.update(|question| {
            let known = cluster::find(&id).map(|clusterer| (clusterer.fields)()).unwrap_or_default();
            question.params.retain(|name, _| known.iter().any(|field| field.id == name));
            question.method = id;
        });
    };
    let params = Signal::derive(move || segmented.question.with(|question| question.params.clone()));
    let change = Callback::new(move |params: Params| segmented.question.update(|question| question.params = params));
    let form = move || {
        let clusterer = cluster::find(&method.get())?;
        let (few, more): (Vec<_>, Vec<_>) = (clusterer.fields)().into_iter().partition(|field| FEW.contains(&field.id));
        let help = text(&format!("{}.help", clusterer.owner()));
        let all = more.clone();
        Some(view! {
            <p class="muted small">{help}</p>
            <FieldsForm fields=few owner=clusterer.owner() params=params on_change=change/>
            {(!all.is_empty()).then(|| view! {
                <details class="more"><summary>{text("page.settings")}</summary><FieldsForm fields=all owner=clusterer.owner() params=params only=MORE on_change=change/></details>
            })}
        })
    };
    view! {
        <Panel title=text("segments.how") note=text("segments.how.note")>
            <div class="stack">
                <Choice label=text("segments.method") options=options.get_value() value=method on_change=turn/>
                {form}
                <Columns found=found/>
            </div>
        </Panel>
    }
}

/// The columns by which rows are compared.
#[component]
fn Columns(found: Memo<Option<ToldSegments>>) -> impl IntoView {
    let (explored, segmented) = (expect_context::<Explored>(), expect_context::<Segmented>());
    let names = Memo::new(move |_| {
        let suits = explored.of(|profile| {
            let target = profile.target.as_ref().map(|target| target.column.as_str());
            let fits = profile.columns.iter().filter(|column| column.kind != Kind::Text && target != Some(column.name.as_str()));
            fits.map(|column| column.name.clone()).collect::<Vec<_>>()
        });
        suits.unwrap_or_default()
    });
    // Where none is named those that were taken are ticked.
    let chosen = Memo::new(move |_| {
        let named = segmented.question.with(|question| question.columns.clone());
        match named.is_empty() {
            true => found.with(|found| found.as_ref().map(|told| told.found.columns.clone()).unwrap_or_default()),
            false => named,
        }
    });
    let change = Callback::new(move |columns: Vec<String>| segmented.question.update(|question| question.columns = columns));
    let is_own = Memo::new(move |_| segmented.question.with(|question| !question.columns.is_empty()));
    let title = move || Message::new("segments.columns").with("count", chosen.with(Vec::len)).to_string();
    let passed_over = move || {
        found.with(|found| {
            let passed = &found.as_ref()?.found.passed_over;
            let told = passed.iter().map(|(name, why)| format!("{name} ({})", text(&format!("undefined.{why}")))).collect::<Vec<_>>();
            (!told.is_empty()).then(
                || view! { <p class="muted small">{Message::new("segments.passed_over").with("columns", told.join(", ")).to_string()}</p> },
            )
        })
    };
    view! {
        <details class="more"><summary>{title}</summary>
            <div class="stack">
                <p class="muted small">{text("segments.columns.help")}</p>
                <Ticks label=text("segments.columns.label") options=names chosen=chosen on_change=change/>
                {passed_over}
                <Show when=move || is_own.get()>
                    <button type="button" class="link small" on:click=move |_| segmented.question.update(|question| question.columns.clear())>{text("segments.columns.usual")}</button>
                </Show>
            </div>
        </details>
    }
}

/// Asks for a number of segments, where the way takes one.
pub fn take_number(segmented: Segmented, count: usize) {
    segmented.question.update(|question| {
        if cluster::find(&question.method).is_some_and(|clusterer| clusterer.takes_number) {
            question.params.insert("number".to_owned(), "given".into());
            question.params.insert("n_clusters".to_owned(), count.into());
        }
    });
}
