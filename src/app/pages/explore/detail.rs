//! One column closely: its distribution, by class where there are classes, and its figures.

use super::Explored;
use crate::parts::{Chart, Facts, Panel};
use atelier::base::{Figure, Message, text};
use atelier::chart::{self, Scene};
use atelier::profile::{ByTarget, ColumnProfile, Figures, Profile, TargetValues};
use leptos::prelude::*;

/// The classes of the target and the place of the positive one.
fn classes(profile: &Profile) -> (Vec<String>, Option<usize>) {
    match profile.target.as_ref().map(|target| &target.values) {
        Some(TargetValues::Classes { names, positive, .. }) => (names.clone(), *positive),
        _ => (Vec::new(), None),
    }
}

fn scene(profile: &Profile, column: &ColumnProfile) -> Scene {
    let rows = text("explore.rows");
    match &column.of {
        Figures::Number(number) => {
            let Some(found) = &number.histogram else { return Scene::nothing("histogram", &text("explore.no_picture")) };
            let floats = |counts: &[usize]| counts.iter().map(|&n| n as f64).collect::<Vec<f64>>();
            let (names, positive) = classes(profile);
            let (counts, classes, positive) = match &found.target {
                Some(ByTarget::Classes(by_class)) if by_class.len() == names.len() && names.len() <= 5 => {
                    (by_class.iter().map(|counts| floats(counts)).collect(), names, positive)
                }
                _ => (vec![floats(&found.counts)], Vec::new(), None),
            };
            chart::histogram(&chart::Histogram {
                column: column.name.clone(),
                edges: found.edges.clone(),
                counts,
                classes,
                positive,
                mark: None,
            })
        }
        Figures::Texts(texts) => {
            let mut names: Vec<String> = texts.top.iter().map(|level| level.text.clone()).collect();
            let mut values: Vec<f64> = texts.top.iter().map(|level| level.count as f64).collect();
            if texts.rest > 0 {
                names.push(text("explore.others"));
                values.push(texts.rest as f64);
            }
            chart::bars(&chart::Bars { title: column.name.clone(), unit: rows, names, values: vec![values], ..chart::Bars::default() })
        }
        Figures::Date(date) => {
            let (names, values) = date.periods.iter().map(|(name, count)| (name.clone(), *count as f64)).unzip();
            chart::bars(&chart::Bars {
                title: column.name.clone(),
                unit: rows,
                names,
                values: vec![values],
                most: 60,
                ..chart::Bars::default()
            })
        }
    }
}

fn facts(column: &ColumnProfile) -> Vec<(String, String)> {
    let fact = |id: &str, value: String| (text(&format!("explore.fact.{id}")), value);
    let figure = |id: &str, figure: &Figure| fact(id, super::super::judge::shown(figure));
    let thousands = super::super::thousands;
    let mut facts = vec![
        fact("count", thousands(column.count)),
        fact("missing", thousands(column.missing)),
        fact("distinct", thousands(column.distinct())),
    ];
    match &column.of {
        Figures::Number(number) => facts.extend([
            figure("mean", &number.mean),
            figure("sd", &number.sd),
            figure("min", &number.min),
            figure("max", &number.max),
            figure("skew", &number.skew),
            fact("zeros", thousands(number.zeros)),
            fact("far_out", thousands(number.far_out)),
        ]),
        Figures::Texts(texts) => {
            facts.push(fact("singletons", thousands(texts.singletons)));
            facts.push(figure("entropy", &texts.entropy));
            if let Some(lengths) = &texts.lengths {
                facts.push(fact("lengths", Message::new("judge.from_to").with("low", lengths.min).with("high", lengths.max).to_string()));
            }
        }
        Figures::Date(date) => {
            let mark = || text("page.missing_mark");
            facts.extend([
                fact("first", date.first.clone().unwrap_or_else(mark)),
                fact("last", date.last.clone().unwrap_or_else(mark)),
                figure("days", &date.days),
            ]);
        }
    }
    facts
}

/// The panel.
#[component]
pub fn Detail() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let column = Memo::new(move |_| {
        let place = explored.place()?;
        explored.profile.with(|profile| profile.as_ref().and_then(|profile| profile.columns.get(place)).cloned())
    });
    let title = Signal::derive(move || column.with(|column| column.as_ref().map(|column| column.name.clone()).unwrap_or_default()));
    let note = Signal::derive(move || {
        column.with(|column| column.as_ref().map(|column| text(&format!("kind.{}", column.kind.id()))).unwrap_or_default())
    });
    let picture = Signal::derive(move || {
        explored.profile.with(|profile| {
            column.with(|column| match (profile, column) {
                (Some(profile), Some(column)) => scene(profile, column),
                _ => Scene::nothing("histogram", &text("explore.no_picture")),
            })
        })
    });
    let facts = Signal::derive(move || column.with(|column| column.as_ref().map(facts).unwrap_or_default()));
    view! { <Panel title=title note=note><div class="stack"><Chart scene=picture/><Facts facts=facts/></div></Panel> }
}
