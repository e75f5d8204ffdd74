//! Tests of the module: edge cases and properties; figures of the references stand in `tests/reference`.

use super::fit::BoostingFit;
use crate::base::{Advance, Job, Task};
use crate::learn::samples::{classes, made, numbers, with_columns};
use crate::learn::{Fit, Model, Target, TrainingSet, find};
use crate::num::Rng;
use crate::plan::{GapTree, Link, Meaning, Op, Tree, answer};
use ndarray::{Array2, Axis, arr2};
use serde_json::{Value, json};

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

fn try_fit(params: Value, set: TrainingSet) -> Result<Model, crate::base::Problem> {
    (find("boosting").expect("it is listed").start)(params.as_object().expect("parameters"), set)?.finish()
}

fn fit(params: Value, set: TrainingSet) -> Model {
    try_fit(params, set).expect("a model")
}

fn trees(model: &Model) -> &[GapTree] {
    match &model.ops[0] {
        Op::Boosted { trees, .. } => trees,
        other => panic!("{other:?}"),
    }
}

fn answers(model: &Model, x: &Array2<f64>) -> Vec<f64> {
    answer(&model.ops[0], x.view()).expect("it fits").into_raw_vec_and_offset().0
}

/// Gaps in a share of the cells.
fn with_gaps(mut set: TrainingSet, share: f64, seed: u64) -> TrainingSet {
    let mut rng = Rng::new(seed, "gaps", 0);
    set.x.iter_mut().filter(|_| rng.uniform() < share).for_each(|cell| *cell = f64::NAN);
    set
}

/// Answers up to rounding.
fn assert_near(found: &[f64], want: &[f64]) {
    assert!(found.len() == want.len() && found.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} and {want:?}");
}

#[test]
fn two_leaves_by_hand() {
    // The mean is 3; the cut between 2 and 4 parts -2 -2 from 2 2. Half of it is learned at once.
    let set = with_columns(numbers(&[1.0, 1.0, 5.0, 5.0]), arr2(&[[1.0], [2.0], [4.0], [5.0]]));
    let model = fit(json!({"min_samples_leaf": 1, "max_iter": 1, "learning_rate": 0.5}), set);
    let Op::Boosted { bias, link, .. } = &model.ops[0] else { panic!("boosted trees") };
    assert_eq!((bias.as_slice(), *link), ([3.0].as_slice(), Link::Identity));
    let GapTree { tree, missing_left } = &trees(&model)[0];
    assert_eq!((tree.feature.as_slice(), tree.threshold[0]), ([0, Tree::LEAF, Tree::LEAF].as_slice(), 3.0));
    assert_eq!((tree.value.as_slice(), tree.cover.as_slice()), ([0.0, -1.0, 1.0].as_slice(), [4.0, 2.0, 2.0].as_slice()));
    assert!(!missing_left[0]);
    assert_eq!(model.importance, Some(vec![1.0]));
    // Always answering the mean has the loss 1; half of the way a quarter is left.
    assert_eq!((model.baseline, model.curve[0].train), (Some(1.0), 0.25));
}

#[test]
fn missing_values_go_where_they_lower_the_loss() {
    // What is missing belongs to the large ones, though it is small rows that are many.
    let x = arr2(&[[1.0], [1.0], [1.0], [2.0], [f64::NAN], [f64::NAN]]);
    let set = with_columns(numbers(&[0.0, 0.0, 0.0, 9.0, 9.0, 9.0]), x.clone());
    let model = fit(json!({"min_samples_leaf": 1, "max_iter": 1, "learning_rate": 1.0}), set);
    assert_near(&answers(&model, &x), &[0.0, 0.0, 0.0, 9.0, 9.0, 9.0]);
    // And to the small ones, when their answers are.
    let set = with_columns(numbers(&[0.0, 0.0, 0.0, 9.0, 0.0, 0.0]), x.clone());
    let model = fit(json!({"min_samples_leaf": 1, "max_iter": 1, "learning_rate": 1.0}), set);
    assert_near(&answers(&model, &x), &[0.0, 0.0, 0.0, 9.0, 0.0, 0.0]);
    // Missing or not is all that tells.
    let set = with_columns(numbers(&[1.0, 1.0, 1.0, 1.0, 5.0, 5.0]), x.clone());
    let model = fit(json!({"min_samples_leaf": 1, "max_iter": 1, "learning_rate": 1.0}), set);
    assert_eq!(trees(&model)[0].tree.threshold[0], f64::MAX);
    assert_near(&answers(&model, &x), &[1.0, 1.0, 1.0, 1.0, 5.0, 5.0]);
    let file = serde_json::to_string(&model).expect("it is written");
    assert_eq!(serde_json::from_str::<Model>(&file).expect("it is read"), model);
    // A column without gaps sends them where more rows went.
    let set = with_columns(numbers(&[1.0, 1.0, 1.0, 5.0, 5.0]), arr2(&[[1.0], [1.0], [1.0], [2.0], [2.0]]));
    let model = fit(json!({"min_samples_leaf": 1, "max_iter": 1, "learning_rate": 1.0}), set);
    assert_near(&answers(&model, &arr2(&[[f64::NAN]])), &[1.0]);
}

