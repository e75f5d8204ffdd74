//! A table without rows.

use super::{Bench, Probe, Severity, Trial};
use crate::explain::work::BATCH;

/// The probe.
pub static PROBE: Probe = Probe {
    id: "empty",
    fields: Vec::new,
    cases: |_, _| Ok(Bench::whole(&PROBE, "empty")),
    trial: |_, _, bench| Trial { rows: bench.rows.take(&[]), stands_for: Vec::new(), batch: BATCH },
    severity: |step, _| if step.problem.is_some() { Severity::Medium } else { Severity::Fine },
};
