//! Planted weaknesses are found, healthy models pass, and nothing that a model does brings a probe down.

use super::*;
use crate::base::{Job, Stage, Task, text};
use crate::explain::{Model, Predict, Run, Scorer, Work};
use crate::num::{Rng, float};
use crate::table::{Column, Strings, Table};
use ndarray::Array2;
use serde_json::json;

fn table(rows: usize, seed: u64) -> Table {
    let mut rng = Rng::new(seed, "test table", 0);
    let mut numbers = || (0..rows).map(|_| rng.normal()).collect::<Vec<f64>>();
    let (a, mut b, c) = (numbers(), numbers(), numbers());
    b.iter_mut().step_by(17).for_each(|value| *value = f64::NAN);
    let kind = Strings::from_texts((0..rows).map(|_| Some(["u", "v", "w"][rng.below(3)])));
    let day = (0..rows).map(|_| 86_400_000_000 * rng.below(500) as i64).collect();
    Table::new(vec![
        Column::number("a", a),
        Column::number("b", b),
        Column::number("c", c),
        Column::category("kind", kind),
        Column::date("day", day),
    ])
}

fn names() -> Vec<String> {
    ["a", "b", "c", "kind", "day"].map(str::to_owned).to_vec()
}

/// The value of a number; 0 where it is missing or the column is not there.
fn number(table: &Table, name: &str, row: usize) -> f64 {
    let value = table.column(name).and_then(Column::numbers).map_or(0.0, |values| values[row]);
    if value.is_nan() { 0.0 } else { value }
}

fn answer(table: &Table, of: impl Fn(usize) -> f64) -> Result<Array2<f64>, Problem> {
    Ok(Array2::from_shape_fn((table.rows(), 1), |(row, _)| of(row)))
}

/// A model without weaknesses: three columns and a category, none of them alone.
fn healthy(table: &Table) -> Result<Array2<f64>, Problem> {
    if let Some(absent) = names().iter().find(|name| table.column(name).is_none()) {
        return Err(Problem::new(Stage::Ship, "plan.no_column").at_column(absent));
    }
    if let Some(texts) = ["a", "b", "c"].iter().find(|name| table.column(name).is_none_or(|column| column.numbers().is_none())) {
        return Err(Problem::new(Stage::Ship, "plan.no_column").at_column(texts));
    }
    let kind =
        |row: usize| if table.column("kind").and_then(Column::strings).and_then(|kind| kind.get(row)) == Some("u") { 0.5 } else { 0.0 };
    answer(table, |row| float::sigmoid(number(table, "a", row) + number(table, "b", row) - number(table, "c", row) + kind(row)))
}

fn battery(task: Task, predict: &Predict) -> Report {
    let (rows, train) = (table(300, 1), table(400, 2));
    let columns = names();
    let setting = Setting { rows: &rows, train: &train, columns: &columns, task, threshold: 0.5, seed: 5 };
    let truth: Vec<bool> = (0..300).map(|row| number(&rows, "a", row) > 0.0).collect();
    let accuracy = |places: &[usize], answer: &Array2<f64>| {
        let right = places.iter().zip(answer.column(0)).filter(|(place, p)| truth[**place] == (**p >= 0.5)).count();
        Figure::Value(right as f64 / places.len() as f64)
    };
    let score = || Some(Scorer { metric: "accuracy".to_owned(), greater_is_better: true, of: &accuracy, units: None });
    let battery = Battery::all(&setting, &Model { task, predict, score: score() }).expect("prepares");
    Run::new(Box::new(battery), Model { task, predict, score: score() }).finish().expect("runs")
}

fn severity(report: &Report, probe: &str, columns: &[&str]) -> Severity {
    report.findings.iter().find(|finding| finding.probe == probe && finding.columns == columns).expect("a finding").severity
}

