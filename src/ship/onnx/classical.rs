//! Nearest neighbours and naive Bayes as ONNX nodes, in 64-bit floats.

use super::Unsupported;
use super::graph::{Graph, int};
use crate::base::Message;
use crate::plan::{Gaussian, Nearest};

/// Numbers of the points, at most: the file is that large, and a runtime holds the distances of all rows that it is asked
/// for at once.
const MOST: usize = 4_000_000;
/// Weighted points that may answer, at most.
const MOST_WEIGHTED: usize = 2_000;
/// The share that stands for none: its logarithm is far below any other.
const NEVER: f64 = -1e300;

impl Graph {
    /// The answer of the nearest points to rows x columns: rows x outputs.
    ///
    /// Distances are added up column by column, as the engine does it, so that equally near points stay equally near and
    /// the earlier one comes first.
    pub fn nearest(&mut self, x: &str, nearest: &Nearest, columns: usize, outputs: usize) -> Result<String, Unsupported> {
        let points = nearest.answers.len();
        if nearest.points.len() > MOST {
            let why = Message::new("ship.onnx.too_many_points").with("count", nearest.points.len()).with("most", MOST);
            return Err(Unsupported::new(why));
        }
        let answering = answering(nearest).ok_or_else(|| Unsupported::new(Message::new("ship.onnx.weighted_points")))?;
        let mut far = self.zeros(x, points);
        for column in 0..columns {
            let values: Vec<f64> = (0..points).map(|point| nearest.points[point * columns + column]).collect();
            let (values, place) = (self.doubles(&[1, points], &values), self.integers(&[1], &[column as i64]));
            let own = self.node_with("Gather", &[x, &place], vec![int("axis", 1)]);
            let gap = self.node("Sub", &[&own, &values]);
            let part = if nearest.absolute { self.node("Abs", &[&gap]) } else { self.node("Mul", &[&gap, &gap]) };
            far = self.node("Add", &[&far, &part]);
        }
        let (far, places) = self.lowest(&far, answering);
        let mut shares = self.taken(&places, nearest, answering);
        if nearest.by_distance {
            shares = self.by_distance(&shares, &far, nearest.absolute);
        }
        let total = self.sum_of_row(&shares);
        let shares = self.node("Div", &[&shares, &total]);
        let answers = self.doubles(&[points], &nearest.answers);
        let answers = self.node_with("Gather", &[&answers, &places], vec![int("axis", 0)]);
        if outputs == 1 {
            let parts = self.node("Mul", &[&shares, &answers]);
            let sum = self.sum_of_row(&parts);
            return Ok(self.or_missing(&sum, x));
        }
        let mut wide = Vec::with_capacity(outputs);
        for class in 0..outputs {
            let class = self.double(class as f64);
            let own = self.node("Equal", &[&answers, &class]);
            let own = self.marks(&own);
            let parts = self.node("Mul", &[&shares, &own]);
            wide.push(self.sum_of_row(&parts));
        }
        let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
        let wide = self.node_with("Concat", &wide, vec![int("axis", 1)]);
        Ok(self.or_missing(&wide, x))
    }

    /// Rows x points, all 0.
    fn zeros(&mut self, x: &str, points: usize) -> String {
        // The first column times no number of any size: 0, and missing where it is missing.
        let (place, none) = (self.integers(&[1], &[0]), self.doubles(&[1, points], &vec![0.0; points]));
        let first = self.node_with("Gather", &[x, &place], vec![int("axis", 1)]);
        self.node("Mul", &[&first, &none])
    }

    /// How much of each of the nearest points counts, by its weight: rows x points that answer.
    fn taken(&mut self, places: &str, nearest: &Nearest, answering: usize) -> String {
        if nearest.weights.is_empty() {
            let ones = self.doubles(&[nearest.answers.len()], &vec![1.0; nearest.answers.len()]);
            return self.node_with("Gather", &[&ones, places], vec![int("axis", 0)]);
        }
        let weights = self.doubles(&[nearest.weights.len()], &nearest.weights);
        let weights = self.node_with("Gather", &[&weights, places], vec![int("axis", 0)]);
        // The weight of all points before each one.
        let before: Vec<f64> = (0..answering * answering).map(|at| f64::from(u8::from(at / answering < at % answering))).collect();
        let before = self.doubles(&[answering, answering], &before);
        let before = self.node("MatMul", &[&weights, &before]);
        let (count, zero) = (self.double(nearest.count as f64), self.double(0.0));
        let left = self.node("Sub", &[&count, &before]);
        let some = self.node("Greater", &[&left, &zero]);
        let left = self.choose(&some, &left, &zero);
        let whole = self.node("Less", &[&weights, &left]);
        self.choose(&whole, &weights, &left)
    }

