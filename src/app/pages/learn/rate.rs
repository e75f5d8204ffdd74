//! A learning rate that suits: trainings with many, on demand.

use super::{Looked, settings};
use crate::parts::{Button, Chart, Hint};
use crate::state::{Studio, on_demand::OnDemand, trust::Trust};
use atelier::base::{Message, text};
use atelier::chart;
use atelier::chart::format::place;
use atelier::judge::rates::Rates;
use atelier::recipe::{Recipe, digest_of};
use atelier::report;
use atelier::run::Ask;
use leptos::prelude::*;

/// The button, what it does, and what was found.
#[component]
pub fn RateFinder(looked: Looked) -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let question = OnDemand { busy: "rates", ask: Ask::Rates, kept: trust.rates };
    // What the trainings depend on, apart from the rate itself, which is compared with what was found.
    let stamp = Memo::new(move |_| {
        let table = studio.look.with(|look| look.as_ref().map(|look| look.table.clone()))?;
        let candidate = looked.candidate.get()?;
        let mut params = candidate.params.clone();
        params.remove("rate");
        studio.recipe.with(|recipe| Some(digest_of(&(table, recipe.setup_digest(), &recipe.prepare, params))))
    });
    let found = question.found(stamp);
    let blocked = super::super::need::blocked(studio);
    let disabled = Signal::derive(move || studio.busy.with(Option::is_some) || blocked.with(Option::is_some));
    let run = move || {
        // The engine asks the chosen candidate: here the one that is looked at.
        let recipe = Recipe { chosen: looked.place.get_untracked(), ..studio.recipe.get_untracked() };
        question.run_with(studio, stamp.get_untracked(), recipe);
    };
    let label = Signal::derive(move || text(if found.with(Option::is_some) { "rates.again" } else { "rates.run" }));
    view! {
        <div class="stack">
            <div class="row"><Button label=label disabled=disabled on_click=run/></div>
            {move || match found.get() {
                Some(found) => view! { <Found found looked/> }.into_any(),
                None => view! { <p class="muted small">{text("rates.what")}</p> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Found(found: Rates, looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let now = settings::params(looked).get().get("rate").and_then(serde_json::Value::as_f64);
    let hint = match found.best {
        None => view! { <Hint kind="warn" title=report::found::rates(&found).to_string()/> }.into_any(),
        Some((rate, _)) => {
            let taken = now.is_some_and(|now| (now - rate).abs() <= 0.02 * rate);
            let action =
                if found.helps && !taken { Message::new("rates.use").with("rate", place(rate)).to_string() } else { String::new() };
            let take = Callback::new(move |()| {
                let mut params = settings::params(looked).get_untracked();
                params.insert("rate".to_owned(), rate.into());
                settings::change(studio, looked).run(params);
            });
            let kind = if found.helps && !taken { "note" } else { "good" };
            view! { <Hint kind title=report::found::rates(&found).to_string() action=action on_action=take/> }.into_any()
        }
    };
    view! { <Chart scene=Signal::stored(chart::finder(&found)) height=180/>{hint} }
}
