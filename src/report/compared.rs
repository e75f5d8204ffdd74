//! A comparison of models in words: page, report and command line say the same.

use crate::base::{Message, text};
use crate::chart::format::{count, digits, percent};
use crate::judge::{CandidateOutcome, Comparison, Difference};
use crate::learn::BASELINE;
use crate::metric;
use crate::plan::Size;

/// Digits of a difference, its ends and the zone.
const DIGITS: usize = 3;

/// The model that the chosen one is first held against: the best of the others, a model without columns only where there is
/// no other.
pub fn rival(comparison: &Comparison, candidates: &[CandidateOutcome], chosen: usize) -> Option<usize> {
    let metric = metric::find(&comparison.metric)?;
    let value = |place: usize| candidates.get(place)?.evaluation.as_ref()?.score(metric.id)?.all.value.value();
    let is_better = |place: usize, best: usize| match (value(place), value(best)) {
        (Some(value), Some(best)) => metric.is_better(value, best),
        (value, best) => value.is_some() && best.is_none(),
    };
    let others = || (0..candidates.len()).filter(|&place| comparison.of(chosen, place).is_some());
    let is_model = |place: &usize| candidates[*place].model != BASELINE.id;
    let best = |best: usize, place: usize| if is_better(place, best) { place } else { best };
    others().filter(is_model).reduce(best).or_else(|| others().reduce(best))
}

/// Which of the two is better, by how much, and how sure that is; what is most probable is said.
pub fn verdict(comparison: &Comparison, names: &[String], a: usize, b: usize) -> Option<Message> {
    let name = |place: usize| names.get(place).cloned().unwrap_or_default();
    let about = |id: &str, a: usize, b: usize| Message::new(id).with("a", name(a)).with("b", name(b));
    let found = match comparison.of(a, b)? {
        Ok(found) => found,
        Err(reason) => return Some(about("judge.compare.none", a, b).with("reason", reason)),
    };
    let better = if comparison.zone > 0.0 { "judge.compare.better" } else { "judge.compare.better_at_all" };
    let (id, a, b, share) = if found.equal >= found.better && found.equal >= found.worse {
        ("judge.compare.equal", a, b, found.equal)
    } else if found.better >= found.worse {
        (better, a, b, found.better)
    } else {
        (better, b, a, found.worse)
    };
    Some(about(id, a, b).with("zone", digits(comparison.zone, DIGITS)).with("share", percent(share)))
}

/// The mean difference of two models with its interval.
pub fn detail(comparison: &Comparison, names: &[String], a: usize, b: usize) -> Vec<Message> {
    let Some(Ok(found)) = comparison.of(a, b) else { return Vec::new() };
    let name = |place: usize| names.get(place).cloned().unwrap_or_default();
    let p = found.p.value();
    let mean = Message::new(if p.is_some() { "judge.compare.mean" } else { "judge.compare.mean_alone" })
        .with("metric", text(&format!("metric.{}", comparison.metric)))
        .with("a", name(a))
        .with("b", name(b))
        .with("mean", signed(found.mean))
        .with("low", signed(found.low))
        .with("high", signed(found.high))
        .with("p", p.map_or_else(String::new, p_value))
        .with("folds", found.folds);
    let left_out = (found.left_out > 0).then(|| Message::new("judge.compare.left_out").with("count", found.left_out));
    std::iter::once(mean).chain(left_out).collect()
}

/// The three probabilities with their names, in the order of a bar from the first model to the second.
pub fn shares(found: &Difference, names: &[String], a: usize, b: usize) -> [(String, f64); 3] {
    let better = |place: usize| {
        let name = names.get(place).cloned().unwrap_or_default();
        Message::new("judge.compare.is_better").with("model", name).to_string()
    };
    [(better(a), found.better), (text("judge.compare.is_equal"), found.equal), (better(b), found.worse)]
}

/// A difference with its sign.
pub fn signed(value: f64) -> String {
    // Not the zero that has a sign.
    let words = digits(value + 0.0, DIGITS);
    if value > 0.0 { format!("+{words}") } else { words.replace('-', "\u{2212}") }
}

/// A p value.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}

