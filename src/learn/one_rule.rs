//! One rule: the single column that tells classes apart best on its own. Often surprisingly good, and what every model
//! that is harder to read has to beat.

use super::{Fit, Kind, Model, Target, TrainingSet, rows};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::plan::{Link, Op, Tree};
use serde::Deserialize;

/// Holte's 1R (Very simple classification rules perform well on most commonly used datasets, Machine Learning 11, 1993).
///
/// The rows are sorted by a column and cut into bins from the lowest value up: a bin is closed as soon as one class has
/// `min_bucket` rows in it (by weight), the next row is of another class than the bin's most common one, and has another
/// value. Neighbouring bins with the same most common class become one. Of all columns the one is kept whose bins' most
/// common classes are wrong least often on the training rows, the first of equally good ones. The answer is the shares of
/// the classes in the row's bin.
pub static ONE_RULE: Kind = Kind { id: "one_rule", tasks: &[Task::Binary, Task::Multiclass], takes_missing: false, fields, start };

/// Rows in a slice, times their columns and the logarithm of their number; about ten milliseconds.
const WORK: usize = 500_000;

fn fields() -> Vec<Field> {
    vec![Field::integer("min_bucket", 6, 1, 1_000_000)]
}

#[derive(Deserialize)]
struct Settings {
    min_bucket: usize,
}

/// The bins of a column.
struct Rule {
    column: usize,
    /// Between neighbouring bins; ascending.
    cuts: Vec<f64>,
    /// For each bin the weight of each class.
    bins: Vec<Vec<f64>>,
    /// The weight of the rows that are not of their bin's most common class.
    wrong: f64,
}

struct OneRule {
    set: TrainingSet,
    least: f64,
    row_weights: Vec<f64>,
    best: Option<Rule>,
    next: usize,
    work: usize,
}

fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    Ok(Box::new(begin(params, set)?))
}

fn begin(params: &Params, set: TrainingSet) -> Result<OneRule, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Learn, "model.one_rule")?;
    rows::check(&set)?;
    rows::check_classes(&set)?;
    if set.columns.is_empty() {
        return Err(Problem::new(Stage::Learn, "learn.no_columns"));
    }
    let row_weights = rows::weights(&set);
    Ok(OneRule { least: settings.min_bucket as f64, row_weights, set, best: None, next: 0, work: WORK })
}

/// The first of the largest.
fn most(weights: &[f64]) -> usize {
    (1..weights.len()).fold(0, |best, class| if weights[class] > weights[best] { class } else { best })
}

impl OneRule {
    fn rule(&self, column: usize) -> Option<Rule> {
        let Target::Classes { codes, count } = &self.set.y else { return None };
        let values = self.set.x.column(column);
        let mut order: Vec<usize> = (0..codes.len()).filter(|&row| self.row_weights[row] > 0.0).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
        // Rows of one value go together: their classes are counted before any of them can close a bin.
        let same: Vec<&[usize]> = order.chunk_by(|&a, &b| values[a] == values[b]).collect();
        let mut rule = Rule { column, cuts: Vec::new(), bins: Vec::new(), wrong: 0.0 };
        let mut bin = vec![0.0; *count];
        for (place, rows) in same.iter().enumerate() {
            rows.iter().for_each(|&row| bin[codes[row] as usize] += self.row_weights[row]);
            let Some(next) = same.get(place + 1) else { break };
            let class = most(&bin);
            let goes_on = next.iter().all(|&row| codes[row] as usize == class);
            if bin[class] < self.least || goes_on {
                continue;
            }
            rule.cuts.push(middle(values[rows[0]], values[next[0]]));
            rule.bins.push(std::mem::replace(&mut bin, vec![0.0; *count]));
        }
        rule.bins.push(bin);
        rule.merge();
        let wrong =
            |bin: &Vec<f64>| bin.iter().enumerate().fold(0.0, |sum, (class, weight)| if class == most(bin) { sum } else { sum + weight });
        rule.wrong = rule.bins.iter().map(wrong).fold(0.0, |sum, wrong| sum + wrong);
        Some(rule)
    }

    fn model(&self) -> Model {
        let Some(rule) = &self.best else { return Model::of(Vec::new()) };
        let outputs = self.set.outputs.len();
        let mut tree = Tree { outputs, ..Tree::default() };
        rule.grow(&mut tree, 0, rule.bins.len());
        let op = Op::Trees { columns: self.set.columns.clone(), trees: vec![tree], link: Link::Identity, into: self.set.outputs.clone() };
        let importance = (0..self.set.columns.len()).map(|column| f64::from(u8::from(column == rule.column))).collect();
        let total = self.row_weights.iter().fold(0.0, |sum, weight| sum + weight);
        let note = Problem::note(Stage::Learn, "learn.one_rule.column").with("column", &self.set.columns[rule.column]);
        let right = format!("{:.1}", 100.0 * (1.0 - rule.wrong / total));
        let notes = vec![note.with("bins", rule.bins.len()).with("right", right)];
        Model { importance: Some(importance), notes, ..Model::of(vec![op]) }
    }
}

/// Halfway between two numbers, the lower first: below the upper one even where there is no number between them.
fn middle(low: f64, high: f64) -> f64 {
    let middle = low / 2.0 + high / 2.0;
    if low <= middle && middle < high { middle } else { low }
}

impl Rule {
    /// Neighbouring bins of the same class become one.
    fn merge(&mut self) {
        let mut place = 1;
        while place < self.bins.len() {
            if most(&self.bins[place - 1]) == most(&self.bins[place]) {
                let bin = self.bins.remove(place);
                self.bins[place - 1].iter_mut().zip(bin).for_each(|(sum, weight)| *sum += weight);
                self.cuts.remove(place - 1);
            } else {
                place += 1;
            }
        }
    }

