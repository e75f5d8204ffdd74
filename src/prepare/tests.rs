//! Steps on a small table: what comes out, what is said, and what is seen wrong beforehand.

use super::*;
use crate::base::Place;
use crate::plan;
use crate::table::{Column, Strings};
use serde_json::{Value, json};

fn table() -> Table {
    let texts = |values: [Option<&str>; 6]| Strings::from_texts(values);
    Table::new(vec![
        Column::number("age", vec![20.0, 30.0, f64::NAN, 40.0, 30.0, 100.0]),
        Column::number("flat", vec![3.0; 6]),
        Column::category("sex", texts([Some("m"), Some("f"), None, Some("f"), Some("f"), Some("x")])),
        Column::category("size", texts([Some("10"), Some("9"), Some("9"), Some("10"), Some("100"), Some("9")])),
        Column::date("day", vec![0, Column::NO_DATE, 86_400_000_000, 3 * 86_400_000_000, 0, 0]),
    ])
}

fn fit(id: &str, params: Value, columns: &[&str], table: &Table) -> Result<Fitted, Problem> {
    let kind = find(id).expect("a step");
    let Action::Columns(fit) = kind.action else { panic!("{id} changes rows") };
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    let target = Target::Values(vec![0.0; table.rows()]);
    let params = params.as_object().cloned().unwrap_or_default();
    fit(&params, table, &Context { columns, target: &target, classes: &[], task: Task::Regression, groups: None, seed: 0 })
}

fn rows(table: &Table, column: &str) -> String {
    let column = table.column(column).unwrap_or_else(|| panic!("no column {column}"));
    (0..column.len()).map(|row| column.display(row).unwrap_or("-".into())).collect::<Vec<_>>().join(" ")
}

/// Fits a step on the table and gives the named columns afterwards.
fn after(id: &str, params: Value, columns: &[&str], shown: &[&str]) -> Vec<String> {
    let fitted = fit(id, params, columns, &table()).unwrap_or_else(|problem| panic!("{id}: {problem}"));
    let table = plan::apply(&fitted.ops, table()).unwrap_or_else(|problem| panic!("{id}: {problem}"));
    shown.iter().map(|name| rows(&table, name)).collect()
}

#[test]
fn missing_values_are_filled_and_marked() {
    let params = json!({ "numbers": "most_frequent", "categories": "constant", "level": "?", "indicator": true });
    let shown = after("impute", params, &["age", "flat", "sex", "day"], &["age", "age_missing", "sex", "sex_missing", "day"]);
    assert_eq!(shown[..4], ["20 30 30 40 30 100", "0 0 1 0 0 0", "m f ? f f x", "0 0 1 0 0 0"]);
    assert_eq!(shown[4], "1970-01-01 1970-01-01 1970-01-02 1970-01-04 1970-01-01 1970-01-01");
    let fitted = fit("impute", json!({ "indicator": true }), &["flat"], &table()).expect("a fit");
    assert_eq!(fitted.ops.len(), 1, "no mark where nothing is missing");
    assert_eq!(after("impute", json!({ "numbers": "constant", "number": -1 }), &["age"], &["age"]), ["20 30 -1 40 30 100"]);
}

#[test]
fn outliers_are_clipped_marked_or_blanked() {
    // Quartiles of 20 30 30 40 100 are 30 and 40: fences at 15 and 55.
    for (action, age) in [("clip", "20 30 - 40 30 55"), ("blank", "20 30 - 40 30 -"), ("mark", "20 30 - 40 30 100")] {
        assert_eq!(after("outliers", json!({ "action": action }), &["age"], &["age"]), [age], "{action}");
    }
    assert_eq!(
        after("outliers", json!({ "action": "mark" }), &["age", "flat"], &["age_outlier", "flat_outlier"]),
        ["0 0 0 0 0 1", "0 0 0 0 0 0"]
    );
    let fitted = fit("outliers", json!({}), &["flat"], &table()).expect("a fit");
    assert!(fitted.ops.is_empty() && fitted.notes[0].message.id == "outliers.flat");
    assert_eq!(fitted.notes[0].place, Place::Column("flat".into()));
}

