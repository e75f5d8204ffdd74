//! A category or text that no training row has.

use super::{NEVER, Probe, by_flips};
use crate::table::{Data, Strings};

/// The probe.
pub static PROBE: Probe = Probe {
    id: "unseen",
    fields: Vec::new,
    cases: |_, bench| {
        Ok(bench.each(&PROBE, |column, _| match column.data {
            Data::Strings(_) => vec![("unseen".to_owned(), 0.0)],
            _ => Vec::new(),
        }))
    },
    trial: |case, _, bench| {
        bench.altered(&case.columns, |column, place| {
            let mut text = "unseen".to_owned();
            while bench.levels[place].contains(&text) {
                text.push('_');
            }
            Data::Strings(Strings::from_texts(vec![Some(text); column.len()]))
        })
    },
    severity: |step, _| by_flips(step, NEVER, 0.4, 0.1),
};
