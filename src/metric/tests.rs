//! Tests of the module: edge cases and properties; figures of the references stand in `tests/reference`.

use super::*;
use crate::num::Rng;
use ndarray::Array2;

/// Rows made up for a task: truth, answer.
struct Made {
    codes: Vec<u32>,
    values: Vec<f64>,
    answer: Array2<f64>,
    classes: usize,
}

impl Made {
    /// Scores are rounded, so that there are ties.
    fn new(task: Task, n: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed, "test", 0);
        let classes = match task {
            Task::Binary => 2,
            Task::Multiclass => 3,
            Task::Regression => 0,
        };
        let codes: Vec<u32> = (0..if classes == 0 { 0 } else { n }).map(|_| rng.below(classes) as u32).collect();
        let values: Vec<f64> = (0..if classes == 0 { n } else { 0 }).map(|_| 5.0 + rng.normal()).collect();
        let mut answer = Array2::zeros((n, if classes == 3 { 3 } else { 1 }));
        for row in 0..n {
            match task {
                Task::Binary => answer[[row, 0]] = ((0.3 * f64::from(codes[row]) + 0.7 * rng.uniform()) * 20.0).round() / 20.0,
                Task::Regression => answer[[row, 0]] = values[row] + rng.normal(),
                Task::Multiclass => {
                    let mut raw: Vec<f64> = (0..3).map(|_| 1.0 + rng.below(9) as f64).collect();
                    raw[codes[row] as usize] += 3.0;
                    let sum: f64 = raw.iter().sum();
                    (0..3).for_each(|class| answer[[row, class]] = raw[class] / sum);
                }
            }
        }
        Self { codes, values, answer, classes }
    }

    fn truth(&self) -> Truth<'_> {
        if self.classes == 0 { Truth::Values(&self.values) } else { Truth::Classes { codes: &self.codes, count: self.classes } }
    }

    fn prediction(&self) -> Prediction<'_> {
        Prediction::new(self.answer.view())
    }

    fn take(&self, rows: &[usize]) -> Made {
        Made {
            codes: rows.iter().filter_map(|&row| self.codes.get(row).copied()).collect(),
            values: rows.iter().filter_map(|&row| self.values.get(row).copied()).collect(),
            answer: self.answer.select(ndarray::Axis(0), rows),
            classes: self.classes,
        }
    }
}

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

fn close(a: &Figure, b: &Figure, what: &str) {
    match (a.value(), b.value()) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "{what}: {a} {b}"),
        _ => assert_eq!(a, b, "{what}"),
    }
}

#[test]
fn the_registry_is_alphabetic_and_has_texts() {
    assert!(METRICS.windows(2).all(|pair| pair[0].id < pair[1].id));
    for metric in METRICS {
        assert!(find(metric.id).is_some());
        for id in [format!("metric.{}", metric.id), format!("metric.{}.help", metric.id)] {
            assert!(crate::base::text::find(&id).is_some(), "{id}");
        }
    }
}

#[test]
fn a_weight_is_a_row_repeated_and_order_does_not_matter() {
    for task in TASKS {
        let made = Made::new(task, 60, 5);
        let mut rng = Rng::new(9, "test", 0);
        let weights: Vec<f64> = (0..60).map(|_| rng.below(4) as f64).collect();
        let mut repeated: Vec<usize> = (0..60).flat_map(|row| vec![row; weights[row] as usize]).collect();
        rng.shuffle(&mut repeated);
        let copy = made.take(&repeated);
        for metric in for_task(task) {
            let weighted = metric.compute(&made.truth(), &made.prediction(), Some(&weights));
            assert!(weighted.value().is_some(), "{}", metric.id);
            close(&weighted, &metric.compute(&copy.truth(), &copy.prediction(), None), metric.id);
        }
    }
}

#[test]
fn a_perfect_prediction_has_the_best_value_within_the_range() {
    for task in TASKS {
        let mut made = Made::new(task, 40, 6);
        for row in 0..40 {
            match task {
                Task::Binary => made.answer[[row, 0]] = f64::from(made.codes[row]),
                Task::Multiclass => (0..3).for_each(|c| made.answer[[row, c]] = f64::from(u8::from(made.codes[row] == c as u32))),
                Task::Regression => made.answer[[row, 0]] = made.values[row],
            }
        }
        for metric in for_task(task) {
            let value = metric.compute(&made.truth(), &made.prediction(), None).value().expect(metric.id);
            let best = if metric.higher_is_better { metric.range.1 } else { metric.range.0 };
            assert!((value - best).abs() < 1e-12, "{} {value}", metric.id);
        }
    }
}

