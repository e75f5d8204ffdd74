//! A column in another unit: metres for kilometres, cents for euros.

use super::bench::Usual;
use super::{NEVER, Probe, by_flips};
use crate::base::{Field, Stage, field};
use serde::Deserialize;

#[derive(Deserialize)]
struct Options {
    factor: f64,
}

fn fields() -> Vec<Field> {
    vec![Field::log_number("factor", 1000.0, 1.5, 1e9)]
}

/// The probe.
pub static PROBE: Probe = Probe {
    id: "unit",
    fields,
    cases: |params, bench| {
        let options: Options = field::parse(&fields(), params, Stage::Stress, "probe.unit")?;
        Ok(bench.each(&PROBE, |_, usual| match usual {
            Usual::Number { .. } => vec![("times".to_owned(), options.factor), ("divided".to_owned(), 1.0 / options.factor)],
            _ => Vec::new(),
        }))
    },
    trial: |case, step, bench| {
        let factor = case.steps[step].1;
        bench.numbers(&case.columns, |_, _, value| value * factor)
    },
    severity: |step, _| by_flips(step, NEVER, 0.4, 0.1),
};
