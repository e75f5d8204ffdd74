//! Taking files: a project, a recipe, a table; whether chosen, dropped or pasted.

use super::project::{adopt, new_id, refresh, unpack};
use crate::state::{Studio, View, files, storage::Project, studio::now};
use atelier::base::{Message, Problem, Stage, text};
use atelier::recipe::{Recipe, Source, difference};
use atelier::table::read::{self, Limits, ReadOptions};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::File;

/// Endings and kinds of files that are opened.
pub const ACCEPT: &str = ".csv,.tsv,.tab,.txt,.atelier,.json,text/csv,text/plain,text/tab-separated-values,application/json";

/// What was given to be opened.
#[derive(Clone)]
enum Given {
    File(File),
    Bytes(String, Rc<Vec<u8>>),
}

thread_local! {
    /// What was given last, kept so that it can be read in another way where it cannot be read at once.
    static LAST: RefCell<Option<Given>> = const { RefCell::new(None) };
}

/// Opens a file that a person chose or dropped.
pub fn take(studio: Studio, view: View, file: File) {
    LAST.set(Some(Given::File(file)));
    read_last(studio, view, ReadOptions::default());
}

/// Opens bytes under a name.
pub fn take_bytes(studio: Studio, view: View, name: String, bytes: Vec<u8>) {
    LAST.set(Some(Given::Bytes(name, Rc::new(bytes))));
    read_last(studio, view, ReadOptions::default());
}

/// Opens a text that was pasted; a single line is no table, and was not meant as one.
pub fn paste(studio: Studio, view: View, words: String) -> bool {
    let is_table = words.trim_end().lines().nth(1).is_some();
    if is_table {
        take_bytes(studio, view, format!("{}.csv", text("open.pasted")), words.into_bytes());
    }
    is_table
}

fn read_last(studio: Studio, view: View, options: ReadOptions) {
    let Some(given) = LAST.with_borrow(Clone::clone) else { return };
    if !studio.is_free() {
        return;
    }
    leptos::task::spawn_local(async move {
        let opened = match given {
            Given::File(file) => match bytes_of(studio, &file, &options).await {
                Some(bytes) => open(studio, view, file.name(), Rc::new(bytes), &options).await,
                None => false,
            },
            Given::Bytes(name, bytes) => open(studio, view, name, bytes, &options).await,
        };
        match opened {
            true => LAST.set(None),
            false => studio.offer(&options, move |options| read_last(studio, view, options)),
        }
    });
}

/// The bytes of a file; of one that is too long, the first ones where no more than its first rows are wanted, and nothing
/// otherwise. Such a file is not even loaded.
pub async fn bytes_of(studio: Studio, file: &File, options: &ReadOptions) -> Option<Vec<u8>> {
    let limits = Limits::default();
    let size = file.size();
    let is_too_long = size > limits.bytes as f64;
    let read = match (is_too_long, options.rows.is_some()) {
        (false, _) => files::read(file).await,
        (true, true) => files::head(file, limits.bytes + 1).await,
        (true, false) => files::head(file, 1 << 16).await,
    };
    let problem = match read {
        Ok(head) if is_too_long && options.rows.is_none() => read::too_long(&file.name(), size as u64, &head, &limits),
        Ok(bytes) => return Some(bytes),
        Err(reason) => Problem::new(Stage::Data, "open.unreadable").with("reason", reason),
    };
    studio.problem.set(Some(problem));
    None
}

/// Opens bytes: a project file as a project, a recipe for the next table, anything else as a table. Whether that went well.
async fn open(studio: Studio, view: View, name: String, bytes: Rc<Vec<u8>>, options: &ReadOptions) -> bool {
    let outcome = if name.ends_with(".atelier") {
        match unpack(&bytes) {
            Ok((project, tables)) => {
                adopt(studio, view, project, tables).await;
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    } else if name.ends_with(".json") {
        Recipe::from_json(&String::from_utf8_lossy(&bytes)).map(|recipe| wait(studio, view, recipe))
    } else {
        return open_table(studio, view, name, bytes, options).await;
    };
    match outcome {
        Ok(()) => true,
        Err(problem) => {
            studio.problem.set(Some(problem));
            false
        }
    }
}

/// Keeps a recipe for the table that it is for.
pub fn wait(studio: Studio, view: View, recipe: Recipe) {
    studio.waiting.set(Some(recipe));
    view.go(Stage::Data, "open");
    view.say(text("open.recipe_waits"));
}

/// Opens a table as a new project, by the recipe that waits where one does.
async fn open_table(studio: Studio, view: View, name: String, bytes: Rc<Vec<u8>>, options: &ReadOptions) -> bool {
    let waiting = studio.waiting.get_untracked();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
    let recipe = waiting.clone().unwrap_or_else(|| Recipe { title: stem.clone(), ..Recipe::new() });
    // The table of that name, or the main one.
    let place = recipe.sources.iter().position(|source| source.file == name).unwrap_or(0);
    let mut source = recipe.sources.get(place).cloned().unwrap_or(Source { name: stem, ..Source::default() });
    source.file = name.clone();
    if *options != ReadOptions::default() {
        source.options.clone_from(options);
    }
    let Some(summary) = studio.read(source.clone(), &bytes).await else { return false };
    let source = source.read_as(&summary);
    // Of a file that was too long, what was read of it.
    let kept = match bytes.len() as u64 > summary.size {
        true => Rc::new(bytes[..summary.size as usize].to_vec()),
        false => bytes,
    };
    studio.keep_bytes(&source.sha256, kept).await;
    let differs = match waiting {
        Some(_) => difference(&recipe, place, &summary).problems(&name),
        None => Vec::new(),
    };
    let mut recipe = recipe;
    match recipe.sources.get_mut(place) {
        Some(before) => *before = source,
        None => recipe.sources.push(source),
    }
    if waiting.is_none() {
        recipe.goal.roles = summary.suggested_roles();
    }
    studio.waiting.set(None);
    studio.flush().await;
    studio.open(Project { id: new_id(), changed: now(), recipe, ..Project::default() });
    studio.differs.set(differs);
    studio.save_now().await;
    refresh(studio).await;
    let said = Message::new("open.opened").with("file", name).with("rows", super::thousands(summary.tally.kept as usize));
    view.say(said.to_string());
    view.go(Stage::Data, "");
    true
}
