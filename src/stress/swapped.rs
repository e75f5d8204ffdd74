//! Two columns in each other's place: the header says one thing, the values are the other.

use super::{Case, NEVER, Probe, by_flips};

/// The probe: each column with the next one of its kind.
pub static PROBE: Probe = Probe {
    id: "swapped",
    fields: Vec::new,
    cases: |_, bench| {
        let columns = bench.rows.columns();
        let next = |place: usize| columns[place + 1..].iter().find(|other| other.kind == columns[place].kind);
        let pair = |place: usize| Some(vec![columns[place].name.clone(), next(place)?.name.clone()]);
        let case = |columns: Vec<String>| Case { probe: &PROBE, columns, steps: vec![("swapped".to_owned(), 0.0)] };
        Ok((0..columns.len()).filter_map(pair).map(case).collect())
    },
    trial: |case, _, bench| {
        bench.altered(&case.columns, |column, _| {
            let other = case.columns.iter().find(|name| **name != column.name).and_then(|name| bench.rows.column(name));
            other.unwrap_or(column).data.clone()
        })
    },
    // Every model that uses the columns goes wrong: worth knowing where many predictions flip, no flaw of the model.
    severity: |step, _| by_flips(step, NEVER, NEVER, 0.2),
};
