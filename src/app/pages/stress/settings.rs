//! The settings of the probes: of all together, and of each that has some.

use crate::parts::{FieldsForm, Fold};
use crate::state::Studio;
use atelier::base::{Params, text};
use atelier::recipe::Edit;
use atelier::stress::{self, PROBES, Probe};
use leptos::prelude::*;

/// The fold.
#[component]
pub fn Settings() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let params = Signal::derive(move || studio.recipe.with(|recipe| recipe.stress.params()));
    let change = Callback::new(move |params: Params| {
        let stress = studio.recipe.with_untracked(|recipe| recipe.stress.clone());
        studio.edit(Edit::SetStress(stress.with_params(params)));
    });
    let probes = PROBES.iter().filter(|probe| !(probe.fields)().is_empty());
    view! {
        <Fold title=text("page.settings")>
            <FieldsForm fields=stress::fields() owner="stress" params=params on_change=change/>
            {probes.map(|probe| view! { <ProbeForm probe/> }).collect_view()}
        </Fold>
    }
}

#[component]
fn ProbeForm(probe: &'static Probe) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let params = Signal::derive(move || studio.recipe.with(|recipe| recipe.stress.probes.get(probe.id).cloned().unwrap_or_default()));
    let change = Callback::new(move |params: Params| {
        let stress = studio.recipe.with_untracked(|recipe| recipe.stress.clone());
        studio.edit(Edit::SetStress(stress.with_probe(probe.id, params)));
    });
    view! {
        <div class="stack" role="group" aria-label=text(&probe.owner())>
            <b class="small">{text(&probe.owner())}</b>
            <FieldsForm fields=(probe.fields)() owner=probe.owner() params=params on_change=change/>
        </div>
    }
}
