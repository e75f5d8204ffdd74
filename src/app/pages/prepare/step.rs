//! The step that is looked at: its columns, its form, on or off, remove.

use super::{Pipeline, problems};
use crate::parts::{Button, Choice, FieldsForm, Panel, ProblemHint, Switch, Ticks, form};
use crate::state::{Studio, View};
use atelier::base::{Message, Params, Problem, text};
use atelier::prepare::{self, Selector, Step};
use atelier::recipe::{self, Edit};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Moves a step, and the look and the focus with it.
pub fn shift(studio: Studio, view: View, pipeline: Pipeline, place: usize, by: isize) {
    let (count, name) = studio.recipe.with_untracked(|recipe| {
        (recipe.prepare.len(), recipe.prepare.get(place).map_or(String::new(), |step| text(&format!("step.{}", step.id))))
    });
    let Some(to) = place.checked_add_signed(by).filter(|to| *to < count && !studio.elsewhere.get_untracked()) else { return };
    studio.edit(Edit::MoveStep { from: place, to });
    pipeline.place.set(to);
    if let Some(row) = document().get_element_by_id(&row_id(to)).and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = row.focus();
    }
    view.say(Message::new("prepare.moved").with("step", name).with("place", to + 1).with("count", count).to_string());
}

/// The id of the button that looks at a step.
pub fn row_id(place: usize) -> String {
    format!("step-{place}")
}

/// The panel; nothing where there is no step.
#[component]
pub fn StepPanel() -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    let shown = Memo::new(move |_| {
        let place = pipeline.place.get();
        studio.recipe.with(|recipe| recipe.prepare.get(place).map(|step| (place, step.id.clone())))
    });
    move || shown.get().map(|(place, id)| view! { <One place id/> })
}

#[component]
fn One(place: usize, id: String) -> impl IntoView {
    let (studio, pipeline) = (expect_context::<Studio>(), expect_context::<Pipeline>());
    let step = Memo::new(move |_| studio.recipe.with(|recipe| recipe.prepare.get(place).cloned()));
    let change = move |change: &dyn Fn(&mut Step)| {
        if let Some(mut step) = step.get_untracked() {
            change(&mut step);
            studio.edit(Edit::ReplaceStep { at: place, step });
        }
    };
    let params = Signal::derive(move || step.with(|step| step.as_ref().map(|step| step.params.clone()).unwrap_or_default()));
    let on = Signal::derive(move || step.with(|step| step.as_ref().is_some_and(|step| step.enabled)));
    // The columns as they are before this step: those that the step in front of it left.
    let names = Memo::new(move |_| {
        let recipe = studio.recipe.get();
        let steps: Vec<Step> = recipe.steps().into_iter().take(place).collect();
        let inputs = studio.look.with(|look| look.as_ref().map(|look| recipe::input_schema(&recipe, &look.schema)));
        inputs.map(|inputs| prepare::schema_after(&steps, inputs).columns).unwrap_or_default()
    });
    let kind = prepare::find(&id);
    let (fields, accepts) = kind.map_or((Vec::new(), &[][..]), |kind| ((kind.fields)(), kind.accepts));
    let all = Signal::derive(move || names.with(|names| names.iter().map(|column| column.name.clone()).collect::<Vec<_>>()));
    let found = Memo::new(move |_| problems(studio, pipeline, place));
    // What is wrong with a field in sight stands at the field.
    let at_fields = {
        let fields = fields.clone();
        Memo::new(move |_| {
            let params = params.get();
            let is_tied = |problem: &Problem| fields.iter().any(|field| form::is_of(problem, field) && field.is_shown(&fields, &params));
            found.get().into_iter().partition::<Vec<Problem>, _>(is_tied)
        })
    };
    let title = text(&format!("step.{id}"));
    let remove = move || {
        studio.edit(Edit::RemoveStep { at: place });
        pipeline.place.set(place.saturating_sub(1));
    };
    let (has_fields, owner) = (!fields.is_empty(), format!("step.{id}"));
    let (tool_title, remove_title) = (title.clone(), title.clone());
    view! {
        <Panel title=title note=text(&format!("step.{id}.help")) tools=move || view! {
            <span class="small muted">{text("prepare.on")}</span><Switch label=Message::new("prepare.on_name").with("step", &tool_title).to_string() on=on on_change=move |on| change(&|step| step.enabled = on)/>
            <Button icon="trash" kind="quiet" name=Message::new("prepare.remove").with("step", &remove_title).to_string() on_click=remove/>
        }>
            <div class="stack">
                {move || at_fields.get().1.into_iter().map(|problem| view! { <ProblemHint problem/> }).collect_view()}
                {(!accepts.is_empty()).then(|| view! { <Columns place accepts names/> })}
                {has_fields.then(|| view! { <FieldsForm fields=fields owner=owner params=params columns=all problems=Signal::derive(move || at_fields.get().0) on_change=Callback::new(move |params: Params| change(&|step| step.params = params.clone()))/> })}
            </div>
        </Panel>
    }
}

/// Which columns the step works on.
#[component]
fn Columns(place: usize, accepts: &'static [atelier::table::Kind], names: Memo<Vec<atelier::table::ColumnInfo>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let selector =
        Memo::new(move |_| studio.recipe.with(|recipe| recipe.prepare.get(place).map(|step| step.columns.clone()).unwrap_or_default()));
    let set = move |columns: Selector| {
        let step = studio.recipe.with_untracked(|recipe| recipe.prepare.get(place).cloned());
        if let Some(step) = step {
            studio.edit(Edit::ReplaceStep { at: place, step: Step { columns, ..step } });
        }
    };
    let mode = Memo::new(move |_| match selector.get() {
        Selector::All => "all",
        Selector::Names(_) => "these",
        Selector::Except(_) => "except",
    });
    let chosen = Memo::new(move |_| match selector.get() {
        Selector::All => Vec::new(),
        Selector::Names(names) | Selector::Except(names) => names,
    });
    let possible = Memo::new(move |_| {
        names.with(|names| {
            names.iter().filter(|column| accepts.contains(&column.kind)).map(|column| column.name.clone()).collect::<Vec<_>>()
        })
    });
    let options: Vec<(String, String)> =
        ["all", "these", "except"].map(|id| (id.to_owned(), text(&format!("prepare.columns.{id}")))).to_vec();
    let tick = Callback::new(move |names: Vec<String>| {
        set(if mode.get_untracked() == "these" { Selector::Names(names) } else { Selector::Except(names) });
    });
    view! {
        <div class="field"><span>{text("prepare.columns")}</span>
            <Choice label=text("prepare.columns") options=options value=Signal::derive(move || mode.get().to_owned()) on_change=move |id: String| set(match id.as_str() {
                "these" => Selector::Names(match chosen.get_untracked() { names if names.is_empty() => possible.get_untracked(), names => names }),
                "except" => Selector::Except(Vec::new()),
                _ => Selector::All,
            })/>
        </div>
        <Show when=move || mode.get() != "all"><Ticks label=text("prepare.columns") options=possible chosen=chosen on_change=tick/></Show>
    }
}
