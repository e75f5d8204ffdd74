//! Clustering on made-up points: known answers, any slices, extremes.

use super::agglomerative::{Linkage, TreeJob, cut};
use super::kmeans::{MeansJob, Options};
use super::*;
use crate::base::{self, field};
use crate::num::Rng;
use crate::table::{Column, Strings, Table};
use serde_json::json;

/// Three heaps of 20 points in two columns.
fn heaps() -> Arc<Points> {
    let mut rng = Rng::new(1, "heaps", 0);
    let centres = [[0.0, 0.0], [6.0, 0.0], [0.0, 7.0]];
    let values = (0..60).flat_map(|row| centres[row % 3].map(|centre| centre + rng.normal() * 0.6)).collect();
    Arc::new(Points::new(60, 2, values))
}

fn run(id: &str, params: serde_json::Value, points: &Arc<Points>) -> Result<Clustering, Problem> {
    let params = params.as_object().cloned().unwrap_or_default();
    (find(id).expect("a clusterer").start)(&params, points.clone(), 7)?.finish()
}

#[test]
fn every_way_is_told_in_words_and_listed_in_order() {
    assert!(CLUSTERERS.is_sorted_by(|a, b| a.id < b.id));
    for clusterer in CLUSTERERS {
        let fields = (clusterer.fields)();
        let problems = field::check(&fields, &field::defaults(&fields), Stage::Explore, &clusterer.owner());
        assert!(problems.is_empty(), "{problems:?}");
        let mut ids = vec![clusterer.owner(), format!("{}.help", clusterer.owner())];
        for field in &fields {
            let id = format!("{}.{}", clusterer.owner(), field.id);
            if let base::Kind::Choice(choices) = &field.kind {
                ids.extend(choices.iter().map(|choice| format!("{id}={choice}")));
            }
            ids.extend([id.clone(), format!("{id}.help")]);
        }
        let missing: Vec<&String> = ids.iter().filter(|id| base::text::find(id).is_none()).collect();
        assert!(missing.is_empty(), "no text for {missing:?}");
    }
}

#[test]
fn three_heaps_are_three_segments_by_every_way() {
    let points = heaps();
    for (id, params) in [
        ("kmeans", json!({})),
        ("agglomerative", json!({ "linkage": "ward" })),
        ("agglomerative", json!({ "linkage": "complete" })),
        ("agglomerative", json!({ "linkage": "average" })),
        ("agglomerative", json!({ "linkage": "single" })),
        ("dbscan", json!({ "reach": "given", "eps": 1.2 })),
    ] {
        let found = run(id, params.clone(), &points).expect("it ends");
        let division = found.divisions.iter().find(|division| division.count == 3).unwrap_or_else(|| panic!("{id} {params}"));
        let wanted: Vec<u32> = (0..60).map(|row| row % 3).collect();
        let is_right = division.labels.iter().zip(&wanted).all(|(label, wanted)| label == wanted || *label == NOISE);
        assert!(is_right && division.labels.iter().filter(|label| **label == NOISE).count() < 4, "{id} {params}: {:?}", division.labels);
    }
}

#[test]
fn slices_change_nothing() {
    let points = heaps();
    let options = Options { count: 4, n_init: 3, max_iter: 50, tol: 1e-4 };
    let means = |slice: usize| MeansJob::new(points.clone(), options, 5).sliced(slice).finish().expect("it ends");
    assert_eq!(means(1), means(usize::MAX));
    let tree = |slice: usize| TreeJob::new(points.clone(), Linkage::Ward).sliced(slice).finish().expect("it ends");
    assert_eq!(tree(1), tree(usize::MAX));
    let labels: Vec<u32> = (0..60).map(|row| row % 3).collect();
    let values = |slice: usize| {
        let job = SilhouetteJob::new(points.clone(), vec![(labels.clone(), 3), (vec![0; 60], 1)]).sliced(slice);
        format!("{:?}", { job }.finish().expect("it ends"))
    };
    assert_eq!(values(1), values(usize::MAX));
    // A job says how far it is, and never more than all.
    let mut job = (find("kmeans").expect("it is there").start)(&Params::new(), points.clone(), 1).expect("it starts");
    let mut before = 0;
    while let crate::base::Advance::More(progress) = job.advance().expect("it goes on") {
        assert!(progress.done <= progress.total && progress.done >= before, "{progress:?}");
        before = progress.done;
    }
}

