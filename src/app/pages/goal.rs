//! Goal: what is predicted, what counts as success, which columns may be used, which rows are sealed.

use super::{NoTable, thousands};
use crate::parts::{Badge, Button, Chart, Choice, DRAWN, Facts, FieldsForm, MANY, NumberBox, Panel, ProblemHint, Select};
use crate::state::Studio;
use atelier::base::{Field, Message, Params, Place, Problem, Severity, Stage, Task, text};
use atelier::chart;
use atelier::judge::{Bound, Criterion, Goal as GoalSpec, On, Split};
use atelier::metric;
use atelier::recipe::{self, Edit};
use atelier::table::{ColumnInfo, Kind, Role, split::Scheme};
use leptos::prelude::*;
use serde_json::Value;

/// The page.
#[component]
pub fn Goal() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let has_target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.is_some()));
    view! {
        <div class="head"><h1>{text("stage.goal")}</h1><p>{move || match has_target.get() { true => text("goal.page.done"), false => text("goal.page.choose") }}</p></div>
        <Show when=move || studio.look.with(Option::is_some) fallback=|| view! { <NoTable/> }>
            {move || problems(studio)}
            <div class="grid goal">
                <Columns/>
                <div class="stack">
                    <Show when=move || has_target.get()><TaskPanel/><Success/><RowsPanel/><Words/></Show>
                </div>
            </div>
        </Show>
    }
}

/// Errors and warnings of the goal, but those that stand at their box.
fn problems(studio: Studio) -> impl IntoView {
    let found = studio.look.with(|look| look.as_ref().map(|look| look.problems.clone()).unwrap_or_default());
    let has_target = studio.recipe.with(|recipe| recipe.goal.target.is_some());
    let wanted = |problem: &Problem| {
        let at_its_box = has_target && (at_split(problem) || matches!(&problem.place, Place::Field(owner, _) if owner == recipe::CRITERIA));
        problem.stage == Stage::Goal && problem.severity > Severity::Note && problem.message.id != "goal.no_target" && !at_its_box
    };
    found.into_iter().filter(wanted).take(3).map(|problem| view! { <ProblemHint problem/> }).collect_view()
}

/// Whether a problem is that of a number of the split that has its box here.
fn at_split(problem: &Problem) -> bool {
    matches!(&problem.place, Place::Field(owner, field) if owner == "split" && (field == "held_out" || field == "folds"))
}

/// Changes the goal as one edit.
fn change(studio: Studio, change: impl FnOnce(&mut GoalSpec)) {
    let mut goal = studio.recipe.get_untracked().goal;
    change(&mut goal);
    studio.edit(Edit::SetGoal(goal));
}

/// The columns of the table.
fn columns(studio: Studio) -> Memo<Vec<ColumnInfo>> {
    Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.schema.columns.clone()).unwrap_or_default()))
}

/// Every column: click one to predict it, say of the others what they are for.
#[component]
fn Columns() -> impl IntoView {
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
            let value = Signal::derive(move || ROLES.iter().find(|(_, known)| *known == role.get()).map_or(String::new(), |(id, _)| (*id).to_owned()));
            let set = Callback::new(move |id: String| {
                let Some((_, chosen)) = ROLES.iter().find(|(known, _)| *known == id) else { return };
                let chosen = *chosen;
                change(studio, |goal| { goal.roles.insert(name.get_value(), chosen); });
            });
            let options = ROLES.map(|(id, _)| (id.to_owned(), text(&format!("role.{id}")))).to_vec();
            let label = Message::new("goal.role_of").with("column", name.get_value()).to_string();
            view! { <Select label=label options=options value=value small=true on_change=set/> }.into_any()
        }}
    }
}

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

