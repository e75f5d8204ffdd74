//! Goal: what is predicted, what counts as success, which columns may be used, which rows are sealed.

use super::{NoTable, thousands};
use crate::parts::{Badge, Button, Choice, Facts, Panel, ProblemHint};
use crate::state::Studio;
use atelier::base::{Message, Severity, Stage, Task, text};
use atelier::judge::{Bound, Criterion, Goal as GoalSpec, On};
use atelier::metric;
use atelier::recipe::Edit;
use atelier::table::{Kind, Role, split::Scheme};
use leptos::prelude::*;

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

fn problems(studio: Studio) -> impl IntoView {
    let found = studio.look.with(|look| look.as_ref().map(|look| look.problems.clone()).unwrap_or_default());
    let wanted = |problem: &atelier::base::Problem| {
        problem.stage == Stage::Goal && problem.severity == Severity::Error && problem.message.id != "goal.no_target"
    };
    found.into_iter().filter(wanted).take(2).map(|problem| view! { <ProblemHint problem/> }).collect_view()
}

/// Changes the goal as one edit.
fn change(studio: Studio, change: impl FnOnce(&mut GoalSpec)) {
    let mut goal = studio.recipe.get_untracked().goal;
    change(&mut goal);
    studio.edit(Edit::SetGoal(goal));
}

