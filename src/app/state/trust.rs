//! What was asked of the trained model: explanations, probes, groups, new rows. Kept while the page lives, each with the
//! digest of what it was computed from, so that an old answer is known as old.

use super::studio::{Stamped, Studio};
use atelier::base::Stage;
use atelier::judge::growth::Growth;
use atelier::judge::rates::Rates;
use atelier::recipe::{Explain, digest_of};
use atelier::run::{Ask, Explained, Fairness, Picks, Question, Retrained, Stressed, Watched};
use atelier::table::read::Summary;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The store of these answers.
#[derive(Clone, Copy)]
pub struct Trust {
    /// Explanations by the digest of their question.
    pub explained: RwSignal<BTreeMap<String, Explained>>,
    /// Rows worth a look.
    pub picks: RwSignal<Option<Stamped<Picks>>>,
    /// What the probes found.
    pub stressed: RwSignal<Option<Stamped<Stressed>>>,
    /// The groups compared.
    pub fairness: RwSignal<Option<Stamped<Fairness>>>,
    /// The groups compared with reweighing added.
    pub mitigated: RwSignal<Option<Stamped<Fairness>>>,
    /// How the second file to watch was read.
    pub other: RwSignal<Option<Summary>>,
    /// The second file compared with the training.
    pub watched: RwSignal<Option<Stamped<Watched>>>,
    /// The old model beside one trained again.
    pub retrained: RwSignal<Option<Stamped<Retrained>>>,
    /// How the score grows with the rows.
    pub grown: RwSignal<Option<Stamped<Growth>>>,
    /// Learning rates that were tried.
    pub rates: RwSignal<Option<Stamped<Rates>>>,
    /// Which column is looked at.
    pub column: RwSignal<Option<String>>,
    /// Which row of the file is looked at.
    pub row: RwSignal<Option<u32>>,
    /// Questions that were cancelled or failed: they are not asked again by themselves.
    given_up: RwSignal<BTreeSet<String>>,
    /// Questions that wait for their answer.
    asked: StoredValue<BTreeSet<String>>,
}

