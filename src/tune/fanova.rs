//! How much of the score's variance over the whole space each parameter explains on its own.

use super::{Range, Space, Trial};
use crate::base::Figure;
use crate::num::Rng;

/// Trees of the forest.
const TREES: u64 = 64;
/// Trials that are looked at, at most: the best say most.
const MOST: usize = 1000;

/// Functional analysis of variance (Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing hyperparameter
/// importance"), as Optuna's FanovaImportanceEvaluator without its normalisation, but with each value of a choice as often
/// as the others: a forest of 64 regression trees learns the score from the parameters; for each tree the variance of its
/// mean over all other parameters is divided by its variance over the whole space, both exact, and the shares of the trees
/// are averaged. What several parameters explain only together is in none of the shares, so they sum to 1 at most.
///
/// Only trials that have every parameter count. Undefined for fewer than ten of them and where all scores are the same.
pub(super) fn shares(space: &Space, trials: &[Trial], seed: u64) -> Vec<(String, Figure)> {
    let known = trials.iter().filter(|trial| space.holds(&trial.values) && trial.values.len() == space.parameters.len());
    let rows: Vec<(Vec<f64>, f64)> =
        known.filter_map(|trial| Some((super::gp::coordinates(space, &trial.values), trial.score()?))).take(MOST).collect();
    let all = |figure: Figure| space.parameters.iter().map(|parameter| (parameter.path.clone(), figure.clone())).collect();
    if rows.len() < 10 {
        return all(Figure::undefined("too_few"));
    }
    let sides: Vec<Option<usize>> = space
        .parameters
        .iter()
        .map(|parameter| if let Range::Choice { values } = &parameter.range { Some(values.len()) } else { None })
        .collect();
    let mut sums = vec![0.0; sides.len()];
    let mut trees = 0.0;
    for tree in 0..TREES {
        let mut rng = Rng::new(seed, "fanova", tree);
        let drawn: Vec<usize> = (0..rows.len()).map(|_| rng.below(rows.len())).collect();
        let mut leaves = Vec::new();
        grow(&rows, drawn, whole(&sides), &mut rng, &mut leaves);
        if let Some(shares) = explained(&sides, &leaves) {
            trees += 1.0;
            sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        }
    }
    if trees == 0.0 {
        return all(Figure::undefined("constant"));
    }
    space.parameters.iter().zip(sums).map(|(parameter, sum)| (parameter.path.clone(), Figure::from(sum / trees))).collect()
}

/// A part of one side of the space: a stretch from 0 to 1 of a number, or some of the values of a choice.
#[derive(Clone, Debug)]
enum Part {
    Stretch(f64, f64),
    Values(Vec<bool>),
}

impl Part {
    /// How much of the side it is.
    fn share(&self) -> f64 {
        match self {
            Part::Stretch(low, high) => high - low,
            Part::Values(values) => values.iter().filter(|value| **value).count() as f64 / values.len() as f64,
        }
    }
}

fn whole(sides: &[Option<usize>]) -> Vec<Part> {
    sides.iter().map(|side| side.map_or(Part::Stretch(0.0, 1.0), |count| Part::Values(vec![true; count]))).collect()
}

/// Grows a tree over some rows within a box, down to rows that are the same: its leaves with their means.
fn grow(rows: &[(Vec<f64>, f64)], drawn: Vec<usize>, within: Vec<Part>, rng: &mut Rng, leaves: &mut Vec<(Vec<Part>, f64)>) {
    let mean = drawn.iter().fold(0.0, |sum, &at| sum + rows[at].1) / drawn.len() as f64;
    let is_pure = drawn.iter().all(|&at| rows[at].1 == rows[drawn[0]].1);
    let split = if is_pure { None } else { split(rows, &drawn, &within, rng) };
    let Some((side, cut)) = split else { return leaves.push((within, mean)) };
    let goes_left = |at: &usize| match &within[side] {
        Part::Stretch(..) => rows[*at].0[side] <= cut,
        Part::Values(_) => rows[*at].0[side] == cut,
    };
    let (left, right): (Vec<usize>, Vec<usize>) = drawn.into_iter().partition(goes_left);
    let (mut near, mut far) = (within.clone(), within.clone());
    (near[side], far[side]) = match &within[side] {
        Part::Stretch(low, high) => (Part::Stretch(*low, cut), Part::Stretch(cut, *high)),
        Part::Values(values) => {
            let own = |keeps: bool| Part::Values(values.iter().enumerate().map(|(at, on)| *on && (at as f64 == cut) == keeps).collect());
            (own(true), own(false))
        }
    };
    grow(rows, left, near, rng, leaves);
    grow(rows, right, far, rng, leaves);
}

