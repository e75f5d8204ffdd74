//! The rows ready for fitting: which columns go in, what the answer of each row is, which rows are held out, the folds.

use super::goal::{Goal, different, infer_task};
use super::split::Split;
use crate::base::{Place, Problem, Stage, Task};
use crate::learn::Target;
use crate::plan::{Input, Output};
use crate::prepare::{self, Action, Step};
use crate::table::split::{self, Fold};
use crate::table::{Column, Data, Schema, Strings, Table};

/// The most classes of a target.
const MOST_CLASSES: usize = 100;

/// Rows ready for fitting.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The input columns of every row that has an answer.
    pub inputs: Table,
    /// The columns of `inputs`, as a recipe is checked against before anything is fitted.
    pub schema: Schema,
    /// The position in the table of each row of `inputs`, so that other columns of it can be looked up.
    pub source: Vec<usize>,
    /// The answer of each row.
    pub target: Target,
    /// The task.
    pub task: Task,
    /// The classes, by code; empty for numbers. Of two, the second is the positive one.
    pub classes: Vec<String>,
    /// The unit of each row, where the goal names one.
    pub units: Option<Vec<u32>>,
    /// The moment of each row as a number that orders rows, where the goal names a column of time.
    pub times: Option<Vec<f64>>,
    /// The protected group of each row, where fairness columns are named.
    pub groups: Option<Vec<u32>>,
    /// Rows (positions in `inputs`) that may be learned from, ascending.
    pub training: Vec<usize>,
    /// Rows that are sealed, ascending.
    pub held_out: Vec<usize>,
    /// The folds of the training rows; positions in `inputs`.
    pub folds: Vec<Fold>,
    /// The steps that chose source rows: the place of each, and the rows with an answer before and after it.
    pub source_steps: Vec<(usize, (usize, usize))>,
    /// Anything worth knowing.
    pub notes: Vec<Problem>,
}

impl Setup {
    /// Divides a table by goal and split, after the steps that choose source rows.
    ///
    /// # Errors
    /// No target, a target that does not fit the task, too few rows, a column that is not there.
    pub fn new(table: &Table, goal: &Goal, split: &Split, steps: &[Step], protected: &[String], seed: u64) -> Result<Self, Problem> {
        let problem = |id: &str| Problem::new(Stage::Goal, id);
        let target_name = goal.target.as_deref().ok_or_else(|| problem("goal.no_target"))?;
        let target = table.column(target_name).ok_or_else(|| problem("goal.target_gone").at_column(target_name))?;
        let mut notes = Vec::new();

        // Rows without an answer teach nothing.
        let with_answer: Vec<usize> = (0..table.rows()).filter(|&row| !target.is_missing(row)).collect();
        if with_answer.len() < table.rows() {
            let missing = table.rows() - with_answer.len();
            notes.push(Problem::note(Stage::Goal, "goal.rows_without_target").with("count", missing).at_column(target_name));
        }
        let mut table = table.take(&with_answer);
        let mut source = with_answer;
        let mut source_steps = Vec::new();
        let input_names: Vec<String> = table.names().filter(|name| goal.is_input(name)).map(str::to_owned).collect();
        for (place, step) in steps.iter().enumerate().filter(|(_, step)| step.enabled) {
            let Some(kind) = prepare::find(&step.id) else { continue };
            if let Action::SourceRows(choose) = kind.action {
                let columns =
                    step.columns.resolve(&table.select(&input_names).schema(), kind).map_err(|problem| problem.at(Place::Step(place)))?;
                let rows = choose(&step.params, &table, &columns).map_err(|problem| problem.at(Place::Step(place)))?;
                source_steps.push((place, (table.rows(), rows.len())));
                table = table.take(&rows);
                source = rows.iter().map(|&row| source[row]).collect();
            }
        }
        let column = |name: &str| table.column(name).ok_or_else(|| problem("goal.no_column").at_column(name));
        let (task, classes, answer) = answers(column(target_name)?, goal)?;
        let units = goal.group.as_deref().map(|name| column(name).map(codes)).transpose()?;
        let times = goal.time.as_deref().map(|name| column(name).map(times)).transpose()?;
        let groups = match protected {
            [] => None,
            names => {
                let columns = names.iter().map(|name| column(name)).collect::<Result<Vec<_>, _>>()?;
                Some(joint_codes(&columns))
            }
        };
        let inputs = table.select(&input_names);
        if inputs.columns().is_empty() {
            return Err(problem("goal.no_inputs"));
        }

        let classes_of = match &answer {
            Target::Classes { codes, .. } => Some(codes.as_slice()),
            Target::Values(_) => None,
        };
        let rows = split::Rows { count: inputs.rows(), classes: classes_of, units: units.as_deref(), times: times.as_deref() };
        let (training, held_out) = split::holdout(&rows, split.held_out, split.scheme, seed)?;
        let divided = split::divide(&rows, &training, &split.division(), seed)?;
        notes.extend(divided.notes);
        let schema = inputs.schema();
        let folds = divided.folds;
        Ok(Self {
            inputs,
            schema,
            source,
            target: answer,
            task,
            classes,
            units,
            times,
            groups,
            training,
            held_out,
            folds,
            source_steps,
            notes,
        })
    }

