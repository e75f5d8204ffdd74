//! Nearest neighbours, exact, by Euclidean distance over numbers and a fixed charge for each category that differs, or by
//! the sum of absolute differences.
//!
//! A k-d tree (Friedman, Bentley and Finkel 1977) whose leaves hold blocks of points column by column, so that a block's
//! distances are computed side by side while each distance still sums in order of the columns. With few columns the tree
//! passes over most blocks; with many it costs little more than looking at every point.

use ndarray::Array2;

/// Points a leaf. A block of this size fits the first-level cache at 30 columns.
const LEAF: usize = 64;
/// Columns after which a block is given up if all of its points are too far already.
const STRIDE: usize = 8;

/// Points among which neighbours are found.
#[derive(Clone, Debug)]
pub struct Neighbours {
    numbers: Array2<f64>,
    codes: Array2<u32>,
    /// Added to the squared distance for each code that differs.
    charge: f64,
    /// Whether distances are sums of absolute differences; else of squared ones.
    absolute: bool,
    /// The points' rows, leaf by leaf.
    order: Vec<usize>,
    /// The points by leaf; within a leaf column by column.
    block: Vec<f64>,
    code_block: Vec<u32>,
    nodes: Vec<Node>,
    /// For each node the smallest and the largest value of each column.
    boxes: Vec<f64>,
}

#[derive(Clone, Debug)]
struct Node {
    start: usize,
    end: usize,
    /// Left and right child; none at a leaf.
    children: Option<(usize, usize)>,
}

impl Neighbours {
    /// Prepares points for searching.
    ///
    /// # Shapes
    /// - numbers: points x columns, finite; no column is allowed
    /// - codes: points x categories; no column is allowed
    ///
    /// A code that differs counts as a difference of `unlike` in a number.
    ///
    /// # Panics
    /// Where the two have different numbers of rows: that is a mistake in the code.
    pub fn new(numbers: Array2<f64>, codes: Array2<u32>, unlike: f64) -> Self {
        assert_eq!(numbers.nrows(), codes.nrows(), "numbers and codes of different length");
        Self::built(numbers, codes, unlike, false)
    }

    /// Prepares points of numbers alone (points x columns, finite). Where `absolute`, the distance is the sum of absolute
    /// differences, and what is called the squared distance below is that sum.
    pub fn of_numbers(numbers: Array2<f64>, absolute: bool) -> Self {
        let codes = Array2::zeros((numbers.nrows(), 0));
        Self::built(numbers, codes, 0.0, absolute)
    }

    fn built(numbers: Array2<f64>, codes: Array2<u32>, unlike: f64, absolute: bool) -> Self {
        let rows = numbers.nrows();
        let mut tree = Self {
            order: (0..rows).collect(),
            block: Vec::with_capacity(numbers.len()),
            code_block: Vec::with_capacity(codes.len()),
            nodes: Vec::new(),
            boxes: Vec::new(),
            charge: unlike * unlike,
            absolute,
            numbers,
            codes,
        };
        if rows > 0 {
            tree.build(0, rows);
        }
        tree
    }

    /// The number of points.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The `k` points nearest to a point, which is not among them: their rows and squared distances, nearest first, the
    /// lower row first where distances are equal. Fewer where there are fewer other points.
    ///
    /// # Panics
    /// Where `row` is not below [`Neighbours::len`].
    pub fn of_row(&self, row: usize, k: usize) -> Vec<(usize, f64)> {
        let query = Query {
            numbers: self.numbers.row(row).to_vec(),
            codes: self.codes.row(row).to_vec(),
            but: row,
            k: k.min(self.len().saturating_sub(1)),
        };
        self.find(&query)
    }

    /// The `k` points nearest to any place (a finite number for each column), as [`Neighbours::of_row`] tells them. For
    /// points of numbers alone.
    pub fn of_place(&self, place: &[f64], k: usize) -> Vec<(usize, f64)> {
        self.find(&Query { numbers: place.to_vec(), codes: Vec::new(), but: usize::MAX, k: k.min(self.len()) })
    }

