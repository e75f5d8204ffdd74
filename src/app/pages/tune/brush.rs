//! All trials on parallel axes, and which of them are looked at: those that pass through a stretch of some axes, which is drawn
//! along an axis by mouse or set by two sliders.

use super::charts::{axes, drawn, metric, parallel};
use crate::parts::{Button, Chart, Panel, Select};
use atelier::base::{Message, text};
use atelier::chart::{self, Brushes, MOST_AXES};
use atelier::run::Tuned;
use leptos::prelude::*;

/// A drag that is shorter than this share of an axis takes the brush of the axis away.
const SHORTEST: f64 = 0.02;

/// The panel.
#[component]
pub fn Brushed(tuned: Memo<Option<Tuned>>, brushes: RwSignal<Brushes>) -> impl IntoView {
    let names = Memo::new(move |_| {
        let of =
            |tuned: &Tuned| axes(tuned).into_iter().take(MOST_AXES).map(|axis| axis.name).chain([metric(tuned)]).collect::<Vec<String>>();
        tuned.with(|tuned| tuned.as_ref().map(of).unwrap_or_default())
    });
    // Another search has other axes.
    Effect::new(move |_| {
        names.track();
        brushes.set(Brushes::new());
    });
    let at = RwSignal::new(0_usize);
    // The score is what one looks at first.
    Effect::new(move |_| at.set(names.with(Vec::len).saturating_sub(1)));
    let options = Signal::derive(move || names.get().into_iter().enumerate().map(|(at, name)| (at.to_string(), name)).collect::<Vec<_>>());
    let stretch = Memo::new(move |_| brushes.with(|brushes| brushes.get(&at.get()).copied()).unwrap_or([0.0, 1.0]));
    let put = move |at: usize, stretch: Option<[f64; 2]>| {
        brushes.update(|brushes| match stretch.filter(|stretch| *stretch != [0.0, 1.0]) {
            Some(stretch) => drop(brushes.insert(at, stretch)),
            None => drop(brushes.remove(&at)),
        });
    };
    let drag = Callback::new(move |[from, to]: [[f64; 2]; 2]| {
        let last = names.with_untracked(Vec::len).saturating_sub(1);
        let axis = (from[0].round() as usize).min(last);
        let ends = if from[1] < to[1] { [from[1], to[1]] } else { [to[1], from[1]] }.map(|end| end.clamp(0.0, 1.0));
        at.set(axis);
        put(axis, (ends[1] - ends[0] >= SHORTEST).then_some(ends));
    });
    let value = move |end: usize| {
        let said = |tuned: &Tuned| chart::on_axis(&axes(tuned), &drawn(tuned), at.get(), stretch.get(), end == 1);
        tuned.with(|tuned| tuned.as_ref().map(said).unwrap_or_default())
    };
    let slider = move |end: usize, id: &'static str| {
        let set = move |event: web_sys::Event| {
            let Ok(share) = event_target_value(&event).parse::<f64>() else { return };
            let [low, high] = stretch.get_untracked();
            // One end pushes the other before it.
            let next = match end {
                0 => [share, if high < share { share } else { high }],
                _ => [if low > share { share } else { low }, share],
            };
            put(at.get_untracked(), Some(next));
        };
        view! {
            <label class="field"><span>{text(id)}" "<b class="num">{move || value(end)}</b></span>
                <input type="range" min="0" max="1" step="0.01" prop:value=move || stretch.get()[end].to_string() aria-valuetext=move || value(end) on:input=set/></label>
        }
    };
    let none = Memo::new(move |_| brushes.with(Brushes::is_empty));
    let note = Signal::derive(move || {
        let count = brushes.with(Brushes::len);
        if count == 0 { text("tuning.brush.how") } else { Message::new("tuning.brush.count").with("count", count).to_string() }
    });
    let tools = move || {
        view! { <Button kind="quiet" label=text("tuning.brush.none") disabled=none on_click=move || brushes.set(Brushes::new())/> }
            .into_any()
    };
    view! {
        <Panel title=text("tuning.parallel") note=note tools=tools>
            <Chart scene=Memo::new(move |_| brushes.with(|brushes| parallel(tuned.get(), brushes))) height=240 on_drag=drag/>
            <div class="row wrap brush" role="group" aria-label=text("tuning.brush")>
                <Select label=text("tuning.brush.axis") options=options value=Signal::derive(move || at.get().to_string()) on_change=move |id: String| at.set(id.parse().unwrap_or(0))/>
                {slider(0, "tuning.brush.from")}{slider(1, "tuning.brush.to")}
            </div>
        </Panel>
    }
}
