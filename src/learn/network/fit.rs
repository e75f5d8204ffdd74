//! A fit: from prepared rows to a model of plan operations.

use super::embedding::groups;
use super::initialiser::Initialiser;
use super::loss::Loss;
use super::measure::Measure;
use super::schedule::{Decline, Schedule};
use super::settings::Settings;
use super::trainer::Trainer;
use super::training::{Data, End, Rows, Trained};
use super::view::View;
use crate::base::{self, Advance, Job, Problem, Progress, Stage};
use crate::learn::surface::{Due, Plane, Surface};
use crate::learn::{Epoch, Fit, Model, Target, TrainingSet, stop};
use crate::plan::{Link, Op};
use ndarray::Array2;

/// The mean and the standard deviation that a target of numbers is brought to 0 and 1 by, so that rates and losses mean
/// the same whatever its unit. A constant target gets a deviation next to nothing, so that it is answered by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Standard {
    mean: f64,
    deviation: f64,
}

/// A network being fitted.
struct NetworkFit {
    trainer: Trainer<f32>,
    network: super::Network,
    columns: Vec<String>,
    outputs: Vec<String>,
    link: Link,
    standard: Option<Standard>,
    /// The column whose values are largest, where they are so large that they make training unstable.
    unscaled: Option<(String, f64)>,
    notes: Vec<Problem>,
    initialiser: Initialiser,
    seed: u64,
    /// After a loss that ran away: what training came to, and the smaller rate that is being tried.
    trial: Option<(Trained<f32>, f64)>,
    /// A look at a plane of the inputs, where one is asked for.
    view: Option<View>,
}

/// How many epochs a smaller rate is tried for, and by what it is smaller each time.
const TRIAL_EPOCHS: u32 = 3;
const SMALLER: [f64; 4] = [10.0, 100.0, 1000.0, 10_000.0];

/// Columns whose values go beyond this were not scaled.
const LARGE: f64 = 100.0;

/// Starts a fit of one network.
///
/// # Errors
/// Parameters that do not go together, no rows or columns, one class only, a value that is missing or not a 32-bit number.
pub fn start(settings: &Settings, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let plan = settings.plan(set.task, set.seed)?;
    let rows = set.x.nrows();
    if rows == 0 || set.y.len() != rows {
        return Err(Problem::new(Stage::Learn, "learn.no_rows"));
    }
    if set.columns.is_empty() || set.x.ncols() != set.columns.len() {
        return Err(Problem::new(Stage::Learn, "learn.no_columns"));
    }
    if let Target::Classes { codes, .. } = &set.y
        && codes.iter().all(|code| Some(code) == codes.first())
    {
        return Err(Problem::new(Stage::Learn, "learn.one_class"));
    }
    let groups = groups(&set.meanings, settings.embedding);
    let mut notes = Vec::new();
    if settings.embedding > 0 && groups.is_empty() {
        notes.push(Problem::note(Stage::Learn, "learn.network.no_categories"));
    }
    let network = settings.network(set.columns.len(), set.outputs.len())?.with_embedding(groups);
    let parted = settings.early_stopping.then(|| stop::part(&set.y, set.groups.as_deref(), settings.stop_share, set.seed)).flatten();
    if settings.early_stopping && parted.is_none() {
        notes.push(Problem::note(Stage::Learn, "learn.network.no_stop_rows").with("rows", rows).with("least", stop::LEAST));
    }
    let (train, stop) = parted.map_or_else(|| ((0..rows as u32).collect(), Vec::new()), |parted| (parted.train, parted.stop));
    let standard = match &set.y {
        Target::Classes { .. } => None,
        Target::Values(values) if plan.loss.answers_by_exp() => Some(counted(values)?),
        Target::Values(values) => Some(standard(values)?),
    };
    let (x, unscaled) = narrow(&set.x, &set.columns)?;
    if let Some((column, largest)) = &unscaled {
        notes.push(Problem::warning(Stage::Learn, "learn.network.unscaled").with("largest", format!("{largest:e}")).at_column(column));
    }
    let weights = match &set.weights {
        Some(weights)
            if weights.len() != rows || weights.iter().any(|w| !w.is_finite() || *w < 0.0) || weights.iter().sum::<f64>() <= 0.0 =>
        {
            return Err(Problem::new(Stage::Learn, "learn.bad_weights"));
        }
        Some(weights) => weights.iter().map(|&w| w as f32).collect(),
        None => vec![1.0; rows],
    };
    let data = Data {
        rows: Rows { x, y: answers(&set.y, standard), weights },
        train,
        stop,
        watch: set.watch.as_ref().map_or_else(Rows::default, |(x, y)| watched(x, y, standard, network.inputs())),
    };
    drop(set.x);
    let parameters = settings.initialiser.draw(&network, set.seed);
    let link = match &set.y {
        Target::Values(_) if plan.loss.answers_by_exp() => Link::Exp,
        Target::Values(_) => Link::Identity,
        Target::Classes { .. } if set.outputs.len() == 1 => Link::Sigmoid,
        Target::Classes { .. } => Link::Softmax,
    };
    let measure = match (&set.y, standard) {
        (Target::Values(_), standard) => {
            Measure::Rmse { unit: standard.map_or(1.0, |standard| standard.deviation), exp: link == Link::Exp }
        }
        (Target::Classes { .. }, _) if set.outputs.len() == 1 => Measure::RocAuc,
        (Target::Classes { .. }, _) => Measure::Accuracy,
    };
    let trainer = Trainer::new(network.clone(), plan, data, parameters).with_measure(measure);
    Ok(Box::new(NetworkFit {
        trainer,
        network,
        columns: set.columns,
        outputs: set.outputs,
        link,
        standard,
        unscaled,
        notes,
        initialiser: settings.initialiser,
        seed: set.seed,
        trial: None,
        view: None,
    }))
}

