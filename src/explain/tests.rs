//! What every method keeps: the same answer from one job and from units in any order, parts that can be sent, clear
//! refusals; and what each finds on models whose explanation is known.

use super::*;
use crate::base::{Figure, Job};
use crate::num::{Rng, float};
use crate::table::{Column, Strings};
use ndarray::Array2;
use serde_json::json;

const COLUMNS: [&str; 4] = ["x", "z", "colour", "day"];

/// Numbers, a category and a date, some missing.
fn table(rows: usize, seed: u64) -> Table {
    let mut rng = Rng::new(seed, "test table", 0);
    let x = (0..rows).map(|_| rng.normal() * 2.0 + 1.0).collect();
    let z = (0..rows).map(|row| if row % 7 == 3 { f64::NAN } else { rng.uniform() }).collect();
    let colours = ["red", "green", "blue"];
    let colour = Strings::from_texts((0..rows).map(|row| (row % 11 != 5).then(|| colours[rng.below(3)])));
    let day = (0..rows).map(|row| if row % 13 == 2 { Column::NO_DATE } else { 86_400_000_000 * rng.below(1000) as i64 }).collect();
    Table::new(vec![Column::number("x", x), Column::number("z", z), Column::category("colour", colour), Column::date("day", day)])
}

/// 2 x + 3 (colour is red) + x (colour is blue) ; z and day do nothing, missing counts as 0.
fn linear(table: &Table) -> Vec<f64> {
    let x = table.column("x").and_then(Column::numbers).expect("x");
    let colour = table.column("colour").and_then(Column::strings).expect("colour");
    (0..table.rows())
        .map(|row| {
            let x = if x[row].is_nan() { 0.0 } else { x[row] };
            2.0 * x
                + match colour.get(row) {
                    Some("red") => 3.0,
                    Some("blue") => x,
                    _ => 0.0,
                }
        })
        .collect()
}

fn number(table: &Table) -> Result<Array2<f64>, Problem> {
    Ok(Array2::from_shape_vec((table.rows(), 1), linear(table)).expect("a column"))
}

fn probability(table: &Table) -> Result<Array2<f64>, Problem> {
    Ok(number(table)?.mapv(|value| float::sigmoid(value - 3.0)))
}

/// The negative mean squared error against the model's own answer: 0 where nothing was permuted.
fn scored<'a>(predict: &'a Predict<'a>, truth: &'a [f64], score: &'a Score<'a>, task: Task) -> Model<'a> {
    let _ = truth;
    Model { task, predict, score: Some(Scorer { metric: "r2".to_owned(), greater_is_better: true, of: score, units: None }) }
}

fn r2(truth: &[f64], rows: &[usize], answer: &Array2<f64>) -> Figure {
    let truth: Vec<f64> = rows.iter().map(|&row| truth[row]).collect();
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let spread: f64 = truth.iter().map(|y| (y - mean) * (y - mean)).sum();
    let left: f64 = truth.iter().zip(answer.column(0)).map(|(y, p)| (y - p) * (y - p)).sum();
    if spread > 0.0 { (1.0 - left / spread).into() } else { Figure::undefined("constant_truth") }
}

fn names() -> Vec<String> {
    COLUMNS.map(str::to_owned).to_vec()
}

fn run(id: &str, params: serde_json::Value, rows: &Table, train: &Table, chosen: &[usize], task: Task) -> Result<Explanation, Problem> {
    let columns = names();
    let setting = Setting { rows, train, columns: &columns, task, output: 0, chosen, seed: 5 };
    let work = (find(id).expect("a method").start)(params.as_object().expect("an object"), &setting)?;
    let truth = linear(rows);
    let score = |rows: &[usize], answer: &Array2<f64>| r2(&truth, rows, answer);
    let predict: &Predict = if task == Task::Binary { &probability } else { &number };
    Run::new(work, scored(predict, &truth, &score, task)).finish()
}

/// Small parameters for each method, so that the tests are quick.
fn small(id: &str) -> serde_json::Value {
    match id {
        "dependence" => json!({"rows": 30, "points": 6, "lines": 3}),
        "lime" => json!({"rows": 2, "samples": 200, "repeats": 3}),
        "permutation" => json!({"repeats": 3, "groups": [{"columns": ["x", "colour"]}]}),
        _ => json!({"rows": 3, "background": 10}),
    }
}

