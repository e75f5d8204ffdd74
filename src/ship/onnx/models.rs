//! Operations that are models as ONNX nodes.
//!
//! Linear models run in 64-bit floats; a network in 32-bit as it does in the engine; trees compare in 64-bit, while ONNX
//! gives their mean or sum as a 32-bit float.

use super::Unsupported;
use super::columns::{Columns, fits, transposed};
use super::graph::{Graph, float, int};
use super::proto::element;
use super::trees;
use crate::num::activation::Activation;
use crate::num::kernel::EPSILON;
use crate::plan::{Dense, GapTree, Layer, Link, Op, Tree, apply_op};
use crate::table::{Column, Table};

impl Columns {
    /// Runs a model: its answer is put into the columns `into`.
    pub fn model(&mut self, op: &Op) -> Result<(), Unsupported> {
        let (columns, into): (&[String], &[String]) = match op {
            Op::Constant { into, .. } => (&[], into),
            Op::Linear { columns, into, .. } | Op::Network { columns, into, .. } | Op::Trees { columns, into, .. } => (columns, into),
            Op::DeepNetwork { columns, into, .. } | Op::Boosted { columns, into, .. } => (columns, into),
            Op::Neighbours { columns, into, .. } | Op::GaussianBayes { columns, into, .. } => (columns, into),
            _ => return Ok(()),
        };
        // The engine looks whether the parts fit together before it answers, here one row of zeros.
        fits(!columns.is_empty() || !matches!(op, Op::Network { .. } | Op::DeepNetwork { .. }), "network")?;
        let mut row = Table::with_origins(Vec::new(), vec![0]);
        columns.iter().for_each(|name| row.put(Column::number(name, vec![0.0])));
        apply_op(op, &mut row).map_err(|problem| Unsupported::new(problem.message))?;
        if columns.is_empty() {
            // Nothing to look at: the same answer in every row.
            let answer: Vec<f64> = into.iter().filter_map(|name| row.column(name)?.numbers()?.first().copied()).collect();
            let answer = self.in_every_row(&answer);
            self.put_wide(into, &answer);
            return Ok(());
        }
        let x = self.matrix(columns)?;
        let (raw, link) = match op {
            Op::Linear { weights, bias, link, .. } => {
                let shape = [columns.len(), into.len()];
                let weights = self.graph.doubles(&shape, &transposed(weights, columns.len()));
                let bias = self.graph.doubles(&[into.len()], bias);
                (self.graph.node("Gemm", &[&x, &weights, &bias]), *link)
            }
            Op::Network { layers, link, .. } => (self.graph.network(&x, &layers.iter().map(Layer::plain).collect::<Vec<_>>()), *link),
            Op::DeepNetwork { layers, link, .. } => (self.graph.network(&x, &layers.iter().map(Layer::of).collect::<Vec<_>>()), *link),
            Op::Trees { trees, link, .. } => (self.graph.trees(&x, trees, into.len()), *link),
            Op::Boosted { trees, bias, link, .. } => (self.graph.boosted(&x, trees, bias), *link),
            Op::Neighbours { nearest, .. } => (self.graph.nearest(&x, nearest, columns.len(), into.len())?, Link::Identity),
            Op::GaussianBayes { classes, .. } => (self.graph.gaussian_bayes(&x, classes, into.len()), Link::Identity),
            _ => return Ok(()),
        };
        let answer = match link {
            Link::Identity => raw,
            Link::Sigmoid => self.graph.node("Sigmoid", &[&raw]),
            Link::Exp => self.graph.node("Exp", &[&raw]),
            Link::Softmax => self.graph.node_with("Softmax", &[&raw], vec![int("axis", 1)]),
        };
        self.put_wide(into, &answer);
        Ok(())
    }
}

impl Graph {
    fn network(&mut self, x: &str, layers: &[Layer]) -> String {
        let x = self.cast(x, element::FLOAT);
        let mut values = x.clone();
        for Layer { dense: Dense { inputs, outputs, weights, bias, activation }, gain, shift, shortcut } in layers {
            let before = values.clone();
            let weights = self.floats(&[*inputs, *outputs], weights);
            let bias = self.floats(&[*outputs], bias);
            values = self.node("Gemm", &[&values, &weights, &bias]);
            if !gain.is_empty() {
                values = self.normalised(&values, gain, shift);
            }
            values = self.activation(*activation, &values);
            if *shortcut {
                values = self.node("Add", &[&values, &before]);
            }
        }
        let values = self.cast(&values, element::DOUBLE);
        // Also a number too large for 32 bits has no answer: zero times infinity is missing.
        let zero = self.float(0.0);
        let nothing = self.node("Mul", &[&x, &zero]);
        let nothing = self.cast(&nothing, element::DOUBLE);
        self.no_answer_where_missing(&values, &nothing)
    }

