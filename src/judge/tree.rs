//! A fitted decision tree as people read it: the questions near the root in the words and units of the table, and how many
//! rows and what answer each node has.

use crate::plan::{Link, Op, Plan, Tree, expression};
use serde::{Deserialize, Serialize};

/// Nodes further from the root than this are only counted.
pub const DEEPEST: usize = 5;

/// More levels than this are not named in a question.
const MOST_LEVELS: usize = 3;

/// A tree in numbers and questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeFacts {
    /// All its leaves.
    pub leaves: usize,
    /// Questions on the longest way from the root to a leaf.
    pub depth: usize,
    /// The nodes at most [`DEEPEST`] questions below the root, the root first, each before those below it, yes before no.
    pub nodes: Vec<NodeFacts>,
}

/// A node of a tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeFacts {
    /// Questions above it.
    pub depth: usize,
    /// The rows learned from that came through it, each by its weight.
    pub rows: f64,
    /// What it answers: the share of the positive class, of each of several classes, or the mean.
    pub value: Vec<f64>,
    /// What it asks; nothing at a leaf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// The places among the nodes where yes and no lead, where these are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<[usize; 2]>,
    /// Nodes below it, listed or not.
    pub below: usize,
}

/// What a node asks of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The column of the table; or, where the preparation made another of it, the prepared column.
    pub column: String,
    /// What is asked of its value.
    pub asks: Asks,
}

/// What is asked of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Asks {
    /// Is it at most this? In the column's own unit, unless the column is one of the table whose values the preparation
    /// replaced by others: then `prepared`.
    AtMost { value: f64, prepared: bool },
    /// Is it less than this?
    Below { value: f64, prepared: bool },
    /// Is it one of these levels?
    Among(Vec<String>),
    /// Is it missing?
    Missing,
    /// Is it less than the first or more than the second?
    Outside(f64, f64),
}

impl TreeFacts {
    /// The only tree of a plan; nothing where another model predicts, or several trees do. What calibration does behind the
    /// tree is not looked at: the answers are those of the tree.
    pub fn of(plan: &Plan) -> Option<Self> {
        let place = plan.ops.iter().rposition(|op| !matches!(op, Op::Calibrate { .. }))?;
        let Op::Trees { columns, trees, link: Link::Identity, .. } = &plan.ops[place] else { return None };
        let [tree] = trees.as_slice() else { return None };
        if !tree.fits(columns.len(), tree.outputs) {
            return None;
        }
        // Children stand behind their parents, so that a walk from the end knows what is below.
        let count = tree.feature.len();
        let (mut below, mut deepest) = (vec![0; count], vec![0; count]);
        for node in (0..count).rev().filter(|&node| tree.feature[node] != Tree::LEAF) {
            let (left, right) = (tree.left[node] as usize, tree.right[node] as usize);
            below[node] = below[left] + below[right] + 2;
            deepest[node] = deepest[left].max(deepest[right]) + 1;
        }
        let mut reading = Reading { plan, prepared: &plan.ops[..place], columns, tree, below: &below, nodes: Vec::new() };
        reading.read(0, 0);
        Some(Self { leaves: below[0] / 2 + 1, depth: deepest[0], nodes: reading.nodes })
    }
}

struct Reading<'a> {
    plan: &'a Plan,
    /// What is done to the columns before the tree.
    prepared: &'a [Op],
    columns: &'a [String],
    tree: &'a Tree,
    below: &'a [usize],
    nodes: Vec<NodeFacts>,
}

impl Reading<'_> {
    /// Lists a node and those below it; gives its place.
    fn read(&mut self, node: usize, depth: usize) -> usize {
        let (tree, place) = (self.tree, self.nodes.len());
        let asked = (tree.feature[node] != Tree::LEAF)
            .then(|| asked(self.plan, self.prepared, &self.columns[tree.feature[node] as usize], tree.threshold[node]));
        self.nodes.push(NodeFacts {
            depth,
            rows: tree.cover[node],
            value: tree.values(node).to_vec(),
            question: asked.as_ref().map(|(question, _)| question.clone()),
            next: None,
            below: self.below[node],
        });
        if let (Some((_, yes_is_left)), true) = (asked, depth < DEEPEST) {
            let (left, right) = (tree.left[node] as usize, tree.right[node] as usize);
            let (yes, no) = if yes_is_left { (left, right) } else { (right, left) };
            let yes = self.read(yes, depth + 1);
            let no = self.read(no, depth + 1);
            self.nodes[place].next = Some([yes, no]);
        }
        place
    }
}

