//! Matrix products in register blocks of 4 units x 8 rows.
//!
//! Four units and eight rows make 32 sums, which fill eight 128-bit registers; each step reads two vectors and four
//! single numbers for sixteen vector operations, so arithmetic and not memory sets the speed. The operands are put
//! into the order in which they are read ([`Packed`], [`Scratch`]), which costs far less than it saves.

use super::{LANES, Lane, Real};

/// Units of a register block.
const UNITS: usize = 4;

/// A layer's weights in the order in which a product reads them: in groups of four units, for each step of the sum the
/// four units' weights.
#[derive(Clone, Debug, Default)]
pub struct Packed<F> {
    groups: Vec<[F; UNITS]>,
    depth: usize,
    units: usize,
}

impl<F: Real> Packed<F> {
    /// Weights (inputs x outputs, row by row) for [`forward`]: sums over inputs, outputs in groups.
    pub fn by_outputs(&mut self, weights: &[F], inputs: usize, outputs: usize) {
        (self.depth, self.units) = (inputs, outputs);
        self.groups.clear();
        for first in (0..outputs).step_by(UNITS) {
            let width = UNITS.min(outputs - first);
            let rows = weights.chunks_exact(outputs).map(|row| &row[first..first + width]);
            if width == UNITS {
                self.groups.extend(rows.map(|row| row.first_chunk().copied().unwrap_or_default()));
            } else {
                self.groups.extend(rows.map(group));
            }
        }
    }

    /// The same weights for [`backward`]: sums over outputs, inputs in groups.
    pub fn by_inputs(&mut self, weights: &[F], inputs: usize, outputs: usize) {
        (self.depth, self.units) = (outputs, inputs);
        self.groups.clear();
        for rows in weights.chunks(outputs * UNITS) {
            let mut rows = rows.chunks_exact(outputs);
            let empty: &[F] = &[];
            let [a, b, c, d]: [&[F]; UNITS] = std::array::from_fn(|_| rows.next().unwrap_or(empty));
            if d.len() == outputs {
                self.groups.extend(a.iter().zip(b).zip(c).zip(d).map(|(((&a, &b), &c), &d)| [a, b, c, d]));
            } else {
                let at = |row: &[F], place: usize| row.get(place).copied().unwrap_or(F::ZERO);
                self.groups.extend((0..outputs).map(|place| [a[place], at(b, place), at(c, place), F::ZERO]));
            }
        }
    }
}

fn group<F: Real>(part: &[F]) -> [F; UNITS] {
    std::array::from_fn(|place| part.get(place).copied().unwrap_or(F::ZERO))
}

/// Adds the products of four and eight to 32 sums, step by step.
#[inline(always)]
fn accumulate<F: Real>(four: &[[F; UNITS]], eight: &[Lane<F>], sums: &mut [Lane<F>; UNITS]) {
    let mut sum = *sums;
    for (four, eight) in four.iter().zip(eight) {
        for (sum, &factor) in sum.iter_mut().zip(four) {
            for (sum, &value) in sum.iter_mut().zip(eight) {
                *sum += factor * value;
            }
        }
    }
    *sums = sum;
}

/// For each block of rows and each unit: its start plus the sum over the steps.
#[inline(always)]
fn product<F: Real>(x: &[Lane<F>], packed: &Packed<F>, start: impl Fn(usize) -> F, into: &mut [Lane<F>]) {
    if packed.units == 0 || packed.depth == 0 {
        into.iter_mut().enumerate().for_each(|(place, lane)| *lane = [start(place % packed.units.max(1)); LANES]);
        return;
    }
    for (x, into) in x.chunks_exact(packed.depth).zip(into.chunks_exact_mut(packed.units)) {
        for ((number, four), into) in packed.groups.chunks_exact(packed.depth).enumerate().zip(into.chunks_mut(UNITS)) {
            let mut sums = std::array::from_fn(|unit| [start(number * UNITS + unit); LANES]);
            accumulate(four, x, &mut sums);
            into.iter_mut().zip(sums).for_each(|(into, sum)| *into = sum);
        }
    }
}

