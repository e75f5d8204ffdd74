//! A fit: from prepared rows to a model of plan operations.

use super::bins::Binning;
use super::grow::{Buffers, Data, Grower};
use super::histogram::{Layout, Slope};
use super::loss::{self, Loss};
use super::seen::{Scale, Seen, numbers};
use super::settings::Settings;
use super::split::Rules;
use crate::base::{Advance, Job, Params, Problem, Progress, Stage};
use crate::learn::{Epoch, Fit, Model, Target, TrainingSet, rows, stop};
use crate::plan::{GapTree, Op};
use ndarray::{Array2, Axis, Slice};

/// Work of a slice, in visits of a row; some ten milliseconds.
const WORK: usize = 8_000_000;
/// Nodes of all trees together; they take about fifty bytes each.
const MOST_NODES: usize = 8_000_000;
/// Columns that are taken out of the rows at once: as many numbers as a line of the cache holds.
const AT_ONCE: usize = 8;
/// An answer further out than this could not be told apart from the start.
const LARGEST_COUNT: f64 = 1e50;

/// Where a fit stands.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The next columns are cut into bins.
    Columns,
    /// The loss of every row, and its slope where there is one output.
    Pass { next: usize, sum: f64 },
    /// The slopes of a class.
    Slopes { class: usize, next: usize },
    /// The tree of a class.
    Grow { class: usize },
}

/// Boosting in progress.
pub(super) struct BoostingFit {
    columns: Vec<String>,
    outputs: Vec<String>,
    settings: Settings,
    rules: Rules,
    loss: Loss,
    task: crate::base::Task,
    scale: Scale,
    /// Which columns are categories; empty where none is.
    categories: Vec<bool>,
    /// The rows learned from, until they are in bins.
    x: Array2<f64>,
    binning: Option<Binning>,
    data: Data,
    y: Vec<f64>,
    mean_answer: f64,
    weights: Option<Vec<f64>>,
    /// For each output the raw sum of each row.
    raw: Vec<Vec<f64>>,
    /// For each row ln(sum of exp(raw)) at the start of the iteration, where there are several outputs.
    level: Vec<f64>,
    slopes: Vec<Slope>,
    stop: Option<Seen>,
    watch: Option<Seen>,
    grower: Option<Grower>,
    buffers: Buffers,
    trees: Vec<GapTree>,
    nodes: usize,
    gains: Vec<f64>,
    curve: Vec<Epoch>,
    baseline: f64,
    best: Option<Best>,
    notes: Vec<Problem>,
    phase: Phase,
    pub(super) work: usize,
}

/// The best iteration so far by the loss of the stop rows.
struct Best {
    loss: f64,
    iteration: usize,
    gains: Vec<f64>,
}

/// Starts a fit.
///
/// # Errors
/// Parameters out of range, rows that nothing can be learned from.
pub fn start(params: &Params, set: TrainingSet) -> Result<Box<dyn Fit>, Problem> {
    Ok(Box::new(BoostingFit::new(params, set)?))
}

