//! What to try next: for what the curves say, the one change of the settings that most likely helps.

use super::settings::{Choice, LEAST_RATE, Settings};
use super::verdict::{Curve, Judgement};
use super::{Initialiser, Verdict};
use crate::base::{Message, Params};
use crate::learn::Health;
use crate::num::activation::Activation;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A change that is worth trying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// What is done and why: a text `remedy.<id>`; the text `remedy.<id>.action` names it in a few words.
    pub message: Message,
    /// The parameters that change, with their new values.
    pub changes: Params,
}

impl Remedy {
    fn new(id: &str, changes: Value) -> Self {
        Self { message: Message::new(format!("remedy.{id}")), changes: changes.as_object().cloned().unwrap_or_default() }
    }

    fn with(self, name: &str, value: impl std::fmt::Display) -> Self {
        Self { message: self.message.with(name, value), ..self }
    }

    /// The parameters with the change in them.
    #[must_use]
    pub fn apply(&self, params: &Params) -> Params {
        let mut params = params.clone();
        params.extend(self.changes.clone());
        params
    }
}

/// Shares of steps by which a step changes the weights: below it hardly moves them, above it throws them about.
const USUAL_UPDATE: [f64; 2] = [2e-4, 0.1];
/// A rate that Adam and its kin learn with in most cases: the form's default.
const USUAL_RATE: f64 = 0.003;

/// What to try, for the verdict over the curves of a network with these parameters; nothing where nothing is wrong or the
/// parameters cannot be read.
pub fn remedy(verdict: &Verdict, params: &Params, curves: &[Curve]) -> Option<Remedy> {
    let settings = Settings::read(params).ok()?;
    match verdict.judgement {
        Judgement::Diverged => slower(curves),
        Judgement::StillFalling => Some(longer(&settings)),
        Judgement::Underfitting => Some(stronger(&settings, curves)),
        Judgement::Memorising | Judgement::Overfitting => Some(weaker(&settings)),
        Judgement::Balanced | Judgement::Unknown => None,
    }
}

/// The smallest of the rates that the fits offer whose loss ran away. Only one that was tried, and let the loss fall, is an offer,
/// and only one that the form takes.
fn slower(curves: &[Curve]) -> Option<Remedy> {
    let offer = |message: &Message| {
        let rate = message.args.get("offer")?.parse::<f64>().ok()?;
        (rate >= LEAST_RATE).then(|| (rate, message.clone()))
    };
    let offers = curves.iter().filter_map(|curve| offer(curve.diverged?));
    let (rate, message) = offers.reduce(|least, next| if next.0 < least.0 { next } else { least })?;
    // A rate that was changed on the way would run away again.
    let remedy = Remedy::new(if message.id.ends_with("unscaled") { "scaled" } else { "slower" }, json!({"rate": rate, "rate_changes": []}));
    let arg = |name: &str| message.args.get(name).cloned().unwrap_or_default();
    Some(remedy.with("rate", arg("smaller")).with("tried", arg("tried")).with("column", arg("column")))
}

fn longer(settings: &Settings) -> Remedy {
    let epochs = settings.epochs.saturating_mul(2).min(100_000);
    Remedy::new("longer", json!({"epochs": epochs})).with("epochs", epochs)
}

