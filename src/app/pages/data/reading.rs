//! How a file was read: every decision with its reason, each to be overruled in place.

use super::{Tables, lines, markers, problems, thousands};
use crate::parts::{Facts, Panel, Select};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::table::read::{Encoding, Quote, ReadOptions, Summary};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The view.
#[component]
pub fn Reading() -> impl IntoView {
    view! {
        <Counts/>
        <problems::Problems/>
        <Decisions/>
        <div class="grid two"><markers::Markers/><Separators/></div>
        <lines::Lines/>
    }
}

/// How the records were dealt with: nothing is lost in silence.
#[component]
fn Counts() -> impl IntoView {
    let tables = expect_context::<Tables>();
    let facts = Signal::derive(move || {
        tables.summary.with(|summary| {
            let Some(summary) = summary else { return Vec::new() };
            let (tally, count) = (summary.tally, |id: &str, count: u64| (text(id), thousands(count as usize)));
            let missing = summary.markers.iter().map(|marker| marker.count).sum();
            vec![
                count("data.count.records", tally.records),
                count("data.count.kept", tally.kept),
                count("data.count.rejected", tally.rejected),
                count("data.count.blank", tally.blank),
                count("data.count.repaired", tally.repaired),
                count("data.count.missing", missing),
                (text("data.count.size"), size(summary.size)),
                (text("data.count.sha256"), summary.sha256.chars().take(12).collect()),
            ]
        })
    });
    let title =
        Signal::derive(move || tables.summary.with(|summary| summary.as_ref().map(|summary| summary.name.clone()).unwrap_or_default()));
    let equation = Signal::derive(move || {
        tables.summary.with(|summary| {
            let tally = summary.as_ref().map(|summary| summary.tally).unwrap_or_default();
            let count = |count: u64| thousands(count as usize);
            Message::new("data.equation")
                .with("kept", count(tally.kept))
                .with("rejected", count(tally.rejected))
                .with("blank", count(tally.blank))
                .with("records", count(tally.records))
                .to_string()
        })
    });
    view! { <Panel title=title note=equation><Facts facts=facts/></Panel> }
}

/// A length in bytes for people.
fn size(bytes: u64) -> String {
    let unit = |id: &str, value: f64| Message::new(id).with("size", atelier::chart::format::digits(value, 3)).to_string();
    match bytes {
        ..1_000 => unit("data.bytes", bytes as f64),
        1_000..1_000_000 => unit("data.kilobytes", bytes as f64 / 1e3),
        _ => unit("data.megabytes", bytes as f64 / 1e6),
    }
}

/// Separators by their id in the list, the more usual first.
const SEPARATORS: [(&str, char); 9] = [
    ("comma", ','),
    ("semicolon", ';'),
    ("tab", '\t'),
    ("bar", '|'),
    ("colon", ':'),
    ("caret", '^'),
    ("tilde", '~'),
    ("blank", ' '),
    ("none", '\u{1f}'),
];

fn separator_id(sign: char) -> String {
    SEPARATORS.iter().find(|(_, known)| *known == sign).map_or_else(|| sign.to_string(), |(id, _)| (*id).to_owned())
}

fn separator_text(id: &str) -> String {
    let name = text::find(&format!("data.separator.{id}"));
    name.map_or_else(|| id.to_owned(), str::to_owned)
}

