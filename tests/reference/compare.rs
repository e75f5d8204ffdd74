//! The correlated t tests of two models on the same folds against baycomp and SciPy.

use crate::support::figures;
use atelier::judge::compare::{difference, spread};

#[test]
fn two_models_on_the_same_folds() {
    for case in figures("compare.synthetic")["figures"].as_array().expect("cases") {
        let list = |key: &str| case[key].as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect::<Vec<f64>>();
        let number = |key: &str| case[key].as_f64().expect("a number");
        let scores: Vec<(f64, f64)> = list("a").into_iter().zip(list("b")).collect();
        let ratio = 1.0 / (number("folds") - 1.0);
        let found = difference(&scores, ratio, number("zone"), true).expect("at least two folds");
        // One model alone: its scores are those of the two, held against nothing.
        let alone: Vec<f64> = scores.iter().map(|(a, b)| a - b).collect();
        let alone = spread(&alone, ratio).expect("at least two folds");
        for (key, value) in [("mean", alone.mean), ("deviation", alone.deviation), ("low", alone.low), ("high", alone.high)] {
            assert!((value - number(key)).abs() < 1e-9, "{key} of one model");
        }
        let figures = [
            ("mean", found.mean),
            ("deviation", found.deviation),
            ("low", found.low),
            ("high", found.high),
            ("p", found.p.value().expect("a p value")),
            ("a_better", found.better),
            ("equal", found.equal),
            ("b_better", found.worse),
        ];
        for (key, value) in figures {
            assert!((value - number(key)).abs() < 1e-9, "{key} of {} x {}: {value} and {}", number("folds"), number("runs"), number(key));
        }
    }
}
