//! Every chart on every kind of input: never a panic, the same bytes, items in the frame, well-formed pictures.

use super::*;
use crate::base::Figure;
use crate::judge::growth::Growth;
use crate::judge::rates::{RateTry, Rates};
use crate::judge::{Asks, DEEPEST, NodeFacts, Question, TreeFacts};
use crate::learn::inside::{Activations, Inside};
use crate::learn::surface::{SIDE, SMALL, Surface};
use crate::profile::{Branch, Dendrogram, Leaf, SegmentMap, Segments, Tried};

fn numbers() -> Vec<(&'static str, Vec<f64>)> {
    let wave: Vec<f64> = (0..120).map(|i| crate::num::float::sin(f64::from(i) * 0.17) * 20.0 + 40.0 + f64::from(i % 7)).collect();
    vec![
        ("empty", vec![]),
        ("one", vec![3.5]),
        ("usual", wave),
        ("constant", vec![7.0; 30]),
        ("zeros", vec![0.0; 12]),
        ("missing", vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
        ("some missing", vec![1.0, f64::NAN, 2.0, 5.0, f64::INFINITY]),
        ("extreme", vec![-f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.0, f64::MAX, 1e18]),
        ("tiny", vec![1e-300, 2e-300, 3e-300]),
        ("close", vec![1e9, 1e9 + 1e-4, 1e9 + 2e-4]),
        ("many", (0..5000).map(|i| f64::from(i) * 1.5).collect()),
    ]
}

fn names(n: usize) -> Vec<String> {
    (0..n)
        .map(|i| match i % 4 {
            0 => format!("category {i} <script>alert(1)</script>"),
            1 => format!("\u{4e2d}\u{6587} \u{0} & \"{i}\""),
            2 => String::new(),
            _ => format!("c{i}"),
        })
        .collect()
}

type Sample = (&'static str, fn(&[f64]) -> Scene);

/// Each chart, made from any list of numbers.
const SAMPLES: &[Sample] = &[
    ("activations", |v| activations(&inside(v))),
    ("bar", |v| {
        bars(&Bars {
            unit: "rows".into(),
            names: names(v.len()),
            values: vec![v.to_vec(), v.to_vec()],
            classes: names(2),
            ..Bars::default()
        })
    }),
    ("boxes", |v| {
        let b = |x: &f64| BoxStats {
            name: "<b>".into(),
            n: 3,
            low: *x,
            q1: *x,
            median: *x,
            q3: *x,
            high: *x,
            mean: Some(*x),
            outliers: v.to_vec(),
            far: 0,
        };
        boxes("x", &v.iter().take(70).map(b).collect::<Vec<_>>(), false)
    }),
    ("boxes", |v| {
        let b = |x: &f64| BoxStats { name: "<b>".into(), low: *x, q1: *x, median: *x, q3: *x, high: *x, ..BoxStats::default() };
        boxes("x", &v.iter().take(9).map(b).collect::<Vec<_>>(), true)
    }),
    ("calibration", |v| {
        let bin = |x: &f64| CalibrationBin { predicted: *x, share: x * 0.5, low: Some(*x), high: Some(*x), n: 4 };
        calibration(&v.iter().map(bin).collect::<Vec<_>>(), v.first().copied())
    }),
    ("class_balance", |v| class_balance(&names(v.len()), v, Some(1))),
    ("confusion", |v| confusion(&names(v.len()), &vec![v.to_vec(); v.len().min(70)])),
    ("contour", |v| {
        let axes = [("<a>", true, 0), ("b", false, 3)].map(|(name, log, n)| ParameterAxis { name: name.into(), log, choices: names(n) });
        contour("loss", false, [&axes[0], &axes[1]], [0, v.len() % 2], &trials(v))
    }),
    ("correlation", |v| correlation(&names(v.len()), &vec![v.to_vec(); v.len().min(70)])),
    ("correlation", |v| {
        let (rows, columns) = (names(v.len().min(70)), names(v.len() * 2));
        association(&Association { measure: "<eta>".into(), values: vec![v.to_vec(); rows.len()], rows, columns, signed: false })
    }),
    ("cross_table", |v| {
        let counts = vec![v.iter().map(|x| x.abs() as usize).collect(); v.len().min(70)];
        let (rows, columns) = (names(counts.len()), names(v.len()));
        cross_table(&CrossTable { row_name: "<a>".into(), column_name: "b".into(), rows, columns, counts, rest: v.len() })
    }),
    ("dendrogram", |v| {
        let leaf = |(place, x): (usize, &f64)| Leaf { rows: x.abs() as usize, segment: (place % 4 > 0).then_some(place as u32 % 9) };
        let leaves: Vec<Leaf> = v.iter().enumerate().take(60).map(leaf).collect();
        // Each leaf joins what the ones before it made.
        let branch = |(place, x): (usize, &f64)| Branch {
            left: if place == 0 { 0 } else { leaves.len() + place - 1 },
            right: place + 1,
            height: *x,
            rows: place,
        };
        let branches = v.iter().skip(1).take(59).enumerate().map(branch).collect();
        dendrogram(&Dendrogram { branches, leaves: leaves.clone(), cut: [1.0, v.last().copied().unwrap_or(0.0)] })
    }),
    ("dependence", |v| {
        let rows = vec![v.to_vec(); 3];
        let band = v.iter().map(|x| (*x, x * 2.0)).collect();
        let input = Dependence {
            column: "c".into(),
            outcome: "p".into(),
            grid: v.to_vec(),
            mean: v.to_vec(),
            rows,
            band,
            deciles: v.to_vec(),
            levels: vec![],
        };
        dependence(&input)
    }),
    ("dependence", |v| {
        let input = Dependence {
            column: "c".into(),
            outcome: "p".into(),
            grid: v.to_vec(),
            mean: v.to_vec(),
            levels: names(v.len()),
            ..Dependence::default()
        };
        dependence(&input)
    }),
    ("drift", |v| {
        let moved = |(i, x): (usize, &f64)| Moved { name: names(i + 1).pop().unwrap_or_default(), value: *x, drifted: i % 2 == 0 };
        drift("psi", &v.iter().enumerate().take(300).map(moved).collect::<Vec<_>>(), v.last().copied())
    }),
    ("finder", |v| {
        let tries: Vec<RateTry> = v.iter().map(|x| RateTry { rate: x.abs() + 1e-5, folds: 3, loss: Some(*x) }).collect();
        let best = v.first().map(|x| (0.01, *x));
        finder(&Rates { tries, best, now: (0.003, None), helps: true })
    }),
    ("folds", |v| {
        let pieces: Vec<[usize; 4]> = v.iter().take(90).map(|x| [x.abs() as usize % 7, 1, x.abs() as usize % 3, 0]).collect();
        let ends = (1..=pieces.len()).map(|end| end * 5).collect();
        let strip = Strip { pieces, counts: [v.len(), 1, 0], classes: vec![(v.len(), 1)] };
        let classes = names(v.len() % 3);
        folds(&Folds { order: "time".into(), rows: v.len() * 5, ends, classes, folds: vec![strip; v.len().min(40)] })
    }),
    ("front", |v| {
        let tried = |(number, x): (usize, &f64)| FrontTrial { number, x: *x, y: -x, front: number % 2 == 0 };
        front("size", "auc", &v.iter().enumerate().take(300).map(tried).collect::<Vec<_>>())
    }),
    ("gaps", |v| gaps("share", &dots(v), v.last().copied(), true)),
    ("groups", |v| groups("recall", &dots(v), v.first().copied(), true)),
    ("growth", |v| {
        let point =
            |x: &f64| crate::judge::growth::GrowthPoint { rows: x.abs(), scores: vec![Figure::from(*x); 3], mean: Figure::from(*x) };
        let first = v.first().copied().unwrap_or(0.5);
        let doubled =
            crate::judge::growth::Doubled { rows: 20.0, value: first, interval: [first - 1.0, first + 1.0], now: first, helps: true };
        growth(&Growth { metric: "rmse".into(), higher_is_better: false, points: v.iter().map(point).collect(), doubled: Ok(doubled) })
    }),
    ("histogram", |v| {
        let edges = crate::num::order::sorted(v);
        let counts = vec![v.to_vec(), v.iter().rev().copied().collect()];
        histogram(&Histogram { column: "x <b>".into(), edges, counts, classes: names(2), positive: Some(0), mark: Some((3.0, "m".into())) })
    }),
    ("history", |v| history("auc", true, &trials(v))),
    ("importance", |v| importance("loss", &dots(v))),
    ("learning", |v| {
        let folds = vec![v.to_vec(), v.iter().map(|x| x * 0.5).collect()];
        learning(&Learning {
            measure: "loss".into(),
            training: folds.clone(),
            validation: folds,
            best: Some(2),
            baseline: Some((1.0, "always".into())),
            ..Learning::default()
        })
    }),
    ("missing", |v| missing(&names(v.len()), v)),
    ("missing_patterns", |v| {
        let pattern = |x: &f64| (v.iter().map(|y| y > x).collect(), x.abs() as usize);
        missing_patterns(&names(v.len()), &v.iter().take(50).map(pattern).collect::<Vec<_>>())
    }),
    ("models", |v| models(&dots(v), v.first().map(|x| (*x, "goal".into())))),
    ("network", |v| {
        let layer = |x: &f64| Layer { name: "<i>".into(), units: x.abs() as usize, weights: x.abs() as usize, ..Layer::default() };
        network(&v.iter().take(40).map(layer).collect::<Vec<_>>(), Some(1))
    }),
    ("network", |v| {
        let sizes: &[usize] = if v.is_empty() { &[] } else { &[30, 2, 13, 1] };
        let weight = |at: usize| v[at % v.len()] as f32;
        let into = |at: usize| match at {
            0 => Vec::new(),
            at => (0..sizes[at - 1].min(12)).map(|from| (0..sizes[at].min(12)).map(|to| weight(from + 5 * to + at)).collect()).collect(),
        };
        let layer =
            |(at, &units): (usize, &usize)| Layer { name: "<i>".into(), units, weights: 9, named: names(v.len() % 5), into: into(at) };
        network(&sizes.iter().enumerate().map(layer).collect::<Vec<_>>(), None)
    }),
    ("parallel", |v| {
        let axes = [("<a>", true, 0), ("b", false, 3), ("c", false, 1)].map(|(name, log, n)| ParameterAxis {
            name: name.into(),
            log,
            choices: names(n),
        });
        parallel("loss", false, &axes, &trials(v), &v.iter().map(|x| (x.abs() as usize % 6, [0.2, *x])).collect())
    }),
    ("periods", |v| periods("<d>", &v.iter().zip(names(v.len())).map(|(x, name)| (name, x.abs() as usize)).collect::<Vec<_>>())),
    ("precision_recall", |v| precision_recall(&curves(v), Some(([0.5, 0.5], "<at>".into())), v.first().copied())),
    ("predicted", |v| predicted(v, &v.iter().rev().copied().collect::<Vec<_>>(), "<unit>")),
    ("rates", |v| {
        let bin = |x: &f64| Rate { from: *x, to: x + 1.0, value: *x, low: Some(x - 1.0), high: Some(x + 1.0), ..Rate::default() };
        rates("<x>", "y", &v.iter().map(bin).collect::<Vec<_>>(), v.first().copied(), false)
    }),
    ("rates", |v| {
        let bin = |(i, x): (usize, &f64)| Rate { name: names(i + 1).pop().unwrap_or_default(), value: *x, ..Rate::default() };
        rates("x", "y", &v.iter().enumerate().take(300).map(bin).collect::<Vec<_>>(), None, true)
    }),
    ("residuals", |v| residuals(v, &v.iter().rev().copied().collect::<Vec<_>>(), "")),
    ("roc", |v| roc(&curves(v), Some(([0.9, 0.5], "at".into())))),
    ("rungs", |v| {
        let course = |(i, x): (usize, &f64)| Course { number: i, reached: vec![Some(*x), None, Some(x * 0.5)], ended: i % 2 == 0 };
        rungs("loss", &v.iter().enumerate().take(300).map(course).collect::<Vec<_>>())
    }),
    ("scatter", |v| {
        let y = v.iter().rev().copied().collect();
        scatter(&Scatter {
            x_name: "<x>".into(),
            y_name: "y".into(),
            x: v.to_vec(),
            y,
            correlation: v.first().copied(),
            ..Scatter::default()
        })
    }),
    ("scatter", |v| {
        let class = (0..v.len()).map(|i| i % 5).collect();
        scatter(&Scatter {
            x_name: "x".into(),
            y_name: "y".into(),
            x: v.to_vec(),
            y: v.to_vec(),
            class,
            classes: names(3),
            ..Scatter::default()
        })
    }),
    ("scatter", |v| scatter(&Scatter { x: v.to_vec(), y: v.to_vec(), dates: [true, true], drawn_of: 9_000, ..Scatter::default() })),
    ("scatter", |v| {
        let edges = crate::num::order::sorted(v);
        let counts = vec![v.iter().map(|x| x.abs() as usize).collect(); v.len().min(30)];
        let (x_edges, y_edges) = (edges.clone(), edges);
        scatter_cells(&Cells { x_name: "<x>".into(), y_name: "y".into(), x_edges, y_edges, counts, ..Cells::default() })
    }),
    ("schedule", |v| schedule(v, Some(1), "step")),
    ("scores", |v| {
        let edges = crate::num::order::sorted(v);
        scores(&Scores {
            edges,
            positive: v.to_vec(),
            negative: v.to_vec(),
            names: ["<a>".into(), "b".into()],
            threshold: v.first().copied(),
        })
    }),
    ("segment_count", |v| {
        let tried = |(place, x): (usize, &f64)| Tried {
            count: place + 2,
            silhouette: Figure::from(*x),
            inertia: *x,
            within: Figure::from(x.abs()),
            calinski_harabasz: Figure::from(*x),
            davies_bouldin: Figure::from(*x),
        };
        let tried = v.iter().enumerate().take(60).map(tried).collect();
        segment_count(&Segments { tried, chosen: 1, best: Some(0), ..Segments::default() })
    }),
    ("segment_map", |v| {
        let colour = (0..v.len()).map(|place| (place % 4 > 0).then_some((place % 9) as f64)).collect();
        let points = crate::profile::Points { x: v.to_vec(), y: v.to_vec(), rows: (0..v.len() as u32).collect(), colour };
        let map = SegmentMap { points, shares: [0.5, v.first().copied().unwrap_or(0.0)], columns: [names(2), Vec::new()] };
        segment_map(&Segments { map, rows: 9_000, more: 9, ..Segments::default() })
    }),
    ("slice", |v| slice("loss", false, &ParameterAxis { name: "<a>".into(), log: true, choices: vec![] }, 0, &trials(v))),
    ("surface", |v| {
        let named = |classes: usize| Named { axes: ["<a>".into(), "b".into()], classes: names(classes), target: "t".into() };
        surface(&seen(v), &named(if v.len() % 2 == 0 { 2 } else { 0 }))
    }),
    ("swarm", |v| {
        swarm(
            &(0..v.len().min(30))
                .map(|i| Swarm { name: format!("<{i}>"), contributions: v.to_vec(), values: v.to_vec() })
                .collect::<Vec<_>>(),
        )
    }),
    ("thresholds", |v| thresholds(&curves(v), v.first().copied())),
    ("timeline", |v| {
        let ran = |(at, x): (usize, &f64)| Ran { trial: at, fold: 1, from: *x, to: x + 1.0, best: at == 1, lost: at == 2 };
        timeline(&v.iter().enumerate().take(60).map(ran).collect::<Vec<_>>())
    }),
    ("tree", |v| tree(&chain(v), &names(2), 5)),
    ("tree", |v| tree(&chain(v), &[], v.len())),
    ("tree", |v| tree(&chain(v), &names(9), 3)),
    ("trend", |v| {
        let stretch = |(i, x): (usize, &f64)| Stretch {
            name: format!("<{i}>"),
            value: *x,
            low: Some(x - 1.0),
            high: Some(x + 1.0),
            alert: i % 3 == 0,
        };
        trend("<auc>", &v.iter().enumerate().map(stretch).collect::<Vec<_>>(), v.first().map(|x| (*x, x + 2.0)))
    }),
    ("units", |v| units(&seen(v))),
    ("waterfall", |v| {
        let parts = names(v.len()).into_iter().zip(v.iter().copied()).collect();
        waterfall(&Waterfall { base: v.first().copied().unwrap_or(0.0), parts, most: 0, outcome: "p".into() })
    }),
];

fn dots(v: &[f64]) -> Vec<Dot> {
    let dot = |(i, x): (usize, &f64)| Dot {
        name: names(i / 2 + 1).pop().unwrap_or_default(),
        series: if i % 2 == 0 { "network".into() } else { "<tree>".into() },
        value: *x,
        low: Some(x - 1.0),
        high: Some(x + 1.0),
        n: Some(i),
    };
    v.iter().enumerate().take(400).map(dot).collect()
}

/// A tree whose every no asks on.
fn chain(v: &[f64]) -> TreeFacts {
    let last = v.len().saturating_sub(1).min(DEEPEST * 2) / 2 * 2;
    let node = |(i, x): (usize, &f64)| {
        let asks = i % 2 == 0 && i < last;
        let asked = [Asks::AtMost { value: *x, prepared: i % 4 == 0 }, Asks::Among(names(i % 3 + 1)), Asks::Missing, Asks::Outside(*x, *x)];
        NodeFacts {
            depth: i.div_ceil(2),
            rows: *x,
            value: vec![*x; 1 + i % 3],
            question: asks.then(|| Question { column: "<c>".into(), asks: asked[i / 2 % 4].clone() }),
            next: (asks && i / 2 < DEEPEST).then_some([i + 1, i + 2]),
            below: last - i.min(last),
        }
    };
    TreeFacts {
        leaves: v.len(),
        depth: last / 2,
        nodes: v.iter().take(if v.is_empty() { 0 } else { last + 1 }).enumerate().map(node).collect(),
    }
}

fn trials(v: &[f64]) -> Vec<Trial> {
    let trial =
        |(i, x): (usize, &f64)| Trial { number: i, score: (i % 3 != 1).then_some(*x), values: vec![Some(*x), Some((i % 4) as f64), None] };
    v.iter().enumerate().take(400).map(trial).collect()
}

fn curves(v: &[f64]) -> Vec<Curve> {
    let points: Vec<[f64; 2]> = v.iter().enumerate().map(|(i, y)| [i as f64 / v.len() as f64, *y]).collect();
    let band = points.iter().map(|p| [p[0], p[1] - 0.1, p[1] + 0.1]).collect();
    let curve = |name: &str| Curve { name: name.into(), points: points.clone(), band: Vec::clone(&band), area: v.first().copied() };
    vec![curve("<network>"), curve("logistic")]
}

#[test]
fn every_chart_of_the_list_is_tried() {
    let tried: Vec<&str> = SAMPLES.iter().map(|(id, _)| *id).collect();
    let listed: Vec<&str> = CHARTS.iter().map(|chart| chart.id).collect();
    assert!(listed.windows(2).all(|pair| pair[0] < pair[1]), "the list is alphabetic");
    for id in &listed {
        assert!(tried.contains(id), "{id} is not tried");
        for text in [format!("chart.{id}"), format!("chart.{id}.help")] {
            assert!(crate::base::text::find(&text).is_some(), "no text {text}");
        }
    }
    assert!(tried.iter().all(|id| listed.contains(id)), "a chart is not listed");
}

#[test]
fn no_input_breaks_a_chart() {
    for (id, sample) in SAMPLES {
        for (kind, values) in numbers() {
            let scene = sample(&values);
            assert_eq!(&scene.chart, id);
            assert!(!scene.title.is_empty() && !scene.title.starts_with("chart."), "{id}: title {:?}", scene.title);
            assert!(scene.description.ends_with(['.', '%']) && !scene.description.contains('{'), "{id} {kind}: {:?}", scene.description);
            assert!(!scene.empty || scene.description.starts_with("Nothing to draw: "), "{id} {kind}: {:?}", scene.description);
            assert!(scene.empty || !scene.marks.is_empty(), "{id} {kind}: neither marks nor a reason");
            if kind == "empty" {
                assert!(scene.empty, "{id} {kind}");
            }
            for row in &scene.table.rows {
                assert_eq!(row.len(), scene.table.columns.len(), "{id} {kind}: {:?}", scene.table.columns);
            }
            for (width, height) in [(640, 360), (340, 240), (80, 60), (0, 0), (2000, 90)] {
                let layout = Layout::new(&scene, width, height);
                let whole = layout::Frame { left: 0.0, top: 0.0, right: f64::from(layout.width), bottom: f64::from(layout.height) };
                assert_eq!(layout.items.len(), scene.items.len());
                for item in &layout.items {
                    assert!(item.x >= layout.frame.left && item.x <= layout.frame.right, "{id} {kind}: item beside the frame");
                    assert!(item.y >= layout.frame.top && item.y <= layout.frame.bottom, "{id} {kind}: item above or below the frame");
                    assert!(item.bounds.width() >= 0.0 && item.bounds.height() >= 0.0, "{id} {kind}");
                }
                if width >= 340 && height >= 240 {
                    assert!(
                        layout.frame.right <= whole.right && layout.frame.bottom <= whole.bottom,
                        "{id} {kind}: frame leaves the picture"
                    );
                }
            }
            let picture = svg(&scene, &theme::LIGHT, 640, 360);
            well_formed(&picture);
            assert!(!picture.contains("<script"), "{id} {kind}");
            assert!(!picture.contains("NaN") && !picture.contains("inf\""), "{id} {kind}");
            assert_eq!(picture, svg(&sample(&values), &theme::LIGHT, 640, 360), "{id} {kind}: other bytes");
            let text = serde_json::to_string(&scene).expect("a scene is saved");
            let read: Scene = serde_json::from_str(&text).expect("a scene is read back");
            assert_eq!(read, scene, "{id} {kind}");
        }
    }
}

/// Tags close in order, attributes are quoted, no bare `<` or `&`, no forbidden character.
fn well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start]);
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        assert!(!tag.contains('<'), "a bare < in {tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closes what is not open");
        } else {
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            check_text(tag);
            if !tag.ends_with('/') {
                open.push(tag.split_whitespace().next().expect("a name"));
            }
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn check_text(text: &str) {
    for (at, _) in text.match_indices('&') {
        assert!(["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"].iter().any(|entity| text[at..].starts_with(entity)), "{text}");
    }
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "a control character in {text:?}");
}

