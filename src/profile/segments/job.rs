//! The segments, found and described in slices.

use super::describe::Described;
use super::{SegmentMap, SegmentQuestion, Segments, Tried, map, tree, usual_columns};
use crate::base::{Advance, Figure, Job, Problem, Progress, Stage};
use crate::learn::cluster::{
    self, Clusterer, Clustering, Clusters, Division, Figures, NOISE, Points, Silhouette, SilhouetteJob, Space, kmeans,
};
use crate::num::{Rng, neighbours::Neighbours};
use crate::profile::Options;
use crate::profile::target::Answer;
use crate::table::Table;
use ndarray::Array2;
use std::sync::Arc;

/// Rows on which silhouettes rest, at most: their time grows with the square.
const JUDGED: usize = 5_000;
/// Rows that are brought to their segments in a slice.
const BROUGHT: usize = 2_000;

/// The segments and the label of every row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segmented {
    /// The segments.
    pub segments: Segments,
    /// The segment of each row, from 0; [`NOISE`] where it belongs to none.
    pub labels: Vec<u32>,
}

/// Segments in progress.
pub struct SegmentsJob {
    table: Arc<Table>,
    question: SegmentQuestion,
    clusterer: &'static Clusterer,
    options: Options,
    space: Space,
    /// The rows that are divided, ascending, and their points.
    divided: Vec<usize>,
    part: Arc<Points>,
    clustering: Clustering,
    figures: Vec<Figures>,
    /// Places among the divided rows on which silhouettes rest.
    judged: Vec<usize>,
    /// The division that was chosen, and the silhouettes of its judged points.
    division: Division,
    silhouette: Option<Silhouette>,
    labels: Vec<u32>,
    state: State,
    found: Segments,
}

enum State {
    Ready,
    /// How the columns count is learned, those that are left.
    Learning(std::vec::IntoIter<String>),
    Dividing(Box<Clusters>),
    Judging(SilhouetteJob),
    Bringing(Option<Neighbours>, usize),
    Describing(Described),
}

impl SegmentsJob {
    /// Starts to look for segments in a table. The options name the target, which is described and otherwise left alone, and
    /// the seed.
    ///
    /// # Errors
    /// A way that does not exist, a column that is not there.
    pub fn new(table: Arc<Table>, question: SegmentQuestion, options: Options) -> Result<Self, Problem> {
        let clusterer = cluster::find(&question.method).ok_or_else(|| {
            let known = cluster::CLUSTERERS.iter().map(|clusterer| clusterer.id).collect::<Vec<_>>().join(", ");
            Problem::new(Stage::Explore, "segments.no_method").with("method", &question.method).with("known", known)
        })?;
        let wrong = crate::base::field::check(&(clusterer.fields)(), &question.params, Stage::Explore, &clusterer.owner());
        if let Some(problem) = wrong.into_iter().next() {
            return Err(problem);
        }
        for name in question.columns.iter().chain(&options.target) {
            super::super::view::find(&table, name)?;
        }
        Ok(Self {
            found: Segments { method: question.method.clone(), rows: table.rows(), ..Segments::default() },
            table,
            question,
            clusterer,
            options,
            space: Space::default(),
            divided: Vec::new(),
            part: Arc::default(),
            clustering: Clustering::default(),
            figures: Vec::new(),
            judged: Vec::new(),
            division: Division::default(),
            silhouette: None,
            labels: Vec::new(),
            state: State::Ready,
        })
    }

    /// The columns by which rows are compared.
    fn columns(&self) -> Vec<String> {
        match self.question.columns.as_slice() {
            [] => usual_columns(&self.table, self.options.target.as_deref()),
            // The answer must not decide who is like whom.
            named => {
                let counts =
                    |(place, name): &(usize, &String)| self.options.target.as_ref() != Some(name) && !named[..*place].contains(name);
                named.iter().enumerate().filter(counts).map(|(_, name)| name.clone()).collect()
            }
        }
    }

    /// Rows become points, and some or all of them begin to be divided.
    fn begin(&mut self) -> Result<State, Problem> {
        self.space.refuse_wide()?;
        if self.space.axes.is_empty() {
            return Err(Problem::new(Stage::Explore, "segments.no_columns"));
        }
        let rows = self.table.rows();
        self.divided = drawn(rows, self.clusterer.most, self.options.seed, "segments");
        self.found.columns = self.space.axes.iter().map(|axis| axis.column().to_owned()).collect();
        self.part = Arc::new(self.points(&self.divided)?);
        self.found.passed_over = self.space.passed_over.iter().map(|(name, why)| (name.clone(), (*why).to_owned())).collect();
        self.found.divided = (self.divided.len() < rows).then_some(self.divided.len());
        (self.clusterer.start)(&self.question.params, self.part.clone(), self.options.seed).map(State::Dividing)
    }

