//! The space in which rows are points: every column counts alike, whatever its unit and however many levels it has.

use super::Points;
use crate::base::{Problem, Stage};
use crate::num::{moments::Moments, order};
use crate::plan::{self, DatePart, Op};
use crate::table::{Column, Kind, Strings, Table};

/// The most numbers of a point.
pub const WIDEST: usize = 300;
/// Levels of a category that have an axis of their own; the rarer ones share one.
const LEVELS: usize = 20;
/// Values beyond so many deviations count as no farther: their squares are still numbers.
const FARTHEST: f64 = 1e100;

/// How the columns of a table become the numbers of points, learned from its rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Space {
    /// The columns that count.
    pub axes: Vec<Axis>,
    /// Columns that cannot count, and why: the id of a text under `undefined.`.
    pub passed_over: Vec<(String, &'static str)>,
}

/// How a column counts.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Axis {
    /// A number (or a date, in days since 1970-01-01): its gaps become the median, then it has mean 0 and deviation 1 (divisor n).
    Number { column: String, is_date: bool, median: f64, mean: f64, deviation: f64 },
    /// A category: a number for each of these levels, 1 / `scale` where the row has it and 0 elsewhere; "" stands for a missing
    /// value. With `others` one more for all levels besides. `scale` is such that the variances of these numbers add to 1, as
    /// a standardised column has it: the root of 1 less the sum of the squared shares.
    Levels { column: String, levels: Vec<String>, others: bool, scale: f64 },
}

impl Axis {
    /// The column.
    pub fn column(&self) -> &str {
        match self {
            Axis::Number { column, .. } | Axis::Levels { column, .. } => column,
        }
    }

    /// How many numbers of a point it makes.
    pub fn width(&self) -> usize {
        match self {
            Axis::Number { .. } => 1,
            Axis::Levels { levels, others, .. } => levels.len() + usize::from(*others),
        }
    }

    /// Learns how a column counts.
    fn of(column: &Column) -> Result<Self, &'static str> {
        match column.kind {
            Kind::Text => Err("free_text"),
            Kind::Category => column.strings().map_or(Err("no_rows"), |strings| levels(&column.name, strings)),
            Kind::Number => column.numbers().map_or(Err("no_rows"), |values| number(&column.name, values, false)),
            Kind::Date => {
                let mut table = Table::new(vec![column.clone()]);
                let days = Op::DatePart { column: column.name.clone(), part: DatePart::Elapsed, into: column.name.clone() };
                let made = plan::apply_op(&days, &mut table).ok().and_then(|()| table.remove(&column.name));
                made.as_ref().and_then(Column::numbers).map_or(Err("no_rows"), |values| number(&column.name, values, true))
            }
        }
    }
}

fn number(column: &str, values: &[f64], is_date: bool) -> Result<Axis, &'static str> {
    let sorted = order::sorted(values);
    let Some(median) = order::median(&sorted) else { return Err("no_rows") };
    if sorted.first() == sorted.last() {
        return Err("constant");
    }
    let filled: Vec<f64> = values.iter().map(|&x| if x.is_nan() { median } else { x }).collect();
    // Squares of larger ones would be no numbers, and of smaller ones 0. A power of two changes no digit.
    let largest = filled.iter().fold(0.0, |largest, x| if x.abs() > largest { x.abs() } else { largest });
    let factor = match largest {
        x if x > 1e150 => f64::from_bits((1023 - 600) << 52),
        x if x < 1e-130 => f64::from_bits((1023 + 600) << 52),
        _ => 1.0,
    };
    let moments = Moments::of(&filled.iter().map(|x| x * factor).collect::<Vec<f64>>());
    let (mean, deviation) = (moments.mean / factor, moments.sd(0).unwrap_or(0.0) / factor);
    // All but the filled ones may be the median.
    if deviation > 0.0 && deviation.is_finite() && mean.is_finite() {
        Ok(Axis::Number { column: column.to_owned(), is_date, median, mean, deviation })
    } else {
        Err("constant")
    }
}

fn levels(column: &str, strings: &Strings) -> Result<Axis, &'static str> {
    let rows = strings.len();
    let missing = strings.codes.iter().filter(|code| **code == Strings::MISSING).count();
    let mut counted: Vec<(String, usize)> =
        strings.levels().map(str::to_owned).zip(strings.counts()).filter(|(level, count)| *count > 0 && !level.is_empty()).collect();
    // Of equally frequent levels the first in order, whatever row each stood in.
    counted.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
    let others: usize = counted.iter().skip(LEVELS).map(|(_, count)| count).sum();
    counted.truncate(LEVELS);
    // An empty text is as good as none.
    let empty = rows - others - counted.iter().map(|(_, count)| count).sum::<usize>();
    debug_assert!(empty >= missing);
    if empty > 0 {
        counted.push((String::new(), empty));
    }
    let share = |count: usize| count as f64 / rows as f64;
    let squares = counted.iter().map(|(_, count)| share(*count)).chain([share(others)]).fold(0.0, |sum, share| sum + share * share);
    let scale = (1.0 - squares).sqrt();
    match (rows, counted.len() + usize::from(others > 0)) {
        (0, _) => Err("no_rows"),
        (_, 0 | 1) => Err(if missing == rows { "no_rows" } else { "constant" }),
        _ => {
            let levels = counted.into_iter().map(|(level, _)| level).collect();
            Ok(Axis::Levels { column: column.to_owned(), levels, others: others > 0, scale })
        }
    }
}

