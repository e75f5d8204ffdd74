//! Gain and lift: what the best-scored rows hold.

use super::evidence::Ranking;
use crate::base::Undefined;
use serde::{Deserialize, Serialize};

/// The best-scored part of the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The part, as a share of the rows; `rows` is its ceiling.
    pub part: f64,
    /// How many rows it has.
    pub rows: u64,
    /// How many of them are positive.
    pub positives: u64,
    /// The share of all positive rows that it holds.
    pub captured: f64,
    /// Its share of positives over that of all rows.
    pub lift: f64,
}

/// The best-scored 1/parts, 2/parts, ... of the rows, equal scores in order of the rows.
///
/// # Errors
/// Undefined without rows, without parts, without positive rows, or where a score is not finite.
///
/// # Panics
/// Where the lengths differ: a mistake in the code.
pub fn gain(positive: &[bool], scores: &[f64], parts: usize) -> Result<Vec<Gain>, Undefined> {
    assert_eq!(positive.len(), scores.len(), "as many scores as rows");
    let (n, all) = (scores.len(), positive.iter().filter(|&&positive| positive).count() as u64);
    match () {
        () if n == 0 || parts == 0 => return Err(Undefined::because("no_rows")),
        () if all == 0 => return Err(Undefined::because("no_positives")),
        () if !scores.iter().all(|score| score.is_finite()) => return Err(Undefined::because("not_finite")),
        () => {}
    }
    let ranking = Ranking::new(scores, |row| positive[row]);
    let mut found = vec![0];
    ranking.positive.iter().for_each(|&positive| found.push(found[found.len() - 1] + u64::from(positive)));
    let part = |place: usize| {
        let rows = (n * place).div_ceil(parts);
        let positives: u64 = found[rows];
        Gain {
            part: place as f64 / parts as f64,
            rows: rows as u64,
            positives,
            captured: positives as f64 / all as f64,
            lift: positives as f64 / rows as f64 / (all as f64 / n as f64),
        }
    };
    Ok((1..=parts).map(part).collect())
}
