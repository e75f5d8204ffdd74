//! Reading a source's bytes into the session.

use super::work::{Answer, Begun};
use crate::base::Problem;
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
        session.keep(&source, read.table, &read.summary.problems);
        Ok(Answer::json(&read.summary))
    })
}
