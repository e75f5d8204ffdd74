//! Two of the models against each other: how sure it is that one is better, and what each costs.

use super::candidates::from_to;
use super::{Judged, names, shown};
use crate::parts::{NumberBox, Panel, Select};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::chart::format::percent;
use atelier::judge::{CandidateOutcome, Compare as Asked, Comparison, compare};
use atelier::metric;
use atelier::recipe::Edit;
use atelier::report::compared;
use leptos::prelude::*;

/// What the parts of the panel share.
#[derive(Clone, Copy)]
struct Held {
    comparison: Memo<Option<Comparison>>,
    names: Memo<Vec<String>>,
    /// The two models that are held against each other.
    pair: Memo<Option<(usize, usize)>>,
    /// The models that were picked here; nothing where the chosen one and the best of the others stand.
    picked: RwSignal<(Option<usize>, Option<usize>)>,
}

impl Held {
    fn new(studio: Studio, judged: Judged) -> Self {
        let asked = Memo::new(move |_| studio.recipe.with(|recipe| (recipe.compare.clone(), recipe.goal.clone())));
        let comparison = Memo::new(move |_| {
            let (asked, goal) = asked.get();
            judged.trained.with(|trained| trained.as_ref().and_then(|it| compare(&asked, &goal, &it.rows, &it.candidates)))
        });
        let names = Memo::new(move |_| judged.trained.with(|trained| trained.as_ref().map(|it| names(&it.candidates)).unwrap_or_default()));
        let picked = RwSignal::new((None, None));
        let pair = Memo::new(move |_| {
            let comparison = comparison.get()?;
            let (a, b) = picked.get();
            let can = |a: &usize, b: usize| comparison.of(*a, b).is_some();
            let known = |a: &usize| comparison.pairs.iter().any(|pair| pair.a == *a || pair.b == *a);
            let chosen = Some(judged.chosen.get());
            let a = a.or(chosen).filter(known).or_else(|| comparison.pairs.first().map(|pair| pair.a))?;
            let best = || judged.trained.with(|it| compared::rival(&comparison, &it.as_ref()?.candidates, a));
            let b = b.filter(|b| can(&a, *b)).or_else(best)?;
            Some((a, b))
        });
        Self { comparison, names, pair, picked }
    }
}

/// The panel; nothing where fewer than two models were trained.
#[component]
pub fn Compare() -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let held = Held::new(studio, judged);
    view! {
        <Show when=move || held.comparison.with(Option::is_some)>
            <Panel title=text("judge.compare") note=text("judge.compare.note") flush=true>
                <Costs held/>
                <div class="pad stack compare"><Choices held/><Words held/></div>
            </Panel>
        </Show>
    }
}

/// Every model with its score, its size and its training time.
#[component]
fn Costs(held: Held) -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let metric = move || held.comparison.with(|comparison| comparison.as_ref().map(|it| it.metric.clone()).unwrap_or_default());
    let rows = move || {
        let metric = metric();
        let candidates = judged.trained.with(|trained| trained.as_ref().map(|it| it.candidates.clone()).unwrap_or_default());
        let names = held.names.get();
        candidates
            .into_iter()
            .enumerate()
            .map(|(place, candidate)| {
                let time = studio.seconds(place).map_or_else(|| text("page.missing_mark"), compared::time);
                let name = names.get(place).cloned().unwrap_or_default();
                view! { <CostLine candidate name time metric=metric.clone()/> }
            })
            .collect_view()
    };
    view! {
        <div class="scroll models"><table>
            <thead><tr>
                <th scope="col">{text("judge.model")}</th>
                <th scope="col" class="num">{move || text(&format!("metric.{}", metric()))}</th>
                <th scope="col" class="num" title=text("judge.compare.size.help")>{text("judge.compare.size")}</th>
                <th scope="col" class="num" title=text("judge.compare.time.help")>{text("judge.compare.time")}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
}

#[component]
fn CostLine(candidate: CandidateOutcome, name: String, time: String, metric: String) -> impl IntoView {
    let none = || text("page.missing_mark");
    let score = candidate.evaluation.as_ref().and_then(|evaluation| evaluation.score(&metric)).map(|score| score.all.clone());
    let (value, interval) = score.map_or_else(|| (none(), String::new()), |all| (shown(&all.value), from_to(&all)));
    let size = candidate.fits.last().map_or_else(none, |fit| compared::size(&fit.size));
    view! {
        <tr><th scope="row">{name}</th><td class="num">{value}" "<span class="tiny muted">{interval}</span></td><td class="num">{size}</td><td class="num">{time}</td></tr>
    }
}

