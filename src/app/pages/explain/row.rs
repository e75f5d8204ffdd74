//! One row: picked from those worth a look or by its number, shared out among the columns, imitated by LIME, in words.

use super::{Readings, Waiting, careful, nothing, question};
use crate::parts::{Badge, Button, Chart, Panel};
use crate::state::{Studio, trust::Trust};
use atelier::base::{Message, text};
use atelier::chart::{self, Dot, Scene, format};
use atelier::explain::Explanation;
use atelier::run::{Explained, Question, ShownRow};
use atelier::table::Kind;
use leptos::prelude::*;

/// The part of the page.
#[component]
pub fn Row() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let row = Memo::new(move |_| {
        let first = || trust.picks.with(|picks| picks.as_ref().and_then(|picks| picks.value.rows.first().map(|row| row.origin)));
        trust.row.get().or_else(first)
    });
    let of_row =
        move |method: &'static str| Memo::new(move |_| row.get().map(|origin| Question { rows: vec![origin], ..question(studio, method) }));
    let (shap_question, lime_question) = (of_row("shap"), of_row("lime"));
    let (shap, lime) = (trust.answer(studio, shap_question), trust.answer(studio, lime_question));
    let title = Signal::derive(move || {
        row.get().map_or_else(String::new, |row| Message::new("explain.row.title").with("row", u64::from(row) + 1).to_string())
    });
    view! {
        <div class="grid rows-and-one">
            <Rows row=row/>
            <div class="stack">
                <Panel title=title note=Signal::derive(move || shap.with(|shap| shap.as_ref().map(note).unwrap_or_default()))>
                    <Readings explained=shap/>
                    <Show when=move || shap.with(Option::is_some) fallback=move || view! { <Waiting question=shap_question/> }>
                        <Chart scene=Signal::derive(move || shap.with(|shap| shap.as_ref().map(waterfall).unwrap_or_else(nothing)))/>
                    </Show>
                </Panel>
                <Panel title=text("method.lime") note=Signal::derive(move || lime.with(|lime| lime.as_ref().map(local_note).unwrap_or_default()))>
                    {move || lime.with(|lime| lime.as_ref().and_then(doubt))}
                    <Show when=move || lime.with(Option::is_some) fallback=move || view! { <Waiting question=lime_question/> }>
                        <Chart scene=Signal::derive(move || lime.with(|lime| lime.as_ref().map(weights).unwrap_or_else(nothing)))/>
                    </Show>
                </Panel>
            </div>
        </div>
    }
}

/// Rows worth a look, and any other by its number.
#[component]
fn Rows(row: Memo<Option<u32>>) -> impl IntoView {
    let trust = expect_context::<Trust>();
    let typed = NodeRef::<leptos::html::Input>::new();
    let rows = Memo::new(move |_| trust.picks.with(|picks| picks.as_ref().map(|picks| picks.value.rows.clone()).unwrap_or_default()));
    let outcome =
        Memo::new(move |_| trust.picks.with(|picks| picks.as_ref().map(|picks| picks.value.outcome.to_string()).unwrap_or_default()));
    let probability = Memo::new(move |_| trust.picks.with(|picks| picks.as_ref().is_some_and(|picks| !picks.value.classes.is_empty())));
    let go = move || {
        let number = typed.get_untracked().and_then(|input| input.value().trim().parse::<u32>().ok());
        if let Some(number) = number.filter(|number| *number > 0) {
            trust.row.set(Some(number - 1));
        }
    };
    view! {
        <Panel title=text("explain.rows") note=Signal::derive(move || outcome.get()) flush=true>
            <form class="row pad" on:submit=move |event| { event.prevent_default(); go(); }>
                <label class="row small"><span class="muted">{text("explain.row.number")}</span><input class="box short" type="text" inputmode="numeric" node_ref=typed/></label>
                <Button label=text("explain.row.go") on_click=go/>
            </form>
            <div class="scroll"><table class="picks">
                <thead><tr><th scope="col" class="num">{text("page.row")}</th><th scope="col">{text("explain.row.why")}</th><th scope="col" class="num">{text("explain.row.answer")}</th><th scope="col">{text("explain.row.truth")}</th></tr></thead>
                <tbody>
                    {move || rows.get().into_iter().map(|shown| view! { <PickRow shown row probability=probability.get()/> }).collect_view()}
                </tbody>
            </table></div>
        </Panel>
    }
}

