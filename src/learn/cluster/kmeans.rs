//! k-means: segments around centres, each point in that of the nearest.

use super::points::{nearest, squared};
use super::{By, Clusterer, Clustering, Clusters, Division, Points, by_size, number_fields, numbers, refuse_few};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, field};
use crate::num::{Rng, float};
use serde::Deserialize;
use std::sync::Arc;

/// scikit-learn's `KMeans` with `algorithm="lloyd"`, for each number of segments that is tried: the best of `n_init` starts.
/// Segments stand in order of their sizes.
pub(super) static KMEANS: Clusterer = Clusterer { id: ID, fields, takes_number: true, most: MOST, start };

/// The id of k-means.
pub const ID: &str = "kmeans";

/// Points that are divided, at most.
pub const MOST: usize = 10_000;

/// Differences of numbers that a slice computes, about ten milliseconds natively.
const SLICE: usize = 8_000_000;

fn fields() -> Vec<Field> {
    let mut fields = number_fields();
    fields.extend([Field::integer("n_init", 10, 1, 100), Field::integer("max_iter", 300, 1, 10_000), Field::number("tol", 1e-4, 0.0, 1.0)]);
    fields
}

#[derive(Deserialize)]
struct Settings {
    number: By,
    n_clusters: usize,
    n_init: usize,
    max_iter: usize,
    tol: f64,
}

/// How the centres are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How many segments.
    pub count: usize,
    /// Starts from other points, of which the best is kept.
    pub n_init: usize,
    /// Rounds of a start, at most.
    pub max_iter: usize,
    /// A start ends where its centres move less: the sum of their squared moves, as a share of the columns' mean variance.
    pub tol: f64,
}

/// What k-means comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Means {
    /// The segments, the largest first. There are fewer than asked for where there are fewer different points.
    pub division: Division,
    /// The sum of squared distances to the own centre.
    pub inertia: f64,
    /// Rounds of the start that was kept.
    pub iterations: usize,
}

fn start(params: &Params, points: Arc<Points>, seed: u64) -> Result<Box<Clusters>, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Explore, "cluster.kmeans")?;
    refuse_few(&points)?;
    let (wanted, tried) = numbers(settings.number, settings.n_clusters, points.rows());
    let options = |count: usize| Options { count, n_init: settings.n_init, max_iter: settings.max_iter, tol: settings.tol };
    let fits: Vec<MeansJob> = tried.iter().rev().map(|&count| MeansJob::new(points.clone(), options(count), seed)).collect();
    let total = fits.iter().map(MeansJob::cost).sum();
    Ok(Box::new(Every { wanted, fits, divisions: Vec::new(), progress: Progress { done: 0, total } }))
}

/// One number of segments after the other.
struct Every {
    wanted: Option<usize>,
    /// Those that are left, the next one last.
    fits: Vec<MeansJob>,
    divisions: Vec<Division>,
    progress: Progress,
}

impl Job for Every {
    type Output = Clustering;

    fn advance(&mut self) -> Result<Advance<Clustering>, Problem> {
        if let Some(fit) = self.fits.last_mut() {
            let before = self.progress.done;
            match fit.advance()? {
                Advance::More(progress) => {
                    let cost = fit.cost();
                    let within = Progress { done: before + (progress.share() * cost as f64) as u64, ..self.progress.clone() };
                    return Ok(Advance::More(within));
                }
                Advance::Done(means) => {
                    self.progress.done = before + fit.cost();
                    self.fits.pop();
                    // More segments than different points come to the same division again.
                    if self.divisions.last().is_none_or(|last| last.count < means.division.count) {
                        self.divisions.push(means.division);
                    }
                }
            }
        }
        if !self.fits.is_empty() {
            return Ok(Advance::More(self.progress.clone()));
        }
        Ok(Advance::Done(Clustering { wanted: self.wanted, divisions: std::mem::take(&mut self.divisions), ..Clustering::default() }))
    }
}

/// k-means in progress.
///
/// A start draws its first centre among all points and each further one by the squared distance to the nearest centre so
/// far, the best of 2 + ln(count) draws (greedy k-means++; Arthur and Vassilvitskii 2007). Then each point goes to the
/// nearest centre, the first of equally near ones, and each centre to the mean of its points (Lloyd 1982), until no point
/// moves, the centres hardly move, or `max_iter` rounds are over. A centre that lost all points goes to the point that is
/// farthest from its own. The start with the least inertia is kept, the first of equal ones.
pub struct MeansJob {
    points: Arc<Points>,
    options: Options,
    tolerance: f64,
    seed: u64,
    started: usize,
    state: State,
    best: Option<Means>,
    slice: usize,
}

