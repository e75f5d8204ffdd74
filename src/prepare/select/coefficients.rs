//! The linear models of recursive feature elimination: ridge and logistic regression on some of the columns.

use crate::learn::Target;
use crate::num::float;
use crate::prepare::numbers::{dot, mean, standardized};

/// A model that is fitted again and again on fewer columns.
pub(super) enum Model {
    Ridge(Ridge),
    Logistic(Logistic),
}

impl Model {
    /// A model of columns (each as long as the target, none missing) and a target.
    pub fn new(columns: Vec<Vec<f64>>, target: &Target) -> Self {
        match target {
            Target::Values(values) => Model::Ridge(Ridge::new(columns, values)),
            Target::Classes { codes, count } => Model::Logistic(Logistic::new(columns, codes, *count)),
        }
    }

    /// The squared coefficient of each of the columns in a fit on these alone, summed over classes.
    pub fn importance(&mut self, columns: &[usize]) -> Vec<f64> {
        match self {
            Model::Ridge(ridge) => ridge.fit(columns).iter().map(|weight| weight * weight).collect(),
            Model::Logistic(logistic) => logistic.fit(columns),
        }
    }
}

/// Minimises |y - Xw|^2 + |w|^2 with an intercept that is not penalised, by the normal equations of centred columns.
pub(super) struct Ridge {
    /// Products of every two columns, and of every column with the target.
    gram: Vec<Vec<f64>>,
    moments: Vec<f64>,
}

impl Ridge {
    fn new(mut columns: Vec<Vec<f64>>, target: &[f64]) -> Self {
        for column in &mut columns {
            let mean = mean(column).unwrap_or(0.0);
            column.iter_mut().for_each(|x| *x -= mean);
        }
        // The target's scale changes every coefficient alike.
        let target = standardized(target);
        let gram = columns.iter().map(|a| columns.iter().map(|b| dot(a, b)).collect()).collect();
        Self { gram, moments: columns.iter().map(|column| dot(column, &target)).collect() }
    }

    fn fit(&self, columns: &[usize]) -> Vec<f64> {
        let part = |&i: &usize| columns.iter().map(|&j| self.gram[i][j] + if i == j { 1.0 } else { 0.0 }).collect();
        solve(columns.iter().map(part).collect(), columns.iter().map(|&column| self.moments[column]).collect())
    }
}

/// Solves a symmetric positive definite system by Cholesky's decomposition.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    for j in 0..b.len() {
        let (done, rest) = a.split_at_mut(j + 1);
        let own = &mut done[j];
        let pivot = (own[j] - dot(&own[..j], &own[..j])).sqrt();
        own[j] = pivot;
        for row in rest {
            row[j] = (row[j] - dot(&row[..j], &own[..j])) / pivot;
        }
        b[j] = (b[j] - dot(&own[..j], &b[..j])) / pivot;
    }
    for i in (0..b.len()).rev() {
        let above = (i + 1..b.len()).fold(0.0, |sum, k| sum + a[k][i] * b[k]);
        b[i] = (b[i] - above) / a[i][i];
    }
    b
}

/// Minimises the summed log loss plus |w|^2 / 2, the intercepts not penalised: one output for two classes, otherwise one
/// for each class (softmax).
pub(super) struct Logistic {
    columns: Vec<Vec<f64>>,
    codes: Vec<u32>,
    outputs: usize,
    /// The last fit: for each output the intercept and a weight for each column. The next fit starts from it.
    weights: Vec<Vec<f64>>,
}

impl Logistic {
    fn new(columns: Vec<Vec<f64>>, codes: &[u32], count: usize) -> Self {
        let outputs = if count == 2 { 1 } else { count };
        let weights = vec![vec![0.0; columns.len() + 1]; outputs];
        Self { columns, codes: codes.to_vec(), outputs, weights }
    }

