//! Linear support vector machines with squared losses, and probabilities from their decision values.

use super::fit::{LinearFit, Loss, Specification};
use super::platt;
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, Task, field};
use crate::learn::{Fit, Kind, Model, Target, TrainingSet, inner, rows};
use crate::plan::{Link, Op};
use crate::table::split::Fold;
use ndarray::Axis;
use serde::Deserialize;

/// With s the row weights, w the weights and b the intercept, which is penalised too (scikit-learn's
/// `LinearSVC(dual=False)` and `LinearSVR(loss='squared_epsilon_insensitive')`):
///
/// - classes, each against all others: (|w|^2 + b^2) / 2 + C sum s max(0, 1 - t f)^2, where f = xw + b and t is 1 for the
///   class and -1 for others; two classes need one such decision
/// - numbers: (|w|^2 + b^2) / 2 + C sum s max(0, |y - f| - epsilon)^2
///
/// A decision is no probability. It becomes one by a scale and a shift of each class under softmax (of two classes Platt's
/// sigmoid), fitted to decisions on rows of three inner folds, each made by machines that did not see them; units are
/// never parted. Scale and shifts are folded into the weights of the machine of all rows. Where there are too few rows for
/// folds the decisions on the training rows themselves are taken, with a note: probabilities are then too sure.
///
/// A constant column gets no weight: it would be a second intercept.
pub static SVM: Kind = Kind { id: "svm", tasks: &[Task::Binary, Task::Multiclass, Task::Regression], takes_missing: false, fields, start };

/// Inner folds.
const FOLDS: usize = 3;

fn fields() -> Vec<Field> {
    vec![
        Field::log_number("c", 1.0, 1e-6, 1e6),
        Field::number("epsilon", 0.0, 0.0, 1e12),
        Field::flag("balanced", false),
        Field::integer("max_iterations", 500, 1, 100_000),
    ]
}

#[derive(Deserialize)]
struct Settings {
    c: f64,
    epsilon: f64,
    balanced: bool,
    max_iterations: usize,
}

/// The machines that are needed, one after the other.
struct Machines {
    set: TrainingSet,
    settings: Settings,
    row_weights: Vec<f64>,
    /// The classes that a decision is made for; for numbers one entry.
    decisions: Vec<u32>,
    folds: Option<Vec<Fold>>,
    current: Option<LinearFit>,
    next: usize,
    /// The decisions on rows of the folds: rows x decisions.
    scores: Vec<f64>,
    /// The machines of all rows.
    machines: Vec<(Vec<f64>, f64)>,
    notes: Vec<Problem>,
}

fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Learn, "model.svm")?;
    rows::check(&set)?;
    rows::check_classes(&set)?;
    let row_weights = if settings.balanced { rows::balanced(&set) } else { rows::weights(&set) };
    let (decisions, folds) = match &set.y {
        Target::Values(_) => (vec![0], None),
        Target::Classes { codes, count } => {
            let sums = rows::class_weights(codes, *count, &row_weights);
            let present = (0..*count as u32).filter(|&class| sums[class as usize] > 0.0);
            // Of two classes the positive one is decided; its opposite is the other.
            let decisions = if *count == 2 { vec![1] } else { present.collect() };
            (decisions, inner::divided(&set, &row_weights, FOLDS))
        }
    };
    let scores = vec![0.0; set.y.len() * decisions.len()];
    Ok(Box::new(Machines {
        set,
        settings,
        row_weights,
        decisions,
        folds,
        current: None,
        next: 0,
        scores,
        machines: Vec::new(),
        notes: Vec::new(),
    }))
}

impl Machines {
    /// Machines for each decision: one for each fold, and the one of all rows.
    fn each(&self) -> usize {
        self.folds.as_ref().map_or(0, Vec::len) + 1
    }

    /// The decision and, where it is not the machine of all rows, the fold of the next machine.
    fn place(&self) -> (usize, Option<usize>) {
        let (decision, fold) = (self.next / self.each(), self.next % self.each());
        (decision, (fold + 1 < self.each()).then_some(fold))
    }

