//! Joins against comparing every row with every row, and their edges.

use super::*;
use crate::num::Rng;
use crate::table::{Column, Strings};

fn pairs(keys: &[(&str, &str)]) -> Vec<KeyPair> {
    keys.iter().map(|&(left, right)| (left.to_owned(), right.to_owned())).collect()
}

fn joined(left: &Table, right: &Table, keys: &[(&str, &str)], how: How) -> Joined {
    join(left, right, &pairs(keys), how, "_right", &Limits::default()).expect("a join")
}

/// A table as lines of text, a dash where a value is missing.
fn lines(table: &Table) -> Vec<String> {
    let cell = |column: &Column, row: usize| column.display(row).unwrap_or("-".to_owned());
    (0..table.rows()).map(|row| table.columns().iter().map(|column| cell(column, row)).collect::<Vec<_>>().join(" ")).collect()
}

/// A table with a key of two parts, some of them missing, and the number of the row.
fn random(rng: &mut Rng, prefix: &str, numbers: bool) -> Table {
    let rows = rng.below(12);
    let part = |rng: &mut Rng| (rng.below(6) > 0).then(|| rng.below(4));
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        a.push(part(rng));
        b.push(part(rng));
    }
    let first = match numbers {
        true => Column::number("a", a.iter().map(|value| value.map_or(f64::NAN, |value| value as f64)).collect()),
        false => Column::category("a", Strings::from_texts(a.iter().map(|value| value.map(|value| value.to_string())))),
    };
    let second = Column::date("b", b.iter().map(|value| value.map_or(Column::NO_DATE, |value| value as i64 * 86_400_000_000)).collect());
    let own = Column::category(prefix, Strings::from_texts((0..rows).map(|row| Some(format!("{prefix}{row}")))));
    Table::new(vec![first, second, own])
}

/// The join by comparing every row with every row, as lines.
fn slow(left: &Table, right: &Table, keys: &[&str], how: How) -> Vec<String> {
    let cell = |table: &Table, row: usize, name: &str| table.column(name).expect("a column").display(row);
    let is_equal = |l: usize, r: usize| keys.iter().all(|key| cell(left, l, key).is_some() && cell(left, l, key) == cell(right, r, key));
    let own_key = |key: &str| if keys.contains(&key) { true } else { key == "left" };
    let line = |l: Option<usize>, r: Option<usize>| {
        let mut cells = Vec::new();
        for name in ["a", "b", "left"] {
            let value = match (l, r) {
                (Some(l), _) => cell(left, l, name),
                (None, Some(r)) if keys.contains(&name) => cell(right, r, name),
                _ => None,
            };
            cells.push(value.unwrap_or("-".to_owned()));
        }
        if how.adds_columns() {
            for name in ["a", "b", "right"].into_iter().filter(|name| !own_key(name)) {
                cells.push(r.and_then(|r| cell(right, r, name)).unwrap_or("-".to_owned()));
            }
        }
        cells.join(" ")
    };
    let mut lines = Vec::new();
    for l in 0..left.rows() {
        let partners: Vec<usize> = (0..right.rows()).filter(|&r| is_equal(l, r)).collect();
        match how {
            How::Semi if !partners.is_empty() => lines.push(line(Some(l), None)),
            How::Anti | How::Left | How::Full if partners.is_empty() => lines.push(line(Some(l), None)),
            How::Semi | How::Anti => {}
            _ => lines.extend(partners.iter().map(|&r| line(Some(l), Some(r)))),
        }
    }
    if how.keeps_right() {
        lines.extend((0..right.rows()).filter(|&r| !(0..left.rows()).any(|l| is_equal(l, r))).map(|r| line(None, Some(r))));
    }
    lines
}

#[test]
fn every_join_is_that_of_comparing_every_row_with_every_row() {
    let mut rng = Rng::new(3, "join", 0);
    let mut rows = 0;
    for round in 0..200 {
        let left = random(&mut rng, "left", round % 3 == 0);
        let right = random(&mut rng, "right", round % 2 == 0);
        for keys in [&["a"][..], &["b"], &["a", "b"]] {
            let key_pairs: Vec<(&str, &str)> = keys.iter().map(|&key| (key, key)).collect();
            let counts = counts(&left, &right, &pairs(&key_pairs)).expect("counts");
            for how in How::ALL {
                let joined = joined(&left, &right, &key_pairs, how);
                assert_eq!(lines(&joined.table), slow(&left, &right, keys, how), "{how:?} by {keys:?} of\n{left:?}\n{right:?}");
                assert_eq!(joined.table.rows() as u64, counts.rows.of(how), "{how:?}");
                assert_eq!(joined.counts, counts);
                rows += joined.table.rows();
            }
            for side in [&counts.left, &counts.right] {
                assert_eq!(side.rows, side.without_key + side.matched + side.unmatched);
            }
            // Each row of the main table once, unless it is lost; those that are multiplied; rows of the joined table alone.
            for how in How::ALL {
                let (lost, _) = counts.lost(how);
                let alone = if how.keeps_right() { counts.right.rows - counts.right.matched } else { 0 };
                assert_eq!(counts.rows.of(how), counts.left.rows - lost + counts.multiplied(how) + alone, "{how:?}");
            }
        }
    }
    assert!(rows > 10_000, "{rows} rows are no test");
}

