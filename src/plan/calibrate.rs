//! Probabilities set right: what a model says, turned into what then happened as often.

use super::apply::numbers;
use super::op::{Calibrator, Link, Points};
use crate::base::{Problem, Stage};
use crate::num::float;
use crate::table::{Column, Table};

/// Probabilities nearer to 0 or 1 than this count as this: a share of trees can be 0, and the logarithm of that is no number.
pub const NEAREST: f64 = 1e-6;

/// The log-odds of a probability, which is kept [`NEAREST`] away from both ends.
pub fn log_odds(p: f64) -> f64 {
    let p = clipped(p, 1.0 - NEAREST);
    float::ln(p / (1.0 - p))
}

/// The logarithm of a probability, which is kept [`NEAREST`] away from 0.
pub fn log(p: f64) -> f64 {
    float::ln(clipped(p, f64::INFINITY))
}

fn clipped(p: f64, most: f64) -> f64 {
    if p < NEAREST {
        NEAREST
    } else if p > most {
        most
    } else {
        p
    }
}

impl Points {
    /// The value at a place: on the straight line between the two points around it, and beyond the ends that of the end.
    pub fn at(&self, x: f64) -> f64 {
        let above = self.x.partition_point(|edge| *edge <= x);
        match above {
            _ if x.is_nan() => x,
            0 => self.y[0],
            above if above == self.x.len() => self.y[above - 1],
            above => {
                let (low, high) = (above - 1, above);
                let slope = (self.y[high] - self.y[low]) / (self.x[high] - self.x[low]);
                self.y[low] + slope * (x - self.x[low])
            }
        }
    }

    fn fits(&self) -> bool {
        let is_share = |y: &f64| (0.0..=1.0).contains(y);
        let ascends = self.x.windows(2).all(|pair| pair[0] < pair[1]);
        !self.x.is_empty() && self.x.len() == self.y.len() && ascends && self.x.iter().all(|x| x.is_finite()) && self.y.iter().all(is_share)
    }
}

impl Calibrator {
    /// Whether it is for so many columns, and its parts fit together.
    pub fn fits(&self, columns: usize) -> bool {
        columns > 0
            && match self {
                Calibrator::Sigmoid { slopes, offsets } => {
                    slopes.len() == columns && offsets.len() == columns && slopes.iter().chain(offsets).all(|x| x.is_finite())
                }
                Calibrator::Isotonic { points } => points.len() == columns && points.iter().all(Points::fits),
                Calibrator::Temperature { factor } => factor.is_finite() && *factor > 0.0,
            }
    }

    /// Turns the probabilities of a row (of the positive class, or of every class) into those that are set right. It must fit.
    pub fn apply(&self, row: &mut [f64]) {
        match self {
            Calibrator::Sigmoid { slopes, offsets } => {
                for (place, p) in row.iter_mut().enumerate() {
                    *p = float::sigmoid(slopes[place] * log_odds(*p) + offsets[place]);
                }
            }
            Calibrator::Isotonic { points } => row.iter_mut().zip(points).for_each(|(p, points)| *p = points.at(*p)),
            Calibrator::Temperature { factor } => match row {
                [p] => *p = float::sigmoid(factor * log_odds(*p)),
                row => {
                    row.iter_mut().for_each(|p| *p = factor * log(*p));
                    return Link::Softmax.apply(row);
                }
            },
        }
        if row.len() > 1 {
            let sum = row.iter().fold(0.0, |sum, p| sum + p);
            let same = 1.0 / row.len() as f64;
            // Where no class is left with a chance, each has the same.
            row.iter_mut().for_each(|p| *p = if sum == 0.0 { same } else { *p / sum });
        }
    }
}

