//! A trial of a person's own: a value for each parameter, beginning with the best ones.

use super::{fields_of, label_of, shown, try_own};
use crate::parts::{Button, NumberBox, Select};
use crate::state::Studio;
use atelier::base::{Field, Params, Stage, field, text};
use atelier::learn::Candidate;
use atelier::run::Tuned;
use atelier::tune::{self, Parameter, Range, Space};
use leptos::prelude::*;
use serde_json::Value;

/// What the dialog knows while it is open.
#[derive(Clone)]
struct Known {
    candidate: Candidate,
    fields: Vec<Field>,
    space: Space,
}

impl Known {
    /// What the model says against a value, if anything.
    fn fault(&self, path: &str, value: Value) -> Option<String> {
        let values = Params::from_iter([(path.to_owned(), value)]);
        let owner = format!("model.{}", self.candidate.model);
        match self.space.apply(&self.fields, &self.candidate.params, &values) {
            Ok(params) => {
                field::check(&self.fields, &params, Stage::Tune, &owner).into_iter().next().map(|problem| problem.message.to_string())
            }
            Err(problem) => Some(problem.message.to_string()),
        }
    }
}

/// The form and what runs it; `open` is set to false then.
#[component]
pub fn OwnTrial(tuned: Tuned, open: RwSignal<bool>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let candidate = studio.recipe.with_untracked(|recipe| recipe.models.get(tuned.tune.candidate).cloned()).unwrap_or_default();
    let known = Known { fields: fields_of(&candidate), candidate, space: tuned.tune.space.clone() };
    let best = tune::best(&tuned.trials, tuned.higher_is_better).or(tuned.trials.first()).map(|trial| trial.values.clone());
    // Also values of parameters that are not there with the best ones: another choice may bring them in.
    let params = known.space.apply(&known.fields, &known.candidate.params, &best.unwrap_or_default());
    let values = params.ok().and_then(|params| known.space.all_values_of(&known.fields, &params)).unwrap_or_default();
    let values = RwSignal::new(values);
    let space = known.space.clone();
    let there = Memo::new(move |_| values.with(|values| space.present(values.clone()).keys().cloned().collect::<Vec<_>>()));
    let rows = known.space.parameters.clone().into_iter().map(|parameter| {
        let (path, known) = (parameter.path.clone(), known.clone());
        let is_there = Memo::new(move |_| there.with(|there| there.contains(&path)));
        view! { <Show when=move || is_there.get()><Row parameter=parameter.clone() known=known.clone() values/></Show> }
    });
    let rows = rows.collect_view();
    let tuned = StoredValue::new(tuned);
    let run = move || {
        open.set(false);
        let own = values.get_untracked();
        tuned.with_value(|tuned| try_own(studio, tuned, tuned.tune.space.present(own)));
    };
    view! {
        <p class="muted small">{text("tuning.own.note")}</p>
        <div class="form">{rows}</div>
        <div class="foot"><Button label=text("page.cancel") on_click=move || open.set(false)/><Button kind="main" label=text("tuning.own.try") on_click=run/></div>
    }
}

/// A parameter with its value.
#[component]
fn Row(parameter: Parameter, known: Known, values: RwSignal<Params>) -> impl IntoView {
    let Parameter { path, range, .. } = parameter;
    let label = label_of(&known.candidate.model, &path);
    let name = label.clone();
    let own = path.clone();
    let value = Memo::new(move |_| values.with(|values| values.get(&own).cloned().unwrap_or_default()));
    let own = path.clone();
    let set = move |value: Value| values.update(|values| drop(values.insert(own.clone(), value)));
    let field = match range {
        Range::Choice { mut values } => {
            // One that the model has, or that an earlier search had, need not be among those that are searched now.
            let now = value.get_untracked();
            if !values.contains(&now) {
                values.push(now);
            }
            let options = values.iter().enumerate().map(|(at, value)| (at.to_string(), shown(&known.candidate.model, &path, value)));
            let options = options.collect::<Vec<_>>();
            let listed = values.clone();
            let chosen = Signal::derive(move || {
                value.with(|value| listed.iter().position(|other| other == value)).map_or_else(String::new, |at| at.to_string())
            });
            let choose = move |id: String| {
                if let Some(value) = id.parse().ok().and_then(|at: usize| values.get(at)) {
                    set(value.clone());
                }
            };
            view! { <Select label=name options=options value=chosen on_change=choose/> }.into_any()
        }
        Range::Number { .. } | Range::Integer { .. } => {
            let is_whole = matches!(range, Range::Integer { .. });
            let of = move |number: f64| if is_whole && number.fract() == 0.0 { Value::from(number as i64) } else { Value::from(number) };
            let number = Signal::derive(move || value.with(|value| value.as_f64().unwrap_or_default()));
            view! { <NumberBox label=name value=number check=move |number: f64| known.fault(&path, of(number)) on_change=move |number: f64| set(of(number))/> }.into_any()
        }
    };
    view! { <div class="field"><span>{label}</span>{field}</div> }
}
