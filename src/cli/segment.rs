//! `segment`: the rows of a table divided into groups that are like each other, and what each is like.

use crate::failure::Failure;
use crate::host;
use crate::input::{self, LimitArgs, ReadArgs};
use crate::output::{OutArgs, print, refuse_existing, tell};
use crate::show::{self, TextTable, clean, problems};
use atelier::base::{Message, Params, Problem, Severity, Stage, text};
use atelier::chart::format::percent;
use atelier::learn::cluster::{self, NOISE};
use atelier::profile::{LevelTarget, Options, SegmentQuestion, Segments, SegmentsJob, TargetValues};
use atelier::run::ToldSegments;
use atelier::table::{Column, Table, WriteOptions, write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Classes of the target that are told of a segment, at most.
const CLASSES: usize = 4;

/// Divide the rows of a table into segments of rows that are like each other, and say what each is like; with --out also
/// write every row behind the number of its segment.
#[derive(clap::Args)]
pub struct Args {
    /// The table: a CSV file, packed by gzip or not; "-" reads standard input
    file: PathBuf,
    /// The way of finding segments
    #[arg(short, long, value_name = "ID", default_value = "kmeans", value_parser = ["agglomerative", "dbscan", "kmeans"])]
    method: String,
    /// How many segments there are to be [default: from 2 to 10 the number with the best silhouette]
    #[arg(short = 'n', long, value_name = "N")]
    segments: Option<i64>,
    /// The columns by which rows are compared [default: numbers, categories and dates but those that name the rows]
    #[arg(short, long, value_name = "COLUMN", value_delimiter = ',')]
    columns: Vec<String>,
    /// A column that takes no part and is told of each segment
    #[arg(short, long, value_name = "COLUMN")]
    target: Option<String>,
    /// How far two segments are from each other, of a hierarchy: ward, complete, average or single
    #[arg(long, value_name = "ID")]
    linkage: Option<String>,
    /// How far neighbours may be from each other, for density [default: where distances turn up most]
    #[arg(long, value_name = "DISTANCE")]
    eps: Option<f64>,
    /// Rows within reach that make a row a core, for density
    #[arg(long, value_name = "N")]
    min_samples: Option<i64>,
    /// The seed of everything that is random
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    out: OutArgs,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    if let Some(path) = &args.out.out {
        refuse_existing(path, args.out.force)?;
    }
    let question = SegmentQuestion { method: args.method.clone(), params: params(args)?, columns: args.columns.clone() };
    let read = input::table(&args.file, &args.read.options(), &args.limits.limits())?;
    let misleading: Vec<Problem> = read.summary.problems.into_iter().filter(|problem| problem.severity > Severity::Note).collect();
    tell(&problems(&misleading));
    let (table, name) = (Arc::new(read.table), read.summary.name);
    let options = Options { target: args.target.clone(), seed: args.seed, ..Options::default() };
    let segmented = host::finish(SegmentsJob::new(table.clone(), question, options)?, &text("cli.segment.looking"))?;
    if args.out.out.is_some() {
        let labelled = labelled(&table, &segmented.labels);
        args.out.write(|out| write(&labelled, WriteOptions::default(), out))?;
    }
    let told = ToldSegments::of(segmented.segments);
    tell(&problems(&told.found.notes));
    match (args.out.out.as_deref() == Some(Path::new("-")), args.json) {
        (true, _) => Ok(()),
        (false, true) => print(&(serde_json::to_string_pretty(&told).unwrap_or_default() + "\n")),
        (false, false) => print(&clean(&shown(&name, &told))),
    }
}

/// The settings that are given here.
fn params(args: &Args) -> Result<Params, Failure> {
    let mut params = Params::new();
    if let Some(count) = args.segments {
        if !cluster::find(&args.method).is_some_and(|clusterer| clusterer.takes_number) {
            return Err(Problem::new(Stage::Explore, "cli.segment.no_number").with("method", &args.method).into());
        }
        params.insert("number".to_owned(), "given".into());
        params.insert("n_clusters".to_owned(), count.into());
    }
    if let Some(linkage) = &args.linkage {
        params.insert("linkage".to_owned(), linkage.as_str().into());
    }
    if let Some(eps) = args.eps {
        params.insert("reach".to_owned(), "given".into());
        params.insert("eps".to_owned(), eps.into());
    }
    if let Some(count) = args.min_samples {
        params.insert("min_samples".to_owned(), count.into());
    }
    Ok(params)
}

/// The rows behind the number of their segment, counted from 1; nothing stands before a row that belongs to none.
fn labelled(table: &Table, labels: &[u32]) -> Table {
    let mut name = "segment".to_owned();
    while table.column(&name).is_some() {
        name.push('_');
    }
    let numbers = labels.iter().map(|&label| if label == NOISE { f64::NAN } else { f64::from(label) + 1.0 }).collect();
    let mut columns = vec![Column::number(name, numbers)];
    columns.extend(table.columns().iter().cloned());
    Table::new(columns)
}

fn shown(file: &str, told: &ToldSegments) -> String {
    let found = &told.found;
    let count = found.segments.len() + found.more;
    let headline = Message::new("cli.segment.headline")
        .with("file", file)
        .with("rows", found.rows)
        .with("count", count)
        .with("method", text(&format!("cluster.{}", found.method)))
        .with("columns", found.columns.join(", "));
    let mut out = format!("{headline}\n");
    let mut also = |id: &str, count: Option<usize>| {
        if let Some(count) = count {
            out += &format!("{}\n", Message::new(id).with("rows", count));
        }
    };
    also("segments.divided", found.divided);
    also("segments.judged", found.judged);
    also("segments.noise", (found.noise > 0).then_some(found.noise));
    if let Some(eps) = found.eps {
        out += &format!("{}\n", Message::new("segments.eps").with("eps", show::number(eps)));
    }
    out += &format!("\n{}", numbers(found).lines());
    for (place, (segment, words)) in found.segments.iter().zip(&told.words).enumerate() {
        let line = Message::new("cli.segment.one")
            .with("number", place + 1)
            .with("rows", segment.rows)
            .with("share", percent(segment.share))
            .with("silhouette", show::figure(&segment.silhouette));
        out += &format!("\n{line}\n");
        words.iter().for_each(|word| out += &format!("  {word}\n"));
        if let Some(target) = segment.target.as_ref().and_then(|target| target_of(found, target)) {
            out += &format!("  {target}\n");
        }
    }
    if found.more > 0 {
        out += &format!("\n{}\n", Message::new("segments.more_of_them").with("count", found.more));
    }
    out
}

/// What each number of segments is worth; a star marks the one that it is.
fn numbers(found: &Segments) -> TextTable {
    let headings = ["segments", "silhouette", "within", "calinski_harabasz", "davies_bouldin"];
    let headings: Vec<String> = headings.iter().map(|id| format!(">{}", text(&format!("segments.figure.{id}")))).collect();
    let mut table = TextTable::new(&headings.iter().map(String::as_str).chain([""]).collect::<Vec<_>>());
    for (place, tried) in found.tried.iter().enumerate() {
        let figures = [&tried.silhouette, &tried.within, &tried.calinski_harabasz, &tried.davies_bouldin];
        let star = if place == found.chosen { "*" } else { "" };
        table.row([tried.count.to_string()].into_iter().chain(figures.map(show::figure)).chain([star.to_owned()]));
    }
    table
}

/// The target in a segment: the frequent classes, or the mean.
fn target_of(found: &Segments, target: &LevelTarget) -> Option<String> {
    let profile = found.target.as_ref()?;
    match (target, &profile.values) {
        (LevelTarget::Shares(shares), TargetValues::Classes { names, .. }) => {
            let mut classes: Vec<(&str, f64)> =
                names.iter().zip(shares).filter_map(|(name, share)| Some((name.as_str(), share.share.value()?))).collect();
            classes.sort_by(|a, b| b.1.total_cmp(&a.1));
            let told =
                classes.iter().take(CLASSES).filter(|(_, share)| *share > 0.0).map(|(name, share)| format!("{name} {}", percent(*share)));
            Some(format!("{}: {}", profile.column, told.collect::<Vec<_>>().join(", ")))
        }
        (LevelTarget::Mean(mean), _) => {
            let said = Message::new("explore.mean_of").with("target", &profile.column);
            Some(format!("{said}: {}", show::figure(&mean.mean)))
        }
        _ => None,
    }
}
