//! Normalisation of a layer's sums before its activation, by the batch (Ioffe and Szegedy 2015) or by the row (Ba and others
//! 2016): forward, backward, and as it predicts.
//!
//! # Shapes
//! Values and gradients are blocks x units lanes; `rows` are the rows that are there, those behind the last are passed over.
//! `gain` and `shift` are units long.

use super::{LANES, Lane, Real};

/// What keeps a deviation of 0 from dividing, as in PyTorch.
pub const EPSILON: f64 = 1e-5;
/// How much of a batch goes into the running mean and variance, as in PyTorch.
const MOMENTUM: f64 = 0.1;

/// What a normalised layer keeps between forward and backward.
#[derive(Clone, Debug, Default)]
pub struct Kept<F> {
    /// The normalised values before gain and shift.
    normal: Vec<Lane<F>>,
    /// One over the deviation: a lane a unit where it is by the batch, a lane a block where it is by the row.
    inverse: Vec<Lane<F>>,
    /// The mean and the variance of each unit in the batch; the latter by n - 1.
    seen: Vec<(F, F)>,
    /// Two sums over the rows for each unit, of the part that is worked on: kept so that a step asks for no memory.
    sums: [Vec<Lane<F>>; 2],
}

/// 1 where a row of a block is there, 0 behind the last.
fn live<F: Real>(block: usize, rows: usize) -> Lane<F> {
    std::array::from_fn(|lane| if block * LANES + lane < rows { F::ONE } else { F::ZERO })
}

fn total<F: Real>(lane: Lane<F>) -> F {
    lane.into_iter().fold(F::ZERO, |sum, x| sum + x)
}

/// The sum of `term` over the rows that are there, for each unit: in every lane of the unit's place.
fn sum_up<F: Real>(sums: &mut Vec<Lane<F>>, units: usize, blocks: usize, rows: usize, term: impl Fn(usize, usize) -> Lane<F>) {
    sums.clear();
    sums.resize(units, [F::ZERO; LANES]);
    for block in 0..blocks {
        let live = live::<F>(block, rows);
        for (unit, sum) in sums.iter_mut().enumerate() {
            let term = term(block, unit);
            for lane in 0..LANES {
                sum[lane] += term[lane] * live[lane];
            }
        }
    }
    sums.iter_mut().for_each(|sum| *sum = [total(*sum); LANES]);
}

fn map<F: Real>(f: impl FnMut(usize) -> F) -> Lane<F> {
    std::array::from_fn(f)
}

impl<F: Real> Kept<F> {
    /// Normalises each unit over the rows of the batch.
    pub fn by_batch(&mut self, values: &mut [Lane<F>], rows: usize, gain: &[F], shift: &[F]) {
        let units = gain.len();
        let blocks = values.len() / units.max(1);
        let n = F::of(rows as f64);
        let [means, squares] = &mut self.sums;
        sum_up(means, units, blocks, rows, |block, unit| values[block * units + unit]);
        means.iter_mut().for_each(|mean| *mean = [mean[0] / n; LANES]);
        sum_up(squares, units, blocks, rows, |block, unit| {
            let x = &values[block * units + unit];
            map(|lane| (x[lane] - means[unit][0]) * (x[lane] - means[unit][0]))
        });
        self.normal.resize(values.len(), [F::ZERO; LANES]);
        self.inverse.clear();
        self.seen.clear();
        for (&[mean, ..], &[square, ..]) in means.iter().zip(&*squares) {
            self.inverse.push([F::ONE / (square / n + F::of(EPSILON)).sqrt(); LANES]);
            self.seen.push((mean, square / F::of(if rows > 1 { rows as f64 - 1.0 } else { 1.0 })));
        }
        for (values, normal) in values.chunks_exact_mut(units).zip(self.normal.chunks_exact_mut(units)) {
            for unit in 0..units {
                let inverse = self.inverse[unit][0];
                normal[unit] = map(|lane| (values[unit][lane] - means[unit][0]) * inverse);
                values[unit] = map(|lane| normal[unit][lane] * gain[unit] + shift[unit]);
            }
        }
    }

    /// The gradient by the gain and by the shift of each unit, into the sums; added to those of other parts.
    fn by_gain_and_shift(&mut self, deltas: &[Lane<F>], rows: usize, by_gain: &mut [F], by_shift: &mut [F]) {
        let units = by_gain.len();
        let blocks = deltas.len() / units.max(1);
        let (normal, [gains, shifts]) = (&self.normal, &mut self.sums);
        sum_up(gains, units, blocks, rows, |block, unit| {
            let (delta, normal) = (&deltas[block * units + unit], &normal[block * units + unit]);
            map(|lane| delta[lane] * normal[lane])
        });
        sum_up(shifts, units, blocks, rows, |block, unit| deltas[block * units + unit]);
        by_gain.iter_mut().zip(gains).for_each(|(sum, part)| *sum += part[0]);
        by_shift.iter_mut().zip(shifts).for_each(|(sum, part)| *sum += part[0]);
    }

