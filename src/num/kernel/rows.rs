//! Rows into blocks and out of them.

use super::{LANES, Lane, Real};

/// The blocks that hold this many rows.
pub fn blocks(rows: usize) -> usize {
    rows.div_ceil(LANES)
}

/// Eight values from a place of a column on; zeros behind its end.
#[inline(always)]
pub fn lane<F: Real>(column: &[F], from: usize) -> Lane<F> {
    let mut lane = [F::ZERO; LANES];
    lane.iter_mut().zip(column.iter().skip(from)).for_each(|(to, &value)| *to = value);
    lane
}

/// Puts the rows of a table (rows x `width`, row by row) that stand at these positions into blocks.
///
/// # Shapes
/// - `into`: blocks(rows.len()) x `width` lanes; the rows behind the last become zeros
pub fn gather<F: Real>(table: &[F], width: usize, rows: &[u32], into: &mut [Lane<F>]) {
    if width == 0 {
        return;
    }
    for (rows, block) in rows.chunks(LANES).zip(into.chunks_exact_mut(width)) {
        let row = |place: usize| match rows.get(place) {
            Some(&row) => &table[row as usize * width..][..width],
            None => &[],
        };
        if rows.len() == LANES {
            let [a, b, c, d, e, f, g, h]: [&[F]; LANES] = std::array::from_fn(row);
            for (place, lane) in block.iter_mut().enumerate() {
                *lane = [a[place], b[place], c[place], d[place], e[place], f[place], g[place], h[place]];
            }
        } else {
            for (place, lane) in block.iter_mut().enumerate() {
                *lane = std::array::from_fn(|r| row(r).get(place).copied().unwrap_or(F::ZERO));
            }
        }
    }
}

/// The value of a row and feature in blocks of `width` lanes.
#[inline(always)]
pub fn read<F: Real>(values: &[Lane<F>], width: usize, row: usize, feature: usize) -> F {
    values[row / LANES * width + feature][row % LANES]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gathered_row_is_the_row_and_the_rest_is_zero() {
        let table: Vec<f64> = (0..30).map(f64::from).collect();
        let rows: Vec<u32> = vec![9, 0, 3, 3, 1, 7, 2, 8, 5, 4, 6];
        let mut into = vec![[9.0; LANES]; blocks(rows.len()) * 3];
        gather(&table, 3, &rows, &mut into);
        for (place, &row) in rows.iter().enumerate() {
            for feature in 0..3 {
                assert_eq!(read(&into, 3, place, feature), f64::from(row * 3) + feature as f64);
            }
        }
        for place in rows.len()..16 {
            assert_eq!(read(&into, 3, place, 2), 0.0);
        }
        gather(&table, 0, &rows, &mut into);
        assert_eq!(lane(&[1.0, 2.0], 1), [2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
