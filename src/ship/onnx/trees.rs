//! Trees as the parameters of `TreeEnsembleRegressor`, and back.

use super::graph::{doubles, int, ints, string, strings, tensor_parameter};
use super::proto::{AttributeProto, NodeProto};
use super::tensor::{Tensor, Values};
use crate::plan::{GapTree, Tree};

/// The lists of `TreeEnsembleRegressor`: an entry for each node, and one for each output of each leaf.
#[derive(Default)]
struct Lists {
    tree_ids: Vec<i64>,
    node_ids: Vec<i64>,
    features: Vec<i64>,
    modes: Vec<Vec<u8>>,
    left: Vec<i64>,
    right: Vec<i64>,
    thresholds: Vec<f64>,
    leaf_trees: Vec<i64>,
    leaf_nodes: Vec<i64>,
    targets: Vec<i64>,
    weights: Vec<f64>,
}

impl Lists {
    /// Adds a tree whose first value is that of the output `first`.
    fn add(&mut self, number: usize, tree: &Tree, first: usize) {
        for node in 0..tree.feature.len() {
            let leaf = tree.feature[node] == Tree::LEAF;
            self.tree_ids.push(number as i64);
            self.node_ids.push(node as i64);
            self.features.push(if leaf { 0 } else { i64::from(tree.feature[node]) });
            self.modes.push(if leaf { b"LEAF".to_vec() } else { b"BRANCH_LEQ".to_vec() });
            self.left.push(if leaf { 0 } else { i64::from(tree.left[node]) });
            self.right.push(if leaf { 0 } else { i64::from(tree.right[node]) });
            self.thresholds.push(if leaf { 0.0 } else { tree.threshold[node] });
            if leaf {
                for (target, value) in tree.values(node).iter().enumerate() {
                    self.leaf_trees.push(number as i64);
                    self.leaf_nodes.push(node as i64);
                    self.targets.push((first + target) as i64);
                    self.weights.push(*value);
                }
            }
        }
    }

    fn parameters(self, aggregate: &str, outputs: usize) -> Vec<AttributeProto> {
        vec![
            string("aggregate_function", aggregate),
            int("n_targets", outputs as i64),
            ints("nodes_falsenodeids", self.right),
            ints("nodes_featureids", self.features),
            strings("nodes_modes", self.modes),
            ints("nodes_nodeids", self.node_ids),
            ints("nodes_treeids", self.tree_ids),
            ints("nodes_truenodeids", self.left),
            tensor_parameter("nodes_values_as_tensor", doubles(&[self.thresholds.len()], &self.thresholds)),
            ints("target_ids", self.targets),
            ints("target_nodeids", self.leaf_nodes),
            ints("target_treeids", self.leaf_trees),
            tensor_parameter("target_weights_as_tensor", doubles(&[self.weights.len()], &self.weights)),
        ]
    }
}

/// The parameters of trees whose mean is the answer.
pub(super) fn parameters(trees: &[Tree], outputs: usize) -> Vec<AttributeProto> {
    let mut lists = Lists::default();
    trees.iter().enumerate().for_each(|(number, tree)| lists.add(number, tree, 0));
    lists.parameters("AVERAGE", outputs)
}

/// The parameters of trees of one value whose sum is the answer, tree i for the output i mod `outputs`.
pub(super) fn boosted_parameters(trees: &[GapTree], outputs: usize) -> Vec<AttributeProto> {
    let mut lists = Lists::default();
    trees.iter().enumerate().for_each(|(number, tree)| lists.add(number, &tree.tree, number % outputs));
    let mut parameters = lists.parameters("SUM", outputs);
    let missing = trees.iter().flat_map(|tree| &tree.missing_left).map(|&left| i64::from(left)).collect();
    parameters.push(ints("nodes_missing_value_tracks_true", missing));
    parameters
}

