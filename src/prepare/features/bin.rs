//! Numbers put into bins.

use crate::base::{Field, Params, Problem};
use crate::plan::{Op, expression};
use crate::prepare::fitting::{Fitting, ascending, count, free, number, settings, without};
use crate::prepare::numbers::quantile;
use crate::prepare::{Action, Context, Fitted, Kind};
use crate::table::{Kind as ColumnKind, Schema, Table};
use serde::Deserialize;

/// Puts numbers into bins whose edges are learned from the training rows, as scikit-learn's `KBinsDiscretizer`: of equal
/// width from the smallest to the largest value, or with about equally many rows (quantiles by linear interpolation, repeated
/// edges merged). A bin holds its lower edge and not its upper one; the first and last bins are open to new values.
///
/// The result is the bin's number from 0 in place of the value, missing where it was; or a column `<name>=<bin>` of 0 and 1
/// for each bin, all 0 where the value was missing. A constant column has one bin, with a note.
pub static KIND: Kind =
    Kind { id: "bin", family: "features", accepts: &[ColumnKind::Number], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    method: Method,
    bins: usize,
    output: Output,
}

/// Where edges are.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    Uniform,
    Quantile,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Output {
    Ordinal,
    OneHot,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("method", "quantile", &["uniform", "quantile"]),
        Field::integer("bins", 5, 2, 100),
        Field::choice("output", "ordinal", &["ordinal", "one_hot"]),
    ]
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.from", "learned.to", "learned.rows"])?;
    let (mut constant, mut empty, mut replaced) = (Vec::new(), Vec::new(), Vec::new());
    for (name, values) in fitting.numbers(context)? {
        let present = ascending(values);
        let edges = edges(&present, settings.method, settings.bins);
        match edges.len() {
            0 => empty.push(name),
            1 | 2 if present.first() == present.last() => constant.push(name),
            _ => {}
        }
        // The ends of the range bound no bin: the first and the last are open.
        let inner = edges.get(1..edges.len().saturating_sub(1)).unwrap_or_default();
        let labels = labels(inner);
        for (bin, label) in labels.iter().enumerate() {
            let below = |edge: Option<&f64>, all: usize| edge.map_or(all, |edge| present.partition_point(|x| x < edge));
            let rows = below(inner.get(bin), present.len()) - bin.checked_sub(1).map_or(0, |bin| below(inner.get(bin), 0));
            let ends = [edges.get(bin), edges.get(bin + 1)].map(|edge| number(edge.copied().unwrap_or(f64::NAN)));
            let [from, to] = ends;
            fitting.learn(format!("{name}={label}"), vec![from, to, count(rows)]);
        }
        if settings.output == Output::Ordinal {
            fitting.op(Op::Bin { column: name.to_owned(), edges: inner.to_vec(), into: name.to_owned() });
            continue;
        }
        for (bin, label) in labels.iter().enumerate() {
            let into = free(&KIND, format!("{name}={label}"), |name| table.column(name).is_some())?;
            let low = bin.checked_sub(1).and_then(|bin| inner.get(bin));
            fitting.op(Op::Derive { formula: within(name, low, inner.get(bin)), into });
        }
        replaced.push(name.to_owned());
    }
    fitting.note_columns("bin.constant", &constant);
    fitting.note_columns("prepare.no_values", &empty);
    if !replaced.is_empty() {
        fitting.op(Op::Drop { columns: replaced });
    }
    Ok(fitting.finish())
}

/// The edges of all bins with both ends of the range, each once; one where all values are the same, none without values.
pub(super) fn edges(present: &[f64], method: Method, bins: usize) -> Vec<f64> {
    let (Some(&low), Some(&high)) = (present.first(), present.last()) else { return Vec::new() };
    let share = |place: usize| place as f64 / bins as f64;
    let mut edges: Vec<f64> = (0..=bins)
        .filter_map(|place| match method {
            // From either end by shares, so that a range beyond the largest number does not overflow.
            Method::Uniform if place == bins => Some(high),
            Method::Uniform if (high - low).is_finite() => Some(low + (high - low) * share(place)),
            Method::Uniform => Some(low * (1.0 - share(place)) + high * share(place)),
            Method::Quantile => quantile(present, share(place)),
        })
        .collect();
    edges.dedup();
    edges
}

/// What each bin between inner edges is called: `[18, 30)`, the first and last without their outer end. Six digits where they
/// tell all edges apart.
fn labels(inner: &[f64]) -> Vec<String> {
    let mut shown: Vec<String> = inner.iter().map(|&edge| short(edge)).collect();
    if shown.windows(2).any(|pair| pair[0] == pair[1]) {
        shown = inner.iter().map(|edge| edge.to_string()).collect();
    }
    (0..=inner.len())
        .map(|bin| match (bin.checked_sub(1).and_then(|bin| shown.get(bin)), shown.get(bin)) {
            (None, None) => "all".to_owned(),
            (None, Some(to)) => format!("below {to}"),
            (Some(from), None) => format!("{from} and above"),
            (Some(from), Some(to)) => format!("[{from}, {to})"),
        })
        .collect()
}

/// A number with six significant digits.
fn short(x: f64) -> String {
    format!("{x:.5e}").parse::<f64>().unwrap_or(x).to_string()
}

/// The formula that says whether a value is there and within a bin.
fn within(name: &str, low: Option<&f64>, high: Option<&f64>) -> String {
    let name = expression::quote(name);
    let low = low.map_or(String::new(), |low| format!(" and {name} >= {low:e}"));
    let high = high.map_or(String::new(), |high| format!(" and {name} < {high:e}"));
    format!("not is_missing({name}){low}{high}")
}

/// Where the edges are is known only by counting, so bins as columns have no names yet.
fn schema(params: &Params, columns: &[String], schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    Ok(if settings.output == Output::Ordinal { schema } else { without(schema, columns) })
}