/// The task with the reason, the positive class.
#[component]
fn TaskPanel() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let task = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)));
    let reason = move || {
        studio.look.with(|look| look.as_ref().and_then(|look| look.reason.clone()).map(|reason| reason.to_string()).unwrap_or_default())
    };
    let classes = Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.classes.clone()).unwrap_or_default()));
    let tasks: Vec<(String, String)> = TASKS.map(|task| (task.id().to_owned(), text(&format!("task.{}.short", task.id())))).to_vec();
    let positive = Memo::new(move |_| {
        studio
            .recipe
            .with(|recipe| recipe.goal.positive.clone())
            .or_else(|| classes.with(|classes| classes.last().map(|(name, _)| name.clone())))
            .unwrap_or_default()
    });
    let options = Signal::derive(move || classes.get().into_iter().map(|(name, _)| (name.clone(), name)).collect::<Vec<_>>());
    let balance = Memo::new(move |_| {
        let (names, counts): (Vec<String>, Vec<f64>) = classes.get().into_iter().map(|(name, count)| (name, count as f64)).unzip();
        let wanted = (task.get() == Some(Task::Binary)).then(|| names.iter().position(|name| *name == positive.get())).flatten();
        chart::class_balance(&names, &counts, wanted)
    });
    let inferred = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.inferred)));
    let is_given = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.task.is_some()));
    let set_task = move |wanted: Option<Task>| {
        let inferred = inferred.get_untracked();
        let two = classes.with_untracked(|classes| classes.len() == 2);
        // Two classes are one of two, whatever is asked for.
        let wanted = wanted.map(|task| if task == Task::Multiclass && two { Task::Binary } else { task });
        // What the values suggest need not be said.
        let given = wanted.filter(|task| Some(*task) != inferred);
        let recipe = studio.recipe.get_untracked();
        if let Some(task) = wanted.or(inferred).filter(|task| {
            recipe.goal.task != given || studio.look.with_untracked(|look| look.as_ref().and_then(|look| look.task)) != Some(*task)
        }) {
            studio.edit(recipe::retask(&recipe, given, task));
        }
    };
    let back = Signal::derive(move || {
        let task = inferred.get().map_or(String::new(), |task| text(&format!("task.{}.short", task.id())));
        Message::new("goal.as_inferred").with("task", task).to_string()
    });
    view! {
        <Panel title=text("goal.task") note=Signal::derive(reason)>
            <div class="stack">
                <Choice label=text("goal.task") options=tasks value=Signal::derive(move || task.get().map_or(String::new(), |task| task.id().to_owned())) on_change=move |id: String| set_task(TASKS.into_iter().find(|task| task.id() == id))/>
                <Show when=move || is_given.get() && inferred.get().is_some()>
                    <div><Button icon="undo" kind="quiet" label=back on_click=move || set_task(None)/></div>
                </Show>
                <Show when=move || task.get() == Some(Task::Binary) && classes.with(|classes| classes.len() == 2)>
                    <div class="field"><span>{text("goal.positive")}</span>
                        <Choice label=text("goal.positive") options=options value=positive on_change=move |name: String| change(studio, |goal| goal.positive = Some(name))/>
                    </div>
                </Show>
                <Show when=move || classes.with(|classes| !classes.is_empty())><Chart scene=balance/></Show>
            </div>
        </Panel>
    }
}

/// The value that a criterion begins with; every metric can have it.
const USUAL: f64 = 0.8;

