//! Random undersampling: rows of the larger classes are left out.

use super::{Classes, Strategy, note, strategy_fields, taken, unchanged};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::Table;
use serde::Deserialize;

const ID: &str = "random_under";

/// Leaves out rows of the larger classes, drawn without replacement, until the smallest class that has rows is the wanted
/// share of each. The rows that stay keep their order.
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
    let most = (classes.smallest() as f64 / settings.strategy.share(settings.share)).round() as usize;
    if classes.counts.iter().all(|&count| count <= most) {
        return Ok(unchanged(table, context, note("balance.enough", ID)));
    }
    let mut stays = vec![true; table.rows()];
    for (class, _) in classes.counts.iter().enumerate().filter(|(_, count)| **count > most) {
        let own = classes.rows(class);
        let mut rng = Rng::new(context.seed, ID, class as u64);
        for place in rng.sample(own.len(), own.len() - most) {
            stays[own[place]] = false;
        }
    }
    Ok(taken(table, context, (0..table.rows()).filter(|&row| stays[row]).collect()))
}