#[test]
fn ticks_are_round_and_inside() {
    for (low, high, most, expected) in [
        (0.0, 1.0, 6, vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 100.0, 6, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
        (0.0, 0.3, 4, vec![0.0, 0.1, 0.2, 0.3]),
        (-1.0, 1.0, 5, vec![-1.0, -0.5, 0.0, 0.5, 1.0]),
        (0.0, 7e6, 4, vec![0.0, 2e6, 4e6, 6e6]),
    ] {
        assert_eq!(ticks::linear(low, high, most, false), expected, "{low} to {high}");
    }
    assert_eq!(ticks::linear(0.0, 2.0, 6, true), vec![0.0, 1.0, 2.0]);
    assert_eq!(ticks::log(1e-4, 1.0, 5), vec![1e-4, 1e-3, 1e-2, 1e-1, 1.0]);
    for (low, high) in [(-f64::MAX, f64::MAX), (0.0, 5e-324), (1e300, 1e301), (3.0, 3.0), (1e9, 1e9 + 1e-4), (f64::NAN, 1.0)] {
        for most in 0..12 {
            let found = ticks::linear(low, high, most, false);
            assert!(found.len() >= 2 && found.iter().all(|x| x.is_finite()), "{low} to {high}: {found:?}");
            assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{low} to {high}: {found:?}");
        }
    }
}

#[test]
fn moments_are_ticked_where_the_calendar_turns() {
    let at = |text: &str| {
        chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a moment").and_utc().timestamp_micros() as f64
    };
    let ticks_of = |low: &str, high: &str, most: usize| format::date_ticks(&ticks::dates(at(low), at(high), most)).join(" ");
    for (low, high, most, expected) in [
        ("2001-01-01 00:00:00", "2024-11-30 00:00:00", 6, "2005 2010 2015 2020"),
        ("2019-12-20 00:00:00", "2021-02-03 00:00:00", 6, "2020-01 2020-04 2020-07 2020-10 2021-01"),
        ("2024-02-27 05:00:00", "2024-03-03 00:00:00", 6, "2024-02-28 2024-02-29 2024-03-01 2024-03-02 2024-03-03"),
        ("2024-03-01 07:10:00", "2024-03-01 19:00:00", 5, "03-01 09:00 03-01 12:00 03-01 15:00 03-01 18:00"),
        ("2024-03-01 07:10:00", "2024-03-01 07:10:40", 5, "07:10:00 07:10:15 07:10:30"),
        ("0987-01-01 00:00:00", "2024-01-01 00:00:00", 4, "1000 1500 2000"),
    ] {
        assert_eq!(ticks_of(low, high, most), expected, "{low} to {high}");
    }
    for (low, high) in [(-f64::MAX, f64::MAX), (0.0, 5e-324), (-8e18, 8e18), (-6e18, 6e18), (3.0, 4.0), (f64::NAN, 1.0)] {
        for most in 0..9 {
            let found = ticks::dates(low, high, most);
            assert!(found.len() >= 2 && found.windows(2).all(|pair| pair[0] < pair[1]), "{low} to {high}: {found:?}");
            assert_eq!(format::date_ticks(&found).len(), found.len());
        }
    }
    assert_eq!(format::moment(at("2024-03-01 07:10:00"), 1e15), "2024-03-01");
    assert_eq!(format::moment(at("2024-03-01 07:10:00"), 1e10), "2024-03-01 07:10");
}

#[test]
fn labels_of_ticks_agree_in_places() {
    assert_eq!(format::ticks(&[0.0, 0.25, 0.5], false), ["0", "0.25", "0.50"]);
    assert_eq!(format::ticks(&[0.0, 1000.0, 20000.0], false), ["0", "1,000", "20,000"]);
    assert_eq!(format::ticks(&[0.0, 2.5e6, 5e6], false), ["0", "2.5M", "5.0M"]);
    assert_eq!(format::ticks(&[0.0, 0.5, 1.0], true), ["0%", "50%", "100%"]);
    assert_eq!(format::ticks(&[0.0, 2e-5, 4e-5], false), ["0", "2e-5", "4e-5"]);
    assert_eq!(format::figure(1234.6), "1,235");
    assert_eq!((format::bin(-0.5, 0.5), format::bin(2.5, 3.5), format::bin(0.0, 5.0)), ("0".into(), "3".into(), "0 to 5".into()));
    assert_eq!(format::digits(-1234567.0, 3), "-1,234,567");
    assert_eq!(format::digits(1.5e12, 3), "1.5e12");
}

#[test]
fn the_table_holds_the_input() {
    let scene =
        bars(&Bars { unit: "rows".into(), names: vec!["a,b".into(), "c".into()], values: vec![vec![0.1 + 0.2, 2.0]], ..Bars::default() });
    assert_eq!(scene.table.csv(), "Name,rows\n\"a,b\",0.30000000000000004\nc,2\n");
    let scene =
        histogram(&Histogram { column: "x".into(), edges: vec![0.0, 0.5, 1.0], counts: vec![vec![3.0, 4.0]], ..Histogram::default() });
    assert_eq!(scene.table.csv(), "From,To,Count\n0,0.5,3\n0.5,1,4\n");
    let r = vec![vec![1.0, f64::NAN], vec![f64::NAN, 1.0]];
    assert_eq!(correlation(&["a".into(), "b".into()], &r).table.csv(), "Name,a,b\na,1,\nb,,1\n");
    let many: Vec<f64> = (0..9000).map(f64::from).collect();
    let scene = scatter(&Scatter { x: many.clone(), y: many, ..Scatter::default() });
    assert_eq!(scene.table.rows.len(), 9000, "the table has every row, though cells are drawn");
}

#[test]
fn sentences_carry_the_right_numbers() {
    let scene = confusion(&["yes".into(), "no".into()], &[vec![82.0, 18.0], vec![25.0, 137.0]]);
    assert_eq!(scene.description, "219 of 262 rows are predicted right; the most frequent mistake is no taken for yes, 25 times.");
    assert_eq!(scene.items[1].label, "yes, predicted as no: 18, 18% of yes");
    let scene = class_balance(&["died".into(), "survived".into()], &[809.0, 500.0], Some(1));
    assert_eq!(scene.description, "2 classes: died has 62% of the rows, survived has 38%.");
    let counts = vec![vec![2, 8], vec![30, 0]];
    let (rows, columns) = (vec!["f".into(), "m".into()], vec!["1".into(), "2".into()]);
    let scene = cross_table(&CrossTable { row_name: "sex".into(), column_name: "class".into(), rows, columns, counts, rest: 0 });
    assert_eq!(scene.description, "40 rows of sex by class; the most, 30, have m and 1.");
    assert_eq!(scene.items[1].label, "f, 2: 8 rows, 80% of f");
    let dot = |name: &str, value: f64| Dot { name: name.into(), value, ..Dot::default() };
    let scene = gaps("share", &[dot("a", 0.5), dot("a", 0.4), dot("b", 0.1), dot("b", 0.6)], None, true);
    assert_eq!(scene.description, "share differs most by whether b is missing: 10% where it is, 60% where it is known.");
    let scene = periods("d", &[("2020".into(), 3), ("2021".into(), 0), ("2022".into(), 9)]);
    assert_eq!(scene.description, "12 values of d from 2020 to 2022: most in 2022 with 9, fewest in 2021 with 0.");
    let grid = Cells { x_edges: vec![0.0, 1.0, 2.0], y_edges: vec![0.0, 5.0], counts: vec![vec![4, 7]], ..Cells::default() };
    assert_eq!((scatter_cells(&grid).items.len(), scatter_cells(&grid).table.rows.len()), (2, 2));
    let folds = vec![vec![1.0, 0.5], vec![3.0, 0.7]];
    let scene = learning(&Learning { measure: "Log loss".into(), validation: folds, best: Some(2), ..Learning::default() });
    assert_eq!(scene.description, "Log loss on validation rows went from 2 to 0.600 in 2 epochs. The best epoch is 2 with 0.600.");
    let parts = vec![("a = 1".to_owned(), 0.1), ("b = 2".to_owned(), -0.3)];
    let scene = waterfall(&Waterfall { base: 0.5, parts, ..Waterfall::default() });
    assert_eq!(scene.description, "The prediction goes from the mean 0.500 to 0.300; b = 2 moves it most, by -0.300.");
}

#[test]
fn items_stand_where_their_marks_are() {
    let scene =
        histogram(&Histogram { column: "x".into(), edges: vec![0.0, 1.0, 2.0], counts: vec![vec![1.0, 2.0]], ..Histogram::default() });
    let layout = Layout::new(&scene, 400, 200);
    let bars: Vec<layout::Frame> = layout
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            layout::Shape::Rect { at, ink: scene::Ink::Cat(0), .. } => Some(*at),
            _ => None,
        })
        .collect();
    for (item, bar) in layout.items.iter().zip(&bars) {
        assert!((item.bounds.left - bar.left).abs() <= 1.0 && (item.bounds.top - bar.top).abs() <= 1.0, "{item:?} {bar:?}");
        assert_eq!(layout.nearest((bar.left + bar.right) / 2.0, (bar.top + bar.bottom) / 2.0), Some(item.index));
    }
    assert_eq!(bars.len(), 2);
    assert_eq!(layout.nearest(-500.0, -500.0), None);
}