    /// Some rows as points. All of a long table at once would need many times its memory.
    fn points(&self, rows: &[usize]) -> Result<Points, Problem> {
        let columns = self.found.columns.iter().filter_map(|name| self.table.column(name)).map(|column| column.take(rows)).collect();
        self.space.points(&Table::with_origins(columns, rows.iter().map(|&row| self.table.origins()[row]).collect()))
    }

    /// What was divided is judged.
    fn judge(&mut self, clustering: Clustering) -> State {
        self.clustering = clustering;
        self.figures = self.clustering.divisions.iter().map(|division| cluster::figures(&self.part, division)).collect();
        let rows = self.part.rows();
        self.judged = drawn(rows, JUDGED, self.options.seed, "silhouettes");
        self.found.judged = (self.judged.len() < rows).then_some(self.judged.len());
        let labels = |division: &Division| (self.judged.iter().map(|&row| division.labels[row]).collect(), division.count);
        let divisions = self.clustering.divisions.iter().map(labels).collect();
        State::Judging(SilhouetteJob::new(Arc::new(self.part.take(&self.judged)), divisions))
    }

    /// A division is chosen, and its tree and map are drawn.
    fn choose(&mut self, mut silhouettes: Vec<Silhouette>) -> State {
        let divisions = &self.clustering.divisions;
        let mut best: Option<(f64, usize)> = None;
        for (place, silhouette) in silhouettes.iter().enumerate() {
            if let Some(value) = silhouette.mean.value()
                && best.is_none_or(|(most, _)| value > most)
            {
                best = Some((value, place));
            }
        }
        self.found.best = best.map(|(_, place)| place);
        self.found.chosen = match self.clustering.wanted {
            Some(wanted) => divisions.iter().rposition(|division| division.count <= wanted).unwrap_or(0),
            None => self.found.best.unwrap_or(0),
        };
        let tried = divisions.iter().zip(&silhouettes).zip(&self.figures).map(|((division, silhouette), figures)| Tried {
            count: division.count,
            silhouette: silhouette.mean.clone(),
            inertia: figures.inertia,
            within: figures.within.clone(),
            calinski_harabasz: figures.calinski_harabasz.clone(),
            davies_bouldin: figures.davies_bouldin.clone(),
        });
        self.found.tried = tried.collect();
        self.division = divisions.get(self.found.chosen).cloned().unwrap_or_default();
        if let Some(wanted) = self.clustering.wanted.filter(|wanted| self.division.count < *wanted) {
            let note = Problem::note(Stage::Explore, "segments.fewer").with("asked", wanted).with("count", self.division.count);
            self.found.notes.push(note);
        }
        if self.division.count == 0 {
            self.found.notes.push(Problem::note(Stage::Explore, "segments.all_noise"));
        }
        if self.found.chosen < silhouettes.len() {
            self.silhouette = Some(silhouettes.swap_remove(self.found.chosen));
        }
        self.found.notes.append(&mut self.clustering.notes);
        self.found.eps = self.clustering.density.as_ref().map(|(eps, _)| *eps);
        self.found.map = self.map();
        self.found.tree = (!self.clustering.merges.is_empty()).then(|| tree::of(&self.clustering.merges, &self.division));
        self.labels = vec![NOISE; self.table.rows()];
        self.divided.iter().zip(&self.division.labels).for_each(|(&row, &label)| self.labels[row] = label);
        State::Bringing(self.guides(), 0)
    }

    fn map(&self) -> SegmentMap {
        let labels: Vec<u32> = self.judged.iter().map(|&row| self.division.labels[row]).collect();
        let origins = self.judged.iter().map(|&row| self.table.origins()[self.divided[row]]).collect();
        map::of(&self.part.take(&self.judged), &self.space, &labels, origins, self.options.seed)
    }

    /// The points that say where rows belong that were not divided: all that were, or the cores of densities. Nothing where
    /// centres say it.
    fn guides(&self) -> Option<Neighbours> {
        if self.found.divided.is_none() || self.clusterer.id == kmeans::ID {
            return None;
        }
        let width = self.part.width();
        let guides = self.guiding();
        Some(Neighbours::of_numbers(
            Array2::from_shape_fn((guides.len(), width), |(place, column)| self.part.row(guides[place])[column]),
            false,
        ))
    }

    fn guiding(&self) -> Vec<usize> {
        let is_core = |row: &usize| self.clustering.density.as_ref().is_none_or(|(_, cores)| cores[*row]);
        (0..self.part.rows()).filter(is_core).collect()
    }

