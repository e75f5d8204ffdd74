//! A look at a network while it trains: what it answers over a plane, what its units say there and of training rows, and its
//! weights.

use super::layer::Network;
use super::pass::{CHUNK, Pass, sleeping};
use super::training::Data;
use crate::learn::inside::{Activations, Inside, drawn};
use crate::learn::surface::{Due, Ground, MOST_LAYERS, MOST_LOOKED_AT, MOST_ROWS, MOST_UNITS, Plane, SIDE, SMALL, Surface, every, shade};
use crate::num::float;
use crate::num::kernel::{LANES, blocks, gather};
use crate::plan::{Dense, Link};

/// The rows of a look cost at most this share of the training, where training does not wait after every epoch ([`Due::Each`]): so
/// many rows are learned from before the next one, each three times as dear as one that is only looked at.
const SHARE: f64 = 0.15;

/// What a look needs.
pub struct View {
    ground: Ground,
    pass: Pass<f32>,
    grid: Vec<f32>,
    /// The training rows that are looked at, row by row, and how many they are.
    rows: Vec<f32>,
    count: usize,
    /// The columns of the inputs that are drawn.
    inputs: Vec<String>,
    range: [f64; 2],
    /// Rows learned from, and epochs that were complete, when the last look was taken.
    last: Option<(u64, usize)>,
}

impl View {
    /// A look at a plane of the training rows. `unit` brings a number of the trainer into the target's unit; nothing for
    /// classes. Nothing where there is no such plane.
    pub fn new(plane: &Plane, columns: &[String], data: &Data<f32>, network: &Network, unit: Option<impl Fn(f64) -> f64>) -> Option<Self> {
        let rows: Vec<usize> = every(data.train.len(), MOST_ROWS).map(|at| data.train[at] as usize).collect();
        let width = columns.len();
        let x: Vec<f32> = rows.iter().flat_map(|&row| data.rows.x[row * width..][..width].iter().copied()).collect();
        let answer = |row: usize| unit.as_ref().map_or(data.rows.y[row], |unit| unit(f64::from(data.rows.y[row])) as f32);
        let y: Vec<f32> = rows.iter().map(|&row| answer(row)).collect();
        let ground = Ground::new(plane, columns, &x, &y)?;
        let range = match unit {
            None => [0.0, 1.0],
            Some(_) => {
                let ends = y.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &y| {
                    let y = f64::from(y);
                    [if y < low { y } else { low }, if y > high { y } else { high }]
                });
                if ends[0] < ends[1] { ends } else { [ends[0] - 1.0, ends[0] + 1.0] }
            }
        };
        let looked_at: Vec<usize> = every(y.len(), MOST_LOOKED_AT).collect();
        let count = looked_at.len();
        let rows = looked_at.into_iter().flat_map(|row| x[row * width..][..width].iter().copied()).collect();
        let inputs = drawn(width).into_iter().map(|input| columns[input].clone()).collect();
        Some(Self { grid: ground.grid(SIDE), ground, pass: Pass::new(network), rows, count, inputs, range, last: None })
    }

    /// Whether another look is due, when so many rows were learned from and so many epochs are complete.
    pub fn is_due(&mut self, due: Due, rows: u64, epochs: usize) -> bool {
        let cost = (SIDE * SIDE + self.count) as f64;
        let is_due = match (due, self.last) {
            (Due::Seldom, Some((last, _))) => 3.0 * rows.saturating_sub(last) as f64 * SHARE >= cost,
            (Due::Seldom, None) => rows > 0,
            (Due::Each, last) => epochs > last.map_or(0, |(_, seen)| seen),
        };
        if is_due {
            self.last = Some((rows, epochs));
        }
        is_due
    }

    /// Takes a look.
    pub fn take(&mut self, network: &Network, parameters: &[f32], epoch: u32, link: Link, unit: Option<impl Fn(f64) -> f64>) -> Surface {
        self.pass.load(network, parameters, false);
        let width = network.inputs();
        let mut outputs = vec![Vec::with_capacity(SIDE * SIDE); network.outputs()];
        let hidden: Vec<usize> = network.layers().iter().rev().skip(1).rev().map(|layer| layer.units).collect();
        let shown: Vec<usize> = hidden.iter().take(MOST_LAYERS).map(|&units| units.min(MOST_UNITS)).collect();
        let mut sizes: Vec<Vec<Vec<f32>>> = shown.iter().map(|&units| vec![vec![0.0; SMALL * SMALL]; units]).collect();
        let all: Vec<u32> = (0..(SIDE * SIDE) as u32).collect();
        for cells in all.chunks(CHUNK) {
            let lanes = blocks(cells.len());
            gather(&self.grid, width, cells, self.pass.input(network, lanes));
            let (logits, _) = self.pass.look(network, parameters, lanes);
            for row in 0..cells.len() {
                let cell: Vec<f64> =
                    (0..outputs.len()).map(|output| f64::from(logits[row / LANES * outputs.len() + output][row % LANES])).collect();
                let answers = answers(&cell, link);
                for (output, answer) in outputs.iter_mut().zip(answers) {
                    output.push(shade(unit.as_ref().map_or(answer, |unit| unit(answer)), self.range));
                }
            }
            for (layer, units) in sizes.iter_mut().enumerate() {
                let values = self.pass.hidden(layer);
                for (unit, sizes) in units.iter_mut().enumerate() {
                    for (row, &cell) in cells.iter().enumerate() {
                        sizes[coarse(cell as usize)] += values[row / LANES * hidden[layer] + unit][row % LANES] / 4.0;
                    }
                }
            }
        }
        let shaded = |sizes: Vec<f32>| {
            let largest = sizes.iter().fold(0.0_f64, |most, size| if f64::from(size.abs()) > most { f64::from(size.abs()) } else { most });
            let range = if largest > 0.0 { [-largest, largest] } else { [-1.0, 1.0] };
            sizes.into_iter().map(|size| shade(f64::from(size), range)).collect::<Vec<u8>>()
        };
        let units = sizes.into_iter().map(|layer| layer.into_iter().map(shaded).collect()).collect();
        let inside = self.inside(network, parameters);
        Surface { epoch, span: self.ground.span, outputs, range: self.range, units, points: self.ground.points.clone(), inside }
    }

    /// The weights that are drawn, and how the hidden units answer the rows; the parameters are loaded.
    fn inside(&mut self, network: &Network, parameters: &[f32]) -> Inside {
        let width = network.inputs();
        let mut awake = sleeping(network);
        let mut values: Vec<Vec<f32>> = awake.iter().map(|layer| Vec::with_capacity(self.count * layer.len())).collect();
        let all: Vec<u32> = (0..self.count as u32).collect();
        for rows in all.chunks(CHUNK) {
            let lanes = blocks(rows.len());
            gather(&self.rows, width, rows, self.pass.input(network, lanes));
            self.pass.inspect(network, parameters, lanes);
            self.pass.wake(rows.len(), &mut awake);
            for (layer, values) in values.iter_mut().enumerate() {
                let units = awake[layer].len();
                let said = self.pass.hidden(layer);
                values.extend((0..rows.len() * units).map(|at| said[at / units / LANES * units + at % units][at / units % LANES]));
            }
        }
        let layer =
            |(values, awake): (&Vec<f32>, &Vec<bool>)| Activations::new(values, awake.len(), awake.iter().filter(|awake| !**awake).count());
        let activations = values.iter().zip(&awake).map(layer).collect();
        Inside { inputs: self.inputs.clone(), weights: weights(network, parameters), rows: self.count as u32, activations }
    }
}

