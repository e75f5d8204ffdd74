//! Two categories: chi-square, Cramér's V, mutual information.

use super::rows::Codes;
use crate::base::Figure;
use crate::num::{distribution, float::ln, sum::total};
use crate::profile::texts::shorten;
use crate::table::{Column, Strings};
use serde::{Deserialize, Serialize};

/// Two categories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Categories {
    /// Pearson's chi-square without Yates' correction.
    pub chi_square: Figure,
    /// Its degrees of freedom.
    pub df: usize,
    /// Its p value.
    pub p: Figure,
    /// Cramér's V: sqrt(chi2 / n / (min(rows, columns) - 1)).
    pub cramers_v: Figure,
    /// Cramér's V corrected for bias (Bergsma 2013).
    pub cramers_v_corrected: Figure,
    /// Mutual information in nats.
    pub mutual_information: Figure,
    /// Mutual information over the mean of the two entropies (scikit-learn's normalised form).
    pub normalised_information: Figure,
    /// Theil's U of the first given the second: the share of the first's entropy that the second takes away.
    pub theils_u: Figure,
}

/// Counts of level by level; levels without a row in common with the other column are left out.
pub(in crate::profile) struct Counts {
    /// Row by row.
    cells: Vec<u32>,
    rows: Vec<usize>,
    columns: Vec<usize>,
}

/// Counts the rows where both are there.
pub(super) fn count(a: &Codes, b: &Codes) -> Counts {
    let (height, width) = (a.levels + 1, b.levels + 1);
    let mut cells = vec![0_u32; height * width];
    for (&row, &column) in a.codes.iter().zip(&b.codes) {
        cells[usize::from(row) * width + usize::from(column)] += 1;
    }
    Counts::of(&cells, width, a.levels, b.levels)
}

impl Counts {
    /// The first `height` rows and `width` columns of a table whose rows are `stride` apart.
    pub fn of(cells: &[u32], stride: usize, height: usize, width: usize) -> Self {
        let cell = |row: usize, column: usize| cells[row * stride + column];
        let row_sum = |row: usize| (0..width).map(|column| cell(row, column) as usize).sum::<usize>();
        let column_sum = |column: usize| (0..height).map(|row| cell(row, column) as usize).sum::<usize>();
        let rows: Vec<usize> = (0..height).filter(|&row| row_sum(row) > 0).collect();
        let columns: Vec<usize> = (0..width).filter(|&column| column_sum(column) > 0).collect();
        Self {
            cells: rows.iter().flat_map(|&row| columns.iter().map(move |&column| cell(row, column))).collect(),
            rows: rows.iter().map(|&row| row_sum(row)).collect(),
            columns: columns.iter().map(|&column| column_sum(column)).collect(),
        }
    }

    /// Rows with both values.
    pub fn n(&self) -> usize {
        self.rows.iter().sum()
    }

    fn cells(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let columns = &self.columns;
        self.rows.iter().enumerate().flat_map(move |(row, &row_sum)| {
            let cells = &self.cells[row * columns.len()..(row + 1) * columns.len()];
            cells.iter().zip(columns).map(move |(&cell, &column_sum)| (f64::from(cell), row_sum as f64, column_sum as f64))
        })
    }

    /// Chi-square and its degrees of freedom.
    pub fn chi_square(&self) -> (f64, usize) {
        let n = self.n() as f64;
        let square = |(cell, row, column): (f64, f64, f64)| {
            let expected = row / n * column;
            (cell - expected) * (cell - expected) / expected
        };
        (total(self.cells().map(square)), self.rows.len().saturating_sub(1) * self.columns.len().saturating_sub(1))
    }

    pub fn figures(&self) -> Categories {
        let n = self.n();
        let df = self.rows.len().saturating_sub(1) * self.columns.len().saturating_sub(1);
        if df == 0 {
            let why = Figure::undefined(if n == 0 { "no_rows" } else { "one_level" });
            return Categories {
                chi_square: why.clone(),
                df,
                p: why.clone(),
                cramers_v: why.clone(),
                cramers_v_corrected: why.clone(),
                mutual_information: why.clone(),
                normalised_information: why.clone(),
                theils_u: why,
            };
        }
        let (chi, _) = self.chi_square();
        let n = n as f64;
        let (r, k) = (self.rows.len() as f64, self.columns.len() as f64);
        let least = |a: f64, b: f64| if a < b { a } else { b };
        let above = |x: f64| if x > 0.0 { x } else { 0.0 };
        let phi = chi / n;
        let phi_corrected = above(phi - (r - 1.0) * (k - 1.0) / (n - 1.0));
        let (r_corrected, k_corrected) = (r - (r - 1.0) * (r - 1.0) / (n - 1.0), k - (k - 1.0) * (k - 1.0) / (n - 1.0));
        let room = least(r_corrected, k_corrected) - 1.0;
        // As many levels as rows leave nothing to correct by.
        let corrected = if room > 0.0 { (phi_corrected / room).sqrt().into() } else { Figure::undefined("too_few") };
        let entropy = |sums: &[usize]| 0.0 - total(sums.iter().map(|&sum| sum as f64 / n * ln(sum as f64 / n)));
        let (h_rows, h_columns) = (entropy(&self.rows), entropy(&self.columns));
        let part = |(cell, row, column): (f64, f64, f64)| if cell > 0.0 { cell / n * ln(cell / row * (n / column)) } else { 0.0 };
        let information = above(total(self.cells().map(part)));
        Categories {
            chi_square: chi.into(),
            df,
            p: distribution::chi_square_sf(chi, df as f64).into(),
            cramers_v: least((phi / (least(r, k) - 1.0)).sqrt(), 1.0).into(),
            cramers_v_corrected: corrected,
            mutual_information: information.into(),
            normalised_information: (information / ((h_rows + h_columns) / 2.0)).into(),
            theils_u: (information / h_rows).into(),
        }
    }
}

