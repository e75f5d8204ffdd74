//! Operations on columns of numbers and texts as ONNX nodes.
//!
//! A column is a tensor of rows x 1, or one column of a wider tensor. Missing is NaN, the empty text, or
//! [`Column::NO_DATE`]. Comparisons do not hold for NaN in ONNX either, so that missing numbers stay missing.

use super::Unsupported;
use super::graph::Graph;
use super::proto::element;
use crate::base::Message;
use crate::plan::Op;
use crate::table::{Column, Kind};
use std::collections::BTreeMap;

/// Where the values of a column stand.
#[derive(Clone)]
struct Place {
    tensor: String,
    /// The place in the tensor and the tensor's width.
    at: usize,
    width: usize,
    kind: Kind,
}

/// The table while the operations of a plan run over it, as tensors.
pub(super) struct Columns {
    pub graph: Graph,
    places: BTreeMap<String, Place>,
    /// An input, to know the number of rows from.
    first: String,
}

#[allow(dead_code)] // kinds are asked for by exports in the making
impl Columns {
    pub fn new(graph: Graph, first: String) -> Self {
        Self { graph, places: BTreeMap::new(), first }
    }

    /// Sets a column to a tensor of rows x 1.
    pub fn put(&mut self, name: &str, kind: Kind, tensor: String) {
        self.places.insert(name.to_owned(), Place { tensor, at: 0, width: 1, kind });
    }

    /// Sets columns of numbers to the columns of a tensor.
    pub fn put_wide(&mut self, names: &[String], tensor: &str) {
        for (at, name) in names.iter().enumerate() {
            self.places.insert(name.clone(), Place { tensor: tensor.to_owned(), at, width: names.len(), kind: Kind::Number });
        }
    }

