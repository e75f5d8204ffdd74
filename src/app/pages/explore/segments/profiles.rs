//! What each segment is like, and the way from there into the preparation.

use super::super::{class, picture, thousands};
use crate::parts::{Button, FigureText, Panel, figure};
use crate::state::{Explored, Studio, View};
use atelier::base::{Message, Params, text};
use atelier::chart::format::percent;
use atelier::prepare::{Selector, Step};
use atelier::profile::{LevelTarget, Segment, Segments, Trait, TraitOf};
use atelier::recipe::Edit;
use atelier::run::ToldSegments;
use leptos::prelude::*;

/// Traits in the table of a segment.
const TRAITS: usize = 12;

/// The panel.
#[component]
pub fn Profiles(found: Memo<Option<ToldSegments>>, is_late: Memo<bool>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let class = class::chosen(explored);
    let has_target = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|told| told.found.target.is_some())));
    let outcome = move || explored.of(|profile| picture::outcome(profile, class.get())).unwrap_or_default();
    let open = RwSignal::new(None::<usize>);
    // The next answer has other segments.
    Effect::new(move |_| {
        found.track();
        open.set(None);
    });
    let rows = move || {
        let told = found.get()?;
        let cells = told.found.segments.into_iter().zip(told.words).enumerate();
        Some(cells.map(|(place, (segment, words))| view! { <Row place segment words open has_target/> }).collect_view())
    };
    let more = move || {
        let more = found.with(|found| found.as_ref().map_or(0, |told| told.found.more));
        (more > 0).then(|| view! { <p class="muted small pad">{Message::new("segments.more_of_them").with("count", more).to_string()}</p> })
    };
    view! {
        <Panel title=text("segments.profiles") note=text("segments.profiles.note") flush=true tools=move || view! { <class::ClassChoice/><AddStep found=found is_late=is_late/> }>
            <div class="scroll"><table class="segments">
                <thead><tr>
                    <th scope="col">{text("segments.segment")}</th><th scope="col" class="num">{text("segments.rows")}</th><th scope="col" class="num">{text("segments.figure.silhouette")}</th>
                    <th scope="col">{text("segments.like")}</th>
                    <Show when=move || has_target.get()><th scope="col" class="num">{outcome}</th></Show>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            {more}
        </Panel>
    }
}

/// A segment; its name opens what its columns are.
#[component]
fn Row(place: usize, segment: Segment, words: Vec<Message>, open: RwSignal<Option<usize>>, has_target: Memo<bool>) -> impl IntoView {
    let explored = expect_context::<Explored>();
    let class = class::chosen(explored);
    let is_open = Memo::new(move |_| open.get() == Some(place));
    let color = if place < 7 { format!("var(--cat-{})", place + 1) } else { "var(--mark-rest)".to_owned() };
    let name = Message::new("segments.number").with("number", place + 1).to_string();
    let said = words.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let target = segment.target.clone();
    let told = move || {
        let target = target.as_ref()?;
        let told = picture::of_level(target, class.get())?;
        let is_share = matches!(target, LevelTarget::Shares(_));
        Some(match told.value.is_finite() {
            true if is_share => percent(told.value),
            true => atelier::chart::format::figure(told.value),
            false => text("page.undefined_mark"),
        })
    };
    let traits = StoredValue::new(segment.traits);
    let columns = move || if has_target.get() { 5 } else { 4 };
    view! {
        <tr aria-selected=move || is_open.get().to_string()>
            <th scope="row"><button type="button" class="link-quiet key" aria-expanded=move || is_open.get().to_string() on:click=move |_| open.update(|open| *open = (*open != Some(place)).then_some(place))><i style:--c=color></i>{name}</button></th>
            <td class="num">{Message::new("segments.rows_share").with("rows", thousands(segment.rows)).with("share", percent(segment.share)).to_string()}</td>
            <td class="num"><FigureText figure=segment.silhouette/></td>
            <td class="said"><bdi>{said}</bdi></td>
            <Show when=move || has_target.get()><td class="num">{told.clone()}</td></Show>
        </tr>
        <Show when=move || is_open.get()>
            <tr><td colspan=move || columns().to_string()><Traits traits=traits.get_value()/></td></tr>
        </Show>
    }
}

