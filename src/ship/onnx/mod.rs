//! The plan as an ONNX graph: preparation and model in one file that onnxruntime runs anywhere.
//!
//! # Inputs
//! One for each column that the plan reads, under the column's name, rows x 1: numbers as 64-bit floats (missing is NaN),
//! categories and texts as texts (missing is the empty text), dates as 64-bit integers, microseconds since 1970-01-01
//! (missing is the least integer).
//!
//! # Outputs
//! For classes `label` (rows, a text; empty where a row has no answer) and `probabilities` (rows x classes, in the order
//! of `classes` in the model's metadata); else `prediction` (rows x 1). 64-bit floats.
//!
//! # Precision
//! The preparation, linear models, nearest neighbours and naive Bayes run in 64-bit floats, as in the engine; a network in
//! 32-bit, as in the engine; of trees the comparisons in 64-bit and the mean or sum in 32-bit, for ONNX gives no more. The order of sums is the runtime's. A
//! number beyond 1e300 may become infinite where the engine keeps the largest number.

mod calibrate;
mod classical;
mod columns;
mod dates;
mod formula;
mod graph;
mod models;
mod operators;
pub mod proto;
pub mod read;
mod tensor;
mod trees;

use crate::base::Message;
use crate::plan::{Input, Op, Output, Plan};
use crate::table::Kind;
use columns::Columns;
use graph::Graph;
use prost::Message as _;
use proto::{
    Dimension, GraphProto, ModelProto, OperatorSetIdProto, Size, StringStringEntryProto, TensorShapeProto, TensorType, TypeProto,
    ValueInfoProto, element,
};
use serde::{Deserialize, Serialize};

/// The version of the file format, of the operators, and of the operators for classical models. Old enough for every
/// runtime since 2022.
const VERSIONS: (i64, i64, i64) = (8, 17, 3);

/// An exported model.
#[derive(Clone, Debug, PartialEq)]
pub struct Onnx {
    /// The file.
    pub bytes: Vec<u8>,
    /// The inputs by the names that they have in the file: those of the columns.
    pub inputs: Vec<Input>,
    /// The outputs by name.
    pub outputs: Outputs,
}

/// The names of the outputs. A name that a column has already gets a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outputs {
    /// Of a model that tells classes apart.
    Classes {
        /// The predicted class.
        label: String,
        /// The probability of each class.
        probabilities: String,
        /// The classes in the order of the probabilities.
        classes: Vec<String>,
    },
    /// Of a model that predicts a number.
    Number {
        /// The number.
        prediction: String,
    },
}

/// Why a plan cannot be exported in a format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// The reason, naming the operation.
    pub why: Message,
}

impl Unsupported {
    /// With a reason.
    pub fn new(why: Message) -> Self {
        Self { why }
    }
}

/// Compiles a plan. `name` is the graph's name; `notes` are names and texts that go into the file's metadata.
///
/// # Errors
/// An operation that ONNX cannot express, or a plan that does not fit together.
pub fn onnx(plan: &Plan, name: &str, notes: &[(String, String)]) -> Result<Onnx, Unsupported> {
    let mut graph = Graph::default();
    let Some(first) = plan.inputs.first() else { return Err(Unsupported::new(Message::new("ship.onnx.no_inputs"))) };
    for input in &plan.inputs {
        if input.name.is_empty() || graph.reserve(&input.name) != input.name {
            return Err(Unsupported::new(Message::new("ship.onnx.input_name").with("column", &input.name)));
        }
    }
    let mut columns = Columns::new(graph, first.name.clone());
    for input in &plan.inputs {
        columns.put(&input.name, input.kind, input.name.clone());
    }
    let names = match &plan.output {
        Output::Regression { .. } => Outputs::Number { prediction: columns.graph.reserve("prediction") },
        Output::Binary { positive, negative, .. } => classes(&mut columns.graph, vec![negative.clone(), positive.clone()]),
        Output::Multiclass { classes: names, .. } => classes(&mut columns.graph, names.clone()),
    };
    for op in &plan.ops {
        match op {
            Op::DatePart { column, part, into } => {
                let moments = columns.dates(column)?;
                let part = columns.graph.date_part(&moments, *part);
                columns.put(into, Kind::Number, part);
            }
            Op::Derive { formula, into } => columns.derive(formula, into)?,
            Op::Constant { .. }
            | Op::Linear { .. }
            | Op::Network { .. }
            | Op::DeepNetwork { .. }
            | Op::Trees { .. }
            | Op::Boosted { .. }
            | Op::Neighbours { .. }
            | Op::GaussianBayes { .. } => columns.model(op)?,
            Op::Calibrate { columns: names, by } => columns.calibrate(names, by)?,
            op => columns.run(op)?,
        }
    }
    let outputs = columns.outputs(&plan.output, &names)?;
    let graph = columns.graph;
    let proto = ModelProto {
        ir_version: VERSIONS.0,
        producer_name: "Atelier".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: String::new(),
        graph: Some(GraphProto {
            node: graph.nodes,
            name: if name.is_empty() { "model".to_owned() } else { name.to_owned() },
            initializer: graph.constants,
            doc_string: String::new(),
            input: plan.inputs.iter().map(input).collect(),
            output: outputs,
        }),
        opset_import: vec![
            OperatorSetIdProto { domain: String::new(), version: VERSIONS.1 },
            OperatorSetIdProto { domain: graph::ML.to_owned(), version: VERSIONS.2 },
        ],
        metadata_props: metadata(&plan.output, notes),
    };
    Ok(Onnx { bytes: proto.encode_to_vec(), inputs: plan.inputs.clone(), outputs: names })
}

