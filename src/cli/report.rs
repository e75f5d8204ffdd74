//! `report`: reads a report back, writes its page, compares it with another.

use crate::failure::Failure;
use crate::input;
use crate::output::{OutArgs, print, tell};
use crate::run::shown;
use crate::show::{TextTable, problems};
use atelier::base::{Problem, Stage, text};
use atelier::report::{Report, html};
use atelier::table::read::Limits;
use std::path::{Path, PathBuf};

/// Show a report of a run, write its page, or see whether another run came to the same.
#[derive(clap::Args)]
pub struct Args {
    /// The report.json of a run
    report: PathBuf,
    /// Another report; ends with 1 unless both are the same, and says which parts differ
    #[arg(long, value_name = "REPORT", conflicts_with = "out")]
    against: Option<PathBuf>,
    #[command(flatten)]
    out: OutArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let report = read(&args.report)?;
    match (&args.against, &args.out.out) {
        (Some(other), _) => compare(&report, &read(other)?),
        (None, Some(_)) => {
            let page = html::page(&report, &html::Aside::default());
            args.out.write(|out| out.write_all(page.as_bytes()))
        }
        (None, None) => print(&shown(&report, &[])),
    }
}

/// Reads a report, and says where it is not as it was written.
pub fn read(path: &Path) -> Result<Report, Failure> {
    let limits = Limits { bytes: 256 << 20, ..Limits::default() };
    let (name, bytes) = input::bytes(path, &limits)?;
    let text = String::from_utf8(bytes).map_err(|_| Problem::new(Stage::Ship, "cli.report.no_text").with("file", &name))?;
    let report = Report::from_json(&text)?;
    if report.to_json() != text.trim_end() {
        // The digest of such a file is not what its owner was told.
        tell(&problems(&[Problem::warning(Stage::Ship, "cli.report.changed").with("file", name)]));
    }
    Ok(report)
}

/// Part by part: same, different, or only in one of them.
fn compare(one: &Report, other: &Report) -> Result<(), Failure> {
    let (ones, others) = (one.part_digests(), other.part_digests());
    let mut table = TextTable::new(&[&text("cli.report.part"), &text("cli.report.verdict")]);
    let names = ones.iter().chain(others.iter().filter(|(name, _)| ones.iter().all(|(known, _)| known != name))).map(|(name, _)| *name);
    let find = |parts: &[(&str, String)], name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, digest)| digest.clone());
    for name in names {
        let verdict = match (find(&ones, name), find(&others, name)) {
            (Some(one), Some(other)) if one == other => "cli.report.same",
            (Some(_), Some(_)) => "cli.report.different",
            (Some(_), None) => "cli.report.only_first",
            _ => "cli.report.only_second",
        };
        table.row([text(&format!("report.part.{name}")), text(verdict)]);
    }
    print(&format!("{}\n {}\n {}\n", table.lines(), one.digest(), other.digest()))?;
    if one.digest() == other.digest() { Ok(()) } else { Err(Failure::No) }
}