/// How the columns of a segment differ from those of all rows.
#[component]
fn Traits(traits: Vec<Trait>) -> impl IntoView {
    let shown = traits.into_iter().take(TRAITS).map(|own| {
        let (here, elsewhere) = sides(&own.of);
        view! { <tr><th scope="row" class="mono"><bdi>{own.column}</bdi></th><td class="num">{format!("{:+.2}", own.difference)}</td><td><bdi>{here}</bdi></td><td class="muted"><bdi>{elsewhere}</bdi></td></tr> }
    });
    view! {
        <table class="traits">
            <thead><tr><th scope="col">{text("goal.name")}</th><th scope="col" class="num">{text("segments.difference")}</th><th scope="col">{text("segments.here")}</th><th scope="col">{text("segments.beside")}</th></tr></thead>
            <tbody>{shown.collect_view()}</tbody>
        </table>
    }
}

/// What a column is in the segment, and what it is compared with.
fn sides(of: &TraitOf) -> (String, String) {
    let number = |value: f64| figure::shown(&value.into(), false);
    match of {
        TraitOf::Number { mean, median, overall, .. } => (
            Message::new("segments.side.number").with("mean", number(*mean)).with("median", number(*median)).to_string(),
            Message::new("segments.side.all").with("value", number(*overall)).to_string(),
        ),
        TraitOf::Date { median, overall, .. } => (median.clone(), Message::new("segments.side.all").with("value", overall).to_string()),
        TraitOf::Level { level, inside, outside, .. } => {
            let level = level.clone().unwrap_or_else(|| text("page.missing"));
            let elsewhere = Message::new("segments.side.elsewhere").with("value", percent(*outside)).to_string();
            (Message::new("segments.side.level").with("level", level).with("share", percent(*inside)).to_string(), elsewhere)
        }
    }
}

/// The step that makes features of what was found.
fn step(found: &Segments) -> Step {
    let count = found.tried.get(found.chosen).map_or(2, |tried| tried.count);
    let params: Params = [("n_clusters", serde_json::Value::from(count)), ("output", "one_hot".into())]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Step { id: "segment".to_owned(), columns: Selector::Names(found.columns.clone()), params, enabled: true }
}

/// Adds the segment as a feature: k-means learns it anew from the training rows of each fold, whatever found it here.
#[component]
fn AddStep(found: Memo<Option<ToldSegments>>, is_late: Memo<bool>) -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let wanted =
        Memo::new(move |_| found.with(|found| found.as_ref().filter(|told| told.found.segments.len() > 1).map(|told| step(&told.found))));
    let is_there = Memo::new(move |_| {
        let name = wanted.with(|step| step.as_ref().map(|step| step.id.clone()));
        name.is_some_and(|id| studio.recipe.with(|recipe| recipe.prepare.iter().any(|step| step.id == id)))
    });
    let disabled = Memo::new(move |_| wanted.with(Option::is_none) || is_there.get() || is_late.get());
    let label = Signal::derive(move || text(if is_there.get() { "segments.added" } else { "segments.add" }));
    let act = move || {
        let Some(step) = wanted.get_untracked() else { return };
        let at = studio.recipe.with_untracked(|recipe| recipe.first_place());
        studio.edit(Edit::InsertStep { at, step });
        view.say(Message::new("explore.done").with("action", text("segments.add")).to_string());
    };
    let name = Signal::derive(move || format!("{}: {}", label.get(), text("segments.add.help")));
    view! { <Button icon="plus" label=label name=name disabled=disabled on_click=act/> }
}
