//! Tensors of the small interpreter: a shape and its values row by row.

use super::proto::{TensorProto, element};

/// The values of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
    Integers(Vec<i64>),
    Tests(Vec<bool>),
    Texts(Vec<String>),
}

/// A tensor of at most [`MOST_AXES`] axes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    pub shape: Vec<usize>,
    pub values: Values,
}

/// What an export needs: rows x columns, and no more.
const MOST_AXES: usize = 2;

/// The most values of a tensor while a block of rows runs: far more than an export makes, and no danger to the memory.
const MOST_VALUES: usize = 1 << 26;

impl Tensor {
    /// A tensor, where the number of values is what the shape says.
    pub fn new(shape: Vec<usize>, values: Values) -> Option<Self> {
        (size(&shape)? == values.len()).then_some(Self { shape, values })
    }

    /// A constant of a file.
    pub fn read(proto: &TensorProto) -> Option<Self> {
        let shape = proto.dims.iter().map(|&size| usize::try_from(size).ok()).collect::<Option<Vec<_>>>()?;
        let values = match proto.data_type {
            element::FLOAT => Values::Floats(numbers(&proto.raw_data, f32::from_le_bytes)?),
            element::DOUBLE => Values::Doubles(numbers(&proto.raw_data, f64::from_le_bytes)?),
            element::INT64 => Values::Integers(numbers(&proto.raw_data, i64::from_le_bytes)?),
            element::STRING => {
                Values::Texts(proto.string_data.iter().map(|text| String::from_utf8(text.clone()).ok()).collect::<Option<_>>()?)
            }
            _ => return None,
        };
        Self::new(shape, values)
    }

    /// Rows and columns; a list is one row.
    pub fn rows_and_columns(&self) -> (usize, usize) {
        match self.shape[..] {
            [] => (1, 1),
            [columns] => (1, columns),
            [rows, columns, ..] => (rows, columns),
        }
    }

    /// One value for each value, of another type perhaps.
    pub fn map(&self, change: impl FnOnce(&Values) -> Option<Values>) -> Option<Self> {
        Self::new(self.shape.clone(), change(&self.values)?)
    }
}

impl Values {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Values::Floats(values) => values.len(),
            Values::Doubles(values) => values.len(),
            Values::Integers(values) => values.len(),
            Values::Tests(values) => values.len(),
            Values::Texts(values) => values.len(),
        }
    }

    /// The values at these places, each below [`Values::len`].
    pub fn pick(&self, places: &[usize]) -> Self {
        fn pick<T: Clone>(values: &[T], places: &[usize]) -> Vec<T> {
            places.iter().map(|&place| values[place].clone()).collect()
        }
        match self {
            Values::Floats(values) => Values::Floats(pick(values, places)),
            Values::Doubles(values) => Values::Doubles(pick(values, places)),
            Values::Integers(values) => Values::Integers(pick(values, places)),
            Values::Tests(values) => Values::Tests(pick(values, places)),
            Values::Texts(values) => Values::Texts(pick(values, places)),
        }
    }
}

/// The number of values of a shape, where it is not too large.
fn size(shape: &[usize]) -> Option<usize> {
    if shape.len() > MOST_AXES {
        return None;
    }
    shape.iter().try_fold(1_usize, |size, &axis| size.checked_mul(axis)).filter(|&size| size <= MOST_VALUES)
}

fn numbers<T, const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
    let chunks = bytes.chunks_exact(N);
    chunks.remainder().is_empty().then(|| chunks.filter_map(|chunk| chunk.try_into().ok().map(&read)).collect())
}

/// The shape of an operation on tensors that stretches axes of size 1, as NumPy does.
pub(super) fn stretched(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let axes = a.len().max(b.len());
    let axis = |shape: &[usize], place: usize| (place + shape.len()).checked_sub(axes).map_or(1, |place| shape[place]);
    let shape = (0..axes)
        .map(|place| match (axis(a, place), axis(b, place)) {
            (a, b) if a == b => Some(a),
            (1, b) => Some(b),
            (a, 1) => Some(a),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()?;
    size(&shape).map(|_| shape)
}

/// For each value of a stretched shape the place of the value in a tensor of shape `from`.
pub(super) fn places(from: &[usize], to: &[usize]) -> Vec<usize> {
    let two = |shape: &[usize]| match shape[..] {
        [] => (1, 1),
        [columns] => (1, columns),
        [rows, columns, ..] => (rows, columns),
    };
    let ((from_rows, from_columns), (rows, columns)) = (two(from), two(to));
    let at = |place: usize, size: usize| if size == 1 { 0 } else { place };
    (0..rows).flat_map(|row| (0..columns).map(move |column| at(row, from_rows) * from_columns + at(column, from_columns))).collect()
}
