//! Calibration inside a fit: probabilities come nearer to what happens, and the calibration is part of what is exported.

use atelier::base::{Job, Task};
use atelier::judge::{Goal, PipelineJob, Setup, Split};
use atelier::learn::{Calibration, Candidate};
use atelier::metric::{self, Bins, Prediction, Truth};
use atelier::num::Rng;
use atelier::num::float::sigmoid;
use atelier::plan::{Calibrator, Op, predict};
use atelier::ship::onnx::{onnx, read::check};
use atelier::table::{Column, Strings, Table};
use serde_json::json;
use std::sync::Arc;

const LEARNED: usize = 300;
const JUDGED: usize = 1500;

/// Two classes that four of twelve columns say something of, with much chance.
fn table(seed: u64, classes: &[&str]) -> Table {
    let mut rng = Rng::new(seed, "calibration", 0);
    let n = LEARNED + JUDGED;
    let columns: Vec<Vec<f64>> = (0..12).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    let labels: Vec<&str> = (0..n)
        .map(|row| {
            let odds = columns[0][row] + 0.7 * columns[1][row] - 0.5 * columns[2][row] * columns[3][row];
            let place = classes.len() - 1;
            if rng.uniform() < sigmoid(odds) { classes[place] } else { classes[rng.below(place)] }
        })
        .collect();
    let mut table: Vec<Column> =
        columns.into_iter().enumerate().map(|(place, values)| Column::number(format!("x{place}"), values)).collect();
    table.push(Column::category("y", Strings::from_texts(labels.into_iter().map(Some))));
    Table::new(table)
}

fn setup(table: &Table) -> Arc<Setup> {
    let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
    Arc::new(Setup::new(table, &goal, &Split { held_out: 0.0, ..Split::default() }, &[], &[], 1).expect("a setup"))
}

/// A network that memorises: wide, long, with nothing that holds it back.
fn memorising(calibration: Calibration) -> Candidate {
    let params = json!({ "epochs": 120, "layers": [{ "units": 32 }], "early_stopping": false, "rate": 0.01 });
    Candidate { model: "network".to_owned(), params: params.as_object().cloned().unwrap_or_default(), calibration }
}

fn fitted(setup: &Arc<Setup>, candidate: &Candidate, seed: u64) -> atelier::plan::Plan {
    let rows: Vec<usize> = (0..LEARNED).collect();
    PipelineJob::new(setup, &rows, None, &Split::default(), &[], candidate, seed).finish().expect("a fit").plan
}

/// Brier score and expected calibration error on rows that nothing was learned from.
fn errors(setup: &Setup, plan: &atelier::plan::Plan) -> (f64, f64) {
    let rows: Vec<usize> = (LEARNED..LEARNED + JUDGED).collect();
    let answer = predict(plan, &setup.inputs.take(&rows)).expect("answers");
    let target = setup.target.take(&rows);
    let Truth::Classes { codes, .. } = target.truth() else { panic!("classes") };
    let hits: Vec<bool> = codes.iter().map(|&code| code == 1).collect();
    let brier =
        metric::find("brier").expect("a metric").compute(&target.truth(), &Prediction { answer: answer.view(), threshold: 0.5 }, None);
    let calibration = metric::calibration(&hits, &answer.column(0).to_vec(), 10, Bins::Uniform).expect("scores");
    (brier.value().expect("a score"), calibration.expected_error)
}

#[test]
fn networks_that_are_too_sure_come_nearer_to_what_happens() {
    for (_, way) in &Calibration::ALL[1..] {
        let (mut better_brier, mut better_error) = (0, 0);
        for seed in 0..10 {
            let setup = setup(&table(seed, &["no", "yes"]));
            let before = errors(&setup, &fitted(&setup, &memorising(Calibration::None), seed));
            let after = errors(&setup, &fitted(&setup, &memorising(*way), seed));
            println!("{way:?} {seed}: Brier {:.3} to {:.3}, expected error {:.3} to {:.3}", before.0, after.0, before.1, after.1);
            assert!(before.1 > 0.1, "the network is not too sure: {}", before.1);
            better_brier += usize::from(after.0 < before.0);
            better_error += usize::from(after.1 < before.1);
        }
        assert!(better_brier >= 8 && better_error >= 8, "{way:?}: {better_brier} and {better_error} of 10");
    }
}

#[test]
fn exports_hold_the_calibration_and_a_row_more_changes_no_other_fit() {
    for classes in [&["no", "yes"][..], &["a", "b", "c"][..]] {
        let table = table(3, classes);
        let setup = setup(&table);
        assert_eq!(setup.task == Task::Binary, classes.len() == 2);
        for (id, way) in &Calibration::ALL[1..] {
            for model in ["logistic", "forest", "network"] {
                let params = match model {
                    "forest" => json!({"trees": 20, "max_depth": 5}),
                    "network" => json!({"layers": [{"units": 8}], "epochs": 10}),
                    _ => json!({}),
                };
                let candidate =
                    Candidate { model: model.to_owned(), params: params.as_object().cloned().unwrap_or_default(), calibration: *way };
                let plan = fitted(&setup, &candidate, 5);
                let Some(Op::Calibrate { columns, by }) = plan.ops.last() else { panic!("{id}: the calibration stands last") };
                assert_eq!(*columns, plan.output.columns());
                assert!(matches!(
                    (way, by),
                    (Calibration::Sigmoid, Calibrator::Sigmoid { .. })
                        | (Calibration::Isotonic, Calibrator::Isotonic { .. })
                        | (Calibration::Temperature, Calibrator::Temperature { .. })
                ));
                // The model itself is the one without calibration.
                let plain = fitted(&setup, &Candidate { calibration: Calibration::None, ..candidate.clone() }, 5);
                assert_eq!(plan.ops[..plan.ops.len() - 1], plain.ops[..]);
                let answer = predict(&plan, &setup.inputs).expect("answers");
                assert!(answer.iter().all(|p| (0.0..=1.0).contains(p)), "{id} {model}");
                if classes.len() > 2 {
                    assert!(answer.rows().into_iter().all(|row| (row.sum() - 1.0).abs() < 1e-12), "{id} {model}");
                }
                let file = onnx(&plan, "calibrated", &[]).expect("every calibration can be exported");
                let found = check(&file.bytes, &plan, &setup.inputs).unwrap_or_else(|problem| panic!("{id} {model}: {problem}"));
                assert_eq!(found.rows, setup.inputs.rows());
            }
        }
    }
}
