//! Sums of gradients by bin: what a node's best cut is found from.

use super::bins::{Bins, WIDTH};

/// The gradient of a row and its second derivative, times its weight.
pub type Slope = [f64; 2];

/// For each byte of each group the slopes of a node's rows added up, and how many they are.
#[derive(Debug, Default)]
pub struct Histogram {
    /// The groups one after the other.
    pub sums: Vec<Slope>,
    /// The rows, where the second derivatives do not count them already.
    pub counts: Vec<u32>,
}

/// Where the groups stand in a histogram.
#[derive(Debug, Default)]
pub struct Layout {
    starts: Vec<usize>,
    /// Whether rows are counted beside the sums.
    pub counted: bool,
}

impl Layout {
    /// For these groups. Rows need no count where every second derivative is 1.
    pub fn new(bins: &Bins, counted: bool) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        for size in &bins.sizes {
            end += size;
            starts.push(end);
        }
        Self { starts, counted }
    }

    /// The place of a group.
    pub fn start(&self, group: usize) -> usize {
        self.starts[group]
    }

    /// Entries in all.
    pub fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Makes a histogram ready to be filled.
    pub fn shape(&self, histogram: &mut Histogram) {
        histogram.sums.resize(self.len(), [0.0; 2]);
        histogram.counts.resize(if self.counted { self.len() } else { 0 }, 0);
    }
}

impl Histogram {
    /// Fills in the groups of a block: `slopes` are those of `rows`, in their order.
    pub fn fill(&mut self, bins: &Bins, layout: &Layout, block: usize, rows: &[u32], slopes: &[Slope]) {
        match bins.sizes.len() - block * WIDTH {
            1 => self.fill_groups::<1>(bins, layout, block, rows, slopes),
            2 => self.fill_groups::<2>(bins, layout, block, rows, slopes),
            3 => self.fill_groups::<3>(bins, layout, block, rows, slopes),
            _ => self.fill_groups::<WIDTH>(bins, layout, block, rows, slopes),
        }
    }

    /// Adds up in tables of 256 entries, so that a byte is always within; what is in use is copied out.
    fn fill_groups<const N: usize>(&mut self, bins: &Bins, layout: &Layout, block: usize, rows: &[u32], slopes: &[Slope]) {
        let bytes = &bins.blocks[block];
        let mut sums = [[[0.0; 2]; 256]; N];
        if layout.counted {
            let mut counts = [[0_u32; 256]; N];
            for (&row, slope) in rows.iter().zip(slopes) {
                let bytes = bytes[row as usize];
                for group in 0..N {
                    let byte = bytes[group] as usize;
                    sums[group][byte][0] += slope[0];
                    sums[group][byte][1] += slope[1];
                    counts[group][byte] = counts[group][byte].wrapping_add(1);
                }
            }
            for (group, counts) in counts.iter().enumerate() {
                let (start, size) = (layout.start(block * WIDTH + group), bins.sizes[block * WIDTH + group]);
                self.counts[start..start + size].copy_from_slice(&counts[..size]);
            }
        } else {
            for (&row, slope) in rows.iter().zip(slopes) {
                let bytes = bytes[row as usize];
                for group in 0..N {
                    let byte = bytes[group] as usize;
                    sums[group][byte][0] += slope[0];
                    sums[group][byte][1] += slope[1];
                }
            }
        }
        for (group, sums) in sums.iter().enumerate() {
            let (start, size) = (layout.start(block * WIDTH + group), bins.sizes[block * WIDTH + group]);
            self.sums[start..start + size].copy_from_slice(&sums[..size]);
        }
    }

    /// Takes away the part of some of the rows: what is left is that of the others.
    pub fn subtract(&mut self, part: &Histogram) {
        for (sum, part) in self.sums.iter_mut().zip(&part.sums) {
            sum[0] -= part[0];
            sum[1] -= part[1];
        }
        self.counts.iter_mut().zip(&part.counts).for_each(|(count, part)| *count = count.wrapping_sub(*part));
    }
}

#[cfg(test)]
mod tests {
    use super::super::bins::Binning;
    use super::*;
    use crate::num::Rng;

    #[test]
    fn every_group_is_added_up_and_the_rest_is_the_difference() {
        let mut rng = Rng::new(1, "test", 0);
        for groups in 1..10 {
            let mut binning = Binning::new(20);
            let columns: Vec<Vec<f64>> = (0..groups).map(|_| (0..300).map(|_| rng.normal()).collect()).collect();
            columns.iter().for_each(|column| binning.add(column, None));
            let bins = binning.finish();
            let slopes: Vec<Slope> = (0..300).map(|_| [rng.below(9) as f64, 1.0]).collect();
            for counted in [false, true] {
                let layout = Layout::new(&bins, counted);
                let of = |rows: &[u32]| {
                    let mut histogram = Histogram::default();
                    layout.shape(&mut histogram);
                    let slopes: Vec<Slope> = rows.iter().map(|&row| slopes[row as usize]).collect();
                    (0..bins.blocks.len()).for_each(|block| histogram.fill(&bins, &layout, block, rows, &slopes));
                    histogram
                };
                let all: Vec<u32> = (0..300).collect();
                let (some, others): (Vec<u32>, Vec<u32>) = all.iter().partition(|row| **row % 3 == 0);
                let mut rest = of(&all);
                rest.subtract(&of(&some));
                let others = of(&others);
                assert_eq!((&rest.sums, &rest.counts), (&others.sums, &others.counts));
                for group in 0..groups {
                    let part = &others.sums[layout.start(group)..layout.start(group) + bins.sizes[group]];
                    assert_eq!(part.iter().map(|sum| sum[1]).sum::<f64>(), 200.0);
                }
            }
        }
    }
}
