//! Operations that are models, on a table and on a plain matrix: the same answer at every row.

use super::nearest::Search;
use super::op::{GapTree, Link, Op, Tree};
use crate::base::{Problem, Stage};
use crate::num::float;
use crate::table::{Column, Table};
use ndarray::{Array2, ArrayView2};

/// Rows that are taken out of the columns at once: few enough to stay in the cache while every tree looks at them.
const BLOCK: usize = 256;

/// Runs a model other than a network on a table: its answer is put into the columns `into`. Other operations are
/// passed over.
pub(super) fn apply(op: &Op, table: &mut Table) -> Result<(), Problem> {
    let (columns, into): (&[String], &[String]) = match op {
        Op::Constant { into, .. } => (&[], into),
        Op::Linear { columns, into, .. } | Op::Trees { columns, into, .. } | Op::Boosted { columns, into, .. } => (columns, into),
        Op::Neighbours { columns, into, .. } | Op::GaussianBayes { columns, into, .. } => (columns, into),
        _ => return Ok(()),
    };
    let columns = columns.iter().map(|name| super::apply::numbers(table, name)).collect::<Result<Vec<&[f64]>, Problem>>()?;
    let rows = table.rows();
    let answer = run(op, rows, columns.len(), |row, column| columns[column][row])?;
    for (name, values) in into.iter().zip(answer) {
        table.put(Column::number(name, values));
    }
    Ok(())
}

/// The answer of a model other than a network to rows whose columns stand in the order of the operation's
/// `columns` (a constant looks at none): rows x outputs. A row with a missing value (NaN) has no answer (NaN), but of
/// boosted trees, which know where it goes.
///
/// # Errors
/// Where the operation does not fit together or is not such a model.
pub fn answer(op: &Op, x: ArrayView2<f64>) -> Result<Array2<f64>, Problem> {
    let outputs = run(op, x.nrows(), x.ncols(), |row, column| x[[row, column]])?;
    Ok(Array2::from_shape_fn((x.nrows(), outputs.len()), |(row, output)| outputs[output][row]))
}

