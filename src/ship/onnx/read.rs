//! Reads an export back and runs it, to compare it with the engine before it is offered.
//!
//! Not a runtime for ONNX: it knows the operators that the exporter writes in the way in which the exporter uses them,
//! and refuses all others. It knows nothing of the plan, so that a mistake in the export shows.

use super::proto::{GraphProto, ModelProto, NodeProto};
use super::tensor::{Tensor, Values};
use super::{
    graph::ML,
    operators,
    trees::{self, Ensemble},
};
use crate::base::{Problem, Stage};
use crate::plan::{Output, Plan, predict};
use crate::table::{Column, Data, Table};
use prost::Message as _;
use rustc_hash::FxHashMap;

/// The most that probabilities may differ from the engine's, and numbers by their size.
pub const LIMIT: f64 = 1e-5;

/// Rows that run at once: what the memory holds at a time does not depend on the table.
const BLOCK: usize = 1024;
/// Numbers of a tensor that every row meets whole (such as the points of nearest neighbours) times rows, at most.
const WIDE: usize = 4_000_000;

/// How an export compares with the engine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Rows compared.
    pub rows: usize,
    /// The largest difference of a probability, or of a number over its size where that is above 1.
    pub largest: f64,
}

/// Runs an export and the plan that it came from on the rows of a table.
///
/// # Errors
/// A file that cannot be read back, a table without a column of the plan, or answers that differ by more than [`LIMIT`]:
/// in a number, in whether there is an answer, or in a class (unless two classes are as near to each other as the limit).
pub fn check(bytes: &[u8], plan: &Plan, table: &Table) -> Result<Difference, Problem> {
    let program = Program::read(bytes)?;
    let expected = predict(plan, table)?;
    let mut difference = Difference { rows: 0, largest: 0.0 };
    let block = program.block();
    for start in (0..table.rows()).step_by(block) {
        let rows: Vec<usize> = (start..table.rows().min(start + block)).collect();
        let answer = program.run(&table.take(&rows))?;
        for (place, &row) in rows.iter().enumerate() {
            let expected: Vec<f64> = match &plan.output {
                Output::Binary { .. } => vec![1.0 - expected[[row, 0]], expected[[row, 0]]],
                _ => expected.row(row).to_vec(),
            };
            let got = answer.numbers.get(place * answer.width..(place + 1) * answer.width).unwrap_or_default();
            let off = distance(&expected, got);
            let same_class = answer.labels.as_ref().is_none_or(|labels| class_fits(&plan.output, &expected, &labels[place]));
            if !(off <= LIMIT && same_class) {
                return Err(broken("ship.onnx.differs").with("row", row + 1).with("difference", format!("{off:.1e}")));
            }
            difference.largest = if off > difference.largest { off } else { difference.largest };
            difference.rows += 1;
        }
    }
    Ok(difference)
}

/// The largest difference of two answers; NaN where only one of them is there. Two absent answers are the same.
fn distance(expected: &[f64], got: &[f64]) -> f64 {
    if expected.len() != got.len() {
        return f64::NAN;
    }
    let of = |(a, b): (&f64, &f64)| match (a.is_nan(), b.is_nan()) {
        (true, true) => 0.0,
        _ => (a - b).abs() / if a.abs() > 1.0 { a.abs() } else { 1.0 },
    };
    expected.iter().zip(got).map(of).fold(0.0, |largest, off| if off > largest || off.is_nan() { off } else { largest })
}

/// Whether a class is the predicted one, or as near to it as the limit.
fn class_fits(output: &Output, probabilities: &[f64], label: &str) -> bool {
    if probabilities.iter().any(|p| p.is_nan()) {
        return label.is_empty();
    }
    match output {
        Output::Binary { positive, negative, threshold, .. } => {
            let margin = probabilities[1] - threshold;
            (label == positive && margin >= -LIMIT) || (label == negative && margin < LIMIT)
        }
        Output::Multiclass { classes, .. } => {
            let best = probabilities.iter().fold(0.0, |best, &p| if p > best { p } else { best });
            classes.iter().zip(probabilities).any(|(class, p)| class == label && *p >= best - LIMIT)
        }
        Output::Regression { .. } => true,
    }
}

fn broken(id: &str) -> Problem {
    Problem::new(Stage::Ship, id)
}