/// What counts as success.
#[component]
fn Success() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let task = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)));
    let criteria = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.criteria.clone()));
    let count = Memo::new(move |_| criteria.with(Vec::len));
    let add = move || {
        let Some(task) = task.get_untracked() else { return };
        let (metric, value) = match task {
            Task::Regression => ("r2", USUAL),
            Task::Binary => ("roc_auc", USUAL),
            Task::Multiclass => ("accuracy", USUAL),
        };
        change(studio, |goal| goal.criteria.push(Criterion { metric: metric.to_owned(), bound: Bound::AtLeast, value, on: On::HeldOut }));
    };
    // The figures to beat: those of the criteria, or of the metric that one would start with.
    let baseline = move || {
        let lead = match task.get() {
            Some(Task::Regression) => "rmse",
            _ => "accuracy",
        };
        let mut wanted: Vec<String> = criteria.with(|criteria| criteria.iter().map(|criterion| criterion.metric.clone()).collect());
        if wanted.is_empty() {
            wanted.push(lead.to_owned());
        }
        wanted.dedup();
        let figures = studio.look.with(|look| look.as_ref().map(|look| look.baseline.clone()).unwrap_or_default());
        let words: Vec<String> = figures
            .iter()
            .filter(|(id, _)| wanted.contains(id))
            .map(|(id, figure)| {
                let value = figure.value().map_or_else(|| text("page.missing_mark"), |value| atelier::chart::format::digits(value, 3));
                format!("{} {value}", text(&format!("metric.{id}")))
            })
            .collect();
        if words.is_empty() { String::new() } else { Message::new("goal.baseline").with("figures", words.join(", ")).to_string() }
    };
    view! {
        <Panel title=text("goal.success") note=text("goal.success.note") tools=move || view! { <Button icon="plus" kind="quiet" label=text("goal.add_criterion") on_click=add/> }>
            <div class="stack">
                {move || (0..count.get()).map(|place| view! { <CriterionRow place=place criteria=criteria task=task/> }).collect_view()}
                <Show when=move || count.get() == 0><p class="muted small">{text("goal.no_criteria")}</p></Show>
                <p class="muted small">{baseline}</p>
            </div>
        </Panel>
    }
}

#[component]
fn CriterionRow(place: usize, criteria: Memo<Vec<Criterion>>, task: Memo<Option<Task>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let this = Memo::new(move |_| criteria.with(|criteria| criteria.get(place).cloned()));
    let set = move |set: &dyn Fn(&mut Criterion)| {
        change(studio, |goal| {
            if let Some(criterion) = goal.criteria.get_mut(place) {
                set(criterion);
            }
        });
    };
    // The recipe's own metric stands there, whatever the task is.
    let metrics = Signal::derive(move || {
        let known = task.get().map(metric::for_task).unwrap_or_default();
        let mut ids: Vec<String> = known.into_iter().map(|metric| metric.id.to_owned()).collect();
        let own = this.with(|this| this.as_ref().map(|criterion| criterion.metric.clone()));
        ids.extend(own.filter(|own| !ids.contains(own)));
        ids.into_iter().map(|id| (id.clone(), text(&format!("metric.{id}")))).collect::<Vec<_>>()
    });
    let metric = Signal::derive(move || this.with(|this| this.as_ref().map(|criterion| criterion.metric.clone()).unwrap_or_default()));
    let set_metric = Callback::new(move |id: String| {
        set(&|criterion| {
            criterion.metric = id.clone();
            criterion.bound = if metric::find(&id).is_none_or(|metric| metric.higher_is_better) { Bound::AtLeast } else { Bound::AtMost };
            if recipe::criterion(criterion, None).is_some() {
                criterion.value = USUAL;
            }
        });
    });
    let bounds = ["at_least", "at_most"].map(|id| (id.to_owned(), text(&format!("goal.{id}")))).to_vec();
    let bound = Signal::derive(move || {
        this.with(|this| if this.as_ref().is_some_and(|this| this.bound == Bound::AtMost) { "at_most" } else { "at_least" }.to_owned())
    });
    let set_bound = Callback::new(move |id: String| {
        let chosen = if id == "at_most" { Bound::AtMost } else { Bound::AtLeast };
        set(&|criterion| criterion.bound = chosen);
    });
    let places = ["held_out", "folds"].map(|id| (id.to_owned(), text(&format!("goal.on_{id}")))).to_vec();
    let on = Signal::derive(move || {
        this.with(|this| if this.as_ref().is_some_and(|this| this.on == On::Folds) { "folds" } else { "held_out" }.to_owned())
    });
    let set_on = Callback::new(move |id: String| {
        let chosen = if id == "folds" { On::Folds } else { On::HeldOut };
        set(&|criterion| criterion.on = chosen);
    });
    let value = Signal::derive(move || this.with(|this| this.as_ref().map_or(0.0, |criterion| criterion.value)));
    let check = Callback::new(move |value: f64| {
        let asked = Criterion { value, ..this.get_untracked()? };
        recipe::criterion(&asked, None).map(|problem| problem.to_string())
    });
    let set_value = Callback::new(move |value: f64| set(&|criterion| criterion.value = value));
    let wrong = move || {
        this.get()
            .and_then(|this| recipe::criterion(&this, task.get()))
            .map(|problem| view! { <p class="wrong" role="alert">{problem.to_string()}</p> })
    };
    let number = Message::new("goal.criterion").with("number", place + 1).to_string();
    view! {
        <div class="row criterion" role="group" aria-label=number>
            <Select label=text("goal.metric") options=metrics value=metric on_change=set_metric/>
            <Select label=text("goal.bound") options=bounds value=bound on_change=set_bound/>
            <NumberBox label=text("goal.value") value=value check=check on_change=set_value/>
            <Select label=text("goal.on") options=places value=on on_change=set_on/>
            <Button icon="trash" kind="quiet" name=Message::new("goal.remove_criterion").with("number", place + 1).to_string() on_click=move || change(studio, |goal| {
                if place < goal.criteria.len() { goal.criteria.remove(place); }
            })/>
            {wrong}
        </div>
    }
}

