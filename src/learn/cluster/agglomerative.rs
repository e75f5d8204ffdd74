//! Hierarchical clustering: the two segments that are nearest to each other become one, until one is left.

use super::points::squared;
use super::{By, Clusterer, Clustering, Clusters, Division, Points, by_size, number_fields, numbers, refuse_few};
use crate::base::{Advance, Field, Job, Params, Problem, Progress, Stage, field};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// scikit-learn's `AgglomerativeClustering` with Euclidean distances, cut at each number of segments that is tried; the
/// heights are those of SciPy's `linkage`. Segments stand in order of their sizes.
pub(super) static AGGLOMERATIVE: Clusterer = Clusterer { id: "agglomerative", fields, takes_number: true, most: 4_000, start };

/// Differences of numbers, or distances looked at, in a slice: about ten milliseconds natively.
const SLICE: usize = 8_000_000;

fn fields() -> Vec<Field> {
    let mut fields = number_fields();
    fields.push(Field::choice("linkage", "ward", &["ward", "complete", "average", "single"]));
    fields
}

#[derive(Deserialize)]
struct Settings {
    number: By,
    n_clusters: usize,
    linkage: Linkage,
}

/// How far two segments are from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Linkage {
    /// By how much the squared distances to the centres grow when they become one.
    Ward,
    /// As the two points that are farthest apart.
    Complete,
    /// The mean over all pairs of points.
    Average,
    /// As the two points that are nearest.
    Single,
}

/// Two segments that become one. Points are numbered from 0, and the segment of merge i as points + i.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// The one with the smaller number.
    pub left: usize,
    /// The other.
    pub right: usize,
    /// How far they were from each other.
    pub height: f64,
    /// Points of both.
    pub rows: usize,
}

fn start(params: &Params, points: Arc<Points>, _: u64) -> Result<Box<Clusters>, Problem> {
    let settings: Settings = field::parse(&fields(), params, Stage::Explore, "cluster.agglomerative")?;
    refuse_few(&points)?;
    let (wanted, tried) = numbers(settings.number, settings.n_clusters, points.rows());
    Ok(Box::new(Cut { wanted, tried, tree: TreeJob::new(points.clone(), settings.linkage), points }))
}

/// The tree, and then its cuts.
struct Cut {
    points: Arc<Points>,
    wanted: Option<usize>,
    tried: Vec<usize>,
    tree: TreeJob,
}

impl Job for Cut {
    type Output = Clustering;

    fn advance(&mut self) -> Result<Advance<Clustering>, Problem> {
        let merges = match self.tree.advance()? {
            Advance::More(progress) => return Ok(Advance::More(progress)),
            Advance::Done(merges) => merges,
        };
        let divisions = self.tried.iter().map(|&count| {
            let labels = cut(&merges, self.points.rows(), count);
            let (centres, _) = self.points.means(&labels, count);
            Division { labels, count, centres }
        });
        Ok(Advance::Done(Clustering { wanted: self.wanted, divisions: divisions.collect(), merges, ..Clustering::default() }))
    }
}

/// The labels of points in a tree that is cut where so many segments are left (1 to as many as points), in order of size.
pub(super) fn cut(merges: &[Merge], points: usize, count: usize) -> Vec<u32> {
    let kept = merges.len().saturating_sub(count.saturating_sub(1));
    // The last merge below the cut that holds each number; from the top down a segment knows its own when its parts ask.
    let mut top: Vec<usize> = (0..points + kept).collect();
    for place in (0..kept).rev() {
        let own = top[points + place];
        top[merges[place].left] = own;
        top[merges[place].right] = own;
    }
    let mut numbers = rustc_hash::FxHashMap::<usize, u32>::default();
    let labels: Vec<u32> = (0..points)
        .map(|point| {
            let next = numbers.len() as u32;
            *numbers.entry(top[point]).or_insert(next)
        })
        .collect();
    by_size(&labels, numbers.len()).0
}

/// The tree of points in progress: the distances of all pairs, then merges along chains of nearest neighbours.
///
/// A chain runs from any segment to its nearest neighbour and on until two are nearest to each other; these become one
/// (Müllner 2011, "Modern hierarchical, agglomerative clustering algorithms", as SciPy's `nn_chain`; for the single linkage
/// the heights are those of its minimum spanning tree). Distances to the joined segment follow from those to its parts
/// (Lance and Williams 1967). Time grows with the square of the points, memory is half of their square.
pub(super) struct TreeJob {
    points: Arc<Points>,
    linkage: Linkage,
    /// The distances: of the first point to each later one, then of the second, and so on.
    far: Vec<f64>,
    /// The next point whose distances are computed.
    next: usize,
    /// Points of each segment; 0 for one that has gone into another.
    sizes: Vec<usize>,
    chain: Vec<usize>,
    /// Merges in the order in which they were found, by the numbers of points in them.
    found: Vec<Merge>,
    slice: usize,
}

impl TreeJob {
    pub fn new(points: Arc<Points>, linkage: Linkage) -> Self {
        let rows = points.rows();
        let far = Vec::with_capacity(rows * rows.saturating_sub(1) / 2);
        let found = Vec::with_capacity(rows.saturating_sub(1));
        Self { linkage, far, next: 0, sizes: vec![1; rows], chain: Vec::new(), found, points, slice: SLICE }
    }

