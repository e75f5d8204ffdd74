//! What is missing: how much of each column, which columns together, and whether the gap itself says something of the target.

use super::class::{self, ClassChoice};
use super::{picture, thousands};
use crate::parts::{Badge, Chart, Choice, Facts, Panel, figure};
use crate::state::{Explored, Studio};
use atelier::base::{Message, text};
use atelier::chart::{self, Dot, Scene, format::percent};
use atelier::profile::{GapTest, Profile};
use leptos::prelude::*;

/// Columns drawn beside the target, at most.
const DRAWN: usize = 12;
/// Columns in the map of gaps, at most.
const MAPPED: usize = 20;
/// The p value (after Holm's correction) below which a gap is said to hang together with the target.
const SURE: f64 = 0.01;

/// The view.
#[component]
pub fn Missing() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let none = Memo::new(move |_| explored.of(|profile| profile.missing.cells == 0).unwrap_or(true));
    let tests = Memo::new(move |_| explored.of(|profile| profile.missing.tests.clone()).unwrap_or_default());
    view! {
        <Show when=move || !none.get() fallback=|| view! { <p class="empty">{text("explore.nothing_missing")}</p> }>
            <div class="grid two">
                <div class="stack"><Shares/><Gap tests=tests/></div>
                <Together/>
            </div>
            <Show when=move || tests.with(|tests| !tests.is_empty())><WithTarget tests=tests/></Show>
        </Show>
    }
}

/// The columns with gaps, most first; a bar chooses its column.
#[component]
fn Shares() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let scene = Signal::derive(move || {
        let drawn = explored.of(|profile| {
            let columns: Vec<_> = profile.missing.columns.iter().map(|&place| &profile.columns[place]).collect();
            let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
            let shares: Vec<f64> = columns.iter().map(|column| column.missing as f64 / profile.rows.max(1) as f64).collect();
            chart::missing(&names, &shares)
        });
        drawn.unwrap_or_else(|| Scene::nothing("missing", "chart.why.no_values"))
    });
    let note = Signal::derive(move || {
        explored
            .of(|profile| {
                Message::new("explore.missing.note")
                    .with("columns", profile.missing.columns.len() + profile.missing.more_columns)
                    .with("rows", thousands(profile.missing.rows))
                    .with("complete", thousands(profile.rows - profile.missing.rows))
                    .to_string()
            })
            .unwrap_or_default()
    });
    let pick = Callback::new(move |key: usize| {
        let name = explored.of(|profile| profile.missing.columns.get(key).map(|&place| profile.columns[place].name.clone())).flatten();
        if name.is_some() {
            explored.column.set(name);
        }
    });
    let more = move || explored.of(|profile| profile.missing.more_columns).filter(|count| *count > 0);
    view! {
        <Panel title=text("explore.missing.shares")>
            <p class="muted small">{note}</p>
            <Chart scene=scene on_pick=pick/>
            {move || more().map(|count| view! { <p class="muted small">{Message::new("explore.missing.more").with("count", count).to_string()}</p> })}
        </Panel>
    }
}

/// The gap of the column that is looked at.
#[component]
fn Gap(tests: Memo<Vec<GapTest>>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let class = class::chosen(explored);
    // The column that is looked at, where it has gaps, else the one with most.
    let place = Memo::new(move |_| {
        let looked_at = explored.place();
        explored
            .of(|profile| {
                let has_gaps = |place: &usize| profile.columns[*place].missing > 0;
                looked_at.filter(has_gaps).or_else(|| profile.missing.columns.first().copied())
            })
            .flatten()
    });
    let title = Signal::derive(move || {
        let name = place.get().and_then(|place| explored.of(|profile| profile.columns[place].name.clone()));
        name.unwrap_or_default()
    });
    let test = Memo::new(move |_| tests.with(|tests| tests.iter().find(|test| Some(test.column) == place.get()).cloned()));
    let facts = Signal::derive(move || {
        let Some(place) = place.get() else { return Vec::new() };
        explored
            .of(|profile| {
                let column = &profile.columns[place];
                let share = column.missing as f64 / profile.rows.max(1) as f64;
                let fact = |id: &str, value: String| (text(&format!("explore.fact.{id}")), value);
                let mut facts = vec![
                    fact("missing", thousands(column.missing)),
                    fact("missing_share", percent(share)),
                    fact("count", thousands(column.count)),
                ];
                if let Some(test) = test.get() {
                    facts.push(fact("gap_strength", figure::shown(&test.strength, false)));
                    facts.push(fact("p_adjusted", p_shown(&test)));
                }
                facts
            })
            .unwrap_or_default()
    });
    let with = move || {
        let place = place.get()?;
        explored.of(|profile| companions(profile, place)).filter(|with| !with.is_empty()).map(|with| {
            view! { <p class="small">{Message::new("explore.missing.with").with("columns", with).to_string()}</p> }
        })
    };
    let target = move || {
        let test = test.get()?;
        let class = class.get();
        let told = explored.of(|profile| {
            let shown = |told: Option<picture::Told>| told.map_or_else(|| text("page.undefined_mark"), |told| told_shown(profile, &told));
            Message::new("explore.missing.target_here")
                .with("outcome", picture::outcome(profile, class))
                .with("gone", shown(picture::of_level(&test.gone, class)))
                .with("known", shown(picture::of_level(&test.known, class)))
                .to_string()
        });
        told.map(|told| view! { <p class="small">{told}</p> })
    };
    view! { <Panel title=title note=text("explore.gap.note")><div class="stack"><Facts facts=facts/>{target}{with}</div></Panel> }
}