enum State {
    /// Nothing goes on.
    Ready,
    /// Centres are drawn: those so far, and the squared distance of each point to the nearest.
    Drawing { rng: Rng, centres: Vec<f64>, near: Vec<f64> },
    /// Points go to centres and centres to points.
    Moving(Moving),
}

struct Moving {
    centres: Vec<f64>,
    count: usize,
    labels: Vec<u32>,
    /// The labels of the round before; empty in the first.
    before: Vec<u32>,
    /// The point that is next.
    row: usize,
    /// Rounds done.
    rounds: usize,
    /// Whether the centres stay, so that only the labels are brought to them.
    is_last: bool,
}

impl MeansJob {
    /// Prepares a fit.
    pub fn new(points: Arc<Points>, options: Options, seed: u64) -> Self {
        let tolerance = options.tol * mean_variance(&points);
        Self { points, options, tolerance, seed, started: 0, state: State::Ready, best: None, slice: SLICE }
    }

    /// What the fit costs beside others.
    fn cost(&self) -> u64 {
        (self.options.count * self.options.n_init) as u64
    }

    /// The next centre; false where there is none, because all are there or every point stands on one.
    fn draw(&mut self) -> bool {
        let (points, width) = (&self.points, self.points.width());
        let State::Drawing { rng, centres, near } = &mut self.state else { return false };
        if centres.is_empty() {
            let first = points.row(rng.below(points.rows()));
            centres.extend_from_slice(first);
            near.extend((0..points.rows()).map(|row| squared(points.row(row), first)));
            return true;
        }
        let potential = near.iter().fold(0.0, |sum, far| sum + far);
        if centres.len() / width.max(1) >= self.options.count || potential <= 0.0 {
            return false;
        }
        let trials = 2 + float::ln(self.options.count as f64) as usize;
        let mut sums = Vec::with_capacity(near.len());
        let mut sum = 0.0;
        sums.extend(near.iter().map(|far| {
            sum += far;
            sum
        }));
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..trials {
            let at = rng.uniform() * potential;
            // A point that stands on a centre adds nothing, so that it is never the first beyond.
            let row = sums.partition_point(|sum| *sum <= at).min(near.len() - 1);
            let candidate = points.row(row);
            let nearer = |(other, &far): (usize, &f64)| {
                let new = squared(points.row(other), candidate);
                if new < far { new } else { far }
            };
            let tried: Vec<f64> = near.iter().enumerate().map(nearer).collect();
            let left = tried.iter().fold(0.0, |sum, far| sum + far);
            if best.as_ref().is_none_or(|(least, ..)| left < *least) {
                best = Some((left, row, tried));
            }
        }
        if let Some((_, row, tried)) = best {
            centres.extend_from_slice(points.row(row));
            *near = tried;
        }
        true
    }

    /// Brings some more points to their centres; true where the round is over.
    fn assign(&mut self) -> bool {
        let State::Moving(moving) = &mut self.state else { return true };
        let each = (moving.count * self.points.width()).max(1);
        let end = self.points.rows().min(moving.row.saturating_add((self.slice / each).max(1)));
        for row in moving.row..end {
            moving.labels[row] = nearest(self.points.row(row), &moving.centres, moving.count).0 as u32;
        }
        moving.row = end;
        end == self.points.rows()
    }

    /// After a round: moves the centres; true where the start is over.
    fn settle(&mut self) -> bool {
        let State::Moving(moving) = &mut self.state else { return true };
        moving.row = 0;
        if moving.is_last {
            return true;
        }
        let centres = moved(&self.points, &moving.labels, &moving.centres, moving.count);
        let shift = squared(&centres, &moving.centres);
        moving.centres = centres;
        moving.rounds += 1;
        if moving.labels == moving.before {
            return true;
        }
        if shift <= self.tolerance || moving.rounds >= self.options.max_iter {
            moving.is_last = true;
            return false;
        }
        moving.before.clone_from(&moving.labels);
        false
    }

