//! Verdicts on tables whose drift is known, false alarms, and small samples.

use super::*;
use crate::base::text;
use crate::num::Rng;

fn numbers(rows: usize, shift: f64, seed: u64) -> Vec<f64> {
    let mut rng = Rng::new(seed, "test", 0);
    (0..rows).map(|_| rng.normal() + shift).collect()
}

fn watch(reference: Table, current: Table) -> Drift {
    let columns: Vec<String> = reference.names().map(str::to_owned).collect();
    Watch::new(&Params::new(), Arc::new(reference), Arc::new(current), &columns).expect("prepares").job().finish().expect("runs")
}

fn one(reference: Vec<f64>, current: Vec<f64>) -> Judged {
    let mut drift = watch(Table::new(vec![Column::number("x", reference)]), Table::new(vec![Column::number("x", current)]));
    drift.columns.remove(0)
}

#[test]
fn a_verdict_needs_certainty_and_weight() {
    assert_eq!(one(numbers(2000, 0.0, 1), numbers(1000, 0.0, 2)).verdict, Verdict::Same);
    assert_eq!(one(numbers(2000, 0.0, 1), numbers(1000, 0.35, 2)).verdict, Verdict::Moderate);
    assert_eq!(one(numbers(2000, 0.0, 1), numbers(1000, 1.0, 2)).verdict, Verdict::Large);
    let tiny = one(numbers(100_000, 0.0, 1), numbers(100_000, 0.03, 2));
    assert_eq!(tiny.verdict, Verdict::Negligible);
    assert!(tiny.p_adjusted.value() < Some(1e-6) && tiny.effect.value() < Some(0.03), "{tiny:?}");
}

#[test]
fn with_too_few_rows_the_answer_is_how_many_are_needed() {
    assert_eq!(one(numbers(2000, 0.0, 1), numbers(8, 3.0, 2)).verdict, Verdict::TooFew { need: 31 });
    assert_eq!(one(numbers(20, 0.0, 1), numbers(8, 0.0, 2)).verdict, Verdict::TooFew { need: 60 });
    assert_eq!(one(numbers(100, 0.0, 1), numbers(30, 0.0, 2)).verdict, Verdict::TooFew { need: 43 });
    // With as many as that a large shift (0.25 between the distribution functions) is found about four times in five.
    let found = (0..200).filter(|&seed| one(numbers(2000, 0.0, 1), numbers(31, 0.64, seed + 2)).p_adjusted.value() < Some(0.05)).count();
    assert!((150..200).contains(&found), "{found}");
}

#[test]
fn equal_distributions_raise_the_alarm_as_often_as_they_should() {
    let (mut ks, mut chi) = (0, 0);
    let trials = 1000;
    for seed in 0..trials {
        let mut rng = Rng::new(seed, "test", 0);
        let mut draw = |rows: usize| (0..rows).map(|_| rng.normal()).collect::<Vec<f64>>();
        let (a, b) = (draw(300), draw(200));
        ks += usize::from(number::compare(&a, &b).expect("compared").p < 0.05);
        let level = |values: &[f64]| Strings::from_texts(values.iter().map(|value| Some(format!("{}", (value.abs() * 3.0) as i64))));
        let found = category::compare(&level(&a), &level(&b)).expect("compared");
        chi += usize::from(found.p_pooled.value() < Some(0.05));
    }
    // The limiting distribution is a little careful with a few hundred rows.
    assert!((25..65).contains(&ks), "{ks} of {trials}");
    assert!((35..70).contains(&chi), "{chi} of {trials}");
}

