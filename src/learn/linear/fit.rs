//! The fit of a linear model as a job: the design is built, then a solver asks for sums over the rows, a slice at a time.

use super::coefficients;
use super::design::{Builder, Design};
use super::lbfgs::Lbfgs;
use super::newton::{Newton, Next};
use super::objective::{Answers, Objective, Penalty, Sums};
use crate::base::{Advance, Job, Problem, Progress, Stage};
use crate::learn::{Fit, Model, Target, rows};
use crate::num::float;
use crate::plan::{Link, Op};
use ndarray::Array2;

/// Second derivatives are worth their work up to so many parameters, and so many multiplications for all rows: beyond,
/// many cheap steps are quicker than the eight or so dear ones that Newton's method takes (for numbers two).
const NEWTON: usize = 500;
const NEWTON_WORK: u64 = 500_000_000;
/// Multiplications in a slice; about ten milliseconds.
const WORK: usize = 3_000_000;
/// The intercept of a class without rows: far below any other, so that its probability is 0, and still a number in 32 bits.
pub const NEVER: f64 = -1e30;

/// What is to be fitted.
pub struct Specification {
    pub columns: Vec<String>,
    pub outputs: Vec<String>,
    pub target: Target,
    pub row_weights: Vec<f64>,
    /// Half of this times the sum of squared weights is added to the sum of losses.
    pub square: f64,
    /// This times the sum of absolute weights is added.
    pub absolute: f64,
    pub max_iterations: usize,
    /// Whether a row weight is so many rows, so that it can be told how sure the weights are.
    pub counts: bool,
    /// What is made small.
    pub loss: Loss,
}

/// The loss of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// Half the squared error of numbers, minus the logarithm of the true class's probability.
    Usual,
    /// The squared margin by which a row of the class is not above 1 or another one is not below -1; one output. The
    /// intercept is penalised as the weights are.
    Margin {
        /// The class that is told apart from all others.
        class: u32,
    },
    /// The squared error of numbers beyond a tube of this half width; one output. The intercept is penalised as the weights
    /// are.
    Tube {
        /// Errors up to this are none.
        half: f64,
    },
}

/// A fit in progress.
pub struct LinearFit {
    specification: Specification,
    /// The codes of the classes that have rows.
    present: Vec<u32>,
    stage: State,
    /// So many multiplications a slice.
    work: usize,
}

enum State {
    Building(Box<Builder>),
    Solving(Box<Solving>),
    /// The minimum is found; the sums there are wanted once more, to tell how sure the weights are.
    Measuring(Box<Solving>),
    Over,
}

struct Solving {
    objective: Objective,
    solver: Solver,
    sums: Sums,
    next: usize,
    evaluations: usize,
}

enum Solver {
    Newton(Newton),
    Lbfgs(Lbfgs),
}

impl Solver {
    fn point(&self) -> &[f64] {
        match self {
            Solver::Newton(newton) => &newton.point,
            Solver::Lbfgs(lbfgs) => &lbfgs.point,
        }
    }

    fn iterations(&self) -> usize {
        match self {
            Solver::Newton(newton) => newton.iterations,
            Solver::Lbfgs(lbfgs) => lbfgs.iterations,
        }
    }
}

impl LinearFit {
    pub fn new(x: Array2<f64>, specification: Specification) -> Self {
        let present = match &specification.target {
            Target::Values(_) => Vec::new(),
            Target::Classes { codes, count } => {
                let sums = rows::class_weights(codes, *count, &specification.row_weights);
                (0..*count as u32).filter(|&code| sums[code as usize] > 0.0).collect()
            }
        };
        // A penalised intercept is the one for columns as they came: they may be scaled, but not shifted.
        let mut builder = Builder::new(x);
        builder.centred = specification.loss == Loss::Usual;
        Self { specification, present, stage: State::Building(Box::new(builder)), work: WORK }
    }

