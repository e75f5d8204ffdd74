//! Segments of made-up tables: what is found, what is told, extremes, any slices.

use super::*;
use crate::base::{Job, Stage};
use crate::learn::cluster::{CLUSTERERS, NOISE};
use crate::num::Rng;
use crate::profile::Options;
use crate::profile::target::LevelTarget;
use crate::table::{Column, Strings, Table};
use serde_json::json;
use std::sync::Arc;

/// Two kinds of rows: young, cheap, mostly red; old, dear, mostly blue. A column that counts, and an answer.
fn table(rows: usize) -> Arc<Table> {
    let mut rng = Rng::new(1, "segments test", 0);
    let old = |row: usize| row.is_multiple_of(3);
    let mut number =
        |low: f64, high: f64| -> Vec<f64> { (0..rows).map(|row| (if old(row) { high } else { low }) + 6.0 * rng.normal()).collect() };
    let (mut age, fare) = (number(20.0, 60.0), number(5.0, 90.0));
    // The age of some young ones is missing; the median, which stands for it, is that of a young one.
    (0..rows).filter(|row| row % 17 == 5 && !old(*row)).for_each(|row| age[row] = f64::NAN);
    let colour = (0..rows).map(|row| Some(if old(row) == (row % 20 == 0) { "red" } else { "blue" }));
    Arc::new(Table::new(vec![
        Column::number("passenger", (0..rows).map(|row| row as f64 + 1.0).collect()),
        Column::number("age", age),
        Column::number("fare", fare),
        Column::category("colour", Strings::from_texts(colour)),
        Column::category("paid", Strings::from_texts((0..rows).map(|row| Some(if old(row) { "yes" } else { "no" })))),
    ]))
}

fn found(table: &Arc<Table>, question: serde_json::Value, target: Option<&str>) -> Result<Segmented, Problem> {
    let question = serde_json::from_value(question).expect("a question");
    let options = Options { target: target.map(str::to_owned), seed: 3, ..Options::default() };
    SegmentsJob::new(table.clone(), question, options)?.finish()
}

#[test]
fn two_kinds_of_rows_are_found_and_told() {
    let table = table(120);
    for method in ["kmeans", "agglomerative"] {
        let params = json!({ "number": "given", "n_clusters": 2 });
        let Segmented { segments, labels } = found(&table, json!({ "method": method, "params": params }), Some("paid")).expect("segments");
        assert_eq!((segments.columns.as_slice(), segments.rows), (&["age", "fare", "colour"].map(str::to_owned)[..], 120), "{method}");
        assert_eq!(segments.tried[segments.chosen].count, 2, "{method}: {:?}", segments.tried);
        assert_eq!((segments.divided, segments.judged, segments.noise), (None, None, 0));
        let silhouette = |tried: &Tried| tried.silhouette.value().expect("a silhouette");
        let best = segments.best.expect("a best one");
        assert!(segments.tried.len() == 9 && segments.tried.iter().all(|tried| silhouette(tried) <= silhouette(&segments.tried[best])));
        let asked = found(&table, json!({ "method": method }), Some("paid")).expect("segments").segments;
        assert_eq!((asked.chosen, asked.best), (best, Some(best)), "where no number is said the best one is taken");
        assert!((0..120).all(|row| labels[row] == u32::from(row % 3 == 0)), "{method}: {labels:?}");
        let [young, old] = segments.segments.as_slice() else { panic!("{method}: {:?}", segments.segments) };
        assert_eq!((young.rows, old.rows), (80, 40));
        assert!((old.share - 1.0 / 3.0).abs() < 1e-15 && old.silhouette.value().is_some_and(|value| value > 0.5));
        // Most different first; the answer is told and never looked at.
        assert!(old.traits.is_sorted_by(|a, b| a.difference.abs() >= b.difference.abs()));
        let of = |name: &str| &old.traits.iter().find(|other| other.column == name).expect("a trait").of;
        let TraitOf::Number { n, mean, median, overall } = of("age") else { panic!("a number") };
        assert!(*n == 40 && (mean - 60.0).abs() < 4.0 && (median - 60.0).abs() < 4.0 && *overall < 40.0);
        let known = young.traits.iter().find(|other| other.column == "age").map(|other| &other.of);
        assert!(matches!(known, Some(TraitOf::Number { n, .. }) if *n < 80), "{known:?}");
        let TraitOf::Level { level, inside, outside, .. } = of("colour") else { panic!("a level") };
        assert_eq!(level.as_deref(), Some("blue"));
        assert!(*inside > 0.8 && *outside < 0.2);
        assert!(old.traits.iter().all(|other| other.column != "paid"));
        let Some(LevelTarget::Shares(shares)) = &old.target else { panic!("shares") };
        assert_eq!(shares.iter().map(|share| share.count).collect::<Vec<_>>(), [0, 40]);
        let map = &segments.map;
        assert_eq!((map.points.x.len(), map.points.colour.len(), map.points.rows.len()), (120, 120, 120));
        assert!(map.shares[0] >= map.shares[1] && map.shares[0] + map.shares[1] <= 1.0 + 1e-12 && !map.columns[0].is_empty());
        assert_eq!(segments.tree.is_some(), method == "agglomerative");
        if let Some(tree) = &segments.tree {
            assert_eq!((tree.leaves.len(), tree.branches.len()), (30, 29));
            assert_eq!(tree.leaves.iter().map(|leaf| leaf.rows).sum::<usize>(), 120);
            assert_eq!(tree.branches.last().map(|branch| branch.rows), Some(120));
            assert!(tree.cut[0] < tree.cut[1] && tree.leaves.iter().all(|leaf| leaf.segment.is_some()));
            for (place, branch) in tree.branches.iter().enumerate() {
                assert!(branch.left < 30 + place && branch.right < 30 + place);
            }
        }
        let text = serde_json::to_string(&segments).expect("JSON");
        assert_eq!(serde_json::from_str::<Segments>(&text).expect("it is read back"), segments);
    }
    let asked = found(&table, json!({ "params": { "number": "given", "n_clusters": 4 }, "columns": ["age", "paid"] }), Some("paid"));
    let segments = asked.expect("segments").segments;
    assert_eq!((segments.tried[segments.chosen].count, segments.segments.len(), segments.columns.len()), (4, 4, 1));
}

