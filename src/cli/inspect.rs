//! `inspect`: how a file is read.

use crate::failure::Failure;
use crate::input::{self, LimitArgs, ReadArgs};
use crate::output::print;
use crate::show::{self, TextTable, problem_json, problems};
use atelier::base::{Message, text};
use atelier::table::read::{Confidence, Quote, SuggestedRole, Summary};
use std::path::PathBuf;

/// Show how a table is read: separator, encoding, columns, and everything that is odd about it.
#[derive(clap::Args)]
pub struct Args {
    /// The table: a CSV file, packed by gzip or not; "-" reads standard input
    file: PathBuf,
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
    if args.json {
        let mut value = serde_json::to_value(&read.summary).unwrap_or_default();
        value["problems"] = read.summary.problems.iter().map(problem_json).collect();
        let json = serde_json::to_string_pretty(&value).unwrap_or_default();
        return print(&(json + "\n"));
    }
    let summary = &read.summary;
    let mut out = show::clean(&format!("{}\n\n", headline(summary)));
    out += &dialect(summary).lines();
    out.push('\n');
    out += &columns(summary).lines();
    if !summary.problems.is_empty() {
        out.push('\n');
        out += &problems(&summary.problems);
    }
    print(&out)
}

/// The file in one line.
pub fn headline(summary: &Summary) -> String {
    Message::new("cli.inspect.headline")
        .with("file", &summary.name)
        .with("rows", summary.tally.kept)
        .with("columns", summary.columns.len())
        .with("size", show::size(summary.size))
        .to_string()
}

fn dialect(summary: &Summary) -> TextTable {
    let mut table = TextTable::new(&[&text("cli.inspect.decision"), &text("cli.inspect.value"), &text("cli.inspect.why")]);
    let mut row = |id: &str, value: String, reason: String| table.row([text(id), value, reason]);
    let sign = |sign: char| if sign == '\t' { "\\t".to_owned() } else { sign.to_string() };
    let quote = summary.quote.value;
    row("cli.inspect.encoding", text(summary.encoding.value.text_id()), summary.encoding.reason.to_string());
    row("cli.inspect.delimiter", sign(summary.delimiter.value), summary.delimiter.reason.to_string());
    let quote_sign = if quote == Quote::None { text("cli.none") } else { quote.byte().map(char::from).map(sign).unwrap_or_default() };
    row("cli.inspect.quote", quote_sign, summary.quote.reason.to_string());
    row("cli.inspect.header", text(if summary.header.value { "cli.yes" } else { "cli.no" }), summary.header.reason.to_string());
    row("cli.inspect.skipped", summary.skip_lines.value.to_string(), summary.skip_lines.reason.to_string());
    let tally = summary.tally;
    let lines = Message::new("cli.inspect.tally")
        .with("kept", tally.kept)
        .with("repaired", tally.repaired)
        .with("rejected", tally.rejected)
        .with("blank", tally.blank);
    row("cli.inspect.lines", tally.records.to_string(), lines.to_string());
    let met = summary.markers.iter().filter(|marker| marker.count > 0);
    let markers: Vec<String> = met.map(|marker| format!("\"{}\" {}", marker.marker, marker.count)).collect();
    let missing: u64 = summary.markers.iter().map(|marker| marker.count).sum();
    row("cli.inspect.missing", missing.to_string(), markers.join(", "));
    row("cli.inspect.sha256", summary.sha256.chars().take(16).collect(), String::new());
    table
}

fn columns(summary: &Summary) -> TextTable {
    let headings = ["name", "kind", "sure", ">missing", ">different", "examples", "role"];
    let headings = headings.map(|heading| match heading.strip_prefix('>') {
        Some(heading) => format!(">{}", text(&format!("cli.inspect.column.{heading}"))),
        None => text(&format!("cli.inspect.column.{heading}")),
    });
    let mut table = TextTable::new(&headings.each_ref().map(String::as_str));
    for column in &summary.columns {
        let sure = match column.confidence {
            Confidence::Sure => "cli.yes",
            Confidence::Likely => "cli.likely",
            Confidence::Unsure => "cli.no",
        };
        let role = match column.role {
            None => String::new(),
            Some(SuggestedRole::RowId) => text("cli.role.row_id"),
            Some(SuggestedRole::Constant) => text("cli.role.constant"),
        };
        let more = if column.distinct.is_exact { "" } else { "+" };
        table.row([
            column.name.clone(),
            text(&format!("data.kind={}", column.kind.value.id())),
            text(sure),
            column.missing.to_string(),
            format!("{}{more}", column.distinct.count),
            show::shorten(&column.examples.iter().take(3).cloned().collect::<Vec<_>>().join(" | "), 40),
            role,
        ]);
    }
    table
}