pub(super) fn apply(table: &mut Table, columns: &[String], by: &Calibrator) -> Result<(), Problem> {
    if !by.fits(columns.len()) {
        return Err(Problem::new(Stage::Ship, "plan.misfit").with("op", "calibrate"));
    }
    let mut values = columns.iter().map(|name| Ok(numbers(table, name)?.to_vec())).collect::<Result<Vec<_>, Problem>>()?;
    let mut row = vec![0.0; columns.len()];
    for place in 0..table.rows() {
        row.iter_mut().zip(&values).for_each(|(cell, column)| *cell = column[place]);
        by.apply(&mut row);
        values.iter_mut().zip(&row).for_each(|(column, cell)| column[place] = *cell);
    }
    columns.iter().zip(values).for_each(|(name, values)| table.put(Column::number(name, values)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Op, apply_op};

    fn after(by: Calibrator, columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let names: Vec<String> = (0..columns.len()).map(|place| format!("p{place}")).collect();
        let mut table = Table::new(names.iter().zip(columns).map(|(name, values)| Column::number(name, values.clone())).collect());
        apply_op(&Op::Calibrate { columns: names.clone(), by }, &mut table).expect("it fits");
        names.iter().map(|name| table.column(name).and_then(Column::numbers).expect("numbers").to_vec()).collect()
    }

    #[test]
    fn slope_1_and_factor_1_change_nothing() {
        let p = vec![0.1, 0.5, 0.99];
        for by in [Calibrator::Sigmoid { slopes: vec![1.0], offsets: vec![0.0] }, Calibrator::Temperature { factor: 1.0 }] {
            let said = after(by, std::slice::from_ref(&p));
            assert!(said[0].iter().zip(&p).all(|(a, b)| (a - b).abs() < 1e-15), "{said:?}");
        }
        let classes = vec![vec![0.2, 0.6], vec![0.3, 0.3], vec![0.5, 0.1]];
        let said = after(Calibrator::Temperature { factor: 1.0 }, &classes);
        assert!(said.iter().flatten().zip(classes.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-15), "{said:?}");
    }

    #[test]
    fn points_are_joined_by_lines_and_end_flat() {
        let points = Points { x: vec![0.2, 0.4, 0.8], y: vec![0.1, 0.1, 0.9] };
        let said = after(Calibrator::Isotonic { points: vec![points] }, &[vec![0.0, 0.2, 0.3, 0.6, 0.8, 1.0, f64::NAN]]);
        let expected = [0.1, 0.1, 0.1, 0.5, 0.9, 0.9];
        assert!(said[0].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15) && said[0][6].is_nan(), "{said:?}");
        let one = Calibrator::Isotonic { points: vec![Points { x: vec![0.5], y: vec![0.3] }] };
        assert_eq!(after(one, &[vec![0.1, 0.9]]), [[0.3, 0.3]]);
    }

    #[test]
    fn classes_add_up_to_one_also_where_none_is_left() {
        let none = Points { x: vec![0.4, 0.6], y: vec![0.0, 0.5] };
        let said = after(Calibrator::Isotonic { points: vec![none.clone(), none] }, &[vec![0.5, 0.1, f64::NAN], vec![0.6, 0.2, f64::NAN]]);
        assert!((said[0][0] - 1.0 / 3.0).abs() < 1e-12 && (said[1][0] - 2.0 / 3.0).abs() < 1e-12, "{said:?}");
        assert_eq!((said[0][1], said[1][1]), (0.5, 0.5));
        assert!(said[0][2].is_nan());
    }

    #[test]
    fn certain_answers_stay_numbers_and_missing_ones_missing() {
        for by in [Calibrator::Sigmoid { slopes: vec![2.0], offsets: vec![-1.0] }, Calibrator::Temperature { factor: 0.5 }] {
            let said = after(by, &[vec![0.0, 1.0, f64::NAN]]);
            assert!(said[0][0] > 0.0 && said[0][1] < 1.0 && said[0][2].is_nan(), "{said:?}");
        }
    }

    #[test]
    fn what_does_not_fit_says_so() {
        let wrong = [
            Calibrator::Sigmoid { slopes: vec![], offsets: vec![] },
            Calibrator::Isotonic { points: vec![Points { x: vec![0.5, 0.5], y: vec![0.1, 0.2] }] },
            Calibrator::Isotonic { points: vec![Points { x: vec![], y: vec![] }] },
            Calibrator::Temperature { factor: 0.0 },
        ];
        for by in wrong {
            let mut table = Table::new(vec![Column::number("p", vec![0.5])]);
            let op = Op::Calibrate { columns: vec!["p".to_owned()], by };
            assert_eq!(apply_op(&op, &mut table).expect_err("a problem").message.id, "plan.misfit");
        }
    }
}