#[test]
fn every_kind_of_column_is_compared_or_says_why_not() {
    let rows = 400;
    let levels = |new: bool| Strings::from_texts((0..rows).map(|row| Some(if new && row % 3 == 0 { "new" } else { ["a", "b"][row % 2] })));
    let dates = |year: i64| (0..rows as i64).map(|row| 86_400_000_000 * (365 * year + row)).collect::<Vec<i64>>();
    let texts = |word: &str| Strings::from_texts((0..rows).map(|row| Some(format!("{word} {row}"))));
    let mut holes = numbers(rows, 0.0, 3);
    holes.iter_mut().step_by(2).for_each(|value| *value = f64::NAN);
    let table = |new: bool| {
        Table::new(vec![
            Column::number("same", numbers(rows, 0.0, if new { 1 } else { 2 })),
            Column::category("level", levels(new)),
            Column::date("day", dates(if new { 1 } else { 0 })),
            Column::text("note", texts(if new { "x" } else { "y" })),
            Column::number("holes", if new { holes.clone() } else { numbers(rows, 0.0, 4) }),
            if new { Column::category("kind", levels(false)) } else { Column::number("kind", numbers(rows, 0.0, 5)) },
            Column::number(if new { "other" } else { "gone" }, numbers(rows, if new { 9.0 } else { 0.0 }, 6)),
            Column::number("blank", if new { vec![f64::NAN; rows] } else { numbers(rows, 0.0, 7) }),
        ])
    };
    let drift = watch(table(false), table(true));
    let verdict = |name: &str| {
        let judged = drift.columns.iter().find(|judged| judged.compared.column == name).expect("a column");
        (judged.verdict.clone(), judged.by_missing)
    };
    let not_judged = |reason: &str| (Verdict::NotJudged { reason: reason.to_owned() }, false);
    assert_eq!(verdict("same"), (Verdict::Same, false));
    assert_eq!(verdict("level"), (Verdict::Large, false));
    assert_eq!(verdict("day"), not_judged("dates_move"));
    assert_eq!(verdict("note"), not_judged("free_text"));
    assert_eq!(verdict("holes"), (Verdict::Large, true));
    assert_eq!(verdict("kind"), not_judged("kind_changed"));
    assert_eq!(verdict("gone"), not_judged("absent"));
    assert_eq!(verdict("blank"), (Verdict::Large, true));
    assert_eq!((drift.judged, drift.drifted, drift.table_drifted), (4, 3, true));
    assert_eq!(drift.schema.levels[0].levels, ["new"]);
    assert!(drift.columns.is_sorted_by(|a, b| a.verdict.weight() >= b.verdict.weight()));
    let written = serde_json::to_string(&drift).expect("writes");
    assert_eq!(serde_json::from_str::<Drift>(&written).expect("reads back"), drift);
}

#[test]
fn parts_of_another_comparison_and_empty_tables_are_refused() {
    let table =
        |rows: usize| Arc::new(Table::new(vec![Column::number("x", numbers(rows, 0.0, 1)), Column::number("y", numbers(rows, 0.0, 1))]));
    let columns = ["x".to_owned(), "y".to_owned()];
    let start = |rows: usize, columns: &[String]| Watch::new(&Params::new(), table(100), table(rows), columns);
    let watch = start(50, &columns).expect("prepares");
    let mut parts: Vec<Compared> = (0..2).map(|unit| watch.unit(unit).expect("a part")).collect();
    parts.reverse();
    let problems = [
        watch.join(parts).expect_err("another order"),
        watch.unit(2).expect_err("no such unit"),
        start(0, &columns).err().expect("no rows"),
        start(50, &["z".to_owned()]).err().expect("no column"),
    ];
    assert!(problems.iter().all(|problem| text::find(&problem.message.id).is_some() && problem.hint().is_some()));
}

#[test]
fn predictions_are_compared_as_columns_are() {
    let answer =
        |shift: f64| Array2::from_shape_fn((500, 2), |(row, class)| if class == 0 { (row as f64 / 500.0 + shift) % 1.0 } else { 0.5 });
    let classes = |share: usize| (0..500).map(|row| if row % 10 < share { "yes" } else { "no" }.to_owned()).collect::<Vec<_>>();
    let outputs = ["yes".to_owned(), "no".to_owned()];
    let mut broken = answer(0.0);
    broken[[0, 0]] = f64::NAN;
    let drift = watch(predictions(&answer(0.0), &outputs, Some(&classes(5))), predictions(&broken, &outputs, Some(&classes(9))));
    assert_eq!(drift.columns.len(), 3);
    assert_eq!((drift.columns[0].compared.column.as_str(), &drift.columns[0].verdict), ("predicted class", &Verdict::Large));
    assert_eq!(drift.drifted, 1);
}

