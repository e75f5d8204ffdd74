//! Predicting with a model: new rows as a table, or one row from a form.

use super::model::{InputFacts, Model};
use crate::base::{Job, Problem, Stage};
use crate::plan::{self, Output};
use crate::table::read::{ColumnOptions, DateOrder, Limits, ReadOptions, start};
use crate::table::{Column, Kind, Strings, Table};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is said of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The predicted class, or the number.
    pub prediction: String,
    /// Each class with its probability; nothing for numbers.
    pub probabilities: Vec<(String, f64)>,
    /// The probability from which the positive class is predicted.
    pub threshold: Option<f64>,
    /// What is odd about the row: values outside of what the model has seen, levels that are new.
    pub notes: Vec<Problem>,
}

impl Model {
    /// The model's answers, rows x outputs.
    ///
    /// # Errors
    /// A column that the model reads and the table does not have, or of another kind.
    pub fn answer(&self, table: &Table) -> Result<Array2<f64>, Problem> {
        let names: Vec<String> = self.plan.inputs.iter().map(|input| input.name.clone()).collect();
        let absent: Vec<&str> = names.iter().filter(|name| table.column(name).is_none()).map(String::as_str).collect();
        if let Some(first) = absent.first() {
            return Err(Problem::new(Stage::Ship, "ship.predict.no_column").with("columns", absent.join(", ")).at_column(first));
        }
        plan::predict(&self.plan, &table.select(&names))
    }

    /// The columns that a prediction adds to a table: `prediction`, and for classes the probability of each as
    /// `p(<class>)`. A name that is taken gets `_` behind it.
    pub fn told(&self, table: &Table, answer: &Array2<f64>) -> Vec<Column> {
        let free = |name: String| {
            let mut name = name;
            while table.column(&name).is_some() {
                name.push('_');
            }
            name
        };
        let rows = answer.nrows();
        let classes = self.classes();
        let probability = |class: &str, values: Vec<f64>| Column::number(free(format!("p({class})")), values);
        match &self.plan.output {
            Output::Regression { .. } => vec![Column::number(free("prediction".to_owned()), answer.column(0).to_vec())],
            Output::Binary { positive, threshold, .. } => {
                let p = answer.column(0).to_vec();
                let said = p.iter().map(|&p| p.is_finite().then(|| classes[usize::from(p >= *threshold)].as_str()));
                let said = Column::category(free("prediction".to_owned()), Strings::from_texts(said));
                vec![said, probability(positive, p)]
            }
            Output::Multiclass { .. } => {
                let said = (0..rows).map(|row| {
                    let row = answer.row(row);
                    if row.iter().any(|p| !p.is_finite()) {
                        return None;
                    }
                    // The first of the largest.
                    let best = (0..row.len()).fold(0, |best, place| if row[place] > row[best] { place } else { best });
                    classes.get(best).map(String::as_str)
                });
                let mut columns = vec![Column::category(free("prediction".to_owned()), Strings::from_texts(said))];
                columns.extend(classes.iter().zip(answer.columns()).map(|(class, values)| probability(class, values.to_vec())));
                columns
            }
        }
    }

    /// Rows as they may have been in training, made of what is known of its columns: the typical row first, then least and
    /// greatest values, every listed level, nothing at all.
    ///
    /// # Errors
    /// Where the facts of a column do not fit its kind.
    pub fn rows_as_in_training(&self) -> Result<Table, Problem> {
        let values: Vec<Vec<&str>> = self
            .inputs
            .iter()
            .map(|input| {
                let ends = input.range.iter().flat_map(|(low, high)| [low.as_str(), high.as_str()]);
                let typical = Some(input.typical.as_str()).filter(|typical| !typical.is_empty());
                let mut values: Vec<&str> = typical.into_iter().chain(ends).chain(input.levels.iter().map(String::as_str)).collect();
                values.push("");
                values
            })
            .collect();
        let rows = values.iter().map(Vec::len).max().unwrap_or(0);
        // Every value of every column stands in some row; further on in one column than in another, so that they mix.
        let row =
            |row: usize| values.iter().enumerate().map(move |(place, values)| values[(row + row / values.len() * place) % values.len()]);
        self.table_of((0..4 * rows).map(row), &self.as_shown())
    }

    /// How values are read that are written as they are shown: a decimal point, the year first.
    fn as_shown(&self) -> ReadOptions {
        let column = |input: &InputFacts| ColumnOptions {
            kind: Some(input.kind),
            decimal_comma: (input.kind == Kind::Number).then_some(false),
            date_order: (input.kind == Kind::Date).then_some(DateOrder::Ymd),
        };
        let columns = self.inputs.iter().map(|input| (input.name.clone(), column(input))).collect();
        ReadOptions { columns, missing: self.reading.missing.clone(), ..ReadOptions::default() }
    }

