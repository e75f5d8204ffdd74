//! One column before the step that is looked at beside itself after it: a picture of each, and the figures.

use crate::pages::thousands;
use crate::parts::{Chart, Panel, figure};
use atelier::base::text;
use atelier::chart::{
    self, Scene,
    scene::{Ink, Mark},
};
use atelier::prepare::{Contrast, Shape, Side};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn BeforeAfter(column: String, contrast: Contrast) -> impl IntoView {
    let rows = figures(&contrast);
    let partly = contrast.after.as_ref().is_some_and(|side| side.shape.set_in_part());
    let picture = |side: Option<Side>, id: &str| {
        let scene = side.and_then(|side| scene(&column, side))?;
        // What a step left is grey after it, so all is grey before.
        let scene = if partly && id == "prepare.before" { quiet(scene) } else { scene };
        Some(view! { <figure><figcaption class="small muted">{text(id)}</figcaption><Chart scene=scene/></figure> })
    };
    let pictures = (picture(contrast.before, "prepare.before"), picture(contrast.after, "prepare.after"));
    let name = column.clone();
    view! {
        <Panel title=text("prepare.contrast") note=name>
            <div class="stack">
                <div class="grid two before-after">{pictures.0}{pictures.1}</div>
                <div class="scroll"><table>
                    <thead><tr><th scope="col"><span class="hide">{text("prepare.figure")}</span></th><th scope="col" class="num">{text("prepare.before")}</th><th scope="col" class="num">{text("prepare.after")}</th></tr></thead>
                    <tbody>{rows.into_iter().map(|(name, before, after)| view! { <tr><th scope="row">{name}</th><td class="num muted">{before}</td><td class="num">{after}</td></tr> }).collect_view()}</tbody>
                </table></div>
            </div>
        </Panel>
    }
}

/// What is drawn of a side; nothing of dates and of texts that mostly differ.
fn scene(column: &str, side: Side) -> Option<Scene> {
    let floats = |counts: &[usize]| counts.iter().map(|&count| count as f64).collect::<Vec<f64>>();
    // What the step left, and what it set; one colour where it set all or nothing.
    let parts = |counts: &[usize], set: &[usize]| {
        let (all, new) = (counts.iter().sum::<usize>(), set.iter().sum::<usize>());
        match new > 0 && new < all {
            true => {
                let left: Vec<usize> = counts.iter().zip(set).map(|(all, set)| all - set).collect();
                (vec![floats(&left), floats(set)], vec![text("prepare.left"), text("prepare.set")], Some(1))
            }
            false => (vec![floats(counts)], Vec::new(), None),
        }
    };
    match side.shape {
        Shape::None => None,
        Shape::Numbers { edges, counts, set, .. } => {
            let (counts, classes, positive) = parts(&counts, &set);
            Some(chart::histogram(&chart::Histogram { column: column.to_owned(), edges, counts, classes, positive, mark: None }))
        }
        Shape::Levels { distinct, .. } if 2 * distinct > side.known => None,
        Shape::Levels { top, others, .. } => {
            let (mut names, mut all, mut new): (Vec<String>, Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new(), Vec::new());
            let others = (others.0 > 0).then(|| (text("explore.others"), others.0, others.1));
            for (name, count, set) in top.into_iter().chain(others) {
                names.push(name);
                all.push(count);
                new.push(set);
            }
            let (values, classes, positive) = parts(&all, &new);
            let title = column.to_owned();
            Some(chart::bars(&chart::Bars { title, unit: text("explore.rows"), names, values, classes, positive, most: 13, share: false }))
        }
    }
}

/// The same bars in grey.
fn quiet(mut scene: Scene) -> Scene {
    for mark in &mut scene.marks {
        if let Mark::Rect { ink, .. } = mark {
            *ink = Ink::Rest;
        }
    }
    scene
}

/// The figures: name, before, after.
fn figures(contrast: &Contrast) -> Vec<(String, String, String)> {
    let of = |side: &Option<Side>| -> Vec<(&str, String)> {
        let Some(side) = side else { return Vec::new() };
        let mut figures = vec![("known", thousands(side.known)), ("missing", thousands(side.missing))];
        match &side.shape {
            Shape::Numbers { mean, median, sd, low, high, .. } => {
                let named = [("mean", mean), ("median", median), ("sd", sd), ("low", low), ("high", high)];
                figures.extend(named.map(|(name, value)| (name, figure::shown(value, false))));
            }
            Shape::Levels { distinct, .. } => figures.push(("distinct", thousands(*distinct))),
            Shape::None => {}
        }
        figures
    };
    let (before, after) = (of(&contrast.before), of(&contrast.after));
    let find =
        |side: &[(&str, String)], name: &str| side.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let ids = ["known", "missing", "mean", "median", "sd", "low", "high", "distinct"];
    let there = ids.into_iter().filter(|id| before.iter().chain(&after).any(|(name, _)| name == id));
    there.map(|id| (text(&format!("prepare.figure.{id}")), find(&before, id), find(&after, id))).collect()
}
