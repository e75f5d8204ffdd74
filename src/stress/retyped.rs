//! Numbers and dates that come as texts, as a decimal comma or a word in one cell makes of a whole column.

use super::bench::Usual;
use super::{NEVER, Probe, Severity, Trial, by_flips};
use crate::explain::work::BATCH;
use crate::table::{Column, Strings};

/// The probe.
pub static PROBE: Probe = Probe {
    id: "retyped",
    fields: Vec::new,
    cases: |_, bench| {
        Ok(bench.each(&PROBE, |_, usual| match usual {
            Usual::Number { .. } | Usual::Date { .. } => vec![("texts".to_owned(), 0.0)],
            Usual::Strings { .. } => Vec::new(),
        }))
    },
    trial: |case, _, bench| {
        let mut rows = bench.rows.clone();
        for column in bench.rows.columns().iter().filter(|column| case.columns.contains(&column.name)) {
            let texts = (0..column.len()).map(|row| column.display(row).map(|text| text.replace('.', ",")));
            rows.put(Column::category(&column.name, Strings::from_texts(texts)));
        }
        Trial { stands_for: (0..rows.rows()).collect(), rows, batch: BATCH }
    },
    // Texts for numbers are best refused in words; an answer that passes them over is a silent error.
    severity: |step, _| if step.problem.is_some() { Severity::Fine } else { by_flips(step, NEVER, 0.4, 0.1) },
};
