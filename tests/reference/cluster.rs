//! Hierarchies against SciPy, densities, k-means and the figures of divisions against scikit-learn.

use super::support::{Check, Raw, figures, flat, table_of};
use atelier::base::Job;
use atelier::learn::cluster::{Clustering, Division, NOISE, Points, SilhouetteJob, Space, figures as figures_of, find};
use serde_json::{Value, json};
use std::sync::Arc;

/// The numeric columns but the target, complete rows, standardised: the points of the figures.
fn points(file: &Value, raw: &Raw) -> Arc<Points> {
    let target = file["meta"]["options"]["target"].as_str().expect("a target");
    let table = raw.table();
    let columns: Vec<String> = raw.names.iter().filter(|name| *name != target && raw.is_numeric(name)).cloned().collect();
    let complete: Vec<usize> = (0..table.rows())
        .filter(|&row| columns.iter().all(|name| table.column(name).is_some_and(|column| !column.is_missing(row))))
        .collect();
    let table = table.take(&complete);
    let space = Space::learn(&table, &columns).expect("a space");
    let used: Vec<&str> = space.axes.iter().map(|axis| axis.column()).collect();
    let wanted: Vec<&str> = file["figures"]["columns"].as_array().expect("columns").iter().filter_map(Value::as_str).collect();
    assert_eq!(used, wanted);
    assert_eq!(table.rows() as u64, file["figures"]["rows"].as_u64().expect("a count"));
    Arc::new(space.points(&table).expect("points"))
}

fn run(id: &str, params: Value, points: &Arc<Points>) -> Clustering {
    let params = params.as_object().cloned().unwrap_or_default();
    let start = find(id).expect("a clusterer").start;
    start(&params, points.clone(), 1).and_then(|mut job| job.finish()).unwrap_or_else(|problem| panic!("{id}: {problem}"))
}

/// Labels numbered by the first row of each.
fn canonical(labels: &[u32]) -> Vec<u32> {
    let mut seen = Vec::new();
    labels
        .iter()
        .map(|label| {
            seen.iter().position(|known| known == label).unwrap_or_else(|| {
                seen.push(*label);
                seen.len() - 1
            }) as u32
        })
        .collect()
}

fn labels(value: &Value) -> Vec<u32> {
    flat(value).into_iter().map(|label| if label < 0.0 { NOISE } else { label as u32 }).collect()
}

#[test]
fn hierarchies() {
    let mut check = Check::default();
    for name in ["cluster.penguins", "cluster.breast_cancer"] {
        let file = figures(name);
        let points = points(&file, &table_of(&file));
        for linkage in ["ward", "complete", "average", "single"] {
            let what = format!("{name} {linkage}");
            let known = &file["figures"]["linkage"][linkage];
            let found = run("agglomerative", json!({ "linkage": linkage }), &points);
            let heights: Vec<f64> = found.merges.iter().map(|merge| merge.height).collect();
            check.same(&what, found.merges.len() + 1, points.rows());
            check.close(&what, heights.iter().sum(), known["heights_sum"].as_f64().expect("a sum"), 1e-9);
            let last = known["heights"].as_array().expect("heights").len();
            check.close_all(&what, &heights[heights.len() - last..], &known["heights"], 1e-9);
            for (count, wanted) in known["labels"].as_object().expect("labels") {
                let division = found.divisions.iter().find(|division| division.count.to_string() == *count).expect("a cut");
                check.same(&format!("{what} {count}"), canonical(&division.labels), labels(wanted));
            }
        }
    }
    check.end();
}

#[test]
fn densities() {
    let mut check = Check::default();
    for name in ["cluster.penguins", "cluster.breast_cancer"] {
        let file = figures(name);
        let points = points(&file, &table_of(&file));
        for case in file["figures"]["dbscan"].as_array().expect("cases") {
            let found = run("dbscan", json!({ "reach": "given", "eps": case["eps"], "min_samples": case["min_samples"] }), &points);
            check.same(name, found.divisions[0].labels.clone(), labels(&case["labels"]));
            let (eps, cores) = found.density.expect("densities");
            check.same(name, Value::from(eps), case["eps"].clone());
            check.same(name, cores.iter().filter(|core| **core).count() as u64, case["cores"].as_u64().expect("a count"));
        }
    }
    check.end();
}

#[test]
fn silhouettes_and_figures() {
    let mut check = Check::default();
    for name in ["cluster.penguins", "cluster.breast_cancer"] {
        let file = figures(name);
        let points = points(&file, &table_of(&file));
        for (count, known) in file["figures"]["figures"].as_object().expect("figures") {
            let what = format!("{name} {count}");
            let labels = labels(&file["figures"]["linkage"]["ward"]["labels"][count]);
            let count: usize = count.parse().expect("a number");
            let found = SilhouetteJob::new(points.clone(), vec![(labels.clone(), count)]).finish().expect("silhouettes").swap_remove(0);
            let shown = known["silhouettes"].as_array().expect("a list").len();
            check.close_all(&what, &found.points[..shown], &known["silhouettes"], 1e-9);
            check.close(&what, found.mean.value().expect("a mean"), known["silhouette"].as_f64().expect("a number"), 1e-9);
            let segments: Vec<f64> = found.segments.iter().filter_map(|segment| segment.value()).collect();
            check.close_all(&what, &segments, &known["segments"], 1e-9);
            let (centres, _) = points.means(&labels, count);
            let figures = figures_of(&points, &Division { labels, count, centres });
            for (figure, id) in [(&figures.calinski_harabasz, "calinski_harabasz"), (&figures.davies_bouldin, "davies_bouldin")] {
                check.close(&format!("{what} {id}"), figure.value().expect("a figure"), known[id].as_f64().expect("a number"), 1e-9);
            }
        }
    }
    check.end();
}

#[test]
fn means() {
    let mut check = Check::default();
    for name in ["pca.penguins", "pca.breast_cancer"] {
        let file = figures(name);
        let points = points(&file, &table_of(&file));
        let known = file["figures"]["kmeans"].as_object().expect("k-means");
        let found = run("kmeans", json!({ "n_init": 30 }), &points);
        for (count, known) in known {
            let what = format!("{name} {count}");
            let division = found.divisions.iter().find(|division| division.count.to_string() == *count).expect("a division");
            let figures = figures_of(&points, division);
            let number = |id: &str| known[id].as_f64().expect("a number");
            // At most 1 % above; a better one is welcome.
            check.same(
                &format!("{what}: {} beside {}", figures.inertia, number("inertia")),
                figures.inertia <= 1.01 * number("inertia"),
                true,
            );
            let labels = vec![(division.labels.clone(), division.count)];
            let silhouette = SilhouetteJob::new(points.clone(), labels).finish().expect("silhouettes")[0].mean.clone();
            for (figure, id) in [
                (&figures.calinski_harabasz, "calinski_harabasz"),
                (&figures.davies_bouldin, "davies_bouldin"),
                (&silhouette, "silhouette"),
            ] {
                let (got, want) = (figure.value().expect("a figure"), number(id));
                check.same(&format!("{what} {id}: {got} beside {want}"), (got - want).abs() <= 0.05 * want.abs(), true);
            }
            if (figures.inertia - number("inertia")).abs() < 1e-6 {
                let mut sizes = vec![0_u64; division.count];
                division.labels.iter().for_each(|&label| sizes[label as usize] += 1);
                let wanted: Vec<u64> = flat(&known["sizes"]).into_iter().map(|size| size as u64).collect();
                check.same(&format!("{what} sizes"), sizes, wanted);
            }
        }
    }
    check.end();
}