fn flights() -> Table {
    Table::with_origins(
        vec![
            Column::category("code", Strings::from_texts([Some("UA"), Some("XX"), None, Some("UA")])),
            Column::number("delay", vec![1.0, 2.0, 3.0, 4.0]),
            Column::text("name", Strings::from_texts([Some("a"), Some("b"), Some("c"), Some("d")])),
        ],
        vec![10, 11, 12, 13],
    )
}

fn airlines() -> Table {
    Table::new(vec![
        Column::category("carrier", Strings::from_texts([Some("AA"), Some("UA")])),
        Column::text("name", Strings::from_texts([Some("American"), Some("United")])),
        Column::number("delay", vec![0.5, f64::NAN]),
    ])
}

#[test]
fn names_and_origins() {
    let joined = joined(&flights(), &airlines(), &[("code", "carrier")], How::Full);
    assert_eq!(joined.table.names().collect::<Vec<_>>(), ["code", "delay", "name", "name_right", "delay_right"]);
    assert_eq!(joined.renamed.len(), 2);
    assert_eq!(
        lines(&joined.table),
        ["UA 1 a United -", "XX 2 b - -", "- 3 c - -", "UA 4 d United -", "AA - - American 0.5"],
        "the key of the row of the right table is kept"
    );
    assert_eq!(joined.table.origins(), [10, 11, 12, 13, 14]);
    assert_eq!(joined.first_right, 14);
    let counts = joined.counts;
    assert_eq!((counts.left.without_key, counts.left.unmatched, counts.left.repeated_keys, counts.shared_keys), (1, 1, 1, 1));
    assert_eq!(counts.left.unmatched_examples, [["XX"]]);
    assert_eq!(counts.right.unmatched_examples, [["AA"]]);
}

#[test]
fn a_name_that_is_taken_twice_gets_a_number() {
    let left = Table::new(vec![Column::number("k", vec![1.0]), Column::number("x", vec![1.0]), Column::number("x_right", vec![2.0])]);
    let right = Table::new(vec![Column::number("k", vec![1.0]), Column::number("x", vec![3.0]), Column::number("x_right_2", vec![4.0])]);
    let joined = joined(&left, &right, &[("k", "k")], How::Inner);
    assert_eq!(joined.table.names().collect::<Vec<_>>(), ["k", "x", "x_right", "x_right_3", "x_right_2"]);
    assert_eq!(joined.renamed, [("x".to_owned(), "x_right_3".to_owned())]);
}

#[test]
fn numbers_and_texts_are_compared_as_texts() {
    let left = Table::new(vec![Column::number("k", vec![7.0, -0.0, 1.5])]);
    let right = Table::new(vec![Column::text("k", Strings::from_texts([Some("7"), Some("007"), Some("0"), Some("A1")]))]);
    let joined = joined(&left, &right, &[("k", "k")], How::Full);
    assert_eq!(lines(&joined.table), ["7", "-0", "1.5", "007", "A1"]);
    assert_eq!(joined.table.columns()[0].kind, crate::table::Kind::Text);
    assert_eq!(joined.counts.compared_as_text.len(), 1);
    assert_eq!(joined.counts.problems(How::Full, "b")[0].message.id, "join.as_text");
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let id = |left: &Table, right: &Table, keys: &[(&str, &str)], limits: Limits| {
        join(left, right, &pairs(keys), How::Inner, "_right", &limits).expect_err("a problem").message.id
    };
    let all = Limits::default();
    assert_eq!(id(&flights(), &airlines(), &[], all), "join.no_key");
    assert_eq!(id(&flights(), &airlines(), &[("code", "gone")], all), "join.key_gone");
    assert_eq!(id(&flights(), &airlines(), &[("code", "carrier"), ("name", "carrier")], all), "join.key_twice");
    let dates = Table::new(vec![Column::date("code", vec![0])]);
    assert_eq!(id(&flights(), &dates, &[("code", "code")], all), "join.kinds");
    assert_eq!(id(&flights(), &airlines(), &[("code", "carrier")], Limits { cells: 9, ..all }), "join.too_many_cells");
}

#[test]
fn many_to_many_is_refused_before_its_rows_are_made() {
    let rows = 200_000;
    let table = Table::new(vec![Column::number("k", vec![1.0; rows])]);
    let counts = counts(&table, &table, &pairs(&[("k", "k")])).expect("counts");
    assert_eq!(counts.rows.inner, 40_000_000_000);
    assert_eq!(counts.problems(How::Left, "b")[0].message.id, "join.many_to_many");
    let problem = join(&table, &table, &pairs(&[("k", "k")]), How::Left, "_b", &Limits::default()).expect_err("too many");
    assert_eq!(problem.message.id, "join.too_many_cells");
}

#[test]
fn problems_before_the_join() {
    let ids = |how: How| {
        let counts = counts(&flights(), &airlines(), &pairs(&[("code", "carrier")])).expect("counts");
        counts.problems(how, "b").into_iter().map(|problem| problem.message.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(How::Left), ["join.gaps"]);
    assert_eq!(ids(How::Inner), ["join.rows_lost"]);
    assert!(ids(How::Full).is_empty());
    let swapped = counts(&airlines(), &flights(), &pairs(&[("carrier", "code")])).expect("counts");
    assert_eq!(swapped.problems(How::Full, "b")[0].message.id, "join.rows_repeat");
    let none = counts(&flights(), &airlines(), &pairs(&[("name", "name")])).expect("counts");
    assert_eq!(none.problems(How::Semi, "b")[0].message.id, "join.nothing_matches");
}
