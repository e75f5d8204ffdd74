//! Promises that every preparation step keeps; each test walks the list of steps, so a new one is covered when it is listed.

use atelier::base::{self, Field, Params, Problem, Stage, Task, field};
use atelier::judge::{FitJob, Goal, Setup, Split};
use atelier::learn::{Candidate, Target};
use atelier::plan;
use atelier::prepare::{self, Action, Context, Fitted, Kind, STEPS, Selector, Step};
use atelier::table::{Column, Kind as ColumnKind, SYNTHETIC, Strings, Table};
use serde_json::{Value, json};

/// Rows with every kind of column and something awkward in each.
fn table() -> Table {
    let n = 40;
    let missing_every = |k: usize, row: usize| row % k == k - 1;
    let number = |row: usize| ((row * 37) % 41) as f64 - 12.0;
    let levels = ["red", "green", "blue", "a, \"b\" and `c`", "Ω", "other"];
    let texts =
        |k: usize| Strings::from_texts((0..n).map(move |row| (!missing_every(k, row)).then_some(levels[(row * row) % levels.len()])));
    Table::new(vec![
        Column::number("age", (0..n).map(|row| if missing_every(9, row) { f64::NAN } else { number(row) }).collect()),
        Column::number("fare `x`=1", (0..n).map(|row| number(row) * number(row) * 1.5).collect()),
        Column::number("flag", (0..n).map(|row| f64::from(u8::from(row % 3 == 0))).collect()),
        Column::number("constant", vec![0.1; n]),
        Column::number("huge", (0..n).map(|row| if row % 2 == 0 { 1e308 } else { -1e308 }).collect()),
        Column::number("empty", vec![f64::NAN; n]),
        Column::category("colour", texts(7)),
        Column::category("none", Strings::from_texts(vec![None::<&str>; n])),
        Column::category("same", Strings::from_texts(vec![Some("x"); n])),
        Column::text("note", Strings::from_texts((0..n).map(|row| Some(format!("text {row}"))))),
        Column::date(
            "day",
            (0..n).map(|row| if missing_every(11, row) { Column::NO_DATE } else { row as i64 * 98_765_432_100_000 }).collect(),
        ),
        Column::date("never", vec![Column::NO_DATE; n]),
    ])
}

/// The same without a missing value, as after a first step that fills them.
fn filled() -> Table {
    let kind = atelier::prepare::find("impute").expect("the step");
    let fitted = fit(kind, &Params::new(), &table()).expect("a column step").expect("a fit");
    plan::apply(&fitted.ops, table()).expect("it runs")
}

/// Rows that training did not see: other levels, other extremes, everything missing in some.
fn unseen() -> Table {
    let texts = |values: [Option<&str>; 3]| Strings::from_texts(values);
    let numbers = [f64::MAX, f64::NAN, -7.25];
    let mut columns: Vec<Column> =
        ["age", "fare `x`=1", "flag", "constant", "huge", "empty"].iter().map(|name| Column::number(*name, numbers.to_vec())).collect();
    columns.extend(["colour", "none", "same"].iter().map(|name| Column::category(*name, texts([Some("never seen"), None, Some("red")]))));
    columns.push(Column::text("note", texts([Some(""), None, Some("text 1")])));
    columns.extend(["day", "never"].iter().map(|name| Column::date(*name, vec![i64::MAX, Column::NO_DATE, -1])));
    Table::new(columns)
}

fn target(rows: usize) -> Target {
    Target::Classes { codes: (0..rows).map(|row| u32::from(row % 3 == 0)).collect(), count: 2 }
}

/// What a step needs beside its defaults to do anything.
fn needed(kind: &Kind) -> Params {
    let value = match kind.id {
        "derive" => json!({ "name": "made", "formula": "if(is_missing(age), 0, age / flag)" }),
        "drop" => json!({}),
        _ => json!({}),
    };
    value.as_object().cloned().unwrap_or_default()
}

/// The defaults, and every choice and flag the other way, one at a time.
fn variants(kind: &Kind) -> Vec<Params> {
    let mut all = vec![needed(kind)];
    for field in (kind.fields)() {
        let others: Vec<Value> = match &field.kind {
            field::Kind::Choice(choices) => choices.iter().map(|choice| json!(choice)).collect(),
            field::Kind::Flag => vec![json!(true), json!(false)],
            field::Kind::Number { min, max, .. } => vec![json!(min), json!(max)],
            field::Kind::Integer { min, max } => vec![json!(min), json!(max)],
            _ => Vec::new(),
        };
        for value in others {
            let mut params = needed(kind);
            params.insert(field.id.to_owned(), value);
            all.push(params);
        }
    }
    all
}

