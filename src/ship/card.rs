//! The model card as Markdown (Mitchell et al. 2019, "Model Cards for Model Reporting"): what the model is for, what it
//! learned from, how good it is, where it ends.

use super::export::{Checked, Facts, File, file, report_of};
use crate::base::{Figure, Message, Problem, text};
use crate::judge::{Bound, On, Verdict};
use std::fmt::Write;

/// Writes the card. Every text of the table or of a person is escaped, so that none becomes markup.
pub(super) fn card(facts: &Facts) -> Result<(File, Option<Checked>), Problem> {
    let (model, report) = (facts.model, report_of(facts)?);
    let mut out = String::new();
    // Writing to a text does not fail.
    let mut line = |words: String| {
        let _ = writeln!(out, "{words}");
    };
    let say = |id: &str| text(&format!("card.{id}"));
    line(format!("# {}\n", escaped(if model.name.is_empty() { &model.target } else { &model.name })));
    line(
        Message::new("card.sentence")
            .with("kind", text(&format!("model.{}", model.kind)))
            .with("target", escaped(&model.target))
            .with("rows", model.rows)
            .with("inputs", model.inputs.len())
            .to_string(),
    );
    for (id, words) in [("intended_use", &model.intended_use), ("misuse", &model.misuse)] {
        line(format!("\n## {}\n", say(id)));
        line(if words.trim().is_empty() { say("not_stated") } else { escaped(words) });
    }
    line(format!("\n## {}\n", say("data")));
    line(
        Message::new("card.rows")
            .with("rows", report.data.rows)
            .with("training", report.rows.training)
            .with("held_out", report.rows.held_out)
            .with("folds", report.rows.folds.len())
            .to_string(),
    );
    line(format!("\n| {} | {} | {} |\n| --- | --- | ---: |", say("column"), say("kind"), say("missing")));
    for input in &model.inputs {
        line(format!("| {} | {} | {:.1}% |", escaped(&input.name), text(&format!("kind.{}", input.kind.id())), 100.0 * input.missing));
    }
    line(format!("\n## {}\n", say("figures")));
    let (folds, held_out) = (report.folds(), report.held_out.as_ref().map(|part| &part.evaluation));
    line(format!("| {} | {} | {} |\n| --- | ---: | ---: |", say("metric"), say("folds"), say("held_out")));
    for score in folds.map(|folds| folds.scores.as_slice()).unwrap_or_default() {
        let sealed = held_out.and_then(|evaluation| evaluation.score(&score.metric));
        let shown = |score: &crate::judge::Score| {
            format!("{} ({} … {})", figure(&score.all.value), figure(&score.all.low), figure(&score.all.high))
        };
        line(format!(
            "| {} | {} | {} |",
            text(&format!("metric.{}", score.metric)),
            shown(score),
            sealed.map_or_else(|| "–".to_owned(), shown)
        ));
    }
    line(format!("\n{}", say("intervals")));
    line(format!("\n## {}\n", say("criteria")));
    if report.criteria.is_empty() {
        line(text("goal.no_criteria"));
    }
    for outcome in &report.criteria {
        let criterion = &outcome.criterion;
        let sign = if criterion.bound == Bound::AtLeast { "≥" } else { "≤" };
        let rows = say(if criterion.on == On::HeldOut { "held_out" } else { "folds" });
        let verdict = match outcome.verdict {
            Verdict::Met => "judge.verdict.met",
            Verdict::NotMet => "judge.verdict.not_met",
            Verdict::Undecided => "judge.verdict.undecided",
        };
        line(format!("- {} {sign} {} ({rows}): {}", text(&format!("metric.{}", criterion.metric)), criterion.value, text(verdict)));
    }
    if !report.fairness.is_empty() {
        line(format!("\n## {}\n", say("groups")));
        for part in &report.fairness {
            line(format!(
                "- {}",
                Message::new("card.group").with("columns", escaped(&part.columns)).with("groups", part.report.groups.len())
            ));
        }
    }
    line(format!("\n## {}\n", say("limits")));
    for id in ["limits.causes", "limits.rows", "limits.drift"] {
        line(format!("- {}", say(id)));
    }
    line(format!("\n## {}\n", say("repeat.title")));
    line(Message::new("card.repeat").with("digest", report.digest()).with("version", env!("CARGO_PKG_VERSION")).to_string());
    Ok((file(facts, ".card.md", "text/markdown", out.into_bytes()), None))
}

fn figure(figure: &Figure) -> String {
    figure.value().map_or_else(|| "–".to_owned(), |value| crate::chart::format::digits(value, 3))
}

/// A text without anything that Markdown or HTML would take for a mark.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            c if "\\`*_{}[]()#+-.!|~\"'".contains(c) && !matches!(c, '.' | '-' | '(' | ')' | '\'' | '"' | '!' | '+') => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_text_becomes_markup() {
        let card = super::escaped("<script>alert(1)</script> | # [x](y) *b*\n# head");
        assert!(
            !card.contains('<') && !card.contains('\n') && card.contains("\\|") && card.contains("\\[x\\]") && card.contains("\\# head")
        );
    }
}
