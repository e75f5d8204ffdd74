//! The rows of a node in groups of equal values of a column.

use super::columns::Coded;
use super::sweep::Sweep;
use crate::num::Rng;

/// The rows of a node with what is added up of them.
pub struct Part<'a> {
    /// Their numbers in the data.
    pub rows: &'a [u32],
    /// The class of each, where classes are predicted.
    pub classes: &'a [u32],
    /// The weight of each.
    pub weights: &'a [f64],
    /// The weighted distance of each from the node's mean, where numbers are predicted.
    pub distances: &'a [f64],
    /// Sums for each group: one for each class, or weight and weighted distance.
    pub width: usize,
    /// Whether numbers are predicted.
    pub is_number: bool,
}

impl Part<'_> {
    /// Adds a row, by its place in the node, to the sums of its group.
    fn add(&self, place: usize, sums: &mut [f64]) {
        if self.is_number {
            sums[0] += self.weights[place];
            sums[1] += self.distances[place];
        } else {
            sums[self.classes[place] as usize] += self.weights[place];
        }
    }

    /// Groups by counting: a place for each rank.
    pub fn count<C: Copy + Into<u32>>(&self, codes: &[C], ranks: usize, sums: &mut Vec<f64>, counts: &mut Vec<u32>, sweep: &mut Sweep) {
        sums.clear();
        sums.resize(ranks * self.width, 0.0);
        counts.clear();
        counts.resize(ranks, 0);
        for (place, &row) in self.rows.iter().enumerate() {
            let code = codes[row as usize].into() as usize;
            counts[code] += 1;
            self.add(place, &mut sums[code * self.width..(code + 1) * self.width]);
        }
        for (code, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            sweep.group(code as u32, count as usize, &sums[code * self.width..(code + 1) * self.width]);
        }
    }

    /// Groups by sorting, for a node with few rows.
    pub fn sort<C: Copy + Into<u32>>(&self, codes: &[C], sums: &mut Vec<f64>, keys: &mut Vec<u64>, sweep: &mut Sweep) {
        keys.clear();
        let key = |(place, &row): (usize, &u32)| u64::from(codes[row as usize].into()) << 32 | place as u64;
        keys.extend(self.rows.iter().enumerate().map(key));
        keys.sort_unstable();
        sums.clear();
        sums.resize(self.width, 0.0);
        for group in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
            sums.fill(0.0);
            // Within a group by place, so that sums run in the order in which counting adds them.
            group.iter().for_each(|key| self.add(*key as u32 as usize, sums));
            sweep.group((group[0] >> 32) as u32, group.len(), sums);
        }
    }
}

/// A cut at a random place.
pub struct Drawn {
    /// The highest rank to the left.
    pub low: u32,
    /// Left where the value is at most this.
    pub threshold: f64,
    /// Rows to the left.
    pub rows: usize,
}

impl Part<'_> {
    /// Draws a place evenly from the smallest value to below the largest, and adds up the rows to the left of it in `sums`.
    /// Nothing where all values are the same.
    pub fn draw<C: Copy + Into<u32>>(&self, codes: &[C], column: &Coded, rng: &mut Rng, sums: &mut Vec<f64>) -> Option<Drawn> {
        let code = |row: &u32| -> u32 { codes[*row as usize].into() };
        let first = self.rows.first().map_or(0, code);
        let (lowest, highest) = self
            .rows
            .iter()
            .map(code)
            .fold((first, first), |(low, high), code| (if code < low { code } else { low }, if code > high { code } else { high }));
        if lowest == highest {
            return None;
        }
        let (from, to) = (column.values[lowest as usize], column.values[highest as usize]);
        let share = rng.uniform();
        // By shares, because the distance of two large numbers can be infinite.
        let place = from * (1.0 - share) + to * share;
        let threshold = if place >= from && place < to { place } else { from };
        let low = column.values.partition_point(|value| *value <= threshold) as u32 - 1;
        sums.clear();
        sums.resize(self.width, 0.0);
        let mut rows = 0;
        for place in 0..self.rows.len() {
            if code(&self.rows[place]) <= low {
                rows += 1;
                self.add(place, sums);
            }
        }
        Some(Drawn { low, threshold, rows })
    }
}

/// Puts the rows that go left in front, both sides in order; how many go left.
pub fn part_rows(rows: &mut [u32], right: &mut Vec<u32>, goes_left: impl Fn(usize) -> bool) -> usize {
    right.clear();
    let mut left = 0;
    for place in 0..rows.len() {
        let row = rows[place];
        if goes_left(row as usize) {
            rows[left] = row;
            left += 1;
        } else {
            right.push(row);
        }
    }
    rows[left..].copy_from_slice(right);
    left
}
