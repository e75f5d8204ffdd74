//! The rules of training in plain sections; for other models their one form.

use super::{Looked, candidates, course};
use crate::parts::{Chart, FieldsForm, Panel};
use crate::state::Studio;
use atelier::base::{Field, Params, text};
use atelier::chart;
use atelier::learn::{self, Candidate, Estimator, network};
use atelier::recipe::Edit;
use leptos::prelude::*;

/// The sections of the network's form; its layers and first weights stand beside the drawing.
const SECTIONS: [(&str, &[&str]); 5] = [
    ("loss", &["loss", "huber_delta", "quantile", "focal_gamma", "label_smoothing", "optimizer", "momentum", "beta1", "beta2", "decay"]),
    (
        "schedule",
        &[
            "rate",
            "schedule",
            "step_every",
            "step_factor",
            "exponential_factor",
            "cosine_floor",
            "restart_every",
            "restart_longer",
            "waves",
            "power",
            "plateau_factor",
            "plateau_patience",
            "warmup",
            "rate_changes",
        ],
    ),
    ("batches", &["batch", "drop_last", "epochs"]),
    ("regularise", &["members", "l1", "l2", "max_norm", "clip", "mixup", "input_noise", "averaging", "ema_decay", "swa_start"]),
    ("stopping", &["early_stopping", "patience", "min_delta", "stop_share"]),
];

/// Changes the parameters of the candidate that is looked at, as one edit.
pub fn change(studio: Studio, looked: Looked) -> Callback<Params> {
    Callback::new(move |params: Params| {
        if let Some(candidate) = looked.candidate.get_untracked() {
            let at = looked.place.get_untracked();
            studio.edit(Edit::ReplaceModel { at, model: Candidate { params, ..candidate } });
        }
    })
}

/// The parameters of the candidate that is looked at.
pub fn params(looked: Looked) -> Signal<Params> {
    Signal::derive(move || looked.candidate.with(|candidate| candidate.as_ref().map(|it| it.params.clone()).unwrap_or_default()))
}

/// The forms.
#[component]
pub fn Settings(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    // Drawn anew only for another candidate, not for another value: the focus stays where it is.
    let which = Memo::new(move |_| (looked.place.get(), looked.model.get()));
    move || {
        let (_, model) = which.get();
        let Some(kind) = learn::find(&model) else { return ().into_any() };
        let fields = (kind.fields)();
        let owner = format!("model.{model}");
        if model == network::KIND.id {
            return SECTIONS
                .into_iter()
                .map(|(id, only)| view! { <Section id=id only=only fields=fields.clone() owner=owner.clone() looked/> })
                .collect_view()
                .into_any();
        }
        let help = text(&format!("{owner}.help"));
        let title = Signal::derive(move || candidates::name_of(studio, looked));
        // Columns as the model sees them, where a setting names some.
        let columns = Signal::derive(move || {
            let names = |look: &atelier::run::Look| look.prepared.columns.iter().map(|column| column.name.clone()).collect::<Vec<String>>();
            studio.look.with(|look| look.as_ref().map(names).unwrap_or_default())
        });
        // The study's other models, with their settings, where several are put together: a member is not calibrated by itself.
        let models = Signal::derive(move || {
            let all = studio.recipe.with(|recipe| recipe.models.clone());
            let names = candidates::names(&all.iter().map(|it| it.model.clone()).collect::<Vec<_>>());
            let offered = names.into_iter().zip(all).filter(|(_, it)| !learn::is_ensemble(&it.model) && it.calibration.is_none());
            offered.map(|(name, it)| (name, Estimator { model: it.model, params: it.params, weight: 1.0 })).collect::<Vec<_>>()
        });
        let none = fields.is_empty().then(|| view! { <p class="muted small">{text("learn.no_settings")}</p> });
        view! {
            <Panel title=title>
                <div class="stack"><p class="muted small">{help}</p>{none}<FieldsForm fields=fields owner=owner params=params(looked) columns=columns models=models on_change=change(studio, looked)/></div>
            </Panel>
        }
        .into_any()
    }
}

#[component]
fn Section(id: &'static str, only: &'static [&'static str], fields: Vec<Field>, owner: String, looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let plot = (id == "schedule").then(|| {
        let training = course::training(studio);
        let live = course::live_curves(studio, looked, training);
        // Where the fold is that came furthest.
        let now = Memo::new(move |_| live.with(|curves| curves.iter().map(Vec::len).max()).filter(|_| training.get()));
        let scene = Memo::new(move |_| {
            let rates = network::rates(&params(looked).get()).unwrap_or_default();
            chart::schedule(&rates, now.get(), &text("chart.epoch")).titled(text("learn.rates"))
        });
        view! { <Chart scene=scene height=120/> }
    });
    view! {
        <Panel title=text(&format!("learn.section.{id}")) note=text(&format!("learn.section.{id}.note"))>
            <div class="stack">
                {plot}<FieldsForm fields=fields owner=owner params=params(looked) only=only on_change=change(studio, looked)/>
                {(id == "schedule").then(|| view! { <super::rate::RateFinder looked/> })}
            </div>
        </Panel>
    }
}
