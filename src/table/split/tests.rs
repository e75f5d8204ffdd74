//! Every scheme against its definition, and against the reference library where that leaves no choice.

use super::*;

/// Random rows of every kind of column.
fn random(seed: u64) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
    let mut rng = Rng::new(seed, "test", 0);
    let n = 20 + rng.below(200);
    let classes = (0..n).map(|row| if row < 8 { (row % 4) as u32 } else { rng.below(4) as u32 }).collect();
    let units = (0..n).map(|_| rng.below(30) as u32).collect();
    let times = (0..n).map(|_| rng.below(50) as f64).collect();
    (classes, units, times)
}

#[test]
fn every_scheme_keeps_its_definition() {
    for seed in 0..60 {
        let (classes, units, times) = random(seed);
        let rows = Rows { count: classes.len(), classes: Some(&classes), units: Some(&units), times: Some(&times) };
        for (_, scheme) in Scheme::ALL {
            let (training, held_out) = holdout(&rows, 0.2, scheme, seed).expect("a split");
            let mut all: Vec<usize> = training.iter().chain(&held_out).copied().collect();
            all.sort_unstable();
            assert!(all.iter().copied().eq(0..rows.count), "held-out and training rows are a partition");
            let folds = folds(&rows, &training, 5, scheme, seed).expect("folds").folds;
            let apart = |a: &[usize], b: &[usize], of: &[u32]| a.iter().all(|&a| b.iter().all(|&b| of[a] != of[b]));
            let latest = |rows: &[usize]| rows.iter().map(|&row| times[row]).fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
            let first = |rows: &[usize]| rows.iter().map(|&row| times[row]).fold(f64::INFINITY, |a, b| if b < a { b } else { a });
            for fold in &folds {
                assert!(!fold.train.is_empty() && !fold.test.is_empty() && fold.train.iter().all(|row| !fold.test.contains(row)));
                match scheme {
                    scheme if scheme.keeps_units() => assert!(apart(&fold.train, &fold.test, &units)),
                    Scheme::Time => assert!(latest(&fold.train) <= first(&fold.test)),
                    _ => {}
                }
            }
            match scheme {
                scheme if scheme.keeps_units() => assert!(apart(&training, &held_out, &units)),
                Scheme::Time => assert!(latest(&training) <= first(&held_out)),
                Scheme::Stratified => {
                    for class in 0..4 {
                        let counts: Vec<usize> =
                            folds.iter().map(|fold| fold.test.iter().filter(|&&row| classes[row] == class).count()).collect();
                        assert!(counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0) <= 1, "{counts:?}");
                    }
                }
                _ => {}
            }
            if !matches!(scheme, Scheme::Time | Scheme::Bootstrap | Scheme::Holdout) {
                let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
                tested.sort_unstable();
                assert_eq!(tested, training, "each training row is predicted once");
            }
        }
    }
}

#[test]
fn small_classes_and_few_rows_lower_the_number_of_folds() {
    let classes = [0, 0, 0, 0, 0, 0, 1, 1];
    let rows = Rows { count: 8, classes: Some(&classes), ..Rows::default() };
    let training: Vec<usize> = (0..8).collect();
    let divided = folds(&rows, &training, 5, Scheme::Stratified, 1).expect("folds");
    assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (2, "split.small_class"));
    // One rare class of several does not cost the others their folds.
    let classes = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2];
    let rows = Rows { count: 11, classes: Some(&classes), ..Rows::default() };
    let training: Vec<usize> = (0..11).collect();
    let divided = folds(&rows, &training, 5, Scheme::Stratified, 1).expect("folds");
    assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (5, "split.rare_class"));
    let rows = Rows { count: 3, ..Rows::default() };
    let divided = folds(&rows, &[0, 1, 2], 10, Scheme::Plain, 1).expect("folds");
    assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (3, "split.few_rows"));
}

#[test]
fn no_number_of_folds_is_too_large_to_be_answered() {
    let n = 20_000_usize;
    let (units, times): (Vec<u32>, Vec<f64>) = (0..n).map(|row| (row as u32, row as f64)).unzip();
    let rows = Rows { count: n, units: Some(&units), times: Some(&times), ..Rows::default() };
    let training: Vec<usize> = (0..n).collect();
    for (_, scheme) in Scheme::ALL.into_iter().filter(|(_, scheme)| !matches!(scheme, Scheme::Bootstrap | Scheme::Holdout)) {
        let divided = folds(&rows, &training, usize::MAX, scheme, 1).expect("folds");
        assert_eq!(divided.folds.len(), MOST_FOLDS, "{scheme:?}");
    }
}

