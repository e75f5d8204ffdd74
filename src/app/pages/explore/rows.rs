//! The rows themselves, as far as they are in sight; sealed ones are left out here too.

use super::thousands;
use crate::parts::{Grid, GridColumn, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::run::{Ask, Cells};
use atelier::table::Kind;
use leptos::prelude::*;

/// Columns that are shown, at most; as many as an answer has.
const MOST: usize = 200;

/// The view.
#[component]
pub fn Rows() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let columns = Memo::new(move |_| {
        studio.look.with(|look| {
            let columns = look.as_ref().map(|look| look.schema.columns.as_slice()).unwrap_or_default();
            let column =
                |column: &atelier::table::ColumnInfo| GridColumn { name: column.name.clone(), is_number: column.kind == Kind::Number };
            columns.iter().take(MOST).map(column).collect::<Vec<_>>()
        })
    });
    let sealed =
        Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.split.as_ref()).map_or(0, |split| split.held_out)));
    let rows = Memo::new(move |_| studio.look.with(|look| look.as_ref().map_or(0, |look| look.rows)).saturating_sub(sealed.get()));
    let cells = RwSignal::new(Cells::default());
    let fetch = Callback::new(move |(first, count): (usize, usize)| {
        // Other rows are sealed under another goal.
        sealed.track();
        let recipe = Box::new(studio.recipe.get_untracked());
        leptos::task::spawn_local(async move {
            if let Ok(some) = studio.ask::<Cells>(Ask::Seen { recipe, first, count }, &[]).await {
                // The view may have been left meanwhile.
                let _ = cells.try_set(some);
            }
        });
    });
    let all = Memo::new(move |_| studio.look.with(|look| look.as_ref().map_or(0, |look| look.schema.columns.len())));
    let note = Signal::derive(move || {
        let said = match sealed.get() {
            0 => Message::new("page.rows").with("count", thousands(rows.get())).to_string(),
            count => Message::new("explore.rows.sealed").with("rows", thousands(rows.get())).with("sealed", thousands(count)).to_string(),
        };
        let some =
            (all.get() > MOST).then(|| Message::new("data.rows.first").with("shown", MOST).with("all", thousands(all.get())).to_string());
        std::iter::once(said).chain(some).collect::<Vec<_>>().join("; ")
    });
    view! {
        <Panel title=text("data.rows") note=note flush=true>
            <Grid label=text("data.rows") columns=columns rows=rows cells=Signal::derive(move || cells.with(|cells| (cells.first, cells.rows.clone()))) numbers=Signal::derive(move || cells.with(|cells| cells.numbers.clone())) fetch=fetch/>
        </Panel>
    }
}
