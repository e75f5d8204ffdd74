//! Edge cases and properties of the balance steps.

use super::*;
use crate::base::{Params, Task};
use crate::num::Rng;
use crate::prepare::{Action, Kind, STEPS};
use crate::table::{Column, SYNTHETIC, Strings};
use serde_json::json;

fn run_with(
    kind: &Kind,
    params: serde_json::Value,
    table: &Table,
    target: &Target,
    groups: Option<&[u32]>,
    seed: u64,
) -> Result<Resampled, Problem> {
    let Action::TrainingRows(act) = kind.action else { panic!("{} is no step on training rows", kind.id) };
    let selector = crate::prepare::Selector::All;
    let columns = selector.resolve(&table.schema(), kind)?;
    let names = ["no", "yes", "other"].map(str::to_owned);
    let context = Context { columns, target, classes: &names, task: Task::Binary, groups, seed };
    act(params.as_object().unwrap_or(&Params::new()), table, &context)
}

fn run(kind: &Kind, params: serde_json::Value, table: &Table, target: &Target) -> Result<Resampled, Problem> {
    run_with(kind, params, table, target, None, 1)
}

fn classes(codes: &[u32]) -> Target {
    Target::Classes { codes: codes.to_vec(), count: 2 }
}

fn counts(target: &Target) -> Vec<usize> {
    Classes::of(target, "smote").map_or_else(|_| Vec::new(), |classes| classes.counts)
}

fn refusal(result: Result<Resampled, Problem>) -> String {
    match result {
        Ok(_) => panic!("not refused"),
        Err(problem) => {
            assert!(problem.hint().is_some(), "{} says nothing of what to do", problem.message.id);
            assert!(!problem.to_string().contains('{'), "{problem}");
            problem.message.id
        }
    }
}

fn notes(resampled: &Resampled) -> Vec<&str> {
    resampled.notes.iter().map(|note| note.message.id.as_str()).collect()
}

/// Two groups of points and a few others, so that neighbours matter.
fn numbers(rows: usize, seed: u64) -> Table {
    let mut rng = Rng::new(seed, "test", 0);
    let mut column = |name: &str, scale: f64| Column::number(name, (0..rows).map(|_| rng.normal() * scale).collect());
    Table::new(vec![column("small", 0.01), column("large", 1000.0)])
}