    fn begin(&self) -> LinearFit {
        let (decision, fold) = self.place();
        let (set, settings) = (&self.set, &self.settings);
        let chosen = fold.and_then(|fold| self.folds.as_ref()?.get(fold)).map(|fold| &fold.train);
        let (x, target, row_weights) = match chosen {
            None => (set.x.clone(), set.y.clone(), self.row_weights.clone()),
            Some(rows) => {
                (set.x.select(Axis(0), rows), set.y.take(rows), rows.iter().map(|&row| self.row_weights[row]).collect::<Vec<f64>>())
            }
        };
        let loss = match target {
            Target::Values(_) => Loss::Tube { half: settings.epsilon },
            Target::Classes { .. } => Loss::Margin { class: self.decisions[decision] },
        };
        let specification = Specification {
            columns: set.columns.clone(),
            outputs: vec![String::new()],
            target,
            row_weights,
            square: 1.0 / settings.c,
            absolute: 0.0,
            max_iterations: settings.max_iterations,
            counts: false,
            loss,
        };
        LinearFit::new(x, specification)
    }

    /// Takes a fitted machine in.
    fn take(&mut self, model: Model) {
        let (decision, fold) = self.place();
        let Some(Op::Linear { mut weights, bias, .. }) = model.ops.into_iter().next() else { return };
        let (weights, bias) = (weights.swap_remove(0), bias[0]);
        let width = self.decisions.len();
        if let Some(fold) = fold.and_then(|fold| self.folds.as_ref()?.get(fold)) {
            for &row in &fold.test {
                self.scores[row * width + decision] = decide(self.set.x.row(row), &weights, bias);
            }
            return;
        }
        if self.folds.is_none() && matches!(self.set.y, Target::Classes { .. }) {
            for row in 0..self.set.y.len() {
                self.scores[row * width + decision] = decide(self.set.x.row(row), &weights, bias);
            }
        }
        for note in model.notes {
            if !self.notes.iter().any(|known| known.message.id == note.message.id) {
                self.notes.push(note);
            }
        }
        self.machines.push((weights, bias));
    }

    fn model(&mut self) -> Model {
        let columns = self.set.columns.len();
        let (weights, bias, link) = match &self.set.y {
            Target::Values(_) => {
                let (weights, bias) = self.machines.swap_remove(0);
                (vec![weights], vec![bias], Link::Identity)
            }
            Target::Classes { codes, count } => {
                if self.folds.is_none() {
                    self.notes.push(Problem::warning(Stage::Learn, "learn.svm.few_rows"));
                }
                let width = self.decisions.len();
                let wide = |row: usize, class: usize| match self.decisions.iter().position(|&decision| decision as usize == class) {
                    Some(place) => self.scores[row * width + place],
                    None => 0.0,
                };
                let wide = &wide;
                let scores: Vec<f64> = (0..codes.len()).flat_map(|row| (0..*count).map(move |class| wide(row, class))).collect();
                let scaling = platt::scaling(&scores, codes, *count, &self.row_weights);
                let scaled = |(weights, bias): &(Vec<f64>, f64), shift: f64| {
                    (weights.iter().map(|weight| scaling.factor * weight).collect::<Vec<f64>>(), scaling.factor * bias + shift)
                };
                if *count == 2 {
                    let (weights, bias) = scaled(&self.machines[0], scaling.shifts[1] - scaling.shifts[0]);
                    (vec![weights], vec![bias], Link::Sigmoid)
                } else {
                    let of = |class: usize| match self.decisions.iter().position(|&decision| decision as usize == class) {
                        Some(place) => scaled(&self.machines[place], scaling.shifts[class]),
                        None => (vec![0.0; columns], super::fit::NEVER),
                    };
                    if width < *count {
                        self.notes.push(Problem::warning(Stage::Learn, "learn.absent_classes").with("count", count - width));
                    }
                    let (weights, bias) = (0..*count).map(of).unzip();
                    (weights, bias, Link::Softmax)
                }
            }
        };
        let importance = (0..columns).map(|column| match weights.as_slice() {
            [only] => only[column],
            several => several.iter().fold(0.0, |sum: f64, weights: &Vec<f64>| sum + weights[column] * weights[column]).sqrt(),
        });
        let (importance, notes) = (Some(importance.collect()), std::mem::take(&mut self.notes));
        let op = Op::Linear { columns: self.set.columns.clone(), weights, bias, link, into: self.set.outputs.clone() };
        Model { importance, notes, ..Model::of(vec![op]) }
    }
}

fn decide(row: ndarray::ArrayView1<f64>, weights: &[f64], bias: f64) -> f64 {
    row.iter().zip(weights).fold(bias, |sum, (value, weight)| sum + value * weight)
}

