//! The training loop: epochs of shuffled batches, looks at the stop rows and the watched rows, early stopping, and an
//! end where the loss runs away. It is advanced in slices; where they end changes nothing.

use super::augment::Mixture;
use super::average::Average;
use super::dropout::Dropout;
use super::layer::Network;
use super::measure::{Measure, Measuring};
use super::optimizer::{self, Optimizer, Rule};
use super::pass::{CHUNK, Noise, Pass};
use super::schedule::Schedule;
use super::training::{Data, End, Plan, Rows, Trained};
use crate::base::{Advance, Job, Problem, Progress};
use crate::learn::{Epoch, Health};
use crate::num::Rng;
use crate::num::kernel::{Lane, Real, blocks, gather};
use std::ops::Range;

/// Work of a slice in additions and multiplications: a few milliseconds on a fast machine, tens on a slow one.
const SLICE: f64 = 1e8;

/// Fewer rows than this say nothing of units that are asleep.
const ENOUGH: usize = 32;
/// In the NTK parametrisation the shares of the rate that biases and the front scale learn at (Holzmuller and others 2024).
const BIAS_SHARE: f64 = 0.1;
const FRONT_SHARE: f64 = 6.0;

/// Training in progress.
#[derive(Clone, Debug)]
pub struct Trainer<F> {
    network: Network,
    plan: Plan,
    data: Data<F>,
    parameters: Vec<F>,
    gradients: Vec<F>,
    optimizer: Optimizer<F>,
    /// The parts of the parameters, with the share of the rate that each learns at.
    parts: Vec<(Range<usize>, f64)>,
    average: Average<F>,
    dropout: Dropout,
    pass: Pass<F>,
    truth: Vec<Lane<F>>,
    weights: Vec<Lane<F>>,
    partners: Partners<F>,
    /// What the first step of this epoch showed.
    health: Option<Health>,
    /// Units asleep in the first rows of this epoch.
    asleep: Vec<u32>,
    /// The parameters before the first step of this epoch.
    before: Vec<F>,
    /// Room for the first layer's weights, where something stands before it.
    room: Vec<F>,
    /// Room for the lengths of the weights into each unit.
    squares: Vec<f64>,
    /// The training rows in the order of this epoch.
    order: Vec<u32>,
    watched: Vec<u32>,
    measuring: Option<Measuring>,
    /// The loss of the best constant answer, below which learning begins.
    baseline: f64,
    /// The loss of the first batch before the first step.
    untrained: f64,
    curve: Vec<Epoch>,
    best: Best<F>,
    phase: Phase,
    slice: f64,
    /// Whether a slice ends with an epoch at the latest.
    by_epoch: bool,
}

/// Rows that others are mixed with.
#[derive(Clone, Debug, Default)]
struct Partners<F> {
    rows: Vec<u32>,
    x: Vec<Lane<F>>,
    deltas: Vec<Lane<F>>,
}

/// The best parameters so far, by stop loss where there are stop rows, else by training loss.
#[derive(Clone, Debug)]
struct Best<F> {
    parameters: Vec<F>,
    loss: f64,
    epoch: u32,
}

/// Where in an epoch training stands: the next row of a part, and the losses summed so far.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Learn { next: usize, sum: Sum, batch: Sum },
    Stop { next: usize, train: f64, sum: Sum },
    Watch { next: usize, train: f64, stop: Option<f64>, sum: Sum },
}

/// Weighted losses summed.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    loss: f64,
    weight: f64,
}

impl Sum {
    fn mean(self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.loss / self.weight)
    }

    fn plus(self, other: Sum) -> Sum {
        Sum { loss: self.loss + other.loss, weight: self.weight + other.weight }
    }
}

const START: Phase = Phase::Learn { next: 0, sum: Sum { loss: 0.0, weight: 0.0 }, batch: Sum { loss: 0.0, weight: 0.0 } };

