//! How is searched: the model, the sampler with its settings, the metric, the number of trials.

use super::change;
use crate::pages::learn::results::names;
use crate::parts::{Button, FieldsForm, Panel, Select};
use crate::state::Studio;
use atelier::base::{Field, Message, Params, text};
use atelier::fair;
use atelier::metric;
use atelier::recipe::{Edit, Tune as Search};
use atelier::tune::{self, Objective, PRUNERS, SAMPLERS};
use leptos::prelude::*;

/// The panel.
#[component]
pub fn How(search: Memo<Option<Search>>) -> impl IntoView {
    let studio = expect_context::<Studio>();
    let candidate = Memo::new(move |_| search.with(|search| search.as_ref().map_or(0, |search| search.candidate)));
    let sampler = Memo::new(move |_| search.with(|search| search.as_ref().map(|search| search.sampler.clone()).unwrap_or_default()));
    let models = Memo::new(move |_| studio.recipe.with(|recipe| recipe.models.iter().map(|it| it.model.clone()).collect::<Vec<_>>()));
    let wanted = Memo::new(move |_| search.with(|search| search.as_ref().map(|search| search.metric.clone()).unwrap_or_default()));
    let metrics = move || studio.look.with(|look| look.as_ref().and_then(|look| look.task)).map(metric::for_task).unwrap_or_default();
    let further = Memo::new(move |_| {
        let id = |search: &Search| search.objectives.first().map_or("none", Objective::id).to_owned();
        search.with(|search| search.as_ref().map(id)).unwrap_or_default()
    });
    let objectives = move || {
        let lead = wanted.get();
        let others = metrics().into_iter().filter(|metric| metric.id != lead).map(|metric| Objective::Metric(metric.id.to_owned()));
        // How groups are treated can be looked for where they are named.
        let has_groups = studio.recipe.with(|recipe| !recipe.fair.columns.is_empty());
        let task = studio.look.with(|look| look.as_ref().and_then(|look| look.task)).filter(|_| has_groups);
        let all = [true, false].into_iter().flat_map(fair::criteria).map(|(id, _)| Objective::Fair(id.to_owned()));
        let fairness = all.filter(|objective| task.is_some_and(|task| objective.suits(task)));
        let named =
            std::iter::once(Objective::Size).chain(fairness).chain(others).map(|objective| (objective.id().to_owned(), objective.name()));
        std::iter::once(("none".to_owned(), text("tuning.objective.none"))).chain(named).collect::<Vec<_>>()
    };
    let set_candidate = move |place: usize| {
        let recipe = studio.recipe.get_untracked();
        // Another model has other parameters: the space begins anew, the rest stays.
        let next = Search::usual(&recipe, place, wanted.get_untracked()).zip(search.get_untracked());
        if let Some((next, now)) = next {
            studio.edit(Edit::SetTune(Some(Search { candidate: place, space: next.space, own: Vec::new(), ..now })));
        }
    };
    let samplers: Vec<(String, String)> =
        SAMPLERS.iter().map(|sampler| (sampler.id.to_owned(), text(&format!("sampler.{}", sampler.id)))).collect();
    let trials = Signal::derive(move || {
        let mut params = Params::new();
        params.insert("trials".to_owned(), search.with(|search| search.as_ref().map_or(0, |search| search.trials)).into());
        params.insert("seconds".to_owned(), search.with(|search| search.as_ref().and_then(|search| search.seconds).unwrap_or(0)).into());
        params
    });
    let own = Memo::new(move |_| search.with(|search| search.as_ref().map_or(0, |search| search.own.len())));
    let pruner = Memo::new(move |_| search.with(|search| search.as_ref().map(|search| search.pruner.clone()).unwrap_or_default()));
    let pruners: Vec<(String, String)> =
        PRUNERS.iter().map(|pruner| (pruner.id.to_owned(), text(&format!("pruner.{}", pruner.id)))).collect();
    let set_trials = Callback::new(move |params: Params| {
        if let Some(trials) = params.get("trials").and_then(serde_json::Value::as_u64) {
            let seconds = params.get("seconds").and_then(serde_json::Value::as_u64).and_then(|seconds| u32::try_from(seconds).ok());
            change(studio, search, |search| {
                (search.trials, search.seconds) = (trials as usize, seconds.filter(|seconds| *seconds > 0));
                // Another number of trials is another search: what it went on from is no more.
                (search.first, search.earlier) = (None, Vec::new());
                // What a person asked for is tried early.
                search.own.iter_mut().for_each(|own| own.trial = 1);
            });
        }
    });
    view! {
        <Panel title=text("tuning.how")>
            <div class="stack">
                <label class="field"><span>{text("tuning.model")}</span>
                    <select class="box" on:change=move |event| if let Ok(place) = event_target_value(&event).parse() { set_candidate(place) }>
                        {move || names(&models.get()).into_iter().enumerate().map(|(place, name)| view! { <option value=place.to_string() prop:selected=move || candidate.get() == place>{name}</option> }).collect_view()}
                    </select>
                </label>
                <div class="field"><span>{text("tuning.sampler")}</span>
                    <Select label=text("tuning.sampler") options=samplers value=sampler on_change=move |id: String| change(studio, search, |search| { search.sampler = id; search.params = Params::new(); })/>
                </div>
                <p class="muted small">{move || text(&format!("sampler.{}.help", sampler.get()))}</p>
                {move || {
                    let sampler = tune::find(&sampler.get())?;
                    let fields = (sampler.fields)();
                    let params = Signal::derive(move || search.with(|search| search.as_ref().map(|search| search.params.clone()).unwrap_or_default()));
                    let set = Callback::new(move |params: Params| change(studio, search, |search| search.params = params));
                    (!fields.is_empty()).then(|| view! { <FieldsForm fields=fields owner=sampler.owner() params=params on_change=set/> })
                }}
                <FieldsForm fields=vec![Field::integer("trials", 20, 1, 10_000), Field::integer("seconds", 0, 0, 1_000_000)] owner="tuning" params=trials on_change=set_trials/>
                <Show when=move || own.get() != 0>
                    <div class="row"><p class="muted small">{move || Message::new("tuning.own.count").with("count", own.get()).to_string()}</p>
                    <Button icon="trash" kind="quiet" name=text("tuning.own.remove") on_click=move || change(studio, search, |search| search.own.clear())/></div>
                </Show>
                <div class="field"><span>{text("tuning.pruner")}</span>
                    <Select label=text("tuning.pruner") options=pruners value=pruner on_change=move |id: String| change(studio, search, |search| { search.pruner = id; search.pruning = Params::new(); })/>
                </div>
                <p class="muted small">{move || text(&format!("pruner.{}.help", pruner.get()))}</p>
                {move || {
                    let pruner = tune::prune::find(&pruner.get())?;
                    let fields = (pruner.fields)();
                    let params = Signal::derive(move || search.with(|search| search.as_ref().map(|search| search.pruning.clone()).unwrap_or_default()));
                    let set = Callback::new(move |params: Params| change(studio, search, |search| search.pruning = params));
                    (!fields.is_empty()).then(|| view! { <FieldsForm fields=fields owner=pruner.owner() params=params on_change=set/> })
                }}
                <label class="field"><span>{text("tuning.metric")}</span>
                    <select class="box" on:change=move |event| { let id = event_target_value(&event); change(studio, search, |search| {
                        search.objectives.retain(|objective| objective.id() != id);
                        search.metric = id;
                    }); }>
                        {move || metrics().into_iter().map(|metric| view! { <option value=metric.id prop:selected=move || wanted.get() == metric.id>{text(&format!("metric.{}", metric.id))}</option> }).collect_view()}
                    </select>
                </label>
                <label class="field"><span>{text("tuning.objective")}</span>
                    <select class="box" on:change=move |event| {
                        let id = event_target_value(&event);
                        change(studio, search, |search| search.objectives = (id != "none").then(|| Objective::of_id(&id)).into_iter().collect());
                    }>
                        {move || objectives().into_iter().map(|(id, name)| { let own = id.clone(); view! { <option value=id prop:selected=move || further.with(|further| *further == own)>{name}</option> } }).collect_view()}
                    </select>
                </label>
                <p class="muted small">{text("tuning.objective.help")}</p>
            </div>
        </Panel>
    }
}
