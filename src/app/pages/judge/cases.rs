//! Single rows: where the model is furthest off, where it is least decided.

use super::Judged;
use crate::parts::{Choice, Panel};
use crate::state::Studio;
use atelier::base::text;
use atelier::run::{Ask, Cases, ShownCases};
use leptos::prelude::*;

const COUNT: usize = 20;

/// The panel.
#[component]
pub fn CasesPanel() -> impl IntoView {
    let (studio, judged) = (expect_context::<Studio>(), expect_context::<Judged>());
    let which = RwSignal::new("worst".to_owned());
    let found = RwSignal::new(ShownCases::default());
    let asked = StoredValue::new(0_u64);
    Effect::new(move |_| {
        let cases = match which.get().as_str() {
            "worst" => Cases::Worst,
            "borderline" => Cases::Borderline,
            _ => Cases::Random,
        };
        judged.evaluation.track();
        judged.chosen.track();
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        let recipe = Box::new(studio.recipe.get_untracked());
        leptos::task::spawn_local(async move {
            // A training that is stale, or a model that failed, has no rows to show; the page says so above.
            let rows = studio.ask::<ShownCases>(Ask::Cases { recipe, which: cases, count: COUNT }, &[]).await;
            // A late answer belongs to another model or question.
            if asked.get_value() == number {
                found.set(rows.unwrap_or_default());
            }
        });
    });
    let options: Vec<(String, String)> =
        ["worst", "borderline", "random"].map(|id| (id.to_owned(), text(&format!("judge.cases.{id}")))).to_vec();
    let options = StoredValue::new(options);
    view! {
        <Panel title=text("judge.cases") note=text("judge.cases.note") flush=true
            tools=move || view! { <Choice label=text("judge.cases") options=options.get_value() value=which on_change=move |id: String| which.set(id)/> }>
            <div class="scroll cases" tabindex="0" role="region" aria-label=text("judge.cases")><table>
                <thead><tr><th scope="col" class="num">{text("page.row")}</th><th scope="col">{text("judge.truth")}</th><th scope="col">{text("judge.predicted")}</th><th scope="col" class="num">{text("judge.miss")}</th>
                    {move || found.with(|found| found.columns.clone()).into_iter().map(|name| view! { <th scope="col" class="mono"><bdi>{name}</bdi></th> }).collect_view()}</tr></thead>
                <tbody>{move || found.with(|found| found.rows.clone()).into_iter().map(|row| {
                    let wrong = row.truth != row.predicted && row.probability.is_some();
                    let said = match row.probability {
                        Some(p) => format!("{} ({:.0}%)", row.predicted, 100.0 * p),
                        None => row.predicted,
                    };
                    view! {
                        <tr><th scope="row" class="num muted">{row.origin + 1}</th><td><bdi>{row.truth}</bdi></td><td class=if wrong { "bad" } else { "" }><bdi>{said}</bdi></td><td class="num">{atelier::chart::format::digits(row.miss, 3)}</td>
                            {row.values.into_iter().map(|value| match value {
                                Some(value) => view! { <td><bdi>{value}</bdi></td> }.into_any(),
                                None => view! { <td class="gap-cell">{text("page.missing_mark")}</td> }.into_any(),
                            }).collect_view()}</tr>
                    }
                }).collect_view()}</tbody>
            </table></div>
        </Panel>
    }
}
