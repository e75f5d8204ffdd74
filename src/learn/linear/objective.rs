//! What the solvers make small: the weighted loss of the training rows plus penalties, as a function of one flat list
//! of parameters: for each output its intercept, then its weights (of the shifted and scaled columns).

use super::design::Design;
use crate::num::float;
use std::ops::Range;

/// The answer of each row, with the loss that belongs to it.
pub enum Answers {
    /// 0 or 1; the loss is -ln of the probability of the true class, by the log-odds.
    Binary(Vec<f64>),
    /// Classes from 0; the loss is -ln of the probability of the true class, by softmax.
    Classes(Vec<u32>),
    /// Numbers; the loss is half the squared error.
    Numbers(Vec<f64>),
    /// 1 or -1; the loss is the square of what the score times this lacks to 1.
    Margin(Vec<f64>),
    /// Numbers and a half width; the loss is the square of what the error is beyond it.
    Tube(Vec<f64>, f64),
}

/// How large weights are punished. Intercepts are so of machines with a margin or a tube alone.
pub struct Penalty {
    /// Half of this times the squared intercept.
    pub intercept: f64,
    /// For each column: half of this times the squared weight.
    pub square: Vec<f64>,
    /// For each column: this times the absolute weight.
    pub absolute: Vec<f64>,
    /// Half of this times the square of the sum over outputs, for the intercepts and, where `pin_weights`, for the
    /// weights of each column. With several outputs softmax leaves their common level open; this fixes it at 0 and
    /// moves no optimum.
    pub pin: f64,
    /// Whether the weights are pinned too: not under an absolute penalty, which fixes their level itself.
    pub pin_weights: bool,
}

/// The training rows, their answers and weights, and the penalty.
pub struct Objective {
    pub design: Design,
    pub answers: Answers,
    pub row_weights: Vec<f64>,
    pub outputs: usize,
    pub penalty: Penalty,
    /// Whether there is a penalty at all.
    pub is_penalised: bool,
}

/// Sums over rows at a point; first those of the loss, then with penalties.
pub struct Sums {
    /// The loss.
    pub value: f64,
    /// By parameter; without the absolute penalty, which has none at 0.
    pub gradient: Vec<f64>,
    /// For each pair of outputs (a, b <= a) in order a lower triangle, row by row; empty where it is not wanted.
    pub products: Vec<f64>,
}

impl Objective {
    /// The number of parameters of an output: its intercept and its weights.
    pub fn stride(&self) -> usize {
        self.design.columns() + 1
    }

    /// The number of parameters.
    pub fn parameters(&self) -> usize {
        self.outputs * self.stride()
    }

    /// Whether numbers are predicted.
    pub fn has_numbers(&self) -> bool {
        matches!(self.answers, Answers::Numbers(_) | Answers::Tube(..))
    }

    /// Whether the loss may fall for ever as weights grow: classes without any penalty.
    pub fn may_have_no_minimum(&self) -> bool {
        !self.has_numbers() && !self.is_penalised
    }

    /// Multiplications for a row.
    pub fn row_work(&self, with_products: bool) -> u64 {
        let (k, width) = (self.outputs as u64, self.design.width() as u64);
        k * width * 2 + if with_products { k * (k + 1) / 2 * width * width / 2 } else { 0 }
    }

    /// Sums before the first row.
    pub fn start(&self, with_products: bool) -> Sums {
        let pairs = if with_products { self.outputs * (self.outputs + 1) / 2 } else { 0 };
        let triangle = self.stride() * (self.stride() + 1) / 2;
        Sums { value: 0.0, gradient: vec![0.0; self.parameters()], products: vec![0.0; pairs * triangle] }
    }

    /// Adds rows to the sums.
    pub fn add(&self, rows: Range<usize>, point: &[f64], sums: &mut Sums) {
        let stride = self.stride();
        let mut scores = vec![0.0; self.outputs];
        for row in rows.filter(|&row| self.row_weights[row] > 0.0) {
            for (score, part) in scores.iter_mut().zip(point.chunks_exact(stride)) {
                *score = part[0] + self.design.dot(row, &part[1..]);
            }
            let weight = self.row_weights[row];
            sums.value += weight * self.loss(row, &mut scores);
            // `scores` are now predictions; the derivative by a score is prediction minus truth.
            for (output, part) in sums.gradient.chunks_exact_mut(stride).enumerate() {
                let slope = weight * (scores[output] - self.truth(row, output));
                part[0] += slope;
                self.design.add(row, slope, &mut part[1..]);
            }
            if sums.products.is_empty() {
                continue;
            }
            let pairs = (0..self.outputs).flat_map(|a| (0..=a).map(move |b| (a, b)));
            for ((a, b), triangle) in pairs.zip(sums.products.chunks_exact_mut(stride * (stride + 1) / 2)) {
                let curvature = match &self.answers {
                    Answers::Numbers(_) => 1.0,
                    // The slope, which is 0 where the loss is.
                    Answers::Margin(_) | Answers::Tube(..) => {
                        if scores[0] == 0.0 {
                            0.0
                        } else {
                            2.0
                        }
                    }
                    _ if a == b => scores[a] * (1.0 - scores[a]),
                    _ => -scores[a] * scores[b],
                };
                self.design.add_products(row, weight * curvature, triangle);
            }
        }
    }