/// Truth, scores, and what the metrics named come to: a number, or the reason why there is none.
fn binary(codes: &[u32], scores: &[f64], expected: &[(&str, Result<f64, &str>)]) {
    let answer = Array2::from_shape_vec((scores.len(), 1), scores.to_vec()).expect("a column");
    let truth = Truth::Classes { codes, count: 2 };
    for (id, want) in expected {
        let got = find(id).expect(id).compute(&truth, &Prediction::new(answer.view()), None);
        let want = want.map_or_else(Figure::undefined, Figure::Value);
        close(&got, &want, &format!("{id} of {codes:?} {scores:?}"));
    }
}

#[test]
fn cases_without_a_value_say_why() {
    let nothing = [("accuracy", Err("no_rows")), ("roc_auc", Err("no_rows")), ("log_loss", Err("no_rows")), ("f1", Err("no_rows"))];
    binary(&[], &[], &nothing);
    let one_class = [
        ("accuracy", Ok(0.5)),
        ("balanced_accuracy", Err("one_class")),
        ("precision", Err("none_predicted")),
        ("recall", Ok(0.0)),
        ("specificity", Err("no_negatives")),
        ("f1", Ok(0.0)),
        ("roc_auc", Err("one_class")),
        ("pr_auc", Err("one_class")),
        ("mcc", Err("one_class")),
        ("kappa", Err("one_class")),
    ];
    binary(&[1, 1], &[0.2, 0.1], &one_class[2..]);
    binary(&[1, 1], &[0.2, 0.9], &[one_class[0], one_class[1]]);
    binary(&[0, 0], &[0.2, 0.1], &[("recall", Err("no_positives")), ("f1", Err("no_positives")), ("pr_auc", Err("one_class"))]);
    binary(&[0, 1], &[0.2, 0.1], &[("precision", Err("none_predicted")), ("f1", Ok(0.0)), ("mcc", Ok(0.0)), ("kappa", Ok(0.0))]);
    binary(&[0, 1], &[0.5, 0.5], &[("roc_auc", Ok(0.5)), ("recall", Ok(1.0)), ("pr_auc", Ok(0.5)), ("brier", Ok(0.25))]);
    binary(&[0, 1], &[0.2, f64::NAN], &[("accuracy", Err("not_finite")), ("roc_auc", Err("not_finite"))]);
    binary(&[0, 1], &[1.0, 1.0], &[("log_loss", Ok(-0.5 * crate::num::float::ln(f64::EPSILON)))]);
}

#[test]
fn numbers_without_a_value_say_why() {
    let check = |truth: &[f64], predicted: &[f64], expected: &[(&str, Result<f64, &str>)]| {
        let answer = Array2::from_shape_vec((truth.len(), 1), predicted.to_vec()).expect("a column");
        for (id, want) in expected {
            let got = find(id).expect(id).compute(&Truth::Values(truth), &Prediction::new(answer.view()), None);
            close(&got, &want.map_or_else(Figure::undefined, Figure::Value), id);
        }
    };
    check(&[], &[], &[("rmse", Err("no_rows")), ("r2", Err("no_rows"))]);
    check(&[3.0], &[1.0], &[("rmse", Ok(2.0)), ("r2", Err("one_row")), ("median_absolute_error", Ok(2.0))]);
    check(&[3.0, 3.0], &[1.0, 2.0], &[("r2", Err("constant_truth")), ("explained_variance", Err("constant_truth")), ("mae", Ok(1.5))]);
    check(&[0.0, 2.0], &[1.0, 1.0], &[("mape", Err("zero_truth")), ("max_error", Ok(1.0)), ("r2", Ok(0.0))]);
    check(&[1e300, -1e300], &[0.0, 0.0], &[("rmse", Err("not_finite")), ("mae", Ok(1e300))]);
}

#[test]
fn several_classes_where_one_is_absent() {
    let codes = [0, 0, 1, 1];
    let answer = ndarray::arr2(&[[0.8, 0.1, 0.1], [0.3, 0.4, 0.3], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3]]);
    let truth = Truth::Classes { codes: &codes, count: 3 };
    let value = |id: &str| find(id).expect(id).compute(&truth, &Prediction::new(answer.view()), None);
    assert_eq!(value("roc_auc"), Figure::undefined("absent_class"));
    // scikit-learn averages over the classes that occur: two here.
    close(&value("recall"), &Figure::Value(0.75), "recall");
    close(&value("precision"), &Figure::Value((1.0 + 2.0 / 3.0) / 2.0), "precision");
    close(&value("balanced_accuracy"), &Figure::Value(0.75), "balanced accuracy");
}

