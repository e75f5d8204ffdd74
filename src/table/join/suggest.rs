//! Keys that suit: columns of both tables that are called the same and hold the same values.

use super::KeyPair;
use super::keys::{Matching, NONE};
use crate::table::{Column, Table};
use serde::{Deserialize, Serialize};

/// Rows of the main table that are looked at to see whether a value is shared, evenly spread.
const LOOKED_AT: usize = 5_000;
/// Columns that are looked at, at most: each costs a pass over the joined table.
const MOST: usize = 24;

/// Keys that suit two tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// The pairs that tell the rows of the joined table apart, the most telling first.
    pub keys: Vec<KeyPair>,
    /// Every pair of columns that are called the same and share a value; the keys are among them.
    pub alike: Vec<KeyPair>,
}

/// Suggests keys. Names are compared by their letters and digits alone, so that "Tail Num" is `tail_num`.
///
/// Of the columns that are alike, the one with the most different values in the joined table comes first, of equals the one
/// with the most shared values; others are added as long as they tell more of its rows apart. So a column that is called
/// the same by chance, such as `year`, stays out where a code tells all rows apart.
pub fn suggest(left: &Table, right: &Table) -> Suggested {
    let sample = spread(left);
    let mut alike: Vec<(KeyPair, Telling)> = Vec::new();
    for column in right.columns() {
        let name = letters(&column.name);
        let Some(partner) = left.columns().iter().find(|other| letters(&other.name) == name) else { continue };
        let pair = (partner.name.clone(), column.name.clone());
        if alike.len() < MOST
            && let Some(telling) = telling(&sample, right, std::slice::from_ref(&pair))
        {
            alike.push((pair, telling));
        }
    }
    let mut order: Vec<usize> = (0..alike.len()).collect();
    // A stable sort: of equals the first column of the joined table.
    order.sort_by_key(|&place| std::cmp::Reverse(alike[place].1));
    let (mut keys, mut told) = (Vec::new(), 0);
    while told < right.rows() {
        let with = |pair: &KeyPair| [keys.as_slice(), std::slice::from_ref(pair)].concat();
        let best = order
            .iter()
            .map(|&place| &alike[place].0)
            .filter(|pair| !keys.contains(*pair))
            .filter_map(|pair| Some((pair, telling(&sample, right, &with(pair))?)))
            // The first of equals.
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        match best {
            Some((pair, telling)) if telling.different > told => {
                told = telling.different;
                keys.push(pair.clone());
            }
            _ => break,
        }
    }
    Suggested { keys, alike: alike.into_iter().map(|(pair, _)| pair).collect() }
}

/// What a key tells, compared by its fields in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Telling {
    /// Different keys of the joined table.
    different: usize,
    /// Those of them that stand in the other table too.
    shared: usize,
}

/// What a key tells, where one of its values stands in both tables.
fn telling(left: &Table, right: &Table, keys: &[KeyPair]) -> Option<Telling> {
    let matching = Matching::new(left, right, keys).ok()?;
    let mut on_left = vec![false; matching.keys];
    for &code in matching.left.iter().filter(|&&code| code != NONE) {
        on_left[code as usize] = true;
    }
    let mut telling = Telling { different: 0, shared: 0 };
    for code in (0..matching.keys as u32).filter(|&code| !matching.partners(code).is_empty()) {
        telling.different += 1;
        telling.shared += usize::from(on_left[code as usize]);
    }
    (telling.shared > 0).then_some(telling)
}

/// Some rows, evenly spread.
fn spread(table: &Table) -> Table {
    let step = table.rows().div_ceil(LOOKED_AT).max(1);
    let rows: Vec<usize> = (0..table.rows()).step_by(step).collect();
    let columns: Vec<Column> = table.columns().iter().map(|column| column.take(&rows)).collect();
    Table::with_origins(columns, rows.iter().map(|&row| table.origins()[row]).collect())
}

fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Strings;

    fn codes(name: &str, values: &[&str]) -> Column {
        Column::category(name, Strings::from_texts(values.iter().map(|value| Some(*value))))
    }

    fn names(keys: &[KeyPair]) -> Vec<(&str, &str)> {
        keys.iter().map(|(left, right)| (left.as_str(), right.as_str())).collect()
    }

    #[test]
    fn a_code_that_tells_all_rows_apart_is_enough() {
        let flights = Table::new(vec![Column::number("year", vec![2013.0; 3]), codes("Tail Num", &["N1", "N2", "N9"])]);
        let of = |years: &[f64], tails: &[&str]| {
            let planes = Table::new(vec![Column::number("year", years.to_vec()), codes("tail_num", tails)]);
            suggest(&flights, &planes)
        };
        // Both tell all rows apart, but one shares more values.
        for found in [of(&[2013.0, 1999.0], &["N1", "N2"]), of(&[2013.0, 1999.0, 1999.0], &["N1", "N2", "N3"])] {
            assert_eq!(names(&found.keys), [("Tail Num", "tail_num")]);
            assert_eq!(names(&found.alike), [("year", "year"), ("Tail Num", "tail_num")]);
        }
    }

    #[test]
    fn several_columns_where_one_is_not_enough() {
        let flights = Table::new(vec![codes("origin", &["A", "B"]), Column::number("hour", vec![5.0, 6.0]), codes("x", &["1", "2"])]);
        let weather = Table::new(vec![
            codes("origin", &["A", "A", "B", "B", "A"]),
            Column::number("hour", vec![5.0, 6.0, 5.0, 6.0, 7.0]),
            codes("x", &["7", "7", "7", "7", "7"]),
        ]);
        assert_eq!(names(&suggest(&flights, &weather).keys), [("hour", "hour"), ("origin", "origin")]);
    }

    #[test]
    fn nothing_is_suggested_where_nothing_is_shared() {
        let left = Table::new(vec![codes("a", &["1"]), Column::date("d", vec![0])]);
        let right = Table::new(vec![codes("a", &["2"]), Column::number("d", vec![0.0])]);
        assert_eq!(suggest(&left, &right), Suggested::default());
        assert_eq!(suggest(&Table::default(), &right), Suggested::default());
    }
}
