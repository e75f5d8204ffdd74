//! Segments as features: how far a row is from the centre of each, or which it belongs to.

use crate::base::{Field, Job, Params, Problem, Stage};
use crate::learn::cluster::kmeans::{MOST, MeansJob, Options};
use crate::learn::cluster::{Axis, Division, Points, Space, unused_names};
use crate::num::Rng;
use crate::plan::{Nearest, Op, expression::quote};
use crate::prepare::fitting::{Fitting, count, free, note, number, put, settings};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{ColumnInfo, Kind as ColumnKind, Schema, Table};
use serde::Deserialize;
use std::sync::Arc;

/// Adds what k-means says of a row, as scikit-learn's `KMeans`: the distance to the centre of each segment (`transform`), a
/// column of 0 and 1 for each, or the number of the segment from 1 (`predict`). The columns that it looks at stay as they are.
///
/// The centres are learned from the training rows, of more than 10,000 from a random sample. Every column counts alike: a
/// number (of a date the days) has mean 0 and deviation 1, its gaps the median; the 0/1 columns of a category, one of them for
/// missing values, have variances that add to 1 (see [`Space`]). Segments stand in order of their size. Where there are fewer
/// different rows than segments the last centre stands for the rest; where nothing varies every distance is 0.
pub static KIND: Kind = Kind {
    id: "segment",
    family: "features",
    accepts: &[ColumnKind::Number, ColumnKind::Category, ColumnKind::Date],
    fields,
    schema,
    action: Action::Columns(fit),
};

#[derive(Deserialize)]
struct Settings {
    n_clusters: usize,
    output: Output,
    n_init: usize,
    name: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Output {
    Distance,
    OneHot,
    Ordinal,
}

fn fields() -> Vec<Field> {
    vec![
        Field::integer("n_clusters", 3, 2, 50),
        Field::choice("output", "distance", &["distance", "one_hot", "ordinal"]),
        Field::integer("n_init", 10, 1, 100),
        Field::text("name", "segment", 60),
    ]
}

/// Terms of a formula; a row of more would be too long for one.
const TERMS: usize = 60;

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.rows", "learned.share", "learned.centre"])?;
    let columns: Vec<String> = fitting.columns(context)?.into_iter().map(|column| column.name.clone()).collect();
    if columns.is_empty() {
        return Ok(fitting.finish());
    }
    let into = named(&settings, |name| table.column(name).is_some())?;
    let space = Space::learn(table, &columns).map_err(|problem| Problem { stage: Stage::Prepare, ..problem })?;
    let unused: Vec<&str> = space.passed_over.iter().map(|(name, _)| name.as_str()).collect();
    fitting.note_columns("segment.unused", &unused);
    let points = match table.rows() > MOST {
        true => {
            fitting.note(note(&KIND, "segment.sample").with("rows", table.rows()).with("used", MOST));
            let mut rows = Rng::new(context.seed, "segment step", 0).sample(table.rows(), MOST);
            rows.sort_unstable();
            space.points(&table.select(&columns).take(&rows))?
        }
        false => space.points(table)?,
    };
    let points = Arc::new(points);
    let options = Options { count: settings.n_clusters, n_init: settings.n_init, max_iter: 300, tol: 1e-4 };
    let division = MeansJob::new(points.clone(), options, context.seed).finish()?.division;
    if division.count < settings.n_clusters {
        fitting.note(note(&KIND, "segment.fewer").with("asked", settings.n_clusters).with("count", division.count));
    }
    tell(&mut fitting, &settings, &space, &points, &division);
    // Each segment that was asked for has its column in every fold: of those that are not there the last centre is told again.
    let width = space.width();
    let last = division.centres.len().saturating_sub(width);
    let mut centres = division.centres.clone();
    (division.count..settings.n_clusters).for_each(|_| centres.extend_from_within(last..last + width));
    let numbers = unused_names(width, |name| table.column(name).is_some() || into.iter().any(|other| other == name));
    space.ops(&numbers).into_iter().for_each(|op| fitting.op(op));
    match settings.output {
        Output::Distance => distances(&mut fitting, table, &numbers, &centres, &into),
        output => fitting.op(nearest(output, &numbers, centres, settings.n_clusters, into)),
    }
    if !numbers.is_empty() {
        fitting.op(Op::Drop { columns: numbers });
    }
    Ok(fitting.finish())
}