/// Rows x columns in 32 bits, and the column with the largest values where these are large.
fn narrow(x: &Array2<f64>, columns: &[String]) -> Result<(Vec<f32>, Option<(String, f64)>), Problem> {
    let mut largest = vec![0.0_f64; columns.len()];
    for (row, values) in x.rows().into_iter().enumerate() {
        for ((&value, largest), name) in values.iter().zip(&mut largest).zip(columns) {
            if value.is_nan() {
                return Err(Problem::new(Stage::Learn, "learn.missing").with("row", row + 1).at_column(name));
            }
            if value.abs() > f64::from(f32::MAX) {
                return Err(Problem::new(Stage::Learn, "learn.too_large").with("value", format!("{value:e}")).at_column(name));
            }
            if value.abs() > *largest {
                *largest = value.abs();
            }
        }
    }
    let most = largest.iter().enumerate().fold((0, 0.0), |most, (place, &value)| if value > most.1 { (place, value) } else { most });
    let unscaled = (most.1 > LARGE).then(|| columns.get(most.0).map(|name| (name.clone(), most.1))).flatten();
    Ok((x.iter().map(|&value| value as f32).collect(), unscaled))
}

fn answers(y: &Target, standard: Option<Standard>) -> Vec<f32> {
    let Standard { mean, deviation } = standard.unwrap_or(Standard { mean: 0.0, deviation: 1.0 });
    match y {
        Target::Classes { codes, .. } => codes.iter().map(|&code| code as f32).collect(),
        Target::Values(values) => values.iter().map(|&value| ((value - mean) / deviation) as f32).collect(),
    }
}

/// The watched rows; a row that holds something else than 32-bit numbers is passed over, since nothing depends on it.
fn watched(x: &Array2<f64>, y: &Target, standard: Option<Standard>, width: usize) -> Rows<f32> {
    if x.ncols() != width || x.nrows() != y.len() {
        return Rows::default();
    }
    let all = answers(y, standard);
    let mut rows = Rows::default();
    for (values, &y) in x.rows().into_iter().zip(&all) {
        if y.is_finite() && values.iter().all(|&value| (value as f32).is_finite()) {
            rows.x.extend(values.iter().map(|&value| value as f32));
            rows.y.push(y);
            rows.weights.push(1.0);
        }
    }
    rows
}