/// What "is the prepared column at most this" asks of the table, and whether yes is that side. Followed back are scaling,
/// bounds, bins and gaps that are filled, through which a threshold can be read, up to the column of the table or to the step
/// that made the column from others.
fn asked(plan: &Plan, prepared: &[Op], column: &str, threshold: f64) -> (Question, bool) {
    let (mut name, mut limit, mut is_open) = (column.to_owned(), threshold, false);
    // Whether the values are others than those of the column of the table that has this name.
    let mut is_prepared = false;
    let question = |column: &str, asks: Asks| Question { column: column.to_owned(), asks };
    let is_switch = |limit: f64| (0.0..1.0).contains(&limit);
    for op in prepared.iter().rev() {
        match op {
            Op::Scale { column, shift, scale } if *column == name && *scale > 0.0 => limit = limit * scale + shift,
            Op::Clip { column, low, high } if *column == name && (*low..*high).contains(&limit) => {}
            Op::Bin { column, edges, into } if *into == name && !is_open && limit >= 0.0 && (limit as usize) < edges.len() => {
                // At most so many edges are at or below it: it is below the next one.
                (limit, is_open) = (edges[limit as usize], true);
                name.clone_from(column);
            }
            Op::Derive { formula, into } if *into == name && copied(plan, formula).is_some() => {
                name = copied(plan, formula).unwrap_or(name);
            }
            Op::OneHot { column, levels, into } if into.contains(&name) && is_switch(limit) => {
                let level = into.iter().position(|into| *into == name).and_then(|place| levels.get(place)).cloned().unwrap_or_default();
                let asks = if level.is_empty() { Asks::Missing } else { Asks::Among(vec![level]) };
                return (question(column, asks), false);
            }
            Op::MarkMissing { column, into } if *into == name && is_switch(limit) => return (question(column, Asks::Missing), false),
            Op::MarkOutside { column, low, high, into } if *into == name && is_switch(limit) => {
                return (question(column, Asks::Outside(*low, *high)), false);
            }
            Op::Lookup { column, into, .. } if *into == name => {
                if let Some((levels, yes_is_left)) = looked_up(op, limit) {
                    return (question(column, Asks::Among(levels)), yes_is_left);
                }
                is_prepared = true;
                break;
            }
            Op::Scale { column: into, .. }
            | Op::Clip { column: into, .. }
            | Op::Bin { into, .. }
            | Op::MarkOutside { into, .. }
            | Op::MarkMissing { into, .. }
            | Op::DatePart { into, .. }
            | Op::Derive { into, .. }
                if *into == name =>
            {
                is_prepared = true;
                break;
            }
            Op::OneHot { into, .. } | Op::Project { into, .. } if into.contains(&name) => {
                is_prepared = true;
                break;
            }
            _ => {}
        }
    }
    // A column of another name than the table's has no other unit than its own.
    let prepared = is_prepared && plan.inputs.iter().any(|input| input.name == name);
    let asks = if is_open { Asks::Below { value: limit, prepared } } else { Asks::AtMost { value: limit, prepared } };
    (question(&name, asks), true)
}

/// The column of the table that a formula is nothing but.
fn copied(plan: &Plan, formula: &str) -> Option<String> {
    plan.inputs.iter().find(|input| expression::quote(&input.name) == formula).map(|input| input.name.clone())
}