fn fit(kind: &Kind, params: &Params, table: &Table) -> Option<Result<Fitted, Problem>> {
    let Action::Columns(fit) = kind.action else { return None };
    // Dropping every column is refused; what it drops is chosen by a person.
    let selector = if kind.id == "drop" { Selector::Names(vec!["age".into(), "note".into()]) } else { Selector::All };
    let target = target(table.rows());
    let columns = selector.resolve(&table.schema(), kind).unwrap_or_default();
    let context = Context { columns, target: &target, classes: &[], task: Task::Binary, groups: None, seed: 1 };
    Some(fit(params, table, &context))
}

/// Every column step with all of its variants.
fn walk(mut look: impl FnMut(&'static Kind, &Params, &str)) {
    for kind in STEPS.iter().filter(|kind| matches!(kind.action, Action::Columns(_))) {
        for params in variants(kind) {
            look(kind, &params, &format!("{} {}", kind.id, Value::Object(params.clone())));
        }
    }
}

/// A problem whose sentence is complete.
fn is_told(problem: &Problem) -> bool {
    base::text::find(&problem.message.id).is_some() && !problem.to_string().contains(['{', '}'])
}

/// Equal in every bit; missing numbers equal missing numbers.
fn is_same(a: &Column, b: &Column) -> bool {
    let bits = |column: &Column| column.numbers().map(|values| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
    a.name == b.name && a.kind == b.kind && if a.numbers().is_some() { bits(a) == bits(b) } else { a.data == b.data }
}

fn assert_sound(table: &Table, rows: usize, what: &str) {
    assert_eq!(table.rows(), rows, "{what}: rows");
    let mut names: Vec<&str> = table.names().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), table.columns().len(), "{what}: a name stands twice");
    for column in table.columns() {
        if let Some(numbers) = column.numbers() {
            assert!(numbers.iter().all(|x| !x.is_infinite()), "{what}: {} is infinite", column.name);
        }
    }
}

#[test]
fn ids_are_alphabetic_and_families_known() {
    assert!(STEPS.is_sorted_by(|a, b| a.id < b.id), "{:?}", STEPS.iter().map(|kind| kind.id).collect::<Vec<_>>());
    for kind in STEPS {
        assert!(["clean", "features", "select", "balance", "scale"].contains(&kind.family), "{}", kind.id);
    }
}

#[test]
fn every_text_is_there() {
    fn texts(owner: &str, fields: &[Field], missing: &mut Vec<String>) {
        for field in fields {
            let id = format!("{owner}.{}", field.id);
            let mut ids = vec![id.clone(), format!("{id}.help")];
            if let field::Kind::Choice(choices) = &field.kind {
                ids.extend(choices.iter().map(|choice| format!("{id}={choice}")));
            }
            if let field::Kind::List { of, .. } = &field.kind {
                ids.push(format!("{id}.add"));
                texts(&id, &of(), missing);
            }
            missing.extend(ids.into_iter().filter(|id| base::text::find(id).is_none()));
        }
    }
    let mut missing = Vec::new();
    for kind in STEPS {
        let owner = kind.owner();
        missing.extend([owner.clone(), format!("{owner}.help")].into_iter().filter(|id| base::text::find(id).is_none()));
        texts(&owner, &(kind.fields)(), &mut missing);
    }
    for kind in atelier::learn::MODELS {
        let owner = format!("model.{}", kind.id);
        missing.extend([owner.clone(), format!("{owner}.help")].into_iter().filter(|id| base::text::find(id).is_none()));
        texts(&owner, &(kind.fields)(), &mut missing);
    }
    assert!(missing.is_empty(), "no text for {missing:?}");
}

#[test]
fn defaults_are_right() {
    for kind in STEPS {
        let fields = (kind.fields)();
        let problems = field::check(&fields, &field::defaults(&fields), Stage::Prepare, &kind.owner());
        assert!(problems.is_empty(), "{}: {problems:?}", kind.id);
        let unknown = json!({ "no such setting": 1 }).as_object().cloned().unwrap_or_default();
        assert_eq!(field::check(&fields, &unknown, Stage::Prepare, &kind.owner()).len(), 1, "{}", kind.id);
    }
}

