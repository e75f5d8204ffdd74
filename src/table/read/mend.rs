//! What can be done about a problem of reading by reading the file in another way.

use super::dates::DateOrder;
use super::options::ReadOptions;
use crate::base::{Message, Place, Problem};
use crate::table::Kind;

/// A way out of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// What it does, as the words of a button.
    pub label: Message,
    /// The options with which the file is read again.
    pub options: ReadOptions,
}

/// The ways out of a problem of reading, the likeliest first. `options` are those with which the file was read.
pub fn mends(problem: &Problem, options: &ReadOptions) -> Vec<Mend> {
    let arg = |name: &str| problem.message.args.get(name).map(String::as_str);
    let column = match &problem.place {
        Place::Column(name) | Place::Cell(_, name) => Some(name.as_str()),
        _ => None,
    };
    let mend = |id: &str, change: &dyn Fn(&mut ReadOptions)| {
        let mut options = options.clone();
        change(&mut options);
        let label = Message { id: id.to_owned(), args: problem.message.args.clone() };
        Mend { label, options }
    };
    let as_kind = |id: &str, kind: Kind| {
        column.map(|name| mend(id, &|options| options.change_column(name, |column| column.kind = Some(kind)))).into_iter().collect()
    };
    match problem.message.id.as_str() {
        "data.too_many_bytes" | "data.too_many_cells_expected" | "data.too_many_cells_read" => arg("fit")
            .and_then(|fit| fit.parse().ok())
            .filter(|&fit: &u64| fit > 0)
            .map(|fit| mend("data.mend.first_rows", &|options| options.rows = Some(fit)))
            .into_iter()
            .collect(),
        "data.rows_cut" => vec![mend("data.mend.all_rows", &|options| options.rows = None)],
        "data.all_skipped" => vec![mend("data.mend.skip_none", &|options| options.skip_lines = None)],
        "data.header_only" => vec![mend("data.mend.no_header", &|options| options.header = Some(false))],
        "data.leading_zeros" | "data.large_integers" => as_kind("data.mend.category", Kind::Category),
        "data.nearly_numbers" => {
            let mut found: Vec<Mend> = as_kind("data.mend.number", Kind::Number);
            if let Some(markers) = arg("markers") {
                found.insert(
                    0,
                    mend("data.mend.markers", &|options| {
                        let mut all = options.missing_markers();
                        all.extend(markers.split(MARKER_END).map(str::to_owned));
                        options.missing = Some(all);
                    }),
                );
            }
            found
        }
        "data.number_ambiguous" => match (column, arg("rival_comma")) {
            (Some(name), Some(comma)) => vec![mend("data.mend.other_mark", &|options| {
                options.change_column(name, |column| column.decimal_comma = Some(comma == "true"));
            })],
            _ => Vec::new(),
        },
        "data.date_ambiguous" => match (column, arg("rival_order").and_then(order)) {
            (Some(name), Some(order)) => vec![mend("data.mend.other_order", &|options| {
                options.change_column(name, |column| column.date_order = Some(order));
            })],
            _ => Vec::new(),
        },
        "data.option_without_column" => match arg("column") {
            Some(name) => vec![mend("data.mend.forget", &|options| {
                options.columns.remove(name);
            })],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Parts texts that are put together in an argument of a message; no cell holds it.
pub const MARKER_END: char = '\u{1f}';

fn order(id: &str) -> Option<DateOrder> {
    DateOrder::ALL.into_iter().find(|order| order.id() == id)
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, Read, start};
    use super::*;
    use crate::base::Job;

    fn read(text: &str, options: &ReadOptions, limits: Limits) -> Result<Read, Problem> {
        start(text.as_bytes().to_vec(), "test.csv", options, limits).and_then(|mut job| job.finish())
    }

    /// Reads, takes the first way out of the problem, and reads again.
    fn mended(text: &str, options: ReadOptions, limits: Limits, id: &str) -> (Message, Read) {
        let problems = match read(text, &options, limits) {
            Ok(read) => read.summary.problems,
            Err(problem) => vec![problem],
        };
        let problem = problems.iter().find(|problem| problem.message.id == id).unwrap_or_else(|| panic!("no {id} in {problems:?}"));
        let mend = mends(problem, &options).into_iter().next().expect("a way out");
        let again = read(text, &mend.options, limits).expect("it is read");
        assert!(!again.summary.problems.iter().any(|problem| problem.message.id == id), "{:?}", again.summary.problems);
        let words = mend.label.to_string();
        assert!(!words.contains('{') && words != mend.label.id, "{words}");
        (mend.label, again)
    }

    #[test]
    fn every_way_out_is_one() {
        let (all, none) = (Limits::default(), ReadOptions::default);
        let zeros = mended("zip,n\n01067,1\n04103,2\n", none(), all, "data.leading_zeros").1;
        assert_eq!(zeros.table.columns()[0].display(0).as_deref(), Some("01067"));
        let (label, marked) = mended("a,b\n1,x\n2,y\n3,z\n4,u\nlow,v\n5,w\n", none(), all, "data.nearly_numbers");
        assert_eq!(label.id, "data.mend.markers");
        assert_eq!((marked.table.columns()[0].kind, marked.table.columns()[0].missing()), (Kind::Number, 1));
        let comma = mended("a;b\n1,234;x\n5,678;y\n", ReadOptions { decimal_comma: Some(false), ..none() }, all, "data.number_ambiguous");
        let values = comma.1.table.columns()[0].numbers().expect("numbers").to_vec();
        assert_eq!(values, [1.234, 5.678]);
        let dates = mended("d,n\n01/02/2024,1\n03/04/2024,2\n", none(), all, "data.date_ambiguous").1;
        assert_eq!(dates.table.columns()[0].display(0).as_deref(), Some("2024-02-01"));
        let cut = mended("a,b\n1,2\n3,4\n5,6\n", ReadOptions { rows: Some(2), ..none() }, all, "data.rows_cut").1;
        assert_eq!(cut.table.rows(), 3);
        let skipped = mended("a,b\n1,2\n3,4\n", ReadOptions { skip_lines: Some(9), ..none() }, all, "data.all_skipped").1;
        assert_eq!(skipped.table.rows(), 2);
        assert_eq!(mended("a,b\n", none(), all, "data.header_only").1.table.rows(), 1);
        let mut gone = none();
        gone.change_column("c", |column| column.kind = Some(Kind::Text));
        mended("a,b\n1,2\n3,4\n", gone, all, "data.option_without_column");
    }

    #[test]
    fn what_does_not_fit_is_read_as_far_as_it_does() {
        let text: String = std::iter::once("a,b\n".to_owned()).chain((0..5000).map(|row| format!("{row},{}\n", row % 7))).collect();
        let cells = Limits { cells: 4000, ..Limits::default() };
        let (label, read) = mended(&text, ReadOptions::default(), cells, "data.too_many_cells_expected");
        assert_eq!((label.id.as_str(), read.table.rows()), ("data.mend.first_rows", 2000));
        assert!(read.summary.problems.iter().any(|problem| problem.message.id == "data.rows_cut"));
        let bytes = Limits { bytes: 8000, ..Limits::default() };
        let (_, read) = mended(&text, ReadOptions::default(), bytes, "data.too_many_bytes");
        assert!(read.table.rows() > 700 && read.summary.size <= 8000, "{} rows of {} bytes", read.table.rows(), read.summary.size);
        let last = read.table.rows() - 1;
        assert_eq!(read.table.columns()[0].display(last), Some(last.to_string()), "whole rows only");
    }
}
