//! A graph under construction: nodes, constants, and names that nothing else has.

use super::proto::{AttributeProto, NodeProto, TensorProto, attribute, element};
use std::collections::{BTreeMap, BTreeSet};

/// The domain of the operators for classical models.
pub(super) const ML: &str = "ai.onnx.ml";

/// Nodes and constants so far. A tensor is known by its name.
#[derive(Default)]
pub(super) struct Graph {
    pub nodes: Vec<NodeProto>,
    pub constants: Vec<TensorProto>,
    taken: BTreeSet<String>,
    made: usize,
    // Constants are shared: the same zero or the same edges stand in the file once.
    known: BTreeMap<Contents, String>,
}

/// The shape, type and bytes of a constant.
type Contents = (Vec<i64>, i32, Vec<u8>, Vec<Vec<u8>>);

impl Graph {
    /// Keeps a name for an input or output: the name itself, or with a number where it is taken.
    pub fn reserve(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut count = 1;
        while !self.taken.insert(free.clone()) {
            count += 1;
            free = format!("{name}_{count}");
        }
        free
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.made += 1;
        self.reserve(&format!("{stem}{}", self.made))
    }

    /// Adds an operation with one result and gives the name of that.
    pub fn node(&mut self, op: &str, inputs: &[&str]) -> String {
        self.node_with(op, inputs, Vec::new())
    }

    /// As [`Graph::node`], with parameters.
    pub fn node_with(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        self.add("", op, inputs, attributes)
    }

    /// As [`Graph::node_with`], an operation for classical models.
    pub fn ml(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        self.add(ML, op, inputs, attributes)
    }

    /// As [`Graph::node_with`], an operation with two results.
    pub fn node_of_two(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> (String, String) {
        let first = self.node_with(op, inputs, attributes);
        let second = self.fresh("t");
        self.nodes.last_mut().into_iter().for_each(|node| node.output.push(second.clone()));
        (first, second)
    }

    fn add(&mut self, domain: &str, op: &str, inputs: &[&str], attribute: Vec<AttributeProto>) -> String {
        let output = self.fresh("t");
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.clone()],
            name: format!("{op}_{output}"),
            op_type: op.to_owned(),
            attribute,
            domain: domain.to_owned(),
        });
        output
    }

    /// Gives a tensor the name of an output.
    pub fn name_output(&mut self, tensor: &str, name: &str) {
        self.nodes.push(NodeProto {
            input: vec![tensor.to_owned()],
            output: vec![name.to_owned()],
            name: format!("Identity_{name}"),
            op_type: "Identity".to_owned(),
            ..NodeProto::default()
        });
    }

    /// A constant of 64-bit floats.
    pub fn doubles(&mut self, shape: &[usize], values: &[f64]) -> String {
        self.constant(doubles(shape, values))
    }

    /// A number as a tensor that goes with every row.
    pub fn double(&mut self, value: f64) -> String {
        self.doubles(&[1, 1], &[value])
    }

    /// A constant of 32-bit floats.
    pub fn floats(&mut self, shape: &[usize], values: &[f32]) -> String {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(tensor(shape, element::FLOAT, raw))
    }

    /// A 32-bit number as a tensor that goes with every row.
    pub fn float(&mut self, value: f32) -> String {
        self.floats(&[1, 1], &[value])
    }

    /// A constant of integers.
    pub fn integers(&mut self, shape: &[usize], values: &[i64]) -> String {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(tensor(shape, element::INT64, raw))
    }

    /// An integer as a tensor that goes with every row.
    pub fn integer(&mut self, value: i64) -> String {
        self.integers(&[1, 1], &[value])
    }

    /// A text as a tensor that goes with every row.
    pub fn text(&mut self, value: &str) -> String {
        let string_data = vec![value.as_bytes().to_vec()];
        self.constant(TensorProto { string_data, ..tensor(&[1, 1], element::STRING, Vec::new()) })
    }

    fn constant(&mut self, mut constant: TensorProto) -> String {
        // Weights are seldom the same twice, and would stand in memory twice.
        let small = constant.raw_data.len() <= 1024;
        let contents = (constant.dims.clone(), constant.data_type, constant.raw_data.clone(), constant.string_data.clone());
        if small && let Some(name) = self.known.get(&contents) {
            return name.clone();
        }
        let name = self.fresh("c");
        constant.name.clone_from(&name);
        self.constants.push(constant);
        if small {
            self.known.insert(contents, name.clone());
        }
        name
    }

    /// The same values as another type.
    pub fn cast(&mut self, tensor: &str, element: i32) -> String {
        self.node_with("Cast", &[tensor], vec![int("to", i64::from(element))])
    }

    /// Yes and no as 1 and 0.
    pub fn marks(&mut self, tensor: &str) -> String {
        self.cast(tensor, element::DOUBLE)
    }

    /// `test`, `then`, `otherwise`, row by row.
    pub fn choose(&mut self, test: &str, then: &str, otherwise: &str) -> String {
        self.node("Where", &[test, then, otherwise])
    }

    /// The number that goes with each text, `other` for a text that is not listed. The empty text is one like others.
    pub fn numbers_of_texts(&mut self, texts: &str, keys: &[(&str, i64)], other: i64) -> String {
        let attributes = vec![
            strings("keys_strings", keys.iter().map(|(key, _)| key.as_bytes().to_vec()).collect()),
            ints("values_int64s", keys.iter().map(|(_, value)| *value).collect()),
            int("default_int64", other),
        ];
        self.ml("LabelEncoder", &[texts], attributes)
    }

    /// The text at each place of a list, the empty text at any other place.
    pub fn texts_of_numbers(&mut self, places: &str, texts: &[&str]) -> String {
        let attributes = vec![
            ints("keys_int64s", (0..texts.len() as i64).collect()),
            strings("values_strings", texts.iter().map(|text| text.as_bytes().to_vec()).collect()),
            string("default_string", ""),
        ];
        self.ml("LabelEncoder", &[places], attributes)
    }
}