#[test]
fn a_healthy_model_has_nothing_broken_and_its_report_is_sorted_and_repeatable() {
    let report = battery(Task::Binary, &healthy);
    assert_eq!(report.count(Severity::High), 0, "{:#?}", report.findings.first());
    assert!(report.count(Severity::Medium) <= 1, "{:#?}", report.findings.first());
    assert!(report.findings.is_sorted_by(|a, b| a.severity >= b.severity));
    assert_eq!(report, battery(Task::Binary, &healthy));
    for finding in &report.findings {
        let message = finding.message();
        assert!(text::find(&message.id).is_some() && !message.to_string().contains('{'), "{message:?}");
        let step = finding.step().expect("a step");
        assert!(step.numbers.score_before.value().is_some());
        assert!(finding.examples.len() <= EXAMPLES);
        assert_eq!(finding.examples.is_empty(), step.numbers.changed == 0, "{finding:?}");
    }
    // The ladder climbs: more noise, more flips, and at the top many.
    let noise = report.findings.iter().find(|finding| finding.probe == "noise" && finding.columns.len() == 3).expect("a ladder");
    let flips: Vec<f64> = noise.steps.iter().map(|step| step.numbers.flipped.value().expect("a share")).collect();
    assert!(flips.is_sorted() && flips[0] < 0.02 && flips[4] > 0.15, "{flips:?}");
    assert_eq!(noise.steps.iter().map(|step| step.size).collect::<Vec<_>>(), [0.01, 0.03, 0.1, 0.3, 1.0]);
    // Absent columns are refused in words, which is as it should be.
    let dropped = report.findings.iter().find(|finding| finding.probe == "dropped" && finding.columns == ["day"]).expect("a finding");
    assert!(dropped.steps[1].problem.is_some() && dropped.severity == Severity::Fine);
    // "a" and "b" count alike, so that nothing changes when they are swapped but where one is missing; "c" counts against.
    let swapped = |columns: &[&str]| report.findings.iter().find(|finding| finding.probe == "swapped" && finding.columns == columns);
    assert_eq!(swapped(&["a", "b"]).expect("a finding").severity, Severity::Fine);
    assert_eq!(swapped(&["b", "c"]).expect("a finding").severity, Severity::Low);
    assert!(swapped(&["a", "c"]).is_none() && swapped(&["c", "kind"]).is_none());
    // "a" alone decides the truth, and the metric sees that it is gone.
    let shuffled = report.findings.iter().find(|finding| finding.probe == "shuffled" && finding.columns == ["a"]).expect("a finding");
    let numbers = &shuffled.steps[0].numbers;
    assert!(numbers.score_after.value() < numbers.score_before.value(), "{numbers:?}");
}

#[test]
fn sizes_are_short() {
    let sizes = [0.1 + 0.2, 1e300, -1234.56, 0.0, 1e-9, 12_345_678.0, f64::MAX];
    assert_eq!(sizes.map(shown), ["0.3", "1e300", "-1235", "0", "1e-9", "1.235e7", "1.7976931348623157e308"]);
}

