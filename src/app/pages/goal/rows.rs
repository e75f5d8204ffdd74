//! Which rows are sealed, how the others are put into folds.

use super::super::thousands;
use super::{at_split, columns};
use crate::parts::{Facts, FieldsForm, NamedSelect, Panel, Select};
use crate::state::Studio;
use atelier::base::{Field, Params, Task, text};
use atelier::judge::{Goal as GoalSpec, Split};
use atelier::recipe::Edit;
use atelier::table::{Kind, split::Scheme};
use leptos::prelude::*;
use serde_json::Value;

/// A share as it is shown, in percent.
fn percent(share: f64) -> Value {
    ((share * 1000.0).round() / 10.0).into()
}

/// Rows.
#[component]
pub fn RowsPanel() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let split = Memo::new(move |_| studio.recipe.with(|recipe| recipe.split.clone()));
    let set = move |set: &dyn Fn(&mut Split)| {
        let mut split = split.get_untracked();
        set(&mut split);
        studio.edit(Edit::SetSplit(split));
    };
    let columns = columns(studio);
    let facts = Signal::derive(move || {
        studio.look.with(|look| {
            let Some(rows) = look.as_ref().and_then(|look| look.split.clone()) else { return Vec::new() };
            vec![
                (text("goal.rows.training"), thousands(rows.training)),
                (text("goal.rows.held_out"), thousands(rows.held_out)),
                (text("goal.rows.folds"), rows.folds.len().to_string()),
            ]
        })
    });
    let notes =
        move || studio.look.with(|look| look.as_ref().and_then(|look| look.split.clone()).map(|rows| rows.notes).unwrap_or_default());
    let column_select = move |id: &'static str,
                              wanted: fn(Kind) -> bool,
                              get: fn(&GoalSpec) -> Option<String>,
                              put: fn(&mut GoalSpec, Option<String>),
                              scheme: Scheme| {
        let chosen = Signal::derive(move || studio.recipe.with(|recipe| get(&recipe.goal)).unwrap_or_default());
        let options = Signal::derive(move || {
            let mut names: Vec<String> =
                columns.with(|columns| columns.iter().filter(|column| wanted(column.kind)).map(|column| column.name.clone()).collect());
            // A column that is not there any more is still the one that is chosen.
            names.extend(Some(chosen.get()).filter(|chosen| !chosen.is_empty() && !names.contains(chosen)));
            std::iter::once((String::new(), text("goal.none")))
                .chain(names.into_iter().map(|name| (name.clone(), name)))
                .collect::<Vec<_>>()
        });
        let set = Callback::new(move |name: String| {
            let mut goal = studio.recipe.get_untracked().goal;
            let mut split = split.get_untracked();
            put(&mut goal, Some(name).filter(|name| !name.is_empty()));
            let task = studio.look.with_untracked(|look| look.as_ref().and_then(|look| look.task));
            // The scheme follows the column, so that it cannot be forgotten.
            split.scheme = match (get(&goal).is_some(), split.scheme == scheme) {
                (true, _) => scheme,
                (false, false) => split.scheme,
                (false, true) if goal.group.is_some() => Scheme::Group,
                (false, true) if goal.time.is_some() => Scheme::Time,
                (false, true) if task == Some(Task::Regression) => Scheme::Plain,
                (false, true) => Scheme::Stratified,
            };
            studio.edit(Edit::Many(vec![Edit::SetGoal(goal), Edit::SetSplit(split)]));
        });
        view! { <label class="field"><span>{text(id)}</span><Select label=text(id) options=options value=chosen mono=true on_change=set/></label> }
    };
    let (low, high) = Split::HELD_OUT;
    let (least, most) = Split::FOLDS;
    let fields = vec![
        Field::number("held_out", 100.0 * Split::default().held_out, 100.0 * low, 100.0 * high).unit("%"),
        Field::integer("folds", Split::default().folds as i64, least as i64, most as i64),
    ];
    let params = Signal::derive(move || {
        let split = split.get();
        Params::from_iter([("held_out".to_owned(), percent(split.held_out)), ("folds".to_owned(), split.folds.into())])
    });
    let set_numbers = Callback::new(move |params: Params| {
        let before = split.get_untracked();
        // What was not changed keeps all its digits.
        let held_out = params.get("held_out").filter(|now| **now != percent(before.held_out)).and_then(Value::as_f64);
        let folds = params.get("folds").and_then(Value::as_u64).map_or(before.folds, |folds| folds as usize);
        set(&|split| {
            split.held_out = held_out.map_or(split.held_out, |percent| percent / 100.0);
            split.folds = folds;
        });
    });
    let found = Signal::derive(move || {
        let problems =
            studio.look.with(|look| look.as_ref().map(|look| look.problems.iter().filter(|problem| at_split(problem)).cloned().collect()));
        problems.unwrap_or_default()
    });
    let schemes = Scheme::ALL.map(|(id, scheme)| (id, text(&format!("split.{id}")), scheme)).to_vec();
    let scheme = Signal::derive(move || split.with(|split| split.scheme));
    view! {
        <Panel title=text("goal.rows") note=text("goal.rows.note")>
            <div class="stack">
                <FieldsForm fields=fields owner="split" params=params problems=found on_change=set_numbers/>
                <div class="form">
                    <label class="field"><span>{text("split.scheme")}</span><NamedSelect label=text("split.scheme") known=schemes value=scheme on_change=move |scheme| set(&|split| split.scheme = scheme)/></label>
                    {column_select("goal.group", |kind| kind != Kind::Date, |goal| goal.group.clone(), |goal, name| goal.group = name, Scheme::Group)}
                    {column_select("goal.time", |kind| kind != Kind::Text, |goal| goal.time.clone(), |goal, name| goal.time = name, Scheme::Time)}
                </div>
                <Facts facts=facts/>
                {move || notes().into_iter().map(|note| view! { <p class="muted small">{note.to_string()}</p> }).collect_view()}
            </div>
        </Panel>
    }
}