#[test]
fn units_in_any_order_give_the_same_answer_and_parts_can_be_sent() {
    let (rows, train) = (table(60, 1), table(80, 2));
    let columns = names();
    for method in METHODS {
        let setting = Setting { rows: &rows, train: &train, columns: &columns, task: Task::Regression, output: 0, chosen: &[], seed: 5 };
        let params = small(method.id);
        let params = params.as_object().expect("an object");
        let truth = linear(&rows);
        let score = |rows: &[usize], answer: &Array2<f64>| r2(&truth, rows, answer);
        // Each unit by a work of its own, as a worker would, from the last to the first.
        let sent: Vec<String> = (0..(method.start)(params, &setting).expect("starts").units())
            .rev()
            .map(|unit| {
                let work = (method.start)(params, &setting).expect("starts");
                let part = work.unit(unit, &scored(&number, &truth, &score, Task::Regression)).expect("a part");
                serde_json::to_string(&part).expect("can be sent")
            })
            .collect();
        let parts: Vec<Part> = sent.iter().rev().map(|text| serde_json::from_str(text).expect("can be received")).collect();
        let joined = (method.start)(params, &setting).expect("starts").join(parts).expect("joins");
        let whole = run(method.id, small(method.id), &rows, &train, &[], Task::Regression).expect("runs");
        assert_eq!(joined, whole, "{}", method.id);
        let other = (method.start)(params, &setting).expect("starts").join(Vec::new());
        assert_eq!(other.expect_err("too few parts").message.id, "explain.other_parts", "{}", method.id);
    }
}

#[test]
fn what_cannot_be_explained_is_refused_in_words() {
    let (rows, train, empty) = (table(20, 1), table(30, 2), table(0, 1));
    let columns = names();
    let refused = |id: &str, rows: &Table, columns: &[String], predict: &Predict| {
        let setting = Setting { rows, train: &train, columns, task: Task::Regression, output: 0, chosen: &[], seed: 5 };
        let params = small(id);
        let score = |_: &[usize], _: &Array2<f64>| Figure::Value(0.0);
        let model = scored(predict, &[], &score, Task::Regression);
        let start = find(id).expect("a method").start;
        let outcome = start(params.as_object().expect("an object"), &setting).and_then(|work| Run::new(work, model).finish());
        let problem = outcome.expect_err("refused");
        assert!(crate::base::text::find(&problem.message.id).is_some() && problem.hint().is_some(), "{problem:?}");
        problem.message.id
    };
    for method in METHODS {
        assert_eq!(refused(method.id, &empty, &columns, &number), "explain.no_rows");
        assert_eq!(refused(method.id, &rows, &[], &number), "explain.no_inputs");
        let absent = [names(), vec!["absent".to_owned()]].concat();
        if method.id != "permutation" {
            assert_eq!(refused(method.id, &rows, &absent, &number), "explain.no_column");
        }
        let broken: &Predict = &|table: &Table| Ok(Array2::from_elem((table.rows(), 1), f64::NAN));
        assert_eq!(refused(method.id, &rows, &columns, broken), "explain.not_finite");
        let short: &Predict = &|_: &Table| Ok(Array2::zeros((1, 1)));
        assert_eq!(refused(method.id, &rows, &columns, short), "explain.answer_shape");
    }
}

#[test]
fn one_row_constant_and_missing_columns_give_finite_answers_or_a_reason() {
    let mut one = table(1, 1);
    one.put(Column::number("x", vec![f64::NAN]));
    let mut train = table(40, 2);
    train.put(Column::number("z", vec![f64::NAN; 40]));
    train.put(Column::category("colour", Strings::from_texts(vec![Some("red"); 40])));
    for method in METHODS {
        let mut params = small(method.id);
        params.as_object_mut().expect("an object").remove("groups");
        let explanation = run(method.id, params, &one, &train, &[0], Task::Regression).expect("runs");
        // JSON has no NaN: where one had come in, it would not be read back.
        let text = serde_json::to_string(&explanation).expect("writes");
        assert_eq!(serde_json::from_str::<Explanation>(&text).expect("reads back"), explanation);
    }
}