    /// From the gradient by the normalised values to that by the sums; adds the gradients by gain and shift.
    pub fn back_by_batch(&mut self, deltas: &mut [Lane<F>], rows: usize, gain: &[F], by_gain: &mut [F], by_shift: &mut [F]) {
        let units = gain.len();
        self.by_gain_and_shift(deltas, rows, by_gain, by_shift);
        let [gains, shifts] = &self.sums;
        let n = F::of(rows as f64);
        for block in 0..deltas.len() / units.max(1) {
            let live = live::<F>(block, rows);
            for unit in 0..units {
                let (delta, normal) = (&mut deltas[block * units + unit], &self.normal[block * units + unit]);
                let factor = gain[unit] * self.inverse[unit][0];
                *delta = map(|lane| live[lane] * factor * (delta[lane] - shifts[unit][0] / n - normal[lane] * (gains[unit][0] / n)));
            }
        }
    }

    /// Lets the last batch into the running means and variances.
    pub fn remember(&self, means: &mut [F], variances: &mut [F]) {
        let (keep, add) = (F::of(1.0 - MOMENTUM), F::of(MOMENTUM));
        for ((mean, variance), &(new_mean, new_variance)) in means.iter_mut().zip(variances).zip(&self.seen) {
            *mean = keep * *mean + add * new_mean;
            *variance = keep * *variance + add * new_variance;
        }
    }

    /// Normalises each row over the units.
    pub fn by_layer(&mut self, values: &mut [Lane<F>], gain: &[F], shift: &[F]) {
        let units = gain.len();
        self.normal.resize(values.len(), [F::ZERO; LANES]);
        self.inverse.clear();
        for (values, normal) in values.chunks_exact_mut(units).zip(self.normal.chunks_exact_mut(units)) {
            let inverse = of_rows(values, normal);
            self.inverse.push(inverse);
            for unit in 0..units {
                values[unit] = map(|lane| normal[unit][lane] * gain[unit] + shift[unit]);
            }
        }
    }

    /// From the gradient by the normalised values to that by the sums; adds the gradients by gain and shift.
    pub fn back_by_layer(&mut self, deltas: &mut [Lane<F>], rows: usize, gain: &[F], by_gain: &mut [F], by_shift: &mut [F]) {
        let units = gain.len();
        self.by_gain_and_shift(deltas, rows, by_gain, by_shift);
        let n = F::of(units as f64);
        let blocks = deltas.chunks_exact_mut(units).zip(self.normal.chunks_exact(units)).zip(&self.inverse);
        for ((deltas, normal), inverse) in blocks {
            let (mut sum, mut product) = ([F::ZERO; LANES], [F::ZERO; LANES]);
            for unit in 0..units {
                for lane in 0..LANES {
                    let delta = deltas[unit][lane] * gain[unit];
                    sum[lane] += delta;
                    product[lane] += delta * normal[unit][lane];
                }
            }
            for unit in 0..units {
                deltas[unit] = map(|lane| {
                    let delta = deltas[unit][lane] * gain[unit];
                    inverse[lane] * (delta - sum[lane] / n - normal[unit][lane] * (product[lane] / n))
                });
            }
        }
    }
}

/// Puts the normalised values of a block into `normal`; gives one over the deviation of each row.
fn of_rows<F: Real>(values: &[Lane<F>], normal: &mut [Lane<F>]) -> Lane<F> {
    let n = F::of(values.len() as f64);
    let sum = values.iter().fold([F::ZERO; LANES], |sum, x| map(|lane| sum[lane] + x[lane]));
    let mean: Lane<F> = map(|lane| sum[lane] / n);
    let square = values.iter().fold([F::ZERO; LANES], |sum, x| map(|lane| sum[lane] + (x[lane] - mean[lane]) * (x[lane] - mean[lane])));
    let inverse: Lane<F> = map(|lane| F::ONE / (square[lane] / n + F::of(EPSILON)).sqrt());
    for (normal, x) in normal.iter_mut().zip(values) {
        *normal = map(|lane| (x[lane] - mean[lane]) * inverse[lane]);
    }
    inverse
}

/// Normalises each row over the units, as it predicts.
pub fn normalise_rows<F: Real>(values: &mut [Lane<F>], gain: &[F], shift: &[F], room: &mut Vec<Lane<F>>) {
    let units = gain.len();
    room.resize(units, [F::ZERO; LANES]);
    for values in values.chunks_exact_mut(units.max(1)) {
        of_rows(values, room);
        for unit in 0..units {
            values[unit] = map(|lane| room[unit][lane] * gain[unit] + shift[unit]);
        }
    }
}
