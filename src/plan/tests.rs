//! The operations on small tables, each case a line: what goes in, the operation, what comes out.

use super::{DatePart, Op, apply, apply_op};
use crate::table::{Column, Strings, Table};

fn table() -> Table {
    let texts = |values: [Option<&str>; 4]| Strings::from_texts(values);
    Table::new(vec![
        Column::number("x", vec![1.0, f64::NAN, -3.0, 10.0]),
        Column::category("c", texts([Some("a"), Some("b"), None, Some("a")])),
        Column::text("t", texts([Some("one"), None, Some("two"), Some("three")])),
        // 1970-01-01, missing, 2024-02-29T13:30, 1969-12-31.
        Column::date("d", vec![0, Column::NO_DATE, 1_709_213_400_000_000, -86_400_000_000]),
    ])
}

/// The only place that runs an operation: the named column after it, a value each row, "-" where missing.
fn after(op: Op, column: &str) -> String {
    let mut table = table();
    apply_op(&op, &mut table).expect("the operation runs");
    assert_eq!(table.rows(), 4);
    let column = table.column(column).expect("the column");
    (0..4).map(|row| column.display(row).unwrap_or("-".into())).collect::<Vec<_>>().join(" ")
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

macro_rules! case {
    ($name:ident, $op:expr, $($column:literal => $expected:literal),+) => {
        #[test]
        fn $name() {
            let op: fn(fn(&str) -> String) -> Op = $op;
            let op = op(|name| name.to_owned());
            $(assert_eq!(after(op.clone(), $column), $expected);)+
        }
    };
}

case!(missing_numbers_are_filled, |s| Op::FillNumber { column: s("x"), value: 7.5 }, "x" => "1 7.5 -3 10");
case!(missing_categories_are_filled_with_a_known_level, |s| Op::FillText { column: s("c"), value: s("b") }, "c" => "a b b a");
case!(missing_categories_are_filled_with_a_new_level, |s| Op::FillText { column: s("c"), value: s("z") }, "c" => "a b z a");
case!(missing_texts_are_filled, |s| Op::FillText { column: s("t"), value: s("none") }, "t" => "one none two three");
case!(missing_dates_are_filled, |s| Op::FillDate { column: s("d"), value: 86_400_000_000 },
    "d" => "1970-01-01 1970-01-02 2024-02-29T13:30:00 1969-12-31");
case!(missing_is_marked_for_every_kind, |s| Op::MarkMissing { column: s("c"), into: s("m") }, "m" => "0 0 1 0", "c" => "a b - a");
case!(missing_dates_are_marked, |s| Op::MarkMissing { column: s("d"), into: s("m") }, "m" => "0 1 0 0");
case!(outside_is_marked, |s| Op::MarkOutside { column: s("x"), low: -3.0, high: 9.0, into: s("o") }, "o" => "0 0 0 1", "x" => "1 - -3 10");
case!(outside_becomes_missing, |s| Op::BlankOutside { column: s("x"), low: 0.0, high: 9.0 }, "x" => "1 - - -");
case!(numbers_are_clipped, |s| Op::Clip { column: s("x"), low: 0.0, high: 9.0 }, "x" => "1 - 0 9");
case!(numbers_are_scaled, |s| Op::Scale { column: s("x"), shift: 1.0, scale: 2.0 }, "x" => "0 - -2 4.5");
case!(rare_levels_become_other, |s| Op::KeepLevels { column: s("c"), keep: vec![s("b")], other: s("rest") }, "c" => "rest b - rest");
case!(other_may_be_a_kept_level, |s| Op::KeepLevels { column: s("c"), keep: vec![s("b")], other: s("b") }, "c" => "b b - b");
case!(texts_keep_levels_too, |s| Op::KeepLevels { column: s("t"), keep: vec![s("two")], other: s("rest") }, "t" => "rest - two rest");
case!(levels_are_looked_up,
    |s| Op::Lookup { column: s("c"), levels: vec![s("a")], values: vec![4.0], other: Some(0.5), missing: None, into: s("v") },
    "v" => "4 0.5 - 4", "c" => "a b - a");
case!(a_lookup_may_replace_its_column,
    |s| Op::Lookup { column: s("c"), levels: vec![s("b")], values: vec![4.0], other: None, missing: Some(-1.0), into: s("c") },
    "c" => "- 4 -1 -");
case!(levels_become_columns, |s| Op::OneHot { column: s("c"), levels: vec![s("b"), s("a"), s("z")], into: vec![s("B"), s("A"), s("Z")] },
    "A" => "1 0 0 1", "B" => "0 1 0 0", "Z" => "0 0 0 0", "c" => "a b - a");
case!(the_empty_level_is_missing, |s| Op::OneHot { column: s("t"), levels: vec![s(""), s("two")], into: vec![s("t="), s("t=two")] },
    "t=" => "0 1 0 0", "t=two" => "0 0 1 0");
case!(a_bin_counts_the_edges_at_or_below, |s| Op::Bin { column: s("x"), edges: vec![-3.0, 1.0, 2.0], into: s("b") }, "b" => "2 - 1 3");
case!(parts_of_dates, |s| Op::DatePart { column: s("d"), part: DatePart::Year, into: s("p") }, "p" => "1970 - 2024 1969");
case!(the_time_is_a_fraction_of_the_day, |s| Op::DatePart { column: s("d"), part: DatePart::Elapsed, into: s("p") }, "p" => "0 - 19782.5625 -1");
case!(columns_are_projected,
    |s| Op::Project { columns: vec![s("x")], means: vec![1.0], components: vec![vec![2.0], vec![-1.0]], into: vec![s("p1"), s("p2")] },
    "p1" => "0 - -8 18", "p2" => "0 - 4 -9");

#[test]
fn every_part_of_one_date() {
    // 2024-02-29 is a Thursday, the 60th day, in week 9.
    let expected = [
        (DatePart::Year, 2024.0),
        (DatePart::Quarter, 1.0),
        (DatePart::Month, 2.0),
        (DatePart::Week, 9.0),
        (DatePart::Day, 29.0),
        (DatePart::DayOfYear, 60.0),
        (DatePart::Weekday, 3.0),
        (DatePart::Hour, 13.0),
        (DatePart::Weekend, 0.0),
        (DatePart::MonthSin, 0.5),
        (DatePart::MonthCos, 3.0_f64.sqrt() / 2.0),
        (DatePart::WeekdaySin, 0.433_883_739_117_558_1),
        (DatePart::WeekdayCos, -0.900_968_867_902_419_1),
        (DatePart::Elapsed, 19_782.562_5),
    ];
    for (part, value) in expected {
        let got = super::dates::part_of(part, 1_709_213_400_000_000);
        assert!((got - value).abs() < 1e-15, "{part:?}: {got} instead of {value}");
    }
    assert!(super::dates::part_of(DatePart::Year, i64::MAX).is_nan(), "beyond the calendar is missing");
}

#[test]
fn changed_columns_keep_their_place_and_dropped_ones_go() {
    let ops = [
        Op::Clip { column: "x".into(), low: 0.0, high: 1.0 },
        Op::MarkMissing { column: "x".into(), into: "m".into() },
        Op::Drop { columns: names(&["c", "not there"]) },
    ];
    let table = apply(&ops, table()).expect("it runs");
    assert_eq!(table.names().collect::<Vec<_>>(), ["x", "t", "d", "m"]);
}

#[test]
fn huge_numbers_stay_finite_and_in_order() {
    let mut table = Table::new(vec![Column::number("x", vec![-1.7e308, 0.0, 1.7e308])]);
    apply_op(&Op::Scale { column: "x".into(), shift: -1.7e308, scale: 1e308 }, &mut table).expect("it runs");
    let scaled = table.column("x").and_then(Column::numbers).expect("numbers").to_vec();
    assert_eq!(scaled[..2], [0.0, 1.7]);
    assert!((scaled[2] - 3.4).abs() < 1e-12, "{scaled:?}");
    apply_op(&Op::Scale { column: "x".into(), shift: 1.0, scale: 1e-310 }, &mut table).expect("it runs");
    assert_eq!(table.column("x").and_then(Column::numbers), Some([f64::MIN, f64::MAX, f64::MAX].as_slice()));
}

#[test]
fn an_operation_that_does_not_fit_says_so() {
    let cases = [
        (Op::FillNumber { column: "no".into(), value: 0.0 }, "plan.no_column"),
        (Op::FillNumber { column: "c".into(), value: 0.0 }, "plan.not_numbers"),
        (Op::FillText { column: "x".into(), value: String::new() }, "plan.not_texts"),
        (Op::FillDate { column: "x".into(), value: 0 }, "plan.not_dates"),
        (Op::OneHot { column: "c".into(), levels: names(&["a"]), into: Vec::new() }, "plan.misfit"),
        (
            Op::Lookup { column: "c".into(), levels: names(&["a"]), values: Vec::new(), other: None, missing: None, into: "v".into() },
            "plan.misfit",
        ),
        (Op::Project { columns: names(&["x"]), means: Vec::new(), components: Vec::new(), into: Vec::new() }, "plan.misfit"),
    ];
    for (op, id) in cases {
        let problem = apply_op(&op, &mut table()).expect_err("a problem");
        assert_eq!(problem.message.id, id, "{op:?}");
        assert!(crate::base::text::find(id).is_some(), "{id} has a text");
    }
}

#[test]
fn a_table_without_rows_stays_one() {
    let mut empty = table().take(&[]);
    for op in [
        Op::FillNumber { column: "x".into(), value: 1.0 },
        Op::KeepLevels { column: "c".into(), keep: Vec::new(), other: "o".into() },
        Op::OneHot { column: "c".into(), levels: names(&["a"]), into: names(&["c=a"]) },
        Op::DatePart { column: "d".into(), part: DatePart::Year, into: "y".into() },
    ] {
        apply_op(&op, &mut empty).expect("it runs");
    }
    assert_eq!((empty.rows(), empty.columns().len()), (0, 6));
}