#[test]
fn a_start_with_two_equal_centres_finds_the_far_point() {
    // Two centres at one place: the second loses all its points and goes to the one farthest away.
    let points = Arc::new(Points::new(5, 1, vec![0.0, 0.1, 0.2, 0.1, 9.0]));
    let options = Options { count: 2, n_init: 10, max_iter: 100, tol: 0.0 };
    let means = MeansJob::new(points, options, 3).finish().expect("it ends");
    assert_eq!(means.division.labels, [0, 0, 0, 0, 1]);
    assert!((means.division.centres[0] - 0.1).abs() < 1e-12 && means.division.centres[1] == 9.0, "{means:?}");
}

#[test]
fn there_are_no_more_segments_than_different_points() {
    let points = Arc::new(Points::new(6, 2, vec![1.0, 2.0, 1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 3.0, 4.0, 0.0, 0.0]));
    let found = run("kmeans", json!({ "number": "given", "n_clusters": 5 }), &points).expect("it ends");
    assert_eq!((found.wanted, found.divisions.last().map(|division| division.count)), (Some(5), Some(3)));
    assert_eq!(found.divisions.last().map(|division| division.labels.clone()), Some(vec![1, 1, 0, 0, 0, 2]));
    assert_eq!(figures(&points, &found.divisions[1]).calinski_harabasz, crate::base::Figure::undefined("constant_groups"));
    // Without a column there is one segment.
    let bare = MeansJob::new(Arc::new(Points::new(4, 0, Vec::new())), Options { count: 3, n_init: 1, max_iter: 9, tol: 0.0 }, 1);
    assert_eq!({ bare }.finish().expect("it ends").division, Division { labels: vec![0; 4], count: 1, centres: Vec::new() });
}

#[test]
fn what_cannot_be_divided_is_refused_in_one_sentence() {
    for clusterer in CLUSTERERS {
        for points in
            [Points::new(0, 2, Vec::new()), Points::new(1, 1, vec![3.0]), Points::new(3, 1, vec![3.0; 3]), Points::new(3, 0, Vec::new())]
        {
            let what = format!("{} {points:?}", clusterer.id);
            let problem = (clusterer.start)(&Params::new(), Arc::new(points), 1).err().unwrap_or_else(|| panic!("{what}"));
            assert!(!problem.to_string().contains(['{', '}']) && base::text::find(&problem.message.id).is_some(), "{what}: {problem}");
        }
        // Two points, points at two places, points as far apart as a space lets them be.
        for values in [vec![0.0, 1.0], vec![5.0, 5.0, 5.0, 6.0], vec![1e100, -1e100, 0.0, 1e30, 1e30, -1.0]] {
            let points = Arc::new(Points::new(values.len(), 1, values));
            let found = (clusterer.start)(&Params::new(), points.clone(), 1).and_then(|mut job| job.finish()).expect("it ends");
            for division in &found.divisions {
                assert!(division.centres.iter().all(|x| x.is_finite()), "{}: {division:?}", clusterer.id);
                assert!(division.labels.iter().all(|label| (*label as usize) < division.count || *label == NOISE));
                let _ = figures(&points, division);
            }
        }
    }
}

#[test]
fn a_tree_is_cut_at_any_number() {
    let points = heaps();
    let merges = TreeJob::new(points.clone(), Linkage::Average).finish().expect("it ends");
    assert!(merges.is_sorted_by(|a, b| a.height <= b.height));
    assert_eq!(merges.last().map(|merge| merge.rows), Some(60));
    for count in 1..=60 {
        let labels = cut(&merges, 60, count);
        let mut different = labels.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), count);
    }
}

#[test]
fn silhouettes_have_their_edges() {
    use crate::base::Figure;
    let points = Arc::new(Points::new(4, 1, vec![0.0, 1.0, 10.0, 50.0]));
    let of = |labels: [u32; 4], count: usize| {
        SilhouetteJob::new(points.clone(), vec![(labels.to_vec(), count)]).finish().expect("it ends").swap_remove(0)
    };
    assert_eq!(of([0; 4], 1).mean, Figure::undefined("one_segment"));
    assert_eq!(of([0, 1, 2, 3], 4).mean, Figure::undefined("rows_alone"));
    // sklearn.metrics.silhouette_samples([[0], [1], [10]], [0, 0, 1]): 0.9, 8/9, 0; the last point is noise.
    let found = of([0, 0, 1, NOISE], 2);
    assert!((found.points[0] - 0.9).abs() < 1e-15 && (found.points[1] - 8.0 / 9.0).abs() < 1e-15 && found.points[2] == 0.0);
    assert!(found.points[3].is_nan());
    assert_eq!(found.segments[1], Figure::Value(0.0));
}

