//! SMOTE: new rows of the smaller classes between rows that are there.

use super::{Strategy, strategy_fields, synthesis};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "smote";

/// Adds rows to the smaller classes, each on the segment between a row of the class and one of its nearest neighbours of
/// the same class (Chawla and others 2002, "SMOTE: synthetic minority over-sampling technique").
///
/// With category columns among the chosen ones it is SMOTE-NC; see [`super::smote_nc`], and there for all edge cases.
pub static KIND: Kind = Kind {
    id: ID,
    family: "balance",
    accepts: &[ColumnKind::Number, ColumnKind::Category],
    fields,
    schema: |_, _, schema| Ok(schema),
    action: Action::TrainingRows(sample),
};

#[derive(Deserialize)]
struct Settings {
    neighbours: usize,
    strategy: Strategy,
    share: f64,
    integers: bool,
}

fn fields() -> Vec<Field> {
    let [strategy, share] = strategy_fields();
    vec![Field::integer("neighbours", 5, 1, 100), strategy, share, Field::flag("integers", false)]
}

fn sample(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let plan = synthesis::Wanted {
        step: ID,
        neighbours: settings.neighbours,
        share: settings.strategy.share(settings.share),
        integers: settings.integers,
        vote: &[],
    };
    synthesis::oversample(&plan, table, context)
}
