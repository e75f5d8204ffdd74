//! The interpreter of models whose nearest points answer.

use super::op::Nearest;
use crate::num::neighbours::Neighbours;
use ndarray::Array2;

/// Points ready to be searched.
pub(super) struct Search<'a> {
    nearest: &'a Nearest,
    tree: Neighbours,
}

impl Nearest {
    /// Whether the lists are of one length, the numbers finite, and every answer is there.
    pub fn fits(&self, columns: usize, outputs: usize) -> bool {
        let points = self.answers.len();
        let is_answer = |answer: &f64| match outputs {
            1 => answer.is_finite(),
            _ => (0..outputs).any(|class| *answer == class as f64),
        };
        points > 0
            && outputs > 0
            && self.count > 0
            && points.checked_mul(columns) == Some(self.points.len())
            && (self.weights.is_empty() || self.weights.len() == points)
            && self.weights.iter().all(|&weight| weight > 0.0 && weight.is_finite())
            && self.points.iter().all(|value| value.is_finite())
            && self.answers.iter().all(is_answer)
    }
}

impl<'a> Search<'a> {
    /// Of a model that fits together.
    pub fn new(nearest: &'a Nearest, columns: usize) -> Self {
        let points = nearest.answers.len();
        let numbers = Array2::from_shape_fn((points, columns), |(row, column)| nearest.points[row * columns + column]);
        Self { nearest, tree: Neighbours::of_numbers(numbers, nearest.absolute) }
    }

    /// Rows x columns in, rows x outputs out. A row with a missing value has no answer.
    pub fn run(&self, block: &[f64], columns: usize, outputs: usize, raw: &mut [f64]) {
        for (place, answer) in raw.chunks_exact_mut(outputs).enumerate() {
            let row = &block[place * columns..(place + 1) * columns];
            if row.iter().any(|value| value.is_nan()) {
                answer.fill(f64::NAN);
            } else {
                self.answer(row, answer);
            }
        }
    }

    fn answer(&self, row: &[f64], answer: &mut [f64]) {
        let near = self.near(row);
        let distance = |far: f64| if self.nearest.absolute { far } else { far.sqrt() };
        let nearness = |far: f64| if self.nearest.by_distance { 1.0 / distance(far) } else { 1.0 };
        // One over next to nothing is beyond all numbers: such a point is at the place itself.
        let is_here = near.iter().any(|(_, far, _)| nearness(*far).is_infinite());
        let mut shares: Vec<f64> = near
            .iter()
            .map(|(_, far, taken)| match (is_here, nearness(*far)) {
                (true, near) => taken * f64::from(u8::from(near.is_infinite())),
                (false, near) => taken * near,
            })
            .collect();
        let total = |shares: &[f64]| shares.iter().fold(0.0, |sum, share| sum + share);
        if total(&shares) <= 0.0 {
            // All are further away than a number can tell.
            shares = near.iter().map(|(_, _, taken)| *taken).collect();
        }
        let total = total(&shares);
        answer.fill(0.0);
        for ((point, _, _), share) in near.iter().zip(&shares) {
            let (value, share) = (self.nearest.answers[*point], share / total);
            if answer.len() == 1 {
                answer[0] += share * value;
            } else if let Some(class) = answer.get_mut(value as usize) {
                *class += share;
            }
        }
    }