#[test]
fn permutation_finds_the_columns_that_matter_and_only_those() {
    let rows = table(400, 1);
    let params = json!({"groups": [{"name": "both", "columns": ["x", "colour"]}]});
    let Ok(Explanation::Permutation(all)) = run("permutation", params, &rows, &rows, &[], Task::Regression) else { panic!("runs") };
    assert_eq!((all.base.value(), all.rows, all.repeats), (Some(1.0), 400, 10));
    let order: Vec<&str> = all.columns.iter().map(|column| column.group.name.as_str()).collect();
    assert_eq!(order, ["both", "x", "colour", "z", "day"]);
    for column in &all.columns {
        let useless = ["z", "day"].contains(&column.group.name.as_str());
        assert_eq!(column.useless, useless, "{column:?}");
        let (mean, low, high) = (column.mean.value(), column.low.value(), column.high.value());
        assert!(low <= mean && mean <= high, "{column:?}");
        // The whole spread is lost, and as much again: dealt-out answers are independent of the truth.
        if column.group.name == "both" {
            assert!((mean.expect("a mean") - 2.0).abs() < 0.2, "{column:?}");
        }
    }
    let Ok(Explanation::Permutation(single)) = run("permutation", json!({}), &rows, &rows, &[3], Task::Regression) else { panic!("runs") };
    assert!(single.columns.iter().all(|column| column.mean.value().is_none()));
}

#[test]
fn permutation_intervals_cover_the_importance_on_other_rows() {
    // The truth has noise that the model does not know; the importance of x in the population is 2 b^2 var(x) / var(y).
    let columns = vec!["x".to_owned()];
    let (mut inside, trials) = (0, 60);
    for seed in 0..trials {
        let mut rng = Rng::new(seed, "test", 0);
        let x: Vec<f64> = (0..200).map(|_| rng.normal()).collect();
        let y: Vec<f64> = x.iter().map(|x| x + rng.normal()).collect();
        let rows = Table::new(vec![Column::number("x", x)]);
        let setting = Setting { rows: &rows, train: &rows, columns: &columns, task: Task::Regression, output: 0, chosen: &[], seed };
        let predict = |table: &Table| {
            let x = table.column("x").and_then(Column::numbers).expect("x").to_vec();
            Ok(Array2::from_shape_vec((x.len(), 1), x).expect("a column"))
        };
        let score = |rows: &[usize], answer: &Array2<f64>| r2(&y, rows, answer);
        let work = (permutation::METHOD.start)(&Params::new(), &setting).expect("starts");
        let Ok(Explanation::Permutation(all)) = Run::new(work, scored(&predict, &[], &score, Task::Regression)).finish() else { panic!() };
        let column = &all.columns[0];
        inside += usize::from(column.low.value() <= Some(1.0) && column.high.value() >= Some(1.0));
    }
    let share = inside as f64 / trials as f64;
    assert!(share >= 0.85, "{share}");
}

#[test]
fn dependence_on_a_linear_column_is_its_line_and_levels_stand_by_frequency() {
    let rows = table(300, 1);
    let Ok(Explanation::Dependence(all)) = run("dependence", json!({}), &rows, &rows, &[], Task::Regression) else { panic!("runs") };
    assert_eq!(all.curves.iter().map(|curve| curve.column.as_str()).collect::<Vec<_>>(), COLUMNS);
    let x = &all.curves[0];
    assert_eq!((x.grid.len(), x.lines.len(), x.lines[0].values.len()), (20, 30, 20));
    // Without blue rows the slope is 2, with them 3: the mean has a slope in between, the same everywhere.
    let at = |point: usize| if let dependence::Point::Number(value) = x.grid[point] { value } else { panic!("a number") };
    let slope = |a: usize, b: usize| (x.mean[b] - x.mean[a]) / (at(b) - at(a));
    assert!((slope(0, 10) - slope(10, 19)).abs() < 1e-9 && slope(0, 19) > 2.2 && slope(0, 19) < 2.5);
    assert!((x.range - (x.mean[19] - x.mean[0])).abs() < 1e-12);
    let z = &all.curves[1];
    assert!(z.range == 0.0 && z.grid.last() == Some(&dependence::Point::Missing) && z.sd[0] > 0.0);
    for curve in [x, z] {
        let dependence::Density::Bins { edges, counts, outside } = &curve.density else { panic!("bins") };
        let present = 300 - rows.column(&curve.column).expect("a column").missing();
        assert_eq!(counts.iter().sum::<usize>() + outside, present);
        assert_eq!(edges.len(), counts.len() + 1);
    }
    let colour = &all.curves[2];
    let dependence::Density::Levels { counts, others } = &colour.density else { panic!("levels") };
    assert!(counts[..3].is_sorted_by(|a, b| a >= b) && *others == 0 && counts.iter().sum::<usize>() == 300);
    assert_eq!((colour.grid.len(), colour.grid.last()), (4, Some(&dependence::Point::Missing)));
}