impl BoostingFit {
    pub(super) fn new(params: &Params, set: TrainingSet) -> Result<Self, Problem> {
        let settings = Settings::read(params)?;
        rows::check_with_gaps(&set)?;
        rows::check_classes(&set)?;
        let loss = Loss::choose(&settings.loss, set.task, set.outputs.len(), settings.quantile);
        let rules = settings.rules(&set.columns, set.task, loss)?;
        let categories = settings.categories(&set.columns, &set.meanings)?;
        let mut notes = Vec::new();
        if settings.has_categories() && !categories.contains(&true) {
            notes.push(Problem::note(Stage::Learn, "learn.boosting.no_categories"));
        }
        for name in settings.increasing.iter().chain(&settings.decreasing).filter(|name| !set.columns.contains(name)) {
            notes.push(Problem::note(Stage::Learn, "learn.boosting.no_such_column").at_column(name));
        }
        let weights = if settings.balanced { rows::balanced(&set) } else { rows::weights(&set) };
        let all = set.y.len();
        let stops = settings.stops(all);
        let parted = stops.then(|| stop::part(&set.y, set.groups.as_deref(), settings.validation_fraction, set.seed)).flatten();
        if stops && parted.is_none() {
            notes.push(Problem::note(Stage::Learn, "learn.network.no_stop_rows").with("rows", all).with("least", stop::LEAST));
        }
        let (train, aside) = parted.map_or_else(|| ((0..all as u32).collect(), Vec::new()), |parted| (parted.train, parted.stop));
        let counted = |rows: Vec<u32>| rows.into_iter().map(|row| row as usize).filter(|&row| weights[row] > 0.0).collect::<Vec<usize>>();
        let (train, aside) = (counted(train), counted(aside));
        if train.is_empty() {
            return Err(Problem::new(Stage::Learn, "learn.no_rows"));
        }
        let numbers = numbers(&set.y.take(&train));
        check_numbers(loss, &set.y, &numbers)?;
        let own: Vec<f64> = train.iter().map(|&row| weights[row]).collect();
        let own = own.iter().any(|&weight| weight != 1.0).then_some(own);
        let scale = Scale::new(loss, &numbers, own.as_deref());
        let total = own.as_ref().map_or(train.len() as f64, |own| own.iter().fold(0.0, |sum, weight| sum + weight));
        let weight = |place: usize| own.as_ref().map_or(1.0, |own| own[place]);
        let mean_answer = (0..train.len()).fold(0.0, |sum, place| sum + numbers[place] * (weight(place) / total));
        let x = if train.len() == all { set.x.clone() } else { set.x.select(Axis(0), &train) };
        let watch = set.watch.and_then(|(x, y)| {
            let (ones, fits) = (vec![1.0; y.len()], x.ncols() == set.columns.len());
            if fits { Seen::new(x, y, ones, loss, &scale) } else { None }
        });
        Ok(Self {
            stop: Seen::of(&set.x, &set.y, &weights, &aside, loss, &scale),
            watch,
            raw: scale.first(loss).into_iter().map(|first| vec![first; train.len()]).collect(),
            level: if set.outputs.len() > 1 { vec![0.0; train.len()] } else { Vec::new() },
            slopes: vec![[0.0; 2]; train.len()],
            y: scale.answers(loss, &numbers),
            mean_answer,
            binning: Some(Binning::new(settings.max_bins)),
            data: Data::default(),
            gains: vec![0.0; set.columns.len()],
            columns: set.columns,
            outputs: set.outputs,
            task: set.task,
            weights: own,
            x,
            settings,
            rules,
            loss,
            scale,
            categories,
            grower: None,
            buffers: Buffers::default(),
            trees: Vec::new(),
            nodes: 0,
            curve: Vec::new(),
            baseline: 0.0,
            best: None,
            notes,
            phase: Phase::Columns,
            work: WORK,
        })
    }

    /// Cuts the next columns into bins; the work it took.
    fn bin_columns(&mut self) -> usize {
        let Some(mut binning) = self.binning.take() else { return 0 };
        let (rows, columns) = self.x.dim();
        let start = binning.len();
        if start < columns {
            let end = if start + AT_ONCE < columns { start + AT_ONCE } else { columns };
            let mut lists = vec![Vec::with_capacity(rows); end - start];
            for row in self.x.slice_axis(Axis(1), Slice::from(start..end)).rows() {
                lists.iter_mut().zip(row).for_each(|(list, value)| list.push(*value));
            }
            for list in &lists {
                let place = binning.len();
                let is_category = self.categories.get(place).copied().unwrap_or(false);
                if is_category && binning.add_categories(list) {
                    continue;
                }
                if is_category {
                    let note = Problem::note(Stage::Learn, "learn.boosting.many_levels").with("most", self.settings.max_bins);
                    self.notes.push(note.at_column(&self.columns[place]));
                }
                binning.add(list, self.weights.as_deref());
            }
            self.binning = Some(binning);
            return 40 * rows * (end - start) + 1000;
        }
        self.x = Array2::zeros((0, 0));
        let bins = binning.finish();
        let counted = !self.loss.is_flat() || self.weights.is_some();
        self.data = Data { layout: Layout::new(&bins, counted), bins };
        self.phase = Phase::Pass { next: 0, sum: 0.0 };
        rows * columns
    }

    /// Goes on with the losses and, where there is one output, the slopes; the loss of all rows when it is there.
    fn pass(&mut self, next: usize, sum: f64, work: usize) -> (usize, Option<f64>) {
        let rows = self.y.len();
        let end = if next + work / 10 < rows { next + work / 10 + 1 } else { rows };
        let part = next..end;
        let sum = match self.loss {
            Loss::Squared => self.slopes_of(part, sum, |z, y| Loss::Squared.of_row(z, y)),
            Loss::Binary => self.slopes_of(part, sum, |z, y| Loss::Binary.of_row(z, y)),
            Loss::Classes(_) => self.levels_of(part, sum),
            loss => self.slopes_of(part, sum, |z, y| loss.of_row(z, y)),
        };
        let spent = 10 * (end - next) * self.outputs.len();
        if end < rows {
            self.phase = Phase::Pass { next: end, sum };
            return (spent, None);
        }
        let total = self.weights.as_ref().map_or(rows as f64, |weights| weights.iter().fold(0.0, |sum, weight| sum + weight));
        (spent, Some(self.scale.tell(self.loss, sum / total, self.mean_answer)))
    }

