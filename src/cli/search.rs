//! `search`: one search over models and preparation.

use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{StudyArgs, print, tell};
use crate::run::{composed, refuse_errors};
use crate::show::{self, TextTable, problems};
use atelier::base::{Problem, Stage, text};
use atelier::metric::{METRICS, usual};
use atelier::report::Race;
use atelier::run::race::MODELS;
use atelier::run::{Course, Held, RaceStudy, look};
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;
use std::time::Duration;

/// Search over models and their preparation at once: a race in which the worse half goes out after each round, and what its
/// winner is worth on rows that had no part in the choice.
#[derive(clap::Args)]
pub struct Args {
    /// The study: its goal, folds and preparation are kept, its models take part with their settings
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Rounds at most: the first is each model as it begins, every other one brings four trials
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=100))]
    rounds: u16,
    /// Stop after so many seconds: a quarter of them for the race, the rest for what its winner is worth
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
    /// The metric that decides [default: that of the study's first criterion, or the usual one]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(METRICS.iter().map(|metric| metric.id)))]
    metric: Option<String>,
    /// A kind of model that takes part; may be given several times [default: all that can do the task]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(MODELS.iter().copied()))]
    model: Vec<String>,
    /// Leave out what the winner is worth; its own score flatters
    #[arg(long)]
    no_worth: bool,
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    better: StudyArgs,
    /// Print the outcome as JSON
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
    let looked = look(&mut held, &recipe);
    refuse_errors(looked.problems)?;
    let own = recipe.goal.criteria.first().map(|criterion| criterion.metric.clone());
    let metric = args.metric.clone().or(own).or_else(|| looked.task.map(|task| usual(task).to_owned())).unwrap_or_default();
    let course = Course { rounds: args.rounds.into(), nested: !args.no_worth, models: args.model.clone() };
    let mut study = RaceStudy::new(&mut held, &recipe, &metric, course.clone())?;
    let ends = args.seconds.map(|seconds| course.ends(seconds.into())).unwrap_or_default();
    let times: Vec<Duration> = ends.into_iter().map(Duration::from_secs_f64).collect();
    let (race, _) = host::complete_in_parts(&mut study, held, args.work.workers(), &text("cli.tune.searching"), &times)?;
    if is_wanted {
        let best = race.winner().ok_or_else(|| Problem::new(Stage::Tune, "cli.tune.nothing"))?;
        recipe.apply(best.taken(&recipe)).map_err(|_| Problem::new(Stage::Tune, "cli.tune.nothing"))?;
        if args.better.write(&recipe)? {
            return Ok(());
        }
    }
    match args.json {
        true => print(&(serde_json::to_string_pretty(&race).unwrap_or_default() + "\n")),
        false => print(&show::clean(&shown(&race))),
    }
}

/// Everybody, the best first, and what follows.
fn shown(race: &Race) -> String {
    let metric = text(&format!("metric.{}", race.metric));
    let heads = [
        text("race.model"),
        format!(">{metric}"),
        format!(">{}", text("race.range")),
        format!(">{}", text("race.trials")),
        text("race.beside"),
    ];
    let mut table = TextTable::new(&heads.each_ref().map(String::as_str));
    for entry in &race.entries {
        let (score, interval) = entry.shown();
        let note = entry.note();
        table.row([entry.name(), score, interval, entry.tried(), note]);
    }
    let said = race.sentences().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    format!("{}\n{said}\n", table.lines())
}
