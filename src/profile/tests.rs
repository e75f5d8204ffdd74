//! Tests of the profile as a whole: edges, slices, bounds, the same after sending.

use super::*;
use crate::base::{Advance, Figure};
use crate::num::Rng;
use crate::table::{Column, Strings};

fn of(table: Table, options: &Options) -> Profile {
    profile(&Arc::new(table), options).unwrap()
}

fn with_target(name: &str) -> Options {
    Options { target: Some(name.to_owned()), ..Options::default() }
}

/// Columns of every kind, all made by `value` (a number, or nothing).
fn every_kind(n: usize, value: impl Fn(usize) -> Option<u32>) -> Table {
    let rows: Vec<Option<u32>> = (0..n).map(value).collect();
    let texts = || Strings::from_texts(rows.iter().map(|value| value.map(|value| value.to_string())));
    Table::new(vec![
        Column::number("number", rows.iter().map(|value| value.map_or(f64::NAN, f64::from)).collect()),
        Column::category("category", texts()),
        Column::text("text", texts()),
        Column::date("date", rows.iter().map(|value| value.map_or(Column::NO_DATE, |value| i64::from(value) * 86_400_000_000)).collect()),
    ])
}

#[test]
fn edges_of_every_kind_as_column_and_as_target() {
    let tables = [
        Table::default(),
        every_kind(0, |_| None),
        every_kind(1, |_| Some(3)),
        every_kind(1, |_| None),
        every_kind(50, |_| None),
        every_kind(50, |_| Some(3)),
        every_kind(50, |row| (row % 2 == 0).then_some(3)),
        every_kind(50, |row| (row == 7).then_some(3)),
        every_kind(50, |row| Some(row as u32 % 2)),
        every_kind(50, |row| Some(row as u32)),
    ];
    for table in tables {
        let names: Vec<Option<String>> = std::iter::once(None).chain(table.names().map(|name| Some(name.to_owned()))).collect();
        for target in names {
            let options = Options { target, ..Options::default() };
            let got = of(table.clone(), &options);
            assert_eq!((got.rows, got.columns.len()), (table.rows(), table.columns().len()));
            // A NaN or an infinity would be sent as null and not be read again.
            let sent = serde_json::to_string(&got).unwrap();
            assert_eq!(serde_json::from_str::<Profile>(&sent).unwrap(), got, "{options:?}");
        }
    }
}

#[test]
fn an_unknown_target_is_a_problem() {
    let problem = profile(&Arc::new(every_kind(3, |_| Some(1))), &with_target("absent")).unwrap_err();
    assert_eq!(problem.message.id, "explore.no_column");
}

#[test]
fn summaries_by_kind() {
    let got = of(every_kind(50, |row| (row % 5 > 0).then_some(row as u32 % 10)), &Options::default());
    for name in ["number", "category", "text", "date"] {
        let column = got.column(name).unwrap();
        assert_eq!((column.count, column.missing, column.distinct()), (40, 10, 8), "{name}");
    }
    assert_eq!((got.missing.cells, got.missing.rows), (40, 10));
    assert_eq!(got.duplicates, 50 - 9);
    // Numbers, categories and dates are paired; free texts are not.
    assert_eq!(got.association.columns, [0, 1, 3]);
    assert_eq!(got.association.left_out, [(2, "free_text".to_owned())]);
    assert!(matches!(got.pair("date", "number").unwrap().of, Measure::Numbers(Numbers { spearman: Figure::Value(1.0), .. })));
    assert_eq!(got.pair("number", "category").unwrap().of.strength(), Figure::Value(1.0));
}

#[test]
fn the_target_by_bin_and_by_level() {
    let table = Table::new(vec![
        Column::number("x", (0..100).map(f64::from).collect()),
        Column::category("c", Strings::from_texts((0..100).map(|row| Some(if row % 4 == 0 { "a" } else { "b" })))),
        Column::category("y", Strings::from_texts((0..100).map(|row| Some(if row < 30 { "no" } else { "yes" })))),
    ]);
    let got = of(table, &with_target("y"));
    let Some(ByTarget::Classes(by_bin)) = &got.column("x").unwrap().number().unwrap().histogram.as_ref().unwrap().target else { panic!() };
    assert_eq!(by_bin.iter().map(|counts| counts.iter().sum::<usize>()).collect::<Vec<_>>(), [30, 70]);
    let boxes = &got.column("x").unwrap().number().unwrap().box_by_class;
    assert_eq!(boxes.iter().flatten().map(|plot| plot.median).collect::<Vec<_>>(), [14.5, 64.5]);
    let level = &got.column("c").unwrap().texts().unwrap().top[1];
    let Some(LevelTarget::Shares(shares)) = &level.target else { panic!() };
    assert_eq!((level.text.as_str(), shares[0].count, shares[1].count), ("a", 8, 17));
    // The number says the class; the category of every fourth row says nothing; the target is not ranked.
    assert_eq!(got.by_power(), [0, 1]);
    // The target is not set against itself.
    assert_eq!(got.column("y").unwrap().power, None);
    assert!(got.column("y").unwrap().texts().unwrap().top.iter().all(|level| level.target.is_none()));
}

#[test]
fn five_thousand_columns_are_bounded() {
    let mut rng = Rng::new(3, "test", 0);
    let columns = (0..5000).map(|place| Column::number(format!("c{place}"), (0..60).map(|_| rng.normal()).collect())).collect();
    let options = with_target("c4999");
    let got = of(Table::new(columns), &options);
    assert_eq!((got.columns.len(), got.undetailed), (5000, 4800));
    // The first forty columns and the target.
    assert_eq!((got.association.columns.len(), got.association.pairs.len()), (41, 41 * 40 / 2));
    assert_eq!(got.association.left_out.len(), 4959);
    assert!(got.association.left_out.iter().all(|(_, reason)| reason == "beyond_cap"));
    assert!(got.columns[200].number().unwrap().histogram.is_none() && got.columns[199].number().unwrap().histogram.is_some());
}

#[test]
fn slices_give_the_same_and_progress_ends_below_its_total() {
    let mut rng = Rng::new(4, "test", 0);
    let table = Arc::new(Table::new(
        (0..6).map(|place| Column::number(format!("c{place}"), (0..30_000).map(|_| rng.normal()).collect())).collect(),
    ));
    let mut job = ProfileJob::new(Arc::clone(&table), with_target("c0")).unwrap();
    let (mut slices, mut last) = (0, 0);
    let got = loop {
        match job.advance().unwrap() {
            Advance::Done(profile) => break profile,
            Advance::More(progress) => {
                assert!(progress.done > last && progress.done <= progress.total, "{progress:?}");
                (slices, last) = (slices + 1, progress.done);
            }
        }
    };
    assert!(slices >= 3, "{slices}");
    assert_eq!(got, profile(&table, &with_target("c0")).unwrap());
}

#[test]
fn the_order_of_rows_changes_no_figure_of_a_column() {
    let table = every_kind(500, |row| (row % 7 > 0).then_some((row * row % 91) as u32));
    let mut rows: Vec<usize> = (0..500).collect();
    Rng::new(5, "test", 0).shuffle(&mut rows);
    let (a, b) = (of(table.clone(), &Options::default()), of(table.take(&rows), &Options::default()));
    assert_eq!(a.columns, b.columns);
}