#[test]
fn rare_levels_go_together() {
    assert_eq!(after("rare_levels", json!({ "share": 0.2 }), &["sex"], &["sex"]), ["other f - f f other"]);
    assert_eq!(after("rare_levels", json!({ "share": 0.5, "other": "f" }), &["sex"], &["sex"]), ["f f - f f f"]);
}

#[test]
fn levels_become_columns() {
    let shown = ["sex=", "sex=f", "sex=m", "sex=x"];
    assert_eq!(after("one_hot", json!({}), &["sex"], &shown), ["0 0 1 0 0 0", "0 1 0 1 1 0", "1 0 0 0 0 0", "0 0 0 0 0 1"]);
    // The most frequent stay; the rest go together, of m and x the first in order.
    assert_eq!(
        after("one_hot", json!({ "max_levels": 2 }), &["sex"], &["sex=f", "sex=m", "sex=other"]),
        ["0 1 0 1 1 0", "1 0 0 0 0 0", "0 0 0 0 0 1"]
    );
    assert_eq!(after("one_hot", json!({ "min_share": 0.3 }), &["sex"], &["sex=f", "sex=other"]), ["0 1 0 1 1 0", "1 0 0 0 0 1"]);
    let names = |params: Value| {
        let fitted = fit("one_hot", params, &["sex", "size"], &table()).expect("a fit");
        let table = plan::apply(&fitted.ops, table()).expect("it runs");
        table.names().filter(|name| name.contains('=')).map(str::to_owned).collect::<Vec<_>>()
    };
    // Levels that are all numbers stand in their order.
    assert_eq!(names(json!({ "missing": "zeros" })), ["sex=f", "sex=m", "sex=x", "size=9", "size=10", "size=100"]);
    assert_eq!(names(json!({ "drop_first": true })), ["sex=f", "sex=m", "sex=x", "size=10", "size=100"]);
    assert_eq!(
        names(json!({ "unseen": "other", "missing": "zeros" })),
        ["sex=f", "sex=m", "sex=x", "sex=other", "size=9", "size=10", "size=100", "size=other"]
    );
}

#[test]
fn a_level_that_training_did_not_have_is_zero_or_other() {
    let new = Table::new(vec![Column::category("sex", Strings::from_texts([Some("new"), None, Some("f"), Some("m")]))]);
    let ops = |params: Value| fit("one_hot", params, &["sex"], &table()).expect("a fit").ops;
    let zeros = plan::apply(&ops(json!({ "max_levels": 1 })), new.clone()).expect("it runs");
    assert_eq!((rows(&zeros, "sex=f"), rows(&zeros, "sex=other")), ("0 0 1 0".into(), "0 0 0 1".into()));
    let other = plan::apply(&ops(json!({ "max_levels": 1, "unseen": "other", "drop_first": true })), new).expect("it runs");
    assert_eq!((rows(&other, "sex=f"), rows(&other, "sex=other")), ("0 0 1 0".into(), "1 0 0 1".into()));
}

