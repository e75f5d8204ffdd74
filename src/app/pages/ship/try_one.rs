//! One row, typed in, and what the model says of it at once.

use crate::parts::{Panel, ProblemHint};
use crate::state::Studio;
use atelier::base::{Message, Problem, text};
use atelier::chart::format::digits;
use atelier::run::{Ask, Form};
use atelier::ship::{InputFacts, Told};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The panel.
#[component]
pub fn TryOne() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let form = RwSignal::new(None::<Form>);
    let values = RwSignal::new(BTreeMap::<String, String>::new());
    let told = RwSignal::new(None::<Result<Told, Problem>>);
    let chosen = Memo::new(move |_| (studio.training(), studio.recipe.with(|recipe| recipe.chosen)));
    Effect::new(move |_| {
        chosen.track();
        let recipe = Box::new(studio.recipe.get_untracked());
        leptos::task::spawn_local(async move {
            match studio.ask::<Form>(Ask::Form(recipe), &[]).await {
                Ok(found) => {
                    values.update(|values| {
                        for input in &found.inputs {
                            values.entry(input.name.clone()).or_insert_with(|| input.typical.clone());
                        }
                    });
                    form.set(Some(found));
                }
                Err(problem) => told.set(Some(Err(problem))),
            }
        });
    });
    // One question at a time: what is typed meanwhile is asked when its answer is there.
    let (asking, typed) = (StoredValue::new(false), StoredValue::new(0_u64));
    Effect::new(move |_| {
        values.track();
        if form.with(Option::is_none) {
            return;
        }
        typed.update_value(|typed| *typed += 1);
        if asking.get_value() {
            return;
        }
        asking.set_value(true);
        leptos::task::spawn_local(async move {
            loop {
                let Some(number) = typed.try_get_value() else { return };
                let (recipe, given) = (Box::new(studio.recipe.get_untracked()), values.get_untracked());
                let answer = studio.ask::<Told>(Ask::TryOne { recipe, values: given }, &[]).await;
                match typed.try_get_value() {
                    // Another page is looked at.
                    None => return,
                    Some(now) if now == number => {
                        told.set(Some(answer));
                        asking.set_value(false);
                        return;
                    }
                    // The answer belongs to an older row.
                    Some(_) => {}
                }
            }
        });
    });
    view! {
        <Panel title=text("ship.try") note=text("ship.try.note")>
            <div class="stack">
                <div class="told" role="status" aria-label=text("ship.try.answer")>{move || told.get().map(|told| match told {
                    Ok(told) => view! { <Answer told/> }.into_any(),
                    Err(problem) => view! { <ProblemHint problem/> }.into_any(),
                })}</div>
                <div class="form">{move || form.with(|form| form.as_ref().map(|form| form.inputs.clone()).unwrap_or_default()).into_iter().map(|input| view! { <Input input values/> }).collect_view()}</div>
            </div>
        </Panel>
    }
}

#[component]
fn Answer(told: Told) -> impl IntoView {
    let target = expect_context::<Studio>().recipe.with_untracked(|recipe| recipe.goal.target.clone()).unwrap_or_default();
    let threshold = told.threshold.map(|threshold| Message::new("ship.try.threshold").with("at", format!("{threshold:.2}")).to_string());
    // A number is read at a glance; all its digits are there for who asks.
    let number = told.probabilities.is_empty().then(|| told.prediction.parse().ok()).flatten();
    let prediction = number.map_or_else(|| told.prediction.clone(), |number| digits(number, 5));
    view! {
        <p><bdi>{target}</bdi>": "<b class="figure" title=told.prediction.clone()><bdi>{prediction}</bdi></b></p>
        {told.probabilities.into_iter().map(|(class, p)| {
            let percent = format!("{:.1}%", 100.0 * p);
            view! { <div class="probability"><bdi>{class}</bdi><div class="progress" aria-hidden="true"><i style:--value=(100.0 * p).to_string()></i></div><span class="num">{percent}</span></div> }
        }).collect_view()}
        {threshold.map(|words| view! { <p class="muted small">{words}</p> })}
        {told.notes.into_iter().map(|note| view! { <p class="small warn"><bdi>{match &note.place { atelier::base::Place::Column(name) => format!("{name}: "), _ => String::new() }}</bdi>{note.message.to_string()}</p> }).collect_view()}
    }
}

#[component]
fn Input(input: InputFacts, values: RwSignal<BTreeMap<String, String>>) -> impl IntoView {
    let name = StoredValue::new(input.name.clone());
    let value = move || values.with(|values| values.get(&name.get_value()).cloned().unwrap_or_default());
    let set = move |text: String| {
        values.update(|values| {
            values.insert(name.get_value(), text);
        });
    };
    let hint = input.range.as_ref().map(|(low, high)| Message::new("judge.from_to").with("low", low).with("high", high).to_string());
    let control = if input.levels.is_empty() {
        view! { <input class="box" type="text" prop:value=value on:input=move |event| set(event_target_value(&event))/> }.into_any()
    } else {
        let levels = input.levels.clone();
        view! {
            <select class="box" on:change=move |event| set(event_target_value(&event))>
                <option value="" prop:selected=move || value().is_empty()>{text("page.missing")}</option>
                {levels.into_iter().map(|level| { let (this, id) = (level.clone(), level.clone()); view! { <option value=id prop:selected=move || value() == this>{level}</option> } }).collect_view()}
            </select>
        }
        .into_any()
    };
    view! { <label class="field" title=hint><span class="mono"><bdi>{input.name}</bdi></span>{control}</label> }
}
