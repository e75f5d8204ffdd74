//! Data: opening a table, how it was read, joining others to it.

mod open;
mod project;
mod read;
mod samples;

use crate::state::{Studio, View};
use atelier::base::Stage;
use leptos::prelude::*;
pub use project::{at_start, save_project_file};

/// The page: opening where there is no table or the address asks for it, else what was read.
#[component]
pub fn Data() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let opening = Memo::new(move |_| {
        let route = view.route.get();
        (route.stage == Stage::Data && route.part == "open") || studio.project.with(Option::is_none)
    });
    move || match opening.get() {
        true => view! { <open::Open/> }.into_any(),
        false => view! { <read::ReadReport/> }.into_any(),
    }
}
