//! Random oversampling: rows of the smaller classes are repeated.

use super::{Classes, Strategy, check_size, note, strategy_fields, taken, unchanged};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::Table;
use serde::Deserialize;

const ID: &str = "random_over";

/// Repeats rows of the smaller classes, drawn with replacement, until each has the wanted share of the largest.
///
/// First stand all rows as they were, then the copies, class by class. A copy keeps the origin of its row.
/// A class without rows stays empty.
pub static KIND: Kind =
    Kind { id: ID, family: "balance", accepts: &[], fields, schema: |_, _, schema| Ok(schema), action: Action::TrainingRows(sample) };

#[derive(Deserialize)]
struct Settings {
    strategy: Strategy,
    share: f64,
}

fn fields() -> Vec<Field> {
    strategy_fields().into()
}

fn sample(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Prepare, &KIND.owner())?;
    let classes = Classes::of(context.target, ID)?;
    let lacking = classes.lacking(settings.strategy.share(settings.share));
    let added = lacking.iter().sum();
    if added == 0 {
        return Ok(unchanged(table, context, note("balance.enough", ID)));
    }
    check_size(table, added, ID)?;
    let mut rows: Vec<usize> = (0..table.rows()).collect();
    for (class, &count) in lacking.iter().enumerate().filter(|(_, count)| **count > 0) {
        let own = classes.rows(class);
        let mut rng = Rng::new(context.seed, ID, class as u64);
        rows.extend((0..count).map(|_| own[rng.below(own.len())]));
    }
    Ok(taken(table, context, rows))
}