/// The cell of the coarse grid that a cell of the plane lies in.
fn coarse(cell: usize) -> usize {
    cell / SIDE / 2 * SMALL + cell % SIDE / 2
}

/// See [`Inside::weights`]. A weight that is no finite number is shown as 0, since a message cannot carry it.
fn weights(network: &Network, parameters: &[f32]) -> Vec<Vec<Vec<f32>>> {
    let finite = |weight: f32| if weight.is_finite() { weight } else { 0.0 };
    let layer = |layer: crate::plan::DeepLayer| {
        let Dense { inputs, outputs, weights, .. } = layer.dense;
        let units = drawn(outputs);
        drawn(inputs).into_iter().map(|input| units.iter().map(|unit| finite(weights[input * outputs + unit])).collect()).collect()
    };
    network.export(parameters).into_iter().map(layer).collect()
}

/// The answers of a row for its logits.
fn answers(logits: &[f64], link: Link) -> Vec<f64> {
    match link {
        Link::Identity => logits.to_vec(),
        Link::Exp => logits.iter().map(|&x| float::exp(x)).collect(),
        Link::Sigmoid => logits.iter().map(|&x| 1.0 / (1.0 + float::exp(-x))).collect(),
        Link::Softmax => {
            let most = logits.iter().fold(f64::NEG_INFINITY, |most, &x| if x > most { x } else { most });
            let shares: Vec<f64> = logits.iter().map(|&x| float::exp(x - most)).collect();
            let sum: f64 = shares.iter().sum();
            shares.into_iter().map(|share| share / sum).collect()
        }
    }
}