/// Every column: click one to predict it, say of the others what they are for.
#[component]
fn Columns() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let columns = Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.schema.columns.clone()).unwrap_or_default()));
    let rows = Memo::new(move |_| studio.look.with(|look| look.as_ref().map_or(0, |look| look.rows)));
    view! {
        <Panel title=text("goal.columns") note=text("goal.columns.note") flush=true>
            <div class="scroll"><table>
                <thead><tr><th scope="col">{text("goal.predict")}</th><th scope="col">{text("goal.name")}</th><th scope="col">{text("goal.kind")}</th><th scope="col">{text("goal.role")}</th><th scope="col" class="num">{text("goal.missing")}</th></tr></thead>
                <tbody>
                    <For each=move || columns.get() key=|column| column.name.clone() let:column>
                        {
                            let name = StoredValue::new(column.name.clone());
                            let is_target = Memo::new(move |_| studio.recipe.with(|recipe| recipe.goal.target.as_deref() == Some(name.get_value().as_str())));
                            let share = move || match rows.get() { 0 => 0.0, rows => 100.0 * column.missing as f64 / rows as f64 };
                            let label = Message::new("goal.predict_column").with("column", &column.name).to_string();
                            view! {
                                <tr aria-selected=move || is_target.get().to_string()>
                                    <td><input type="radio" name="target" class="pick" aria-label=label prop:checked=is_target on:change=move |_| studio.begin(name.get_value())/></td>
                                    <th scope="row" class="mono"><bdi>{column.name.clone()}</bdi></th>
                                    <td>{text(&format!("kind.{}", column.kind.id()))}</td>
                                    <td><RoleSelect name=column.name.clone() is_target=is_target/></td>
                                    <td class="num">{move || if column.missing == 0 { "0".to_owned() } else { format!("{} ({:.0} %)", thousands(column.missing), share()) }}</td>
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
    let is = move |what: fn(&GoalSpec) -> &Option<String>| {
        studio.recipe.with(|recipe| what(&recipe.goal).as_deref() == Some(name.get_value().as_str()))
    };
    view! {
        {move || if is_target.get() {
            view! { <Badge text=text("role.target") kind="accent"/> }.into_any()
        } else if is(|goal| &goal.group) {
            view! { <Badge text=text("role.group")/> }.into_any()
        } else {
            view! {
                <select class="box small" aria-label=Message::new("goal.role_of").with("column", name.get_value()).to_string()
                    on:change=move |event| {
                        let id = event_target_value(&event);
                        let Some((_, chosen)) = ROLES.iter().find(|(known, _)| *known == id) else { return };
                        let chosen = *chosen;
                        change(studio, |goal| { goal.roles.insert(name.get_value(), chosen); });
                    }>
                    {ROLES.iter().map(|(id, this)| view! { <option value=*id selected=move || role.get() == *this>{text(&format!("role.{id}"))}</option> }).collect_view()}
                </select>
            }.into_any()
        }}
    }
}

/// The task with the reason, the positive class.
#[component]
fn TaskPanel() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let task = Memo::new(move |_| studio.look.with(|look| look.as_ref().and_then(|look| look.task)));
    let reason = move || {
        studio.look.with(|look| look.as_ref().and_then(|look| look.reason.clone()).map(|reason| reason.to_string()).unwrap_or_default())
    };
    let classes = Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.classes.clone()).unwrap_or_default()));
    let tasks: Vec<(String, String)> = [Task::Binary, Task::Multiclass, Task::Regression]
        .map(|task| (task.id().to_owned(), text(&format!("task.{}.short", task.id()))))
        .to_vec();
    let positive = Memo::new(move |_| {
        studio
            .recipe
            .with(|recipe| recipe.goal.positive.clone())
            .or_else(|| classes.with(|classes| classes.last().map(|(name, _)| name.clone())))
            .unwrap_or_default()
    });
    let options = Signal::derive(move || classes.get().into_iter().map(|(name, _)| (name.clone(), name)).collect::<Vec<_>>());
    let shares = Signal::derive(move || {
        let total: usize = classes.with(|classes| classes.iter().map(|(_, count)| count).sum());
        classes
            .get()
            .into_iter()
            .take(8)
            .map(|(name, count)| (name, format!("{} ({:.1} %)", thousands(count), 100.0 * count as f64 / total.max(1) as f64)))
            .collect::<Vec<_>>()
    });
    let set_task = move |id: String| {
        let chosen = [Task::Binary, Task::Multiclass, Task::Regression].into_iter().find(|task| task.id() == id);
        change(studio, |goal| goal.task = chosen);
    };
    view! {
        <Panel title=text("goal.task") note=Signal::derive(reason)>
            <div class="stack">
                <Choice label=text("goal.task") options=tasks value=Signal::derive(move || task.get().map_or(String::new(), |task| task.id().to_owned())) on_change=set_task/>
                <Show when=move || task.get() == Some(Task::Binary) && classes.with(|classes| classes.len() == 2)>
                    <div class="field"><span>{text("goal.positive")}</span>
                        <Choice label=text("goal.positive") options=options value=positive on_change=move |name: String| change(studio, |goal| goal.positive = Some(name))/>
                    </div>
                </Show>
                <Show when=move || classes.with(|classes| !classes.is_empty())><Facts facts=shares/></Show>
            </div>
        </Panel>
    }
}

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
            Task::Regression => ("r2", 0.8),
            Task::Binary => ("roc_auc", 0.8),
            Task::Multiclass => ("accuracy", 0.8),
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
    let metrics = move || task.get().map(metric::for_task).unwrap_or_default();
    let bound = move || this.get().map_or(Bound::AtLeast, |criterion| criterion.bound);
    let number = Message::new("goal.criterion").with("number", place + 1).to_string();
    view! {
        <div class="row criterion" role="group" aria-label=number>
            <select class="box" aria-label=text("goal.metric") on:change=move |event| {
                let id = event_target_value(&event);
                set(&|criterion| {
                    criterion.metric = id.clone();
                    criterion.bound = if metric::find(&id).is_none_or(|metric| metric.higher_is_better) { Bound::AtLeast } else { Bound::AtMost };
                });
            }>
                {move || metrics().into_iter().map(|metric| view! { <option value=metric.id selected=move || this.get().is_some_and(|criterion| criterion.metric == metric.id)>{text(&format!("metric.{}", metric.id))}</option> }).collect_view()}
            </select>
            <select class="box" aria-label=text("goal.bound") on:change=move |event| {
                let chosen = if event_target_value(&event) == "at_most" { Bound::AtMost } else { Bound::AtLeast };
                set(&|criterion| criterion.bound = chosen);
            }>
                <option value="at_least" selected=move || bound() == Bound::AtLeast>{text("goal.at_least")}</option>
                <option value="at_most" selected=move || bound() == Bound::AtMost>{text("goal.at_most")}</option>
            </select>
            <input class="box short" type="text" inputmode="decimal" aria-label=text("goal.value") prop:value=move || this.get().map_or(String::new(), |criterion| criterion.value.to_string())
                on:change=move |event| {
                    let typed = event_target_value(&event).trim().replace(',', ".").parse::<f64>();
                    if let Some(value) = typed.ok().filter(|value| value.is_finite()) {
                        set(&|criterion| criterion.value = value);
                    }
                }/>
            <select class="box" aria-label=text("goal.on") on:change=move |event| {
                let chosen = if event_target_value(&event) == "folds" { On::Folds } else { On::HeldOut };
                set(&|criterion| criterion.on = chosen);
            }>
                <option value="held_out" selected=move || this.get().is_some_and(|criterion| criterion.on == On::HeldOut)>{text("goal.on_held_out")}</option>
                <option value="folds" selected=move || this.get().is_some_and(|criterion| criterion.on == On::Folds)>{text("goal.on_folds")}</option>
            </select>
            <Button icon="trash" kind="quiet" name=Message::new("goal.remove_criterion").with("number", place + 1).to_string() on_click=move || change(studio, |goal| {
                if place < goal.criteria.len() { goal.criteria.remove(place); }
            })/>
        </div>
    }
}