/// The split that leaves the least squared error; of equal ones the first side in a drawn order. Nothing where all rows are at
/// one place.
fn split(rows: &[(Vec<f64>, f64)], drawn: &[usize], within: &[Part], rng: &mut Rng) -> Option<(usize, f64)> {
    let mut order: Vec<usize> = (0..within.len()).collect();
    rng.shuffle(&mut order);
    let total = drawn.iter().fold(0.0, |sum, &at| sum + rows[at].1);
    let n = drawn.len() as f64;
    let mut best: Option<(f64, usize, f64)> = None;
    // Between-groups sum of squares, up to what is the same for all splits.
    let gain = |sum: f64, count: f64| sum * sum / count + (total - sum) * (total - sum) / (n - count);
    for side in order {
        let mut consider = |gain: f64, cut: f64| {
            if best.is_none_or(|(most, ..)| gain > most) {
                best = Some((gain, side, cut));
            }
        };
        match &within[side] {
            Part::Stretch(..) => {
                let mut by_place: Vec<(f64, f64)> = drawn.iter().map(|&at| (rows[at].0[side], rows[at].1)).collect();
                by_place.sort_by(|a, b| a.0.total_cmp(&b.0));
                let mut sum = 0.0;
                for at in 1..by_place.len() {
                    sum += by_place[at - 1].1;
                    if by_place[at - 1].0 < by_place[at].0 {
                        consider(gain(sum, at as f64), 0.5 * (by_place[at - 1].0 + by_place[at].0));
                    }
                }
            }
            Part::Values(values) => {
                for value in (0..values.len()).filter(|at| values[*at]).map(|at| at as f64) {
                    let own = drawn.iter().filter(|at| rows[**at].0[side] == value);
                    let (sum, count) = own.fold((0.0, 0.0), |(sum, count), &at| (sum + rows[at].1, count + 1.0));
                    if count > 0.0 && count < n {
                        consider(gain(sum, count), value);
                    }
                }
            }
        }
    }
    best.map(|(_, side, cut)| (side, cut))
}

/// The share of a tree's variance that each side explains on its own; nothing where the tree is the same everywhere.
fn explained(sides: &[Option<usize>], leaves: &[(Vec<Part>, f64)]) -> Option<Vec<f64>> {
    let volume = |parts: &[Part]| parts.iter().fold(1.0, |volume, part| volume * part.share());
    let mean = leaves.iter().fold(0.0, |sum, (parts, value)| sum + volume(parts) * value);
    let all = leaves.iter().fold(0.0, |sum, (parts, value)| sum + volume(parts) * (value - mean) * (value - mean));
    if all <= 0.0 {
        return None;
    }
    let of = |side: usize, count: Option<usize>| {
        // The mean over all other sides, less the mean over all, along this one.
        let weight = |parts: &[Part], value: f64| volume(parts) / parts[side].share() * (value - mean);
        let square = match count {
            Some(count) => {
                let at = |choice: usize| {
                    let own = |(parts, value): &(Vec<Part>, f64)| match &parts[side] {
                        Part::Values(values) if values[choice] => weight(parts, *value),
                        _ => 0.0,
                    };
                    leaves.iter().fold(0.0, |sum, leaf| sum + own(leaf))
                };
                (0..count).map(at).fold(0.0, |sum, height| sum + height * height) / count as f64
            }
            None => {
                let mut steps: Vec<(f64, f64)> = Vec::new();
                for (parts, value) in leaves {
                    if let Part::Stretch(low, high) = parts[side] {
                        let height = weight(parts, *value);
                        steps.extend([(low, height), (high, -height)]);
                    }
                }
                steps.sort_by(|a, b| a.0.total_cmp(&b.0));
                let (mut height, mut last, mut square) = (0.0, 0.0, 0.0);
                for (at, step) in steps {
                    square += height * height * (at - last);
                    (height, last) = (height + step, at);
                }
                square
            }
        };
        square / all
    };
    Some(sides.iter().enumerate().map(|(side, count)| of(side, *count)).collect())
}
