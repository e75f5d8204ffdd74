//! How columns hang together, what is missing, and how common each class is.

use super::Explored;
use crate::parts::{Chart, Panel};
use atelier::base::text;
use atelier::chart::{self, Scene};
use atelier::profile::TargetValues;
use leptos::prelude::*;

/// Columns with gaps that are drawn, at most.
const GAPS: usize = 20;

/// The panels.
#[component]
pub fn Together() -> impl IntoView {
    let explored = expect_context::<Explored>();
    let association = Signal::derive(move || {
        explored.profile.with(|profile| {
            let Some(profile) = profile else { return Scene::nothing("correlation", "") };
            let found = &profile.association;
            let names: Vec<String> = found.columns.iter().map(|&place| profile.columns[place].name.clone()).collect();
            let mut values = vec![vec![1.0; names.len()]; names.len()];
            let place = |column: usize| found.columns.iter().position(|&other| other == column);
            for pair in &found.pairs {
                if let (Some(a), Some(b)) = (place(pair.a), place(pair.b)) {
                    let strength = pair.of.strength().value().unwrap_or(f64::NAN);
                    values[a][b] = strength;
                    values[b][a] = strength;
                }
            }
            chart::correlation(&names, &values).titled(text("explore.association"))
        })
    });
    let missing = Memo::new(move |_| {
        explored.profile.with(|profile| {
            let profile = profile.as_ref()?;
            let columns: Vec<_> = profile.missing.columns.iter().take(GAPS).map(|&place| &profile.columns[place]).collect();
            let share = |column: &&atelier::profile::ColumnProfile| column.missing as f64 / profile.rows.max(1) as f64;
            (!columns.is_empty()).then(|| {
                let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
                chart::missing(&names, &columns.iter().map(share).collect::<Vec<_>>())
            })
        })
    });
    let balance = Memo::new(move |_| {
        explored.profile.with(|profile| match profile.as_ref()?.target.as_ref().map(|target| &target.values) {
            Some(TargetValues::Classes { names, shares, positive, .. }) => {
                Some(chart::class_balance(names, &shares.iter().map(|share| share.count as f64).collect::<Vec<_>>(), *positive))
            }
            _ => None,
        })
    });
    view! {
        <div class="grid two">
            <Panel title=text("explore.association") note=text("explore.association.note")><Chart scene=association/></Panel>
            <div class="stack">
                {move || balance.get().map(|scene| view! { <Panel title=text("explore.balance")><Chart scene=Signal::stored(scene)/></Panel> })}
                {move || match missing.get() {
                    Some(scene) => view! { <Panel title=text("explore.missing")><Chart scene=Signal::stored(scene)/></Panel> }.into_any(),
                    None => view! { <Panel title=text("explore.missing")><p class="muted small">{text("explore.nothing_missing")}</p></Panel> }.into_any(),
                }}
            </div>
        </div>
    }
}
