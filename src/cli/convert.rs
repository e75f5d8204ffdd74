//! `convert`: a table as clean CSV.

use crate::failure::Failure;
use crate::input::{self, LimitArgs, ReadArgs};
use crate::output::{OutArgs, refuse_existing, tell};
use crate::show::problems;
use atelier::base::{Job, Problem, Stage};
use atelier::table::read::{ColumnOptions, Limits, Read, ReadOptions, start};
use atelier::table::{Kind, WriteOptions, write};
use std::path::PathBuf;
use std::sync::Arc;

/// Write a table as clean CSV: UTF-8, commas, one line a row, numbers with a decimal point, dates by ISO 8601.
#[derive(clap::Args)]
pub struct Args {
    /// The table; "-" reads standard input
    file: PathBuf,
    #[command(flatten)]
    out: OutArgs,
    /// Keep every cell as the text that it is; only empty cells are missing
    #[arg(long)]
    raw: bool,
    /// Do not put an apostrophe before texts that a spreadsheet would run as a formula
    #[arg(long)]
    keep_formulas: bool,
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
    let limits = args.limits.limits();
    let mut options = args.read.options();
    if args.raw {
        options.missing.get_or_insert_default();
        // The names of the columns are needed to say what they are.
        let (name, bytes) = input::bytes(&args.file, &limits)?;
        let first = ReadOptions { rows: Some(1), ..options.clone() };
        let bytes = Arc::new(bytes);
        let head = finish(bytes.clone(), &name, &first, limits)?;
        let text = ColumnOptions { kind: Some(Kind::Text), ..ColumnOptions::default() };
        options.columns = head.table.names().map(|name| (name.to_owned(), text)).collect();
        return put(args, &finish(bytes, &name, &options, limits)?);
    }
    put(args, &input::table(&args.file, &options, &limits)?)
}

fn finish(bytes: Arc<Vec<u8>>, name: &str, options: &ReadOptions, limits: Limits) -> Result<Read, Failure> {
    Ok(start(bytes, name, options, limits)?.finish()?)
}

fn put(args: &Args, read: &Read) -> Result<(), Failure> {
    let options = WriteOptions { mark_formulas: !args.keep_formulas, ..WriteOptions::default() };
    let written = args.out.write(|out| write(&read.table, options, out))?;
    let mut notes = read.summary.problems.clone();
    if written.marked > 0 {
        notes.push(Problem::note(Stage::Data, "cli.convert.marked").with("count", written.marked));
    }
    tell(&problems(&notes));
    Ok(())
}