/// The segments with their rows, and their centres in the units of the columns.
fn tell(fitting: &mut Fitting, settings: &Settings, space: &Space, points: &Points, division: &Division) {
    let mut sizes = vec![0_usize; division.count];
    (0..points.rows()).for_each(|row| sizes[division.nearest(points.row(row)) as usize] += 1);
    for (place, size) in sizes.into_iter().enumerate() {
        let name = format!("{}_{}", settings.name(), place + 1);
        fitting.learn(&name, vec![count(size), number(size as f64 / points.rows() as f64), Cell::Empty]);
        let mut centre = division.centres[place * space.width()..(place + 1) * space.width()].iter();
        for axis in &space.axes {
            let mut learn =
                |label: String, value: f64| fitting.learn(format!("{name}: {label}"), vec![Cell::Empty, Cell::Empty, number(value)]);
            let own: Vec<f64> = centre.by_ref().take(axis.width()).copied().collect();
            match axis {
                Axis::Number { column, mean, deviation, .. } => own.iter().for_each(|z| learn(column.clone(), mean + z * deviation)),
                Axis::Levels { column, levels, scale, .. } => {
                    let named = levels.iter().map(String::as_str).chain(["other"]);
                    own.iter().zip(named).for_each(|(z, level)| learn(format!("{column}={level}"), z * scale));
                }
            }
        }
    }
}

/// The nearest centre as columns of 0 and 1, or as a number.
fn nearest(output: Output, numbers: &[String], centres: Vec<f64>, segments: usize, into: Vec<String>) -> Op {
    // Of one output the answer is the number itself, of several the place.
    let first = if output == Output::Ordinal { 1 } else { 0 };
    let answers = (first..first + segments).map(|segment| segment as f64).collect();
    let nearest = Nearest { points: centres, answers, weights: Vec::new(), count: 1, by_distance: false, absolute: false };
    Op::Neighbours { columns: numbers.to_vec(), nearest, into }
}

/// The distances to the centres: the root of |x|^2 - 2 x c + |c|^2, as scikit-learn computes it too, so that the squares of the
/// row's numbers are added once for all centres.
fn distances(fitting: &mut Fitting, table: &Table, numbers: &[String], centres: &[f64], into: &[String]) {
    let width = numbers.len();
    let components: Vec<Vec<f64>> = (0..into.len()).map(|place| centres[place * width..(place + 1) * width].to_vec()).collect();
    let squares: Vec<f64> = components.iter().map(|centre| centre.iter().fold(0.0, |sum, x| sum + x * x)).collect();
    fitting.op(Op::Project { columns: numbers.to_vec(), means: vec![0.0; width], components, into: into.to_vec() });
    let parts: Vec<&[String]> = numbers.chunks(TERMS).collect();
    let taken = |name: &str| table.column(name).is_some() || numbers.iter().chain(into).any(|other| other == name);
    let sums = unused_names(parts.len(), taken);
    for (part, sum) in parts.iter().zip(&sums) {
        let formula = part.iter().map(|name| format!("{0}*{0}", quote(name))).collect::<Vec<_>>().join("+");
        fitting.op(Op::Derive { formula, into: sum.clone() });
    }
    for (name, square) in into.iter().zip(squares) {
        let own = quote(name);
        let sums = sums.iter().map(|sum| quote(sum)).chain([format!("{square:e}")]).collect::<Vec<_>>().join("+");
        // Rounding may lead below 0 at the centre itself.
        fitting.op(Op::Derive { formula: format!("sqrt(max({sums}-2*{own},0))"), into: name.clone() });
    }
    if !sums.is_empty() {
        fitting.op(Op::Drop { columns: sums });
    }
}

impl Settings {
    fn name(&self) -> &str {
        if self.name.trim().is_empty() { "segment" } else { &self.name }
    }
}

/// The names of the columns that are made.
fn named(settings: &Settings, taken: impl Fn(&str) -> bool) -> Result<Vec<String>, Problem> {
    match settings.output {
        Output::Ordinal => Ok(vec![free(&KIND, settings.name().to_owned(), taken)?]),
        _ => (1..=settings.n_clusters).map(|place| free(&KIND, format!("{}_{place}", settings.name()), &taken)).collect(),
    }
}

fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    if columns.is_empty() {
        return Ok(schema);
    }
    for name in named(&settings, |name| schema.column(name).is_some())? {
        put(&mut schema, ColumnInfo::number(name));
    }
    Ok(schema)
}