impl<F: Real> Trainer<F> {
    /// Training from first parameters. The weights of the training rows are scaled to a mean of 1, so that the size of a
    /// step does not depend on their unit.
    pub fn new(network: Network, plan: Plan, mut data: Data<F>, parameters: Vec<F>) -> Self {
        let weight_sum: f64 = data.train.iter().map(|&row| data.rows.weights[row as usize].wide()).sum();
        if weight_sum > 0.0 && weight_sum.is_finite() {
            let factor = data.train.len() as f64 / weight_sum;
            data.rows.weights.iter_mut().for_each(|weight| *weight = F::of(weight.wide() * factor));
        }
        let train = |list: &[F]| data.train.iter().map(|&row| list[row as usize].wide()).collect::<Vec<f64>>();
        let baseline = plan.loss.baseline(&train(&data.rows.y), &train(&data.rows.weights), network.outputs());
        let mut trainer = Self {
            gradients: vec![F::ZERO; parameters.len()],
            optimizer: Optimizer::new(plan.rule, parameters.len()),
            parts: parts(&network, plan.rule, plan.ntk),
            average: Average::new(plan.averaging),
            dropout: Dropout::new(plan.seed, network.layers().len()),
            pass: Pass::new(&network),
            truth: Vec::with_capacity(blocks(CHUNK)),
            weights: Vec::with_capacity(blocks(CHUNK)),
            partners: Partners::default(),
            health: None,
            asleep: Vec::new(),
            before: Vec::new(),
            room: Vec::new(),
            squares: Vec::new(),
            order: data.train.clone(),
            watched: (0..data.watch.y.len() as u32).collect(),
            measuring: None,
            baseline,
            untrained: 0.0,
            curve: Vec::new(),
            best: Best { parameters: parameters.clone(), loss: f64::INFINITY, epoch: 0 },
            phase: START,
            slice: SLICE,
            by_epoch: false,
            network,
            plan,
            data,
            parameters,
        };
        trainer.shuffle();
        trainer
    }

    /// Begins anew from first parameters, with another schedule.
    pub fn restart(&mut self, parameters: Vec<F>, schedule: Schedule) {
        self.plan.schedule = schedule;
        self.gradients = vec![F::ZERO; parameters.len()];
        self.optimizer = Optimizer::new(self.plan.rule, parameters.len());
        self.average = Average::new(self.plan.averaging);
        self.best = Best { parameters: parameters.clone(), loss: f64::INFINITY, epoch: 0 };
        self.parameters = parameters;
        (self.curve, self.untrained, self.phase, self.health) = (Vec::new(), 0.0, START, None);
        self.shuffle();
    }

    /// The same training in slices of about this many additions and multiplications.
    #[must_use]
    pub fn with_slice(mut self, operations: f64) -> Self {
        self.slice = operations;
        self
    }

    /// From now on no slice goes beyond the end of an epoch, so that somebody who looks on can stop after every epoch.
    pub fn end_slices_with_epochs(&mut self) {
        self.by_epoch = true;
    }

    /// The same training with a figure of the watched rows beside their loss. It changes nothing else.
    #[must_use]
    pub fn with_measure(mut self, measure: Measure) -> Self {
        self.measuring = Some(Measuring::new(measure));
        self
    }

    /// The losses by epoch so far.
    pub fn curve(&self) -> &[Epoch] {
        &self.curve
    }

    /// The parameters as they stand.
    pub fn parameters(&self) -> &[F] {
        &self.parameters
    }

    /// The rows of the training.
    pub fn data(&self) -> &Data<F> {
        &self.data
    }

    /// The parameters that stop rows and watched rows are asked about: the average, where one is kept.
    pub fn looked_at(&self) -> &[F] {
        self.average.of(&self.parameters)
    }

    /// The mean loss of the best constant answer on the training rows.
    pub fn baseline(&self) -> f64 {
        self.baseline
    }

    /// The mean loss of the first batch before the first step; 0 before it is known.
    pub fn untrained(&self) -> f64 {
        self.untrained
    }