fn tensor(shape: &[usize], data_type: i32, raw_data: Vec<u8>) -> TensorProto {
    TensorProto { dims: shape.iter().map(|&size| size as i64).collect(), data_type, raw_data, ..TensorProto::default() }
}

/// A tensor of 64-bit floats, as a parameter.
pub(super) fn doubles(shape: &[usize], values: &[f64]) -> TensorProto {
    tensor(shape, element::DOUBLE, values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

/// An integer parameter.
pub(super) fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.to_owned(), i: Some(value), r#type: attribute::INT, ..AttributeProto::default() }
}

/// A 32-bit float parameter.
pub(super) fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto { name: name.to_owned(), f: Some(value), r#type: attribute::FLOAT, ..AttributeProto::default() }
}

/// A text parameter.
pub(super) fn string(name: &str, value: &str) -> AttributeProto {
    let s = Some(value.as_bytes().to_vec());
    AttributeProto { name: name.to_owned(), s, r#type: attribute::STRING, ..AttributeProto::default() }
}

/// A parameter of integers.
pub(super) fn ints(name: &str, ints: Vec<i64>) -> AttributeProto {
    AttributeProto { name: name.to_owned(), ints, r#type: attribute::INTS, ..AttributeProto::default() }
}

/// A parameter of texts.
pub(super) fn strings(name: &str, strings: Vec<Vec<u8>>) -> AttributeProto {
    AttributeProto { name: name.to_owned(), strings, r#type: attribute::STRINGS, ..AttributeProto::default() }
}

/// A tensor as a parameter.
pub(super) fn tensor_parameter(name: &str, tensor: TensorProto) -> AttributeProto {
    AttributeProto { name: name.to_owned(), t: Some(tensor), r#type: attribute::TENSOR, ..AttributeProto::default() }
}
