//! One likely input for each chart, for pictures that people look at.

use super::*;
use crate::base::Figure;
use crate::judge::rates::RateTry;
use crate::judge::{Asks, DEEPEST, NodeFacts, Question, TreeFacts};
use crate::learn::inside::{Activations, Inside};
use crate::num::{Rng, float};

fn s(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The charts by name.
pub fn all() -> Vec<(String, Scene)> {
    let mut out: Vec<(String, Scene)> = Vec::new();
    let mut add = |name: &str, scene: Scene| out.push((name.to_owned(), scene));
    let mut rng = Rng::new(7, "pictures", 0);
    let edges: Vec<f64> = (0..=16).map(|i| f64::from(i) * 5.0).collect();
    let yes = vec![32., 16., 11., 45., 72., 56., 54., 40., 19., 32., 21., 14., 12., 0., 0., 2.];
    let no = vec![18., 15., 16., 70., 110., 104., 78., 60., 49., 34., 22., 13., 15., 5., 6., 1.];
    add(
        "histogram",
        histogram(&Histogram {
            column: "age in years".into(),
            edges: edges.clone(),
            counts: vec![yes.clone(), no.clone()],
            classes: s(&["survived", "died"]),
            positive: Some(0),
            mark: Some((28.0, "median 28".into())),
        }),
    );
    add("histogram-plain", histogram(&Histogram { column: "fare".into(), edges, counts: vec![no], ..Histogram::default() }));
    let names = s(&["Southampton", "Cherbourg", "Queenstown", "unknown"]);
    add(
        "bar",
        bars(&Bars { title: "embarked".into(), unit: "rows".into(), names, values: vec![vec![914., 270., 123., 2.]], ..Bars::default() }),
    );
    add(
        "bar-class",
        bars(&Bars {
            title: "pclass".into(),
            unit: "rows".into(),
            names: s(&["1st class", "2nd class", "3rd class"]),
            values: vec![vec![200., 119., 181.], vec![123., 158., 528.]],
            classes: s(&["survived", "died"]),
            positive: Some(0),
            ..Bars::default()
        }),
    );
    add(
        "bar-many",
        bars(&Bars {
            unit: "rows".into(),
            names: (0..5000).map(|i| format!("a rather long category name {i}")).collect(),
            values: vec![(0..5000).map(|i| 5000.0 / f64::from(i + 1)).collect()],
            ..Bars::default()
        }),
    );
    add("class_balance", class_balance(&s(&["died", "survived"]), &[809., 500.], Some(1)));
    add(
        "missing",
        missing(&s(&["cabin", "body", "boat", "home_dest", "age", "fare", "embarked"]), &[0.77, 0.91, 0.63, 0.43, 0.2, 0.0008, 0.0015]),
    );
    let fold = |rng: &mut Rng, floor: f64, rise: f64| -> Vec<f64> {
        let off = rng.normal() * 0.02;
        (0..84).map(|e| floor + off + 0.35 * float::exp(-f64::from(e) / 6.0) + rise * f64::from(e) / 84.0 + rng.normal() * 0.005).collect()
    };
    let training: Vec<Vec<f64>> = (0..5).map(|_| fold(&mut rng, 0.36, -0.07)).collect();
    let validation: Vec<Vec<f64>> = (0..5).map(|_| fold(&mut rng, 0.44, 0.1)).collect();
    add(
        "learning",
        learning(&Learning {
            measure: "Log loss".into(),
            training,
            validation,
            best: Some(18),
            planned: 120,
            baseline: Some((0.665, "always 38%".into())),
        }),
    );
    let at = |rows: f64| (0..5).map(|fold| Figure::from(0.86 - 0.9 / rows.sqrt() + 0.006 * f64::from(fold))).collect::<Vec<Figure>>();
    let sizes = [130.0, 220.0, 350.0, 560.0, 870.0];
    let all: Vec<Vec<Figure>> = sizes.iter().map(|&rows| at(rows)).collect();
    let tries = [(1, &crate::judge::rates::RATES[..]), (2, &crate::judge::rates::RATES[2..9]), (3, &crate::judge::rates::RATES[4..9])];
    let tries: Vec<RateTry> = tries
        .iter()
        .flat_map(|(folds, rates)| {
            let loss = |rate: f64| (rate < 0.4).then(|| 0.38 + 0.01 * f64::from(*folds) + 0.04 * (float::ln(rate / 0.01)).abs());
            rates.iter().map(move |&rate| RateTry { rate, folds: *folds as usize, loss: loss(rate) })
        })
        .collect();
    add("finder", finder(&crate::judge::rates::conclude(tries, 0.003)));
    let mut own = Rng::new(8, "pictures", 0);
    let tried = |number: usize| {
        let size = 2.0 + 60.0 * own.uniform() * own.uniform();
        FrontTrial { number, x: size.round(), y: 0.87 - 0.1 / size - 0.03 * own.uniform(), front: false }
    };
    let mut points: Vec<FrontTrial> = (0..40).map(tried).collect();
    for at in 0..points.len() {
        points[at].front = !points.iter().any(|other| other.x <= points[at].x && other.y > points[at].y);
    }
    add("front", front("Size of the model, kB", "Area under the ROC curve", &points));
    let cell = |at: usize, side: usize| [at % side, at / side].map(|place| 6.0 * (place as f64 + 0.5) / side as f64 - 3.0);
    let answer = |x: f64, y: f64| 1.0 / (1.0 + float::exp(-(1.5 * (x * x + y * y) - 5.0)));
    let points = (0..120).map(|_| [own.normal(), own.normal(), own.uniform()]).map(|[x, y, chance]| {
        let truth = if answer(1.3 * x, 1.3 * y) > chance { 1.0 } else { 0.0 };
        [(1.3 * x) as f32, (1.3 * y) as f32, truth]
    });
    let unit = |number: usize| {
        let turn = number as f64;
        let of = |at: usize| {
            let [x, y] = cell(at, crate::learn::surface::SMALL);
            let sum = x * float::cos(turn) + y * float::sin(turn) - 0.5;
            crate::learn::surface::shade(if sum > 0.0 { sum } else { 0.0 }, [-4.0, 4.0])
        };
        (0..crate::learn::surface::SMALL * crate::learn::surface::SMALL).map(of).collect::<Vec<u8>>()
    };
    let shades = (0..crate::learn::surface::SIDE * crate::learn::surface::SIDE).map(|at| {
        let [x, y] = cell(at, crate::learn::surface::SIDE);
        crate::learn::surface::shade(answer(x, y), [0.0, 1.0])
    });
    let mut drawn = Rng::new(9, "pictures", 0);
    let active = |units: usize, shift: f64, drawn: &mut Rng| {
        let sums = (0..300 * units).map(|_| drawn.normal() + shift);
        let values: Vec<f32> = sums.map(|sum| if sum > 0.0 { sum as f32 } else { 0.0 }).collect();
        Activations::new(&values, units, if shift < -0.5 { units / 2 + 1 } else { 0 })
    };
    let activations_of = vec![active(8, 0.3, &mut drawn), active(3, -0.9, &mut drawn)];
    let inside = Inside { rows: 300, activations: activations_of, ..Inside::default() };
    let seen = crate::learn::surface::Surface {
        epoch: 40,
        span: [[-3.0, 3.0]; 2],
        outputs: vec![shades.collect()],
        range: [0.0, 1.0],
        points: points.collect(),
        inside: inside.clone(),
        units: vec![(0..6).map(unit).collect(), (6..9).map(unit).collect()],
    };
    let named = Named {
        axes: ["first component", "second component"].map(str::to_owned),
        classes: s(&["died", "survived"]),
        target: "survived".into(),
    };
    add("surface", surface(&seen, &named));
    add("units", units(&seen));
    add("activations", activations(&inside));
    let wide = |units: usize| Inside { activations: vec![active(units, 0.1, &mut Rng::new(10, "pictures", 0)); units], ..inside.clone() };
    add("activations-four", activations(&wide(4)));
    add("activations-deep", activations(&wide(9)));
    let matrix = |rows: usize, columns: usize, drawn: &mut Rng| -> Vec<Vec<f32>> {
        (0..rows).map(|_| (0..columns).map(|_| drawn.normal() as f32).collect()).collect()
    };
    let weighted = |name: &str, sizes: [usize; 2], named: &[&str], drawn: &mut Rng| Layer {
        name: name.into(),
        units: sizes[1],
        weights: (sizes[0] + 1) * sizes[1],
        named: s(named),
        into: matrix(sizes[0].min(12), if sizes[0] == 0 { 0 } else { sizes[1].min(12) }, drawn),
    };
    let mut network_of = |sizes: &[usize]| {
        let before = std::iter::once(0).chain(sizes.iter().copied());
        let layers: Vec<Layer> = before.zip(sizes).map(|(before, &units)| weighted("relu", [before, units], &[], &mut drawn)).collect();
        network(&layers, None)
    };
    add("network-weights", network_of(&[4, 8, 3, 1]));
    add("network-weights-wide", network_of(&[25, 32, 16, 1]));
    add("network-weights-deep", network_of(&[9, 12, 12, 12, 12, 12, 12, 12, 3]));
    let ran = |at: usize| {
        let (from, trial) = ((at / 2) as f64 * 1.3 + 0.1 * (at % 2) as f64, at / 5);
        Ran { trial, fold: at % 5 + 1, from, to: from + 1.1 + 0.1 * (at % 3) as f64, best: trial == 6, lost: trial == 3 }
    };
    add("timeline", timeline(&(0..50).map(ran).collect::<Vec<_>>()));
    add("growth", growth(&crate::judge::growth::growth(crate::metric::find("roc_auc").expect("a metric"), &sizes, &all)));
    let steps: Vec<f64> = (0..120)
        .map(|e| {
            if e < 10 { 0.004 * f64::from(e) / 10.0 } else { 0.002 * (1.0 + float::cos(f64::from(e - 10) / 110.0 * std::f64::consts::PI)) }
        })
        .collect();
    add("schedule", schedule(&steps, Some(84), "epoch"));
    add("nothing", histogram(&Histogram::default()));
    let b = |name: &str, n, low, q1, median, q3, high, outliers: Vec<f64>| BoxStats {
        name: name.into(),
        n,
        low,
        q1,
        median,
        q3,
        high,
        mean: Some((q1 + q3) / 2.0),
        outliers,
        far: 0,
    };
    let far = |rng: &mut Rng, n: usize, from: f64, scale: f64| (0..n).map(|_| from + rng.normal().abs() * scale).collect::<Vec<f64>>();
    let three = [
        b("1st class", 323, 0.0, 30.7, 60.0, 107.6, 211.5, far(&mut rng, 16, 220.0, 80.0)),
        b("2nd class", 277, 0.0, 13.0, 15.0, 26.0, 41.6, far(&mut rng, 7, 45.0, 12.0)),
        b("3rd class", 709, 0.0, 7.75, 8.05, 15.2, 26.5, far(&mut rng, 50, 27.0, 15.0)),
    ];
    add("boxes", boxes("fare in pounds", &three, false));
    let cloud = |rng: &mut Rng, n: usize| -> (Vec<f64>, Vec<f64>, Vec<usize>) {
        let class: Vec<usize> = (0..n).map(|_| rng.below(3)).collect();
        let x: Vec<f64> = class.iter().map(|c| 190.0 + 14.0 * *c as f64 + rng.normal() * 6.0).collect();
        let y: Vec<f64> =
            x.iter().zip(&class).map(|(x, c)| 35.0 + x * 0.02 + 4.0 * f64::from(u8::from(*c == 1)) + rng.normal() * 2.0).collect();
        (x, y, class)
    };
    let (x, y, class) = cloud(&mut rng, 340);
    let classes = s(&["Adelie", "Chinstrap", "Gentoo"]);
    let (x_name, y_name) = ("flipper length in mm".to_owned(), "bill length in mm".to_owned());
    add(
        "scatter",
        scatter(&Scatter {
            x_name: x_name.clone(),
            y_name: y_name.clone(),
            x,
            y,
            class,
            classes,
            correlation: Some(0.65),
            drawn_of: 9_000,
            ..Scatter::default()
        }),
    );
    let (x, y, _) = cloud(&mut rng, 3500);
    add("scatter-plain", scatter(&Scatter { x_name: x_name.clone(), y_name: y_name.clone(), x, y, ..Scatter::default() }));
    let (x, y, _) = cloud(&mut rng, 60_000);
    add("scatter-cells", scatter(&Scatter { x_name, y_name, x, y, ..Scatter::default() }));
    let truth: Vec<f64> = (0..500).map(|_| 10.0 + 30.0 * rng.uniform()).collect();
    let guess: Vec<f64> = truth.iter().map(|t| 3.0 + t * 0.9 + rng.normal() * 2.5).collect();
    add("residuals", residuals(&guess, &truth, "mpg"));
    add("predicted", predicted(&truth, &guess, "mpg"));
    let names = s(&["pclass", "age", "sibsp", "parch", "fare", "survived"]);
    let r = [
        [1.0, -0.41, 0.06, 0.02, -0.56, -0.31],
        [-0.41, 1.0, -0.24, -0.15, 0.18, -0.06],
        [0.06, -0.24, 1.0, 0.37, 0.16, -0.03],
        [0.02, -0.15, 0.37, 1.0, 0.22, 0.08],
        [-0.56, 0.18, 0.16, 0.22, 1.0, 0.24],
        [-0.31, -0.06, -0.03, 0.08, 0.24, f64::NAN],
    ];
    add("correlation", correlation(&names, &r.map(|row| row.to_vec())));
    let wide: Vec<String> = (0..24).map(|i| format!("measurement_{i}")).collect();
    let many: Vec<Vec<f64>> = (0..24).map(|i| (0..24).map(|j| float::cos(f64::from(i - j) * 0.3) * 0.9).collect()).collect();
    add("correlation-wide", correlation(&wide, &many));
    let eta = [[0.28, 0.62, 0.31], [0.12, 0.2, 0.05]].map(|row| row.to_vec()).to_vec();
    let (rows, columns) = (s(&["sex", "embarked"]), s(&["age", "fare", "parch"]));
    add("association", association(&Association { measure: "Correlation ratio".into(), rows, columns, values: eta, signed: false }));
    let counts = vec![vec![144, 106, 216], vec![179, 171, 493]];
    let (rows, columns) = (s(&["female", "male"]), s(&["1st class", "2nd class", "3rd class"]));
    add("cross_table", cross_table(&CrossTable { row_name: "sex".into(), column_name: "pclass".into(), rows, columns, counts, rest: 0 }));
    let months: Vec<(String, usize)> = (0..54).map(|i| (format!("{}-{:02}", 2019 + i / 12, i % 12 + 1), 900 + i * 7 % 331)).collect();
    add("periods", periods("date", &months));
    let strip = |fold: usize| {
        let piece = |place: usize| match place / 20 {
            part if part < fold => [5, 0, 0, 0],
            part if part == fold && place % 20 < 4 => [0, 0, 5, 0],
            part if part == fold => [0, 5, 0, 0],
            5 => [0, 0, 0, 5],
            _ => [0, 0, 5, 0],
        };
        Strip { pieces: (0..120).map(piece).collect(), counts: [100 * fold, 80, 20], classes: vec![(60 * fold, 50), (40 * fold, 30)] }
    };
    let classes = s(&["no", "yes"]);
    let ends = (1..=120).map(|end| end * 5).collect();
    add(
        "folds-time",
        folds(&Folds { order: "time".into(), rows: 600, ends, classes: classes.clone(), folds: (1..5).map(strip).collect() }),
    );
    let mixed = Strip { pieces: vec![[8, 2, 0, 2]; 120], counts: [960, 240, 0], classes: vec![(600, 150), (360, 90)] };
    let ends = (1..=120).map(|end| end * 12).collect();
    add("folds", folds(&Folds { order: "file".into(), rows: 1440, ends, classes, folds: vec![mixed; 5] }));
    let whether = |name: &str, series: &str, value: f64, half: f64| Dot {
        name: name.into(),
        series: series.into(),
        value,
        low: Some(value - half),
        high: Some(value + half),
        n: Some(260),
    };
    let known = [("cabin", 0.3, 0.65), ("age", 0.28, 0.41), ("home_dest", 0.29, 0.45)];
    let dots: Vec<Dot> = known
        .iter()
        .flat_map(|(name, gone, there)| [whether(name, "missing", *gone, 0.05), whether(name, "known", *there, 0.03)])
        .collect();
    add("gaps", gaps("share of survived", &dots, Some(0.38), true));
    let days: Vec<f64> = (0..400).map(|i| 1_577_836_800e6 + f64::from(i) * 86_400e6).collect();
    let riders: Vec<f64> = days.iter().map(|_| 400.0 + rng.normal() * 60.0).collect();
    add(
        "scatter-dates",
        scatter(&Scatter { x_name: "day".into(), y_name: "riders".into(), x: days, y: riders, dates: [true, false], ..Scatter::default() }),
    );
    let gaps = |names: &[usize], n: usize| ((0..6).map(|i| names.contains(&i)).collect::<Vec<bool>>(), n);
    let patterns = [gaps(&[2, 3, 4], 498), gaps(&[2, 3, 4, 0], 203), gaps(&[3], 180), gaps(&[], 155), gaps(&[2, 4], 121), gaps(&[1], 2)];
    add("missing_patterns", missing_patterns(&s(&["age", "fare", "cabin", "boat", "body", "home_dest"]), &patterns));
    add("confusion", confusion(&s(&["survived", "died"]), &[vec![82., 18.], vec![25., 137.]]));
    let ten: Vec<Vec<f64>> =
        (0..10).map(|i| (0..10).map(|j| if i == j { 40.0 } else { f64::from((i * 7 + j * 3) % 4) }).collect()).collect();
    add("confusion-ten", confusion(&(0..10).map(|i| i.to_string()).collect::<Vec<_>>(), &ten));
    let bow = |power: f64| -> Vec<[f64; 2]> { (0..=60).map(|i| f64::from(i) / 60.0).map(|x| [x, float::pow(x, power)]).collect() };
    let curve = |name: &str, power: f64, area: f64| Curve {
        name: name.into(),
        points: bow(power),
        band: if power < 0.2 { bow(power).iter().map(|p| [p[0], p[1] * 0.93, (p[1] * 1.05).clamp(0.0, 1.0)]).collect() } else { vec![] },
        area: Some(area),
    };
    add("roc", roc(&[curve("network", 0.14, 0.889), curve("logistic", 0.22, 0.882)], Some(([0.15, 0.767], "at 0.38".into()))));
    add(
        "roc-four",
        roc(&[curve("network", 0.14, 0.889), curve("logistic", 0.22, 0.882), curve("forest", 0.3, 0.8), curve("tree", 0.6, 0.7)], None),
    );
    let falling =
        |power: f64| -> Vec<[f64; 2]> { (0..=40).map(|i| f64::from(i) / 40.0).map(|x| [x, 1.0 - 0.62 * float::pow(x, power)]).collect() };
    let pr = |name: &str, power: f64, area: f64| Curve { name: name.into(), points: falling(power), band: vec![], area: Some(area) };
    add(
        "precision_recall",
        precision_recall(&[pr("network", 3.0, 0.872), pr("logistic", 2.5, 0.865)], Some(([0.82, 0.66], "at 0.38".into())), Some(0.38)),
    );
    let hump = |name: &str, f: &dyn Fn(f64) -> f64| Curve {
        name: name.into(),
        points: (0..=100).map(|i| f64::from(i) / 100.0).map(|x| [x, f(x)]).collect(),
        ..Curve::default()
    };
    let by = [
        hump("F1", &|x| 0.55 + 0.3 * float::sin(x * 3.1) * (1.0 - x * x)),
        hump("precision", &|x| 0.4 + 0.6 * x),
        hump("recall", &|x| 1.0 - x * x),
    ];
    add("thresholds", thresholds(&by, Some(0.38)));
    let cal: Vec<CalibrationBin> = [
        (0.09, 0.03, 33),
        (0.15, 0.15, 33),
        (0.17, 0.06, 32),
        (0.2, 0.18, 33),
        (0.33, 0.21, 33),
        (0.63, 0.62, 33),
        (0.85, 0.79, 33),
        (0.96, 1.0, 32),
    ]
    .iter()
    .map(|(p, share, n)| CalibrationBin {
        predicted: *p,
        share: *share,
        low: Some((share - 0.13_f64).clamp(0.0, 1.0)),
        high: Some((share + 0.13_f64).clamp(0.0, 1.0)),
        n: *n,
    })
    .collect();
    add("calibration", calibration(&cal, Some(0.055)));
    add(
        "scores",
        scores(&Scores {
            edges: (0..=25).map(|i| f64::from(i) / 25.0).collect(),
            positive: vec![0., 0., 1., 4., 5., 3., 2., 1., 1., 0., 1., 2., 2., 2., 2., 6., 3., 1., 2., 1., 5., 6., 8., 7., 13.],
            negative: vec![2., 3., 9., 22., 32., 6., 4., 3., 3., 1., 3., 3., 2., 1., 1., 3., 2., 1., 1., 1., 2., 1., 2., 1., 0.],
            names: ["survived".into(), "died".into()],
            threshold: Some(0.38),
        }),
    );
    let dot = |name: &str, series: &str, value: f64, half: f64, n: usize| Dot {
        name: name.into(),
        series: series.into(),
        value,
        low: Some(value - half),
        high: Some(value + half),
        n: Some(n),
    };
    let imp = [
        ("sex", 0.17, 0.02),
        ("pclass", 0.06, 0.015),
        ("age", 0.035, 0.012),
        ("fare", 0.012, 0.01),
        ("parch", 0.001, 0.004),
        ("embarked", -0.002, 0.005),
    ];
    add("importance", importance("loss of ROC AUC", &imp.map(|(name, v, half)| dot(name, "", v, half, 262))));
    add(
        "groups",
        groups(
            "share predicted as survived",
            &[dot("female", "", 0.95, 0.04, 93), dot("male", "", 0.09, 0.04, 169), dot("child", "", 0.5, 0.2, 23)],
            Some(0.4),
            true,
        ),
    );
    let three: Vec<Dot> = ["ROC AUC", "accuracy", "F1", "average precision"]
        .iter()
        .enumerate()
        .flat_map(|(i, m)| {
            ["network", "logistic", "forest"].map(|k| dot(m, k, 0.78 + 0.02 * i as f64 + k.len() as f64 * 0.005, 0.035, 262))
        })
        .collect();
    add("models", models(&three, None));
    let grid: Vec<f64> = (0..=40).map(|i| f64::from(i) * 2.0).collect();
    let mean: Vec<f64> = grid.iter().map(|x| 0.3 + 0.3 * float::exp(-x / 18.0)).collect();
    let rows: Vec<Vec<f64>> = (0..200)
        .map(|_| {
            let (off, tilt) = (rng.normal() * 0.15, rng.normal() * 0.15);
            mean.iter().zip(&grid).map(|(m, x)| m + off + tilt * (x / 80.0 - 0.5)).collect()
        })
        .collect();
    let deciles = vec![14., 19., 22., 25., 28., 31., 36., 42., 50.];
    add(
        "dependence",
        dependence(&Dependence {
            column: "age in years".into(),
            outcome: "probability of survived".into(),
            grid,
            mean,
            rows,
            deciles,
            ..Dependence::default()
        }),
    );
    add(
        "dependence-levels",
        dependence(&Dependence {
            column: "pclass".into(),
            outcome: "probability of survived".into(),
            grid: vec![0., 1., 2.],
            levels: s(&["1st class", "2nd class", "3rd class"]),
            mean: vec![0.62, 0.43, 0.26],
            band: vec![(0.55, 0.69), (0.36, 0.5), (0.22, 0.3)],
            rows: (0..30).map(|_| (0..3).map(|i| 0.62 - 0.18 * f64::from(i) + rng.normal() * 0.15).collect()).collect(),
            ..Dependence::default()
        }),
    );
    let parts = [
        ("sex = female", 0.31),
        ("pclass = 3", -0.14),
        ("age = 4", 0.12),
        ("fare = 16.7", 0.02),
        ("sibsp = 1", -0.012),
        ("embarked = S", -0.009),
        ("parch = 1", 0.004),
    ];
    let parts = parts.map(|(name, x)| (name.to_owned(), x)).to_vec();
    add("waterfall", waterfall(&Waterfall { base: 0.38, parts, most: 6, outcome: "probability of survived".into() }));
    let swarms: Vec<Swarm> = ["sex", "pclass", "age", "fare", "sibsp", "embarked"]
        .iter()
        .enumerate()
        .map(|(k, name)| {
            let values: Vec<f64> = (0..400).map(|_| rng.uniform()).collect();
            let scale = 0.3 / (k + 1) as f64;
            Swarm {
                name: (*name).into(),
                contributions: values.iter().map(|v| (v - 0.5) * scale * 2.0 + rng.normal() * scale * 0.3).collect(),
                values,
            }
        })
        .collect();
    add("swarm", swarm(&swarms));
    let trials: Vec<Trial> = (0..60)
        .map(|i| {
            let rate = -4.0 + 3.0 * rng.uniform();
            let (units, choice, drop) = (8.0 + (120.0 * rng.uniform()).floor(), rng.below(3) as f64, 0.5 * rng.uniform());
            let score =
                0.88 - 0.03 * (rate + 2.5) * (rate + 2.5) - 0.05 * (drop - 0.2) * (drop - 0.2) + 0.01 * rng.normal() + 0.005 * choice;
            Trial {
                number: i + 1,
                score: if i % 9 == 4 { None } else { Some(score) },
                values: vec![Some(float::pow(10.0, rate)), Some(units), Some(choice), Some(drop)],
            }
        })
        .collect();
    let axis = |name: &str, log: bool, choices: &[&str]| ParameterAxis { name: name.into(), log, choices: s(choices) };
    let axes = [
        axis("learning rate", true, &[]),
        axis("units", false, &[]),
        axis("activation", false, &["relu", "tanh", "gelu"]),
        axis("dropout", false, &[]),
    ];
    add("history", history("ROC AUC", true, &trials));
    add("parallel", parallel("ROC AUC", true, &axes, &trials, &Brushes::new()));
    add("parallel_brushed", parallel("ROC AUC", true, &axes, &trials, &Brushes::from([(1, [0.0, 0.4]), (4, [0.5, 1.0])])));
    add("slice", slice("ROC AUC", true, &axes[0], 0, &trials));
    add("contour", contour("ROC AUC", true, [&axes[0], &axes[3]], [0, 3], &trials));
    let courses: Vec<Course> = (0..24)
        .map(|i| {
            let folds = if i % 3 == 0 { 5 } else { 1 + i % 3 };
            let score = 0.8 + if folds == 5 { 0.06 } else { 0.0 } + 0.02 * rng.normal();
            Course { number: i, reached: (0..folds).map(|_| Some(score + 0.006 * rng.normal())).collect(), ended: folds < 5 }
        })
        .collect();
    add("rungs", rungs("ROC AUC", &courses));
    let moved = [("fare", 0.31, true), ("age", 0.22, true), ("pclass", 0.08, false), ("sex", 0.03, false), ("embarked", 0.01, false)];
    let moved = moved.map(|(name, value, drifted)| Moved { name: name.into(), value, drifted });
    add("drift", drift("population stability index", &moved, Some(0.2)));
    let rate = |i: usize, value: f64, half: f64, n: usize| Rate {
        from: 5.0 * i as f64,
        to: 5.0 * (i + 1) as f64,
        value,
        low: Some((value - half).clamp(0.0, 1.0)),
        high: Some((value + half).clamp(0.0, 1.0)),
        n,
        ..Rate::default()
    };
    let shares = [0.65, 0.55, 0.41, 0.39, 0.39, 0.35, 0.41, 0.44, 0.29, 0.48, 0.5, 0.41, 0.38, 0.0, 0.0];
    let bins: Vec<Rate> = shares.iter().enumerate().map(|(i, v)| rate(i, *v, 0.05 + 0.012 * i as f64, 80 - 5 * i)).collect();
    add("rates", rates("age in years", "share of survived", &bins, Some(0.41), true));
    let weeks: Vec<Stretch> = (0..16)
        .map(|i| {
            let value = 0.86 - if i > 10 { 0.015 * f64::from(i - 10) } else { 0.0 } + rng.normal() * 0.006;
            Stretch { name: format!("week {}", i + 1), value, low: Some(value - 0.015), high: Some(value + 0.015), alert: value < 0.83 }
        })
        .collect();
    add("trend", trend("ROC AUC", &weeks, Some((0.84, 0.88))));
    let heap = |row: usize| [0.0, 5.0, 2.0][row % 3];
    let columns = ["age", "fare"].map(|name| crate::table::Column::number(name, (0..90).map(|row| heap(row) + rng.normal()).collect()));
    let table = std::sync::Arc::new(crate::table::Table::new(columns.to_vec()));
    let question = crate::profile::SegmentQuestion { method: "agglomerative".into(), ..Default::default() };
    let job = crate::profile::SegmentsJob::new(table, question, crate::profile::Options::default());
    let found = job.and_then(|mut job| crate::base::Job::finish(&mut job)).expect("segments").segments;
    add("segment_map", segment_map(&found));
    add("segment_count", segment_count(&found));
    add("dendrogram", dendrogram(&found.tree.expect("a hierarchy")));
    let layer = |name: &str, units: usize, weights: usize| Layer { name: name.into(), units, weights, ..Layer::default() };
    add("network", network(&[layer("inputs", 25, 0), layer("relu", 32, 832), layer("relu", 16, 528), layer("sigmoid", 1, 17)], Some(1)));
    let asks = |column: &str, asks: Asks| Some(Question { column: column.into(), asks });
    let at_most = |value| Asks::AtMost { value, prepared: false };
    let node = |depth, rows, value, question, next, below| NodeFacts { depth, rows, value: vec![value], question, next, below };
    let nodes = vec![
        node(0, 1047.0, 0.382, asks("sex", Asks::Among(s(&["female"]))), Some([1, 6]), 12),
        node(1, 373.0, 0.729, asks("pclass", at_most(2.5)), Some([2, 3]), 4),
        node(2, 200.0, 0.93, None, None, 0),
        node(2, 173.0, 0.491, asks("fare", at_most(23.0875)), Some([4, 5]), 2),
        node(3, 140.0, 0.571, None, None, 0),
        node(3, 33.0, 0.152, None, None, 0),
        node(1, 674.0, 0.191, asks("age", at_most(9.5)), Some([7, 10]), 6),
        node(2, 35.0, 0.571, asks("sibsp", at_most(2.5)), Some([8, 9]), 2),
        node(3, 20.0, 0.95, None, None, 0),
        node(3, 15.0, 0.067, None, None, 0),
        node(2, 639.0, 0.17, asks("cabin", Asks::Missing), Some([11, 12]), 2),
        node(3, 512.0, 0.129, None, None, 0),
        node(3, 127.0, 0.335, asks("fare", at_most(26.2687)), None, 14),
    ];
    let facts = TreeFacts { leaves: 15, depth: 5, nodes };
    add("tree", tree(&facts, &s(&["died", "survived"]), 3));
    // Full to the last level that is drawn, and a leaf alone; of several classes and of numbers.
    let mut full = Vec::new();
    whole(0, 1, &mut full);
    let facts = TreeFacts { leaves: 1024, depth: 10, nodes: full };
    add("tree-deep", tree(&facts, &s(&["Adelie", "Chinstrap", "Gentoo"]), DEEPEST));
    add("tree-number", tree(&facts, &[], 3));
    add("tree-leaf", tree(&TreeFacts { leaves: 1, depth: 0, nodes: vec![node(0, 12.0, 0.25, None, None, 0)] }, &s(&["no", "yes"]), 3));
    out
}

/// A full tree of ten levels near its root.
fn whole(depth: usize, number: usize, nodes: &mut Vec<NodeFacts>) -> usize {
    let place = nodes.len();
    let share = (number * 37 % 100) as f64 / 100.0;
    let column = ["bill_length_mm", "body_mass_g", "flipper_length_mm"][number % 3].to_owned();
    let question = Some(Question { column, asks: Asks::AtMost { value: 40.0 + 10.0 * share, prepared: false } });
    let (rows, value) = (1024.0 / float::pow(2.0, depth as f64), vec![share, 0.7 * (1.0 - share), 0.3 * (1.0 - share)]);
    nodes.push(NodeFacts { depth, rows, value, question, next: None, below: (1 << (11 - depth)) - 2 });
    if depth < DEEPEST {
        let next = [whole(depth + 1, 2 * number, nodes), whole(depth + 1, 2 * number + 1, nodes)];
        nodes[place].next = Some(next);
    }
    place
}
