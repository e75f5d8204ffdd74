//! The form of gradient boosting, and its parameters as a typed value. Names and defaults are scikit-learn's.

use super::bins;
use super::loss::Loss;
use super::split::{Bounds, Rules};
use crate::base::{Field, Params, Place, Problem, Stage, Task, field};
use crate::plan::Meaning;
use serde::Deserialize;

/// The owner of the fields' texts.
pub const OWNER: &str = "model.boosting";

/// With more training rows than this early stopping is on by itself.
const MANY_ROWS: usize = 10_000;

/// The parameters as they stand in a recipe.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field's text says what it is
pub struct Settings {
    pub loss: String,
    pub quantile: f64,
    pub learning_rate: f64,
    pub max_iter: usize,
    pub max_leaf_nodes: usize,
    pub max_depth: usize,
    pub min_samples_leaf: u32,
    pub l2_regularization: f64,
    pub max_bins: usize,
    pub categorical_features: String,
    pub increasing: Vec<String>,
    pub decreasing: Vec<String>,
    pub balanced: bool,
    pub early_stopping: String,
    pub n_iter_no_change: usize,
    pub tol: f64,
    pub validation_fraction: f64,
}

/// The fields of the form.
pub fn fields() -> Vec<Field> {
    let stopping = ("early_stopping", &["auto", "on"]);
    vec![
        Field::log_number("learning_rate", 0.1, 0.001, 1.0),
        Field::integer("max_iter", 100, 1, 5000),
        Field::integer("max_leaf_nodes", 31, 2, 4096),
        Field::integer("max_depth", 0, 0, 1000),
        Field::integer("min_samples_leaf", 20, 1, 1_000_000),
        Field::number("l2_regularization", 0.0, 0.0, 1e6),
        Field::integer("max_bins", bins::MOST as i64, 2, bins::MOST as i64),
        Field::choice("loss", "squared_error", Loss::IDS),
        Field::number("quantile", 0.5, 0.01, 0.99).when("loss", &["quantile"]),
        Field::choice("categorical_features", "none", &["none", "from_prepared"]),
        Field::columns("increasing"),
        Field::columns("decreasing"),
        Field::flag("balanced", false),
        Field::choice("early_stopping", "auto", &["auto", "on", "off"]),
        Field::integer("n_iter_no_change", 10, 1, 1000).when(stopping.0, stopping.1),
        Field::number("tol", 1e-7, 0.0, 10.0).when(stopping.0, stopping.1),
        Field::number("validation_fraction", 0.1, 0.05, 0.5).when(stopping.0, stopping.1),
    ]
}

impl Settings {
    /// Checked parameters.
    ///
    /// # Errors
    /// The first thing wrong with them.
    pub fn read(params: &Params) -> Result<Self, Problem> {
        let settings: Self = field::parse(&fields(), params, Stage::Learn, OWNER)?;
        match settings.increasing.iter().find(|name| settings.decreasing.contains(name)) {
            None => Ok(settings),
            Some(name) => {
                let place = Place::Field(OWNER.to_owned(), "decreasing".to_owned());
                Err(Problem::new(Stage::Learn, "learn.boosting.both_ways").with("column", name).at(place))
            }
        }
    }

    /// Whether columns of codes are categories.
    pub fn has_categories(&self) -> bool {
        self.categorical_features == "from_prepared"
    }

    /// Which columns are categories; empty where none shall be.
    ///
    /// # Errors
    /// An order is asked for of a category, whose levels have none.
    pub fn categories(&self, columns: &[String], meanings: &[Meaning]) -> Result<Vec<bool>, Problem> {
        if !self.has_categories() {
            return Ok(Vec::new());
        }
        let is_category: Vec<bool> = meanings.iter().map(|meaning| *meaning == Meaning::Code).collect();
        for (name, _) in columns.iter().zip(&is_category).filter(|(_, is_category)| **is_category) {
            for (list, names) in [("increasing", &self.increasing), ("decreasing", &self.decreasing)] {
                if names.contains(name) {
                    let place = Place::Field(OWNER.to_owned(), list.to_owned());
                    return Err(Problem::new(Stage::Learn, "learn.boosting.order_of_categories").with("column", name).at(place));
                }
            }
        }
        Ok(is_category)
    }

    /// Whether rows are set aside to stop by, out of so many.
    pub fn stops(&self, rows: usize) -> bool {
        self.early_stopping == "on" || (self.early_stopping == "auto" && rows > MANY_ROWS)
    }

    /// What trees may look like on these columns. A column that is asked for and not there is passed over: in a fold it may
    /// be missing, where the step that makes it saw no row of it.
    ///
    /// # Errors
    /// An order is asked for where there are several classes, which have no single answer that could rise.
    pub fn rules(&self, columns: &[String], task: Task, loss: Loss) -> Result<Rules, Problem> {
        let ordered = !self.increasing.is_empty() || !self.decreasing.is_empty();
        if ordered && task == Task::Multiclass {
            let place = Place::Field(OWNER.to_owned(), if self.increasing.is_empty() { "decreasing" } else { "increasing" }.to_owned());
            return Err(Problem::new(Stage::Learn, "learn.boosting.order_of_classes").at(place));
        }
        let direction = |name: &String| i8::from(self.increasing.contains(name)) - i8::from(self.decreasing.contains(name));
        let directions: Vec<i8> = columns.iter().map(direction).collect();
        let longest = loss.longest_step();
        Ok(Rules {
            max_leaves: self.max_leaf_nodes,
            max_depth: if self.max_depth == 0 { usize::MAX } else { self.max_depth },
            min_leaf: self.min_samples_leaf,
            l2: self.l2_regularization,
            directions: if directions.iter().all(|direction| *direction == 0) { Vec::new() } else { directions },
            bounds: Bounds { low: -longest, high: longest },
        })
    }
}
