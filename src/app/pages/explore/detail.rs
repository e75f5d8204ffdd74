//! One column closely: its distribution, what the target does in its parts, its figures, and what deserves a look about it.

use super::alerts::OfColumn;
use super::class::{self, ClassChoice};
use super::columns::RoleOf;
use super::{picture, thousands};
use crate::parts::{Button, Chart, Choice, Facts, Panel, figure};
use crate::state::{Explored, Studio, View};
use atelier::base::{Figure, Message, Stage, text};
use atelier::chart::{Scene, format};
use atelier::profile::{ColumnProfile, Figures, TargetValues};
use atelier::recipe::Edit;
use atelier::table::Role;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Detail() -> impl IntoView {
    let (studio, explored) = (expect_context::<Studio>(), expect_context::<Explored>());
    let column = explored.closely(studio);
    let name = Memo::new(move |_| {
        let place = explored.place()?;
        explored.of(|profile| profile.columns[place].name.clone())
    });
    let title = Signal::derive(move || name.get().unwrap_or_default());
    let note = Signal::derive(move || {
        column.with(|column| column.as_ref().map(|column| text(&format!("kind.{}", column.kind.id()))).unwrap_or_default())
    });
    // Which of the pictures of this kind of column is drawn.
    let way = RwSignal::new(String::new());
    let ways = Memo::new(move |_| {
        let ids: Vec<&str> = column.with(|column| match column.as_ref().map(|column| &column.of) {
            Some(Figures::Number(number)) if number.histogram.is_some() => vec!["bins", "boxes"],
            Some(Figures::Date(date)) if date.has_time => vec!["time", "month", "weekday", "hour"],
            Some(Figures::Date(_)) => vec!["time", "month", "weekday"],
            _ => vec![],
        });
        let is_classes = explored.of(|profile| {
            let target = profile.target.as_ref().filter(|target| Some(&target.column) == name.get().as_ref());
            matches!(target.map(|target| &target.values), Some(TargetValues::Classes { .. }))
        });
        // The balance of classes has one picture.
        let ids = if is_classes.unwrap_or(false) { vec![] } else { ids };
        ids.into_iter().map(|id| (id.to_owned(), text(&format!("explore.way.{id}")))).collect::<Vec<_>>()
    });
    let chosen =
        Memo::new(move |_| ways.with(|ways| ways.iter().find(|(id, _)| *id == way.get()).or(ways.first()).map(|(id, _)| id.clone())));
    let scene = Signal::derive(move || {
        let drawn = explored.of(|profile| {
            column.with(|column| {
                let column = column.as_ref()?;
                let way = chosen.get().unwrap_or_default();
                match way.as_str() {
                    "boxes" => picture::boxes(profile, column),
                    way => Some(picture::distribution(profile, column, way)),
                }
            })
        });
        drawn.flatten().unwrap_or_else(|| Scene::nothing("histogram", "chart.why.no_values"))
    });
    let class = class::chosen(explored);
    let rates =
        Memo::new(move |_| explored.of(|profile| column.with(|column| picture::rates(profile, column.as_ref()?, class.get()))).flatten());
    let is_bars = Memo::new(move |_| scene.with(|scene| matches!(scene.y.scale, atelier::chart::axis::Scale::Names(_)) || scene.empty));
    let (facts, more) = (
        Signal::derive(move || column.with(|column| column.as_ref().map(facts).unwrap_or_default())),
        Signal::derive(move || column.with(|column| column.as_ref().map(more_facts).unwrap_or_default())),
    );
    let tools = move || {
        view! {
            <Show when=move || { ways.with(Vec::len) > 1 }>
                <Choice label=text("explore.way") options=ways value=Signal::derive(move || chosen.get().unwrap_or_default()) on_change=move |id: String| way.set(id)/>
            </Show>
        }
    };
    view! {
        <Panel title=title note=note tools=tools><div class="stack">
            {move || name.get().map(|name| view! { <Purpose name=StoredValue::new(name)/> })}
            // Rows of names need room; other pictures fit beside what stands below them.
            {move || match is_bars.get() {
                true => view! { <Chart scene=scene/> }.into_any(),
                false => view! { <Chart scene=scene height=220/> }.into_any(),
            }}
            <Show when=move || rates.with(Option::is_some)><Rates rates=rates/></Show>
            <Facts facts=facts/>
            <details class="more"><summary>{text("explore.more_facts")}</summary><Facts facts=more/></details>
            <OfColumn column=title/>
        </div></Panel>
    }
}

