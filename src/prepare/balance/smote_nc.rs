//! SMOTE-NC: SMOTE for tables with numbers and categories.

use super::{Strategy, problem, strategy_fields, synthesis};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::{Kind as ColumnKind, Table};
use serde::Deserialize;

const ID: &str = "smote_nc";

/// Adds rows to the smaller classes: numbers between a row of the class and one of its neighbours, categories by vote of
/// all the neighbours (Chawla and others 2002, section 6.1).
///
/// - Neighbours are of the same class, by distance over the chosen number columns, each scaled to mean 0 and deviation 1
///   over all training rows; a category that differs counts as the median of the class's deviations of those columns (as 1
///   where there is no such column or the median is 0).
/// - A vote that is even goes to the value of the nearest of the neighbours that have one of the leading values.
/// - `vote` names number columns that are codes, such as years or 0/1 marks: they are voted on too.
/// - `integers`: columns that hold whole numbers only are rounded to whole numbers.
/// - Columns that are not chosen, and those of other kinds, are copied from the row that the new one starts from.
/// - First stand all rows as they were, then the new ones, class by class.
///
/// A class of m rows has m - 1 neighbours at most: `neighbours` is lowered to that, with a note. A class of one row that
/// needs more is refused, as is a missing value in a chosen column. A class without rows stays empty.
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
    vote: Vec<String>,
}

fn fields() -> Vec<Field> {
    let [strategy, share] = strategy_fields();
    vec![Field::integer("neighbours", 5, 1, 100), strategy, share, Field::flag("integers", false), Field::columns("vote")]
}

fn sample(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    if let Some(absent) = settings.vote.iter().find(|name| !context.columns.contains(name)) {
        return Err(problem("balance.vote_not_chosen", ID).at_column(absent));
    }
    let plan = synthesis::Wanted {
        step: ID,
        neighbours: settings.neighbours,
        share: settings.strategy.share(settings.share),
        integers: settings.integers,
        vote: &settings.vote,
    };
    synthesis::oversample(&plan, table, context)
}