#[test]
fn texts_and_marks_can_be_seen_in_every_theme() {
    for (name, theme) in
        [("light", &theme::LIGHT), ("dark", &theme::DARK), ("contrast", &theme::CONTRAST_LIGHT), ("contrast dark", &theme::CONTRAST_DARK)]
    {
        let on = |color| theme::contrast(color, theme.surface);
        for text in [theme.text, theme.muted, theme.good, theme.warn, theme.bad, theme.accent] {
            assert!(on(text) >= 4.5, "{name}: a text has {}", on(text));
        }
        for mark in theme.cat.iter().chain([&theme.rest, &theme.axis]) {
            assert!(on(*mark) >= 3.0, "{name}: a mark has {}", on(*mark));
        }
        for i in 0..=40 {
            let share = f64::from(i) / 40.0;
            let seq = theme::contrast(theme.color(scene::Ink::OnSeq(share)), theme.color(scene::Ink::Seq(share)));
            let div = theme::contrast(theme.color(scene::Ink::OnDiv(share * 2.0 - 1.0)), theme.color(scene::Ink::Div(share * 2.0 - 1.0)));
            assert!(seq >= 4.5 && div >= 4.5, "{name}: text on a cell has {seq}, {div} at {share}");
        }
    }
}

#[test]
fn a_long_name_keeps_its_end() {
    let short = format::shortened_inside("a rather long category name 12", 11.0, 80.0);
    assert!(short.starts_with("a ") && short.ends_with("12") && measure::width(&short, 11.0, false) <= 80.0, "{short}");
    assert_eq!(format::shortened_inside("short", 11.0, 80.0), "short");
    assert_eq!(format::shortened("", 11.0, 0.0), "");
}

