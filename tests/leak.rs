//! No leak: what is fitted on a fold's training rows does not change when the fold's other rows, and the sealed ones, are
//! replaced by garbage. A hundred random recipes.

use atelier::base::{Advance, Job, Params, Problem, field};
use atelier::judge::{FitJob, Fitted, Goal, Setup, Split};
use atelier::learn::Candidate;
use atelier::num::Rng;
use atelier::prepare::{Action, STEPS, Selector, Step};
use atelier::run::pack;
use atelier::table::{Column, Strings, Table};

const ROWS: usize = 160;

/// Numbers with gaps, categories with gaps and a rare level, dates, a target that depends on some of them.
fn table(rng: &mut Rng) -> Table {
    let mut numbers =
        |gaps: f64| (0..ROWS).map(|_| if rng.uniform() < gaps { f64::NAN } else { rng.uniform() * 10.0 }).collect::<Vec<f64>>();
    let (a, b, c) = (numbers(0.1), numbers(0.0), numbers(0.3));
    let target: Vec<&str> = b.iter().map(|&x| if x > 6.0 { "yes" } else { "no" }).collect();
    let colours = (0..ROWS).map(|row| match row % 11 {
        0 => None,
        1..=5 => Some("red"),
        6..=9 => Some("green"),
        _ => Some("blue"),
    });
    let towns: Vec<String> = (0..ROWS).map(|row| format!("t{}", row % 17)).collect();
    let days = (0..ROWS).map(|row| (row * 37 % 400) as i64 * 86_400_000).collect();
    Table::new(vec![
        Column::number("a", a),
        Column::number("b", b),
        Column::number("c", c),
        Column::date("day", days),
        Column::category("colour", Strings::from_texts(colours)),
        Column::category("town", Strings::from_texts(towns.iter().map(|town| Some(town.as_str())))),
        Column::category("y", Strings::from_texts(target.into_iter().map(Some))),
    ])
}

/// The same table with other input values in some rows. Levels that the others do not have are among them.
fn spoilt(table: &Table, rows: &[usize], rng: &mut Rng) -> Table {
    let columns = table.columns().iter().map(|column| {
        if column.name == "y" {
            return column.clone();
        }
        match (column.numbers(), column.strings()) {
            (Some(numbers), _) => {
                let mut values = numbers.to_vec();
                for &row in rows {
                    values[row] = [f64::NAN, -1e9, 1e9, 0.0][rng.below(4)];
                }
                Column::number(column.name.clone(), values)
            }
            (_, Some(_)) => {
                let texts: Vec<Option<String>> = (0..column.len())
                    .map(|row| {
                        if rows.contains(&row) {
                            [None, Some("garbage".to_owned()), Some("red".to_owned())][rng.below(3)].clone()
                        } else {
                            column.display(row)
                        }
                    })
                    .collect();
                Column::category(column.name.clone(), Strings::from_texts(texts.iter().map(Option::as_deref)))
            }
            _ => {
                let mut moments = column.dates().map(<[i64]>::to_vec).unwrap_or_default();
                for &row in rows {
                    moments[row] = rng.below(1 << 40) as i64;
                }
                Column::date(column.name.clone(), moments)
            }
        }
    });
    Table::new(columns.collect())
}

/// A step with parameters drawn at random. Steps that choose rows of the source run before the split and see all rows by
/// their nature; they are not drawn.
fn step(rng: &mut Rng) -> Step {
    let kinds: Vec<_> = STEPS.iter().filter(|kind| !matches!(kind.action, Action::SourceRows(_)) && kind.id != "derive").collect();
    let kind = kinds[rng.below(kinds.len())];
    let mut params = Params::new();
    for field in (kind.fields)() {
        let value = match &field.kind {
            field::Kind::Choice(choices) => choices[rng.below(choices.len())].into(),
            field::Kind::Flag => (rng.below(2) == 0).into(),
            field::Kind::Integer { min, max } => (*min + rng.below((*max - *min).min(4) as usize + 1) as i64).into(),
            _ => continue,
        };
        params.insert(field.id.to_owned(), value);
    }
    Step { id: kind.id.to_owned(), columns: Selector::All, params, enabled: true }
}

fn steps(rng: &mut Rng) -> Vec<Step> {
    let plain = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    let mut steps: Vec<Step> = (0..1 + rng.below(4)).map(|_| step(rng)).collect();
    // So that most recipes end in numbers.
    steps.extend(["date_parts", "impute", "one_hot", "standardise"].map(plain));
    if rng.below(2) == 0 {
        steps.push(step(rng));
    }
    steps
}

fn fit(table: &Table, steps: &[Step], model: &str) -> Result<(Fitted, Vec<usize>), Problem> {
    let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
    let split = Split { folds: 3, ..Split::default() };
    let setup = Setup::new(table, &goal, &split, steps, &[], 7)?;
    let fold = setup.folds[1].clone();
    let candidate = Candidate { model: model.to_owned(), params: Params::new() };
    let mut job = FitJob::new(&setup, &fold.train, Some(&fold.test), steps, &candidate, 11);
    loop {
        if let Advance::Done(fitted) = job.advance()? {
            return Ok((fitted, fold.train));
        }
    }
}

#[test]
fn rows_that_are_not_learned_from_change_nothing() {
    let mut fits = 0;
    // Some draws do not fit together (a step meets no column of its kind); a hundred that do are compared.
    for number in 0..400 {
        if fits == 100 {
            break;
        }
        let mut rng = Rng::new(number, "leak", 0);
        let table = table(&mut rng);
        let steps = steps(&mut rng);
        let model = ["logistic", "baseline"][rng.below(2)];
        let named = steps
            .iter()
            .map(|step| format!("{}{}", step.id, serde_json::to_string(&step.params).unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(" ");
        let before = fit(&table, &steps, model);
        let train = match &before {
            Ok((_, train)) => train.clone(),
            Err(_) => continue,
        };
        let others: Vec<usize> = (0..ROWS).filter(|row| !train.contains(row)).collect();
        assert!(others.len() > ROWS / 3);
        let garbage = spoilt(&table, &others, &mut rng);
        let (fitted, _) = before.expect("fitted before");
        match fit(&garbage, &steps, model) {
            Ok((after, _)) => {
                assert_eq!(pack(&fitted.plan), pack(&after.plan), "recipe {number}: {named}");
                assert_eq!(fitted.steps, after.steps, "recipe {number}: {named}");
                fits += 1;
            }
            // The watched rows may be unusable now; then nothing was fitted from them either.
            Err(problem) => panic!("recipe {number}: {named}: {problem}"),
        }
    }
    assert_eq!(fits, 100, "too few recipes could be fitted at all");
}