/// y = bias + x times weights.
///
/// # Shapes
/// - `x`: blocks x inputs lanes; `weights`: packed by outputs; `bias`: outputs
/// - `into`: blocks x outputs lanes
#[inline(never)]
pub fn forward<F: Real>(x: &[Lane<F>], weights: &Packed<F>, bias: &[F], into: &mut [Lane<F>]) {
    product(x, weights, |unit| bias.get(unit).copied().unwrap_or(F::ZERO), into);
}

/// The gradient by the inputs: dx = dy times the transposed weights.
///
/// # Shapes
/// - `dy`: blocks x outputs lanes; `weights`: packed by inputs
/// - `into`: blocks x inputs lanes
#[inline(never)]
pub fn backward<F: Real>(dy: &[Lane<F>], weights: &Packed<F>, into: &mut [Lane<F>]) {
    product(dy, weights, |_| F::ZERO, into);
}

/// Room for [`gradient`], kept between calls.
#[derive(Clone, Debug, Default)]
pub struct Scratch<F> {
    four: Vec<[F; UNITS]>,
    eight: Vec<Lane<F>>,
}

/// Adds the gradient by the weights, x transposed times dy, and by the bias, the sum of dy over rows; both in the order
/// of the rows.
///
/// # Shapes
/// - `x`: blocks x inputs lanes; `dy`: blocks x outputs lanes, zero behind the last row
/// - `weights`: inputs x outputs, row by row; `bias`: outputs
#[inline(never)]
pub fn gradient<F: Real>(x: &[Lane<F>], dy: &[Lane<F>], scratch: &mut Scratch<F>, weights: &mut [F], bias: &mut [F]) {
    let outputs = bias.len();
    if outputs == 0 {
        return;
    }
    let (inputs, blocks) = (weights.len() / outputs, dy.len() / outputs);
    let rows = blocks * LANES;
    // Rows become the steps of the sums: groups of four inputs, then for each row the four values.
    scratch.four.resize(inputs.div_ceil(UNITS) * rows, [F::ZERO; UNITS]);
    scratch.eight.resize(rows, [F::ZERO; LANES]);
    for (number, group) in scratch.four.chunks_exact_mut(rows.max(1)).enumerate() {
        let first = number * UNITS;
        let width = UNITS.min(inputs - first);
        for (x, group) in x.chunks_exact(inputs).zip(group.as_chunks_mut::<LANES>().0) {
            turn(&x[first..first + width], group);
        }
    }
    for first in (0..outputs).step_by(LANES) {
        let width = LANES.min(outputs - first);
        for (dy, rows) in dy.chunks_exact(outputs).zip(scratch.eight.as_chunks_mut::<LANES>().0) {
            turn(&dy[first..first + width], rows);
        }
        let bias = &mut bias[first..first + width];
        let mut sum = super::lane(bias, 0);
        for row in &scratch.eight {
            sum.iter_mut().zip(row).for_each(|(sum, &value)| *sum += value);
        }
        bias.iter_mut().zip(sum).for_each(|(bias, sum)| *bias = sum);
        for (group, weights) in scratch.four.chunks_exact(rows.max(1)).zip(weights.chunks_mut(outputs * UNITS)) {
            let mut sums = [[F::ZERO; LANES]; UNITS];
            sums.iter_mut().zip(weights.chunks_exact(outputs)).for_each(|(sum, row)| *sum = load(&row[first..first + width]));
            accumulate(group, &scratch.eight, &mut sums);
            for (row, sum) in weights.chunks_exact_mut(outputs).zip(&sums) {
                store(sum, &mut row[first..first + width]);
            }
        }
    }
}

/// Features x rows becomes rows x features; features that are not there are zeros.
#[inline(always)]
fn turn<F: Real, const N: usize>(features: &[Lane<F>], rows: &mut [[F; N]; LANES]) {
    if let Some(features) = features.first_chunk::<N>() {
        for (place, row) in rows.iter_mut().enumerate() {
            *row = std::array::from_fn(|feature| features[feature][place]);
        }
    } else {
        for (place, row) in rows.iter_mut().enumerate() {
            *row = std::array::from_fn(|feature| features.get(feature).map_or(F::ZERO, |lane| lane[place]));
        }
    }
}

