//! `predict`: new rows with a model file. Rows go in and predictions out piece by piece, so that a file of any length needs
//! the memory of a piece.

use crate::failure::Failure;
use crate::input::{self, Input, LimitArgs, ReadArgs};
use crate::output::{OutArgs, refuse_existing, tell};
use crate::show::problems;
use atelier::base::{Problem, Stage};
use atelier::ship::Model;
use atelier::table::read::Stream;
use atelier::table::{Table, TableWriter, WriteOptions};
use std::io;
use std::path::PathBuf;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;

/// Predict the rows of a table with a model file; the predictions stand in front of its columns. The table may be of any
/// length: no more than a piece of it is in memory.
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
    let model = Model::from_bytes(&input::bytes(&args.model, &limits)?.1)?;
    let options = args.read.over(model.read_options());
    let mut input = Input::open(&args.file)?;
    let mut pieces = Pieces { stream: Stream::new(&input.name, &options, limits)?, piece: Vec::new(), rows: 0, most: args.read.rows() };
    // Before anything is written: a file that is no table, a column that is missing, a kind that does not fit.
    let first = pieces.next(&mut input)?.unwrap_or_default();
    model.answer(&first.take(&[]))?;

    let options = WriteOptions { mark_formulas: !args.keep_formulas, ..WriteOptions::default() };
    let mut ended = None;
    let written = args.out.write(|out| {
        let mut writer = TableWriter::new(out, options);
        let mut next = Some(first);
        while let Some(table) = next {
            let answered = predicted(&model, &table).and_then(|answered| Ok((answered, pieces.next(&mut input)?)));
            match answered {
                Ok((answered, following)) => {
                    writer.write(&answered)?;
                    next = following;
                }
                Err(failure) => {
                    ended = Some(failure);
                    return Err(io::Error::other("refused"));
                }
            }
        }
        writer.finish()
    });
    if let Some(failure) = ended {
        return Err(failure);
    }
    let written = written?;
    let mut notes = pieces.stream.problems();
    if written.marked > 0 {
        notes.push(Problem::note(Stage::Data, "cli.convert.marked").with("count", written.marked));
    }
    tell(&problems(&notes));
    Ok(())
}

/// Rows behind their predictions.
fn predicted(model: &Model, table: &Table) -> Result<Table, Failure> {
    let answer = model.answer(table)?;
    let mut columns = model.told(table, &answer);
    columns.extend(table.columns().iter().cloned());
    Ok(Table::new(columns))
}

/// The table, piece by piece.
struct Pieces {
    stream: Stream,
    piece: Vec<u8>,
    rows: u64,
    /// Rows wanted, at most.
    most: u64,
}

impl Pieces {
    /// The next rows; nothing behind the last one.
    fn next(&mut self, input: &mut Input) -> Result<Option<Table>, Failure> {
        while !input.is_over && self.rows < self.most {
            input.read(PIECE, &mut self.piece)?;
            if let Some(table) = self.stream.feed(&self.piece, input.is_over)? {
                let rows = table.rows().min(usize::try_from(self.most - self.rows).unwrap_or(usize::MAX));
                self.rows += rows as u64;
                return Ok(Some(if rows < table.rows() { table.take(&(0..rows).collect::<Vec<_>>()) } else { table }));
            }
        }
        Ok(None)
    }
}
