//! `watch`: a new file against the rows of a study's training.

use crate::failure::Failure;
use crate::host::{self, WorkArgs};
use crate::input::{self, DataArgs, LimitArgs};
use crate::output::{print, tell};
use crate::run::read_new;
use crate::show::{self, TextTable, problems};
use atelier::base::{Figure, Message, text};
use atelier::recipe::{Recipe, Source};
use atelier::run::{Held, Retrained, Session, TrainStudy, Training, Watched, retrain::RetrainStudy, watch::watch};
use atelier::watch::{Change, Drift, Performance, Tests, Verdict};
use std::path::PathBuf;
use std::sync::Arc;

/// Compare a new file with the rows that a study learns from: columns, and with --train predictions and scores too. Ends
/// with 1 where a column, the predictions or the leading score drifted.
#[derive(clap::Args)]
pub struct Args {
    /// The study
    study: PathBuf,
    /// The file with new rows
    new: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Train the study, and compare what its chosen model says of both
    #[arg(long)]
    train: bool,
    /// Train the chosen model again with the new rows too, and compare the old model with the new one on rows that neither
    /// learned from
    #[arg(long)]
    retrain: bool,
    #[command(flatten)]
    work: WorkArgs,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut recipe = input::study(&args.study)?;
    recipe.seed = args.work.seed.unwrap_or(recipe.seed);
    let mut session = Session::default();
    read(args, &mut recipe, &mut session)?;
    if args.train || args.retrain {
        train(args, &recipe, &mut session)?;
    }
    read_new(&mut session, &recipe, &args.new, &args.limits.limits())?;
    let answer = watch(&mut session, &recipe)?.finish(&mut session)?;
    let watched: Watched = answer.read()?;
    let again = if args.retrain { Some(retrain(args, &recipe, &mut session)?) } else { None };
    match args.json {
        true => {
            let mut value = answer.value;
            if let Some(again) = &again {
                value["retrained"] = serde_json::to_value(again).unwrap_or_default();
            }
            print(&(serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"))?;
        }
        false => print(&shown(&watched, again.as_ref()))?,
    }
    match has_drifted(&watched) {
        true => Err(Failure::No),
        false => Ok(()),
    }
}

/// Reads the study's tables into the session.
fn read(args: &Args, recipe: &mut Recipe, session: &mut Session) -> Result<(), Failure> {
    let mut sources = Vec::new();
    for (source, path) in input::sources(recipe, &args.study, &args.data.all())? {
        let read = input::table(&path, &source.options, &args.limits.limits())?;
        tell(&problems(&input::other_file(recipe, &source, &read.summary)));
        let source = Source { sha256: read.summary.sha256.clone(), ..source };
        session.keep(&source, read);
        sources.push(source);
    }
    recipe.sources = sources;
    Ok(())
}

/// Trains the study.
fn train(args: &Args, recipe: &Recipe, session: &mut Session) -> Result<(), Failure> {
    let held = session.held(recipe)?;
    let mut study = TrainStudy::new(held, recipe)?;
    let shared = Held::shared(held.table.clone());
    let workers = args.work.workers();
    let ((trained, models), _) = host::complete(&mut study, shared, workers, &text("cli.run.training"))?;
    let training = Training::new(session.training_key(recipe)?, &trained, Arc::new(models));
    session.keep_training(training);
    Ok(())
}

/// Trains the chosen model again with the new rows, and compares.
fn retrain(args: &Args, recipe: &Recipe, session: &mut Session) -> Result<Retrained, Failure> {
    let mut study = RetrainStudy::new(session, recipe)?;
    let shared = Held::shared(session.held(recipe)?.table.clone());
    let (retrained, _) = host::complete(&mut study, shared, args.work.workers(), &text("cli.run.training"))?;
    Ok(retrained)
}

/// Whether anything drifted beyond its limits.
fn has_drifted(watched: &Watched) -> bool {
    let predictions = match &watched.predictions {
        Some(Ok(drift)) => drift.drifted > 0,
        Some(Err(_)) => true,
        None => false,
    };
    let score = watched.performance.as_ref().is_some_and(|performance| performance.change == Some(Change::Worse));
    watched.columns.drifted > 0 || !watched.columns.schema.missing.is_empty() || predictions || score
}

fn shown(watched: &Watched, again: Option<&Retrained>) -> String {
    let (before, after) = watched.columns.rows;
    let head = Message::new("watch.page.on").with("file", &watched.file).with("after", after).with("before", before);
    let mut out = format!("{head}\n");
    for said in &watched.verdict {
        out += &format!("- {said}\n");
    }
    if watched.copies > 0 {
        out += &format!("- {}\n", Message::new("watch.page.copies").with("count", watched.copies));
    }
    out += &format!("\n{}", table(&watched.columns));
    if let Some(Ok(drift)) = &watched.predictions {
        out += &format!("\n{}\n{}", text("watch.page.predictions"), table(drift));
    }
    if let Some(performance) = &watched.performance {
        let note = Message::new("watch.page.labelled").with("rows", watched.labelled);
        let names = ["watch.page.before", "watch.page.after"];
        out += &format!("\n{}: {note}\n{}", text("watch.page.performance"), scores(performance, names));
    }
    if let Some(again) = again {
        let rows = Message::new("watch.retrain.rows").with("old", again.old_rows).with("new", again.new_rows).with("folds", again.folds);
        let said = match again.performance.change {
            Some(Change::Better) => "watch.retrain.better",
            Some(Change::Worse) => "watch.retrain.worse",
            _ => "watch.retrain.undecided",
        };
        let names = ["watch.retrain.old", "watch.retrain.new"];
        out += &format!("\n{}: {rows}\n{}{}\n", text("watch.retrain"), scores(&again.performance, names), text(said));
    }
    show::clean(&out)
}

/// The leading score and the others, before beside after.
fn scores(performance: &Performance, names: [&str; 2]) -> String {
    let [before, after] = names.map(|id| format!(">{}", text(id)));
    let difference = format!(">{}", text("watch.page.difference"));
    let mut table = TextTable::new(&[&text("watch.page.metric"), &before, &after, &difference, &text("fair.page.verdict")]);
    for score in std::iter::once(performance).chain(&performance.others) {
        let gap = &score.difference;
        let shown = match (gap.low.value(), gap.high.value()) {
            (Some(low), Some(high)) => format!("{} [{}, {}]", show::figure(&gap.value), show::number(low), show::number(high)),
            _ => show::figure(&gap.value),
        };
        let word = match score.change {
            Some(Change::Worse) => text("watch.word.worse"),
            Some(Change::Better) => text("watch.word.better"),
            Some(Change::Undecided) => text("watch.word.undecided"),
            None => "-".to_owned(),
        };
        table.row([text(&format!("metric.{}", score.metric)), show::figure(&score.before), show::figure(&score.after), shown, word]);
    }
    table.lines()
}

fn table(drift: &Drift) -> String {
    let names = ["watch.page.column", "goal.kind", "watch.page.psi", "cli.watch.effect", "watch.page.p", "fair.page.verdict"].map(text);
    let [column, kind, psi, effect, p, verdict] = &names;
    let right = |name: &String| format!(">{name}");
    let mut table = TextTable::new(&[column, kind, &right(psi), &right(effect), &right(p), verdict]);
    for judged in &drift.columns {
        let (psi, effect) = match &judged.compared.tests {
            Tests::Numbers(found) => (found.distances.psi.into(), found.ks.into()),
            Tests::Categories(found) => (found.distances.psi.into(), found.cramers_v.clone()),
            Tests::None(reason) => (Figure::undefined(reason), Figure::undefined(reason)),
        };
        let number = |figure: &Figure| figure.value().map_or_else(|| "-".to_owned(), show::number);
        table.row([
            judged.compared.column.clone(),
            text(&format!("kind.{}", judged.compared.kind.id())),
            number(&psi),
            number(&effect),
            number(&judged.p_adjusted),
            word(&judged.verdict),
        ]);
    }
    table.lines()
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::TooFew { need } => Message::new("watch.verdict.too_few").with("need", need).to_string(),
        Verdict::Same => text("watch.verdict.same"),
        Verdict::Negligible => text("watch.verdict.negligible"),
        Verdict::Moderate => text("watch.verdict.moderate"),
        Verdict::Large => text("watch.verdict.large"),
        Verdict::NotJudged { reason } => {
            Message::new("watch.verdict.not_judged").with("reason", text(&format!("undefined.{reason}"))).to_string()
        }
    }
}
