//! Two columns closely: points, boxes or counts, by what they hold, and the figures of how they hang together.
//!
//! Numbers with at most ten different values are drawn as groups, since points on a few lines hide how many they are; their
//! figures stay those of numbers, so that they agree with the map of all pairs.

use super::Options;
use super::association::{self, Codes, CrossTable, LEVELS, Measure, Prepared, Ranked, cross_table};
use super::compare::{self, Comparison};
use super::scatter::{self, Scatter};
use super::target::Answer;
use super::view::{BoxPlots, box_plots, find, numbers};
use crate::base::{Advance, Figure, Job, Problem, Progress, Stage};
use crate::table::{Column, Data, Kind, Strings, Table};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Different numbers that are drawn as groups, at most.
const FEW: usize = 10;
/// Classes that can be told apart by colour, at most.
const COLOURS: usize = 7;

/// Two columns closely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairView {
    /// The first column, by name.
    pub a: String,
    /// The second column, by name.
    pub b: String,
    /// Rows in which both have a value.
    pub n: usize,
    /// How they hang together; nothing where a column holds texts that mostly differ or more than 100 levels.
    pub of: Option<Measure>,
    /// What is drawn.
    pub drawn: Drawn,
}

/// How two columns are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawn {
    /// Two numbers: a point a row, or counts on a grid. Dates are microseconds since 1970.
    Points {
        /// The first column across, the second up.
        scatter: Scatter,
        /// Which of the two hold dates.
        dates: [bool; 2],
    },
    /// A number by group.
    Boxes {
        /// The column of numbers (or dates), by name.
        number: String,
        /// The column of groups, by name.
        by: String,
        /// Whether the numbers are dates.
        dates: bool,
        /// A box a group.
        plots: BoxPlots,
        /// Whether the groups differ, and by how much.
        comparison: Box<Comparison>,
    },
    /// Two columns of groups: the first downwards, the second across.
    Counts(CrossTable),
}

/// A look at two columns in progress.
pub struct PairJob {
    table: Table,
    a: String,
    b: String,
    options: Options,
    step: u64,
    n: usize,
    of: Option<Measure>,
    boxes: Option<BoxPlots>,
}

/// The steps of the work.
const STEPS: u64 = 3;

impl PairJob {
    /// Starts a look at two columns of a table, which may hold the target beside them.
    ///
    /// # Errors
    /// Where a column is not there.
    pub fn new(table: Table, a: &str, b: &str, options: Options) -> Result<Self, Problem> {
        for name in [a, b] {
            find(&table, name)?;
        }
        Ok(Self { table, a: a.to_owned(), b: b.to_owned(), options, step: 0, n: 0, of: None, boxes: None })
    }

    fn columns(&self) -> Result<(&Column, &Column), Problem> {
        Ok((find(&self.table, &self.a)?, find(&self.table, &self.b)?))
    }

    fn measure(&mut self) -> Result<(), Problem> {
        let (a, b) = self.columns()?;
        let n = (0..self.table.rows()).filter(|&row| !a.is_missing(row) && !b.is_missing(row)).count();
        let (left, right) = (Ready::of(a), Ready::of(b));
        let of = left.prepared().zip(right.prepared()).map(|(left, right)| association::measure(&left, &right).1);
        (self.n, self.of) = (n, of);
        Ok(())
    }

    /// The column whose groups are drawn and the one whose numbers are, where it is one of each.
    fn boxed(&self) -> Result<Option<(&Column, &Column)>, Problem> {
        let (a, b) = self.columns()?;
        Ok(match (is_grouped(a), is_grouped(b)) {
            (true, false) => Some((a, b)),
            (false, true) => Some((b, a)),
            _ => None,
        })
    }

    fn draw(&mut self) -> Result<Drawn, Problem> {
        let (a, b) = self.columns()?;
        if let Some((by, number)) = self.boxed()? {
            let comparison = Box::new(compare::compare(&self.table, &number.name, &by.name)?);
            let (number, by, dates) = (number.name.clone(), by.name.clone(), number.kind == Kind::Date);
            let plots = match self.boxes.take() {
                Some(plots) => plots,
                None => box_plots(&self.table, &number, Some(&by))?,
            };
            return Ok(Drawn::Boxes { number, by, dates, plots, comparison });
        }
        if is_grouped(a) {
            let counts = cross_table(&as_texts(a), &as_texts(b));
            let counts = counts.ok_or_else(|| Problem::new(Stage::Explore, "explore.many_texts").with("columns", self.names()))?;
            return Ok(Drawn::Counts(in_order(counts)));
        }
        let (xs, ys) = (numbers(&self.table, &self.a)?, numbers(&self.table, &self.b)?);
        let known = match &self.of {
            Some(Measure::Numbers(numbers)) => [numbers.pearson.clone(), numbers.spearman.clone()],
            _ => [Figure::undefined("no_rows"), Figure::undefined("no_rows")],
        };
        let scatter = scatter::drawn(&self.table, [&xs, &ys], self.colour(), self.options.seed, known)?;
        Ok(Drawn::Points { scatter, dates: [a.kind == Kind::Date, b.kind == Kind::Date] })
    }

