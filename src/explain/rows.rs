//! Raw rows put together from the values of others.

use crate::base::{Problem, Stage};
use crate::num::Rng;
use crate::table::{Column, Data, SYNTHETIC, Strings, Table};

/// The named columns of a table, with no more levels than the rows use: rows are taken from it thousands of times.
///
/// # Errors
/// A name that is not there.
pub fn inputs(table: &Table, columns: &[String], stage: Stage) -> Result<Table, Problem> {
    if let Some(absent) = columns.iter().find(|name| table.column(name).is_none()) {
        return Err(Problem::new(stage, "explain.no_column").at_column(absent));
    }
    let columns = columns.iter().filter_map(|name| table.column(name)).map(compact).collect();
    Ok(Table::with_origins(columns, table.origins().to_vec()))
}

fn compact(column: &Column) -> Column {
    let data = match &column.data {
        Data::Strings(strings) => Data::Strings(Strings::from_texts((0..strings.len()).map(|row| strings.get(row)))),
        other => other.clone(),
    };
    Column { name: column.name.clone(), kind: column.kind, data }
}

/// The rows of one table below those of another with the same columns.
///
/// # Errors
/// A column that is not there or holds other values in the second table.
pub fn stack(first: &Table, second: &Table, stage: Stage) -> Result<Table, Problem> {
    let mut columns = Vec::with_capacity(first.columns().len());
    for top in first.columns() {
        let Some(bottom) = second.column(&top.name) else {
            return Err(Problem::new(stage, "explain.no_column").at_column(&top.name));
        };
        let data = match (&top.data, &bottom.data) {
            (Data::Number(a), Data::Number(b)) => Data::Number([a.as_slice(), b.as_slice()].concat()),
            (Data::Date(a), Data::Date(b)) => Data::Date([a.as_slice(), b.as_slice()].concat()),
            (Data::Strings(a), Data::Strings(b)) => {
                let texts = (0..a.len()).map(|row| a.get(row)).chain((0..b.len()).map(|row| b.get(row)));
                Data::Strings(Strings::from_texts(texts))
            }
            _ => {
                return Err(Problem::new(stage, "explain.other_kind")
                    .with("kind", top.kind.id())
                    .with("other", bottom.kind.id())
                    .at_column(&top.name));
            }
        };
        columns.push(Column { name: top.name.clone(), kind: top.kind, data });
    }
    let origins = [first.origins(), second.origins()].concat();
    Ok(Table::with_origins(columns, origins))
}

/// Places drawn with replacement: as many as there are; where units are known as many whole units, each with all of its
/// places, since places of one unit are alike. None of a single unit, which says nothing of what others are like.
pub fn resample(places: usize, units: Option<&[u32]>, rng: &mut Rng) -> Vec<usize> {
    let Some(units) = units else { return (0..places).map(|_| rng.below(places)).collect() };
    let mut numbers = rustc_hash::FxHashMap::<u32, usize>::default();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (place, &unit) in units.iter().take(places).enumerate() {
        let number = *numbers.entry(unit).or_insert(members.len());
        if number == members.len() {
            members.push(Vec::new());
        }
        members[number].push(place);
    }
    if members.len() < 2 {
        return Vec::new();
    }
    (0..members.len()).flat_map(|_| members[rng.below(members.len())].iter().copied()).collect()
}

/// New rows: in column c, row i holds the value of row `picks[c][i]` of the pool.
pub fn mix(pool: &Table, picks: &[Vec<usize>]) -> Table {
    let columns = pool.columns().iter().zip(picks).map(|(column, rows)| column.take(rows)).collect();
    Table::with_origins(columns, vec![SYNTHETIC; picks.first().map_or(0, Vec::len)])
}

/// At most `count` positions below `rows`, by chance, ascending; all where there are no more.
pub fn sample(rows: usize, count: usize, rng: &mut Rng) -> Vec<usize> {
    if count >= rows {
        return (0..rows).collect();
    }
    let mut chosen = rng.sample(rows, count);
    chosen.sort_unstable();
    chosen
}

/// Whether two rows of a column hold the same value; missing equals missing.
pub fn same(column: &Column, a: usize, b: usize) -> bool {
    match &column.data {
        Data::Number(values) => values[a].to_bits() == values[b].to_bits() || values[a] == values[b],
        Data::Strings(values) => values.codes[a] == values.codes[b],
        Data::Date(values) => values[a] == values[b],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(numbers: &[f64], texts: &[Option<&str>]) -> Table {
        Table::new(vec![Column::number("n", numbers.to_vec()), Column::category("t", Strings::from_texts(texts.iter().copied()))])
    }

    #[test]
    fn stacked_rows_keep_their_texts_though_the_codes_differ() {
        let stacked = stack(&table(&[1.0, 2.0], &[Some("a"), Some("b")]), &table(&[3.0], &[Some("b")]), Stage::Explain).expect("stacks");
        let texts = stacked.column("t").and_then(Column::strings).expect("texts");
        assert_eq!((0..3).map(|row| texts.get(row)).collect::<Vec<_>>(), [Some("a"), Some("b"), Some("b")]);
        let other = Table::new(vec![Column::number("n", vec![1.0]), Column::number("t", vec![1.0])]);
        let problem = stack(&stacked, &other, Stage::Explain).expect_err("another kind");
        assert_eq!(problem.message.id, "explain.other_kind");
    }

    #[test]
    fn mixed_rows_take_each_column_from_where_it_was_asked() {
        let pool = table(&[1.0, 2.0], &[Some("a"), None]);
        let mixed = mix(&pool, &[vec![0, 1, 1], vec![1, 0, 1]]);
        assert_eq!(mixed.column("n").and_then(Column::numbers), Some(&[1.0, 2.0, 2.0][..]));
        let texts = mixed.column("t").and_then(Column::strings).expect("texts");
        assert_eq!((0..3).map(|row| texts.get(row)).collect::<Vec<_>>(), [None, Some("a"), None]);
    }

    #[test]
    fn missing_equals_missing() {
        let pool = table(&[f64::NAN, f64::NAN, 0.0], &[None, None, Some("a")]);
        assert!(pool.columns().iter().all(|column| same(column, 0, 1) && !same(column, 0, 2)));
    }
}
