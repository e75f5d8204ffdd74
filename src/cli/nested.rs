//! `tune --nested`: the search itself judged.

use crate::failure::Failure;
use crate::host;
use crate::output::print;
use crate::show::{self, TextTable};
use atelier::base::{Message, text};
use atelier::recipe::Recipe;
use atelier::report::Nested;
use atelier::run::{Held, NestedStudy, nested};

/// Makes the search of a study anew in every fold, and prints what it is worth.
pub fn run(mut held: Held, recipe: &Recipe, workers: usize, json: bool) -> Result<(), Failure> {
    let mut study = NestedStudy::of_tuning(&mut held, recipe)?;
    let (worth, _) = host::complete(&mut study, held, workers, &text("cli.tune.searching"))?;
    let nested = nested::naming(recipe)?(worth);
    match json {
        true => print(&(serde_json::to_string_pretty(&nested).unwrap_or_default() + "\n")),
        false => print(&show::clean(&shown(&nested))),
    }
}

/// The outcome for people.
fn shown(nested: &Nested) -> String {
    let head = Message::new("nested.headline")
        .with("model", text(&format!("model.{}", nested.model)))
        .with("trials", nested.tune.trials)
        .with("metric", text(&format!("metric.{}", nested.tune.metric)))
        .with("folds", nested.worth.folds.len());
    let headings = ["nested.fold", "nested.inner", "nested.outer_score", "nested.chosen"].map(text);
    let right = |place: usize| format!(">{}", headings[place]);
    let mut table = TextTable::new(&[&right(0), &right(1), &right(2), &headings[3]]);
    for (place, fold) in nested.worth.folds.iter().enumerate() {
        let inner = fold.inner.map_or_else(|| "-".to_owned(), show::number);
        table.row([(place + 1).to_string(), inner, show::figure(&fold.outer), fold.chosen()]);
    }
    let sentences = nested.sentences().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    format!("{head}\n\n{}\n{sentences}\n", table.lines())
}