/// The answers of an export.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The predicted classes, where the model tells classes apart.
    pub labels: Option<Vec<String>>,
    /// Probabilities or the predicted number, row by row.
    pub numbers: Vec<f64>,
    /// How many numbers a row has.
    pub width: usize,
}

/// An export, read and ready to run.
pub struct Program {
    graph: GraphProto,
    constants: FxHashMap<String, Tensor>,
    /// What a node's parameters mean, for those that are tables or trees.
    parts: Vec<Part>,
    /// For each node the names that no later node looks at.
    done: Vec<Vec<String>>,
}

enum Part {
    None,
    NumberOfText(FxHashMap<String, i64>, i64),
    TextOfNumber(FxHashMap<i64, String>, String),
    Trees(trees::Ensemble),
}

impl Program {
    /// Reads an export.
    ///
    /// # Errors
    /// Where the bytes are no ONNX model, or not one that the exporter wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let model = ModelProto::decode(bytes).map_err(|_| broken("ship.onnx.unreadable"))?;
        let mut graph = model.graph.ok_or_else(|| broken("ship.onnx.unreadable"))?;
        let mut constants = FxHashMap::default();
        for constant in std::mem::take(&mut graph.initializer) {
            let tensor = Tensor::read(&constant).ok_or_else(|| broken("ship.onnx.unreadable"))?;
            constants.insert(constant.name, tensor);
        }
        let parts = graph.node.iter().map(|node| part(node).ok_or_else(|| operator(node))).collect::<Result<_, _>>()?;
        let done = done(&graph);
        Ok(Self { graph, constants, parts, done })
    }

    /// Rows that run at once.
    fn block(&self) -> usize {
        let widest = self.constants.values().filter(|tensor| tensor.shape.first() == Some(&1)).map(|tensor| tensor.values.len()).max();
        (WIDE / widest.unwrap_or(1).max(1)).clamp(1, BLOCK)
    }

    /// The answer for each row of a table.
    ///
    /// # Errors
    /// Where a column is absent or of another kind, or an operator is not one that the exporter writes.
    pub fn run(&self, table: &Table) -> Result<Answer, Problem> {
        let mut made: FxHashMap<&str, Tensor> = FxHashMap::default();
        for input in &self.graph.input {
            let column = table.column(&input.name).ok_or_else(|| broken("plan.no_column").at_column(&input.name))?;
            let tensor = Tensor::new(vec![table.rows(), 1], values(column)).ok_or_else(|| broken("ship.onnx.unreadable"))?;
            made.insert(&input.name, tensor);
        }
        for ((node, part), done) in self.graph.node.iter().zip(&self.parts).zip(&self.done) {
            let find = |name: &String| made.get(name.as_str()).or_else(|| self.constants.get(name));
            let inputs = node.input.iter().map(find).collect::<Option<Vec<&Tensor>>>().ok_or_else(|| operator(node))?;
            if let [first, second] = &node.output[..] {
                let (low, places) = operators::lowest(node, &inputs).ok_or_else(|| operator(node))?;
                made.insert(first, low);
                made.insert(second, places);
                done.iter().for_each(|name| drop(made.remove(name.as_str())));
                continue;
            }
            let result = match (part, &inputs[..]) {
                (Part::None, inputs) => operators::run(node, inputs),
                (part, [x]) => part.run(x),
                _ => None,
            };
            let (Some(result), [name]) = (result, &node.output[..]) else { return Err(operator(node)) };
            made.insert(name, result);
            done.iter().for_each(|name| drop(made.remove(name.as_str())));
        }
        self.answer(&made, table.rows()).ok_or_else(|| broken("ship.onnx.unreadable"))
    }

    fn answer(&self, made: &FxHashMap<&str, Tensor>, rows: usize) -> Option<Answer> {
        let mut answer = Answer { labels: None, numbers: Vec::new(), width: 0 };
        for output in &self.graph.output {
            let tensor = made.get(output.name.as_str())?;
            match &tensor.values {
                Values::Texts(texts) => answer.labels = Some(texts.clone()).filter(|texts| texts.len() == rows),
                Values::Doubles(numbers) => {
                    answer.width = tensor.rows_and_columns().1;
                    answer.numbers.clone_from(numbers);
                }
                _ => return None,
            }
        }
        (answer.numbers.len() == answer.width.checked_mul(rows)?).then_some(answer)
    }
}

