//! Every column: which one is predicted, what the others are for.

use super::super::thousands;
use super::{change, columns};
use crate::parts::{Badge, DRAWN, MANY, NamedSelect, Panel};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::chart;
use atelier::table::{ColumnInfo, Role};
use leptos::prelude::*;

/// Every column: click one to predict it, say of the others what they are for.
#[component]
pub fn Columns() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let filter = RwSignal::new(String::new());
    let columns = columns(studio);
    let found = Memo::new(move |_| {
        let wanted = filter.get().to_lowercase();
        let short = |column: &ColumnInfo| (column.name.clone(), column.kind.id(), column.missing);
        columns.with(|columns| {
            columns.iter().filter(|column| column.name.to_lowercase().contains(&wanted)).take(DRAWN).map(short).collect::<Vec<_>>()
        })
    });
    let rows = Memo::new(move |_| studio.look.with(|look| look.as_ref().map_or(0, |look| look.rows)));
    let has_many = Memo::new(move |_| columns.with(Vec::len) > MANY);
    let note = Signal::derive(move || {
        let (shown, all) = (found.with(Vec::len), columns.with(Vec::len));
        match shown < all {
            true => Message::new("data.columns.some").with("shown", shown).with("all", thousands(all)).to_string(),
            false => text("goal.columns.note"),
        }
    });
    view! {
        <Panel title=text("goal.columns") note=note flush=true tools=move || view! {
            <Show when=move || has_many.get()><input class="box filter" type="search" aria-label=text("data.columns.find") placeholder=text("data.columns.find") on:input=move |event| filter.set(event_target_value(&event))/></Show>
        }>
            <div class="scroll"><table>
                <thead><tr><th scope="col">{text("goal.predict")}</th><th scope="col">{text("goal.name")}</th><th scope="col">{text("goal.kind")}</th><th scope="col">{text("goal.role")}</th><th scope="col" class="num">{text("goal.missing")}</th></tr></thead>
                <tbody>
                    <For each=move || found.get() key=Clone::clone let:column>
                        {
                            let (own, kind, missing) = column;
                            let name = StoredValue::new(own.clone());
                            let is_target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.as_deref() == Some(name.get_value().as_str())));
                            let share = move || chart::format::percent(match rows.get() { 0 => 0.0, rows => missing as f64 / rows as f64 });
                            let label = Message::new("goal.predict_column").with("column", &own).to_string();
                            view! {
                                <tr aria-selected=move || is_target.get().to_string()>
                                    <td><input type="radio" name="target" class="pick" aria-label=label prop:checked=is_target on:change=move |_| studio.begin(name.get_value())/></td>
                                    <th scope="row" class="mono"><bdi>{own.clone()}</bdi></th>
                                    <td>{text(&format!("kind.{kind}"))}</td>
                                    <td><RoleSelect name=own is_target=is_target/></td>
                                    <td class="num">{move || if missing == 0 { "0".to_owned() } else { format!("{} ({})", thousands(missing), share()) }}</td>
                                </tr>
                            }
                        }
                    </For>
                </tbody>
            </table></div>
        </Panel>
    }
}

const ROLES: [(&str, Role); 4] =
    [("input", Role::Input), ("left_out", Role::LeftOut), ("row_id", Role::RowId), ("known_later", Role::KnownLater)];

/// What a column is for, to be chosen; the target and the group column are chosen elsewhere.
#[component]
pub fn RoleSelect(name: String, is_target: Memo<bool>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let name = StoredValue::new(name);
    let role = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.role(&name.get_value())));
    // Known apart from the rest of the recipe, so that a choice keeps its list and the focus in it.
    let is_group = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.group.as_deref() == Some(name.get_value().as_str())));
    view! {
        {move || if is_target.get() {
            view! { <Badge text=text("role.target") kind="accent"/> }.into_any()
        } else if is_group.get() {
            view! { <Badge text=text("role.group")/> }.into_any()
        } else {
            let label = Message::new("goal.role_of").with("column", name.get_value()).to_string();
            let known = ROLES.map(|(id, role)| (id, text(&format!("role.{id}")), role)).to_vec();
            let set = move |role| change(studio, |goal| { goal.roles.insert(name.get_value(), role); });
            view! { <NamedSelect label=label known=known value=role small=true on_change=set/> }.into_any()
        }}
    }
}
