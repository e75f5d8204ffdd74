//! What a search is worth: its figures, and how page, report and command line put them.

use super::compared::signed;
use crate::base::{Figure, Message, Params, text};
use crate::chart::format::digits;
use crate::metric::Interval;
use crate::recipe::Tune;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the search is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Nested {
    /// What was searched, and how.
    pub tune: Tune,
    /// The kind of model.
    pub model: String,
    /// What came of it.
    #[serde(flatten)]
    pub worth: Worth,
}

/// What a search of any kind comes to on rows that had no part in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    /// Whether a larger score is better.
    pub higher_is_better: bool,
    /// The metric on the rows of the outer folds, with its 95 % interval.
    pub outer: Interval,
    /// The mean over the outer folds of the best score of their searches.
    pub inner: Figure,
    /// By how much the inner bests are better than the outer score: above 0 where the search flatters.
    pub optimism: Figure,
    /// Each outer fold.
    pub folds: Vec<NestedFold>,
}

/// The search of an outer fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NestedFold {
    /// The best score on its inner folds.
    pub inner: Option<f64>,
    /// The metric on the rows that neither search nor fit saw.
    pub outer: Figure,
    /// Trials that were made.
    pub trials: usize,
    /// The values that were chosen, by path.
    pub values: Params,
}

impl Nested {
    /// What to expect of the search, and by how much its own scores flatter.
    pub fn sentences(&self) -> Vec<Message> {
        self.worth.sentences(&self.tune.metric)
    }
}

impl Worth {
    /// What to expect of a search by a metric, and by how much its own scores flatter.
    pub fn sentences(&self, metric: &str) -> Vec<Message> {
        let metric = text(&format!("metric.{metric}"));
        let Figure::Value(outer) = self.outer.value else {
            return vec![Message::new("nested.no_score").with("metric", metric)];
        };
        let ends = self.outer.low.value().zip(self.outer.high.value());
        let id = if ends.is_some() { "nested.outer" } else { "nested.outer_alone" };
        let mut said = Message::new(id).with("metric", metric).with("value", digits(outer, 3));
        if let Some((low, high)) = ends {
            said = said.with("low", digits(low, 3)).with("high", digits(high, 3));
        }
        let flattery = self.inner.value().zip(self.optimism.value()).map(|(inner, optimism)| {
            let id = if optimism > 0.0 { "nested.optimism" } else { "nested.no_optimism" };
            Message::new(id).with("inner", digits(inner, 3)).with("optimism", signed(optimism))
        });
        std::iter::once(said).chain(flattery).collect()
    }
}

impl NestedFold {
    /// The values that were chosen, in words.
    pub fn chosen(&self) -> String {
        let value = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| digits(number, 3)),
            other => crate::tune::shape(other).unwrap_or_else(|| other.to_string()),
        };
        // Of a search over models the first thing that was chosen is the model.
        let model = self.values.get("model").map(value);
        let others = self.values.iter().filter(|(path, _)| *path != "model").map(|(path, of)| format!("{path} {}", value(of)));
        model.into_iter().chain(others).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tune::Space;

    #[test]
    fn a_search_that_flatters_is_told_so() {
        let tune = Tune {
            candidate: 0,
            sampler: "tpe".to_owned(),
            params: Params::new(),
            space: Space { parameters: Vec::new() },
            trials: 20,
            metric: "roc_auc".to_owned(),
            ..Tune::default()
        };
        let outer = Interval { value: 0.51.into(), low: 0.45.into(), high: 0.57.into(), n: 200 };
        let mut nested = Nested {
            tune,
            model: "forest".to_owned(),
            worth: Worth { higher_is_better: true, outer, inner: 0.58.into(), optimism: 0.07.into(), folds: Vec::new() },
        };
        let said = |nested: &Nested| nested.sentences().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert!(said(&nested).contains("0.51 (95% interval 0.45 to 0.57)") && said(&nested).contains("+0.07"), "{}", said(&nested));
        nested.worth.optimism = (-0.01).into();
        assert!(said(&nested).contains("not better"), "{}", said(&nested));
        nested.worth.outer.value = Figure::undefined("one_class");
        assert_eq!(nested.sentences().len(), 1);
        let fold = NestedFold {
            inner: Some(0.6),
            outer: 0.5.into(),
            trials: 20,
            values: Params::from_iter([("c".to_owned(), 0.12345.into()), ("penalty".to_owned(), "l1".into())]),
        };
        assert_eq!(fold.chosen(), "c 0.123, penalty l1");
    }
}
