//! Watch: a second file against the rows of the training, and training again with it.

mod columns;
mod retrain;
mod scores;

use super::need::WhenTrained;
use crate::parts::{Button, DropFile, FieldsForm, Fold, Hint, Panel};
use crate::state::{Studio, files, studio::Stamped, trust::Trust};
use atelier::base::{Message, Params, Problem, Severity, Stage, text};
use atelier::recipe::Edit;
use atelier::run::{Ask, Purpose, Watched};
use atelier::table::read::Summary;
use atelier::watch::Performance;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Watch() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let watched = Memo::new(move |_| trust.watched.with(|watched| watched.as_ref().map(|watched| watched.value.clone())));
    let is_old = Memo::new(move |_| {
        trust.watched.with(|watched| watched.as_ref().is_some_and(|watched| Some(&watched.digest) != Trust::watch_stamp(studio).as_ref()))
    });
    let words = move || {
        watched.with(|watched| {
            let Some(watched) = watched else { return String::new() };
            let (before, after) = watched.columns.rows;
            Message::new("watch.page.on")
                .with("file", &watched.file)
                .with("after", super::thousands(after))
                .with("before", super::thousands(before))
                .to_string()
        })
    };
    let take = Callback::new(move |file: web_sys::File| {
        leptos::task::spawn_local(async move {
            match files::read(&file).await {
                Ok(bytes) => open(studio, trust, file.name(), bytes).await,
                Err(reason) => studio.problem.set(Some(Problem::new(Stage::Watch, "open.unreadable").with("reason", reason))),
            }
        });
    });
    let again = move || {
        leptos::task::spawn_local(async move { compare(studio, trust).await });
    };
    view! {
        <div class="head"><h1>{text("stage.watch")}</h1><p>{words}</p></div>
        <WhenTrained>
            <DropFile title=text("watch.page.drop") note=text("watch.page.drop.note") action=text("watch.page.choose") small=Signal::derive(move || watched.with(Option::is_some)) on_file=take/>
            <ReadNotes/>
            <Show when=move || is_old.get()>
                <div class="row wrap"><p class="muted small" role="status">{text("watch.page.old")}</p><Button label=text("watch.page.again") on_click=again/></div>
            </Show>
            {move || watched.get().map(|watched| view! { <Result watched/> })}
            <Settings/>
        </WhenTrained>
    }
}

/// Reads a second file and compares it.
async fn open(studio: Studio, trust: Trust, name: String, bytes: Vec<u8>) {
    let recipe = Box::new(studio.recipe.get_untracked());
    let Some((summary, _)) = studio.work::<Summary>("read", Ask::ReadOther { recipe, file: name, purpose: Purpose::Watch }, &bytes).await
    else {
        return;
    };
    trust.other.set(Some(summary));
    trust.retrained.set(None);
    compare(studio, trust).await;
}

/// Compares the second file with the training.
async fn compare(studio: Studio, trust: Trust) {
    let Some(digest) = untrack(|| Trust::watch_stamp(studio)) else { return };
    let recipe = Box::new(studio.recipe.get_untracked());
    if let Some((value, _)) = studio.work::<Watched>("watch", Ask::Watch(recipe), &[]).await {
        trust.watched.set(Some(Stamped { digest, value }));
    }
}

/// What was wrong with the second file.
#[component]
fn ReadNotes() -> impl IntoView {
    let trust = expect_context::<Trust>();
    move || {
        let problems = trust.other.with(|other| other.as_ref().map(|other| other.problems.clone()).unwrap_or_default());
        problems
            .into_iter()
            .filter(|problem| problem.severity > Severity::Note)
            .take(2)
            .map(|problem| view! { <crate::parts::ProblemHint problem/> })
            .collect_view()
    }
}

#[component]
fn Result(watched: Watched) -> impl IntoView {
    let kind = |id: &str| match id {
        "watch.says.worse" | "watch.says.refused" | "watch.says.missing" => "bad",
        "watch.says.predictions" | "watch.says.some" | "watch.says.table" => "warn",
        _ => "note",
    };
    let said = watched.verdict.iter().map(|said| (kind(&said.id), said.to_string())).collect::<Vec<_>>();
    let refused = match &watched.predictions {
        Some(Err(problem)) => Some(problem.clone()),
        _ => None,
    };
    let predictions = match &watched.predictions {
        Some(Ok(drift)) => Some(drift.clone()),
        _ => None,
    };
    let copies = watched.copies;
    view! {
        <div class="grid two">
            <Panel title=text("watch.page.verdict")>
                <ul class="said">{said.into_iter().map(|(kind, said)| view! { <li data-kind=kind>{said}</li> }).collect_view()}</ul>
            </Panel>
            {match watched.performance.clone() {
                Some(performance) => view! { <Score performance labelled=watched.labelled/> }.into_any(),
                None => view! { <Panel title=text("watch.page.performance")><p class="muted small">{text("watch.page.no_answers")}</p></Panel> }.into_any(),
            }}
        </div>
        {(copies > 0).then(|| view! { <Hint kind="warn" title=Message::new("watch.page.copies").with("count", super::thousands(copies)).to_string()/> })}
        {refused.map(|problem| view! { <Hint kind="bad" title=problem.message.to_string() detail=problem.hint().map(|hint| hint.to_string()).unwrap_or_default()/> })}
        <Renamed watched=watched.clone()/>
        <columns::Columns drift=watched.columns.clone() title=text("watch.page.columns")/>
        {predictions.map(|drift| view! { <columns::Columns drift title=text("watch.page.predictions")/> })}
        {(watched.labelled > 0).then(|| view! { <retrain::Retrain labelled=watched.labelled/> })}
    }
}

/// The scores before and after.
#[component]
fn Score(performance: Performance, labelled: usize) -> impl IntoView {
    let note = Message::new("watch.page.labelled").with("rows", super::thousands(labelled)).to_string();
    view! {
        <Panel title=text("watch.page.performance") note=note flush=true>
            <scores::Scores performance name=text("watch.page.performance") before=text("watch.page.before") after=text("watch.page.after")/>
        </Panel>
    }
}

/// What counts as drift.
#[component]
fn Settings() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let params = Signal::derive(move || studio.recipe.with(|recipe| recipe.watch.clone()));
    let change = Callback::new(move |params: Params| studio.edit(Edit::SetWatch(params)));
    view! { <Fold title=text("page.settings")><FieldsForm fields=atelier::watch::fields() owner="watch" params=params on_change=change/></Fold> }
}

/// Columns that look like ones that are gone.
#[component]
fn Renamed(watched: Watched) -> impl IntoView {
    let renamed = watched.columns.schema.renamed;
    renamed
        .into_iter()
        .take(2)
        .map(|renamed| {
            let like = match renamed.like {
                atelier::watch::schema::Likeness::Name => "watch.like.name",
                atelier::watch::schema::Likeness::Values => "watch.like.values",
            };
            let title =
                Message::new("watch.page.renamed").with("from", &renamed.from).with("to", &renamed.to).with("why", text(like)).to_string();
            view! { <Hint kind="warn" title/> }
        })
        .collect_view()
}
