//! `export`: a model file in the form of another tool.

use crate::failure::Failure;
use crate::input::{self, LimitArgs};
use crate::output::{OutArgs, print, refuse_existing, tell};
use crate::report;
use crate::show::{self, problems};
use atelier::base::{Message, Problem, Stage};
use atelier::run::ship::Exported;
use atelier::ship::{EXPORTS, Facts, Model, export};
use clap::builder::PossibleValuesParser;
use std::path::{Path, PathBuf};

/// Write a model for another tool: ONNX, an MLflow folder, its card, its report. What can be compared with the model is
/// compared before it is written.
#[derive(clap::Args)]
pub struct Args {
    /// The model file: `model.atelier-model` of a run, or saved from the page
    model: PathBuf,
    /// Rows to compare the export on, such as those of the training [default: rows made of what the columns held there]
    rows: Option<PathBuf>,
    /// What to write
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(EXPORTS.iter().map(|export| export.id)))]
    to: String,
    /// The report.json of the run that made the model; cards and reports are made of it [default: the one beside the model]
    #[arg(long, value_name = "REPORT")]
    report: Option<PathBuf>,
    /// Say as JSON what was written
    #[arg(long)]
    json: bool,
    /// The file to write; "-" writes to standard output
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file where it is there already
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    limits: LimitArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    let to_stdout = args.out == Path::new("-");
    if !to_stdout {
        refuse_existing(&args.out, args.force)?;
    }
    let limits = args.limits.limits();
    let model = Model::from_bytes(&input::bytes(&args.model, &limits)?.1)?;
    let report = match &args.report {
        Some(path) => Some(report::read(path)?),
        None => {
            let beside = args.model.with_file_name("report.json");
            if beside.is_file() { Some(report::read(&beside)?) } else { None }
        }
    };
    // Another run's report beside the model says nothing of it; one that was named is a mistake.
    let report = report.filter(|report| args.report.is_some() || report.digest() == model.report);
    if let Some(report) = report.as_ref().filter(|report| report.digest() != model.report) {
        return Err(Problem::new(Stage::Ship, "cli.export.other_report").with("digest", report.digest()).with("own", &model.report).into());
    }
    let rows = match &args.rows {
        Some(path) => input::table(path, &model.read_options(), &limits)?.table,
        None => model.rows_as_in_training()?,
    };
    let kind = export::find(&args.to).ok_or_else(|| Problem::new(Stage::Ship, "ship.no_export").with("kind", &args.to))?;
    let facts = Facts { model: &model, report: report.as_ref(), openings: None, rows: &rows };
    let (file, checked) = (kind.make)(&facts)?;
    let out = OutArgs { out: Some(args.out.clone()), force: args.force };
    out.write(|out| out.write_all(&file.bytes))?;

    let name = args.out.display().to_string();
    let exported = Exported { name: name.clone(), media: file.media.to_owned(), size: file.bytes.len(), checked };
    if to_stdout {
        return Ok(());
    }
    if args.json {
        return print(&(serde_json::to_string_pretty(&exported).unwrap_or_default() + "\n"));
    }
    let mut said = format!("{}\n", Message::new("cli.export.written").with("file", name).with("size", show::size(exported.size as u64)));
    if let Some(checked) = &exported.checked {
        said +=
            &format!("{}\n", Message::new("ship.checked").with("rows", checked.rows).with("largest", format!("{:.1e}", checked.largest)));
        if args.rows.is_none() {
            tell(&problems(&[Problem::note(Stage::Ship, "cli.export.made_rows")]));
        }
    }
    print(&show::clean(&said))
}
