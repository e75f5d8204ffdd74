//! Numbers as piecewise linear encodings: how far each bin is filled.

use super::bin::{Method, edges};
use crate::base::{Field, Params, Problem};
use crate::plan::{Op, expression};
use crate::prepare::fitting::{Fitting, ascending, bounded, count, free, number, put, settings, without};
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{ColumnInfo, Kind as ColumnKind, Schema, Table};
use serde::Deserialize;

/// Replaces a number by a column `<name>~<bin>` for each bin, counted from 1 (Gorishniy, Rubachev and Babenko 2022, "On embeddings for
/// numerical features in tabular deep learning", equation 1, with quantiles as edges): (x - lower edge) / (upper edge - lower
/// edge), at least 0 but in the first bin, at most 1 but in the last. Bins below the value's are 1, those above it 0, so that a
/// network that sees the columns can bend at every edge.
///
/// Edges are quantiles of the training rows (by linear interpolation), equal ones merged. Missing values stay missing. A
/// constant column becomes one column of 0, and one without values stays one, each with a note.
pub static KIND: Kind =
    Kind { id: "piecewise_linear", family: "features", accepts: &[ColumnKind::Number], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    bins: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("bins", 8, 2, 100)]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let Settings { bins } = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.from", "learned.to", "learned.rows"])?;
    let (mut constant, mut empty, mut replaced) = (Vec::new(), Vec::new(), Vec::new());
    for (name, values) in fitting.numbers(context)? {
        let present = ascending(values);
        let edges = edges(&present, Method::Quantile, bins);
        match edges.len() {
            0 => empty.push(name),
            1 => constant.push(name),
            _ => {}
        }
        let end = |place: usize| edges.get(place).or(edges.last()).copied().unwrap_or(0.0);
        let last = edges.len().saturating_sub(2);
        for bin in 0..=last {
            let (from, to) = (end(bin), end(bin + 1));
            let into = free(&KIND, named(name, bin), |name| table.column(name).is_some())?;
            let below = |edge: f64| present.partition_point(|x| *x < edge);
            let rows = if bin == last { present.len() } else { below(to) } - if bin == 0 { 0 } else { below(from) };
            fitting.learn(&into, vec![number(from), number(to), count(rows)]);
            fitting.op(Op::Derive { formula: expression::quote(name), into: into.clone() });
            let width = bounded(to - from);
            fitting.op(Op::Scale { column: into.clone(), shift: from, scale: if width > 0.0 { width } else { 1.0 } });
            let (first, last) = (bin == 0, bin == last);
            if !(first && last) {
                let (low, high) = (if first { f64::MIN } else { 0.0 }, if last { f64::MAX } else { 1.0 });
                fitting.op(Op::Clip { column: into, low, high });
            }
        }
        replaced.push(name.to_owned());
    }
    fitting.note_columns("scale.constant", &constant);
    fitting.note_columns("prepare.no_values", &empty);
    if !replaced.is_empty() {
        fitting.op(Op::Drop { columns: replaced });
    }
    Ok(fitting.finish())
}

/// What the column of a bin is called. By its number and not its edges, so that it has one name in every fold.
fn named(name: &str, bin: usize) -> String {
    format!("{name}~{}", bin + 1)
}

/// How many bins equal edges leave is known only by counting: there may be fewer.
fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let Settings { bins } = settings(&KIND, params)?;
    for name in columns {
        let Some(info) = schema.column(name).cloned() else { continue };
        for bin in 0..bins {
            let into = free(&KIND, named(name, bin), |name| schema.column(name).is_some())?;
            put(&mut schema, ColumnInfo { name: into, ..info.clone() });
        }
    }
    Ok(without(schema, columns))
}
