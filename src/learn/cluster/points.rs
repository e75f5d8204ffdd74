//! Points: rows of numbers in one block, and how far they are from each other.

/// Points of numbers, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    rows: usize,
    width: usize,
    values: Vec<f64>,
}

impl Points {
    /// Points from their values, row by row: `rows` x `width`, finite.
    ///
    /// # Panics
    /// Where there are not so many values: that is a mistake in the code.
    pub fn new(rows: usize, width: usize, values: Vec<f64>) -> Self {
        assert_eq!(rows * width, values.len(), "points of another shape");
        Self { rows, width, values }
    }

    /// How many there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The numbers of each.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The numbers of one.
    ///
    /// # Panics
    /// Where `row` is not below [`Points::rows`].
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// All numbers, row by row.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The points at these places, in that order.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Points {
        let values = rows.iter().flat_map(|&row| self.row(row).iter().copied()).collect();
        Points { rows: rows.len(), width: self.width, values }
    }

    /// The mean of the points of each segment, segments x columns row by row (0 of a segment without points), and how many
    /// there are. Noise belongs to none. Sums run in the order of the points.
    pub fn means(&self, labels: &[u32], count: usize) -> (Vec<f64>, Vec<usize>) {
        let (mut sums, mut sizes) = (vec![0.0; count * self.width], vec![0_usize; count]);
        for (row, &label) in labels.iter().enumerate() {
            let label = label as usize;
            if label < count {
                sizes[label] += 1;
                let sum = &mut sums[label * self.width..(label + 1) * self.width];
                sum.iter_mut().zip(self.row(row)).for_each(|(sum, x)| *sum += x);
            }
        }
        for (label, &size) in sizes.iter().enumerate().filter(|(_, size)| **size > 0) {
            sums[label * self.width..(label + 1) * self.width].iter_mut().for_each(|sum| *sum /= size as f64);
        }
        (sums, sizes)
    }
}

/// The squared Euclidean distance of two points of one width.
///
/// Four sums side by side, added in a fixed order: additions do not wait for one another, and the digits depend on the
/// width alone.
pub(super) fn squared(a: &[f64], b: &[f64]) -> f64 {
    let ((blocks_a, rest_a), (blocks_b, rest_b)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (a, b) in blocks_a.iter().zip(blocks_b) {
        for lane in 0..4 {
            let gap = a[lane] - b[lane];
            sums[lane] += gap * gap;
        }
    }
    let rest = rest_a.iter().zip(rest_b).fold(0.0, |sum, (a, b)| sum + (a - b) * (a - b));
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The nearest of some centres (row by row) to a point, the first of equally near ones, and its squared distance; 0 and
/// infinity where there is none.
pub(super) fn nearest(point: &[f64], centres: &[f64], count: usize) -> (usize, f64) {
    let width = point.len();
    let mut best = (0, f64::INFINITY);
    for place in 0..count {
        let far = squared(point, &centres[place * width..(place + 1) * width]);
        if far < best.1 {
            best = (place, far);
        }
    }
    best
}
