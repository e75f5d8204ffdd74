//! `profile`: what the columns of a table are like, and what deserves a look.

use crate::failure::Failure;
use crate::host;
use crate::input::{self, LimitArgs, ReadArgs};
use crate::output::{print, tell};
use crate::show::{self, TextTable, clean, number, problems, shorten};
use atelier::base::{Figure, Message, Problem, Severity, text, text::find};
use atelier::profile::{Alert, ColumnProfile, Figures, Options, Profile, ProfileJob};
use std::path::PathBuf;
use std::sync::Arc;

/// Show what the columns of a table are like, and what deserves a look: gaps, leaks, outliers, duplicates.
#[derive(clap::Args)]
pub struct Args {
    /// The table: a CSV file, packed by gzip or not; "-" reads standard input
    file: PathBuf,
    /// The column to predict: what each column alone says of it, leaks and balance
    #[arg(short, long, value_name = "COLUMN")]
    target: Option<String>,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let read = input::table(&args.file, &args.read.options(), &args.limits.limits())?;
    let misleading: Vec<Problem> = read.summary.problems.into_iter().filter(|problem| problem.severity > Severity::Note).collect();
    tell(&problems(&misleading));
    let options = Options { target: args.target.clone(), ..Options::default() };
    let profile = host::finish(ProfileJob::new(Arc::new(read.table), options)?, &text("cli.profile.looking"))?;
    if args.json {
        return print(&(serde_json::to_string_pretty(&profile).unwrap_or_default() + "\n"));
    }
    let mut out = Message::new("cli.profile.headline")
        .with("file", &read.summary.name)
        .with("rows", profile.rows)
        .with("columns", profile.columns.len())
        .with("duplicates", profile.duplicates)
        .to_string();
    out += "\n\n";
    out += &columns(&profile).lines();
    for alert in &profile.alerts {
        out += &format!("\n{}", shown(alert));
    }
    if profile.alerts.is_empty() {
        out += &format!("\n{}\n", text("cli.profile.no_alerts"));
    }
    print(&clean(&out))
}

/// A column a row.
fn columns(profile: &Profile) -> TextTable {
    let mut ids = vec!["name", "kind", ">missing", ">different", ">mean", ">sd", ">min", ">median", ">max", "top"];
    if profile.target.is_some() {
        ids.insert(4, ">power");
    }
    let headings: Vec<String> = ids
        .iter()
        .map(|id| match id.strip_prefix('>') {
            Some(id) => format!(">{}", text(&format!("cli.profile.column.{id}"))),
            None => text(&format!("cli.profile.column.{id}")),
        })
        .collect();
    let mut table = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for column in &profile.columns {
        let mut cells = vec![
            column.name.clone(),
            text(&format!("data.kind={}", column.kind.id())),
            share(column.missing, profile.rows),
            column.distinct().to_string(),
        ];
        if profile.target.is_some() {
            cells.push(column.power.as_ref().map_or(String::new(), |power| figure(&power.score)));
        }
        cells.extend(figures(column));
        table.row(cells);
    }
    table
}

/// Mean, standard deviation, least, median, greatest, most frequent.
fn figures(column: &ColumnProfile) -> [String; 6] {
    let none = String::new;
    match &column.of {
        Figures::Number(of) => {
            let median = of.quantiles.get(3).copied().map_or_else(none, number);
            [figure(&of.mean), figure(&of.sd), figure(&of.min), median, figure(&of.max), none()]
        }
        Figures::Date(of) => {
            let shown = |date: &Option<String>| date.clone().unwrap_or_default();
            [none(), none(), shown(&of.first), shown(&of.median), shown(&of.last), none()]
        }
        Figures::Texts(of) => {
            let level = |level: &atelier::profile::Level| format!("{} {}", shorten(&level.text, 16), level.count);
            let top = of.top.iter().take(3).map(level).collect::<Vec<_>>().join(", ");
            [none(), none(), none(), none(), none(), top]
        }
    }
}

fn figure(figure: &Figure) -> String {
    figure.value().map_or_else(|| "-".to_owned(), number)
}

fn share(part: usize, whole: usize) -> String {
    match part {
        0 => "0".to_owned(),
        part => format!("{part} ({:.1}%)", 100.0 * part as f64 / whole as f64),
    }
}

/// An alert: what, why and what to do, and the clicks that the page offers.
fn shown(alert: &Alert) -> String {
    let severity = text(match alert.severity {
        Severity::Note => "cli.note",
        Severity::Warning => "cli.warning",
        Severity::Error => "cli.error",
    });
    let mut lines = format!("{severity}: {}\n", alert.message);
    let id = format!("{}.hint", alert.message.id);
    if find(&id).is_some() {
        let hint = Message { id, ..alert.message.clone() };
        lines += &format!("  {hint}\n");
    }
    if !alert.suggestions.is_empty() {
        let actions: Vec<String> = alert.suggestions.iter().map(|suggestion| text(&format!("action.{}", suggestion.action))).collect();
        lines += &format!("  {}: {}\n", text("cli.to_do"), actions.join("; "));
    }
    show::clean(&lines)
}