    fn solving(&self, design: Design) -> Result<Solving, Problem> {
        let Specification { target, row_weights, square, absolute, loss, .. } = &self.specification;
        let total = row_weights.iter().fold(0.0, |sum, weight| sum + weight);
        let (answers, start) = match target {
            Target::Classes { codes, .. } if matches!(loss, Loss::Margin { .. }) => {
                let side = |&code: &u32| if *loss == (Loss::Margin { class: code }) { 1.0 } else { -1.0 };
                (Answers::Margin(codes.iter().map(side).collect()), vec![0.0])
            }
            Target::Values(values) => {
                let mean = rows::mean(values, row_weights);
                let spread = values.iter().fold(0.0, |sum, value| sum + (value - mean) * (value - mean));
                if !mean.is_finite() || !spread.is_finite() {
                    return Err(Problem::new(Stage::Learn, "learn.target_too_large"));
                }
                match *loss {
                    Loss::Tube { half } => (Answers::Tube(values.clone(), half), vec![mean]),
                    _ => (Answers::Numbers(values.clone()), vec![mean]),
                }
            }
            Target::Classes { codes, count } => {
                let sums = rows::class_weights(codes, *count, row_weights);
                let logs: Vec<f64> = self.present.iter().map(|&code| float::ln(sums[code as usize] / total)).collect();
                if *count == 2 {
                    (Answers::Binary(codes.iter().map(|&code| f64::from(code)).collect()), vec![logs[1] - logs[0]])
                } else {
                    let level = logs.iter().fold(0.0, |sum, log| sum + log) / logs.len() as f64;
                    // A row of weight 0 may be of a class that is not there; it is never looked at.
                    let place = |code: &u32| self.present.binary_search(code).unwrap_or(0) as u32;
                    (Answers::Classes(codes.iter().map(place).collect()), logs.iter().map(|log| log - level).collect())
                }
            }
        };
        // A constant column is 0 now; any penalty keeps its weight at 0.
        let scaled = |factor: f64, power: fn(f64) -> f64| {
            design.scale.iter().map(move |&scale| if scale > 0.0 { factor / power(scale) } else { 1.0 }).map(finite).collect()
        };
        let penalty = Penalty {
            square: scaled(*square, |scale| scale * scale),
            absolute: if *absolute > 0.0 { scaled(*absolute, |scale| scale) } else { vec![0.0; design.columns()] },
            intercept: if *loss == Loss::Usual { 0.0 } else { *square },
            pin: total / (start.len() * start.len()) as f64,
            pin_weights: *absolute == 0.0,
        };
        let is_penalised = *square > 0.0 || *absolute > 0.0;
        let objective = Objective { answers, row_weights: row_weights.clone(), outputs: start.len(), penalty, is_penalised, design };
        let mut point = vec![0.0; objective.parameters()];
        point.iter_mut().step_by(objective.stride()).zip(start).for_each(|(place, value)| *place = value);
        let most = if objective.has_numbers() { 4 * NEWTON_WORK } else { NEWTON_WORK };
        let work = objective.row_work(true).saturating_mul(objective.design.rows as u64);
        let narrow = objective.parameters() <= NEWTON && work <= most;
        let solver = if narrow { Solver::Newton(Newton::new(point)) } else { Solver::Lbfgs(Lbfgs::new(point)) };
        Ok(Solving { sums: objective.start(narrow), objective, solver, next: 0, evaluations: 0 })
    }
}

/// A factor as a number that can be calculated with.
fn finite(value: f64) -> f64 {
    if value > 1e200 { 1e200 } else { value }
}

impl Solving {
    /// One slice of an evaluation; the sums when it is done.
    fn evaluate(&mut self, work: usize) -> Option<Sums> {
        let (objective, with_products) = (&self.objective, !self.sums.products.is_empty());
        let rows = (work as u64 / objective.row_work(with_products)).max(1) as usize;
        let end = objective.design.rows.min(self.next + rows);
        objective.add(self.next..end, self.solver.point(), &mut self.sums);
        self.next = end;
        if end < objective.design.rows {
            return None;
        }
        self.next = 0;
        self.evaluations += 1;
        objective.finish(self.solver.point(), &mut self.sums);
        Some(std::mem::replace(&mut self.sums, objective.start(with_products)))
    }