#[component]
fn PickRow(shown: ShownRow, row: Memo<Option<u32>>, probability: bool) -> impl IntoView {
    let trust = expect_context::<Trust>();
    let origin = shown.origin;
    let answer = shown
        .answer
        .map_or_else(|| text("page.undefined_mark"), |answer| if probability { format::percent(answer) } else { format::figure(answer) });
    let name = Message::new("explain.row.title").with("row", u64::from(origin) + 1).to_string();
    view! {
        <tr aria-selected=move || (row.get() == Some(origin)).to_string()>
            <th scope="row" class="num"><button type="button" class="link" aria-label=name on:click=move |_| trust.row.set(Some(origin))>{u64::from(origin) + 1}</button></th>
            <td>{text(&format!("explain.pick.{}", shown.why))}</td>
            <td class="num">{answer}</td>
            <td><Badge text=shown.truth/></td>
        </tr>
    }
}

fn note(explained: &Explained) -> String {
    let Some(row) = explained.rows.first() else { return String::new() };
    let answer = row.answer.map_or_else(
        || text("page.undefined_mark"),
        |answer| if explained.probability { format::percent(answer) } else { format::figure(answer) },
    );
    Message::new("explain.row.note").with("truth", &row.truth).with("answer", answer).to_string()
}

/// A column with the row's own value: "age = 28".
fn with_value(explained: &Explained, column: &str) -> String {
    let place = explained.columns.iter().position(|name| name == column);
    let value = place.and_then(|place| explained.rows.first()?.values.get(place)?.clone());
    format!("{column} = {}", value.unwrap_or_else(|| text("page.missing")))
}

/// What a weight of LIME is for: one deviation more of a number, or the row's own value of anything else.
fn with_unit(explained: &Explained, column: &str) -> String {
    let place = explained.columns.iter().position(|name| name == column);
    let known = place.and_then(|place| explained.rows.first()?.values.get(place)?.clone()).is_some();
    let is_number = place.and_then(|place| explained.kinds.get(place)).is_some_and(|kind| matches!(kind, Kind::Number | Kind::Date));
    match is_number && known {
        true => Message::new("explain.lime.more").with("column", column).to_string(),
        false => with_value(explained, column),
    }
}

fn waterfall(explained: &Explained) -> Scene {
    let Explanation::Shap(found) = &explained.explanation else { return nothing() };
    let Some(row) = found.rows.first() else { return nothing() };
    chart::waterfall(&chart::Waterfall {
        base: row.base,
        parts: found.columns.iter().zip(&row.values).map(|(column, value)| (with_value(explained, column), *value)).collect(),
        most: 12,
        outcome: explained.outcome.to_string(),
    })
}

fn local_note(explained: &Explained) -> String {
    let Explanation::Lime(found) = &explained.explanation else { return String::new() };
    let Some(row) = found.rows.first() else { return String::new() };
    Message::new("explain.lime.note")
        .with("r2", crate::parts::figure::shown(&row.r2, false))
        .with("stability", crate::parts::figure::shown(&row.stability, false))
        .with("width", format::figure(found.kernel_width))
        .to_string()
}

/// Weights that should not be read, or read with care.
fn doubt(explained: &Explained) -> Option<AnyView> {
    let Explanation::Lime(found) = &explained.explanation else { return None };
    let row = found.rows.first()?;
    match (row.unstable, row.poor_fit) {
        (true, _) => Some(careful("explain.reading.unstable")),
        (_, true) => Some(careful("explain.reading.poor_fit")),
        _ => None,
    }
}

fn weights(explained: &Explained) -> Scene {
    let Explanation::Lime(found) = &explained.explanation else { return nothing() };
    let Some(row) = found.rows.first() else { return nothing() };
    let dots: Vec<Dot> = row
        .weights
        .iter()
        .map(|weight| Dot {
            name: with_unit(explained, &weight.column),
            value: weight.mean,
            low: Some(weight.mean - weight.sd),
            high: Some(weight.mean + weight.sd),
            ..Dot::default()
        })
        .collect();
    chart::importance(&text("explain.lime.measure"), &dots)
}