    /// Brings some more rows to their segments: by the nearest centre, or with the nearest of those that guide, which for
    /// densities must be within reach.
    fn bring(&mut self, guides: &Option<Neighbours>, from: usize) -> Result<usize, Problem> {
        let rows = self.table.rows();
        if self.found.divided.is_none() {
            return Ok(rows);
        }
        let end = rows.min(from + BROUGHT);
        let left: Vec<usize> = (from..end).filter(|row| self.divided.binary_search(row).is_err()).collect();
        let points = self.points(&left)?;
        let guiding = guides.as_ref().map(|_| self.guiding()).unwrap_or_default();
        let reach = self.found.eps.map_or(f64::INFINITY, |eps| eps * eps);
        for (place, &row) in left.iter().enumerate() {
            self.labels[row] = match guides {
                None => self.division.nearest(points.row(place)),
                Some(tree) => match tree.of_place(points.row(place), 1).first() {
                    Some((guide, far)) if *far <= reach => self.division.labels[guiding[*guide]],
                    _ => NOISE,
                },
            };
        }
        Ok(end)
    }

    /// The work of describing.
    fn described(&mut self) -> State {
        self.found.noise = self.labels.iter().filter(|label| **label == NOISE).count();
        let answer = match self.options.target.as_deref().and_then(|name| self.table.column(name)) {
            Some(column) => {
                let answer = Answer::of(column, self.options.task, self.options.positive.as_deref());
                self.found.target = answer.profile(column);
                answer
            }
            None => Answer::None,
        };
        let silhouettes = self.silhouette.take().map(|silhouette| silhouette.segments).unwrap_or_default();
        let silhouettes = (0..self.division.count).map(|place| silhouettes.get(place).cloned().unwrap_or(Figure::undefined("no_rows")));
        State::Describing(Described::new(&self.labels, silhouettes.collect(), &answer))
    }

    fn progress(&self) -> Progress {
        // By what these parts take on a table of usual size.
        let share = |from: f64, to: f64, within: &Progress| from + (to - from) * within.share();
        let within = match &self.state {
            State::Ready | State::Learning(_) => 0.0,
            State::Dividing(_) => 0.02,
            State::Judging(_) => 0.6,
            State::Bringing(_, row) => share(0.9, 0.95, &Progress { done: *row as u64, total: self.table.rows().max(1) as u64 }),
            State::Describing(described) => {
                share(0.95, 1.0, &Progress { done: described.next as u64, total: self.found.columns.len().max(1) as u64 })
            }
        };
        Progress { done: (within * 1000.0) as u64, total: 1000 }
    }
}

/// Places below a count: all of them, or as many by chance, ascending.
fn drawn(count: usize, most: usize, seed: u64, purpose: &str) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    let mut drawn = Rng::new(seed, purpose, 0).sample(count, most);
    drawn.sort_unstable();
    drawn
}

/// Progress within a part of the whole, in thousandths.
fn scaled(progress: &Progress, from: f64, to: f64) -> Progress {
    Progress { done: ((from + (to - from) * progress.share()) * 1000.0) as u64, total: 1000 }
}

impl Job for SegmentsJob {
    type Output = Segmented;

    fn advance(&mut self) -> Result<Advance<Segmented>, Problem> {
        self.state = match std::mem::replace(&mut self.state, State::Ready) {
            State::Ready => State::Learning(self.columns().into_iter()),
            State::Learning(mut columns) => match columns.next() {
                Some(name) => {
                    self.space.add(&self.table, &name)?;
                    State::Learning(columns)
                }
                None => self.begin()?,
            },
            State::Dividing(mut job) => match job.advance()? {
                Advance::More(progress) => {
                    self.state = State::Dividing(job);
                    return Ok(Advance::More(scaled(&progress, 0.02, 0.6)));
                }
                Advance::Done(clustering) => self.judge(clustering),
            },
            State::Judging(mut job) => match job.advance()? {
                Advance::More(progress) => {
                    self.state = State::Judging(job);
                    return Ok(Advance::More(scaled(&progress, 0.6, 0.9)));
                }
                Advance::Done(silhouettes) => self.choose(silhouettes),
            },
            State::Bringing(guides, from) => match self.bring(&guides, from)? {
                end if end < self.table.rows() => State::Bringing(guides, end),
                _ => self.described(),
            },
            State::Describing(mut described) => match self.found.columns.get(described.next) {
                Some(name) => {
                    if let Some(column) = self.table.column(name) {
                        described.column(column, &self.labels);
                    }
                    described.next += 1;
                    State::Describing(described)
                }
                None => {
                    (self.found.segments, self.found.more) = described.finish();
                    return Ok(Advance::Done(Segmented {
                        segments: std::mem::take(&mut self.found),
                        labels: std::mem::take(&mut self.labels),
                    }));
                }
            },
        };
        Ok(Advance::More(self.progress()))
    }
}