fn table() -> Table {
    let gap = f64::NAN;
    Table::new(vec![
        Column::number("x", vec![1.0, 2.0, gap, 3.0, 100.0]),
        Column::number("same", vec![0.1; 5]),
        Column::number("none", vec![gap; 5]),
        Column::number("huge", vec![1e308, -1e308, 0.0, 1e308, gap]),
        Column::category("c", Strings::from_texts([Some("a"), Some("b"), None, Some("a"), Some("a")])),
        Column::category("one", Strings::from_texts([Some("a"); 5])),
        Column::text("t", Strings::from_texts([Some("a long text"); 5])),
        Column::date("d", vec![0, 86_400_000_000, Column::NO_DATE, 0, 0]),
    ])
}

#[test]
fn every_column_counts_alike() {
    let table = table();
    let names: Vec<String> = table.names().map(str::to_owned).collect();
    let space = Space::learn(&table, &names).expect("a space");
    let passed: Vec<(&str, &str)> = space.passed_over.iter().map(|(name, why)| (name.as_str(), *why)).collect();
    assert_eq!(passed, [("same", "constant"), ("none", "no_rows"), ("one", "constant"), ("t", "free_text")]);
    for (_, why) in &space.passed_over {
        assert!(base::text::find(&format!("undefined.{why}")).is_some(), "{why}");
    }
    let points = space.points(&table).expect("points");
    assert_eq!((points.rows(), points.width()), (5, 6));
    // Each column has as much variance as any other, however many levels it has.
    let mut place = 0;
    for axis in &space.axes {
        let variance: f64 = (place..place + axis.width())
            .map(|column| crate::num::moments::variance(&(0..5).map(|row| points.row(row)[column]).collect::<Vec<f64>>(), 0).unwrap_or(0.0))
            .sum();
        assert!((variance - 1.0).abs() < 1e-12, "{}: {variance}", axis.column());
        place += axis.width();
    }
    // Rows that were not learned from: another level, everything missing, the largest number.
    let new = Table::new(vec![
        Column::number("x", vec![f64::NAN, f64::MAX]),
        Column::number("huge", vec![f64::NAN, f64::MIN]),
        Column::category("c", Strings::from_texts([None, Some("new")])),
        Column::date("d", vec![Column::NO_DATE, i64::MAX]),
    ]);
    let points = space.points(&new).expect("points");
    assert!(points.values().iter().all(|x| x.abs() <= 1e100), "{points:?}");
    assert_eq!(points.row(1)[2..5], [0.0; 3]);
}

#[test]
fn the_order_of_columns_changes_no_segment() {
    let mut rng = Rng::new(2, "order", 0);
    let columns: Vec<Column> = (0..4)
        .map(|place| Column::number(format!("c{place}"), (0..50).map(|row| rng.normal() + f64::from(row % 2 * 5)).collect()))
        .collect();
    let turned: Vec<Column> = columns.iter().rev().cloned().collect();
    let divided = |columns: Vec<Column>| {
        let table = Table::new(columns);
        let names: Vec<String> = table.names().map(str::to_owned).collect();
        let points = Arc::new(Space::learn(&table, &names).expect("a space").points(&table).expect("points"));
        CLUSTERERS
            .iter()
            .map(|kind| {
                let found = (kind.start)(&Params::new(), points.clone(), 1).and_then(|mut job| job.finish()).expect("it ends");
                found.divisions[0].labels.clone()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(divided(columns), divided(turned));
}

#[test]
fn a_space_that_is_too_wide_is_refused_and_rare_levels_share_an_axis() {
    let texts: Vec<String> = (0..200).map(|row| format!("level {}", row % 100)).collect();
    let column = |name: usize| Column::category(format!("c{name}"), Strings::from_texts(texts.iter().map(|text| Some(text.as_str()))));
    let table = Table::new((0..20).map(column).collect());
    let names: Vec<String> = table.names().map(str::to_owned).collect();
    assert_eq!(Space::learn(&table, &names[..1]).expect("a space").width(), 21);
    assert_eq!(Space::learn(&table, &names).expect_err("420 numbers").message.id, "cluster.too_wide");
    assert_eq!(Space::learn(&table, &["gone".to_owned()]).expect_err("no column").message.id, "explore.no_column");
}
