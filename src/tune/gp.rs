//! Search by a Gaussian process.

use super::process::{Dimension, Process};
use super::{Ask, Outcome, Range, Sampler, Space, Trial, random, sobol};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::{Rng, float};
use serde::Deserialize;
use serde_json::Value;

/// Believes of each untried place what a Gaussian process says of it, and proposes where the improvement over the best trial
/// is expected to be largest (Jones and others 1998), in the manner of Optuna's GPSampler. The right one for few trials that
/// each take long.
///
/// - Until `startup` trials are finished, it takes the points of a scrambled Sobol sequence.
/// - Numbers are coordinates from 0 to 1 on their scale, choices differ wholly or not at all.
/// - A trial that failed counts as the worst score. Trials of the same round count with what is believed of them, so that a
///   round is spread out.
/// - The logarithm of the expected improvement (Ament and others 2023) is computed at `candidates` places, and followed
///   uphill from the best of them.
/// - Of very many trials the best hundred and the latest hundred are looked at, since the time grows with their cube.
pub static SAMPLER: Sampler = Sampler { id: "gp", fields, suggest };

/// Best trials, and latest trials, that are looked at.
const MOST: usize = 100;
/// Places that are followed uphill.
const CLIMBS: usize = 8;

#[derive(Deserialize)]
struct Settings {
    startup: usize,
    candidates: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("startup", 10, 1, 1000), Field::integer("candidates", 1024, 16, 10_000)]
}

fn suggest(ask: &Ask) -> Result<Option<Params>, Problem> {
    let settings: Settings = field::parse(&fields(), ask.settings, Stage::Tune, &SAMPLER.owner())?;
    let known: Vec<&Trial> = ask.trials.iter().filter(|trial| ask.space.holds(&trial.values)).collect();
    let finished = known.iter().filter(|trial| trial.outcome != Outcome::Pending).count();
    let best = known.iter().filter_map(|trial| trial.score()).fold(None, |best: Option<f64>, score| match best {
        Some(best) if better(best, score, ask.higher_is_better) => Some(best),
        _ => Some(score),
    });
    if finished < settings.startup || best.is_none() {
        let index = ask.trials.iter().filter(|trial| !trial.asked_for).count() as u32;
        return Ok(Some(sobol::values(ask.space, &sobol::point(index, ask.space.parameters.len(), Some(ask.seed)))));
    }
    let mut rng = Rng::new(ask.seed, "gp", ask.number as u64);
    let Some((process, top)) = believed(ask, &known) else { return Ok(Some(random::draw(ask.space, ask.seed, ask.number))) };
    let gain = |place: &[f64]| {
        let (mean, variance) = process.at(place);
        log_improvement(mean - top.0, variance)
    };
    let places = climbed(ask.space, &top.1, settings.candidates, gain, &mut rng);
    // What was tried already teaches nothing, where a score is the same each time.
    let tried = |values: &Params| known.iter().any(|trial| trial.values == *values);
    let new = places.into_iter().map(|place| values(ask.space, &place)).find(|values| !tried(values));
    Ok(Some(new.unwrap_or_else(|| random::draw(ask.space, ask.seed, ask.number))))
}

fn better(a: f64, b: f64, higher_is_better: bool) -> bool {
    if higher_is_better { a > b } else { a < b }
}

