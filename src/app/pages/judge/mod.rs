//! Judge: the candidates on the same folds, the chosen one in detail, the criteria, single rows, the sealed rows.

mod candidates;
mod cases;
mod coefficients;
mod compare;
mod criteria;
mod detail;
mod figures;
mod sealed;
mod threshold;
mod tree;

use super::need::WhenTrained;
use crate::state::Studio;
use atelier::base::{Message, text};
use atelier::judge::{CandidateOutcome, Evaluation, Trained};
use leptos::prelude::*;
use sealed::Sealed;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Judged {
    /// The training; the page is only shown where there is one.
    trained: Memo<Option<Trained>>,
    /// The chosen candidate's place.
    chosen: Memo<usize>,
    /// Its evaluation on the rows of the folds.
    evaluation: Memo<Option<Evaluation>>,
    /// The threshold that the slider stands at, where it was moved.
    slider: RwSignal<Option<f64>>,
}

impl Judged {
    fn new(studio: Studio) -> Self {
        let trained = Memo::new(move |_| studio.trained.with(|trained| trained.as_ref().map(|trained| trained.value.clone())));
        let chosen = Memo::new(move |_| studio.recipe.with(|recipe| recipe.chosen));
        let evaluation = Memo::new(move |_| {
            trained.with(|trained| trained.as_ref()?.candidates.get(chosen.get()).and_then(|candidate| candidate.evaluation.clone()))
        });
        let slider = RwSignal::new(None);
        Effect::new(move |_| {
            evaluation.track();
            slider.set(None);
        });
        Self { trained, chosen, evaluation, slider }
    }

    /// The threshold that the page shows: the slider's, else the rule's.
    fn threshold(&self) -> Option<f64> {
        self.slider
            .get()
            .or_else(|| self.evaluation.with(|evaluation| evaluation.as_ref()?.threshold.as_ref().map(|threshold| threshold.value)))
    }

    fn classes(&self) -> Vec<String> {
        self.trained.with(|trained| trained.as_ref().map(|trained| trained.rows.classes.clone()).unwrap_or_default())
    }
}

/// The page.
#[component]
pub fn Judge() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let judged = Judged::new(studio);
    provide_context(judged);
    let note = move || {
        let name = judged.trained.with(|trained| trained.as_ref().map(|trained| names(&trained.candidates)).unwrap_or_default());
        let rows = judged.evaluation.with(|evaluation| evaluation.as_ref().map_or(0, |evaluation| evaluation.rows));
        let name = name.get(judged.chosen.get()).cloned().unwrap_or_default();
        Message::new("judge.page.note").with("model", name).with("rows", super::thousands(rows)).to_string()
    };
    view! {
        <div class="head"><h1>{text("stage.judge")}</h1><p>{move || judged.evaluation.with(Option::is_some).then(note)}</p><span class="push"></span><criteria::Badges/></div>
        <WhenTrained>
            <criteria::Criteria/>
            <candidates::Candidates/>
            <compare::Compare/>
            <detail::Detail/>
            <figures::Figures/>
            <coefficients::Coefficients/>
            <tree::Tree/>
            <cases::CasesPanel/>
            <Sealed/>
        </WhenTrained>
    }
}

/// Candidates by the names of their models; several of a kind are numbered.
pub fn names(candidates: &[CandidateOutcome]) -> Vec<String> {
    let of = |candidate: &CandidateOutcome| text(&format!("model.{}", candidate.model));
    candidates
        .iter()
        .enumerate()
        .map(|(place, candidate)| {
            let same = |other: &&CandidateOutcome| other.model == candidate.model;
            match candidates.iter().filter(same).count() {
                1 => of(candidate),
                _ => format!("{} {}", of(candidate), candidates[..place].iter().filter(same).count() + 1),
            }
        })
        .collect()
}

/// A figure with three digits, or the mark of what is not there.
pub fn shown(figure: &atelier::base::Figure) -> String {
    figure.value().map_or_else(|| text("page.missing_mark"), |value| atelier::chart::format::digits(value, 3))
}
