//! The tree-structured Parzen estimator.

use super::{Ask, Range, Sampler, Trial, random, space::Scale};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::{Rng, float};
use serde::Deserialize;
use serde_json::Value;

/// Proposes where good trials are dense and bad ones are not (Bergstra and others 2011, "Algorithms for hyper-parameter
/// optimization"), with the choices that Optuna makes by default (Akiba and others 2019).
///
/// - Until `startup` trials are finished, it draws as random search does.
/// - The best tenth of the scores, at most 25, are the good trials. Bad are all others: also those that failed, so that it
///   keeps away from them, and those of the same round, so that a round is spread out.
/// - For each parameter on its own, both sets get a density: a mixture of one kernel a trial and a wide one over the whole
///   range. A kernel of a number is a normal distribution cut off at the ends of the range, on a logarithmic scale where the
///   range has one; its width is the larger gap to the neighbouring trials, within limits. A kernel of a whole number is the
///   same distribution's share of each whole number. A kernel of a choice prefers the trial's value.
/// - Of `candidates` draws from the good density, the one with the largest ratio of good to bad is proposed.
/// - Trials older than the last 25 of a set count less, down to 1/n for the oldest.
pub static SAMPLER: Sampler = Sampler { id: "tpe", fields, suggest };

/// Recent trials of a set that count in full.
const RECENT: usize = 25;
/// Good trials at most.
const MOST_GOOD: usize = 25;
/// The weight of the wide kernel.
const PRIOR: f64 = 1.0;

#[derive(Deserialize)]
struct Settings {
    startup: usize,
    candidates: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("startup", 10, 1, 1000), Field::integer("candidates", 24, 1, 1000)]
}

fn suggest(ask: &Ask) -> Result<Option<Params>, Problem> {
    let settings: Settings = field::parse(&fields(), ask.settings, Stage::Tune, &SAMPLER.owner())?;
    let known: Vec<&Trial> = ask.trials.iter().filter(|trial| ask.space.holds(&trial.values)).collect();
    let finished = known.iter().filter(|trial| trial.outcome != super::Outcome::Pending).count();
    if finished < settings.startup {
        return Ok(Some(random::draw(ask.space, ask.seed, ask.number)));
    }
    let (good, bad) = split(&known, ask.higher_is_better);
    let mut rng = Rng::new(ask.seed, "tpe", ask.number as u64);
    let mut values = Params::new();
    for parameter in &ask.space.parameters {
        let of = |trials: &[&Trial]| trials.iter().filter_map(|trial| trial.values.get(&parameter.path).cloned()).collect::<Vec<_>>();
        let value = match (&parameter.range, parameter.range.scale()) {
            (Range::Choice { values }, _) => choose(values, &of(&good), &of(&bad), settings.candidates, &mut rng),
            (_, Some(scale)) => place(scale, &of(&good), &of(&bad), settings.candidates, &mut rng),
            (_, None) => Value::Null,
        };
        values.insert(parameter.path.clone(), value);
    }
    Ok(Some(values))
}

