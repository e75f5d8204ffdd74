//! Genetic search, for several objectives above all.

use super::{Ask, Parameter, Range, Sampler, Trial, random, sobol};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use crate::num::float::pow;
use serde::Deserialize;
use serde_json::Value;

/// Breeds trials from the best of those before (NSGA-II; Deb and others 2002, "A fast and elitist multiobjective genetic
/// algorithm"), with the uniform crossover of Optuna's NSGAIISampler and the polynomial mutation of Deb and Agrawal (1999).
///
/// - The first `population` trials are the points of a scrambled Sobol sequence. Every further generation has as many.
/// - The parents of a generation are the best `population` trials of all generations before: of several objectives by rank
///   (among all trials that are told, so that a child which beats a parent counts at once), within a rank the lonelier the
///   better; of one by its score. What failed or was ended early is no parent.
/// - A child has two parents, each the better of two that are drawn. With a probability of 0.9 it takes each parameter from
///   either of them alike, else all of them from the first.
/// - Then each parameter changes with a probability of one over their number: numbers on their scale, by little more often than by
///   much; choices are drawn anew.
pub static SAMPLER: Sampler = Sampler { id: "nsga2", fields, suggest };

/// How often a child has the parameters of both of its parents.
const CROSSOVER: f64 = 0.9;
/// The index of the mutation: the larger, the nearer are children to their parents.
const INDEX: f64 = 5.0;

#[derive(Deserialize)]
struct Settings {
    population: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("population", 20, 4, 1000)]
}

fn suggest(ask: &Ask) -> Result<Option<Params>, Problem> {
    let Settings { population } = field::parse(&fields(), ask.settings, Stage::Tune, &SAMPLER.owner())?;
    let generation = ask.number.saturating_sub(ask.since) / population;
    let parents = parents(ask, ask.since + generation * population, population);
    if generation == 0 || parents.len() < 2 {
        let index = ask.trials.iter().filter(|trial| !trial.asked_for).count() as u32;
        return Ok(Some(sobol::values(ask.space, &sobol::point(index, ask.space.parameters.len(), Some(ask.seed)))));
    }
    let mut rng = Rng::new(ask.seed, "nsga2", ask.number as u64);
    // The better parents come first.
    let mut pick = || &parents[rng.below(parents.len()).min(rng.below(parents.len()))].values;
    let (mother, father) = (pick(), pick());
    let crossed = rng.uniform() < CROSSOVER;
    let anew = random::draw(ask.space, ask.seed, ask.number);
    let share = 1.0 / ask.space.parameters.len().max(1) as f64;
    let mut gene = |parameter: &Parameter| {
        let path = &parameter.path;
        let (from, to) = if crossed && rng.uniform() < 0.5 { (father, mother) } else { (mother, father) };
        // A parameter that is searched only beside others may be absent from a parent.
        let inherited = from.get(path).or_else(|| to.get(path));
        let value = match (inherited, rng.uniform() < share) {
            (Some(value), true) => mutated(&parameter.range, value, &mut rng).or_else(|| anew.get(path).cloned()),
            (Some(value), false) => Some(value.clone()),
            (None, _) => anew.get(path).cloned(),
        };
        Some((path.clone(), value.or_else(|| inherited.cloned())?))
    };
    let genes = ask.space.parameters.iter().filter_map(&mut gene).collect();
    Ok(Some(ask.space.present(genes)))
}

/// A number moved along its scale; nothing for choices.
fn mutated(range: &Range, value: &Value, rng: &mut Rng) -> Option<Value> {
    let scale = range.scale()?;
    let (low, high) = scale.ends();
    let (at, u) = (scale.to(value.as_f64()?), rng.uniform());
    let power = 1.0 / (INDEX + 1.0);
    let by = if u < 0.5 { pow(2.0 * u, power) - 1.0 } else { 1.0 - pow(2.0 * (1.0 - u), power) };
    let moved = at + by * (high - low);
    Some(scale.value(if moved < low {
        low
    } else if moved > high {
        high
    } else {
        moved
    }))
}

/// The best trials with a number below `before`, the best first.
fn parents<'a>(ask: &Ask<'a>, before: usize, population: usize) -> Vec<&'a Trial> {
    let sign = if ask.higher_is_better { -1.0 } else { 1.0 };
    let known = ask.trials.iter().filter(|trial| trial.number < before && ask.space.holds(&trial.values));
    let mut scored: Vec<(f64, &Trial)> = known.filter_map(|trial| Some((sign * trial.score()?, trial))).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.number.cmp(&b.1.number)));
    scored.into_iter().take(population).map(|(_, trial)| trial).collect()
}

#[cfg(test)]
mod tests {
    use crate::base::Params;
    use crate::tune::{Parameter, Range, Space, Study};

    /// The area that the trials dominate below (1.1, 8), for two objectives of which less is better.
    fn area(study: &Study) -> f64 {
        let mut points: Vec<Vec<f64>> = study.trials().iter().filter_map(|trial| trial.scores()).collect();
        points.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let (mut area, mut height) = (0.0, 8.0);
        for point in points.iter().filter(|point| point[0] < 1.1) {
            if point[1] < height {
                area += (1.1 - point[0]) * (height - point[1]);
                height = point[1];
            }
        }
        area
    }

    /// ZDT1 of five numbers (Zitzler, Deb and Thiele 2000).
    fn searched(sampler: &str, seed: u64) -> Study {
        let number = |place: usize| Parameter::new(&format!("x{place}"), Range::Number { min: 0.0, max: 1.0, log: false });
        let space = Space { parameters: (0..5).map(number).collect() };
        let mut study = Study::new(space, sampler, Params::new(), 200, false, seed).with_further(vec![false]);
        while !study.is_done() {
            for trial in study.propose().expect("a round") {
                let x: Vec<f64> = (0..5).map(|place| trial.values[&format!("x{place}")].as_f64().expect("a number")).collect();
                let g = 1.0 + 9.0 * x[1..].iter().sum::<f64>() / 4.0;
                study.tell_all(trial.number, Ok((x[0], vec![g * (1.0 - (x[0] / g).sqrt())])));
            }
        }
        study
    }

    #[test]
    fn a_front_is_found_that_random_search_does_not_find() {
        for seed in 0..5 {
            let [bred, drawn] = ["nsga2", "random"].map(|sampler| area(&searched(sampler, seed)));
            assert!(bred > drawn + 0.5, "seed {seed}: {bred} beside {drawn}");
        }
    }
}