    /// The loss of a row; its scores become predictions, or where the loss has no such thing its slope.
    fn loss(&self, row: usize, scores: &mut [f64]) -> f64 {
        match &self.answers {
            Answers::Numbers(values) => (scores[0] - values[row]) * (scores[0] - values[row]) / 2.0,
            Answers::Margin(sides) => {
                let lack = 1.0 - sides[row] * scores[0];
                let lack = if lack > 0.0 { lack } else { 0.0 };
                scores[0] = -2.0 * sides[row] * lack;
                lack * lack
            }
            Answers::Tube(values, half) => {
                let error = scores[0] - values[row];
                let beyond = if error.abs() > *half { error.abs() - half } else { 0.0 };
                scores[0] = 2.0 * beyond * error.signum();
                beyond * beyond
            }
            Answers::Binary(truth) => {
                let score = scores[0];
                scores[0] = float::sigmoid(score);
                // ln(1 + exp(score)) - truth * score, without the difference of two large numbers.
                float::softplus(if truth[row] > 0.0 { -score } else { score })
            }
            Answers::Classes(codes) => {
                let largest = scores.iter().fold(f64::NEG_INFINITY, |best, &score| if score > best { score } else { best });
                let own = scores[codes[row] as usize] - largest;
                scores.iter_mut().for_each(|score| *score = float::exp(*score - largest));
                let sum = scores.iter().fold(0.0, |sum, score| sum + score);
                scores.iter_mut().for_each(|score| *score /= sum);
                float::ln(sum) - own
            }
        }
    }

    fn truth(&self, row: usize, output: usize) -> f64 {
        match &self.answers {
            Answers::Numbers(values) | Answers::Binary(values) => values[row],
            // The score is the slope already.
            Answers::Margin(_) | Answers::Tube(..) => 0.0,
            Answers::Classes(codes) => f64::from(u8::from(codes[row] as usize == output)),
        }
    }

    /// Adds the penalties to the sums over all rows (but for the gradient of the absolute one).
    pub fn finish(&self, point: &[f64], sums: &mut Sums) {
        let (stride, p) = (self.stride(), self.design.columns());
        for (part, slopes) in point.chunks_exact(stride).zip(sums.gradient.chunks_exact_mut(stride)) {
            for column in 0..p {
                let (weight, square) = (part[column + 1], self.penalty.square[column]);
                sums.value += square * weight * weight / 2.0 + self.penalty.absolute[column] * weight.abs();
                slopes[column + 1] += square * weight;
            }
            sums.value += self.penalty.intercept * part[0] * part[0] / 2.0;
            slopes[0] += self.penalty.intercept * part[0];
        }
        for place in self.pinned() {
            let level = point.iter().skip(place).step_by(stride).fold(0.0, |sum, value| sum + value);
            sums.value += self.penalty.pin * level * level / 2.0;
            sums.gradient.iter_mut().skip(place).step_by(stride).for_each(|slope| *slope += self.penalty.pin * level);
        }
    }

    /// The places within an output's parameters whose sum over outputs is pinned.
    fn pinned(&self) -> Range<usize> {
        match () {
            () if self.outputs < 2 => 0..0,
            () if self.penalty.pin_weights => 0..self.stride(),
            () => 0..1,
        }
    }

    /// The absolute penalty at a point.
    pub fn absolute(&self, point: &[f64]) -> f64 {
        let weights = point.chunks_exact(self.stride()).flat_map(|part| part[1..].iter().zip(&self.penalty.absolute));
        weights.fold(0.0, |sum, (weight, factor)| sum + factor * weight.abs())
    }

    /// The factor of the absolute penalty on each parameter.
    pub fn absolute_factors(&self) -> Vec<f64> {
        (0..self.outputs).flat_map(|_| [0.0].into_iter().chain(self.penalty.absolute.iter().copied())).collect()
    }

    /// The matrix of second derivatives (but for the absolute penalty) from the products: parameters x parameters, the
    /// lower triangle filled.
    pub fn curvature(&self, sums: &Sums) -> Vec<f64> {
        let (n, stride) = (self.parameters(), self.stride());
        let mut matrix = vec![0.0; n * n];
        let triangle = stride * (stride + 1) / 2;
        let pairs = (0..self.outputs).flat_map(|a| (0..=a).map(move |b| (a, b)));
        for ((a, b), products) in pairs.zip(sums.products.chunks_exact(triangle)) {
            for i in 0..stride {
                for j in 0..=i {
                    let product = products[i * (i + 1) / 2 + j];
                    matrix[(a * stride + i) * n + b * stride + j] = product;
                    // Off the diagonal blocks the whole square is wanted.
                    matrix[(a * stride + j) * n + b * stride + i] = product;
                }
            }
        }
        for output in 0..self.outputs {
            matrix[output * stride * n + output * stride] += self.penalty.intercept;
            for (column, square) in self.penalty.square.iter().enumerate() {
                let place = output * stride + column + 1;
                matrix[place * n + place] += square;
            }
        }
        for place in self.pinned() {
            for (a, b) in (0..self.outputs).flat_map(|a| (0..=a).map(move |b| (a, b))) {
                matrix[(a * stride + place) * n + b * stride + place] += self.penalty.pin;
            }
        }
        matrix
    }
}