    /// Shares over distances; where some points are at no distance, theirs alone, and where all are too far to tell, as
    /// they were.
    fn by_distance(&mut self, shares: &str, far: &str, absolute: bool) -> String {
        let distance = if absolute { far.to_owned() } else { self.node("Sqrt", &[far]) };
        let (one, zero) = (self.double(1.0), self.double(0.0));
        let nearness = self.node("Div", &[&one, &distance]);
        let most = self.double(f64::MAX);
        let here = self.node("Greater", &[&nearness, &most]);
        let here_share = self.choose(&here, shares, &zero);
        let here_sum = self.sum_of_row(&here_share);
        let is_here = self.node("Greater", &[&here_sum, &zero]);
        // So that no infinite number meets a 0.
        let nearness = self.choose(&here, &one, &nearness);
        let near_share = self.node("Mul", &[shares, &nearness]);
        let near_sum = self.sum_of_row(&near_share);
        let is_near = self.node("Greater", &[&near_sum, &zero]);
        let near_share = self.choose(&is_near, &near_share, shares);
        self.choose(&is_here, &here_share, &near_share)
    }

    /// The probabilities of classes that are normal distributions: rows x outputs.
    pub fn gaussian_bayes(&mut self, x: &str, classes: &[Gaussian], outputs: usize) -> String {
        let mut joint = Vec::with_capacity(classes.len());
        for class in classes {
            let columns = class.means.len();
            if class.share <= 0.0 {
                let zero = self.double(0.0);
                let none = self.node("Mul", &[x, &zero]);
                let none = self.sum_of_row(&none);
                let never = self.double(NEVER);
                joint.push(self.node("Add", &[&none, &never]));
                continue;
            }
            let double: Vec<f64> = class.variances.iter().map(|variance| 2.0 * variance).collect();
            let (means, double) = (self.doubles(&[1, columns], &class.means), self.doubles(&[1, columns], &double));
            let gap = self.node("Sub", &[x, &means]);
            let square = self.node("Mul", &[&gap, &gap]);
            let term = self.node("Div", &[&square, &double]);
            let far = self.sum_of_row(&term);
            let constant = self.double(class.constant());
            joint.push(self.node("Sub", &[&constant, &far]));
        }
        let joint: Vec<&str> = joint.iter().map(String::as_str).collect();
        let joint = self.node_with("Concat", &joint, vec![int("axis", 1)]);
        let shares = self.node_with("Softmax", &[&joint], vec![int("axis", 1)]);
        if outputs > 1 {
            return shares;
        }
        let second = self.integers(&[1], &[1]);
        self.node_with("Gather", &[&shares, &second], vec![int("axis", 1)])
    }

    /// A row with a missing value has no answer.
    fn or_missing(&mut self, answer: &str, x: &str) -> String {
        let zero = self.double(0.0);
        let nothing = self.node("Mul", &[x, &zero]);
        self.no_answer_where_missing(answer, &nothing)
    }

    /// The lowest values of each row, ascending, and their places; of equal ones the first.
    fn lowest(&mut self, x: &str, count: usize) -> (String, String) {
        let count = self.integers(&[1], &[count as i64]);
        self.node_of_two("TopK", &[x, &count], vec![int("axis", 1), int("largest", 0), int("sorted", 1)])
    }
}

/// So many points are looked at: of weighted ones as many as may be needed to come to the count, the lightest ones.
fn answering(nearest: &Nearest) -> Option<usize> {
    let points = nearest.answers.len();
    if nearest.weights.is_empty() {
        return Some(nearest.count.min(points));
    }
    let mut sorted = nearest.weights.clone();
    sorted.sort_by(f64::total_cmp);
    let mut sum = 0.0;
    let needed = sorted.iter().take_while(|&&weight| {
        let more = sum < nearest.count as f64;
        sum += weight;
        more
    });
    // One more, since sums in another order may be a little smaller.
    let needed = (needed.count() + 1).min(points);
    (needed <= MOST_WEIGHTED).then_some(needed)
}
