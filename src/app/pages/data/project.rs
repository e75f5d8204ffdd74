//! Projects: opening a table as a new one, continuing, renaming, copying, deleting; the one-file form.

use super::samples;
use super::take::wait;
use crate::state::{
    Studio, View, files,
    lock::{self, Asks, Lock},
    saving::{OPEN, locals},
    storage::{Project, Unread, tables_of},
    studio::now,
    view::LINK,
};
use atelier::base::{Problem, Stage, text};
use atelier::recipe::{Edit, from_link};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What happens when the page has started: a recipe from a link is kept for the next table, the last project is opened
/// again, the samples are fetched, and then the connection is closed.
pub async fn at_start(studio: Studio, view: View) {
    refresh(studio).await;
    if !take_link(studio, view) {
        let last = locals().and_then(|storage| storage.get_item(OPEN).ok().flatten());
        let project =
            studio.projects.with_untracked(|projects| projects.iter().find(|project| Some(&project.id) == last.as_ref()).cloned());
        if let Some(project) = project {
            studio.open(project);
        }
    }
    samples::fetch_all(&crate::shell::build()).await;
    studio.samples.set(true);
    // The service worker's own requests belong to loading too.
    crate::state::offline::ready().await;
    crate::shell::privacy::close_connection();
}

/// Takes the recipe that the address holds, at the start or where a link is put into an open tab; whether there is one.
pub fn take_link(studio: Studio, view: View) -> bool {
    let link = window().location().hash().ok().and_then(|hash| hash.strip_prefix(LINK).map(str::to_owned));
    let Some(link) = link else { return false };
    // In the place of the link, so that going back does not meet it again.
    view.go_instead(Stage::Data, "open");
    match from_link(&link) {
        Ok(recipe) => wait(studio, view, recipe),
        Err(problem) => studio.problem.set(Some(problem)),
    }
    true
}

/// Reads the list of projects again, with the last change of the open one.
pub async fn refresh(studio: Studio) {
    studio.flush().await;
    if let Some(storage) = studio.storage() {
        match storage.projects().await {
            Ok((projects, unread)) => {
                studio.projects.set(projects);
                studio.unread.set(unread);
            }
            Err(reason) => studio.problem.set(Some(Problem::warning(Stage::Data, "page.storage_refused").with("reason", reason))),
        }
    }
}

/// A project as it was last written, here or in another tab; where it is gone or cannot be read, says so.
async fn kept(studio: Studio, id: &str) -> Option<Project> {
    let problem = match studio.storage()?.project(id).await {
        Ok(Some(project)) => return Some(project),
        Ok(None) => Problem::note(Stage::Data, "open.gone"),
        Err(problem) => problem,
    };
    studio.problem.set(Some(problem));
    refresh(studio).await;
    None
}

/// Continues a project of this device as it was last written; the open one is only gone to.
pub fn resume(studio: Studio, view: View, id: String) {
    if studio.is_open(&id) && !studio.elsewhere.get_untracked() {
        return view.go(Stage::Data, "");
    }
    if !studio.is_free() {
        return;
    }
    leptos::task::spawn_local(async move {
        let Some(project) = kept(studio, &id).await else { return };
        studio.flush().await;
        if studio.is_free() {
            studio.open(project);
            view.go(Stage::Data, "");
        }
    });
}

/// Renames a project; that of the open one can be undone.
pub fn rename(studio: Studio, id: String, before: String, title: String) {
    let is_open = studio.is_open(&id);
    if is_open {
        studio.edit(Edit::SetTitle(title.clone()));
    }
    leptos::task::spawn_local(async move {
        if is_open {
            refresh(studio).await;
        } else if let Some(_lock) = alone(studio, &id, &before).await
            && let Some(mut project) = kept(studio, &id).await
        {
            project.recipe.title = title;
            keep(studio, &project).await;
        }
    });
}

/// The lock of a project that is not open here; where another tab has it open, says so.
async fn alone(studio: Studio, id: &str, title: &str) -> Option<Lock> {
    let lock = lock::take(id, Asks::Politely, || {}).await;
    if lock.is_none() {
        studio.problem.set(Some(Problem::note(Stage::Data, "open.elsewhere").with("title", title)));
    }
    lock
}

/// Keeps a copy under another name, with its results.
pub fn duplicate(studio: Studio, id: String) {
    leptos::task::spawn_local(async move {
        studio.flush().await;
        let Some(project) = kept(studio, &id).await else { return };
        let mut copy = Project { id: new_id(), changed: now(), ..project };
        copy.recipe.title = format!("{} {}", copy.recipe.title, text("open.copy"));
        if let Some(storage) = studio.storage()
            && let Err(reason) = storage.copy_beside(&id, &copy.id).await
        {
            studio.problem.set(Some(Problem::warning(Stage::Data, "page.storage_refused").with("reason", reason)));
        }
        keep(studio, &copy).await;
    });
}

