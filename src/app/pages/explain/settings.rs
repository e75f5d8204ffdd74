//! The settings of the methods that a part of the page uses.

use super::columns;
use crate::parts::{FieldsForm, Fold};
use crate::state::{Studio, trust::Trust};
use atelier::base::{Params, text};
use atelier::explain;
use atelier::recipe::Edit;
use leptos::prelude::*;

/// The methods of a part.
fn methods(part: &str) -> [&'static str; 2] {
    match part {
        "column" => ["dependence", "shap"],
        "row" => ["shap", "lime"],
        _ => ["permutation", "shap"],
    }
}

/// The fold.
#[component]
pub fn Settings(part: Memo<&'static str>) -> impl IntoView {
    view! {
        <Fold title=text("page.settings")>
            {move || methods(part.get()).map(|method| view! { <MethodForm method/> }).collect_view()}
        </Fold>
    }
}

#[component]
fn MethodForm(method: &'static str) -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let params = Signal::derive(move || studio.recipe.with(|recipe| recipe.explain.params(method)));
    let change = Callback::new(move |params: Params| {
        let explain = studio.recipe.with_untracked(|recipe| recipe.explain.clone());
        studio.edit(Edit::SetExplain(explain.with_params(method, params)));
    });
    let names = columns(trust);
    explain::find(method).map(|known| {
        // Which column is traced is chosen beside its curve.
        let fields = (known.fields)().into_iter().filter(|field| field.id != "columns").collect::<Vec<_>>();
        view! {
            <div class="stack" role="group" aria-label=text(&known.owner())>
                <b class="small">{text(&known.owner())}</b>
                <FieldsForm fields=fields owner=known.owner() params=params columns=names on_change=change/>
            </div>
        }
    })
}