#[test]
fn every_task_learns_with_and_without_gaps() {
    for task in TASKS {
        for share in [0.0, 0.2, 0.9] {
            let set = with_gaps(made(task, 400, 5, 2), share, 3);
            let model = fit(json!({"min_samples_leaf": 5}), set.clone());
            let losses: Vec<f64> = model.curve.iter().map(|epoch| epoch.train).collect();
            let enough = if share > 0.5 { 0.95 } else { 0.5 };
            assert!(losses[losses.len() - 1] < enough * model.baseline.expect("a baseline"), "{task:?} {share}: {losses:?}");
            assert!(losses.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12), "{task:?}");
            assert!(answers(&model, &set.x).iter().all(|value| value.is_finite()));
            let importance = model.importance.expect("importance");
            assert!((importance.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(share > 0.5 || (1..5).all(|column| importance[0] > importance[column]), "{importance:?}");
        }
    }
}

#[test]
fn losses_answer_what_they_are_for() {
    let mut rng = Rng::new(5, "test", 0);
    let x = Array2::from_shape_fn((2000, 1), |_| rng.uniform());
    let y: Vec<f64> = x.iter().map(|x| 10.0 * x + if rng.uniform() < 0.3 { 20.0 } else { 0.0 }).collect();
    let set = with_columns(numbers(&y), x.clone());
    let share_below = |params: Value| {
        let answers = answers(&fit(params, set.clone()), &x);
        answers.iter().zip(&y).filter(|(answer, y)| y <= answer).count() as f64 / 2000.0
    };
    assert!((share_below(json!({"loss": "absolute_error"})) - 0.5).abs() < 0.05);
    assert!((share_below(json!({"loss": "quantile", "quantile": 0.9})) - 0.9).abs() < 0.03);
    assert!((share_below(json!({"loss": "quantile", "quantile": 0.2})) - 0.2).abs() < 0.05);
    let counts: Vec<f64> = x.iter().map(|x| (8.0 * x).floor()).collect();
    let set = with_columns(numbers(&counts), x.clone());
    let model = fit(json!({"loss": "poisson"}), set.clone());
    let means = answers(&model, &x);
    assert!(means.iter().all(|mean| *mean > 0.0));
    assert!((means.iter().sum::<f64>() / counts.iter().sum::<f64>() - 1.0).abs() < 0.02);
    let mut negative = set;
    negative.y = Target::Values(counts.iter().map(|count| count - 1.0).collect());
    let problem = try_fit(json!({"loss": "poisson"}), negative).expect_err("counts are not negative");
    assert_eq!(problem.message.id, "learn.network.negative_count");
}

#[test]
fn answers_keep_the_order_that_is_asked_for() {
    for (task, loss) in [
        (Task::Binary, "squared_error"),
        (Task::Regression, "squared_error"),
        (Task::Regression, "absolute_error"),
        (Task::Regression, "poisson"),
    ] {
        let mut set = with_gaps(made(task, 500, 4, 6), 0.1, 7);
        if loss == "poisson"
            && let Target::Values(values) = &mut set.y
        {
            values.iter_mut().for_each(|value| *value = (*value * 2.0).abs().floor());
        }
        let params = json!({"increasing": ["x1"], "decreasing": ["x0"], "min_samples_leaf": 3, "loss": loss, "learning_rate": 0.3});
        let model = fit(params, set.clone());
        let free = fit(json!({"min_samples_leaf": 3, "loss": loss, "learning_rate": 0.3}), set.clone());
        let (mut rises, mut wrong) = (0, 0);
        for row in 0..200 {
            for (column, sign) in [(1, 1.0), (0, -1.0)] {
                let steps = Array2::from_shape_fn(
                    (60, 4),
                    |(step, other)| {
                        if other == column { -3.0 + step as f64 / 10.0 } else { set.x[[row, other]] }
                    },
                );
                let line = answers(&model, &steps);
                assert!(line.windows(2).all(|pair| sign * (pair[1] - pair[0]) >= 0.0), "{task:?} {loss} row {row} column {column}");
                rises += usize::from(line[0] != line[59]);
                wrong += usize::from(answers(&free, &steps).windows(2).any(|pair| sign * (pair[1] - pair[0]) < 0.0));
            }
        }
        assert!(rises > 0 && wrong > 100, "{task:?} {loss}: {rises} {wrong}");
    }
    let said = |params: Value, set| try_fit(params, set).map(|model| model.notes).map_err(|problem| problem.message.id);
    assert_eq!(said(json!({"increasing": ["x0"]}), made(Task::Multiclass, 60, 2, 1)), Err("learn.boosting.order_of_classes".to_owned()));
    assert_eq!(
        said(json!({"increasing": ["x0"], "decreasing": ["x0"]}), made(Task::Binary, 60, 2, 1)),
        Err("learn.boosting.both_ways".to_owned())
    );
    let notes = said(json!({"increasing": ["gone"]}), made(Task::Binary, 60, 2, 1)).expect("a model");
    assert_eq!(notes[0].message.id, "learn.boosting.no_such_column");
}

#[test]
fn slices_change_nothing() {
    for task in TASKS {
        let make = |work: usize| {
            let mut set = with_gaps(made(task, 300, 9, 4), 0.05, 5);
            set.meanings = vec![Meaning::Number; 8];
            set.meanings.push(Meaning::Code);
            set.watch = Some((made(task, 60, 9, 9).x, made(task, 60, 9, 9).y));
            let params = by_sets(json!({"max_iter": 12, "early_stopping": "on", "min_samples_leaf": 4}));
            let mut fit = BoostingFit::new(params.as_object().expect("parameters"), set).expect("rows");
            fit.work = work;
            let (mut slices, mut last) = (0, 0);
            loop {
                slices += 1;
                match fit.advance().expect("no problem") {
                    Advance::Done(model) => return (slices, model),
                    Advance::More(progress) => {
                        assert!(progress.done >= last && progress.done <= progress.total);
                        last = progress.done;
                    }
                }
                assert!(fit.curve().len() <= 12);
            }
        };
        let ((few, one), (many, other)) = (make(100_000_000), make(300));
        assert!(many > 20 * few, "{many} {few}");
        assert_eq!(one, other);
        assert!(one.curve.iter().all(|epoch| epoch.stop.is_some() && epoch.watch.is_some() && epoch.metric.is_some()));
    }
}

#[test]
fn a_weight_is_a_row_repeated() {
    for (task, loss) in [
        (Task::Binary, "squared_error"),
        (Task::Multiclass, "squared_error"),
        (Task::Regression, "squared_error"),
        (Task::Regression, "absolute_error"),
    ] {
        let set = with_gaps(made(task, 240, 3, 6), 0.1, 7);
        let weights: Vec<f64> = (0..240).map(|row| f64::from(row % 3)).collect();
        let rows: Vec<usize> = (0..240).flat_map(|row| vec![row; row % 3]).collect();
        let repeated = TrainingSet { x: set.x.select(Axis(0), &rows), y: set.y.take(&rows), ..set.clone() };
        // Rows in a leaf are counted and not weighed, so that only without a limit both are the same.
        let params = json!({"min_samples_leaf": 1, "max_iter": 10, "loss": loss, "max_leaf_nodes": 8, "l2_regularization": 0.5});
        let (a, b) = (fit(params.clone(), TrainingSet { weights: Some(weights), ..set.clone() }), fit(params, repeated));
        for (one, other) in answers(&a, &set.x).iter().zip(&answers(&b, &set.x)) {
            assert!((one - other).abs() < 1e-9, "{task:?} {loss}: {one} {other}");
        }
        assert!(trees(&a).iter().zip(trees(&b)).all(|(a, b)| a.tree.cover[0] == b.tree.cover[0]));
    }
}

#[test]
fn early_stopping_keeps_the_best_iteration() {
    for task in TASKS {
        let set = made(task, 600, 4, 8);
        let params = json!({"early_stopping": "on", "max_iter": 500, "learning_rate": 0.3, "min_samples_leaf": 2, "n_iter_no_change": 7});
        let model = fit(params, set.clone());
        let kept = model.kept_epoch.expect("an iteration was chosen") as usize;
        let stop: Vec<f64> = model.curve.iter().filter_map(|epoch| epoch.stop).collect();
        assert!(stop.len() == model.curve.len() && stop.len() == kept + 7, "{} {kept}", stop.len());
        assert!(stop.iter().all(|loss| stop[kept - 1] <= *loss + 1e-7));
        assert_eq!(trees(&model).len(), kept * set.outputs.len());
    }
    // Too few rows to set some aside.
    let model = fit(json!({"early_stopping": "on", "max_iter": 5}), made(Task::Binary, 40, 3, 1));
    assert_eq!((model.kept_epoch, model.notes[0].message.id.as_str()), (None, "learn.network.no_stop_rows"));
    // By itself only where rows are many.
    let plain = fit(json!({"max_iter": 2}), made(Task::Regression, 500, 3, 1));
    assert!(plain.kept_epoch.is_none() && plain.curve.iter().all(|epoch| epoch.stop.is_none()));
    let many = fit(json!({"max_iter": 2}), made(Task::Regression, 10_001, 2, 1));
    assert_eq!(many.kept_epoch, Some(2));
}

#[test]
fn limits_hold() {
    let deepest = |tree: &Tree| {
        let mut depth = vec![0; tree.feature.len()];
        for node in 0..tree.feature.len() {
            if tree.feature[node] != Tree::LEAF {
                depth[tree.left[node] as usize] = depth[node] + 1;
                depth[tree.right[node] as usize] = depth[node] + 1;
            }
        }
        depth.into_iter().fold(0, Ord::max)
    };
    for task in TASKS {
        let set = made(task, 600, 5, 2);
        let model = fit(json!({"max_iter": 5, "max_leaf_nodes": 9, "min_samples_leaf": 25}), set.clone());
        for GapTree { tree, .. } in trees(&model) {
            let leaves = tree.feature.iter().filter(|feature| **feature == Tree::LEAF).count();
            assert!(leaves <= 9 && (0..tree.feature.len()).all(|node| tree.cover[node] >= 25.0));
            for node in (0..tree.feature.len()).filter(|node| tree.feature[*node] != Tree::LEAF) {
                assert_eq!(tree.cover[node], tree.cover[tree.left[node] as usize] + tree.cover[tree.right[node] as usize]);
            }
        }
        let model = fit(json!({"max_iter": 5, "max_depth": 2, "min_samples_leaf": 1}), set.clone());
        assert!(trees(&model).iter().all(|tree| deepest(&tree.tree) == 2));
        let rough = fit(json!({"max_iter": 5, "max_bins": 2}), set);
        let cuts: std::collections::BTreeSet<u64> =
            trees(&rough).iter().flat_map(|tree| tree.tree.threshold.iter().map(|cut| cut.to_bits())).collect();
        assert!(cuts.len() <= 6, "a cut for each column: {cuts:?}");
    }
}

#[test]
fn one_hot_columns_in_one_byte_are_cut_as_in_their_own() {
    // The same rows with the parts of a category as columns, and with a number beside them that keeps them apart: every
    // cut can be made in both, so that the first tree is the same.
    let mut rng = Rng::new(11, "test", 0);
    let level: Vec<usize> = (0..800).map(|_| rng.below(6)).collect();
    let noise: Vec<f64> = (0..800).map(|_| rng.normal()).collect();
    let y: Vec<f64> = (0..800).map(|row| [0.0, 3.0, -2.0, 5.0, 1.0, 1.5][level[row]] + noise[row]).collect();
    let bundled = Array2::from_shape_fn((800, 6), |(row, column)| f64::from(u8::from(level[row] == column)));
    let model = fit(json!({"max_iter": 30}), with_columns(numbers(&y), bundled.clone()));
    let means: Vec<f64> = (0..6)
        .map(|own| {
            let rows: Vec<usize> = (0..800).filter(|&row| level[row] == own).collect();
            rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64
        })
        .collect();
    let long = fit(json!({"max_iter": 300}), with_columns(numbers(&y), bundled.clone()));
    for (row, answer) in answers(&long, &bundled).iter().enumerate() {
        assert!((answer - means[level[row]]).abs() < 1e-6, "{answer} {}", means[level[row]]);
    }
    assert!(model.curve[29].train < model.curve[0].train);
}

#[test]
fn edges() {
    let refused = |set| try_fit(json!({}), set).err().map(|problem| problem.message.id);
    assert_eq!(refused(classes(&[], 2)).as_deref(), Some("learn.no_rows"));
    assert_eq!(refused(classes(&[1, 1], 2)).as_deref(), Some("learn.one_class"));
    assert_eq!(refused(numbers(&[1.7e308, -1.7e308])).as_deref(), Some("learn.target_too_large"));
    let infinite = with_columns(numbers(&[1.0, 2.0]), arr2(&[[1.0], [f64::INFINITY]]));
    assert_eq!(refused(infinite).as_deref(), Some("learn.not_finite"));
    // No column, one row, constant columns, constant answers, columns without a value: the best constant.
    let gone = Array2::from_elem((2, 1), f64::NAN);
    for set in [
        numbers(&[3.0]),
        numbers(&[3.0, 3.0]),
        with_columns(numbers(&[3.0, 3.0]), arr2(&[[1.0], [2.0]])),
        with_columns(numbers(&[2.0, 4.0]), arr2(&[[1.0], [1.0]])),
        with_columns(numbers(&[2.0, 4.0]), gone),
    ] {
        let model = fit(json!({"min_samples_leaf": 1}), set.clone());
        assert_eq!(trees(&model).len(), 1);
        assert!(answers(&model, &set.x).iter().all(|value| (*value - 3.0).abs() < 1e-12));
    }
    // Two rows that differ.
    let set = with_columns(numbers(&[2.0, 4.0]), arr2(&[[1.0], [2.0]]));
    let model = fit(json!({"min_samples_leaf": 1, "learning_rate": 1.0}), set.clone());
    assert_near(&answers(&model, &set.x), &[2.0, 4.0]);
    // Answers at the ends of what numbers can hold, of any size: the same trees.
    for unit in [1e30, 1e-300, 1e306, 3e-320] {
        let y: Vec<f64> = [1.0, 2.0, 4.0, 4.5, 9.0, 1.5].iter().map(|y| y * unit).collect();
        let x = arr2(&[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]);
        let model = fit(json!({"min_samples_leaf": 1, "max_iter": 200}), with_columns(numbers(&y), x.clone()));
        let answers = answers(&model, &x);
        let apart = |a: f64, b: f64| (a / unit - b / unit).abs();
        // Denormal numbers have few digits.
        let digits = if unit < 1e-310 { 1e-2 } else { 1e-6 };
        assert!(answers.iter().zip(&y).all(|(answer, y)| apart(*answer, *y) < digits), "{unit}: {answers:?} {y:?}");
    }
    // Columns likewise.
    let x = arr2(&[[-1e308, 1e30, 5e-324], [1e308, 1e-30, 0.0], [0.0, -1e30, 1e-323], [1e300, 0.0, -5e-324]]);
    let set = with_columns(numbers(&[1.0, 2.0, 3.0, 4.0]), x.clone());
    let answers_of = answers(&fit(json!({"min_samples_leaf": 1, "max_iter": 300}), set), &x);
    assert!(answers_of.iter().zip([1.0, 2.0, 3.0, 4.0]).all(|(a, b)| (a - b).abs() < 1e-6), "{answers_of:?}");
    // A class without rows is nearly impossible; weights of 0 count for nothing.
    let set = with_columns(classes(&[0, 2, 0, 2, 0, 2], 4), arr2(&[[1.0], [2.0], [1.0], [2.0], [1.0], [2.0]]));
    let p = answers(&fit(json!({"min_samples_leaf": 1}), set.clone()), &arr2(&[[1.0]]));
    assert!(p[0] > 0.9 && p[1] < 1e-6 && p[3] < 1e-6, "{p:?}");
    let weights = Some(vec![0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    let model = fit(json!({"min_samples_leaf": 1}), TrainingSet { weights, ..set });
    assert_eq!(trees(&model)[0].tree.cover[0], 4.0);
}

#[test]
fn many_columns_and_large_steps_stay_finite() {
    let mut rng = Rng::new(3, "test", 0);
    let x = Array2::from_shape_fn(
        (200, 300),
        |(_, column)| if column % 3 == 0 { f64::from(u8::from(rng.below(9) == 0)) } else { rng.normal() },
    );
    let y: Vec<f64> = (0..200).map(|row| crate::num::float::exp_m1(x[[row, 1]] + x[[row, 3]])).collect();
    for params in [json!({"max_iter": 20}), json!({"learning_rate": 1.0, "max_iter": 50, "min_samples_leaf": 1, "loss": "poisson"})] {
        let counts: Vec<f64> = y.iter().map(|y| (y + 1.0).floor() * 1000.0).collect();
        let model = fit(params, with_columns(numbers(&counts), x.clone()));
        assert!(answers(&model, &x).iter().all(|value| value.is_finite()));
        assert!(model.curve.iter().all(|epoch| epoch.train.is_finite()));
    }
}

#[test]
fn balanced_classes_weigh_the_same() {
    let codes: Vec<u32> = (0..400).map(|row| u32::from(row % 8 == 0)).collect();
    let set = with_columns(classes(&codes, 2), Array2::zeros((400, 1)));
    let p = answers(&fit(json!({"balanced": true}), set.clone()), &set.x)[0];
    assert!((p - 0.5).abs() < 1e-12, "{p}");
}

/// Rows of a category of so many levels (one of them missing) beside a number; the answer has no order in the levels.
fn with_levels(rows: usize, levels: usize, seed: u64) -> TrainingSet {
    let mut rng = Rng::new(seed, "levels", 0);
    let draw = |rng: &mut Rng| if rng.below(12) == 0 { f64::NAN } else { rng.below(levels) as f64 };
    let x = Array2::from_shape_fn((rows, 2), |(_, column)| if column == 0 { draw(&mut rng) } else { rng.normal() });
    let of = |level: f64| if level.is_nan() { 2.0 } else { f64::from((level as u32 * 7) % 5) };
    let y: Vec<f64> = x.rows().into_iter().map(|row| of(row[0]) + 0.3 * row[1] + 0.2 * rng.normal()).collect();
    let set = with_columns(numbers(&y), x);
    TrainingSet { meanings: vec![Meaning::Code, Meaning::Number], ..set }
}

fn by_sets(mut params: Value) -> Value {
    params["categorical_features"] = json!("from_prepared");
    params
}

#[test]
fn a_set_of_levels_by_hand() {
    // Four levels of twelve rows with the means 0, 8, 1, 9: two against two is best, whatever the codes are; a fifth level
    // has too few rows to be sent left by itself.
    let codes: Vec<f64> = (0..52).map(|row| f64::from(if row < 48 { row % 4 } else { 5 })).collect();
    let y: Vec<f64> = codes.iter().map(|&code| [0.0, 8.0, 1.0, 9.0, 0.0, 0.0][code as usize]).collect();
    let x = Array2::from_shape_vec((52, 1), codes).expect("a column");
    let set = TrainingSet { meanings: vec![Meaning::Code], ..with_columns(numbers(&y), x) };
    let model = fit(by_sets(json!({"min_samples_leaf": 1, "max_iter": 1, "learning_rate": 1.0, "max_leaf_nodes": 2})), set);
    let GapTree { tree, missing_left } = &trees(&model)[0];
    // 1 and 3 go left, 0 and 2 right; 4 was not seen, and goes with the more rows, to the right, as 5 does.
    assert_eq!(tree.threshold[..4], [0.5, 1.5, 2.5, 3.5]);
    assert_eq!((&tree.left[..4], &tree.right[..4]), ([5, 4, 5, 4].as_slice(), [1, 2, 3, 5].as_slice()));
    assert_eq!(tree.cover, [52.0, 40.0, 28.0, 16.0, 24.0, 28.0]);
    assert_eq!(missing_left[..4], [true, false, true, false]);
    let at = |code: f64| answers(&model, &arr2(&[[code]]))[0];
    assert!([1.0, 3.0].iter().all(|&code| (at(code) - 8.5).abs() < 1e-12));
    assert!([0.0, 2.0, 4.0, 5.0, 6.0, 250.0, f64::NAN].iter().all(|&code| (at(code) - 12.0 / 28.0).abs() < 1e-12));
}

#[test]
fn chains_answer_as_the_rows_were_parted() {
    let mut rng = Rng::new(8, "weights", 0);
    for (levels, weighted) in [(3, false), (40, false), (40, true), (200, false)] {
        let mut set = with_levels(1500, levels, 3);
        set.weights = weighted.then(|| (0..1500).map(|_| 0.5 + rng.uniform()).collect());
        set.watch = Some((set.x.clone(), set.y.clone()));
        let model = fit(by_sets(json!({"max_iter": 15, "min_samples_leaf": 5})), set.clone());
        // The watched rows are the training rows, which their chains must send where the bins did.
        for epoch in model.curve.iter().filter(|_| !weighted) {
            assert!((epoch.train - epoch.watch.expect("watched")).abs() < 1e-9 * epoch.train, "{levels}: {epoch:?}");
        }
        for GapTree { tree, missing_left } in trees(&model) {
            let mut came = vec![0.0; tree.feature.len()];
            for (row, values) in set.x.rows().into_iter().enumerate() {
                let mut node = 0;
                loop {
                    came[node] += set.weights.as_ref().map_or(1.0, |weights| weights[row]);
                    if tree.feature[node] == Tree::LEAF {
                        break;
                    }
                    let value = values[tree.feature[node] as usize];
                    let left = value <= tree.threshold[node] || (value.is_nan() && missing_left[node]);
                    node = if left { tree.left[node] } else { tree.right[node] } as usize;
                }
            }
            assert!(came.iter().zip(&tree.cover).all(|(came, cover)| (came - cover).abs() < 1e-6), "{levels} {weighted}");
            // Runtimes lay the side above behind its node, so that it must be that of one node only.
            let mut above: Vec<u32> =
                (0..tree.feature.len()).filter(|&node| tree.feature[node] != Tree::LEAF).map(|node| tree.right[node]).collect();
            let count = above.len();
            above.sort_unstable();
            above.dedup();
            assert_eq!(above.len(), count);
        }
        // Levels without an order are told apart sooner by sets, where they have rows enough.
        let plain = fit(json!({"max_iter": 15, "min_samples_leaf": 5}), set);
        let last = |model: &Model| model.curve.last().expect("an iteration").train;
        assert!(levels != 40 || last(&model) < 0.9 * last(&plain), "{levels}: {} and {}", last(&model), last(&plain));
    }
}

#[test]
fn categories_that_cannot_be_are_numbers_or_refused() {
    let model = fit(by_sets(json!({"max_iter": 3, "max_bins": 20})), with_levels(600, 40, 1));
    assert_eq!(model.notes[0].message.id, "learn.boosting.many_levels");
    let set = with_levels(600, 8, 1);
    let as_numbers = fit(json!({"max_iter": 3}), set.clone());
    assert_eq!(as_numbers, fit(json!({"max_iter": 3}), TrainingSet { meanings: Vec::new(), ..set.clone() }));
    let none = fit(by_sets(json!({"max_iter": 3})), TrainingSet { meanings: Vec::new(), ..set.clone() });
    assert_eq!((none.notes[0].message.id.as_str(), &none.ops), ("learn.boosting.no_categories", &as_numbers.ops));
    let refused = try_fit(by_sets(json!({"increasing": ["x0"]})), set.clone()).expect_err("a category has no order");
    assert_eq!(refused.message.id, "learn.boosting.order_of_categories");
    assert!(try_fit(by_sets(json!({"increasing": ["x1"], "max_iter": 3})), set.clone()).is_ok());
    // A level of one row, all missing, one level alone.
    for code in [3.0, f64::NAN] {
        let x = Array2::from_shape_fn((60, 2), |(row, column)| if column == 1 { f64::from(row as u8 % 2) } else { code });
        let set = TrainingSet { x, y: Target::Values((0..60).map(f64::from).collect()), ..set.clone() };
        assert!(fit(by_sets(json!({"max_iter": 3})), set).curve.len() == 3);
    }
    // Gaps that were filled by a number that is no level: the column is a number.
    let x = set.x.mapv(|value| if value.is_nan() { 0.5 } else { value });
    let model = fit(by_sets(json!({"max_iter": 3})), TrainingSet { x, ..set });
    assert_eq!(model.notes[0].message.id, "learn.boosting.many_levels");
}
