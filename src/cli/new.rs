//! `new`: the study that the page starts with for a table and a target.

use crate::failure::Failure;
use crate::input::{self, LimitArgs, ReadArgs};
use crate::output::{OutArgs, tell};
use crate::show::problems;
use atelier::base::Severity;
use atelier::recipe::{Recipe, Source};
use atelier::run::{Held, begin, look};
use std::path::PathBuf;

/// Make a first study of a table: goal, preparation, models, folds. Ends with 1 where it cannot be run as it is.
#[derive(clap::Args)]
pub struct Args {
    /// The table
    file: PathBuf,
    /// The column to predict
    #[arg(short, long, value_name = "COLUMN")]
    target: String,
    /// What the study is called [default: the name of the file]
    #[arg(long)]
    title: Option<String>,
    /// The seed of everything that is random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    out: OutArgs,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let options = args.read.options();
    let read = input::table(&args.file, &options, &args.limits.limits())?;
    let summary = &read.summary;
    let name = input::stem(&summary.name);
    let source = Source { name: name.clone(), file: summary.name.clone(), bytes: summary.size, sha256: summary.sha256.clone(), options };
    let title = args.title.clone().unwrap_or(name);
    let mut recipe = Recipe { title, seed: args.seed, sources: vec![source], ..Recipe::new() };
    recipe.goal.roles = summary.suggested_roles();
    let mut held = Held::new(read.table);
    let recipe = begin(&held, &recipe, &args.target)?;
    args.out.write(|out| out.write_all(recipe.to_json().as_bytes()))?;
    let found = look(&mut held, &recipe).problems;
    tell(&problems(&found));
    // The study is there to be mended, but it cannot be run as it is.
    match found.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(Failure::No),
        false => Ok(()),
    }
}
