//! Whether the first record names the columns, and names that differ.

use super::kinds::{Form, Hints, guess};
use super::numbers;
use crate::base::Message;
use rustc_hash::FxHashSet;

/// Whether the first of some records is a header, and why. Each column votes: a word above numbers or dates speaks for it,
/// a number above numbers or a word that stands below again speaks against it.
pub fn is_header(records: &[&[Vec<u8>]], is_missing: impl Fn(&[u8]) -> bool) -> (bool, Message) {
    let Some((first, body)) = records.split_first() else { return (false, Message::new("data.header.why_empty")) };
    let is_number = |cell: &[u8]| numbers::plain(cell).is_some();
    let mut names: FxHashSet<Vec<u8>> = FxHashSet::default();
    // A name may be left out above a column that has a value in every other line.
    let is_unnamed = |place: usize| !body.is_empty() && body.iter().all(|cells| cells.get(place).is_some_and(|cell| !is_missing(cell)));
    let is_name = |(place, cell): (usize, &Vec<u8>)| {
        if cell.is_empty() { is_unnamed(place) } else { !is_number(cell) && names.insert(cell.clone()) }
    };
    let are_words = first.iter().enumerate().all(is_name) && !names.is_empty();
    if body.is_empty() {
        let message = if are_words { "data.header.why_words" } else { "data.header.why_values" };
        return (are_words, Message::new(message));
    }
    let (mut votes_for, mut votes_against) = (0, 0);
    for (place, name) in first.iter().enumerate() {
        // The header standing again further down is no value.
        let values = body.iter().filter(|cells| *cells != first).filter_map(|cells| cells.get(place)).map(Vec::as_slice);
        let values: Vec<&[u8]> = values.filter(|cell| !is_missing(cell)).collect();
        if is_missing(name) || values.is_empty() {
            continue;
        }
        match guess(values.iter().copied(), Hints::default()).form {
            Form::Empty => {}
            Form::Number(_) if is_number(name) => {
                // Years stand above columns of other numbers.
                let is_year = |cell: &[u8]| cell.len() == 4 && matches!(cell, [b'1', b'9', ..] | [b'2', b'0', ..]);
                if is_year(name) && !values.iter().all(|value| is_year(value)) {
                    votes_for += 1;
                } else {
                    votes_against += 1;
                }
            }
            form @ (Form::Number(_) | Form::Date(_)) => {
                if form.fits(name) {
                    votes_against += 1;
                } else {
                    votes_for += 1;
                }
            }
            Form::Text => votes_against += usize::from(values.contains(&name.as_slice())),
        }
    }
    if votes_for > votes_against {
        (true, Message::new("data.header.why_types").with("count", votes_for))
    } else if votes_against > 0 {
        (false, Message::new("data.header.why_alike").with("count", votes_against))
    } else if are_words {
        (true, Message::new("data.header.why_words"))
    } else {
        (false, Message::new("data.header.why_values"))
    }
}

/// A column's name in the table and in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Different from that of every other column.
    pub unique: String,
    /// As it stands in the header; empty where there is none.
    pub original: String,
}

/// Names for `width` columns. An empty name becomes `column_3` by its place; a name that stood before gets the first free
/// number from 2, `a_2`; line breaks within a name become blanks.
pub fn names(header: Option<&[Vec<u8>]>, width: usize) -> Vec<Name> {
    let originals: Vec<String> = (0..width)
        .map(|place| {
            let cell = header.and_then(|header| header.get(place)).map_or(&b""[..], Vec::as_slice);
            let text = String::from_utf8_lossy(cell).into_owned();
            text.split(|character: char| character.is_control())
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    // A name that stands in the header belongs to its first column, also where it looks like one made up here.
    let mut taken: FxHashSet<String> = originals.iter().filter(|name| !name.is_empty()).cloned().collect();
    let mut first_seen = FxHashSet::default();
    let mut next = rustc_hash::FxHashMap::<String, usize>::default();
    originals
        .into_iter()
        .enumerate()
        .map(|(place, original)| {
            let wanted = if original.is_empty() { format!("column_{}", place + 1) } else { original.clone() };
            let is_free = if original.is_empty() { !taken.contains(&wanted) } else { first_seen.insert(original.clone()) };
            let mut unique = wanted.clone();
            if !is_free {
                let number = next.entry(wanted.clone()).or_insert(2);
                loop {
                    unique = format!("{wanted}_{number}");
                    *number += 1;
                    if !taken.contains(&unique) {
                        break;
                    }
                }
            }
            taken.insert(unique.clone());
            Name { unique, original }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> bool {
        let records: Vec<Vec<Vec<u8>>> = text.lines().map(|line| line.split(',').map(|cell| cell.as_bytes().to_vec()).collect()).collect();
        let records: Vec<&[Vec<u8>]> = records.iter().map(Vec::as_slice).collect();
        is_header(&records, <[u8]>::is_empty).0
    }

    #[test]
    fn headers_are_found() {
        for text in [
            "a,b\n1,2\n3,4",
            "name,age\nAnn,30\nBob,40",
            "name,city\nAnn,Rome\nBob,Oslo",
            "country,2019,2020\nItaly,5.5,6\nNorway,3,4",
            "day,n\n2024-01-02,3\n2024-01-03,4",
            "a,b",
            "only\nx\ny",
            "id,,b\n1,2,3",
            ",,b\n1,2,x\n3,4,y",
        ] {
            assert!(header(text), "{text}");
        }
        for text in [
            "1,2\n3,4",
            "Ann,30\nBob,40\nCid,50",
            "x,y\nx,z\nx,y",
            "2019,2020\n2021,2022",
            "2024-01-01,5\n2024-01-02,6",
            "1,2",
            "",
            "a,,b\nc,d,e\nf,,g",
        ] {
            assert!(!header(text), "{text}");
        }
    }

    #[test]
    fn names_differ() {
        let check = |header: &[&str], width: usize, want: &[&str]| {
            let cells: Vec<Vec<u8>> = header.iter().map(|name| name.as_bytes().to_vec()).collect();
            let got: Vec<String> = names(Some(&cells), width).into_iter().map(|name| name.unique).collect();
            assert_eq!(got, want);
        };
        check(&["a", "b"], 2, &["a", "b"]);
        check(&["a", "a", "a"], 3, &["a", "a_2", "a_3"]);
        check(&["a", "a", "a_2"], 3, &["a", "a_3", "a_2"]);
        check(&["", "b"], 3, &["column_1", "b", "column_3"]);
        check(&["column_2", ""], 2, &["column_2", "column_2_2"]);
        check(&["a\nb", "c"], 2, &["a b", "c"]);
        assert_eq!(names(None, 2)[1], Name { unique: "column_2".to_owned(), original: String::new() });
    }
}
