//! How long training will take on this device: measured before it begins, while nothing else goes on, by letting the network
//! learn from made-up rows.

use super::{Looked, settings};
use crate::state::{Studio, saving::after, studio::now};
use atelier::base::{Params, Task};
use atelier::learn::Calibration;
use atelier::learn::network::{Rehearsal, settings::Settings};
use atelier::recipe::digest_of;
use atelier::run::Ask;
use leptos::prelude::*;
use serde::Serialize;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// How long settings have to stay as they are before they are measured.
const SETTLED: Duration = Duration::from_millis(400);
/// Operations that a measurement shall take: some hundredths of a second.
const OPERATIONS: f64 = 1e8;
/// Where a step takes more, nothing is measured: that would itself take long.
const TOO_MANY: f64 = 2e9;
/// Seconds that are long enough to be measured.
const ENOUGH: f64 = 0.03;

/// How long training will take, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// An epoch of one fold.
    pub epoch: f64,
    /// All epochs of all fits, as many at once as there are workers, where none stops early.
    pub longest: f64,
}

/// Settings that change nothing of the time of an epoch.
const UNTIMED: [&str; 8] = ["rate", "epochs", "members", "patience", "min_delta", "schedule", "warmup", "rate_changes"];

/// What is measured.
#[derive(Clone, PartialEq, Serialize)]
struct Subject {
    params: Params,
    task: Task,
    inputs: usize,
    outputs: usize,
    /// Rows that a fold learns from.
    rows: usize,
    /// Rows that the last fit learns from.
    all_rows: usize,
    folds: usize,
}

/// The times of the network that is looked at; nothing for other models, and until they are known.
pub fn ahead(looked: Looked) -> Signal<Option<Ahead>> {
    let studio = expect_context::<Studio>();
    let subject = Memo::new(move |_| subject(studio, looked));
    // The seconds of an epoch that were measured last, and of what.
    let (found, set_found) = signal(None::<(String, f64)>);
    let busy = Memo::new(move |_| studio.busy.with(Option::is_some));
    let turn = Rc::new(Cell::new(0_u64));
    Effect::new(move |_| {
        let Some(subject) = subject.get().filter(|_| !busy.get()) else { return };
        let key = digest_of(&subject);
        if found.with_untracked(|found| found.as_ref().is_some_and(|(of, _)| *of == key)) {
            return;
        }
        let (mine, turn) = (turn.get() + 1, turn.clone());
        turn.set(mine);
        leptos::task::spawn_local(async move {
            after(SETTLED).await;
            let is_last = || turn.get() == mine && busy.try_get_untracked() == Some(false);
            if !is_last() {
                return;
            }
            if let Some(epoch) = measure(studio, &subject, is_last).await {
                set_found.try_set(Some((key, epoch)));
            }
        });
    });
    Signal::derive(move || {
        let subject = subject.get()?;
        let epoch = found.with(|found| found.as_ref().filter(|(of, _)| *of == digest_of(&subject)).map(|(_, epoch)| *epoch))?;
        let settings = Settings::read(&settings::params(looked).get()).ok()?;
        let waves = (subject.folds + 1).div_ceil(studio.workers.get().max(1)) as f64;
        // The last fit learns from all rows. A calibration fits again three times, on two thirds of them.
        let last = subject.all_rows as f64 / subject.rows.max(1) as f64;
        let is_calibrated = looked.candidate.with(|candidate| candidate.as_ref().is_some_and(|it| it.calibration != Calibration::None));
        let fits = if is_calibrated { 3.0 } else { 1.0 };
        Some(Ahead { epoch, longest: waves * fits * f64::from(settings.epochs) * settings.members as f64 * last * epoch })
    })
}

fn subject(studio: Studio, looked: Looked) -> Option<Subject> {
    let (inputs, outputs) = looked.network.with(|network| {
        let network = network.as_ref()?;
        Some((network.inputs, network.layers.last()?.units))
    })?;
    let (task, split) = studio.look.with(|look| look.as_ref().and_then(|look| Some((look.task?, look.split.clone()?))))?;
    let folds = split.folds.len();
    let rows = split.folds.iter().map(|(train, _)| *train).max().unwrap_or(split.training);
    let mut params = settings::params(looked).get();
    params.retain(|id, _| !UNTIMED.contains(&id.as_str()));
    Some(Subject { params, task, inputs, outputs, rows, all_rows: split.training, folds })
}

/// The seconds of an epoch of one fold.
async fn measure(studio: Studio, subject: &Subject, goes_on: impl Fn() -> bool) -> Option<f64> {
    let settings = Settings::read(&subject.params).ok()?;
    let network = settings.network(subject.inputs, subject.outputs).ok()?;
    let least = settings.batch.min(subject.rows);
    let operations = 6.0 * network.parameters() as f64 + 1.0;
    if operations * least as f64 > TOO_MANY {
        return None;
    }
    let rows = ((OPERATIONS / operations) as usize).clamp(least, subject.rows.max(least));
    let take = |epochs: u32| async move {
        let Subject { params, task, inputs, outputs, .. } = subject.clone();
        let begun = now();
        studio.ask::<()>(Ask::Rehearse(Box::new(Rehearsal { params, task, inputs, outputs, rows, epochs })), &[]).await.ok()?;
        Some((now() - begun) / 1000.0)
    };
    // The first one also makes the engine's code warm.
    take(1).await.filter(|_| goes_on())?;
    let once = take(1).await.filter(|_| goes_on())?;
    let more = ((ENOUGH / (once + 1e-4)) as u32).clamp(1, 60);
    // What does not come with epochs falls out of the difference.
    let several = take(1 + more).await.filter(|_| goes_on())?;
    let taken = if several > once { several - once } else { several };
    let alone = taken / f64::from(more) * subject.rows as f64 / rows as f64;
    // The rows that a fold predicts are looked at as well, which is a third of the work of learning from them.
    let folds = subject.folds.max(2) as f64;
    Some(alone * (1.0 + 1.0 / (3.0 * (folds - 1.0))))
}
