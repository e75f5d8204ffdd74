//! What Explore knows of the open table: its profile, what was looked at closely, what is chosen. Kept while the page lives,
//! each answer with the digest of what it was computed from, so that coming back costs nothing.

use super::studio::{Stamped, Studio};
use atelier::base::{Message, Problem, Progress, text};
use atelier::profile::{ColumnProfile, Finding, PairView, Profile, findings};
use atelier::recipe::{digest_of, is_settled};
use atelier::run::Ask;
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Pairs and columns kept, at most.
const MOST: usize = 40;

/// The store of Explore.
#[derive(Clone, Copy)]
pub struct Explored {
    /// The profile; nothing before the first answer.
    pub profile: RwSignal<Option<Stamped<Profile>>>,
    /// How far a profile has come that takes its time.
    pub share: RwSignal<Option<f64>>,
    /// Why there is no profile.
    pub refused: RwSignal<Option<Problem>>,
    /// The column that is looked at, by name.
    pub column: RwSignal<Option<String>>,
    /// The two columns that are looked at together, by name.
    pub pair: RwSignal<Option<(String, String)>>,
    /// The class that shares are of, by name.
    pub class: RwSignal<Option<String>>,
    /// Findings that were put away, by their keys.
    pub put_away: RwSignal<BTreeSet<String>>,
    /// Columns asked for closely, by name.
    columns: RwSignal<BTreeMap<String, Stamped<ColumnProfile>>>,
    /// Pairs, by the names of both.
    pairs: RwSignal<BTreeMap<(String, String), Stamped<PairView>>>,
    /// The profile that was cancelled or refused, by its digest: it is not asked for again by itself.
    given_up: RwSignal<Option<String>>,
    /// The profile that is asked for, by its digest, and the number of its request.
    asked: StoredValue<Option<(String, Rc<Cell<u64>>)>, LocalStorage>,
    /// The pair that is asked for, and the number of its request.
    pairing: StoredValue<Option<((String, String), Rc<Cell<u64>>)>, LocalStorage>,
}