fn standard(values: &[f64]) -> Result<Standard, Problem> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    if !variance.is_finite() {
        return Err(Problem::new(Stage::Learn, "learn.target_not_finite"));
    }
    let deviation = variance.sqrt();
    // A deviation that is rounding only, or whose inverse overflows, is none.
    let constant = deviation <= 1e-14 * mean.abs() || deviation < 1e-300;
    let nothing = 1e-12 * if mean.abs() > 1.0 { mean.abs() } else { 1.0 };
    Ok(Standard { mean, deviation: if constant { nothing } else { deviation } })
}

/// Counts in units of their mean, so that a network that answers 1 everywhere answers the mean.
fn counted(values: &[f64]) -> Result<Standard, Problem> {
    if let Some(row) = values.iter().position(|value| *value < 0.0) {
        return Err(Problem::new(Stage::Learn, "learn.network.negative_count").with("row", row + 1).with("value", values[row]));
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if !mean.is_finite() {
        return Err(Problem::new(Stage::Learn, "learn.target_not_finite"));
    }
    Ok(Standard { mean: 0.0, deviation: if mean > 0.0 { mean } else { 1.0 } })
}

/// Numbers as the fit sees them: brought to mean 0 and deviation 1, counts to mean 1.
pub fn scaled(values: &[f64], loss: Loss) -> Result<Vec<f64>, Problem> {
    let Standard { mean, deviation } = if loss.answers_by_exp() { counted(values)? } else { standard(values)? };
    Ok(values.iter().map(|value| (value - mean) / deviation).collect())
}

impl NetworkFit {
    /// What brings a number of the trainer into the target's unit; nothing for classes.
    fn unit(&self) -> Option<impl Fn(f64) -> f64 + use<>> {
        self.standard.map(|Standard { mean, deviation }| move |value: f64| value * deviation + mean)
    }

    fn model(&mut self, trained: Trained<f32>) -> Model {
        let (columns, link, into) = (self.columns.clone(), self.link, self.outputs.clone());
        let layers = self.network.export(&trained.parameters);
        let mut ops = vec![match self.network.is_deep() {
            true => Op::DeepNetwork { columns, layers, link, into },
            false => Op::Network { columns, layers: layers.into_iter().map(|layer| layer.dense).collect(), link, into },
        }];
        if let (Some(Standard { mean, deviation }), Some(output)) = (self.standard, self.outputs.first()) {
            // (x - shift) / scale with shift = -mean / deviation and scale = 1 / deviation is x deviation + mean.
            ops.push(Op::Scale { column: output.clone(), shift: -mean / deviation, scale: 1.0 / deviation });
        }
        let notes = std::mem::take(&mut self.notes);
        Model {
            ops,
            curve: trained.curve,
            kept_epoch: trained.kept_epoch,
            importance: None,
            coefficients: None,
            baseline: Some(self.trainer.baseline()),
            notes,
        }
    }

    /// Notes that the loss ran away. `tested` is a rate with which it was seen to fall, from one loss to another.
    fn note_divergence(&mut self, trained: &Trained<f32>, tested: Option<(f64, f64, f64)>) {
        let End::Diverged { epoch, rate, loss } = trained.end else { return };
        let id = if self.unscaled.is_some() { "learn.network.diverged_unscaled" } else { "learn.network.diverged" };
        let kept = trained.kept_epoch.filter(|epoch| *epoch > 0);
        let kept = kept.map_or_else(
            || base::text("learn.network.untrained"),
            |epoch| base::Message::new("learn.network.of_epoch").with("epoch", epoch).to_string(),
        );
        let shown = |loss: f64| if loss.abs() < 1000.0 { format!("{loss:.3}") } else { format!("{loss:.1e}") };
        let loss = loss.map_or_else(|| base::text("learn.network.infinite"), shown);
        let offer = tested.map_or_else(String::new, |(rate, ..)| format!("{rate:.1e}"));
        let (smaller, tried) = match tested {
            Some((rate, from, to)) => {
                let tried = base::Message::new("learn.network.tested").with("epochs", TRIAL_EPOCHS);
                (rate, tried.with("from", format!("{from:.3}")).with("to", format!("{to:.3}")).to_string())
            }
            None => (rate / SMALLER[0], base::text("learn.network.untested")),
        };
        // Two digits, as one would write them into the form.
        let smaller: f64 = format!("{smaller:.1e}").parse().unwrap_or(smaller);
        self.notes.push(
            Problem::warning(Stage::Learn, id)
                .with("epoch", epoch)
                .with("loss", loss)
                .with("rate", rate)
                .with("smaller", smaller)
                .with("offer", offer)
                .with("tried", tried)
                .with("kept", kept)
                .with("column", self.unscaled.as_ref().map_or("", |(column, _)| column)),
        );
    }

    /// Begins to train for a few epochs with a smaller rate.
    fn try_rate(&mut self, trained: Trained<f32>, rate: f64) {
        let parameters = self.initialiser.draw(&self.network, self.seed);
        self.trainer.restart(parameters, Schedule::new(rate, Decline::Constant, TRIAL_EPOCHS));
        self.trial = Some((trained, rate));
    }

    /// After a trial: the model where the loss fell, or another trial with a still smaller rate, as long as there are some.
    fn after_trial(&mut self, first: Trained<f32>, rate: f64, tried: &Trained<f32>) -> Option<Model> {
        let End::Diverged { rate: too_large, .. } = first.end else { return Some(self.model(first)) };
        let untrained = self.trainer.untrained();
        let fell = tried.curve.last().filter(|last| tried.end == End::Epochs && last.train < untrained);
        if let Some(last) = fell {
            self.note_divergence(&first, Some((rate, untrained, last.train)));
            return Some(self.model(first));
        }
        let Some(next) = SMALLER.iter().map(|factor| too_large / factor).find(|next| *next < 0.5 * rate) else {
            self.note_divergence(&first, None);
            return Some(self.model(first));
        };
        self.try_rate(first, next);
        None
    }
}

impl Job for NetworkFit {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let trained = match self.trainer.advance()? {
            Advance::More(progress) => return Ok(Advance::More(if self.trial.is_some() { self.progress() } else { progress })),
            Advance::Done(trained) => trained,
        };
        let model = match (self.trial.take(), trained.end) {
            (Some((first, rate)), _) => self.after_trial(first, rate, &trained),
            (None, End::Diverged { rate, .. }) => {
                self.try_rate(trained, rate / SMALLER[0]);
                None
            }
            (None, _) => Some(self.model(trained)),
        };
        Ok(model.map_or_else(|| Advance::More(self.progress()), Advance::Done))
    }
}

impl Fit for NetworkFit {
    fn curve(&self) -> &[Epoch] {
        self.trial.as_ref().map_or_else(|| self.trainer.curve(), |(trained, _)| &trained.curve)
    }

    fn look_at(&mut self, plane: &Plane) {
        self.view = View::new(plane, &self.columns, self.trainer.data(), &self.network, self.unit());
        self.trainer.end_slices_with_epochs();
    }

    fn surface(&mut self, due: Due) -> Option<Surface> {
        let unit = self.unit();
        let (rows, epochs) = (self.trainer.progress().done, self.trainer.curve().len());
        let view = self.view.as_mut().filter(|_| self.trial.is_none())?;
        view.is_due(due, rows, epochs).then(|| view.take(&self.network, self.trainer.looked_at(), epochs as u32, self.link, unit))
    }

    fn progress(&self) -> Progress {
        let progress = self.trainer.progress();
        // A trial is the very end of the work.
        if self.trial.is_some() { Progress { done: 99, total: 100 } } else { progress }
    }
}