    /// The columns and their kinds.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.places.iter().map(|(name, place)| (name.as_str(), place.kind))
    }

    fn place(&self, name: &str) -> Result<Place, Unsupported> {
        let absent = || Unsupported::new(Message::new("plan.no_column").with("column", name));
        self.places.get(name).cloned().ok_or_else(absent)
    }

    /// Any column as a tensor of rows x 1, with its kind.
    pub fn any(&mut self, name: &str) -> Result<(String, Kind), Unsupported> {
        let place = self.place(name)?;
        if place.width == 1 {
            return Ok((place.tensor, place.kind));
        }
        let tensor = self.gather(&place.tensor, &[place.at]);
        self.places.insert(name.to_owned(), Place { tensor: tensor.clone(), at: 0, width: 1, kind: place.kind });
        Ok((tensor, place.kind))
    }

    /// A column of numbers as a tensor of rows x 1.
    pub fn numbers(&mut self, name: &str) -> Result<String, Unsupported> {
        match self.any(name)? {
            (tensor, Kind::Number) => Ok(tensor),
            _ => Err(Unsupported::new(Message::new("plan.not_numbers").with("column", name))),
        }
    }

    /// A column of categories or texts as a tensor of rows x 1.
    pub fn texts(&mut self, name: &str) -> Result<(String, Kind), Unsupported> {
        match self.any(name)? {
            (tensor, kind @ (Kind::Category | Kind::Text)) => Ok((tensor, kind)),
            _ => Err(Unsupported::new(Message::new("plan.not_texts").with("column", name))),
        }
    }

    /// A column of dates as a tensor of rows x 1.
    pub fn dates(&mut self, name: &str) -> Result<String, Unsupported> {
        match self.any(name)? {
            (tensor, Kind::Date) => Ok(tensor),
            _ => Err(Unsupported::new(Message::new("plan.not_dates").with("column", name))),
        }
    }

    /// Columns of numbers side by side: rows x columns. Columns that stand so in one tensor already are taken as they are.
    pub fn matrix(&mut self, names: &[String]) -> Result<String, Unsupported> {
        let mut parts: Vec<(String, usize, Vec<usize>)> = Vec::new();
        for name in names {
            let place = self.place(name)?;
            if place.kind != Kind::Number {
                return Err(Unsupported::new(Message::new("plan.not_numbers").with("column", name)));
            }
            match parts.last_mut() {
                Some((tensor, width, at)) if *tensor == place.tensor && *width > 1 => at.push(place.at),
                _ => parts.push((place.tensor, place.width, vec![place.at])),
            }
        }
        let mut tensors = Vec::with_capacity(parts.len());
        for (tensor, width, at) in parts {
            let whole = at.len() == width && at.iter().enumerate().all(|(place, at)| place == *at);
            tensors.push(if whole { tensor } else { self.gather(&tensor, &at) });
        }
        let names: Vec<&str> = tensors.iter().map(String::as_str).collect();
        Ok(match names[..] {
            [one] => one.to_owned(),
            _ => self.graph.node_with("Concat", &names, vec![super::graph::int("axis", 1)]),
        })
    }

    fn gather(&mut self, tensor: &str, at: &[usize]) -> String {
        let places = self.graph.integers(&[at.len()], &at.iter().map(|&at| at as i64).collect::<Vec<_>>());
        self.graph.node_with("Gather", &[tensor, &places], vec![super::graph::int("axis", 1)])
    }

    /// The same numbers in every row: rows x values.
    pub fn in_every_row(&mut self, values: &[f64]) -> String {
        let first = self.first.clone();
        let shape = self.graph.node("Shape", &[&first]);
        let zero = super::graph::tensor_parameter("value", super::graph::doubles(&[1], &[0.0]));
        let zeros = self.graph.node_with("ConstantOfShape", &[&shape], vec![zero]);
        let values = self.graph.doubles(&[1, values.len()], values);
        self.graph.node("Add", &[&zeros, &values])
    }

    /// Yes where a value is missing.
    pub fn missing(&mut self, tensor: &str, kind: Kind) -> String {
        match kind {
            Kind::Number => self.graph.node("IsNaN", &[tensor]),
            Kind::Date => {
                let none = self.graph.integer(Column::NO_DATE);
                self.graph.node("Equal", &[tensor, &none])
            }
            Kind::Category | Kind::Text => {
                let marks = self.graph.numbers_of_texts(tensor, &[("", 1)], 0);
                self.graph.cast(&marks, element::BOOL)
            }
        }
    }

    /// Runs an operation on columns that is neither about dates nor a formula nor a model.
    pub fn run(&mut self, op: &Op) -> Result<(), Unsupported> {
        match op {
            Op::FillNumber { column, value } => {
                let x = self.numbers(column)?;
                let missing = self.missing(&x, Kind::Number);
                let value = self.graph.double(*value);
                let filled = self.graph.choose(&missing, &value, &x);
                self.put(column, Kind::Number, filled);
            }
            Op::FillDate { column, value } => {
                let x = self.dates(column)?;
                let missing = self.missing(&x, Kind::Date);
                let value = self.graph.integer(*value);
                let filled = self.graph.choose(&missing, &value, &x);
                self.put(column, Kind::Date, filled);
            }
            Op::FillText { column, value } => {
                let (x, kind) = self.texts(column)?;
                let missing = self.missing(&x, kind);
                let value = self.graph.text(not_empty(value, column)?);
                let filled = self.graph.choose(&missing, &value, &x);
                self.put(column, kind, filled);
            }
            Op::MarkMissing { column, into } => {
                let (x, kind) = self.any(column)?;
                let missing = self.missing(&x, kind);
                let marks = self.graph.marks(&missing);
                self.put(into, Kind::Number, marks);
            }
            Op::MarkOutside { column, low, high, into } => {
                let x = self.numbers(column)?;
                let outside = self.outside(&x, *low, *high);
                let marks = self.graph.marks(&outside);
                self.put(into, Kind::Number, marks);
            }
            Op::BlankOutside { column, low, high } => {
                let x = self.numbers(column)?;
                let outside = self.outside(&x, *low, *high);
                let none = self.graph.double(f64::NAN);
                let blanked = self.graph.choose(&outside, &none, &x);
                self.put(column, Kind::Number, blanked);
            }
            Op::Clip { column, low, high } => {
                let x = self.numbers(column)?;
                let clipped = self.clip(&x, *low, *high);
                self.put(column, Kind::Number, clipped);
            }
            Op::Scale { column, shift, scale } => {
                let x = self.numbers(column)?;
                let (shift, scale) = (self.graph.double(*shift), self.graph.double(*scale));
                let difference = self.graph.node("Sub", &[&x, &shift]);
                let scaled = self.graph.node("Div", &[&difference, &scale]);
                self.put(column, Kind::Number, scaled);
            }
            Op::KeepLevels { column, keep, other } => {
                let (x, kind) = self.texts(column)?;
                // A missing text is kept as well.
                let keys: Vec<(&str, i64)> =
                    different(std::iter::once("").chain(keep.iter().map(String::as_str))).map(|(_, key)| (key, 1)).collect();
                let kept = self.graph.numbers_of_texts(&x, &keys, 0);
                let kept = self.graph.cast(&kept, element::BOOL);
                let other = self.graph.text(not_empty(other, column)?);
                let changed = self.graph.choose(&kept, &x, &other);
                self.put(column, kind, changed);
            }
            Op::Lookup { column, levels, values, other, missing, into } => {
                let (x, _) = self.texts(column)?;
                fits(levels.len() == values.len(), "lookup")?;
                let mut table = vec![missing.unwrap_or(f64::NAN)];
                table.extend(values);
                table.push(other.unwrap_or(f64::NAN));
                let keys: Vec<(&str, i64)> = different(std::iter::once("").chain(levels.iter().map(String::as_str)))
                    .map(|(place, key)| (key, place as i64))
                    .collect();
                let places = self.graph.numbers_of_texts(&x, &keys, levels.len() as i64 + 1);
                let table = self.graph.doubles(&[table.len()], &table);
                let found = self.graph.node_with("Gather", &[&table, &places], vec![super::graph::int("axis", 0)]);
                self.put(into, Kind::Number, found);
            }
            Op::OneHot { column, levels, into } => {
                let (x, _) = self.texts(column)?;
                fits(levels.len() == into.len(), "one_hot")?;
                if levels.is_empty() {
                    return Ok(());
                }
                let keys: Vec<(&str, i64)> = different(levels.iter().map(String::as_str)).map(|(place, key)| (key, place as i64)).collect();
                let places = self.graph.numbers_of_texts(&x, &keys, -1);
                let all = self.graph.integers(&[1, levels.len()], &(0..levels.len() as i64).collect::<Vec<_>>());
                let equal = self.graph.node("Equal", &[&places, &all]);
                let marks = self.graph.marks(&equal);
                self.put_wide(into, &marks);
            }
            Op::Bin { column, edges, into } => {
                let x = self.numbers(column)?;
                let binned = self.bin(&x, edges);
                self.put(into, Kind::Number, binned);
            }
            Op::Project { columns, means, components, into } => {
                let width = columns.len();
                fits(
                    means.len() == width && components.len() == into.len() && components.iter().all(|weights| weights.len() == width),
                    "project",
                )?;
                if into.is_empty() {
                    return Ok(());
                }
                if width == 0 {
                    let zeros = self.in_every_row(&vec![0.0; into.len()]);
                    self.put_wide(into, &zeros);
                    return Ok(());
                }
                let x = self.matrix(columns)?;
                let means = self.graph.doubles(&[1, width], means);
                let centred = self.graph.node("Sub", &[&x, &means]);
                let weights = transposed(components, width);
                let weights = self.graph.doubles(&[width, into.len()], &weights);
                let projected = self.graph.node("MatMul", &[&centred, &weights]);
                self.put_wide(into, &projected);
            }
            Op::Drop { columns } => columns.iter().for_each(|column| drop(self.places.remove(column))),
            _ => {}
        }
        Ok(())
    }

    fn outside(&mut self, x: &str, low: f64, high: f64) -> String {
        let (low, high) = (self.graph.double(low), self.graph.double(high));
        let (below, above) = (self.graph.node("Less", &[x, &low]), self.graph.node("Greater", &[x, &high]));
        self.graph.node("Or", &[&below, &above])
    }

    /// By comparison as the engine does it; ONNX leaves open what its `Clip` makes of NaN.
    pub fn clip(&mut self, x: &str, low: f64, high: f64) -> String {
        let (low, high) = (self.graph.double(low), self.graph.double(high));
        let above = self.graph.node("Greater", &[x, &high]);
        let capped = self.graph.choose(&above, &high, x);
        let below = self.graph.node("Less", &[x, &low]);
        self.graph.choose(&below, &low, &capped)
    }

    pub fn bin(&mut self, x: &str, edges: &[f64]) -> String {
        if edges.is_empty() {
            let zero = self.graph.double(0.0);
            return self.graph.node("Mul", &[x, &zero]);
        }
        let edges = self.graph.doubles(&[1, edges.len()], edges);
        let reached = self.graph.node("GreaterOrEqual", &[x, &edges]);
        let marks = self.graph.marks(&reached);
        let count = self.graph.sum_of_row(&marks);
        let missing = self.missing(x, Kind::Number);
        self.graph.choose(&missing, x, &count)
    }
}