#[test]
fn a_map_is_as_high_as_its_cells() {
    let map = |n: usize| {
        let names: Vec<String> = (0..n).map(|i| format!("column {i}")).collect();
        correlation(&names, &vec![vec![0.5; n]; n])
    };
    for n in [1, 2, 5, 12, 41] {
        for width in [340, 450, 800] {
            let scene = map(n);
            let layout = Layout::new(&scene, width, scene.natural_height(width));
            let (across, up) = (layout.frame.width() / n as f64, layout.frame.height() / n as f64);
            assert!(up >= 5.0 && across <= up * 2.0 && up <= across * 1.3, "{n} in {width}: cells of {across} by {up}");
            // What is left below the cells is for their names alone.
            assert!(f64::from(layout.height) - layout.frame.bottom < 110.0, "{n} in {width}: {:?} of {}", layout.frame, layout.height);
        }
    }
}

/// A backend that keeps the places it was told.
struct Places(Vec<(i32, i32)>);

impl plotters_backend::DrawingBackend for Places {
    type ErrorType = std::fmt::Error;

    fn get_size(&self) -> (u32, u32) {
        (680, 480)
    }

    fn ensure_prepared(&mut self) -> Result<(), plotters_backend::DrawingErrorKind<Self::ErrorType>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), plotters_backend::DrawingErrorKind<Self::ErrorType>> {
        Ok(())
    }

    fn draw_pixel(
        &mut self,
        at: (i32, i32),
        _: plotters_backend::BackendColor,
    ) -> Result<(), plotters_backend::DrawingErrorKind<Self::ErrorType>> {
        self.0.push(at);
        Ok(())
    }

    fn draw_text<S: plotters_backend::BackendTextStyle>(
        &mut self,
        _: &str,
        _: &S,
        at: (i32, i32),
    ) -> Result<(), plotters_backend::DrawingErrorKind<Self::ErrorType>> {
        self.0.push(at);
        Ok(())
    }
}

