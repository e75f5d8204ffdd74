//! One search over models and preparation: a race, its table, and what its winner is worth.

use super::super::learn::results::lead_metric;
use super::super::need;
use super::end_part;
use crate::parts::{Badge, Button, FieldsForm, FigureText, Hint, Panel};
use crate::state::{Studio, storage::Beside, studio::Stamped};
use atelier::base::{Field, Message, Params, text};
use atelier::chart::format::digits;
use atelier::recipe::digest_of;
use atelier::report::{Entry, NestedFold, Race};
use atelier::run::{Ask, Course};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// What a race depends on.
fn stamp(studio: Studio) -> String {
    let table = studio.look.with(|look| look.as_ref().map(|look| look.table.clone()).unwrap_or_default());
    studio.recipe.with(|recipe| digest_of(&(table, recipe.setup_digest(), &recipe.judge)))
}

/// The page's part.
#[component]
pub fn Models() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let fields = vec![Field::integer("seconds", 60, 0, 86_400), Field::integer("rounds", 6, 1, 100), Field::flag("worth", true)];
    let params = RwSignal::new(Params::from_iter(fields.iter().map(|field| (field.id.to_owned(), field.default.clone()))));
    let of = move |id: &str| params.with_untracked(|params| params.get(id).and_then(serde_json::Value::as_u64)).unwrap_or_default();
    let blocked = need::blocked(studio);
    let disabled = Signal::derive(move || studio.busy.with(Option::is_some) || blocked.with(Option::is_some));
    let racing = Memo::new(move |_| studio.busy.with(|busy| busy.as_ref().is_some_and(|busy| busy.what == "race")));
    let start = move || {
        let Some(task) = studio.look.with_untracked(|look| look.as_ref().and_then(|look| look.task)) else { return };
        let metric = untrack(|| lead_metric(studio, task));
        let nested = params.with_untracked(|params| params.get("worth").and_then(serde_json::Value::as_bool)).unwrap_or(true);
        leptos::task::spawn_local(run(studio, metric, Course { rounds: of("rounds") as usize, nested, models: Vec::new() }, of("seconds")));
    };
    let found = Memo::new(move |_| studio.race.get());
    let fresh = Memo::new(move |_| found.with(|found| found.as_ref().is_some_and(|found| found.digest == stamp(studio))));
    let label = Signal::derive(move || text(if found.with(Option::is_some) { "race.again" } else { "race.start" }));
    view! {
        <div class="grid tune">
            <Panel title=text("race.title")>
                <div class="stack">
                    <p class="small">{text("race.what")}</p>
                    <FieldsForm fields=fields owner="race" params=params on_change=Callback::new(move |next| params.set(next))/>
                    <div class="row"><Button icon="play" kind="main" label=label name=need::blocked_name(label, blocked) disabled=disabled on_click=start/></div>
                </div>
            </Panel>
            <div class="stack">
                {move || match (racing.get(), found.get()) {
                    (true, _) => view! { <Running/> }.into_any(),
                    (false, Some(found)) => view! { <Found race=found.value fresh/> }.into_any(),
                    (false, None) => view! { <section class="panel" aria-label=text("race.title")><p class="empty">{text("race.empty")}</p></section> }.into_any(),
                }}
            </div>
        </div>
    }
}

/// Runs the race; its parts end after their share of the time.
async fn run(studio: Studio, metric: String, course: Course, seconds: u64) {
    let Some(owner) = studio.open_id() else { return };
    let recipe = studio.recipe.get_untracked();
    let digest = untrack(|| stamp(studio));
    studio.entries.set(Vec::new());
    let going = Rc::new(Cell::new(true));
    if seconds > 0 {
        for (part, end) in course.ends(seconds as f64).into_iter().enumerate() {
            leptos::task::spawn_local(end_part(studio, part, Duration::from_secs_f64(end), going.clone()));
        }
    }
    let ask = Ask::Race { recipe: Box::new(recipe), metric, course };
    let ended = studio.work::<Race>("race", ask, &[]).await;
    going.set(false);
    if let Some((value, _)) = ended.filter(|_| studio.is_open(&owner)) {
        studio.race.set(Some(Stamped { digest, value }));
        studio.keep_beside(Beside::Race, &studio.race.get_untracked()).await;
    }
}

