//! `grow`: would more rows help? The chosen model on parts of the training rows.

use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{print, tell};
use crate::run::{composed, refuse_errors};
use crate::show::{self, TextTable, problems};
use atelier::base::text;
use atelier::judge::growth::Growth;
use atelier::report::found;
use atelier::run::grow::GrowStudy;
use atelier::run::{Held, look};
use std::path::PathBuf;

/// Learn from more and more rows of a study, and say what twice as many would bring.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    work: WorkArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut recipe = input::study(&args.study)?;
    recipe.seed = args.work.seed.unwrap_or(recipe.seed);
    let (table, outside) = composed(&recipe, &args.study, &args.data.all(), &args.limits.limits())?;
    tell(&problems(&outside.notes));
    let mut held = Held::shared(table);
    refuse_errors(look(&mut held, &recipe).problems)?;
    let mut study = GrowStudy::new(&mut held, &recipe)?;
    let (grown, _) = host::complete(&mut study, held, args.work.workers(), &text("cli.run.training"))?;
    match args.json {
        true => print(&(serde_json::to_string_pretty(&grown).unwrap_or_default() + "\n")),
        false => print(&shown(&grown)),
    }
}

fn shown(grown: &Growth) -> String {
    let name = text(&format!("metric.{}", grown.metric));
    let mut table = TextTable::new(&[&format!(">{}", text("chart.growth.x")), &format!(">{name}")]);
    for point in &grown.points {
        table.row([format!("{:.0}", point.rows), show::figure(&point.mean)]);
    }
    format!("{}\n{}\n", table.lines(), found::growth(grown))
}
