//! How columns hang together: a map of all pairs by a measure, the strongest of them, and two columns drawn closely.

use super::{picture, thousands};
use crate::parts::{Chart, Choice, Facts, Panel, figure};
use crate::state::{Explored, Studio};
use atelier::base::{Figure, Message, text};
use atelier::chart::{self, Scene};
use atelier::profile::{By, Colour, Comparison, Drawn, Measure, PairView, Scatter};
use leptos::prelude::*;

/// Pairs in the list before one asks for more.
const FIRST: usize = 10;
/// Pairs in the list, at most.
const MOST: usize = 200;

/// The view.
#[component]
pub fn Pairs() -> impl IntoView {
    let (studio, explored) = (expect_context::<Studio>(), expect_context::<Explored>());
    let by = RwSignal::new(By::Kind);
    // The chosen pair, else the strongest with the target, else the strongest.
    let pair = Memo::new(move |_| {
        let chosen = explored.pair.get();
        explored
            .of(|profile| {
                let is_there = |name: &str| profile.column(name).is_some();
                let first = || {
                    let target = profile.target.as_ref().map(|target| target.column.as_str());
                    let strongest = profile.strongest(By::Kind).into_iter().map(|(place, _)| names(profile, place)).collect::<Vec<_>>();
                    let with_target = strongest.iter().find(|(a, b)| target.is_some_and(|target| target == a || target == b));
                    with_target.or(strongest.first()).cloned()
                };
                let any = || (profile.columns.len() > 1).then(|| (profile.columns[0].name.clone(), profile.columns[1].name.clone()));
                chosen.filter(|(a, b)| is_there(a) && is_there(b) && a != b).or_else(first).or_else(any)
            })
            .flatten()
    });
    let view_of = explored.together(studio, pair);
    view! {
        <Show when=move || pair.with(Option::is_some) fallback=|| view! { <p class="empty">{text("explore.no_pairs")}</p> }>
            <div class="grid explore-pairs">
                <div class="stack"><Map by=by pair=pair/><Strongest by=by pair=pair/></div>
                <Closely pair=pair view_of=view_of/>
            </div>
        </Show>
    }
}

/// The names of a pair's columns.
fn names(profile: &atelier::profile::Profile, place: usize) -> (String, String) {
    let pair = &profile.association.pairs[place];
    (profile.columns[pair.a].name.clone(), profile.columns[pair.b].name.clone())
}

/// The map; a cell chooses its pair.
#[component]
fn Map(by: RwSignal<By>, pair: Memo<Option<(String, String)>>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let map = Memo::new(move |_| explored.of(|profile| profile.map(by.get())).unwrap_or_default());
    let options = Memo::new(move |_| {
        let possible = explored.of(|profile| By::ALL.into_iter().filter(|by| !profile.map(*by).rows.is_empty()).collect::<Vec<By>>());
        possible
            .unwrap_or_default()
            .into_iter()
            .map(|by| (by.id().to_owned(), text(&format!("explore.by.{}", by.id()))))
            .collect::<Vec<_>>()
    });
    let scene = Signal::derive(move || {
        let drawn = explored.of(|profile| {
            map.with(|map| {
                let names = |places: &[usize]| places.iter().map(|&place| profile.columns[place].name.clone()).collect::<Vec<String>>();
                chart::association(&chart::Association {
                    measure: text(&format!("explore.by.{}.long", by.get().id())),
                    rows: names(&map.rows),
                    columns: names(&map.columns),
                    values: map.values.iter().map(|row| row.iter().map(|value| value.unwrap_or(f64::NAN)).collect()).collect(),
                    signed: by.get().is_signed(),
                })
            })
        });
        drawn.unwrap_or_else(|| Scene::nothing("correlation", "chart.why.no_columns"))
    });
    let pick = Callback::new(move |key: usize| {
        let chosen = explored.of(|profile| {
            map.with_untracked(|map| {
                let (row, column) = (key / map.columns.len().max(1), key % map.columns.len().max(1));
                let name = |place: &usize| profile.columns[*place].name.clone();
                Some((map.rows.get(row).map(name)?, map.columns.get(column).map(name)?))
            })
        });
        if let Some(Some(chosen)) = chosen.filter(|chosen| chosen.as_ref().is_some_and(|(a, b)| a != b)) {
            explored.pair.set(Some(chosen));
        }
    });
    let left_out = move || {
        explored
            .of(|profile| {
                let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
                for (place, reason) in &profile.association.left_out {
                    let name = profile.columns[*place].name.clone();
                    match reasons.iter_mut().find(|(known, _)| known == reason) {
                        Some((_, names)) => names.push(name),
                        None => reasons.push((reason.clone(), vec![name])),
                    }
                }
                let told = reasons.into_iter().map(|(reason, names)| {
                    let shown = match names.len() {
                        0..=4 => names.join(", "),
                        count => Message::new("explore.columns_count").with("count", count).to_string(),
                    };
                    format!("{shown} ({})", text(&format!("undefined.{reason}")))
                });
                told.collect::<Vec<_>>().join("; ")
            })
            .filter(|told| !told.is_empty())
            .map(|told| view! { <p class="muted small">{Message::new("explore.not_in_map").with("columns", told).to_string()}</p> })
    };
    let value = Signal::derive(move || by.get().id().to_owned());
    let choose = move |id: String| by.set(By::ALL.into_iter().find(|by| by.id() == id).unwrap_or_default());
    view! {
        <Panel title=text("explore.association")>
            <div class="stack">
                <Choice label=text("explore.by") options=options value=value on_change=choose/>
                <Chart scene=scene on_pick=pick/>
                {left_out}
                <p class="hide" role="status">{move || pair.get().map(|(a, b)| format!("{a}, {b}"))}</p>
            </div>
        </Panel>
    }
}