/// The process of the trials, the standardised best score and its place. Scores are turned so that larger is better.
fn believed(ask: &Ask, known: &[&Trial]) -> Option<(Process, (f64, Vec<f64>))> {
    let sign = if ask.higher_is_better { 1.0 } else { -1.0 };
    let worst =
        known.iter().filter_map(|trial| trial.score()).map(|score| sign * score).fold(f64::INFINITY, |a, b| if b < a { b } else { a });
    let finished: Vec<&&Trial> = known.iter().filter(|trial| trial.outcome != Outcome::Pending).collect();
    let scores: Vec<f64> = finished.iter().map(|trial| trial.score().map_or(worst, |score| sign * score)).collect();
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let kept: Vec<usize> =
        (0..scores.len()).filter(|&at| at + MOST >= scores.len() || order[..MOST.min(order.len())].contains(&at)).collect();
    let mean = kept.iter().fold(0.0, |sum, &at| sum + scores[at]) / kept.len() as f64;
    let spread = (kept.iter().fold(0.0, |sum, &at| sum + (scores[at] - mean) * (scores[at] - mean)) / kept.len() as f64).sqrt();
    let spread = if spread > 0.0 && spread.is_finite() { spread } else { 1.0 };
    let values: Vec<f64> = kept.iter().map(|&at| (scores[at] - mean) / spread).collect();
    let place = |trial: &Trial| coordinates(ask.space, &trial.values);
    let places: Vec<Vec<f64>> = kept.iter().map(|&at| place(finished[at])).collect();
    let best = order.first().map(|&at| ((scores[at] - mean) / spread, place(finished[at])))?;
    let dimension = |range: &Range| if range.scale().is_some() { Dimension::Number } else { Dimension::Choice };
    let dimensions = ask.space.parameters.iter().map(|parameter| dimension(&parameter.range)).collect();
    let pending: Vec<Vec<f64>> = known.iter().filter(|trial| trial.outcome == Outcome::Pending).map(|trial| place(trial)).collect();
    Some((Process::fit(dimensions, places, values)?.believing(&pending), best))
}

/// The coordinates of values: numbers from 0 to 1 on their scale, choices by place.
fn coordinates(space: &Space, values: &Params) -> Vec<f64> {
    let coordinate = |range: &Range, value: &Value| match (range.scale(), range) {
        (Some(scale), _) => {
            let (low, high) = scale.ends();
            if low < high { (scale.to(value.as_f64().unwrap_or_default()) - low) / (high - low) } else { 0.0 }
        }
        (None, _) => super::coordinate(range, value).unwrap_or_default(),
    };
    let of = |path: &str| values.get(path).unwrap_or(&Value::Null);
    space.parameters.iter().map(|parameter| coordinate(&parameter.range, of(&parameter.path))).collect()
}

/// The values at coordinates.
fn values(space: &Space, place: &[f64]) -> Params {
    let value = |range: &Range, at: f64| match (range.scale(), range) {
        (Some(scale), _) => {
            let (low, high) = scale.ends();
            scale.value(low + (high - low) * at)
        }
        (None, Range::Choice { values }) => values.get(at as usize).cloned().unwrap_or_default(),
        (None, _) => Value::Null,
    };
    space.parameters.iter().zip(place).map(|(parameter, &at)| (parameter.path.clone(), value(&parameter.range, at))).collect()
}