impl Part {
    fn run(&self, x: &Tensor) -> Option<Tensor> {
        match (self, &x.values) {
            (Part::NumberOfText(numbers, other), Values::Texts(texts)) => {
                let values = texts.iter().map(|text| *numbers.get(text).unwrap_or(other)).collect();
                Tensor::new(x.shape.clone(), Values::Integers(values))
            }
            (Part::TextOfNumber(texts, other), Values::Integers(numbers)) => {
                let values = numbers.iter().map(|number| texts.get(number).unwrap_or(other).clone()).collect();
                Tensor::new(x.shape.clone(), Values::Texts(values))
            }
            (Part::Trees(Ensemble::Mean(trees, outputs)), Values::Doubles(values)) => {
                let (rows, columns) = x.rows_and_columns();
                trees.iter().all(|tree| tree.fits(columns, *outputs)).then_some(())?;
                let mut means = Vec::with_capacity(rows * outputs);
                for row in values.chunks_exact(columns) {
                    let mut sums = vec![0.0; *outputs];
                    for tree in trees {
                        let leaf = tree.values(tree.leaf(|column| row[column]));
                        sums.iter_mut().zip(leaf).for_each(|(sum, value)| *sum += value);
                    }
                    means.extend(sums.into_iter().map(|sum| (sum / trees.len() as f64) as f32));
                }
                Tensor::new(vec![rows, *outputs], Values::Floats(means))
            }
            (Part::Trees(Ensemble::Sum(trees, outputs)), Values::Doubles(values)) => {
                let (rows, columns) = x.rows_and_columns();
                trees.iter().all(|tree| tree.fits(columns)).then_some(())?;
                let mut sums = vec![0.0; rows.checked_mul(*outputs)?];
                for (row, sums) in values.chunks_exact(columns).zip(sums.chunks_exact_mut(*outputs)) {
                    trees.iter().enumerate().for_each(|(number, tree)| sums[number % outputs] += tree.answer(|column| row[column]));
                }
                Tensor::new(vec![rows, *outputs], Values::Floats(sums.into_iter().map(|sum| sum as f32).collect()))
            }
            _ => None,
        }
    }
}

/// For each node the names of tensors that it is the last to look at, so that they need not be kept. Outputs stay.
fn done(graph: &GraphProto) -> Vec<Vec<String>> {
    let mut seen: rustc_hash::FxHashSet<&str> = graph.output.iter().map(|output| output.name.as_str()).collect();
    let mut list: Vec<Vec<String>> =
        graph.node.iter().rev().map(|node| node.input.iter().filter(|name| seen.insert(name.as_str())).cloned().collect()).collect();
    list.reverse();
    list
}

/// The values of a column as an input has them.
fn values(column: &Column) -> Values {
    match &column.data {
        Data::Number(values) => Values::Doubles(values.clone()),
        Data::Strings(strings) => Values::Texts((0..strings.len()).map(|row| strings.get(row).unwrap_or("").to_owned()).collect()),
        Data::Date(values) => Values::Integers(values.clone()),
    }
}

fn operator(node: &NodeProto) -> Problem {
    broken("ship.onnx.operator").with("operator", &node.op_type)
}

/// Reads the parameters of a node that are more than a number; nothing where they are not as the exporter writes them.
fn part(node: &NodeProto) -> Option<Part> {
    if node.domain != ML {
        return node.domain.is_empty().then_some(Part::None);
    }
    let find = |name: &str| node.attribute.iter().find(|attribute| attribute.name == name);
    let texts = |name: &str| find(name)?.strings.iter().map(|text| String::from_utf8(text.clone()).ok()).collect::<Option<Vec<_>>>();
    match node.op_type.as_str() {
        "LabelEncoder" if find("keys_strings").is_some() => {
            let (keys, values) = (texts("keys_strings")?, &find("values_int64s")?.ints);
            (keys.len() == values.len()).then_some(())?;
            Some(Part::NumberOfText(keys.into_iter().zip(values.iter().copied()).collect(), find("default_int64")?.i?))
        }
        "LabelEncoder" => {
            let (keys, values) = (&find("keys_int64s")?.ints, texts("values_strings")?);
            (keys.len() == values.len()).then_some(())?;
            let other = String::from_utf8(find("default_string")?.s.clone()?).ok()?;
            Some(Part::TextOfNumber(keys.iter().copied().zip(values).collect(), other))
        }
        "TreeEnsembleRegressor" => trees::read(node).map(Part::Trees),
        _ => None,
    }
}