/// How large a model is: what it learned, and its bytes.
pub fn size(size: &Size) -> String {
    let bytes = match size.bytes {
        0..1_000 => format!("{} B", size.bytes),
        1_000..1_000_000 => format!("{} kB", digits(size.bytes as f64 / 1e3, 3)),
        _ => format!("{} MB", digits(size.bytes as f64 / 1e6, 3)),
    };
    let (id, many) = if size.nodes > 0 { ("judge.compare.nodes", size.nodes) } else { ("judge.compare.weights", size.weights) };
    Message::new(id).with("shown", count(many)).with("count", many).with("bytes", bytes).to_string()
}

/// How long something takes: milliseconds below a tenth of a second, seconds below two minutes, then minutes, then hours.
pub fn time(seconds: f64) -> String {
    let (id, value) = match seconds {
        _ if seconds < 0.1 => ("judge.compare.milliseconds", 1000.0 * seconds),
        _ if seconds < 120.0 => ("judge.compare.seconds", seconds),
        _ if seconds < 7200.0 => ("judge.compare.minutes", seconds / 60.0),
        _ => ("judge.compare.hours", seconds / 3600.0),
    };
    Message::new(id).with("time", digits(value, 2)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Figure, Undefined};
    use crate::judge::Pair;

    fn comparison(zone: f64, better: f64, equal: f64) -> Comparison {
        let found = Difference {
            folds: 5,
            left_out: 1,
            mean: 0.0234,
            deviation: 0.02,
            low: -0.004,
            high: 0.05,
            p: Figure::Value(0.0712),
            better,
            equal,
            worse: 1.0 - better - equal,
        };
        Comparison {
            metric: "roc_auc".to_owned(),
            higher_is_better: true,
            zone,
            pairs: vec![Pair { a: 0, b: 1, difference: Ok(found) }, Pair { a: 0, b: 2, difference: Err(Undefined::because("few_folds")) }],
        }
    }

    #[test]
    fn what_is_most_probable_is_said() {
        let names = ["Forest", "Logistic", "Tree"].map(str::to_owned);
        let said = |comparison: &Comparison, a: usize, b: usize| verdict(comparison, &names, a, b).map(|it| it.to_string());
        let words = |text: &str| Some(text.to_owned());
        let sure = comparison(0.01, 0.87, 0.1);
        let expected = words("Forest is better than Logistic by more than 0.01 with probability 87%.");
        assert_eq!(said(&sure, 0, 1), expected);
        assert_eq!(said(&sure, 1, 0), expected);
        let equal = words("Forest and Logistic are practically equal, within 0.01, with probability 60%.");
        assert_eq!(said(&comparison(0.01, 0.3, 0.6), 0, 1), equal);
        assert_eq!(said(&comparison(0.0, 0.2, 0.0), 0, 1), words("Logistic is better than Forest with probability 80%."));
        let none = words("Forest and Tree cannot be compared: fewer than two folds have a figure of both models.");
        assert_eq!(said(&sure, 0, 2), none);
        assert_eq!(said(&sure, 1, 2), None);
        let detail: Vec<String> = detail(&sure, &names, 1, 0).iter().map(ToString::to_string).collect();
        assert_eq!(
            detail[0],
            "ROC AUC: Logistic minus Forest is \u{2212}0.0234 in the mean over 5 folds (95% interval \u{2212}0.05 to +0.004, p = 0.071)."
        );
        assert_eq!(detail[1], "1 fold without a figure of both is left out.");
    }

    #[test]
    fn sizes_and_times_are_short() {
        assert_eq!(size(&Size { weights: 1234, nodes: 0, bytes: 12_340 }), "1,234 weights, 12.3 kB");
        assert_eq!(size(&Size { weights: 1, nodes: 0, bytes: 99 }), "1 weight, 99 B");
        assert_eq!(size(&Size { weights: 0, nodes: 3210, bytes: 4_200_000 }), "3,210 nodes, 4.2 MB");
        assert_eq!([0.034, 12.3, 600.0, 36_000.0].map(time), ["34 ms", "12 s", "10 min", "10 h"]);
    }
}