    /// Keeps a start that is over, where it is the best.
    fn keep(&mut self) {
        let State::Moving(moving) = std::mem::replace(&mut self.state, State::Ready) else { return };
        let width = self.points.width();
        let centre = |label: u32| &moving.centres[label as usize * width..(label as usize + 1) * width];
        let inertia = moving.labels.iter().enumerate().fold(0.0, |sum, (row, &label)| sum + squared(self.points.row(row), centre(label)));
        if self.best.as_ref().is_none_or(|best| inertia < best.inertia) {
            let (labels, order) = by_size(&moving.labels, moving.count);
            let centres = order.iter().flat_map(|&label| centre(label as u32).iter().copied()).collect();
            let division = Division { labels, count: order.len(), centres };
            self.best = Some(Means { division, inertia, iterations: moving.rounds });
        }
        self.started += 1;
    }
}

impl Job for MeansJob {
    type Output = Means;

    /// # Errors
    /// None.
    fn advance(&mut self) -> Result<Advance<Means>, Problem> {
        match &self.state {
            State::Ready => {
                let rng = Rng::new(self.seed, "kmeans", self.started as u64);
                self.state = State::Drawing { rng, centres: Vec::new(), near: Vec::new() };
            }
            State::Drawing { .. } => {
                // Without columns, or without points, there is one centre, and every point in its segment.
                let is_bare = self.points.width() == 0 || self.points.rows() == 0;
                if (is_bare || !self.draw())
                    && let State::Drawing { centres, .. } = std::mem::replace(&mut self.state, State::Ready)
                {
                    let count = if is_bare { 1 } else { centres.len() / self.points.width() };
                    let centres = if is_bare { vec![0.0; self.points.width()] } else { centres };
                    let labels = vec![0; self.points.rows()];
                    self.state = State::Moving(Moving { centres, count, labels, before: Vec::new(), row: 0, rounds: 0, is_last: false });
                }
            }
            State::Moving(_) => {
                if self.assign() && self.settle() {
                    self.keep();
                }
            }
        }
        let done = Progress { done: self.started as u64, total: self.options.n_init.max(1) as u64 };
        match (done.done < done.total, self.best.take()) {
            (false, Some(best)) => Ok(Advance::Done(best)),
            (_, best) => {
                self.best = best;
                Ok(Advance::More(done))
            }
        }
    }
}

/// Each centre at the mean of its points; one without points at the point that is farthest from its own centre, the next
/// one at the next farthest, as scikit-learn does it. A centre that has no point in the end stays where it was.
fn moved(points: &Points, labels: &[u32], before: &[f64], count: usize) -> Vec<f64> {
    let width = points.width();
    let (mut sums, mut sizes) = (vec![0.0; count * width], vec![0_usize; count]);
    for (row, &label) in labels.iter().enumerate() {
        let label = label as usize;
        sizes[label] += 1;
        sums[label * width..(label + 1) * width].iter_mut().zip(points.row(row)).for_each(|(sum, x)| *sum += x);
    }
    let empty: Vec<usize> = (0..count).filter(|&label| sizes[label] == 0).collect();
    if !empty.is_empty() {
        let far: Vec<f64> = (0..labels.len())
            .map(|row| squared(points.row(row), &before[labels[row] as usize * width..(labels[row] as usize + 1) * width]))
            .collect();
        let mut order: Vec<usize> = (0..labels.len()).filter(|&row| far[row] > 0.0).collect();
        order.sort_by(|&a, &b| far[b].total_cmp(&far[a]).then(a.cmp(&b)));
        for (&new, &row) in empty.iter().zip(&order) {
            let old = labels[row] as usize;
            sums[old * width..(old + 1) * width].iter_mut().zip(points.row(row)).for_each(|(sum, x)| *sum -= x);
            sums[new * width..(new + 1) * width].copy_from_slice(points.row(row));
            sizes[new] = 1;
            sizes[old] -= 1;
        }
    }
    for (label, &size) in sizes.iter().enumerate() {
        let part = label * width..(label + 1) * width;
        match size {
            0 => sums[part.clone()].copy_from_slice(&before[part]),
            size => sums[part].iter_mut().for_each(|sum| *sum /= size as f64),
        }
    }
    sums
}

/// The mean of the columns' variances (divisor n).
fn mean_variance(points: &Points) -> f64 {
    let (rows, width) = (points.rows(), points.width());
    if rows == 0 || width == 0 {
        return 0.0;
    }
    let (means, _) = points.means(&vec![0; rows], 1);
    let squares = (0..rows).fold(0.0, |sum, row| sum + squared(points.row(row), &means));
    squares / (rows * width) as f64
}

#[cfg(test)]
impl MeansJob {
    /// The same in slices of another size.
    pub fn sliced(self, slice: usize) -> Self {
        Self { slice, ..self }
    }
}
