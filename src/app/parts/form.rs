//! The form of anything that describes its fields: steps, models, searches. One renderer for all.

use super::{Button, Choice};
use atelier::base::{Field, Kind, Params, field, text};
use leptos::prelude::*;
use serde_json::Value;

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
    /// The ids of the fields that are drawn, in this order; all where it is empty.
    #[prop(optional)]
    only: &'static [&'static str],
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
                        <Control field=field.get_value() owner=owner.clone() value=value set=set columns=columns/>
                    </Show>
                }
            }).collect_view()}
        </div>
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
) -> impl IntoView {
    let label_id = format!("{owner}.{}", field.id);
    let label = text(&label_id);
    let help = field_text(&format!("{label_id}.help"));
    let unit = field.unit;
    let (wrong, set_wrong) = signal(String::new());
    let try_set = {
        let (field, owner) = (field.clone(), owner.clone());
        move |value: Value| match field.check(&value, atelier::base::Stage::Prepare, &owner) {
            Some(problem) => set_wrong.set(problem.to_string()),
            None => {
                set_wrong.set(String::new());
                set.run(value);
            }
        }
    };
    let shown = move || show(&value.get());
    let name = label.clone();
    let control = match field.kind.clone() {
        Kind::Number { .. } | Kind::Integer { .. } => {
            let whole = matches!(field.kind, Kind::Integer { .. });
            view! {
                <input class="box" type="text" inputmode="decimal" prop:value=shown aria-invalid=move || (!wrong.get().is_empty()).then_some("true")
                    on:change=move |event| try_set(parse_number(&event_target_value(&event), whole))/>
            }.into_any()
        }
        Kind::Choice(choices) if choices.len() <= 4 => {
            let options: Vec<(String, String)> = choices.iter().map(|choice| ((*choice).to_owned(), text(&format!("{label_id}={choice}")))).collect();
            let chosen = Signal::derive(move || show(&value.get()));
            view! { <Choice label=name options=options value=chosen on_change=move |id: String| try_set(Value::String(id))/> }.into_any()
        }
        Kind::Choice(choices) => view! {
            <select class="box" on:change=move |event| try_set(Value::String(event_target_value(&event))) prop:value=shown>
                {choices.iter().map(|choice| {
                    let this = *choice;
                    view! { <option value=this selected=move || show(&value.get()) == this>{text(&format!("{label_id}={choice}"))}</option> }
                }).collect_view()}
            </select>
        }.into_any(),
        Kind::Flag => {
            let on = move || value.get().as_bool().unwrap_or(false);
            view! { <input type="checkbox" prop:checked=on on:change=move |event| try_set(Value::Bool(event_target_checked(&event)))/> }.into_any()
        }
        Kind::Text(_) => view! { <input class="box" type="text" prop:value=shown on:change=move |event| try_set(Value::String(event_target_value(&event)))/> }.into_any(),
        Kind::Expression => view! {
            <textarea class="box mono" rows="2" spellcheck="false" prop:value=shown on:change=move |event| try_set(Value::String(event_target_value(&event)))></textarea>
        }.into_any(),
        Kind::Column => view! {
            <select class="box mono" on:change=move |event| try_set(Value::String(event_target_value(&event)))>
                <option value="">{text("page.choose")}</option>
                {move || columns.get().into_iter().map(|column| {
                    let this = column.clone();
                    view! { <option value=column.clone() selected=move || show(&value.get()) == this>{column.clone()}</option> }
                }).collect_view()}
            </select>
        }.into_any(),
        Kind::Columns => view! { <ColumnsControl value=value columns=columns set=move |value| try_set(value)/> }.into_any(),
        Kind::List { of, max } => view! { <ListControl of=of max=max owner=label_id.clone() value=value columns=columns set=move |value| try_set(value)/> }.into_any(),
    };
    let is_group =
        matches!(field.kind, Kind::Choice(choices) if choices.len() <= 4) || matches!(field.kind, Kind::Columns | Kind::List { .. });
    let wide = matches!(field.kind, Kind::Expression | Kind::Columns | Kind::List { .. });
    let caption = view! {
        <span title=help.clone()>{label}{(!unit.is_empty()).then(|| view! { <i class="unit">{format!(" {unit}")}</i> })}</span>
    };
    // A label element names one control; a group of controls has its own name.
    let body = if is_group {
        view! { <div class="field">{caption}{control}</div> }.into_any()
    } else {
        view! { <label class="field">{caption}{control}</label> }.into_any()
    };
    view! {
        <div class="control" data-wide=wide.then_some("true")>
            {body}
            <Show when=move || !wrong.get().is_empty()><p class="wrong" role="alert">{wrong}</p></Show>
        </div>
    }
}

#[component]
fn ColumnsControl(
    #[prop(into)] value: Signal<Value>,
    columns: Signal<Vec<String>>,
    set: impl Fn(Value) + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let chosen = Memo::new(move |_| names(&value.get()));
    view! {
        <div class="ticks">
            {move || columns.get().into_iter().map(|column| {
                let (this, set) = (column.clone(), set.clone());
                let ticked = { let this = this.clone(); Memo::new(move |_| chosen.with(|chosen| chosen.contains(&this))) };
                view! {
                    <label class="tick"><input type="checkbox" prop:checked=ticked on:change=move |event| {
                        let mut names = chosen.get_untracked();
                        names.retain(|name| *name != this);
                        if event_target_checked(&event) { names.push(this.clone()); }
                        set(Value::from(names));
                    }/><span class="mono">{column}</span></label>
                }
            }).collect_view()}
        </div>
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
                        <FieldsForm fields=of() owner=owner.get_value() params=params columns=columns on_change=change/>
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
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number as typed; a decimal comma is understood. What is no number stays a text, which the field then refuses in words.
fn parse_number(typed: &str, whole: bool) -> Value {
    let typed = typed.trim().replace(',', ".");
    let number = if whole {
        typed.parse::<i64>().map(Value::from).ok()
    } else {
        typed.parse::<f64>().ok().filter(|x| x.is_finite()).map(Value::from)
    };
    number.unwrap_or(Value::String(typed))
}

fn field_text(id: &str) -> Option<String> {
    atelier::base::text::find(id).map(str::to_owned)
}
