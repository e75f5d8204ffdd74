//! The criteria with their verdicts, and every metric by group.

use crate::parts::{Badge, Chart, FigureText, Panel, figure};
use atelier::base::{Message, text};
use atelier::chart::{self, Dot};
use atelier::fair::{Criterion, Group, Report, Verdict};
use leptos::prelude::*;

/// The state of a verdict: its kind and its word.
pub fn verdict_badge(verdict: Option<Verdict>) -> (&'static str, String) {
    match verdict {
        Some(Verdict::Met) => ("good", text("fair.word.met")),
        Some(Verdict::NotMet) => ("bad", text("fair.word.not_met")),
        Some(Verdict::Undecided) => ("warn", text("fair.word.undecided")),
        None => ("", text("fair.word.none")),
    }
}

/// Whether a criterion wants a ratio that is large enough, and not a difference that is small enough.
fn is_ratio(id: &str) -> bool {
    id.ends_with("ratio") || id == "disparate_impact"
}

/// Every criterion: the gap, the limit, the verdict.
#[component]
pub fn Criteria(report: Report) -> impl IntoView {
    view! {
        <Panel title=text("fair.page.criteria") note=text("fair.page.criteria.note") flush=true>
            <div class="scroll" role="region" tabindex="0" aria-label=text("fair.page.criteria")><table>
                <thead><tr><th scope="col">{text("fair.page.criterion")}</th><th scope="col" class="num">{text("fair.page.value")}</th><th scope="col" class="num">{text("fair.page.interval")}</th><th scope="col" class="num">{text("fair.page.limit")}</th><th scope="col">{text("fair.page.verdict")}</th></tr></thead>
                <tbody>{report.criteria.into_iter().map(|criterion| view! { <CriterionRow criterion/> }).collect_view()}</tbody>
            </table></div>
        </Panel>
    }
}

#[component]
fn CriterionRow(criterion: Criterion) -> impl IntoView {
    let (kind, word) = verdict_badge(criterion.verdict);
    let why = text(match criterion.verdict {
        Some(Verdict::Met) => "fair.verdict.met",
        Some(Verdict::NotMet) => "fair.verdict.not_met",
        Some(Verdict::Undecided) => "fair.verdict.undecided",
        None => "fair.verdict.none",
    });
    let limit = Message::new(if is_ratio(&criterion.id) { "fair.page.at_least" } else { "fair.page.at_most" })
        .with("limit", atelier::chart::format::figure(criterion.limit))
        .to_string();
    let help = text(&format!("fair.criterion.{}.help", criterion.id));
    view! {
        <tr>
            <th scope="row" title=help>{text(&format!("fair.criterion.{}", criterion.id))}</th>
            <td class="num"><b><FigureText figure=criterion.value.value/></b></td>
            <td class="num">{figure::interval(&criterion.value.low, &criterion.value.high, false)}</td>
            <td class="num">{limit}</td>
            <td title=why><Badge text=word kind=kind/></td>
        </tr>
    }
}

