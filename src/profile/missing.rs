//! Missing values: how many, which together, and whether the gap itself says something about the target.

use super::compare::{holm, welch};
use super::target::{Answer, LevelTarget, MeanOf, Share};
use crate::base::Figure;
use crate::num::distribution;
use crate::num::moments::Running;
use crate::table::Column;
use serde::{Deserialize, Serialize};

/// The combinations that are listed.
const PATTERNS: usize = 12;
/// Columns with gaps among which combinations and correlations are looked at: those with most gaps.
const COLUMNS: usize = 40;

/// What is missing in a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// Missing cells in all.
    pub cells: usize,
    /// Rows with at least one missing value.
    pub rows: usize,
    /// The columns with gaps, by position in the profile, those with most gaps first; at most 40.
    pub columns: Vec<usize>,
    /// Columns with gaps that are not among them.
    pub more_columns: usize,
    /// The most frequent combinations of gaps in these columns, at most 12; the first of equals has the earlier columns.
    pub patterns: Vec<Pattern>,
    /// Other combinations.
    pub more_patterns: usize,
    /// Rows with other combinations.
    pub more_rows: usize,
    /// For each pair of `columns` (the first with each later one, and so on) the correlation of being missing: phi.
    pub correlation: Vec<Figure>,
    /// For each of `columns`, whether being missing hangs together with the target; empty where there is no target.
    pub tests: Vec<GapTest>,
}

/// Rows that miss the same columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// The columns that are missing, by position in the profile, ascending; empty for complete rows.
    pub columns: Vec<usize>,
    /// Rows.
    pub rows: usize,
}

/// Whether being missing hangs together with the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapTest {
    /// The column, by position in the profile.
    pub column: usize,
    /// Cramér's V between "missing" and class, or the correlation ratio of the target's number.
    pub strength: Figure,
    /// The p value: of chi-square for classes, of Welch's t test for numbers.
    pub p: Figure,
    /// The p value after Holm's correction (1979) for the number of columns.
    pub p_adjusted: Figure,
    /// The target in the rows without a value.
    pub gone: LevelTarget,
    /// The target in the rows with one.
    pub known: LevelTarget,
}

impl Missing {
    /// The gaps of columns of `rows` rows, each as [`bits`]; `target` (a position) is never counted against itself.
    pub(super) fn of(gaps: &[Vec<u64>], rows: usize, answer: &Answer, target: Option<usize>) -> Self {
        let counts: Vec<usize> = gaps.iter().map(|gaps| gaps.iter().map(|word| word.count_ones() as usize).sum()).collect();
        let mut columns: Vec<usize> = (0..counts.len()).filter(|&column| counts[column] > 0).collect();
        columns.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(a.cmp(&b)));
        let more_columns = columns.len().saturating_sub(COLUMNS);
        let mut any = vec![0_u64; rows.div_ceil(64)];
        for &column in &columns {
            any.iter_mut().zip(&gaps[column]).for_each(|(any, gap)| *any |= gap);
        }
        columns.truncate(COLUMNS);
        let (patterns, more_patterns, more_rows) = patterns(&columns, gaps, rows);
        Self {
            cells: counts.iter().sum(),
            rows: any.iter().map(|word| word.count_ones() as usize).sum(),
            more_columns,
            patterns,
            more_patterns,
            more_rows,
            correlation: correlations(&columns, gaps, &counts, rows),
            tests: tests(&columns, gaps, answer, target, rows),
            columns,
        }
    }
}

/// One bit a row, set where the value is missing.
pub(super) fn bits(column: &Column) -> Vec<u64> {
    let mut bits = vec![0_u64; column.len().div_ceil(64)];
    for row in 0..column.len() {
        bits[row / 64] |= u64::from(column.is_missing(row)) << (row % 64);
    }
    bits
}

fn patterns(columns: &[usize], gaps: &[Vec<u64>], rows: usize) -> (Vec<Pattern>, usize, usize) {
    // In order of the table, so that the highest bit is the first column.
    let mut ordered = columns.to_vec();
    ordered.sort_unstable();
    let mut keys: Vec<u64> = vec![0; rows];
    for &column in &ordered {
        for (row, key) in keys.iter_mut().enumerate() {
            *key = *key << 1 | (gaps[column][row / 64] >> (row % 64) & 1);
        }
    }
    keys.sort_unstable();
    let mut runs: Vec<(u64, usize)> = keys.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
    runs.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.cmp(&a.0)));
    let rest = &runs[if runs.len() < PATTERNS { runs.len() } else { PATTERNS }..];
    let rest = (rest.len(), rest.iter().map(|run| run.1).sum());
    let is_set = |key: u64, place: usize| key >> (ordered.len() - 1 - place) & 1 == 1;
    let named = |key: u64| (0..ordered.len()).filter(|&place| is_set(key, place)).map(|place| ordered[place]).collect();
    (runs.iter().take(PATTERNS).map(|&(key, rows)| Pattern { columns: named(key), rows }).collect(), rest.0, rest.1)
}

