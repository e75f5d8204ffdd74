//! A closer look at one column: its figures alone, a histogram with chosen bins, boxes by the levels of a category.

use super::boxes::{self, BoxPlot};
use super::histogram::{Histogram, equal_edges, nice_edges};
use super::number::Sorted;
use super::target::Answer;
use super::texts::shorten;
use super::{ColumnProfile, Options};
use crate::base::{Problem, Stage};
use crate::table::{Column, Data, Strings, Table};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The most levels that have a box of their own.
const LEVELS: usize = 20;
/// The most bins that can be asked for.
const BINS: usize = 500;

/// The problem of a column that is not there.
pub(super) fn no_column(name: &str) -> Problem {
    Problem::new(Stage::Explore, "explore.no_column").at_column(name)
}

pub(super) fn find<'a>(table: &'a Table, name: &str) -> Result<&'a Column, Problem> {
    table.column(name).ok_or_else(|| no_column(name))
}

/// The numbers of a column; dates as microseconds since 1970.
pub(super) fn numbers<'a>(table: &'a Table, name: &str) -> Result<std::borrow::Cow<'a, [f64]>, Problem> {
    match &find(table, name)?.data {
        Data::Number(values) => Ok(values.into()),
        Data::Date(moments) => Ok(super::date::as_numbers(moments).into()),
        Data::Strings(_) => Err(Problem::new(Stage::Explore, "explore.not_numbers").at_column(name)),
    }
}

/// The histogram of a column of numbers (or dates), split by the target of the options: with `bins` equal bins as
/// numpy.histogram makes them (1 to 500), or with edges that read well.
///
/// # Errors
/// Where a column is not there or holds texts.
pub fn histogram_of(table: &Table, column: &str, bins: Option<usize>, options: &Options) -> Result<Histogram, Problem> {
    let values = numbers(table, column)?;
    let answer = match options.target.as_deref() {
        Some(target) if target != column => Answer::of(find(table, target)?, options.task, options.positive.as_deref()),
        _ => Answer::None,
    };
    let sorted = Sorted::of(&values);
    let whole = sorted.values.iter().all(|value| value.fract() == 0.0);
    let edges = match bins {
        Some(bins) => equal_edges(&sorted.values, bins.clamp(1, BINS)),
        None => nice_edges(&sorted.values, whole),
    };
    Ok(Histogram::of(&sorted, edges, &answer))
}

/// One column as the profile has it, in all detail.
///
/// # Errors
/// Where the column is not there.
pub fn closer(table: &Table, column: &str, options: &Options) -> Result<ColumnProfile, Problem> {
    find(table, column)?;
    let target = options.target.clone().filter(|target| table.column(target).is_some());
    let mut names = vec![column.to_owned()];
    names.extend(target.clone().filter(|target| target != column));
    let options = Options { target, paired: 0, detailed: names.len(), ..options.clone() };
    let profile = super::profile(&Arc::new(table.select(&names)), &options)?;
    profile.columns.into_iter().next().ok_or_else(|| no_column(column))
}

/// Boxes of a column of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxPlots {
    /// The box of all values; nothing where there is none.
    pub whole: Option<BoxPlot>,
    /// The levels, sorted; the 20 most frequent where there are more.
    pub levels: Vec<String>,
    /// The box of each level; nothing where no row has a value.
    pub boxes: Vec<Option<BoxPlot>>,
    /// Levels that are not shown.
    pub more: usize,
}

/// Boxes of a column of numbers (or dates), over all rows and by the values of another column: levels of texts, or
/// different numbers where there are at most 20.
///
/// # Errors
/// Where a column is not there, holds texts, or `by` holds too many different numbers.
pub fn box_plots(table: &Table, column: &str, by: Option<&str>) -> Result<BoxPlots, Problem> {
    let values = numbers(table, column)?;
    let sorted = Sorted::of(&values);
    let whole = BoxPlot::of(&sorted.values);
    let Some(by) = by else { return Ok(BoxPlots { whole, levels: Vec::new(), boxes: Vec::new(), more: 0 }) };
    let (codes, levels, more) = levels(find(table, by)?)?;
    let boxes = boxes::by_code(&sorted.values, &sorted.rows, &codes, levels.len());
    Ok(BoxPlots { whole, levels, boxes, more })
}

