//! Data: opening a table, how it was read, its columns, its rows, joining others to it.

mod columns;
mod duplicates;
mod join;
mod lines;
mod markers;
mod missing;
mod open;
mod problems;
mod project;
mod reading;
mod recent;
mod replace;
mod rows;
mod samples;
mod take;

use super::thousands;
use crate::parts::{Choice, Hint, Menu};
use crate::state::{Studio, View};
use atelier::base::{Message, Severity, Stage, text};
use atelier::recipe::{Source, digest_of};
use atelier::table::read::Summary;
use leptos::prelude::*;
pub use project::{at_start, save_project_file, take_link};
pub use take::{paste, take};

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Tables {
    /// The place of the source that is looked at.
    pub place: RwSignal<usize>,
    /// How it was read; the one before while an answer is on its way.
    pub summary: RwSignal<Option<Summary>>,
    /// The join that is being made or changed.
    pub draft: RwSignal<Option<join::Draft>>,
    /// The file that may take the place of another.
    pub replacement: RwSignal<Option<replace::Replacement>>,
}

impl Tables {
    /// The source that is looked at.
    pub fn source(&self, studio: Studio) -> Option<Source> {
        let place = self.place.get();
        studio.recipe.with(|recipe| recipe.sources.get(place).cloned())
    }

    /// The same, for a moment.
    fn source_untracked(&self, studio: Studio) -> Option<Source> {
        let place = self.place.try_get_untracked()?;
        studio.recipe.with_untracked(|recipe| recipe.sources.get(place).cloned())
    }

    /// Whether the bytes of a table belong to the study.
    fn is_kept(studio: Studio, sha256: &str) -> bool {
        studio.recipe.with_untracked(|recipe| recipe.sources.iter().any(|source| source.sha256 == sha256))
    }
}

/// The views of the page; the first is shown where the address names none.
const VIEWS: [&str; 4] = ["reading", "columns", "rows", "join"];

/// The page: opening where there is no table or the address asks for it, else what was read.
#[component]
pub fn Data() -> impl IntoView {
    let (studio, view) = (expect_context::<Studio>(), expect_context::<View>());
    let tables =
        Tables { place: RwSignal::new(0), summary: RwSignal::new(None), draft: RwSignal::new(None), replacement: RwSignal::new(None) };
    provide_context(tables);
    follow(studio, tables);
    // Bytes of a file that was not taken after all are let go.
    on_cleanup(move || {
        replace::drop_replacement(studio, tables);
        join::drop_draft(studio, tables);
    });
    let opening = Memo::new(move |_| {
        let route = view.route.get();
        (route.stage == Stage::Data && route.part == "open") || studio.project.with(Option::is_none)
    });
    move || match opening.get() {
        true => view! { <open::Open/> }.into_any(),
        false => view! { <Read/> }.into_any(),
    }
}

/// Asks how the source that is looked at was read, whenever that may have changed.
fn follow(studio: Studio, tables: Tables) {
    // A table that was taken out is not looked at any more.
    Effect::new(move |_| {
        let count = studio.recipe.with(|recipe| recipe.sources.len());
        if tables.place.get() >= count.max(1) {
            tables.place.set(0);
        }
    });
    let source = Memo::new(move |_| tables.source(studio));
    let known = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let Some(source) = source.get() else {
            known.set_value(None);
            return tables.summary.set(None);
        };
        // After a look the session may have read what it had not read before.
        studio.look.track();
        let key = digest_of(&(&source.sha256, &source.options));
        if known.with_value(|known| known.as_ref() == Some(&key)) {
            return;
        }
        leptos::task::spawn_local(async move {
            let Some(summary) = studio.summary(&source).await else { return };
            // A late answer belongs to another way of reading.
            let now = tables.source_untracked(studio).map(|source| digest_of(&(&source.sha256, &source.options)));
            if now.as_ref() == Some(&key) && known.try_set_value(Some(key)).is_none() {
                tables.summary.set(Some(summary));
            }
        });
    });
}

/// What was read, in one of its views.
#[component]
fn Read() -> impl IntoView {
    let (studio, view, tables) = (expect_context::<Studio>(), expect_context::<View>(), expect_context::<Tables>());
    let part = Memo::new(move |_| {
        let route = view.route.get();
        VIEWS.into_iter().find(|part| *part == route.part).unwrap_or(VIEWS[0])
    });
    let parts: Vec<(String, String)> = VIEWS.map(|part| (part.to_owned(), text(&format!("data.part.{part}")))).to_vec();
    let note = move || {
        studio.look.with(|look| {
            let look = look.as_ref()?;
            let words = Message::new("data.size").with("rows", thousands(look.rows)).with("columns", thousands(look.schema.columns.len()));
            Some(words.to_string())
        })
    };
    let is_read = Memo::new(move |_| tables.summary.with(Option::is_some));
    let renaming = RwSignal::new(false);
    let items = Signal::derive(move || {
        vec![
            (text("data.replace"), Callback::new(move |()| replace::choose(studio, view, tables))),
            (text("open.rename"), Callback::new(move |()| renaming.set(true))),
        ]
    });
    view! {
        <div class="head"><h1>{text("stage.data")}</h1><p>{note}</p><span class="push"></span>
            <Choice label=text("data.parts") options=parts value=Signal::derive(move || part.get().to_owned()) on_change=move |part: String| view.go(Stage::Data, &part)/>
            <a class="button" href="#data/open">{text("page.open_table")}</a>
            <Menu label=text("data.more") items=items/>
        </div>
        <missing::Missing/>
        <Differs/>
        <replace::Replace/>
        <Show when=move || part.get() != "rows" && part.get() != "join"><TableChoice/></Show>
        <Show when=move || is_read.get()>
            {move || match part.get() {
                "columns" => view! { <columns::Columns/> }.into_any(),
                "rows" => view! { <duplicates::Duplicates/><rows::Rows/> }.into_any(),
                "join" => view! { <join::Join/> }.into_any(),
                _ => view! { <reading::Reading/> }.into_any(),
            }}
        </Show>
        <recent::RenameOpen open=renaming/>
    }
}

/// Of several tables, which one is looked at.
#[component]
fn TableChoice() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let names = Memo::new(move |_| {
        studio.recipe.with(|recipe| {
            recipe.sources.iter().enumerate().map(|(place, source)| (place.to_string(), source.name.clone())).collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || names.with(|names| names.len() > 1)>
            <div class="row wrap small"><span class="muted">{text("data.table")}</span>
                <Choice label=text("data.table") options=names value=Signal::derive(move || tables.place.get().to_string()) on_change=move |place: String| tables.place.set(place.parse().unwrap_or(0))/>
            </div>
        </Show>
    }
}

/// How the table differs from the one that its recipe was made with.
#[component]
fn Differs() -> impl IntoView {
    let studio = expect_context::<Studio>();
    move || {
        let problems = studio.differs.get();
        let count = problems.len();
        problems
            .into_iter()
            .enumerate()
            .map(|(place, problem)| {
                let kind = if problem.severity == Severity::Note { "note" } else { "warn" };
                let detail = problem.hint().map(|hint| hint.to_string()).unwrap_or_default();
                let title = problem.message.to_string();
                // Each is put away by itself.
                let close = Callback::new(move |()| {
                    studio.differs.update(|all| {
                        if all.len() == count {
                            all.remove(place);
                        }
                    })
                });
                view! { <Hint kind title detail on_close=close/> }
            })
            .collect_view()
    }
}