#[test]
fn planted_weaknesses_are_found() {
    // Each: what is planted, the model, where it must be found and how severe.
    type Planted<'a> = (&'a str, &'a Predict<'a>, &'a str, &'a [&'a str], Severity);
    let spurious: &Predict = &|table| answer(table, |row| float::sigmoid(4.0 * number(table, "a", row)));
    let brittle: &Predict = &|table| answer(table, |row| float::sigmoid(3.0 * float::sin(20.0 * number(table, "c", row))));
    let blank: &Predict = &|table| {
        let b = table.column("b").and_then(Column::numbers).unwrap_or_default();
        let all = b.iter().all(|value| value.is_nan()) && !b.is_empty();
        answer(table, |row| if all { f64::NAN } else { float::sigmoid(number(table, "a", row)) })
    };
    let strict: &Predict = &|table| {
        let kind = table.column("kind").and_then(Column::strings);
        match kind.is_some_and(|kind| (0..kind.len()).any(|row| kind.get(row).is_some_and(|text| text.len() > 1))) {
            true => Err(Problem::new(Stage::Ship, "plan.unknown_level")),
            false => healthy(table),
        }
    };
    let overflow: &Predict = &|table| {
        answer(table, |row| {
            let a = float::exp(800.0 * (number(table, "a", row) - 3.9));
            if a.is_finite() { a / (1.0 + a) } else { f64::NAN }
        })
    };
    let batch: &Predict = &|table| {
        let mean = (0..table.rows()).map(|row| number(table, "a", row)).sum::<f64>() / table.rows() as f64;
        answer(table, |row| float::sigmoid(number(table, "a", row) - mean))
    };
    let ordered: &Predict = &|table| answer(table, |row| float::sigmoid(number(table, "a", row) + row as f64 * 1e-9));
    let deaf: &Predict = &|table| {
        let lacking = table.column("a").is_none_or(|a| a.numbers().is_none());
        answer(table, |row| if lacking { 0.0 } else { float::sigmoid(number(table, "a", row)) })
    };
    let cancelling: &Predict = &|table| {
        answer(table, |row| {
            let a = number(table, "a", row) * 1e10;
            float::sigmoid(a * a - a * a + number(table, "c", row))
        })
    };
    let hollow: &Predict = &|table| match table.rows() {
        0 => Err(Problem::new(Stage::Ship, "plan.no_rows")),
        _ => healthy(table),
    };
    let planted: [Planted; 11] = [
        ("one column decides all", spurious, "shuffled", &["a"], Severity::Medium),
        ("one column decides all", spurious, "sign", &["a"], Severity::Medium),
        ("a brittle threshold", brittle, "noise", &["c"], Severity::High),
        ("NaN where a column is blank", blank, "missing", &["b"], Severity::High),
        ("unknown levels are refused", strict, "unseen", &["kind"], Severity::High),
        ("overflow far from the training rows", overflow, "extreme", &["a"], Severity::High),
        ("the batch's mean", batch, "single", &[], Severity::High),
        ("the row's place", ordered, "duplicated", &[], Severity::High),
        ("texts pass for numbers", deaf, "retyped", &["a"], Severity::Medium),
        ("the square of a huge number", cancelling, "extreme", &["a"], Severity::Low),
        ("no answer to no rows", hollow, "empty", &[], Severity::Medium),
    ];
    for (what, predict, probe, columns, wanted) in planted {
        let report = battery(Task::Binary, predict);
        assert_eq!(severity(&report, probe, columns), wanted, "{what}");
        let found = report.findings.iter().find(|finding| finding.probe == probe && finding.columns == columns).expect("a finding");
        assert!(text::find(&found.message().id).is_some());
        // JSON has no NaN: where one had come in, the report would not be read back.
        let written = serde_json::to_string(&report).expect("writes");
        assert_eq!(serde_json::from_str::<Report>(&written).expect("reads back"), report, "{what}");
    }
}

#[test]
fn a_regression_that_runs_off_is_found() {
    let cubic: &Predict = &|table| answer(table, |row| 3.0 + number(table, "a", row) + number(table, "b", row));
    let report = battery(Task::Regression, cubic);
    assert_eq!(severity(&report, "extreme", &["a"]), Severity::Low);
    assert_eq!(severity(&report, "extreme", &["c"]), Severity::Fine);
    assert_eq!(severity(&report, "missing", &["kind"]), Severity::Fine);
    assert!(report.findings.iter().flat_map(|finding| &finding.steps).all(|step| step.numbers.certain.value().is_none()));
}

#[test]
fn units_in_any_order_give_the_same_report() {
    let (rows, train) = (table(60, 1), table(80, 2));
    let columns = names();
    let setting = Setting { rows: &rows, train: &train, columns: &columns, task: Task::Binary, threshold: 0.5, seed: 5 };
    let model = || Model { task: Task::Binary, predict: &healthy, score: None };
    let parts: Vec<Finding> = {
        let battery = Battery::all(&setting, &model()).expect("prepares");
        let mut parts: Vec<Finding> = (0..battery.units()).rev().map(|unit| battery.unit(unit, &model()).expect("a part")).collect();
        parts.reverse();
        parts
    };
    let battery = || Battery::all(&setting, &model()).expect("prepares");
    let joined = battery().join(parts.clone()).expect("joins");
    assert_eq!(joined, Run::new(Box::new(battery()), model()).finish().expect("runs"));
    let mut swapped = parts;
    swapped.swap(0, 1);
    assert_eq!(battery().join(swapped).expect_err("another order").message.id, "stress.other_parts");
}

#[test]
fn odd_rows_bring_no_probe_down() {
    let all_missing = Table::new(vec![
        Column::number("a", vec![f64::NAN; 3]),
        Column::number("b", vec![1e308, -1e308, 1e308]),
        Column::number("c", vec![0.0; 3]),
        Column::category("kind", Strings::from_texts(vec![None::<&str>; 3])),
        Column::date("day", vec![Column::NO_DATE; 3]),
    ]);
    let columns = names();
    for rows in [table(1, 1), all_missing] {
        let setting = Setting { rows: &rows, train: &rows, columns: &columns, task: Task::Binary, threshold: 0.5, seed: 5 };
        let model = || Model { task: Task::Binary, predict: &healthy, score: None };
        let battery = Battery::all(&setting, &model()).expect("prepares");
        let report = Run::new(Box::new(battery), model()).finish().expect("runs");
        let written = serde_json::to_string(&report).expect("writes");
        assert_eq!(serde_json::from_str::<Report>(&written).expect("reads back"), report);
    }
    let refused = |rows: &Table, columns: &[String], predict: &Predict, probes: &[(String, Params)]| {
        let train = table(10, 1);
        let setting = Setting { rows, train: &train, columns, task: Task::Binary, threshold: 0.5, seed: 5 };
        let model = Model { task: Task::Binary, predict, score: None };
        let problem = Battery::new(&Params::new(), probes, &setting, &model).err().expect("refused");
        assert!(text::find(&problem.message.id).is_some() && problem.hint().is_some(), "{problem:?}");
        problem.message.id
    };
    let rows = table(10, 1);
    let nan: &Predict = &|table| answer(table, |_| f64::NAN);
    assert_eq!(refused(&table(0, 1), &columns, &healthy, &[]), "stress.no_rows");
    assert_eq!(refused(&rows, &[], &healthy, &[]), "stress.no_inputs");
    assert_eq!(refused(&rows, &["absent".to_owned()], &healthy, &[]), "explain.no_column");
    assert_eq!(refused(&rows, &columns, nan, &[]), "stress.base_not_finite");
    assert_eq!(refused(&rows, &columns, &healthy, &[("absent".to_owned(), Params::new())]), "stress.no_probe");
    let wide = json!({"factor": 0});
    let params = wide.as_object().expect("an object").clone();
    let train = table(10, 1);
    let setting = Setting { rows: &rows, train: &train, columns: &columns, task: Task::Binary, threshold: 0.5, seed: 5 };
    let model = Model { task: Task::Binary, predict: &healthy, score: None };
    let problem = Battery::new(&Params::new(), &[("unit".to_owned(), params)], &setting, &model).err().expect("refused");
    assert_eq!(problem.message.id, "field.out_of_range");
}

#[test]
fn every_probe_has_its_texts() {
    let has = |id: String| assert!(text::find(&id).is_some(), "{id}");
    let rows = table(20, 1);
    let columns = names();
    let setting = Setting { rows: &rows, train: &rows, columns: &columns, task: Task::Binary, threshold: 0.5, seed: 5 };
    let model = Model { task: Task::Binary, predict: &healthy, score: None };
    let battery = Battery::all(&setting, &model).expect("prepares");
    for probe in PROBES {
        let owner = probe.owner();
        ["", ".help", ".why", ".do", ".found"].into_iter().for_each(|part| has(format!("{owner}{part}")));
        for field in (probe.fields)() {
            has(format!("{owner}.{}", field.id));
            has(format!("{owner}.{}.help", field.id));
        }
        for case in battery.cases().iter().filter(|case| case.probe.id == probe.id) {
            case.steps.iter().for_each(|step| has(format!("{owner}.step.{}", step.0)));
        }
    }
    assert!(PROBES.is_sorted_by(|a, b| a.id < b.id));
    assert!(PROBES.iter().all(|probe| battery.cases().iter().any(|case| case.probe.id == probe.id)));
}
