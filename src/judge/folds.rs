//! The map of the folds: which rows each learns from, leaves out and predicts, in few enough pieces to be drawn.

use super::setup::Setup;
use crate::learn::Target;
use crate::table::split::Scheme;
use serde::{Deserialize, Serialize};

/// Pieces of a strip, at most.
const PIECES: usize = 120;

/// Which rows go where in each fold. Rows with an answer stand in the order of the file; by time in order of time, and
/// where units are kept together unit by unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoldMap {
    /// What the rows are in order of: `file`, `time` or `group`.
    pub order: String,
    /// Rows in order.
    pub rows: usize,
    /// The ends of the pieces of every strip, as places in this order; ascending, the last is `rows`.
    pub ends: Vec<usize>,
    /// The classes, by code; empty for numbers.
    pub classes: Vec<String>,
    /// Each fold.
    pub folds: Vec<FoldStrip>,
}

/// Where the rows go in a fold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoldStrip {
    /// For each piece the rows that are learned from, predicted, left out, and sealed.
    pub pieces: Vec<[usize; 4]>,
    /// Rows learned from; of a bootstrap sample each as often as it was drawn.
    pub train: usize,
    /// Rows predicted.
    pub test: usize,
    /// Training rows that are neither.
    pub out: usize,
    /// For each class the rows learned from and the rows predicted.
    pub classes: Vec<(usize, usize)>,
}

impl FoldMap {
    /// The map of a setup whose folds are made by a scheme.
    pub fn of(setup: &Setup, scheme: Scheme) -> Self {
        let rows = setup.inputs.rows();
        let mut order: Vec<usize> = (0..rows).collect();
        let by = match (scheme, &setup.times, &setup.units) {
            (Scheme::Time, Some(times), _) => {
                order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
                "time"
            }
            (scheme, _, Some(units)) if scheme.keeps_units() => {
                order.sort_by_key(|&row| units[row]);
                "group"
            }
            _ => "file",
        };
        let pieces = rows.min(PIECES);
        let ends: Vec<usize> = (1..=pieces).map(|piece| piece * rows / pieces).collect();
        let mut is_sealed = vec![false; rows];
        setup.held_out.iter().for_each(|&row| is_sealed[row] = true);
        let codes: &[u32] = match &setup.target {
            Target::Classes { codes, .. } => codes,
            Target::Values(_) => &[],
        };
        let strip = |fold: &crate::table::split::Fold| {
            let mut part = vec![2_u8; rows];
            fold.train.iter().for_each(|&row| part[row] = 0);
            fold.test.iter().for_each(|&row| part[row] = 1);
            let mut strip = FoldStrip {
                pieces: vec![[0; 4]; pieces],
                train: fold.train.len(),
                test: fold.test.len(),
                out: 0,
                classes: vec![(0, 0); setup.classes.len()],
            };
            let mut piece = 0;
            for (place, &row) in order.iter().enumerate() {
                while place >= ends[piece] {
                    piece += 1;
                }
                let part = if is_sealed[row] { 3 } else { usize::from(part[row]) };
                strip.out += usize::from(part == 2);
                strip.pieces[piece][part] += 1;
            }
            if !codes.is_empty() {
                fold.train.iter().for_each(|&row| strip.classes[codes[row] as usize].0 += 1);
                fold.test.iter().for_each(|&row| strip.classes[codes[row] as usize].1 += 1);
            }
            strip
        };
        let folds = setup.folds.iter().map(strip).collect();
        Self { order: by.to_owned(), rows, ends, classes: setup.classes.clone(), folds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::{Goal, Split};
    use crate::table::{Column, Strings, Table};

    #[test]
    fn every_row_is_in_one_piece_of_every_fold() {
        let n = 500;
        let table = Table::new(vec![
            Column::number("x", (0..n).map(f64::from).collect()),
            Column::number("when", (0..n).map(|row| f64::from((row * 7) % n)).collect()),
            Column::category("who", Strings::from_texts((0..n).map(|row| Some(format!("u{}", row % 20))))),
            Column::category("y", Strings::from_texts((0..n).map(|row| Some(if row % 3 == 0 { "yes" } else { "no" })))),
        ]);
        let goal = Goal { target: Some("y".to_owned()), group: Some("who".to_owned()), time: Some("when".to_owned()), ..Goal::default() };
        for (id, scheme) in Scheme::ALL {
            let split = Split { scheme, gap: 5, window: 100, folds: 3, ..Split::default() };
            let setup = Setup::new(&table, &goal, &split, &[], &[], 1).expect("a setup");
            let map = FoldMap::of(&setup, scheme);
            assert_eq!((map.rows, map.ends.len(), map.ends.last()), (500, PIECES, Some(&500)), "{id}");
            assert_eq!(map.folds.len(), setup.folds.len());
            for fold in &map.folds {
                let total = |part: usize| fold.pieces.iter().map(|piece| piece[part]).sum::<usize>();
                assert_eq!((0..4).map(total).sum::<usize>(), 500);
                assert_eq!((total(1), total(2), total(3)), (fold.test, fold.out, setup.held_out.len()), "{id}");
                assert_eq!(fold.classes.iter().map(|(train, _)| train).sum::<usize>(), fold.train);
            }
            // Along time what is learned from ends before what is predicted begins.
            if scheme == Scheme::Time {
                let last = map.folds[1].pieces.iter().rposition(|piece| piece[0] > 0).expect("rows");
                let first = map.folds[1].pieces.iter().position(|piece| piece[1] > 0).expect("rows");
                assert!(last <= first && map.folds[1].out > 0);
            }
        }
    }
}
