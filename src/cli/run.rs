//! `run`: fits every model of a study in every fold, judges it, and says whether the criteria are met.

use crate::compared;
use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{self, print, tell};
use crate::show::{self, TextTable, problems};
use crate::tree;
use atelier::base::{Message, Problem, Severity, Stage, Task, text};
use atelier::judge::{CriterionOutcome, Evaluation, Judged, On, Setup, Verdict};
use atelier::learn::Target;
use atelier::metric::Interval;
use atelier::recipe::{Recipe, compose};
use atelier::report::{Extra, Nested, Report, html};
use atelier::run::nested::nested_key;
use atelier::run::report::{Sealed, gather};
use atelier::run::session::Outside;
use atelier::run::{
    CandidateOutcome, Held, NestedStudy, Purpose, Session, TrainStudy, Trained, TrainedModels, Training, look, nested, open_sealed, other,
};
use atelier::table::read::Limits;
use atelier::table::{Column, Strings, Table, WriteOptions, write};
use clap::builder::PossibleValuesParser;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Run a study: fit its models in every fold, judge them, hold them against the criteria.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// End with 1 unless every criterion is met
    #[arg(long)]
    strict: bool,
    /// Judge the chosen model on the held-out rows too [default: where a criterion asks for it and no parts are named]
    #[arg(long)]
    held_out: bool,
    /// Leave the held-out rows sealed, also where a criterion asks for them
    #[arg(long, conflicts_with_all = ["held_out", "with"])]
    keep_sealed: bool,
    /// The parts that the report holds beside the training, exactly these: held_out, nested, explanation, stress, fairness, drift
    #[arg(long = "with", value_name = "PARTS", value_delimiter = ',', value_parser = PossibleValuesParser::new(Extra::ALL.map(Extra::id)))]
    with: Vec<String>,
    /// The file with new rows that --with drift compares with those of the training
    #[arg(long, value_name = "FILE", requires = "with")]
    new: Option<PathBuf>,
    /// Of several classes, the one that explanation and fairness look at [default: as the study says, otherwise the first]
    #[arg(long, value_name = "NAME")]
    class: Option<String>,
    #[command(flatten)]
    work: WorkArgs,
    /// Write study, report, predictions of every row, model file and timings into this folder
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace these files where they are there already
    #[arg(long)]
    force: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Files that a run writes.