/// A share as it is shown, in percent.
fn percent(share: f64) -> Value {
    ((share * 1000.0).round() / 10.0).into()
}

/// Which rows are sealed, how the others are put into folds.
#[component]
fn RowsPanel() -> impl IntoView {
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
    let schemes = Scheme::ALL.map(|(id, _)| (id.to_owned(), text(&format!("split.{id}")))).to_vec();
    let scheme = Signal::derive(move || {
        let scheme = split.with(|split| split.scheme);
        Scheme::ALL.into_iter().find(|(_, known)| *known == scheme).map_or(String::new(), |(id, _)| id.to_owned())
    });
    let set_scheme = Callback::new(move |id: String| {
        if let Some((_, scheme)) = Scheme::ALL.into_iter().find(|(known, _)| *known == id) {
            set(&|split| split.scheme = scheme);
        }
    });
    view! {
        <Panel title=text("goal.rows") note=text("goal.rows.note")>
            <div class="stack">
                <FieldsForm fields=fields owner="split" params=params problems=found on_change=set_numbers/>
                <div class="form">
                    <label class="field"><span>{text("split.scheme")}</span><Select label=text("split.scheme") options=schemes value=scheme on_change=set_scheme/></label>
                    {column_select("goal.group", |kind| kind != Kind::Date, |goal| goal.group.clone(), |goal, name| goal.group = name, Scheme::Group)}
                    {column_select("goal.time", |kind| kind != Kind::Text, |goal| goal.time.clone(), |goal, name| goal.time = name, Scheme::Time)}
                </div>
                <Facts facts=facts/>
                {move || notes().into_iter().map(|note| view! { <p class="muted small">{note.to_string()}</p> }).collect_view()}
            </div>
        </Panel>
    }
}

/// What the model is for and what not, in the words of the person who makes it.
#[component]
fn Words() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let area = move |id: &'static str, get: fn(&GoalSpec) -> String, put: fn(&mut GoalSpec, String)| {
        view! {
            <label class="field"><span>{text(id)}</span>
                <textarea class="box" rows="2" prop:value=move || studio.recipe.with(|recipe| get(&recipe.goal)) on:change=move |event| change(studio, |goal| put(goal, event_target_value(&event)))></textarea></label>
        }
    };
    view! {
        <Panel title=text("goal.words") note=text("goal.words.note")>
            <div class="stack">
                {area("goal.intended_use", |goal| goal.intended_use.clone(), |goal, words| goal.intended_use = words)}
                {area("goal.misuse", |goal| goal.misuse.clone(), |goal, words| goal.misuse = words)}
            </div>
        </Panel>
    }
}
