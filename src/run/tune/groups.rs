//! How far groups are apart in what a trial says: a further objective of a search.

use crate::base::{Figure, Problem, Stage};
use crate::fair::{Bins, Options, labels};
use crate::judge::{Judged, Setup};
use crate::recipe::Recipe;
use crate::run::fair::{BINS, report};
use crate::table::Table;
use crate::tune::Objective;

/// The groups of the rows of a setup, by each protected column.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct Groups {
    options: Option<Options>,
    /// For each column the group of every row of the setup's inputs; none of rows that are held out.
    columns: Vec<Vec<Option<String>>>,
}

impl Groups {
    /// The groups that a search asks for; none where it does not.
    ///
    /// # Errors
    /// No protected column, one that is not there.
    pub(in crate::run) fn new(table: &Table, setup: &Setup, recipe: &Recipe) -> Result<Self, Problem> {
        let asked_for = recipe.tune.iter().flat_map(|tune| &tune.objectives).find(|objective| matches!(objective, Objective::Fair(_)));
        let Some(objective) = asked_for else { return Ok(Self::default()) };
        if recipe.fair.columns.is_empty() {
            return Err(Problem::new(Stage::Tune, "tune.no_groups").with("objective", objective.name()));
        }
        let rows: Vec<usize> = setup.training.iter().map(|&row| setup.source[row]).collect();
        let groups = |name: &String| {
            let column = table.column(name).ok_or_else(|| Problem::new(Stage::Fair, "fair.no_column").at_column(name))?;
            let mut all = vec![None; setup.source.len()];
            for (&row, group) in setup.training.iter().zip(labels(&column.take(&rows), &Bins::Quantiles(BINS))) {
                all[row] = group;
            }
            Ok(all)
        };
        let columns = recipe.fair.columns.iter().map(groups).collect::<Result<_, Problem>>()?;
        Ok(Self { options: Some(Options::read(&recipe.fair.params)?), columns })
    }

    /// A criterion where it is worst; of two classes the positive one counts as selected.
    ///
    /// # Errors
    /// A criterion that is not defined for any column, because fewer than two groups have enough rows.
    pub(super) fn value(&self, objective: &Objective, judged: &Judged, threshold: f64) -> Result<f64, Problem> {
        let mut worst = None;
        for column in &self.columns {
            let groups: Vec<Option<String>> = judged.rows.iter().map(|&row| column[row].clone()).collect();
            let Some(options) = &self.options else { continue };
            let report = report(judged, 1, threshold, &groups, options)?;
            let found = report.criteria.iter().find(|criterion| criterion.id == objective.id());
            if let Some(Figure::Value(value)) = found.map(|criterion| &criterion.value.value) {
                let is_worse = |than: f64| if objective.higher_is_better() { *value < than } else { *value > than };
                worst = worst.filter(|worst| !is_worse(*worst)).or(Some(*value));
            }
        }
        worst.ok_or_else(|| Problem::warning(Stage::Tune, "tune.no_gap").with("objective", objective.name()))
    }
}
