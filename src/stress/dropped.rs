//! A column that says the same of every row, as a broken sensor does, and a column that is not there at all.

use super::bench::Usual;
use super::{NEVER, Probe, Severity, Trial, by_flips};
use crate::table::{Data, Strings};

/// The probe.
pub static PROBE: Probe = Probe {
    id: "dropped",
    fields: Vec::new,
    cases: |_, bench| Ok(bench.each(&PROBE, |_, _| vec![("constant".to_owned(), 0.0), ("absent".to_owned(), 0.0)])),
    trial: |case, step, bench| {
        if case.steps[step].0 == "constant" {
            return bench.altered(&case.columns, |column, place| match (&bench.usual[place], &column.data) {
                (Usual::Number { median, .. }, Data::Number(values)) => Data::Number(vec![*median; values.len()]),
                (Usual::Date { median }, Data::Date(values)) => Data::Date(vec![*median; values.len()]),
                (Usual::Strings { mode: Some(mode) }, Data::Strings(values)) => {
                    Data::Strings(Strings::from_texts(vec![Some(mode); values.len()]))
                }
                _ => super::missing::blank(column),
            });
        }
        let trial = bench.altered(&[], |column, _| column.data.clone());
        let mut rows = trial.rows;
        for name in &case.columns {
            rows.remove(name);
        }
        Trial { rows, ..trial }
    },
    severity: |step, _| match (step.id.as_str(), &step.problem) {
        // A table without a column is best refused in words.
        ("absent", Some(_)) => Severity::Fine,
        _ => by_flips(step, NEVER, 0.4, 0.2),
    },
};