    /// From an epoch on (counted from 0, not yet begun), the schedule's first rate is `rate`.
    pub fn set_rate(&mut self, epoch: u32, rate: f64) {
        self.plan.schedule.change(epoch, rate);
    }

    #[cfg(test)]
    pub(super) fn data_for_test(&mut self) -> &mut Data<F> {
        &mut self.data
    }

    /// How far training has come, in rows; early stopping ends it before the total.
    pub fn progress(&self) -> Progress {
        let (train, stop, watch) = (self.order.len(), self.data.stop.len(), self.watched.len());
        let within = match self.phase {
            Phase::Learn { next, .. } => next,
            Phase::Stop { next, .. } => train + next,
            Phase::Watch { next, .. } => train + stop + next,
        };
        let each = (train + stop + watch) as u64;
        let done = self.curve.len() as u64 * each + within as u64;
        Progress { done, total: u64::from(self.plan.schedule.epochs) * each }
    }

    /// The epoch under way, counted from 0.
    fn epoch(&self) -> u32 {
        self.curve.len() as u32
    }

    fn shuffle(&mut self) {
        self.order.clear();
        self.order.extend_from_slice(&self.data.train);
        Rng::new(self.plan.seed, "batches", u64::from(self.epoch())).shuffle(&mut self.order);
        let (rows, size) = (self.order.len(), self.plan.batch.max(1));
        if self.plan.drop_last && rows > size {
            self.order.truncate(rows / size * size);
        }
    }

    /// Sends the next part of a batch through; with its last part the parameters change. Gives the next row, and the
    /// losses of the batch so far.
    fn learn(&mut self, next: usize, batch: Sum) -> (usize, Sum) {
        let size = self.plan.batch.max(1);
        let first = next / size * size;
        let end = (first + size).min(self.order.len());
        if next == first {
            self.gradients.fill(F::ZERO);
            self.pass.load(&self.network, &self.parameters, true);
        }
        let rows = &self.order[next..(next + CHUNK).min(end)];
        let (count, inputs, outputs) = (blocks(rows.len()), self.network.inputs(), self.network.outputs());
        let Plan { augmenting, seed, .. } = self.plan;
        let epoch = self.curve.len() as u32;
        let place = u64::from(epoch) << 32 | next as u64;
        gather(&self.data.rows.x, inputs, rows, self.pass.input(&self.network, count));
        let mixture = augmenting.mixture(rows.len(), seed, place);
        if let Some(mixture) = mixture {
            mixture.partners(rows, &mut self.partners.rows);
            self.partners.x.resize(count * inputs, Lane::default());
            gather(&self.data.rows.x, inputs, &self.partners.rows, &mut self.partners.x);
            mixture.mix(self.pass.input(&self.network, count), &self.partners.x);
        }
        augmenting.blur(self.pass.input(&self.network, count), inputs, rows.len(), seed, place);
        let mut weight = fill(&self.data.rows, rows, &mut self.truth, &mut self.weights);
        let noise = Noise { dropout: &self.dropout, epoch, row: next as u32 };
        let (logits, deltas) = self.pass.practise(&self.network, &self.parameters, rows.len(), Some(noise));
        let scale = F::of(1.0 / (end - first) as f64);
        let loss = match mixture {
            None => self.plan.loss.gradient(logits, outputs, &self.truth, &self.weights, scale, deltas),
            // A mixed row has both answers, each with the weight of its share.
            Some(Mixture { share, .. }) => {
                let own = scaled(&mut self.weights, share);
                let loss = self.plan.loss.gradient(logits, outputs, &self.truth, &self.weights, scale, deltas);
                fill(&self.data.rows, &self.partners.rows, &mut self.truth, &mut self.weights);
                weight = own + scaled(&mut self.weights, 1.0 - share);
                self.partners.deltas.resize(deltas.len(), Lane::default());
                let other = self.plan.loss.gradient(logits, outputs, &self.truth, &self.weights, scale, &mut self.partners.deltas);
                let cells = deltas.as_flattened_mut().iter_mut().zip(self.partners.deltas.as_flattened());
                cells.for_each(|(delta, &other)| *delta += other);
                loss + other
            }
        };
        self.pass.learn(&self.network, &self.parameters, rows.len(), &mut self.gradients);
        self.pass.remember(&self.network, &mut self.parameters);
        if next == 0 {
            self.asleep = if rows.len() >= ENOUGH { self.pass.asleep(&self.network, rows.len()) } else { Vec::new() };
        }
        let next = next + rows.len();
        if next == end {
            self.update(first == 0);
        }
        (next, batch.plus(Sum { loss, weight }))
    }

