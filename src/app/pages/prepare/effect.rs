//! What the step that is looked at does to the training rows of the first fold.

use super::Pipeline;
use super::before::BeforeAfter;
use crate::parts::{Facts, Panel};
use atelier::base::{Message, text};
use atelier::prepare::{Cell, Change, Touched};
use atelier::run::StepPreview;
use leptos::prelude::*;

/// The panel.
#[component]
pub fn Effects() -> impl IntoView {
    let pipeline = expect_context::<Pipeline>();
    let shown = Memo::new(move |_| pipeline.preview.with(|preview| preview.steps.get(pipeline.place.get()).cloned().flatten()));
    move || shown.get().map(|step| view! { <One step/> })
}

#[component]
fn One(step: StepPreview) -> impl IntoView {
    let thousands = super::super::thousands;
    let report = step.report;
    let change = |(before, after): (usize, usize)| {
        if before == after { thousands(after) } else { format!("{} → {}", thousands(before), thousands(after)) }
    };
    let mut facts = vec![(text("prepare.rows"), change(report.rows)), (text("prepare.columns_count"), change(report.columns))];
    if !step.before_split {
        facts.push((text("prepare.cells"), thousands(step.touched_cells)));
    }
    let note = text(if step.before_split { "prepare.effect.before_split" } else { "prepare.effect.note" });
    if report.rows.0 != report.rows.1 {
        facts.extend(step.classes.iter().map(|(class, before, after)| (class.clone(), change((*before, *after)))));
    }
    let more = step.touched_columns.saturating_sub(step.touched.len());
    let learned = report.learned;
    // What changed most is looked at first; of what is gone there is least to see.
    let rank = |touched: &Touched| match touched.change {
        Change::Changed => 2,
        Change::Added => 1,
        Change::Dropped => 0,
    };
    let most = step.touched.iter().enumerate().max_by_key(|(place, touched)| (rank(touched), touched.cells, std::cmp::Reverse(*place)));
    let chosen = RwSignal::new(most.map_or(0, |(place, _)| place));
    let columns = StoredValue::new(step.touched.iter().map(|touched| touched.column.clone()).zip(step.contrasts).collect::<Vec<_>>());
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(value) => atelier::chart::format::digits(*value, 4),
        Cell::Empty => String::new(),
    };
    let heads = learned.headings.clone();
    view! {
        <Panel title=text("prepare.effect") note=note>
            <div class="stack">
                <Facts facts=facts/>
                {report.notes.into_iter().map(|note| view! { <p class="small muted">{note.to_string()}</p> }).collect_view()}
                {(!step.touched.is_empty()).then(|| view! {
                    <div class="scroll cases" tabindex="0" role="region" aria-label=text("prepare.touched")><table>
                        <thead><tr><th scope="col">{text("prepare.column")}</th><th scope="col">{text("prepare.change")}</th><th scope="col" class="num">{text("prepare.cells")}</th></tr></thead>
                        <tbody>{step.touched.into_iter().enumerate().map(|(place, touched)| {
                            let id = match touched.change { Change::Changed => "changed", Change::Added => "added", Change::Dropped => "dropped" };
                            view! { <tr aria-selected=move || (chosen.get() == place).to_string()><th scope="row"><button type="button" class="link mono" on:click=move |_| chosen.set(place)><bdi>{touched.column}</bdi></button></th><td>{text(&format!("prepare.change.{id}"))}</td><td class="num">{Message::new("prepare.of").with("count", thousands(touched.cells)).with("rows", thousands(touched.rows)).to_string()}</td></tr> }
                        }).collect_view()}</tbody>
                    </table></div>
                })}
                {(more > 0).then(|| view! { <p class="small muted">{Message::new("prepare.more").with("count", more).to_string()}</p> })}
                {(!learned.rows.is_empty()).then(|| view! {
                    <h3>{text("prepare.learned")}</h3>
                    <div class="scroll cases" tabindex="0" role="region" aria-label=text("prepare.learned")><table>
                        <thead><tr><th scope="col">{text("prepare.column")}</th>{heads.into_iter().map(|head| view! { <th scope="col" class="num">{text(&head)}</th> }).collect_view()}</tr></thead>
                        <tbody>{learned.rows.iter().take(100).map(|(name, cells)| view! { <tr><th scope="row" class="mono"><bdi>{name.clone()}</bdi></th>{cells.iter().map(|value| view! { <td class="num"><bdi>{cell(value)}</bdi></td> }).collect_view()}</tr> }).collect_view()}</tbody>
                    </table></div>
                })}
            </div>
        </Panel>
        {move || columns.with_value(|columns| columns.get(chosen.get()).cloned()).map(|(column, contrast)| view! { <BeforeAfter column contrast/> })}
    }
}