/// The words of an encoding's id.
fn encoding_id(encoding: Encoding) -> String {
    serde_json::to_value(encoding).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

const QUOTES: [(&str, Quote); 3] = [("double", Quote::Double), ("single", Quote::Single), ("none", Quote::None)];

/// The first of the choices: what is found out, with what it is where it is known.
fn found_out(value: Option<String>) -> (String, String) {
    let words = match value {
        Some(value) => Message::new("data.found_out").with("value", value).to_string(),
        None => text("data.find_out"),
    };
    (String::new(), words)
}

/// A decision as it is shown: what was decided, whether by a person, why.
struct Decided {
    id: String,
    given: bool,
    reason: String,
}

#[component]
fn Decisions() -> impl IntoView {
    view! {
        <Panel title=text("data.decisions") note=text("data.decisions.note") flush=true>
            <div class="scroll" tabindex="0" role="region" aria-label=text("data.decisions")><table class="decisions">
                <thead><tr><th scope="col">{text("data.decision")}</th><th scope="col">{text("data.decided")}</th><th scope="col">{text("data.reason")}</th></tr></thead>
                <tbody>
                    <Decision id="encoding" options=Encoding::ALL.map(|encoding| (encoding_id(encoding), text(encoding.text_id()))).to_vec()
                        read=|summary| Decided { id: encoding_id(summary.encoding.value), given: summary.encoding.given, reason: summary.encoding.reason.to_string() }
                        set=|options, id| options.encoding = Encoding::ALL.into_iter().find(|encoding| encoding_id(*encoding) == id)/>
                    <Decision id="separator" options=SEPARATORS.map(|(id, _)| (id.to_owned(), separator_text(id))).to_vec()
                        read=|summary| Decided { id: separator_id(summary.delimiter.value), given: summary.delimiter.given, reason: summary.delimiter.reason.to_string() }
                        set=|options, id| options.delimiter = SEPARATORS.iter().find(|(known, _)| *known == id).map(|(_, sign)| *sign)/>
                    <Decision id="quote" options=QUOTES.map(|(id, _)| (id.to_owned(), text(&format!("data.quote.{id}")))).to_vec()
                        read=|summary| Decided { id: QUOTES.iter().find(|(_, quote)| *quote == summary.quote.value).map_or("", |(id, _)| id).to_owned(), given: summary.quote.given, reason: summary.quote.reason.to_string() }
                        set=|options, id| options.quote = QUOTES.iter().find(|(known, _)| *known == id).map(|(_, quote)| *quote)/>
                    <Decision id="header" options=["yes", "no"].map(|id| (id.to_owned(), text(&format!("data.header.{id}")))).to_vec()
                        read=|summary| Decided { id: if summary.header.value { "yes" } else { "no" }.to_owned(), given: summary.header.given, reason: summary.header.reason.to_string() }
                        set=|options, id| options.header = match id { "yes" => Some(true), "no" => Some(false), _ => None }/>
                    <Number id="skipped" get=|options| options.skip_lines put=|options, value| options.skip_lines = value
                        shown=|summary| summary.skip_lines.value.to_string() reason=|summary| summary.skip_lines.reason.to_string()/>
                    <DecimalMark/>
                    <Number id="rows" get=|options| options.rows put=|options, value| options.rows = value.filter(|&rows| rows > 0)
                        shown=|_| text("data.rows.all") reason=|summary| Message::new("data.rows.why").with("rows", thousands(summary.tally.kept as usize)).to_string()/>
                </tbody>
            </table></div>
        </Panel>
    }
}

/// A decision with few outcomes.
#[component]
fn Decision(
    id: &'static str,
    options: Vec<(String, String)>,
    read: fn(&Summary) -> Decided,
    set: fn(&mut ReadOptions, &str),
) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let decided = Memo::new(move |_| {
        tables.summary.with(|summary| summary.as_ref().map(read).map(|decided| (decided.id, decided.given, decided.reason)))
    });
    let options = StoredValue::new(options);
    let choices = Signal::derive(move || {
        let (value, given, _) = decided.get().unwrap_or_default();
        let mut choices = options.get_value();
        // A sign that is not in the list was chosen elsewhere.
        if !choices.iter().any(|(id, _)| *id == value) {
            choices.push((value.clone(), value.clone()));
        }
        let words = choices.iter().find(|(id, _)| *id == value).map(|(_, words)| words.clone());
        choices.insert(0, found_out(words.filter(|_| !given)));
        choices
    });
    let value = Signal::derive(move || {
        decided.with(|decided| decided.as_ref().filter(|decided| decided.1).map(|decided| decided.0.clone()).unwrap_or_default())
    });
    let change = Callback::new(move |id: String| studio.change_reading(tables.place.get_untracked(), |options| set(options, &id)));
    let name = text(&format!("data.decision.{id}"));
    view! {
        <tr><th scope="row">{name.clone()}</th><td><Select label=name options=choices value=value on_change=change/></td><td class="why muted">{move || decided.get().map(|decided| decided.2)}</td></tr>
    }
}

