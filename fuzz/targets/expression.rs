//! Any text as a formula: it is refused at one of its characters, or gives a column as long as the table, without an
//! infinite number, and the same one again; its columns are those of the table.
#![no_main]

use atelier::base::Place;
use atelier::plan::expression::Formula;
use atelier::table::{Column, Strings, Table};
use libfuzzer_sys::fuzz_target;

fn table() -> Table {
    Table::new(vec![
        Column::number("x", vec![1.0, -2.5, f64::NAN, 4.0, 1e308, -0.0]),
        Column::number("y", vec![0.0, 2.0, 3.0, f64::NAN, -1e308, 5e-324]),
        Column::number("hours per week", vec![40.0, 0.0, 10.0, 99.0, 1e15, -1e15]),
        Column::category("sex", Strings::from_texts([Some("male"), Some("female"), None, Some(" Male "), Some(""), Some("é\u{301}🦀")])),
        Column::text("name", Strings::from_texts([Some("Ann"), Some("Bo"), Some("Zoë"), None, Some("12.5"), Some("ŉİß")])),
        Column::date("day", vec![1_709_213_400_000_000, -86_400_000_000, Column::NO_DATE, 0, i64::MAX, i64::MIN + 1]),
    ])
}

fuzz_target!(|text: &str| {
    let table = table();
    match Formula::of_table(text, &table) {
        Err(problem) => {
            let Place::Character(at) = problem.place else { panic!("no place: {problem:?}") };
            assert!(at <= text.chars().count(), "{at} of {text:?}");
            assert!(atelier::base::text::find(&problem.message.id).is_some(), "{problem:?}");
        }
        Ok(formula) => {
            assert!(formula.columns().iter().all(|name| table.column(name).is_some()));
            let (Ok(once), Ok(again)) = (formula.evaluate(&table, "new"), formula.evaluate(&table, "new")) else { return };
            assert_eq!(once.len(), table.rows());
            assert_eq!(once.kind, formula.kind());
            let shown = |column: &Column| (0..column.len()).map(|row| column.display(row)).collect::<Vec<_>>();
            assert_eq!(shown(&once), shown(&again));
            assert!(once.numbers().is_none_or(|values| values.iter().all(|value| !value.is_infinite())), "{text:?}");
            // Row by row it says what it says of the whole table.
            let row = |row: usize| formula.evaluate(&table.take(&[row]), "new").ok().and_then(|column| column.display(0));
            assert_eq!(shown(&once), (0..table.rows()).map(row).collect::<Vec<_>>(), "{text:?}");
        }
    }
});
