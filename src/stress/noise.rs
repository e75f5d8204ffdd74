//! A ladder of noise on the numbers: how soon predictions flip.

use super::bench::{Usual, finite};
use super::{Bench, Case, NEVER, Probe, by_flips};
use crate::base::{Field, Stage, field};
use crate::num::Rng;
use crate::table::Data;
use serde::Deserialize;

#[derive(Deserialize)]
struct Options {
    largest: f64,
    steps: usize,
}

fn fields() -> Vec<Field> {
    vec![Field::log_number("largest", 1.0, 0.01, 10.0), Field::integer("steps", 5, 1, 10)]
}

/// The probe. A step adds a normal of `size` training deviations; each step is about a third of the next, and the same
/// draws are used in all of them.
pub static PROBE: Probe = Probe {
    id: "noise",
    fields,
    cases: |params, bench| {
        let options: Options = field::parse(&fields(), params, Stage::Stress, "probe.noise")?;
        // 1, 0.3, 0.1, 0.03, ... of the largest.
        let size = |step: usize| (0..step / 2).fold(options.largest, |size, _| size / 10.0) * if step % 2 == 1 { 0.3 } else { 1.0 };
        let ladder: Vec<(String, f64)> = (0..options.steps).rev().map(|step| ("noise".to_owned(), size(step))).collect();
        let mut cases = bench.each(&PROBE, |_, usual| match usual {
            Usual::Number { sd, .. } if *sd > 0.0 => ladder.clone(),
            _ => Vec::new(),
        });
        if cases.len() > 1 {
            cases.push(Case { probe: &PROBE, columns: cases.iter().flat_map(|case| case.columns.clone()).collect(), steps: ladder });
        }
        Ok(cases)
    },
    trial: |case, step, bench| {
        let size = case.steps[step].1;
        bench.altered(&case.columns, |column, place| match (&bench.usual[place], &column.data) {
            (Usual::Number { sd, .. }, Data::Number(values)) => {
                let noisy = |(value, draw): (&f64, f64)| if value.is_nan() { *value } else { finite(value + draw * sd * size, *value) };
                Data::Number(values.iter().zip(draws(bench, place)).map(noisy).collect())
            }
            _ => column.data.clone(),
        })
    },
    // Measurement error of a tenth of a deviation is common; more is shown but not judged.
    severity: |step, _| {
        if step.size <= 0.1 { by_flips(step, 0.15, 0.07, 0.03) } else { by_flips(step, NEVER, NEVER, NEVER) }
    },
};

/// A normal for each row, the column's own.
fn draws(bench: &Bench, place: usize) -> Vec<f64> {
    let mut rng = Rng::new(bench.seed, "stress noise", place as u64);
    (0..bench.rows.rows()).map(|_| rng.normal()).collect()
}