/// A decision that is a count; left empty it is found out.
#[component]
fn Number(
    id: &'static str,
    get: fn(&ReadOptions) -> Option<u64>,
    put: fn(&mut ReadOptions, Option<u64>),
    shown: fn(&Summary) -> String,
    reason: fn(&Summary) -> String,
) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let given = Memo::new(move |_| tables.source(studio).and_then(|source| get(&source.options)));
    let name = text(&format!("data.decision.{id}"));
    let placeholder = move || {
        let words = tables.summary.with(|summary| summary.as_ref().map(shown)).filter(|_| given.get().is_none());
        found_out(words).1
    };
    let why = move || match given.get() {
        Some(_) => Some(text("data.given")),
        None => tables.summary.with(|summary| summary.as_ref().map(reason)),
    };
    let change = move |event: web_sys::Event| {
        let typed = event_target_value(&event).replace([',', ' '], "");
        // It shows another count only when that is read; what is no count takes the override back.
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) {
            input.set_value(&given.get_untracked().map(|value| value.to_string()).unwrap_or_default());
        }
        studio.change_reading(tables.place.get_untracked(), |options| put(options, typed.parse().ok()));
    };
    view! {
        <tr><th scope="row">{name.clone()}</th>
            <td><input class="box" type="text" inputmode="numeric" aria-label=name placeholder=placeholder prop:value=move || given.get().map(|value| value.to_string()).unwrap_or_default() on:change=change/></td>
            <td class="why muted">{why}</td></tr>
    }
}

/// The decimal mark of all columns; each column's own is on the page of columns.
#[component]
fn DecimalMark() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let given = Memo::new(move |_| tables.source(studio).and_then(|source| source.options.decimal_comma));
    // Columns of numbers by their mark.
    let counts = Memo::new(move |_| {
        tables.summary.with(|summary| {
            let formats = summary.iter().flat_map(|summary| &summary.columns).filter_map(|column| column.number_format);
            formats.fold((0, 0), |(point, comma), format| if format.decimal_comma { (point, comma + 1) } else { (point + 1, comma) })
        })
    });
    let choices = Signal::derive(move || {
        let (_, comma) = counts.get();
        let found = if comma > 0 { text("data.mark.by_column") } else { text("data.mark.point") };
        vec![
            found_out(given.get().is_none().then_some(found)),
            ("point".to_owned(), text("data.mark.point")),
            ("comma".to_owned(), text("data.mark.comma")),
        ]
    });
    let value = Signal::derive(move || given.get().map_or("", |comma| if comma { "comma" } else { "point" }).to_owned());
    let why = move || match (given.get(), counts.get()) {
        (Some(_), _) => text("data.given"),
        (None, (0, 0)) => text("data.mark.why_none"),
        (None, (point, comma)) => Message::new("data.mark.why").with("point", point).with("comma", comma).to_string(),
    };
    let change = Callback::new(move |id: String| {
        let comma = match id.as_str() {
            "comma" => Some(true),
            "point" => Some(false),
            _ => None,
        };
        studio.change_reading(tables.place.get_untracked(), |options| options.decimal_comma = comma);
    });
    let name = text("data.decision.decimal");
    view! { <tr><th scope="row">{name.clone()}</th><td><Select label=name options=choices value=value on_change=change/></td><td class="why muted">{why}</td></tr> }
}

/// The separators that were tried, the best first.
#[component]
fn Separators() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let tried = Memo::new(move |_| {
        tables.summary.with(|summary| {
            summary.as_ref().map(|summary| (summary.delimiter.value, summary.alternatives.clone())).unwrap_or((',', Vec::new()))
        })
    });
    view! {
        <Panel title=text("data.separators") note=text("data.separators.note") flush=true>
            <table>
                <thead><tr><th scope="col">{text("data.decision.separator")}</th><th scope="col" class="num">{text("data.separators.columns")}</th><th scope="col" class="num">{text("data.separators.share")}</th><th scope="col" class="num">{text("data.separators.score")}</th><th scope="col"><span class="hide">{text("data.separators.read")}</span></th></tr></thead>
                <tbody>{move || { let (now, tried) = tried.get(); tried.into_iter().map(|one| {
                    let name = separator_text(&separator_id(one.delimiter));
                    let label = Message::new("data.separators.read_with").with("separator", &name).to_string();
                    let read = move |_| studio.change_reading(tables.place.get_untracked(), |options| options.delimiter = Some(one.delimiter));
                    view! { <tr aria-selected=(one.delimiter == now).to_string()>
                        <th scope="row">{name}</th><td class="num">{one.columns}</td><td class="num">{format!("{:.0}%", (one.share * 100.0).floor())}</td><td class="num">{format!("{:.2}", one.score)}</td>
                        <td class="num">{(one.delimiter != now).then(|| view! { <button type="button" class="link" aria-label=label on:click=read>{text("data.separators.read")}</button> })}</td></tr> }
                }).collect_view() }}</tbody>
            </table>
            <Show when=move || tried.with(|(_, tried)| tried.is_empty())><p class="muted small pad">{text("data.separators.none")}</p></Show>
        </Panel>
    }
}
