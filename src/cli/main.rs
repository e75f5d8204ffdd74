//! `atelier`, the command line: the engine of the studio without the page.
//!
//! A command reads files, asks the engine, and writes what it answers; it holds no logic of its own. It ends with 0 where
//! all went well, with 1 where what was asked is answered by no (criteria not met with `run --strict`, a study with
//! problems for `check` and `new`, drift for `watch`), with 2 where the input cannot be used, with 3 where a limit was reached.

mod check;
mod compared;
mod convert;
mod export;
mod failure;
mod grow;
mod host;
mod input;
mod inspect;
mod list;
mod nested;
mod new;
mod output;
mod predict;
mod profile;
mod rate;
mod report;
mod run;
mod search;
mod segment;
mod show;
mod tree;
mod tune;
mod watch;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// Train, judge and explain models of tables, as in the studio's page, from a terminal.
#[derive(Parser)]
#[command(name = "atelier", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Args),
    Convert(convert::Args),
    Export(export::Args),
    Grow(grow::Args),
    Inspect(inspect::Args),
    List(list::Args),
    New(new::Args),
    Predict(predict::Args),
    Profile(profile::Args),
    Rate(rate::Args),
    Report(report::Args),
    Run(run::Args),
    Search(search::Args),
    Segment(segment::Args),
    Tune(tune::Args),
    Watch(watch::Args),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    output::clean_up_when_interrupted();
    // A mistake of ours must not look like one of the input; the panic itself was told on stderr.
    let outcome = std::panic::catch_unwind(|| match command {
        Command::Check(args) => check::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Grow(args) => grow::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::List(args) => list::run(&args),
        Command::New(args) => new::run(&args),
        Command::Predict(args) => predict::run(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Rate(args) => rate::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Segment(args) => segment::run(&args),
        Command::Tune(args) => tune::run(&args),
        Command::Watch(args) => watch::run(&args),
    });
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => failure.report(),
        Err(_) => Failure::internal().report(),
    }
}