/// Which rows are sealed, how the others are put into folds.
#[component]
fn RowsPanel() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let split = Memo::new(move |_| studio.recipe.with(|recipe| recipe.split.clone()));
    let set = move |set: &dyn Fn(&mut atelier::judge::Split)| {
        let mut split = split.get_untracked();
        set(&mut split);
        studio.edit(Edit::SetSplit(split));
    };
    let columns = Memo::new(move |_| studio.look.with(|look| look.as_ref().map(|look| look.schema.columns.clone()).unwrap_or_default()));
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
        let chosen = Memo::new(move |_| studio.recipe.with(|recipe| get(&recipe.goal)));
        view! {
            <label class="field"><span>{text(id)}</span>
                <select class="box mono" on:change=move |event| {
                    let name = Some(event_target_value(&event)).filter(|name| !name.is_empty());
                    let mut goal = studio.recipe.get_untracked().goal;
                    let mut split = split.get_untracked();
                    // The scheme follows the column, so that it cannot be forgotten.
                    split.scheme = match (&name, split.scheme) { (Some(_), _) => scheme, (None, old) if old == scheme => Scheme::Stratified, (None, old) => old };
                    put(&mut goal, name);
                    studio.edit(Edit::Many(vec![Edit::SetGoal(goal), Edit::SetSplit(split)]));
                }>
                    <option value="" selected=move || chosen.get().is_none()>{text("goal.none")}</option>
                    {move || columns.get().into_iter().filter(|column| wanted(column.kind)).map(|column| {
                        let this = column.name.clone();
                        view! { <option value=column.name.clone() selected=move || chosen.get().as_ref() == Some(&this)>{column.name.clone()}</option> }
                    }).collect_view()}
                </select>
            </label>
        }
    };
    let number =
        move |event: &web_sys::Event| event_target_value(event).trim().replace(',', ".").parse::<f64>().ok().filter(|x| x.is_finite());
    view! {
        <Panel title=text("goal.rows") note=text("goal.rows.note")>
            <div class="stack">
                <div class="form">
                    <label class="field"><span>{text("split.held_out")}<i class="unit">" %"</i></span>
                        <input class="box" type="text" inputmode="decimal" prop:value=move || format!("{}", (split.get().held_out * 1000.0).round() / 10.0) on:change=move |event| if let Some(value) = number(&event) { set(&|split| split.held_out = value / 100.0) }/></label>
                    <label class="field"><span>{text("split.folds")}</span>
                        <input class="box" type="text" inputmode="numeric" prop:value=move || split.get().folds.to_string() on:change=move |event| if let Some(value) = number(&event) { set(&|split| split.folds = value as usize) }/></label>
                    <label class="field"><span>{text("split.scheme")}</span>
                        <select class="box" on:change=move |event| {
                            let id = event_target_value(&event);
                            if let Some((_, scheme)) = Scheme::ALL.into_iter().find(|(known, _)| *known == id) { set(&|split| split.scheme = scheme) }
                        }>
                            {Scheme::ALL.into_iter().map(|(id, scheme)| view! { <option value=id selected=move || split.get().scheme == scheme>{text(&format!("split.{id}"))}</option> }).collect_view()}
                        </select></label>
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
