//! The tree-structured Parzen estimator.

use super::parzen::Mixture;
use super::{Ask, Outcome, Sampler, Trial, sobol};
use crate::base::{Field, Params, Problem, Stage, field};
use crate::num::Rng;
use serde::Deserialize;

/// Proposes where good trials are dense and bad ones are not (Bergstra and others 2011, "Algorithms for hyper-parameter
/// optimization"), with the choices that Optuna makes by default (Akiba and others 2019; Watanabe 2023, "Tree-structured
/// Parzen estimator").
///
/// - Until `startup` trials are finished, it takes the points of a scrambled Sobol sequence, which leave fewer gaps than
///   random ones.
/// - The best tenth of the scores, at most 25, are the good trials. Bad are all others: also those that failed, so that it
///   keeps away from them, those that were ended early, and those of the same round, so that a round is spread out.
/// - Both sets get a density over all parameters together: a mixture of one kernel a trial and a wide one over the whole
///   space. So it learns which values go well with each other.
/// - Of `candidates` draws from the good density, the one with the largest ratio of good to bad is proposed.
/// - Trials older than the last 25 of a set count less, down to 1/n for the oldest.
pub static SAMPLER: Sampler = Sampler { id: "tpe", fields, suggest };

/// Good trials at most.
const MOST_GOOD: usize = 25;

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
    let finished = known.iter().filter(|trial| trial.outcome != Outcome::Pending).count();
    if finished < settings.startup {
        let index = ask.trials.iter().filter(|trial| !trial.asked_for).count() as u32;
        return Ok(Some(sobol::values(ask.space, &sobol::point(index, ask.space.parameters.len(), Some(ask.seed)))));
    }
    let (good, bad) = split(&known, ask.higher_is_better);
    let (good, bad) = (Mixture::new(ask.space, &good), Mixture::new(ask.space, &bad));
    let mut rng = Rng::new(ask.seed, "tpe", ask.number as u64);
    let mut best: Option<(f64, Vec<f64>)> = None;
    for _ in 0..settings.candidates {
        let place = good.draw(ask.space, &mut rng);
        let ratio = good.log_density(&place) - bad.log_density(&place);
        if best.as_ref().is_none_or(|(most, _)| ratio > *most) {
            best = Some((ratio, place));
        }
    }
    Ok(best.map(|(_, place)| good.values(ask.space, &place)))
}

/// The good trials and the others, each by number. Those that were ended early come behind all complete ones, first those
/// that came furthest.
fn split<'a>(known: &[&'a Trial], higher_is_better: bool) -> (Vec<&'a Trial>, Vec<&'a Trial>) {
    let sign = if higher_is_better { -1.0 } else { 1.0 };
    let rank = |trial: &&Trial| match trial.outcome {
        Outcome::Score(score) => Some((0, sign * score, trial.number)),
        Outcome::Pruned { after, score } => Some((usize::MAX - after, sign * score, trial.number)),
        _ => None,
    };
    let mut ranked: Vec<(usize, f64, usize)> = known.iter().filter_map(rank).collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let count = ranked.len().div_ceil(10).min(MOST_GOOD);
    let is_good = |trial: &&Trial| ranked[..count].iter().any(|(.., number)| *number == trial.number);
    known.iter().copied().partition(is_good)
}
