//! The weights of the chosen model, where it is a linear one: quietly, for those who read models that way.

use super::Judged;
use crate::parts::Fold;
use atelier::base::{Message, text};
use atelier::chart::format::digits;
use atelier::learn::Coefficient;
use leptos::prelude::*;

/// The panel, folded; nothing where the chosen model has no weights to read.
#[component]
pub fn Coefficients() -> impl IntoView {
    let judged = expect_context::<Judged>();
    let list = Memo::new(move |_| {
        judged.trained.with(|trained| {
            let fit = trained.as_ref()?.candidates.get(judged.chosen.get())?.fits.last()?;
            fit.coefficients.clone().filter(|list| !list.is_empty())
        })
    });
    let table = move || list.get().map(|list| view! { <Weights list classes=judged.classes()/> });
    view! {
        <Show when=move || list.with(Option::is_some)><Fold title=text("learn.coefficients")>{table}</Fold></Show>
    }
}

/// A row for each prepared column: of one output with what is known of the weight, of several a weight for each class.
#[component]
fn Weights(list: Vec<Coefficient>, classes: Vec<String>) -> impl IntoView {
    let outputs = list.iter().map(|weight| weight.output).max().map_or(1, |last| last + 1);
    let is_sure = list.iter().any(|weight| weight.certainty.is_some());
    let head = |id: &str| text(&format!("learn.coefficients.{id}"));
    let heads: Vec<String> = match (outputs > 1, is_sure) {
        (true, _) => classes,
        (false, true) => ["value", "error", "statistic", "p", "interval"].map(head).to_vec(),
        (false, false) => vec![head("value")],
    };
    let first = list.first().map_or(0, |weight| weight.output);
    let count = heads.len();
    let rows: Vec<(Option<String>, Vec<String>)> = list
        .iter()
        .filter(|weight| weight.output == first)
        .map(|weight| {
            let cells = if outputs > 1 { by_class(&list, weight, count) } else { of_one(weight, count) };
            (weight.column.clone(), cells)
        })
        .collect();
    let note = text(if is_sure { "learn.coefficients.sure" } else { "learn.coefficients.unsure" });
    view! {
        <p class="muted">{note}</p>
        <div class="scroll" tabindex="0" role="region" aria-label=text("learn.coefficients")><table>
            <thead><tr><th scope="col">{head("column")}</th>{heads.into_iter().map(|head| view! { <th scope="col" class="num"><bdi>{head}</bdi></th> }).collect_view()}</tr></thead>
            <tbody>{rows.into_iter().map(|(column, cells)| {
                let name = column.unwrap_or_else(|| text("learn.coefficients.intercept"));
                view! { <tr><th scope="row"><bdi>{name}</bdi></th>{cells.into_iter().map(|cell| view! { <td class="num">{cell}</td> }).collect_view()}</tr> }
            }).collect_view()}</tbody>
        </table></div>
    }
}

/// The weights of a column, one for each class.
fn by_class(list: &[Coefficient], of: &Coefficient, classes: usize) -> Vec<String> {
    let value = |output: usize| list.iter().find(|weight| weight.output == output && weight.column == of.column);
    (0..classes).map(|output| value(output).map_or_else(|| text("page.missing_mark"), |weight| digits(weight.value, 4))).collect()
}

/// A weight and what is known of it.
fn of_one(weight: &Coefficient, count: usize) -> Vec<String> {
    let mut cells = vec![digits(weight.value, 4)];
    match &weight.certainty {
        Some(sure) => {
            cells.extend([digits(sure.standard_error, 3), digits(sure.statistic, 3), digits(sure.p, 2)]);
            cells.push(Message::new("learn.range").with("low", digits(sure.low, 4)).with("high", digits(sure.high, 4)).to_string());
        }
        None => cells.resize_with(count, || text("page.missing_mark")),
    }
    cells
}