/// A list for each output. `value` gives the number at (row, column).
fn run(op: &Op, rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Result<Vec<Vec<f64>>, Problem> {
    check(op, columns)?;
    let mut block = Vec::with_capacity(BLOCK * columns);
    let (outputs, mut out) = match op {
        Op::Constant { values, .. } => return Ok(values.iter().map(|&value| vec![value; rows]).collect()),
        Op::Linear { bias, .. } => (bias.len(), Vec::new()),
        Op::Trees { into, .. } | Op::Boosted { into, .. } => (into.len(), Vec::new()),
        Op::GaussianBayes { into, .. } | Op::Neighbours { into, .. } => (into.len(), Vec::new()),
        _ => (0, Vec::new()),
    };
    out.resize_with(outputs, || Vec::with_capacity(rows));
    let mut raw = vec![0.0; BLOCK * outputs];
    let near = match op {
        Op::Neighbours { nearest, .. } => Some(Search::new(nearest, columns)),
        _ => None,
    };
    for start in (0..rows).step_by(BLOCK) {
        let count = BLOCK.min(rows - start);
        block.clear();
        block.extend((0..count * columns).map(|place| value(start + place / columns, place % columns)));
        let raw = &mut raw[..count * outputs];
        match op {
            Op::Linear { weights, bias, .. } => linear(weights, bias, &block, columns, raw),
            Op::Trees { trees, .. } => forest(trees, &block, columns, raw),
            Op::Boosted { trees, bias, .. } => boosted(trees, bias, &block, columns, raw),
            Op::GaussianBayes { classes, .. } => super::bayes::run(classes, &block, columns, raw),
            _ => near.iter().for_each(|near| near.run(&block, columns, outputs, raw)),
        }
        for row in raw.chunks_exact_mut(outputs) {
            link(op).apply(row);
            out.iter_mut().zip(row).for_each(|(list, value)| list.push(*value));
        }
    }
    Ok(out)
}

fn linear(weights: &[Vec<f64>], bias: &[f64], block: &[f64], columns: usize, raw: &mut [f64]) {
    for (place, cell) in raw.iter_mut().enumerate() {
        let (row, output) = (place / bias.len(), place % bias.len());
        let row = &block[row * columns..(row + 1) * columns];
        *cell = row.iter().zip(&weights[output]).fold(bias[output], |sum, (value, weight)| sum + value * weight);
    }
}

fn forest(trees: &[Tree], block: &[f64], columns: usize, raw: &mut [f64]) {
    raw.fill(0.0);
    let outputs = trees.first().map_or(1, |tree| tree.outputs);
    let row_of = |place: usize| &block[place * columns..(place + 1) * columns];
    for tree in trees {
        for (place, sums) in raw.chunks_exact_mut(outputs).enumerate() {
            let row = row_of(place);
            let values = tree.values(tree.leaf(|column| row[column]));
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
    }
    for (place, sums) in raw.chunks_exact_mut(outputs).enumerate() {
        // A comparison with a missing value is false, so a tree would answer; but it would be an answer about another row.
        let missing = row_of(place).iter().any(|value| value.is_nan());
        sums.iter_mut().for_each(|sum| *sum = if missing { f64::NAN } else { *sum / trees.len() as f64 });
    }
}

/// Tree by tree, so that the nodes of one stay in the cache while it answers the rows of a block.
fn boosted(trees: &[GapTree], bias: &[f64], block: &[f64], columns: usize, raw: &mut [f64]) {
    let outputs = bias.len();
    raw.chunks_exact_mut(outputs).for_each(|row| row.copy_from_slice(bias));
    for (number, tree) in trees.iter().enumerate() {
        let output = number % outputs;
        for (place, row) in raw.chunks_exact_mut(outputs).enumerate() {
            let values = &block[place * columns..(place + 1) * columns];
            row[output] += tree.answer(|column| values[column]);
        }
    }
}

fn link(op: &Op) -> Link {
    match op {
        Op::Linear { link, .. } | Op::Trees { link, .. } | Op::Boosted { link, .. } => *link,
        _ => Link::Identity,
    }
}

impl Link {
    /// Turns the raw outputs of a row into its answer.
    pub fn apply(self, outputs: &mut [f64]) {
        match self {
            Link::Identity => {}
            Link::Sigmoid => outputs.iter_mut().for_each(|output| *output = float::sigmoid(*output)),
            Link::Exp => outputs.iter_mut().for_each(|output| *output = float::exp(*output)),
            Link::Softmax => {
                // Without the largest exp could overflow; with it taken out at least one term of the sum is 1.
                let largest = outputs.iter().fold(f64::NEG_INFINITY, |best, &output| if output > best { output } else { best });
                outputs.iter_mut().for_each(|output| *output = float::exp(*output - largest));
                let sum = outputs.iter().fold(0.0, |sum, output| sum + output);
                outputs.iter_mut().for_each(|output| *output /= sum);
            }
        }
    }
}

/// Whether the parts of a model fit together. A model file may come from anywhere, so that a list too short or a tree
/// that runs in circles must be a problem and not a crash.
fn check(op: &Op, columns: usize) -> Result<(), Problem> {
    let fits = match op {
        Op::Constant { values, into } => values.len() == into.len(),
        Op::Linear { columns: names, weights, bias, link, into } => {
            names.len() == columns
                && bias.len() == into.len()
                && weights.len() == into.len()
                && weights.iter().all(|weights| weights.len() == columns)
                && (*link == Link::Softmax || into.len() == 1)
        }
        Op::Trees { columns: names, trees, into, .. } => {
            names.len() == columns && !trees.is_empty() && !into.is_empty() && trees.iter().all(|tree| tree.fits(columns, into.len()))
        }
        Op::Boosted { columns: names, trees, bias, link, into } => {
            names.len() == columns
                && !trees.is_empty()
                && !into.is_empty()
                && bias.len() == into.len()
                && trees.len().is_multiple_of(into.len())
                && trees.iter().all(|tree| tree.fits(columns))
                && (*link == Link::Softmax || into.len() == 1)
        }
        Op::Neighbours { columns: names, nearest, into } => names.len() == columns && nearest.fits(columns, into.len()),
        Op::GaussianBayes { columns: names, classes, into } => {
            names.len() == columns && super::bayes::outputs(classes.len()) == into.len() && super::bayes::fits(classes, columns)
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(Problem::new(Stage::Ship, "plan.model_does_not_fit")) }
}

impl Tree {
    /// Whether the lists are of one length, every column is there, and children stand behind their parent, so that
    /// every way down ends.
    pub fn fits(&self, columns: usize, outputs: usize) -> bool {
        let nodes = self.feature.len();
        let node = |place: usize| {
            self.feature[place] == Self::LEAF
                || ((self.feature[place] as usize) < columns
                    && [self.left[place], self.right[place]].iter().all(|&child| place < child as usize && (child as usize) < nodes))
        };
        nodes > 0
            && self.outputs == outputs
            && [self.threshold.len(), self.left.len(), self.right.len(), self.cover.len()].iter().all(|&len| len == nodes)
            && Some(self.value.len()) == nodes.checked_mul(outputs)
            && (0..nodes).all(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::apply_op;
    use ndarray::arr2;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn stump(threshold: f64, below: f64, above: f64) -> Tree {
        Tree {
            feature: vec![1, Tree::LEAF, Tree::LEAF],
            threshold: vec![threshold, 0.0, 0.0],
            left: vec![1, 0, 0],
            right: vec![2, 0, 0],
            value: vec![0.5, below, above],
            cover: vec![2.0, 1.0, 1.0],
            outputs: 1,
        }
    }

    fn linear(link: Link, outputs: usize) -> Op {
        let weights = (0..outputs).map(|output| vec![1.0 + output as f64, -2.0]).collect();
        Op::Linear { columns: names(&["a", "b"]), weights, bias: vec![0.5; outputs], link, into: names(&["p", "q", "r"][..outputs]) }
    }

    fn trees(list: Vec<Tree>) -> Op {
        Op::Trees { columns: names(&["a", "b"]), trees: list, link: Link::Identity, into: names(&["p"]) }
    }

    fn boosted(list: Vec<(Tree, bool)>, link: Link, outputs: usize) -> Op {
        let trees = list.into_iter().map(|(tree, left)| GapTree { missing_left: vec![left; tree.feature.len()], tree }).collect();
        Op::Boosted { columns: names(&["a", "b"]), trees, bias: vec![0.5; outputs], link, into: names(&["p", "q", "r"][..outputs]) }
    }

    #[test]
    fn boosted_trees_add_up_and_know_where_a_missing_value_goes() {
        let x = arr2(&[[1.0, 0.0], [1.0, 20.0], [f64::NAN, f64::NAN]]);
        let op = boosted(vec![(stump(0.0, 1.0, 2.0), true), (stump(10.0, 4.0, 5.0), false)], Link::Identity, 1);
        assert_eq!(answer(&op, x.view()), Ok(arr2(&[[5.5], [7.5], [6.5]])));
        let op = boosted(vec![(stump(0.0, 1.0, 2.0), true), (stump(0.0, 3.0, 3.0), true)], Link::Softmax, 2);
        let p = answer(&op, x.view()).expect("it fits");
        let far = float::exp(-2.0);
        assert!((p[[0, 1]] - 1.0 / (1.0 + far)).abs() < 1e-15 && (p[[1, 1]] - 1.0 / (1.0 + float::exp(-1.0))).abs() < 1e-15, "{p}");
        // A list too short, a number of trees that is no multiple of the outputs.
        for op in [
            boosted(vec![(stump(0.0, 1.0, 2.0), true)], Link::Softmax, 2),
            boosted(vec![(stump(0.0, 1.0, 2.0), true), (stump(0.0, 1.0, 2.0), true)], Link::Identity, 2),
            boosted(vec![], Link::Identity, 1),
        ] {
            assert!(answer(&op, x.view()).is_err());
        }
        let Op::Boosted { columns, mut trees, bias, link, into } = boosted(vec![(stump(0.0, 1.0, 2.0), true)], Link::Identity, 1) else {
            panic!("boosted trees")
        };
        trees[0].missing_left.pop();
        assert!(answer(&Op::Boosted { columns, trees, bias, link, into }, x.view()).is_err());
    }

    #[test]
    fn a_table_and_a_matrix_give_the_same_answer() {
        let many: Vec<f64> = (0..700).map(|row| f64::from(row) / 7.0 - 50.0).collect();
        let table = Table::new(vec![Column::number("b", many.clone()), Column::number("a", vec![1.0; 700])]);
        let x = Array2::from_shape_fn((700, 2), |(row, column)| if column == 0 { 1.0 } else { many[row] });
        for op in [
            Op::Constant { values: vec![0.25], into: names(&["p"]) },
            linear(Link::Sigmoid, 1),
            linear(Link::Softmax, 3),
            trees(vec![stump(0.0, 1.0, 2.0), stump(10.0, 4.0, 5.0)]),
            boosted(vec![(stump(0.0, 1.0, 2.0), true), (stump(10.0, 4.0, 5.0), false)], Link::Sigmoid, 1),
        ] {
            let mut table = table.clone();
            apply_op(&op, &mut table).expect("it fits");
            let answer = answer(&op, x.view()).expect("it fits");
            for (output, column) in table.columns()[2..].iter().enumerate() {
                assert_eq!(column.numbers().expect("numbers"), answer.column(output).to_vec());
            }
        }
    }

    #[test]
    fn links_and_means() {
        let x = arr2(&[[1.0, 0.0], [1.0, 20.0]]);
        assert_eq!(answer(&linear(Link::Identity, 1), x.view()), Ok(arr2(&[[1.5], [-38.5]])));
        let p = answer(&linear(Link::Softmax, 3), x.view()).expect("it fits");
        assert!(p.rows().into_iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-15), "{p}");
        let mean = trees(vec![stump(0.0, 1.0, 2.0), stump(10.0, 4.0, 5.0)]);
        assert_eq!(answer(&mean, x.view()), Ok(arr2(&[[2.5], [3.5]])));
        // Scores far out neither overflow nor vanish into a NaN.
        let mut far = [1e6, -1e6, 1e6];
        Link::Softmax.apply(&mut far);
        assert_eq!(far, [0.5, 0.0, 0.5]);
    }

    #[test]
    fn a_missing_value_has_no_answer_and_no_rows_have_none() {
        let missing = arr2(&[[f64::NAN, 0.0]]);
        for op in [linear(Link::Sigmoid, 1), linear(Link::Softmax, 2), trees(vec![stump(0.0, 1.0, 2.0)])] {
            assert!(answer(&op, missing.view()).expect("it fits").iter().all(|value| value.is_nan()));
            assert_eq!(answer(&op, Array2::zeros((0, 2)).view()).expect("it fits").nrows(), 0);
        }
    }

    #[test]
    fn a_broken_model_is_a_problem() {
        let broken = [
            Tree { left: vec![0, 0, 0], ..stump(0.0, 1.0, 2.0) },
            Tree { right: vec![9, 0, 0], ..stump(0.0, 1.0, 2.0) },
            Tree { feature: vec![2, Tree::LEAF, Tree::LEAF], ..stump(0.0, 1.0, 2.0) },
            Tree { value: vec![1.0], ..stump(0.0, 1.0, 2.0) },
            Tree { outputs: usize::MAX, ..stump(0.0, 1.0, 2.0) },
            Tree::default(),
        ];
        let x = arr2(&[[1.0, 0.0]]);
        for tree in broken {
            assert!(answer(&trees(vec![tree.clone()]), x.view()).is_err(), "{tree:?}");
        }
        assert!(answer(&trees(vec![]), x.view()).is_err());
        assert!(answer(&linear(Link::Identity, 2), x.view()).is_err());
        assert!(answer(&linear(Link::Sigmoid, 1), arr2(&[[1.0]]).view()).is_err());
        let constant = Op::Constant { values: vec![1.0, 2.0], into: names(&["p"]) };
        assert!(apply_op(&constant, &mut Table::new(vec![Column::number("a", vec![1.0])])).is_err());
    }
}
