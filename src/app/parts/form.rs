//! The form of anything that describes its fields: steps, models, searches. One renderer for all.

use super::models::ModelsControl;
use super::number::parse;
use super::{Button, Choice, Icon, Select, Ticks};
use atelier::base::{Field, Kind, Message, Params, Place, Problem, field, text};
use atelier::learn::Estimator;
use leptos::prelude::*;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The fields of something, with their values.
#[component]
pub fn FieldsForm(
    /// The fields.
    fields: Vec<Field>,
    /// The prefix of their texts, such as `step.impute`.
    #[prop(into)]
    owner: String,
    /// The values; what is left out shows the default.
    #[prop(into)]
    params: Signal<Params>,
    /// Columns that can be chosen where a field asks for one.
    #[prop(into, default = Signal::stored(Vec::new()))]
    columns: Signal<Vec<String>>,
    /// Names and models that can be added where a field holds some.
    #[prop(into, default = Signal::stored(Vec::new()))]
    models: Signal<Vec<(String, Estimator)>>,
    /// What the engine finds wrong with the values: each at its field, one at a character in the formula.
    #[prop(into, default = Signal::stored(Vec::new()))]
    problems: Signal<Vec<Problem>>,
    /// The ids of the fields that are drawn, in this order; all where it is empty.
    #[prop(optional)]
    only: &'static [&'static str],
    /// Whether each field has a button for its help. Without it the help is told to those who listen alone.
    #[prop(default = true)]
    helps: bool,
    /// Whether it stands in a list, where a few choices take no more room than many.
    #[prop(optional)]
    compact: bool,
    /// Told the values after a change.
    on_change: Callback<Params>,
) -> impl IntoView {
    let all = StoredValue::new(fields.clone());
    let fields: Vec<Field> = match only {
        [] => fields,
        only => only.iter().filter_map(|id| fields.iter().find(|field| field.id == *id).cloned()).collect(),
    };
    view! {
        <div class="form">
            {fields.into_iter().map(|field| {
                let id = field.id;
                let default = field.default.clone();
                let value = Memo::new(move |_| params.with(|params| params.get(id).cloned()).unwrap_or_else(|| default.clone()));
                let shown = {
                    let field = field.clone();
                    Memo::new(move |_| params.with(|params| all.with_value(|all| field.is_shown(all, params))))
                };
                let set = Callback::new(move |value: Value| {
                    let mut params = params.get_untracked();
                    params.insert(id.to_owned(), value);
                    on_change.run(params);
                });
                let owner = owner.clone();
                let field = StoredValue::new(field);
                view! {
                    <Show when=move || shown.get()>
                        <Control field=field.get_value() owner=owner.clone() value=value set=set columns=columns models=models problems=problems helps=helps compact=compact/>
                    </Show>
                }
            }).collect_view()}
        </div>
    }
}

