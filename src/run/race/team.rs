//! The mean of the race's best models, which is often better than each of them.
//!
//! Models are taken into it one by one, each time the one with which the mean does best on the rows of the folds; one that
//! is taken again counts more. Of the means on the way the best is kept (ensemble selection with replacement: Caruana,
//! Niculescu-Mizil, Crew and Ksikes 2004).

use crate::base::Problem;
use crate::judge::Setup;
use crate::metric::Metric;
use crate::recipe::Recipe;
use crate::run::tune::{Said, score};
use std::sync::Arc;

/// Models are taken so many times.
const PICKS: usize = 12;
/// Predictions of a model, at most: of more rows or classes no mean is looked for, since those of every model are held.
pub const MOST_PREDICTIONS: usize = 500_000;

/// A model that can be taken.
pub struct Member {
    /// Its place in the race.
    pub place: usize,
    /// Its score on the folds.
    pub score: f64,
    /// What it said in each fold.
    pub said: Vec<(usize, Said)>,
}

/// What was put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// Places in the race, each with how often it counts.
    pub members: Vec<(usize, usize)>,
    /// The score of their mean on the rows of all folds together.
    pub score: f64,
    /// Its score in each fold.
    pub reports: Vec<Option<f64>>,
}

/// The work of putting it together, one score at a time.
pub struct Assembly {
    setup: Arc<Setup>,
    recipe: Recipe,
    metric: &'static Metric,
    /// Those that can be put together, the best first.
    pool: Vec<Member>,
    /// Who was taken, their mean, and who would be the next, with the score.
    picked: Vec<usize>,
    mean: Vec<(usize, Said)>,
    tried: usize,
    next: Option<(usize, f64)>,
    /// The score that is to be beaten.
    best: Option<f64>,
    found: Option<Team>,
}

impl Assembly {
    /// Of some models, which all have the same preparation: what is put together is one model of a study. The mean is to beat
    /// a score, that of the best of all, which may be none of these.
    pub fn new(setup: Arc<Setup>, recipe: Recipe, metric: &'static Metric, mut pool: Vec<Member>, best: Option<f64>) -> Self {
        let better = |a: &Member, b: &Member| {
            let order = a.score.total_cmp(&b.score);
            (if metric.higher_is_better { order.reverse() } else { order }).then(a.place.cmp(&b.place))
        };
        pool.sort_by(better);
        Self { setup, recipe, metric, pool, picked: Vec::new(), mean: Vec::new(), tried: 0, next: None, best, found: None }
    }

    /// A step of the work: whether there is more.
    pub fn advance(&mut self) -> bool {
        let is_over = self.pool.len() < 2 || self.picked.len() >= PICKS;
        if is_over {
            return false;
        }
        if self.picked.is_empty() {
            self.mean = self.pool[0].said.clone();
            self.picked.push(0);
        } else if let Some(member) = self.pool.get(self.tried) {
            let with = self.with(&member.said).and_then(|mean| self.score(&mean).ok());
            if let Some(score) = with.filter(|score| self.next.is_none_or(|(_, other)| is_better(self.metric, *score, other))) {
                self.next = Some((self.tried, score));
            }
            self.tried += 1;
        } else {
            return self.pick();
        }
        true
    }

    /// Takes the one that does best; false where there is none.
    fn pick(&mut self) -> bool {
        self.tried = 0;
        let Some((member, score)) = self.next.take() else { return false };
        let Some(mean) = self.with(&self.pool[member].said) else { return false };
        self.picked.push(member);
        self.mean = mean;
        if self.best.is_none_or(|best| is_better(self.metric, score, best)) {
            self.best = Some(score);
            self.found = Some(self.team(score));
        }
        true
    }

    fn team(&self, score: f64) -> Team {
        let count = |member: usize| self.picked.iter().filter(|picked| **picked == member).count();
        let members = self.pool.iter().enumerate().map(|(at, member)| (member.place, count(at))).filter(|(_, count)| *count > 0).collect();
        let reports = self.mean.iter().map(|fold| self.score(std::slice::from_ref(fold)).ok()).collect();
        Team { members, score, reports }
    }

    /// The mean with one model more; nothing where it was asked about other rows.
    fn with(&self, said: &[(usize, Said)]) -> Option<Vec<(usize, Said)>> {
        if said.len() != self.mean.len() {
            return None;
        }
        let both = self.mean.iter().zip(said);
        both.map(|((fold, mean), (other, said))| Some((*fold, mean.with(said, self.picked.len()).filter(|_| fold == other)?))).collect()
    }

    fn score(&self, said: &[(usize, Said)]) -> Result<f64, Problem> {
        score(&self.setup, &self.recipe, self.metric, said.iter().map(|(fold, said)| (*fold, said)))
    }

    /// What was found; nothing where no mean is better than the best alone.
    pub fn found(self) -> Option<Team> {
        self.found
    }
}

fn is_better(metric: &Metric, score: f64, other: f64) -> bool {
    if metric.higher_is_better { score > other } else { score < other }
}