/// Trees that were read back.
pub(super) enum Ensemble {
    /// The answer is the mean; so many outputs.
    Mean(Vec<Tree>, usize),
    /// The answer is the sum, tree i for the output i mod their number.
    Sum(Vec<GapTree>, usize),
}

/// The trees of a node; nothing where they are not as [`parameters`] or [`boosted_parameters`] writes them.
pub(super) fn read(node: &NodeProto) -> Option<Ensemble> {
    let find = |name: &str| node.attribute.iter().find(|attribute| attribute.name == name);
    let list = |name: &str| find(name).map(|attribute| attribute.ints.as_slice());
    let numbers = |name: &str| match Tensor::read(find(name)?.t.as_ref()?)?.values {
        Values::Doubles(values) => Some(values),
        _ => None,
    };
    let outputs = usize::try_from(find("n_targets")?.i?).ok().filter(|&outputs| outputs > 0)?;
    let is_sum = match find("aggregate_function")?.s.as_deref()? {
        b"AVERAGE" => false,
        b"SUM" => true,
        _ => return None,
    };
    let each = if is_sum { 1 } else { outputs };
    let (tree_ids, node_ids, modes) = (list("nodes_treeids")?, list("nodes_nodeids")?, &find("nodes_modes")?.strings);
    let (features, left, right) = (list("nodes_featureids")?, list("nodes_truenodeids")?, list("nodes_falsenodeids")?);
    let thresholds = numbers("nodes_values_as_tensor")?;
    let (leaf_trees, leaf_nodes, targets) = (list("target_treeids")?, list("target_nodeids")?, list("target_ids")?);
    let weights = numbers("target_weights_as_tensor")?;
    let nodes = tree_ids.len();
    let missing = if is_sum { list("nodes_missing_value_tracks_true")?.to_vec() } else { vec![0; nodes] };
    let lengths = [node_ids.len(), modes.len(), features.len(), left.len(), right.len(), thresholds.len(), missing.len()];
    lengths.iter().all(|&length| length == nodes).then_some(())?;
    [leaf_nodes.len(), targets.len(), weights.len()].iter().all(|&length| length == leaf_trees.len()).then_some(())?;
    let mut trees: Vec<GapTree> = Vec::new();
    let mut leaves = 0;
    for place in 0..nodes {
        if node_ids[place] == 0 {
            trees.push(GapTree { tree: Tree { outputs: each, ..Tree::default() }, missing_left: Vec::new() });
        }
        let number = trees.len().checked_sub(1)?;
        let GapTree { tree, missing_left } = trees.last_mut()?;
        let known = (i64::try_from(number).ok()?, i64::try_from(tree.feature.len()).ok()?);
        ((tree_ids[place], node_ids[place]) == known).then_some(())?;
        let leaf = modes[place] == b"LEAF";
        (leaf || modes[place] == b"BRANCH_LEQ").then_some(())?;
        tree.feature.push(if leaf { Tree::LEAF } else { u32::try_from(features[place]).ok()? });
        tree.threshold.push(thresholds[place]);
        tree.left.push(u32::try_from(left[place]).ok()?);
        tree.right.push(u32::try_from(right[place]).ok()?);
        tree.cover.push(0.0);
        missing_left.push(missing[place] != 0);
        let first = if is_sum { number % outputs } else { 0 };
        for target in 0..each {
            let mut value = 0.0;
            if leaf {
                let entry = (*leaf_trees.get(leaves)?, *leaf_nodes.get(leaves)?, *targets.get(leaves)?);
                (entry == (known.0, known.1, i64::try_from(first + target).ok()?)).then_some(())?;
                value = weights[leaves];
                leaves += 1;
            }
            tree.value.push(value);
        }
    }
    (leaves == weights.len() && !trees.is_empty()).then_some(())?;
    Some(match is_sum {
        true => Ensemble::Sum(trees, outputs),
        false => Ensemble::Mean(trees.into_iter().map(|tree| tree.tree).collect(), outputs),
    })
}
