//! Reading a source's bytes into the session.

use super::session::Session;
use super::work::{Answer, Begun};
use crate::base::{Problem, Stage};
use crate::recipe::Source;
use crate::table::read::{Limits, start};

/// Reads bytes; answers with the summary. The source is known from then on by the digest of its bytes and its options.
///
/// # Errors
/// Bytes that hold no table.
pub fn read(source: Box<Source>, body: Vec<u8>) -> Result<Begun, Problem> {
    let job = start(body, &source.file, &source.options, Limits::default())?;
    Begun::job(job, move |read, session| {
        let source = Source { sha256: read.summary.sha256.clone(), ..*source };
        let answer = Answer::json(&read.summary);
        session.keep(&source, read);
        Ok(answer)
    })
}

/// How a source was read: a [`crate::table::read::Summary`].
///
/// # Errors
/// A source that is not read, or not so.
pub fn summary(session: &Session, source: &Source) -> Result<Begun, Problem> {
    Begun::json(session.summary(source).ok_or_else(|| Problem::new(Stage::Data, "run.no_table"))?)
}