#[test]
fn what_cannot_be_split_says_why() {
    let id = |result: Result<Divided, Problem>| result.err().map(|problem| problem.message.id);
    let one = [0, 0, 0];
    let rows = Rows { count: 3, classes: Some(&one), ..Rows::default() };
    assert_eq!(id(folds(&rows, &[0, 1, 2], 3, Scheme::Stratified, 1)).as_deref(), Some("split.one_class"));
    let rows = Rows { count: 3, ..Rows::default() };
    assert_eq!(id(folds(&rows, &[0, 1, 2], 3, Scheme::Group, 1)).as_deref(), Some("split.no_group"));
    assert_eq!(id(folds(&rows, &[0], 3, Scheme::Plain, 1)).as_deref(), Some("split.too_few"));
}

#[test]
fn time_folds_are_those_of_time_series_split() {
    // sklearn.model_selection.TimeSeriesSplit(3).split(range(10)): tests 4-5, 6-7, 8-9
    let times: Vec<f64> = (0..10).map(f64::from).collect();
    let rows = Rows { count: 10, times: Some(&times), ..Rows::default() };
    let divided = folds(&rows, &(0..10).collect::<Vec<_>>(), 3, Scheme::Time, 1).expect("folds");
    let tests: Vec<Vec<usize>> = divided.folds.iter().map(|fold| fold.test.clone()).collect();
    assert_eq!(tests, [[4, 5], [6, 7], [8, 9]]);
    assert_eq!(divided.folds[0].train, [0, 1, 2, 3]);
}

#[test]
fn repeats_are_drawn_anew_and_each_is_a_partition() {
    let (classes, units, _) = random(3);
    let rows = Rows { count: classes.len(), classes: Some(&classes), units: Some(&units), times: None };
    let training: Vec<usize> = (0..rows.count).collect();
    for scheme in [Scheme::Stratified, Scheme::Plain, Scheme::Group, Scheme::StratifiedGroup] {
        let how = Division { scheme, folds: 4, repeats: 3, ..Division::default() };
        let all = divide(&rows, &training, &how, 9).expect("folds").folds;
        assert_eq!(all.len(), 12, "{scheme:?}");
        // The first repeat is what one would get alone.
        assert_eq!(all[..4], folds(&rows, &training, 4, scheme, 9).expect("folds").folds);
        assert_ne!(all[..4], all[4..8], "{scheme:?}");
        for repeat in all.chunks(4) {
            let mut tested: Vec<usize> = repeat.iter().flat_map(|fold| fold.test.clone()).collect();
            tested.sort_unstable();
            assert_eq!(tested, training);
        }
    }
}

#[test]
fn bootstrap_samples_have_as_many_rows_and_predict_the_others() {
    let classes: Vec<u32> = (0..300).map(|row| u32::from(row % 10 == 0)).collect();
    let rows = Rows { count: 300, classes: Some(&classes), ..Rows::default() };
    let training: Vec<usize> = (10..300).collect();
    let how = Division { scheme: Scheme::Bootstrap, draws: 60, ..Division::default() };
    let all = divide(&rows, &training, &how, 1).expect("folds").folds;
    assert_eq!(all.len(), 60);
    let mut out = 0;
    for fold in &all {
        assert!(fold.train.len() == 290 && fold.train.is_sorted() && fold.test.is_sorted());
        let mut seen: Vec<usize> = fold.train.iter().chain(&fold.test).copied().collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, training);
        assert!(fold.test.iter().all(|row| fold.train.binary_search(row).is_err()));
        out += fold.test.len();
    }
    // A row is missed with a chance of (1 - 1/n)^n, near to 1/e.
    let share = out as f64 / (60.0 * 290.0);
    assert!((share - 0.368).abs() < 0.01, "{share}");
    let two = Rows { count: 2, ..Rows::default() };
    assert_eq!(divide(&two, &[0, 1], &how, 1).expect("folds").folds.len(), 60);
}

