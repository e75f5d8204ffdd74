//! How a command ends when it does not end well.

use crate::show::{clean, problem_lines};
use atelier::base::{Problem, Stage};
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a command ends before its end.
#[derive(Debug)]
pub enum Failure {
    /// The input cannot be used, or a limit was reached.
    Problem(Box<Problem>),
    /// What was asked is answered by no; everything was said already.
    No,
    /// Nobody reads the output any more: that is no fault.
    Closed,
}

/// Ids of problems that say that a limit was reached.
const LIMITS: [&str; 7] = [
    "cli.too_many_bytes",
    "data.too_long_decoded",
    "data.too_many_bytes",
    "data.too_many_cells_expected",
    "data.too_many_cells_read",
    "data.too_many_columns",
    "join.too_many_cells",
];

impl Failure {
    /// A mistake in this program.
    pub fn internal() -> Self {
        Problem::new(Stage::Data, "cli.internal").into()
    }

    /// Tells it on stderr: what is wrong, where, what to do. Gives the exit code.
    pub fn report(&self) -> ExitCode {
        match self {
            Failure::Closed => ExitCode::SUCCESS,
            Failure::No => ExitCode::from(1),
            Failure::Problem(problem) => {
                // Where stderr is closed too there is nobody to tell.
                let _ = writeln!(io::stderr().lock(), "{}", clean(&problem_lines(problem)));
                ExitCode::from(if LIMITS.contains(&problem.message.id.as_str()) { 3 } else { 2 })
            }
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::Problem(Box::new(problem))
    }
}

impl From<io::Error> for Failure {
    /// An error of writing; a closed pipe is none.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Problem::new(Stage::Data, "cli.unwritable").with("reason", error).into(),
        }
    }
}
