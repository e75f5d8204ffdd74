//! What Explore knows of segments: what is asked of them and what was found. Kept while the page lives, each answer with the
//! digest of what it was computed from, so that going back to a choice costs nothing.

use super::explored::Explored;
use super::studio::Studio;
use atelier::base::{Problem, Progress};
use atelier::profile::SegmentQuestion;
use atelier::recipe::digest_of;
use atelier::run::{Ask, ToldSegments};
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Answers kept, at most.
const MOST: usize = 30;

/// The store of segments.
#[derive(Clone, Copy)]
pub struct Segmented {
    /// What is asked.
    pub question: RwSignal<SegmentQuestion>,
    /// How far an answer has come that takes its time.
    pub share: RwSignal<Option<f64>>,
    /// Answers, by the digest of what they depend on.
    answers: RwSignal<BTreeMap<String, Result<ToldSegments, Problem>>>,
    /// The answer that was in sight last, so that it stays there while the next is on its way.
    last: RwSignal<Option<ToldSegments>>,
    /// The question that was cancelled, by its digest: it is not asked again by itself.
    given_up: RwSignal<Option<String>>,
    /// The question that is on its way, by its digest, and the number of its request.
    asked: StoredValue<Option<(String, Rc<Cell<u64>>)>, LocalStorage>,
}

impl Segmented {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            question: RwSignal::default(),
            share: RwSignal::new(None),
            answers: RwSignal::default(),
            last: RwSignal::new(None),
            given_up: RwSignal::new(None),
            asked: StoredValue::new_local(None),
        }
    }

    /// Forgets everything where another project is opened.
    pub fn follow(self, studio: Studio) {
        let project = Memo::new(move |_| studio.project.with(|project| project.as_ref().map(|project| project.id.clone())));
        Effect::new(move |before: Option<Option<String>>| {
            let now = project.get();
            if before.is_some_and(|before| before != now) {
                self.question.set(SegmentQuestion::default());
                self.share.set(None);
                self.answers.update(BTreeMap::clear);
                self.last.set(None);
                self.given_up.set(None);
                self.asked.set_value(None);
            }
            now
        });
    }

    /// What an answer depends on: the rows that may be looked at, what the study learns from, the question.
    fn key(self, studio: Studio) -> Option<String> {
        let rows = Explored::key(studio)?;
        self.question.with(|question| Some(digest_of(&(rows, question))))
    }

    /// Asks where the answer is not there, in the place of a question that is on its way.
    pub fn ask(self, studio: Studio) {
        let Some(key) = self.key(studio) else { return };
        let is_known = self.answers.with(|answers| answers.contains_key(&key));
        let is_asked = move |key: &str| self.asked.with_value(|asked| asked.as_ref().is_some_and(|(asked, _)| asked == key));
        if is_known || is_asked(&key) || self.given_up.with(|given_up| given_up.as_ref() == Some(&key)) {
            return;
        }
        self.cancel(studio);
        let number = Rc::new(Cell::new(0));
        self.asked.set_value(Some((key.clone(), number.clone())));
        self.share.set(Some(0.0));
        let (recipe, question) = (Box::new(studio.recipe.get_untracked()), self.question.get_untracked());
        let own = key.clone();
        let hear = move |progress: Progress| {
            if is_asked(&own) {
                self.share.set(Some(progress.share()));
            }
        };
        leptos::task::spawn_local(async move {
            let answer = studio.ask_numbered::<ToldSegments>(Ask::Segments { recipe, question }, number, hear).await;
            if !is_asked(&key) {
                return;
            }
            self.asked.set_value(None);
            self.share.set(None);
            match answer {
                Err(problem) if problem.message.id == "run.cancelled" => self.given_up.set(Some(key)),
                answer => self.answers.update(|answers| {
                    if answers.len() >= MOST {
                        answers.pop_first();
                    }
                    answers.insert(key, answer);
                }),
            }
        });
    }

    /// Ends the asking.
    pub fn cancel(self, studio: Studio) {
        if let Some((_, number)) = self.asked.with_value(Clone::clone) {
            studio.end(number.get());
        }
    }

    /// Whether the question as it is now was cancelled.
    pub fn gave_up(self, studio: Studio) -> bool {
        let key = self.key(studio);
        key.is_some() && self.given_up.with(|given_up| *given_up == key)
    }

    /// Lets a question that was cancelled be asked again.
    pub fn retry(self) {
        self.given_up.set(None);
    }

    /// Why there is no answer to the question as it is now.
    pub fn refused(self, studio: Studio) -> Memo<Option<Problem>> {
        Memo::new(move |_| {
            let key = self.key(studio)?;
            self.answers.with(|answers| answers.get(&key).and_then(|answer| answer.as_ref().err().cloned()))
        })
    }

    /// The answer to the question as it is now; the one before it until it is there.
    pub fn found(self, studio: Studio) -> Memo<Option<ToldSegments>> {
        let now = Memo::new(move |_| {
            let key = self.key(studio)?;
            self.answers.with(|answers| answers.get(&key).and_then(|answer| answer.as_ref().ok().cloned()))
        });
        Effect::new(move |_| {
            if let Some(found) = now.get() {
                self.last.set(Some(found));
            }
        });
        Memo::new(move |_| now.get().or_else(|| self.last.get()))
    }

    /// Whether what is in sight answers another question.
    pub fn is_late(self, studio: Studio) -> Memo<bool> {
        Memo::new(move |_| self.key(studio).is_none_or(|key| self.answers.with(|answers| !answers.contains_key(&key))))
    }
}
