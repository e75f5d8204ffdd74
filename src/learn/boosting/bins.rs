//! Columns as bins: at most 255 of values and one of missing values, a byte a row.
//!
//! Columns that are never away from their usual bin in the same row, as the parts of a one-hot column are not, share a
//! byte (the exclusive bundles of Ke and others 2017, without conflicts): the cuts stay the same, and there is less to add up.

use std::ops::Range;

/// Bins of values at most; a byte holds one more, for missing values.
pub const MOST: usize = 255;
/// Groups whose bytes lie side by side, so that a row is looked up once for all of them.
pub const WIDTH: usize = 4;
/// With more different values than this a column is sorted instead of searched.
const FEW: usize = 32;
/// Bundles tried for a column, the newest ones.
const TRIED: usize = 64;
/// A column of more than two bins is bundled where at most this share of its rows is away from the usual bin.
const SPARSE: f64 = 0.2;

/// A column as it was cut into bins.
#[derive(Debug)]
pub struct Column {
    /// Of a column of categories what each bin of values stands for, whole numbers from 0, ascending; else empty.
    pub levels: Vec<f64>,
    /// Ascending. A value's bin is the number of edges below it: bin b holds what is at most `edges[b]`, the last the rest.
    pub edges: Vec<f64>,
    /// Whether a row has no value; these rows have the bin behind the last.
    pub has_missing: bool,
    /// The group that its byte stands in.
    pub group: usize,
    /// In a bundle: the bin that stands for itself by absence, and the byte of the first other one.
    pub bundled: Option<(usize, usize)>,
}

impl Column {
    /// Bins of values.
    pub fn values(&self) -> usize {
        self.edges.len() + 1
    }

    /// All bins.
    pub fn bins(&self) -> usize {
        self.values() + usize::from(self.has_missing)
    }

    /// The bytes of the bins before and behind the usual one of a bundled column, in order.
    pub fn bytes(&self, usual: usize, first: usize) -> (Range<usize>, Range<usize>) {
        (first..first + usual, first + usual..first + self.bins() - 1)
    }

    /// For each byte of the group whether a row goes left, given that for each bin.
    pub fn by_byte(&self, goes_left: impl Fn(usize) -> bool) -> [bool; 256] {
        match self.bundled {
            None => std::array::from_fn(|byte| byte < self.bins() && goes_left(byte)),
            Some((usual, first)) => {
                let (before, behind) = self.bytes(usual, first);
                std::array::from_fn(|byte| match byte {
                    _ if before.contains(&byte) => goes_left(byte - first),
                    _ if behind.contains(&byte) => goes_left(byte - first + 1),
                    _ => goes_left(usual),
                })
            }
        }
    }
}

/// A byte a row while columns are gathered.
struct Group {
    bytes: Vec<u8>,
    /// Bytes in use; 0 of a bundle is "usual in every column".
    size: usize,
    is_bundle: bool,
}

/// Columns on their way into bins.
pub struct Binning {
    most: usize,
    columns: Vec<Column>,
    groups: Vec<Group>,
}

/// All columns in bins.
#[derive(Debug, Default)]
pub struct Bins {
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// Bytes in use of each group.
    pub sizes: Vec<usize>,
    /// The bytes of up to four groups, row by row; the groups of block b begin at 4 b.
    pub blocks: Vec<Vec<[u8; WIDTH]>>,
}

impl Binning {
    /// With so many bins of values at most, 2 to 255.
    pub fn new(most: usize) -> Self {
        Self { most, columns: Vec::new(), groups: Vec::new() }
    }

    /// Columns so far.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Takes in the next column; NaN is missing. Rows count by their weight where there are some.
    pub fn add(&mut self, values: &[f64], weights: Option<&[f64]>) {
        self.put(values, edges(values, weights, self.most), Vec::new());
    }

    /// The same for a column of categories; false, and nothing is done, where it has more levels than there may be bins, or
    /// values that are no whole numbers from 0.
    pub fn add_categories(&mut self, values: &[f64]) -> bool {
        let mut levels: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        levels.sort_unstable_by(f64::total_cmp);
        levels.dedup();
        let fits = levels.len() <= self.most && levels.iter().all(|level| *level >= 0.0 && level.fract() == 0.0);
        if fits {
            let edges = levels.windows(2).map(|pair| between(pair[0], pair[1])).collect();
            self.put(values, edges, levels);
        }
        fits
    }