/// A metric by group as a picture, and all of them as a table.
#[component]
pub fn Groups(report: Report) -> impl IntoView {
    let ids: Vec<String> = report.overall.figures.keys().cloned().collect();
    let first = if ids.iter().any(|id| id == "selection_rate") { "selection_rate" } else { "mean_error" };
    let metric = RwSignal::new(first.to_owned());
    let small = report.groups.iter().filter(|group| !group.judged && group.label.is_some()).count();
    let note = if small > 0 {
        Message::new("fair.page.small").with("count", small).with("minimum", report.options.minimum).to_string()
    } else {
        text("fair.page.by_group.note")
    };
    let share = !ids.iter().any(|id| id == "mean_error");
    let options: Vec<(String, String)> = ids.iter().map(|id| (id.clone(), text(&format!("fair.metric.{id}")))).collect();
    let shown: Vec<&'static str> = if share {
        vec!["selection_rate", "tpr", "fpr", "precision", "accuracy", "base_rate"]
    } else {
        vec!["mean_error", "mae", "mean_prediction", "mean_truth"]
    };
    let report = StoredValue::new(report);
    let scene = Signal::derive(move || metric.with(|metric| report.with_value(|report| scene(report, metric, share))));
    let gap = move || metric.with(|metric| report.with_value(|report| gap_words(report, metric, share)));
    view! {
        <Panel title=text("fair.page.by_group") note=note tools=move || view! {
            <select class="box small" aria-label=text("fair.page.metric") on:change=move |event| metric.set(event_target_value(&event))>
                {options.clone().into_iter().map(|(id, name)| { let this = id.clone(); view! { <option value=id prop:selected=move || metric.get() == this>{name}</option> } }).collect_view()}
            </select>
        }>
            <p class="muted small">{move || text(&format!("fair.metric.{}.help", metric.get()))}</p>
            <Chart scene=scene/>
            <p class="reading">{gap}</p>
        </Panel>
        <Panel title=text("fair.page.table") flush=true>
            <div class="scroll" role="region" tabindex="0" aria-label=text("fair.page.table")><table>
                <thead><tr><th scope="col">{text("fair.page.group")}</th><th scope="col" class="num">{text("fair.page.rows")}</th>
                    {shown.iter().map(|id| view! { <th scope="col" class="num" title=text(&format!("fair.metric.{id}.help"))>{text(&format!("fair.metric.{id}"))}</th> }).collect_view()}</tr></thead>
                <tbody>
                    {report.with_value(|report| std::iter::once(&report.overall).chain(&report.groups).enumerate().map(|(place, group)| view! { <GroupRow group=group.clone() all={place == 0} shown=shown.clone() share/> }).collect_view())}
                </tbody>
            </table></div>
        </Panel>
    }
}

#[component]
fn GroupRow(group: Group, all: bool, shown: Vec<&'static str>, share: bool) -> impl IntoView {
    let name = match (all, &group.label) {
        (true, _) => text("fair.page.everybody"),
        (_, Some(label)) => label.clone(),
        (_, None) => text("fair.unknown"),
    };
    view! {
        <tr class=if all { "total" } else if group.judged { "" } else { "unjudged" }>
            <th scope="row"><bdi>{name}</bdi></th>
            <td class="num">{super::super::thousands(group.rows)}</td>
            {shown.into_iter().map(|id| {
                let estimate = group.figures.get(id).cloned();
                view! { <td class="num">{estimate.map(|estimate| {
                    let interval = figure::interval(&estimate.low, &estimate.high, share);
                    view! { <FigureText figure=estimate.value percent=share/>{(!interval.is_empty()).then(|| view! { <br/><span class="muted small">{interval}</span> })} }
                })}</td> }
            }).collect_view()}
        </tr>
    }
}

fn scene(report: &Report, metric: &str, share: bool) -> chart::Scene {
    let dots: Vec<Dot> = report
        .groups
        .iter()
        .filter_map(|group| {
            let estimate = group.figures.get(metric)?;
            Some(Dot {
                name: group.label.clone().unwrap_or_else(|| text("fair.unknown")),
                value: estimate.value.value().unwrap_or(f64::NAN),
                low: estimate.low.value(),
                high: estimate.high.value(),
                n: Some(group.rows),
                ..Dot::default()
            })
        })
        .collect();
    let everybody = report.overall.figures.get(metric).and_then(|estimate| estimate.value.value());
    chart::groups(&text(&format!("fair.metric.{metric}")), &dots, everybody, share)
}

/// The gap of a metric in words.
fn gap_words(report: &Report, metric: &str, share: bool) -> String {
    let gap = report.gaps.iter().find(|gap| gap.metric == metric);
    let Some((gap, lowest, highest)) = gap.and_then(|gap| Some((gap, gap.lowest.clone()?, gap.highest.clone()?))) else {
        return text("fair.page.no_gap");
    };
    Message::new(if gap.ratio.value.value().is_some() { "fair.page.gap" } else { "fair.page.gap_alone" })
        .with("highest", highest)
        .with("most", figure::shown(&gap.max, share))
        .with("lowest", lowest)
        .with("least", figure::shown(&gap.min, share))
        .with("difference", figure::shown(&gap.difference.value, share))
        .with("ratio", figure::shown(&gap.ratio.value, false))
        .to_string()
}