    fn fit(&mut self, columns: &[usize]) -> Vec<f64> {
        let used: Vec<&[f64]> = columns.iter().map(|&column| self.columns[column].as_slice()).collect();
        let start: Vec<f64> = self
            .weights
            .iter()
            .flat_map(|output| std::iter::once(output[0]).chain(columns.iter().map(|&column| output[column + 1])))
            .collect();
        let mut room = vec![vec![0.0; self.codes.len()]; self.outputs];
        // The gradient is a sum over rows.
        let settled = 1e-8 * (1 + self.codes.len()) as f64;
        let fitted = minimize(start, settled, |weights, gradient| loss(&used, &self.codes, &mut room, weights, gradient));
        for (output, fitted) in self.weights.iter_mut().zip(fitted.chunks_exact(columns.len() + 1)) {
            output[0] = fitted[0];
            columns.iter().zip(&fitted[1..]).for_each(|(&column, weight)| output[column + 1] = *weight);
        }
        columns.iter().map(|&column| self.weights.iter().fold(0.0, |sum, output| sum + output[column + 1] * output[column + 1])).collect()
    }
}

/// The penalised loss and its gradient. `room` holds a value for each output and row.
fn loss(columns: &[&[f64]], codes: &[u32], room: &mut [Vec<f64>], weights: &[f64], gradient: &mut [f64]) -> f64 {
    let width = columns.len() + 1;
    for (scores, weights) in room.iter_mut().zip(weights.chunks_exact(width)) {
        scores.fill(weights[0]);
        for (column, &weight) in columns.iter().zip(&weights[1..]) {
            scores.iter_mut().zip(*column).for_each(|(score, x)| *score += weight * x);
        }
    }
    // From here on the room holds probability less truth.
    let mut loss = 0.0;
    if let [scores] = room {
        for (score, &code) in scores.iter_mut().zip(codes) {
            let truth = if code == 1 { 1.0 } else { 0.0 };
            loss += float::softplus(*score) - truth * *score;
            *score = float::sigmoid(*score) - truth;
        }
    } else {
        for (row, &code) in codes.iter().enumerate() {
            let largest = room.iter().fold(f64::NEG_INFINITY, |most, scores| if scores[row] > most { scores[row] } else { most });
            let own = room[code as usize][row];
            let mut sum = 0.0;
            for scores in room.iter_mut() {
                scores[row] = float::exp(scores[row] - largest);
                sum += scores[row];
            }
            loss += largest + float::ln(sum) - own;
            for (output, scores) in room.iter_mut().enumerate() {
                scores[row] = scores[row] / sum - if output == code as usize { 1.0 } else { 0.0 };
            }
        }
    }
    for ((gaps, weights), gradient) in room.iter().zip(weights.chunks_exact(width)).zip(gradient.chunks_exact_mut(width)) {
        gradient[0] = gaps.iter().fold(0.0, |sum, x| sum + x);
        for ((column, &weight), gradient) in columns.iter().zip(&weights[1..]).zip(&mut gradient[1..]) {
            *gradient = dot(column, gaps) + weight;
            loss += weight * weight / 2.0;
        }
    }
    loss
}

/// Steps that the search direction remembers.
const MEMORY: usize = 10;
/// Steps after which the search ends, settled or not.
const MOST_STEPS: usize = 500;

/// Minimises a smooth convex function by L-BFGS (Nocedal 1980) with backtracking, until no part of the gradient exceeds
/// `settled`, or no step leads further down.
fn minimize(start: Vec<f64>, settled: f64, mut function: impl FnMut(&[f64], &mut [f64]) -> f64) -> Vec<f64> {
    let size = |gradient: &[f64]| gradient.iter().fold(0.0, |most, x| if x.abs() > most { x.abs() } else { most });
    let mut at = start;
    let mut gradient = vec![0.0; at.len()];
    let mut value = function(&at, &mut gradient);
    let mut pairs: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for _ in 0..MOST_STEPS {
        if size(&gradient) <= settled {
            break;
        }
        let mut direction = direction(&gradient, &pairs);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            pairs.clear();
            direction = gradient.iter().map(|g| -g / size(&gradient)).collect();
            slope = dot(&direction, &gradient);
        }
        let mut length = 1.0;
        let mut tried = vec![0.0; at.len()];
        let mut next = vec![0.0; at.len()];
        let found = loop {
            tried.iter_mut().zip(at.iter().zip(&direction)).for_each(|(tried, (at, step))| *tried = at + length * step);
            let reached = function(&tried, &mut next);
            // Near the end differences drown in rounding, which must not stop a good step.
            if reached <= value + 1e-4 * length * slope + 1e-14 * value.abs() {
                break Some(reached);
            }
            length /= 2.0;
            if length < 1e-12 {
                break None;
            }
        };
        let Some(reached) = found else { break };
        let step: Vec<f64> = tried.iter().zip(&at).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = next.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        if dot(&step, &change) > 1e-12 * dot(&change, &change) {
            if pairs.len() == MEMORY {
                pairs.remove(0);
            }
            pairs.push((step, change));
        }
        (at, gradient, value) = (tried, next, reached);
    }
    at
}

