//! Verdicts: a difference must be certain and of some weight.

use super::{Compared, Options, Tests};
use crate::base::Figure;
use crate::explain::sums;
use crate::num::float;
use crate::table::Kind;
use serde::{Deserialize, Serialize};

/// What is to be thought of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Verdict {
    /// Too few rows: about `need` rows are needed in the current table (and as many in the reference).
    TooFew { need: usize },
    /// No difference that is certain.
    Same,
    /// The difference is certain but too small to matter.
    Negligible,
    /// The difference is certain and moderate.
    Moderate,
    /// The difference is certain and large.
    Large,
    /// Not judged, and why: a reason under `undefined.`.
    NotJudged { reason: String },
}

impl Verdict {
    /// Whether the column counts as drifted.
    pub fn is_drift(&self) -> bool {
        matches!(self, Verdict::Moderate | Verdict::Large)
    }

    /// For sorting: the gravest has the most.
    pub(super) fn weight(&self) -> u8 {
        match self {
            Verdict::Large => 5,
            Verdict::Moderate => 4,
            Verdict::Negligible => 3,
            Verdict::TooFew { .. } => 2,
            Verdict::Same => 1,
            Verdict::NotJudged { .. } => 0,
        }
    }
}

/// A column compared and judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The figures.
    pub compared: Compared,
    /// The p-value of the values, corrected for the number of columns (Holm 1979).
    pub p_adjusted: Figure,
    /// The p-value of the missing shares, corrected likewise.
    pub missing_p_adjusted: Figure,
    /// The largest of the effects that the verdict goes by.
    pub effect: Figure,
    /// A Kolmogorov-Smirnov statistic below this could not have been found certain with so many rows.
    pub detectable: Figure,
    /// The verdict: the graver of that about the values and that about the missing shares.
    pub verdict: Verdict,
    /// Whether the verdict is about the missing shares.
    pub by_missing: bool,
}

/// Rows in effect, n m / (n + m), from which a shift of a large effect is found about four times in five.
const NEEDED: f64 = 30.0;
/// A change of the missing share from here on is moderate, and large.
const MISSING: (f64, f64) = (0.05, 0.2);

/// The p-value that the verdict goes by. Dates move on by themselves, so that theirs is not counted.
pub(super) fn value_p(part: &Compared) -> Option<f64> {
    match &part.tests {
        Tests::Numbers(_) if part.kind == Kind::Date => None,
        Tests::Numbers(found) => Some(found.p),
        Tests::Categories(found) => found.p_pooled.value(),
        Tests::None(_) => None,
    }
}

/// p-values corrected for their number (Holm 1979): the k-th smallest of m times m - k + 1, never falling, at most 1.
pub(super) fn holm(values: &[Option<f64>]) -> Vec<Figure> {
    let mut order: Vec<(f64, usize)> = values.iter().enumerate().filter_map(|(place, p)| p.map(|p| (p, place))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let mut corrected = vec![Figure::undefined("not_tested"); values.len()];
    let (count, mut so_far) = (order.len(), 0.0);
    for (rank, (p, place)) in order.into_iter().enumerate() {
        so_far = sums::larger(so_far, sums::smaller(1.0, p * (count - rank) as f64));
        corrected[place] = Figure::Value(so_far);
    }
    corrected
}

pub(super) fn judge(part: Compared, p_adjusted: Figure, missing_p_adjusted: Figure, options: &Options) -> Judged {
    let (n, m) = (part.present.0 as f64, part.present.1 as f64);
    let in_effect = if n + m > 0.0 { n * m / (n + m) } else { 0.0 };
    let effect = match &part.tests {
        Tests::Numbers(found) => Figure::from(sums::larger(found.distances.psi, found.ks)),
        Tests::Categories(found) => Figure::from(sums::larger(found.distances.psi, found.cramers_v.value().unwrap_or(0.0))),
        Tests::None(reason) => Figure::undefined(reason),
    };
    let not_judged = |reason: &str| Verdict::NotJudged { reason: reason.to_owned() };
    let graded = |p: &Figure, effect: f64, (moderate, large): (f64, f64)| match p.value() {
        Some(p) if p < options.alpha && effect >= large => Verdict::Large,
        Some(p) if p < options.alpha && effect >= moderate => Verdict::Moderate,
        Some(p) if p < options.alpha => Verdict::Negligible,
        _ => Verdict::Same,
    };
    let by_values = match (&part.tests, &effect) {
        (Tests::None(reason), _) => not_judged(reason),
        (Tests::Numbers(_), _) if part.kind == Kind::Date => not_judged("dates_move"),
        _ if in_effect < NEEDED => Verdict::TooFew { need: need(part.present.0) },
        (_, effect) => graded(&p_adjusted, effect.value().unwrap_or(0.0), (options.moderate, options.large)),
    };
    let by_missing = match (part.missing_reference.value(), part.missing_current.value()) {
        (Some(a), Some(b)) => graded(&missing_p_adjusted, (a - b).abs(), MISSING),
        _ => Verdict::Same,
    };
    // A change of the missing share is shown where it is graver; where it is certain it needs no refusal.
    let missing_leads = by_missing != Verdict::Same && by_missing.weight() > by_values.weight();
    let reach = (-float::ln(options.alpha / 2.0) / 2.0).sqrt();
    Judged {
        detectable: if in_effect > 0.0 { Figure::from(sums::smaller(1.0, reach / in_effect.sqrt())) } else { Figure::undefined("no_rows") },
        compared: part,
        p_adjusted,
        missing_p_adjusted,
        effect,
        verdict: if missing_leads { by_missing } else { by_values },
        by_missing: missing_leads,
    }
}

/// About how many current rows are needed beside so many reference rows; where these are too few themselves, how many
/// of each.
fn need(reference: usize) -> usize {
    let n = reference as f64;
    let rows = if n >= 2.0 * NEEDED { NEEDED * n / (n - NEEDED) } else { 2.0 * NEEDED };
    rows.ceil() as usize
}
