//! Tests of the module: edge cases and properties; figures of the references stand in `tests/reference`.

use super::*;
use crate::learn::find;
use crate::learn::samples::{classes, made, numbers, with_columns};
use crate::plan::answer;
use ndarray::arr2;
use serde_json::{Value, json};

fn try_fit(id: &str, params: Value, set: TrainingSet) -> Result<Model, Problem> {
    (find(id).expect(id).start)(params.as_object().expect("parameters"), set)?.finish()
}

fn fit(id: &str, params: Value, set: TrainingSet) -> Model {
    try_fit(id, params, set).expect("a model")
}

fn trees(model: &Model) -> &[Tree] {
    match &model.ops[0] {
        Op::Trees { trees, .. } => trees,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tree_of_a_few_rows() {
    // By hand: the first cut is between 2 and 4 (both sides pure but for the row at 6), then between 5 and 6.
    let set = with_columns(classes(&[0, 0, 1, 1, 0], 2), arr2(&[[1.0, 0.0], [2.0, 0.0], [4.0, 0.0], [5.0, 0.0], [6.0, 0.0]]));
    let model = fit("tree", json!({"min_samples_leaf": 1}), set);
    let tree = &trees(&model)[0];
    assert_eq!(tree.feature, [0, Tree::LEAF, 0, Tree::LEAF, Tree::LEAF]);
    assert_eq!((tree.threshold[0], tree.threshold[2]), (3.0, 5.5));
    assert_eq!((tree.left.as_slice(), tree.right.as_slice()), ([1, 0, 3, 0, 0].as_slice(), [2, 0, 4, 0, 0].as_slice()));
    assert_eq!(tree.value, [0.4, 0.0, 2.0 / 3.0, 1.0, 0.0]);
    assert_eq!(tree.cover, [5.0, 2.0, 3.0, 2.0, 1.0]);
    assert_eq!(model.importance, Some(vec![1.0, 0.0]));
}

#[test]
fn a_split_that_gains_nothing_by_itself_is_made() {
    // Exclusive or: no single cut helps, two do.
    let x = arr2(&[[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let model = fit("tree", json!({"min_samples_leaf": 1}), with_columns(classes(&[0, 1, 1, 0], 2), x.clone()));
    assert_eq!(answer(&model.ops[0], x.view()).expect("it fits").into_raw_vec_and_offset().0, [0.0, 1.0, 1.0, 0.0]);
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
        let set = made(*task, 300, 5, 2);
        let full = fit("tree", json!({"max_depth": 0, "min_samples_leaf": 1}), set.clone());
        assert!(deepest(&trees(&full)[0]) > 6);
        let small = fit("tree", json!({"max_depth": 4, "min_samples_leaf": 20}), set.clone());
        let tree = &trees(&small)[0];
        assert_eq!(deepest(tree), 4);
        assert!((0..tree.feature.len()).all(|node| tree.cover[node] >= 20.0));
        let forest = fit("forest", json!({"trees": 3, "max_depth": 3}), set);
        assert!(trees(&forest).iter().all(|tree| deepest(tree) == 3));
        assert!(trees(&forest)[0] != trees(&forest)[1]);
    }
}

#[test]
fn a_full_tree_learns_its_rows_by_heart() {
    for task in TASKS {
        let set = made(*task, 200, 4, 3);
        let model = fit("tree", json!({"max_depth": 0, "min_samples_leaf": 1}), set.clone());
        let answer = answer(&model.ops[0], set.x.view()).expect("it fits");
        for row in 0..200 {
            match &set.y {
                Target::Values(values) => assert!((answer[[row, 0]] - values[row]).abs() < 1e-12),
                Target::Classes { codes, count: 2 } => assert_eq!(answer[[row, 0]], f64::from(codes[row])),
                Target::Classes { codes, .. } => assert_eq!(answer[[row, codes[row] as usize]], 1.0),
            }
        }
    }
}

#[test]
fn slices_change_nothing() {
    for task in TASKS {
        let make = |work: usize| {
            let set = made(*task, 150, 6, 4);
            let criterion = if *task == Task::Regression { Criterion::SquaredError } else { Criterion::Gini };
            let settings = Settings { criterion, max_depth: 9, min_leaf: 1, candidates: 2, cuts: Cuts::Best };
            let mut fit = ForestFit::new(set, settings, false, 5, true).expect("rows");
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
            }
        };
        let ((few, one), (many, other)) = (make(WORK), make(100));
        assert!(many > few);
        assert_eq!(one, other);
    }
}

#[test]
fn counting_and_sorting_find_the_same_cuts() {
    for task in TASKS {
        let mut set = made(*task, 400, 3, 5);
        (0..400).for_each(|row| set.x[[row, 0]] = (set.x[[row, 0]] * 4.0).round());
        let plain = fit("tree", json!({"max_depth": 6, "min_samples_leaf": 1}), set.clone());
        // Three thousand more values, of rows without weight: the column is now sorted where it was counted before.
        let x = Array2::from_shape_fn((3400, 3), |(row, column)| if row < 400 { set.x[[row, column]] } else { 50.0 + row as f64 });
        let rows: Vec<usize> = (0..3400).map(|row| row % 400).collect();
        let weights = (0..3400).map(|row| f64::from(u8::from(row < 400))).collect();
        let padded = TrainingSet { x, y: set.y.take(&rows), weights: Some(weights), ..set };
        assert_eq!(fit("tree", json!({"max_depth": 6, "min_samples_leaf": 1}), padded), plain);
    }
}

#[test]
fn a_weight_is_a_row_repeated() {
    for task in TASKS {
        let set = made(*task, 90, 3, 6);
        let weights: Vec<f64> = (0..90).map(|row| f64::from(row % 3)).collect();
        let rows: Vec<usize> = (0..90).flat_map(|row| vec![row; row % 3]).collect();
        let repeated = TrainingSet { x: set.x.select(ndarray::Axis(0), &rows), y: set.y.take(&rows), ..set.clone() };
        let params = json!({"max_depth": 4, "min_samples_leaf": 1});
        let (a, b) = (fit("tree", params.clone(), TrainingSet { weights: Some(weights), ..set }), fit("tree", params, repeated));
        assert_eq!(trees(&a)[0].feature, trees(&b)[0].feature);
        assert_eq!(trees(&a)[0].threshold, trees(&b)[0].threshold);
        assert_eq!(trees(&a)[0].cover, trees(&b)[0].cover);
        assert!(trees(&a)[0].value.iter().zip(&trees(&b)[0].value).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}

#[test]
fn seeds_make_forests_and_only_seeds() {
    let set = made(Task::Binary, 120, 5, 7);
    let forest = |seed| fit("forest", json!({"trees": 4}), TrainingSet { seed, ..set.clone() });
    assert_eq!(forest(1), forest(1));
    assert_ne!(forest(1), forest(2));
    // Without chance all trees are the tree.
    let all = fit("forest", json!({"trees": 2, "bootstrap": false, "max_features": "all", "max_depth": 4}), set.clone());
    let tree = fit("tree", json!({"max_depth": 4, "min_samples_leaf": 1}), set);
    assert_eq!((&trees(&all)[0], &trees(&all)[1]), (&trees(&tree)[0], &trees(&tree)[0]));
}

#[test]
fn the_column_that_matters_is_important() {
    for task in TASKS {
        let importance = fit("forest", json!({"trees": 20}), made(*task, 400, 6, 8)).importance.expect("importance");
        assert!((importance.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((1..6).all(|column| importance[0] > 1.5 * importance[column]), "{importance:?}");
        assert!((0..5).all(|column| importance[5] < importance[column]), "{importance:?}");
    }
}

#[test]
fn balanced_classes_weigh_the_same() {
    let codes: Vec<u32> = (0..40).map(|row| u32::from(row % 8 == 0)).collect();
    let set = with_columns(classes(&codes, 2), Array2::zeros((40, 1)));
    for id in ["tree", "forest"] {
        let model = fit(id, json!({"balanced": true}), set.clone());
        let p = answer(&model.ops[0], set.x.view()).expect("it fits")[[0, 0]];
        assert!((p - 0.5).abs() < 0.06, "{id} {p}");
    }
}

#[test]
fn edges() {
    let refused = |set| try_fit("forest", json!({}), set).err().map(|problem| problem.message.id);
    assert_eq!(refused(classes(&[], 2)).as_deref(), Some("learn.no_rows"));
    assert_eq!(refused(classes(&[1, 1], 2)).as_deref(), Some("learn.one_class"));
    assert_eq!(refused(numbers(&[1e308, -1e308])).as_deref(), Some("learn.target_too_large"));
    // One row, no column, constant columns and answers: a leaf.
    for set in [numbers(&[3.0]), numbers(&[3.0, 3.0]), with_columns(numbers(&[3.0, 3.0]), arr2(&[[1.0], [2.0]]))] {
        let model = fit("forest", json!({"trees": 2}), set);
        assert!(trees(&model).iter().all(|tree| tree.feature == [Tree::LEAF] && tree.value == [3.0]));
    }
    // Values at the ends of what numbers can hold.
    let set = with_columns(numbers(&[1.0, 2.0]), arr2(&[[-1e308], [1e308]]));
    assert_eq!(trees(&fit("tree", json!({"min_samples_leaf": 1}), set))[0].threshold[0], 0.0);
    // A class without rows has the share 0.
    let set = with_columns(classes(&[0, 2, 0], 4), arr2(&[[1.0], [2.0], [3.0]]));
    let model = fit("tree", json!({}), set);
    assert_eq!(trees(&model)[0].value, [2.0 / 3.0, 0.0, 1.0 / 3.0, 0.0]);
}

#[test]
fn random_cuts_part_every_node_that_varies() {
    for task in TASKS {
        let set = made(*task, 200, 4, 3);
        let model = fit("extra_trees", json!({"trees": 3, "max_depth": 0}), set.clone());
        // Without a limit every row is told apart, as by the best cuts.
        let answer = answer(&model.ops[0], set.x.view()).expect("it fits");
        for row in 0..200 {
            match &set.y {
                Target::Values(values) => assert!((answer[[row, 0]] - values[row]).abs() < 1e-12),
                Target::Classes { codes, count: 2 } => assert_eq!(answer[[row, 0]], f64::from(codes[row])),
                Target::Classes { codes, .. } => assert_eq!(answer[[row, codes[row] as usize]], 1.0),
            }
        }
        assert!(trees(&model)[0] != trees(&model)[1]);
        let small = fit("extra_trees", json!({"trees": 3, "max_depth": 4, "min_samples_leaf": 20}), set.clone());
        for tree in trees(&small) {
            assert!((0..tree.feature.len()).all(|node| tree.cover[node] >= 20.0));
        }
        let other = fit("extra_trees", json!({"trees": 3, "max_depth": 0}), TrainingSet { seed: 1, ..set });
        assert_ne!(model, other);
    }
    // The ends of what numbers can hold: the place is drawn without an overflow.
    let set = with_columns(numbers(&[1.0, 2.0, 3.0]), arr2(&[[-1.7e308], [1.7e308], [0.0]]));
    let model = fit("extra_trees", json!({"trees": 5, "max_depth": 0}), set.clone());
    let answer = answer(&model.ops[0], set.x.view()).expect("it fits");
    assert!((0..3).all(|row| (answer[[row, 0]] - (row + 1) as f64).abs() < 1e-12), "{answer}");
    // Neighbouring numbers leave one place only.
    let next = f64::from_bits(1.0_f64.to_bits() + 1);
    let set = with_columns(numbers(&[1.0, 2.0]), arr2(&[[1.0], [next]]));
    assert_eq!(trees(&fit("extra_trees", json!({"trees": 1}), set))[0].threshold[0], 1.0);
}