#[test]
fn replicates_do_not_depend_on_how_they_are_split() {
    for task in TASKS {
        let (made, metrics) = (Made::new(task, 50, 7), for_task(task));
        let whole = bootstrap_range(&made.truth(), &made.prediction(), None, &metrics, 0..40, 3);
        let parts = [0..7, 7..8, 8..40].map(|range| bootstrap_range(&made.truth(), &made.prediction(), None, &metrics, range, 3));
        let mut job = Bootstrap::new(&made.truth(), &made.prediction(), None, &metrics, 0..40, 3);
        assert_eq!(crate::base::Job::finish(&mut job).expect("no problem"), whole);
        let one = intervals(&made.truth(), &made.prediction(), None, &metrics, &[whole]);
        assert_eq!(intervals(&made.truth(), &made.prediction(), None, &metrics, &parts), one);
        for (interval, metric) in one.iter().zip(&metrics) {
            let (low, high) = (interval.low.value().expect(metric.id), interval.high.value().expect(metric.id));
            assert!(low < high && interval.n == 50, "{}", metric.id);
        }
    }
}

#[test]
fn few_replicates_have_no_interval() {
    let made = Made::new(Task::Binary, 50, 7);
    let few = bootstrap(&made.truth(), &made.prediction(), &[&label::ACCURACY], 19, 1);
    assert_eq!(few[0].low, Figure::undefined("few_replicates"));
    let mostly_undefined: Vec<Option<f64>> = (0..100).map(|place| (place % 3 == 0).then_some(1.0)).collect();
    assert_eq!(Interval::percentile(Figure::Value(1.0), &mostly_undefined, 5).high, Figure::undefined("few_replicates"));
}

#[test]
fn intervals_cover_what_they_should() {
    // Accuracy is 0.8 in truth; of 200 tables of 150 rows about 190 intervals must hold it (175 is three sd below).
    let mut covered = 0;
    for table in 0..200 {
        let mut rng = Rng::new(11, "tables", table);
        let codes: Vec<u32> = (0..150).map(|_| rng.below(2) as u32).collect();
        let score = |&code: &u32| if rng.uniform() < 0.8 { f64::from(code) } else { 1.0 - f64::from(code) };
        let answer = Array2::from_shape_vec((150, 1), codes.iter().map(score).collect()).expect("a column");
        let truth = Truth::Classes { codes: &codes, count: 2 };
        let interval = &bootstrap(&truth, &Prediction::new(answer.view()), &[&label::ACCURACY], 200, table)[0];
        covered += i32::from(interval.low.value() <= Some(0.8) && Some(0.8) <= interval.high.value());
    }
    assert!((178..=199).contains(&covered), "{covered}");
}

#[test]
fn wilson_equals_statsmodels_and_stays_within_bounds() {
    // statsmodels.stats.proportion.proportion_confint(8, 10, method='wilson')
    let (low, high) = wilson(8.0, 10.0).expect("rows");
    assert!((low - 0.490_162_471_536_642_1).abs() < 1e-12 && (high - 0.943_317_848_545_624_1).abs() < 1e-12, "{low} {high}");
    assert_eq!(wilson(0.0, 5.0).map(|ends| ends.0), Some(0.0));
    assert_eq!(wilson(5.0, 5.0).map(|ends| ends.1), Some(1.0));
    assert_eq!(wilson(0.0, 0.0), None);
}

fn scored(n: usize) -> (Vec<bool>, Vec<f64>) {
    let made = Made::new(Task::Binary, n, 8);
    (made.codes.iter().map(|&code| code == 1).collect(), made.answer.column(0).to_vec())
}

#[test]
fn curves_agree_with_the_metrics() {
    let made = Made::new(Task::Binary, 300, 8);
    let (positive, scores) = scored(300);
    let value = |metric: &Metric| metric.compute(&made.truth(), &made.prediction(), None);
    close(&value(&ranking::ROC_AUC), &Figure::Value(roc(&positive, &scores).expect("two classes").area), "roc");
    let curve = precision_recall(&positive, &scores).expect("two classes");
    close(&value(&ranking::PR_AUC), &Figure::Value(curve.average_precision), "pr");
    let at = &by_threshold(&positive, &scores, &[0.5]).expect("rows")[0];
    for (metric, figure) in
        [(&label::ACCURACY, &at.accuracy), (&label::F1, &at.f1), (&label::PRECISION, &at.precision), (&label::SPECIFICITY, &at.specificity)]
    {
        close(&value(metric), figure, metric.id);
    }
    let report = report(&confusion(&made.truth(), &made.prediction()));
    close(&value(&label::RECALL), &report.classes[1].figures.recall, "recall");
}