    /// One slice; what came of the solver when an evaluation is done.
    fn advance(&mut self, work: usize) -> Option<Next> {
        let sums = self.evaluate(work)?;
        let objective = &self.objective;
        Some(match &mut self.solver {
            Solver::Newton(newton) => newton.tell(objective, &sums),
            Solver::Lbfgs(lbfgs) => {
                let total = objective.row_weights.iter().fold(0.0, |sum, weight| sum + weight);
                // The slope of a squared error is in the unit of the target; its standard deviation makes it a pure number.
                let unit = if objective.has_numbers() {
                    (2.0 * first_value(&objective.answers, &objective.row_weights) / total).sqrt()
                } else {
                    1.0
                };
                lbfgs.tell(objective, &sums, total * unit)
            }
        })
    }
}

impl Solving {
    /// Whether it is told how sure the weights are: where nothing pulls at them, and there are few enough.
    fn is_measured(&self, specification: &Specification) -> bool {
        let few = self.objective.outputs == 1 && self.objective.parameters() <= coefficients::MOST;
        few && specification.counts && !self.objective.is_penalised
    }
}

/// Half the weighted sum of squared distances from the mean.
fn first_value(answers: &Answers, weights: &[f64]) -> f64 {
    let (Answers::Numbers(values) | Answers::Tube(values, _)) = answers else { return 0.0 };
    let mean = rows::mean(values, weights);
    values.iter().zip(weights).fold(0.0, |sum, (value, weight)| sum + weight * (value - mean) * (value - mean)) / 2.0
}

impl Job for LinearFit {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let columns = &self.specification.columns;
        match &mut self.stage {
            State::Building(builder) => {
                if let Some(design) = builder.advance(self.work / (columns.len() + 1), columns)? {
                    self.stage = State::Solving(Box::new(self.solving(design)?));
                }
            }
            State::Solving(solving) => {
                let next = solving.advance(self.work);
                let capped = next == Some(Next::Evaluate) && solving.solver.iterations() > self.specification.max_iterations;
                if matches!(next, Some(Next::Settled | Next::Stuck)) || capped {
                    let settled = next == Some(Next::Settled);
                    if settled && solving.is_measured(&self.specification) {
                        solving.sums = solving.objective.start(true);
                        if let State::Solving(solving) = std::mem::replace(&mut self.stage, State::Over) {
                            self.stage = State::Measuring(solving);
                        }
                        return Ok(Advance::More(self.progress()));
                    }
                    let model = model(&self.specification, &self.present, solving, settled, None)?;
                    self.stage = State::Over;
                    return Ok(Advance::Done(model));
                }
            }
            State::Measuring(solving) => {
                if let Some(sums) = solving.evaluate(self.work) {
                    let model = model(&self.specification, &self.present, solving, true, Some(&sums))?;
                    self.stage = State::Over;
                    return Ok(Advance::Done(model));
                }
            }
            State::Over => {}
        }
        Ok(Advance::More(self.progress()))
    }
}

impl Fit for LinearFit {
    fn progress(&self) -> Progress {
        // How many evaluations it takes is not known before; the bar slows down and never goes back.
        const TOTAL: f64 = 1000.0;
        let done = match &self.stage {
            State::Building(_) => 0.0,
            State::Over => TOTAL,
            State::Solving(solving) | State::Measuring(solving) => {
                let typical = if matches!(solving.solver, Solver::Newton(_)) { 4.0 } else { 60.0 };
                let done = solving.evaluations as f64 + solving.next as f64 / (solving.objective.design.rows + 1) as f64;
                TOTAL * done / (done + typical)
            }
        };
        Progress { done: done as u64, total: TOTAL as u64 }
    }
}