impl Job for Machines {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        if self.next == self.each() * self.decisions.len() {
            return Ok(Advance::Done(self.model()));
        }
        match &mut self.current {
            None => self.current = Some(self.begin()),
            Some(fit) => {
                if let Advance::Done(model) = fit.advance()? {
                    self.current = None;
                    self.take(model);
                    self.next += 1;
                }
            }
        }
        Ok(Advance::More(self.progress()))
    }
}

impl Fit for Machines {
    fn progress(&self) -> Progress {
        const UNIT: u64 = 1000;
        let within = self.current.as_ref().map_or(0, |fit| (UNIT as f64 * fit.progress().share()) as u64);
        Progress { done: self.next as u64 * UNIT + within, total: (self.each() * self.decisions.len()) as u64 * UNIT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Task;
    use crate::learn::samples::{classes, made, numbers, with_columns};
    use crate::plan::answer;
    use ndarray::{Array2, arr2};
    use serde_json::{Value, json};

    fn fit(params: Value, set: TrainingSet) -> Model {
        start(params.as_object().expect("parameters"), set).expect("it starts").finish().expect("a model")
    }

    fn of(model: &Model, x: &Array2<f64>) -> Array2<f64> {
        answer(&model.ops[0], x.view()).expect("it fits")
    }

    fn list(value: &Value) -> Vec<f64> {
        value.as_array().expect("a list").iter().flat_map(|item| item.as_f64().map_or_else(|| list(item), |number| vec![number])).collect()
    }

    /// The figures of scikit-learn's `LinearSVC`, `LinearSVR` and `_SigmoidCalibration`, with the rows that they are of.
    fn figures() -> Value {
        let text = include_str!("../../../tests/reference/figures/classical.made.json");
        serde_json::from_str::<Value>(text).expect("JSON")["figures"].clone()
    }

    fn rows_of(figures: &Value, answer: &str, weighted: bool) -> TrainingSet {
        let codes = || list(&figures[answer]).iter().map(|&code| code as u32).collect::<Vec<u32>>();
        let set = match answer {
            "two" => classes(&codes(), 2),
            "three" => classes(&codes(), 3),
            _ => numbers(&list(&figures["numbers"])),
        };
        let x = Array2::from_shape_vec((set.y.len(), 4), list(&figures["x"])).expect("rows");
        TrainingSet { weights: weighted.then(|| list(&figures["weights"])), ..with_columns(set, x) }
    }

    fn close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
        assert_eq!(got.len(), want.len(), "{what}");
        let off = |(got, want): (&f64, &f64)| (got - want).abs() / if want.abs() > 1.0 { want.abs() } else { 1.0 };
        let largest = got.iter().zip(want).map(off).fold(0.0, |most, off| if off > most { off } else { most });
        assert!(largest <= tolerance, "{what}: {largest:e}\n{got:?}\n{want:?}");
    }

    #[test]
    fn decisions_are_those_of_the_reference() {
        let figures = figures();
        let queries = Array2::from_shape_vec((12, 4), list(&figures["queries"])).expect("rows");
        for theirs in figures["svm"].as_array().expect("a list") {
            let (c, weighted) = (theirs["c"].as_f64().expect("a number"), theirs["weighted"] == true);
            let decide = |answer: &str, loss: Loss| {
                let set = rows_of(&figures, answer, weighted);
                let row_weights = rows::weights(&set);
                let specification = Specification {
                    columns: set.columns,
                    outputs: vec!["p".to_owned()],
                    target: set.y,
                    row_weights,
                    square: 1.0 / c,
                    absolute: 0.0,
                    max_iterations: 500,
                    counts: false,
                    loss,
                };
                let model = LinearFit::new(set.x, specification).finish().expect("a model");
                assert!(model.notes.is_empty(), "{:?}", model.notes);
                of(&model, &queries).column(0).to_vec()
            };
            let what = format!("C {c}, weighted {weighted}");
            close(&decide("two", Loss::Margin { class: 1 }), &list(&theirs["two"]), 1e-4, &what);
            let three: Vec<Vec<f64>> = (0..3).map(|class| decide("three", Loss::Margin { class })).collect();
            let by_row: Vec<f64> = (0..12).flat_map(|row| three.iter().map(move |list| list[row])).collect();
            close(&by_row, &list(&theirs["three"]), 1e-4, &what);
            for (half, key) in [(0.0, "numbers_0"), (3.0, "numbers_3")] {
                close(&decide("numbers", Loss::Tube { half }), &list(&theirs[key]), 1e-4, &format!("{what} {key}"));
            }
        }
    }

    #[test]
    fn probabilities_are_those_of_the_reference() {
        let figures = figures();
        let codes: Vec<u32> = list(&figures["two"]).iter().map(|&code| code as u32).collect();
        for theirs in figures["platt"].as_array().expect("a list") {
            let weights = if theirs["weighted"] == true { list(&figures["weights"]) } else { vec![1.0; codes.len()] };
            // Of any unit.
            for unit in [1.0, 1e-9, 1e12] {
                let scores: Vec<f64> = list(&theirs["scores"]).iter().flat_map(|score| [0.0, score * unit]).collect();
                let ours = platt::scaling(&scores, &codes, 2, &weights);
                let got = [ours.factor * unit, ours.shifts[1] - ours.shifts[0]];
                let want = ["a", "b"].map(|key| -theirs[key].as_f64().expect("a number"));
                close(&got, &want, 1e-4, &format!("unit {unit}"));
            }
        }
    }

    #[test]
    fn slices_change_nothing_and_units_are_not_parted() {
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            let set = TrainingSet { groups: Some((0..90).map(|row| row / 3).collect()), ..made(task, 90, 4, 5) };
            let model = fit(json!({}), set.clone());
            let mut job = start(&Params::new(), set.clone()).expect("it starts");
            let mut last = 0;
            let stepped = loop {
                match job.advance().expect("no problem") {
                    Advance::Done(model) => break model,
                    Advance::More(progress) => {
                        assert!(progress.done >= last && progress.done <= progress.total, "{progress:?}");
                        last = progress.done;
                    }
                }
            };
            assert_eq!(stepped, model, "{task:?}");
            if task != Task::Regression {
                let weights = rows::weights(&set);
                let groups = set.groups.clone().expect("groups");
                for fold in inner::divided(&set, &weights, FOLDS).expect("folds") {
                    assert!(fold.test.iter().all(|&row| fold.train.iter().all(|&other| groups[other] != groups[row])));
                }
            }
        }
    }

