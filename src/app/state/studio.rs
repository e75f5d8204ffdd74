//! The studio: the open project, its tables, its results, and what is going on. Pages read the signals and call the
//! methods; the methods send edits and questions.

use super::fits::Fits;
use super::lock::Lock;
use super::saving::asked_to_leave_no_trace;
use super::session::Engine;
use super::sources::Offer;
use super::storage::{Project, Storage, Unread};
use atelier::base::Problem;
use atelier::learn::surface::{Plane, Surface};
use atelier::recipe::{Edit, Recipe};
use atelier::report::{Entry, Nested, Race};
use atelier::run::{Ask, Look, Opened, Trained, Tuned};
use atelier::ship::Checked;
use atelier::tune::Trial;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What the save mark says.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// Nothing to save yet.
    Nothing,
    /// A change is not yet written.
    Pending,
    /// Written, at this time of day.
    At(String),
    /// Not written, because no trace shall be left: it lives as long as the tab.
    TabOnly,
    /// Not written, and why. The last good copy stays.
    Refused(String),
}

/// What is going on.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// The id of the text that says what: `page.busy.<id>`.
    pub what: &'static str,
    /// How far, from 0 to 1.
    pub share: f64,
    /// When it started, in milliseconds.
    pub started: f64,
    /// Whether it is paused.
    pub paused: bool,
}

/// A result and the digest of what it was computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// What it was computed from.
    pub digest: String,
    /// The result.
    pub value: T,
}

/// The store of everything that belongs to the open project.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The project; nothing before a table is opened.
    pub project: RwSignal<Option<Project>>,
    /// Its recipe; an empty one before a table is opened.
    pub recipe: Memo<Recipe>,
    /// What the save mark says.
    pub saved: RwSignal<Saved>,
    /// Whether another tab writes the open project; here it is only looked at then.
    pub elsewhere: RwSignal<bool>,
    /// Counts edits that were refused.
    pub refused: RwSignal<u32>,
    /// What is going on.
    pub busy: RwSignal<Option<Busy>>,
    /// The last thing that went wrong; stays until put away.
    pub problem: RwSignal<Option<Problem>>,
    /// Whether the engine's code is here.
    pub ready: RwSignal<bool>,
    /// What the recipe comes to on its table; nothing before a table is read.
    pub look: RwSignal<Option<Look>>,
    /// A way out of the problem that is shown.
    pub offer: RwSignal<Option<Offer>>,
    /// The places of sources whose rows are not on this device.
    pub missing: RwSignal<Vec<usize>>,
    /// How the table that was opened differs from the one that its recipe was made with; stays until put away.
    pub differs: RwSignal<Vec<Problem>>,
    /// The projects on this device, the last changed first.
    pub projects: RwSignal<Vec<Project>>,
    /// Those that this build cannot open.
    pub unread: RwSignal<Vec<Unread>>,
    /// Whether the sample tables are here.
    pub samples: RwSignal<bool>,
    /// A recipe that waits for its table.
    pub waiting: RwSignal<Option<Recipe>>,
    /// The milliseconds that each task of the last training took, by its number, and which training that was: another one
    /// than is shown where that came from this device's storage.
    pub took: RwSignal<Stamped<BTreeMap<u64, f64>>>,
    /// Of which training fits are kept one by one, and how many; see [`Studio::kept_fits`].
    pub fits: RwSignal<(String, usize)>,
    /// When each task of the search that goes on or was the last began and ended, in milliseconds of the page, by its number.
    pub spans: RwSignal<BTreeMap<u64, [f64; 2]>>,
    /// The network whose first fold is looked at while it trains, by its place, and the plane.
    pub watched_plane: RwSignal<Option<(usize, Plane)>>,
    /// The latest look, and the network and the plane that it is of; see [`Studio::seen`].
    pub surface: RwSignal<Option<Surface>>,
    pub shown_plane: RwSignal<(usize, Plane)>,
    /// Whether the fold that is looked at learns just now, so that it can go on by an epoch at a time.
    pub watching: RwSignal<bool>,
    /// Whether that fold rests after every epoch.
    pub slow: RwSignal<bool>,
    /// The live curves by task.
    pub live: RwSignal<BTreeMap<u64, Vec<atelier::learn::Epoch>>>,
    /// The trials of the search that goes on or was the last.
    pub trials: RwSignal<Vec<Trial>>,
    /// What the last search came to; stale where its digest is not that of the recipe's search.
    pub tuned: RwSignal<Option<Stamped<Tuned>>>,
    /// What the search is worth, where that was asked, and of which search that was.
    pub nested: RwSignal<Option<Stamped<Nested>>>,
    /// How the models stand in a search over models and preparation that goes on.
    pub entries: RwSignal<Vec<Entry>>,
    /// What such a search came to, where there was one.
    pub race: RwSignal<Option<Stamped<Race>>>,
    /// What the last training came to; stale where its digest is not that of the look.
    pub trained: RwSignal<Option<Stamped<Trained>>>,
    /// What came of the sealed rows when they were last opened, and for which model as it was judged then; see
    /// [`Studio::opened_now`].
    pub opened: RwSignal<Option<Stamped<Opened>>>,
    /// The exports that were saved of a training, by id, and what their checks came to.
    pub exported: RwSignal<Option<Stamped<BTreeMap<String, Option<Checked>>>>>,
    /// Whether nothing is kept on this device.
    pub traceless: RwSignal<bool>,
    /// How many workers the pool has at most.
    pub workers: RwSignal<usize>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What lives beside the signals: nothing on a page shows it.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) engine: Engine,
    pub(super) fits: RefCell<Fits>,
    /// Whether the training that goes on keeps its fits: one that is made beside the study, for comparison, does not.
    pub(super) keeps_fits: Cell<bool>,
    pub(super) storage: RefCell<Option<Rc<Storage>>>,
    /// The bytes of tables that the storage did not take, or not yet.
    pub(super) bytes: Rc<RefCell<BTreeMap<String, Rc<Vec<u8>>>>>,
    /// The look that waits for the next picture of the screen.
    pub(super) unseen: Cell<Option<Surface>>,
    /// Counts looks, so that a late answer does not replace a newer one.
    pub(super) looks: Cell<u64>,
    /// Counts changes, so that a save knows whether another came meanwhile.
    pub(super) changes: Cell<u64>,
    /// Says to other tabs that the open project is written here.
    pub(super) lock: RefCell<Option<Lock>>,
}