/// The corrected p value of a test: a small one only says that it is small.
fn p_shown(test: &GapTest) -> String {
    match test.p_adjusted.value() {
        Some(p) if p < 0.001 => text("explore.tiny_p"),
        _ => figure::shown(&test.p_adjusted, false),
    }
}

/// A share or mean with its interval.
fn told_shown(profile: &Profile, told: &picture::Told) -> String {
    let shown = |value: f64| if picture::is_share(profile) { percent(value) } else { chart::format::figure(value) };
    match (told.value.is_finite(), told.low, told.high) {
        (false, ..) => text("page.undefined_mark"),
        (_, Some(low), Some(high)) => {
            let interval = Message::new("page.interval").with("low", shown(low)).with("high", shown(high));
            format!("{} ({interval})", shown(told.value))
        }
        _ => shown(told.value),
    }
}

/// The columns whose gaps go most with those of a column, with the correlation.
fn companions(profile: &Profile, place: usize) -> String {
    let columns = &profile.missing.columns;
    let Some(own) = columns.iter().position(|&column| column == place) else { return String::new() };
    let mut found: Vec<(usize, f64)> = (0..columns.len())
        .filter(|&other| other != own)
        .filter_map(|other| Some((other, profile.missing.correlation.get(pair_place(columns.len(), own, other))?.value()?)))
        .filter(|(_, size)| size.abs() >= 0.3)
        .collect();
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let named = |(other, size): &(usize, f64)| format!("{} ({size:.2})", profile.columns[columns[*other]].name);
    found.iter().take(5).map(named).collect::<Vec<_>>().join(", ")
}

/// The place of a pair in a list of all pairs: the first with each later one, then the second, and so on.
fn pair_place(count: usize, a: usize, b: usize) -> usize {
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    first * count - first * (first + 1) / 2 + second - first - 1
}

/// Which columns are missing together: the combinations, or the correlation of the gaps.
#[component]
fn Together() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let by = RwSignal::new("patterns".to_owned());
    let can_map = Memo::new(move |_| explored.of(|profile| profile.missing.columns.len() > 1).unwrap_or(false));
    let scene = Signal::derive(move || {
        let drawn =
            explored.of(|profile| if by.get() == "correlation" && can_map.get() { correlations(profile) } else { patterns(profile) });
        drawn.unwrap_or_else(|| Scene::nothing("missing_patterns", "chart.why.no_columns"))
    });
    let options: Vec<(String, String)> =
        ["patterns", "correlation"].map(|id| (id.to_owned(), text(&format!("explore.missing.{id}")))).to_vec();
    let options = StoredValue::new(options);
    let tools = move || {
        view! { <Show when=move || can_map.get()><Choice label=text("explore.way") options=options.get_value() value=by on_change=move |id: String| by.set(id)/></Show> }
    };
    let rest = move || {
        let rest = explored.of(|profile| (profile.missing.more_patterns, profile.missing.more_rows))?;
        (rest.0 > 0 && by.get() == "patterns").then(|| {
            let words = Message::new("explore.missing.rest").with("patterns", rest.0).with("rows", thousands(rest.1));
            view! { <p class="muted small">{words.to_string()}</p> }
        })
    };
    view! { <Panel title=text("explore.missing.together") tools=tools><Chart scene=scene/>{rest}</Panel> }
}

