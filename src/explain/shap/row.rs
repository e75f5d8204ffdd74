//! One row: the worth of each set of columns, a few background rows at a time, then the values.

use super::coalition::{Coalitions, Mask, full};
use super::{Attribution, CLIP, Plan, Scale, values};
use crate::base::{Problem, Stage};
use crate::explain::work::{BATCH, Model, Unit};
use crate::explain::{Part, rows};
use crate::num::{Rng, float};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Which sets are asked for.
enum Sets {
    /// All, numbered by their bits.
    All,
    /// Some, drawn for this row; the empty and the full set come after them.
    Some(Coalitions),
}

/// A row in progress.
pub struct Row {
    plan: Arc<Plan>,
    /// The explained row's place in the pool.
    place: usize,
    sets: Sets,
    masks: Vec<Mask>,
    /// The sum over background rows so far of the prediction with each set.
    sums: Vec<f64>,
    /// The next background row.
    next: usize,
}

impl Row {
    pub fn new(plan: Arc<Plan>, unit: usize) -> Self {
        let place = plan.background + unit;
        let p = plan.pool.columns().len();
        let sets = if plan.exact {
            Sets::All
        } else {
            // The stream belongs to the row, so that it is explained the same alone and among others.
            let mut rng = Rng::new(plan.seed, "shap", u64::from(plan.pool.origins()[place]));
            Sets::Some(Coalitions::choose(p, plan.coalitions, &mut rng))
        };
        let masks: Vec<Mask> = match &sets {
            Sets::All => (0..=full(p)).collect(),
            Sets::Some(some) => some.masks.iter().copied().chain([0, full(p)]).collect(),
        };
        Self { sums: vec![0.0; masks.len()], plan, place, sets, masks, next: 0 }
    }

    /// Predicts the rows mixed of the explained one and the next background rows.
    ///
    /// Where the explained and the background row hold the same value it does not matter whose it is; a mixed row that
    /// comes more than once is predicted once. With categories in the table that saves most of the work.
    fn ask(&mut self, model: &Model) -> Result<(), Problem> {
        let columns = self.plan.pool.columns();
        let mut picks: Vec<Vec<usize>> = vec![Vec::new(); columns.len()];
        let mut asked = 0;
        // For each background row of this slice, the prediction that each set takes.
        let mut takes: Vec<Vec<usize>> = Vec::new();
        while self.next < self.plan.background && (asked == 0 || asked + self.masks.len() <= BATCH) {
            let background = self.next;
            let differ =
                columns.iter().enumerate().fold(
                    0,
                    |differ: Mask, (place, column)| {
                        if rows::same(column, self.place, background) { differ } else { differ | 1 << place }
                    },
                );
            let mut known = FxHashMap::<Mask, usize>::default();
            let take = |mask: &Mask| {
                let mask = mask & differ;
                *known.entry(mask).or_insert_with(|| {
                    for (place, pick) in picks.iter_mut().enumerate() {
                        pick.push(if mask >> place & 1 == 1 { self.place } else { background });
                    }
                    asked += 1;
                    asked - 1
                })
            };
            takes.push(self.masks.iter().map(take).collect());
            self.next += 1;
        }
        let mut answer = model.output(&rows::mix(&self.plan.pool, &picks), self.plan.output)?;
        if self.plan.scale == Scale::LogOdds {
            for value in &mut answer {
                let clipped = value.clamp(CLIP, 1.0 - CLIP);
                *value = float::ln(clipped) - float::ln_1p(-clipped);
            }
        }
        for take in takes {
            self.sums.iter_mut().zip(take).for_each(|(sum, place)| *sum += answer[place]);
        }
        Ok(())
    }

    fn end(&self) -> Result<Attribution, Problem> {
        let p = self.plan.pool.columns().len();
        let worth: Vec<f64> = self.sums.iter().map(|sum| sum / self.plan.background as f64).collect();
        let (base, prediction, values, errors) = match &self.sets {
            Sets::All => (worth[0], worth[worth.len() - 1], values::exact(&worth, p), vec![0.0; p]),
            Sets::Some(some) => {
                let count = some.masks.len();
                let (base, prediction) = (worth[count], worth[count + 1]);
                let gains: Vec<f64> = worth[..count].iter().map(|worth| worth - base).collect();
                let (values, errors) = values::kernel(some, &gains, prediction - base, p)
                    .ok_or_else(|| Problem::new(Stage::Explain, "explain.unsolved").with("columns", p))?;
                (base, prediction, values, errors)
            }
        };
        Ok(Attribution { origin: self.plan.pool.origins()[self.place], base, prediction, values, errors })
    }
}

impl Unit for Row {
    type Part = Part;

    fn advance(&mut self, model: &Model) -> Result<Option<Part>, Problem> {
        if self.next < self.plan.background {
            self.ask(model)?;
            return Ok(None);
        }
        self.end().map(|attribution| Some(Part::Shap(attribution)))
    }
}
