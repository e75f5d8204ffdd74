//! The model file: everything that is needed to predict, and nothing that runs.
//!
//! Sixteen bytes that say what it is and in which version, the SHA-256 of what follows, and the plan with its inputs as
//! postcard. The sum guards against damage, not against malice: a plan is checked by the engine when it is used, and holds
//! no code.

use crate::base::{Problem, Stage};
use crate::plan::{Output, Plan};
use crate::table::read::{ColumnOptions, ReadOptions};
use crate::table::{Kind, Strings, Table};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 14] = b"atelier-model\n";
/// The version that this build writes.
pub const VERSION: u16 = 2;
/// The head before the payload: magic, version, sum.
const HEAD: usize = 14 + 2 + 32;
/// Levels listed of a column, at most; the most common ones.
const LEVELS: usize = 200;

/// A model as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What it is called: the study's title.
    pub name: String,
    /// The target.
    pub target: String,
    /// The kind of model, by id.
    pub kind: String,
    /// What predicts. The threshold of two classes stands in its output.
    pub plan: Plan,
    /// What the columns looked like in training, in the order of the plan's inputs.
    pub inputs: Vec<InputFacts>,
    /// Rows that it learned from.
    pub rows: usize,
    /// The digest of the report of the run that made it; empty where there is none.
    pub report: String,
    /// What it is for, in the words of the person who made it.
    pub intended_use: String,
    /// What it must not be used for.
    pub misuse: String,
    /// The study, as JSON without rows.
    pub recipe: String,
    /// How the columns were read in training: the study's options, and what was found out about its file. Files of version
    /// 1 do not say.
    #[serde(with = "as_json")]
    pub reading: ReadOptions,
}

/// Options as a text: what is left out of them would be missed in postcard.
mod as_json {
    use crate::table::read::ReadOptions;
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(options: &ReadOptions, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::to_string(options).map_err(S::Error::custom)?.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ReadOptions, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() { Ok(ReadOptions::default()) } else { serde_json::from_str(&text).map_err(D::Error::custom) }
    }
}

/// A column as it was in training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputFacts {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// What a row has there typically, as a text: the median, the most common level.
    pub typical: String,
    /// The least and the greatest value, as texts; nothing for texts and categories.
    pub range: Option<(String, String)>,
    /// The levels of a category, the most common first; at most two hundred.
    pub levels: Vec<String>,
    /// How many different levels there were.
    pub different: usize,
    /// The share of rows without a value.
    pub missing: f64,
}

impl InputFacts {
    /// The facts of a column.
    pub fn of(table: &Table) -> Vec<Self> {
        table
            .columns()
            .iter()
            .map(|column| {
                let rows = column.len();
                let present: Vec<usize> = (0..rows).filter(|&row| !column.is_missing(row)).collect();
                let missing = if rows == 0 { 0.0 } else { (rows - present.len()) as f64 / rows as f64 };
                let text = |row: Option<&usize>| row.and_then(|&row| column.display(row)).unwrap_or_default();
                let facts = Self {
                    name: column.name.clone(),
                    kind: column.kind,
                    typical: String::new(),
                    range: None,
                    levels: Vec::new(),
                    different: 0,
                    missing,
                };
                match column.strings() {
                    Some(strings) => {
                        let levels = common(strings);
                        let typical = levels.first().cloned().unwrap_or_default();
                        let different = levels.len();
                        let levels = if column.kind == Kind::Text { Vec::new() } else { levels.into_iter().take(LEVELS).collect() };
                        Self { typical, different, levels, ..facts }
                    }
                    None => {
                        let mut order = present;
                        match (column.numbers(), column.dates()) {
                            (Some(values), _) => order.sort_by(|&a, &b| values[a].total_cmp(&values[b])),
                            (_, Some(values)) => order.sort_by_key(|&row| values[row]),
                            _ => {}
                        }
                        let range = (!order.is_empty()).then(|| (text(order.first()), text(order.last())));
                        Self { typical: text(order.get(order.len() / 2)), range, ..facts }
                    }
                }
            })
            .collect()
    }
}

/// The levels that occur, the most common first; equal ones in their order.
fn common(strings: &Strings) -> Vec<String> {
    let all: Vec<&str> = strings.levels().collect();
    let mut counts = vec![0_usize; all.len()];
    for &code in &strings.codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<usize> = (0..all.len()).filter(|&level| counts[level] > 0).collect();
    order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(all[a].cmp(all[b])));
    order.into_iter().map(|level| all[level].to_owned()).collect()
}

