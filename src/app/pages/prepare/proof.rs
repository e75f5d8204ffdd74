//! The proof on demand that the preparation learns nothing from rows that a fold may not see.

use super::Pipeline;
use crate::pages::thousands;
use crate::parts::{Button, Hint};
use crate::state::{Studio, studio::Stamped};
use atelier::base::{Message, text};
use atelier::judge::Proof;
use atelier::recipe::digest_of;
use atelier::run::Ask;
use leptos::prelude::*;

fn digest(studio: Studio) -> String {
    let table = studio.look.with(|look| look.as_ref().map(|look| look.table.clone()).unwrap_or_default());
    studio.recipe.with(|recipe| digest_of(&(table, recipe.setup_digest(), recipe.steps())))
}

/// The button.
#[component]
pub fn ProveIt() -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let ready = Memo::new(move |_| {
        let fits = pipeline.preview.with(|preview| preview.problem.is_none() && !preview.steps.is_empty());
        fits && studio.look.with(|look| look.as_ref().is_some_and(|look| look.split.is_some()))
    });
    let prove = move || {
        let digest = untrack(|| digest(studio));
        leptos::task::spawn_local(async move {
            let recipe = Box::new(studio.recipe.get_untracked());
            if let Some((value, _)) = studio.work::<Proof>("prove", Ask::Prove(recipe), &[]).await {
                pipeline.proven.set(Some(Stamped { digest, value }));
            }
        });
    };
    view! { <Show when=move || ready.get()><Button icon="shield" label=text("prepare.prove") name=text("prepare.prove.name") disabled=busy on_click=prove/></Show> }
}

/// What came of it, as long as the preparation is the same.
#[component]
pub fn Proven() -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    move || {
        let proof = pipeline.proven.get().filter(|proof| proof.digest == digest(studio))?.value;
        let close = Callback::new(move |()| pipeline.proven.set(None));
        let (kind, id) = if proof.leaks.is_empty() { ("good", "prepare.proven") } else { ("bad", "prepare.leaks") };
        let title = Message::new(id).with("leaks", proof.leaks.len()).with("steps", proof.steps).with("folds", proof.folds).to_string();
        let detail = Message::new("prepare.proven.detail").with("cells", thousands(proof.cells)).to_string();
        Some(view! { <Hint kind title detail on_close=close/> })
    }
}