impl Trust {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            explained: RwSignal::default(),
            picks: RwSignal::new(None),
            stressed: RwSignal::new(None),
            fairness: RwSignal::new(None),
            mitigated: RwSignal::new(None),
            other: RwSignal::new(None),
            watched: RwSignal::new(None),
            retrained: RwSignal::new(None),
            grown: RwSignal::new(None),
            rates: RwSignal::new(None),
            column: RwSignal::new(None),
            row: RwSignal::new(None),
            given_up: RwSignal::default(),
            asked: StoredValue::default(),
        }
    }

    /// Forgets everything where another project is opened.
    pub fn follow(self, studio: Studio) {
        let project = Memo::new(move |_| studio.project.with(|project| project.as_ref().map(|project| project.id.clone())));
        Effect::new(move |before: Option<Option<String>>| {
            let now = project.get();
            if before.is_some_and(|before| before != now) {
                self.explained.update(BTreeMap::clear);
                self.given_up.update(BTreeSet::clear);
                self.picks.set(None);
                self.stressed.set(None);
                self.fairness.set(None);
                self.mitigated.set(None);
                self.other.set(None);
                self.watched.set(None);
                self.retrained.set(None);
                self.grown.set(None);
                self.rates.set(None);
                self.column.set(None);
                self.row.set(None);
            }
            now
        });
    }

    /// The digest of the trained model as it is judged; nothing where it is not trained.
    pub fn stamp(studio: Studio) -> Option<String> {
        let training = studio.look.with(|look| look.as_ref().filter(|look| look.trained).map(|look| look.training.clone()))?;
        studio.recipe.with(|recipe| Some(digest_of(&(training, recipe.chosen, &recipe.judge))))
    }

    /// The digest of a question about the trained model.
    pub fn key(studio: Studio, question: &Question) -> Option<String> {
        let stamp = Self::stamp(studio)?;
        // The class stands in the question.
        studio.recipe.with(|recipe| Some(digest_of(&(stamp, Explain { class: None, ..recipe.explain.clone() }, question))))
    }

    /// The place of the output that is explained: of several classes the one that the recipe names. It follows the target.
    pub fn output(studio: Studio) -> usize {
        let (task, classes) = studio.look.with(|look| {
            let split = look.as_ref().and_then(|look| look.split.as_ref());
            (look.as_ref().and_then(|look| look.task), split.map(|split| split.classes.clone()).unwrap_or_default())
        });
        task.map_or(0, |task| studio.recipe.with(|recipe| recipe.explain.output(task, &classes)))
    }

    /// What a comparison of new rows depends on, besides the rows; nothing where nothing is trained.
    pub fn watch_stamp(studio: Studio) -> Option<String> {
        let stamp = Self::stamp(studio)?;
        studio.recipe.with(|recipe| Some(stamp + &digest_of(&recipe.watch)))
    }

    /// The answer to a question, asked by itself; nothing until it is there. A question about all rows takes long: it waits
    /// until nothing else goes on, shows its progress and can be cancelled.
    pub fn answer(self, studio: Studio, question: Memo<Option<Question>>) -> Memo<Option<Explained>> {
        let key = Memo::new(move |_| question.get().and_then(|question| Self::key(studio, &question)));
        let idle = Memo::new(move |_| studio.busy.with(Option::is_none));
        Effect::new(move |_| {
            let (Some(key), Some(question)) = (key.get(), question.get()) else { return };
            let is_long = question.rows.is_empty() && question.method != "dependence";
            let open = !self.explained.with(|known| known.contains_key(&key))
                && !self.given_up.with(|given| given.contains(&key))
                && !self.asked.with_value(|asked| asked.contains(&key));
            if open && (idle.get() || !is_long) {
                leptos::task::spawn_local(self.ask(studio, key, question, is_long));
            }
        });
        Memo::new(move |_| key.get().and_then(|key| self.explained.with(|known| known.get(&key).cloned())))
    }

    async fn ask(self, studio: Studio, key: String, question: Question, is_long: bool) {
        // Another question may have come first in the same moment; this one is asked when that is done.
        if is_long && studio.busy.with_untracked(Option::is_some) {
            return;
        }
        self.asked.update_value(|asked| {
            asked.insert(key.clone());
        });
        let recipe = Box::new(studio.recipe.get_untracked());
        let ask = Ask::Explain { recipe, question };
        let answer = match is_long {
            true => studio.work::<Explained>("explain", ask, &[]).await.map(|(explained, _)| explained),
            false => match studio.ask::<Explained>(ask, &[]).await {
                Ok(explained) => Some(explained),
                Err(problem) => {
                    studio.problem.set(Some(problem));
                    None
                }
            },
        };
        self.asked.update_value(|asked| {
            asked.remove(&key);
        });
        match answer {
            Some(explained) => self.explained.update(|known| {
                known.insert(key, explained);
            }),
            None => self.given_up.update(|given| {
                given.insert(key);
            }),
        }
    }

    /// Lets questions that were cancelled be asked again.
    pub fn retry(self) {
        self.given_up.update(BTreeSet::clear);
    }

    /// Whether a question was cancelled or failed.
    pub fn gave_up(self, studio: Studio, question: &Question) -> bool {
        Self::key(studio, question).is_some_and(|key| self.given_up.with(|given| given.contains(&key)))
    }

    /// What the rail says of a stage: a mark and a word, where there is something to say.
    pub fn state(self, studio: Studio, stage: Stage) -> Option<(&'static str, String)> {
        use atelier::stress::Severity;
        let stamp = Self::stamp(studio).unwrap_or_default();
        let mark = |digest: &str, bad: bool| match (digest.starts_with(&stamp) && !stamp.is_empty(), bad) {
            (false, _) => "stale",
            (true, true) => "problem",
            (true, false) => "done",
        };
        let said = |id: &str, count: usize| atelier::base::Message::new(id).with("count", count).to_string();
        match stage {
            Stage::Explain => {
                let known = self.picks.with(|picks| picks.as_ref().map(|picks| picks.digest.clone()))?;
                Some((mark(&known, false), String::new()))
            }
            Stage::Stress => self.stressed.with(|stressed| {
                let stressed = stressed.as_ref()?;
                let broken = stressed.value.report.count(Severity::High);
                let fragile = stressed.value.report.count(Severity::Medium);
                let note = match (broken, fragile) {
                    (0, 0) => String::new(),
                    (0, fragile) => said("stress.rail.fragile", fragile),
                    (broken, _) => said("stress.rail.broken", broken),
                };
                Some((mark(&stressed.digest, broken > 0), note))
            }),
            Stage::Fair => self.fairness.with(|fairness| {
                let fairness = fairness.as_ref()?;
                let reports = fairness.value.groupings.iter().filter_map(|grouping| grouping.report.as_ref().ok());
                let unmet = reports
                    .flat_map(|report| &report.criteria)
                    .filter(|criterion| criterion.verdict == Some(atelier::fair::Verdict::NotMet))
                    .count();
                Some((mark(&fairness.digest, unmet > 0), if unmet > 0 { said("fair.rail.not_met", unmet) } else { String::new() }))
            }),
            Stage::Watch => self.watched.with(|watched| {
                let watched = watched.as_ref()?;
                let drifted = watched.value.columns.drifted;
                Some((mark(&watched.digest, drifted > 0), said("watch.rail.drifted", drifted)))
            }),
            _ => None,
        }
    }
}
