//! Search by a Gaussian process.

use super::ascent::ascend;
use super::improvement::Improvement;
use super::process::{Dimension, Process};
use super::{Ask, Outcome, Range, Sampler, Space, Trial, random, sobol};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use serde::Deserialize;
use serde_json::Value;

/// Believes of each untried place what a Gaussian process says of it, and proposes where the improvement over the best trial
/// is expected to be largest (Jones and others 1998), in the manner of Optuna's GPSampler. The right one for few trials that
/// each take long.
///
/// - Until `startup` trials are finished, it takes the points of a scrambled Sobol sequence.
/// - Numbers are coordinates from 0 to 1 on their scale, choices differ wholly or not at all.
/// - A trial that failed or was given up in the middle of a fold counts as the worst score, one that was ended after some of its
///   folds with the score of these. Of trials
///   of the same round some of the ways in which they may end are looked at, so that a round is spread out.
/// - The logarithm of the expected improvement (Ament and others 2023) is computed at `candidates` places, and followed
///   uphill along its slope from the best of them.
/// - Of very many trials the best hundred and the latest hundred are looked at, since the time grows with their cube.
pub static SAMPLER: Sampler = Sampler { id: "gp", fields, suggest };

/// Best trials, and latest trials, that are looked at.
const MOST: usize = 100;
/// Places that are followed uphill.
const CLIMBS: usize = 10;

#[derive(Deserialize)]
struct Settings {
    startup: usize,
    candidates: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("startup", 10, 1, 1000), Field::integer("candidates", 2048, 16, 10_000)]
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
    let pending: Vec<Vec<f64>> =
        known.iter().filter(|trial| trial.outcome == Outcome::Pending).map(|trial| coordinates(ask.space, &trial.values)).collect();
    let gain = Improvement::new(process, top.0, &pending, rng.next_u64());
    let places = climbed(ask.space, &top.1, settings.candidates, &gain, &mut rng);
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
    let known_scores = || known.iter().filter_map(|trial| trial.score()).map(|score| sign * score);
    let worst = known_scores().fold(f64::INFINITY, |a, b| if b < a { b } else { a });
    let most = known_scores().fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
    let finished: Vec<&&Trial> = known.iter().filter(|trial| trial.outcome != Outcome::Pending).collect();
    let score = |trial: &Trial| match trial.outcome {
        Outcome::Score(score) => sign * score,
        // No better than the complete ones, whatever its first folds said.
        Outcome::Pruned { score, .. } if sign * score < most => sign * score,
        Outcome::Pruned { .. } => most,
        _ => worst,
    };
    let scores: Vec<f64> = finished.iter().map(|trial| score(trial)).collect();
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
    Some((Process::fit(dimensions, places, values)?, best))
}

/// The coordinates of values: numbers from 0 to 1 on their scale, choices by place. A parameter that is not there stands in
/// the middle, or at the first choice, so that it makes no difference between trials without it.
pub(super) fn coordinates(space: &Space, values: &Params) -> Vec<f64> {
    let coordinate = |range: &Range, value: Option<&Value>| match (range.scale(), value) {
        (Some(scale), Some(value)) => {
            let (low, high) = scale.ends();
            if low < high { (scale.to(value.as_f64().unwrap_or_default()) - low) / (high - low) } else { 0.0 }
        }
        (Some(_), None) => 0.5,
        (None, value) => value.and_then(|value| super::coordinate(range, value)).unwrap_or_default(),
    };
    space.parameters.iter().map(|parameter| coordinate(&parameter.range, values.get(&parameter.path))).collect()
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
    space
        .present(space.parameters.iter().zip(place).map(|(parameter, &at)| (parameter.path.clone(), value(&parameter.range, at))).collect())
}

/// Places of large gain, the largest first: the best of evenly spread ones and of some near the best trial, each followed
/// uphill.
fn climbed(space: &Space, top: &[f64], candidates: usize, gain: &Improvement, rng: &mut Rng) -> Vec<Vec<f64>> {
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
        .map(|place| (gain.at(&place), place))
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
        climb(space, value, place, &counts, gain);
    }
    let mut all: Vec<(f64, Vec<f64>)> = starts.into_iter().chain(found.into_iter().take(64)).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().map(|(_, place)| place).collect()
}

/// Follows a place uphill: along the slope of all numbers that need not be whole, then one step after the other along each
/// whole number and over each choice, until nothing helps.
fn climb(space: &Space, value: &mut f64, place: &mut Vec<f64>, counts: &[Option<usize>], gain: &Improvement) {
    let is_free: Vec<bool> = space.parameters.iter().map(|it| it.range.scale().is_some_and(|scale| !scale.whole)).collect();
    let lengths = gain.process().lengths();
    for _ in 0..20 {
        let mut gained = false;
        if is_free.iter().any(|free| *free) {
            let (new, next) = ascend(place, &is_free, &lengths, |place| gain.with_slopes(place));
            if new > *value {
                (*value, *place) = (new, next);
            }
        }
        for (at, parameter) in space.parameters.iter().enumerate().filter(|(at, _)| !is_free[*at]) {
            for option in options(&parameter.range, counts[at], place[at]) {
                let mut next = place.clone();
                next[at] = option;
                let new = if option == place[at] { f64::NEG_INFINITY } else { gain.at(&next) };
                if new > *value {
                    (*value, *place, gained) = (new, next, true);
                }
            }
        }
        if !gained {
            break;
        }
    }
}

/// Other coordinates of a choice, or of a whole number: all of a choice, and whole numbers at doubling distances.
fn options(range: &Range, count: Option<usize>, at: f64) -> Vec<f64> {
    let (Some(scale), None) = (range.scale(), count) else { return (0..count.unwrap_or(0)).map(|choice| choice as f64).collect() };
    let (low, high) = scale.ends();
    if low >= high {
        return Vec::new();
    }
    let now = scale.from(low + (high - low) * at);
    let steps = (0..10).map(|power| f64::from(1 << power));
    let coordinate = |number: f64| (scale.to(number) - low) / (high - low);
    let numbers = steps.flat_map(|step| [now - step, now + step]);
    numbers.filter(|&number| scale.has(number)).map(coordinate).collect()
}