/// The strongest pairs by the chosen measure.
#[component]
fn Strongest(by: RwSignal<By>, pair: Memo<Option<(String, String)>>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let (all, set_all) = signal(false);
    let with_target = RwSignal::new(false);
    let target = Memo::new(move |_| explored.of(|profile| profile.target.as_ref().map(|target| target.column.clone())).flatten());
    let found = Memo::new(move |_| {
        explored
            .of(|profile| {
                let pairs = &profile.association.pairs;
                let rows = profile
                    .strongest(by.get())
                    .into_iter()
                    .map(|(place, figure)| (names(profile, place), figure, pairs[place].n, measure(by.get(), &pairs[place].of)));
                let wanted = |(a, b): &(String, String)| {
                    !with_target.get() || target.with(|target| target.as_ref().is_some_and(|target| target == a || target == b))
                };
                rows.filter(|row| wanted(&row.0)).take(MOST).collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    let options: Vec<(String, String)> = ["all", "target"].map(|id| (id.to_owned(), text(&format!("explore.pairs.{id}")))).to_vec();
    let options = StoredValue::new(options);
    let tools = move || {
        view! {
            <Show when=move || target.with(Option::is_some)>
                <Choice label=text("explore.pairs.which") options=options.get_value() value=Signal::derive(move || if with_target.get() { "target" } else { "all" }.to_owned()) on_change=move |id: String| with_target.set(id == "target")/>
            </Show>
        }
    };
    view! {
        <Panel title=text("explore.strongest") flush=true tools=tools>
            <div class="scroll"><table>
                <thead><tr><th scope="col">{text("explore.pair")}</th><th scope="col">{text("explore.measure")}</th><th scope="col" class="num">{text("explore.value")}</th><th scope="col" class="num">{text("explore.rows_view")}</th></tr></thead>
                <tbody>{move || found.get().into_iter().take(if all.get() { MOST } else { FIRST }).map(|((a, b), value, n, measure)| {
                    let (own, chosen) = ((a.clone(), b.clone()), (a.clone(), b.clone()));
                    let here = Memo::new(move |_| pair.with(|pair| pair.as_ref().is_some_and(|(x, y)| (x, y) == (&own.0, &own.1) || (y, x) == (&own.0, &own.1))));
                    view! {
                        <tr aria-selected=move || here.get().to_string()>
                            <th scope="row"><button type="button" class="mono link-quiet" aria-current=move || here.get().then_some("true") on:click=move |_| explored.pair.set(Some(chosen.clone()))><bdi>{a}</bdi>", "<bdi>{b}</bdi></button></th>
                            <td>{measure}</td><td class="num">{format!("{value:.3}")}</td><td class="num">{thousands(n)}</td>
                        </tr>
                    }
                }).collect_view()}</tbody>
            </table></div>
            <Show when=move || found.with(Vec::is_empty)><p class="muted small pad">{text("explore.no_pairs")}</p></Show>
            <Show when=move || { found.with(Vec::len) > FIRST }>
                <p class="pad"><button type="button" class="link small" on:click=move |_| set_all.update(|all| *all = !*all)>{move || if all.get() { text("explore.fewer") } else { Message::new("explore.more_pairs").with("count", found.with(Vec::len)).to_string() }}</button></p>
            </Show>
        </Panel>
    }
}

/// The name of the measure by which a pair is shown.
fn measure(by: By, of: &Measure) -> String {
    let by = match (by, of) {
        (By::Kind, Measure::Numbers(_)) => By::Spearman,
        (By::Kind, Measure::Categories(_)) => By::CramersV,
        (By::Kind, Measure::Mixed { .. }) => By::CorrelationRatio,
        (by, _) => by,
    };
    text(&format!("explore.by.{}", by.id()))
}

/// Two columns, drawn by their kinds, with their figures.
#[component]
fn Closely(pair: Memo<Option<(String, String)>>, view_of: Memo<Option<PairView>>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let all = Memo::new(move |_| {
        explored.of(|profile| profile.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    let is_late = Memo::new(move |_| {
        let shown = view_of.with(|view| view.as_ref().map(|view| (view.a.clone(), view.b.clone())));
        pair.get() != shown
    });
    // Many points lie over each other; counts on a grid hold every row.
    let on_grid = RwSignal::new(false);
    let can_grid = Memo::new(move |_| {
        view_of.with(|view| matches!(view.as_ref().map(|view| &view.drawn), Some(Drawn::Points { scatter, .. }) if scatter.bins.is_some() && scatter.colour.is_some()))
    });
    let scene = Signal::derive(move || {
        let positive = explored.of(|profile| {
            let (names, positive) = picture::classes(profile);
            positive.and_then(|place| names.get(place).cloned())
        });
        let drawn = view_of.with(|view| view.as_ref().map(|view| draw(view, positive.flatten().as_deref(), on_grid.get())));
        drawn.unwrap_or_else(|| Scene::nothing("scatter", "explore.looking"))
    });
    let facts = Signal::derive(move || view_of.with(|view| view.as_ref().map(facts).unwrap_or_default()));
    let groups = Memo::new(move |_| {
        view_of.with(|view| match view.as_ref().map(|view| &view.drawn) {
            Some(Drawn::Boxes { comparison, dates: false, plots, .. }) => Some(((**comparison).clone(), plots.more)),
            _ => None,
        })
    });
    let set = move |first: bool, name: String| {
        let Some((a, b)) = pair.get_untracked() else { return };
        let next = match first {
            true if name == b => (b, a),
            false if name == a => (b, a),
            true => (name, b),
            false => (a, name),
        };
        explored.pair.set(Some(next));
    };
    let select = move |first: bool| {
        let chosen =
            Memo::new(move |_| pair.with(|pair| pair.as_ref().map(|(a, b)| if first { a.clone() } else { b.clone() })).unwrap_or_default());
        let label = text(if first { "explore.pair.first" } else { "explore.pair.second" });
        view! {
            <select class="box mono" aria-label=label on:change=move |event| set(first, event_target_value(&event))>
                {move || all.get().into_iter().map(|name| {
                    let own = name.clone();
                    view! { <option value=name.clone() prop:selected=move || chosen.with(|chosen| *chosen == own)>{name.clone()}</option> }
                }).collect_view()}
            </select>
        }
    };
    let options: Vec<(String, String)> = ["points", "grid"].map(|id| (id.to_owned(), text(&format!("explore.way.{id}")))).to_vec();
    let options = StoredValue::new(options);
    view! {
        <Panel title=text("explore.closely")><div class="stack">
            <div class="row wrap">
                {select(true)}<span class="muted small">{text("explore.and")}</span>{select(false)}<span class="push"></span>
                <Show when=move || can_grid.get()>
                    <Choice label=text("explore.way") options=options.get_value() value=Signal::derive(move || if on_grid.get() { "grid" } else { "points" }.to_owned()) on_change=move |id: String| on_grid.set(id == "grid")/>
                </Show>
            </div>
            <div class="lately" data-late=move || is_late.get().to_string()><Chart scene=scene/></div>
            <p class="hide" role="status">{move || is_late.get().then(|| text("explore.looking"))}</p>
            <Facts facts=facts/>
            {move || groups.get().map(|(comparison, more)| view! { <Groups comparison more/> })}
        </div></Panel>
    }
}

/// The picture of two columns.
fn draw(view: &PairView, positive: Option<&str>, on_grid: bool) -> Scene {
    match &view.drawn {
        Drawn::Points { scatter, dates } => points(view, scatter, *dates, positive, on_grid),
        Drawn::Boxes { number, by, dates, plots, .. } => {
            let boxes = plots.levels.iter().zip(&plots.boxes).filter_map(|(level, plot)| Some(picture::box_stats(level, plot.as_ref()?)));
            chart::boxes(number, &boxes.collect::<Vec<_>>(), *dates).titled(format!("{number}, {by}"))
        }
        Drawn::Counts(table) => chart::cross_table(&chart::CrossTable {
            row_name: view.a.clone(),
            column_name: view.b.clone(),
            rows: table.rows.clone(),
            columns: table.columns.clone(),
            counts: table.counts.clone(),
            rest: table.rest,
        }),
    }
}

fn points(view: &PairView, scatter: &Scatter, dates: [bool; 2], positive: Option<&str>, on_grid: bool) -> Scene {
    let (x_name, y_name) = (view.a.clone(), view.b.clone());
    let correlation = scatter.pearson.value();
    if let (Some(bins), true) = (&scatter.bins, on_grid || scatter.colour.is_none()) {
        let (x_edges, y_edges) = (bins.x.clone(), bins.y.clone());
        return chart::scatter_cells(&chart::Cells { x_name, y_name, x_edges, y_edges, counts: bins.counts.clone(), correlation, dates });
    }
    let points = &scatter.points;
    let classes = match &scatter.colour {
        Some(Colour::Levels(names)) => names.clone(),
        _ => Vec::new(),
    };
    // A row whose class is missing is not drawn in the colour of another.
    let kept: Vec<usize> =
        (0..points.x.len()).filter(|&i| classes.is_empty() || points.colour.get(i).is_some_and(Option::is_some)).collect();
    let class = kept.iter().filter_map(|&i| points.colour.get(i).copied().flatten()).map(|class| class as usize).collect();
    chart::scatter(&chart::Scatter {
        x_name,
        y_name,
        x: kept.iter().map(|&i| points.x[i]).collect(),
        y: kept.iter().map(|&i| points.y[i]).collect(),
        class,
        positive: positive.and_then(|positive| classes.iter().position(|name| name == positive)),
        classes,
        correlation,
        dates,
        drawn_of: if scatter.bins.is_some() { scatter.n } else { 0 },
    })
}

fn fact(id: &str, value: &Figure) -> (String, String) {
    (text(&format!("explore.fact.{id}")), figure::shown(value, false))
}

/// A p value: small ones only say that they are small.
fn p_value(id: &str, p: &Figure) -> (String, String) {
    let shown = match p.value() {
        Some(p) if p < 0.001 => text("explore.tiny_p"),
        _ => figure::shown(p, false),
    };
    (text(&format!("explore.fact.{id}")), shown)
}

/// How the two hang together, in figures.
fn facts(view: &PairView) -> Vec<(String, String)> {
    let mut facts = vec![(text("explore.fact.both"), thousands(view.n))];
    match &view.of {
        Some(Measure::Numbers(numbers)) => {
            facts.extend([
                fact("pearson", &numbers.pearson),
                p_value("pearson_p", &numbers.pearson_p),
                fact("spearman", &numbers.spearman),
            ]);
        }
        Some(Measure::Categories(both)) => facts.extend([
            fact("cramers_v", &both.cramers_v),
            fact("cramers_v_corrected", &both.cramers_v_corrected),
            fact("chi_square", &both.chi_square),
            (text("explore.fact.df"), both.df.to_string()),
            p_value("p", &both.p),
            fact("information", &both.normalised_information),
        ]),
        Some(Measure::Mixed { eta }) => facts.push(fact("eta", eta)),
        None => {}
    }
    match &view.drawn {
        Drawn::Points { scatter, dates: [false, false] } => facts.push(fact("slope", &scatter.slope)),
        Drawn::Boxes { comparison, .. } => {
            facts.extend([
                fact("eta_squared", &comparison.eta_squared),
                p_value("anova_p", &comparison.anova.p),
                p_value("kruskal_p", &comparison.kruskal.p),
            ]);
            if let Some(two) = &comparison.two {
                facts.extend([fact("cohens_d", &two.cohens_d), fact("superiority", &two.superiority)]);
            }
        }
        _ => {}
    }
    facts
}

/// The groups of a number with their figures.
#[component]
fn Groups(comparison: Comparison, more: usize) -> impl IntoView {
    let shown = |value: &Figure| figure::shown(value, false);
    view! {
        <div class="scroll"><table>
            <thead><tr><th scope="col">{text("explore.group")}</th><th scope="col" class="num">{text("explore.fact.count")}</th><th scope="col" class="num">{text("explore.fact.mean")}</th><th scope="col" class="num">{text("explore.fact.sd")}</th><th scope="col" class="num">{text("explore.fact.median")}</th></tr></thead>
            <tbody>{comparison.groups.iter().map(|group| view! {
                <tr><th scope="row"><bdi>{group.level.clone()}</bdi></th><td class="num">{thousands(group.n)}</td><td class="num">{shown(&group.mean)}</td><td class="num">{shown(&group.sd)}</td><td class="num">{shown(&group.median)}</td></tr>
            }).collect_view()}</tbody>
        </table></div>
        {(more > 0).then(|| view! { <p class="muted small">{Message::new("explore.more_levels").with("count", more).to_string()}</p> })}
    }
}
