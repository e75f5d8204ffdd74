//! Which part of the engine answers which question: one line each.

use super::cells::Cells;
use super::look::{self, begin, look_in};
use super::message::Ask;
use super::session::Session;
use super::work::{Answer, Begun};
use super::{
    duplicates, explain, explore, fair, grow, join, judge, nested, other, preview, prove, race, rates, read, report, retrain, segments,
    ship, stress, train, tune, watch,
};
use crate::base::{Problem, Stage};
use crate::learn::network;

/// Begins to answer a question on what the session keeps.
///
/// # Errors
/// The problem that ends the request.
pub fn answer(session: &mut Session, ask: Ask, body: Vec<u8>) -> Result<Begun, Problem> {
    match ask {
        Ask::Read(source) => read::read(source, body),
        Ask::Summary(source) => read::summary(session, &source),
        Ask::JoinCounts { recipe, place, join } => join::count(session, &recipe, place, &join),
        Ask::Duplicates(recipe) => duplicates::duplicates(session, &recipe),
        Ask::Look(recipe) => Begun::json(&look_in(session, &recipe)),
        Ask::Folds(recipe) => Begun::json(&look::folds(session.held(&recipe)?, &recipe)?),
        Ask::Begin { recipe, target } => Begun::json(&begin(session.held(&recipe)?, &recipe, &target)?),
        Ask::Cells { first, count } => Begun::json(&Cells::of(&session.last_held()?.table, first, count)),
        Ask::Train(recipe) => train::train(session, &recipe),
        Ask::Restore => train::restore(session, &body),
        Ask::Profile(recipe) => explore::profile(session, &recipe),
        Ask::Column { recipe, column } => explore::column(session, &recipe, &column),
        Ask::Pair { recipe, a, b } => explore::pair(session, &recipe, &a, &b),
        Ask::Seen { recipe, first, count } => explore::rows(session, &recipe, first, count),
        Ask::Segments { recipe, question } => segments::segments(session, &recipe, question),
        Ask::Preview(recipe) => preview::preview(session, &recipe),
        Ask::Prove(recipe) => prove::prove(session, &recipe),
        Ask::Cases { recipe, which, count } => Begun::json(&judge::cases(session, &recipe, which, count)?),
        Ask::OpenHeldOut { recipe, candidate } => judge::open(session, &recipe, candidate),
        Ask::Opened { recipe, opened } => judge::opened_before(session, &recipe, &opened),
        Ask::Explain { recipe, question } => explain::explain(session, &recipe, question),
        Ask::Picks { recipe, output } => Begun::json(&explain::picks(session, &recipe, output)?),
        Ask::Stress(recipe) => stress::stress(session, &recipe),
        Ask::Fair { recipe, class } => fair::fair(session, &recipe, class),
        Ask::ReadOther { recipe, file, purpose } => other::read(session, &recipe, &file, purpose, body),
        Ask::Watch(recipe) => watch::watch(session, &recipe),
        Ask::Report { recipe, extras, openings } => report::report(session, &recipe, &extras, openings),
        Ask::Grow(recipe) => grow::grow(session, &recipe),
        Ask::Race { recipe, metric, course } => race::race(session, &recipe, &metric, course),
        Ask::Rates(recipe) => rates::rates(session, &recipe),
        Ask::Rehearse(rehearsal) => Begun::job(network::rehearse(&rehearsal)?, |_, _| Ok(Answer::json(&()))),
        Ask::Nested(recipe) => nested::nested(session, &recipe),
        Ask::Tune(recipe) => tune::tune(session, &recipe, &body),
        Ask::Retrain(recipe) => retrain::retrain(session, &recipe),
        Ask::Export { recipe, kind, extras, openings } => ship::export(session, &recipe, &kind, &extras, openings),
        Ask::Form(recipe) => ship::form(session, &recipe),
        Ask::TryOne { recipe, values } => ship::try_one(session, &recipe, &values),
        Ask::Predict(recipe) => ship::predict(session, &recipe),
        // The engine itself answers these.
        Ask::Version | Ask::Cancel(_) | Ask::Close(_) | Ask::TimeIsUp { .. } | Ask::Pace(_) => Err(unanswered()),
        Ask::Table | Ask::Hold | Ask::Task(_) | Ask::TaskProgress { .. } | Ask::TaskDone { .. } | Ask::TaskFailed { .. } => {
            Err(unanswered())
        }
    }
}

fn unanswered() -> Problem {
    Problem::new(Stage::Data, "run.unreadable").with("reason", "request")
}
