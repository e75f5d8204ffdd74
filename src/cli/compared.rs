//! The models of a report against each other, for people.

use crate::show::{self, TextTable};
use atelier::base::{Message, text};
use atelier::chart::format::{digits, percent};
use atelier::judge::CandidateOutcome;
use atelier::report::{Report, compared};

/// The chosen model against each of the others, and how it stands to the best of them; empty where nothing is compared.
pub fn comparison(report: &Report, plain: &[String]) -> String {
    let (Some(comparison), chosen) = (&report.comparison, report.recipe.chosen) else { return String::new() };
    let others: Vec<usize> = (0..plain.len()).filter(|&other| comparison.of(chosen, other).is_some()).collect();
    if others.is_empty() {
        return String::new();
    }
    let name = |place: usize| plain.get(place).map_or("", String::as_str);
    let headings = [
        Message::new("cli.run.against").with("model", name(chosen)).to_string(),
        text("cli.run.difference"),
        "p".to_owned(),
        text("cli.run.better"),
        text("judge.compare.is_equal"),
        text("cli.run.worse"),
    ];
    let mut table = TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>());
    for &other in &others {
        let cells = match comparison.of(chosen, other) {
            Some(Ok(found)) => {
                let ends = format!("{} [{}, {}]", compared::signed(found.mean), compared::signed(found.low), compared::signed(found.high));
                let p = found.p.value().map_or_else(|| "-".to_owned(), compared::p_value);
                [ends, p, percent(found.better), percent(found.equal), percent(found.worse)]
            }
            Some(Err(reason)) => [format!("- ({reason})"), String::new(), String::new(), String::new(), String::new()],
            None => continue,
        };
        table.row(std::iter::once(name(other).to_owned()).chain(cells));
    }
    let head = Message::new("cli.run.compared")
        .with("metric", text(&format!("metric.{}", comparison.metric)))
        .with("zone", digits(comparison.zone, 3));
    let said = compared::rival(comparison, &report.candidates, chosen)
        .and_then(|rival| compared::verdict(comparison, plain, chosen, rival))
        .map_or_else(String::new, |sentence| format!("{sentence}\n"));
    format!("\n{head}\n{}{}{}\n", show::clean(&table.lines()), said, text("judge.compare.how"))
}

/// The sizes of the models, and how long they took where that is known: rows of the table of metrics.
pub fn costs(candidates: &[CandidateOutcome], seconds: &[f64]) -> Vec<Vec<String>> {
    let size = |candidate: &CandidateOutcome| candidate.fits.last().map_or_else(|| "-".to_owned(), |fit| compared::size(&fit.size));
    let mut rows = vec![std::iter::once(text("judge.compare.size")).chain(candidates.iter().map(size)).collect()];
    if seconds.len() == candidates.len() {
        let times = seconds.iter().map(|&seconds| compared::time(seconds));
        rows.push(std::iter::once(text("judge.compare.time")).chain(times).collect());
    }
    rows
}