/// What the column is for, and the two things that are done with a column: left out or put back, and set against the target.
#[component]
fn Purpose(name: StoredValue<String>) -> impl IntoView {
    let (studio, explored, view) = (expect_context::<Studio>(), expect_context::<Explored>(), expect_context::<View>());
    let goes_in = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.role(&name.get_value()) == Role::Input));
    let target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.clone()));
    let is_target = Memo::new(move |_| target.get() == Some(name.get_value()));
    let turn = move || {
        let mut goal = studio.recipe.with_untracked(|recipe| recipe.goal.clone());
        let name = name.get_value();
        match goes_in.get_untracked() {
            true => goal.roles.insert(name, Role::LeftOut),
            false => goal.roles.remove(&name),
        };
        studio.edit(Edit::SetGoal(goal));
    };
    view! {
        <div class="row wrap small">
            <RoleOf name=name/><span class="push"></span>
            <Show when=move || !is_target.get()>
                <Button label=Signal::derive(move || text(if goes_in.get() { "action.leave_out" } else { "explore.put_back" })) on_click=turn/>
                {move || target.get().map(|target| {
                    let label = Message::new("explore.against").with("target", &target).to_string();
                    view! { <Button kind="quiet" icon="chart" label=label on_click=move || {
                        explored.pair.set(Some((name.get_value(), target.clone())));
                        view.go(Stage::Explore, "pairs");
                    }/> }
                })}
            </Show>
        </div>
    }
}

/// What the target does in each part of the column; of several classes, which one is chosen.
#[component]
fn Rates(rates: Memo<Option<Scene>>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let class = class::chosen(explored);
    let words = move || {
        let outcome = explored.of(|profile| picture::outcome(profile, class.get())).unwrap_or_default();
        Message::new("explore.with_interval").with("outcome", outcome).to_string()
    };
    let scene = Signal::derive(move || rates.get().unwrap_or_else(|| Scene::nothing("rates", "chart.why.no_values")));
    view! {
        <div>
            <div class="row wrap"><p class="muted small">{words}</p><span class="push"></span><ClassChoice/></div>
            <Chart scene=scene height=150/>
        </div>
    }
}

fn fact(id: &str, value: String) -> (String, String) {
    (text(&format!("explore.fact.{id}")), value)
}

fn shown(id: &str, value: &Figure) -> (String, String) {
    fact(id, figure::shown(value, false))
}

fn range(low: String, high: String) -> String {
    Message::new("page.interval").with("low", low).with("high", high).to_string()
}

/// The figures that one looks at first.
fn facts(column: &ColumnProfile) -> Vec<(String, String)> {
    let mark = || text("page.undefined_mark");
    let mut facts = vec![fact("count", thousands(column.count)), fact("missing", thousands(column.missing))];
    match &column.of {
        Figures::Number(number) => {
            let quantile = |place: usize| number.quantiles.get(place).map_or_else(mark, |value| format::figure(*value));
            facts.extend([
                shown("mean", &number.mean),
                fact("median", quantile(3)),
                shown("sd", &number.sd),
                fact("quartiles", format!("{}, {}", quantile(2), quantile(4))),
                fact("range", range(figure::shown(&number.min, false), figure::shown(&number.max, false))),
                shown("skew", &number.skew),
            ]);
        }
        Figures::Texts(texts) => facts.extend([
            fact("distinct", thousands(texts.distinct)),
            fact("most_frequent", texts.top.first().map_or_else(mark, |level| level.text.clone())),
            fact("its_rows", texts.top.first().map_or_else(mark, |level| thousands(level.count))),
            fact("singletons", thousands(texts.singletons)),
        ]),
        Figures::Date(date) => facts.extend([
            fact("first", date.first.clone().unwrap_or_else(mark)),
            fact("median", date.median.clone().unwrap_or_else(mark)),
            fact("last", date.last.clone().unwrap_or_else(mark)),
            shown("days", &date.days),
        ]),
    }
    facts
}

/// The others.
fn more_facts(column: &ColumnProfile) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    match &column.of {
        Figures::Number(number) => {
            let quantile =
                |place: usize| number.quantiles.get(place).map_or_else(|| text("page.undefined_mark"), |value| format::figure(*value));
            facts.extend([
                fact("distinct", thousands(number.distinct)),
                fact("zeros", thousands(number.zeros)),
                fact("negatives", thousands(number.negatives)),
                fact("far_out", thousands(number.far_out)),
                shown("iqr", &number.iqr),
                shown("mad", &number.mad),
                shown("trimmed_mean", &number.trimmed_mean),
                shown("sem", &number.sem),
                shown("kurtosis", &number.kurtosis),
                fact("tails", range(quantile(0), quantile(6))),
                fact("ends", range(quantile(1), quantile(5))),
                shown("sum", &number.sum),
            ]);
            if let Some((value, count)) = number.top.first() {
                facts.push(fact("most_frequent", format::digits(*value, 6)));
                facts.push(fact("its_rows", thousands(*count)));
            }
        }
        Figures::Texts(texts) => {
            facts.extend([shown("entropy", &texts.entropy), shown("gini", &texts.gini)]);
            if let Some(lengths) = &texts.lengths {
                facts.push(fact("lengths", range(thousands(lengths.min), thousands(lengths.max))));
                facts.push(fact("mean_length", format::figure(lengths.mean)));
            }
        }
        Figures::Date(date) => facts.push(fact("distinct", thousands(date.distinct))),
    }
    if let Some(power) = &column.power {
        facts.push(shown("power", &power.score));
        facts.push(shown("gap_power", &power.gap_score));
    }
    facts
}
