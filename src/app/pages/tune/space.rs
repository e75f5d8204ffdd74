//! Where is searched: a row a parameter with its range.

use super::{change, fields_of, label_of, shown};
use crate::parts::{Button, FieldsForm, Menu, Panel};
use crate::state::Studio;
use atelier::base::{Field, Kind, Message, Params, text};
use atelier::recipe::Tune as Search;
use atelier::tune::{Parameter, Range, searchable};
use leptos::prelude::*;
use serde_json::Value;

/// The panel.
#[component]
pub fn SpacePanel(search: Memo<Option<Search>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let model = Memo::new(move |_| {
        let place = search.with(|search| search.as_ref().map_or(0, |search| search.candidate));
        studio.recipe.with(|recipe| recipe.models.get(place).cloned())
    });
    let kind = Memo::new(move |_| model.with(|model| model.as_ref().map(|model| model.model.clone()).unwrap_or_default()));
    let all = Memo::new(move |_| {
        let space = search.with(|search| search.as_ref().map(|search| search.space.clone()).unwrap_or_default());
        model.with(|model| model.as_ref().map(|model| searchable(&fields_of(model), &model.params, &space)).unwrap_or_default())
    });
    let paths = Memo::new(move |_| {
        search.with(|search| {
            search.as_ref().map(|search| search.space.parameters.iter().map(|it| it.path.clone()).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let offered = Signal::derive(move || {
        let (model, taken) = (kind.get(), paths.get());
        let item = |parameter: Parameter| {
            let name = label_of(&model, &parameter.path);
            (
                name,
                Callback::new(move |()| {
                    let parameter = parameter.clone();
                    change(studio, search, |search| search.space.parameters.push(parameter));
                }),
            )
        };
        all.get().into_iter().filter(|parameter| !taken.contains(&parameter.path)).map(item).collect::<Vec<_>>()
    });
    view! {
        <Panel title=text("tuning.space") note=text("tuning.space.note") tools=move || view! { <Menu label=text("tuning.add") icon="plus" text=text("tuning.add_short") items=offered/> }>
            <div class="list">
                {move || {
                    let (model, paths) = (kind.get(), paths.get());
                    let none = paths.is_empty().then(|| view! { <p class="muted small">{text("tuning.space.empty")}</p> });
                    let rows = paths.into_iter().map(|path| view! { <Row model=model.clone() path all search/> }).collect_view();
                    view! { {rows}{none} }
                }}
            </div>
        </Panel>
    }
}

#[component]
fn Row(model: String, path: String, all: Memo<Vec<Parameter>>, search: Memo<Option<Search>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let name = label_of(&model, &path);
    let path = StoredValue::new(path);
    let range = Memo::new(move |_| {
        search.with(|search| {
            search.as_ref()?.space.parameters.iter().find(|it| Some(&it.path) == path.try_get_value().as_ref()).map(|it| it.range.clone())
        })
    });
    let set = move |next: Range| {
        change(studio, search, |search| {
            if let Some(parameter) = search.space.parameters.iter_mut().find(|it| it.path == path.get_value()) {
                parameter.range = next;
            }
            search.space.settle();
        });
    };
    let kind = model.clone();
    let condition = Memo::new(move |_| {
        let path = path.try_get_value()?;
        let when = search.with(|search| search.as_ref()?.space.parameters.iter().find(|it| it.path == path)?.when.clone())?;
        let values: Vec<String> = when.values.iter().map(|value| shown(&kind, &when.path, value)).collect();
        let told = Message::new("tuning.when").with("parameter", label_of(&kind, &when.path)).with("values", values.join(", "));
        Some(told.to_string())
    });
    let is_choice = Memo::new(move |_| range.with(|range| matches!(range, Some(Range::Choice { .. }))));
    let remove = Message::new("tuning.remove").with("parameter", &name).to_string();
    let model = StoredValue::new(model);
    let (group, label) = (name.clone(), name.clone());
    let ticks = name.clone();
    view! {
        <div class="item" role="group" aria-label=group>
            <div class="stack parameter">
                <b>{label}</b>
                {move || condition.get().map(|condition| view! { <p class="muted small">{condition}</p> })}
                <Show when=move || is_choice.get() fallback=move || view! { <Ends path=path.get_value() model=model.get_value() range set=Callback::new(set)/> }>
                    <Ticks label=ticks.clone() path=path.get_value() model=model.get_value() all range set=Callback::new(set)/>
                </Show>
            </div>
            <Button icon="trash" kind="quiet" name=remove on_click=move || change(studio, search, |search| {
                search.space.parameters.retain(|it| it.path != path.get_value());
                search.space.settle();
            })/>
        </div>
    }
}

/// From where to where, and whether by orders of magnitude. The form's own bounds hold.
#[component]
fn Ends(path: String, model: String, range: Memo<Option<Range>>, set: Callback<Range>) -> impl IntoView {
    let fields = ends(&model, &path, range.get_untracked().as_ref());
    let params = Signal::derive(move || {
        let mut params = Params::new();
        let (min, max, log): (Value, Value, bool) = match range.get() {
            Some(Range::Number { min, max, log }) => (min.into(), max.into(), log),
            Some(Range::Integer { min, max, log }) => (min.into(), max.into(), log),
            _ => return params,
        };
        params.insert("min".to_owned(), min);
        params.insert("max".to_owned(), max);
        params.insert("log".to_owned(), log.into());
        params
    });
    let on_change = Callback::new(move |params: Params| {
        let log = params.get("log").and_then(Value::as_bool).unwrap_or(false);
        let next = match range.get_untracked() {
            Some(Range::Number { .. }) => {
                let end = |id: &str| params.get(id).and_then(Value::as_f64);
                end("min").zip(end("max")).map(|(min, max)| Range::Number { min, max, log })
            }
            Some(Range::Integer { .. }) => {
                let end = |id: &str| params.get(id).and_then(Value::as_i64);
                end("min").zip(end("max")).map(|(min, max)| Range::Integer { min, max, log })
            }
            _ => None,
        };
        if let Some(next) = next {
            set.run(next);
        }
    });
    view! { <FieldsForm fields=fields owner="tuning.range" params=params on_change=on_change/> }
}

fn ends(model: &str, path: &str, range: Option<&Range>) -> Vec<Field> {
    let all = atelier::learn::find(model).map(|kind| (kind.fields)()).unwrap_or_default();
    let mut parts = path.split('.');
    let field = parts.next().and_then(|head| all.iter().find(|field| field.id == head).cloned());
    let field = match field.map(|field| field.kind) {
        Some(Kind::List { of, .. }) => {
            let last = parts.next_back();
            of().into_iter().find(|field| Some(field.id) == last).map(|field| field.kind)
        }
        kind => kind,
    };
    let mut fields = match (field, range) {
        (Some(Kind::Integer { min, max }), _) => vec![Field::integer("min", min, min, max), Field::integer("max", max, min, max)],
        (Some(Kind::Number { min, max, .. }), _) => vec![Field::number("min", min, min, max), Field::number("max", max, min, max)],
        _ => Vec::new(),
    };
    fields.push(Field::flag("log", false));
    fields
}

/// Which of the choices.
#[component]
fn Ticks(
    label: String,
    path: String,
    model: String,
    all: Memo<Vec<Parameter>>,
    range: Memo<Option<Range>>,
    set: Callback<Range>,
) -> impl IntoView {
    let wanted = path.clone();
    let choices = Memo::new(move |_| all.with(|all| all.iter().find(|it| it.path == wanted).map(|it| it.range.clone())));
    let values = |range: Option<Range>| if let Some(Range::Choice { values }) = range { values } else { Vec::new() };
    // What was listed when the row was drawn stays, so that a value that is not a usual one can be ticked again.
    let own = values(range.get_untracked());
    let listed = move || {
        let mut all = values(choices.get());
        let more: Vec<Value> = own.iter().filter(|value| !all.contains(value)).cloned().collect();
        all.extend(more);
        all
    };
    view! {
        <div class="ticks" role="group" aria-label=label>
            {move || listed().into_iter().map(|value| {
                let text = shown(&model, &path, &value);
                let this = value.clone();
                let ticked = Memo::new(move |_| range.with(|range| matches!(range, Some(Range::Choice { values }) if values.contains(&this))));
                view! {
                    <label class="tick"><input type="checkbox" prop:checked=ticked on:change=move |event| {
                        let mut chosen = values(range.get_untracked());
                        chosen.retain(|other| *other != value);
                        if event_target_checked(&event) { chosen.push(value.clone()); }
                        set.run(Range::Choice { values: chosen });
                    }/><span>{text}</span></label>
                }
            }).collect_view()}
        </div>
    }
}