/// The model at the solver's point, in terms of the columns as they came. With the sums there, where they were wanted.
fn model(specification: &Specification, present: &[u32], solving: &Solving, settled: bool, sums: Option<&Sums>) -> Result<Model, Problem> {
    let (objective, design) = (&solving.objective, &solving.objective.design);
    let (mut weights, mut bias) = (Vec::new(), Vec::new());
    for part in solving.solver.point().chunks_exact(objective.stride()) {
        let (intercept, own) = (part[0], &part[1..]);
        let unscale = |(weight, &scale): (&f64, &f64)| if scale > 0.0 { weight / scale } else { 0.0 };
        let own: Vec<f64> = own.iter().zip(&design.scale).map(unscale).collect();
        bias.push(own.iter().zip(&design.shift).fold(intercept, |sum, (weight, shift)| sum - weight * shift));
        weights.push(own);
    }
    if bias.len() > 1 {
        // Softmax leaves the common level of the intercepts open: it is 0, whatever was taken off the columns.
        let level = bias.iter().fold(0.0, |sum, value| sum + value) / bias.len() as f64;
        bias.iter_mut().for_each(|value| *value -= level);
    }
    if !weights.iter().flatten().chain(&bias).all(|value| value.is_finite()) {
        return Err(Problem::new(Stage::Learn, "learn.no_solution"));
    }
    let importance = (0..design.columns()).map(|column| match weights.as_slice() {
        [only] => only[column],
        several => several.iter().fold(0.0, |sum, weights| sum + weights[column] * weights[column]).sqrt(),
    });
    let certainty = match sums {
        Some(sums) if bias.len() == 1 => coefficients::certainty(specification, objective, sums, &weights[0], bias[0]),
        _ => Vec::new(),
    };
    let (mut notes, importance) = (notes(specification, solving, settled), importance.collect());
    let link = match &specification.target {
        Target::Values(_) => Link::Identity,
        _ if specification.loss != Loss::Usual => Link::Identity,
        Target::Classes { count: 2, .. } => Link::Sigmoid,
        Target::Classes { count, .. } => {
            if present.len() < *count {
                notes.push(Problem::warning(Stage::Learn, "learn.absent_classes").with("count", count - present.len()));
            }
            let place = |class: usize| present.binary_search(&(class as u32)).ok();
            weights = (0..*count).map(|class| place(class).map_or(vec![0.0; design.columns()], |place| weights[place].clone())).collect();
            bias = (0..*count).map(|class| place(class).map_or(NEVER, |place| bias[place])).collect();
            Link::Softmax
        }
    };
    let is_absent = |output: usize| bias.len() > 1 && present.binary_search(&(output as u32)).is_err();
    let list = coefficients::list(&specification.columns, &weights, &bias, &certainty, is_absent).filter(|_| settled);
    let op = Op::Linear { columns: specification.columns.clone(), weights, bias, link, into: specification.outputs.clone() };
    Ok(Model { importance: Some(importance), coefficients: list, notes, ..Model::of(vec![op]) })
}

fn notes(specification: &Specification, solving: &Solving, settled: bool) -> Vec<Problem> {
    let mut notes = Vec::new();
    if !settled {
        notes.push(Problem::warning(Stage::Learn, "learn.not_settled").with("iterations", solving.solver.iterations()));
    }
    if let Solver::Newton(newton) = &solving.solver
        && specification.square == 0.0
    {
        let mut dependent: Vec<usize> = newton.dependent.iter().filter(|&&place| place > 0).map(|place| place - 1).collect();
        dependent.sort_unstable();
        dependent.dedup();
        if !dependent.is_empty() {
            let names: Vec<&str> = dependent.iter().take(5).map(|&place| specification.columns[place].as_str()).collect();
            let more = if dependent.len() > 5 { ", …" } else { "" };
            let note = Problem::note(Stage::Learn, "learn.dependent_columns");
            notes.push(note.with("columns", names.join(", ") + more).with("count", dependent.len()));
        }
    }
    notes
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
