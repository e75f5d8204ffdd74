//! Fair: what the model does for each group, how far apart the groups are, and whether weighing brings them together.

mod groups;
mod mitigation;

use super::need::WhenTrained;
use crate::parts::{Choice, FieldsForm, Panel, ProblemHint};
use crate::state::{Studio, studio::Stamped, trust::Trust};
use atelier::base::{Message, Params, Problem, text};
use atelier::fair;
use atelier::recipe::{Edit, Fair as FairSpec, Recipe, digest_of};
use atelier::run::{Ask, Fairness, Grouping};
use atelier::table::Kind;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Fair() -> impl IntoView {
    let (studio, trust) = (expect_context::<Studio>(), expect_context::<Trust>());
    let (refused, set_refused) = signal(None::<Problem>);
    let class = RwSignal::new(0_usize);
    let digest = Memo::new(move |_| digest(studio, class.get()));
    // The answer is there at once, so that it follows every choice.
    Effect::new(move |_| {
        let Some(digest) = digest.get() else { return };
        if trust.fairness.with_untracked(|known| known.as_ref().is_some_and(|known| known.digest == digest)) {
            return;
        }
        leptos::task::spawn_local(async move {
            match ask(studio, studio.recipe.get_untracked(), class.get_untracked()).await {
                Ok(value) => {
                    set_refused.set(None);
                    trust.fairness.set(Some(Stamped { digest, value }));
                }
                Err(problem) => set_refused.set(Some(problem)),
            }
        });
    });
    let fairness = Memo::new(move |_| {
        let wanted = digest.get()?;
        trust.fairness.with(|known| known.as_ref().filter(|known| known.digest == wanted).map(|known| known.value.clone()))
    });
    let words = move || fairness.with(|fairness| fairness.as_ref().map(head).unwrap_or_default());
    view! {
        <div class="head"><h1>{text("stage.fair")}</h1><p>{words}</p></div>
        <WhenTrained>
            <div class="grid aside-left">
                <Choose/>
                <div class="stack">
                    {move || refused.get().map(|problem| view! { <ProblemHint problem/> })}
                    <Show when=move || fairness.with(Option::is_some) fallback=move || view! {
                        <div class="empty"><p>{move || text(if digest.get().is_some() { "fair.page.waiting" } else { "fair.page.empty" })}</p></div>
                    }>
                        <Result fairness=fairness class=class/>
                    </Show>
                </div>
            </div>
        </WhenTrained>
    }
}

/// What the answer depends on; nothing where nothing is trained or no column is chosen.
fn digest(studio: Studio, class: usize) -> Option<String> {
    let stamp = Trust::stamp(studio)?;
    let fair = studio.recipe.with(|recipe| recipe.fair.clone());
    (!fair.columns.is_empty()).then(|| stamp + &digest_of(&(fair, class)))
}

/// Compares the groups that a recipe names.
async fn ask(studio: Studio, recipe: Recipe, class: usize) -> Result<Fairness, Problem> {
    studio.ask::<Fairness>(Ask::Fair { recipe: Box::new(recipe), class: Some(class) }, &[]).await
}

fn head(fairness: &Fairness) -> String {
    let model = text(&format!("model.{}", fairness.model));
    let id = match (&fairness.class, fairness.threshold) {
        (None, _) => "fair.page.on_numbers",
        (Some(_), Some(_)) => "fair.page.on_two",
        (Some(_), None) => "fair.page.on_class",
    };
    let threshold = fairness.threshold.map(atelier::chart::format::figure).unwrap_or_default();
    let class = fairness.class.clone().unwrap_or_default();
    Message::new(id)
        .with("model", model)
        .with("rows", super::thousands(fairness.rows))
        .with("class", class)
        .with("threshold", threshold)
        .to_string()
}

