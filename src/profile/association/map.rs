//! The map of all pairs by one measure, and its strongest pairs.

use super::Measure;
use crate::base::Figure;
use crate::profile::{Figures, Profile};
use serde::{Deserialize, Serialize};

/// By what a map shows how columns hang together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// What suits each pair, without its sign: Spearman's correlation, Cramér's V, the correlation ratio.
    #[default]
    Kind,
    /// Pearson's correlation of numbers.
    Pearson,
    /// Spearman's correlation of numbers.
    Spearman,
    /// Cramér's V of categories, corrected for bias.
    CramersV,
    /// The correlation ratio of numbers by category.
    CorrelationRatio,
}

impl By {
    /// Every way, the one that suits each pair first.
    pub const ALL: [By; 5] = [By::Kind, By::Pearson, By::Spearman, By::CramersV, By::CorrelationRatio];

    /// The stable id.
    pub fn id(self) -> &'static str {
        match self {
            By::Kind => "kind",
            By::Pearson => "pearson",
            By::Spearman => "spearman",
            By::CramersV => "cramers_v",
            By::CorrelationRatio => "correlation_ratio",
        }
    }

    /// The figure of a pair; nothing where the measure is not for pairs of this kind.
    pub fn of(self, measure: &Measure) -> Option<Figure> {
        match (self, measure) {
            (By::Kind, measure) => Some(measure.strength()),
            (By::Pearson, Measure::Numbers(numbers)) => Some(numbers.pearson.clone()),
            (By::Spearman, Measure::Numbers(numbers)) => Some(numbers.spearman.clone()),
            (By::CramersV, Measure::Categories(both)) => Some(both.cramers_v_corrected.clone()),
            (By::CorrelationRatio, Measure::Mixed { eta }) => Some(eta.clone()),
            _ => None,
        }
    }

    /// Whether its figures run from -1 to 1.
    pub fn is_signed(self) -> bool {
        matches!(self, By::Pearson | By::Spearman)
    }
}

/// A map of pairs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The columns downwards, by position in the profile.
    pub rows: Vec<usize>,
    /// The columns across; the same where pairs are of one kind.
    pub columns: Vec<usize>,
    /// The figure of each pair, 1 for a column with itself; nothing where the pair was not looked at or has none.
    pub values: Vec<Vec<Option<f64>>>,
}

impl Profile {
    /// The map of the pairs that were looked at, by one measure; empty where it is for none of them.
    pub fn map(&self, by: By) -> Map {
        let is_category = |place: &usize| matches!(self.columns[*place].of, Figures::Texts(_));
        let all = &self.association.columns;
        let (categories, numbers): (Vec<usize>, Vec<usize>) = all.iter().copied().partition(is_category);
        let (rows, columns) = match by {
            By::Kind => (all.clone(), all.clone()),
            By::Pearson | By::Spearman => (numbers.clone(), numbers),
            By::CramersV => (categories.clone(), categories),
            By::CorrelationRatio => (categories, numbers),
        };
        // A column alone makes no pair.
        if rows.is_empty() || columns.is_empty() || (rows == columns && rows.len() < 2) {
            return Map::default();
        }
        let mut values: Vec<Vec<Option<f64>>> =
            rows.iter().map(|row| columns.iter().map(|column| (row == column).then_some(1.0)).collect()).collect();
        let place = |list: &[usize], column: usize| list.binary_search(&column).ok();
        for pair in &self.association.pairs {
            let Some(figure) = by.of(&pair.of) else { continue };
            for (a, b) in [(pair.a, pair.b), (pair.b, pair.a)] {
                if let (Some(row), Some(column)) = (place(&rows, a), place(&columns, b)) {
                    values[row][column] = figure.value();
                }
            }
        }
        Map { rows, columns, values }
    }

    /// The pairs that have a figure by this measure, by position in the list of pairs, the strongest first.
    pub fn strongest(&self, by: By) -> Vec<(usize, f64)> {
        let figure = |of: &Measure| by.of(of).and_then(|figure| figure.value());
        let mut found: Vec<(usize, f64)> =
            self.association.pairs.iter().enumerate().filter_map(|(place, pair)| Some((place, figure(&pair.of)?))).collect();
        // The earlier of equals stays before.
        found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Options, profile};
    use crate::table::{Column, Strings, Table};
    use std::sync::Arc;

    fn made() -> Profile {
        let n = 40_u32;
        let number = |name: &str, of: fn(u32) -> f64| Column::number(name, (0..n).map(of).collect());
        let texts = |every: u32| Strings::from_texts((0..n).map(|row| Some(if row % every == 0 { "a" } else { "b" })));
        let table = Table::new(vec![
            Column::category("c", texts(2)),
            number("x", f64::from),
            number("down", |row| -f64::from(row) * f64::from(row)),
            Column::category("d", texts(3)),
            number("same", |_| 1.0),
        ]);
        profile(&Arc::new(table), &Options::default()).unwrap()
    }

    #[test]
    fn each_measure_has_its_columns() {
        let profile = made();
        let shape = |by: By| {
            let map = profile.map(by);
            (map.rows, map.columns)
        };
        assert_eq!(shape(By::Kind), (vec![0, 1, 2, 3], vec![0, 1, 2, 3]));
        assert_eq!(shape(By::Pearson), (vec![1, 2], vec![1, 2]));
        assert_eq!(shape(By::CramersV), (vec![0, 3], vec![0, 3]));
        assert_eq!(shape(By::CorrelationRatio), (vec![0, 3], vec![1, 2]));
        let spearman = profile.map(By::Spearman).values;
        assert_eq!(spearman, vec![vec![Some(1.0), Some(-1.0)], vec![Some(-1.0), Some(1.0)]]);
        assert_eq!(profile.map(By::Kind).values[1][2], Some(1.0), "without its sign");
        assert_eq!(Profile::default().map(By::Kind), Map::default());
    }

    #[test]
    fn the_strongest_come_first_whatever_their_sign() {
        let profile = made();
        let pairs = |by: By| {
            let named = |place: usize| (profile.association.pairs[place].a, profile.association.pairs[place].b);
            profile.strongest(by).into_iter().map(|(place, _)| named(place)).collect::<Vec<_>>()
        };
        assert_eq!(pairs(By::Spearman), [(1, 2)]);
        assert_eq!((pairs(By::Kind).len(), pairs(By::Kind)[0]), (6, (1, 2)));
        assert_eq!(pairs(By::CorrelationRatio).len(), 4);
    }
}
