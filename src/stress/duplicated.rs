//! Every row twice and in reversed order: equal rows must get equal answers, wherever they stand.

use super::{Bench, Probe, Severity, Trial};
use crate::explain::work::BATCH;

/// The probe.
pub static PROBE: Probe = Probe {
    id: "duplicated",
    fields: Vec::new,
    cases: |_, _| Ok(Bench::whole(&PROBE, "twice")),
    trial: |_, _, bench| {
        let stands_for: Vec<usize> = (0..bench.rows.rows()).rev().flat_map(|row| [row, row]).collect();
        Trial { rows: bench.rows.take(&stands_for), stands_for, batch: BATCH }
    },
    severity: |step, _| if step.problem.is_some() || step.numbers.changed > 0 { Severity::High } else { Severity::Fine },
};
