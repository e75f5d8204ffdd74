//! The group of each row as text: levels, bins of numbers, calendar years, and crossings of columns.

use crate::explain::sums;
use crate::table::{Column, Data};
use chrono::{DateTime, Datelike};
use serde::{Deserialize, Serialize};

/// How numbers are put into groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bins {
    /// So many groups with about as many rows each.
    Quantiles(usize),
    /// A group below the first edge, between edges, and from the last edge on.
    Edges(Vec<f64>),
}

/// The group of each row: the text of a category, the bin of a number, the year of a date; nothing where missing.
pub fn labels(column: &Column, bins: &Bins) -> Vec<Option<String>> {
    match &column.data {
        Data::Number(values) => by_bins(values, bins),
        Data::Strings(strings) => (0..strings.len()).map(|row| strings.get(row).map(str::to_owned)).collect(),
        Data::Date(values) => values.iter().map(|&micros| year(micros)).collect(),
    }
}

fn year(micros: i64) -> Option<String> {
    (micros != Column::NO_DATE).then_some(micros).and_then(DateTime::from_timestamp_micros).map(|moment| moment.year().to_string())
}

/// The bin of each number. Few different numbers are their own groups.
pub fn by_bins(values: &[f64], bins: &Bins) -> Vec<Option<String>> {
    let ascending = sums::ascending(values);
    let mut edges = match bins {
        Bins::Quantiles(count) => {
            let mut distinct = ascending.clone();
            distinct.dedup();
            if distinct.len() <= *count {
                return values.iter().map(|value| (!value.is_nan()).then(|| format!("{value}"))).collect();
            }
            (1..*count).filter_map(|edge| sums::quantile(&ascending, edge as f64 / *count as f64)).collect()
        }
        Bins::Edges(edges) => edges.iter().copied().filter(|edge| edge.is_finite()).collect::<Vec<f64>>(),
    };
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let label = |value: f64| {
        let bin = edges.partition_point(|edge| *edge <= value);
        match (bin.checked_sub(1).and_then(|below| edges.get(below)), edges.get(bin)) {
            (None, None) => "all".to_owned(),
            (None, Some(high)) => format!("< {high}"),
            (Some(low), Some(high)) => format!("{low} to < {high}"),
            (Some(low), None) => format!(">= {low}"),
        }
    };
    values.iter().map(|&value| (!value.is_nan()).then(|| label(value))).collect()
}

/// Two groupings crossed: "a | b"; nothing where either is missing.
pub fn cross(first: &[Option<String>], second: &[Option<String>]) -> Vec<Option<String>> {
    let both = |(a, b): (&Option<String>, &Option<String>)| Some(format!("{} | {}", a.as_ref()?, b.as_ref()?));
    first.iter().zip(second).map(both).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Strings;

    fn texts(labels: Vec<Option<String>>) -> Vec<String> {
        labels.into_iter().map(|label| label.unwrap_or_else(|| "-".to_owned())).collect()
    }

    #[test]
    fn every_kind_of_column_gives_groups() {
        let ages = [17.0, 25.0, 44.9, 45.0, 80.0, f64::NAN];
        let edges = Bins::Edges(vec![45.0, 25.0, 25.0]);
        assert_eq!(texts(by_bins(&ages, &edges)), ["< 25", "25 to < 45", "25 to < 45", ">= 45", ">= 45", "-"]);
        assert_eq!(texts(by_bins(&ages, &Bins::Edges(Vec::new()))), ["all", "all", "all", "all", "all", "-"]);
        assert_eq!(texts(by_bins(&[1.0, 2.0, 1.0], &Bins::Quantiles(4))), ["1", "2", "1"]);
        let eight: Vec<f64> = (1..9).map(f64::from).collect();
        assert_eq!(texts(by_bins(&eight, &Bins::Quantiles(2)))[3..5], ["< 4.5", ">= 4.5"]);
        let day = 86_400_000_000_i64;
        let dates = Column::date("d", vec![0, 400 * day, Column::NO_DATE, 400 * day + 1_000_000]);
        assert_eq!(texts(labels(&dates, &edges)), ["1970", "1971", "-", "1971"]);
        let kinds = Column::category("k", Strings::from_texts([Some("a"), None]));
        assert_eq!(texts(labels(&kinds, &edges)), ["a", "-"]);
        assert_eq!(texts(cross(&labels(&kinds, &edges), &labels(&kinds, &edges))), ["a | a", "-"]);
    }
}
