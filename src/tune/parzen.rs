//! Densities of trials: mixtures of one kernel a trial over all parameters together.

use super::space::Scale;
use super::{Range, Space, Trial};
use crate::base::Params;
use crate::num::distribution::normal_cdf;
use crate::num::{Rng, float};
use serde_json::Value;

/// Recent trials of a set that count in full.
const RECENT: usize = 25;
/// The weight of the wide kernel.
const PRIOR: f64 = 1.0;

/// A mixture of kernels, one a trial by age and at the end a wide one over the whole space; a kernel is a product over the
/// parameters, as in Optuna's multivariate Parzen estimator.
///
/// The part of a number is a normal distribution cut off at the ends of its range, on a logarithmic scale where the range
/// has one; its width is the larger gap to the neighbouring trials, within limits. The part of a whole number is the same
/// distribution's share of each whole number. The part of a choice prefers the trial's value.
pub(super) struct Mixture {
    /// The weight of each kernel; they sum to 1.
    weights: Vec<f64>,
    /// By parameter of the space.
    parts: Vec<Part>,
}

/// What the kernels say of one parameter.
enum Part {
    /// A number: the mean and width of each kernel, and the logarithm of what lies within the range.
    Number { scale: Scale, low: f64, high: f64, means: Vec<f64>, widths: Vec<f64>, within: Vec<f64> },
    /// A choice: the chances of each value, a row for each kernel.
    Choice { chances: Vec<Vec<f64>> },
    /// A range of one coordinate.
    Fixed(f64),
}

impl Mixture {
    /// The density of some trials, by number.
    pub fn new(space: &Space, trials: &[&Trial]) -> Self {
        let part = |parameter: &super::Parameter| {
            let values: Vec<Option<&Value>> = trials.iter().map(|trial| trial.values.get(&parameter.path)).collect();
            match (&parameter.range, parameter.range.scale()) {
                (Range::Choice { values: choices }, _) => Part::choice(choices, &values),
                (_, Some(scale)) => Part::number(scale, &values),
                (_, None) => Part::Fixed(0.0),
            }
        };
        Self { weights: weights(trials.len()), parts: space.parameters.iter().map(part).collect() }
    }

    /// A place from the mixture: a coordinate for each parameter, of a choice the place of its value; no number where the
    /// parameter is not there with the others' values.
    pub fn draw(&self, space: &Space, rng: &mut Rng) -> Vec<f64> {
        let kernel = pick(&self.weights, rng);
        let mut place: Vec<f64> = self.parts.iter().map(|part| part.draw(kernel, rng)).collect();
        if space.parameters.iter().any(|parameter| parameter.when.is_some()) {
            let there = self.values(space, &place);
            let absent = |(at, parameter): (&mut f64, &super::Parameter)| {
                if !there.contains_key(&parameter.path) {
                    *at = f64::NAN;
                }
            };
            place.iter_mut().zip(&space.parameters).for_each(absent);
        }
        place
    }

    /// The logarithm of the density at a place, over the parameters that are there. The largest kernel is taken out first, so that kernels far away do not
    /// vanish together.
    pub fn log_density(&self, place: &[f64]) -> f64 {
        let mut logs: Vec<f64> = self.weights.iter().map(|&weight| float::ln(weight)).collect();
        self.parts.iter().zip(place).filter(|(_, at)| !at.is_nan()).for_each(|(part, &at)| part.add_log_density(at, &mut logs));
        let largest = logs.iter().fold(f64::NEG_INFINITY, |most, log| if *log > most { *log } else { most });
        largest + float::ln(logs.iter().fold(0.0, |sum, log| sum + float::exp(log - largest)))
    }

    /// The values at a place.
    pub fn values(&self, space: &Space, place: &[f64]) -> Params {
        let value = |range: &Range, at: f64| match (range, range.scale()) {
            (Range::Choice { values }, _) => values.get(at as usize).cloned().unwrap_or_default(),
            (_, Some(scale)) => scale.value(at),
            (_, None) => Value::Null,
        };
        let all = space.parameters.iter().zip(place);
        space.present(all.map(|(parameter, &at)| (parameter.path.clone(), value(&parameter.range, at))).collect())
    }
}