#[test]
fn a_holdout_takes_its_share_of_each_class() {
    let classes: Vec<u32> = (0..100).map(|row| u32::from(row % 5 == 0)).collect();
    let rows = Rows { count: 100, classes: Some(&classes), ..Rows::default() };
    let training: Vec<usize> = (0..100).collect();
    let how = Division { scheme: Scheme::Holdout, share: 0.3, repeats: 2, ..Division::default() };
    let all = divide(&rows, &training, &how, 1).expect("folds").folds;
    assert_eq!(all.len(), 2);
    for fold in &all {
        assert_eq!((fold.test.len(), fold.train.len()), (30, 70));
        assert_eq!(fold.test.iter().filter(|&&row| classes[row] == 1).count(), 6);
    }
    assert_ne!(all[0], all[1]);
}

#[test]
fn of_many_units_some_are_drawn_and_that_is_said() {
    let units: Vec<u32> = (0..130).map(|row| row / 2).collect();
    let rows = Rows { count: 130, units: Some(&units), ..Rows::default() };
    let training: Vec<usize> = (0..130).collect();
    let divided = folds(&rows, &training, 5, Scheme::LeaveOneGroupOut, 1).expect("folds");
    assert_eq!((divided.folds.len(), divided.notes[0].message.id.as_str()), (MOST_FOLDS, "split.many_units"));
    assert!(divided.folds.iter().all(|fold| fold.test.len() == 2 && units[fold.test[0]] == units[fold.test[1]]));
    let few = folds(&rows, &training[..6], 5, Scheme::LeaveOneGroupOut, 1).expect("folds");
    let tests: Vec<Vec<usize>> = few.folds.iter().map(|fold| fold.test.clone()).collect();
    assert_eq!((tests, few.notes.len()), (vec![vec![0, 1], vec![2, 3], vec![4, 5]], 0));
    let one = folds(&rows, &training[..2], 5, Scheme::LeaveOneGroupOut, 1);
    assert_eq!(one.err().map(|problem| problem.message.id).as_deref(), Some("split.one_unit"));
}

/// The figures of the reference library; `how` in the file says how they were made.
fn reference(name: &str) -> Vec<serde_json::Value> {
    let text = include_str!("../../../tests/reference/figures/validation.json");
    let all: serde_json::Value = serde_json::from_str(text).expect("figures");
    all["figures"][name].as_array().cloned().expect("a list")
}

fn numbers(value: &serde_json::Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).expect("whole numbers")
}

#[test]
fn gap_and_window_are_those_of_time_series_split() {
    for case in reference("time") {
        let number = |id: &str| case[id].as_u64().expect("a number") as usize;
        let n = number("n");
        let times: Vec<f64> = (0..n).map(|row| row as f64).collect();
        let rows = Rows { count: n, times: Some(&times), ..Rows::default() };
        let how =
            Division { scheme: Scheme::Time, folds: number("k"), gap: number("gap"), window: number("window"), ..Division::default() };
        let divided = divide(&rows, &(0..n).collect::<Vec<_>>(), &how, 1).expect("folds");
        let ends = |rows: &[usize]| [rows[0] as u32, rows[rows.len() - 1] as u32];
        let found: Vec<Vec<u32>> = divided.folds.iter().map(|fold| [ends(&fold.train), ends(&fold.test)].concat()).collect();
        let wanted: Vec<Vec<u32>> = case["folds"].as_array().expect("a list").iter().map(numbers).collect();
        assert_eq!(found, wanted, "{case}");
    }
    let times = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let rows = Rows { count: 6, times: Some(&times), ..Rows::default() };
    let how = Division { scheme: Scheme::Time, folds: 2, gap: 2, ..Division::default() };
    let refused = divide(&rows, &[0, 1, 2, 3, 4, 5], &how, 1).expect_err("nothing is left");
    assert_eq!(refused.message.id, "split.gap_too_long");
}

#[test]
fn stratified_groups_are_those_of_the_reference() {
    for case in reference("stratified_group") {
        let (units, classes, wanted) = (numbers(&case["units"]), numbers(&case["classes"]), numbers(&case["fold"]));
        let k = case["k"].as_u64().expect("a number") as usize;
        let lists = by_unit(&units, &(0..units.len()).collect::<Vec<_>>());
        let found = balance::by_classes(&lists, &classes, units.len(), k);
        assert!(found.iter().zip(&wanted).all(|(a, b)| *a == *b as usize), "{found:?} and {wanted:?}");
    }
}
