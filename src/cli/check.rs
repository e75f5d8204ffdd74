//! `check`: what is wrong with a study, before it is run.

use crate::failure::Failure;
use crate::input::{self, LimitArgs};
use crate::output::print;
use crate::run::composed;
use crate::show::{problem_json, problems};
use atelier::base::{Severity, text};
use atelier::recipe::check_form;
use atelier::run::{Held, look};
use std::path::PathBuf;

/// Say what is wrong with a study, for its tables where they are given. Ends with 1 where something is.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    /// Its tables, as name=file or in the order of its sources
    data: Vec<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let recipe = input::study(&args.study)?;
    let found = if args.data.is_empty() {
        check_form(&recipe)
    } else {
        let (table, mut notes) = composed(&recipe, &args.study, &args.data, &args.limits.limits())?;
        notes.extend(look(&mut Held::new(table), &recipe).problems);
        notes
    };
    if args.json {
        let list: Vec<_> = found.iter().map(problem_json).collect();
        print(&(serde_json::to_string_pretty(&list).unwrap_or_default() + "\n"))?;
    } else if found.is_empty() {
        print(&(text(if args.data.is_empty() { "cli.check.form" } else { "cli.check.good" }) + "\n"))?;
    } else {
        print(&problems(&found))?;
    }
    match found.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(Failure::No),
        false => Ok(()),
    }
}