    fn names(&self) -> String {
        format!("{}, {}", self.a, self.b)
    }

    /// The target, where it has few classes and is neither of the two.
    fn colour(&self) -> Option<&str> {
        let name = self.options.target.as_deref().filter(|name| ![self.a.as_str(), self.b.as_str()].contains(name))?;
        let answer = Answer::of(self.table.column(name)?, self.options.task, self.options.positive.as_deref());
        matches!(answer, Answer::Classes { names, .. } if names.len() <= COLOURS).then_some(name)
    }
}

impl Job for PairJob {
    type Output = PairView;

    fn advance(&mut self) -> Result<Advance<PairView>, Problem> {
        self.step += 1;
        match self.step {
            1 => self.measure()?,
            2 => {
                let boxed = self.boxed()?.map(|(by, number)| (by.name.clone(), number.name.clone()));
                if let Some((by, number)) = boxed {
                    self.boxes = Some(box_plots(&self.table, &number, Some(&by))?);
                }
            }
            _ => {
                let drawn = self.draw()?;
                let (a, b) = (std::mem::take(&mut self.a), std::mem::take(&mut self.b));
                return Ok(Advance::Done(PairView { a, b, n: self.n, of: self.of.take(), drawn }));
            }
        }
        Ok(Advance::More(Progress { done: self.step, total: STEPS }))
    }
}

/// A column made ready to be measured.
enum Ready<'a> {
    Numbers(Ranked<'a>),
    Codes(Codes),
    Nothing,
}

impl<'a> Ready<'a> {
    fn of(column: &'a Column) -> Self {
        match &column.data {
            Data::Number(values) => Ready::Numbers(Ranked::new(Cow::Borrowed(values))),
            Data::Date(moments) => Ready::Numbers(Ranked::new(Cow::Owned(super::date::as_numbers(moments)))),
            Data::Strings(_) if column.kind == Kind::Text => Ready::Nothing,
            Data::Strings(strings) => Codes::new(strings, LEVELS).map_or(Ready::Nothing, |(codes, _)| Ready::Codes(codes)),
        }
    }

    fn prepared(&self) -> Option<Prepared<'_>> {
        match self {
            Ready::Numbers(Ranked { values, ranks, moments }) => {
                let (values, ranks) = (Cow::Borrowed(&values[..]), Cow::Borrowed(&ranks[..]));
                Some(Prepared::Numbers(Ranked { values, ranks, moments: *moments }))
            }
            Ready::Codes(codes) => Some(Prepared::Codes(codes)),
            Ready::Nothing => None,
        }
    }
}

/// Whether a column is drawn as groups: texts, and numbers of which few are different.
fn is_grouped(column: &Column) -> bool {
    match &column.data {
        Data::Strings(_) => true,
        Data::Date(_) => false,
        Data::Number(values) => {
            let mut different: Vec<f64> = Vec::new();
            for &value in values.iter().filter(|value| !value.is_nan()) {
                if !different.contains(&value) {
                    different.push(value);
                    if different.len() > FEW {
                        return false;
                    }
                }
            }
            true
        }
    }
}

/// A column of few numbers as texts.
fn as_texts(column: &Column) -> Cow<'_, Column> {
    match &column.data {
        Data::Strings(_) => Cow::Borrowed(column),
        _ => Cow::Owned(Column::category(&column.name, Strings::from_texts((0..column.len()).map(|row| column.display(row))))),
    }
}

/// The counts with levels that are all numbers in the order of the numbers.
fn in_order(table: CrossTable) -> CrossTable {
    let (down, across) = (order_of(&table.rows), order_of(&table.columns));
    let names = |names: &[String], order: &[usize]| order.iter().map(|&place| names[place].clone()).collect();
    CrossTable {
        rows: names(&table.rows, &down),
        columns: names(&table.columns, &across),
        counts: down.iter().map(|&row| across.iter().map(|&column| table.counts[row][column]).collect()).collect(),
        ..table
    }
}

fn order_of(names: &[String]) -> Vec<usize> {
    let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse::<f64>().ok().filter(|value| value.is_finite())).collect();
    match numbers {
        Some(numbers) => crate::num::order::argsort(&numbers),
        None => (0..names.len()).collect(),
    }
}

