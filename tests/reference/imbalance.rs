//! Class weights, resampling and reweighing against imbalanced-learn, scikit-learn and the formula of Kamiran and Calders.

use crate::support::{Check, Design, design, figures, table_of};
use atelier::base::{Params, Task};
use atelier::learn::Target;
use atelier::prepare::{self, Action, Context, Resampled};
use atelier::table::{Column, SYNTHETIC, Table};
use serde_json::{Value, json};

const FILES: [&str; 3] = ["imbalance.breast_cancer", "imbalance.thyroid", "imbalance.titanic"];

fn run(step: &str, params: Value, table: &Table, target: &Target, groups: Option<&[u32]>) -> Resampled {
    let kind = prepare::find(step).expect("a step");
    let Action::TrainingRows(act) = kind.action else { panic!("{step} is no step on training rows") };
    let columns = prepare::Selector::All.resolve(&table.schema(), kind).expect("columns");
    let params: Params = params.as_object().cloned().unwrap_or_default();
    act(&params, table, &Context { columns, target, classes: &[], task: Task::Binary, groups, seed: 0 }).expect("resampled")
}

/// The design as a table of numbers, and its classes.
fn learnable(design: &Design) -> (Table, Target) {
    let column = |(place, name): (usize, &String)| Column::number(name, design.x.column(place).to_vec());
    let table = Table::new(design.columns.iter().enumerate().map(column).collect());
    (table, Target::Classes { codes: design.y.iter().map(|&y| y as u32).collect(), count: design.classes.len() })
}

fn counts(target: &Target) -> Vec<usize> {
    let Target::Classes { codes, count } = target else { panic!("no classes") };
    (0..*count).map(|class| codes.iter().filter(|&&code| code as usize == class).count()).collect()
}

#[test]
fn counts_and_weights() {
    let mut check = Check::default();
    for file in FILES {
        let all = figures(file);
        let figures = &all["figures"];
        let design = design(&all, &table_of(&all), true);
        let (table, target) = learnable(&design);
        let weights = run("class_weights", json!({}), &table, &target, None).weights.expect("weights");
        for (class, name) in design.classes.iter().enumerate() {
            check.same(&format!("{file} {name}"), Some(counts(&target)[class] as u64), figures["class_counts"][name].as_u64());
            let row = design.y.iter().position(|&y| y as usize == class).expect("a row");
            check.close(&format!("{file} weight {name}"), weights[row], figures["balanced_class_weights"][name].as_f64().unwrap(), 1e-9);
        }
        let samplers = [
            ("SMOTE(k=5)", "smote", json!({"neighbours": 5})),
            ("SMOTE(k=3, ratio 0.5)", "smote", json!({"neighbours": 3, "strategy": "share", "share": 0.5})),
            ("RandomOverSampler", "random_over", json!({})),
            ("RandomUnderSampler", "random_under", json!({})),
        ];
        for (key, step, params) in samplers {
            let after = run(step, params, &table, &target, None);
            let wanted = &figures["counts_after"][key];
            // Where the library refuses, since the class has more than the share already, the rows stay as they are.
            let wanted = if wanted.is_string() { &figures["class_counts"] } else { wanted };
            for (class, name) in design.classes.iter().enumerate() {
                check.same(&format!("{file} {key} {name}"), Some(counts(&after.target)[class] as u64), wanted[name].as_u64());
            }
        }
    }
    check.end();
}