    /// The same for some of its rows and folds of them, to keep the books of fits that are made elsewhere: it holds no inputs.
    #[must_use]
    pub fn within(&self, training: Vec<usize>, folds: Vec<Fold>) -> Self {
        Self {
            inputs: self.inputs.take(&[]),
            schema: self.schema.clone(),
            source: Vec::new(),
            target: self.target.clone(),
            task: self.task,
            classes: self.classes.clone(),
            units: self.units.clone(),
            times: self.times.clone(),
            groups: self.groups.clone(),
            training,
            held_out: Vec::new(),
            folds,
            source_steps: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The columns that a plan of this setup reads.
    pub fn plan_inputs(&self) -> Vec<Input> {
        self.inputs.columns().iter().map(|column| Input { name: column.name.clone(), kind: column.kind }).collect()
    }

    /// The answer of a plan of this setup, with the columns that hold it.
    pub fn plan_output(&self) -> Output {
        match self.task {
            Task::Binary => Output::Binary {
                positive: self.classes[1].clone(),
                negative: self.classes[0].clone(),
                column: format!("p({})", self.classes[1]),
                threshold: 0.5,
            },
            Task::Multiclass => Output::Multiclass {
                classes: self.classes.clone(),
                columns: self.classes.iter().map(|class| format!("p({class})")).collect(),
            },
            Task::Regression => Output::Regression { column: "prediction".to_owned() },
        }
    }
}

/// The task, its classes and the answer of each row. No answer is missing.
fn answers(column: &Column, goal: &Goal) -> Result<(Task, Vec<String>, Target), Problem> {
    let problem = |id: &str| Problem::new(Stage::Goal, id).at_column(&column.name);
    let task = goal.task.unwrap_or_else(|| infer_task(column).0);
    if task == Task::Regression {
        return match &column.data {
            Data::Number(values) if values.len() > 1 && values.iter().all(|value| *value == values[0]) => {
                Err(problem("goal.one_class").with("class", column.display(0).unwrap_or_default()))
            }
            Data::Number(values) => Ok((task, Vec::new(), Target::Values(values.clone()))),
            _ => Err(problem("goal.not_a_number").with("kind", column.kind.id())),
        };
    }
    let mut classes = different(column, MOST_CLASSES);
    match (classes.len(), task) {
        (0, _) => return Err(problem("goal.no_rows")),
        (1, _) => return Err(problem("goal.one_class").with("class", &classes[0])),
        (2, _) | (_, Task::Multiclass) => {}
        (count, _) => return Err(problem("goal.not_binary").with("count", count)),
    }
    if classes.len() > MOST_CLASSES {
        return Err(problem("goal.many_classes").with("most", MOST_CLASSES));
    }
    if classes.len() > 2 && classes.len() == column.len() {
        return Err(problem("goal.all_different").with("count", classes.len()));
    }
    let task = if classes.len() == 2 { Task::Binary } else { task };
    if let (Task::Binary, Some(positive)) = (task, &goal.positive) {
        match classes.iter().position(|class| class == positive) {
            Some(place) => classes.rotate_left((place + 1) % 2),
            None => return Err(problem("goal.no_such_class").with("class", positive).with("classes", classes.join(", "))),
        }
    }
    let code: rustc_hash::FxHashMap<&str, u32> = classes.iter().enumerate().map(|(code, class)| (class.as_str(), code as u32)).collect();
    let codes = match column.strings() {
        Some(strings) => {
            let by_level: Vec<u32> = strings.levels().map(|level| code.get(level).copied().unwrap_or(0)).collect();
            strings.codes.iter().map(|&level| by_level.get(level as usize).copied().unwrap_or(0)).collect()
        }
        None => (0..column.len()).map(|row| column.display(row).and_then(|text| code.get(text.as_str()).copied()).unwrap_or(0)).collect(),
    };
    let count = classes.len();
    Ok((task, classes, Target::Classes { codes, count }))
}

/// A code for each different value of a column; missing is a value of its own.
pub fn codes(column: &Column) -> Vec<u32> {
    joint_codes(&[column])
}

/// A code for each different combination of values, in order of first appearance.
fn joint_codes(columns: &[&Column]) -> Vec<u32> {
    let rows = columns.first().map_or(0, |column| column.len());
    let labels =
        (0..rows).map(|row| Some(columns.iter().map(|column| column.display(row).unwrap_or_default()).collect::<Vec<_>>().join("\u{1f}")));
    Strings::from_texts(labels).codes
}

/// The moment of each row as a number that orders rows; missing comes first.
fn times(column: &Column) -> Vec<f64> {
    match &column.data {
        Data::Number(values) => values.iter().map(|&x| if x.is_nan() { f64::NEG_INFINITY } else { x }).collect(),
        Data::Date(values) => values.iter().map(|&x| x as f64).collect(),
        Data::Strings(strings) => {
            let sorted = strings.sorted_levels();
            let rank = |code: u32| sorted.iter().position(|level| code != Strings::MISSING && level == strings.level(code));
            strings.codes.iter().map(|&code| rank(code).map_or(f64::NEG_INFINITY, |rank| rank as f64)).collect()
        }
    }
}