#[test]
fn densities_leave_rows_alone_and_have_one_division() {
    let table = table(120);
    let Segmented { segments, labels } = found(&table, json!({ "method": "dbscan" }), None).expect("segments");
    assert_eq!((segments.tried.len(), segments.chosen), (1, 0));
    assert!(segments.eps.is_some_and(|eps| eps > 0.0));
    assert_eq!(labels.iter().filter(|label| **label == NOISE).count(), segments.noise);
    assert_eq!(segments.segments.iter().map(|segment| segment.rows).sum::<usize>() + segments.noise, 120);
    // Nothing is dense enough.
    let params = json!({ "method": "dbscan", "params": { "reach": "given", "eps": 1e-6, "min_samples": 5 } });
    let segments = found(&table, params, None).expect("segments").segments;
    assert_eq!((segments.segments.len(), segments.noise, segments.notes[0].message.id.as_str()), (0, 120, "segments.all_noise"));
}

#[test]
fn of_many_rows_a_sample_is_divided_and_all_have_their_segment() {
    let table = table(4_500);
    let params = json!({ "number": "given", "n_clusters": 2 });
    let Segmented { segments, labels } = found(&table, json!({ "method": "agglomerative", "params": params }), None).expect("segments");
    assert_eq!((segments.divided, segments.judged), (Some(4_000), None));
    assert!((0..4_500).all(|row| labels[row] == u32::from(row % 3 == 0)));
    assert_eq!(segments.segments.iter().map(|segment| segment.rows).sum::<usize>(), 4_500);
    assert_eq!(segments.map.points.x.len(), 1_500);
}

#[test]
fn the_same_question_has_the_same_answer() {
    let table = table(60);
    let answer = || found(&table, json!({}), Some("paid")).expect("segments");
    assert_eq!(answer(), answer());
}

#[test]
fn what_cannot_be_done_is_said_in_one_sentence() {
    let gap = f64::NAN;
    let number = |values: &[f64]| Column::number("x", values.to_vec());
    let texts = |texts: &[Option<&str>]| Column::category("c", Strings::from_texts(texts.iter().copied()));
    let cases = [
        (vec![number(&[])], "segments.no_columns"),
        (vec![number(&[1.0])], "segments.no_columns"),
        (vec![number(&[gap; 9])], "segments.no_columns"),
        (vec![number(&[4.0; 9]), texts(&[Some("a"); 9])], "segments.no_columns"),
        (vec![texts(&[None; 9])], "segments.no_columns"),
        (Vec::new(), "segments.no_columns"),
    ];
    for clusterer in CLUSTERERS {
        for (columns, id) in &cases {
            let table = Arc::new(Table::new(columns.clone()));
            let problem = found(&table, json!({ "method": clusterer.id }), None).expect_err(id);
            assert_eq!((problem.message.id.as_str(), problem.stage), (*id, Stage::Explore), "{}", clusterer.id);
            assert!(!problem.to_string().contains(['{', '}']) && problem.hint().is_some());
        }
        // Two rows, more segments than rows, huge values, mostly gaps: an answer all the same.
        for (columns, params) in [
            (vec![number(&[1.0, 2.0])], json!({})),
            (vec![number(&[1.0, 2.0, 5.0])], json!({ "number": "given", "n_clusters": 40 })),
            (vec![number(&[1e30, -1e30, 0.0, 2e30, 1e308, -1e308])], json!({})),
            (vec![number(&[gap, gap, gap, 1.0, gap, 2.0]), texts(&[None, Some("a"), None, None, None, Some("b")])], json!({})),
        ] {
            let table = Arc::new(Table::new(columns));
            let params = if clusterer.takes_number { params } else { json!({}) };
            let found = found(&table, json!({ "method": clusterer.id, "params": params }), None).expect("an answer");
            assert!(!found.segments.tried.is_empty());
            let text = serde_json::to_string(&found.segments).expect("JSON");
            assert_eq!(serde_json::from_str::<Segments>(&text).expect("every figure is a number"), found.segments);
            for note in &found.segments.notes {
                assert!(!note.to_string().contains(['{', '}']), "{note}");
            }
        }
    }
    let table = table(30);
    for (question, id) in [
        (json!({ "method": "magic" }), "segments.no_method"),
        (json!({ "columns": ["gone"] }), "explore.no_column"),
        (json!({ "params": { "n_clusters": 1 } }), "field.out_of_range"),
    ] {
        assert_eq!(found(&table, question, None).expect_err(id).message.id, id);
    }
}
