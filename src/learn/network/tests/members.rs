//! Several networks as one.

use super::*;
use crate::learn::network::members::seed;
use crate::learn::surface::{Due, Plane};

fn settings(members: usize) -> Value {
    json!({"members": members, "epochs": 8, "layers": [{"units": 6, "normalise": "layer"}]})
}

/// The answers of whole plans, a list for each output, and the columns at the end.
fn whole(model: &Model, set: &TrainingSet) -> (Vec<Vec<f64>>, Vec<String>) {
    let columns = set.columns.iter().enumerate().map(|(place, name)| Column::number(name, set.x.column(place).to_vec())).collect();
    let table = apply(&model.ops, Table::new(columns)).expect("it applies");
    let answer = |name: &String| table.column(name).and_then(Column::numbers).expect("an answer").to_vec();
    (set.outputs.iter().map(answer).collect(), table.names().map(str::to_owned).collect())
}

/// Three classes by the first column.
fn thirds(rows: usize) -> TrainingSet {
    let ring = ring(rows, 3);
    let codes = ring.x.column(0).iter().map(|&x| if x < -0.4 { 0 } else { u32::from(x > 0.4) + 1 }).collect();
    set(ring.x, Target::Classes { codes, count: 3 })
}

#[test]
fn the_answer_is_the_mean_of_networks_that_are_fitted_alone() {
    for set in [ring(300, 1), thirds(300), wave(300, 1)] {
        let model = fit(settings(3), set.clone());
        let alone: Vec<Model> =
            (0..3).map(|member| fit(settings(1), TrainingSet { seed: seed(set.seed, member), ..set.clone() })).collect();
        assert_ne!(alone[0].ops, alone[1].ops, "each has weights of its own");
        let (answers, columns) = whole(&model, &set);
        let parts: Vec<Vec<Vec<f64>>> = alone.iter().map(|model| whole(model, &set).0).collect();
        for (output, answers) in answers.iter().enumerate() {
            for (row, answer) in answers.iter().enumerate() {
                let mean = parts.iter().map(|part| part[output][row]).sum::<f64>() / 3.0;
                assert!((answer - mean).abs() <= 1e-12 * if mean.abs() > 1.0 { mean.abs() } else { 1.0 }, "{answer} {mean}");
            }
        }
        assert_eq!(columns.len(), set.columns.len() + set.outputs.len(), "{columns:?}");
        // The curve is that of the first, and the model says so.
        assert_eq!((&model.curve, model.kept_epoch, model.baseline), (&alone[0].curve, alone[0].kept_epoch, alone[0].baseline));
        assert!(model.notes.iter().any(|note| note.message.id == "learn.network.members"));
        assert_eq!(model, fit(settings(3), set));
    }
}

#[test]
fn the_first_is_looked_at_and_progress_goes_over_all() {
    let mut fit = start(settings(3), ring(400, 1)).expect("it starts");
    fit.look_at(&Plane::Components);
    let (mut looks, mut shares) = (0, vec![0.0]);
    while let crate::base::Advance::More(progress) = fit.advance().expect("it goes on") {
        looks += usize::from(fit.surface(Due::Each).is_some());
        shares.push(progress.share());
        assert!(fit.curve().len() <= 8);
    }
    assert!((1..=8).contains(&looks), "{looks}");
    assert!(shares.is_sorted() && shares.iter().any(|share| *share > 0.6), "{shares:?}");
}

#[test]
fn what_is_described_counts_all_and_one_is_held_at_a_time() {
    let of = |members| describe(&params(settings(members)), 4, 1).expect("a network");
    let (one, three) = (of(1), of(3));
    assert_eq!((three.parameters, three.operations, three.bytes), (3 * one.parameters, 3.0 * one.operations, one.bytes));
    assert_eq!(parameter_count(&params(settings(3)), 4, 1).expect("a network"), three.parameters);
}