/// The two-loop recursion: minus the gradient times an estimate of the inverse second derivative.
fn direction(gradient: &[f64], pairs: &[(Vec<f64>, Vec<f64>)]) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(pairs.len());
    for (step, change) in pairs.iter().rev() {
        let alpha = dot(step, &q) / dot(step, change);
        q.iter_mut().zip(change).for_each(|(q, change)| *q -= alpha * change);
        alphas.push(alpha);
    }
    let scale = pairs.last().map_or_else(
        || 1.0 / (1.0 + gradient.iter().fold(0.0, |sum, g| sum + g.abs())),
        |(step, change)| dot(step, change) / dot(change, change),
    );
    q.iter_mut().for_each(|q| *q *= scale);
    for ((step, change), alpha) in pairs.iter().zip(alphas.iter().rev()) {
        let beta = dot(change, &q) / dot(step, change);
        q.iter_mut().zip(step).for_each(|(q, step)| *q += (alpha - beta) * step);
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    fn columns(rows: usize, width: usize) -> Vec<Vec<f64>> {
        let mut rng = Rng::new(2, "coefficients", 0);
        (0..width).map(|_| (0..rows).map(|_| rng.normal()).collect()).collect()
    }

    #[test]
    fn ridge_solves_its_normal_equations() {
        let x = columns(40, 3);
        let y: Vec<f64> = (0..40).map(|row| 2.0 * x[0][row] - x[2][row] + 5.0).collect();
        let ridge = Ridge::new(x.clone(), &y);
        let weights = ridge.fit(&[0, 2]);
        for (own, &i) in [0, 2].iter().enumerate() {
            let left = ridge.gram[i][0] * weights[0] + ridge.gram[i][2] * weights[1] + weights[own];
            assert!((left - ridge.moments[i]).abs() < 1e-10, "{weights:?}");
        }
    }

    #[test]
    fn logistic_ends_where_the_gradient_is_zero_and_the_gradient_is_that_of_the_loss() {
        let x = columns(60, 4);
        for count in [2, 3] {
            let codes: Vec<u32> = (0..60)
                .map(|row| u32::from(x[0][row] + 0.3 * x[1][row] > 0.0) + if count == 3 { u32::from(x[2][row] > 1.0) } else { 0 })
                .collect();
            let used: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
            let mut logistic = Logistic::new(x.clone(), &codes, count);
            logistic.fit(&[0, 1, 2, 3]);
            let at: Vec<f64> = logistic.weights.concat();
            let mut room = vec![vec![0.0; 60]; logistic.outputs];
            let mut gradient = vec![0.0; at.len()];
            loss(&used, &codes, &mut room, &at, &mut gradient);
            assert!(gradient.iter().all(|g| g.abs() < 1e-6), "{gradient:?}");
            // Away from the minimum: against central differences.
            let away: Vec<f64> = at.iter().enumerate().map(|(place, x)| x + 0.1 * (place as f64 - 2.0)).collect();
            loss(&used, &codes, &mut room, &away, &mut gradient);
            for place in 0..away.len() {
                let mut unused = vec![0.0; at.len()];
                let mut moved = |by: f64| {
                    let mut moved = away.clone();
                    moved[place] += by;
                    loss(&used, &codes, &mut room, &moved, &mut unused)
                };
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((difference - gradient[place]).abs() < 1e-5, "{place}: {difference} {}", gradient[place]);
            }
        }
    }
}