#[inline(always)]
fn load<F: Real>(part: &[F]) -> Lane<F> {
    match part.first_chunk() {
        Some(whole) => *whole,
        None => super::lane(part, 0),
    }
}

#[inline(always)]
fn store<F: Real>(lane: &Lane<F>, part: &mut [F]) {
    match part.first_chunk_mut() {
        Some(whole) => *whole = *lane,
        None => part.iter_mut().zip(lane).for_each(|(to, &value)| *to = value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{blocks, gather, read};
    use super::*;
    use crate::num::Rng;

    /// Row-major random matrices and the same in blocks.
    fn matrix(rng: &mut Rng, rows: usize, width: usize) -> (Vec<f32>, Vec<Lane<f32>>) {
        let plain: Vec<f32> = (0..rows * width).map(|_| rng.normal() as f32).collect();
        let all: Vec<u32> = (0..rows as u32).collect();
        let mut in_blocks = vec![[0.0; LANES]; blocks(rows) * width];
        gather(&plain, width, &all, &mut in_blocks);
        (plain, in_blocks)
    }

    /// Each product bit for bit as the plain loops that define it, for every shape of tail.
    #[test]
    fn products_are_the_plain_sums_in_order_bit_for_bit() {
        let mut rng = Rng::new(1, "test", 0);
        let mut scratch = Scratch::default();
        let mut packed = Packed::default();
        for (rows, inputs, outputs) in [(1, 1, 1), (3, 5, 2), (8, 4, 8), (9, 7, 3), (32, 13, 11), (40, 16, 10), (17, 3, 21), (5, 0, 2)] {
            let (x, x_blocks) = matrix(&mut rng, rows, inputs);
            let (dy, dy_blocks) = matrix(&mut rng, rows, outputs);
            let weights: Vec<f32> = (0..inputs * outputs).map(|_| rng.normal() as f32).collect();
            let bias: Vec<f32> = (0..outputs).map(|_| rng.normal() as f32).collect();
            let shape = format!("{rows} {inputs} {outputs}");

            let mut y = vec![[f32::NAN; LANES]; blocks(rows) * outputs];
            packed.by_outputs(&weights, inputs, outputs);
            forward(&x_blocks, &packed, &bias, &mut y);
            let mut dx = vec![[f32::NAN; LANES]; blocks(rows) * inputs];
            packed.by_inputs(&weights, inputs, outputs);
            backward(&dy_blocks, &packed, &mut dx);
            for row in 0..rows {
                for o in 0..outputs {
                    let want = (0..inputs).fold(bias[o], |sum, i| sum + weights[i * outputs + o] * x[row * inputs + i]);
                    assert_eq!(read(&y, outputs, row, o).to_bits(), want.to_bits(), "forward {shape}");
                }
                for i in 0..inputs {
                    let want = (0..outputs).fold(0.0, |sum, o| sum + weights[i * outputs + o] * dy[row * outputs + o]);
                    assert_eq!(read(&dx, inputs, row, i).to_bits(), want.to_bits(), "backward {shape}");
                }
            }

            let (mut dw, mut db) = (weights.clone(), bias.clone());
            gradient(&x_blocks, &dy_blocks, &mut scratch, &mut dw, &mut db);
            for o in 0..outputs {
                let want = (0..rows).fold(bias[o], |sum, row| sum + dy[row * outputs + o]);
                assert_eq!(db[o].to_bits(), want.to_bits(), "bias {shape}");
                for i in 0..inputs {
                    let want = (0..rows).fold(weights[i * outputs + o], |sum, row| sum + x[row * inputs + i] * dy[row * outputs + o]);
                    assert_eq!(dw[i * outputs + o].to_bits(), want.to_bits(), "weights {shape}");
                }
            }
        }
    }
}
