//! The columns of a table as they were read: what each is, how sure that is, what it is for.

use super::{Tables, thousands};
use crate::pages::goal::RoleSelect;
use crate::parts::{Badge, Panel, Select};
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::recipe::digest_of;
use atelier::table::Kind;
use atelier::table::read::{ColumnOptions, ColumnSummary, Confidence, DateOrder, kind_text};
use leptos::prelude::*;

/// Columns drawn, at most; a filter finds the others.
const DRAWN: usize = 200;
/// From so many columns on there is a filter.
const MANY: usize = 20;

const KINDS: [Kind; 4] = [Kind::Number, Kind::Category, Kind::Text, Kind::Date];

/// The panel.
#[component]
pub fn Columns() -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let filter = RwSignal::new(String::new());
    let all =
        Memo::new(move |_| tables.summary.with(|summary| summary.as_ref().map(|summary| summary.columns.clone()).unwrap_or_default()));
    let found = Memo::new(move |_| {
        let wanted = filter.get().to_lowercase();
        let given = tables.source(studio).map(|source| source.options.columns).unwrap_or_default();
        let decided = |column: &ColumnSummary| (column.clone(), given.get(&column.name).copied().unwrap_or_default());
        all.with(|all| {
            all.iter().filter(|column| column.name.to_lowercase().contains(&wanted)).take(DRAWN).map(decided).collect::<Vec<_>>()
        })
    });
    let rows = Memo::new(move |_| tables.summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.tally.kept)));
    let note = Signal::derive(move || {
        let (shown, count) = (found.with(Vec::len), all.with(Vec::len));
        match shown < count {
            true => Message::new("data.columns.some").with("shown", shown).with("all", thousands(count)).to_string(),
            false => text("data.columns.note"),
        }
    });
    let has_many = Memo::new(move |_| all.with(Vec::len) > MANY);
    view! {
        <Panel title=text("goal.columns") note=note flush=true tools=move || view! {
            <Show when=move || has_many.get()><input class="box filter" type="search" aria-label=text("data.columns.find") placeholder=text("data.columns.find") on:input=move |event| filter.set(event_target_value(&event))/></Show>
        }>
            <div class="scroll" tabindex="0" role="region" aria-label=text("goal.columns")><table class="columns">
                <thead><tr><th scope="col">{text("goal.name")}</th><th scope="col">{text("goal.kind")}</th><th scope="col">{text("data.columns.sure")}</th><th scope="col">{text("data.columns.written")}</th><th scope="col">{text("goal.role")}</th><th scope="col" class="num">{text("goal.missing")}</th><th scope="col" class="num">{text("data.columns.different")}</th><th scope="col">{text("data.columns.examples")}</th></tr></thead>
                <tbody><For each=move || found.get() key=|(column, given)| digest_of(&(column, given)) let:shown><Row column=shown.0 given=shown.1 rows=rows/></For></tbody>
            </table></div>
        </Panel>
    }
}

#[component]
fn Row(column: ColumnSummary, given: ColumnOptions, rows: Memo<u64>) -> impl IntoView {
    let missing = column.missing;
    let share = move || match (missing, rows.get()) {
        (0, _) | (_, 0) => thousands(missing),
        (missing, rows) => Message::new("data.columns.share")
            .with("count", thousands(missing))
            .with("percent", format!("{:.0}", 100.0 * missing as f64 / rows as f64))
            .to_string(),
    };
    let different = if column.distinct.is_exact {
        thousands(column.distinct.count)
    } else {
        Message::new("data.columns.more").with("count", thousands(column.distinct.count)).to_string()
    };
    let renamed = (column.name != column.original).then(|| match column.original.is_empty() {
        true => text("data.columns.unnamed"),
        false => Message::new("data.columns.original").with("name", &column.original).to_string(),
    });
    let (sure, sure_kind) = match (given != ColumnOptions::default(), column.confidence) {
        (true, _) => ("given", "accent"),
        (false, Confidence::Sure) => ("sure", ""),
        (false, Confidence::Likely) => ("likely", ""),
        (false, Confidence::Unsure) => ("unsure", "warn"),
    };
    let examples: Vec<String> = column.examples.iter().take(4).map(|example| example.chars().take(24).collect()).collect();
    let reason = column.kind.reason.to_string();
    let (kind, written, role) = (column.clone(), column.clone(), column.name.clone());
    view! {
        <tr>
            <th scope="row"><bdi class="mono">{column.name.clone()}</bdi>{renamed.map(|renamed| view! { <br/><span class="tiny muted"><bdi>{renamed}</bdi></span> })}</th>
            <td title=reason><KindSelect column=kind/></td>
            <td><span title=column.kind.reason.to_string()><Badge text=text(&format!("data.sure.{sure}")) kind=sure_kind/></span></td>
            <td><Written column=written given=given/></td>
            <td><Role name=role/></td>
            <td class="num">{share}</td><td class="num">{different}</td>
            <td class="examples muted">{examples.into_iter().map(|example| view! { <bdi class="mono">{example}</bdi> }).collect_view()}</td>
        </tr>
    }
}