fn correlations(columns: &[usize], gaps: &[Vec<u64>], counts: &[usize], rows: usize) -> Vec<Figure> {
    let mut all = Vec::new();
    for (place, &a) in columns.iter().enumerate() {
        for &b in &columns[place + 1..] {
            let both: usize = gaps[a].iter().zip(&gaps[b]).map(|(a, b)| (a & b).count_ones() as usize).sum();
            let (n, x, y) = (rows as f64, counts[a] as f64, counts[b] as f64);
            let size = (x * (n - x)).sqrt() * (y * (n - y)).sqrt();
            all.push(if size > 0.0 { ((n * both as f64 - x * y) / size).into() } else { Figure::undefined("constant") });
        }
    }
    all
}

fn tests(columns: &[usize], gaps: &[Vec<u64>], answer: &Answer, target: Option<usize>, rows: usize) -> Vec<GapTest> {
    if matches!(answer, Answer::None) {
        return Vec::new();
    }
    let mut tests: Vec<GapTest> = columns
        .iter()
        .filter(|&&column| Some(column) != target)
        .map(|&column| {
            let gap = |row: usize| gaps[column][row / 64] >> (row % 64) & 1 == 1;
            match answer {
                Answer::Classes { codes, names, .. } => by_class(column, codes, names.len(), rows, gap),
                Answer::Numbers(values) => by_number(column, values, gap),
                Answer::None => by_number(column, &[], gap),
            }
        })
        .collect();
    let known: Vec<(usize, f64)> = tests.iter().enumerate().filter_map(|(place, test)| Some((place, test.p.value()?))).collect();
    let p: Vec<f64> = known.iter().map(|(_, p)| *p).collect();
    for ((place, _), adjusted) in known.into_iter().zip(holm(&p)) {
        tests[place].p_adjusted = adjusted.into();
    }
    tests
}

fn by_class(column: usize, codes: &[u32], classes: usize, rows: usize, gap: impl Fn(usize) -> bool) -> GapTest {
    let mut cells = vec![0_u32; 2 * classes];
    for (row, &class) in codes.iter().enumerate().take(rows) {
        if (class as usize) < classes {
            cells[usize::from(gap(row)) * classes + class as usize] += 1;
        }
    }
    let figures = super::association::gap_figures(&cells, classes);
    let shares = |counts: &[u32]| {
        let n = counts.iter().map(|&count| count as usize).sum();
        LevelTarget::Shares(counts.iter().map(|&count| Share::of(count as usize, n)).collect())
    };
    let (known, gone) = cells.split_at(classes);
    let p = figures.p;
    GapTest { column, strength: figures.cramers_v, p_adjusted: p.clone(), p, gone: shares(gone), known: shares(known) }
}

