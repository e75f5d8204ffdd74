//! What counts as success, and the figures to beat.

use super::change;
use crate::parts::{Button, NamedSelect, NumberBox, Panel, Select};
use crate::state::Studio;
use atelier::base::{Message, Task, text};
use atelier::judge::{Bound, Criterion, On};
use atelier::{metric, recipe};
use leptos::prelude::*;

/// The value that a criterion begins with; every metric can have it.
const USUAL: f64 = 0.8;

/// What counts as success.
#[component]
pub fn Success() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let task = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)));
    let criteria = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.criteria.clone()));
    let count = Memo::new(move |_| criteria.with(Vec::len));
    let add = move || {
        let Some(task) = task.get_untracked() else { return };
        let (metric, value) = match task {
            Task::Regression => ("r2", USUAL),
            Task::Binary => ("roc_auc", USUAL),
            Task::Multiclass => ("accuracy", USUAL),
        };
        change(studio, |goal| goal.criteria.push(Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value, on: On::HeldOut }));
    };
    // The figures to beat: those of the criteria, or of the metric that one would start with.
    let baseline = move || {
        let lead = match task.get() {
            Some(Task::Regression) => "rmse",
            _ => "accuracy",
        };
        let mut wanted: Vec<String> = criteria.with(|criteria| criteria.iter().map(|criterion| criterion.metric.clone()).collect());
        if wanted.is_empty() {
            wanted.push(lead.to_owned());
        }
        wanted.dedup();
        let figures = studio.look.with(|look| look.as_ref().map(|look| look.baseline.clone()).unwrap_or_default());
        let words: Vec<String> = figures
            .iter()
            .filter(|(id, _)| wanted.contains(id))
            .map(|(id, figure)| {
                let value = figure.value().map_or_else(|| text("page.missing_mark"), |value| atelier::chart::format::digits(value, 3));
                format!("{} {value}", text(&format!("metric.{id}")))
            })
            .collect();
        if words.is_empty() { String::new() } else { Message::new("goal.baseline").with("figures", words.join(", ")).to_string() }
    };
    view! {
        <Panel title=text("goal.success") note=text("goal.success.note") tools=move || view! { <Button icon="plus" kind="quiet" label=text("goal.add_criterion") on_click=add/> }>
            <div class="stack">
                {move || (0..count.get()).map(|place| view! { <CriterionRow place=place criteria=criteria task=task/> }).collect_view()}
                <Show when=move || count.get() == 0><p class="muted small">{text("goal.no_criteria")}</p></Show>
                <p class="muted small">{baseline}</p>
            </div>
        </Panel>
    }
}

#[component]
fn CriterionRow(place: usize, criteria: Memo<Vec<Criterion>>, task: Memo<Option<Task>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let this = Memo::new(move |_| criteria.with(|criteria| criteria.get(place).cloned()));
    let set = move |set: &dyn Fn(&mut Criterion)| {
        change(studio, |goal| {
            if let Some(criterion) = goal.criteria.get_mut(place) {
                set(criterion);
            }
        });
    };
    // The recipe's own metric stands there, whatever the task is.
    let metrics = Signal::derive(move || {
        let known = task.get().map(metric::for_task).unwrap_or_default();
        let mut ids: Vec<String> = known.into_iter().map(|metric| metric.id.to_owned()).collect();
        let own = this.with(|this| this.as_ref().map(|criterion| criterion.metric.clone()));
        ids.extend(own.filter(|own| !ids.contains(own)));
        ids.into_iter().map(|id| (id.clone(), text(&format!("metric.{id}")))).collect::<Vec<_>>()
    });
    let metric = Signal::derive(move || this.with(|this| this.as_ref().map(|criterion| criterion.metric.clone()).unwrap_or_default()));
    let set_metric = Callback::new(move |id: String| {
        set(&|criterion| {
            criterion.metric = id.clone();
            criterion.bound = if metric::find(&id).is_none_or(|metric| metric.higher_is_better) { Bound::AtLeast } else { Bound::AtMost };
            if recipe::criterion(criterion, None).is_some() {
                criterion.value = USUAL;
            }
        });
    });
    let bounds = [("at_least", Bound::AtLeast), ("at_most", Bound::AtMost)];
    let bounds = bounds.map(|(id, bound)| (id, text(&format!("goal.{id}")), bound)).to_vec();
    let bound = Signal::derive(move || this.with(|this| this.as_ref().map_or(Bound::AtLeast, |criterion| criterion.bound)));
    let places = [("held_out", On::HeldOut), ("folds", On::Folds)];
    let places = places.map(|(id, on)| (id, text(&format!("goal.on_{id}")), on)).to_vec();
    let on = Signal::derive(move || this.with(|this| this.as_ref().map_or(On::HeldOut, |criterion| criterion.on)));
    let value = Signal::derive(move || this.with(|this| this.as_ref().map_or(0.0, |criterion| criterion.value)));
    let check = Callback::new(move |value: f64| {
        let asked = Criterion { value, ..this.get_untracked()? };
        recipe::criterion(&asked, None).map(|problem| problem.to_string())
    });
    let set_value = Callback::new(move |value: f64| set(&|criterion| criterion.value = value));
    let wrong = move || {
        this.get()
            .and_then(|this| recipe::criterion(&this, task.get()))
            .map(|problem| view! { <p class="wrong" role="alert">{problem.to_string()}</p> })
    };
    let number = Message::new("goal.criterion").with("number", place + 1).to_string();
    view! {
        <div class="row criterion" role="group" aria-label=number>
            <Select label=text("goal.metric") options=metrics value=metric on_change=set_metric/>
            <NamedSelect label=text("goal.bound") known=bounds value=bound on_change=move |bound| set(&|criterion| criterion.bound = bound)/>
            <NumberBox label=text("goal.value") value=value check=check on_change=set_value/>
            <NamedSelect label=text("goal.on") known=places value=on on_change=move |on| set(&|criterion| criterion.on = on)/>
            <Button icon="trash" kind="quiet" name=Message::new("goal.remove_criterion").with("number", place + 1).to_string() on_click=move || change(studio, |goal| {
                if place < goal.criteria.len() { goal.criteria.remove(place); }
            })/>
            {wrong}
        </div>
    }
}
