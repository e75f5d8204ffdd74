//! The chosen model as a drawing, where it is a decision tree: as many questions deep as one wants to see.

use super::Judged;
use crate::parts::{Chart, Fold, Select};
use atelier::base::text;
use atelier::chart;
use atelier::judge::{DEEPEST, TreeFacts};
use leptos::prelude::*;

/// The panel, folded; nothing where the chosen model is no tree.
#[component]
pub fn Tree() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let tree = Memo::new(move |_| {
        judged.trained.with(|trained| {
            let fit = trained.as_ref()?.candidates.get(judged.chosen.get())?.fits.last()?;
            fit.tree.clone()
        })
    });
    let drawing = move || tree.get().map(|tree| view! { <Drawing tree classes=judged.classes()/> });
    view! {
        <Show when=move || tree.with(Option::is_some)><Fold title=text("chart.tree")>{drawing}</Fold></Show>
    }
}

/// The drawing, and how deep it goes.
#[component]
fn Drawing(tree: TreeFacts, classes: Vec<String>) -> impl IntoView {
    let deepest = tree.depth.min(DEEPEST);
    // On a phone there is room for the words of two questions side by side.
    let is_narrow = window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < 600.0);
    let depth = RwSignal::new(deepest.min(if is_narrow { 2 } else { 3 }).to_string());
    let options: Vec<(String, String)> = (2..=deepest).map(|depth| (depth.to_string(), depth.to_string())).collect();
    let scene = Memo::new(move |_| chart::tree(&tree, &classes, depth.get().parse().unwrap_or(3)));
    view! {
        <p class="muted small">{text("learn.tree.note")}</p>
        {(deepest > 2).then(|| view! {
            <label class="field"><span>{text("learn.tree.depth")}</span>
                <Select label=text("learn.tree.depth") options=options value=depth on_change=move |id: String| depth.set(id)/>
            </label>
        })}
        <Chart scene=scene/>
    }
}