    fn put(&mut self, values: &[f64], edges: Vec<f64>, levels: Vec<f64>) {
        let has_missing = values.iter().any(|value| value.is_nan());
        let missing = edges.len() + 1;
        let bin = |&value: &f64| if value.is_nan() { missing } else { edges.partition_point(|edge| *edge < value) } as u8;
        let bytes: Vec<u8> = values.iter().map(bin).collect();
        let column = Column { levels, edges, has_missing, group: self.groups.len(), bundled: None };
        match usual(&column, &bytes) {
            Some(usual) => self.bundle(column, &bytes, usual),
            None => {
                self.groups.push(Group { bytes, size: column.bins(), is_bundle: false });
                self.columns.push(column);
            }
        }
    }

    /// Puts a column into the first of the newest bundles that none of its rows clashes with, or a new one.
    fn bundle(&mut self, mut column: Column, bins: &[u8], usual: usize) {
        let away = |bin: u8| bin as usize != usual;
        let fits = |group: &Group| {
            // In strides, so that what clashes is soon seen and the rest is quick.
            let clash = |(bytes, bins): (&[u8], &[u8])| bytes.iter().zip(bins).fold(false, |any, (&b, &bin)| any | (b != 0 && away(bin)));
            group.is_bundle && group.size + column.bins() - 1 <= 256 && !group.bytes.chunks(512).zip(bins.chunks(512)).any(clash)
        };
        let from = self.groups.len().saturating_sub(TRIED);
        let found = (from..self.groups.len()).find(|&group| fits(&self.groups[group]));
        let place = found.unwrap_or_else(|| {
            self.groups.push(Group { bytes: vec![0; bins.len()], size: 1, is_bundle: true });
            self.groups.len() - 1
        });
        let group = &mut self.groups[place];
        let first = group.size;
        for (byte, &bin) in group.bytes.iter_mut().zip(bins).filter(|(_, bin)| away(**bin)) {
            let bin = bin as usize;
            *byte = (first + if bin < usual { bin } else { bin - 1 }) as u8;
        }
        group.size += column.bins() - 1;
        (column.group, column.bundled) = (place, Some((usual, first)));
        self.columns.push(column);
    }

    /// The bins, groups side by side.
    pub fn finish(self) -> Bins {
        let sizes = self.groups.iter().map(|group| group.size).collect();
        let block = |groups: &[Group]| {
            let rows = groups.first().map_or(0, |group| group.bytes.len());
            let mut block = vec![[0; WIDTH]; rows];
            for (place, group) in groups.iter().enumerate() {
                block.iter_mut().zip(&group.bytes).for_each(|(row, byte)| row[place] = *byte);
            }
            block
        };
        Bins { columns: self.columns, sizes, blocks: self.groups.chunks(WIDTH).map(block).collect() }
    }
}

/// The bin that a column shares its byte by: the first of a column of two values, else one that nearly all rows have.
/// Nothing where it keeps its own byte.
fn usual(column: &Column, bins: &[u8]) -> Option<usize> {
    if column.values() <= 2 {
        return Some(0);
    }
    let mut counts = [0_usize; 256];
    bins.iter().for_each(|&bin| counts[bin as usize] += 1);
    let usual = (0..column.bins()).fold(0, |best, bin| if counts[bin] > counts[best] { bin } else { best });
    ((bins.len() - counts[usual]) as f64 <= SPARSE * bins.len() as f64).then_some(usual)
}

/// Where a column is cut: half-way between all neighbouring values where there are few enough, else between those that
/// part the rows into `most` bins of equal weight as nearly as equal values allow.
fn edges(values: &[f64], weights: Option<&[f64]>, most: usize) -> Vec<f64> {
    if let Some(few) = few(values) {
        return if few.len() <= most {
            few.windows(2).map(|pair| between(pair[0], pair[1])).collect()
        } else {
            quantiles(values, weights, most)
        };
    }
    quantiles(values, weights, most)
}

/// The distinct values in ascending order where there are at most [`FEW`].
fn few(values: &[f64]) -> Option<Vec<f64>> {
    let mut few: Vec<f64> = Vec::with_capacity(FEW);
    let mut last = f64::NAN;
    for &value in values {
        if value == last || value.is_nan() || few.contains(&value) {
            continue;
        }
        if few.len() == FEW {
            return None;
        }
        few.push(value);
        last = value;
    }
    few.sort_unstable_by(f64::total_cmp);
    Some(few)
}