/// The good trials and the others, each by number.
fn split<'a>(known: &[&'a Trial], higher_is_better: bool) -> (Vec<&'a Trial>, Vec<&'a Trial>) {
    let mut scored: Vec<(f64, usize)> =
        known.iter().filter_map(|trial| Some((trial.score()? * if higher_is_better { -1.0 } else { 1.0 }, trial.number))).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let count = scored.len().div_ceil(10).min(MOST_GOOD);
    let is_good = |trial: &&Trial| scored[..count].iter().any(|(_, number)| *number == trial.number);
    known.iter().copied().partition(is_good)
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

/// The value of a choice.
fn choose(values: &[Value], good: &[Value], bad: &[Value], candidates: usize, rng: &mut Rng) -> Value {
    let (good, bad) = (shares(values, good), shares(values, bad));
    let mut best = (f64::NEG_INFINITY, 0);
    for _ in 0..candidates {
        let place = pick(&good, rng);
        let ratio = good[place] / bad[place];
        if ratio > best.0 {
            best = (ratio, place);
        }
    }
    values.get(best.1).cloned().unwrap_or_default()
}

/// The density of each value of a choice: every kernel spreads a little over all values and adds 1 to its own.
fn shares(values: &[Value], trials: &[Value]) -> Vec<f64> {
    let weights = weights(trials.len());
    let (count, spread) = (values.len() as f64, PRIOR / weights.len() as f64);
    let mut shares = vec![0.0; values.len()];
    for (place, weight) in weights.iter().enumerate() {
        let own = trials.get(place);
        // The wide kernel has no value of its own.
        let whole = spread * count + if own.is_some() { 1.0 } else { 0.0 };
        for (share, value) in shares.iter_mut().zip(values) {
            *share += weight * (spread + if own == Some(value) { 1.0 } else { 0.0 }) / whole;
        }
    }
    shares
}

/// The value of a number.
fn place(scale: Scale, good: &[Value], bad: &[Value], candidates: usize, rng: &mut Rng) -> Value {
    let (low, high) = scale.ends();
    if low >= high {
        return scale.value(low);
    }
    let coordinates = |values: &[Value]| values.iter().filter_map(Value::as_f64).map(|value| scale.to(value)).collect();
    let (good, bad) = (Mixture::new(coordinates(good), low, high), Mixture::new(coordinates(bad), low, high));
    let mut best = (f64::NEG_INFINITY, low);
    for _ in 0..candidates {
        let drawn = good.draw(rng);
        let cell = scale.whole.then(|| scale.cell(scale.from(drawn)));
        let ratio = good.log_density(drawn, cell) - bad.log_density(drawn, cell);
        if ratio > best.0 {
            best = (ratio, drawn);
        }
    }
    scale.value(best.1)
}

/// A mixture of normal distributions cut off at `low` and `high`.
struct Mixture {
    low: f64,
    high: f64,
    weights: Vec<f64>,
    means: Vec<f64>,
    widths: Vec<f64>,
}

impl Mixture {
    /// A kernel for each mean, by age, and a wide one in the middle.
    fn new(mut means: Vec<f64>, low: f64, high: f64) -> Self {
        let weights = weights(means.len());
        means.push((low + high) / 2.0);
        let n = means.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| means[a].total_cmp(&means[b]).then(a.cmp(&b)));
        let range = high - low;
        let narrowest = range / (1 + n).min(100) as f64;
        let mut widths = vec![range; n];
        for (place, &kernel) in order.iter().enumerate().filter(|(_, kernel)| **kernel != n - 1) {
            let below = if place == 0 { low } else { means[order[place - 1]] };
            let above = if place == n - 1 { high } else { means[order[place + 1]] };
            let (down, up) = (means[kernel] - below, above - means[kernel]);
            // With two neighbours or more the ends of the range are no trials: the outermost kernels look inwards only.
            let width = match place {
                0 if n >= 2 => up,
                last if last == n - 1 && n >= 2 => down,
                _ if down > up => down,
                _ => up,
            };
            widths[kernel] = width.clamp(narrowest, range);
        }
        Self { low, high, weights, means, widths }
    }

    /// A number from the mixture.
    fn draw(&self, rng: &mut Rng) -> f64 {
        let kernel = pick(&self.weights, rng);
        // The mean lies within the ends and the width is at most their distance, so at least a third of the draws do too.
        loop {
            let drawn = self.means[kernel] + self.widths[kernel] * rng.normal();
            if self.low <= drawn && drawn <= self.high {
                return drawn;
            }
        }
    }

    /// The logarithm of the density at a number, or of the share of a cell. The largest part is taken out first, so that
    /// parts far away do not vanish together.
    fn log_density(&self, at: f64, cell: Option<(f64, f64)>) -> f64 {
        let part = |kernel: usize| {
            let (mean, width) = (self.means[kernel], self.widths[kernel]);
            let share = |from: f64, to: f64| below((to - mean) / width) - below((from - mean) / width);
            let whole = share(self.low, self.high);
            let z = (at - mean) / width;
            let log = match cell {
                Some((from, to)) => float::ln(share(from, to)),
                None => -0.5 * z * z - float::ln(width),
            };
            float::ln(self.weights[kernel]) + log - float::ln(whole)
        };
        let parts: Vec<f64> = (0..self.means.len()).map(part).collect();
        let largest = parts.iter().fold(f64::NEG_INFINITY, |most, part| if *part > most { *part } else { most });
        largest + float::ln(parts.iter().fold(0.0, |sum, part| sum + float::exp(part - largest)))
    }
}

/// The standard normal distribution function.
fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}