#[test]
fn shapley_values_add_up_and_columns_that_do_nothing_get_nothing() {
    let (rows, train) = (table(40, 1), table(60, 2));
    for (task, scale) in [(Task::Regression, "probability"), (Task::Binary, "probability"), (Task::Binary, "log_odds")] {
        let params = json!({"rows": 10, "background": 20, "scale": scale});
        let Ok(Explanation::Shap(all)) = run("shap", params, &rows, &train, &[], task) else { panic!("runs") };
        assert!(all.exact && all.rows.len() == 10 && all.columns == COLUMNS);
        for row in &all.rows {
            assert!((row.base + row.values.iter().sum::<f64>() - row.prediction).abs() < 1e-9);
            assert!(row.values[1].abs() < 1e-12 && row.values[3].abs() < 1e-12 && row.errors.iter().all(|error| *error == 0.0));
        }
        assert_eq!(all.swarm.len(), 4);
        assert!(all.swarm.is_sorted_by(|a, b| a.mean_absolute >= b.mean_absolute));
        if scale == "log_odds" {
            // The log-odds of this model are linear: in them the difference to the number's values is the base alone.
            let Ok(Explanation::Shap(plain)) = run("shap", json!({"rows": 10, "background": 20}), &rows, &train, &[], Task::Regression)
            else {
                panic!("runs")
            };
            for (row, other) in all.rows.iter().zip(&plain.rows) {
                assert!((row.base + 3.0 - other.base).abs() < 1e-9);
                assert!(row.values.iter().zip(&other.values).all(|(a, b)| (a - b).abs() < 1e-9));
            }
        }
    }
}

#[test]
fn kernel_shap_lies_within_its_errors_of_the_exact_values() {
    let mut rng = Rng::new(3, "test", 0);
    let names: Vec<String> = (0..9).map(|place| format!("c{place}")).collect();
    let mut make =
        |rows: usize| Table::new(names.iter().map(|name| Column::number(name, (0..rows).map(|_| rng.normal()).collect())).collect());
    let (rows, train) = (make(40), make(12));
    // Interactions of every order.
    let predict = |table: &Table| {
        let x = |row: usize, place: usize| table.columns()[place].numbers().expect("numbers")[row];
        let sum = |row: usize| (0..9).map(|place| x(row, place) * (place as f64 - 3.0) / 4.0).sum::<f64>() + x(row, 0) * x(row, 8);
        Ok(Array2::from_shape_fn((table.rows(), 1), |(row, _)| float::sigmoid(sum(row))))
    };
    let shap = |params: serde_json::Value| {
        let setting = Setting { rows: &rows, train: &train, columns: &names, task: Task::Binary, output: 0, chosen: &[], seed: 5 };
        let work = (shap::METHOD.start)(params.as_object().expect("an object"), &setting).expect("starts");
        let score = |_: &[usize], _: &Array2<f64>| Figure::Value(0.0);
        let Ok(Explanation::Shap(all)) = Run::new(work, scored(&predict, &[], &score, Task::Binary)).finish() else { panic!("runs") };
        all
    };
    let exact = shap(json!({"rows": 40, "background": 12}));
    let kernel = shap(json!({"rows": 40, "background": 12, "method": "kernel", "coalitions": 150}));
    assert!(exact.exact && !kernel.exact);
    let (mut inside, mut count) = (0_u32, 0_u32);
    for (row, truth) in kernel.rows.iter().zip(&exact.rows) {
        assert!((row.base + row.values.iter().sum::<f64>() - row.prediction).abs() < 1e-9);
        for ((value, error), truth) in row.values.iter().zip(&row.errors).zip(&truth.values) {
            count += 1;
            inside += u32::from((value - truth).abs() <= 1.96 * error);
        }
    }
    let share = f64::from(inside) / f64::from(count);
    assert!((0.93..=0.995).contains(&share), "{share}");
    // With a budget for all sets it is exact.
    let all = shap(json!({"rows": 40, "background": 12, "method": "kernel", "coalitions": 600}));
    assert!(all.exact);
    for (row, truth) in all.rows.iter().zip(&exact.rows) {
        assert!(row.values.iter().zip(&truth.values).all(|(a, b)| (a - b).abs() < 1e-10));
    }
}

