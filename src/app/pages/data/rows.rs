//! The rows of the study's table, as far as they are in sight.

use crate::parts::{Grid, GridColumn, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::run::{Ask, Cells};
use atelier::table::Kind;
use leptos::prelude::*;

/// Columns that are shown, at most; as many as an answer has.
const MOST: usize = 200;

/// The panel.
#[component]
pub fn Rows() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let columns = Memo::new(move |_| {
        studio.look.with(|look| {
            let columns = look.as_ref().map(|look| look.schema.columns.as_slice()).unwrap_or_default();
            columns
                .iter()
                .take(MOST)
                .map(|column| GridColumn { name: column.name.clone(), is_number: column.kind == Kind::Number })
                .collect::<Vec<_>>()
        })
    });
    let table = Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| (look.table.clone(), look.rows)).unwrap_or_default()));
    let rows = Memo::new(move |_| table.with(|(_, rows)| *rows));
    let note = Signal::derive(move || {
        let all = studio.look.with(|look| look.as_ref().map_or(0, |look| look.schema.columns.len()));
        if all > MOST {
            Message::new("data.rows.first").with("shown", MOST).with("all", super::thousands(all)).to_string()
        } else {
            String::new()
        }
    });
    let cells = RwSignal::new((0, Vec::new()));
    let fetch = Callback::new(move |(first, count): (usize, usize)| {
        // Another table has other cells in the same rows.
        table.track();
        leptos::task::spawn_local(async move {
            if let Ok(some) = studio.ask::<Cells>(Ask::Cells { first, count }, &[]).await {
                cells.set((some.first, some.rows));
            }
        });
    });
    view! { <Panel title=text("data.rows") note=note flush=true><Grid label=text("data.rows") columns=columns rows=rows cells=cells fetch=fetch/></Panel> }
}