fn quantiles(values: &[f64], weights: Option<&[f64]>, most: usize) -> Vec<f64> {
    // Distinct values, each with the weight of the rows up to it.
    let mut distinct: Vec<(f64, f64)> = Vec::new();
    let mut total = 0.0;
    let mut next = |value: f64, weight: f64| {
        total += weight;
        match distinct.last_mut() {
            Some(last) if last.0 == value => last.1 = total,
            _ => distinct.push((value, total)),
        }
    };
    match weights {
        None => {
            let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            sorted.into_iter().for_each(|value| next(value, 1.0));
        }
        Some(weights) => {
            let mut sorted: Vec<(f64, f64)> =
                values.iter().copied().zip(weights.iter().copied()).filter(|(value, _)| !value.is_nan()).collect();
            sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
            sorted.into_iter().for_each(|(value, weight)| next(value, weight));
        }
    }
    let cut = |place: usize| between(distinct[place].0, distinct[place + 1].0);
    if distinct.len() <= most {
        return (0..distinct.len().saturating_sub(1)).map(cut).collect();
    }
    let mut edges = Vec::with_capacity(most - 1);
    let (mut place, mut last) = (0, usize::MAX);
    for part in 1..most {
        let wanted = total * (part as f64 / most as f64);
        while place + 2 < distinct.len() && distinct[place].1 < wanted {
            place += 1;
        }
        if place != last {
            edges.push(cut(place));
            last = place;
        }
    }
    edges
}

/// Half-way between two values, and never so rounded that the upper one would fall below.
fn between(low: f64, high: f64) -> f64 {
    let middle = low / 2.0 + high / 2.0;
    if middle >= low && middle < high { middle } else { low }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    #[test]
    fn few_values_are_cut_half_way_and_many_into_equal_parts() {
        assert_eq!(edges(&[3.0, -0.0, 1e308, 0.0, f64::NAN, 3.0], None, 255), [1.5, 5e307]);
        assert_eq!(edges(&[f64::NAN; 3], None, 255), [0.0; 0]);
        assert_eq!(edges(&[], None, 255), [0.0; 0]);
        assert_eq!(edges(&[1.0, f64::from_bits(1.0_f64.to_bits() + 1)], None, 255), [1.0]);
        assert_eq!(edges(&[5e-324, 1e-323], None, 255), [5e-324]);
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(edges(&many, None, 4), [249.5, 499.5, 749.5]);
        assert_eq!(edges(&many, None, 255).len(), 254);
        assert_eq!(edges(&many[..200], None, 255).len(), 199);
        // Half of the rows have one value: the other half still gets its bins.
        let heavy: Vec<f64> = (0..1000).map(|row| if row < 500 { 0.0 } else { f64::from(row) }).collect();
        assert_eq!(edges(&heavy, None, 10).len(), 5);
    }

    #[test]
    fn a_weight_is_a_row_repeated() {
        let mut rng = Rng::new(1, "test", 0);
        let values: Vec<f64> = (0..500).map(|_| rng.normal()).collect();
        let weights: Vec<f64> = (0..500).map(|row| f64::from(1 + row % 3)).collect();
        let repeated: Vec<f64> = (0..500).flat_map(|row| vec![values[row]; 1 + row % 3]).collect();
        assert_eq!(edges(&values, Some(&weights), 40), edges(&repeated, None, 40));
    }

    #[test]
    fn exclusive_columns_share_a_byte_and_every_bin_is_found_again() {
        let mut rng = Rng::new(2, "test", 0);
        let level: Vec<usize> = (0..600).map(|_| rng.below(5)).collect();
        let mut columns: Vec<Vec<f64>> = (0..5).map(|own| level.iter().map(|&it| f64::from(u8::from(it == own))).collect()).collect();
        columns.push((0..600).map(|_| rng.normal()).collect());
        // Sparse counts with gaps, which clash with the others here and there.
        columns.push(
            (0..600)
                .map(|row| {
                    if row % 50 == 0 {
                        f64::NAN
                    } else if row % 9 == 0 {
                        row as f64
                    } else {
                        2.0
                    }
                })
                .collect(),
        );
        columns.push(vec![7.0; 600]);
        let mut binning = Binning::new(255);
        columns.iter().for_each(|column| binning.add(column, None));
        let bins = binning.finish();
        assert!(bins.columns[..5].iter().all(|column| column.group == 0));
        assert_eq!(bins.sizes[0], 6);
        assert!(bins.columns[5].bundled.is_none() && bins.columns[6].bundled.is_some() && bins.columns[6].has_missing);
        for (column, values) in bins.columns.iter().zip(&columns) {
            for wanted in 0..column.bins() {
                let by_byte = column.by_byte(|bin| bin == wanted);
                for (row, value) in values.iter().enumerate() {
                    let bin = if value.is_nan() { column.values() } else { column.edges.partition_point(|edge| edge < value) };
                    let byte = bins.blocks[column.group / WIDTH][row][column.group % WIDTH];
                    assert!((byte as usize) < bins.sizes[column.group]);
                    assert_eq!(by_byte[byte as usize], bin == wanted);
                }
            }
        }
    }
}