/// Which two, by which metric, and what difference does not matter.
#[component]
fn Choices(held: Held) -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let models = move |without: Option<usize>| {
        held.comparison.with(|comparison| {
            let is_known =
                |place: usize| comparison.as_ref().is_some_and(|it| it.pairs.iter().any(|pair| pair.a == place || pair.b == place));
            let all = held.names.get().into_iter().enumerate();
            let fit = all.filter(|(place, _)| is_known(*place) && Some(*place) != without);
            fit.map(|(place, name)| (place.to_string(), name)).collect::<Vec<_>>()
        })
    };
    let pair = move |of: fn((usize, usize)) -> usize| held.pair.get().map(of);
    let value = move |of: fn((usize, usize)) -> usize| Signal::derive(move || pair(of).map(|place| place.to_string()).unwrap_or_default());
    let pick_first = move |id: String| held.picked.update(|picked| picked.0 = id.parse().ok());
    let pick_second = move |id: String| {
        // The first stays what it is, whatever is chosen for the study meanwhile.
        let first = pair(|pair| pair.0);
        held.picked.set((first, id.parse().ok()));
    };
    let change = move |change: &dyn Fn(&mut Asked)| {
        let mut asked = studio.recipe.with_untracked(|recipe| recipe.compare.clone());
        change(&mut asked);
        studio.edit(Edit::SetCompare(asked));
    };
    let metrics = Signal::derive(move || {
        let task = judged.trained.with(|trained| trained.as_ref().map(|it| it.rows.task));
        let known = task.map(metric::for_task).unwrap_or_default().into_iter();
        known.map(|metric| (metric.id.to_owned(), text(&format!("metric.{}", metric.id)))).collect::<Vec<_>>()
    });
    let metric =
        Signal::derive(move || held.comparison.with(|comparison| comparison.as_ref().map(|it| it.metric.clone()).unwrap_or_default()));
    let set_metric = move |id: String| {
        // The zone was in the unit of the other metric.
        change(&|asked| *asked = Asked { metric: Some(id.clone()), zone: None });
    };
    let zone = Signal::derive(move || held.comparison.with(|comparison| comparison.as_ref().map_or(0.0, |it| it.zone)));
    let check = Callback::new(|zone: f64| (zone < 0.0).then(|| Message::new("judge.compare.zone.wrong").with("value", zone).to_string()));
    let set_zone = Callback::new(move |zone: f64| change(&|asked| asked.zone = Some(zone)));
    view! {
        <div class="row wrap">
            <label class="field"><span>{text("judge.compare.with")}</span><Select label=text("judge.compare.with") options=Signal::derive(move || models(None)) value=value(|pair| pair.0) on_change=pick_first/></label>
            <label class="field"><span>{text("judge.compare.against")}</span><Select label=text("judge.compare.against") options=Signal::derive(move || models(pair(|pair| pair.0))) value=value(|pair| pair.1) on_change=pick_second/></label>
            <label class="field"><span>{text("judge.compare.by")}</span><Select label=text("judge.compare.by") options=metrics value=metric on_change=set_metric/></label>
            <div class="field" title=text("judge.compare.zone.help")><span>{text("judge.compare.zone")}</span><NumberBox label=text("judge.compare.zone") value=zone check=check on_change=set_zone/></div>
        </div>
    }
}

/// The sentence, the probabilities as one bar, the interval.
#[component]
fn Words(held: Held) -> impl IntoView {
    let with_pair = move |words: fn(&Comparison, &[String], usize, usize) -> Vec<String>| {
        let (a, b) = held.pair.get()?;
        held.comparison.with(|comparison| Some(words(comparison.as_ref()?, &held.names.get(), a, b)))
    };
    let sentence = move || with_pair(|it, names, a, b| compared::verdict(it, names, a, b).iter().map(ToString::to_string).collect());
    let detail = move || with_pair(|it, names, a, b| compared::detail(it, names, a, b).iter().map(ToString::to_string).collect());
    let shares = Memo::new(move |_| {
        let (a, b) = held.pair.get()?;
        held.comparison.with(|comparison| Some(compared::shares(&comparison.as_ref()?.of(a, b)?.ok()?, &held.names.get(), a, b).to_vec()))
    });
    view! {
        <p aria-live="polite">{move || sentence().unwrap_or_default().join(" ")}</p>
        {move || shares.get().map(|parts| view! { <Shares parts/> })}
        {move || detail().unwrap_or_default().into_iter().map(|words| view! { <p class="small">{words}</p> }).collect_view()}
        <p class="muted small">{text("judge.compare.how")}</p>
    }
}

/// Three probabilities as one bar, with their names below.
#[component]
fn Shares(parts: Vec<(String, f64)>) -> impl IntoView {
    let words: Vec<String> = parts.iter().map(|(name, share)| format!("{name}: {}", percent(*share))).collect();
    let label = format!("{}: {}", text("judge.compare.shares"), words.join("; "));
    let bars = parts.into_iter().zip(["better", "equal", "worse"]).map(|((_, share), part)| {
        view! { <i data-part=part style:--value=format!("{share:.4}")></i> }
    });
    view! {
        <div class="shares" role="img" aria-label=label>{bars.collect_view()}</div>
        <div class="key muted" aria-hidden="true">{words.into_iter().map(|words| view! { <span>{words}</span> }).collect_view()}</div>
    }
}