/// Changes what is decided about a column.
fn change(studio: Studio, tables: Tables, name: &str, change: impl FnOnce(&mut ColumnOptions)) {
    studio.change_reading(tables.place.get_untracked(), |options| options.change_column(name, change));
}

#[component]
fn KindSelect(column: ColumnSummary) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let (given, now) = (column.kind.given, column.kind.value);
    let options = choices(given, &KINDS.map(|kind| (kind.id(), kind_text(kind))));
    let value = now.id().to_owned();
    let label = Message::new("data.columns.kind_of").with("column", &column.name).to_string();
    let set = Callback::new(move |id: String| {
        change(studio, tables, &column.name, |options| options.kind = KINDS.into_iter().find(|kind| kind.id() == id));
    });
    view! { <Select label=label options=options value=value on_change=set/> }
}

/// What can be chosen in place of what was found out, and where a person chose, the way back.
fn choices(given: bool, kinds: &[(&str, &str)]) -> Vec<(String, String)> {
    let back = given.then(|| (String::new(), text("data.find_out")));
    back.into_iter().chain(kinds.iter().map(|(id, words)| ((*id).to_owned(), text(words)))).collect()
}

/// How numbers and dates of a column are written, where that can be told.
#[component]
fn Written(column: ColumnSummary, given: ColumnOptions) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let name = column.name.clone();
    let label = Message::new("data.columns.written_of").with("column", &name).to_string();
    if let Some(format) = column.number_format {
        let options = choices(given.decimal_comma.is_some(), &[("point", "data.mark.point"), ("comma", "data.mark.comma")]);
        let value = if format.decimal_comma { "comma" } else { "point" }.to_owned();
        let set = Callback::new(move |id: String| {
            change(studio, tables, &name, |options| options.decimal_comma = if id.is_empty() { None } else { Some(id == "comma") });
        });
        return view! { <Select label=label options=options value=value on_change=set/> }.into_any();
    }
    if let Some(order) = column.date_order {
        let options = choices(given.date_order.is_some(), &DateOrder::ALL.map(|order| (order.id(), order.text_id())));
        let value = order.id().to_owned();
        let set = Callback::new(move |id: String| {
            change(studio, tables, &name, |options| options.date_order = DateOrder::ALL.into_iter().find(|order| order.id() == id));
        });
        return view! { <Select label=label options=options value=value on_change=set/> }.into_any();
    }
    ().into_any()
}

/// What the column is for, by the name that it has in the study's table; a key of a joined table is none of its columns.
#[component]
fn Role(name: String) -> impl IntoView {
    let (studio, tables) = (expect_context::<Studio>(), expect_context::<Tables>());
    let own = StoredValue::new(name);
    let here = Memo::new(move |_| {
        let (place, own) = (tables.place.get(), own.get_value());
        if place == 0 {
            return Some(own);
        }
        let source = studio.recipe.with(|recipe| recipe.sources.get(place).map(|source| source.name.clone()))?;
        let is_key = studio.recipe.with(|recipe| {
            recipe.joins.iter().filter(|join| join.source == source).any(|join| join.keys.iter().any(|(_, right)| *right == own))
        });
        studio.look.with(|look| {
            let report = look.as_ref()?.joins.iter().find(|report| report.source == source)?;
            let renamed = report.renamed.iter().find(|(before, _)| *before == own).map(|(_, now)| now.clone());
            Some(renamed.unwrap_or(own)).filter(|name| !is_key && look.as_ref().is_some_and(|look| look.schema.column(name).is_some()))
        })
    });
    move || match here.get() {
        None => view! { <span class="muted">{text("data.columns.no_role")}</span> }.into_any(),
        Some(name) => {
            let own = name.clone();
            let is_target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.as_deref() == Some(own.as_str())));
            view! { <RoleSelect name=name is_target=is_target/> }.into_any()
        }
    }
}
