//! Alerts about columns that say the same.

use super::{Alert, limit, names};
use crate::base::Figure;
use crate::base::Severity::Note;
use crate::profile::{ColumnProfile, Measure, Pair, Profile};

/// The share of the mean entropy that copies of a category have in common.
const COPIED: f64 = 0.8;

/// Each column with the later ones that say nearly the same, as one alert: the first one stays, the others can go. A
/// column stands in one alert at most; the target, and columns that will be left out for another reason, in none.
pub(super) fn of(profile: &Profile, target: Option<usize>, alerts: &mut Vec<Alert>) {
    let hidden: Vec<&str> = alerts
        .iter()
        .filter(|alert| matches!(alert.id.as_str(), "row_id" | "constant" | "empty"))
        .flat_map(|alert| alert.columns.iter().map(String::as_str))
        .collect();
    let mut is_free: Vec<bool> = profile.columns.iter().map(|column| !hidden.contains(&column.name.as_str())).collect();
    if let Some(free) = target.and_then(|target| is_free.get_mut(target)) {
        *free = false;
    }
    let tied: Vec<(&Pair, f64)> = profile
        .association
        .pairs
        .iter()
        .filter_map(|pair| Some((pair, strength(pair, profile)?)))
        .filter(|(_, strength)| *strength >= limit::CORRELATED)
        .collect();
    let mut found = Vec::new();
    // Pairs stand in order of their first column.
    for same_first in tied.chunk_by(|one, next| one.0.a == next.0.a) {
        let first = same_first[0].0.a;
        if !is_free[first] {
            continue;
        }
        let mut group = vec![first];
        let mut least = 1.0;
        for (pair, strength) in same_first {
            if is_free[pair.b] {
                is_free[pair.b] = false;
                group.push(pair.b);
                least = if *strength < least { *strength } else { least };
            }
        }
        if let [_, rest @ ..] = names(&profile.columns, &group).as_slice()
            && !rest.is_empty()
        {
            let rest = rest.iter().map(|&name| name.to_owned()).collect();
            let alert = Alert::new("correlated", Note, &names(&profile.columns, &group)).number("strength", least);
            found.push(alert.suggest_for("leave_out", rest));
        }
    }
    alerts.extend(found);
}

/// The strength of a pair that has rows enough: at least half of the table's, since what is known together rarely is no
/// copy; and ten for each level, since a category with a level for every few rows says anything. For numbers it is the
/// larger size of both correlations.
fn strength(pair: &Pair, profile: &Profile) -> Option<f64> {
    let levels = |place: usize| profile.columns.get(place).filter(|column| column.texts().is_some()).map_or(0, ColumnProfile::distinct);
    let distinct = |place: usize| profile.columns.get(place).map(ColumnProfile::distinct);
    let needed = 10 * levels(pair.a).max(levels(pair.b));
    if pair.n < limit::ROWS || pair.n < needed || 2 * pair.n < profile.rows {
        return None;
    }
    match &pair.of {
        Measure::Numbers(numbers) => {
            let size = |figure: &Figure| figure.value().map(f64::abs);
            match (size(&numbers.pearson), size(&numbers.spearman)) {
                (Some(a), Some(b)) => Some(if a > b { a } else { b }),
                (a, b) => a.or(b),
            }
        }
        // Cramér's V is also high where one says the other and not the reverse: then the finer one is no copy.
        Measure::Categories(both) => {
            both.normalised_information.value().filter(|information| *information >= COPIED).and(both.cramers_v_corrected.value())
        }
        // A number and its name: as many of the one as of the other.
        Measure::Mixed { eta } => eta.value().filter(|_| distinct(pair.a) == distinct(pair.b)),
    }
}