/// The levels whose number is at most this (true) or above it (false), where these are few and neither levels that nobody has
/// seen nor missing values go with them.
fn looked_up(op: &Op, limit: f64) -> Option<(Vec<String>, bool)> {
    let Op::Lookup { column, levels, values, other, missing, into } = op else { return None };
    let is_on = |side: bool| move |value: f64| (value <= limit) == side;
    // Levels that were put together are known by the name that their column got.
    if let Some(level) = into.strip_prefix(column.as_str()).and_then(|rest| rest.strip_prefix('='))
        && (0.0..1.0).contains(&limit)
    {
        return Some((vec![level.to_owned()], false));
    }
    [true, false].into_iter().find_map(|side| {
        let is_alone = !other.is_some_and(is_on(side)) && !missing.is_some_and(is_on(side));
        let sided = levels.iter().zip(values).filter(|(_, value)| is_on(side)(**value));
        let sided: Vec<String> = sided.map(|(level, _)| level.clone()).collect();
        (is_alone && (1..=MOST_LEVELS).contains(&sided.len())).then_some((sided, side))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Input, Output};
    use crate::table::Kind;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn plan(mut ops: Vec<Op>, columns: &[&str], tree: Tree) -> Plan {
        let input = |name: &&str| Input { name: (*name).to_owned(), kind: Kind::Number };
        let into = names(&["p"]);
        ops.push(Op::Trees { columns: names(columns), trees: vec![tree], link: Link::Identity, into });
        Plan { inputs: ["age", "sex", "port"].iter().map(input).collect(), ops, output: Output::Regression { column: "p".to_owned() } }
    }

    fn stump(threshold: f64) -> Tree {
        Tree {
            feature: vec![0, Tree::LEAF, Tree::LEAF],
            threshold: vec![threshold, 0.0, 0.0],
            left: vec![1, 0, 0],
            right: vec![2, 0, 0],
            value: vec![0.4, 0.25, 0.5],
            cover: vec![10.0, 4.0, 6.0],
            outputs: 1,
        }
    }

    /// The question of a stump on a prepared column, and the value that yes leads to.
    fn asked_after(ops: Vec<Op>, column: &str, threshold: f64) -> (String, Asks, f64) {
        let facts = TreeFacts::of(&plan(ops, &[column], stump(threshold))).expect("a tree");
        let Question { column, asks } = facts.nodes[0].question.clone().expect("a question");
        (column, asks, facts.nodes[facts.nodes[0].next.expect("both ways")[0]].value[0])
    }

    #[test]
    fn questions_are_about_the_table() {
        let scale = |column: &str, shift, scale| Op::Scale { column: column.to_owned(), shift, scale };
        let at_most = |value, prepared| Asks::AtMost { value, prepared };
        let age = || "age".to_owned();
        assert_eq!(asked_after(vec![], "age", 30.5), (age(), at_most(30.5, false), 0.25));
        let fill = Op::FillNumber { column: age(), value: 28.0 };
        assert_eq!(
            asked_after(vec![fill, scale("age", 30.0, 2.0), scale("age", 1.0, 4.0)], "age", 0.5),
            (age(), at_most(36.0, false), 0.25)
        );
        let clip = |low, high| Op::Clip { column: age(), low, high };
        assert_eq!(asked_after(vec![clip(0.0, 80.0)], "age", 30.0).1, at_most(30.0, false));
        assert_eq!(asked_after(vec![clip(0.0, 80.0)], "age", 90.0).1, at_most(90.0, true));
        let bin = Op::Bin { column: age(), edges: vec![10.0, 20.0, 30.0], into: age() };
        assert_eq!(asked_after(vec![scale("age", 1.0, 2.0), bin], "age", 1.5).1, Asks::Below { value: 41.0, prepared: false });
        let log = Op::Derive { formula: "log1p(age)".to_owned(), into: age() };
        assert_eq!(asked_after(vec![log.clone(), scale("age", 1.0, 2.0)], "age", 1.5).1, at_most(4.0, true));
        // A bin that is filled up to the value, and one more step.
        let copy = Op::Derive { formula: "age".to_owned(), into: "age~2".to_owned() };
        let filled =
            vec![copy, scale("age~2", 20.0, 10.0), Op::Clip { column: "age~2".to_owned(), low: 0.0, high: 1.0 }, scale("age~2", 0.5, 0.25)];
        assert_eq!(asked_after(filled, "age~2", -1.0), (age(), at_most(22.5, false), 0.25));
        let other = Op::Derive { formula: "age * 2".to_owned(), into: "twice".to_owned() };
        assert_eq!(asked_after(vec![other], "twice", 61.0), ("twice".to_owned(), at_most(61.0, false), 0.25));
        let mark = Op::MarkMissing { column: age(), into: "age_missing".to_owned() };
        assert_eq!(asked_after(vec![mark, scale("age_missing", 0.2, 0.4)], "age_missing", 0.75), (age(), Asks::Missing, 0.5));
        let mark = Op::MarkOutside { column: age(), low: 1.0, high: 80.0, into: "odd".to_owned() };
        assert_eq!(asked_after(vec![mark], "odd", 0.5), (age(), Asks::Outside(1.0, 80.0), 0.5));
    }

    #[test]
    fn questions_about_categories_name_levels() {
        let among = |levels: &[&str]| Asks::Among(names(levels));
        let sex = || "sex".to_owned();
        let one_hot = Op::OneHot { column: sex(), levels: names(&["", "female"]), into: names(&["sex=", "sex=female"]) };
        assert_eq!(asked_after(vec![one_hot.clone()], "sex=female", 0.5), (sex(), among(&["female"]), 0.5));
        assert_eq!(asked_after(vec![one_hot], "sex=", 0.5), (sex(), Asks::Missing, 0.5));
        let lookup = |other, missing, into: &str| Op::Lookup {
            column: "port".to_owned(),
            levels: names(&["C", "Q", "S", "T", "U"]),
            values: vec![0.0, 1.0, 2.0, 3.0, 4.0],
            other,
            missing,
            into: into.to_owned(),
        };
        assert_eq!(asked_after(vec![lookup(Some(5.0), None, "port")], "port", 0.5), ("port".to_owned(), among(&["C"]), 0.25));
        // What nobody has seen is not asked about by name: too many levels are left on the other side.
        let prepared = Asks::AtMost { value: 3.5, prepared: true };
        assert_eq!(asked_after(vec![lookup(Some(5.0), None, "port")], "port", 3.5).1, prepared);
        assert_eq!(asked_after(vec![lookup(None, Some(-1.0), "port")], "port", 1.5).1, among(&["S", "T", "U"]));
        assert_eq!(
            asked_after(vec![lookup(Some(0.0), Some(0.0), "port=other")], "port=other", 0.5),
            ("port".to_owned(), among(&["other"]), 0.5)
        );
    }

    #[test]
    fn what_is_further_down_is_counted() {
        // A chain of 1,000 leaves to the right: each node asks, its left child is a leaf.
        let count = 1999;
        let mut tree = Tree { outputs: 1, ..Tree::default() };
        for node in 0..count {
            let asks = node % 2 == 0 && node + 2 < count;
            tree.feature.push(if asks { 0 } else { Tree::LEAF });
            tree.threshold.push(node as f64);
            tree.left.push(if asks { node as u32 + 1 } else { 0 });
            tree.right.push(if asks { node as u32 + 2 } else { 0 });
            tree.value.push(node as f64);
            tree.cover.push((count - node) as f64);
        }
        let facts = TreeFacts::of(&plan(vec![], &["age"], tree)).expect("a tree");
        assert_eq!((facts.leaves, facts.depth, facts.nodes.len()), (1000, 999, 2 * DEEPEST + 1));
        let last = facts.nodes.last().expect("a node");
        assert_eq!((last.depth, last.below, last.next, last.question.is_some()), (DEEPEST, 1998 - 2 * DEEPEST, None, true));
        assert!(facts.nodes.iter().filter_map(|node| node.next).all(|[yes, no]| yes < no && no < facts.nodes.len()));
        let leaf = Tree {
            feature: vec![Tree::LEAF],
            threshold: vec![0.0],
            left: vec![0],
            right: vec![0],
            value: vec![3.0],
            cover: vec![7.0],
            outputs: 1,
        };
        let facts = TreeFacts::of(&plan(vec![], &["age"], leaf)).expect("a tree");
        assert_eq!((facts.leaves, facts.depth, facts.nodes.len(), facts.nodes[0].below), (1, 0, 1, 0));
    }

    #[test]
    fn only_a_tree_alone_is_read() {
        let mut forest = plan(vec![], &["age"], stump(1.0));
        let Some(Op::Trees { trees, .. }) = forest.ops.last_mut() else { panic!("trees") };
        trees.push(stump(2.0));
        assert_eq!(TreeFacts::of(&forest), None);
        let mut broken = stump(1.0);
        broken.left[0] = 9;
        assert_eq!(TreeFacts::of(&plan(vec![], &["age"], broken)), None);
        let none = Plan { ops: vec![], ..forest };
        assert_eq!(TreeFacts::of(&none), None);
    }
}
