//! `rate`: which learning rate suits the chosen network?

use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{StudyArgs, print, tell};
use crate::run::{composed, refuse_errors};
use crate::show::{self, TextTable, problems};
use atelier::base::{Problem, Stage, text};
use atelier::chart::format::place;
use atelier::judge::rates::Rates;
use atelier::report::found;
use atelier::run::{Held, RateStudy, look};
use std::path::PathBuf;

/// Find a learning rate for the chosen network of a study: many on the first fold, the better ones on further folds.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    better: StudyArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let is_wanted = args.better.is_wanted()?;
    let mut recipe = input::study(&args.study)?;
    recipe.seed = args.work.seed.unwrap_or(recipe.seed);
    let (table, outside) = composed(&recipe, &args.study, &args.data.all(), &args.limits.limits())?;
    tell(&problems(&outside.notes));
    let mut held = Held::shared(table);
    refuse_errors(look(&mut held, &recipe).problems)?;
    let mut study = RateStudy::new(&mut held, &recipe)?;
    let (found, _) = host::complete(&mut study, held, args.work.workers(), &text("cli.run.training"))?;
    if is_wanted {
        let (rate, _) = found.best.ok_or_else(|| Problem::new(Stage::Learn, "cli.rate.nothing"))?;
        let chosen = recipe.chosen;
        if let Some(model) = recipe.models.get_mut(chosen) {
            model.params.insert("rate".to_owned(), rate.into());
        }
        if args.better.write(&recipe)? {
            return Ok(());
        }
    }
    match args.json {
        true => print(&(serde_json::to_string_pretty(&found).unwrap_or_default() + "\n")),
        false => print(&shown(&found)),
    }
}

/// The loss of every rate over the first folds, and what follows.
fn shown(found: &Rates) -> String {
    let right = |id: &str| format!(">{}", text(id));
    let mut table = TextTable::new(&[&right("chart.finder.length"), &right("chart.finder.rate"), &right("chart.finder.loss")]);
    for it in &found.tries {
        table.row([it.folds.to_string(), place(it.rate), it.loss.map_or_else(|| "-".to_owned(), show::number)]);
    }
    format!("{}\n{}\n", table.lines(), found::rates(found))
}
