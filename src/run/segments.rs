//! Segments of the rows that may be looked at, with what each is like in a few words.

use super::explore::Seen;
use super::session::Session;
use super::work::{Answer, Begun};
use crate::base::{Message, Problem};
use crate::chart::format::{figure, percent};
use crate::profile::{Segment, SegmentQuestion, Segments, SegmentsJob, Trait, TraitOf};
use crate::recipe::{Recipe, digest_of};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Traits that are put into words, at most.
const SAID: usize = 4;
/// A trait is worth a word from this difference on: a small effect by Cohen's measure is 0.2.
const WORTH: f64 = 0.3;
/// A level that so many have is what they mostly are.
const MOSTLY: f64 = 0.5;

/// Segments and what is said of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToldSegments {
    /// The segments.
    pub found: Segments,
    /// What each is like, in the order of the segments.
    pub words: Vec<Vec<Message>>,
}

impl ToldSegments {
    /// Puts segments into words.
    pub fn of(found: Segments) -> Self {
        let words = found.segments.iter().map(words).collect();
        Self { found, words }
    }
}

/// Divides the rows that may be looked at into segments: a [`ToldSegments`]. Where no columns are named, those that the study
/// learns from count.
///
/// # Errors
/// See [`Session::held`] and [`SegmentsJob::new`].
pub fn segments(session: &mut Session, recipe: &Recipe, question: SegmentQuestion) -> Result<Begun, Problem> {
    let seen = Seen::of(session, recipe)?;
    let names: Vec<&str> = match question.columns.is_empty() {
        true => seen.table.names().filter(|name| recipe.goal.is_input(name)).collect(),
        false => question.columns.iter().map(String::as_str).collect(),
    };
    let key = digest_of(&("segments", &seen.digest, &seen.options, seen.sealing(), &names, &question));
    if let Some(known) = session.known(&key) {
        return Ok(Begun::Now(Answer { value: known, body: Vec::new() }));
    }
    let job = SegmentsJob::new(Arc::new(seen.columns(&names)), question, seen.options)?;
    Begun::job(job, move |segmented, session| {
        let answer = Answer::json(&ToldSegments::of(segmented.segments));
        session.know(key, answer.value.clone());
        Ok(answer)
    })
}

/// What a segment is like: its strongest traits that are worth a word.
fn words(segment: &Segment) -> Vec<Message> {
    let worth = segment.traits.iter().filter(|own| own.difference.abs() >= WORTH).take(SAID);
    let said: Vec<Message> = worth.map(word).collect();
    if said.is_empty() { vec![Message::new("segments.like_all")] } else { said }
}

fn word(own: &Trait) -> Message {
    let is_more = own.difference > 0.0;
    let column = |id: &str| Message::new(id).with("column", &own.column);
    match &own.of {
        TraitOf::Number { mean, overall, .. } => {
            column(if is_more { "segments.high" } else { "segments.low" }).with("mean", figure(*mean)).with("overall", figure(*overall))
        }
        TraitOf::Date { median, overall, .. } => {
            column(if is_more { "segments.late" } else { "segments.early" }).with("median", median).with("overall", overall)
        }
        TraitOf::Level { level, inside, outside, .. } => {
            let id = match (level, is_more) {
                (Some(_), true) if *inside >= MOSTLY => "segments.mostly",
                (Some(_), true) => "segments.more",
                (Some(_), false) => "segments.less",
                (None, true) => "segments.gaps_more",
                (None, false) => "segments.gaps_less",
            };
            let said = column(id).with("inside", percent(*inside)).with("outside", percent(*outside));
            match level {
                Some(level) => said.with("level", level),
                None => said,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Figure;

    #[test]
    fn a_segment_is_told_by_what_sets_it_apart() {
        let own = |column: &str, difference: f64, of: TraitOf| Trait { column: column.to_owned(), difference, of };
        let level =
            |level: Option<&str>, inside: f64, outside: f64| TraitOf::Level { level: level.map(str::to_owned), rows: 1, inside, outside };
        let segment = |traits: Vec<Trait>| Segment { rows: 9, share: 0.1, silhouette: Figure::Value(0.5), traits, target: None };
        let said = |traits: Vec<Trait>| words(&segment(traits)).iter().map(ToString::to_string).collect::<Vec<_>>();
        let told = said(vec![
            own("age", 1.2, TraitOf::Number { n: 9, mean: 45.25, median: 44.0, overall: 30.0 }),
            own("class", 1.0, level(Some("3rd"), 0.81, 0.4)),
            own("fare", -0.9, TraitOf::Number { n: 9, mean: 7.0, median: 7.0, overall: 33.0 }),
            own("cabin", 0.5, level(None, 0.9, 0.6)),
            own("port", -0.4, level(Some("S"), 0.1, 0.7)),
        ]);
        assert_eq!(
            told,
            [
                "higher age (45.25 on average, 30 over all)",
                "mostly class 3rd (81% here, 40% elsewhere)",
                "lower fare (7 on average, 33 over all)",
                "cabin missing more often (90% here, 60% elsewhere)",
            ]
        );
        assert_eq!(said(vec![own("port", -0.1, level(Some("S"), 0.1, 0.7))]), ["much like all rows"]);
        let of = TraitOf::Date { n: 9, median: "2024-05-01".to_owned(), overall: "2020-01-01".to_owned() };
        assert_eq!(said(vec![own("day", 0.8, of)]), ["later day (2024-05-01 in the middle, 2020-01-01 over all)"]);
        assert_eq!(said(vec![own("port", 0.4, level(Some("S"), 0.3, 0.1))]), ["more often port S (30% here, 10% elsewhere)"]);
    }
}
