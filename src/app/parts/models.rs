//! Models that are put together: each with what is set of it, how much it counts where that matters, and the way out.

use super::{Button, Menu, NumberBox};
use atelier::base::{Field, Kind, Message, Stage, text};
use atelier::learn::Estimator;
use atelier::report::html::set_of;
use leptos::prelude::*;
use serde_json::Value;

/// The list of a field that holds models, with the menu that adds one of those that are offered.
#[component]
pub fn ModelsControl(
    /// The field.
    field: Field,
    /// The id of its text.
    owner: String,
    /// Its value.
    #[prop(into)]
    value: Signal<Value>,
    /// Names and models that can be added.
    offered: Signal<Vec<(String, Estimator)>>,
    /// Told the value after a change.
    set: Callback<Value>,
) -> impl IntoView {
    let (max, weighted) = if let Kind::Models { max, weighted } = field.kind { (max, weighted) } else { (0, false) };
    let models = Memo::new(move |_| serde_json::from_value::<Vec<Estimator>>(value.get()).unwrap_or_default());
    let put = move |models: Vec<Estimator>| set.run(serde_json::to_value(models).unwrap_or_default());
    let full = move || models.with(|models| models.len() >= max);
    let items = Signal::derive(move || {
        let add = |(name, model): (String, Estimator)| {
            let act = move |()| {
                let mut now = models.get_untracked();
                now.push(model.clone());
                put(now);
            };
            (name, Callback::new(act))
        };
        if full() { Vec::new() } else { offered.get().into_iter().map(add).collect::<Vec<_>>() }
    });
    // Drawn anew only where another model stands there, not for another weight: the focus stays where it is.
    let kinds = Memo::new(move |_| models.with(|models| models.iter().map(|model| model.model.clone()).collect::<Vec<_>>()));
    let item = move |(place, kind): (usize, String)| {
        let name = text(&format!("model.{kind}"));
        let settings = move || match models.with(|models| models.get(place).map(set_of)).unwrap_or_default() {
            none if none.is_empty() => text("page.usual_settings"),
            settings => settings,
        };
        let weight = Signal::derive(move || models.with(|models| models.get(place).map_or(1.0, |model| model.weight)));
        let label = Message::new("page.weight_of").with("model", &name).to_string();
        let check = move |weight: f64| {
            let model = serde_json::json!([{"model": "", "weight": weight}]);
            let field = Field::models("estimators", max, true);
            field.check(&model, Stage::Learn, "model.voting").map(|_| Message::new("page.weight_range").to_string())
        };
        let weigh = move |weight: f64| {
            let mut now = models.get_untracked();
            if let Some(model) = now.get_mut(place) {
                model.weight = weight;
            }
            put(now);
        };
        let remove = move || {
            let mut now = models.get_untracked();
            if place < now.len() {
                now.remove(place);
            }
            put(now);
        };
        view! {
            <div class="item model" role="group" aria-label=format!("{name} {}", place + 1)>
                <p><b>{name.clone()}</b><br/><span class="muted small">{settings}</span></p>
                {weighted.then(|| view! { <span class="muted small" aria-hidden="true">{text("page.weight")}</span><NumberBox label=label value=weight check=check on_change=weigh/> })}
                <Button icon="trash" kind="quiet" name=format!("{} {}", text("page.remove"), name) on_click=remove/>
            </div>
        }
    };
    view! {
        <div class="list">
            {move || kinds.get().into_iter().enumerate().map(item).collect_view()}
            <Show when=move || offered.with(Vec::is_empty)><p class="muted small">{text("page.no_models")}</p></Show>
            <Show when=move || full()><p class="muted small">{Message::new("page.models_full").with("most", max).to_string()}</p></Show>
            <Show when=move || !items.with(Vec::is_empty)><Menu label=text(&format!("{owner}.add")) icon="plus" text=text(&format!("{owner}.add")) items=items/></Show>
        </div>
    }
}