/// An id that no other element has.
pub fn fresh() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("part-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Whether a problem is that of a field.
pub fn is_of(problem: &Problem, field: &Field) -> bool {
    match &problem.place {
        Place::Field(_, id) => id == field.id,
        Place::Character(_) => matches!(field.kind, Kind::Expression),
        _ => false,
    }
}

/// One field with its label, its unit and its help; a wrong value stays in sight with what is wrong.
#[component]
fn Control(
    field: Field,
    owner: String,
    #[prop(into)] value: Signal<Value>,
    set: Callback<Value>,
    columns: Signal<Vec<String>>,
    models: Signal<Vec<(String, Estimator)>>,
    problems: Signal<Vec<Problem>>,
    helps: bool,
    compact: bool,
) -> impl IntoView {
    let label_id = format!("{owner}.{}", field.id);
    let label = text(&label_id);
    let help = atelier::base::text::find(&format!("{label_id}.help"));
    let unit = field.unit;
    let id = fresh();
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let (refused, set_refused) = signal(String::new());
    // By undo the value is another, and the complaint is about none that is there.
    Effect::new(move |_| {
        value.track();
        set_refused.set(String::new());
    });
    let try_set = {
        let (field, owner) = (field.clone(), owner.clone());
        move |value: Value| match field.check(&value, atelier::base::Stage::Prepare, &owner) {
            Some(problem) => set_refused.set(problem.to_string()),
            None => {
                set_refused.set(String::new());
                set.run(value);
            }
        }
    };
    let wrong = {
        let field = field.clone();
        Memo::new(move |_| {
            let found = || problems.with(|problems| problems.iter().find(|problem| is_of(problem, &field)).map(ToString::to_string));
            Some(refused.get()).filter(|refused| !refused.is_empty()).or_else(found).unwrap_or_default()
        })
    };
    let is_wrong = Memo::new(move |_| !wrong.with(String::is_empty));
    let invalid = move || is_wrong.get().then_some("true");
    let described = {
        let (help_id, wrong_id) = (help.map(|_| help_id.clone()), wrong_id.clone());
        Signal::derive(move || {
            let ids: Vec<String> = help_id.clone().into_iter().chain(is_wrong.get().then(|| wrong_id.clone())).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let shown = move || show(&value.get());
    let name = label.clone();
    let is_row = move |choices: &[&str]| choices.len() <= 4 && !compact;
    let control = match field.kind.clone() {
        Kind::Number { .. } | Kind::Integer { .. } => {
            let whole = matches!(field.kind, Kind::Integer { .. });
            view! {
                <input class="box" type="text" inputmode="decimal" id=id.clone() prop:value=shown aria-invalid=invalid aria-describedby=move || described.get()
                    on:change=move |event| try_set(parse(&event_target_value(&event), whole))/>
            }.into_any()
        }
        Kind::Choice(choices) => {
            let options: Vec<(String, String)> = choices.iter().map(|choice| ((*choice).to_owned(), text(&format!("{label_id}={choice}")))).collect();
            let chosen = Signal::derive(shown);
            let set = move |id: String| try_set(Value::String(id));
            match is_row(choices) {
                true => view! { <Choice label=name options=options value=chosen described=described on_change=set/> }.into_any(),
                false => view! { <Select label=name options=options value=chosen id=id.clone() described=described on_change=Callback::new(set)/> }.into_any(),
            }
        }
        Kind::Flag => {
            let on = move || value.get().as_bool().unwrap_or(false);
            view! { <input type="checkbox" id=id.clone() prop:checked=on aria-describedby=move || described.get() on:change=move |event| try_set(Value::Bool(event_target_checked(&event)))/> }.into_any()
        }
        Kind::Text(_) => view! {
            <input class="box" type="text" id=id.clone() prop:value=shown aria-invalid=invalid aria-describedby=move || described.get()
                on:change=move |event| try_set(Value::String(event_target_value(&event)))/>
        }.into_any(),
        Kind::Expression => view! { <FormulaControl id=id.clone() value=value problems=problems described=described set=Callback::new(move |words: String| try_set(Value::String(words)))/> }.into_any(),
        Kind::Column => {
            // A column that is not there any more is still the one that is chosen.
            let options = Signal::derive(move || {
                let (columns, chosen) = (columns.get(), show(&value.get()));
                let gone = (!chosen.is_empty() && !columns.contains(&chosen)).then_some(chosen);
                let names = gone.into_iter().chain(columns).map(|name| (name.clone(), name));
                std::iter::once((String::new(), text("page.choose"))).chain(names).collect::<Vec<_>>()
            });
            let chosen = Signal::derive(shown);
            view! { <Select label=name options=options value=chosen mono=true id=id.clone() described=described on_change=Callback::new(move |id: String| try_set(Value::String(id)))/> }.into_any()
        }
        Kind::Columns => {
            let chosen = Signal::derive(move || names(&value.get()));
            view! { <Ticks label=name options=columns chosen=chosen described=described on_change=Callback::new(move |names: Vec<String>| try_set(Value::from(names)))/> }.into_any()
        }
        Kind::List { of, max } => view! { <ListControl of=of max=max owner=label_id.clone() value=value columns=columns set=move |value| try_set(value)/> }.into_any(),
        Kind::Models { .. } => view! { <ModelsControl field=field.clone() owner=label_id.clone() value=value offered=models set=Callback::new(try_set)/> }.into_any(),
    };
    let is_group = matches!(field.kind, Kind::Choice(choices) if is_row(choices))
        || matches!(field.kind, Kind::Columns | Kind::List { .. } | Kind::Models { .. });
    let wide = matches!(field.kind, Kind::Expression | Kind::Columns | Kind::List { .. } | Kind::Models { .. });
    let words = (label.clone(), (!unit.is_empty()).then(|| view! { <i class="unit">{format!(" {unit}")}</i> }));
    // A label element names one control; a group of controls has its own name.
    let caption = match is_group {
        true => view! { <span>{words}</span> }.into_any(),
        false => view! { <label for=id>{words}</label> }.into_any(),
    };
    let (open, set_open) = signal(false);
    let asks = help.filter(|_| helps).map(|help| {
        let controls = help_id.clone();
        view! {
            <button type="button" class="info" title=help aria-label=Message::new("page.help_of").with("field", &label).to_string() aria-controls=controls aria-expanded=move || open.get().to_string()
                on:click=move |_| set_open.update(|open| *open = !*open)><Icon name="info"/></button>
        }
    });
    view! {
        <div class="control" data-wide=wide.then_some("true")>
            <div class="field"><div class="caption">{caption}{asks}</div>{control}</div>
            {help.map(|help| view! { <p class="help" id=help_id hidden=move || !open.get()>{help}</p> })}
            <Show when=move || is_wrong.get()><p class="wrong" role="alert" id=wrong_id.clone()>{wrong}</p></Show>
        </div>
    }
}

/// A formula; where a character of it is wrong, the formula once more with that character marked, and the way to it.
#[component]
fn FormulaControl(
    id: String,
    value: Signal<Value>,
    problems: Signal<Vec<Problem>>,
    described: Signal<Option<String>>,
    set: Callback<String>,
) -> impl IntoView {
    let area = NodeRef::<leptos::html::Textarea>::new();
    let at = Memo::new(move |_| {
        problems.with(|problems| {
            problems.iter().find_map(|problem| match problem.place {
                Place::Character(at) => Some(at),
                _ => None,
            })
        })
    });
    let invalid = move || described.get().is_some_and(|ids| ids.ends_with("-wrong")).then_some("true");
    let select = move |at: usize| {
        if let Some(area) = area.get_untracked() {
            // The browser counts UTF-16 units.
            let units = |count: usize| area.value().chars().take(count).map(char::len_utf16).sum::<usize>() as u32;
            let _ = area.set_selection_range(units(at), units(at + 1));
        }
    };
    // The caret waits there for whoever comes back to the formula; it is not taken from whoever is typing.
    Effect::new(move |_| {
        let (Some(at), Some(area)) = (at.get(), area.get()) else { return };
        if document().active_element().as_ref() != Some(&*area) {
            select(at);
        }
    });
    let go = move |at: usize| {
        if let Some(area) = area.get_untracked() {
            let _ = area.focus();
        }
        select(at);
    };
    let marked = move || {
        let at = at.get()?;
        let formula = show(&value.get());
        let before: String = formula.chars().take(at).collect();
        // At its end something is missing.
        let wrong = formula.chars().nth(at).filter(|c| !c.is_whitespace()).map_or_else(|| "\u{a0}".to_owned(), String::from);
        let after: String = formula.chars().skip(at + 1).collect();
        let label = Message::new("page.to_character").with("number", at + 1).to_string();
        Some(view! {
            <div class="row wrap"><p class="formula marked" aria-hidden="true">{before}<mark>{wrong}</mark>{after}</p><Button kind="quiet" label=label on_click=move || go(at)/></div>
        })
    };
    view! {
        <textarea class="box mono" rows="2" spellcheck="false" id=id node_ref=area aria-invalid=invalid aria-describedby=move || described.get()
            prop:value=move || show(&value.get()) on:change=move |event| set.run(event_target_value(&event))></textarea>
        {marked}
    }
}

#[component]
fn ListControl(
    of: fn() -> Vec<Field>,
    max: usize,
    owner: String,
    #[prop(into)] value: Signal<Value>,
    columns: Signal<Vec<String>>,
    set: impl Fn(Value) + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let items = Memo::new(move |_| value.get().as_array().cloned().unwrap_or_default());
    let count = Memo::new(move |_| items.with(Vec::len));
    let set = StoredValue::new(set);
    let put = move |items: Vec<Value>| set.with_value(|set| set(Value::Array(items)));
    let owner = StoredValue::new(owner);
    view! {
        <div class="list">
            {move || (0..count.get()).map(|place| {
                let params = Signal::derive(move || items.with(|items| items.get(place).and_then(Value::as_object).cloned().unwrap_or_default()));
                let change = Callback::new(move |params: Params| {
                    let mut items = items.get_untracked();
                    if let Some(item) = items.get_mut(place) { *item = Value::Object(params); }
                    put(items);
                });
                view! {
                    <div class="item" role="group" aria-label=format!("{} {}", text(&owner.get_value()), place + 1)>
                        <FieldsForm fields=of() owner=owner.get_value() params=params columns=columns helps=place == 0 compact=true on_change=change/>
                        <Button icon="trash" kind="quiet" name=format!("{} {}", text("page.remove"), place + 1) on_click=move || {
                            let mut items = items.get_untracked();
                            if place < items.len() { items.remove(place); }
                            put(items);
                        }/>
                    </div>
                }
            }).collect_view()}
            <Button icon="plus" kind="quiet" label=text(&format!("{}.add", owner.get_value())) disabled=Signal::derive(move || count.get() >= max) on_click=move || {
                let mut items = items.get_untracked();
                items.push(items.last().cloned().unwrap_or_else(|| Value::Object(field::defaults(&of()))));
                put(items);
            }/>
        </div>
    }
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // A whole number without its ".0", as a person writes it.
        Value::Number(number) => match number.as_f64() {
            Some(x) if x.fract() == 0.0 && x.abs() < 1e15 => format!("{x:.0}"),
            _ => number.to_string(),
        },
        value => value.to_string(),
    }
}