#[test]
fn a_row_is_explained_the_same_alone_and_among_others() {
    let (rows, train) = (table(30, 1), table(60, 2));
    for id in ["lime", "shap"] {
        let alone = run(id, json!({}), &rows, &train, &[7], Task::Binary).expect("runs");
        let among = run(id, json!({}), &rows, &train, &[3, 7, 9], Task::Binary).expect("runs");
        match (alone, among) {
            (Explanation::Lime(alone), Explanation::Lime(among)) => assert_eq!(alone.rows[0], among.rows[1]),
            (Explanation::Shap(alone), Explanation::Shap(among)) => assert_eq!(alone.rows[0], among.rows[1]),
            _ => panic!("another explanation"),
        }
    }
}

#[test]
fn lime_finds_the_slopes_of_a_linear_model_and_flags_what_it_cannot_imitate() {
    let (rows, train) = (table(30, 1), table(200, 2));
    let Ok(Explanation::Lime(all)) = run("lime", json!({"repeats": 8}), &rows, &train, &[0, 1], Task::Regression) else { panic!("runs") };
    for row in &all.rows {
        let weight = |name: &str| row.weights.iter().find(|weight| weight.column == name).expect("a weight").mean;
        // A deviation of x is 2, its slope 2 to 3.
        assert!(weight("x") > 3.0 && weight("x") < 6.5, "{row:?}");
        assert!(weight("z").abs() < 0.3 && weight("day").abs() < 0.3, "{row:?}");
        assert!(row.r2.value() > Some(0.8) && !row.unstable && !row.poor_fit && row.neighbours > 100.0, "{row:?}");
    }
    // A model of pure noise: a hash of the bits.
    let noise = |table: &Table| {
        let x = table.column("x").and_then(Column::numbers).expect("x");
        Ok(Array2::from_shape_fn((table.rows(), 1), |(row, _)| Rng::new(x[row].to_bits(), "noise", 0).normal()))
    };
    let columns = names();
    let setting = Setting { rows: &rows, train: &train, columns: &columns, task: Task::Regression, output: 0, chosen: &[0], seed: 5 };
    let score = |_: &[usize], _: &Array2<f64>| Figure::Value(0.0);
    let work = (lime::METHOD.start)(&Params::new(), &setting).expect("starts");
    let Ok(Explanation::Lime(all)) = Run::new(work, scored(&noise, &[], &score, Task::Regression)).finish() else { panic!("runs") };
    assert!(all.rows[0].unstable && all.rows[0].poor_fit, "{:?}", all.rows[0]);
}

#[test]
fn every_method_has_its_texts() {
    for method in METHODS {
        let owner = method.owner();
        assert!(crate::base::text::find(&owner).is_some() && crate::base::text::find(&format!("{owner}.help")).is_some(), "{owner}");
        for field in (method.fields)() {
            assert!(crate::base::text::find(&format!("{owner}.{}", field.id)).is_some(), "{owner}.{}", field.id);
            assert!(crate::base::text::find(&format!("{owner}.{}.help", field.id)).is_some(), "{owner}.{}.help", field.id);
            if let crate::base::Kind::Choice(choices) = field.kind {
                for choice in choices {
                    assert!(crate::base::text::find(&format!("{owner}.{}={choice}", field.id)).is_some(), "{owner}.{}={choice}", field.id);
                }
            }
        }
        assert_eq!(
            crate::base::field::check(&(method.fields)(), &crate::base::field::defaults(&(method.fields)()), Stage::Explain, &owner),
            []
        );
    }
    assert!(METHODS.is_sorted_by(|a, b| a.id < b.id));
}
