//! `check`: what is wrong with a study, before it is run.

use crate::failure::Failure;
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::print;
use crate::run::tables;
use crate::show::{TextTable, clean, problem_json, problems};
use atelier::base::{Severity, text};
use atelier::judge::FoldMap;
use atelier::recipe::{check_form, compose};
use atelier::report::scenes;
use atelier::run::{Held, folds, look, session::Outside};
use std::path::PathBuf;

/// Say what is wrong with a study, for its tables where they are given. Ends with 1 where something is.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Also show how many rows of which class each fold learns from and is judged on
    #[arg(long, requires = "data")]
    folds: bool,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let recipe = input::study(&args.study)?;
    let (data, limits) = (args.data.all(), args.limits.limits());
    let mut map = None;
    let found = if data.is_empty() {
        check_form(&recipe)
    } else {
        let Outside { tables, notes: mut found, .. } = tables(&recipe, &args.study, &data, &limits)?;
        match compose(&tables, &recipe.joins, &limits) {
            Ok(composed) => {
                found.extend(composed.notes);
                let mut held = Held::shared(composed.table);
                found.extend(look(&mut held, &recipe).problems);
                // What stands in the way of folds is among what was found.
                map = folds(&mut held, &recipe).ok().filter(|_| args.folds);
            }
            // A join that cannot be made is wrong with the study, not with the files.
            Err(problem) => found.push(problem),
        }
        found
    };
    if let (false, Some(map)) = (args.json, &map) {
        print(&clean(&(table(map) + "\n")))?;
    }
    if args.json {
        let list: Vec<_> = found.iter().map(problem_json).collect();
        print(&(serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"))?;
    } else if found.is_empty() {
        print(&(text(if data.is_empty() { "cli.check.form" } else { "cli.check.good" }) + "\n"))?;
    } else {
        print(&problems(&found))?;
    }
    match found.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(Failure::No),
        false => Ok(()),
    }
}

/// The folds, one a line: the table of their picture.
fn table(map: &FoldMap) -> String {
    let figures = scenes::folds(map).table;
    let mut table = TextTable::new(&figures.columns.iter().map(String::as_str).collect::<Vec<_>>());
    figures.rows.iter().for_each(|row| table.row(row.iter().map(atelier::chart::scene::Cell::shown)));
    table.lines()
}