    /// The points that answer, each with its distance as the tree tells it and how much of it counts.
    fn near(&self, row: &[f64]) -> Vec<(usize, f64, f64)> {
        let (count, points) = (self.nearest.count, self.tree.len());
        if self.nearest.weights.is_empty() {
            return self.tree.of_place(row, count).into_iter().map(|(point, far)| (point, far, 1.0)).collect();
        }
        let mut asked = count;
        loop {
            let mut left = count as f64;
            let mut near = Vec::new();
            for (point, far) in self.tree.of_place(row, asked) {
                let weight = self.nearest.weights[point];
                let taken = if weight < left { weight } else { left };
                near.push((point, far, taken));
                left -= taken;
                if left <= 0.0 {
                    break;
                }
            }
            if left <= 0.0 || asked >= points {
                return near;
            }
            asked = asked.saturating_mul(2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Op, answer};
    use ndarray::{Array2, arr2};

    fn model(nearest: Nearest, columns: usize, outputs: usize) -> Op {
        let names = |stem: &str, count: usize| (0..count).map(|place| format!("{stem}{place}")).collect::<Vec<String>>();
        Op::Neighbours { columns: names("x", columns), nearest, into: names("p", outputs) }
    }

    fn line(answers: &[f64], count: usize) -> Nearest {
        Nearest {
            points: (0..answers.len()).map(|place| place as f64).collect(),
            answers: answers.to_vec(),
            weights: Vec::new(),
            count,
            by_distance: false,
            absolute: false,
        }
    }

    fn at(nearest: &Nearest, outputs: usize, x: f64) -> Vec<f64> {
        answer(&model(nearest.clone(), 1, outputs), arr2(&[[x]]).view()).expect("it fits").into_raw_vec_and_offset().0
    }

    #[test]
    fn the_nearest_answer_and_of_equally_near_ones_the_earlier() {
        let plain = line(&[0.0, 10.0, 20.0, 30.0], 2);
        assert_eq!(at(&plain, 1, 0.9), [5.0]);
        assert_eq!(at(&plain, 1, 1.0), [5.0]);
        assert_eq!(at(&Nearest { count: 9, ..plain.clone() }, 1, 100.0), [15.0]);
        let by_distance = Nearest { by_distance: true, ..plain.clone() };
        assert_eq!(at(&by_distance, 1, 1.0), [10.0]);
        assert!((at(&by_distance, 1, 1.25)[0] - (10.0 * 4.0 + 20.0 / 0.75) / (4.0 + 1.0 / 0.75)).abs() < 1e-12);
        // Further than numbers tell: all are as near as any other.
        assert_eq!(at(&by_distance, 1, 1e200), [5.0]);
        assert_eq!(at(&line(&[0.0, 2.0, 2.0, 1.0], 3), 3, 1.4), [1.0 / 3.0, 0.0, 2.0 / 3.0]);
        assert!(at(&plain, 1, f64::NAN)[0].is_nan());
    }

    #[test]
    fn a_weight_is_a_point_repeated() {
        let weighted = Nearest { weights: vec![1.0, 3.0, 2.0, 1.0], by_distance: true, ..line(&[0.0, 10.0, 20.0, 30.0], 4) };
        let repeated = Nearest {
            points: vec![0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0],
            answers: vec![0.0, 10.0, 10.0, 10.0, 20.0, 20.0, 30.0],
            weights: Vec::new(),
            ..weighted.clone()
        };
        for x in [-1.0, 0.4, 1.6, 2.0, 7.0] {
            assert!((at(&weighted, 1, x)[0] - at(&repeated, 1, x)[0]).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn a_broken_model_is_a_problem() {
        let good = line(&[0.0, 1.0, 2.0], 2);
        let broken = [
            Nearest { points: vec![1.0], ..good.clone() },
            Nearest { points: vec![1.0, f64::NAN, 3.0], ..good.clone() },
            Nearest { answers: vec![0.0, 1.0, 3.0], ..good.clone() },
            Nearest { answers: vec![0.0, 0.5, 1.0], ..good.clone() },
            Nearest { weights: vec![1.0], ..good.clone() },
            Nearest { weights: vec![1.0, 0.0, 1.0], ..good.clone() },
            Nearest { count: 0, ..good.clone() },
            Nearest { points: Vec::new(), answers: Vec::new(), ..good.clone() },
        ];
        assert!(answer(&model(good, 1, 3), arr2(&[[1.0]]).view()).is_ok());
        for nearest in broken {
            assert!(answer(&model(nearest.clone(), 1, 3), arr2(&[[1.0]]).view()).is_err(), "{nearest:?}");
        }
        // No columns: every point is as near as any other.
        let bare = Nearest { points: Vec::new(), ..line(&[4.0, 6.0, 100.0], 2) };
        assert_eq!(answer(&model(bare, 0, 1), Array2::zeros((2, 0)).view()), Ok(arr2(&[[5.0], [5.0]])));
    }
}
