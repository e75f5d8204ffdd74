//! Whether and how a candidate's probabilities are set right: where it is chosen, and where its curve is drawn.

use super::Looked;
use crate::parts::{NamedSelect, Panel};
use crate::state::Studio;
use atelier::base::text;
use atelier::learn::{Calibration, Candidate};
use atelier::recipe::Edit;
use leptos::prelude::*;

/// The choice for a candidate.
#[component]
pub fn CalibrationChoice(
    /// The candidate's place.
    #[prop(into)]
    place: Signal<usize>,
    /// Whether it stands among other small controls.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let known = Calibration::ALL.into_iter().map(|(id, way)| (id, text(&format!("calibration.{id}")), way)).collect::<Vec<_>>();
    let value = Signal::derive(move || {
        studio.recipe.with(|recipe| recipe.models.get(place.get()).map(|candidate| candidate.calibration).unwrap_or_default())
    });
    let set = move |calibration: Calibration| {
        let at = place.get_untracked();
        if let Some(candidate) = studio.recipe.with_untracked(|recipe| recipe.models.get(at).cloned()) {
            studio.edit(Edit::ReplaceModel { at, model: Candidate { calibration, ..candidate } });
        }
    };
    view! { <NamedSelect label=text("calibration") known=known value=value small=small on_change=set/> }
}

/// The panel of the candidate that is looked at; nothing where numbers are predicted.
#[component]
pub fn CalibrationPanel(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let has_classes =
        Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)).is_some_and(|task| task.is_classification()));
    let help = move || {
        let way = looked.candidate.with(|candidate| candidate.as_ref().map(|it| it.calibration).unwrap_or_default());
        text(&format!("calibration.{}.help", way.id()))
    };
    view! {
        <Show when=move || has_classes.get()>
            <Panel title=text("calibration") note=text("calibration.note")>
                <div class="stack"><CalibrationChoice place=looked.place/><p class="muted small">{help}</p></div>
            </Panel>
        </Show>
    }
}
