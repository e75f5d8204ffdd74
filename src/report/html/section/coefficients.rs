//! The weights of linear models as tables, a part of the section on models.

use super::headings;
use crate::base::{Message, text};
use crate::judge::CandidateOutcome;
use crate::learn::Coefficient;
use crate::report::Report;
use crate::report::html::markup::{Fill, Html, name, shown, words};

/// Prepared columns listed, at most: those whose weights are largest against what is known of them.
const MOST: usize = 40;

/// The weights of a candidate's fit on all training rows, where it has some.
pub fn write(html: &mut Html, report: &Report, outcome: &CandidateOutcome) {
    let Some(list) = outcome.fits.last().and_then(|fit| fit.coefficients.as_deref()).filter(|list| !list.is_empty()) else { return };
    let outputs = list.iter().map(|weight| weight.output).max().map_or(1, |last| last + 1);
    let places = chosen(list);
    let of = |place: usize| list.iter().filter(move |weight| weight.column == list[place].column);
    html.tag("h4", "", |html| html.say("learn.coefficients"));
    let is_sure = list.iter().any(|weight| weight.certainty.is_some());
    let id = if is_sure { "learn.coefficients.sure" } else { "learn.coefficients.unsure" };
    html.tag("p", "quiet", |html| html.say(id));
    let title = |weight: &Coefficient| weight.column.clone().unwrap_or_else(|| text("learn.coefficients.intercept"));
    if outputs > 1 {
        let classes = report.rows.classes.iter().cloned();
        let heads: Vec<String> = std::iter::once(text("learn.coefficients.column")).chain(classes).collect();
        html.table(&text("learn.coefficients"), "-nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", &heads, |table| {
            for place in &places {
                let title = title(&list[*place]);
                let value = |output: usize| {
                    let value = of(*place).find(|weight| weight.output == output).map(|weight| weight.value);
                    words(value.map_or_else(|| "–".to_owned(), shown))
                };
                let cells: Vec<Fill> = std::iter::once(name(&title)).chain((0..report.rows.classes.len()).map(value)).collect();
                table.row("", cells);
            }
        });
    } else {
        let ids = ["column", "value", "error", "statistic", "p", "interval"].map(|part| format!("learn.coefficients.{part}"));
        let count = if is_sure { ids.len() } else { 2 };
        let ids: Vec<&str> = ids.iter().take(count).map(String::as_str).collect();
        html.table(&text("learn.coefficients"), "-nnnnn", &headings(&ids), |table| {
            for place in &places {
                let (weight, title) = (&list[*place], title(&list[*place]));
                let mut cells = vec![name(&title), words(shown(weight.value))];
                match &weight.certainty {
                    Some(sure) => {
                        let numbers = [sure.standard_error, sure.statistic, sure.p].map(|value| words(shown(value)));
                        cells.extend(numbers);
                        cells.push(words(format!("{} – {}", shown(sure.low), shown(sure.high))));
                    }
                    None => cells.extend((2..count).map(|_| words("–"))),
                }
                table.row("", cells);
            }
        });
    }
    let left = list.len() / (list.iter().filter(|weight| weight.column == list[0].column).count().max(1)) - places.len();
    if left > 0 {
        html.say_in("p", "quiet", &Message::new("learn.coefficients.more").with("count", left));
    }
}

/// The places of the weights of the first output that are listed, in the order in which they stand: all, or the intercept
/// and those of the largest statistic (or value, where there is none).
fn chosen(list: &[Coefficient]) -> Vec<usize> {
    let first = list[0].output;
    let mut places: Vec<usize> = (0..list.len()).filter(|&place| list[place].output == first).collect();
    if places.len() > MOST {
        let of_column = |place: usize| list.iter().filter(move |weight| weight.column == list[place].column);
        let size = |weight: &Coefficient| weight.certainty.map_or(weight.value, |sure| sure.statistic).abs();
        let largest = |place: usize| of_column(place).map(size).fold(0.0, |most, size| if size > most { size } else { most });
        places.sort_by(|&a, &b| list[a].column.is_some().cmp(&list[b].column.is_some()).then(largest(b).total_cmp(&largest(a))));
        places.truncate(MOST);
        places.sort_unstable();
    }
    places
}