#[test]
fn every_step_and_field_has_its_texts() {
    use crate::base::{Kind as FieldKind, text::find};
    for kind in STEPS {
        let owner = kind.owner();
        let mut wanted = vec![owner.clone(), format!("{owner}.help")];
        for field in (kind.fields)() {
            wanted.extend([format!("{owner}.{}", field.id), format!("{owner}.{}.help", field.id)]);
            if let FieldKind::Choice(choices) = field.kind {
                wanted.extend(choices.iter().map(|choice| format!("{owner}.{}={choice}", field.id)));
            }
        }
        for id in wanted {
            assert!(find(&id).is_some(), "no text {id}");
        }
    }
    let ids: Vec<&str> = STEPS.iter().map(|kind| kind.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
}

#[test]
fn weights_follow_the_formulas() {
    let (table, target) = (numbers(6, 0), classes(&[0, 0, 0, 0, 1, 1]));
    let balanced = run(&class_weights::KIND, json!({}), &table, &target).unwrap();
    assert_eq!(balanced.weights.unwrap(), [0.75, 0.75, 0.75, 0.75, 1.5, 1.5]);
    let factor = run(&class_weights::KIND, json!({"mode": "factor", "factor": 5.0}), &table, &target).unwrap();
    assert_eq!(factor.weights.unwrap(), [1.0, 1.0, 1.0, 1.0, 5.0, 5.0]);
    // To miss a yes costs four times as much: 1 x 6 / (4 x 1 + 2 x 4) and 4 x 6 / 12.
    let cost = |truth: &str, predicted: &str, cost: f64| json!({"truth": truth, "predicted": predicted, "cost": cost});
    let costs = |list: Vec<serde_json::Value>| json!({"mode": "costs", "costs": list});
    let dear = run(&class_weights::KIND, costs(vec![cost("yes", "no", 4.0)]), &table, &target).unwrap();
    assert_eq!(dear.weights.unwrap(), [0.5, 0.5, 0.5, 0.5, 2.0, 2.0]);
    // What is right costs nothing, whatever is said; the last word on a pair counts.
    let odd = costs(vec![cost("yes", "no", 9.0), cost("no", "no", 50.0), cost("yes", "no", 4.0), cost("", "no", 7.0)]);
    assert_eq!(run(&class_weights::KIND, odd, &table, &target).unwrap().weights.unwrap(), [0.5, 0.5, 0.5, 0.5, 2.0, 2.0]);
    assert_eq!(refusal(run(&class_weights::KIND, costs(vec![cost("maybe", "no", 4.0)]), &table, &target)), "balance.unknown_class");
    assert_eq!(class_weights::balanced(&[3, 0, 1]), [2.0 / 3.0, 0.0, 2.0]);
    let none = run(&class_weights::KIND, json!({}), &numbers(0, 0), &classes(&[])).unwrap();
    assert!(none.weights.unwrap().is_empty());

    // Two groups: 3 rows with one positive, 3 with two.
    let target = classes(&[0, 0, 1, 0, 1, 1]);
    let groups = [0, 0, 0, 1, 1, 1];
    let weights = run_with(&reweigh::KIND, json!({}), &table, &target, Some(&groups), 1).unwrap().weights.unwrap();
    assert_eq!(weights, [0.75, 0.75, 1.5, 1.5, 0.75, 0.75]);
    let partial = run_with(&reweigh::KIND, json!({}), &table, &classes(&[0, 0, 0, 0, 1, 1]), Some(&groups), 1).unwrap();
    assert_eq!(notes(&partial), ["balance.group_without_class"]);
    assert_eq!(refusal(run(&reweigh::KIND, json!({}), &table, &target)), "balance.no_groups");
}

#[test]
fn a_number_as_target_is_refused_by_all() {
    let (table, target) = (numbers(4, 0), Target::Values(vec![1.0, 2.0, 3.0, 4.0]));
    for kind in STEPS.iter().filter(|kind| kind.family == "balance") {
        assert_eq!(refusal(run_with(kind, json!({}), &table, &target, Some(&[0; 4]), 1)), "balance.regression");
    }
}

#[test]
fn sampling_reaches_the_wanted_numbers() {
    let (table, codes) = (numbers(100, 0), (0..100).map(|row| u32::from(row % 10 == 0)).collect::<Vec<_>>());
    let target = classes(&codes);
    let cases = [
        (&random_over::KIND, json!({}), vec![90, 90]),
        (&random_over::KIND, json!({"strategy": "share", "share": 0.5}), vec![90, 45]),
        (&random_under::KIND, json!({}), vec![10, 10]),
        (&random_under::KIND, json!({"strategy": "share", "share": 0.25}), vec![40, 10]),
        (&smote::KIND, json!({}), vec![90, 90]),
        (&smote_nc::KIND, json!({"strategy": "share", "share": 0.29}), vec![90, 26]),
    ];
    for (kind, params, wanted) in cases {
        let after = run(kind, params.clone(), &table, &target).unwrap();
        assert_eq!(counts(&after.target), wanted, "{} {params}", kind.id);
    }
    for kind in [&random_over::KIND, &random_under::KIND, &smote::KIND] {
        let after = run(kind, json!({"strategy": "share", "share": 0.1}), &table, &target).unwrap();
        assert_eq!((counts(&after.target), notes(&after)), (vec![90, 10], vec!["balance.enough"]), "{}", kind.id);
        let empty = run(kind, json!({}), &numbers(0, 0), &classes(&[])).unwrap();
        assert_eq!(empty.table.rows(), 0);
    }
    // A class without rows stays empty; one class alone has nobody to be equal to.
    let alone = run(&smote::KIND, json!({}), &table, &classes(&[1; 100])).unwrap();
    assert_eq!(counts(&alone.target), [0, 100]);
}

#[test]
fn copies_keep_their_origin_and_what_stays_its_order() {
    let (table, target) = (numbers(50, 0), classes(&(0..50).map(|row| u32::from(row < 7)).collect::<Vec<_>>()));
    let over = run(&random_over::KIND, json!({}), &table, &target).unwrap();
    assert_eq!(&over.table.origins()[..50], table.origins());
    assert!(over.table.origins()[50..].iter().all(|&origin| origin < 7));
    let under = run(&random_under::KIND, json!({}), &table, &target).unwrap();
    assert!(under.table.origins().is_sorted());
    assert_eq!(under.table, table.take(&under.from));
}

#[test]
fn few_rows_and_gaps_are_said() {
    let table = numbers(20, 0);
    let three = run(&smote::KIND, json!({}), &table, &classes(&(0..20).map(|row| u32::from(row < 3)).collect::<Vec<_>>())).unwrap();
    assert_eq!((counts(&three.target), notes(&three)), (vec![17, 17], vec!["balance.fewer_neighbours"]));
    assert_eq!(three.notes[0].message.args["used"], "2");
    let one = classes(&(0..20).map(|row| u32::from(row < 1)).collect::<Vec<_>>());
    assert_eq!(refusal(run(&smote::KIND, json!({}), &table, &one)), "balance.single_row");
    assert_eq!(refusal(run(&smote_nc::KIND, json!({}), &table, &one)), "balance.single_row");
    assert_eq!(counts(&run(&random_over::KIND, json!({}), &table, &one).unwrap().target), [19, 19]);

    let two = classes(&(0..20).map(|row| u32::from(row < 2)).collect::<Vec<_>>());
    let mut gaps = table.clone();
    let mut values = vec![1.0; 20];
    values[5] = f64::NAN;
    gaps.put(Column::number("gaps", values));
    let Err(problem) = run(&smote::KIND, json!({}), &gaps, &two) else { panic!("not refused") };
    assert_eq!((problem.message.id.as_str(), problem.message.args["column"].as_str()), ("balance.missing", "gaps"));
    gaps.remove("gaps");
    gaps.put(Column::category("gaps", Strings::from_texts((0..20).map(|row| (row != 3).then_some("a")))));
    assert_eq!(refusal(run(&smote::KIND, json!({}), &gaps, &two)), "balance.missing");
    let texts = Table::new(vec![Column::text("note", Strings::from_texts(vec![Some("a"); 20]))]);
    assert_eq!(refusal(run(&smote::KIND, json!({}), &texts, &two)), "balance.no_columns");
    assert_eq!(refusal(run(&smote_nc::KIND, json!({"vote": ["other"]}), &table, &two)), "balance.vote_not_chosen");
    assert!(check_size(&table, MOST_CELLS, "smote").is_err());
}

#[test]
fn extreme_numbers_stay_finite_and_in_range() {
    let table = Table::new(vec![
        Column::number("huge", (0..12).map(|row| if row % 2 == 0 { 1.7e308 } else { -1.7e308 }).collect()),
        Column::number("same", vec![3.25; 12]),
    ]);
    let after = run(&smote::KIND, json!({}), &table, &classes(&(0..12).map(|row| u32::from(row < 4)).collect::<Vec<_>>())).unwrap();
    assert!(after.table.column("huge").unwrap().numbers().unwrap().iter().all(|x| x.abs() <= 1.7e308));
    assert_eq!(after.table.column("same").unwrap().numbers().unwrap(), [3.25; 16]);
}

#[test]
fn categories_follow_the_vote_and_numbers_that_are_codes_too() {
    // The rare class: five rows close together, four of them "b" and one "a"; "c" stands in the other class alone.
    let rare = 5;
    let codes: Vec<u32> = (0..30).map(|row| u32::from(row < rare)).collect();
    let level = |row: usize| {
        if row == 0 {
            "a"
        } else if row < rare {
            "b"
        } else {
            "c"
        }
    };
    let table = Table::new(vec![
        Column::number("x", (0..30).map(|row| row as f64).collect()),
        Column::category("level", Strings::from_texts((0..30).map(|row| Some(level(row))))),
        Column::number("code", (0..30).map(|row| if row < 2 { 10.0 } else { 20.0 }).collect()),
        Column::number("count", (0..30).map(|row| (row % 7) as f64).collect()),
        Column::date("day", (0..30).map(|row| row * 86_400_000_000).collect()),
        Column::text("note", Strings::from_texts((0..30).map(|row| (row % 2 == 0).then(|| format!("text {row}"))))),
    ]);
    let after = run(&smote_nc::KIND, json!({"neighbours": 4, "vote": ["code"], "integers": true}), &table, &classes(&codes)).unwrap();
    assert_eq!(counts(&after.target), [25, 25]);
    assert_eq!(notes(&after), ["balance.copied"]);
    assert_eq!(after.notes[0].message.args["columns"], "day, note");
    for row in 30..50 {
        let base = after.from[row];
        // With all four others as voters: three or four of them are "b".
        assert_eq!(after.table.column("level").unwrap().display(row).as_deref(), Some("b"));
        assert_eq!(after.table.column("code").unwrap().numbers().unwrap()[row], 20.0);
        let whole = after.table.column("count").unwrap().numbers().unwrap()[row];
        assert_eq!(whole.fract(), 0.0);
        for copied in ["day", "note"] {
            assert_eq!(after.table.column(copied).unwrap().display(row), table.column(copied).unwrap().display(base));
        }
    }
    // Even votes go to the nearest: with two neighbours of different level, the nearer one's.
    let table = Table::new(vec![
        Column::number("x", vec![0.0, 1.0, 3.0, 50.0, 60.0, 70.0, 80.0]),
        Column::category("level", Strings::from_texts(["a", "b", "c", "a", "a", "a", "a"].map(Some))),
    ]);
    let after = run(&smote::KIND, json!({"neighbours": 2}), &table, &classes(&[1, 1, 1, 0, 0, 0, 0])).unwrap();
    let expected = match after.from[7] {
        0 => "b",
        1 => "a",
        _ => "b",
    };
    assert_eq!(after.table.column("level").unwrap().display(7).as_deref(), Some(expected));
}

/// Random tables of numbers, categories and dates with a random target.
fn random_table(rng: &mut Rng) -> (Table, Target) {
    let rows = 12 + rng.below(150);
    let mut columns = Vec::new();
    for place in 0..1 + rng.below(4) {
        let coarse = rng.below(2) == 0;
        let number = |rng: &mut Rng| if coarse { (rng.normal() * 3.0).round() } else { rng.normal() * 100.0 };
        columns.push(Column::number(format!("number {place}"), (0..rows).map(|_| number(rng)).collect()));
    }
    for place in 0..rng.below(3) {
        let levels = ["a", "b", "c", "d"];
        columns.push(Column::category(format!("category {place}"), Strings::from_texts((0..rows).map(|_| Some(levels[rng.below(4)])))));
    }
    columns.push(Column::date("day", (0..rows).map(|_| rng.below(1 << 40) as i64).collect()));
    let count = 2 + rng.below(3);
    // At least two rows of each class.
    let codes =
        (0..rows).map(|row| if row < 2 * count { row % count } else { rng.below(count * count) % count.min(1 + rng.below(count)) } as u32);
    let target = Target::Classes { codes: codes.collect(), count };
    let origins = (0..rows as u32).map(|row| row * 3 + 5).collect();
    (Table::with_origins(columns, origins), target)
}

#[test]
fn whatever_the_table_no_row_comes_from_elsewhere() {
    for case in 0..120 {
        let mut rng = Rng::new(case, "balance", 0);
        let (table, target) = random_table(&mut rng);
        let before = table.clone();
        let share = 0.2 + 0.8 * rng.uniform();
        let (k, equal) = (1 + rng.below(7), rng.below(2) == 0);
        let strategy = if equal { "equal" } else { "share" };
        for kind in [&random_over::KIND, &random_under::KIND, &smote::KIND, &smote_nc::KIND] {
            let smote = kind.id.starts_with("smote");
            let mut params = json!({"strategy": strategy, "share": share});
            if smote {
                params["neighbours"] = json!(k);
            }
            let after = run_with(kind, params.clone(), &table, &target, None, case).unwrap();
            let again = run_with(kind, params.clone(), &table, &target, None, case).unwrap();
            assert_eq!((&after.table, &after.target), (&again.table, &again.target), "same seed, same rows");
            assert_eq!(table, before, "the input is as it was");
            assert_eq!(after.table.schema().columns.len(), table.schema().columns.len());
            check_counts(kind, &target, &after.target, if equal { 1.0 } else { share });
            for (row, (&from, &origin)) in after.from.iter().zip(after.table.origins()).enumerate() {
                assert_eq!(after.target.take(&[row]), target.take(&[from]), "a row has the class of where it came from");
                if origin != SYNTHETIC {
                    assert_eq!(origin, table.origins()[from]);
                    assert_eq!(after.table.take(&[row]).columns()[0], table.take(&[from]).columns()[0]);
                }
            }
            if smote {
                let rows = table.rows();
                assert_eq!(&after.table.take(&(0..rows).collect::<Vec<_>>()), &table, "the rows that were there come first");
                assert!(after.table.origins()[rows..].iter().all(|&origin| origin == SYNTHETIC));
                check_segments(&table, &target, &after, k);
            } else {
                assert!(!after.table.origins().contains(&SYNTHETIC));
            }
        }
    }
}

fn check_counts(kind: &Kind, before: &Target, after: &Target, share: f64) {
    let (before, after) = (counts(before), counts(after));
    let largest = *before.iter().max().unwrap() as f64;
    let smallest = *before.iter().filter(|count| **count > 0).min().unwrap() as f64;
    for (before, after) in before.into_iter().zip(after) {
        let wanted = match kind.id {
            "random_under" => before.min((smallest / share).round() as usize),
            _ if before == 0 => 0,
            _ => before.max((share * largest).round() as usize),
        };
        assert_eq!(after, wanted, "{}", kind.id);
    }
}

/// Every new row lies between its base and one of the base's k neighbours, found here by looking at all rows of the class;
/// categories are what most of the neighbours have.
fn check_segments(table: &Table, target: &Target, after: &Resampled, k: usize) {
    let Target::Classes { codes, .. } = target else { panic!("classes") };
    let numbers: Vec<&[f64]> = table.columns().iter().filter_map(Column::numbers).collect();
    let categories: Vec<&Strings> = table.columns().iter().filter_map(Column::strings).collect();
    let n = table.rows() as f64;
    let scaled: Vec<Vec<f64>> = numbers
        .iter()
        .map(|values| {
            let mean = values.iter().sum::<f64>() / n;
            let sd = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
            values.iter().map(|x| if sd > 0.0 { (x - mean) / sd } else { 0.0 }).collect()
        })
        .collect();
    let new: Vec<usize> = (table.rows()..after.table.rows()).collect();
    for row in new {
        let base = after.from[row];
        let class: Vec<usize> = (0..codes.len()).filter(|&other| codes[other] == codes[base]).collect();
        let k = k.min(class.len() - 1);
        let mut sds: Vec<f64> = scaled
            .iter()
            .map(|values| {
                let mean = class.iter().map(|&row| values[row]).sum::<f64>() / class.len() as f64;
                (class.iter().map(|&row| (values[row] - mean) * (values[row] - mean)).sum::<f64>() / class.len() as f64).sqrt()
            })
            .collect();
        sds.sort_by(f64::total_cmp);
        let middle = sds.len() / 2;
        let median = if sds.is_empty() {
            0.0
        } else if sds.len() % 2 == 1 {
            sds[middle]
        } else {
            (sds[middle - 1] + sds[middle]) / 2.0
        };
        let charge = if median > 0.0 { median * median } else { 1.0 };
        let distance = |other: usize| {
            let numbers: f64 = scaled.iter().map(|values| (values[base] - values[other]) * (values[base] - values[other])).sum();
            numbers + charge * categories.iter().filter(|strings| strings.codes[base] != strings.codes[other]).count() as f64
        };
        let mut others: Vec<(f64, usize)> = class.iter().filter(|&&other| other != base).map(|&other| (distance(other), other)).collect();
        others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // Rounding here may differ in the last digits from the step's, so that ties are wider.
        let reach = others[k - 1].0 * (1.0 + 1e-9) + 1e-12;
        let near: Vec<usize> = others.iter().filter(|(distance, _)| *distance <= reach).map(|(_, other)| *other).collect();
        let made: Vec<f64> = after.table.columns().iter().filter_map(Column::numbers).map(|values| values[row]).collect();
        assert!(near.iter().any(|&other| is_between(&numbers, &made, base, other)), "row {row} is on no segment");
        if near.len() == k {
            for (place, strings) in categories.iter().enumerate() {
                let made = after.table.columns().iter().filter_map(Column::strings).nth(place).unwrap().codes[row];
                let votes = |code: u32| near.iter().filter(|&&other| strings.codes[other] == code).count();
                assert!(strings.codes.iter().all(|&code| votes(code) <= votes(made)), "row {row}: not what most have");
            }
        }
    }
}

fn is_between(numbers: &[&[f64]], made: &[f64], base: usize, other: usize) -> bool {
    // The share of the way by the column with the widest gap; then every column must agree with it.
    let gap = |values: &[f64]| values[other] - values[base];
    let widest = (0..numbers.len()).max_by(|&a, &b| gap(numbers[a]).abs().total_cmp(&gap(numbers[b]).abs()));
    let Some(widest) = widest else { return true };
    let whole = gap(numbers[widest]);
    let share = if whole == 0.0 { 0.0 } else { (made[widest] - numbers[widest][base]) / whole };
    (0.0..=1.0).contains(&share)
        && numbers.iter().zip(made).all(|(values, made)| {
            (values[base] + share * gap(values) - made).abs() <= 1e-9 * (1.0 + values[base].abs() + gap(values).abs())
        })
}

/// A check with a known fault must find it.
#[test]
fn the_segment_check_finds_a_row_that_is_off() {
    let (table, target) = (numbers(30, 4), classes(&(0..30).map(|row| u32::from(row < 8)).collect::<Vec<_>>()));
    let mut after = run(&smote::KIND, json!({}), &table, &target).unwrap();
    check_segments(&table, &target, &after, 5);
    let mut values = after.table.column("large").unwrap().numbers().unwrap().to_vec();
    values[31] += 1.0;
    after.table.put(Column::number("large", values));
    let caught = std::panic::catch_unwind(|| check_segments(&table, &target, &after, 5));
    assert!(caught.is_err());
}
