//! No leak: what is fitted on a fold's training rows does not change when the fold's other rows, and the sealed ones, are
//! replaced by garbage. A hundred random recipes.

use atelier::base::{Advance, Job, Params, Problem, field};
use atelier::judge::{Fitted, Goal, PipelineJob, ProofJob, Setup, Split, garbage};
use atelier::learn::{Calibration, Candidate};
use atelier::num::Rng;
use atelier::prepare::{Action, STEPS, Selector, Step};
use atelier::run::pack;
use atelier::table::split::Scheme;
use atelier::table::{Column, Strings, Table};
use serde_json::json;
use std::sync::Arc;

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

/// The models that are fitted.
const MODELS: [&str; 10] =
    ["logistic", "baseline", "network", "forest", "boosting", "extra_trees", "knn", "naive_bayes", "one_rule", "svm"];

/// What is fitted: how rows are divided, and the model.
struct Drawn {
    goal: Goal,
    split: Split,
    candidate: Candidate,
}

impl Drawn {
    /// The model on plain folds.
    fn plain(model: &str) -> Self {
        let params = match model {
            "network" => json!({ "epochs": 3, "layers": [{ "units": 4 }] }),
            "forest" | "extra_trees" => json!({ "trees": 3, "max_depth": 4 }),
            "boosting" => json!({ "max_iter": 5, "early_stopping": "on", "min_samples_leaf": 3 }),
            _ => json!({}),
        };
        Self {
            goal: Goal { target: Some("y".to_owned()), ..Goal::default() },
            split: Split { folds: 3, ..Split::default() },
            candidate: Candidate {
                model: model.to_owned(),
                params: params.as_object().cloned().unwrap_or_default(),
                ..Candidate::default()
            },
        }
    }

    /// Every model on every kind of folds, one after the other; every other one is calibrated.
    fn number(number: usize) -> Self {
        let mut drawn = Self::plain(MODELS[number % MODELS.len()]);
        let round = number / MODELS.len();
        drawn.candidate.calibration = match round % 2 {
            0 => Calibration::None,
            _ => Calibration::ALL[1 + round / Scheme::ALL.len() % 3].1,
        };
        drawn.split.scheme = Scheme::ALL[round % Scheme::ALL.len()].1;
        match drawn.split.scheme {
            scheme if scheme.keeps_units() => drawn.goal.group = Some("town".to_owned()),
            Scheme::Time => drawn.goal.time = Some("day".to_owned()),
            _ => {}
        }
        drawn
    }

    /// The table with garbage in the inputs of some rows. What the split goes by stays: answers, groups, moments.
    fn spoilt(&self, table: &Table, rows: &[usize], rng: &mut Rng) -> Table {
        let mut spoilt = garbage(table, rows, rng);
        for name in [&self.goal.target, &self.goal.group, &self.goal.time].into_iter().flatten() {
            spoilt.put(table.column(name).expect("a column").clone());
        }
        spoilt
    }
}

const FORMULAS: [&str; 4] = ["log1p(b) + a", "if(b > 5, a, c)", "if(colour = \"red\", b, 0 - b)", "coalesce(c, a, b)"];