    /// Changes the parameters by the gradient; `is_first` in the first step of an epoch, which is looked at more closely.
    fn update(&mut self, is_first: bool) {
        let Plan { l1, l2, decay, clip, max_norm, .. } = self.plan;
        let rate = self.plan.schedule.at(self.epoch());
        self.network.part_front(&self.parameters, &mut self.gradients, &mut self.room);
        // Penalties and decay are on weights only: a bias has nothing to do with how wiggly a function is.
        if l1 > 0.0 || l2 > 0.0 {
            for layer in self.network.layers() {
                optimizer::penalise(&mut self.gradients[layer.weights()], &self.parameters[layer.weights()], l1, l2);
            }
        }
        let gradient = if is_first { optimizer::norm(&self.gradients) } else { 0.0 };
        if is_first {
            self.before.clear();
            self.before.extend_from_slice(&self.parameters);
        }
        if clip > 0.0 {
            optimizer::clip(&mut self.gradients, clip);
        }
        if decay > 0.0 {
            for layer in self.network.layers() {
                optimizer::decay(&mut self.parameters[layer.weights()], rate, decay);
            }
        }
        self.optimizer.step_parts(&mut self.parameters, &self.gradients, rate, &self.parts);
        if max_norm > 0.0 {
            for layer in self.network.layers() {
                optimizer::bound(&mut self.parameters[layer.weights()], layer.units, max_norm, &mut self.squares);
            }
        }
        self.average.after_step(&self.parameters);
        if is_first {
            self.health = Some(self.health(gradient));
        }
    }

    /// What the step that was just made shows, `before` being the parameters before it.
    fn health(&mut self, gradient: f64) -> Health {
        let over_weights = |list: &[F]| {
            let squares = self.network.layers().iter().map(|layer| optimizer::norm(&list[layer.weights()]));
            squares.fold(0.0, |sum, norm| sum + norm * norm).sqrt()
        };
        let weights = over_weights(&self.before);
        self.before.iter_mut().zip(&self.parameters).for_each(|(before, &now)| *before = now - *before);
        let update = over_weights(&self.before) / weights;
        Health { gradient, weights, update: if update.is_finite() { update } else { 0.0 }, asleep: std::mem::take(&mut self.asleep) }
    }

    /// The losses of some rows, without dropout.
    fn look(&mut self, watch: bool, next: usize) -> (usize, Sum) {
        let (source, list) = if watch { (&self.data.watch, &self.watched) } else { (&self.data.rows, &self.data.stop) };
        let rows = &list[next..(next + CHUNK).min(list.len())];
        let count = blocks(rows.len());
        let parameters = self.average.of(&self.parameters);
        if next == 0 {
            self.pass.load(&self.network, parameters, false);
        }
        gather(&source.x, self.network.inputs(), rows, self.pass.input(&self.network, count));
        let weight = fill(source, rows, &mut self.truth, &mut self.weights);
        let (logits, unused) = self.pass.look(&self.network, parameters, count);
        if let (true, Some(measuring)) = (watch, &mut self.measuring) {
            measuring.add(logits, self.network.outputs(), &self.truth, rows.len());
        }
        let loss = self.plan.loss.gradient(logits, self.network.outputs(), &self.truth, &self.weights, F::ZERO, unused);
        (next + rows.len(), Sum { loss, weight })
    }

