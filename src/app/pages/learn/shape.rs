//! The network's shape: its drawing, with its weights while it learns and afterwards, and the form of its hidden layers.

use super::ahead::Ahead;
use super::{Looked, settings, shape_of};
use crate::pages::thousands;
use crate::parts::{Chart, Facts, FieldsForm, Panel, Select};
use crate::state::Studio;
use atelier::base::{Message, Task, text};
use atelier::chart;
use atelier::learn::inside::{Inside, drawn as shown};
use atelier::learn::network::{self, Description, PRESETS, preset};
use leptos::prelude::*;

/// The panel; nothing for other models.
#[component]
pub fn Shape(looked: Looked) -> impl IntoView {
    let is_network = Memo::new(move |_| looked.model.with(|model| model == network::KIND.id));
    view! { <Show when=move || is_network.get()><NetworkPanel looked/></Show> }
}

#[component]
fn NetworkPanel(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let seen = Memo::new(move |_| studio.seen(looked.place.get()));
    // A change of the layers leaves the last look to a network that is no more.
    let inside = Memo::new(move |_| {
        let inside = seen.with(|seen| seen.as_ref().map(|seen| (seen.epoch, seen.inside.clone())))?;
        looked.network.with(|network| network.as_ref().is_some_and(|network| fits(network, &inside.1))).then_some(inside)
    });
    let answers = Memo::new(move |_| answers(studio));
    let scene = Memo::new(move |_| {
        let mut layers = looked.network.with(|network| network.as_ref().map(drawn).unwrap_or_default());
        inside.with(|inside| {
            if let Some((_, inside)) = inside {
                fill(&mut layers, inside, &answers.get());
            }
        });
        chart::network(&layers, None).titled(text("learn.network"))
    });
    let ahead = super::ahead::ahead(looked);
    let facts = Signal::derive(move || {
        let times = ahead.get();
        let time = |id: &str, of: fn(Ahead) -> f64| match times {
            Some(times) => Message::new(id).with("time", atelier::report::compared::time(of(times))).to_string(),
            None => text("page.missing_mark"),
        };
        looked.network.with(|network| {
            network.as_ref().map_or_else(Vec::new, |network| {
                vec![
                    (text("learn.fact.weights"), thousands(network.parameters)),
                    (text("learn.fact.operations"), format!("{} k", thousands((network.operations / 1000.0).ceil() as usize))),
                    (
                        text("learn.fact.memory"),
                        Message::new("learn.kilobytes").with("count", thousands((network.bytes / 1024.0).ceil() as usize)).to_string(),
                    ),
                    (text("learn.fact.epoch"), time("learn.about", |times| times.epoch)),
                    (text("learn.fact.longest"), time("learn.at_most", |times| times.longest)),
                ]
            })
        })
    });
    let note = Signal::derive(move || looked.network.with(|network| network.as_ref().map(shape_of).unwrap_or_default()));
    let of_epoch = move || {
        let epoch = inside.with(|inside| inside.as_ref().map(|(epoch, _)| *epoch))?;
        let said = Message::new("learn.network.note").with("epoch", epoch).to_string();
        Some(view! { <p class="tiny muted">{said}</p> })
    };
    // Drawn anew for another candidate, so that the form never shows the layers of the last one.
    let place = looked.place;
    view! {
        <Panel title=text("learn.network") note=note>
            <div class="stack">
                <Presets looked/>
                <Chart scene=scene height=220/>
                {of_epoch}
                <Facts facts=facts/>
                {move || {
                    place.track();
                    view! { <FieldsForm fields=(network::KIND.fields)() owner="model.network" params=settings::params(looked) only=&["layers", "front_scale", "embedding", "initialiser", "parametrisation"] on_change=settings::change(studio, looked)/> }
                }}
            </div>
        </Panel>
    }
}

/// The settings to start from: which they are, and a choice of others.
#[component]
fn Presets(looked: Looked) -> impl IntoView {
    const OWN: &str = "own";
    let studio = expect_context::<Studio>();
    let task = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)).unwrap_or(Task::Binary));
    let now = Memo::new(move |_| preset::of(&settings::params(looked).get(), task.get()).map_or(OWN, |preset| preset.id));
    let options = Signal::derive(move || {
        let ids = PRESETS.iter().map(|preset| preset.id);
        // Settings of one's own are no choice, only what is.
        ids.chain((now.get() == OWN).then_some(OWN)).map(|id| (id.to_owned(), text(&format!("network.preset.{id}")))).collect::<Vec<_>>()
    });
    let choose = move |id: String| {
        if let Some(preset) = preset::find(&id) {
            let edit = studio
                .recipe
                .with_untracked(|recipe| atelier::recipe::preset(recipe, looked.place.get_untracked(), preset, task.get_untracked()));
            studio.edit(edit);
        }
    };
    let help = move || atelier::base::text::find(&format!("network.preset.{}.help", now.get()));
    view! {
        <label class="field">
            <span>{text("network.preset")}</span>
            <Select label=text("network.preset") options=options value=Signal::derive(move || now.get().to_owned()) on_change=choose/>
        </label>
        {move || help().map(|help| view! { <p class="muted small">{help}</p> })}
    }
}

fn drawn(network: &Description) -> Vec<chart::Layer> {
    let inputs = chart::Layer { name: text("learn.inputs"), units: network.inputs, ..chart::Layer::default() };
    let last = network.layers.len().saturating_sub(1);
    let layer = |(place, layer): (usize, &network::LayerDescription)| {
        let id = serde_json::to_value(layer.activation).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        let name = if place == last { text("learn.output") } else { text(&format!("model.network.layers.activation={id}")) };
        chart::Layer { name, units: layer.units, weights: layer.parameters, ..chart::Layer::default() }
    };
    std::iter::once(inputs).chain(network.layers.iter().enumerate().map(layer)).collect()
}

/// Whether a look is at a network of this shape.
fn fits(network: &Description, inside: &Inside) -> bool {
    let sizes = std::iter::once(network.inputs).chain(network.layers.iter().map(|layer| layer.units)).map(|units| shown(units).len());
    let sizes: Vec<usize> = sizes.collect();
    let fits = |(into, pair): (&Vec<Vec<f32>>, &[usize])| into.len() == pair[0] && into.iter().all(|row| row.len() == pair[1]);
    inside.weights.len() == network.layers.len() && inside.weights.iter().zip(sizes.windows(2)).all(fits)
}

/// Puts the weights, and the names of inputs and outputs, into the layers.
fn fill(layers: &mut [chart::Layer], inside: &Inside, answers: &[String]) {
    for (layer, weights) in layers.iter_mut().skip(1).zip(&inside.weights) {
        layer.into.clone_from(weights);
    }
    if let [inputs, .., outputs] = layers {
        inputs.named.clone_from(&inside.inputs);
        outputs.named = shown(outputs.units).into_iter().filter_map(|output| answers.get(output).cloned()).collect();
    }
}

/// What each output of a network says: the classes, of two the positive one; for numbers the target.
fn answers(studio: Studio) -> Vec<String> {
    let classes = studio.look.with(|look| look.as_ref().and_then(|look| look.split.as_ref()).map(|split| split.classes.clone()));
    match classes.unwrap_or_default() {
        classes if classes.len() > 2 => classes,
        classes if classes.len() == 2 => classes.into_iter().skip(1).collect(),
        _ => studio.recipe.with(|recipe| recipe.goal.target.clone()).into_iter().collect(),
    }
}