impl Explored {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            profile: RwSignal::new(None),
            share: RwSignal::new(None),
            refused: RwSignal::new(None),
            column: RwSignal::new(None),
            pair: RwSignal::new(None),
            class: RwSignal::new(None),
            put_away: RwSignal::default(),
            columns: RwSignal::default(),
            pairs: RwSignal::default(),
            given_up: RwSignal::new(None),
            asked: StoredValue::new_local(None),
            pairing: StoredValue::new_local(None),
        }
    }

    /// Forgets everything where another project is opened.
    pub fn follow(self, studio: Studio) {
        let project = Memo::new(move |_| studio.project.with(|project| project.as_ref().map(|project| project.id.clone())));
        Effect::new(move |before: Option<Option<String>>| {
            let now = project.get();
            if before.is_some_and(|before| before != now) {
                self.profile.set(None);
                self.share.set(None);
                self.refused.set(None);
                self.column.set(None);
                self.pair.set(None);
                self.class.set(None);
                self.put_away.update(BTreeSet::clear);
                self.columns.update(BTreeMap::clear);
                self.pairs.update(BTreeMap::clear);
                self.given_up.set(None);
                self.asked.set_value(None);
                self.pairing.set_value(None);
            }
            now
        });
    }

    /// What a profile depends on: the table, the goal, which rows are sealed; nothing before a table is read.
    pub fn key(studio: Studio) -> Option<String> {
        let table = studio.look.with(|look| look.as_ref().map(|look| look.table.clone())).filter(|table| !table.is_empty())?;
        studio.recipe.with(|recipe| Some(digest_of(&(table, recipe.setup_digest()))))
    }

    /// Asks for the profile where it is not there, in the place of one that is on its way for something else.
    pub fn ask(self, studio: Studio) {
        let Some(key) = Self::key(studio) else { return };
        let is_known = self.profile.with(|profile| profile.as_ref().is_some_and(|profile| profile.digest == key));
        let is_asked = self.asked.with_value(|asked| asked.as_ref().is_some_and(|(asked, _)| *asked == key));
        if is_known || is_asked || self.given_up.with(|given_up| given_up.as_ref() == Some(&key)) {
            return;
        }
        self.cancel(studio);
        let number = Rc::new(Cell::new(0));
        self.asked.set_value(Some((key.clone(), number.clone())));
        let recipe = Box::new(studio.recipe.get_untracked());
        let is_asked = move |key: &str| self.asked.with_value(|asked| asked.as_ref().is_some_and(|(asked, _)| asked == key));
        let own = key.clone();
        let hear = move |progress: Progress| {
            if is_asked(&own) {
                self.share.set(Some(progress.share()));
            }
        };
        leptos::task::spawn_local(async move {
            let answer = studio.ask_numbered::<Profile>(Ask::Profile(recipe), number, hear).await;
            if !is_asked(&key) {
                return;
            }
            self.asked.set_value(None);
            self.share.set(None);
            match answer {
                Ok(value) => {
                    self.refused.set(None);
                    self.profile.set(Some(Stamped { digest: key, value }));
                }
                Err(problem) => {
                    self.given_up.set(Some(key));
                    self.refused.set((problem.message.id != "run.cancelled").then_some(problem));
                }
            }
        });
    }

    /// Ends the asking.
    pub fn cancel(self, studio: Studio) {
        if let Some((_, number)) = self.asked.with_value(Clone::clone) {
            studio.end(number.get());
        }
    }

    /// Whether the profile was cancelled or refused as the study is now.
    pub fn gave_up(self, studio: Studio) -> bool {
        let key = Self::key(studio);
        key.is_some() && self.given_up.with(|given_up| *given_up == key)
    }

    /// Lets a profile that was cancelled be asked for again.
    pub fn retry(self) {
        self.refused.set(None);
        self.given_up.set(None);
    }

    /// Whether the profile is of the study as it was before.
    pub fn is_old(self, studio: Studio) -> bool {
        let key = Self::key(studio);
        self.profile.with(|profile| profile.as_ref().is_some_and(|profile| Some(&profile.digest) != key.as_ref()))
    }

    /// Something of the profile; nothing where there is none.
    pub fn of<T>(self, read: impl FnOnce(&Profile) -> T) -> Option<T> {
        self.profile.with(|profile| profile.as_ref().map(|profile| read(&profile.value)))
    }

    /// The position of the column that is looked at: the chosen one, else the target, else the first.
    pub fn place(self) -> Option<usize> {
        let wanted = self.column.get();
        self.of(|profile| {
            let find = |name: &str| profile.columns.iter().position(|column| column.name == name);
            let target = || profile.target.as_ref().and_then(|target| find(&target.column));
            wanted.as_deref().and_then(find).or_else(target).or_else(|| (!profile.columns.is_empty()).then_some(0))
        })
        .flatten()
    }

    /// What of the profile's findings is open: neither dealt with by the study nor, where asked, put away.
    pub fn open(self, studio: Studio, with_put_away: bool) -> Vec<Finding> {
        let found =
            self.of(|profile| studio.recipe.with(|recipe| findings(profile.alerts.iter().filter(|alert| !is_settled(recipe, alert)))));
        let mut found = found.unwrap_or_default();
        if !with_put_away {
            self.put_away.with(|away| found.retain(|finding| !away.contains(&finding.key())));
        }
        found
    }

    /// A column in all detail: from the profile, or asked for where the profile leaves its details out.
    pub fn closely(self, studio: Studio) -> Memo<Option<ColumnProfile>> {
        let wanted = Memo::new(move |_| {
            let place = self.place()?;
            let stamp = self.profile.with(|profile| profile.as_ref().map(|profile| profile.digest.clone()))?;
            self.of(|profile| {
                let column = &profile.columns[place];
                let is_whole = place + profile.undetailed < profile.columns.len();
                (stamp, column.name.clone(), (is_whole).then(|| column.clone()))
            })
        });
        Effect::new(move |_| {
            let Some((digest, column, None)) = wanted.get() else { return };
            if self.columns.with(|known| known.get(&column).is_some_and(|known| known.digest == digest)) {
                return;
            }
            leptos::task::spawn_local(async move {
                let recipe = Box::new(studio.recipe.get_untracked());
                match studio.ask::<ColumnProfile>(Ask::Column { recipe, column: column.clone() }, &[]).await {
                    Ok(value) => keep(self.columns, column, Stamped { digest, value }),
                    Err(problem) => studio.problem.set(Some(problem)),
                }
            });
        });
        Memo::new(move |_| {
            let (digest, name, whole) = wanted.get()?;
            whole.or_else(|| {
                self.columns.with(|known| known.get(&name).filter(|known| known.digest == digest).map(|known| known.value.clone()))
            })
        })
    }

    /// Two columns together, asked for where it is not known; the last one stays in sight until the next is there.
    pub fn together(self, studio: Studio, pair: Memo<Option<(String, String)>>) -> Memo<Option<PairView>> {
        let stamp = Memo::new(move |_| self.profile.with(|profile| profile.as_ref().map(|profile| profile.digest.clone())));
        Effect::new(move |_| {
            let (Some(pair), Some(digest)) = (pair.get(), stamp.get()) else { return };
            let is_known = self.pairs.with(|known| known.get(&pair).is_some_and(|known| known.digest == digest));
            let is_asked = self.pairing.with_value(|asked| asked.as_ref().is_some_and(|(asked, _)| *asked == pair));
            if is_known || is_asked {
                return;
            }
            if let Some((_, before)) = self.pairing.with_value(Clone::clone) {
                studio.end(before.get());
            }
            let number = Rc::new(Cell::new(0));
            self.pairing.set_value(Some((pair.clone(), number.clone())));
            let (a, b) = pair.clone();
            let ask = Ask::Pair { recipe: Box::new(studio.recipe.get_untracked()), a, b };
            leptos::task::spawn_local(async move {
                let answer = studio.ask_numbered::<PairView>(ask, number, |_| {}).await;
                if self.pairing.with_value(|asked| asked.as_ref().is_some_and(|(asked, _)| *asked == pair)) {
                    self.pairing.set_value(None);
                }
                match answer {
                    Ok(value) => keep(self.pairs, pair, Stamped { digest, value }),
                    Err(problem) if problem.message.id == "run.cancelled" => {}
                    Err(problem) => studio.problem.set(Some(problem)),
                }
            });
        });
        Memo::new(move |before: Option<&Option<PairView>>| {
            let wanted = pair.get()?;
            let found = self.pairs.with(|known| known.get(&wanted).map(|known| known.value.clone()));
            found.or_else(|| before.cloned().flatten())
        })
    }

    /// What the rail says: how many columns may be leaks, else how many findings are open.
    pub fn state(self, studio: Studio) -> Option<(&'static str, String)> {
        self.profile.with(Option::is_some).then_some(())?;
        let open = self.open(studio, true);
        let said = |id: &str, count: usize| Message::new(id).with("count", count).to_string();
        let leaks = open.iter().filter(|finding| finding.id == "leak").map(|finding| finding.columns.len()).sum::<usize>();
        if self.is_old(studio) {
            return Some(("stale", String::new()));
        }
        Some(match (leaks, open.len()) {
            (0, 0) => ("done", String::new()),
            (0, 1) => ("done", text("explore.rail.hint")),
            (0, hints) => ("done", said("explore.rail.hints", hints)),
            (1, _) => ("problem", text("explore.rail.leak")),
            (leaks, _) => ("problem", said("explore.rail.leaks", leaks)),
        })
    }
}

/// Keeps an answer; where there are many, the first goes.
fn keep<K: Ord + Clone + Send + Sync + 'static, T: Send + Sync + 'static>(store: RwSignal<BTreeMap<K, T>>, key: K, value: T) {
    store.update(|known| {
        if known.len() >= MOST {
            known.pop_first();
        }
        known.insert(key, value);
    });
}