fn classes(graph: &mut Graph, classes: Vec<String>) -> Outputs {
    Outputs::Classes { label: graph.reserve("label"), probabilities: graph.reserve("probabilities"), classes }
}

/// What a reader of the file wants to know of the answer, then the caller's notes.
fn metadata(output: &Output, notes: &[(String, String)]) -> Vec<StringStringEntryProto> {
    let entry = |key: &str, value: String| StringStringEntryProto { key: key.to_owned(), value };
    let list = |names: &[String]| serde_json::to_string(names).unwrap_or_default();
    let mut entries = vec![entry("missing", "numbers: NaN; texts: empty; dates: -9223372036854775808".to_owned())];
    match output {
        Output::Binary { positive, negative, threshold, .. } => {
            entries.push(entry("classes", list(&[negative.clone(), positive.clone()])));
            entries.push(entry("positive", positive.clone()));
            entries.push(entry("threshold", threshold.to_string()));
        }
        Output::Multiclass { classes, .. } => entries.push(entry("classes", list(classes))),
        Output::Regression { .. } => {}
    }
    entries.extend(notes.iter().map(|(key, value)| entry(key, value.clone())));
    entries
}

fn input(input: &Input) -> ValueInfoProto {
    let (elem_type, about) = match input.kind {
        Kind::Number => (element::DOUBLE, "number; missing is NaN"),
        Kind::Category | Kind::Text => (element::STRING, "text; missing is empty"),
        Kind::Date => (element::INT64, "microseconds since 1970-01-01; missing is -9223372036854775808"),
    };
    value(&input.name, elem_type, &[Size::Named("rows".to_owned()), Size::Fixed(1)], about)
}

fn value(name: &str, elem_type: i32, shape: &[Size], about: &str) -> ValueInfoProto {
    let dim = shape.iter().map(|size| Dimension { value: Some(size.clone()) }).collect();
    let tensor_type = Some(TensorType { elem_type, shape: Some(TensorShapeProto { dim }) });
    ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }), doc_string: about.to_owned() }
}

impl Columns {
    /// Writes the answer to the outputs.
    fn outputs(&mut self, output: &Output, names: &Outputs) -> Result<Vec<ValueInfoProto>, Unsupported> {
        let rows = || Size::Named("rows".to_owned());
        match (output, names) {
            (_, Outputs::Number { prediction }) => {
                let answer = self.matrix(&output.columns())?;
                self.graph.name_output(&answer, prediction);
                Ok(vec![value(prediction, element::DOUBLE, &[rows(), Size::Fixed(1)], "the predicted number")])
            }
            (_, Outputs::Classes { label, probabilities, classes }) => {
                let (answer, place) = match output {
                    Output::Binary { column, threshold, .. } => self.binary(column, *threshold)?,
                    _ => self.multiclass(&output.columns(), classes.len())?,
                };
                // Adding up a row finds a missing value in it: then there is no class either.
                let sum = self.graph.sum_of_row(&answer);
                let missing = self.missing(&sum, Kind::Number);
                let none = self.graph.integer(-1);
                let place = self.graph.choose(&missing, &none, &place);
                let axis = self.graph.integers(&[1], &[1]);
                let place = self.graph.node("Squeeze", &[&place, &axis]);
                let texts: Vec<&str> = classes.iter().map(String::as_str).collect();
                let predicted = self.graph.texts_of_numbers(&place, &texts);
                self.graph.name_output(&predicted, label);
                self.graph.name_output(&answer, probabilities);
                let width = Size::Fixed(classes.len() as i64);
                Ok(vec![
                    value(label, element::STRING, &[rows()], "the predicted class; empty where there is no answer"),
                    value(probabilities, element::DOUBLE, &[rows(), width], "the probability of each class"),
                ])
            }
        }
    }

    /// The probabilities of both classes, and 1 at the threshold or above, else 0.
    fn binary(&mut self, column: &str, threshold: f64) -> Result<(String, String), Unsupported> {
        let positive = self.numbers(column)?;
        let one = self.graph.double(1.0);
        let negative = self.graph.node("Sub", &[&one, &positive]);
        let both = self.graph.node_with("Concat", &[&negative, &positive], vec![graph::int("axis", 1)]);
        let threshold = self.graph.double(threshold);
        let reached = self.graph.node("GreaterOrEqual", &[&positive, &threshold]);
        Ok((both, self.graph.cast(&reached, element::INT64)))
    }

    /// The probabilities, and the place of the first largest.
    fn multiclass(&mut self, columns: &[String], classes: usize) -> Result<(String, String), Unsupported> {
        columns::fits(!columns.is_empty() && columns.len() == classes, "output")?;
        let answer = self.matrix(columns)?;
        let place = self.graph.node_with("ArgMax", &[&answer], vec![graph::int("axis", 1), graph::int("keepdims", 1)]);
        Ok((answer, place))
    }
}