#[test]
fn every_variant_fits_awkward_rows_and_applies_to_unseen_ones() {
    let mut fits = 0;
    for table in [table(), filled()] {
        fits += fits_and_applies(&table, &unseen());
    }
    let walked = STEPS.iter().filter(|kind| matches!(kind.action, Action::Columns(_))).map(|kind| variants(kind).len()).sum::<usize>();
    assert!(fits > walked, "{fits} of {} fits came to something", 2 * walked);
}

fn fits_and_applies(table: &Table, unseen: &Table) -> usize {
    let mut fits = 0;
    walk(|kind, params, what| {
        let before = table.clone();
        let fitted = fit(kind, params, table).expect("a column step");
        assert!(table.columns().iter().zip(before.columns()).all(|(a, b)| is_same(a, b)), "{what}: the input changed");
        let fitted = match fitted {
            Ok(fitted) => fitted,
            Err(problem) => {
                assert!(is_told(&problem), "{what}: {problem:?}");
                return;
            }
        };
        for note in &fitted.notes {
            assert!(is_told(note), "{what}: {note:?}");
        }
        for heading in &fitted.learned.headings {
            assert!(base::text::find(heading).is_some(), "{what}: no text for {heading}");
        }
        for (name, cells) in &fitted.learned.rows {
            assert_eq!(cells.len(), fitted.learned.headings.len(), "{what}: {name}");
        }

        let trained = plan::apply(&fitted.ops, table.clone()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
        assert_sound(&trained, table.rows(), what);
        let new = plan::apply(&fitted.ops, unseen.clone()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
        assert_sound(&new, unseen.rows(), what);
        let shape = |table: &Table| table.columns().iter().map(|column| (column.name.clone(), column.kind)).collect::<Vec<_>>();
        assert_eq!(shape(&trained), shape(&new), "{what}: training and new rows get other columns");
        assert_eq!(trained.origins(), table.origins(), "{what}: rows moved");

        let columns = Selector::All.resolve(&table.schema(), kind).expect("columns");
        for column in table.columns().iter().filter(|column| !columns.contains(&column.name)) {
            let after = trained.column(&column.name);
            assert!(after.is_some_and(|after| is_same(after, column)), "{what}: {} was not chosen", column.name);
        }
        fits += 1;
    });
    fits
}

#[test]
fn a_fit_is_a_value() {
    for table in [table(), filled()] {
        walk(|kind, params, what| {
            let (Some(Ok(once)), Some(Ok(again))) = (fit(kind, params, &table), fit(kind, params, &table)) else { return };
            assert_eq!(once, again, "{what}: a second fit differs");
            let text = serde_json::to_string(&once).expect("JSON");
            let back: Fitted = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"));
            assert_eq!(back, once, "{what}: JSON");
        });
    }
}

#[test]
fn the_order_of_rows_changes_nothing_that_is_learned() {
    let table = filled();
    let turned: Vec<usize> = (0..table.rows()).rev().collect();
    walk(|kind, params, what| {
        let (Some(Ok(forward)), Some(Ok(backward))) = (fit(kind, params, &table), fit(kind, params, &table.take(&turned))) else { return };
        // Segments begin at rows that are drawn by their place.
        if kind.id != "pca" && kind.id != "segment" && kind.family != "select" {
            assert_eq!(forward.ops, backward.ops, "{what}");
        }
    });
}

#[test]
fn a_chosen_column_is_worked_on_alone() {
    let table = table();
    walk(|kind, params, what| {
        let Action::Columns(fit) = kind.action else { return };
        for column in Selector::All.resolve(&table.schema(), kind).expect("columns") {
            let target = target(table.rows());
            let context =
                Context { columns: vec![column.clone()], target: &target, classes: &[], task: Task::Binary, groups: None, seed: 1 };
            let Ok(fitted) = fit(params, &table, &context) else { continue };
            let after = plan::apply(&fitted.ops, table.clone()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
            for other in table.columns().iter().filter(|other| other.name != column) {
                let after = after.column(&other.name);
                assert!(after.is_some_and(|after| is_same(after, other)), "{what} on {column}: {} changed", other.name);
            }
        }
    });
}

#[test]
fn few_rows_end_in_a_fit_or_a_sentence() {
    let whole = table();
    walk(|kind, params, what| {
        match fit(kind, params, &whole.take(&[])).expect("a column step") {
            Err(problem) => assert!(is_told(&problem), "{what}: {problem:?}"),
            // Filters keep or drop columns whatever they have to tell them apart by.
            Ok(_) => assert_eq!(kind.family, "select", "{what}: learned from no rows"),
        }
        for rows in [vec![0], vec![8], vec![0, 0], vec![0, 1]] {
            let few = whole.take(&rows);
            match fit(kind, params, &few).expect("a column step") {
                Err(problem) => assert!(is_told(&problem), "{what}: {problem:?}"),
                Ok(fitted) => {
                    assert!(
                        serde_json::to_string(&fitted).is_ok_and(|text| !text.contains("null") || kind.id == "ordinal"),
                        "{what}: not finite"
                    );
                    let after = plan::apply(&fitted.ops, few.clone()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
                    assert_sound(&after, few.rows(), what);
                    assert!(plan::apply(&fitted.ops, few.take(&[])).is_ok_and(|none| none.rows() == 0), "{what}");
                }
            }
        }
    });
}

#[test]
fn the_schema_beforehand_agrees_with_the_columns_afterwards() {
    for table in [table(), filled()] {
        walk(|kind, params, what| {
            let Some(Ok(fitted)) = fit(kind, params, &table) else { return };
            let after = plan::apply(&fitted.ops, table.clone()).expect(what);
            let selector = if kind.id == "drop" { Selector::Names(vec!["age".into(), "note".into()]) } else { Selector::All };
            let columns = selector.resolve(&table.schema(), kind).expect("columns");
            let schema = (kind.schema)(params, &columns, table.schema()).unwrap_or_else(|problem| panic!("{what}: {problem}"));
            // What is announced and comes has the kind that was announced; what was there and is not announced is gone.
            for info in &schema.columns {
                if let Some(column) = after.column(&info.name) {
                    assert_eq!(column.kind, info.kind, "{what}: {}", info.name);
                }
            }
            if kind.family != "select" {
                for column in table.columns() {
                    assert_eq!(schema.column(&column.name).is_some(), after.column(&column.name).is_some(), "{what}: {}", column.name);
                }
            }
            // Only steps that must count first may make columns that they did not announce.
            if !["bin", "pca", "one_hot", "piecewise_linear"].contains(&kind.id) && kind.family != "select" {
                let announced: Vec<&str> = schema.columns.iter().map(|info| info.name.as_str()).collect();
                assert_eq!(announced, after.names().collect::<Vec<_>>(), "{what}");
            }
        });
    }
}

#[test]
fn a_step_that_names_what_another_may_make_fits_in_every_fold() {
    // One gap and one row of a level in each column, so that every fold but one learns from rows without.
    let n = 60;
    let number = |row: usize, gap: usize| if row == gap { f64::NAN } else { ((row * 37) % 41) as f64 - 12.0 };
    let level = |row: usize| (row != 11).then_some(if row == 7 { "rare" } else { ["red", "green", "blue"][row % 3] });
    let table = Table::new(vec![
        Column::number("age", (0..n).map(|row| number(row, 3)).collect()),
        Column::number("flag", (0..n).map(|row| f64::from(u8::from(row == 5))).collect()),
        Column::category("colour", Strings::from_texts((0..n).map(level))),
        Column::date("day", (0..n).map(|row| if row == 9 { Column::NO_DATE } else { row as i64 * 86_400_000_000 }).collect()),
        Column::category("y", Strings::from_texts((0..n).map(|row| Some(if row % 3 == 0 { "a" } else { "b" })))),
    ]);
    let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
    let split = Split { held_out: 0.0, ..Split::default() };
    let candidate = Candidate { model: "baseline".to_owned(), params: Params::new(), ..Candidate::default() };
    let (mut fits, mut passed_over) = (0, Vec::new());
    for kind in STEPS {
        for params in variants(kind) {
            let what = format!("{} {}", kind.id, Value::Object(params.clone()));
            let step = |id: &str, columns, params| Step { id: id.to_owned(), columns, params, enabled: true };
            let columns = if kind.id == "drop" { Selector::Names(vec!["age".into()]) } else { Selector::All };
            let first = step(kind.id, columns, params);
            // A step on source rows may leave too few of them.
            let Ok(setup) = Setup::new(&table, &goal, &split, std::slice::from_ref(&first), &[], 1) else { continue };
            let known = prepare::schema_after(std::slice::from_ref(&first), setup.schema.clone());
            let names = known.columns.iter().filter(|column| column.kind == ColumnKind::Number).map(|column| column.name.clone());
            let steps = [first, step("standardise", Selector::Names(names.collect()), Params::new())];
            for fold in &setup.folds {
                let mut job = FitJob::new(&setup, &fold.train, Some(&fold.test), &steps, &candidate, 1);
                // What the step itself refuses is another matter.
                if job.advance_step().is_err() {
                    continue;
                }
                job.advance_step().unwrap_or_else(|problem| panic!("{what}: {problem}"));
                fits += 1;
                for note in job.prepared().3.iter().flatten().flat_map(|report| &report.notes) {
                    assert!(is_told(note), "{what}: {note:?}");
                    if note.message.id == "prepare.absent" {
                        passed_over.push(kind.id);
                    }
                }
            }
        }
    }
    assert!(fits > 5 * STEPS.len(), "{fits} fits");
    for id in ["impute", "one_hot", "pca", "variance"] {
        assert!(passed_over.contains(&id), "{id} makes the same columns in every fold: {passed_over:?}");
    }
}

#[test]
fn columns_of_other_kinds_are_refused_by_name() {
    let schema = table().schema();
    for kind in STEPS.iter().filter(|kind| !kind.accepts.is_empty()) {
        for column in schema.columns.iter().filter(|column| !kind.accepts.contains(&column.kind)) {
            let problem = Selector::Names(vec![column.name.clone()]).resolve(&schema, kind).expect_err("another kind");
            assert!(is_told(&problem) && problem.message.id == "prepare.wrong_kind", "{problem:?}");
        }
        let problem = Selector::Names(vec!["nowhere".into()]).resolve(&schema, kind).expect_err("no such column");
        assert!(is_told(&problem) && problem.message.id == "prepare.no_column", "{problem:?}");
    }
    assert!(STEPS.iter().any(|kind| kind.accepts == [ColumnKind::Number]));
}

#[test]
fn steps_on_training_rows_make_whole_rows() {
    let digest = |table: &Table| format!("{table:?}");
    for table in [table(), filled(), table().take(&[]), table().take(&[0])] {
        for kind in STEPS {
            let Action::TrainingRows(resample) = kind.action else { continue };
            for params in variants(kind) {
                let what = format!("{} {} on {} rows", kind.id, Value::Object(params.clone()), table.rows());
                let (target, before) = (target(table.rows()), digest(&table));
                let groups: Vec<u32> = (0..table.rows()).map(|row| u32::from(row % 4 == 0)).collect();
                let columns = Selector::All.resolve(&table.schema(), kind).expect("columns");
                let context = Context { columns, target: &target, classes: &[], task: Task::Binary, groups: Some(&groups), seed: 1 };
                let (once, again) = (resample(&params, &table, &context), resample(&params, &table, &context));
                assert_eq!(digest(&table), before, "{what}: the input changed");
                let (once, again) = match (once, again) {
                    (Ok(once), Ok(again)) => (once, again),
                    (Err(problem), Err(_)) => {
                        assert!(is_told(&problem), "{what}: {problem:?}");
                        continue;
                    }
                    _ => panic!("{what}: a second run differs"),
                };
                assert_eq!((digest(&once.table), &once.target), (digest(&again.table), &again.target), "{what}: a second run differs");
                assert_eq!(once.table.rows(), once.target.len(), "{what}: a row without an answer");
                assert!(once.weights.as_ref().is_none_or(|weights| weights.len() == once.table.rows()), "{what}: weights");
                assert!(once.weights.iter().flatten().all(|weight| *weight > 0.0 && weight.is_finite()), "{what}: weights");
                assert_eq!(once.table.names().collect::<Vec<_>>(), table.names().collect::<Vec<_>>(), "{what}: columns");
                let known = |origin: &u32| *origin == SYNTHETIC || table.origins().contains(origin);
                assert!(once.table.origins().iter().all(known), "{what}: a row from nowhere");
                assert!(once.notes.iter().all(is_told), "{what}: {:?}", once.notes);
            }
        }
    }
}

#[test]
fn steps_on_source_rows_choose_among_them() {
    for table in [table(), table().take(&[]), table().take(&[3, 3])] {
        for kind in STEPS {
            let Action::SourceRows(choose) = kind.action else { continue };
            for params in variants(kind) {
                let what = format!("{} {}", kind.id, Value::Object(params.clone()));
                let columns = Selector::All.resolve(&table.schema(), kind).expect("columns");
                match choose(&params, &table, &columns) {
                    Err(problem) => assert!(is_told(&problem), "{what}: {problem:?}"),
                    Ok(rows) => {
                        assert!(rows.is_sorted_by(|a, b| a < b) && rows.iter().all(|row| *row < table.rows()), "{what}: {rows:?}");
                        assert_eq!(choose(&params, &table, &columns).ok(), Some(rows), "{what}: a second run differs");
                    }
                }
            }
        }
    }
}