#[test]
fn a_worse_score_is_told_from_chance() {
    let sample = |share: f64, seed: u64, rows: usize| {
        let mut rng = Rng::new(seed, "test", 0);
        Array2::from_shape_fn((rows, 1), |_| if rng.uniform() < share { 1.0 } else { 0.0 })
    };
    let accuracy = |_: &[usize], answer: &Array2<f64>| Figure::Value(answer.iter().sum::<f64>() / answer.nrows() as f64);
    let compare = |before: &Array2<f64>, after: &Array2<f64>, greater: bool| {
        let (before, after) =
            (Sample { answer: before, score: &accuracy, units: None }, Sample { answer: after, score: &accuracy, units: None });
        let parts: Vec<Vec<Figure>> = (0..performance::UNITS).map(|unit| performance::unit(unit, 5, before, after)).collect();
        let joined = performance::join("accuracy", greater, before, after, &parts).expect("joins");
        assert_eq!(Comparison::new("accuracy", greater, 5, before, after).finish().expect("runs"), joined);
        joined
    };
    let no_rows = compare(&sample(0.9, 1, 50), &sample(0.9, 1, 0), true);
    assert_eq!((no_rows.after, no_rows.change), (Figure::undefined("no_rows"), None));
    let (good, bad) = (sample(0.9, 1, 500), sample(0.7, 2, 500));
    let fallen = compare(&good, &bad, true);
    assert_eq!(fallen.change, Some(Change::Worse));
    assert!(
        fallen.difference.low.value() < fallen.difference.value.value() && fallen.difference.value.value() < fallen.difference.high.value()
    );
    assert_eq!(compare(&good, &bad, false).change, Some(Change::Better));
    assert_eq!(compare(&good, &sample(0.9, 3, 60), true).change, Some(Change::Undecided));
    let none = |_: &[usize], _: &Array2<f64>| Figure::undefined("one_class");
    let (before, after) = (Sample { answer: &good, score: &none, units: None }, Sample { answer: &bad, score: &none, units: None });
    let parts: Vec<Vec<Figure>> = (0..performance::UNITS).map(|unit| performance::unit(unit, 5, before, after)).collect();
    let undefined = performance::join("auc", true, before, after, &parts).expect("joins");
    assert_eq!((undefined.change, undefined.before), (None, Figure::undefined("one_class")));
    assert!(performance::join("auc", true, before, after, &parts[1..]).is_err());
}

#[test]
fn units_are_drawn_whole() {
    // All ten rows of a unit are right or all are wrong.
    let sample = |share: f64, seed: u64| {
        let mut rng = Rng::new(seed, "test", 0);
        let right: Vec<f64> = (0..40).map(|_| if rng.uniform() < share { 1.0 } else { 0.0 }).collect();
        Array2::from_shape_fn((400, 1), |(row, _)| right[row / 10])
    };
    let units: Vec<u32> = (0..400).map(|row| row / 10).collect();
    let accuracy = |_: &[usize], answer: &Array2<f64>| match answer.nrows() {
        0 => Figure::undefined("no_rows"),
        rows => Figure::Value(answer.iter().sum::<f64>() / rows as f64),
    };
    let (before, after) = (sample(0.8, 1), sample(0.7, 2));
    let compared = |units: Option<&[u32]>| {
        let sample = |answer| Sample { answer, score: &accuracy, units };
        let job = Comparison::new("accuracy", true, 5, sample(&before), sample(&after)).finish();
        let found = job.expect("runs").difference;
        found.high.value().zip(found.low.value()).map(|(high, low)| high - low)
    };
    let (whole, rows) = (compared(Some(&units)).expect("an interval"), compared(None).expect("an interval"));
    assert!(whole > 1.7 * rows, "{whole} and {rows}");
    assert_eq!(compared(Some(&[3; 400])), None, "one unit has no interval");
}

#[test]
fn corrected_p_values_are_those_of_holm() {
    // By hand: 4 * 0.005, 3 * 0.01, 2 * 0.03, and 0.04, which may not fall below the one before.
    let corrected = holm(&[Some(0.01), Some(0.04), None, Some(0.03), Some(0.005)]);
    let wanted = [Some(0.03), Some(0.06), None, Some(0.06), Some(0.02)];
    for (got, want) in corrected.iter().zip(wanted) {
        match (got.value(), want) {
            (Some(got), Some(want)) => assert!((got - want).abs() < 1e-12),
            (got, want) => assert_eq!(got, want),
        }
    }
}

#[test]
fn every_field_has_its_texts() {
    for field in fields() {
        let id = format!("watch.{}", field.id);
        assert!(text::find(&id).is_some() && text::find(&format!("{id}.help")).is_some(), "{id}");
    }
}