#[test]
fn too_many_columns_are_refused_with_their_number() {
    let texts: Vec<String> = (0..6000).map(|row| format!("level {row}")).collect();
    let strings = || Strings::from_texts(texts.iter().map(|text| Some(text.as_str())));
    let columns = (0..6).map(|place| Column::category(format!("c{place}"), strings())).collect();
    let names: Vec<String> = (0..6).map(|place| format!("c{place}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let problem = fit("one_hot", json!({ "max_levels": 1000 }), &names, &Table::new(columns)).expect_err("6,006 columns");
    assert_eq!((problem.message.id.as_str(), problem.message.args["made"].as_str()), ("one_hot.too_wide", "5005"));
}

#[test]
fn levels_become_numbers() {
    assert_eq!(after("ordinal", json!({}), &["sex", "size"], &["sex", "size"]), ["1 0 - 0 0 2", "1 0 0 1 2 0"]);
    assert_eq!(after("ordinal", json!({ "missing": "first" }), &["sex"], &["sex"]), ["2 1 0 1 1 3"]);
    assert_eq!(after("ordinal", json!({ "order": "x, m", "unseen": "missing" }), &["sex"], &["sex"]), ["1 - - - - 0"]);
    assert_eq!(after("ordinal", json!({ "order": "x, m" }), &["sex"], &["sex"]), ["1 2 - 2 2 0"]);
    assert_eq!(
        after("frequency", json!({}), &["size"], &["size"]),
        ["0.3333333333333333 0.5 0.5 0.3333333333333333 0.16666666666666666 0.5"]
    );
}

#[test]
fn numbers_go_into_bins() {
    assert_eq!(after("bin", json!({ "method": "uniform", "bins": 4 }), &["age"], &["age"]), ["0 0 - 1 0 3"]);
    assert_eq!(after("bin", json!({ "bins": 2 }), &["age", "flat"], &["age", "flat"]), ["0 1 - 1 1 1", "0 0 0 0 0 0"]);
    let shown = after("bin", json!({ "bins": 2, "output": "one_hot" }), &["age"], &["age=below 30", "age=30 and above"]);
    assert_eq!(shown, ["1 0 0 0 0 0", "0 1 0 1 1 1"]);
}

#[test]
fn bins_are_filled_up_to_the_value() {
    // Present: 20 30 30 40 100; the quartiles are 20 30 30 40 100, so that three bins are left.
    let columns = ["age~1", "age~2", "age~3"];
    let shown = after("piecewise_linear", json!({ "bins": 4 }), &["age"], &columns);
    assert_eq!(shown, ["0 1 - 1 1 1", "0 0 - 1 0 1", "0 0 - 0 0 1"]);
    let fitted = fit("piecewise_linear", json!({ "bins": 4 }), &["age", "flat"], &table()).expect("a fit");
    assert_eq!((fitted.notes.len(), fitted.notes[0].message.id.as_str()), (1, "scale.constant"));
    let new = Table::new(vec![
        Column::number("age", vec![10.0, 25.0, 35.0, 130.0, 1e300]),
        Column::number("flat", vec![3.0, 4.0, 3.0, 3.0, 2.0]),
    ]);
    let new = plan::apply(&fitted.ops, new).expect("it runs");
    // Open at both ends of the range.
    assert_eq!(columns.map(|column| rows(&new, column))[..2], ["-1 0.5 1 1 1", "0 0 0.5 1 1"]);
    let last = new.column(columns[2]).and_then(Column::numbers).expect("numbers");
    assert!(last[..4] == [0.0, 0.0, 0.0, 1.5] && (last[4] / (1e300 / 60.0) - 1.0).abs() < 1e-12);
    assert_eq!(rows(&new, "flat~1"), "0 1 0 0 -1");
    assert_eq!(new.columns().len(), 4);
}

#[test]
fn logarithms_say_what_becomes_of_negative_numbers() {
    let table = Table::new(vec![Column::number("a `b`", vec![0.0, std::f64::consts::E - 1.0, -2.0, f64::NAN])]);
    let after = |negatives: &str| {
        let fitted = fit("log", json!({ "negatives": negatives }), &["a `b`"], &table).expect("a fit");
        assert_eq!(fitted.notes.len(), 1);
        rows(&plan::apply(&fitted.ops, table.clone()).expect("it runs"), "a `b`")
    };
    assert_eq!(after("zero"), "0 1 0 -");
    assert_eq!(after("blank"), "0 1 - -");
    assert_eq!(after("shift"), "1.0986122886681096 1.551444713932051 0 -");
}

#[test]
fn constant_columns_become_zero_and_are_named() {
    for (id, age) in [("standardise", None), ("min_max", Some("0 0.125 - 0.25 0.125 1")), ("robust", Some("-1 0 - 1 0 7"))] {
        let fitted = fit(id, json!({}), &["age", "flat"], &table()).expect("a fit");
        assert_eq!(fitted.notes[0].place, Place::Column("flat".into()), "{id}");
        let after = plan::apply(&fitted.ops, table()).expect("it runs");
        assert_eq!(rows(&after, "flat"), "0 0 0 0 0 0", "{id}");
        if let Some(age) = age {
            assert_eq!(rows(&after, "age"), age, "{id}");
        }
    }
}

#[test]
fn huge_values_stay_finite_and_in_order_when_scaled() {
    let table = Table::new(vec![Column::number("x", vec![-1e308, 0.0, 1e308]), Column::number("same", vec![1e308; 3])]);
    for id in ["standardise", "min_max", "robust"] {
        let fitted = fit(id, json!({}), &["x", "same"], &table).expect("a fit");
        let after = plan::apply(&fitted.ops, table.clone()).expect("it runs");
        let x = after.column("x").and_then(Column::numbers).expect("numbers");
        assert!(x.iter().all(|x| x.is_finite()) && x[0] < x[1] && x[1] < x[2], "{id}: {x:?}");
        assert_eq!(rows(&after, "same"), "0 0 0", "{id}");
    }
}

#[test]
fn components_are_capped_by_what_varies() {
    let table = Table::new(vec![
        Column::number("a", vec![1.0, 2.0, 3.0, 4.0]),
        Column::number("b", vec![2.0, 4.0, 6.0, 8.5]),
        Column::number("c", vec![5.0; 4]),
    ]);
    let fitted = fit("pca", json!({ "by": "components", "components": 9 }), &["a", "b", "c"], &table).expect("a fit");
    let ids: Vec<&str> = fitted.notes.iter().map(|note| note.message.id.as_str()).collect();
    assert_eq!(ids, ["pca.fewer", "prepare.constant_unused"]);
    assert_eq!(plan::apply(&fitted.ops, table.clone()).expect("it runs").names().collect::<Vec<_>>(), ["pca_1", "pca_2"]);
    // Nothing varies: one component, 0 everywhere.
    let fitted = fit("pca", json!({}), &["c"], &table).expect("a fit");
    let after = plan::apply(&fitted.ops, table.clone()).expect("it runs");
    assert_eq!((rows(&after, "pca_1"), after.columns().len()), ("0 0 0 0".into(), 3));
    // A row with a missing value has missing components and is not learned from.
    let mut holed = table.clone();
    holed.put(Column::number("a", vec![1.0, f64::NAN, 3.0, 4.0]));
    let fitted = fit("pca", json!({ "by": "components" }), &["a", "b"], &holed).expect("a fit");
    assert_eq!(fitted.notes[0].message.id, "pca.incomplete");
    let after = plan::apply(&fitted.ops, holed).expect("it runs");
    let missing = |row: usize| after.column("pca_1").is_some_and(|column| column.is_missing(row));
    assert_eq!([0, 1, 2, 3].map(missing), [false, true, false, false]);
}

#[test]
fn segments_are_distances_marks_or_numbers() {
    let texts = |row: usize| Some(if row < 6 { "a" } else { "b" });
    let table = Table::new(vec![
        Column::number("x", (0..9).map(|row| if row < 6 { row as f64 * 0.1 } else { 50.0 + row as f64 * 0.1 }).collect()),
        Column::number("flat", vec![3.0; 9]),
        Column::category("c", Strings::from_texts((0..9).map(texts))),
    ]);
    let columns = ["x", "flat", "c"];
    let made = |params: Value| {
        let fitted = fit("segment", params, &columns, &table).expect("a fit");
        let after = plan::apply(&fitted.ops, table.clone()).expect("it runs");
        (fitted, after)
    };
    let (fitted, after) = made(json!({ "n_clusters": 2, "output": "ordinal" }));
    assert_eq!(rows(&after, "segment"), "1 1 1 1 1 1 2 2 2");
    assert_eq!(after.names().collect::<Vec<_>>(), ["x", "flat", "c", "segment"]);
    assert_eq!(fitted.notes.iter().map(|note| note.message.id.as_str()).collect::<Vec<_>>(), ["segment.unused"]);
    // The centres in the units of the columns.
    let learned = |name: &str| fitted.learned.rows.iter().find(|(row, _)| row == name).map(|(_, cells)| cells[2].clone());
    let Some(Cell::Number(centre)) = learned("segment_1: x") else { panic!("{:?}", fitted.learned) };
    assert!((centre - 0.25).abs() < 1e-9, "{centre}");
    let Some(Cell::Number(share)) = learned("segment_2: c=b") else { panic!("{:?}", fitted.learned) };
    assert!((share - 1.0).abs() < 1e-12, "{share}");
    let (_, after) = made(json!({ "n_clusters": 2, "output": "one_hot", "name": "s" }));
    assert_eq!([rows(&after, "s_1"), rows(&after, "s_2")], ["1 1 1 1 1 1 0 0 0", "0 0 0 0 0 0 1 1 1"]);
    // Distances are those of the points to their centres.
    let (_, after) = made(json!({ "n_clusters": 2 }));
    let distance = |name: &str| after.column(name).and_then(Column::numbers).expect("numbers").to_vec();
    let space = crate::learn::cluster::Space::learn(&table, &columns.map(str::to_owned)).expect("a space");
    let points = space.points(&table).expect("points");
    let labels: Vec<u32> = (0..9).map(|row| u32::from(row >= 6)).collect();
    let (means, _) = points.means(&labels, 2);
    for (place, got) in [distance("segment_1"), distance("segment_2")].iter().enumerate() {
        for (row, got) in got.iter().enumerate() {
            let centre = &means[place * space.width()..(place + 1) * space.width()];
            let want: f64 = points.row(row).iter().zip(centre).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
            assert!((got - want).abs() < 1e-7, "{row}: {got} {want}");
        }
    }
    // More segments than different rows, and nothing that varies: all the same columns.
    let few = table.take(&[0, 0, 8, 8]);
    let fitted = fit("segment", json!({ "n_clusters": 3, "output": "one_hot" }), &columns, &few).expect("a fit");
    assert!(fitted.notes.iter().any(|note| note.message.id == "segment.fewer"));
    let after = plan::apply(&fitted.ops, few.clone()).expect("it runs");
    assert_eq!(["segment_1", "segment_2", "segment_3"].map(|name| rows(&after, name)), ["1 1 0 0", "0 0 1 1", "0 0 0 0"]);
    let fitted = fit("segment", json!({}), &["flat"], &table).expect("a fit");
    let after = plan::apply(&fitted.ops, table.take(&[0, 1])).expect("it runs");
    assert_eq!(["segment_1", "segment_2", "segment_3"].map(|name| rows(&after, name)), ["0 0"; 3]);
}

#[test]
fn names_that_are_taken_are_refused() {
    let mut taken = table();
    for name in ["age_missing", "age_outlier", "sex=f", "day_year", "pca_1", "segment_1"] {
        taken.put(Column::number(name, vec![0.0; 6]));
    }
    let cases = [
        ("impute", json!({ "indicator": true }), "age"),
        ("outliers", json!({ "action": "mark" }), "age"),
        ("one_hot", json!({}), "sex"),
        ("date_parts", json!({}), "day"),
        ("pca", json!({}), "age"),
        ("segment", json!({}), "age"),
    ];
    for (id, params, column) in cases {
        let problem = fit(id, params.clone(), &[column], &taken).expect_err(id);
        assert_eq!(problem.message.id, "prepare.name_taken", "{id}");
        let (kind, params) = (find(id).expect("a step"), params.as_object().cloned().unwrap_or_default());
        let beforehand = (kind.schema)(&params, &[column.to_owned()], taken.schema()).expect_err(id);
        assert_eq!(beforehand.message, problem.message, "{id}");
    }
}

fn step(id: &str, columns: Selector, params: Value) -> Step {
    Step { id: id.to_owned(), columns, params: params.as_object().cloned().unwrap_or_default(), enabled: true }
}

fn checked(steps: &[Step]) -> Vec<(String, Place)> {
    check_steps(steps, table().schema(), false).into_iter().map(|problem| (problem.message.id, problem.place)).collect()
}

#[test]
fn a_list_of_steps_that_ends_in_numbers_is_right() {
    let all = |id: &str| step(id, Selector::All, json!({}));
    let steps = [all("impute"), all("date_parts"), all("one_hot"), all("standardise")];
    assert_eq!(checked(&steps), []);
    let names: Vec<String> = schema_after(&steps, table().schema()).columns.into_iter().map(|column| column.name).collect();
    let expected =
        ["age", "flat", "day_year", "day_month", "day_day", "day_weekday", "sex=f", "sex=m", "sex=x", "size=9", "size=10", "size=100"];
    assert_eq!(names, expected);
}

#[test]
fn what_is_left_to_do_is_said_by_column() {
    let column = |name: &str| Place::Column(name.to_owned());
    assert_eq!(
        checked(&[]),
        [
            ("prepare.still_missing".to_owned(), column("age")),
            ("prepare.still_category".to_owned(), column("sex")),
            ("prepare.still_category".to_owned(), column("size")),
            ("prepare.still_date".to_owned(), column("day")),
        ]
    );
    let problem = &check_steps(&[], table().schema(), false)[1];
    assert_eq!(problem.to_string(), "sex is still a category; a model needs numbers. Add \"One column each\", or leave sex out.");
}

#[test]
fn mistakes_are_placed_at_their_step() {
    let named = |name: &str| Selector::Names(vec![name.to_owned()]);
    let derive = |formula: &str| step("derive", Selector::All, json!({ "name": "new", "formula": formula }));
    let cases = [
        (step("fly", Selector::All, json!({})), "prepare.unknown_step", Place::Step(1)),
        (step("impute", Selector::All, json!({ "numbers": "guess" })), "field.not_a_choice", Place::Field("1".into(), "numbers".into())),
        (step("impute", Selector::All, json!({ "nombers": 1 })), "field.unknown", Place::Field("1".into(), "nombers".into())),
        (step("impute", named("nowhere"), json!({})), "prepare.no_column", Place::Column("nowhere".into())),
        (step("standardise", named("sex"), json!({})), "prepare.wrong_kind", Place::Column("sex".into())),
        (derive("age + sex"), "formula.needs_number_not_text", Place::Character(6)),
        (derive("agee + 1"), "formula.unknown_column_near", Place::Character(0)),
        (step("drop", Selector::All, json!({})), "drop.everything", Place::Step(1)),
    ];
    for (wrong, id, place) in cases {
        let steps = [step("impute", named("age"), json!({})), wrong];
        assert_eq!(checked(&steps), [(id.to_owned(), place)]);
        assert_eq!(check_steps(&steps, table().schema(), false)[0].message.args["index"], "1");
        let mut off = steps.clone();
        off[1].enabled = false;
        assert!(checked(&off).iter().all(|(other, _)| other != id), "{id}");
    }
    // What a step made can be used by the next, and is gone after its last use.
    let made = [derive("age * 2"), step("drop", named("new"), json!({})), step("standardise", named("new"), json!({}))];
    assert_eq!(checked(&made), [("prepare.no_column".to_owned(), Place::Column("new".into()))]);
}

#[test]
fn steps_that_can_make_values_missing_are_warned_of() {
    let all = |id: &str, params: Value| step(id, Selector::All, params);
    let filled = || [all("impute", json!({}))];
    let derive = |formula: &str| all("derive", json!({ "name": "new", "formula": formula }));
    let rest = || [all("date_parts", json!({})), all("one_hot", json!({}))];
    let warned = |made: Step| {
        let steps: Vec<Step> = filled().into_iter().chain([made]).chain(rest()).collect();
        check_steps(&steps, table().schema(), false)
            .into_iter()
            .map(|problem| (problem.severity, problem.message.id.clone(), problem.message.args["column"].clone(), problem.place))
            .collect::<Vec<_>>()
    };
    let warning = |column: &str| (crate::base::Severity::Warning, "prepare.may_miss".to_owned(), column.to_owned(), Place::Step(1));
    assert_eq!(warned(all("ordinal", json!({ "unseen": "missing" }))), [warning("sex"), warning("size")]);
    assert_eq!(warned(all("ordinal", json!({}))), []);
    assert_eq!(warned(all("log", json!({ "negatives": "blank" }))), [warning("age"), warning("flat")]);
    assert_eq!(warned(all("log", json!({}))), []);
    for formula in ["age / flat", "log(age)", "number(sex)", "if(age > 3, missing, age)", "age ^ 0.5"] {
        assert_eq!(warned(derive(formula)), [warning("new")], "{formula}");
    }
    for formula in ["age / 2", "age ^ 2 + flat", "coalesce(age / flat, 0)", "is_missing(age / flat)", "if(age > 3, 1, 0)"] {
        assert_eq!(warned(derive(formula)), [], "{formula}");
    }
    // A gap of the columns goes on into what is made of them, unless the formula asks for it.
    let made = |formula: &str| schema_after(&[derive(formula)], table().schema()).column("new").is_some_and(|column| column.may_miss);
    assert!(made("age * 2") && !made("flat * 2") && !made("if(is_missing(age), 0, age)") && made("if(is_missing(flat), 0, age)"));
    // Filling afterwards takes the warning away.
    let steps: Vec<Step> = filled().into_iter().chain([derive("age / flat"), all("impute", json!({}))]).chain(rest()).collect();
    assert_eq!(check_steps(&steps, table().schema(), false), []);
}

#[test]
fn what_a_step_touches_is_counted() {
    let touched = |id: &str, params: Value, columns: &[&str]| {
        let ops = fit(id, params, columns, &table()).expect("a fit").ops;
        let after = crate::plan::apply(&ops, table()).expect("it runs");
        super::touched(&table(), &after).into_iter().map(|t| (t.column, t.change, t.cells)).collect::<Vec<_>>()
    };
    let name = |name: &str| name.to_owned();
    assert_eq!(
        touched("impute", json!({}), &["age", "flat", "sex"]),
        [(name("age"), Change::Changed, 1), (name("sex"), Change::Changed, 1)]
    );
    assert_eq!(touched("outliers", json!({ "action": "mark" }), &["age"]), [(name("age_outlier"), Change::Added, 1)]);
    assert_eq!(
        touched("one_hot", json!({ "max_levels": 1, "missing": "zeros" }), &["sex"]),
        [(name("sex"), Change::Dropped, 5), (name("sex=f"), Change::Added, 3), (name("sex=other"), Change::Added, 2)]
    );
    assert_eq!(touched("ordinal", json!({}), &["sex"]), [(name("sex"), Change::Changed, 5)]);
    assert_eq!(touched("standardise", json!({}), &["flat"]), [(name("flat"), Change::Changed, 6)]);
    assert_eq!(touched("outliers", json!({ "limit": 9, "method": "zscore" }), &["age"]), []);
}

#[test]
fn a_column_before_and_after_a_step() {
    use super::{Shape, contrast};
    let after = |id: &str, params: Value, columns: &[&str]| {
        let ops = fit(id, params, columns, &table()).expect("a fit").ops;
        crate::plan::apply(&ops, table()).expect("it runs")
    };
    let filled = contrast(table().column("age"), after("impute", json!({ "numbers": "mean" }), &["age"]).column("age"));
    let (was, is) = (filled.before.expect("it was there"), filled.after.expect("it is there"));
    assert_eq!((was.known, was.missing, is.known, is.missing), (5, 1, 6, 0));
    assert_eq!((was.shape.set_in_part(), is.shape.set_in_part()), (false, true));
    let (Shape::Numbers { edges, counts, set, mean, median, .. }, Shape::Numbers { edges: same, counts: more, set: new, mean: kept, .. }) =
        (was.shape, is.shape)
    else {
        panic!("numbers")
    };
    // The known values stay, so both stand on one scale; the filled one is marked.
    assert_eq!((edges, counts.iter().sum::<usize>(), set.iter().sum::<usize>()), (same, 5, 0));
    assert_eq!((more.iter().sum::<usize>(), new.iter().sum::<usize>()), (6, 1));
    assert_eq!((mean.value(), median.value(), kept.value()), (Some(44.0), Some(30.0), Some(44.0)));
    // Where every value changes, each side has its own scale.
    let scaled = contrast(table().column("age"), after("standardise", json!({}), &["age"]).column("age"));
    let edges = |shape: Shape| if let Shape::Numbers { edges, .. } = shape { edges } else { Vec::new() };
    assert!(edges(scaled.before.expect("before").shape)[0] >= 10.0);
    let after_it = scaled.after.expect("after").shape;
    assert!(!after_it.set_in_part());
    assert!(edges(after_it)[0] < 0.0);
    // Levels: the filled ones are marked; a new column has no before.
    let level = contrast(table().column("sex"), after("impute", json!({ "categories": "constant" }), &["sex"]).column("sex"));
    let Shape::Levels { distinct, top, others } = level.after.expect("after").shape else { panic!("levels") };
    assert_eq!((distinct, others), (4, (0, 0)));
    assert_eq!(top[0], ("f".to_owned(), 3, 0));
    assert!(top.contains(&("missing".to_owned(), 1, 1)), "{top:?}");
    let parts = after("one_hot", json!({ "missing": "zeros" }), &["sex"]);
    assert_eq!(contrast(None, parts.column("sex=f")).before, None);
    assert_eq!(contrast(table().column("sex"), None).after, None);
}

/// What the columns are after steps, each with its parameters, on all that it can work on.
fn meanings_after(steps: &[(&str, Value)]) -> Vec<(String, plan::Meaning)> {
    let text = |list: &[&'static str]| Strings::from_texts(list.iter().map(|&level| (level != "-").then_some(level)));
    let mut table = Table::new(vec![
        Column::number("age", vec![1.0, 2.0, 4.0, 8.0, 9.0]),
        Column::category("port", text(&["S", "C", "Q", "S", "S"])),
        Column::category("deck", text(&["A", "-", "B", "A", "A"])),
    ]);
    let mut ops = Vec::new();
    for (id, params) in steps {
        let kind = find(id).expect("a step");
        let columns: Vec<&str> =
            table.columns().iter().filter(|column| kind.accepts.contains(&column.kind)).map(|column| column.name.as_str()).collect();
        let fitted = fit(id, params.clone(), &columns, &table).expect("it fits");
        table = plan::apply(&fitted.ops, table).expect("it runs");
        ops.extend(fitted.ops);
    }
    let names: Vec<String> = table.names().map(str::to_owned).collect();
    names.iter().cloned().zip(plan::meanings(&ops, &names)).filter(|(_, meaning)| *meaning != plan::Meaning::Number).collect()
}

#[test]
fn steps_make_codes_and_levels_and_end_them() {
    let level = |name: &str, of: &str| (name.to_owned(), plan::Meaning::Level(of.to_owned()));
    let code = |name: &str| (name.to_owned(), plan::Meaning::Code);
    let one_hot = || ("one_hot", json!({}));
    let all = vec![
        level("port=C", "port"),
        level("port=Q", "port"),
        level("port=S", "port"),
        level("deck=", "deck"),
        level("deck=A", "deck"),
        level("deck=B", "deck"),
    ];
    assert_eq!(meanings_after(&[one_hot()]), all);
    assert_eq!(meanings_after(&[one_hot(), ("standardise", json!({}))]), all);
    assert_eq!(meanings_after(&[one_hot(), ("robust", json!({})), ("smooth_clip", json!({}))]), all);
    let gathered = vec![level("port=S", "port"), level("port=other", "port"), level("deck=", "deck")];
    let gathered = [gathered, vec![level("deck=A", "deck"), level("deck=other", "deck")]].concat();
    assert_eq!(meanings_after(&[("one_hot", json!({"max_levels": 1}))]), gathered);
    assert_eq!(meanings_after(&[("ordinal", json!({}))]), [code("port"), code("deck")]);
    assert_eq!(meanings_after(&[("ordinal", json!({"missing": "first"}))]), [code("port"), code("deck")]);
    assert_eq!(meanings_after(&[("ordinal", json!({})), ("impute", json!({}))]), [code("port"), code("deck")]);
    // An order of one's own, numbers that are no places, and what is scaled, put into bins or projected are numbers.
    assert_eq!(meanings_after(&[("ordinal", json!({"order": "S, Q, C"}))]), []);
    for next in ["standardise", "pca"] {
        assert_eq!(meanings_after(&[("ordinal", json!({"missing": "first"})), (next, json!({}))]), [], "{next}");
    }
    assert_eq!(meanings_after(&[("frequency", json!({}))]), []);
}
