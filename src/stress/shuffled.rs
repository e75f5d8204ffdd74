//! A column's values swapped among the rows: its own values, in the wrong rows.

use super::{NEVER, Probe, by_flips};
use crate::num::Rng;

/// The probe.
pub static PROBE: Probe = Probe {
    id: "shuffled",
    fields: Vec::new,
    cases: |_, bench| Ok(bench.each(&PROBE, |_, _| vec![("shuffled".to_owned(), 0.0)])),
    trial: |case, _, bench| {
        bench.altered(&case.columns, |column, place| {
            let mut order: Vec<usize> = (0..column.len()).collect();
            Rng::new(bench.seed, "stress shuffled", place as u64).shuffle(&mut order);
            column.take(&order).data
        })
    },
    severity: |step, _| by_flips(step, NEVER, 0.4, 0.2),
};