const FILES: [&str; 6] = ["study.json", "report.json", "report.html", "predictions.csv", "model.atelier-model", "timings.json"];

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut recipe = input::study(&args.study)?;
    recipe.seed = args.work.seed.unwrap_or(recipe.seed);
    if args.class.is_some() {
        recipe.explain.class.clone_from(&args.class);
    }
    let wants = |extra: Extra| args.with.iter().any(|id| id == extra.id());
    match (wants(Extra::Drift), &args.new) {
        (true, None) => return Err(Problem::new(Stage::Watch, "cli.run.no_new").into()),
        (false, Some(file)) => return Err(Problem::new(Stage::Watch, "cli.run.new_for_nothing").with("file", file.display()).into()),
        _ => {}
    }
    if let Some(folder) = &args.out {
        for file in FILES {
            output::refuse_existing(&folder.join(file), args.force)?;
        }
    }
    let began = Instant::now();
    let (table, outside) = composed(&recipe, &args.study, &args.data.all(), &args.limits.limits())?;
    tell(&problems(&outside.notes));
    let read = began.elapsed();
    let mut held = Held::shared(table);
    refuse_errors(look(&mut held, &recipe).problems)?;
    if let Some(class) = &args.class {
        let setup = held.setup(&recipe)?;
        refuse_class(class, &setup)?;
    }

    let mut study = TrainStudy::new(&mut held, &recipe)?;
    let workers = args.work.workers();
    let (((trained, models), held), times) = host::complete_timed(&mut study, held, workers, &text("cli.run.training"))?;
    let spent = by_model(&times, trained.candidates.len(), trained.rows.folds.len() + 1);
    let (nested, held) = match wants(Extra::Nested) {
        true => worth(held, &recipe, workers)?,
        false => (None, held),
    };
    let fitted = began.elapsed();
    let models = Arc::new(models);
    let mut session = Session::default();
    session.hold_for(&recipe, held, outside);
    let training = Training::new(session.training_key(&recipe)?, &trained, models.clone());
    session.keep_training(training);
    if let Some(nested) = nested {
        let key = nested_key(&mut session, &recipe)?;
        session.know(key, json!(nested));
    }

    if let Some(path) = &args.new {
        read_new(&mut session, &recipe, path, &args.limits.limits())?;
    }

    // Named parts are all that is looked at; otherwise the criteria decide about the sealed rows.
    let by_criterion =
        args.with.is_empty() && !args.keep_sealed && recipe.goal.criteria.iter().any(|criterion| criterion.on == On::HeldOut);
    let asked = args.held_out || wants(Extra::HeldOut) || by_criterion;
    let sealed = if asked { opened(session.held(&recipe)?, &recipe, &models)? } else { None };
    let has = |extra: &Extra| if *extra == Extra::HeldOut { sealed.is_some() } else { wants(*extra) };
    let extras: Vec<Extra> = Extra::ALL.into_iter().filter(has).collect();
    let report = host::finish(gather(&mut session, &recipe, &extras, Sealed::Open)?, &text("cli.run.looking"))?.finish(&mut session)?;
    let done = began.elapsed();
    let json = report.to_json();
    if let Some(folder) = &args.out {
        let predictions = predictions(session.held(&recipe)?, &recipe, &trained, &models, sealed.as_ref())?;
        std::fs::create_dir_all(folder)
            .map_err(|error| Problem::new(Stage::Data, "cli.unwritable_file").with("file", folder.display()).with("reason", error))?;
        output::file(&folder.join(FILES[0]), args.force, |out| out.write_all(recipe.to_json().as_bytes()))?;
        output::file(&folder.join(FILES[1]), args.force, |out| out.write_all(json.as_bytes()))?;
        let page = html::page(&report, &html::Aside::default());
        output::file(&folder.join(FILES[2]), args.force, |out| out.write_all(page.as_bytes()))?;
        output::file(&folder.join(FILES[3]), args.force, |out| write(&predictions, WriteOptions::default(), out).map(|_| ()))?;
        let (model, _) = atelier::run::ship::model(&mut session, &recipe, report.digest())?;
        output::file(&folder.join(FILES[4]), args.force, |out| out.write_all(&model.to_bytes()))?;
        // Beside the report and not in it: they differ from run to run.
        let seconds = |time: Duration| (time.as_secs_f64() * 1e3).round() / 1e3;
        let timings = json!({
            "workers": workers,
            "seconds": {
                "read": seconds(read),
                "train": seconds(fitted - read),
                "look_closer": seconds(done - fitted),
                "all": seconds(began.elapsed()),
            },
            // Of all fits of each model together, in the order of the study; fits of several threads overlap.
            "models": spent.iter().map(|&time| seconds(Duration::from_secs_f64(time))).collect::<Vec<_>>(),
        });
        output::file(&folder.join(FILES[5]), args.force, |out| writeln!(out, "{timings:#}"))?;
    }
    match args.json {
        true => print(&(json + "\n"))?,
        false => print(&shown(&report, &spent))?,
    }
    match args.strict && report.criteria.iter().any(|outcome| outcome.verdict != Verdict::Met) {
        true => Err(Failure::No),
        false => Ok(()),
    }
}

/// What the search of a study is worth.
fn worth(mut held: Held, recipe: &Recipe, workers: usize) -> Result<(Option<Nested>, Held), Failure> {
    let mut study = NestedStudy::of_tuning(&mut held, recipe)?;
    let (worth, held) = host::complete(&mut study, held, workers, &text("cli.tune.searching"))?;
    Ok((Some(nested::naming(recipe)?(worth)), held))
}

/// The seconds that the fits of each model took together; each has so many tasks in a row.
fn by_model(times: &BTreeMap<u64, Duration>, models: usize, fits: usize) -> Vec<f64> {
    let of = |model: usize| times.range((model * fits) as u64..((model + 1) * fits) as u64).map(|(_, time)| time.as_secs_f64()).sum();
    (0..models).map(of).collect()
}

/// Reads a file of new rows as the second one to watch, and tells what was wrong with it.
pub fn read_new(session: &mut Session, recipe: &Recipe, path: &Path, limits: &Limits) -> Result<(), Failure> {
    let (file, bytes) = input::bytes(path, limits)?;
    other::read(session, recipe, &file, Purpose::Watch, bytes)?.finish(session)?;
    let found = session.other(Purpose::Watch).map(|other| other.summary.problems.clone()).unwrap_or_default();
    tell(&problems(&found.into_iter().filter(|problem| problem.severity > Severity::Note).collect::<Vec<_>>()));
    Ok(())
}

/// Refuses a class that cannot be the one that is explained.
fn refuse_class(class: &str, setup: &Setup) -> Result<(), Failure> {
    // Of two classes it is always the positive one.
    let known = match setup.task {
        Task::Multiclass => setup.classes.clone(),
        Task::Binary => setup.classes.last().cloned().into_iter().collect(),
        Task::Regression => Vec::new(),
    };
    match known.iter().any(|known| known == class) {
        true => Ok(()),
        false if known.is_empty() => Err(Problem::new(Stage::Explain, "explain.no_classes").with("class", class).into()),
        false => Err(Problem::new(Stage::Explain, "explain.no_class").with("class", class).with("known", known.join(", ")).into()),
    }
}