impl Graph {
    /// The sum of each row: rows x 1.
    pub fn sum_of_row(&mut self, tensor: &str) -> String {
        let axis = self.integers(&[1], &[1]);
        self.node_with("ReduceSum", &[tensor, &axis], vec![super::graph::int("keepdims", 1)])
    }
}

/// Lists of weights as columns of a matrix, row by row.
pub(super) fn transposed(lists: &[Vec<f64>], length: usize) -> Vec<f64> {
    (0..length).flat_map(|place| lists.iter().map(move |list| list[place])).collect()
}

/// Each text once, with the place where it stands first.
fn different<'a>(texts: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (usize, &'a str)> {
    let mut seen = std::collections::BTreeSet::new();
    texts.enumerate().filter(move |(_, text)| seen.insert(*text))
}

/// In ONNX the empty text is a missing one, so that an operation cannot put a level of that name.
fn not_empty<'a>(value: &'a str, column: &str) -> Result<&'a str, Unsupported> {
    match value {
        "" => Err(Unsupported::new(Message::new("ship.onnx.empty_level").with("column", column))),
        value => Ok(value),
    }
}

pub(super) fn fits(fits: bool, op: &str) -> Result<(), Unsupported> {
    if fits { Ok(()) } else { Err(Unsupported::new(Message::new("plan.misfit").with("op", op))) }
}