/// The most frequent levels of a column, sorted, the code of each row among them ([`Strings::MISSING`] where it has none
/// of them), and how many levels are left out.
pub(super) fn levels(column: &Column) -> Result<(Vec<u32>, Vec<String>, usize), Problem> {
    let made;
    let strings = match &column.data {
        Data::Strings(strings) => strings,
        Data::Number(values) => {
            let mut different: Vec<f64> = Vec::new();
            for &value in values.iter().filter(|value| !value.is_nan()) {
                if !different.contains(&value) {
                    different.push(value);
                    if different.len() > LEVELS {
                        return Err(Problem::new(Stage::Explore, "explore.many_numbers").at_column(&column.name).with("most", LEVELS));
                    }
                }
            }
            made = Strings::from_texts((0..values.len()).map(|row| column.display(row)));
            &made
        }
        Data::Date(_) => return Err(Problem::new(Stage::Explore, "explore.not_levels").at_column(&column.name)),
    };
    let counts = strings.counts();
    let mut frequent: Vec<u32> = (0..strings.level_count() as u32).filter(|&code| counts[code as usize] > 0).collect();
    frequent.sort_by(|&a, &b| counts[b as usize].cmp(&counts[a as usize]).then_with(|| strings.level(a).cmp(strings.level(b))));
    let more = frequent.len().saturating_sub(LEVELS);
    frequent.truncate(LEVELS);
    let mut names: Vec<String> = frequent.iter().map(|&code| strings.level(code).to_owned()).collect();
    crate::table::sort_levels(&mut names);
    let mut places = vec![Strings::MISSING; strings.level_count()];
    for code in frequent {
        places[code as usize] = names.iter().position(|name| name == strings.level(code)).map_or(Strings::MISSING, |place| place as u32);
    }
    let codes = strings.codes.iter().map(|&code| if code == Strings::MISSING { code } else { places[code as usize] }).collect();
    Ok((codes, names.iter().map(|name| shorten(name)).collect(), more))
}

#[cfg(test)]
mod tests {
    use super::super::target::ByTarget;
    use super::*;

    fn table() -> Table {
        Table::new(vec![
            Column::number("x", vec![1.0, 2.0, 3.0, f64::NAN, 5.0, 9.0]),
            Column::category("c", Strings::from_texts([Some("b"), Some("a"), Some("b"), Some("a"), None, Some("b")])),
            Column::number("k", vec![2.0, 10.0, 2.0, 10.0, 2.0, f64::NAN]),
        ])
    }

    #[test]
    fn bins_by_class() {
        let options = Options { target: Some("c".into()), ..Options::default() };
        let histogram = histogram_of(&table(), "x", Some(2), &options).unwrap();
        assert_eq!((histogram.edges, histogram.counts), (vec![1.0, 5.0, 9.0], vec![3, 2]));
        assert_eq!(histogram.target, Some(ByTarget::Classes(vec![vec![1, 0], vec![2, 1]])));
        assert_eq!(histogram_of(&table(), "k", None, &Options::default()).unwrap().counts.iter().sum::<usize>(), 5);
    }

    #[test]
    fn a_column_alone_is_as_in_the_profile() {
        let table = Arc::new(table());
        let options = Options { target: Some("c".into()), ..Options::default() };
        let all = crate::profile::profile(&table, &options).unwrap();
        for column in &all.columns {
            assert_eq!(&closer(&table, &column.name, &options).unwrap(), column);
        }
        // Where the profile leaves details out, they are here.
        let bare = crate::profile::profile(&table, &Options { detailed: 0, ..options.clone() }).unwrap();
        assert!(bare.columns[0].number().unwrap().histogram.is_none());
        assert!(closer(&table, "x", &Options { detailed: 0, ..options }).unwrap().number().unwrap().histogram.is_some());
    }

    #[test]
    fn boxes_by_level_and_by_number() {
        let by_text = box_plots(&table(), "x", Some("c")).unwrap();
        assert_eq!(by_text.levels, ["a", "b"]);
        let middles = |plots: &BoxPlots| plots.boxes.iter().map(|plot| plot.as_ref().map(|plot| plot.median)).collect::<Vec<_>>();
        assert_eq!(middles(&by_text), [Some(2.0), Some(3.0)]);
        let by_number = box_plots(&table(), "x", Some("k")).unwrap();
        assert_eq!((by_number.levels.join(" "), middles(&by_number)), ("2 10".to_owned(), vec![Some(3.0), Some(2.0)]));
        assert_eq!(box_plots(&table(), "x", None).unwrap().whole.unwrap().n, 5);
    }

    #[test]
    fn problems_name_the_column() {
        assert_eq!(box_plots(&table(), "c", None).unwrap_err().message.id, "explore.not_numbers");
        assert_eq!(box_plots(&table(), "x", Some("z")).unwrap_err().message.id, "explore.no_column");
        let many = Table::new(vec![Column::number("x", (0..30).map(f64::from).collect())]);
        assert_eq!(box_plots(&many, "x", Some("x")).unwrap_err().message.id, "explore.many_numbers");
    }
}