impl Space {
    /// Learns the space of these columns of a table. Columns that are the same in every row, hold no value or hold texts that
    /// mostly differ are passed over.
    ///
    /// # Errors
    /// A column that is not there, columns that make more than [`WIDEST`] numbers.
    pub fn learn(table: &Table, columns: &[String]) -> Result<Self, Problem> {
        let mut space = Self::default();
        columns.iter().try_for_each(|name| space.add(table, name))?;
        space.refuse_wide()?;
        Ok(space)
    }

    /// Learns one more column of a table, or passes it over.
    ///
    /// # Errors
    /// A column that is not there.
    pub fn add(&mut self, table: &Table, name: &str) -> Result<(), Problem> {
        let column = table.column(name).ok_or_else(|| Problem::new(Stage::Explore, "explore.no_column").at_column(name))?;
        match Axis::of(column) {
            Ok(axis) => self.axes.push(axis),
            Err(reason) => self.passed_over.push((name.to_owned(), reason)),
        }
        Ok(())
    }

    /// Refuses a space of more than [`WIDEST`] numbers.
    ///
    /// # Errors
    /// Such a space.
    pub fn refuse_wide(&self) -> Result<(), Problem> {
        let width = self.width();
        if width <= WIDEST {
            return Ok(());
        }
        let problem = Problem::new(Stage::Explore, "cluster.too_wide").with("columns", self.axes.len()).with("width", width);
        Err(problem.with("most", WIDEST))
    }

    /// How many numbers a point has.
    pub fn width(&self) -> usize {
        self.axes.iter().map(Axis::width).sum()
    }

    /// The rows of a table as points.
    ///
    /// # Errors
    /// A column that is not there or holds another kind.
    pub fn points(&self, table: &Table) -> Result<Points, Problem> {
        let columns: Vec<String> = self.axes.iter().map(|axis| axis.column().to_owned()).collect();
        let mut chosen = table.select(&columns);
        let names: Vec<String> = unused(self.width(), |name| chosen.column(name).is_some());
        chosen = plan::apply(&self.ops(&names), chosen)?;
        let values: Vec<&[f64]> = names.iter().filter_map(|name| chosen.column(name)?.numbers()).collect();
        let (rows, width) = (table.rows(), values.len());
        let cells = (0..rows * width).map(|place| values[place % width][place / width]).collect();
        Ok(Points::new(rows, width, cells))
    }

    /// The operations that put a row's numbers into new columns of these names, as many as [`Space::width`].
    pub fn ops(&self, names: &[String]) -> Vec<Op> {
        let mut ops = Vec::new();
        let mut names = names.iter().cloned();
        for axis in &self.axes {
            let into: Vec<String> = names.by_ref().take(axis.width()).collect();
            match axis {
                Axis::Number { column, is_date, median, mean, deviation } => {
                    let Some(name) = into.into_iter().next() else { continue };
                    ops.push(match is_date {
                        true => Op::DatePart { column: column.clone(), part: DatePart::Elapsed, into: name.clone() },
                        false => Op::Project {
                            columns: vec![column.clone()],
                            means: vec![0.0],
                            components: vec![vec![1.0]],
                            into: vec![name.clone()],
                        },
                    });
                    ops.push(Op::FillNumber { column: name.clone(), value: *median });
                    ops.push(Op::Scale { column: name.clone(), shift: *mean, scale: *deviation });
                    ops.push(Op::Clip { column: name, low: -FARTHEST, high: FARTHEST });
                }
                Axis::Levels { column, levels, others, scale } => {
                    let own = &into[..into.len() - usize::from(*others)];
                    if !own.is_empty() {
                        ops.push(Op::OneHot { column: column.clone(), levels: levels.clone(), into: own.to_vec() });
                    }
                    if let (true, Some(name)) = (others, into.last()) {
                        // An empty text is no other level, but as good as none.
                        let mut known = levels.clone();
                        if !known.iter().any(String::is_empty) {
                            known.push(String::new());
                        }
                        let values = vec![0.0; known.len()];
                        ops.push(Op::Lookup {
                            column: column.clone(),
                            levels: known,
                            values,
                            other: Some(1.0),
                            missing: Some(0.0),
                            into: name.clone(),
                        });
                    }
                    ops.extend(into.into_iter().map(|column| Op::Scale { column, shift: 0.0, scale: *scale }));
                }
            }
        }
        ops
    }
}

/// So many names of columns that are not taken.
pub(super) fn unused(count: usize, taken: impl Fn(&str) -> bool) -> Vec<String> {
    let mut names = Vec::with_capacity(count);
    let mut next = 0;
    while names.len() < count {
        let name = format!("_z{next}");
        if !taken(&name) {
            names.push(name);
        }
        next += 1;
    }
    names
}