impl Model {
    /// The file's bytes: equal models give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // The model holds no list of unknown length, the only thing that could fail.
        let payload = postcard::to_stdvec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity(HEAD + payload.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&Sha256::digest(&payload));
        bytes.extend_from_slice(&payload);
        bytes
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// Bytes that are no model file, of a newer version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Problem> {
        let problem = |id: &str| Problem::new(Stage::Ship, id);
        let Some((head, payload)) = bytes.split_at_checked(HEAD).filter(|(head, _)| head.starts_with(MAGIC)) else {
            return Err(problem("ship.model.not_one"));
        };
        let version = u16::from_le_bytes([head[14], head[15]]);
        if version > VERSION {
            return Err(problem("ship.model.newer").with("version", version).with("known", VERSION));
        }
        if Sha256::digest(payload).as_slice() != &head[16..] {
            return Err(problem("ship.model.damaged"));
        }
        let mut payload = payload.to_vec();
        if version < 2 {
            // It ends before the reading, which an empty text leaves open.
            payload.push(0);
        }
        let model: Self = postcard::from_bytes(&payload).map_err(|_| problem("ship.model.damaged"))?;
        let names = |place: usize| model.plan.inputs.get(place).map(|input| &input.name);
        if model.inputs.len() != model.plan.inputs.len()
            || model.inputs.iter().enumerate().any(|(place, facts)| names(place) != Some(&facts.name))
        {
            return Err(problem("ship.model.damaged"));
        }
        Ok(model)
    }

    /// How a file of new rows is read for it: as the training's was, and each of its columns keeps the kind that it had.
    /// Other columns are nothing to it.
    pub fn read_options(&self) -> ReadOptions {
        let column = |input: &InputFacts| {
            let known = self.reading.columns.get(&input.name).copied().unwrap_or_default();
            (input.name.clone(), ColumnOptions { kind: Some(input.kind), ..known })
        };
        ReadOptions { columns: self.inputs.iter().map(column).collect(), rows: None, ..self.reading.clone() }
    }

    /// The classes, of two the negative one first; none where a number is predicted.
    pub fn classes(&self) -> Vec<String> {
        match &self.plan.output {
            Output::Binary { positive, negative, .. } => vec![negative.clone(), positive.clone()],
            Output::Multiclass { classes, .. } => classes.clone(),
            Output::Regression { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::table::read::DateOrder;

    #[test]
    fn the_reading_of_the_training_stays_and_files_without_it_still_load() {
        let mut reading = ReadOptions { missing: Some(vec!["-999".to_owned()]), rows: Some(5), ..ReadOptions::default() };
        reading.change_column("day", |column| column.date_order = Some(DateOrder::Dmy));
        reading.change_column("target", |column| column.kind = Some(Kind::Category));
        let plan = Plan {
            inputs: vec![crate::plan::Input { name: "day".to_owned(), kind: Kind::Date }],
            ops: Vec::new(),
            output: Output::Regression { column: "day".to_owned() },
        };
        let inputs = InputFacts::of(&Table::new(vec![crate::table::Column::date("day", vec![0])]));
        let model = Model {
            name: "m".to_owned(),
            target: "target".to_owned(),
            kind: "linear".to_owned(),
            plan,
            inputs,
            rows: 1,
            report: String::new(),
            intended_use: String::new(),
            misuse: String::new(),
            recipe: String::new(),
            reading,
        };
        let bytes = model.to_bytes();
        assert_eq!(Model::from_bytes(&bytes), Ok(model.clone()));
        let options = model.read_options();
        assert_eq!((options.missing.clone(), options.rows), (Some(vec!["-999".to_owned()]), None));
        // Of the columns only those that the model reads, each with its kind.
        let day = ColumnOptions { kind: Some(Kind::Date), decimal_comma: None, date_order: Some(DateOrder::Dmy) };
        assert_eq!(options.columns.into_iter().collect::<Vec<_>>(), [("day".to_owned(), day)]);

        // As version 1 wrote it: nothing behind the study.
        let bare = Model { reading: ReadOptions::default(), ..model };
        let bytes = bare.to_bytes();
        let payload = &bytes[HEAD..bytes.len() - "{}".len() - 1];
        let mut old = [MAGIC.as_slice(), &1_u16.to_le_bytes(), Sha256::digest(payload).as_slice()].concat();
        old.extend_from_slice(payload);
        assert_eq!(Model::from_bytes(&old), Ok(bare));
    }
}
