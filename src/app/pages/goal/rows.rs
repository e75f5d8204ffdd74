//! Which rows are sealed, how the others are put into folds.

use super::super::thousands;
use super::strip::FoldsStrip;
use super::{at_split, columns};
use crate::parts::{Facts, FieldsForm, NamedSelect, Panel, Select};
use crate::state::Studio;
use atelier::base::{Field, Params, Task, field::Kind as FieldKind, text};
use atelier::judge::{Goal as GoalSpec, Split};
use atelier::recipe::Edit;
use atelier::table::{Kind, split::Scheme};
use leptos::prelude::*;
use serde_json::Value;

/// The numbers of a split that are shares.
const SHARES: [&str; 2] = ["held_out", "share"];

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
            let needs_it = split.scheme == scheme || (scheme == Scheme::Group && split.scheme.keeps_units());
            split.scheme = match (get(&goal).is_some(), needs_it) {
                (true, true) | (false, false) => split.scheme,
                (true, false) => scheme,
                (false, true) if goal.group.is_some() => Scheme::Group,
                (false, true) if goal.time.is_some() => Scheme::Time,
                (false, true) if task == Some(Task::Regression) => Scheme::Plain,
                (false, true) => Scheme::Stratified,
            };
            studio.edit(Edit::Many(vec![Edit::SetGoal(goal), Edit::SetSplit(split)]));
        });
        view! { <label class="field"><span>{text(id)}</span><Select label=text(id) options=options value=chosen mono=true on_change=set/></label> }
    };
    let scheme = Memo::new(move |_| split.with(|split| split.scheme));
    // The scheme's own numbers; shares are shown in percent.
    let fields = move || {
        let shown = |field: Field| match (SHARES.contains(&field.id), &field.kind) {
            (true, FieldKind::Number { min, max, .. }) => {
                let usual = 100.0 * field.default.as_f64().unwrap_or_default();
                Field::number(field.id, usual, 100.0 * min, 100.0 * max).unit("%")
            }
            _ => field,
        };
        Split::fields(scheme.get()).into_iter().map(shown).collect::<Vec<_>>()
    };
    let params = Signal::derive(move || {
        let mut params = split.with(Split::params);
        for (_, value) in params.iter_mut().filter(|(id, _)| SHARES.contains(&id.as_str())) {
            *value = percent(value.as_f64().unwrap_or_default());
        }
        params
    });
    let set_numbers = Callback::new(move |mut params: Params| {
        let before = split.get_untracked();
        let known = before.params();
        for id in SHARES {
            // What was not changed keeps all its digits.
            let was = known.get(id).and_then(Value::as_f64).unwrap_or_default();
            if let Some(now) = params.get(id).and_then(Value::as_f64) {
                let share = if params.get(id) == Some(&percent(was)) { was } else { now / 100.0 };
                params.insert(id.to_owned(), share.into());
            }
        }
        studio.edit(Edit::SetSplit(before.with_params(&params)));
    });
    let found = Signal::derive(move || {
        let problems =
            studio.look.with(|look| look.as_ref().map(|look| look.problems.iter().filter(|problem| at_split(problem)).cloned().collect()));
        problems.unwrap_or_default()
    });
    let schemes = Scheme::ALL.map(|(id, scheme)| (id, text(&format!("split.{id}")), scheme)).to_vec();
    view! {
        <Panel title=text("goal.rows") note=text("goal.rows.note")>
            <div class="stack">
                {move || view! { <FieldsForm fields=fields() owner="split" params=params problems=found on_change=set_numbers/> }}
                <div class="form">
                    <label class="field"><span>{text("split.scheme")}</span><NamedSelect label=text("split.scheme") known=schemes value=Signal::derive(move || scheme.get()) on_change=move |scheme| set(&|split| split.scheme = scheme)/></label>
                    {column_select("goal.group", |kind| kind != Kind::Date, |goal| goal.group.clone(), |goal, name| goal.group = name, Scheme::Group)}
                    {column_select("goal.time", |kind| kind != Kind::Text, |goal| goal.time.clone(), |goal, name| goal.time = name, Scheme::Time)}
                </div>
                <Facts facts=facts/>
                <FoldsStrip/>
                {move || notes().into_iter().map(|note| view! { <p class="muted small">{note.to_string()}</p> }).collect_view()}
            </div>
        </Panel>
    }
}