#[test]
fn any_backend_draws_inside_its_picture() {
    for (name, scene) in samples::all() {
        let mut places = Places(vec![]);
        draw(&Layout::new(&scene, 340, 240), &mut places, &theme::DARK, Medium::canvas(2.0)).expect("it draws");
        let outside = places.0.iter().filter(|(x, y)| *x < -2 || *y < -2 || *x > 682 || *y > 482).count();
        assert!(places.0.len() > 340 * 240 * 4 && outside == 0, "{name}: {outside} places outside");
    }
}

/// Writes pictures of all charts to a folder, to be looked at: `CHART_PICTURES=/tmp/charts cargo test --lib chart::tests::pictures`.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("CHART_PICTURES") else { return };
    for (name, scene) in super::samples::all() {
        for (mode, theme) in [("light", &theme::LIGHT), ("dark", &theme::DARK)] {
            for (width, height) in [(640, 360), (340, 240)] {
                let path = format!("{folder}/{name}-{mode}-{width}.svg");
                std::fs::write(path, svg(&scene, theme, width, height)).expect("a folder that can be written");
            }
        }
    }
}

/// A look at a network with these numbers; nothing where there are none.
fn seen(v: &[f64]) -> Surface {
    if v.is_empty() {
        return Surface::default();
    }
    let shades = |cells: usize| (0..cells).map(|cell| v[cell % v.len()] as u8).collect::<Vec<u8>>();
    let points = v.iter().take(50).map(|x| [*x as f32, -*x as f32, (x.abs() as u32 % 2) as f32]).collect();
    let units = vec![vec![shades(SMALL * SMALL); 3], vec![shades(SMALL * SMALL)]];
    let (outputs, inside) = (vec![shades(SIDE * SIDE)], inside(v));
    Surface { epoch: 3, span: [[0.0, 1.0], [-2.0, 2.0]], outputs, range: [0.0, 1.0], units, points, inside }
}

