//! Scaling: numbers brought to comparable size.

pub mod min_max;
pub mod robust;
pub mod smooth_clip;
pub mod standardise;

use super::fitting::{Fitting, ascending, bounded, number};
use super::{Context, Fitted, Kind};
use crate::base::Problem;
use crate::plan::Op;
use crate::table::{Schema, Table};

/// Where a column's scale has its zero and how long its unit is; a unit of 0 stands for a column that does not vary.
struct Scale {
    shift: f64,
    unit: f64,
    /// What is told about the column, under the headings.
    learned: [f64; 2],
}

/// Fits a scale to each chosen column, given its values in ascending order (at least one).
///
/// A constant column becomes 0, with a note; one without values is left as it is, with a note. A unit that is too large for
/// a number becomes the largest number: huge values then stay finite and in order.
fn fit(
    kind: &'static Kind,
    headings: [&str; 2],
    table: &Table,
    context: &Context,
    scale: impl Fn(&[f64]) -> Option<Scale>,
) -> Result<Fitted, Problem> {
    let mut fitting = Fitting::new(kind, table, &headings)?;
    let (mut constant, mut flat, mut empty) = (Vec::new(), Vec::new(), Vec::new());
    for (name, values) in fitting.numbers(context)? {
        let present = ascending(values);
        let Some(Scale { shift, unit, learned }) = scale(&present) else {
            empty.push(name);
            continue;
        };
        fitting.learn(name, learned.map(number).to_vec());
        let unit = if present.first() == present.last() {
            constant.push(name);
            1.0
        } else if unit > 0.0 {
            bounded(unit)
        } else {
            flat.push(name);
            1.0
        };
        // The one value of a constant column itself, so that it becomes exactly 0.
        let shift = if present.first() == present.last() { present[0] } else { shift };
        fitting.op(Op::Scale { column: name.to_owned(), shift, scale: unit });
    }
    fitting.note_columns("scale.constant", &constant);
    fitting.note_columns("scale.flat", &flat);
    fitting.note_columns("prepare.no_values", &empty);
    Ok(fitting.finish())
}

/// Scaling leaves names and kinds as they are.
fn schema(_: &crate::base::Params, _: &[String], schema: Schema) -> Result<Schema, Problem> {
    Ok(schema)
}
