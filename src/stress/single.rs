//! Rows predicted one by one: the answers must be those of the batch, bit for bit.

use super::{Bench, Probe, Severity, Trial};
use crate::base::{Field, Params, Stage, field};
use serde::Deserialize;

#[derive(Deserialize)]
struct Options {
    rows: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::integer("rows", 200, 1, 5000)]
}

fn rows(params: &Params) -> Result<f64, crate::base::Problem> {
    let options: Options = field::parse(&fields(), params, Stage::Stress, "probe.single")?;
    Ok(options.rows as f64)
}

/// The probe. Where a row's answer depends on its neighbours, something is computed from the rows that are predicted:
/// a leak, or a bug.
pub static PROBE: Probe = Probe {
    id: "single",
    fields,
    cases: |params, _| {
        let rows = rows(params)?;
        let mut cases = Bench::whole(&PROBE, "single");
        cases.iter_mut().flat_map(|case| &mut case.steps).for_each(|step| step.1 = rows);
        Ok(cases)
    },
    trial: |case, step, bench| {
        let wanted = case.steps[step].1 as usize;
        let stands_for: Vec<usize> = (0..bench.rows.rows()).take(wanted).collect();
        Trial { rows: bench.rows.take(&stands_for), stands_for, batch: 1 }
    },
    severity: |step, _| if step.problem.is_some() || step.numbers.changed > 0 { Severity::High } else { Severity::Fine },
};