/// Two columns of a table in one go; [`PairJob`] does it in slices.
///
/// # Errors
/// Where a column is not there, or both hold too many texts to count.
pub fn pair_view(table: Table, a: &str, b: &str, options: Options) -> Result<PairView, Problem> {
    PairJob::new(table, a, b, options)?.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    fn table() -> Table {
        let day = 86_400_000_000;
        Table::new(vec![
            Column::number("x", (0..12).map(|row| if row == 3 { GAP } else { f64::from(row) }).collect()),
            Column::number("z", (0..12).map(|row| f64::from(row * row)).collect()),
            Column::number("few", (0..12).map(|row| f64::from([2, 10, 1][row % 3])).collect()),
            Column::category("c", Strings::from_texts((0..12).map(|row| (row != 5).then_some(if row % 2 == 0 { "a" } else { "b" })))),
            Column::date("d", (0..12).map(|row| if row == 0 { Column::NO_DATE } else { row * day }).collect()),
            Column::text("t", Strings::from_texts((0..12).map(|row| Some(format!("text {row}"))))),
        ])
    }

    fn view(a: &str, b: &str, target: Option<&str>) -> PairView {
        pair_view(table(), a, b, Options { target: target.map(str::to_owned), ..Options::default() }).unwrap()
    }

    #[test]
    fn numbers_are_points_coloured_by_a_third_column() {
        let got = view("x", "z", Some("c"));
        let Drawn::Points { scatter, dates: [false, false] } = got.drawn else { panic!("{:?}", got.drawn) };
        assert_eq!((got.n, scatter.n, scatter.colour), (11, 11, Some(scatter::Colour::Levels(vec!["a".into(), "b".into()]))));
        let Some(Measure::Numbers(numbers)) = got.of else { panic!() };
        assert_eq!((numbers.spearman.value(), scatter.pearson), (Some(1.0), numbers.pearson));
        // The target itself is no colour of its own picture, and many numbers are none either.
        for target in ["x", "z"] {
            let Drawn::Points { scatter, .. } = view("x", "z", Some(target)).drawn else { panic!() };
            assert_eq!(scatter.colour, None);
        }
    }

    #[test]
    fn a_number_is_boxed_by_groups_whichever_comes_first() {
        for (a, b) in [("x", "c"), ("c", "x")] {
            let got = view(a, b, None);
            let Drawn::Boxes { number, by, dates: false, plots, comparison } = got.drawn else { panic!() };
            assert_eq!((number.as_str(), by.as_str(), got.n), ("x", "c", 10));
            assert_eq!((plots.levels.join(" "), comparison.groups.len()), ("a b".to_owned(), 2));
            // The share of the variance between groups is the square of the correlation ratio.
            let Some(Measure::Mixed { eta }) = got.of else { panic!() };
            let (eta, share) = (eta.value().unwrap(), comparison.eta_squared.value().unwrap());
            assert!((eta * eta - share).abs() < 1e-12, "{eta} {share}");
        }
        let Drawn::Boxes { by, dates: true, .. } = view("d", "few", None).drawn else { panic!() };
        assert_eq!(by, "few");
    }

    #[test]
    fn groups_are_counted_and_numbers_among_them_stand_in_order() {
        let got = view("few", "c", None);
        let Drawn::Counts(counts) = got.drawn else { panic!() };
        assert_eq!((counts.rows.join(" "), counts.columns.join(" ")), ("1 2 10".to_owned(), "a b".to_owned()));
        assert_eq!((counts.counts, counts.rest, got.n), (vec![vec![2, 1], vec![2, 2], vec![2, 2]], 0, 11));
        assert!(matches!(got.of, Some(Measure::Mixed { .. })), "figures stay those of numbers");
    }

    #[test]
    fn dates_stand_beside_numbers_and_texts_have_no_figure() {
        let got = view("d", "z", None);
        assert!(matches!(got.drawn, Drawn::Points { dates: [true, false], .. }) && got.n == 11);
        let got = view("t", "c", None);
        assert!(matches!(got.drawn, Drawn::Counts(_)) && got.of.is_none());
        assert_eq!(pair_view(table(), "x", "gone", Options::default()).unwrap_err().message.id, "explore.no_column");
    }

    #[test]
    fn no_row_at_all() {
        let empty = Table::new(vec![Column::number("x", vec![GAP; 3]), Column::category("c", Strings::from_texts([None::<&str>; 3]))]);
        let got = pair_view(empty, "x", "c", Options::default()).unwrap();
        assert_eq!(got.n, 0);
    }
}
