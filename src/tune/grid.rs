//! Grid search.

use super::{Ask, Range, Sampler, Space};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use serde::Deserialize;
use serde_json::Value;

/// A larger grid is refused: nobody would see its end.
const MOST_POINTS: usize = 10_000;

/// Tries every combination of a few values a parameter, each once, in a random order, so that a study that ends early has
/// seen all parts of the grid.
///
/// A range of numbers gives `points` values from end to end at equal distances (equal ratios where it is logarithmic), fewer
/// where they would be the same whole number; a choice gives all of its values.
pub static SAMPLER: Sampler = Sampler { id: "grid", fields, suggest };

#[derive(Deserialize)]
struct Settings {
    points: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("points", 3, 1, 100)]
}

fn suggest(ask: &Ask) -> Result<Option<Params>, Problem> {
    let settings: Settings = field::parse(&fields(), ask.settings, Stage::Tune, &SAMPLER.owner())?;
    let axes: Vec<Vec<Value>> = ask.space.parameters.iter().map(|parameter| axis(&parameter.range, settings.points)).collect();
    let size = size_of(&axes);
    if size > MOST_POINTS {
        return Err(Problem::new(Stage::Tune, "tune.large_grid").with("size", size).with("max", MOST_POINTS));
    }
    let mut order: Vec<usize> = (0..size).collect();
    Rng::new(ask.seed, "grid", 0).shuffle(&mut order);
    let point = |place: usize| {
        let mut rest = place;
        let mut values = Params::new();
        for (parameter, axis) in ask.space.parameters.iter().zip(&axes).rev() {
            values.insert(parameter.path.clone(), axis[rest % axis.len()].clone());
            rest /= axis.len();
        }
        ask.space.present(values)
    };
    // A trial that a person asked for has a number but no place in the grid.
    let (before, since) = ask.trials.split_at(ask.since.min(ask.trials.len()));
    let tried = since.iter().filter(|trial| !trial.asked_for).count();
    if before.is_empty() && ask.space.parameters.iter().all(|parameter| parameter.when.is_none()) {
        return Ok(order.get(tried).map(|&place| point(place)));
    }
    // Points of an earlier grid are not tried again, and those that differ in a parameter that is not there are one point.
    let mut points: Vec<Params> = Vec::new();
    for values in order.into_iter().map(point) {
        if !before.iter().any(|trial| trial.values == values) && !points.contains(&values) {
            points.push(values);
        }
        if points.len() > tried {
            break;
        }
    }
    Ok(points.into_iter().nth(tried))
}

/// How many points a grid has.
pub fn size(space: &Space, points: usize) -> usize {
    size_of(&space.parameters.iter().map(|parameter| axis(&parameter.range, points)).collect::<Vec<_>>())
}

fn size_of(axes: &[Vec<Value>]) -> usize {
    axes.iter().fold(1, |size: usize, axis| size.saturating_mul(axis.len()))
}

/// The values of a range on the grid, without repetition.
fn axis(range: &Range, points: usize) -> Vec<Value> {
    let (min, max, scale) = match (range, range.scale()) {
        (Range::Choice { values }, _) => return values.clone(),
        (Range::Number { min, max, .. }, Some(scale)) => (*min, *max, scale),
        (Range::Integer { min, max, .. }, Some(scale)) => (*min as f64, *max as f64, scale),
        (_, None) => return Vec::new(),
    };
    let (low, high) = (scale.to(min), scale.to(max));
    let at = |point: usize| match point {
        // A single point stands in the middle.
        _ if points == 1 => scale.value((low + high) / 2.0),
        _ => scale.value(low + (high - low) * (point as f64 / (points - 1) as f64)),
    };
    let mut axis: Vec<Value> = (0..points).map(at).collect();
    axis.dedup();
    axis
}
