//! What every module speaks: form fields, problems, figures that may be undefined, jobs, message texts.

pub mod digest;
pub mod field;
pub mod figure;
pub mod job;
pub mod problem;
pub mod task;
pub mod text;

pub use digest::digest;
pub use field::{Field, Kind, Params};
pub use figure::{Figure, Undefined};
pub use job::{Advance, Job, Progress};
pub use problem::{Place, Problem, Severity, Stage};
pub use task::Task;
pub use text::{Message, text};
