//! Sobol search: points that fill the space evenly.

use super::{Ask, Range, Sampler, Space};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use serde::Deserialize;
use serde_json::Value;

/// Takes the next point of a Sobol sequence (Sobol 1967), which leaves no gaps as random points do: each parameter alone,
/// and pairs of them, are covered evenly. A trial that a person asked for takes no point of the sequence.
///
/// `scramble` shuffles the digits of the points by the seed so that the evenness stays (nested uniform scrambling, Owen 1995);
/// without it, the points are those of `scipy.stats.qmc.Sobol(scramble=False)`, the same for every seed.
pub static SAMPLER: Sampler = Sampler { id: "sobol", fields, suggest };

#[derive(Deserialize)]
struct Settings {
    scramble: bool,
}

fn fields() -> Vec<Field> {
    vec![Field::flag("scramble", true)]
}

fn suggest(ask: &Ask) -> Result<Option<Params>, Problem> {
    let settings: Settings = field::parse(&fields(), ask.settings, Stage::Tune, &SAMPLER.owner())?;
    let index = ask.trials.iter().filter(|trial| !trial.asked_for).count() as u32;
    let point = point(index, ask.space.parameters.len(), settings.scramble.then_some(ask.seed));
    Ok(Some(values(ask.space, &point)))
}

/// The values of a space at a point of the unit cube; the coordinates of choices are cut into equal parts.
pub(super) fn values(space: &Space, point: &[f64]) -> Params {
    let value = |range: &Range, at: f64| match (range.scale(), range) {
        (Some(scale), _) => {
            let (low, high) = scale.ends();
            scale.value(low + (high - low) * at)
        }
        (None, Range::Choice { values }) => values.get((at * values.len() as f64) as usize).or(values.last()).cloned().unwrap_or_default(),
        (None, _) => Value::Null,
    };
    space
        .present(space.parameters.iter().zip(point).map(|(parameter, &at)| (parameter.path.clone(), value(&parameter.range, at))).collect())
}

/// A point of the sequence, each coordinate from 0 to below 1, in the order of the Gray code; scrambled by a seed where one
/// is given. At most 30 dimensions; further ones repeat the first.
pub fn point(index: u32, width: usize, seed: Option<u64>) -> Vec<f64> {
    let gray = index ^ (index >> 1);
    let coordinate = |dimension: usize| {
        let directions = directions(dimension % DIRECTIONS.len());
        let bits = (0..32).filter(|bit| gray >> bit & 1 == 1).fold(0, |bits, bit| bits ^ directions[bit]);
        let bits = seed.map_or(bits, |seed| scrambled(bits, seed, dimension));
        f64::from(bits) / 4_294_967_296.0
    };
    (0..width).map(coordinate).collect()
}

/// Each binary digit turned over or not by chance, a chance that depends on the digits before it.
fn scrambled(bits: u32, seed: u64, dimension: usize) -> u32 {
    let base = Rng::new(seed, "sobol", dimension as u64).next_u64();
    (0..32).fold(0, |out, digit| {
        // The digits before this one, with a leading 1 that tells their number.
        let before = if digit == 0 { 1 } else { u64::from(bits >> (32 - digit)) | 1 << digit };
        let turn = mixed(base ^ mixed(before)) & 1;
        let own = bits >> (31 - digit) & 1;
        out | (own ^ turn as u32) << (31 - digit)
    })
}

/// A mixture of all bits (the last step of SplitMix64; Steele and others 2014).
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The direction numbers of a dimension, the first for the leading digit (Bratley and Fox 1988).
fn directions(dimension: usize) -> [u32; 32] {
    let (polynomial, first) = DIRECTIONS[dimension];
    let degree = first.len();
    let mut numbers = [0_u32; 32];
    for bit in 0..32 {
        numbers[bit] = if dimension == 0 {
            1 << (31 - bit)
        } else if bit < degree {
            first[bit] << (31 - bit)
        } else {
            let start = numbers[bit - degree] ^ (numbers[bit - degree] >> degree);
            let terms = (1..degree).filter(|term| polynomial >> (degree - term) & 1 == 1);
            terms.fold(start, |sum, term| sum ^ numbers[bit - term])
        };
    }
    numbers
}

/// Primitive polynomials, their coefficients as binary digits, with the first direction numbers (Joe and Kuo 2008).
const DIRECTIONS: [(u32, &[u32]); 30] = [
    (1, &[1]),
    (3, &[1]),
    (7, &[1, 3]),
    (11, &[1, 3, 1]),
    (13, &[1, 1, 1]),
    (19, &[1, 1, 3, 3]),
    (25, &[1, 3, 5, 13]),
    (37, &[1, 1, 5, 5, 17]),
    (41, &[1, 1, 5, 5, 5]),
    (47, &[1, 1, 7, 11, 19]),
    (55, &[1, 1, 5, 1, 1]),
    (59, &[1, 1, 1, 3, 11]),
    (61, &[1, 3, 5, 5, 31]),
    (67, &[1, 3, 3, 9, 7, 49]),
    (91, &[1, 1, 1, 15, 21, 21]),
    (97, &[1, 3, 1, 13, 27, 49]),
    (103, &[1, 1, 1, 15, 7, 5]),
    (109, &[1, 3, 1, 15, 13, 25]),
    (115, &[1, 1, 5, 5, 19, 61]),
    (131, &[1, 3, 7, 11, 23, 15, 103]),
    (137, &[1, 3, 7, 13, 13, 15, 69]),
    (143, &[1, 1, 3, 13, 7, 35, 63]),
    (145, &[1, 3, 5, 9, 1, 25, 53]),
    (157, &[1, 3, 1, 13, 9, 35, 107]),
    (167, &[1, 3, 1, 5, 27, 61, 31]),
    (171, &[1, 1, 5, 11, 19, 41, 61]),
    (185, &[1, 3, 5, 3, 3, 13, 69]),
    (191, &[1, 1, 7, 13, 1, 19, 1]),
    (193, &[1, 3, 7, 5, 13, 19, 59]),
    (203, &[1, 1, 3, 9, 25, 29, 41]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unscrambled_points_are_those_of_scipy() {
        // scipy 1.17: qmc.Sobol(30, scramble=False).random(1024), rows 5, 100 and 1023 and columns 0, 1, 7, 17 and 29.
        let expected = [
            (5, [0.875, 0.875, 0.375, 0.375, 0.625]),
            (100, [0.4140625, 0.2578125, 0.4765625, 0.7421875, 0.7265625]),
            (1023, [0.0009765625, 0.7529296875, 0.6181640625, 0.8759765625, 0.4345703125]),
        ];
        for (row, values) in expected {
            let point = point(row, 30, None);
            assert_eq!([0, 1, 7, 17, 29].map(|column| point[column]), values, "{row}");
        }
        // The sum over all of the first 1024 points, which every dimension enters.
        let sum =
            (0..1024).flat_map(|row| point(row, 30, None).into_iter().enumerate()).fold(0.0, |sum, (at, x)| sum + x * x * (at + 1) as f64);
        assert_eq!(sum, 158487.57568359375);
    }

    #[test]
    fn scrambled_points_stay_even_in_every_dimension() {
        for dimension in 0..30 {
            let mut cells: Vec<usize> = (0..256).map(|row| (point(row, 30, Some(7))[dimension] * 256.0) as usize).collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..256).collect::<Vec<_>>(), "{dimension}");
        }
        assert_ne!(point(3, 4, Some(1)), point(3, 4, Some(2)));
    }
}
