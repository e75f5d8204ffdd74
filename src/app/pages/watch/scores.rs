//! Scores before beside after: the leading one first, then the others of the task.

use crate::parts::{Badge, FigureText, figure};
use atelier::base::text;
use atelier::watch::{Change, Performance};
use leptos::prelude::*;

/// The table.
#[component]
pub fn Scores(
    /// The scores.
    performance: Performance,
    /// What the table is called.
    name: String,
    /// What stands over the scores before.
    before: String,
    /// What stands over the scores after.
    after: String,
) -> impl IntoView {
    let others = performance.others.clone();
    let all = std::iter::once(performance).chain(others);
    view! {
        <div class="scroll" role="region" tabindex="0" aria-label=name><table>
            <thead><tr><th scope="col">{text("watch.page.metric")}</th><th scope="col" class="num">{before}</th><th scope="col" class="num">{after}</th><th scope="col" class="num">{text("watch.page.difference")}</th><th scope="col">{text("fair.page.verdict")}</th></tr></thead>
            <tbody>{all.map(|score| view! { <Line score/> }).collect_view()}</tbody>
        </table></div>
    }
}

#[component]
fn Line(score: Performance) -> impl IntoView {
    let (kind, word) = match score.change {
        Some(Change::Worse) => ("bad", "watch.word.worse"),
        Some(Change::Better) => ("good", "watch.word.better"),
        _ => ("warn", "watch.word.undecided"),
    };
    let interval = figure::interval(&score.difference.low, &score.difference.high, false);
    view! {
        <tr><th scope="row">{text(&format!("metric.{}", score.metric))}</th><td class="num"><FigureText figure=score.before/></td><td class="num"><b><FigureText figure=score.after/></b></td>
            <td class="num"><FigureText figure=score.difference.value/><br/><span class="muted small">{interval}</span></td>
            <td><Badge text=text(word) kind=kind/></td></tr>
    }
}
