//! The task with its reason, and the positive class.

use super::change;
use crate::parts::{Button, Chart, Choice, Panel};
use crate::state::Studio;
use atelier::base::{Message, Task, text};
use atelier::chart;
use atelier::recipe;
use leptos::prelude::*;

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

/// The task with the reason, the positive class.
#[component]
pub fn TaskPanel() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let task = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)));
    let reason = move || {
        studio.look.with(|look| look.as_ref().and_then(|look| look.reason.clone()).map(|reason| reason.to_string()).unwrap_or_default())
    };
    let classes = Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.classes.clone()).unwrap_or_default()));
    let tasks: Vec<(String, String)> = TASKS.map(|task| (task.id().to_owned(), text(&format!("task.{}.short", task.id())))).to_vec();
    let positive = Memo::new(move |_| {
        studio
            .recipe
            .with(|recipe| recipe.goal.positive.clone())
            .or_else(|| classes.with(|classes| classes.last().map(|(name, _)| name.clone())))
            .unwrap_or_default()
    });
    let options = Signal::derive(move || classes.get().into_iter().map(|(name, _)| (name.clone(), name)).collect::<Vec<_>>());
    let balance = Memo::new(move |_| {
        let (names, counts): (Vec<String>, Vec<f64>) = classes.get().into_iter().map(|(name, count)| (name, count as f64)).unzip();
        let wanted = (task.get() == Some(Task::Binary)).then(|| names.iter().position(|name| *name == positive.get())).flatten();
        chart::class_balance(&names, &counts, wanted)
    });
    let inferred = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.inferred)));
    let is_given = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.task.is_some()));
    let set_task = move |wanted: Option<Task>| {
        let inferred = inferred.get_untracked();
        let two = classes.with_untracked(|classes| classes.len() == 2);
        // Two classes are one of two, whatever is asked for.
        let wanted = wanted.map(|task| if task == Task::Multiclass && two { Task::Binary } else { task });
        // What the values suggest need not be said.
        let given = wanted.filter(|task| Some(*task) != inferred);
        let recipe = studio.recipe.get_untracked();
        if let Some(task) = wanted.or(inferred).filter(|task| {
            recipe.goal.task != given || studio.look.with_untracked(|look| look.as_ref().and_then(|look| look.task)) != Some(*task)
        }) {
            studio.edit(recipe::retask(&recipe, given, task));
        }
    };
    let back = Signal::derive(move || {
        let task = inferred.get().map_or(String::new(), |task| text(&format!("task.{}.short", task.id())));
        Message::new("goal.as_inferred").with("task", task).to_string()
    });
    view! {
        <Panel title=text("goal.task") note=Signal::derive(reason)>
            <div class="stack">
                <Choice label=text("goal.task") options=tasks value=Signal::derive(move || task.get().map_or(String::new(), |task| task.id().to_owned())) on_change=move |id: String| set_task(TASKS.into_iter().find(|task| task.id() == id))/>
                <Show when=move || is_given.get() && inferred.get().is_some()>
                    <div><Button icon="undo" kind="quiet" label=back on_click=move || set_task(None)/></div>
                </Show>
                <Show when=move || task.get() == Some(Task::Binary) && classes.with(|classes| classes.len() == 2)>
                    <div class="field"><span>{text("goal.positive")}</span>
                        <Choice label=text("goal.positive") options=options value=positive on_change=move |name: String| change(studio, |goal| goal.positive = Some(name))/>
                    </div>
                </Show>
                <Show when=move || classes.with(|classes| !classes.is_empty())><Chart scene=balance/></Show>
            </div>
        </Panel>
    }
}
