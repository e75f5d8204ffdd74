//! `new`: the study that the page starts with for a table and a target, with other tables joined to it where they are
//! given.

use crate::failure::Failure;
use crate::input::{self, LimitArgs, ReadArgs};
use crate::output::{OutArgs, tell};
use crate::run::Named;
use crate::show::{clean, problems};
use atelier::base::{Message, Problem, Severity, Stage};
use atelier::learn::network::{KIND, PRESETS, preset};
use atelier::recipe::{Join, Recipe, Source, compose};
use atelier::run::{Held, begin, look};
use atelier::table::join::{How, KeyPair, suggest};
use atelier::table::read::{Limits, ReadOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Make a first study of a table: goal, preparation, models, folds. Ends with 1 where it cannot be run as it is.
#[derive(clap::Args)]
pub struct Args {
    /// The table
    file: PathBuf,
    /// The column to predict
    #[arg(short, long, value_name = "COLUMN")]
    target: String,
    /// Further tables that are joined to it, in order
    #[arg(long, value_name = "NAME=FILE", num_args = 1..)]
    data: Vec<String>,
    /// How a further table is joined, such as airlines:carrier=code:left [default: by columns of equal names, keeping every row]
    #[arg(long, value_name = "NAME:KEYS:HOW")]
    join: Vec<String>,
    /// What the study is called [default: the name of the file]
    #[arg(long)]
    title: Option<String>,
    /// What the network starts from
    #[arg(long, value_name = "PRESET", value_parser = clap::builder::PossibleValuesParser::new(PRESETS.iter().map(|preset| preset.id)))]
    network: Option<String>,
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
    let limits = args.limits.limits();
    let mut joins = args.join.iter().map(|text| parse(text)).collect::<Result<Vec<Join>, Problem>>()?;
    let mut recipe = Recipe { seed: args.seed, ..Recipe::new() };
    let mut tables = Vec::new();
    add(&mut recipe, &mut tables, &args.file, None, args.read.options(), &limits)?;
    recipe.title = args.title.clone().unwrap_or_else(|| recipe.sources[0].name.clone());
    for given in &args.data {
        let (name, file) = given.split_once('=').map_or((None, given.as_str()), |(name, file)| (Some(name), file));
        let main = compose(&tables, &recipe.joins, &limits)?.table;
        let summary = add(&mut recipe, &mut tables, Path::new(file), name, ReadOptions::default(), &limits)?;
        let Some((name, table)) = tables.last().cloned() else { continue };
        let mut join = match joins.iter().position(|join| join.source == name) {
            Some(place) => joins.remove(place),
            None => Join { source: name, keys: Vec::new(), how: How::Left },
        };
        if join.keys.is_empty() {
            join.keys = suggest(&main, &table).keys;
        }
        recipe.joins.push(join.clone());
        let composed = compose(&tables, &recipe.joins, &limits)?;
        if let Some(report) = composed.joins.last() {
            recipe.goal.roles.extend(join.roles(&summary, &report.renamed));
        }
        tell(&joined(&join, main.rows(), composed.table.rows(), composed.table.columns().len()));
    }
    if let Some(join) = joins.first() {
        return Err(Problem::new(Stage::Data, "cli.bad_join").with("join", &join.source).into());
    }
    let composed = compose(&tables, &recipe.joins, &limits)?;
    let mut held = Held::shared(composed.table);
    let mut recipe = begin(&held, &recipe, &args.target)?;
    if let Some(preset) = args.network.as_deref().and_then(preset::find) {
        let task = look(&mut held, &recipe).task;
        let place = recipe.models.iter().position(|candidate| candidate.model == KIND.id);
        if let (Some(task), Some(at)) = (task, place) {
            recipe.apply(atelier::recipe::preset(&recipe, at, preset, task))?;
        }
    }
    args.out.write(|out| out.write_all(recipe.to_json().as_bytes()))?;
    tell(&problems(&composed.notes));
    let found = look(&mut held, &recipe).problems;
    tell(&problems(&found));
    // The study is there to be mended, but it cannot be run as it is.
    match found.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(Failure::No),
        false => Ok(()),
    }
}

/// Reads a file as the next source; the first one's columns get the roles that they seem to have.
fn add(
    recipe: &mut Recipe,
    tables: &mut Vec<Named>,
    file: &Path,
    name: Option<&str>,
    options: ReadOptions,
    limits: &Limits,
) -> Result<atelier::table::read::Summary, Failure> {
    let read = input::table(file, &options, limits)?;
    let summary = read.summary;
    let name = name.map_or_else(|| input::stem(&summary.name), str::to_owned);
    if recipe.sources.iter().any(|source| source.name == name) {
        return Err(Problem::new(Stage::Data, "join.name_twice").with("source", name).into());
    }
    let source = Source { name: name.clone(), file: summary.name.clone(), options, ..Source::default() }.read_as(&summary);
    if recipe.sources.is_empty() {
        recipe.goal.roles = summary.suggested_roles();
    } else {
        let misleading: Vec<Problem> = summary.problems.iter().filter(|problem| problem.severity > Severity::Note).cloned().collect();
        tell(&problems(&misleading));
    }
    recipe.sources.push(source);
    tables.push((name, Arc::new(read.table)));
    Ok(summary)
}

/// A join as it is written: the name of a table, its keys, which rows stay.
fn parse(text: &str) -> Result<Join, Problem> {
    let wrong = || Problem::new(Stage::Data, "cli.bad_join").with("join", text);
    let mut parts = text.split(':').map(str::trim);
    let source = parts.next().filter(|name| !name.is_empty()).ok_or_else(wrong)?.to_owned();
    let keys = parts.next().unwrap_or_default();
    let how = parts.next().unwrap_or("left");
    let key = |text: &str| -> KeyPair {
        let (left, right) = text.split_once('=').unwrap_or((text, text));
        (left.trim().to_owned(), right.trim().to_owned())
    };
    let keys: Vec<KeyPair> = keys.split(',').filter(|key| !key.trim().is_empty()).map(key).collect();
    let how = How::ALL.into_iter().find(|known| known.id() == how).ok_or_else(wrong)?;
    if parts.next().is_some() || keys.iter().any(|(left, right)| left.is_empty() || right.is_empty()) {
        return Err(wrong());
    }
    Ok(Join { source, keys, how })
}

/// What a join came to, as a line.
fn joined(join: &Join, before: usize, rows: usize, columns: usize) -> String {
    let keys: Vec<String> =
        join.keys.iter().map(|(left, right)| if left == right { left.clone() } else { format!("{left} = {right}") }).collect();
    let said = Message::new("cli.new.joined")
        .with("source", &join.source)
        .with("keys", keys.join(", "))
        .with("before", before)
        .with("rows", rows)
        .with("columns", columns);
    clean(&format!("{said}\n"))
}