/// A step with parameters drawn at random. Steps that choose rows of the source run before the split and see all rows by
/// their nature; they are not drawn.
fn step(rng: &mut Rng) -> Step {
    let kinds: Vec<_> = STEPS.iter().filter(|kind| !matches!(kind.action, Action::SourceRows(_))).collect();
    let kind = kinds[rng.below(kinds.len())];
    let mut params = Params::new();
    if kind.id == "derive" {
        params.insert("name".to_owned(), format!("made {}", rng.below(1000)).into());
        params.insert("formula".to_owned(), FORMULAS[rng.below(FORMULAS.len())].into());
        return Step { id: kind.id.to_owned(), columns: Selector::All, params, enabled: true };
    }
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

/// Some steps; gaps are left where the model takes them.
fn steps(rng: &mut Rng, fills: bool) -> Vec<Step> {
    let plain = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    let mut steps: Vec<Step> = (0..1 + rng.below(4)).map(|_| step(rng)).collect();
    // So that most recipes end in numbers.
    steps.extend(["date_parts", "impute", "one_hot", "standardise"].into_iter().filter(|id| fills || *id != "impute").map(plain));
    if rng.below(2) == 0 {
        steps.push(step(rng));
    }
    steps
}

fn fit(table: &Table, steps: &[Step], drawn: &Drawn) -> Result<(Fitted, Vec<usize>), Problem> {
    let setup = Arc::new(Setup::new(table, &drawn.goal, &drawn.split, steps, &[], 7)?);
    let fold = setup.folds[setup.folds.len() / 2].clone();
    let mut job = PipelineJob::new(&setup, &fold.train, Some(&fold.test), &drawn.split, steps, &drawn.candidate, 11);
    loop {
        if let Advance::Done(fitted) = job.advance()? {
            return Ok((fitted, fold.train));
        }
    }
}

#[test]
fn rows_that_are_not_learned_from_change_nothing() {
    let (mut fits, mut kinds) = (0, std::collections::BTreeMap::<String, usize>::new());
    // Some draws do not fit together (a step meets no column of its kind); a hundred that do, of every kind, are compared.
    for number in 0..2000 {
        if fits >= 100 && kinds.len() == MODELS.len() * Scheme::ALL.len() {
            break;
        }
        let mut rng = Rng::new(number, "leak", 0);
        let table = table(&mut rng);
        let drawn = Drawn::number(number as usize);
        let steps = steps(&mut rng, drawn.candidate.model != "boosting" || number % 2 == 0);
        let kind = (drawn.candidate.model.clone(), drawn.split.scheme);
        let named = steps
            .iter()
            .map(|step| format!("{}{}", step.id, serde_json::to_string(&step.params).unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(" ");
        let before = fit(&table, &steps, &drawn);
        let train = match &before {
            Ok((_, train)) => train.clone(),
            Err(_) => continue,
        };
        let others: Vec<usize> = (0..ROWS).filter(|row| !train.contains(row)).collect();
        assert!(others.len() > ROWS / 5);
        let garbage = drawn.spoilt(&table, &others, &mut rng);
        let (fitted, _) = before.expect("fitted before");
        match fit(&garbage, &steps, &drawn) {
            Ok((after, _)) => {
                assert_eq!(pack(&fitted.plan), pack(&after.plan), "recipe {number}, {kind:?}: {named}");
                assert_eq!(fitted.steps, after.steps, "recipe {number}, {kind:?}: {named}");
                fits += 1;
                *kinds.entry(format!("{kind:?}")).or_insert(0) += 1;
            }
            // The watched rows may be unusable now; then nothing was fitted from them either.
            Err(problem) => panic!("recipe {number}, {kind:?}: {named}: {problem}"),
        }
    }
    assert!(fits >= 100, "too few recipes could be fitted at all");
    assert_eq!(kinds.len(), MODELS.len() * Scheme::ALL.len(), "every model on every kind of folds: {kinds:?}");
}

#[test]
fn the_proof_of_the_page_finds_no_leak() {
    let table = table(&mut Rng::new(3, "leak", 1));
    let goal = Goal { target: Some("y".to_owned()), ..Goal::default() };
    let plain = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    let steps: Vec<Step> = ["impute", "one_hot", "standardise", "smote"].map(plain).to_vec();
    let setup = Setup::new(&table, &goal, &Split { folds: 4, ..Split::default() }, &steps, &[], 7).expect("a setup");
    let prove = |setup: Setup| {
        let mut job = ProofJob::new(Arc::new(setup), steps.clone(), 5);
        loop {
            if let Advance::Done(proof) = job.advance().expect("a proof") {
                return proof;
            }
        }
    };
    let proof = prove(setup);
    assert_eq!((proof.folds, proof.steps, proof.leaks.len()), (4, 16, 0), "{proof:?}");
    assert!(proof.cells > 4 * ROWS / 4);
}

#[test]
fn garbage_in_rows_that_are_learned_from_is_noticed() {
    let table = table(&mut Rng::new(3, "leak", 1));
    let plain = |id: &str| Step { id: id.to_owned(), columns: Selector::All, params: Params::new(), enabled: true };
    let steps: Vec<Step> = ["date_parts", "impute", "one_hot", "standardise"].map(plain).to_vec();
    let drawn = Drawn::plain("baseline");
    let (fitted, train) = fit(&table, &steps, &drawn).expect("a fit");
    let (other, _) = fit(&drawn.spoilt(&table, &train[..1], &mut Rng::new(4, "leak", 2)), &steps, &drawn).expect("a fit");
    assert_ne!(fitted.steps, other.steps);
}
