//! `predict`: new rows with a model file.

use crate::failure::Failure;
use crate::input::{self, LimitArgs};
use crate::output::{OutArgs, refuse_existing, tell};
use crate::show::problems;
use atelier::base::{Problem, Stage};
use atelier::ship::Model;
use atelier::table::{Table, TableWriter, WriteOptions};
use std::io;
use std::path::PathBuf;

/// Rows predicted at a time.
const BATCH: usize = 10_000;

/// Predict the rows of a table with a model file; the predictions stand in front of its columns.
#[derive(clap::Args)]
pub struct Args {
    /// The model file: `model.atelier-model` of a run, or saved from the page
    model: PathBuf,
    /// The table; "-" reads standard input
    file: PathBuf,
    #[command(flatten)]
    out: OutArgs,
    /// Do not put an apostrophe before texts that a spreadsheet would run as a formula
    #[arg(long)]
    keep_formulas: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    if let Some(path) = &args.out.out {
        refuse_existing(path, args.out.force)?;
    }
    let limits = args.limits.limits();
    let model = Model::from_bytes(&input::bytes(&args.model, &limits)?.1)?;
    let read = input::table(&args.file, &model.read_options(), &limits)?;
    let table = read.table;
    // Before anything is written: a column that is missing, a kind that does not fit.
    model.answer(&table.take(&[]))?;
    let options = WriteOptions { mark_formulas: !args.keep_formulas, ..WriteOptions::default() };
    let mut refused = None;
    let written = args.out.write(|out| {
        let mut writer = TableWriter::new(out, options);
        let mut next = 0;
        while next < table.rows() || next == 0 {
            let rows: Vec<usize> = (next..table.rows().min(next + BATCH)).collect();
            let part = table.take(&rows);
            let answer = match model.answer(&part) {
                Ok(answer) => answer,
                Err(problem) => {
                    refused = Some(problem);
                    return Err(io::Error::other("refused"));
                }
            };
            let mut columns = model.told(&part, &answer);
            columns.extend(part.columns().iter().cloned());
            writer.write(&Table::with_origins(columns, part.origins().to_vec()))?;
            next += BATCH;
        }
        writer.finish()
    });
    if let Some(problem) = refused {
        return Err(problem.into());
    }
    let mut notes = read.summary.problems;
    notes.retain(|problem| problem.message.id != "data.option_without_column");
    let written = written?;
    if written.marked > 0 {
        notes.push(Problem::note(Stage::Data, "cli.convert.marked").with("count", written.marked));
    }
    tell(&problems(&notes));
    Ok(())
}
