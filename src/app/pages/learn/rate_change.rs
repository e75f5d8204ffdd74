//! Another learning rate from now on, while a network trains: the change goes into the study, so that the same training comes
//! to the same weights again.

use super::{Looked, settings};
use crate::parts::{Button, FieldsForm};
use crate::state::{Studio, saving::after};
use atelier::base::{Field, Message, Params};
use atelier::learn::Epoch;
use leptos::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

/// The rate that the looked at network has now, and the button that changes it from the next epoch on.
#[component]
pub fn RateChange(curves: Memo<Vec<Vec<Epoch>>>, looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    // The first epoch that no fold has begun; what was learned before it stays as it is.
    let next = Memo::new(move |_| curves.with(|curves| curves.iter().map(Vec::len).max().unwrap_or(0)) as u32 + 2);
    let now = settings::params(looked).get_untracked().get("rate").and_then(Value::as_f64).unwrap_or(0.003);
    let params = RwSignal::new(Params::from_iter([(
        "rate".to_owned(),
        json!(atelier::chart::format::digits(now / 10.0, 3).parse::<f64>().unwrap_or(0.0003)),
    )]));
    let label = Signal::derive(move || Message::new("learn.rate_change").with("epoch", next.get()).to_string());
    let change = move || {
        let Some(rate) = params.with_untracked(|params| params.get("rate").cloned()) else { return };
        let mut own = settings::params(looked).get_untracked();
        let epoch = next.get_untracked();
        let mut changes = own.get("rate_changes").and_then(Value::as_array).cloned().unwrap_or_default();
        // What was planned for later is overruled.
        changes.retain(|change| change.get("epoch").and_then(Value::as_u64).is_some_and(|at| at < u64::from(epoch)));
        changes.push(json!({"epoch": epoch, "rate": rate}));
        own.insert("rate_changes".to_owned(), changes.into());
        leptos::task::spawn_local(async move {
            studio.cancel();
            while studio.busy.with_untracked(Option::is_some) {
                after(Duration::from_millis(20)).await;
            }
            settings::change(studio, looked).run(own);
            let _ = studio.train().await;
        });
    };
    view! {
        <div class="row wrap">
            <FieldsForm fields=vec![Field::log_number("rate", 0.001, 1e-6, 10.0)] owner="learn.rate_change" params=params on_change=Callback::new(move |next| params.set(next))/>
            <Button label=label on_click=change/>
        </div>
    }
}