/// Tells the problems of a study; refuses it where one of them is an error.
pub fn refuse_errors(found: Vec<Problem>) -> Result<(), Failure> {
    let (errors, notes): (Vec<Problem>, Vec<Problem>) = found.into_iter().partition(|problem| problem.severity == Severity::Error);
    tell(&problems(&notes));
    let Some((last, before)) = errors.split_last() else { return Ok(()) };
    tell(&problems(before));
    Err(last.clone().into())
}

/// The table of a study, read and joined, and what is known of its reading.
pub fn composed(recipe: &Recipe, study: &Path, data: &[String], limits: &Limits) -> Result<(Arc<Table>, Outside), Failure> {
    let mut outside = tables(recipe, study, data, limits)?;
    let composed = compose(&outside.tables, &recipe.joins, limits)?;
    outside.notes.extend(composed.notes);
    Ok((composed.table, outside))
}

/// A table by the name of its source.
pub type Named = (String, Arc<Table>);

/// The tables of a study as they are read, the main one first, and what there is to say about them.
pub fn tables(recipe: &Recipe, study: &Path, data: &[String], limits: &Limits) -> Result<Outside, Failure> {
    let mut outside = Outside::default();
    for (source, path) in input::sources(recipe, study, data)? {
        let read = input::table(&path, &source.options, limits)?;
        if outside.tables.is_empty() {
            outside.reading = source.options.settled(&read.summary);
        }
        outside.notes.extend(input::other_file(recipe, &source, &read.summary));
        outside.notes.extend(read.summary.problems.into_iter().filter(|problem| problem.severity > Severity::Note));
        outside.tables.push((source.name, Arc::new(read.table)));
    }
    Ok(outside)
}

