//! Partial dependence (Friedman 2001) with the curve of single rows (ICE, Goldstein and others 2015): what the model
//! says when one column is set to each of some values and all others stay as they are.
//!
//! Where columns go together, some of the rows made this way do not exist; the counts of the data tell where.

use super::work::{BATCH, Model, Unit, Work, expect};
use super::{Explanation, Method, Part, Setting, rows, sums};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use crate::table::{Column, Data, Kind, Origin, Strings, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The method.
pub static METHOD: Method = Method { id: "dependence", tasks: super::ALL_TASKS, fields, start };

/// Bins of equal width over a numeric grid, to show where there are no rows.
const BINS: usize = 20;
/// Beyond these shares of the rows the grid does not go: one outlier would take the whole axis.
const TRIM: f64 = 0.01;

fn fields() -> Vec<Field> {
    vec![
        Field::columns("columns"),
        Field::integer("points", 20, 2, 30),
        Field::choice("grid", "quantile", &["quantile", "even"]),
        Field::integer("rows", 500, 1, 10_000),
        Field::integer("lines", 30, 0, 50),
    ]
}

#[derive(Deserialize)]
struct Options {
    columns: Vec<String>,
    points: usize,
    grid: String,
    rows: usize,
    lines: usize,
}

/// A value that the column is set to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// A number.
    Number(f64),
    /// A date, in microseconds since 1970-01-01.
    Date(i64),
    /// A level.
    Level(String),
    /// No value.
    Missing,
}

/// How many training rows lie where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Density {
    /// `counts[i]` rows from `edges[i]` to below `edges[i + 1]` (the last with its end); others lie outside. Dates in microseconds.
    Bins { edges: Vec<f64>, counts: Vec<usize>, outside: usize },
    /// The rows of each point of the grid; others have a level that is not shown.
    Levels { counts: Vec<usize>, others: usize },
}

/// The curve of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The row of the source.
    pub origin: Origin,
    /// The prediction at each point of the grid.
    pub values: Vec<f64>,
}

/// The dependence on one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The column.
    pub column: String,
    /// Its kind.
    pub kind: Kind,
    /// The values it was set to, ascending; levels by how often they are, the most frequent first.
    pub grid: Vec<Point>,
    /// The mean prediction at each point.
    pub mean: Vec<f64>,
    /// The standard deviation of the predictions at each point (divisor n).
    pub sd: Vec<f64>,
    /// The curves of some rows.
    pub lines: Vec<Line>,
    /// Where the training rows are.
    pub density: Density,
    /// The largest mean minus the smallest.
    pub range: f64,
}

/// Dependence on several columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dependence {
    /// Which output is explained.
    pub output: usize,
    /// How many rows the means are over.
    pub rows: usize,
    /// A curve for each column, in the order of the columns.
    pub curves: Vec<Curve>,
}

struct Grid {
    column: String,
    kind: Kind,
    points: Vec<Point>,
    density: Density,
}

struct Plan {
    rows: Table,
    grids: Vec<Grid>,
    lines: usize,
    output: usize,
}

struct Shared(Arc<Plan>);

fn start(params: &Params, setting: &Setting) -> Result<Box<super::Explaining>, Problem> {
    let options: Options = field::parse(&fields(), params, Stage::Explain, "method.dependence")?;
    let (table, train) = setting.inputs()?;
    if let Some(absent) = options.columns.iter().find(|name| !setting.columns.contains(name)) {
        return Err(Problem::new(Stage::Explain, "explain.no_column").at_column(absent));
    }
    let wanted = |column: &&Column| options.columns.is_empty() || options.columns.contains(&column.name);
    let grids = train
        .columns()
        .iter()
        .filter(wanted)
        .filter_map(|column| {
            let (points, density) = grid(column, options.points, options.grid == "even")?;
            Some(Grid { column: column.name.clone(), kind: column.kind, points, density })
        })
        .collect();
    let positions = match setting.chosen {
        [] => rows::sample(table.rows(), options.rows, &mut Rng::new(setting.seed, "dependence", 0)),
        chosen => chosen.to_vec(),
    };
    Ok(Box::new(Shared(Arc::new(Plan { rows: table.take(&positions), grids, lines: options.lines, output: setting.output }))))
}

/// The values to set and where the rows are; nothing for texts, which have no order and no levels, and where every
/// value is missing.
fn grid(column: &Column, points: usize, even: bool) -> Option<(Vec<Point>, Density)> {
    let missing = column.missing();
    match &column.data {
        Data::Number(values) => {
            let (grid, density) = number_grid(values, points, even)?;
            Some((with_missing(grid.into_iter().map(Point::Number).collect(), missing), density))
        }
        Data::Date(values) => {
            let micros: Vec<f64> = values.iter().map(|&date| if date == Column::NO_DATE { f64::NAN } else { date as f64 }).collect();
            let (grid, density) = number_grid(&micros, points, even)?;
            Some((with_missing(grid.into_iter().map(|micros| Point::Date(micros as i64)).collect(), missing), density))
        }
        Data::Strings(strings) if column.kind == Kind::Category => {
            let counts = strings.counts();
            let mut levels: Vec<(usize, &str)> = counts.iter().copied().zip(strings.levels()).filter(|(count, _)| *count > 0).collect();
            levels.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            if levels.is_empty() {
                return None;
            }
            let others = levels.iter().skip(points).map(|(count, _)| count).sum();
            levels.truncate(points);
            let mut counts: Vec<usize> = levels.iter().map(|(count, _)| *count).collect();
            let grid = with_missing(levels.iter().map(|(_, level)| Point::Level((*level).to_owned())).collect(), missing);
            if missing > 0 {
                counts.push(missing);
            }
            Some((grid, Density::Levels { counts, others }))
        }
        Data::Strings(_) => None,
    }
}