#[test]
fn a_thinned_curve_keeps_its_shape() {
    let mut rng = Rng::new(4, "test", 0);
    let positive: Vec<bool> = (0..5000).map(|_| rng.below(3) == 0).collect();
    let scores: Vec<f64> = positive.iter().map(|&positive| rng.normal() + f64::from(u8::from(positive))).collect();
    let full = roc(&positive, &scores).expect("two classes");
    let thin = full.thinned(100);
    assert!(thin.threshold.len() <= 100 && thin.threshold.len() > 40, "{}", thin.threshold.len());
    assert_eq!((thin.true_positive_rate.last(), thin.false_positive_rate.last()), (Some(&1.0), Some(&1.0)));
    let area: f64 = (1..thin.threshold.len())
        .map(|place| {
            (thin.false_positive_rate[place] - thin.false_positive_rate[place - 1])
                * (thin.true_positive_rate[place] + thin.true_positive_rate[place - 1])
                / 2.0
        })
        .sum();
    assert!((area - full.area).abs() < 2e-3, "{area} {}", full.area);
    assert_eq!(full.thinned(1_000_000), full);
    let curve = precision_recall(&positive, &scores).expect("two classes").thinned(50);
    assert!(curve.recall.len() <= 50 && curve.recall[0] == 1.0 && curve.precision.last() == Some(&1.0));
}

#[test]
fn rules_choose_what_a_search_over_all_thresholds_finds() {
    let (positive, scores) = scored(200);
    let at = |threshold: f64| by_threshold(&positive, &scores, &[threshold]).expect("rows").remove(0);
    let value = |rule| choose_threshold(&positive, &scores, rule).expect("two classes").value;
    let all: Vec<AtThreshold> = (0..=2000).map(|place| at(f64::from(place) / 2000.0)).collect();
    let most = |of: &dyn Fn(&AtThreshold) -> f64| all.iter().map(of).fold(f64::NEG_INFINITY, |a, b| if b > a { b } else { a });
    let f1 = |at: &AtThreshold| at.f1.value().unwrap_or(0.0);
    let youden = |at: &AtThreshold| at.recall.value().unwrap_or(0.0) + at.specificity.value().unwrap_or(0.0);
    let cost = |at: &AtThreshold| -(at.false_positives as f64 + 5.0 * at.false_negatives as f64);
    assert_eq!(f1(&at(value(Rule::BestF1))), most(&f1));
    assert!((youden(&at(value(Rule::Youden))) - most(&youden)).abs() < 1e-12);
    assert_eq!(cost(&at(value(Rule::Cost { false_positive: 1.0, false_negative: 5.0 }))), most(&cost));
    let floor = at(value(Rule::Recall { at_least: 0.9 }));
    let higher = all.iter().filter(|at| at.recall.value() >= Some(0.9)).map(|at| at.false_positives).fold(u64::MAX, Ord::min);
    assert!(floor.recall.value() >= Some(0.9) && floor.false_positives == higher);
    assert_eq!(value(Rule::Half), 0.5);
}

#[test]
fn a_rule_may_call_everything_or_nothing_positive() {
    let (positive, scores) = ([true, false, true], [0.4, 1.0, 0.2]);
    let choose = |rule| choose_threshold(&positive, &scores, rule).expect("two classes");
    let none = choose(Rule::Cost { false_positive: 9.0, false_negative: 1.0 });
    assert!(none.value > 1.0 && none.lowest_positive.is_none());
    let all = choose(Rule::Recall { at_least: 1.0 });
    assert_eq!((all.value, all.lowest_positive), (0.1, Some(0.2)));
    assert_eq!(choose(Rule::Recall { at_least: 0.5 }).value, 0.2 / 2.0 + 0.4 / 2.0);
    assert!(choose_threshold(&[true, true], &[0.1, 0.2], Rule::Youden).is_err());
}