impl Part {
    /// The kernels of a number. A trial without the value has the wide kernel.
    fn number(scale: Scale, values: &[Option<&Value>]) -> Self {
        let (low, high) = scale.ends();
        if low >= high {
            return Self::Fixed(low);
        }
        let range = high - low;
        let known: Vec<(usize, f64)> =
            values.iter().enumerate().filter_map(|(kernel, value)| Some((kernel, scale.to(value.and_then(Value::as_f64)?)))).collect();
        let count = values.len() + 1;
        let (mut means, mut widths) = (vec![(low + high) / 2.0; count], vec![range; count]);
        known.iter().for_each(|&(kernel, mean)| means[kernel] = mean);
        let mut order: Vec<usize> = known.iter().map(|(kernel, _)| *kernel).collect();
        order.sort_by(|&a, &b| means[a].total_cmp(&means[b]).then(a.cmp(&b)));
        let n = order.len();
        let narrowest = range / (2 + n).min(100) as f64;
        for (place, &kernel) in order.iter().enumerate() {
            let below = if place == 0 { low } else { means[order[place - 1]] };
            let above = if place == n - 1 { high } else { means[order[place + 1]] };
            let (down, up) = (means[kernel] - below, above - means[kernel]);
            // With a neighbour the ends of the range are no trials: the outermost kernels look inwards only.
            let width = match place {
                0 if n >= 2 => up,
                last if last == n - 1 && n >= 2 => down,
                _ if down > up => down,
                _ => up,
            };
            widths[kernel] = width.clamp(narrowest, range);
        }
        let within = means.iter().zip(&widths).map(|(mean, width)| float::ln(share(low, high, *mean, *width))).collect();
        Self::Number { scale, low, high, means, widths, within }
    }

    /// The kernels of a choice: every one spreads a little over all values and adds 1 to its own.
    fn choice(choices: &[Value], values: &[Option<&Value>]) -> Self {
        let spread = PRIOR / (values.len() + 1) as f64;
        let kernel = |own: Option<&Value>| {
            let raw: Vec<f64> = choices.iter().map(|value| spread + if own == Some(value) { 1.0 } else { 0.0 }).collect();
            let sum = raw.iter().fold(0.0, |sum, x| sum + x);
            raw.iter().map(|x| x / sum).collect()
        };
        Self::Choice { chances: values.iter().copied().chain([None]).map(kernel).collect() }
    }

    /// A coordinate from a kernel.
    fn draw(&self, kernel: usize, rng: &mut Rng) -> f64 {
        match self {
            Self::Fixed(at) => *at,
            Self::Choice { chances } => pick(&chances[kernel], rng) as f64,
            // The mean lies within the ends and the width is at most their distance, so at least a third of the draws do too.
            Self::Number { low, high, means, widths, .. } => loop {
                let drawn = means[kernel] + widths[kernel] * rng.normal();
                if *low <= drawn && drawn <= *high {
                    return drawn;
                }
            },
        }
    }

    /// Adds the logarithm of each kernel's density at a coordinate, of a whole number that of its share.
    fn add_log_density(&self, at: f64, logs: &mut [f64]) {
        match self {
            Self::Fixed(_) => {}
            Self::Choice { chances } => logs.iter_mut().zip(chances).for_each(|(log, chances)| *log += float::ln(chances[at as usize])),
            Self::Number { scale, means, widths, within, .. } => {
                let cell = scale.whole.then(|| scale.cell(scale.from(at)));
                for (kernel, log) in logs.iter_mut().enumerate() {
                    let (mean, width) = (means[kernel], widths[kernel]);
                    let z = (at - mean) / width;
                    let own = match cell {
                        Some((from, to)) => float::ln(share(from, to, mean, width)),
                        None => -0.5 * z * z - float::ln(width),
                    };
                    *log += own - within[kernel];
                }
            }
        }
    }
}

/// The weight of each trial of a set by age, and at the end that of the wide kernel; they sum to 1.
fn weights(trials: usize) -> Vec<f64> {
    let old = trials.saturating_sub(RECENT);
    let ramp = |place: usize| {
        let first = 1.0 / trials as f64;
        if old == 1 { first } else { first + (1.0 - first) * place as f64 / (old - 1) as f64 }
    };
    let mut weights: Vec<f64> = (0..trials).map(|place| if place < old { ramp(place) } else { 1.0 }).collect();
    weights.push(PRIOR);
    let sum = weights.iter().fold(0.0, |sum, weight| sum + weight);
    weights.iter().map(|weight| weight / sum).collect()
}

/// A place drawn from weights that sum to 1.
fn pick(weights: &[f64], rng: &mut Rng) -> usize {
    let mut rest = rng.uniform();
    for (place, weight) in weights.iter().enumerate() {
        rest -= weight;
        if rest < 0.0 {
            return place;
        }
    }
    // Rounding may leave a trace.
    weights.len() - 1
}

/// The share of a normal distribution between two numbers.
fn share(from: f64, to: f64, mean: f64, width: f64) -> f64 {
    normal_cdf((to - mean) / width) - normal_cdf((from - mean) / width)
}