    /// A loop for each loss of its own, chosen outside of it.
    fn slopes_of(&mut self, part: std::ops::Range<usize>, mut sum: f64, of_row: impl Fn(f64, f64) -> (f64, Slope)) -> f64 {
        let rows = self.slopes[part.clone()].iter_mut().zip(&self.raw[0][part.clone()]).zip(&self.y[part.clone()]);
        match &self.weights {
            None => rows.for_each(|((slope, z), y)| {
                let (loss, own) = of_row(*z, *y);
                *slope = own;
                sum += loss;
            }),
            Some(weights) => rows.zip(&weights[part]).for_each(|(((slope, z), y), weight)| {
                let (loss, own) = of_row(*z, *y);
                *slope = [own[0] * weight, own[1] * weight];
                sum += loss * weight;
            }),
        }
        sum
    }

    fn levels_of(&mut self, part: std::ops::Range<usize>, mut sum: f64) -> f64 {
        for row in part {
            let level = loss::log_sum_exp(self.raw.iter().map(|raw| raw[row]));
            self.level[row] = level;
            sum += (level - self.raw[self.y[row] as usize][row]) * self.weights.as_ref().map_or(1.0, |weights| weights[row]);
        }
        sum
    }

    /// Goes on with the slopes of a class.
    fn class_slopes(&mut self, class: usize, next: usize, work: usize) -> usize {
        let rows = self.y.len();
        let end = if next + work / 10 < rows { next + work / 10 + 1 } else { rows };
        for row in next..end {
            let [gradient, curvature] = loss::of_class(self.raw[class][row] - self.level[row], self.y[row] as usize == class);
            let weight = self.weights.as_ref().map_or(1.0, |weights| weights[row]);
            self.slopes[row] = [gradient * weight, curvature * weight];
        }
        self.phase = if end < rows { Phase::Slopes { class, next: end } } else { Phase::Grow { class } };
        10 * (end - next)
    }

    /// Takes in a tree that is grown.
    fn take(&mut self, mut grower: Grower, class: usize) -> usize {
        let rate = self.settings.learning_rate;
        if let Some(q) = self.loss.leaf_quantile() {
            let (y, raw, weights) = (&self.y, &self.raw[class], self.weights.as_deref());
            grower.answer_anew(&self.rules, |rows| {
                let pair = |&row: &u32| (y[row as usize] - raw[row as usize], weights.map_or(1.0, |weights| weights[row as usize]));
                loss::quantile(&mut rows.iter().map(pair).collect::<Vec<_>>(), q)
            });
        }
        let tree = grower.tree(&self.data, self.weights.as_deref(), rate);
        for (place, node) in grower.nodes.iter().enumerate() {
            match &node.cut {
                Some((split, ..)) => self.gains[split.column] += split.gain,
                None => {
                    let answer = tree.tree.value[place];
                    grower.rows[node.start..node.end].iter().for_each(|&row| self.raw[class][row as usize] += answer);
                }
            }
        }
        let tree = grower.chained(tree, &self.data, self.weights.as_deref());
        self.stop.iter_mut().chain(&mut self.watch).for_each(|seen| seen.add(&tree, class));
        self.nodes += tree.missing_left.len();
        self.trees.push(tree);
        self.buffers = grower.into_buffers();
        2 * self.y.len()
    }

    /// Looks at the iteration that is done; whether it was the last one.
    fn is_last(&mut self, train: f64) -> bool {
        let iteration = self.trees.len() / self.outputs.len();
        let stop = self.stop.as_ref().map(|seen| seen.loss(self.loss, &self.scale));
        self.curve.push(Epoch {
            epoch: iteration as u32,
            train,
            stop,
            watch: self.watch.as_ref().map(|seen| seen.loss(self.loss, &self.scale)),
            rate: self.settings.learning_rate,
            metric: self.watch.as_ref().and_then(|seen| seen.metric(self.task, self.loss, &self.scale)),
            health: None,
        });
        if let Some(loss) = stop {
            match &self.best {
                Some(best) if !(loss < best.loss - self.settings.tol) => {
                    if iteration >= best.iteration + self.settings.n_iter_no_change {
                        return true;
                    }
                }
                _ => self.best = Some(Best { loss, iteration, gains: self.gains.clone() }),
            }
        }
        // Where no tree found a cut, none ever will.
        let newest = &self.trees[self.trees.len() - self.outputs.len()..];
        iteration >= self.settings.max_iter || newest.iter().all(|tree| tree.missing_left.len() == 1)
    }

