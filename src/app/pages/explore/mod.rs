//! Explore: what deserves a look, every column, one of them closely, how they hang together, what is missing.

mod alerts;
mod columns;
mod detail;
mod together;

use super::{NoTable, StageState};
use crate::parts::ProblemHint;
use crate::state::Studio;
use atelier::base::{Message, Problem, Severity, text};
use atelier::profile::Profile;
use atelier::run::Ask;
use leptos::prelude::*;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Explored {
    /// The profile; nothing before the first answer.
    pub profile: RwSignal<Option<Profile>>,
    /// The column that is looked at, by name; the first at the start.
    pub column: RwSignal<Option<String>>,
}

impl Explored {
    /// The position of the column that is looked at.
    fn place(&self) -> Option<usize> {
        let wanted = self.column.get();
        self.profile.with(|profile| {
            let profile = profile.as_ref()?;
            let found = wanted.and_then(|wanted| profile.columns.iter().position(|column| column.name == wanted));
            found.or_else(|| profile.by_power().first().copied()).or_else(|| (!profile.columns.is_empty()).then_some(0))
        })
    }
}

/// The page.
#[component]
pub fn Explore() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let explored = Explored { profile: RwSignal::new(None), column: RwSignal::new(None) };
    provide_context(explored);
    let refused = RwSignal::new(None::<Problem>);
    let asked = StoredValue::new(0_u64);
    // What a profile depends on; roles and models change nothing.
    let about = Memo::new(move |_| {
        let table = studio.look.with(|look| look.as_ref().map(|look| look.table.clone()).unwrap_or_default());
        studio
            .recipe
            .with(|recipe| (table, recipe.goal.target.clone(), recipe.goal.task, recipe.goal.positive.clone(), recipe.split.clone()))
    });
    Effect::new(move |_| {
        if about.with(|about| about.0.is_empty()) {
            return;
        }
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let recipe = Box::new(studio.recipe.get_untracked());
        leptos::task::spawn_local(async move {
            let answer = studio.ask::<Profile>(Ask::Profile(recipe), &[]).await;
            if asked.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(profile) => {
                    refused.set(None);
                    explored.profile.set(Some(profile));
                }
                Err(problem) => refused.set(Some(problem)),
            }
        });
    });
    let note = move || {
        explored.profile.with(|profile| {
            profile.as_ref().map(|profile| {
                let sealed =
                    studio.look.with(|look| look.as_ref().and_then(|look| look.split.as_ref().map(|split| split.held_out)).unwrap_or(0));
                let id = if sealed > 0 { "explore.page.note" } else { "explore.page.all" };
                Message::new(id).with("rows", super::thousands(profile.rows)).with("sealed", super::thousands(sealed)).to_string()
            })
        })
    };
    view! {
        <div class="head"><h1>{text("stage.explore")}</h1><p>{note}</p></div>
        <Show when=move || studio.look.with(Option::is_some) fallback=NoTable>
            {move || refused.get().map(|problem| view! { <ProblemHint problem/> })}
            <Show when=move || explored.profile.with(Option::is_some) fallback=|| view! { <p class="empty" role="status">{text("page.busy.profile")}</p> }>
                <alerts::Alerts/>
                <div class="grid explore"><columns::Columns/><detail::Detail/></div>
                <together::Together/>
            </Show>
        </Show>
    }
}

/// What the rail says: the problems that reading and the goal found belong to their pages.
pub fn state(studio: Studio) -> StageState {
    let read = studio.look.with(|look| look.as_ref().is_some_and(|look| look.rows > 0));
    StageState { mark: if read { "done" } else { "todo" }, note: String::new() }
}

/// The way an alert is shown.
fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "bad",
        Severity::Warning => "warn",
        Severity::Note => "note",
    }
}