    #[test]
    fn probabilities_match_how_often_they_come_true() {
        for task in [Task::Binary, Task::Multiclass] {
            let set = made(task, 600, 3, 6);
            let p = of(&fit(json!({}), set.clone()), &set.x);
            let Target::Classes { codes, .. } = &set.y else { panic!("classes") };
            let class = p.ncols() - 1;
            let told = p.column(class).sum() / 600.0;
            let true_class = if task == Task::Binary { 1 } else { class as u32 };
            let came = codes.iter().filter(|&&code| code == true_class).count() as f64 / 600.0;
            assert!((told - came).abs() < 0.02, "{task:?}: {told} {came}");
        }
    }

    #[test]
    fn extremes_end_in_a_model_or_a_problem() {
        let column = arr2(&[[1.0, 5.0], [2.0, 5.0]]);
        let model = fit(json!({}), with_columns(classes(&[0, 1], 2), column.clone()));
        assert_eq!(model.notes[0].message.id, "learn.svm.few_rows");
        let p = of(&model, &column);
        assert!(p[[0, 0]] < 0.5 && p[[1, 0]] > 0.5, "{p}");
        let absent = fit(json!({}), with_columns(classes(&[0, 2, 0, 2, 0, 2], 4), Array2::from_shape_fn((6, 1), |(row, _)| row as f64)));
        assert!(of(&absent, &arr2(&[[1.0]])).iter().enumerate().all(|(class, p)| (class % 2 == 0) == (*p > 0.0)));
        let huge = with_columns(classes(&[0, 0, 0, 1, 1, 1], 2), Array2::from_shape_fn((6, 1), |(row, _)| 1e30 * row as f64));
        let p = of(&fit(json!({}), huge.clone()), &huge.x);
        assert!(p.iter().all(|p| p.is_finite()) && p[[0, 0]] < p[[5, 0]], "{p}");
        let wide = made(Task::Binary, 40, 300, 7);
        assert!(of(&fit(json!({}), wide.clone()), &wide.x).iter().all(|p| (0.0..=1.0).contains(p)));
        let refused = |set| start(&Params::new(), set).err().map(|problem| problem.message.id);
        assert_eq!(refused(with_columns(classes(&[1, 1], 2), column)).as_deref(), Some("learn.one_class"));
    }
}