    fn model(&mut self) -> Model {
        let kept = self.best.take();
        if let Some(best) = &kept {
            self.trees.truncate(best.iteration * self.outputs.len());
        }
        let gains = kept.as_ref().map_or(&self.gains, |best| &best.gains);
        let total = gains.iter().fold(0.0, |sum, gain| sum + gain);
        let importance = gains.iter().map(|gain| if total > 0.0 { gain / total } else { 0.0 }).collect();
        let mut trees = std::mem::take(&mut self.trees);
        trees.iter_mut().flat_map(|tree| &mut tree.tree.value).for_each(|value| *value *= self.scale.unit);
        let op = Op::Boosted {
            columns: std::mem::take(&mut self.columns),
            trees,
            bias: self.scale.start.clone(),
            link: self.loss.link(),
            into: std::mem::take(&mut self.outputs),
        };
        Model {
            ops: vec![op],
            curve: std::mem::take(&mut self.curve),
            kept_epoch: kept.map(|best| best.iteration as u32),
            importance: Some(importance),
            coefficients: None,
            baseline: Some(self.baseline),
            notes: std::mem::take(&mut self.notes),
        }
    }
}

/// Refuses numbers that the loss is not for, or that are too far apart to be subtracted.
fn check_numbers(loss: Loss, target: &Target, numbers: &[f64]) -> Result<(), Problem> {
    let Target::Values(all) = target else { return Ok(()) };
    if loss == Loss::Poisson {
        if let Some(row) = all.iter().position(|value| *value < 0.0) {
            return Err(Problem::new(Stage::Learn, "learn.network.negative_count").with("row", row + 1).with("value", all[row]));
        }
        if numbers.iter().any(|value| *value > LARGEST_COUNT) {
            return Err(Problem::new(Stage::Learn, "learn.target_too_large"));
        }
    }
    if all.iter().any(|value| value.abs() > f64::MAX / 4.0) {
        return Err(Problem::new(Stage::Learn, "learn.target_too_large"));
    }
    Ok(())
}

impl Job for BoostingFit {
    type Output = Model;

    fn advance(&mut self) -> Result<Advance<Model>, Problem> {
        let mut spent = 0;
        while spent < self.work {
            let left = self.work - spent;
            match self.phase {
                Phase::Columns => spent += self.bin_columns(),
                Phase::Pass { next, sum } => {
                    let (took, loss) = self.pass(next, sum, left);
                    spent += took;
                    let Some(loss) = loss else { continue };
                    if self.trees.is_empty() {
                        self.baseline = loss;
                    } else if self.is_last(loss) {
                        return Ok(Advance::Done(self.model()));
                    }
                    let several = self.outputs.len() > 1;
                    self.phase = if several { Phase::Slopes { class: 0, next: 0 } } else { Phase::Grow { class: 0 } };
                }
                Phase::Slopes { class, next } => spent += self.class_slopes(class, next, left),
                Phase::Grow { class } => {
                    let mut grower = match self.grower.take() {
                        Some(grower) => grower,
                        None => {
                            spent += 2 * self.y.len();
                            Grower::new(&self.slopes, &self.rules, std::mem::take(&mut self.buffers))
                        }
                    };
                    if !grower.advance(&self.data, &self.slopes, &self.rules, left) {
                        self.grower = Some(grower);
                        return Ok(Advance::More(self.progress()));
                    }
                    let before = self.nodes;
                    spent += self.take(grower, class) + 100 * (self.nodes - before);
                    if self.nodes > MOST_NODES {
                        let problem = Problem::new(Stage::Learn, "learn.too_many_nodes");
                        return Err(problem.with("nodes", MOST_NODES).with("trees", self.trees.len()));
                    }
                    self.phase = if class + 1 < self.outputs.len() {
                        Phase::Slopes { class: class + 1, next: 0 }
                    } else {
                        Phase::Pass { next: 0, sum: 0.0 }
                    };
                }
            }
        }
        Ok(Advance::More(self.progress()))
    }
}

impl Fit for BoostingFit {
    fn curve(&self) -> &[Epoch] {
        &self.curve
    }

    fn progress(&self) -> Progress {
        // A tree counts as much as a thousand columns in bins.
        let columns = self.binning.as_ref().map_or(self.columns.len(), Binning::len);
        let done = columns + self.trees.len() * 1000;
        let total = self.columns.len() + self.settings.max_iter * self.outputs.len() * 1000;
        Progress { done: done as u64, total: total as u64 }
    }
}
