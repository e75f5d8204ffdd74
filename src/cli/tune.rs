//! `tune`: searches better settings for a model of a study, every trial in every fold.

use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{OutArgs, print, refuse_existing, tell};
use crate::run::{composed, refuse_errors};
use crate::show::{self, TextTable, problems};
use atelier::base::{Message, Params, Problem, Stage, text};
use atelier::metric::{METRICS, usual};
use atelier::recipe::{Own, Recipe, Tune};
use atelier::run::{Held, TuneStudy, Tuned, look};
use atelier::tune::{Objective, Outcome, PRUNERS, SAMPLERS, Trial, shape};
use clap::builder::PossibleValuesParser;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    /// How many sets of settings are tried; with --from, how many more [default: as the study says, otherwise 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    trials: Option<u16>,
    /// The metric that decides [default: as the study says, otherwise that of its first criterion, or the usual one]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(METRICS.iter().map(|metric| metric.id)))]
    metric: Option<String>,
    /// What is looked for besides: a metric, `size` for a small model, or a criterion of fairness for the protected columns of the
    /// study; may be given several times. The trials that no other beats in all of it are marked
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(Objective::ids()))]
    objective: Vec<String>,
    /// The way of searching [default: as the study says, otherwise tpe]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(SAMPLERS.iter().map(|sampler| sampler.id)))]
    sampler: Option<String>,
    /// The way of ending trials early, after some of their folds [default: as the study says, otherwise none]
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(PRUNERS.iter().map(|pruner| pruner.id)))]
    pruner: Option<String>,
    /// Stop after so many seconds; the trials that were reached are what counts [default: as the study says, otherwise no end]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
    /// Go on from an earlier search: the file that --json wrote. All of its trials are kept
    #[arg(long, value_name = "FILE", conflicts_with_all = ["model", "metric", "objective", "sampler", "pruner"])]
    from: Option<PathBuf>,
    /// Try these settings too, as a JSON object such as {"rate": 0.01}; may be given several times. What is left out stays as
    /// the model has it; they may lie beyond the ranges. With --from they are tried next
    #[arg(long = "try", value_name = "JSON", value_parser = own)]
    own: Vec<Params>,
    /// Go on within wider ranges where the best value lies at the end of one
    #[arg(long, requires = "from")]
    widen: bool,
    /// Judge the search itself instead: make it anew in every fold, on inner folds of the rows that the fold learns from
    #[arg(long, conflicts_with = "out")]
    nested: bool,
    #[command(flatten)]
    work: WorkArgs,
    /// Write the study with the best settings into this file
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the trials as a Python program that makes a study of Optuna of them
    #[arg(long, value_name = "FILE")]
    export_optuna: Option<PathBuf>,
    /// Replace the file where it is there already
    #[arg(long)]
    force: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    for path in args.out.iter().chain(&args.export_optuna) {
        refuse_existing(path, args.force)?;
    }
    let mut recipe = input::study(&args.study)?;
    recipe.seed = args.work.seed.unwrap_or(recipe.seed);
    let (table, outside) = composed(&recipe, &args.study, &args.data.all(), &args.limits.limits())?;
    tell(&problems(&outside.notes));
    let mut held = Held::shared(table);
    let looked = look(&mut held, &recipe);
    let earlier = args.from.as_deref().map(earlier).transpose()?;
    recipe.tune = Some(match &earlier {
        Some((_, tuned)) => further(args, tuned),
        None => search(args, &recipe, looked.task)?,
    });
    // What is wrong with the search it says itself.
    let found = look(&mut held, &recipe).problems;
    refuse_errors(found.into_iter().filter(|problem| problem.stage != Stage::Tune).collect())?;

    if args.nested {
        return crate::nested::run(held, &recipe, args.work.workers(), args.json);
    }
    let mut study = TuneStudy::going_on(&mut held, &recipe, earlier.as_ref().map_or(&[][..], |(bytes, _)| bytes.as_slice()))?;
    let workers = args.work.workers();
    let time = recipe.tune.as_ref().and_then(|tune| tune.seconds).map(|seconds| Duration::from_secs(seconds.into()));
    let (tuned, _) = host::complete_within(&mut study, held, workers, &text("cli.tune.searching"), time)?;
    recipe.tune = Some(tuned.tune.clone());
    if let Some(path) = &args.export_optuna {
        let out = OutArgs { out: Some(path.clone()), force: args.force };
        out.write(|out| out.write_all(tuned.optuna(&recipe.title).as_bytes()))?;
    }
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

