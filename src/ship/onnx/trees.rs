//! Trees as the parameters of `TreeEnsembleRegressor`, and back.

use super::graph::{doubles, int, ints, string, strings, tensor_parameter};
use super::proto::{AttributeProto, NodeProto};
use super::tensor::{Tensor, Values};
use crate::plan::Tree;

/// The lists of `TreeEnsembleRegressor`: an entry for each node, and one for each output of each leaf.
pub(super) fn parameters(trees: &[Tree], outputs: usize) -> Vec<AttributeProto> {
    let (mut tree_ids, mut node_ids, mut features, mut modes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut left, mut right, mut thresholds) = (Vec::new(), Vec::new(), Vec::new());
    let (mut leaf_trees, mut leaf_nodes, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (number, tree) in trees.iter().enumerate() {
        for node in 0..tree.feature.len() {
            let leaf = tree.feature[node] == Tree::LEAF;
            tree_ids.push(number as i64);
            node_ids.push(node as i64);
            features.push(if leaf { 0 } else { i64::from(tree.feature[node]) });
            modes.push(if leaf { b"LEAF".to_vec() } else { b"BRANCH_LEQ".to_vec() });
            left.push(if leaf { 0 } else { i64::from(tree.left[node]) });
            right.push(if leaf { 0 } else { i64::from(tree.right[node]) });
            thresholds.push(if leaf { 0.0 } else { tree.threshold[node] });
            if leaf {
                for (target, value) in tree.values(node).iter().enumerate() {
                    leaf_trees.push(number as i64);
                    leaf_nodes.push(node as i64);
                    targets.push(target as i64);
                    weights.push(*value);
                }
            }
        }
    }
    vec![
        string("aggregate_function", "AVERAGE"),
        int("n_targets", outputs as i64),
        ints("nodes_falsenodeids", right),
        ints("nodes_featureids", features),
        strings("nodes_modes", modes),
        ints("nodes_nodeids", node_ids),
        ints("nodes_treeids", tree_ids),
        ints("nodes_truenodeids", left),
        tensor_parameter("nodes_values_as_tensor", doubles(&[thresholds.len()], &thresholds)),
        ints("target_ids", targets),
        ints("target_nodeids", leaf_nodes),
        ints("target_treeids", leaf_trees),
        tensor_parameter("target_weights_as_tensor", doubles(&[weights.len()], &weights)),
    ]
}

/// The trees of a node and the number of their outputs; nothing where they are not as [`parameters`] writes them.
pub(super) fn read(node: &NodeProto) -> Option<(Vec<Tree>, usize)> {
    let find = |name: &str| node.attribute.iter().find(|attribute| attribute.name == name);
    let list = |name: &str| find(name).map(|attribute| attribute.ints.as_slice());
    let numbers = |name: &str| match Tensor::read(find(name)?.t.as_ref()?)?.values {
        Values::Doubles(values) => Some(values),
        _ => None,
    };
    let outputs = usize::try_from(find("n_targets")?.i?).ok().filter(|&outputs| outputs > 0)?;
    (find("aggregate_function")?.s.as_deref() == Some(b"AVERAGE")).then_some(())?;
    let (tree_ids, node_ids, modes) = (list("nodes_treeids")?, list("nodes_nodeids")?, &find("nodes_modes")?.strings);
    let (features, left, right) = (list("nodes_featureids")?, list("nodes_truenodeids")?, list("nodes_falsenodeids")?);
    let thresholds = numbers("nodes_values_as_tensor")?;
    let (leaf_trees, leaf_nodes, targets) = (list("target_treeids")?, list("target_nodeids")?, list("target_ids")?);
    let weights = numbers("target_weights_as_tensor")?;
    let nodes = tree_ids.len();
    let lengths = [node_ids.len(), modes.len(), features.len(), left.len(), right.len(), thresholds.len()];
    lengths.iter().all(|&length| length == nodes).then_some(())?;
    [leaf_nodes.len(), targets.len(), weights.len()].iter().all(|&length| length == leaf_trees.len()).then_some(())?;
    let mut trees: Vec<Tree> = Vec::new();
    let mut leaves = 0;
    for place in 0..nodes {
        if node_ids[place] == 0 {
            trees.push(Tree { outputs, ..Tree::default() });
        }
        let number = trees.len().checked_sub(1)?;
        let tree = trees.last_mut()?;
        let known = (i64::try_from(number).ok()?, i64::try_from(tree.feature.len()).ok()?);
        ((tree_ids[place], node_ids[place]) == known).then_some(())?;
        let leaf = modes[place] == b"LEAF";
        (leaf || modes[place] == b"BRANCH_LEQ").then_some(())?;
        tree.feature.push(if leaf { Tree::LEAF } else { u32::try_from(features[place]).ok()? });
        tree.threshold.push(thresholds[place]);
        tree.left.push(u32::try_from(left[place]).ok()?);
        tree.right.push(u32::try_from(right[place]).ok()?);
        tree.cover.push(0.0);
        for target in 0..outputs {
            let mut value = 0.0;
            if leaf {
                let entry = (*leaf_trees.get(leaves)?, *leaf_nodes.get(leaves)?, *targets.get(leaves)?);
                (entry == (known.0, known.1, i64::try_from(target).ok()?)).then_some(())?;
                value = weights[leaves];
                leaves += 1;
            }
            tree.value.push(value);
        }
    }
    (leaves == weights.len() && !trees.is_empty()).then_some((trees, outputs))
}
