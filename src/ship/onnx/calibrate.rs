//! Probabilities set right, as ONNX nodes in 64-bit floats.

use super::Unsupported;
use super::columns::{Columns, fits};
use super::graph::int;
use super::proto::element;
use crate::plan::calibrate::NEAREST;
use crate::plan::{Calibrator, Points};

impl Columns {
    /// Replaces the probabilities in these columns.
    pub fn calibrate(&mut self, names: &[String], by: &Calibrator) -> Result<(), Unsupported> {
        fits(by.fits(names.len()), "calibrate")?;
        let answer = match by {
            Calibrator::Sigmoid { slopes, offsets } => {
                let odds = self.log_odds(names)?;
                let slopes = self.graph.doubles(&[1, names.len()], slopes);
                let offsets = self.graph.doubles(&[1, names.len()], offsets);
                let steep = self.graph.node("Mul", &[&odds, &slopes]);
                let moved = self.graph.node("Add", &[&steep, &offsets]);
                self.graph.node("Sigmoid", &[&moved])
            }
            Calibrator::Isotonic { points } => {
                let lines = names.iter().zip(points).map(|(name, points)| self.line(name, points)).collect::<Result<Vec<_>, _>>()?;
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                match lines[..] {
                    [one] => one.to_owned(),
                    _ => self.graph.node_with("Concat", &lines, vec![int("axis", 1)]),
                }
            }
            Calibrator::Temperature { factor } => {
                let factor = self.graph.double(*factor);
                if names.len() == 1 {
                    let odds = self.log_odds(names)?;
                    let scaled = self.graph.node("Mul", &[&odds, &factor]);
                    self.graph.node("Sigmoid", &[&scaled])
                } else {
                    let p = self.matrix(names)?;
                    let p = self.clip(&p, NEAREST, f64::INFINITY);
                    let log = self.graph.node("Log", &[&p]);
                    let scaled = self.graph.node("Mul", &[&log, &factor]);
                    self.graph.node_with("Softmax", &[&scaled], vec![int("axis", 1)])
                }
            }
        };
        let is_shared = names.len() > 1 && !matches!(by, Calibrator::Temperature { .. });
        let answer = if is_shared { self.shared(&answer, names.len()) } else { answer };
        self.put_wide(names, &answer);
        Ok(())
    }

    fn log_odds(&mut self, names: &[String]) -> Result<String, Unsupported> {
        let p = self.matrix(names)?;
        let p = self.clip(&p, NEAREST, 1.0 - NEAREST);
        let one = self.graph.double(1.0);
        let rest = self.graph.node("Sub", &[&one, &p]);
        let odds = self.graph.node("Div", &[&p, &rest]);
        Ok(self.graph.node("Log", &[&odds]))
    }

    /// The line through points at the numbers of a column: the number of points at or below one says on which piece it lies.
    fn line(&mut self, name: &str, points: &Points) -> Result<String, Unsupported> {
        let x = self.numbers(name)?;
        let Points { x: edges, y } = points;
        let last = edges.len() - 1;
        let slope = |piece: usize| (y[piece + 1] - y[piece]) / (edges[piece + 1] - edges[piece]);
        // Before the first point, on each piece, after the last point.
        let from: Vec<f64> = std::iter::once(edges[0]).chain(edges.iter().copied()).collect();
        let at: Vec<f64> = std::iter::once(y[0]).chain(y.iter().copied()).collect();
        let slopes: Vec<f64> = std::iter::once(0.0).chain((0..last).map(slope)).chain(std::iter::once(0.0)).collect();
        // Where the number is missing the first piece is taken, on which it stays missing.
        let piece = self.bin(&x, edges);
        let missing = self.graph.node("IsNaN", &[&piece]);
        let zero = self.graph.double(0.0);
        let piece = self.graph.choose(&missing, &zero, &piece);
        let piece = self.graph.cast(&piece, element::INT64);
        let mut of_piece = |values: &[f64]| {
            let list = self.graph.doubles(&[values.len()], values);
            self.graph.node_with("Gather", &[&list, &piece], vec![int("axis", 0)])
        };
        let (from, at, slopes) = (of_piece(&from), of_piece(&at), of_piece(&slopes));
        let beyond = self.graph.node("Sub", &[&x, &from]);
        let rise = self.graph.node("Mul", &[&slopes, &beyond]);
        Ok(self.graph.node("Add", &[&at, &rise]))
    }

    /// Each row divided by its sum; the same everywhere where that is 0.
    fn shared(&mut self, answer: &str, width: usize) -> String {
        let sum = self.graph.sum_of_row(answer);
        let zero = self.graph.double(0.0);
        let none = self.graph.node("Equal", &[&sum, &zero]);
        let share = self.graph.node("Div", &[answer, &sum]);
        let same = self.graph.double(1.0 / width as f64);
        self.graph.choose(&none, &same, &share)
    }
}