/// An earlier search, as bytes and read.
fn earlier(path: &Path) -> Result<(Vec<u8>, Tuned), Failure> {
    let unreadable = |reason: String| Problem::new(Stage::Tune, "tune.unreadable_trials").with("reason", reason);
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let tuned = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok((bytes, tuned))
}

/// The search that goes on from an earlier one.
fn further(args: &Args, tuned: &Tuned) -> Tune {
    let trials = args.trials.map_or(if args.own.is_empty() { 20 } else { args.own.len() }, usize::from);
    let mut tune = tuned.further(trials, args.widen.then(|| tuned.wider()));
    tune.own = tuned.trying(args.own.clone()).own;
    tune.seconds = args.seconds;
    tune
}

/// Settings of a trial of one's own.
fn own(typed: &str) -> Result<Params, String> {
    serde_json::from_str(typed).map_err(|error| Message::new("cli.tune.no_object").with("reason", error).to_string())
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
    if !args.objective.is_empty() {
        tune.objectives = args.objective.iter().map(|id| Objective::of_id(id)).collect();
    }
    if let Some(sampler) = &args.sampler {
        // Settings of another way of searching mean nothing here.
        if *sampler != tune.sampler {
            tune.params.clear();
        }
        tune.sampler.clone_from(sampler);
    }
    if let Some(pruner) = &args.pruner {
        if *pruner != tune.pruner {
            tune.pruning.clear();
        }
        tune.pruner.clone_from(pruner);
    }
    tune.seconds = args.seconds.or(tune.seconds);
    tune.own.extend(args.own.iter().map(|values| Own { trial: 1, values: values.clone() }));
    Ok(tune)
}

/// The trials, the best one, and what is worth knowing of it.
fn shown(tuned: &Tuned) -> String {
    let metric = text(&format!("metric.{}", tuned.tune.metric));
    let paths: Vec<&str> = tuned.tune.space.parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    let right = |name: &str| format!(">{name}");
    let mut headings = vec![right(&text("tuning.trial")), right(&metric)];
    headings.extend(tuned.tune.objectives.iter().map(|objective| right(&objective.name())));
    headings.extend(paths.iter().map(|path| right(path)));
    headings.push(String::new());
    let mut table = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for trial in &tuned.trials {
        let mut cells = vec![trial.number.to_string(), score(trial)];
        let also = |at: usize| trial.also.get(at).map_or_else(|| "-".to_owned(), |value| show::number(*value));
        cells.extend((0..tuned.tune.objectives.len()).map(also));
        cells.extend(paths.iter().map(|path| trial.values.get(*path).map_or_else(|| "-".to_owned(), value)));
        cells.push(match (&trial.outcome, tuned.best == Some(trial.number)) {
            (Outcome::Failed(problem), _) => problem.message.to_string(),
            (Outcome::Pruned { after, score }, _) => {
                Message::new("tuning.pruned_after").with("count", *after).with("score", show::number(*score)).to_string()
            }
            (Outcome::GivenUp { fold, epoch }, _) => {
                Message::new("tuning.given_up").with("fold", fold + 1).with("epoch", *epoch).to_string()
            }
            (_, is_best) if tuned.front.contains(&trial.number) => {
                format!("{}{}", if is_best { "* " } else { "" }, text("chart.front.yes"))
            }
            (_, is_best) => [is_best.then(|| "*".to_owned()), trial.mark()].into_iter().flatten().collect::<Vec<_>>().join(" "),
        });
        table.row(cells);
    }
    let head = Message::new("cli.tune.headline")
        .with("model", text(&format!("model.{}", tuned.model)))
        .with("trials", tuned.trials.len())
        .with("metric", metric);
    let mut out = format!("{head}\n\n{}", table.lines());
    if tuned.out_of_time {
        out += &format!("\n{}\n", Message::new("tuning.out_of_time").with("count", tuned.trials.len()));
    }
    if let Some(gained) = tuned.gained() {
        out += &format!("\n{gained}\n");
    }
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