    fn place(&self, a: usize, b: usize) -> usize {
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        self.points.rows() * a - a * (a + 1) / 2 + b - a - 1
    }

    /// The distances of one more point to those behind it.
    fn measure(&mut self) {
        let row = self.next;
        self.far.extend((row + 1..self.points.rows()).map(|other| squared(self.points.row(row), self.points.row(other)).sqrt()));
        self.next += 1;
    }

    /// Follows the chain by one step: it grows, or its last two become one.
    fn step(&mut self) {
        if self.chain.is_empty() {
            self.chain.extend(self.sizes.iter().position(|&size| size > 0));
        }
        let Some(&x) = self.chain.last() else { return };
        // The one before is preferred among equally near ones, so that the chain never runs in a circle.
        let before = self.chain.len().checked_sub(2).map(|place| self.chain[place]);
        let mut best = before.map(|y| (self.far[self.place(x, y)], y));
        for other in (0..self.sizes.len()).filter(|&other| self.sizes[other] > 0 && other != x) {
            let far = self.far[self.place(x, other)];
            if best.is_none_or(|(least, _)| far < least) {
                best = Some((far, other));
            }
        }
        let Some((height, y)) = best else { return };
        if before != Some(y) {
            return self.chain.push(y);
        }
        self.chain.truncate(self.chain.len() - 2);
        let (x, y) = if x < y { (x, y) } else { (y, x) };
        let rows = self.sizes[x] + self.sizes[y];
        self.found.push(Merge { left: x, right: y, height, rows });
        for other in (0..self.sizes.len()).filter(|&other| self.sizes[other] > 0 && other != x && other != y) {
            let (from, to) = (self.place(other, x), self.place(other, y));
            let sizes = [self.sizes[x], self.sizes[y], self.sizes[other]].map(|size| size as f64);
            self.far[to] = self.linkage.joined(self.far[from], self.far[to], height, sizes);
        }
        (self.sizes[x], self.sizes[y]) = (0, rows);
    }
}

impl Linkage {
    /// How far a segment is from two that have become one: its distances to both, theirs, and the sizes of all three.
    fn joined(self, x: f64, y: f64, between: f64, [size_x, size_y, size]: [f64; 3]) -> f64 {
        match self {
            Linkage::Single => {
                if x < y {
                    x
                } else {
                    y
                }
            }
            Linkage::Complete => {
                if x > y {
                    x
                } else {
                    y
                }
            }
            Linkage::Average => (size_x * x + size_y * y) / (size_x + size_y),
            Linkage::Ward => {
                let t = 1.0 / (size_x + size_y + size);
                let square = (size + size_x) * t * x * x + (size + size_y) * t * y * y - size * t * between * between;
                // Rounding may lead below 0 where all three are at one place.
                if square > 0.0 { square.sqrt() } else { 0.0 }
            }
        }
    }
}

impl Job for TreeJob {
    type Output = Vec<Merge>;

    /// # Errors
    /// None.
    fn advance(&mut self) -> Result<Advance<Vec<Merge>>, Problem> {
        let rows = self.points.rows();
        let mut left = self.slice;
        while self.next < rows && left > 0 {
            self.measure();
            left = left.saturating_sub((rows * self.points.width()).max(1));
        }
        while self.next == rows && self.found.len() + 1 < rows && left > 0 {
            self.step();
            left = left.saturating_sub(rows.max(1));
        }
        if self.next == rows && self.found.len() + 1 >= rows {
            return Ok(Advance::Done(numbered(std::mem::take(&mut self.found), rows)));
        }
        // Chains are about three steps a merge; each looks at every point once.
        let (width, done) = (self.points.width() as u64 + 1, self.next as u64);
        Ok(Advance::More(Progress { done: done * width + 4 * self.found.len() as u64, total: rows as u64 * (width + 4) }))
    }
}

/// Merges in order of height, named by the numbers of what is joined: points, or earlier merges.
fn numbered(mut merges: Vec<Merge>, points: usize) -> Vec<Merge> {
    // A stable sort, as SciPy's.
    merges.sort_by(|a, b| a.height.total_cmp(&b.height));
    let mut parents: Vec<usize> = (0..points + merges.len()).collect();
    for (place, merge) in merges.iter_mut().enumerate() {
        let (a, b) = (root(&mut parents, merge.left), root(&mut parents, merge.right));
        (merge.left, merge.right) = if a < b { (a, b) } else { (b, a) };
        (parents[a], parents[b]) = (points + place, points + place);
    }
    let mut sizes: Vec<usize> = vec![1; points];
    for merge in &mut merges {
        merge.rows = sizes[merge.left] + sizes[merge.right];
        sizes.push(merge.rows);
    }
    merges
}

/// The segment that a number is in now; the way there is shortened for the next time.
fn root(parents: &mut [usize], number: usize) -> usize {
    let mut root = number;
    while parents[root] != root {
        root = parents[root];
    }
    let mut at = number;
    while parents[at] != root {
        at = std::mem::replace(&mut parents[at], root);
    }
    root
}

#[cfg(test)]
impl TreeJob {
    /// The same in slices of another size.
    pub fn sliced(self, slice: usize) -> Self {
        Self { slice, ..self }
    }
}
