//! Names and values as the page writes them.

use crate::base::field::{Field, Kind, Params};
use crate::base::text::isolated;
use crate::base::{Message, text};
use crate::judge::{Bound, Criterion, Evaluation, On, Score, Verdict};
use crate::learn::Estimator;
use crate::metric::Metric;
use crate::report::Report;
use serde_json::Value;

use super::markup::Html;

/// The title of the study, or what stands for it.
pub fn title(report: &Report) -> String {
    let title = report.recipe.title.trim();
    if title.is_empty() { text("report.untitled") } else { title.to_owned() }
}

/// The names of the models, with a number where one stands twice.
pub fn models(report: &Report) -> Vec<String> {
    let plain: Vec<String> = report.candidates.iter().map(|candidate| text(&format!("model.{}", candidate.model))).collect();
    (0..plain.len())
        .map(|place| match plain[..place].iter().filter(|other| **other == plain[place]).count() {
            0 => plain[place].clone(),
            before => format!("{} {}", plain[place], before + 1),
        })
        .collect()
}

/// The name of the chosen model.
pub fn chosen(report: &Report) -> String {
    models(report).into_iter().nth(report.recipe.chosen).unwrap_or_default()
}

/// The name of a metric.
pub fn metric(id: &str) -> String {
    text(&format!("metric.{id}"))
}

/// The metrics of the report's task.
pub fn metrics(report: &Report) -> Vec<&'static Metric> {
    crate::metric::for_task(report.rows.task)
}

/// A metric in an evaluation.
pub fn score<'a>(evaluation: Option<&'a Evaluation>, metric: &str) -> Option<&'a Score> {
    evaluation?.scores.iter().find(|score| score.metric == metric)
}

/// The metric that stands for all: that of the first criterion, or the task's usual one.
pub fn headline(report: &Report) -> &str {
    use crate::base::Task;
    match report.recipe.goal.criteria.first() {
        Some(criterion) => &criterion.metric,
        None => match report.rows.task {
            Task::Binary => "roc_auc",
            Task::Multiclass => "balanced_accuracy",
            Task::Regression => "r2",
        },
    }
}

/// A criterion in words.
pub fn criterion(criterion: &Criterion) -> Message {
    let id = match criterion.bound {
        Bound::AtLeast => "report.at_least",
        Bound::AtMost => "report.at_most",
    };
    Message::new(id).with("metric", metric(&criterion.metric)).with("value", digits(criterion.value))
}

/// The rows of a criterion in words.
pub fn rows(on: On) -> String {
    text(match on {
        On::Folds => "report.on_folds",
        On::HeldOut => "report.on_held_out",
    })
}

/// A verdict as a mark with its word, so that it needs no colour.
pub fn verdict(html: &mut Html, verdict: Verdict) {
    let (class, sign, id) = match verdict {
        Verdict::Met => ("badge good", "✓", "report.met"),
        Verdict::NotMet => ("badge bad", "✕", "report.not_met"),
        Verdict::Undecided => ("badge open", "?", "report.undecided"),
    };
    badge(html, class, sign, &text(id));
}

/// A mark with its word.
pub fn badge(html: &mut Html, class: &'static str, sign: &'static str, word: &str) {
    html.tag("span", class, |html| {
        html.open("span", &[("aria-hidden", "true")]);
        html.text(sign);
        html.close("span");
        html.text(" ");
        html.text(word);
    });
}

/// A whole number with commas between thousands.
pub fn count(n: usize) -> String {
    crate::chart::format::count(n)
}

/// A number that somebody set, as it was set.
pub fn digits(value: f64) -> String {
    crate::chart::format::digits(value, 6)
}

/// A share in per cent.
pub fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { String::new() } else { crate::chart::format::percent(part as f64 / whole as f64) }
}

/// The beginning of a digest, long enough to be told from others by eye.
pub fn brief(digest: &str, letters: usize) -> String {
    digest.chars().take(letters).collect()
}

/// Names in a row, none of which can turn the others round.
pub fn list<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| isolated(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// Every setting that counts, as a list of labels and values; what the recipe does not name has its default.
pub fn settings(html: &mut Html, owner: &str, fields: &[Field], params: &Params) {
    let counting: Vec<&Field> = fields.iter().filter(|field| field.is_shown(fields, params)).collect();
    if counting.is_empty() {
        return;
    }
    html.tag("dl", "settings", |html| {
        for field in counting {
            let (named, owner) = (params.get(field.id), format!("{owner}.{}", field.id));
            let value = named.unwrap_or(&field.default);
            html.tag("div", if named.is_some() { "named" } else { "" }, |html| {
                html.tag("dt", "", |html| html.say(&owner));
                html.tag("dd", "", |html| html.name(&setting(field, value, &owner)));
            });
        }
    });
}

/// A setting in words.
fn setting(field: &Field, value: &Value, owner: &str) -> String {
    let words = match (&field.kind, value) {
        (Kind::Choice(_), Value::String(choice)) => text(&format!("{owner}={choice}")),
        (Kind::Flag, Value::Bool(is)) => text(if *is { "report.yes" } else { "report.no" }),
        (Kind::List { of, .. }, Value::Array(groups)) => {
            let fields = of();
            let group = |group: &Value| {
                let part = |field: &Field| {
                    let value = group.get(field.id)?;
                    let owner = format!("{owner}.{}", field.id);
                    Some(format!("{} {}", text(&owner).to_lowercase(), setting(field, value, &owner)))
                };
                fields.iter().filter_map(part).collect::<Vec<_>>().join(", ")
            };
            groups.iter().map(group).collect::<Vec<_>>().join("; ")
        }
        (Kind::Models { .. }, Value::Array(models)) => models.iter().map(estimator).collect::<Vec<_>>().join("; "),
        (_, Value::Array(values)) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        (_, value) => plain(value),
    };
    if field.unit.is_empty() { words } else { format!("{words} {}", field.unit) }
}

/// A model among others: its weight, its name and what is set of it.
fn estimator(value: &Value) -> String {
    let Ok(estimator) = serde_json::from_value::<Estimator>(value.clone()) else { return plain(value) };
    let (name, set) = (estimator.name(), set_of(&estimator));
    if set.is_empty() { name } else { format!("{name} ({set})") }
}

/// What is set of a model that is one of several, in words.
pub fn set_of(estimator: &Estimator) -> String {
    let owner = format!("model.{}", estimator.model);
    let fields = crate::learn::find(&estimator.model).map(|kind| (kind.fields)()).unwrap_or_default();
    let set = fields.iter().filter(|field| field.is_shown(&fields, &estimator.params)).filter_map(|field| {
        let owner = format!("{owner}.{}", field.id);
        Some(format!("{} {}", text(&owner).to_lowercase(), setting(field, estimator.params.get(field.id)?, &owner)))
    });
    set.collect::<Vec<_>>().join(", ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), digits),
        other => other.to_string(),
    }
}

/// Columns that are known only after the event and were left out therefore.
pub fn left_out(report: &Report) -> Vec<&str> {
    let is_late = |(_, role): &(&String, &crate::table::Role)| **role == crate::table::Role::KnownLater;
    report.recipe.goal.roles.iter().filter(is_late).map(|(name, _)| name.as_str()).collect()
}
