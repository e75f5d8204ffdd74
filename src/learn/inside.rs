//! What a network looks like inside while it learns: its weights, and what its hidden units say of training rows. For looking
//! at, never for choosing.

use serde::{Deserialize, Serialize};

/// Units of a layer that are drawn, at most.
pub const MOST_DRAWN: usize = 12;
/// Bins of a histogram of activations.
pub const BINS: usize = 24;
/// The share of the activations on each side that does not widen the range of the bins.
const BEYOND: f64 = 0.01;

/// The weights that are drawn and the activations, at an epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The columns of the inputs that are drawn; see [`drawn`].
    pub inputs: Vec<String>,
    /// For each layer, the output last, the weights as predictions use them: from the units drawn of the layer before (a row
    /// each) to the units drawn of this one.
    pub weights: Vec<Vec<Vec<f32>>>,
    /// The training rows that were looked at.
    pub rows: u32,
    /// For each hidden layer what its units say of these rows.
    pub activations: Vec<Activations>,
}

/// How the activations of a layer are distributed, over rows and units together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Activations {
    /// The units of the layer.
    pub units: u32,
    /// How many of them are asleep: their slope is next to nothing at every row, so that no row moves their weights.
    pub asleep: u32,
    /// The lower edge of the first bin and the upper edge of the last: the first and the last hundredth of the activations may
    /// lie beyond.
    pub range: [f64; 2],
    /// Activations in each of [`BINS`] bins of equal width; what lies beyond the range counts in the first or the last bin.
    pub counts: Vec<u32>,
}

/// Which units of a layer are drawn: all, or the first ones and the last.
pub fn drawn(units: usize) -> Vec<usize> {
    (0..units.min(MOST_DRAWN)).map(|place| if place + 1 == MOST_DRAWN { units - 1 } else { place }).collect()
}

impl Activations {
    /// The distribution of activations, rows x units in any order, of a layer with so many units, of which so many sleep. Without
    /// any the bins run from -0.5 to 0.5 and are empty. One that is no number counts in the first bin.
    pub fn new(values: &[f32], units: usize, asleep: usize) -> Self {
        let [low, high] = range(values);
        let mut counts = vec![0; BINS];
        for &value in values {
            // What is below the range, or no number, becomes 0 here.
            let bin = ((f64::from(value) - low) / (high - low) * BINS as f64) as usize;
            counts[bin.min(BINS - 1)] += 1;
        }
        Self { units: units as u32, asleep: asleep as u32, range: [low, high], counts }
    }
}

/// From the first to the last hundredth of the finite values; where these are the same, around them.
fn range(values: &[f32]) -> [f64; 2] {
    let mut finite: Vec<f32> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if finite.is_empty() {
        return [-0.5, 0.5];
    }
    let last = finite.len() - 1;
    let mut at = |share: f64| {
        let place = (last as f64 * share).round() as usize;
        f64::from(*finite.select_nth_unstable_by(place, f32::total_cmp).1)
    };
    let (low, high) = (at(BEYOND), at(1.0 - BEYOND));
    let half = if low.abs() > 1.0 { 0.5 * low.abs() } else { 0.5 };
    if low < high { [low, high] } else { [low - half, low + half] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_units_and_the_last_are_drawn() {
        assert_eq!(drawn(0), Vec::<usize>::new());
        assert_eq!(drawn(3), [0, 1, 2]);
        assert_eq!(drawn(12), (0..12).collect::<Vec<_>>());
        assert_eq!(drawn(40), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 39]);
    }

    #[test]
    fn every_activation_is_counted_once_and_few_do_not_widen_the_range() {
        let mut values: Vec<f32> = (0..1000).map(|place| place as f32 / 1000.0).collect();
        values.extend([1e6, f32::INFINITY, f32::NEG_INFINITY, f32::NAN]);
        let found = Activations::new(&values, 4, 1);
        assert_eq!((found.units, found.asleep, found.counts.len()), (4, 1, BINS));
        assert_eq!(found.counts.iter().sum::<u32>(), 1004);
        assert!(found.range[0] >= 0.0 && found.range[1] < 1.0, "{:?}", found.range);
        assert!(found.counts[1..BINS - 1].iter().all(|&count| (38..=44).contains(&count)), "{:?}", found.counts);
        // Values that are all the same stand in the middle; without values there is nothing.
        for value in [0.0, 3.0, -1e20] {
            let found = Activations::new(&[value; 7], 7, 7);
            assert!(found.range[0] < found.range[1] && found.counts[BINS / 2] == 7, "{found:?}");
        }
        assert_eq!(Activations::new(&[], 0, 0).counts, [0; BINS]);
    }
}