/// Deletes a project from this device; what goes on for it ends.
pub fn delete(studio: Studio, view: View, id: String, title: String) {
    let is_own = studio.is_open(&id) && !studio.elsewhere.get_untracked();
    if is_own {
        studio.close();
    }
    leptos::task::spawn_local(async move {
        let lock = if is_own { None } else { alone(studio, &id, &title).await };
        if !is_own && lock.is_none() {
            return;
        }
        if let Some(storage) = studio.storage()
            && let Err(reason) = storage.delete_project(&id).await
        {
            studio.problem.set(Some(Problem::new(Stage::Data, "page.storage_refused").with("reason", reason)));
        }
        refresh(studio).await;
        view.say(text("open.deleted"));
    });
}

async fn keep(studio: Studio, project: &Project) {
    if let Some(storage) = studio.storage()
        && let Err(reason) = storage.put_project(project).await
    {
        studio.problem.set(Some(Problem::new(Stage::Data, "page.storage_refused").with("reason", reason)));
    }
    refresh(studio).await;
}

/// The one-file form of a project: its record and its tables, deflated.
#[derive(Serialize, Deserialize)]
struct Packed {
    project: String,
    tables: Vec<(String, Vec<u8>)>,
}

/// The first bytes of a project file, with the version of its form.
const MAGIC: &[u8] = b"atelier1";
/// The most bytes that a project file may unpack to.
const MOST: u64 = 1 << 30;

/// Saves the open project as one file.
pub fn save_project_file(studio: Studio) {
    let Some(project) = studio.project.get_untracked() else { return };
    let record = serde_json::to_string(&project).unwrap_or_default();
    leptos::task::spawn_local(save_record(studio, project.recipe.title, record));
}

/// Saves a project that this build cannot open as one file, as it stands, so that a newer build can.
pub fn save_unread_file(studio: Studio, unread: Unread) {
    leptos::task::spawn_local(save_record(studio, unread.title, unread.record));
}

async fn save_record(studio: Studio, title: String, project: String) {
    let mut tables = Vec::new();
    for sha256 in tables_of(&project) {
        if let Some(bytes) = studio.table_bytes(&sha256).await {
            tables.push((sha256, bytes.as_ref().clone()));
        }
    }
    let _ = files::download(&format!("{title}.atelier"), "application/octet-stream", &pack(&Packed { project, tables }));
}

fn pack(packed: &Packed) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::DeflateEncoder::new(MAGIC.to_vec(), flate2::Compression::fast());
    // Writing to memory does not fail.
    let _ = out.write_all(&atelier::run::pack(packed));
    out.finish().unwrap_or_default()
}

pub fn unpack(bytes: &[u8]) -> Result<(Project, Vec<(String, Vec<u8>)>), Problem> {
    use std::io::Read;
    let broken = || Problem::new(Stage::Data, "open.broken_project");
    let packed = bytes.strip_prefix(MAGIC).ok_or_else(broken)?;
    let mut plain = Vec::new();
    flate2::read::DeflateDecoder::new(packed).take(MOST).read_to_end(&mut plain).map_err(|_| broken())?;
    let packed: Packed = atelier::run::unpack(&plain).map_err(|_| broken())?;
    // Of a recipe it is said what is wrong with it, as everywhere.
    let of_file = |problem: Problem| if problem.message.id == "open.broken_record" { broken() } else { problem };
    Ok((Project::read(&packed.project).map_err(of_file)?, packed.tables))
}

/// Takes over a project from a file, under a new id, so that nothing on this device is replaced.
pub async fn adopt(studio: Studio, view: View, project: Project, tables: Vec<(String, Vec<u8>)>) {
    let project = Project { id: new_id(), changed: now(), ..project };
    for (sha256, bytes) in tables {
        if atelier::base::digest(&bytes) == sha256 {
            studio.keep_bytes(&sha256, bytes.into()).await;
        }
    }
    if let Some(storage) = studio.storage() {
        let _ = storage.put_project(&project).await;
    }
    // Its first step also writes what of the open project is not written yet.
    refresh(studio).await;
    studio.open(project);
    view.go(Stage::Data, "");
}

/// A random id.
pub fn new_id() -> String {
    format!("{:08x}{:08x}", (js_sys::Math::random() * 4_294_967_296.0) as u32, (js_sys::Math::random() * 4_294_967_296.0) as u32)
}
