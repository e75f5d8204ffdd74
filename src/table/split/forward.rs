//! Forward chaining: folds along time.

use super::Fold;
use crate::base::{Problem, Stage};

/// `k` folds over rows in order of time: scikit-learn's `TimeSeriesSplit(k, gap=gap, max_train_size=window)`.
///
/// Each fold predicts a stretch of `n / (k + 1)` rows, the last one the latest; it learns from those before it less the `gap`
/// rows next to it, and with a `window` above 0 from the latest so many of these.
///
/// # Errors
/// A gap that leaves the first fold nothing to learn from.
pub(super) fn forward(order: &[usize], k: usize, gap: usize, window: usize) -> Result<Vec<Fold>, Problem> {
    let n = order.len();
    let size = n / (k + 1);
    let first = n - k * size;
    if gap >= first {
        let problem = Problem::new(Stage::Goal, "split.gap_too_long");
        return Err(problem.with("gap", gap).with("rows", first).with("most", first.saturating_sub(1)));
    }
    let sorted = |rows: &[usize]| {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        rows
    };
    Ok((0..k)
        .map(|fold| {
            let start = first + fold * size;
            let end = start - gap;
            let begin = if window > 0 { end.saturating_sub(window) } else { 0 };
            Fold { train: sorted(&order[begin..end]), test: sorted(&order[start..start + size]) }
        })
        .collect())
}
