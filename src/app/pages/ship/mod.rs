//! Ship: what the trained model leaves as, a row to try it on, new rows to predict.

mod exports;
mod predict;
mod try_one;

use super::need::WhenTrained;
use atelier::base::text;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Ship() -> impl IntoView {
    view! {
        <div class="head"><h1>{text("stage.ship")}</h1><p>{text("ship.page.note")}</p></div>
        <WhenTrained>
            <exports::Exports/>
            <div class="grid two"><try_one::TryOne/><predict::Predict/></div>
        </WhenTrained>
    }
}