    /// The points whose squared distance to a place (a finite number for each column) is at most this, ascending; what is
    /// exactly as far counts. For points of numbers alone.
    pub fn within(&self, place: &[f64], squared: f64) -> Vec<usize> {
        let query = Query { numbers: place.to_vec(), codes: Vec::new(), but: usize::MAX, k: 0 };
        let (mut found, mut open) = (Vec::new(), Vec::new());
        if !self.is_empty() {
            open.push(0);
        }
        let mut far = vec![0.0; LEAF];
        while let Some(node) = open.pop() {
            if self.distance_to_box(node, &query) > squared {
                continue;
            }
            let Node { start, end, children } = &self.nodes[node];
            match *children {
                Some((left, right)) => open.extend([left, right]),
                None => {
                    let far = &mut far[..end - start];
                    self.distances(*start, *end, &query, f64::INFINITY, far);
                    found.extend((*start..*end).zip(far).filter(|(_, far)| **far <= squared).map(|(place, _)| self.order[place]));
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn find(&self, query: &Query) -> Vec<(usize, f64)> {
        let mut found = Found { best: Vec::with_capacity(query.k + 1), far: vec![0.0; LEAF] };
        if query.k > 0 {
            self.search(0, self.distance_to_box(0, query), query, &mut found);
        }
        found.best
    }

    /// Adds the node for the points at `start..end` of the order and gives its index.
    fn build(&mut self, start: usize, end: usize) -> usize {
        let width = self.numbers.ncols();
        let (mut low, mut high) = (vec![f64::INFINITY; width], vec![f64::NEG_INFINITY; width]);
        for &row in &self.order[start..end] {
            for (column, &value) in self.numbers.row(row).iter().enumerate() {
                if value < low[column] {
                    low[column] = value;
                }
                if value > high[column] {
                    high[column] = value;
                }
            }
        }
        let node = self.nodes.len();
        self.nodes.push(Node { start, end, children: None });
        self.boxes.extend_from_slice(&low);
        self.boxes.extend_from_slice(&high);
        if end - start > LEAF {
            // The widest column; the first of several. Equal values are parted by row, so both halves are never empty.
            let mut widest = 0;
            for column in 1..width {
                if high[column] - low[column] > high[widest] - low[widest] {
                    widest = column;
                }
            }
            let middle = start + (end - start) / 2;
            let numbers = &self.numbers;
            let value = |row: usize| if width == 0 { 0.0 } else { numbers[[row, widest]] };
            self.order[start..end].select_nth_unstable_by(middle - start, |&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
            let left = self.build(start, middle);
            let right = self.build(middle, end);
            self.nodes[node].children = Some((left, right));
        } else {
            for column in 0..width {
                self.block.extend(self.order[start..end].iter().map(|&row| self.numbers[[row, column]]));
            }
            for column in 0..self.codes.ncols() {
                self.code_block.extend(self.order[start..end].iter().map(|&row| self.codes[[row, column]]));
            }
        }
        node
    }

    /// A lower bound of the squared distance to any point of a node. It sums in the same order as the distance itself
    /// and each part is at most the point's, so that rounding cannot lift it above the distance.
    fn distance_to_box(&self, node: usize, query: &Query) -> f64 {
        let width = query.numbers.len();
        let (low, high) = self.boxes[node * 2 * width..(node + 1) * 2 * width].split_at(width);
        let mut sum = 0.0;
        for ((&value, &low), &high) in query.numbers.iter().zip(low).zip(high) {
            let gap = if value < low {
                low - value
            } else if value > high {
                value - high
            } else {
                0.0
            };
            sum += if self.absolute { gap } else { gap * gap };
        }
        sum
    }

    fn search(&self, node: usize, bound: f64, query: &Query, found: &mut Found) {
        // Not "at least": at equal distance a point of a lower row still counts.
        if bound > found.worst(query.k) {
            return;
        }
        let Node { start, end, children } = &self.nodes[node];
        match *children {
            None => self.scan(*start, *end, query, found),
            Some((left, right)) => {
                let (near_left, near_right) = (self.distance_to_box(left, query), self.distance_to_box(right, query));
                if near_left <= near_right {
                    self.search(left, near_left, query, found);
                    self.search(right, near_right, query, found);
                } else {
                    self.search(right, near_right, query, found);
                    self.search(left, near_left, query, found);
                }
            }
        }
    }

    /// Compares the query with every point of a leaf.
    fn scan(&self, start: usize, end: usize, query: &Query, found: &mut Found) {
        let size = end - start;
        let worst = found.worst(query.k);
        if !self.distances(start, end, query, worst, &mut found.far[..size]) {
            return;
        }
        for place in 0..size {
            let (row, distance) = (self.order[start + place], found.far[place]);
            if row != query.but {
                found.offer(row, distance, query.k);
            }
        }
    }

    /// The distances of the query to every point of a leaf; false where it was given up, because all are beyond the worst
    /// that counts.
    fn distances(&self, start: usize, end: usize, query: &Query, worst: f64, far: &mut [f64]) -> bool {
        let size = end - start;
        far.fill(0.0);
        let width = query.numbers.len();
        let columns = self.block[start * width..end * width].chunks_exact(size);
        for (column, (values, &value)) in columns.zip(&query.numbers).enumerate() {
            let pairs = far.iter_mut().zip(values);
            if self.absolute {
                pairs.for_each(|(far, &other)| *far += (value - other).abs());
            } else {
                pairs.for_each(|(far, &other)| *far += (value - other) * (value - other));
            }
            if column % STRIDE == STRIDE - 1 && far.iter().all(|&far| far > worst) {
                return false;
            }
        }
        let width = query.codes.len();
        for (codes, &code) in self.code_block[start * width..end * width].chunks_exact(size).zip(&query.codes) {
            for (far, &other) in far.iter_mut().zip(codes) {
                *far += if code == other { 0.0 } else { self.charge };
            }
        }
        true
    }
}

struct Query {
    numbers: Vec<f64>,
    codes: Vec<u32>,
    but: usize,
    k: usize,
}

struct Found {
    /// Nearest first.
    best: Vec<(usize, f64)>,
    /// Room for the distances of a leaf.
    far: Vec<f64>,
}

impl Found {
    /// The distance beyond which a point cannot be among the nearest.
    fn worst(&self, k: usize) -> f64 {
        if self.best.len() < k { f64::INFINITY } else { self.best[k - 1].1 }
    }

    fn offer(&mut self, row: usize, distance: f64, k: usize) {
        let place = self.best.partition_point(|&(other, far)| far < distance || (far == distance && other < row));
        if place < k {
            self.best.insert(place, (row, distance));
            self.best.truncate(k);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    /// Every distance, sorted: what the tree must find.
    fn by_looking_at_all(numbers: &Array2<f64>, codes: &Array2<u32>, unlike: f64, row: usize, k: usize) -> Vec<(usize, f64)> {
        let mut all: Vec<(usize, f64)> = (0..numbers.nrows())
            .filter(|&other| other != row)
            .map(|other| {
                let numbers: f64 = numbers.row(row).iter().zip(numbers.row(other)).map(|(a, b)| (a - b) * (a - b)).sum();
                let unlike_codes = codes.row(row).iter().zip(codes.row(other)).filter(|(a, b)| a != b).count();
                (other, (0..unlike_codes).fold(numbers, |sum, _| sum + unlike * unlike))
            })
            .collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        all.truncate(k);
        all
    }

    fn gap_to(points: &Array2<f64>, row: usize, place: &[f64], absolute: bool) -> f64 {
        points.row(row).iter().zip(place).map(|(a, b)| if absolute { (a - b).abs() } else { (a - b) * (a - b) }).sum()
    }

    #[test]
    fn places_that_are_no_points_find_theirs() {
        let mut rng = Rng::new(6, "neighbours", 0);
        let points = Array2::from_shape_fn((300, 4), |_| (rng.uniform() * 5.0).floor());
        for absolute in [false, true] {
            let tree = Neighbours::of_numbers(points.clone(), absolute);
            for _ in 0..20 {
                let place: Vec<f64> = (0..4).map(|_| (rng.uniform() * 5.0).floor() + 0.25).collect();
                let mut all: Vec<(usize, f64)> = (0..300).map(|row| (row, gap_to(&points, row, &place, absolute))).collect();
                all.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
                all.truncate(17);
                assert_eq!(tree.of_place(&place, 17), all);
                // Some stand exactly as far as the last.
                let reach = all[16].1;
                let within: Vec<usize> = (0..300).filter(|&row| gap_to(&points, row, &place, absolute) <= reach).collect();
                assert_eq!(tree.within(&place, reach), within);
                assert_eq!(tree.of_place(&place, 999).len(), 300);
            }
        }
    }

    #[test]
    fn the_tree_finds_what_looking_at_all_finds() {
        // Rows, number columns, category columns, and how coarse the numbers are: coarse ones make ties.
        let cases = [(0, 2, 0, 0.0), (1, 2, 1, 0.0), (2, 3, 0, 0.0), (7, 2, 0, 1.0), (300, 1, 0, 2.0), (500, 2, 1, 3.0), (400, 11, 2, 0.0)];
        for (index, &(rows, width, categories, levels)) in cases.iter().chain(&[(200, 0, 3, 0.0), (300, 3, 0, 1.0)]).enumerate() {
            let mut rng = Rng::new(5, "neighbours", index as u64);
            let mut number = |_| if levels > 0.0 { (rng.uniform() * levels).floor() } else { rng.normal() };
            let numbers = Array2::from_shape_fn((rows, width), &mut number);
            let codes = Array2::from_shape_fn((rows, categories), |_| rng.below(3) as u32);
            let tree = Neighbours::new(numbers.clone(), codes.clone(), 0.7);
            assert_eq!(tree.len(), rows);
            for row in (0..rows).step_by(13) {
                for k in [0, 1, 5, rows + 2] {
                    assert_eq!(tree.of_row(row, k), by_looking_at_all(&numbers, &codes, 0.7, row, k), "case {index}, row {row}, k {k}");
                }
            }
        }
    }
}
