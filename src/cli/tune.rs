//! `tune`: searches better settings for a model of a study, every trial in every fold.

use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{OutArgs, print, refuse_existing, tell};
use crate::run::{composed, refuse_errors};
use crate::show::{self, TextTable, problems};
use atelier::base::{Message, Problem, Stage, text};
use atelier::metric::{METRICS, usual};
use atelier::recipe::{Recipe, Tune};
use atelier::run::{Held, TuneStudy, Tuned, look};
use atelier::tune::{Outcome, SAMPLERS, Trial, shape};
use clap::builder::PossibleValuesParser;
use serde_json::Value;
use std::path::PathBuf;

/// Search better settings for a model: the search of the study where it has one, otherwise the usual one for its model.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// The model to tune, by its place in the study, from 1 [default: that of the study's search, otherwise the chosen one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    model: Option<u16>,
    /// How many sets of settings are tried [default: as the study says, otherwise 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    trials: Option<u16>,
    /// The metric that decides [default: as the study says, otherwise that of its first criterion, or the usual one]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(METRICS.iter().map(|metric| metric.id)))]
    metric: Option<String>,
    /// The way of searching [default: as the study says, otherwise tpe]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(SAMPLERS.iter().map(|sampler| sampler.id)))]
    sampler: Option<String>,
    #[command(flatten)]
    work: WorkArgs,
    /// Write the study with the best settings into this file
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file where it is there already
    #[arg(long)]
    force: bool,
    /// Print the trials as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    if let Some(path) = &args.out {
        refuse_existing(path, args.force)?;
    }
    let mut recipe = input::study(&args.study)?;
    recipe.seed = args.work.seed.unwrap_or(recipe.seed);
    let (table, outside) = composed(&recipe, &args.study, &args.data.all(), &args.limits.limits())?;
    tell(&problems(&outside.notes));
    let mut held = Held::shared(table);
    let looked = look(&mut held, &recipe);
    recipe.tune = Some(search(args, &recipe, looked.task)?);
    // What is wrong with the search it says itself.
    let found = look(&mut held, &recipe).problems;
    refuse_errors(found.into_iter().filter(|problem| problem.stage != Stage::Tune).collect())?;

    let mut study = TuneStudy::new(&mut held, &recipe)?;
    let workers = args.work.workers();
    let (tuned, _) = host::complete(&mut study, held, workers, &text("cli.tune.searching"))?;
    if let Some(path) = &args.out {
        let params = tuned.params.clone().ok_or_else(|| Problem::new(Stage::Tune, "cli.tune.nothing"))?;
        if let Some(model) = recipe.models.get_mut(tuned.tune.candidate) {
            model.params = params;
        }
        let out = OutArgs { out: Some(path.clone()), force: args.force };
        out.write(|out| out.write_all(recipe.to_json().as_bytes()))?;
        if path.as_os_str() == "-" {
            return Ok(());
        }
    }
    match args.json {
        true => print(&(serde_json::to_string_pretty(&tuned).unwrap_or_default() + "\n")),
        false => print(&show::clean(&shown(&tuned))),
    }
}

/// The search of the study, changed as asked for; the usual one where there is none.
fn search(args: &Args, recipe: &Recipe, task: Option<atelier::base::Task>) -> Result<Tune, Failure> {
    let place = args.model.map(|number| usize::from(number) - 1);
    let known = recipe.tune.clone().filter(|tune| place.is_none_or(|place| place == tune.candidate));
    let mut tune = match known {
        Some(tune) => tune,
        None => {
            let own = recipe.goal.criteria.first().map(|criterion| criterion.metric.clone());
            let metric = own.or_else(|| task.map(|task| usual(task).to_owned())).unwrap_or_default();
            let none = || Problem::new(Stage::Tune, "cli.tune.no_model").with("count", recipe.models.len());
            Tune::usual(recipe, place.unwrap_or(recipe.chosen), metric).ok_or_else(none)?
        }
    };
    tune.trials = args.trials.map_or(tune.trials, usize::from);
    tune.metric = args.metric.clone().unwrap_or(tune.metric);
    if let Some(sampler) = &args.sampler {
        // Settings of another way of searching mean nothing here.
        if *sampler != tune.sampler {
            tune.params.clear();
        }
        tune.sampler.clone_from(sampler);
    }
    Ok(tune)
}

/// The trials, the best one, and what is worth knowing of it.
fn shown(tuned: &Tuned) -> String {
    let metric = text(&format!("metric.{}", tuned.tune.metric));
    let paths: Vec<&str> = tuned.tune.space.parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    let right = |name: &str| format!(">{name}");
    let mut headings = vec![right(&text("tuning.trial")), right(&metric)];
    headings.extend(paths.iter().map(|path| right(path)));
    headings.push(String::new());
    let mut table = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for trial in &tuned.trials {
        let mut cells = vec![trial.number.to_string(), score(trial)];
        cells.extend(paths.iter().map(|path| trial.values.get(*path).map_or_else(|| "-".to_owned(), value)));
        cells.push(match (&trial.outcome, tuned.best == Some(trial.number), trial.asked_for) {
            (Outcome::Failed(problem), ..) => problem.message.to_string(),
            (_, true, true) => format!("* {}", text("tuning.present_mark")),
            (_, true, false) => "*".to_owned(),
            (_, false, true) => text("tuning.present_mark"),
            _ => String::new(),
        });
        table.row(cells);
    }
    let head = Message::new("cli.tune.headline")
        .with("model", text(&format!("model.{}", tuned.model)))
        .with("trials", tuned.trials.len())
        .with("metric", metric);
    let mut out = format!("{head}\n\n{}", table.lines());
    for border in &tuned.borders {
        let id = if border.upper { "tuning.border.upper" } else { "tuning.border.lower" };
        let said = Message::new(id).with("parameter", &border.path).with("value", value(&border.value));
        out += &format!("\n{said} {}\n", text("tuning.border.detail"));
    }
    out
}

fn score(trial: &Trial) -> String {
    trial.score().map_or_else(|| "-".to_owned(), show::number)
}

fn value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => number.as_f64().map_or_else(String::new, show::number),
        other => shape(other).unwrap_or_else(|| other.to_string()),
    }
}