    /// Does the next smallest piece of work; gives what it cost, and why training ended, where it did.
    fn advance_once(&mut self) -> (f64, Option<End>) {
        let size = self.network.parameters() as f64 + 1.0;
        match self.phase {
            Phase::Learn { next, sum, batch } => {
                let (after, batch) = self.learn(next, batch);
                let cost = 6.0 * size * (after - next) as f64 + 10.0 * size;
                let whole = after % self.plan.batch.max(1) == 0 || after == self.order.len();
                if whole && !batch.loss.is_finite() {
                    return (cost, Some(self.diverged(None)));
                }
                if whole && self.curve.is_empty() && sum.weight == 0.0 {
                    self.untrained = batch.mean().unwrap_or(0.0);
                }
                let (sum, batch) = if whole { (sum.plus(batch), Sum::default()) } else { (sum, batch) };
                if after == self.order.len() {
                    self.average.after_epoch(self.epoch(), self.plan.schedule.epochs, &self.parameters);
                }
                self.phase = match sum.mean() {
                    Some(train) if after == self.order.len() => Phase::Stop { next: 0, train, sum: Sum::default() },
                    None if after == self.order.len() => Phase::Stop { next: 0, train: 0.0, sum: Sum::default() },
                    _ => Phase::Learn { next: after, sum, batch },
                };
                (cost, None)
            }
            Phase::Stop { next, train, sum } if next < self.data.stop.len() => {
                let (after, part) = self.look(false, next);
                self.phase = Phase::Stop { next: after, train, sum: sum.plus(part) };
                (2.0 * size * (after - next) as f64, None)
            }
            Phase::Stop { train, sum, .. } => {
                self.phase = Phase::Watch { next: 0, train, stop: sum.mean(), sum: Sum::default() };
                (0.0, None)
            }
            Phase::Watch { next, train, stop, sum } if next < self.watched.len() => {
                let (after, part) = self.look(true, next);
                self.phase = Phase::Watch { next: after, train, stop, sum: sum.plus(part) };
                (2.0 * size * (after - next) as f64, None)
            }
            // The figure of the watched rows takes about a sort of them.
            Phase::Watch { train, stop, sum, .. } => (size + 20.0 * self.watched.len() as f64, self.end_epoch(train, stop, sum.mean())),
        }
    }

    fn end_epoch(&mut self, train: f64, stop: Option<f64>, watch: Option<f64>) -> Option<End> {
        let rate = self.plan.schedule.at(self.epoch());
        let decisive = stop.unwrap_or(train);
        if !decisive.is_finite() || !self.parameters.iter().all(|p| p.is_finite()) {
            return Some(self.diverged(Some(train)));
        }
        // A loss of the watched rows that is not finite says nothing of the fit; it is left out of the curve.
        let watch = watch.filter(|loss| loss.is_finite());
        let metric = self.measuring.as_mut().and_then(Measuring::take).filter(|_| watch.is_some());
        let health = self.health.take().filter(Health::is_finite);
        self.curve.push(Epoch { epoch: self.epoch() + 1, train, stop, watch, rate, metric, health });
        self.phase = START;
        self.plan.schedule.observe(decisive);
        let epoch = self.epoch();
        let min_delta = self.plan.patience.map_or(0.0, |patience| patience.min_delta);
        if self.runs_away() {
            return Some(End::Diverged { epoch, rate, loss: Some(train) });
        }
        if decisive < self.best.loss - min_delta {
            self.best.loss = decisive;
            self.best.epoch = epoch;
            self.best.parameters.copy_from_slice(self.average.of(&self.parameters));
        }
        if epoch >= self.plan.schedule.epochs {
            return Some(End::Epochs);
        }
        match self.plan.patience {
            Some(patience) if stop.is_some() && epoch - self.best.epoch >= patience.epochs => Some(End::Patience),
            _ => {
                self.shuffle();
                None
            }
        }
    }

