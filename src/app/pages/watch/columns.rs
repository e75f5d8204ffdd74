//! Columns compared: a line each, the gravest first, and the chosen one before beside after.

use crate::parts::{Badge, Chart, Facts, FigureText, Panel, figure};
use atelier::base::{Figure, Message, text};
use atelier::chart::{self, Dot, Scene, format};
use atelier::table::Kind;
use atelier::watch::{Drift, Judged, Tests, Verdict};
use leptos::prelude::*;

/// The list beside the chosen column.
#[component]
pub fn Columns(drift: Drift, #[prop(into)] title: String) -> impl IntoView {
    let chosen = RwSignal::new(0_usize);
    let note = Message::new("watch.page.count").with("drifted", drift.drifted).with("judged", drift.judged).to_string();
    let columns = StoredValue::new(drift.columns);
    let many = columns.with_value(Vec::len) > 3;
    view! {
        <Panel title=title note=note flush=true>
            <div class=if many { "grid two" } else { "stack" }>
                <div class="scroll tall"><table>
                    <thead><tr><th scope="col">{text("watch.page.column")}</th><th scope="col" class="wide">{text("goal.kind")}</th><th scope="col" class="num">{text("watch.page.psi")}</th><th scope="col" class="num wide">{text("watch.page.p")}</th><th scope="col">{text("fair.page.verdict")}</th></tr></thead>
                    <tbody>{columns.with_value(|columns| columns.iter().enumerate().map(|(place, judged)| view! { <ColumnRow judged=judged.clone() place chosen/> }).collect_view())}</tbody>
                </table></div>
                <div class="pad">{move || columns.with_value(|columns| columns.get(chosen.get()).cloned()).map(|judged| view! { <Detail judged/> })}</div>
            </div>
        </Panel>
    }
}

/// The state of a verdict: its kind, its word, and the sentence.
fn verdict(judged: &Judged) -> (&'static str, String, String) {
    let (kind, id, sentence) = match &judged.verdict {
        Verdict::Large => ("bad", "large", Message::new("watch.verdict.large")),
        Verdict::Moderate => ("warn", "moderate", Message::new("watch.verdict.moderate")),
        Verdict::Negligible => ("", "negligible", Message::new("watch.verdict.negligible")),
        Verdict::Same => ("good", "same", Message::new("watch.verdict.same")),
        Verdict::TooFew { need } => ("", "too_few", Message::new("watch.verdict.too_few").with("need", need)),
        Verdict::NotJudged { reason } => {
            ("", "not_judged", Message::new("watch.verdict.not_judged").with("reason", text(&format!("undefined.{reason}"))))
        }
    };
    let mut sentence = sentence.to_string();
    if judged.by_missing {
        sentence = format!("{sentence} {}", text("watch.by_missing"));
    }
    (kind, text(&format!("watch.word.{id}")), sentence)
}

fn psi(judged: &Judged) -> Figure {
    match &judged.compared.tests {
        Tests::Numbers(found) => found.distances.psi.into(),
        Tests::Categories(found) => found.distances.psi.into(),
        Tests::None(reason) => Figure::undefined(reason),
    }
}

#[component]
fn ColumnRow(judged: Judged, place: usize, chosen: RwSignal<usize>) -> impl IntoView {
    let (kind, word, sentence) = verdict(&judged);
    view! {
        <tr aria-selected=move || (chosen.get() == place).to_string()>
            <th scope="row"><button type="button" class="link mono" on:click=move |_| chosen.set(place)><bdi>{judged.compared.column.clone()}</bdi></button></th>
            <td class="wide">{text(&format!("kind.{}", judged.compared.kind.id()))}</td>
            <td class="num"><FigureText figure=psi(&judged)/></td>
            <td class="num wide"><FigureText figure=judged.p_adjusted/></td>
            <td title=sentence><Badge text=word kind=kind/></td>
        </tr>
    }
}

/// A column before and after, and its figures.
#[component]
fn Detail(judged: Judged) -> impl IntoView {
    let (_, _, sentence) = verdict(&judged);
    let scene = scene(&judged);
    let facts = facts(&judged);
    view! {
        <p><b class="mono">{judged.compared.column.clone()}</b>" "{sentence}</p>
        {scene.map(|scene| view! { <Chart scene=scene/> })}
        <Facts facts=Signal::stored(facts)/>
    }
}

/// The figures of the tests.
fn facts(judged: &Judged) -> Vec<(String, String)> {
    let name = |id: &str| text(&format!("watch.fact.{id}"));
    let shown = |figure: &Figure| figure::shown(figure, false);
    let mut facts = match &judged.compared.tests {
        Tests::Numbers(found) => vec![
            (name("ks"), format::figure(found.ks)),
            (name("p"), format::figure(found.p)),
            (name("psi"), format::figure(found.distances.psi)),
            (name("js"), format::figure(found.distances.js_distance)),
            (name("mean_shift"), shown(&found.mean_shift)),
            (name("wasserstein"), shown(&found.wasserstein_scaled)),
        ],
        Tests::Categories(found) => vec![
            (name("chi_square"), shown(&found.chi_square)),
            (name("p"), shown(&found.p_pooled)),
            (name("psi"), format::figure(found.distances.psi)),
            (name("js"), format::figure(found.distances.js_distance)),
            (name("cramers_v"), shown(&found.cramers_v)),
            (name("unseen"), format::percent(found.unseen)),
        ],
        Tests::None(_) => Vec::new(),
    };
    facts.push((name("missing_before"), figure::shown(&judged.compared.missing_reference, true)));
    facts.push((name("missing_after"), figure::shown(&judged.compared.missing_current, true)));
    facts
}

/// The share of rows in each bin or level, before and after.
fn scene(judged: &Judged) -> Option<Scene> {
    let pairs: Vec<(String, f64, f64)> = match &judged.compared.tests {
        Tests::None(_) => return None,
        Tests::Numbers(found) => {
            let dates = judged.compared.kind == Kind::Date;
            let edge = |value: f64| if dates { format!("{:.1}", 1970.0 + value / 365.2425) } else { format::figure(value) };
            let name = |bin: usize| match (bin.checked_sub(1).and_then(|below| found.edges.get(below)), found.edges.get(bin)) {
                (None, Some(high)) => format!("≤ {}", edge(*high)),
                (Some(low), Some(high)) => Message::new("page.interval").with("low", edge(*low)).with("high", edge(*high)).to_string(),
                (Some(low), None) => format!("> {}", edge(*low)),
                (None, None) => text("watch.page.all"),
            };
            (0..found.reference.len())
                .map(|bin| (name(bin), found.reference[bin], found.current.get(bin).copied().unwrap_or(0.0)))
                .collect()
        }
        Tests::Categories(found) => {
            let (before, after) = (judged.compared.present.0.max(1) as f64, judged.compared.present.1.max(1) as f64);
            found
                .levels
                .iter()
                .take(12)
                .map(|level| (level.level.clone(), level.reference as f64 / before, level.current as f64 / after))
                .collect()
        }
    };
    let dot = |name: &str, series: &str, value: f64| Dot { name: name.to_owned(), series: text(series), value, ..Dot::default() };
    let dots: Vec<Dot> = pairs
        .iter()
        .flat_map(|(name, before, after)| [dot(name, "watch.page.training", *before), dot(name, "watch.page.new", *after)])
        .collect();
    Some(chart::groups(&text("watch.page.share"), &dots, None, true))
}
