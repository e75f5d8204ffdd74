//! What is left to chance: the seed, and the resamples behind every interval.

use crate::parts::{FieldsForm, Fold};
use crate::state::Studio;
use atelier::base::{Field, Params, text};
use atelier::recipe::Edit;
use leptos::prelude::*;
use serde_json::Value;

/// The fold.
#[component]
pub fn Chance() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let params = Signal::derive(move || {
        studio.recipe.with(|recipe| {
            let values = [("seed", Value::from(recipe.seed)), ("replicates", Value::from(recipe.judge.replicates))];
            values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Params>()
        })
    });
    let change = Callback::new(move |params: Params| {
        let number = |name: &str| params.get(name).and_then(Value::as_u64);
        let (seed, judge) = studio.recipe.with_untracked(|recipe| (recipe.seed, recipe.judge.clone()));
        if let Some(next) = number("seed").filter(|next| *next != seed) {
            studio.edit(Edit::SetSeed(next));
        }
        if let Some(next) = number("replicates").filter(|next| *next as usize != judge.replicates) {
            studio.edit(Edit::SetJudge(atelier::recipe::Judge { replicates: next as usize, ..judge }));
        }
    });
    // A seed is any whole number; JSON in a browser is exact up to 2^53.
    let fields = vec![Field::integer("seed", 1, 0, 1 << 53), Field::integer("replicates", 500, 0, 10_000)];
    view! { <Fold title=text("learn.chance")><FieldsForm fields=fields owner="learn.chance" params=params on_change=change/></Fold> }
}