impl Studio {
    /// A studio without a project.
    pub fn new() -> Self {
        let project = RwSignal::new(None::<Project>);
        Self {
            project,
            recipe: Memo::new(move |_| project.with(|project| project.as_ref().map(|project| project.recipe.clone()).unwrap_or_default())),
            saved: RwSignal::new(Saved::Nothing),
            elsewhere: RwSignal::new(false),
            refused: RwSignal::new(0),
            busy: RwSignal::new(None),
            problem: RwSignal::new(None),
            ready: RwSignal::new(false),
            look: RwSignal::new(None),
            offer: RwSignal::new(None),
            missing: RwSignal::default(),
            differs: RwSignal::default(),
            projects: RwSignal::default(),
            unread: RwSignal::default(),
            samples: RwSignal::new(false),
            waiting: RwSignal::new(None),
            took: RwSignal::new(Stamped { digest: String::new(), value: BTreeMap::new() }),
            fits: RwSignal::default(),
            spans: RwSignal::default(),
            watched_plane: RwSignal::new(None),
            surface: RwSignal::new(None),
            shown_plane: RwSignal::default(),
            watching: RwSignal::new(false),
            slow: RwSignal::new(false),
            live: RwSignal::default(),
            trials: RwSignal::default(),
            trained: RwSignal::new(None),
            tuned: RwSignal::new(None),
            nested: RwSignal::new(None),
            entries: RwSignal::default(),
            race: RwSignal::new(None),
            opened: RwSignal::new(None),
            exported: RwSignal::new(None),
            traceless: RwSignal::new(asked_to_leave_no_trace()),
            workers: RwSignal::new(0),
            inner: StoredValue::new_local(Rc::default()),
        }
    }

    /// The latest look at the network that stands at a place among the models, where the last look was at that one.
    pub fn seen(&self, place: usize) -> Option<Surface> {
        self.surface.get().filter(|_| self.shown_plane.with(|(shown, _)| *shown == place))
    }

    pub(super) fn inner(&self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// The bytes of tables that are held in memory, by digest.
    pub(super) fn held_bytes(&self) -> Rc<RefCell<BTreeMap<String, Rc<Vec<u8>>>>> {
        self.inner().bytes.clone()
    }

    /// Makes a recipe for a target, as one edit.
    pub fn begin(&self, target: String) {
        let studio = *self;
        leptos::task::spawn_local(async move {
            let (owner, recipe) = (studio.open_id(), Box::new(studio.recipe.get_untracked()));
            match studio.ask::<Recipe>(Ask::Begin { recipe, target }, &[]).await {
                _ if studio.open_id() != owner => {}
                Ok(next) => studio.edit(Edit::Many(vec![
                    Edit::SetGoal(next.goal),
                    Edit::SetSplit(next.split),
                    Edit::SetSteps(next.prepare),
                    Edit::SetModels { models: next.models, chosen: next.chosen },
                    Edit::SetTune(None),
                    Edit::SetExplain(next.explain),
                ])),
                Err(problem) => studio.problem.set(Some(problem)),
            }
        });
    }

    /// Makes an edit; a refused one is shown and changes nothing.
    pub fn edit(&self, edit: Edit) {
        if !self.is_written_here() {
            return;
        }
        let mut refused = None;
        self.project.update(|project| {
            if let Some(project) = project {
                refused = project.edit(edit).err();
            }
        });
        match refused {
            Some(problem) => {
                self.problem.set(Some(problem));
                self.refused.update(|count| *count += 1);
            }
            None => self.changed(),
        }
    }

    /// Takes the last edit back.
    pub fn undo(&self) {
        if !self.is_written_here() {
            return;
        }
        self.project.update(|project| {
            project.as_mut().and_then(Project::undo);
        });
        self.changed();
    }

    /// Brings the last undone edit back.
    pub fn redo(&self) {
        if !self.is_written_here() {
            return;
        }
        self.project.update(|project| {
            project.as_mut().and_then(Project::redo);
        });
        self.changed();
    }

    fn changed(&self) {
        self.look_again();
        self.save();
    }
}

/// Milliseconds since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}
