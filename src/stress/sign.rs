//! A column with its sign turned round.

use super::bench::Usual;
use super::{NEVER, Probe, by_flips};

/// The probe.
pub static PROBE: Probe = Probe {
    id: "sign",
    fields: Vec::new,
    cases: |_, bench| {
        Ok(bench.each(&PROBE, |_, usual| match usual {
            Usual::Number { .. } => vec![("turned".to_owned(), -1.0)],
            _ => Vec::new(),
        }))
    },
    // 0 stays 0 and does not become -0, which is another number to the last bit only.
    trial: |case, _, bench| bench.numbers(&case.columns, |_, _, value| if value == 0.0 { value } else { -value }),
    severity: |step, _| by_flips(step, NEVER, 0.4, 0.1),
};