/// What the chosen model says of the held-out rows; nothing where the study holds none out.
fn opened(held: &mut Held, recipe: &Recipe, models: &TrainedModels) -> Result<Option<Judged>, Failure> {
    match open_sealed(held, recipe, models, recipe.chosen) {
        Ok((judged, _)) => Ok(Some(judged)),
        Err(problem) if matches!(problem.message.id.as_str(), "judge.nothing_sealed" | "judge.candidate_failed") => {
            tell(&problems(&[Problem { severity: Severity::Warning, ..problem }]));
            Ok(None)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The predictions of the chosen model: a row each, with the number of the row in the file, the fold that did not see it
/// (or that it was held out), its answer and what was predicted.
fn predictions(
    held: &mut Held,
    recipe: &Recipe,
    trained: &Trained,
    models: &TrainedModels,
    sealed: Option<&Judged>,
) -> Result<Table, Failure> {
    let setup = held.setup(recipe)?;
    let folds = models.judged.get(recipe.chosen).and_then(Option::as_ref);
    // A row that several folds predict stands there once, with the mean of what they said and all of their numbers.
    let by_row = folds.map(folds_of).unwrap_or_default();
    let parts: Vec<_> = folds.into_iter().chain(sealed).map(Judged::once).collect();
    let classes = &trained.rows.classes;
    let mut rows = Vec::new();
    let mut fold = Vec::new();
    let mut truth = (Vec::new(), Vec::new());
    let names = setup.plan_output().columns().iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let mut answers = vec![Vec::new(); names.len()];
    for part in &parts {
        rows.extend(part.rows.iter().map(|&row| f64::from(setup.inputs.origins()[row]) + 1.0));
        match part.folds.is_empty() {
            true => fold.extend(part.rows.iter().map(|_| text("cli.run.held_out"))),
            false => fold.extend(part.rows.iter().map(|row| by_row.get(row).cloned().unwrap_or_default())),
        }
        match &part.target {
            Target::Classes { codes, .. } => truth.0.extend(codes.iter().map(|&code| classes.get(code as usize).cloned())),
            Target::Values(values) => truth.1.extend(values),
        }
        for (place, answer) in answers.iter_mut().enumerate() {
            answer.extend(part.answer.column(place));
        }
    }
    let name = recipe.goal.target.clone().unwrap_or_default();
    let truth = match truth {
        (classes, values) if classes.is_empty() => Column::number(name, values),
        (classes, _) => Column::category(name, Strings::from_texts(classes)),
    };
    let mut columns = vec![
        Column::number(text("cli.run.row"), rows),
        Column::category(text("cli.run.fold"), Strings::from_texts(fold.into_iter().map(Some))),
        truth,
    ];
    columns.extend(names.into_iter().zip(answers).map(|(name, values)| Column::number(name, values)));
    Ok(Table::new(columns))
}

/// The numbers of the folds that predicted each row.
fn folds_of(judged: &Judged) -> BTreeMap<usize, String> {
    let mut folds = BTreeMap::<usize, String>::new();
    for (row, fold) in judged.rows.iter().zip(&judged.folds) {
        let said = folds.entry(*row).or_default();
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&(fold + 1).to_string());
    }
    folds
}

/// The outcome for people.
/// How long each model took is shown where it is known: `seconds`, one for each.
pub fn shown(report: &Report, seconds: &[f64]) -> String {
    let (recipe, rows) = (&report.recipe, &report.rows);
    let held_out = report.held_out.as_ref().map(|part| &part.evaluation);
    let verdicts: &[CriterionOutcome] = &report.criteria;
    let mut out = Message::new("cli.run.headline")
        .with("title", &recipe.title)
        .with("target", recipe.goal.target.as_deref().unwrap_or_default())
        .with("task", text(&format!("task.{}", rows.task.id())))
        .with("inputs", rows.inputs)
        .with("training", rows.training)
        .with("held_out", rows.held_out)
        .with("folds", rows.folds.len())
        .to_string()
        + "\n\n";
    let names = names(recipe, &report.candidates);
    let mut headings = vec![text("cli.run.metric")];
    headings.extend(names.iter().cloned());
    if held_out.is_some() {
        headings.push(Message::new("cli.run.on_held_out").with("model", names.get(recipe.chosen).map_or("", String::as_str)).to_string());
    }
    let mut table = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for metric in atelier::metric::for_task(rows.task) {
        let score = |evaluation: Option<&Evaluation>| {
            let score = evaluation.and_then(|evaluation| evaluation.scores.iter().find(|score| score.metric == metric.id));
            score.map_or("-".to_owned(), |score| interval(&score.all))
        };
        let mut cells = vec![text(&format!("metric.{}", metric.id))];
        cells.extend(report.candidates.iter().map(|candidate| score(candidate.evaluation.as_ref())));
        cells.extend(held_out.map(|evaluation| score(Some(evaluation))));
        table.row(cells);
    }
    compared::costs(&report.candidates, seconds).into_iter().for_each(|cells| table.row(cells));
    out += &show::clean(&table.lines());
    out += &format!("\n{}\n", text("cli.run.intervals"));
    out += &compared::comparison(report, &atelier::report::html::models(report));
    if !verdicts.is_empty() {
        let mut table =
            TextTable::new(&[&text("cli.run.criterion"), &text("cli.run.on"), &text("cli.run.value"), &text("cli.run.verdict")]);
        for outcome in verdicts {
            let criterion = &outcome.criterion;
            let bound = if criterion.bound == atelier::judge::Bound::AtLeast { ">=" } else { "<=" };
            let on = if criterion.on == On::Folds { "cli.run.on_folds" } else { "cli.run.held_out" };
            let verdict = match outcome.verdict {
                Verdict::Met => "cli.run.met",
                Verdict::NotMet => "cli.run.not_met",
                Verdict::Undecided => "cli.run.undecided",
            };
            let metric = text(&format!("metric.{}", criterion.metric));
            table.row([
                format!("{metric} {bound} {}", criterion.value),
                text(on),
                outcome.interval.as_ref().map_or("-".to_owned(), interval),
                text(verdict),
            ]);
        }
        out += &format!("\n{}", show::clean(&table.lines()));
    }
    let tree = tree::lines(report);
    if !tree.is_empty() {
        out += &format!("\n{}", show::clean(&tree));
    }
    for (candidate, name) in report.candidates.iter().zip(&names) {
        let notes = candidate.fits.last().map_or(&[][..], |fit| &fit.notes);
        for problem in candidate.problem.iter().chain(notes) {
            out += &format!("\n{}", show::clean(&format!("{name}: {}\n", show::problem_lines(problem))));
        }
    }
    out += &show::problems(&rows.notes);
    out + &format!("\n{}\n", Message::new("cli.run.digest").with("digest", report.digest()))
}

/// The names of the models, with a number where one stands twice, a star at the chosen one.
fn names(recipe: &Recipe, candidates: &[CandidateOutcome]) -> Vec<String> {
    let plain: Vec<String> = candidates.iter().map(|candidate| text(&format!("model.{}", candidate.model))).collect();
    (0..plain.len())
        .map(|place| {
            let before = plain[..place].iter().filter(|other| **other == plain[place]).count();
            let number = if before > 0 { format!(" ({})", before + 1) } else { String::new() };
            format!("{}{}{number}", if place == recipe.chosen { "* " } else { "" }, plain[place])
        })
        .collect()
}

/// A figure with its interval.
fn interval(interval: &Interval) -> String {
    match (interval.low.value(), interval.high.value()) {
        (Some(low), Some(high)) => format!("{} [{}, {}]", show::figure(&interval.value), show::number(low), show::number(high)),
        _ => show::figure(&interval.value),
    }
}