/// The first thing that keeps it from learning, in the order in which each would hide the next.
fn stronger(settings: &Settings, curves: &[Curve]) -> Remedy {
    let decays = matches!(settings.optimizer, Choice::AdamW | Choice::Lion) && settings.decay > 0.5;
    if settings.l1 >= 1e-3 || settings.l2 >= 1e-2 || decays || (settings.max_norm > 0.0 && settings.max_norm < 0.5) {
        let decay = if decays { 0.01 } else { settings.decay };
        return Remedy::new("penalties", json!({"l1": 0.0, "l2": 0.0, "decay": decay, "max_norm": 0.0}));
    }
    if settings.layers.iter().any(|layer| layer.dropout > 0.5) || settings.input_noise >= 1.0 || settings.mixup > 2.0 {
        let layers = changed_layers(settings, |layer| layer.insert("dropout".to_owned(), json!(0.1)));
        return Remedy::new("noise", json!({"layers": layers, "input_noise": 0.0, "mixup": 0.0}));
    }
    if settings.initialiser == Initialiser::Zero {
        return Remedy::new("weights", json!({"initialiser": "auto"}));
    }
    let last = |of: fn(&Health) -> f64| {
        let mut values: Vec<f64> = curves.iter().filter_map(|curve| curve.epochs.last()?.health.as_ref().map(of)).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    // The first steps say how large steps are; at the end of a schedule they are small in any case.
    let update = curves.iter().filter_map(|curve| curve.epochs.first()?.health.as_ref().map(|health| health.update)).next();
    let rate = Settings::rate_of_kin(settings.optimizer).unwrap_or(settings.rate);
    let to_rate = |rate: f64| Remedy::new("rate", json!({"rate": rate})).with("from", settings.rate).with("rate", rate);
    if settings.rate > 10.0 * rate || update.is_some_and(|update| update > USUAL_UPDATE[1] && settings.rate > rate) {
        return to_rate(if rate < settings.rate { rate } else { settings.rate / 10.0 });
    }
    let units: usize = settings.layers.iter().map(|layer| layer.units).sum();
    let asleep = last(|health| health.asleep.iter().map(|&count| f64::from(count)).sum());
    if units > 0 && asleep.is_some_and(|asleep| asleep >= 0.5 * units as f64) {
        let layers = changed_layers(settings, |layer| layer.insert("activation".to_owned(), json!("leaky_relu")));
        return Remedy::new("awake", json!({"layers": layers, "initialiser": "auto", "parametrisation": "standard"}));
    }
    if matches!(settings.optimizer, Choice::Sgd | Choice::Momentum | Choice::Nesterov) {
        return Remedy::new("adam", json!({"optimizer": "adam", "rate": USUAL_RATE})).with("rate", USUAL_RATE);
    }
    if settings.rate < 0.3 * rate || update.is_some_and(|update| update < USUAL_UPDATE[0]) {
        return to_rate(if settings.rate < rate { rate } else { 10.0 * settings.rate });
    }
    if settings.epochs < 30 {
        return Remedy::new("longer", json!({"epochs": 100})).with("epochs", 100);
    }
    if units < 32 || settings.layers.iter().any(|layer| layer.activation == Activation::Identity) {
        let layer = |units: usize| json!({"units": units, "activation": "relu", "dropout": 0.0});
        return Remedy::new("units", json!({"layers": [layer(64), layer(32)]}));
    }
    let layers = changed_layers(settings, |layer| {
        let units = layer.get("units").and_then(Value::as_u64).unwrap_or(32);
        layer.insert("dropout".to_owned(), json!(0.0));
        layer.insert("units".to_owned(), json!((2 * units).min(4096)))
    });
    Remedy::new("units", json!({"layers": layers}))
}

/// Ways of learning less by heart: first to stop in time, then dropout, then fewer units.
fn weaker(settings: &Settings) -> Remedy {
    if !settings.early_stopping {
        return Remedy::new("stop", json!({"early_stopping": true}));
    }
    if settings.layers.is_empty() {
        let l2 = if settings.l2 > 0.0 { 10.0 * settings.l2 } else { 1e-3 };
        return Remedy::new("penalty", json!({"l2": if l2 < 10.0 { l2 } else { 10.0 }})).with("l2", l2);
    }
    if settings.layers.iter().all(|layer| layer.dropout < 0.4) {
        return Remedy::new(
            "dropout",
            json!({"layers": changed_layers(settings, |layer| {
                let dropout = layer.get("dropout").and_then(Value::as_f64).unwrap_or(0.0);
                // Tenths, so that the form shows what was meant.
                layer.insert("dropout".to_owned(), json!(((dropout + 0.2) * 10.0).round() / 10.0))
            })}),
        );
    }
    Remedy::new(
        "fewer",
        json!({"layers": changed_layers(settings, |layer| {
            let units = layer.get("units").and_then(Value::as_u64).unwrap_or(32);
            layer.insert("units".to_owned(), json!((units / 2).max(2)))
        })}),
    )
}

/// The hidden layers as a recipe holds them, each changed.
fn changed_layers(settings: &Settings, mut change: impl FnMut(&mut Params) -> Option<Value>) -> Value {
    let layer = |layer: &super::Hidden| {
        let mut layer = serde_json::to_value(layer).ok().and_then(|value| value.as_object().cloned()).unwrap_or_default();
        change(&mut layer);
        Value::Object(layer)
    };
    Value::Array(settings.layers.iter().map(layer).collect())
}
