//! Settings to start from: whole sets of parameters that belong together.

use super::KIND;
use crate::base::{Params, Task, field};
use serde_json::{Value, json};

/// Settings to start from. The texts are `network.preset.<id>` and `network.preset.<id>.help`.
pub struct Preset {
    /// The stable id.
    pub id: &'static str,
    /// What differs from the form's defaults.
    settings: fn(Task) -> Value,
    /// Whether it wants numbers scaled by quartiles and softly bounded, rather than standardised.
    pub is_robust: bool,
}

impl Preset {
    /// The parameters for a task, as a recipe holds them.
    pub fn params(&self, task: Task) -> Params {
        (self.settings)(task).as_object().cloned().unwrap_or_default()
    }
}

/// Every preset, from the plainest to the strongest.
pub static PRESETS: &[Preset] = &[
    Preset { id: "plain", settings: |_| json!({"layers": []}), is_robust: false },
    Preset { id: "classroom", settings: classroom, is_robust: false },
    Preset { id: "usual", settings: |_| json!({}), is_robust: false },
    Preset { id: "strong", settings: strong, is_robust: true },
];

/// A preset by id.
pub fn find(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

/// The preset that parameters are, for a task; nothing where they are settings of one's own.
pub fn of(params: &Params, task: Task) -> Option<&'static Preset> {
    let whole = |params: &Params| {
        let mut all = field::defaults(&(KIND.fields)());
        all.extend(params.clone());
        all
    };
    let given = whole(params);
    PRESETS.iter().find(|preset| whole(&preset.params(task)) == given)
}

/// Small enough to see every weight, quick enough to watch, with a loss that moves.
fn classroom(_: Task) -> Value {
    let layer = |units: usize| json!({"units": units, "activation": "tanh", "dropout": 0.0});
    json!({"layers": [layer(4), layer(2)], "rate": 0.03, "schedule": "constant", "batch": 16, "epochs": 100})
}

/// RealMLP-TD-S (Holzmuller, Grinsztajn and Steinwart 2024, "Better by default"): three layers of 256 units in the NTK
/// parametrisation behind a learned scale, SELU for classes and Mish for numbers, Adam with a short memory of squares, a rate
/// that rises and falls in waves, and the best of all epochs on rows set aside. With less of its label smoothing, which its
/// authors turn off where ranks and probabilities count, and four times for half as many epochs of smaller batches, since the
/// mean of four networks is better on most tables than one that learns for as long (`docs/measured.md`).
fn strong(task: Task) -> Value {
    let (activation, rate) = if task.is_classification() { ("selu", 0.04) } else { ("mish", 0.07) };
    let layer = json!({"units": 256, "activation": activation, "dropout": 0.0});
    let mut settings = json!({
        "layers": [layer.clone(), layer.clone(), layer],
        "members": 4,
        "front_scale": true,
        "initialiser": "ntk",
        "parametrisation": "ntk",
        "beta2": 0.95,
        "rate": rate,
        "schedule": "log_cosine",
        "batch": 128,
        "drop_last": true,
        "epochs": 128,
        "patience": 128,
    });
    if let (true, Some(settings)) = (task.is_classification(), settings.as_object_mut()) {
        settings.insert("label_smoothing".to_owned(), json!(0.01));
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::super::settings::Settings;
    use super::*;
    use crate::base::text;

    #[test]
    fn every_preset_can_be_used_for_every_task_and_is_known_again() {
        for preset in PRESETS {
            for task in [Task::Binary, Task::Multiclass, Task::Regression] {
                let params = preset.params(task);
                assert!(Settings::read(&params).and_then(|settings| settings.plan(task, 1)).is_ok(), "{}", preset.id);
                assert_eq!(of(&params, task).map(|known| known.id), Some(preset.id));
            }
            for id in [format!("network.preset.{}", preset.id), format!("network.preset.{}.help", preset.id)] {
                assert!(text::find(&id).is_some(), "{id}");
            }
        }
        assert!(of(json!({"epochs": 7}).as_object().expect("an object"), Task::Binary).is_none());
    }
}
