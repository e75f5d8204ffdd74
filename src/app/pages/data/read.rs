//! What was read: the rows themselves, how the file was understood, what was repaired or left out.

use crate::parts::{Grid, GridColumn, Panel};
use crate::state::Studio;
use atelier::base::text;
use atelier::run::{Ask, Cells};
use atelier::table::Kind;
use leptos::prelude::*;

/// The page.
#[component]
pub fn ReadReport() -> impl IntoView {
    view! {
        <div class="head"><h1>{text("stage.data")}</h1><span class="push"></span><a class="button" href="#data/open">{text("page.open_table")}</a></div>
        <Rows/>
    }
}

/// The rows, as far as they are in sight.
#[component]
fn Rows() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let columns = Memo::new(move |_| {
        studio.look.with(|look| {
            let columns = look.as_ref().map(|look| look.schema.columns.as_slice()).unwrap_or_default();
            columns
                .iter()
                .map(|column| GridColumn { name: column.name.clone(), is_number: column.kind == Kind::Number })
                .collect::<Vec<_>>()
        })
    });
    let rows = Memo::new(move |_| studio.look.with(|look| look.as_ref().map_or(0, |look| look.rows)));
    let cells = RwSignal::new((0, Vec::new()));
    let fetch = Callback::new(move |(first, count): (usize, usize)| {
        leptos::task::spawn_local(async move {
            if let Ok(some) = studio.ask::<Cells>(Ask::Cells { first, count }, &[]).await {
                cells.set((some.first, some.rows));
            }
        });
    });
    view! { <Panel title=text("data.rows") flush=true><Grid label=text("data.rows") columns=columns rows=rows cells=cells fetch=fetch/></Panel> }
}
