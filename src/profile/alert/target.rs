//! Alerts about the target: constant, missing, uneven classes, and columns that know it too well.

use super::{Alert, Facts, limit};
use crate::base::Severity::{Error, Note, Warning};
use crate::num::{distribution, float::ln};
use crate::profile::{ColumnProfile, Measure, Profile, TargetProfile, TargetValues};
use crate::table::Kind;

pub(super) fn of(profile: &Profile, facts: &[Facts], target: Option<usize>, alerts: &mut Vec<Alert>) {
    let (Some(place), Some(about)) = (target, &profile.target) else { return };
    let Some(column) = profile.columns.get(place) else { return };
    let name = [column.name.as_str()];
    if column.distinct() < 2 {
        alerts.push(Alert::new("target_constant", Error, &name).number("count", column.distinct() as f64));
        return;
    }
    if column.missing > 0 {
        let share = column.missing as f64 / profile.rows as f64;
        alerts.push(Alert::new("target_missing", Note, &name).number("count", column.missing as f64).share("share", share));
    }
    imbalance(about, alerts);
    let mut leaks = Vec::new();
    for (other, (column, facts)) in profile.columns.iter().zip(facts).enumerate().filter(|(other, _)| *other != place) {
        if let Some(alert) = leak(profile, about, column, place, other).or_else(|| gap_leak(profile, about, column, facts)) {
            leaks.push(other);
            alerts.push(alert);
        }
    }
    for test in profile.missing.tests.iter().filter(|test| !leaks.contains(&test.column)) {
        let (Some(strength), Some(p)) = (test.strength.value(), test.p_adjusted.value()) else { continue };
        if strength >= limit::TELLING_GAP.0 && p < limit::TELLING_GAP.1 {
            let column = &profile.columns[test.column];
            let alert = Alert::new("telling_gap", Note, &[&column.name]).number("strength", strength).number("p", p);
            let alert = alert.text("target", &about.column);
            // No step fills texts that mostly differ.
            alerts.push(if column.kind == Kind::Text { alert } else { alert.suggest("impute_marked") });
        }
    }
}

fn imbalance(about: &TargetProfile, alerts: &mut Vec<Alert>) {
    let TargetValues::Classes { names, shares, others: false, .. } = &about.values else { return };
    let smallest = names.iter().zip(shares).min_by_key(|(_, share)| share.count);
    let Some((class, share)) = smallest.and_then(|(class, share)| Some((class, share.share.value()?))) else { return };
    let even = 1.0 / names.len() as f64;
    if share < limit::SMALL_CLASS.0 * even {
        let severity = if share < limit::SMALL_CLASS.1 * even { Warning } else { Note };
        let alert = Alert::new("imbalance", severity, &[&about.column]).text("class", class).share("share", share);
        alerts.push(alert.suggest_for("class_weights", Vec::new()));
    }
}

fn is_binary(about: &TargetProfile) -> bool {
    matches!(&about.values, TargetValues::Classes { names, .. } if names.len() == 2)
}

/// A column that almost alone predicts the target.
fn leak(profile: &Profile, about: &TargetProfile, column: &ColumnProfile, target: usize, place: usize) -> Option<Alert> {
    let power = column.power.as_ref()?;
    let least = if is_binary(about) { limit::LEAK_AREA } else { limit::LEAK_SKILL };
    let alone = power.score.value().filter(|score| *score >= least);
    // A straight or rising copy of a number, which a rule of a few parts does not reach at the ends.
    let copy = profile.association.pairs.iter().find(|pair| (pair.a, pair.b) == (place, target) || (pair.a, pair.b) == (target, place));
    let copy = copy.filter(|pair| pair.n >= limit::ROWS).and_then(|pair| match &pair.of {
        Measure::Numbers(numbers) => {
            let sizes = [&numbers.pearson, &numbers.spearman].map(|figure| figure.value().map_or(0.0, f64::abs));
            Some(if sizes[0] > sizes[1] { sizes[0] } else { sizes[1] })
        }
        _ => None,
    });
    let copy = copy.filter(|size| *size >= COPY);
    let figure = alone.or(copy)?;
    Some(
        Alert::new("leak", Warning, &[&column.name])
            .number("score", figure)
            .text("target", &about.column)
            .suggest("known_later")
            .suggest("leave_out"),
    )
}

/// The correlation from which a number is a copy of another.
const COPY: f64 = 0.995;

/// A column whose gaps predict the target: it was filled in after the event.
fn gap_leak(profile: &Profile, about: &TargetProfile, column: &ColumnProfile, facts: &Facts) -> Option<Alert> {
    let power = column.power.as_ref()?;
    let alert =
        |id: &str| Alert::new(id, Warning, &[&column.name]).text("target", &about.column).suggest("known_later").suggest("leave_out");
    let least = if is_binary(about) { limit::LEAK_GAP.0 } else { limit::LEAK_GAP.1 };
    if let Some(score) = power.gap_score.value().filter(|score| *score >= least) {
        return Some(alert("leak_gap").number("score", score));
    }
    let TargetValues::Classes { names, shares, .. } = &about.values else { return None };
    if (column.missing as f64) < limit::MOSTLY_MISSING * profile.rows as f64 {
        return None;
    }
    let n: usize = facts.classes.iter().sum();
    let (class, &most) = facts.classes.iter().enumerate().max_by_key(|(class, count)| (**count, std::cmp::Reverse(*class)))?;
    let (low, _) = distribution::wilson(most as f64, n as f64, 0.95)?;
    let usual = shares.get(class)?.share.value()?;
    // So pure a set by chance, were its rows like all others: less than one in a million.
    let by_chance = n as f64 * ln(usual);
    if n >= limit::ROWS && low >= limit::LEAK_PURE.0 && usual < limit::LEAK_PURE.1 && by_chance < ln(1e-6) {
        let share = most as f64 / n as f64;
        return Some(alert("leak_pure").share("share", share).number("count", n as f64).text("class", names.get(class)?));
    }
    None
}
