//! How large a plan is: what its models hold, and the bytes of the whole.

use super::{Op, Plan};
use serde::{Deserialize, Serialize};

/// The size of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Numbers that the models learned: weights, biases, constants.
    pub weights: usize,
    /// Nodes of their trees, leaves among them.
    pub nodes: usize,
    /// Bytes of the whole plan in a model file, before it is packed.
    pub bytes: usize,
}

impl Plan {
    /// How large it is.
    pub fn size(&self) -> Size {
        let bytes = postcard::to_stdvec(self).map_or(0, |bytes| bytes.len());
        self.ops.iter().fold(Size { bytes, ..Size::default() }, |size, op| {
            let (weights, nodes) = of(op);
            Size { weights: size.weights + weights, nodes: size.nodes + nodes, ..size }
        })
    }
}

/// The weights and nodes of an operation that is a model.
fn of(op: &Op) -> (usize, usize) {
    match op {
        Op::Constant { values, .. } => (values.len(), 0),
        Op::Linear { weights, bias, .. } => (bias.len() + weights.iter().map(Vec::len).sum::<usize>(), 0),
        Op::Network { layers, .. } => (layers.iter().map(|layer| layer.weights.len() + layer.bias.len()).sum(), 0),
        Op::DeepNetwork { layers, .. } => {
            let of = |layer: &super::DeepLayer| layer.dense.weights.len() + layer.dense.bias.len() + layer.gain.len() + layer.shift.len();
            (layers.iter().map(of).sum(), 0)
        }
        Op::Trees { trees, .. } => (0, trees.iter().map(|tree| tree.feature.len()).sum()),
        Op::Boosted { trees, bias, .. } => (bias.len(), trees.iter().map(|tree| tree.tree.feature.len()).sum()),
        Op::Neighbours { nearest, .. } => (nearest.points.len() + nearest.answers.len() + nearest.weights.len(), 0),
        Op::GaussianBayes { classes, .. } => (classes.iter().map(|class| 1 + class.means.len() + class.variances.len()).sum(), 0),
        _ => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Link, Output};

    #[test]
    fn what_models_hold_is_counted_and_preparation_is_not() {
        let linear = Op::Linear {
            columns: vec!["a".to_owned(), "b".to_owned()],
            weights: vec![vec![1.0, 2.0]],
            bias: vec![0.0],
            link: Link::Identity,
            into: vec!["y".to_owned()],
        };
        let scale = Op::Scale { column: "a".to_owned(), shift: 1.0, scale: 2.0 };
        let plan = |ops: Vec<Op>| Plan { inputs: Vec::new(), ops, output: Output::Regression { column: "y".to_owned() } }.size();
        let (without, with) = (plan(vec![linear.clone()]), plan(vec![scale, linear]));
        assert_eq!((with.weights, with.nodes), (3, 0));
        assert!(with.bytes > without.bytes && without.bytes > 24);
    }
}