/// How the models stand while it goes on.
#[component]
fn Running() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let none = Memo::new(move |_| studio.entries.with(Vec::is_empty));
    let tools = move || {
        view! { <Button icon="stop" label=text("race.stop") name=text("race.stop.name") on_click=move || studio.close_work()/> }.into_any()
    };
    view! {
        <Panel title=text("race.standing") flush=true tools=tools>
            {move || if none.get() {
                view! { <p class="empty">{text("race.waiting")}</p> }.into_any()
            } else {
                view! { <Standing entries=studio.entries.get() take=false/> }.into_any()
            }}
        </Panel>
    }
}

#[component]
fn Found(race: Race, fresh: Memo<bool>) -> impl IntoView {
    let note = Message::new("race.count").with("trials", race.trials()).with("rounds", race.rounds).to_string();
    let sentences = race.sentences().into_iter().map(|sentence| view! { <p>{sentence.to_string()}</p> }).collect_view();
    let folds = race.worth.as_ref().map(|worth| worth.folds.clone()).unwrap_or_default();
    let metric = text(&format!("metric.{}", race.metric));
    view! {
        {move || (!fresh.get()).then(|| view! { <Hint kind="warn" title=text("race.stale")/> })}
        <Panel title=text("race.outcome") note=note><div class="stack">{sentences}</div></Panel>
        <Panel title=text("race.standing") note=metric flush=true><Standing entries=race.entries take=true/></Panel>
        {(!folds.is_empty()).then(|| view! { <Folds folds/> })}
    }
}

/// Everybody, the best first.
#[component]
fn Standing(entries: Vec<Entry>, take: bool) -> impl IntoView {
    let rows = entries.into_iter().enumerate().map(|(place, entry)| view! { <Line entry place take/> }).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=text("race.standing")><table class="standing">
            <thead><tr>
                <th scope="col">{text("race.model")}</th><th scope="col" class="num">{text("race.score")}</th><th scope="col" class="num">{text("race.trials")}</th>
                <th scope="col" title=text("race.beside.help")>{text("race.beside")}</th><th scope="col"><span class="hide">{text("race.take")}</span></th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
}

#[component]
fn Line(entry: Entry, place: usize, take: bool) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let (score, interval) = entry.shown();
    let name = entry.name();
    let label = Message::new("race.take_model").with("name", &name).to_string();
    let note = entry.note();
    let can_take = take && entry.score.is_some();
    let trials = entry.tried();
    let kept = StoredValue::new(entry);
    let taken = Memo::new(move |_| {
        studio.recipe.with(|recipe| {
            kept.with_value(|entry| {
                recipe.prepare == entry.prepare && recipe.candidate().is_ok_and(|candidate| *candidate == entry.candidate)
            })
        })
    });
    let take_it = move || kept.with_value(|entry| studio.edit(studio.recipe.with_untracked(|recipe| entry.taken(recipe))));
    let tool = move || {
        can_take.then(|| match taken.get() {
            true => view! { <Badge text=text("tuning.taken") kind="good"/> }.into_any(),
            false => view! { <Button kind="quiet" icon="tick" name=label.clone() on_click=take_it/> }.into_any(),
        })
    };
    view! {
        <tr aria-selected=(place == 0).to_string()>
            <th scope="row">{name}</th><td class="num"><b>{score}</b><br/><span class="muted tiny">{interval}</span></td><td class="num">{trials}</td><td class="muted">{note}</td><td class="num">{tool}</td>
        </tr>
    }
}

/// The outer folds: what each race came to, and what that was worth.
#[component]
fn Folds(folds: Vec<NestedFold>) -> impl IntoView {
    let rows = folds.into_iter().enumerate().map(|(place, fold)| {
        let inner = fold.inner.map_or_else(|| text("page.missing_mark"), |score| digits(score, 3));
        let chosen = fold.chosen();
        view! { <tr><th scope="row">{place + 1}</th><td class="num">{inner}</td><td class="num"><FigureText figure=fold.outer/></td><td class="muted said">{chosen}</td></tr> }
    }).collect_view();
    view! {
        <Panel title=text("race.folds") note=text("race.folds.note") flush=true>
            <div class="scroll" tabindex="0" role="region" aria-label=text("race.folds")><table class="standing">
                <thead><tr><th scope="col">{text("nested.fold")}</th><th scope="col" class="num">{text("nested.inner")}</th><th scope="col" class="num">{text("nested.outer_score")}</th><th scope="col">{text("nested.chosen")}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </Panel>
    }
}
