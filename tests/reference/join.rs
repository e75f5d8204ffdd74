//! Joins of the flights against pandas' merges: rows kept, rows lost, groups.

use crate::support::{Check, bytes, figures};
use atelier::base::Job;
use atelier::table::join::{How, KeyPair, join};
use atelier::table::read::{Limits, ReadOptions, start};
use atelier::table::{Column, Table};
use std::collections::BTreeMap;

fn table(file: &str) -> Table {
    let mut job = start(bytes(file), file, &ReadOptions::default(), Limits::default()).expect("a table");
    job.finish().expect("a table").table
}

/// For each group the values that are there and their mean.
fn groups(table: &Table, value: &str, by: &str) -> BTreeMap<String, (u64, f64)> {
    let values = table.column(value).and_then(Column::numbers).expect("numbers");
    let by = table.column(by).expect("a column");
    let mut sums = BTreeMap::<String, (u64, f64)>::new();
    for (row, &value) in values.iter().enumerate() {
        let Some(group) = by.display(row) else { continue };
        let (count, sum) = sums.entry(group).or_default();
        if !value.is_nan() {
            *count += 1;
            *sum += value;
        }
    }
    sums.into_iter().map(|(group, (count, sum))| (group, (count, sum / count as f64))).collect()
}

fn compare(file: &str) {
    let all = figures(file);
    let options = &all["meta"]["options"];
    let left = table(all["meta"]["file"].as_str().expect("a file"));
    let (value, by) = options["agg"].as_str().and_then(|text| text.split_once(':')).expect("groups");
    let mut check = Check::default();
    for joined in options["right"].as_str().expect("tables").split(';') {
        let (name, keys) = joined.split_once(':').expect("keys");
        let want = &all["figures"][format!("{name} on {}", keys.replace(',', "+"))];
        let right = table(name);
        let keys: Vec<KeyPair> = keys.split(',').map(|key| (key.to_owned(), key.to_owned())).collect();
        let done = join(&left, &right, &keys, How::Left, "_right", &Limits::default()).expect("a join");
        let counts = &done.counts;
        let (of_left, of_right) = (&counts.left, &counts.right);
        let outer = counts.rows.full - of_left.without_key - of_right.without_key;
        for (what, got) in [
            ("left_rows", of_left.rows),
            ("right_rows", of_right.rows),
            ("left_rows_with_key", of_left.rows - of_left.without_key),
            ("distinct_left_keys", of_left.keys),
            ("distinct_right_keys", of_right.keys),
            ("inner_rows", counts.rows.inner),
            ("left_unmatched", of_left.unmatched),
            ("right_unmatched", of_right.unmatched),
            ("outer_rows_with_key", outer),
        ] {
            check.same(&format!("{file} {name} {what}"), Some(got), want[what].as_u64());
        }
        check.same(&format!("{name} unique"), Some(of_right.repeated_keys == 0), want["right_keys_unique"].as_bool());
        let of_groups = groups(&done.table, value, by);
        let want = want["groups"].as_object().expect("groups");
        check.same("groups", of_groups.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>());
        for (group, want) in want {
            let (count, mean) = of_groups[group];
            check.same(&format!("{name} {group}"), Some(count), want[0].as_u64());
            if count > 0 {
                check.close(&format!("{name} {group} mean"), mean, want[1].as_f64().expect("a mean"), 1e-9);
            }
        }
    }
    check.end();
}

#[test]
fn flights_with_airlines_planes_and_weather() {
    compare("join.nyc_flights");
}

#[test]
fn planes_with_their_flights() {
    compare("join.nyc_planes");
}