#[test]
fn bins_hold_their_lower_edge_and_the_last_its_upper() {
    let (hits, scores) = ([false, true, true, false, true], [0.0, 0.5, 1.0, 0.49, 1.0]);
    let uniform = calibration(&hits, &scores, 2, Bins::Uniform).expect("rows");
    assert_eq!(uniform.bins.iter().map(|bin| (bin.rows, bin.share)).collect::<Vec<_>>(), [(2, 0.0), (3, 1.0)]);
    assert!(uniform.bins.iter().all(|bin| bin.share_low <= bin.share && bin.share <= bin.share_high));
    // All scores equal: quantile edges fall together and one group holds everything.
    let constant = calibration(&hits, &[0.3; 5], 4, Bins::Quantile).expect("rows");
    assert_eq!(constant.bins.len(), 1);
    assert!((constant.expected_error - 0.3).abs() < 1e-12);
    assert!(calibration(&hits, &[0.3, 0.1, 2.0, 0.0, 0.0], 4, Bins::Uniform).is_err());
    let histogram = score_histogram(&[0, 1, 1, 0, 1], 2, &scores, 2).expect("rows");
    assert_eq!(histogram.counts, [[2, 0], [0, 3]]);
}

#[test]
fn gain_and_residuals_of_small_tables() {
    let parts = gain(&[true, false, false, true], &[0.9, 0.8, 0.1, 0.2], 2).expect("positives");
    assert_eq!(parts.iter().map(|part| (part.rows, part.positives, part.lift)).collect::<Vec<_>>(), [(2, 1, 1.0), (4, 2, 1.0)]);
    assert_eq!(gain(&[false], &[0.3], 2), Err(crate::base::Undefined::because("no_positives")));
    let summary = residuals(&[1.0, 2.0, 4.0], &[1.0, 1.0, 1.0], 3, 2, 0).expect("rows");
    assert_eq!((summary.counts.as_slice(), summary.sample.len()), ([1, 1, 1].as_slice(), 2));
    let one = residuals(&[1.0], &[0.0], 3, 9, 0).expect("a row");
    assert_eq!((one.sd, one.counts.iter().sum::<u64>()), (Figure::undefined("one_row"), 1));
    assert!(residuals(&[f64::NAN], &[0.0], 3, 9, 0).is_err());
}

#[test]
fn whole_units_are_drawn_where_rows_of_a_unit_are_alike() {
    // All ten rows of a unit are right or all are wrong: the 500 rows say no more than 50 would.
    let (mut by_unit, mut by_row) = (0, 0);
    for table in 0..200 {
        let mut rng = Rng::new(12, "tables", table);
        let units: Vec<u32> = (0..500).map(|row| 7 * (row / 10)).collect();
        let right: Vec<bool> = (0..50).map(|_| rng.uniform() < 0.7).collect();
        let codes: Vec<u32> = (0..500).map(|_| rng.below(2) as u32).collect();
        let score = |row: usize| if right[row / 10] { f64::from(codes[row]) } else { 1.0 - f64::from(codes[row]) };
        let answer = Array2::from_shape_fn((500, 1), |(row, _)| score(row));
        let truth = Truth::Classes { codes: &codes, count: 2 };
        let rows = || Rows::new(&truth, &Prediction::new(answer.view()));
        let interval = |units: Option<&[u32]>| {
            let mut job = Bootstrap::of(rows(), units, &[&label::ACCURACY], 0..200, table);
            let replicates = crate::base::Job::finish(&mut job).expect("no problem");
            let found = intervals_of(&rows(), None, &[&label::ACCURACY], &[replicates]).remove(0);
            (found.low.value().expect("an end"), found.high.value().expect("an end"))
        };
        let (wide, narrow) = (interval(Some(&units)), interval(None));
        assert!(wide.1 - wide.0 > 1.7 * (narrow.1 - narrow.0), "{wide:?} {narrow:?}");
        let holds = |(low, high): (f64, f64)| i32::from((low..=high).contains(&0.7));
        (by_unit, by_row) = (by_unit + holds(wide), by_row + holds(narrow));
    }
    assert!(by_unit >= 174 && by_row < 140, "{by_unit} and {by_row} of 200 intervals hold the truth");
}

#[test]
fn one_unit_has_no_interval() {
    let made = Made::new(Task::Binary, 50, 7);
    let rows = || Rows::new(&made.truth(), &made.prediction());
    let mut job = Bootstrap::of(rows(), Some(&[3; 50]), &[&label::ACCURACY], 0..100, 1);
    let replicates = crate::base::Job::finish(&mut job).expect("no problem");
    assert_eq!(intervals_of(&rows(), None, &[&label::ACCURACY], &[replicates])[0].low, Figure::undefined("few_replicates"));
}