fn by_number(column: usize, values: &[f64], gap: impl Fn(usize) -> bool) -> GapTest {
    let (mut there, mut gone) = (Running::default(), Running::default());
    for (row, &value) in values.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
        if gap(row) { gone.add(value) } else { there.add(value) }
    }
    let of = |strength: Figure, p: Figure| {
        let (gone, known) = (LevelTarget::Mean(MeanOf::of(&gone)), LevelTarget::Mean(MeanOf::of(&there)));
        GapTest { column, strength, p_adjusted: p.clone(), p, gone, known }
    };
    let (Some(a), Some(b)) = (there.mean(), gone.mean()) else {
        return of(Figure::undefined("one_level"), Figure::undefined("one_level"));
    };
    let (n, m) = (there.count() as f64, gone.count() as f64);
    let within = there.variance(0).unwrap_or(0.0) * n + gone.variance(0).unwrap_or(0.0) * m;
    let between = n * m / (n + m) * (a - b) * (a - b);
    let strength = if between + within > 0.0 { (between / (between + within)).sqrt().into() } else { Figure::undefined("constant") };
    let p = match (there.variance(1), gone.variance(1)) {
        (Some(v), Some(w)) if v + w > 0.0 => {
            let (t, df) = welch(a - b, v / n, n, w / m, m);
            distribution::t_two_sided(t, df).into()
        }
        (Some(_), Some(_)) => Figure::undefined("constant"),
        _ => Figure::undefined("too_few"),
    };
    of(strength, p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Strings, Table};

    const GAP: f64 = f64::NAN;

    fn missing_of(table: &Table, answer: &Answer, target: Option<usize>) -> Missing {
        let gaps: Vec<Vec<u64>> = table.columns().iter().map(bits).collect();
        Missing::of(&gaps, table.rows(), answer, target)
    }

    fn table() -> Table {
        Table::new(vec![
            Column::number("a", vec![1.0, GAP, GAP, 4.0, 5.0, 6.0]),
            Column::number("b", vec![1.0, GAP, GAP, GAP, 5.0, 6.0]),
            Column::number("c", vec![1.0; 6]),
            Column::category("y", Strings::from_texts([Some("n"), Some("y"), Some("y"), Some("y"), Some("n"), None])),
        ])
    }

    #[test]
    fn patterns_counts_and_correlation() {
        let missing = missing_of(&table(), &Answer::None, None);
        assert_eq!((missing.cells, missing.rows, missing.columns), (6, 4, vec![1, 0, 3]));
        let patterns: Vec<(Vec<usize>, usize)> = missing.patterns.into_iter().map(|pattern| (pattern.columns, pattern.rows)).collect();
        assert_eq!(patterns, [(vec![0, 1], 2), (vec![], 2), (vec![1], 1), (vec![3], 1)]);
        // numpy.corrcoef([0,1,1,1,0,0], [0,1,1,0,0,0])[0, 1] = 1 / sqrt 2
        assert!((missing.correlation[0].value().unwrap() - 0.5_f64.sqrt()).abs() < 1e-15);
        assert_eq!(missing.tests, []);
    }

    #[test]
    fn a_gap_that_says_the_class() {
        let table = table();
        let answer = Answer::of(&table.columns()[3], None, None);
        let missing = missing_of(&table, &answer, Some(3));
        assert_eq!(missing.tests.iter().map(|test| test.column).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(missing.tests[0].strength, Figure::Value(1.0));
        // Of the three rows without b all are "y", of the two with b and a class none.
        let (gone, known) = (Share::of(3, 3), Share::of(0, 2));
        assert_eq!(missing.tests[0].gone, LevelTarget::Shares(vec![Share::of(0, 3), gone]));
        assert_eq!(missing.tests[0].known, LevelTarget::Shares(vec![Share::of(2, 2), known]));
        // chi2 = 5 with 1 degree of freedom; Holm doubles the smaller of two.
        let p = distribution::chi_square_sf(5.0, 1.0);
        assert!((missing.tests[0].p.value().unwrap() - p).abs() < 1e-15);
        assert!((missing.tests[0].p_adjusted.value().unwrap() - 2.0 * p).abs() < 1e-15);
    }

    #[test]
    fn a_gap_and_a_number() {
        // scipy.stats.ttest_ind([1, 2, 4], [7, 9], equal_var=False).pvalue
        let answer = Answer::Numbers(vec![1.0, 2.0, 4.0, 7.0, 9.0, GAP]);
        let table = Table::new(vec![Column::number("a", vec![1.0, 1.0, 1.0, GAP, GAP, GAP])]);
        let missing = missing_of(&table, &answer, None);
        assert!((missing.tests[0].p.value().unwrap() - 0.03601027844871646).abs() < 1e-12);
        let LevelTarget::Mean(gone) = &missing.tests[0].gone else { panic!() };
        assert_eq!((gone.n, gone.mean.value()), (2, Some(8.0)));
    }

    #[test]
    fn nothing_is_missing_and_everything_is() {
        let full = missing_of(&Table::new(vec![Column::number("a", vec![1.0, 2.0])]), &Answer::None, None);
        assert_eq!((full.cells, full.columns.len(), full.patterns.len()), (0, 0, 1));
        let empty =
            missing_of(&Table::new(vec![Column::number("a", vec![GAP; 2]), Column::number("b", vec![GAP, 1.0])]), &Answer::None, None);
        assert_eq!(empty.correlation, [Figure::undefined("constant")]);
        assert_eq!(missing_of(&Table::default(), &Answer::None, None).patterns, []);
    }
}
