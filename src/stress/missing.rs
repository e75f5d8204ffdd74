//! Each input left blank in every row, then all of them.

use super::{Case, NEVER, Probe, by_flips};
use crate::table::{Column, Data, Strings};

/// The probe.
pub static PROBE: Probe = Probe {
    id: "missing",
    fields: Vec::new,
    cases: |_, bench| {
        let mut cases = bench.each(&PROBE, |_, _| vec![("blank".to_owned(), 0.0)]);
        if cases.len() > 1 {
            let columns = bench.rows.names().map(str::to_owned).collect();
            cases.push(Case { probe: &PROBE, columns, steps: vec![("all".to_owned(), 0.0)] });
        }
        Ok(cases)
    },
    trial: |case, _, bench| bench.altered(&case.columns, |column, _| blank(column)),
    severity: |step, _| by_flips(step, NEVER, if step.id == "all" { NEVER } else { 0.4 }, 0.1),
};

/// The same number of values, all missing.
pub(super) fn blank(column: &Column) -> Data {
    match &column.data {
        Data::Number(values) => Data::Number(vec![f64::NAN; values.len()]),
        Data::Date(values) => Data::Date(vec![Column::NO_DATE; values.len()]),
        Data::Strings(values) => Data::Strings(Strings::from_texts(vec![None::<&str>; values.len()])),
    }
}