/// The inside of a network with two hidden layers.
fn inside(v: &[f64]) -> Inside {
    let values: Vec<f32> = v.iter().map(|x| *x as f32).collect();
    let layer = |units: usize| Activations::new(&values, units, units / 2);
    Inside { rows: 9, activations: if v.is_empty() { Vec::new() } else { vec![layer(1), layer(v.len())] }, ..Inside::default() }
}

#[test]
fn weights_are_told_with_their_columns_and_drawn_by_sign_and_size() {
    let layer = |units: usize, into: Vec<Vec<f32>>| Layer { name: "relu".into(), units, weights: units, into, ..Layer::default() };
    let named = |names: &[&str], layer: Layer| Layer { named: names.iter().map(|name| (*name).to_owned()).collect(), ..layer };
    let inputs = named(&["age", "fare"], layer(2, Vec::new()));
    let hidden = vec![vec![0.5, -2.0, 0.0], vec![1.0, 0.25, -0.5]];
    let layers = [inputs, layer(3, hidden), named(&["survived"], layer(1, vec![vec![1.5], vec![-0.75], vec![0.0]]))];
    let scene = network(&layers, None);
    assert!(
        scene.description.ends_with("The largest weight that is drawn, -2, leads from age to unit 2 of layer 1."),
        "{}",
        scene.description
    );
    assert!(scene.table.csv().starts_with("Layer,From,To,Weight\n1,age,unit 1 of layer 1,0.5\n1,age,unit 2 of layer 1,-2\n"));
    assert_eq!(scene.table.rows.len(), 9);
    let lines: Vec<(scene::Ink, f64)> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            scene::Mark::Line { ink, width, .. } => Some((*ink, *width)),
            _ => None,
        })
        .collect();
    // The largest of each layer are drawn last and widest.
    assert_eq!((lines.len(), lines[8]), (9, (scene::Ink::Div(1.0), 3.0)));
    assert!(lines.contains(&(scene::Ink::Div(-1.0), 3.0)) && lines.iter().any(|(_, width)| *width == 0.5));
    let labels: Vec<&str> = scene.items.iter().map(|item| item.label.as_str()).collect();
    assert!(
        labels.contains(&"fare: most to unit 1 of layer 1, 1") && labels.contains(&"survived: most from unit 1 of layer 1, 1.5"),
        "{labels:?}"
    );
    // Weights of another network are not drawn.
    let other = [layers[0].clone(), layer(4, layers[1].into.clone()), layers[2].clone()];
    assert!(network(&other, None).keys.is_empty() && network(&other, None).table.rows.len() == 3);
}

