//! Tables of the study whose rows are not on this device: each can be chosen again.

use super::replace::supply;
use super::take::ACCEPT;
use crate::parts::Hint;
use crate::state::{Studio, View, files};
use atelier::base::{Message, text};
use leptos::prelude::*;

/// A hint for each of them.
#[component]
pub fn Missing() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    move || {
        let places = studio.missing.get();
        places
            .into_iter()
            .filter_map(|place| {
                let source = studio.recipe.with_untracked(|recipe| recipe.sources.get(place).cloned())?;
                let title = Message::new("data.gone").with("file", &source.file).to_string();
                let choose = Callback::new(move |()| files::choose(ACCEPT, move |file| supply(studio, view, place, file)));
                Some(view! { <Hint kind="warn" title detail=text("data.gone.detail") action=Message::new("data.gone.choose").with("file", source.file).to_string() main=true on_action=choose/> })
            })
            .collect_view()
    }
}