    /// Each row brought to mean 0 and deviation 1, then times the gain plus the shift.
    fn normalised(&mut self, x: &str, gain: &[f32], shift: &[f32]) -> String {
        let share = self.float(1.0 / gain.len() as f32);
        let mean = |graph: &mut Self, x: &str| {
            let sum = graph.sum_of_row(x);
            graph.node("Mul", &[&sum, &share])
        };
        let centre = mean(self, x);
        let centred = self.node("Sub", &[x, &centre]);
        let squares = self.node("Mul", &[&centred, &centred]);
        let variance = mean(self, &squares);
        let epsilon = self.float(EPSILON as f32);
        let variance = self.node("Add", &[&variance, &epsilon]);
        let deviation = self.node("Sqrt", &[&variance]);
        let normal = self.node("Div", &[&centred, &deviation]);
        let (gain, shift) = (self.floats(&[1, gain.len()], gain), self.floats(&[1, shift.len()], shift));
        let scaled = self.node("Mul", &[&normal, &gain]);
        self.node("Add", &[&scaled, &shift])
    }

    /// An activation function on 32-bit floats.
    fn activation(&mut self, activation: Activation, x: &str) -> String {
        match activation {
            Activation::Identity => x.to_owned(),
            Activation::Relu => self.node("Relu", &[x]),
            Activation::LeakyRelu => self.node_with("LeakyRelu", &[x], vec![float("alpha", 0.01)]),
            Activation::Elu => self.node_with("Elu", &[x], vec![float("alpha", 1.0)]),
            // The constants of Klambauer and others (2017) as 32-bit floats.
            Activation::Selu => self.node_with("Selu", &[x], vec![float("alpha", 1.673_263_2), float("gamma", 1.050_701)]),
            Activation::Gelu => {
                let root = self.float(std::f32::consts::FRAC_1_SQRT_2);
                let scaled = self.node("Mul", &[x, &root]);
                let erf = self.node("Erf", &[&scaled]);
                let (one, half) = (self.float(1.0), self.float(0.5));
                let twice = self.node("Add", &[&erf, &one]);
                let share = self.node("Mul", &[&twice, &half]);
                self.node("Mul", &[x, &share])
            }
            Activation::Silu => {
                let gate = self.node("Sigmoid", &[x]);
                self.node("Mul", &[x, &gate])
            }
            Activation::Mish => {
                let soft = self.node("Softplus", &[x]);
                let gate = self.node("Tanh", &[&soft]);
                self.node("Mul", &[x, &gate])
            }
            Activation::Tanh => self.node("Tanh", &[x]),
            Activation::Sigmoid => self.node("Sigmoid", &[x]),
            Activation::Softplus => self.node("Softplus", &[x]),
        }
    }

    fn trees(&mut self, x: &str, trees: &[Tree], outputs: usize) -> String {
        let mean = self.ml("TreeEnsembleRegressor", &[x], trees::parameters(trees, outputs));
        let mean = self.cast(&mean, element::DOUBLE);
        let zero = self.double(0.0);
        let nothing = self.node("Mul", &[x, &zero]);
        self.no_answer_where_missing(&mean, &nothing)
    }

    /// The bias is added in 64 bits, so that the 32 bits of the sum are spent on what the trees say.
    fn boosted(&mut self, x: &str, trees: &[GapTree], bias: &[f64]) -> String {
        let sum = self.ml("TreeEnsembleRegressor", &[x], trees::boosted_parameters(trees, bias.len()));
        let sum = self.cast(&sum, element::DOUBLE);
        let bias = self.doubles(&[1, bias.len()], bias);
        self.node("Add", &[&sum, &bias])
    }

    /// A row with a missing value has no answer. `nothing` is zero times each value: zero, or missing.
    pub fn no_answer_where_missing(&mut self, answer: &str, nothing: &str) -> String {
        let nothing = self.sum_of_row(nothing);
        self.node("Add", &[answer, &nothing])
    }
}