    /// Rows given as texts in the order of the inputs, read as those of a file.
    fn table_of<'a, R: Iterator<Item = &'a str>>(&self, rows: impl Iterator<Item = R>, read: &ReadOptions) -> Result<Table, Problem> {
        let unwritable = |error: &dyn std::fmt::Display| Problem::new(Stage::Ship, "run.unreadable").with("reason", error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.inputs.iter().map(|input| input.name.as_str())).map_err(|error| unwritable(&error))?;
        for row in rows {
            writer.write_record(row).map_err(|error| unwritable(&error))?;
        }
        let bytes = writer.into_inner().map_err(|error| unwritable(&error))?;
        // The text is ours, so that only what is said of its values counts.
        let options = ReadOptions {
            delimiter: Some(','),
            header: Some(true),
            missing: read.missing.clone(),
            decimal_comma: read.decimal_comma,
            columns: read.columns.clone(),
            ..ReadOptions::default()
        };
        Ok(start(bytes, "", &options, Limits::default())?.finish()?.table)
    }

    /// One row, given as texts by column; a column that is left out is missing. Texts are read as they are shown, otherwise as
    /// those of the training's file, otherwise in any way that gives a value.
    ///
    /// # Errors
    /// A text that its column cannot hold, and whatever the model refuses.
    pub fn one(&self, values: &BTreeMap<String, String>) -> Result<Told, Problem> {
        let given = |name: &str| values.get(name).map_or("", |text| text.trim());
        let own = self.read_options();
        let kinds =
            self.inputs.iter().map(|input| (input.name.clone(), ColumnOptions { kind: Some(input.kind), ..ColumnOptions::default() }));
        let any = ReadOptions { columns: kinds.collect(), missing: own.missing.clone(), ..ReadOptions::default() };
        let mut table = self.blank();
        for options in [&self.as_shown(), &own, &any] {
            let read = self.table_of(std::iter::once(self.inputs.iter().map(|input| given(&input.name))), options)?;
            // A row without any value is blank, so that no row was read.
            let better = |column: &Column| read.column(&column.name).filter(|_| column.is_missing(0) && read.rows() == 1).cloned();
            table = Table::new(table.columns().iter().map(|column| better(column).unwrap_or_else(|| column.clone())).collect());
        }
        let markers = own.missing_markers();
        for input in &self.inputs {
            let gone = table.column(&input.name).is_none_or(|column| column.is_missing(0));
            if gone && !given(&input.name).is_empty() && !markers.iter().any(|marker| marker == given(&input.name)) {
                let problem = Problem::new(Stage::Ship, "ship.predict.unreadable");
                return Err(problem.with("value", given(&input.name)).with("kind", input.kind.id()).at_column(&input.name));
            }
        }
        let columns = self.told(&table, &self.answer(&table)?);
        let said = columns.first().and_then(|column| column.display(0)).unwrap_or_default();
        let p = |place: usize| columns.get(place).and_then(Column::numbers).and_then(|values| values.first().copied()).unwrap_or(f64::NAN);
        let (probabilities, threshold) = match &self.plan.output {
            Output::Regression { .. } => (Vec::new(), None),
            Output::Binary { positive, negative, threshold, .. } => {
                (vec![(negative.clone(), 1.0 - p(1)), (positive.clone(), p(1))], Some(*threshold))
            }
            Output::Multiclass { classes, .. } => {
                (classes.iter().enumerate().map(|(place, class)| (class.clone(), p(place + 1))).collect(), None)
            }
        };
        Ok(Told { prediction: said, probabilities, threshold, notes: self.oddities(&table) })
    }

    fn blank(&self) -> Table {
        let column = |input: &InputFacts| match input.kind {
            Kind::Number => Column::number(&input.name, vec![f64::NAN]),
            Kind::Date => Column::date(&input.name, vec![Column::NO_DATE]),
            Kind::Category => Column::category(&input.name, Strings::from_texts([None::<&str>])),
            Kind::Text => Column::text(&input.name, Strings::from_texts([None::<&str>])),
        };
        Table::new(self.inputs.iter().map(column).collect())
    }

    /// What the model has not seen in training.
    fn oddities(&self, table: &Table) -> Vec<Problem> {
        let mut notes = Vec::new();
        for input in &self.inputs {
            let Some(column) = table.column(&input.name).filter(|column| !column.is_missing(0)) else { continue };
            let text = column.display(0).unwrap_or_default();
            let note = |id: &str| Problem::warning(Stage::Ship, id).with("value", &text).at_column(&input.name);
            if let (Some(values), Some((low, high))) = (column.numbers(), &input.range) {
                let outside = low.parse::<f64>().is_ok_and(|low| values[0] < low) || high.parse::<f64>().is_ok_and(|high| values[0] > high);
                if outside {
                    notes.push(note("ship.predict.outside").with("low", low).with("high", high));
                }
            }
            let listed = !input.levels.is_empty() && input.levels.len() == input.different;
            if listed && !input.levels.contains(&text) {
                notes.push(note("ship.predict.new_level"));
            }
        }
        notes
    }
}