/// Every new point lies between a row of its class and one of that row's five nearest rows of the class.
#[test]
fn smote_property() {
    for file in FILES {
        let all = figures(file);
        let design = design(&all, &table_of(&all), true);
        let (table, target) = learnable(&design);
        let after = run("smote", json!({"neighbours": 5}), &table, &target, None);
        let n = table.rows();
        assert!(after.table.rows() > n && after.table.origins()[n..].iter().all(|&origin| origin == SYNTHETIC), "{file}");
        let columns: Vec<&[f64]> = table.columns().iter().map(|column| column.numbers().expect("numbers")).collect();
        let made: Vec<&[f64]> = after.table.columns().iter().map(|column| column.numbers().expect("numbers")).collect();
        let deviation = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / n as f64;
            (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64).sqrt()
        };
        let deviations: Vec<f64> = columns.iter().map(|values| deviation(values)).collect();
        let distance = |a: usize, b: usize| -> f64 {
            let gap = |(values, deviation): (&&[f64], &f64)| if *deviation > 0.0 { (values[a] - values[b]) / deviation } else { 0.0 };
            columns.iter().zip(&deviations).map(gap).map(|gap| gap * gap).sum()
        };
        for row in n..after.table.rows() {
            let base = after.from[row];
            let class: Vec<usize> = (0..n).filter(|&other| other != base && design.y[other] == design.y[base]).collect();
            let mut distances: Vec<f64> = class.iter().map(|&other| distance(base, other)).collect();
            distances.sort_by(f64::total_cmp);
            let reach = distances[4] * (1.0 + 1e-9) + 1e-12;
            let mut near = class.iter().filter(|&&other| distance(base, other) <= reach);
            let on_segment = |&&other: &&usize| {
                let widest =
                    columns.iter().zip(&made).max_by(|a, b| (a.0[other] - a.0[base]).abs().total_cmp(&(b.0[other] - b.0[base]).abs()));
                let (values, new) = widest.expect("a column");
                let whole = values[other] - values[base];
                let share = if whole == 0.0 { 0.0 } else { (new[row] - values[base]) / whole };
                (0.0..=1.0).contains(&share)
                    && columns
                        .iter()
                        .zip(&made)
                        .all(|(values, new)| (values[base] + share * (values[other] - values[base]) - new[row]).abs() < 1e-9)
            };
            assert!(near.any(|other| on_segment(&other)), "{file}: row {row} is on no segment");
        }
    }
}

/// SMOTE-NC on numbers and categories: counts to plan, no level that was not there.
#[test]
fn smote_nc_invents_no_category() {
    let all = figures("imbalance.titanic");
    let raw = table_of(&all).select(&["pclass", "sex", "sibsp", "parch", "survived"].map(str::to_owned));
    let mut table = raw.table();
    let survived = table.remove("survived").expect("the target");
    let codes = survived.numbers().expect("numbers").iter().map(|&x| x as u32).collect();
    let target = Target::Classes { codes, count: 2 };
    let after = run("smote_nc", json!({"integers": true}), &table, &target, None);
    assert_eq!(counts(&after.target), [809, 809]);
    assert_eq!(after.table.schema().column("sex").expect("sex").levels, ["female", "male"]);
    for name in ["pclass", "sibsp", "parch"] {
        assert!(after.table.column(name).and_then(Column::numbers).expect("numbers").iter().all(|x| x.fract() == 0.0), "{name}");
    }
}

#[test]
fn reweighing() {
    let mut check = Check::default();
    for file in ["fairness.adult", "fairness.titanic"] {
        let all = figures(file);
        let raw = table_of(&all);
        let target = all["meta"]["options"]["target"].as_str().expect("a target");
        let labels: Vec<&str> = raw.texts(target).into_iter().map(|text| text.expect("a label")).collect();
        let mut classes = labels.clone();
        classes.sort_unstable();
        classes.dedup();
        // The positive class is the last one.
        let code = |label: &&str| classes.iter().position(|class| class == label).expect("a class") as u32;
        let codes = Target::Classes { codes: labels.iter().map(code).collect(), count: classes.len() };
        for (sensitive, weights) in all["figures"]["reweighing"].as_object().expect("reweighing") {
            let groups: Vec<&str> = raw.texts(sensitive).into_iter().map(|text| text.unwrap_or("")).collect();
            let mut names = groups.clone();
            names.sort_unstable();
            names.dedup();
            let group_codes: Vec<u32> =
                groups.iter().map(|group| names.iter().position(|name| name == group).expect("a group") as u32).collect();
            let table = Table::new(vec![Column::number("x", vec![0.0; labels.len()])]);
            let got = run("reweigh", json!({}), &table, &codes, Some(&group_codes)).weights.expect("weights");
            for (key, want) in weights.as_object().expect("weights") {
                let row = (0..labels.len()).find(|&row| format!("{}|{}", groups[row], code(&labels[row])) == *key).expect("a row");
                check.close(&format!("{file} {sensitive} {key}"), got[row], want.as_f64().expect("a number"), 1e-9);
            }
        }
    }
    check.end();
}