/// Counts of two categories, for a mosaic or a table; at most 20 levels a side, the most frequent ones, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossTable {
    /// Levels of the first column.
    pub rows: Vec<String>,
    /// Levels of the second column.
    pub columns: Vec<String>,
    /// Rows of the table by level of the first and level of the second.
    pub counts: Vec<Vec<usize>>,
    /// Rows with both values that fall on a level that is not shown.
    pub rest: usize,
    /// Figures over all levels; nothing where there are too many to count.
    pub figures: Option<Categories>,
}

const SHOWN: usize = 20;

/// The cross table of two columns of categories (or texts); nothing where one holds no texts or more than 5,000 of them.
pub fn cross_table(a: &Column, b: &Column) -> Option<CrossTable> {
    let (a_codes, a_levels, a) = prepared(a)?;
    let (b_codes, b_levels, b) = prepared(b)?;
    let width = b_codes.levels + 1;
    let mut cells = rustc_hash::FxHashMap::<u32, u32>::default();
    for (&row, &column) in a_codes.codes.iter().zip(&b_codes.codes) {
        *cells.entry(u32::from(row) * width as u32 + u32::from(column)).or_default() += 1;
    }
    let cell = |row: usize, column: usize| cells.get(&((row * width + column) as u32)).copied().unwrap_or(0) as usize;
    let (rows, columns) = (shown(&a_codes.counts), shown(&b_codes.counts));
    let counts: Vec<Vec<usize>> = rows.iter().map(|&row| columns.iter().map(|&column| cell(row, column)).collect()).collect();
    let both = a_codes.codes.iter().zip(&b_codes.codes);
    let n = both.filter(|(row, column)| usize::from(**row) < a_codes.levels && usize::from(**column) < b_codes.levels).count();
    let name = |strings: &Strings, levels: &[u32], places: &[usize]| -> Vec<String> {
        places.iter().map(|&place| shorten(strings.level(levels[place]))).collect()
    };
    Some(CrossTable {
        rest: n - counts.iter().flatten().sum::<usize>(),
        counts,
        rows: name(a, &a_levels, &rows),
        columns: name(b, &b_levels, &columns),
        figures: (a_codes.levels * b_codes.levels <= 1_000_000).then(|| count(&a_codes, &b_codes).figures()),
    })
}

fn prepared(column: &Column) -> Option<(Codes, Vec<u32>, &Strings)> {
    let strings = column.strings()?;
    let (codes, levels) = Codes::new(strings, 5000)?;
    Some((codes, levels, strings))
}

/// The places of the most frequent levels, in order of place.
fn shown(counts: &[usize]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..counts.len()).collect();
    places.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(a.cmp(&b)));
    places.truncate(SHOWN);
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(a: &[Option<&str>], b: &[Option<&str>]) -> CrossTable {
        let column = |texts: &[Option<&str>]| Column::category("c", Strings::from_texts(texts.iter().copied()));
        cross_table(&column(a), &column(b)).unwrap()
    }

    #[test]
    fn counts_and_figures() {
        let a = [Some("x"), Some("x"), Some("y"), Some("y"), None, Some("z")];
        let b = [Some("1"), Some("1"), Some("2"), Some("1"), Some("1"), None];
        let got = table(&a, &b);
        assert_eq!((got.rows, got.columns), (vec!["x".into(), "y".into(), "z".into()], vec!["1".into(), "2".into()]));
        assert_eq!((got.counts, got.rest), (vec![vec![2, 0], vec![1, 1], vec![0, 0]], 0));
        // scipy.stats.chi2_contingency([[2, 0], [1, 1]], correction=False): 1.3333333333333333, p 0.24821307898992023
        let figures = got.figures.unwrap();
        assert_eq!(figures.df, 1);
        assert!((figures.chi_square.value().unwrap() - 4.0 / 3.0).abs() < 1e-15);
        assert!((figures.p.value().unwrap() - 0.248_213_078_989_920_23).abs() < 1e-14);
        assert!((figures.cramers_v.value().unwrap() - (1.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn edges() {
        let one = table(&[Some("x"), Some("x")], &[Some("1"), Some("2")]).figures.unwrap();
        assert_eq!((one.cramers_v, one.df), (Figure::undefined("one_level"), 0));
        let none = table(&[None, Some("x")], &[Some("1"), None]).figures.unwrap();
        assert_eq!(none.theils_u, Figure::undefined("no_rows"));
        let same = table(&[Some("x"), Some("y"), Some("y")], &[Some("a"), Some("b"), Some("b")]).figures.unwrap();
        assert_eq!(same.cramers_v, Figure::Value(1.0));
        assert!((same.theils_u.value().unwrap() - 1.0).abs() < 1e-15);
        let many: Vec<String> = (0..30).map(|i| format!("{i:02}")).collect();
        let many: Vec<Option<&str>> = many.iter().map(|text| Some(text.as_str())).collect();
        let got = table(&many, &many);
        assert_eq!((got.rows.len(), got.rest), (20, 10));
        assert_eq!(got.figures.unwrap().cramers_v_corrected, Figure::undefined("too_few"));
    }
}
