//! Numbers at the ends of what the training rows hold, far beyond, and as large as numbers hardly get.

use super::bench::{Usual, finite};
use super::{Probe, Severity};
use crate::base::{Field, Stage, field};
use serde::Deserialize;

#[derive(Deserialize)]
struct Options {
    times: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::log_number("times", 10.0, 1.0, 1e6)]
}

/// Larger than any measured quantity, yet a number: what a broken program writes.
const HUGE: f64 = 1e300;

/// The probe. Beyond the ends the number lies `times` the width of the training range outside.
pub static PROBE: Probe = Probe {
    id: "extreme",
    fields,
    cases: |params, bench| {
        let options: Options = field::parse(&fields(), params, Stage::Stress, "probe.extreme")?;
        Ok(bench.each(&PROBE, |_, usual| match usual {
            Usual::Number { low, high, .. } => {
                let reach = options.times * if high > low { high - low } else { low.abs() + 1.0 };
                let steps = [("lowest", *low), ("highest", *high), ("below", low - reach), ("above", high + reach), ("huge", HUGE)];
                steps.map(|(id, value)| (id.to_owned(), finite(value, *low))).to_vec()
            }
            _ => Vec::new(),
        }))
    },
    trial: |case, step, bench| {
        let value = case.steps[step].1;
        bench.numbers(&case.columns, |_, _, _| value)
    },
    severity: |step, bench| {
        if step.id == "huge" {
            // A refusal in words is the best answer, any number will do.
            return if step.numbers.non_finite > 0 { Severity::Low } else { Severity::Fine };
        }
        if step.problem.is_some() || step.numbers.non_finite > 0 {
            return Severity::High;
        }
        let beyond = step.id == "below" || step.id == "above";
        // A class is as good as certain in nearly every row, though it was not before: sure where nothing was learned.
        let sure = step.numbers.certain.value().is_some_and(|share| share >= 0.95) && bench.certain() < 0.5;
        // A regression runs off: more than three times (at the ends, once) its usual range outside.
        let (low, high) = bench.range();
        let allowed = (high - low) * if beyond { 3.0 } else { 1.0 };
        let runs_off = step.numbers.certain.value().is_none()
            && (step.numbers.lowest.value().is_some_and(|value| value < low - allowed)
                || step.numbers.highest.value().is_some_and(|value| value > high + allowed));
        match (sure || runs_off, beyond) {
            (true, false) => Severity::Medium,
            (true, true) => Severity::Low,
            _ => Severity::Fine,
        }
    },
};