/// Which columns make the groups, and what counts as fair.
#[component]
fn Choose() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let columns = Memo::new(move |_| {
        let target = studio.recipe.with(|recipe| recipe.goal.target.clone());
        studio.look.with(|look| {
            let columns = look.as_ref().map(|look| look.schema.columns.clone()).unwrap_or_default();
            columns.into_iter().filter(|column| column.kind != Kind::Text && Some(&column.name) != target.as_ref()).collect::<Vec<_>>()
        })
    });
    let fair = Memo::new(move |_| studio.recipe.with(|recipe| recipe.fair.clone()));
    let toggle = move |name: String, on: bool| {
        let mut next = fair.get_untracked();
        next.columns.retain(|known| *known != name);
        if on {
            next.columns.push(name);
        }
        studio.edit(Edit::SetFair(next));
    };
    let params = Signal::derive(move || fair.with(|fair| fair.params.clone()));
    let change = Callback::new(move |params: Params| studio.edit(Edit::SetFair(FairSpec { params, ..fair.get_untracked() })));
    view! {
        <Panel title=text("fair.page.groups") note=text("fair.page.groups.note")>
            <div class="stack">
                <div class="ticks one" role="group" aria-label=text("fair.page.groups")>
                    {move || columns.get().into_iter().map(|column| {
                        let name = column.name.clone();
                        let ticked = { let name = name.clone(); Memo::new(move |_| fair.with(|fair| fair.columns.contains(&name))) };
                        let levels = match column.kind { Kind::Category => Message::new("fair.page.levels").with("count", column.levels.len()).to_string(), kind => text(&format!("kind.{}", kind.id())) };
                        view! {
                            <label class="tick"><input type="checkbox" prop:checked=ticked on:change=move |event| toggle(name.clone(), event_target_checked(&event))/><span class="mono">{column.name.clone()}</span><span class="muted small push">{levels}</span></label>
                        }
                    }).collect_view()}
                </div>
                <FieldsForm fields=fair::fields() owner="fair" params=params on_change=change/>
            </div>
        </Panel>
    }
}

/// The groupings, one at a time.
#[component]
fn Result(fairness: Memo<Option<Fairness>>, class: RwSignal<usize>) -> impl IntoView {
    let chosen = RwSignal::new(0_usize);
    let names = Signal::derive(move || {
        fairness.with(|fairness| {
            let groupings = fairness.as_ref().map(|fairness| fairness.groupings.clone()).unwrap_or_default();
            groupings.iter().enumerate().map(|(place, grouping)| (place.to_string(), grouping.columns.join(" × "))).collect::<Vec<_>>()
        })
    });
    let place = Memo::new(move |_| chosen.get().min(names.with(Vec::len).saturating_sub(1)));
    let grouping = Memo::new(move |_| fairness.with(|fairness| fairness.as_ref()?.groupings.get(place.get()).cloned()));
    let several =
        Memo::new(move |_| fairness.with(|fairness| fairness.as_ref().map(|fairness| fairness.classes.clone()).unwrap_or_default()));
    view! {
        <div class="row wrap">
            <Choice label=text("fair.page.grouping") options=names value=Signal::derive(move || place.get().to_string()) on_change=move |id: String| chosen.set(id.parse().unwrap_or(0))/>
            <Show when=move || several.with(|classes| classes.len() > 2)>
                <label class="row small"><span class="muted">{text("fair.page.class")}</span>
                    <select class="box" on:change=move |event| class.set(event_target_value(&event).parse().unwrap_or(0))>
                        {move || several.get().into_iter().enumerate().map(|(place, name)| view! { <option value=place.to_string() prop:selected=move || class.get() == place>{name}</option> }).collect_view()}
                    </select></label>
            </Show>
            <p class="muted small">{move || grouping.with(|grouping| grouping.as_ref().map(facts).unwrap_or_default())}</p>
        </div>
        {move || grouping.get().map(|grouping| match grouping.report {
            Ok(report) => view! { <groups::Criteria report=report.clone()/><groups::Groups report=report/> }.into_any(),
            Err(problem) => view! { <ProblemHint problem/> }.into_any(),
        })}
        <mitigation::Mitigation fairness=fairness class=class place=place/>
    }
}

fn facts(grouping: &Grouping) -> String {
    let mut said = vec![text(if grouping.input { "fair.page.is_input" } else { "fair.page.no_input" })];
    if grouping.binned {
        said.push(text("fair.page.binned"));
    }
    said.join(" ")
}