fn with_missing(mut grid: Vec<Point>, missing: usize) -> Vec<Point> {
    if missing > 0 {
        grid.push(Point::Missing);
    }
    grid
}

/// All values where there are few; otherwise quantiles or even steps between the first and the last hundredth.
fn number_grid(values: &[f64], points: usize, even: bool) -> Option<(Vec<f64>, Density)> {
    let ascending = sums::ascending(values);
    let mut grid = ascending.clone();
    grid.dedup();
    if grid.len() > points {
        let (low, high) = (sums::quantile(&ascending, TRIM)?, sums::quantile(&ascending, 1.0 - TRIM)?);
        let share = |step: usize| step as f64 / (points - 1) as f64;
        grid = (0..points)
            .filter_map(|step| match even {
                true => Some(if step + 1 == points { high } else { between(low, high, share(step)) }),
                false => sums::quantile(&ascending, TRIM + (1.0 - 2.0 * TRIM) * share(step)),
            })
            .filter(|value| value.is_finite())
            .collect();
        grid.dedup();
    }
    let (low, high) = (*grid.first()?, *grid.last()?);
    let bins = if high > low { BINS } else { 1 };
    let edges: Vec<f64> = (0..=bins).map(|edge| if edge == bins { high } else { between(low, high, edge as f64 / bins as f64) }).collect();
    let mut counts = vec![0; bins];
    let mut outside = 0;
    for &value in &ascending {
        if value < low || value > high {
            outside += 1;
        } else {
            // The first inner edge above the value ends its bin.
            counts[edges[1..bins].partition_point(|edge| *edge <= value)] += 1;
        }
    }
    Some((grid, Density::Bins { edges, counts, outside }))
}

/// The place between two values; also where their distance is larger than any number.
fn between(low: f64, high: f64, share: f64) -> f64 {
    let span = high - low;
    if span.is_finite() { low + span * share } else { low * (1.0 - share) + high * share }
}

impl Work for Shared {
    type Part = Part;
    type Output = Explanation;

    fn units(&self) -> usize {
        self.0.grids.len()
    }

    fn start(&self, unit: usize) -> Box<dyn Unit<Part = Part>> {
        Box::new(Tracing { plan: self.0.clone(), grid: unit, values: Vec::new() })
    }

    fn join(&self, parts: Vec<Part>) -> Result<Explanation, Problem> {
        let curves = expect(parts, self.units(), |part| match part {
            Part::Dependence(curve) => Some(curve),
            _ => None,
        })?;
        Ok(Explanation::Dependence(Dependence { output: self.0.output, rows: self.0.rows.rows(), curves }))
    }
}

/// A unit: one column, some points of the grid times all rows at a time.
struct Tracing {
    plan: Arc<Plan>,
    grid: usize,
    /// The predictions of all rows at each point so far, point by point.
    values: Vec<f64>,
}

impl Unit for Tracing {
    type Part = Part;

    fn advance(&mut self, model: &Model) -> Result<Option<Part>, Problem> {
        let plan = self.plan.clone();
        let grid = &plan.grids[self.grid];
        let (rows, all) = (plan.rows.rows(), plan.rows.rows() * grid.points.len());
        let start = self.values.len();
        if start < all {
            // Cells of the grid (point, row) in order; a slice may end in the middle of a point.
            let end = if start + BATCH < all { start + BATCH } else { all };
            let places: Vec<usize> = (start..end).map(|cell| cell % rows).collect();
            let mut table = plan.rows.take(&places);
            table.put(set(grid, (start..end).map(|cell| &grid.points[cell / rows])));
            self.values.extend(model.output(&table, plan.output)?);
            return Ok(None);
        }
        let at = |point: usize| &self.values[point * rows..(point + 1) * rows];
        let points = 0..grid.points.len();
        let mean: Vec<f64> = points.clone().map(|point| sums::mean(at(point)).unwrap_or(0.0)).collect();
        let lines = (0..if plan.lines < rows { plan.lines } else { rows })
            .map(|row| Line { origin: plan.rows.origins()[row], values: points.clone().map(|point| at(point)[row]).collect() })
            .collect();
        let highest = mean.iter().copied().fold(f64::NEG_INFINITY, sums::larger);
        let lowest = mean.iter().copied().fold(f64::INFINITY, sums::smaller);
        Ok(Some(Part::Dependence(Curve {
            column: grid.column.clone(),
            kind: grid.kind,
            grid: grid.points.clone(),
            sd: points.map(|point| sums::deviation(at(point), 0).unwrap_or(0.0)).collect(),
            range: highest - lowest,
            mean,
            lines,
            density: grid.density.clone(),
        })))
    }
}

/// A column with these values.
fn set<'a>(grid: &Grid, points: impl Iterator<Item = &'a Point>) -> Column {
    let data = match grid.kind {
        Kind::Number => Data::Number(points.map(|point| if let Point::Number(value) = point { *value } else { f64::NAN }).collect()),
        Kind::Date => Data::Date(points.map(|point| if let Point::Date(value) = point { *value } else { Column::NO_DATE }).collect()),
        Kind::Category | Kind::Text => Data::Strings(Strings::from_texts(points.map(|point| match point {
            Point::Level(level) => Some(level.as_str()),
            _ => None,
        }))),
    };
    Column { name: grid.column.clone(), kind: grid.kind, data }
}