/// Places of large gain, the largest first: the best of random ones and of some near the best trial, each followed uphill
/// one dimension after the other, in steps that are halved where none helps.
fn climbed(space: &Space, top: &[f64], candidates: usize, gain: impl Fn(&[f64]) -> f64, rng: &mut Rng) -> Vec<Vec<f64>> {
    let counts: Vec<Option<usize>> = space
        .parameters
        .iter()
        .map(|parameter| if let Range::Choice { values } = &parameter.range { Some(values.len()) } else { None })
        .collect();
    // A whole number is believed where it stands.
    let snapped = |place: &[f64]| coordinates(space, &values(space, place));
    let shift = rng.next_u64();
    let mut found: Vec<(f64, Vec<f64>)> = (0..candidates)
        .map(|at| {
            let cube = sobol::point(at as u32, counts.len(), Some(shift));
            cube.iter().zip(&counts).map(|(x, count)| count.map_or(*x, |count| (x * count as f64).floor())).collect::<Vec<f64>>()
        })
        .chain((0..64).map(|at| {
            let width = [0.1, 0.03, 0.01, 0.003][at % 4];
            let near = |(&x, count): (&f64, &Option<usize>), rng: &mut Rng| match count {
                Some(count) if rng.uniform() < 0.1 => rng.below(*count) as f64,
                Some(_) => x,
                None => (x + width * rng.normal()).clamp(0.0, 1.0),
            };
            top.iter().zip(&counts).map(|pair| near(pair, rng)).collect()
        }))
        .map(|place| snapped(&place))
        .map(|place| (gain(&place), place))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    // Starts that lie apart, so that not all climb the same hill.
    let mut starts: Vec<(f64, Vec<f64>)> = Vec::new();
    for (value, place) in &found {
        let apart = |other: &[f64]| place.iter().zip(other).any(|(a, b)| (a - b).abs() > 0.05);
        if starts.len() < CLIMBS && starts.iter().all(|(_, other)| apart(other)) {
            starts.push((*value, place.clone()));
        }
    }
    for (value, place) in &mut starts {
        climb(value, place, &counts, snapped, &gain);
    }
    let mut all: Vec<(f64, Vec<f64>)> = starts.into_iter().chain(found.into_iter().take(64)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().map(|(_, place)| place).collect()
}

/// Follows a place uphill: along each dimension, and along the way that the last round went.
fn climb(
    value: &mut f64,
    place: &mut Vec<f64>,
    counts: &[Option<usize>],
    snapped: impl Fn(&[f64]) -> Vec<f64>,
    gain: impl Fn(&[f64]) -> f64,
) {
    let mut step = 0.05;
    let try_at = |value: &mut f64, place: &mut Vec<f64>, next: Vec<f64>| {
        let next = snapped(&next);
        let new = if next == *place { f64::NEG_INFINITY } else { gain(&next) };
        let gained = new > *value;
        if gained {
            (*value, *place) = (new, next);
        }
        gained
    };
    for _ in 0..60 {
        let before = place.clone();
        let mut gained = false;
        for (at, count) in counts.iter().enumerate() {
            let options: Vec<f64> = match count {
                Some(count) => (0..*count).map(|choice| choice as f64).collect(),
                None => [place[at] + step, place[at] - step].map(|x| x.clamp(0.0, 1.0)).to_vec(),
            };
            for option in options {
                let mut next = place.clone();
                next[at] = option;
                let helped = try_at(value, place, next);
                gained |= helped;
                if helped && count.is_none() {
                    break;
                }
            }
        }
        if gained {
            let further = before.iter().zip(place.iter()).zip(counts).map(|((before, now), count)| match count {
                Some(_) => *now,
                None => (now + now - before).clamp(0.0, 1.0),
            });
            let further = further.collect();
            try_at(value, place, further);
        } else {
            step *= 0.5;
            if step < 1e-4 {
                break;
            }
        }
    }
}

/// The logarithm of the expected improvement of a normal belief, `ahead` its mean over the best.
fn log_improvement(ahead: f64, variance: f64) -> f64 {
    let deviation = (variance + 1e-12).sqrt();
    let z = ahead / deviation;
    let log_density = -0.5 * z * z - 0.5 * float::ln(std::f64::consts::TAU);
    let log = if z > -20.0 {
        let below = 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
        float::ln(float::exp(log_density) + z * below)
    } else {
        // phi(z) + z Phi(z) vanishes below the smallest number; its asymptotic series does not.
        let t = 1.0 / (z * z);
        log_density + float::ln(t * (1.0 - 3.0 * t + 15.0 * t * t))
    };
    log + float::ln(deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_of_the_improvement_reaches_far_below() {
        // Python, mpmath with 50 digits: log(npdf(z) + z * ncdf(z)).
        for (z, expected) in [
            (1.0, 0.08002621884930694),
            (-1.0, -2.4851210257126413),
            (-10.0, -55.55312203612235),
            (-19.9, -204.9128876949217),
            (-20.1, -208.9327404166246),
            (-60.0, -1809.1084601822722),
        ] {
            let found = log_improvement(z, 1.0);
            assert!((found - expected).abs() < 1e-6 * f64::abs(expected), "{z}: {found} {expected}");
        }
    }
}