    fn diverged(&self, loss: Option<f64>) -> End {
        let loss = loss.filter(|loss| loss.is_finite()).or(self.curve.last().map(|epoch| epoch.train));
        End::Diverged { epoch: self.epoch() + 1, rate: self.plan.schedule.at(self.epoch()), loss }
    }

    /// Whether an epoch's training loss says that steps go nowhere: it is three times what the untrained network had,
    /// or for three epochs half as large again as a constant answer's, not falling, and above the untrained one's, while steps
    /// change the weights by more than a thousandth: steps that are far too small leave it there as well.
    fn runs_away(&self) -> bool {
        let losses: Vec<f64> = self.curve.iter().rev().take(3).map(|epoch| epoch.train).collect();
        // Where a constant answer is nearly perfect, small losses are no sign of anything.
        let level = self.baseline.larger(0.1);
        let last = losses.first().copied().unwrap_or(0.0);
        let high = (1.5 * level).larger(1.05 * self.untrained);
        let moves = self.curve.iter().rev().take(3).all(|epoch| epoch.health.as_ref().is_none_or(|health| health.update > 1e-3));
        let stuck = moves && losses.len() == 3 && losses.iter().all(|&loss| loss > high) && last >= 0.98 * losses[2];
        stuck || last > 3.0 * level.larger(self.untrained)
    }

    fn finish_with(&mut self, end: End) -> Trained<F> {
        let by_stop = self.plan.patience.is_some() && !self.data.stop.is_empty();
        let choose = by_stop || matches!(end, End::Diverged { .. });
        let parameters = if choose { std::mem::take(&mut self.best.parameters) } else { self.average.of(&self.parameters).to_vec() };
        Trained { parameters, curve: std::mem::take(&mut self.curve), kept_epoch: choose.then_some(self.best.epoch), end }
    }
}

/// The parts of a network's parameters that learn at rates of their own, in ascending order: one where all learn alike.
fn parts(network: &Network, rule: Rule, ntk: bool) -> Vec<(Range<usize>, f64)> {
    if !ntk {
        return vec![(0..network.size(), 1.0)];
    }
    let of_layer = |layer: &super::Layer| {
        let rest = layer.bias().end..layer.all().end;
        [(layer.weights(), rule.share_by_inputs(layer.inputs)), (layer.bias(), BIAS_SHARE), (rest, 1.0)]
    };
    network.layers().iter().flat_map(of_layer).chain([(network.front(), FRONT_SHARE), (network.embedding(), 1.0)]).collect()
}

/// Multiplies weights by a share; gives their sum.
fn scaled<F: Real>(weights: &mut [Lane<F>], share: f64) -> f64 {
    let factor = F::of(share);
    weights.as_flattened_mut().iter_mut().for_each(|weight| *weight = *weight * factor);
    weights.as_flattened().iter().map(|weight| weight.wide()).sum()
}

/// Truth and weights of some rows, a lane a block; gives the sum of the weights.
fn fill<F: Real>(source: &Rows<F>, rows: &[u32], truth: &mut Vec<Lane<F>>, weights: &mut Vec<Lane<F>>) -> f64 {
    truth.resize(blocks(rows.len()), Lane::default());
    weights.resize(blocks(rows.len()), Lane::default());
    gather(&source.y, 1, rows, truth);
    gather(&source.weights, 1, rows, weights);
    weights.as_flattened().iter().map(|weight| weight.wide()).sum()
}

impl<F: Real> Job for Trainer<F> {
    type Output = Trained<F>;

    fn advance(&mut self) -> Result<Advance<Trained<F>>, Problem> {
        let (mut work, epochs) = (0.0, self.curve.len());
        while work < self.slice && !(self.by_epoch && self.curve.len() > epochs) {
            let (cost, end) = self.advance_once();
            if let Some(end) = end {
                return Ok(Advance::Done(self.finish_with(end)));
            }
            work += cost + 1.0;
        }
        Ok(Advance::More(self.progress()))
    }
}
