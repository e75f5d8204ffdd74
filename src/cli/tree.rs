//! A decision tree as lines of text.

use atelier::base::{Message, text};
use atelier::chart::format::percent;
use atelier::chart::{answer, question};
use atelier::judge::{NodeFacts, TreeFacts};
use atelier::report::Report;

/// Questions below the root that are written out.
const DEPTH: usize = 3;

/// The chosen model's tree, each node on a line under the one that leads to it; empty where it is none.
pub fn lines(report: &Report) -> String {
    let tree = report.chosen().and_then(|candidate| candidate.fits.last()).and_then(|fit| fit.tree.as_ref());
    let Some(tree) = tree.filter(|tree| !tree.nodes.is_empty()) else { return String::new() };
    let mut out = Message::new("cli.tree.head").with("leaves", tree.leaves).with("depth", tree.depth).to_string() + "\n";
    node(tree, &report.rows.classes, 0, &text("chart.tree.root"), &mut out);
    out
}

/// Writes a node and those below it. `came` is what led there.
fn node(tree: &TreeFacts, classes: &[String], place: usize, came: &str, out: &mut String) {
    let Some(facts) = tree.nodes.get(place) else { return };
    let NodeFacts { depth, rows, value, question: asks, next, below } = facts;
    let all = tree.nodes.first().map_or(1.0, |root| root.rows);
    let next = next.filter(|next| *depth < DEPTH && next.iter().all(|&next| next > place));
    let id = match (asks, next) {
        (None, _) => "cli.tree.leaf",
        (Some(_), None) => "cli.tree.cut",
        (Some(_), Some(_)) => "cli.tree.asks",
    };
    let line = Message::new(id)
        .with("came", came)
        .with("answer", answer(value, classes))
        .with("share", percent(rows / all))
        .with("question", asks.as_ref().map(question).unwrap_or_default())
        .with("count", below);
    *out += &format!("{}{line}\n", "  ".repeat(depth + 1));
    for (next, came) in next.into_iter().flatten().zip(["chart.tree.yes", "chart.tree.no"]) {
        node(tree, classes, next, &text(came), out);
    }
}