#[test]
fn a_layer_that_is_asleep_says_so() {
    let dead = Activations::new(&[0.0; 40], 4, 4);
    let spread: Vec<f32> = (0..80).map(|at| at as f32 / 40.0 - 1.0).collect();
    let scene = activations(&Inside { rows: 10, activations: vec![Activations::new(&spread, 8, 1), dead], ..Inside::default() });
    assert_eq!(scene.description, "Values of 12 hidden units in 2 layers on 10 training rows; 5 units are asleep.");
    let texts: Vec<(&str, scene::Ink)> = scene
        .marks
        .iter()
        .filter_map(|mark| match mark {
            scene::Mark::Text { text, ink, .. } => Some((text.as_str(), *ink)),
            _ => None,
        })
        .collect();
    assert!(texts.contains(&("4 of 4 asleep", scene::Ink::Warn)) && texts.contains(&("1 of 8 asleep", scene::Ink::Muted)), "{texts:?}");
    assert_eq!(scene.items[1].label, "Layer 2: 4 of 4 units asleep, 100% of the values from 0 to 0.0417");
    assert_eq!(scene.table.rows.len(), 48);
}

#[test]
fn brushes_keep_the_trials_that_pass_through_all_of_them() {
    let axis = |name: &str, log: bool, n: usize| ParameterAxis { name: name.into(), log, choices: names(n) };
    let axes = [axis("rate", true, 0), axis("kind", false, 3)];
    let trial = |number: usize, score: f64| Trial {
        number,
        score: (number != 4).then_some(score),
        values: vec![Some([0.001, 0.01, 0.1, 1.0, 1.0][number]), (number != 3).then_some((number % 3) as f64)],
    };
    let trials: Vec<Trial> = [0.0, 0.25, 0.5, 1.0, 9.0].into_iter().enumerate().map(|(number, score)| trial(number, score)).collect();
    let kept = |brushes: &[(usize, [f64; 2])]| brushed(&axes, &trials, &brushes.iter().copied().collect()).into_iter().collect::<Vec<_>>();
    assert_eq!(kept(&[]), [0, 1, 2, 3], "a trial without a score is on no line");
    // By orders of magnitude, its ends with it; the score's axis is behind those of the parameters.
    assert_eq!(kept(&[(0, [0.33, 0.67])]), [1, 2]);
    assert_eq!(kept(&[(2, [0.25, 1.0])]), [1, 2, 3]);
    assert_eq!(kept(&[(0, [0.33, 0.67]), (2, [0.5, 1.0])]), [2]);
    // What has no value there passes nowhere, and no trial passes through an axis that is not there.
    assert_eq!(kept(&[(1, [0.0, 1.0])]), [0, 1, 2]);
    assert_eq!(kept(&[(7, [0.0, 1.0])]), [0_usize; 0]);
    assert_eq!(on_axis(&axes, &trials, 0, [1.0 / 3.0, 1.0], false), "0.01");
    // The choices that lie within.
    assert_eq!([false, true].map(|upper| on_axis(&axes, &trials, 1, [0.2, 0.9], upper)), [names(3)[1].clone(), names(3)[1].clone()]);
    assert_eq!([false, true].map(|upper| on_axis(&axes, &trials, 1, [0.0, 1.0], upper)), [names(3)[0].clone(), names(3)[2].clone()]);
    assert_eq!(on_axis(&[axis("one", false, 1)], &trials, 0, [0.0, 1.0], true), names(1)[0]);
    // Nothing beyond what there is, where all trials have one score.
    let level: Vec<Trial> = trials.iter().map(|trial| Trial { score: Some(0.99), ..trial.clone() }).collect();
    let ends = [0, 1].map(|end| on_axis(&axes, &level, axes.len(), [0.0, 1.0], end == 1));
    assert_eq!(ends, ["0.99", "0.99"]);
    let scene = parallel("loss", false, &axes, &trials, &Brushes::from([(0, [0.33, 0.67])]));
    assert!(scene.description.ends_with("2 of 4 are looked at."), "{}", scene.description);
}
