//! Several objectives: which trials no other one beats, and how the others stand behind them.

use super::{Outcome, Trial};
use std::borrow::Cow;

/// Whether a point is at least as good as another in every objective and better in one. `higher` says for each objective
/// whether a larger value is better.
fn dominates(point: &[f64], other: &[f64], higher: &[bool]) -> bool {
    let gains = || point.iter().zip(other).zip(higher).map(|((a, b), higher)| if *higher { a - b } else { b - a });
    gains().all(|gain| gain >= 0.0) && gains().any(|gain| gain > 0.0)
}

/// The rank of each point: 0 for those that no other dominates, 1 for those that only these dominate, and so on (the
/// non-dominated sorting of Deb and others 2002, NSGA-II).
pub fn ranks(points: &[Vec<f64>], higher: &[bool]) -> Vec<usize> {
    let mut ranks = vec![usize::MAX; points.len()];
    let mut open: Vec<usize> = (0..points.len()).collect();
    let mut rank = 0;
    while !open.is_empty() {
        let is_beaten = |at: usize| open.iter().any(|&other| dominates(&points[other], &points[at], higher));
        let (behind, front): (Vec<usize>, Vec<usize>) = open.iter().copied().partition(|&at| is_beaten(at));
        front.iter().for_each(|&at| ranks[at] = rank);
        // Values that are no numbers beat nothing and are beaten by nothing; so every turn ends with fewer.
        open = behind;
        rank += 1;
    }
    ranks
}

/// How alone each point stands among those of its rank: the sum over the objectives of the distance between its neighbours,
/// as a share of their spread; infinite at the ends (Deb and others 2002).
fn loneliness(points: &[Vec<f64>], ranks: &[usize], objectives: usize) -> Vec<f64> {
    let mut lonely = vec![0.0; points.len()];
    for rank in 0..ranks.iter().filter(|rank| **rank != usize::MAX).map(|rank| rank + 1).fold(0, usize::max) {
        let mut members: Vec<usize> = (0..points.len()).filter(|&at| ranks[at] == rank).collect();
        for objective in 0..objectives {
            members.sort_by(|&a, &b| points[a][objective].total_cmp(&points[b][objective]).then(a.cmp(&b)));
            let (Some(&first), Some(&last)) = (members.first(), members.last()) else { continue };
            let spread = points[last][objective] - points[first][objective];
            (lonely[first], lonely[last]) = (f64::INFINITY, f64::INFINITY);
            if spread > 0.0 {
                for three in members.windows(3) {
                    lonely[three[1]] += (points[three[2]][objective] - points[three[0]][objective]) / spread;
                }
            }
        }
    }
    lonely
}

/// What samplers see of trials with several objectives: in place of the score one number for where a trial stands, larger is
/// better: by rank, within a rank the lonelier the better. Without further objectives the trials as they are.
pub(super) fn standing<'a>(trials: &'a [Trial], higher: &[bool]) -> Cow<'a, [Trial]> {
    if higher.len() < 2 {
        return Cow::Borrowed(trials);
    }
    let known: Vec<(usize, Vec<f64>)> = trials.iter().enumerate().filter_map(|(at, trial)| Some((at, trial.scores()?))).collect();
    let (places, points): (Vec<usize>, Vec<Vec<f64>>) = known.into_iter().filter(|(_, point)| point.len() == higher.len()).unzip();
    let ranks = ranks(&points, higher);
    let lonely = loneliness(&points, &ranks, higher.len());
    let mut seen = trials.to_vec();
    for ((place, rank), lonely) in places.into_iter().zip(ranks).zip(lonely) {
        let share = if lonely.is_finite() { 0.9 * lonely / (1.0 + lonely) } else { 0.9 };
        seen[place].outcome = Outcome::Score(share - rank as f64);
    }
    // What was ended early stands behind all: its score is of another kind.
    for trial in &mut seen {
        if let Outcome::Pruned { after, .. } = trial.outcome {
            trial.outcome = Outcome::Pruned { after, score: 0.0 };
        }
    }
    Cow::Owned(seen)
}

/// The numbers of the trials that no other beats in all objectives, by number; of equal ones all.
pub fn front(trials: &[Trial], higher: &[bool]) -> Vec<usize> {
    let known: Vec<(usize, Vec<f64>)> = trials.iter().filter_map(|trial| Some((trial.number, trial.scores()?))).collect();
    let (numbers, points): (Vec<usize>, Vec<Vec<f64>>) = known.into_iter().filter(|(_, point)| point.len() == higher.len()).unzip();
    let ranks = ranks(&points, higher);
    numbers.into_iter().zip(ranks).filter(|(_, rank)| *rank == 0).map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Params;

    #[test]
    fn ranks_are_those_of_repeated_fronts() {
        // Accuracy up, size down.
        let points = [[0.9, 50.0], [0.8, 10.0], [0.85, 60.0], [0.7, 10.0], [0.9, 50.0], [0.6, 90.0]].map(|point| point.to_vec());
        assert_eq!(ranks(&points, &[true, false]), [0, 0, 1, 1, 0, 2]);
        // By definition: nobody on the first front is beaten, everybody behind is beaten by somebody in front of it.
        let mut rng = crate::num::Rng::new(3, "front", 0);
        let points: Vec<Vec<f64>> = (0..120).map(|_| (0..3).map(|_| (rng.uniform() * 6.0).floor()).collect()).collect();
        let higher = [true, false, true];
        let ranks = ranks(&points, &higher);
        for (at, point) in points.iter().enumerate() {
            let beaten_by = |rank: usize| (0..points.len()).any(|other| ranks[other] == rank && dominates(&points[other], point, &higher));
            assert!(!beaten_by(ranks[at]), "{at}");
            assert!(ranks[at] == 0 || beaten_by(ranks[at] - 1), "{at}");
        }
    }

    #[test]
    fn samplers_see_where_a_trial_stands() {
        let trial = |number: usize, score: f64, also: f64| Trial {
            number,
            values: Params::new(),
            outcome: Outcome::Score(score),
            asked_for: false,
            reports: Vec::new(),
            courses: Vec::new(),
            also: vec![also],
        };
        let mut trials = vec![trial(0, 0.9, 9.0), trial(1, 0.5, 1.0), trial(2, 0.7, 5.0), trial(3, 0.6, 8.0), trial(4, 0.88, 8.9)];
        trials.push(Trial { outcome: Outcome::Pruned { after: 1, score: 0.99 }, also: Vec::new(), ..trial(5, 0.0, 0.0) });
        assert_eq!(front(&trials, &[true, false]), [0, 1, 2, 4]);
        let seen = standing(&trials, &[true, false]);
        let score = |at: usize| seen[at].score().expect("a score");
        assert!(score(0) == score(1) && score(2) > score(4) && score(4) > score(3), "{seen:?}");
        assert!(score(0) > score(2), "the ends of the front are wanted most");
        assert_eq!(seen[5].outcome, Outcome::Pruned { after: 1, score: 0.0 });
        assert!(matches!(standing(&trials, &[true]), Cow::Borrowed(_)));
    }
}