/// The combinations of gaps, over the columns that stand in one of them.
fn patterns(profile: &Profile) -> Scene {
    let mut columns: Vec<usize> = profile.missing.patterns.iter().flat_map(|pattern| pattern.columns.iter().copied()).collect();
    columns.sort_unstable();
    columns.dedup();
    let rows = profile
        .missing
        .patterns
        .iter()
        .map(|pattern| (columns.iter().map(|column| pattern.columns.contains(column)).collect(), pattern.rows));
    let names: Vec<String> = columns.iter().map(|&place| profile.columns[place].name.clone()).collect();
    chart::missing_patterns(&names, &rows.collect::<Vec<_>>())
}

/// The correlation of being missing, between the columns with most gaps.
fn correlations(profile: &Profile) -> Scene {
    let all = profile.missing.columns.len();
    let shown = all.min(MAPPED);
    let value = |a: usize, b: usize| {
        if a == b {
            return 1.0;
        }
        profile.missing.correlation.get(pair_place(all, a, b)).and_then(|figure| figure.value()).unwrap_or(f64::NAN)
    };
    let names: Vec<String> = profile.missing.columns.iter().take(shown).map(|&place| profile.columns[place].name.clone()).collect();
    chart::association(&chart::Association {
        measure: text("explore.missing.correlation"),
        rows: names.clone(),
        columns: names,
        values: (0..shown).map(|a| (0..shown).map(|b| value(a, b)).collect()).collect(),
        signed: true,
    })
}

/// The target where each column is missing, beside where it is known.
#[component]
fn WithTarget(tests: Memo<Vec<GapTest>>) -> impl IntoView {
    let (explored, studio) = (expect_context::<Explored>(), expect_context::<Studio>());
    let class = class::chosen(explored);
    let scene = Signal::derive(move || {
        let drawn = explored.of(|profile| {
            let dot = |test: &GapTest, gone: bool| {
                let told = picture::of_level(if gone { &test.gone } else { &test.known }, class.get())?;
                let series = text(if gone { "explore.missing.gone" } else { "explore.missing.known" });
                let name = profile.columns[test.column].name.clone();
                Some(Dot { name, series, value: told.value, low: told.low, high: told.high, n: Some(told.n) })
            };
            let dots: Vec<Dot> = tests
                .with(|tests| tests.iter().take(DRAWN).filter_map(|test| Some([dot(test, true)?, dot(test, false)?])).flatten().collect());
            let class = class.get();
            chart::gaps(&picture::outcome(profile, class), &dots, picture::overall(profile, class), picture::is_share(profile))
        });
        drawn.unwrap_or_else(|| Scene::nothing("gaps", "chart.why.no_values"))
    });
    let target = studio.recipe.with_untracked(|recipe| recipe.goal.target.clone().unwrap_or_default());
    let title = Message::new("explore.missing.target").with("target", target).to_string();
    let rows = move || {
        explored
            .of(|profile| {
                tests.with(|tests| {
                    tests
                        .iter()
                        .map(|test| {
                            let name = profile.columns[test.column].name.clone();
                            let own = name.clone();
                            let sure = test.p_adjusted.value().is_some_and(|p| p < SURE);
                            let word = if sure { "explore.gap.yes" } else { "explore.gap.no" };
                            view! {
                                <tr><th scope="row"><button type="button" class="mono link-quiet" on:click=move |_| explored.column.set(Some(own.clone()))><bdi>{name}</bdi></button></th>
                                    <td class="num">{figure::shown(&test.strength, false)}</td><td class="num">{p_shown(test)}</td>
                                    <td><Badge text=text(word) kind=if sure { "accent" } else { "" }/></td></tr>
                            }
                        })
                        .collect_view()
                })
            })
    };
    view! {
        <Panel title=title note=text("explore.missing.target.note") tools=move || view! { <ClassChoice/> }>
            <div class="grid two">
                <Chart scene=scene/>
                <div class="scroll tall" tabindex="0" role="region" aria-label=text("explore.missing.tests")><table>
                    <thead><tr><th scope="col">{text("goal.name")}</th><th scope="col" class="num">{text("explore.fact.gap_strength")}</th><th scope="col" class="num">{text("explore.fact.p_adjusted")}</th><th scope="col">{text("explore.gap.says")}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </div>
        </Panel>
    }
}
