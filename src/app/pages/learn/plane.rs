//! What the network sees while it learns: its answers over a plane of two columns or components, maps of its units, how active
//! they are.

use super::Looked;
use super::pace::SlowSwitch;
use crate::parts::{Chart, Choice, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::chart::{self, Named};
use atelier::learn::surface::{Plane, Surface};
use leptos::prelude::*;

/// The panel; nothing for other models.
#[component]
pub fn PlanePanel(looked: Looked) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let is_network = Memo::new(move |_| looked.network.with(Option::is_some));
    // The first fold of the network that is looked at is what the pool is asked to show.
    Effect::new(move |_| {
        let place = looked.place.get();
        let is_network = is_network.get();
        studio.watched_plane.update(|watched| {
            *watched = is_network.then(|| (place, watched.take().map(|(_, plane)| plane).unwrap_or_default()));
        });
    });
    on_cleanup(move || studio.watched_plane.set(None));
    let surface = Memo::new(move |_| studio.seen(looked.place.get()));
    // The pictures stay while what they show changes.
    let is_seen = Memo::new(move |_| surface.with(Option::is_some));
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    view! {
        <Show when=move || is_network.get()>
            <Panel title=text("learn.plane") note=Signal::derive(move || note(surface.get())) tools=move || view! { <Axes looked/> }.into_any()>
                <div class="stack">
                    <Show when=move || is_seen.get() fallback=|| view! { <p class="empty">{text("learn.plane.empty")}</p> }>
                        <div><Pictures surface/></div>
                    </Show>
                    // While something goes on the switch stands beside its progress.
                    <div class="row"><Show when=move || !busy.get()><SlowSwitch/></Show><p class="tiny muted">{text("learn.slow.what")}</p></div>
                </div>
            </Panel>
        </Show>
    }
}

fn note(surface: Option<Surface>) -> String {
    surface.map_or_else(String::new, |surface| Message::new("learn.plane.note").with("epoch", surface.epoch).to_string())
}

/// Whether the plane is that of the components, or of which two columns.
#[component]
fn Axes(looked: Looked) -> impl IntoView {
    const COLUMNS: &str = "columns";
    let studio = expect_context::<Studio>();
    let plane =
        Memo::new(move |_| studio.watched_plane.with(|watched| watched.as_ref().map(|(_, plane)| plane.clone())).unwrap_or_default());
    let names = Memo::new(move |_| {
        let names = |look: &atelier::run::Look| look.prepared.columns.iter().map(|column| column.name.clone()).collect::<Vec<String>>();
        studio.look.with(|look| look.as_ref().map(names).unwrap_or_default())
    });
    let set = move |plane: Plane| studio.watched_plane.set(Some((looked.place.get_untracked(), plane)));
    let options = vec![(String::new(), text("learn.plane.components")), (COLUMNS.to_owned(), text("learn.plane.columns"))];
    let kind = Signal::derive(move || if matches!(plane.get(), Plane::Columns(..)) { COLUMNS.to_owned() } else { String::new() });
    let choose = move |id: String| {
        let names = names.get_untracked();
        set(match (id.as_str(), names.as_slice()) {
            (COLUMNS, [first, second, ..]) => Plane::Columns(first.clone(), second.clone()),
            _ => Plane::Components,
        });
    };
    let pair = Memo::new(move |_| if let Plane::Columns(a, b) = plane.get() { Some([a, b]) } else { None });
    let pick = move |place: usize, name: String| {
        if let Some([a, b]) = pair.get_untracked() {
            set(if place == 0 { Plane::Columns(name, b) } else { Plane::Columns(a, name) });
        }
    };
    let select = move |place: usize, label: &str| {
        let label = text(label);
        view! {
            <select class="box" aria-label=label on:change=move |event| pick(place, event_target_value(&event))>
                {move || names.get().into_iter().map(|name| {
                    let (own, value) = (name.clone(), name.clone());
                    view! { <option value=value prop:selected=move || pair.get().is_some_and(|pair| pair[place] == own)>{name}</option> }
                }).collect_view()}
            </select>
        }
    };
    view! {
        <Show when=move || pair.get().is_some()>{select(0, "learn.plane.across")}{select(1, "learn.plane.up")}</Show>
        <Choice label=text("learn.plane.kind") options=options value=kind on_change=choose/>
    }
}

#[component]
fn Pictures(surface: Memo<Option<Surface>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let named = Memo::new(move |_| {
        let classes = studio.look.with(|look| look.as_ref().and_then(|look| look.split.as_ref().map(|split| split.classes.clone())));
        let target = studio.recipe.with(|recipe| recipe.goal.target.clone()).unwrap_or_default();
        let axes = match studio.shown_plane.get().1 {
            Plane::Columns(a, b) => [a, b],
            Plane::Components => ["learn.plane.first", "learn.plane.second"].map(text),
        };
        (axes, classes.unwrap_or_default(), target)
    });
    let ground = Memo::new(move |_| {
        let (axes, classes, target) = named.get();
        chart::surface(&surface.get().unwrap_or_default(), &Named { axes, classes, target })
    });
    let has_units = Memo::new(move |_| surface.with(|surface| surface.as_ref().is_some_and(|surface| !surface.units.is_empty())));
    let units = Memo::new(move |_| chart::units(&surface.get().unwrap_or_default()));
    let active =
        Memo::new(move |_| surface.with(|surface| chart::activations(&surface.as_ref().map(|it| it.inside.clone()).unwrap_or_default())));
    view! {
        <Chart scene=ground height=320/>
        <Show when=move || has_units.get()><Chart scene=units/><Chart scene=active height=170/></Show>
        <p class="tiny muted">{text("learn.plane.what")}</p>
    }
}
