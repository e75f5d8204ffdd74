//! `check`: what is wrong with a study, before it is run.

use crate::failure::Failure;
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::print;
use crate::run::tables;
use crate::show::{problem_json, problems};
use atelier::base::{Severity, text};
use atelier::recipe::{check_form, compose};
use atelier::run::{Held, look, session::Outside};
use std::path::PathBuf;

/// Say what is wrong with a study, for its tables where they are given. Ends with 1 where something is.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
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
    let found = if data.is_empty() {
        check_form(&recipe)
    } else {
        let Outside { tables, notes: mut found, .. } = tables(&recipe, &args.study, &data, &limits)?;
        match compose(&tables, &recipe.joins, &limits) {
            Ok(composed) => {
                found.extend(composed.notes);
                found.extend(look(&mut Held::shared(composed.table), &recipe).problems);
            }
            // A join that cannot be made is wrong with the study, not with the files.
            Err(problem) => found.push(problem),
        }
        found
    };
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