    /// The bins from `first` to before `end` as a tree that is cut in the middle again and again; gives its node.
    fn grow(&self, tree: &mut Tree, first: usize, end: usize) -> usize {
        let node = tree.feature.len();
        let mut sums = vec![0.0; self.bins[first].len()];
        for bin in &self.bins[first..end] {
            sums.iter_mut().zip(bin).for_each(|(sum, weight)| *sum += weight);
        }
        let cover = sums.iter().fold(0.0, |sum, weight| sum + weight);
        let shares = sums.iter().map(|weight| weight / cover).skip(usize::from(tree.outputs == 1));
        tree.value.extend(shares);
        tree.cover.push(cover);
        tree.feature.push(Tree::LEAF);
        tree.threshold.push(0.0);
        tree.left.push(0);
        tree.right.push(0);
        if end - first > 1 {
            let middle = first + (end - first) / 2;
            tree.feature[node] = self.column as u32;
            tree.threshold[node] = self.cuts[middle - 1];
            tree.left[node] = self.grow(tree, first, middle) as u32;
            tree.right[node] = self.grow(tree, middle, end) as u32;
        }
        node
    }
}

impl Job for OneRule {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let (columns, rows) = (self.set.x.ncols(), self.set.x.nrows());
        let count = (self.work / (rows * 8 + 1)).max(1);
        let end = columns.min(self.next + count);
        for column in self.next..end {
            let rule = self.rule(column);
            if let Some(rule) = rule.filter(|rule| self.best.as_ref().is_none_or(|best| rule.wrong < best.wrong)) {
                self.best = Some(rule);
            }
        }
        self.next = end;
        Ok(if end < columns { Advance::More(self.progress()) } else { Advance::Done(self.model()) })
    }
}

impl Fit for OneRule {
    fn progress(&self) -> Progress {
        Progress { done: self.next as u64, total: self.set.x.ncols() as u64 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{classes, made, with_columns};
    use super::*;
    use crate::plan::answer;
    use ndarray::{Array2, Axis, arr2};
    use serde_json::json;

    fn fit(params: serde_json::Value, set: TrainingSet) -> Model {
        start(params.as_object().expect("parameters"), set).expect("it starts").finish().expect("a model")
    }

    fn of(model: &Model, x: &Array2<f64>) -> Array2<f64> {
        answer(&model.ops[0], x.view()).expect("it fits")
    }

    /// The example of Witten and Frank, Data Mining, section 4.1: temperatures and whether one played, buckets of three.
    #[test]
    fn temperatures_of_the_textbook() {
        let temperature = [64.0, 65.0, 68.0, 69.0, 70.0, 71.0, 72.0, 72.0, 75.0, 75.0, 80.0, 81.0, 83.0, 85.0];
        let played = [1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0];
        let x = Array2::from_shape_fn((14, 2), |(row, column)| if column == 1 { 5.0 } else { temperature[row] });
        let model = fit(json!({"min_bucket": 3}), with_columns(classes(&played, 2), x));
        // yes no yes yes yes | no no yes yes yes | no yes yes no; the first two are both yes; the last is a tie, which the
        // first class takes. A constant column is wrong as often, and comes second.
        assert_eq!(model.importance, Some(vec![1.0, 0.0]));
        let Op::Trees { trees, .. } = &model.ops[0] else { panic!("a tree") };
        assert_eq!((trees[0].feature[0], trees[0].threshold[0], trees[0].cover.clone()), (0, 77.5, vec![14.0, 10.0, 4.0]));
        let p = of(&model, &arr2(&[[60.0, 5.0], [77.0, 5.0], [90.0, 5.0]]));
        assert_eq!(p, arr2(&[[0.7], [0.7], [0.5]]));
        assert_eq!(model.notes[0].message.args["right"], "64.3");
    }

    #[test]
    fn a_weight_is_a_row_repeated_and_slices_change_nothing() {
        for task in [Task::Binary, Task::Multiclass] {
            let set = made(task, 90, 3, 4);
            let weights: Vec<f64> = (0..90).map(|row| f64::from(row % 3)).collect();
            let rows: Vec<usize> = (0..90).flat_map(|row| vec![row; row % 3]).collect();
            let repeated = TrainingSet { x: set.x.select(Axis(0), &rows), y: set.y.take(&rows), ..set.clone() };
            let weighted = TrainingSet { weights: Some(weights), ..set.clone() };
            assert_eq!(fit(json!({}), weighted).ops, fit(json!({}), repeated).ops, "{task:?}");
            let mut slow = begin(&Params::new(), set.clone()).expect("it starts");
            slow.work = 1;
            assert_eq!(slow.finish().expect("a model"), fit(json!({}), set));
        }
    }

    #[test]
    fn extremes_end_in_a_rule_or_a_problem() {
        let x = arr2(&[[1e308, 7.0], [-1e308, 7.0]]);
        let p = of(&fit(json!({"min_bucket": 1}), with_columns(classes(&[0, 1], 2), x.clone())), &x);
        assert_eq!(p, arr2(&[[0.0], [1.0]]));
        // Two rows and buckets of six, or nothing but a constant: one bin.
        assert_eq!(of(&fit(json!({}), with_columns(classes(&[0, 1], 2), x.clone())), &x), arr2(&[[0.5], [0.5]]));
        assert_eq!(middle(1.0, 1.0 + f64::EPSILON), 1.0);
        let refused = |set| start(&Params::new(), set).err().map(|problem| problem.message.id);
        assert_eq!(refused(with_columns(classes(&[1, 1], 2), x)).as_deref(), Some("learn.one_class"));
        assert_eq!(refused(classes(&[0, 1], 2)).as_deref(), Some("learn.no_columns"));
    }
}
