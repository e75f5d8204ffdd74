//! From the worth of sets of columns to a value for each column.

use super::coalition::Coalitions;
use crate::explain::sums::Cholesky;

/// Shapley's formula. `worth[S]` is the worth of the set whose bits are S, from 0 to 2^p - 1:
/// value_j = sum over S without j of |S|! (p - |S| - 1)! / p! (worth(S with j) - worth(S)).
/// The values add up to worth(all) - worth(none).
pub fn exact(worth: &[f64], p: usize) -> Vec<f64> {
    // |S|! (p - |S| - 1)! / p! = 1 / (p C(p - 1, |S|))
    let mut weights = Vec::with_capacity(p);
    let mut choose = 1.0;
    for size in 0..p {
        weights.push(1.0 / (p as f64 * choose));
        choose = choose * (p - 1 - size) as f64 / (size + 1) as f64;
    }
    (0..p)
        .map(|column| {
            let bit = 1_usize << column;
            let gain = |set: usize| weights[set.count_ones() as usize] * (worth[set | bit] - worth[set]);
            (0..worth.len()).filter(|set| set & bit == 0).map(gain).sum()
        })
        .collect()
}

/// Kernel SHAP: the values whose sum is worth(all) - worth(none) and which fit the worths best, by weighted least
/// squares, with the standard error of each.
///
/// `gains[i]` is worth(masks[i]) - worth(none), `total` worth(all) - worth(none). The errors are those of the drawn
/// pairs around the fit (the sandwich of a weighted regression, a pair being one observation); sets taken whole add
/// none. Nothing where the equations have no single solution.
pub fn kernel(coalitions: &Coalitions, gains: &[f64], total: f64, p: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let members: Vec<Vec<usize>> = coalitions.masks.iter().map(|mask| (0..p).filter(|column| mask >> column & 1 == 1).collect()).collect();
    let mut gram = vec![0.0; p * p];
    let mut right = vec![0.0; p];
    for ((members, weight), gain) in members.iter().zip(&coalitions.weights).zip(gains) {
        for &a in members {
            right[a] += weight * gain;
            for &b in members {
                gram[a * p + b] += weight;
            }
        }
    }
    let factor = Cholesky::new(gram, p)?;
    let ones = factor.solve(&vec![1.0; p]);
    let free = factor.solve(&right);
    let ones_sum: f64 = ones.iter().sum();
    let surplus = (free.iter().sum::<f64>() - total) / ones_sum;
    let values: Vec<f64> = free.iter().zip(&ones).map(|(free, one)| free - one * surplus).collect();
    let draws = f64::from(coalitions.draws());
    if draws < 2.0 {
        return Some((values, vec![0.0; p]));
    }
    // The influence of a pair: (inverse - ones ones' / sum of ones) times the gradient at the fit.
    let residual = |place: usize| gains[place] - members[place].iter().map(|&column| values[column]).sum::<f64>();
    let influences: Vec<(f64, Vec<f64>)> = coalitions
        .drawn
        .iter()
        .map(|&(place, count)| {
            let mut gradient = vec![residual(place + 1) / 2.0; p];
            let own = residual(place) / 2.0;
            members[place].iter().for_each(|&column| gradient[column] = own);
            let solved = factor.solve(&gradient);
            let excess = solved.iter().sum::<f64>() / ones_sum;
            (f64::from(count), solved.iter().zip(&ones).map(|(solved, one)| solved - one * excess).collect())
        })
        .collect();
    // The fit follows the draws, so their residuals are too small by about this.
    let freedom = if draws > 2.0 * p as f64 { draws - p as f64 } else { draws / 2.0 };
    let errors = (0..p)
        .map(|column| {
            let mean = influences.iter().map(|(count, influence)| count * influence[column]).sum::<f64>() / draws;
            let squares: f64 = influences.iter().map(|(count, i)| count * (i[column] - mean) * (i[column] - mean)).sum();
            coalitions.drawn_weight * (squares / freedom / draws).sqrt()
        })
        .collect();
    Some((values, errors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::shap::coalition::{Coalitions, full};
    use crate::num::Rng;

    /// A game with interactions of every order.
    fn worth(set: u128, p: usize) -> f64 {
        let members: Vec<usize> = (0..p).filter(|column| set >> column & 1 == 1).collect();
        let linear: f64 = members.iter().map(|&c| (c as f64 - 1.5) * 0.7).sum();
        linear + (members.len() * members.len()) as f64 * 0.1 + if set & 0b101 == 0b101 { 2.0 } else { 0.0 }
    }

    fn exact_values(p: usize) -> Vec<f64> {
        exact(&(0..=full(p)).map(|set| worth(set, p)).collect::<Vec<_>>(), p)
    }

    #[test]
    fn shapley_values_keep_their_axioms() {
        let p = 5;
        let values = exact_values(p);
        let total = worth(full(p), p) - worth(0, p);
        assert!((values.iter().sum::<f64>() - total).abs() < 1e-12);
        // Columns 1 and 3 differ by their linear part alone; 0 and 2 share the interaction.
        assert!((values[3] - values[1] - 1.4).abs() < 1e-12);
        assert!((values[2] - values[0] - 1.4).abs() < 1e-12);
        assert!((values[2] - values[1] - 0.7 - 1.0).abs() < 1e-12);
        // A dummy column adds nothing.
        let dummy: Vec<f64> = (0..64_u128).map(|set| worth(set & 31, 5)).collect();
        assert!(exact(&dummy, 6)[5].abs() < 1e-12);
    }

    #[test]
    fn the_kernel_with_every_set_equals_the_formula() {
        for p in 2..9 {
            let all = Coalitions::choose(p, 1 << p, &mut Rng::new(1, "test", 0));
            let gains: Vec<f64> = all.masks.iter().map(|&mask| worth(mask, p) - worth(0, p)).collect();
            let (values, errors) = kernel(&all, &gains, worth(full(p), p) - worth(0, p), p).expect("solves");
            for (a, b) in values.iter().zip(exact_values(p)) {
                assert!((a - b).abs() < 1e-10, "{a} {b}");
            }
            assert!(errors.iter().all(|error| *error == 0.0));
        }
    }

    #[test]
    fn the_errors_of_drawn_sets_cover_the_exact_values() {
        // Paired drawing is exact where columns interact two by two only, so this game saturates.
        let p = 11;
        let squashed = |set: u128| crate::num::float::tanh(worth(set, p) * 0.2);
        let truth = exact(&(0..=full(p)).map(squashed).collect::<Vec<_>>(), p);
        let (mut inside, mut all) = (0_u32, 0_u32);
        for seed in 0..60 {
            let some = Coalitions::choose(p, 200, &mut Rng::new(seed, "test", 0));
            let gains: Vec<f64> = some.masks.iter().map(|&mask| squashed(mask) - squashed(0)).collect();
            let (values, errors) = kernel(&some, &gains, squashed(full(p)) - squashed(0), p).expect("solves");
            assert!((values.iter().sum::<f64>() - squashed(full(p))).abs() < 1e-9);
            for ((value, error), truth) in values.iter().zip(&errors).zip(&truth) {
                all += 1;
                inside += u32::from((value - truth).abs() <= 1.96 * error);
            }
        }
        let share = f64::from(inside) / f64::from(all);
        assert!((0.93..0.99).contains(&share), "{share}");
    }
}
