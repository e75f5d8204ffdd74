//! How rows are divided, as a recipe says it; the numbers of a scheme describe their own form.

use crate::base::{Field, Params};
use crate::table::split::{Division, MOST_FITS, MOST_FOLDS, Scheme};
use serde::{Deserialize, Serialize};

/// How rows are divided. What is as usual is not written, so that old recipes keep their bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Split {
    /// The share of rows that is sealed until the end, from 0 to 0.5.
    pub held_out: f64,
    /// The number of folds, from 2.
    pub folds: usize,
    /// How rows are put into folds.
    pub scheme: Scheme,
    /// How often the folds are drawn, where the scheme is one of chance.
    #[serde(skip_serializing_if = "is_usual_repeats")]
    pub repeats: usize,
    /// By time: rows left out between those learned from and those predicted.
    #[serde(skip_serializing_if = "is_zero")]
    pub gap: usize,
    /// By time: the most rows that a fold learns from; 0 for all that there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub window: usize,
    /// Holdout: the share of rows that is predicted.
    #[serde(skip_serializing_if = "is_usual_share")]
    pub share: f64,
    /// Bootstrap: how many samples are drawn.
    #[serde(skip_serializing_if = "is_usual_draws")]
    pub draws: usize,
}

fn is_usual_repeats(repeats: &usize) -> bool {
    *repeats == Split::default().repeats
}
fn is_zero(count: &usize) -> bool {
    *count == 0
}
fn is_usual_share(share: &f64) -> bool {
    *share == Split::default().share
}
fn is_usual_draws(draws: &usize) -> bool {
    *draws == Split::default().draws
}

impl Default for Split {
    fn default() -> Self {
        let Division { scheme, folds, repeats, gap, window, share, draws } = Division::default();
        Self { held_out: 0.2, folds, scheme, repeats, gap, window, share, draws }
    }
}

impl Split {
    /// The smallest and largest share that can be sealed.
    pub const HELD_OUT: (f64, f64) = (0.0, 0.5);
    /// The smallest and largest number of folds.
    pub const FOLDS: (usize, usize) = (2, MOST_FOLDS);
    /// The most rows of a gap or a window.
    const MOST_ROWS: i64 = 100_000_000;

    /// The numbers that the scheme has, as a form; the texts are `split.<id>`. Shares are from 0 to 1.
    pub fn fields(scheme: Scheme) -> Vec<Field> {
        let usual = Self::default();
        let mut fields = vec![Field::number("held_out", usual.held_out, Self::HELD_OUT.0, Self::HELD_OUT.1)];
        if scheme.has_folds() {
            fields.push(Field::integer("folds", usual.folds as i64, Self::FOLDS.0 as i64, Self::FOLDS.1 as i64));
        }
        match scheme {
            Scheme::Holdout => fields.push(Field::number("share", usual.share, 0.05, 0.5)),
            Scheme::Bootstrap => fields.push(Field::integer("draws", usual.draws as i64, 2, MOST_FITS as i64)),
            Scheme::Time => {
                fields.push(Field::integer("gap", 0, 0, Self::MOST_ROWS));
                fields.push(Field::integer("window", 0, 0, Self::MOST_ROWS));
            }
            _ => {}
        }
        if scheme.repeats() {
            fields.push(Field::integer("repeats", usual.repeats as i64, 1, 100));
        }
        fields
    }

    /// The values of these fields.
    pub fn params(&self) -> Params {
        let all = [
            ("held_out", self.held_out.into()),
            ("folds", self.folds.into()),
            ("share", self.share.into()),
            ("draws", self.draws.into()),
            ("gap", self.gap.into()),
            ("window", self.window.into()),
            ("repeats", self.repeats.into()),
        ];
        let fields = Self::fields(self.scheme);
        let has = |id: &str| fields.iter().any(|field| field.id == id);
        all.into_iter().filter(|(id, _)| has(id)).map(|(id, value)| (id.to_owned(), value)).collect()
    }

    /// The same with other values of these fields; what is no such number changes nothing.
    #[must_use]
    pub fn with_params(mut self, params: &Params) -> Self {
        let whole = |id: &str, place: &mut usize| {
            if let Some(value) = params.get(id).and_then(serde_json::Value::as_u64) {
                *place = value as usize;
            }
        };
        whole("folds", &mut self.folds);
        whole("draws", &mut self.draws);
        whole("gap", &mut self.gap);
        whole("window", &mut self.window);
        whole("repeats", &mut self.repeats);
        let share = |id: &str| params.get(id).and_then(serde_json::Value::as_f64);
        self.held_out = share("held_out").unwrap_or(self.held_out);
        self.share = share("share").unwrap_or(self.share);
        self
    }

    /// The same in another scheme.
    #[must_use]
    pub fn with_scheme(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }

    /// How the training rows are divided.
    pub fn division(&self) -> Division {
        Division {
            scheme: self.scheme,
            folds: self.folds,
            repeats: self.repeats,
            gap: self.gap,
            window: self.window,
            share: self.share,
            draws: self.draws,
        }
    }

    /// The fits of a model that it asks for in folds; nothing where that depends on the rows.
    pub fn fits(&self) -> Option<usize> {
        match self.scheme {
            Scheme::LeaveOneGroupOut => None,
            Scheme::Bootstrap => Some(self.draws),
            Scheme::Holdout => Some(self.repeats),
            Scheme::Time => Some(self.folds),
            _ => Some(self.folds.saturating_mul(self.repeats)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_split_keeps_its_bytes_and_a_form_gives_back_what_it_was_given() {
        let usual = serde_json::to_string(&Split::default()).expect("a split");
        assert_eq!(usual, r#"{"held_out":0.2,"folds":5,"scheme":"stratified"}"#);
        assert_eq!(serde_json::from_str::<Split>(&usual).expect("a split"), Split::default());
        for (id, scheme) in Scheme::ALL {
            let split = Split { scheme, repeats: 3, gap: 7, window: 9, share: 0.3, draws: 40, folds: 4, held_out: 0.1 };
            let again: Split = serde_json::from_str(&serde_json::to_string(&split).expect("a split")).expect("a split");
            assert_eq!(again, split, "{id}");
            assert_eq!(split.clone().with_params(&split.params()), split, "{id}");
            assert!(crate::base::field::check(&Split::fields(scheme), &split.params(), crate::base::Stage::Goal, "split").is_empty());
        }
    }
}
