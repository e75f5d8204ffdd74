//! Principal components.

use super::eigen;
use crate::base::{Field, Params, Problem};
use crate::plan::Op;
use crate::prepare::fitting::{Fitting, free, note, number, problem, put, settings, without};
use crate::prepare::numbers::{deviation, dot, mean};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{ColumnInfo, Kind as ColumnKind, Schema, Table};
use serde::Deserialize;

/// Replaces columns by their principal components `<name>_1`, `<name>_2`, ...: the directions in which the training rows vary
/// most, as scikit-learn's `PCA`. Columns are first brought to deviation 1 (divisor n), unless that is off.
///
/// The components are eigenvectors of the covariance matrix (divisor n - 1), the one with the largest variance first; the
/// largest weight of each is positive. Their number is given, or the smallest whose variances add to a share of the whole.
/// There are never more than the columns that vary, nor than the rows less one. Rows with a missing value are not learned
/// from and have missing components. Where no column varies there is one component, 0 everywhere.
pub static KIND: Kind =
    Kind { id: "pca", family: "features", accepts: &[ColumnKind::Number], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    by: By,
    components: usize,
    share: f64,
    scale: bool,
    name: String,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Components,
    Share,
}

fn fields() -> Vec<Field> {
    vec![
        Field::choice("by", "share", &["components", "share"]),
        Field::integer("components", 2, 1, MOST_COLUMNS as i64).when("by", &["components"]),
        Field::number("share", 0.95, 0.01, 1.0).when("by", &["share"]),
        Field::flag("scale", true),
        Field::text("name", "pca", 60),
    ]
}

/// The time that Jacobi's method takes grows with the third power of the columns.
const MOST_COLUMNS: usize = 500;

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let headings = ["learned.explained_variance", "learned.share", "learned.share_so_far", "learned.loading"];
    let mut fitting = Fitting::new(&KIND, table, &headings)?;
    let columns = fitting.numbers(context)?;
    if columns.is_empty() {
        return Ok(fitting.finish());
    }
    if columns.len() > MOST_COLUMNS {
        return Err(problem(&KIND, "pca.too_many").with("columns", columns.len()).with("max", MOST_COLUMNS));
    }
    let complete: Vec<usize> = (0..table.rows()).filter(|&row| columns.iter().all(|(_, values)| !values[row].is_nan())).collect();
    if complete.is_empty() {
        return Err(problem(&KIND, "pca.no_complete_row"));
    }
    if complete.len() < table.rows() {
        let (used, rows) = (complete.len(), table.rows());
        fitting.note(note(&KIND, "pca.incomplete").with("missing", rows - used).with("rows", rows));
    }

    let centred: Vec<Centred> = columns.iter().map(|(_, values)| Centred::new(values, &complete, settings.scale)).collect();
    let varying: Vec<usize> = (0..columns.len()).filter(|&column| centred[column].varies).collect();
    let pairs = eigen::symmetric(covariance(&centred, &varying, complete.len()));
    let variances: Vec<f64> = pairs.iter().map(|(value, _)| if *value > 0.0 { *value } else { 0.0 }).collect();
    let total = variances.iter().fold(0.0, |sum, variance| sum + variance);
    let most = varying.len().min(complete.len().saturating_sub(1));
    let wanted = match settings.by {
        By::Components => settings.components,
        By::Share => enough(&variances, total, settings.share),
    };
    let kept = wanted.min(most);
    if settings.by == By::Components && wanted > kept {
        fitting.note(note(&KIND, "pca.fewer").with("asked", wanted).with("kept", kept.max(1)));
    }
    let constant: Vec<&str> = (0..columns.len()).filter(|&column| !centred[column].varies).map(|column| columns[column].0).collect();
    fitting.note_columns("prepare.constant_unused", &constant);

    let named = |place: usize| free(&KIND, format!("{}_{}", settings.name(), place + 1), |name| table.column(name).is_some());
    let (mut components, mut into, mut so_far) = (Vec::new(), Vec::new(), 0.0);
    for (place, (_, vector)) in pairs.iter().take(kept).enumerate() {
        let name = named(place)?;
        let share = if total > 0.0 { variances[place] / total } else { 0.0 };
        so_far += share;
        fitting.learn(&name, vec![number(variances[place]), number(share), number(so_far), Cell::Empty]);
        let mut weights = vec![0.0; columns.len()];
        for (&column, loading) in varying.iter().zip(vector) {
            let label = format!("{name}: {}", columns[column].0);
            fitting.learn(label, vec![Cell::Empty, Cell::Empty, Cell::Empty, Cell::Number(*loading)]);
            weights[column] = loading / centred[column].scale;
        }
        components.push(weights);
        into.push(name);
    }
    if into.is_empty() {
        into.push(named(0)?);
        components.push(vec![0.0; columns.len()]);
    }
    let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let means = centred.iter().map(|column| column.mean).collect();
    fitting.op(Op::Project { columns: names.clone(), means, components, into });
    fitting.op(Op::Drop { columns: names });
    Ok(fitting.finish())
}

impl Settings {
    fn name(&self) -> &str {
        if self.name.trim().is_empty() { "pca" } else { &self.name }
    }
}

/// A column less its mean, over its scale.
struct Centred {
    values: Vec<f64>,
    mean: f64,
    scale: f64,
    varies: bool,
}

impl Centred {
    fn new(values: &[f64], rows: &[usize], scaled: bool) -> Self {
        let present: Vec<f64> = rows.iter().map(|&row| values[row]).collect();
        let mean = mean(&present).unwrap_or(0.0);
        let deviation = deviation(&present).unwrap_or(0.0);
        // Squares of huge values would overflow; beside them everything else is nothing in any case.
        let varies = deviation > 0.0 && (scaled || deviation < 1e150) && deviation.is_finite();
        let scale = if scaled && varies { deviation } else { 1.0 };
        Self { values: present.iter().map(|x| (x - mean) / scale).collect(), mean, scale, varies }
    }
}

fn covariance(centred: &[Centred], varying: &[usize], rows: usize) -> Vec<Vec<f64>> {
    let divisor = rows.saturating_sub(1).max(1) as f64;
    let mut matrix = vec![vec![0.0; varying.len()]; varying.len()];
    for (i, &a) in varying.iter().enumerate() {
        for (j, &b) in varying.iter().enumerate().take(i + 1) {
            matrix[i][j] = dot(&centred[a].values, &centred[b].values) / divisor;
            matrix[j][i] = matrix[i][j];
        }
    }
    matrix
}

/// The smallest number of variances that add to a share of the whole.
fn enough(variances: &[f64], total: f64, share: f64) -> usize {
    let mut so_far = 0.0;
    for (place, variance) in variances.iter().enumerate() {
        so_far += variance;
        if so_far >= share * total {
            return place + 1;
        }
    }
    variances.len()
}

/// How many components there are is known beforehand only where their number is asked for.
fn schema(params: &Params, columns: &[String], schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let of = || columns.iter().filter_map(|name| schema.column(name));
    let (missing, may_miss) = (of().map(|column| column.missing).max().unwrap_or(0), of().any(|column| column.may_miss));
    let mut left = without(schema, columns);
    let known = match settings.by {
        By::Components => settings.components.min(columns.len()),
        By::Share => columns.len(),
    };
    for place in 0..known {
        let name = free(&KIND, format!("{}_{}", settings.name(), place + 1), |name| left.column(name).is_some())?;
        put(&mut left, ColumnInfo { missing, may_miss, ..ColumnInfo::number(name) });
    }
    Ok(left)
}
