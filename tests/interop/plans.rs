//! Plans and rows to try exports with: one by hand for every operation, and pipelines fitted on the samples.

use atelier::base::{Advance, Job, Task};
use atelier::judge::{FitJob, Setup};
use atelier::learn::Candidate;
use atelier::num::activation::Activation;
use atelier::plan::{Calibrator, DatePart, DeepLayer, Dense, GapTree, Gaussian, Input, Link, Nearest, Op, Output, Plan, Points, Tree};
use atelier::prepare::{Selector, Step};
use atelier::recipe::{Recipe, start};
use atelier::table::{Column, Data, Strings, Table};
use std::io::Read;

/// A plan and rows to run it on: some of them with gaps and texts that training never saw.
pub struct Sample {
    pub id: String,
    pub plan: Plan,
    pub table: Table,
}

/// Every sample.
pub fn all() -> Vec<Sample> {
    let mut samples = by_hand();
    samples.extend(fitted());
    samples.extend(segmented());
    samples
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Rows with every kind of column, and gaps in all of them.
fn rows() -> Table {
    let mut rng = atelier::num::Rng::new(1, "interop", 0);
    let count = 200;
    let gap = |row: usize, step: usize| row % step == 1;
    let ages = (0..count).map(|row| if gap(row, 7) { f64::NAN } else { 30.0 + 12.0 * rng.normal() }).collect();
    let fares = (0..count).map(|row| if gap(row, 11) { f64::NAN } else { 0.1 * (row * row % 997) as f64 }).collect();
    let ports = ["S", "C", "Q", "Äußerst fern", "never seen"];
    let ports = (0..count).map(|row| (!gap(row, 6)).then(|| ports[row % 5]));
    let words = ["yes", "no", "per\"haps", "new\nline", "🚢"];
    let words = (0..count).map(|row| (!gap(row, 9)).then(|| words[row / 3 % 5]));
    let day = 86_400_000_000_i64;
    let dates = (0..count as i64).map(|row| if row % 8 == 1 { Column::NO_DATE } else { (row - 80) * 137 * day + row * 3_600_000_001 });
    Table::new(vec![
        Column::number("age", ages),
        Column::number("fare paid", fares),
        Column::category("port", Strings::from_texts(ports)),
        Column::text("label", Strings::from_texts(words)),
        Column::date("when", dates.collect()),
    ])
}

/// The inputs that a plan needs of the rows.
fn plan(ops: Vec<Op>, output: Output, inputs: &[&str]) -> Plan {
    let rows = rows();
    let input = |&name: &&str| Input { name: name.to_owned(), kind: rows.column(name).expect("a column").kind };
    Plan { inputs: inputs.iter().map(input).collect(), ops, output }
}

fn binary(threshold: f64) -> Output {
    Output::Binary { positive: "sank".to_owned(), negative: "stayed".to_owned(), column: "p".to_owned(), threshold }
}

fn number() -> Output {
    Output::Regression { column: "p".to_owned() }
}

fn classes() -> Output {
    Output::Multiclass { classes: names(&["low", "middle", "high \"one\""]), columns: names(&["p", "q", "r"]) }
}

/// Sums the columns, so that each of them is seen in the answer.
fn sum(columns: &[&str]) -> Op {
    let weights = (0..columns.len()).map(|place| 1.0 + 0.37 * place as f64).collect();
    Op::Linear { columns: names(columns), weights: vec![weights], bias: vec![0.25], link: Link::Identity, into: names(&["p"]) }
}

fn fill(column: &str, value: f64) -> Op {
    Op::FillNumber { column: column.to_owned(), value }
}

fn by_hand() -> Vec<Sample> {
    let mut samples = columns();
    samples.extend(models());
    samples.extend(dates());
    samples.extend(formulas());
    samples.into_iter().map(|(id, plan)| Sample { id, plan, table: rows() }).collect()
}

fn columns() -> Vec<(String, Plan)> {
    let of = String::from;
    let all = vec![
        Op::MarkMissing { column: of("age"), into: of("age gone") },
        Op::MarkMissing { column: of("port"), into: of("port gone") },
        Op::MarkMissing { column: of("when"), into: of("when gone") },
        Op::MarkOutside { column: of("age"), low: 15.0, high: 45.0, into: of("age far") },
        Op::BlankOutside { column: of("age"), low: 12.5, high: 47.5 },
        fill("age", 29.7),
        Op::Clip { column: of("fare paid"), low: 5.0, high: 80.0 },
        Op::Bin { column: of("fare paid"), edges: vec![5.0, 20.1, 20.1, 40.3], into: of("fare bin") },
        fill("fare paid", 14.4542),
        fill("fare bin", -1.0),
        Op::Scale { column: of("age"), shift: 29.7, scale: 13.3 },
        Op::Scale { column: of("fare paid"), shift: 30.0, scale: 0.1 },
        Op::Lookup {
            column: of("label"),
            levels: names(&["yes", "no", "yes"]),
            values: vec![0.5, 0.25, 9.0],
            other: Some(-3.5),
            missing: Some(7.1),
            into: of("label number"),
        },
        Op::KeepLevels { column: of("port"), keep: names(&["S", "Äußerst fern"]), other: of("rest") },
        Op::OneHot {
            column: of("port"),
            levels: names(&["S", "", "rest", "S"]),
            into: names(&["port S", "port none", "port rest", "port S again"]),
        },
        Op::FillText { column: of("port"), value: of("S") },
        Op::Lookup {
            column: of("port"),
            levels: names(&["S"]),
            values: vec![2.0],
            other: Some(1.0),
            missing: None,
            into: of("port number"),
        },
        Op::Project {
            columns: names(&["age", "fare paid", "label number"]),
            means: vec![0.1, 0.2, 0.3],
            components: vec![vec![0.6, -0.8, 0.1], vec![0.8, 0.6, -0.2]],
            into: names(&["pc1", "pc2"]),
        },
        Op::Drop { columns: names(&["age", "nothing of that name"]) },
        sum(&[
            "age gone",
            "port gone",
            "when gone",
            "age far",
            "fare paid",
            "fare bin",
            "label number",
            "port S",
            "port none",
            "port rest",
            "port S again",
            "port number",
            "pc2",
            "pc1",
        ]),
    ];
    let inputs = ["age", "fare paid", "port", "label", "when"];
    let gaps = vec![
        Op::Lookup {
            column: of("port"),
            levels: names(&["S", "C"]),
            values: vec![1.0, 2.0],
            other: None,
            missing: Some(0.5),
            into: of("number"),
        },
        Op::Bin { column: of("age"), edges: vec![20.0, 30.0], into: of("bin") },
        Op::Bin { column: of("age"), edges: vec![], into: of("no bin") },
        sum(&["number", "bin", "no bin"]),
    ];
    let empty = vec![
        Op::KeepLevels { column: of("port"), keep: vec![], other: of("rest") },
        Op::Lookup { column: of("port"), levels: vec![], values: vec![], other: Some(4.0), missing: Some(5.0), into: of("number") },
        Op::OneHot { column: of("port"), levels: vec![], into: vec![] },
        Op::Project { columns: vec![], means: vec![], components: vec![vec![]], into: names(&["zero"]) },
        sum(&["number", "zero"]),
    ];
    vec![
        (of("columns"), plan(all, number(), &inputs)),
        (of("gaps"), plan(gaps, number(), &["age", "port"])),
        (of("empty_lists"), plan(empty, number(), &["port"])),
    ]
}

/// A tree over `age` and `fare paid` whose leaves have `outputs` values.
fn tree(shift: f64, outputs: usize) -> Tree {
    let mut value = vec![0.0; 2 * outputs];
    for leaf in 0..3 {
        let raw: Vec<f64> = (0..outputs).map(|output| 0.1 + ((leaf * 7 + output * 3) as f64 + shift) % 5.0).collect();
        let sum: f64 = if outputs == 1 { 5.2 } else { raw.iter().sum() };
        value.extend(raw.iter().map(|x| x / sum));
    }
    Tree {
        feature: vec![0, 1, Tree::LEAF, Tree::LEAF, Tree::LEAF],
        threshold: vec![30.0 + shift, 33.3 + 4.0 * shift, 0.0, 0.0, 0.0],
        left: vec![1, 2, 0, 0, 0],
        right: vec![4, 3, 0, 0, 0],
        value,
        cover: vec![9.0, 6.0, 4.0, 2.0, 3.0],
        outputs,
    }
}

fn network(activation: Activation, link: Link, outputs: usize) -> Op {
    let mut rng = atelier::num::Rng::new(2, "interop.network", outputs as u64);
    let mut dense = |inputs: usize, outputs: usize, activation| Dense {
        inputs,
        outputs,
        weights: (0..inputs * outputs).map(|_| (0.7 * rng.normal()) as f32).collect(),
        bias: (0..outputs).map(|_| (0.3 * rng.normal()) as f32).collect(),
        activation,
    };
    let layers = vec![dense(2, 16, activation), dense(16, 5, activation), dense(5, outputs, Activation::Identity)];
    Op::Network { columns: names(&["age", "fare paid"]), layers, link, into: names(&["p", "q", "r"][..outputs]) }
}

/// The same with normalised rows and a shortcut.
fn deep(link: Link) -> Op {
    let Op::Network { columns, layers, into, .. } = network(Activation::Mish, link, 1) else { return network(Activation::Mish, link, 1) };
    let mut rng = atelier::num::Rng::new(3, "interop.network", 0);
    let mut layers: Vec<DeepLayer> = layers.into_iter().map(DeepLayer::plain).collect();
    let mut middle = layers[0].clone();
    middle.dense.inputs = 16;
    middle.dense.weights = (0..16 * 16).map(|_| (0.3 * rng.normal()) as f32).collect();
    middle.gain = (0..16).map(|_| (1.0 + 0.3 * rng.normal()) as f32).collect();
    middle.shift = (0..16).map(|_| (0.3 * rng.normal()) as f32).collect();
    middle.shortcut = true;
    layers.insert(1, middle);
    Op::DeepNetwork { columns, layers, link, into }
}

/// Points on a coarse grid, so that some are at the same place and many equally near.
fn neighbours(weighted: bool, by_distance: bool, absolute: bool, outputs: usize) -> Op {
    let mut rng = atelier::num::Rng::new(4, "interop.neighbours", outputs as u64);
    let nearest = Nearest {
        points: (0..2 * 60).map(|_| (4.0 * rng.uniform()).floor() / 2.0 - 1.0).collect(),
        answers: (0..60).map(|_| rng.below(if outputs == 1 { 2 } else { outputs }) as f64).collect(),
        weights: if weighted { (0..60).map(|_| 0.3 + rng.uniform()).collect() } else { Vec::new() },
        count: 7,
        by_distance,
        absolute,
    };
    Op::Neighbours { columns: names(&["age", "fare paid"]), nearest, into: names(&["p", "q", "r"][..outputs]) }
}

/// Classes as normal distributions; the one at `absent` has no rows.
fn gaussian(count: usize, absent: Option<usize>) -> Op {
    let class = |place: usize| match absent == Some(place) {
        true => Gaussian { share: 0.0, means: Vec::new(), variances: Vec::new() },
        false => Gaussian {
            share: 0.2 + 0.1 * place as f64,
            means: vec![place as f64 - 1.0, 0.3 * place as f64],
            variances: vec![0.5 + place as f64, 1.2],
        },
    };
    let into = names(&["p", "q", "r"][..if count == 2 { 1 } else { count }]);
    Op::GaussianBayes { columns: names(&["age", "fare paid"]), classes: (0..count).map(class).collect(), into }
}

const ACTIVATIONS: [Activation; 11] = [
    Activation::Identity,
    Activation::Relu,
    Activation::LeakyRelu,
    Activation::Elu,
    Activation::Selu,
    Activation::Gelu,
    Activation::Silu,
    Activation::Mish,
    Activation::Tanh,
    Activation::Sigmoid,
    Activation::Softplus,
];

fn models() -> Vec<(String, Plan)> {
    let columns = || names(&["age", "fare paid"]);
    let inputs = ["age", "fare paid"];
    let scale = |column: &str, shift: f64, scale: f64| Op::Scale { column: column.to_owned(), shift, scale };
    let ready = [fill("age", 28.0), scale("age", 30.0, 12.0), scale("fare paid", 45.0, 30.0)];
    // The fare keeps its gaps: a model has no answer there.
    let linear = |link: Link, outputs: usize| Op::Linear {
        columns: columns(),
        weights: (0..outputs).map(|output| vec![0.8 - output as f64, 0.3 * output as f64 - 0.5]).collect(),
        bias: (0..outputs).map(|output| 0.1 * output as f64).collect(),
        link,
        into: names(&["p", "q", "r"][..outputs]),
    };
    let trees = |outputs: usize, link: Link| Op::Trees {
        columns: columns(),
        trees: (0..7).map(|number| tree(f64::from(number), outputs)).collect(),
        link,
        into: names(&["p", "q", "r"][..outputs]),
    };
    let boosted = |count: usize, outputs: usize, link: Link| Op::Boosted {
        columns: columns(),
        trees: (0..count)
            .map(|number| GapTree {
                tree: tree(f64::from(number as u32), 1),
                missing_left: vec![number % 2 == 0, number % 3 == 0, false, false, false],
            })
            .collect(),
        bias: (0..outputs).map(|output| 0.3 * output as f64 - 1.5).collect(),
        link,
        into: names(&["p", "q", "r"][..outputs]),
    };
    let stump = Tree {
        feature: vec![Tree::LEAF],
        threshold: vec![0.0],
        left: vec![0],
        right: vec![0],
        value: vec![0.7],
        cover: vec![1.0],
        outputs: 1,
    };
    let mut list = vec![
        ("linear_binary", vec![linear(Link::Sigmoid, 1)], binary(0.37)),
        ("linear_classes", vec![linear(Link::Softmax, 3)], classes()),
        ("linear_number", vec![linear(Link::Identity, 1)], number()),
        ("linear_counts", vec![linear(Link::Exp, 1)], number()),
        ("neighbours_binary", vec![neighbours(false, false, false, 1)], binary(0.5)),
        ("neighbours_classes", vec![neighbours(false, true, true, 3)], classes()),
        ("neighbours_number", vec![neighbours(true, true, false, 1)], number()),
        ("neighbours_weighted", vec![neighbours(true, false, true, 3)], classes()),
        ("gaussian_binary", vec![gaussian(2, None)], binary(0.4)),
        ("gaussian_classes", vec![gaussian(3, Some(1))], classes()),
        ("deep_binary", vec![deep(Link::Sigmoid)], binary(0.5)),
        ("deep_number", vec![deep(Link::Identity)], number()),
        ("constant_binary", vec![Op::Constant { values: vec![0.25], into: names(&["p"]) }], binary(0.25)),
        ("constant_classes", vec![Op::Constant { values: vec![0.2, 0.4, 0.4], into: names(&["p", "q", "r"]) }], classes()),
        (
            "no_columns",
            vec![Op::Linear { columns: vec![], weights: vec![vec![]], bias: vec![1.5], link: Link::Sigmoid, into: names(&["p"]) }],
            binary(0.5),
        ),
        ("one_leaf", vec![Op::Trees { columns: columns(), trees: vec![stump], link: Link::Identity, into: names(&["p"]) }], number()),
    ]
    .into_iter()
    .map(|(id, ops, output)| (id.to_owned(), plan([ready.to_vec(), ops].concat(), output, &inputs)))
    .collect::<Vec<_>>();
    for (id, op, output) in
        [("trees_binary", trees(1, Link::Identity), binary(0.5)), ("trees_classes", trees(3, Link::Identity), classes())]
    {
        list.push((id.to_owned(), plan(vec![op], output, &inputs)));
    }
    list.push(("trees_sigmoid".to_owned(), plan(vec![trees(1, Link::Sigmoid)], binary(0.6), &inputs)));
    // Both columns keep their gaps: these trees answer all the same.
    for (id, op, output) in [
        ("boosted_binary", boosted(7, 1, Link::Sigmoid), binary(0.5)),
        ("boosted_classes", boosted(9, 3, Link::Softmax), classes()),
        ("boosted_counts", boosted(5, 1, Link::Exp), number()),
        ("boosted_number", boosted(8, 1, Link::Identity), number()),
    ] {
        list.push((id.to_owned(), plan(vec![op], output, &inputs)));
    }
    let mut large = trees(1, Link::Identity);
    if let Op::Trees { trees, .. } = &mut large {
        trees.iter_mut().flat_map(|tree| &mut tree.value).for_each(|value| *value = *value * 123_456.789 - 4321.0);
    }
    list.push(("trees_number".to_owned(), plan(vec![large], number(), &inputs)));
    let line = |x: &[f64], y: &[f64]| Points { x: x.to_vec(), y: y.to_vec() };
    let calibrations = [
        ("sigmoid", 1, Calibrator::Sigmoid { slopes: vec![0.6], offsets: vec![-0.2] }),
        ("sigmoid_classes", 3, Calibrator::Sigmoid { slopes: vec![0.6, 1.4, 0.0], offsets: vec![-0.2, 0.5, -1.0] }),
        ("isotonic", 1, Calibrator::Isotonic { points: vec![line(&[0.1, 0.4, 0.45, 0.9], &[0.05, 0.05, 0.3, 0.8])] }),
        ("isotonic_one", 1, Calibrator::Isotonic { points: vec![line(&[0.5], &[0.3])] }),
        (
            "isotonic_classes",
            3,
            // Some rows have no class left.
            Calibrator::Isotonic {
                points: vec![line(&[0.3, 0.5], &[0.0, 0.4]), line(&[0.4, 0.8], &[0.0, 1.0]), line(&[0.5, 0.7, 0.9], &[0.0, 0.2, 0.2])],
            },
        ),
        ("temperature", 1, Calibrator::Temperature { factor: 0.4 }),
        ("temperature_classes", 3, Calibrator::Temperature { factor: 2.5 }),
    ];
    for (id, outputs, by) in calibrations {
        let (link, output) = if outputs == 1 { (Link::Sigmoid, binary(0.4)) } else { (Link::Softmax, classes()) };
        let op = Op::Calibrate { columns: names(&["p", "q", "r"][..outputs]), by };
        list.push((
            format!("calibrated_{id}"),
            plan([ready.to_vec(), vec![linear(link, outputs), op.clone()]].concat(), output.clone(), &inputs),
        ));
        list.push((format!("calibrated_trees_{id}"), plan(vec![trees(outputs, Link::Identity), op], output, &inputs)));
    }
    for activation in ACTIVATIONS {
        let (link, outputs, output) = match activation as usize % 3 {
            0 => (Link::Sigmoid, 1, binary(0.5)),
            1 => (Link::Softmax, 3, classes()),
            _ => (Link::Identity, 1, number()),
        };
        list.push((
            format!("network_{}", format!("{activation:?}").to_lowercase()),
            plan([ready.to_vec(), vec![network(activation, link, outputs)]].concat(), output, &inputs),
        ));
    }
    list
}

const PARTS: [(DatePart, &str); 14] = [
    (DatePart::Year, "year"),
    (DatePart::Quarter, "quarter"),
    (DatePart::Month, "month"),
    (DatePart::Week, "week"),
    (DatePart::Day, "day"),
    (DatePart::DayOfYear, "day_of_year"),
    (DatePart::Weekday, "weekday"),
    (DatePart::Hour, "hour"),
    (DatePart::Weekend, "weekend"),
    (DatePart::MonthSin, "month_sin"),
    (DatePart::MonthCos, "month_cos"),
    (DatePart::WeekdaySin, "weekday_sin"),
    (DatePart::WeekdayCos, "weekday_cos"),
    (DatePart::Elapsed, "elapsed"),
];

fn dates() -> Vec<(String, Plan)> {
    let part = |(part, name): (DatePart, &str)| {
        let ops = vec![Op::DatePart { column: "when".to_owned(), part, into: "part".to_owned() }, sum(&["part"])];
        (format!("date_{name}"), plan(ops, number(), &["when"]))
    };
    let mut list: Vec<_> = PARTS.into_iter().map(part).collect();
    let ops = vec![
        Op::FillDate { column: "when".to_owned(), value: 951_782_400_000_000 },
        Op::DatePart { column: "when".to_owned(), part: DatePart::Week, into: "part".to_owned() },
        sum(&["part"]),
    ];
    list.push(("date_filled".to_owned(), plan(ops, number(), &["when"])));
    list
}

const FORMULAS: [&str; 30] = [
    "-age + `fare paid` * 2 - age / 3",
    "age / (`fare paid` - `fare paid`)",
    "age % 7 + (-age) % 7.5 + age % (-3)",
    "age % (age - age)",
    "(age / 10) ^ 2 + 2 ^ (age / 20)",
    "(-age) ^ 0.5",
    "if(age > 30, 1, 2) + if(age <= 20 or `fare paid` >= 50, 10, 20)",
    "age > 30 and `fare paid` < 40",
    "not (age > 30) or missing",
    "age != 28 and age = age",
    "min(age, `fare paid`, 33) + max(age, 25, `fare paid`)",
    "clip(age, 20, 40) + clip(`fare paid`, 50, 10)",
    "abs(age - 30) + floor(age) + ceil(`fare paid`) + round(age) + round(-`fare paid`)",
    "round(`fare paid` / 7, 2) + round(age * 1000, -3) + round(age, 99)",
    "sqrt(age - 30)",
    "log(`fare paid`) + log10(age) + log2(age)",
    "log1p(`fare paid`)",
    "exp(age / 10) + sin(age) + cos(age)",
    "exp(age * 100)",
    "is_missing(age) or is_missing(port) or is_missing(when)",
    "coalesce(age, `fare paid`, -1)",
    "port = \"S\"",
    "\"C\" != port",
    "if(one_of(port, \"S\", \"Q\", \"S\"), 1, 0)",
    "one_of(round(age), 28, 29, 30)",
    "number(age > 30)",
    "year(when) + month(when) / 12 + day(when) / 365 + weekday(when) * 7 + hour(when) / 24",
    "days_between(when, \"2001-02-03\")",
    "if(coalesce(when, \"2020-01-01\") > \"1999-12-31\", 1, 0)",
    "2 + 3",
];

fn formulas() -> Vec<(String, Plan)> {
    let derive = |formula: &str, into: &str| Op::Derive { formula: formula.to_owned(), into: into.to_owned() };
    let inputs = ["age", "fare paid", "port", "when"];
    let mut list: Vec<_> = FORMULAS
        .iter()
        .enumerate()
        .map(|(place, formula)| (format!("formula_{place:02}"), plan(vec![derive(formula, "value"), sum(&["value"])], number(), &inputs)))
        .collect();
    let ops = vec![
        derive("if(age > 30, port, coalesce(port, \"none\"))", "port"),
        Op::OneHot { column: "port".to_owned(), levels: names(&["S", "", "none"]), into: names(&["a", "b", "c"]) },
        derive("\"always\"", "word"),
        Op::OneHot { column: "word".to_owned(), levels: names(&["always"]), into: names(&["d"]) },
        derive("if(age > 20, when, missing)", "when"),
        Op::MarkMissing { column: "when".to_owned(), into: "e".to_owned() },
        sum(&["a", "b", "c", "d", "e"]),
    ];
    list.push(("formula_texts".to_owned(), plan(ops, number(), &inputs)));
    list
}

/// A table of `public/samples`: columns whose values are all numbers as numbers, others as categories.
fn sample(file: &str) -> Table {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public/samples").join(format!("{file}.csv.gz"));
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).expect("the sample opens")).read_to_end(&mut bytes).expect("the sample unpacks");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let names: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    let column = |(place, name): (usize, &String)| {
        let texts: Vec<Option<&str>> =
            rows.iter().map(|row| row.get(place).map(str::trim).filter(|text| !["", "?", "NA", "NaN"].contains(text))).collect();
        let numbers: Option<Vec<f64>> = texts.iter().map(|text| text.map_or(Some(f64::NAN), |text| text.parse().ok())).collect();
        match numbers {
            Some(numbers) => Column::number(name, numbers),
            None => Column::category(name, Strings::from_texts(texts)),
        }
    };
    Table::new(names.iter().enumerate().map(column).collect())
}

/// Every kind of model on a table of each task, through the steps of a first recipe.
fn fitted() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (file, target, task) in
        [("titanic", "survived", Task::Binary), ("penguins", "species", Task::Multiclass), ("auto_mpg", "mpg", Task::Regression)]
    {
        let mut table = sample(file);
        if let Some(Column { data: Data::Number(values), .. }) = table.column(target).filter(|_| task == Task::Binary) {
            let texts = values.iter().map(|value| (!value.is_nan()).then(|| value.to_string())).collect::<Vec<_>>();
            table.put(Column::category(target, Strings::from_texts(texts)));
        }
        let recipe = start(&Recipe::new(), &table.schema(), target, task);
        let setup = Setup::new(&table, &recipe.goal, &recipe.split, &recipe.prepare, &[], recipe.seed).expect("a setup");
        for kind in atelier::learn::MODELS.iter().filter(|kind| kind.tasks.contains(&task)) {
            let params = match kind.id {
                "forest" | "extra_trees" => r#"{"trees": 30}"#,
                // A forest more would tell nothing more.
                "stacking" | "voting" => r#"{"boosting": false, "forest": false, "tree": true}"#,
                "knn" => r#"{"weights": "distance"}"#,
                _ => "{}",
            };
            let params = serde_json::from_str(params).expect("parameters");
            // Where the model takes gaps, they are left to it.
            let prepare: Vec<_> = recipe.prepare.iter().filter(|step| !kind.takes_missing || step.id != "impute").cloned().collect();
            let candidate = Candidate { model: kind.id.to_owned(), params, ..Default::default() };
            samples.push(of(format!("{file}_{}", kind.id), &setup, &prepare, &candidate));
        }
        // Categories by sets of levels, which are chains of nodes.
        let mut prepare: Vec<Step> =
            recipe.prepare.iter().filter(|step| !["impute", "standardise"].contains(&step.id.as_str())).cloned().collect();
        prepare.iter_mut().filter(|step| step.id == "one_hot").for_each(|step| step.id = "ordinal".to_owned());
        let model = |id: &str, params: &str| {
            let params = serde_json::from_str(params).expect("parameters");
            Candidate { model: id.to_owned(), params, ..Default::default() }
        };
        let candidate = model("boosting", r#"{"categorical_features": "from_prepared", "max_iter": 30}"#);
        samples.push(of(format!("{file}_categories"), &setup, &prepare, &candidate));
        // Models of their own settings by weight, with a mean within the mean.
        let candidate = model(
            "voting",
            r#"{"of": "own", "estimators": [{"model": "network", "params": {"members": 2, "epochs": 10}}, {"model": "boosting", "params": {"max_iter": 20}, "weight": 2}, {"model": "knn"}]}"#,
        );
        samples.push(of(format!("{file}_mean"), &setup, &recipe.prepare, &candidate));
        // Bins that are filled, embedded categories, the mean of two networks.
        let mut prepare = recipe.prepare.clone();
        let bins = Step { id: "piecewise_linear".to_owned(), columns: Selector::All, params: Default::default(), enabled: true };
        prepare.insert(1, bins);
        let candidate = model("network", r#"{"embedding": 4, "front_scale": true, "members": 2, "epochs": 20}"#);
        samples.push(of(format!("{file}_embedding"), &setup, &prepare, &candidate));
    }
    samples
}

/// A pipeline that is fitted on the rows of a setup.
fn of(id: String, setup: &Setup, prepare: &[Step], candidate: &Candidate) -> Sample {
    let mut job = FitJob::new(setup, &setup.training, None, prepare, candidate, 7);
    let plan = loop {
        match job.advance().unwrap_or_else(|problem| panic!("{id}: {problem}")) {
            Advance::Done(fitted) => break fitted.plan,
            Advance::More(_) => {}
        }
    };
    Sample { id, table: strange_rows(&setup.inputs), plan }
}

/// Segments as features before the steps of a first recipe, in every form.
fn segmented() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (file, target, task, model) in
        [("titanic", "survived", Task::Regression, "linear"), ("penguins", "species", Task::Multiclass, "logistic")]
    {
        let table = sample(file);
        let mut recipe = Recipe::new();
        for name in ["name", "ticket", "cabin", "home_dest", "boat", "body"] {
            recipe.goal.roles.insert(name.to_owned(), atelier::table::Role::LeftOut);
        }
        let mut recipe = start(&recipe, &table.schema(), target, task);
        recipe.goal.task = Some(task);
        for output in ["distance", "one_hot", "ordinal"] {
            let params = serde_json::from_str(&format!(r#"{{"n_clusters": 4, "output": "{output}", "name": "my segment"}}"#));
            let step = atelier::prepare::Step {
                id: "segment".to_owned(),
                columns: atelier::prepare::Selector::All,
                params: params.expect("parameters"),
                enabled: true,
            };
            let prepare: Vec<_> = std::iter::once(step).chain(recipe.prepare.iter().cloned()).collect();
            let setup = Setup::new(&table, &recipe.goal, &recipe.split, &prepare, &[], recipe.seed).expect("a setup");
            let candidate = atelier::learn::Candidate { model: model.to_owned(), ..Default::default() };
            samples.push(of(format!("{file}_segment_{output}"), &setup, &prepare, &candidate));
        }
    }
    samples
}

/// The rows, then some in which every third value is missing or a text that training never saw.
fn strange_rows(table: &Table) -> Table {
    let rows: Vec<usize> = (0..table.rows()).chain(0..60.min(table.rows())).collect();
    let mut strange = table.take(&rows);
    let first = table.rows();
    for (place, column) in table.columns().iter().enumerate() {
        let mut changed = strange.column(&column.name).expect("it is there").clone();
        let hit = |row: usize| row >= first && (row + place).is_multiple_of(3);
        match &mut changed.data {
            Data::Number(values) => values.iter_mut().enumerate().filter(|(row, _)| hit(*row)).for_each(|(_, value)| *value = f64::NAN),
            Data::Date(values) => {
                values.iter_mut().enumerate().filter(|(row, _)| hit(*row)).for_each(|(_, value)| *value = Column::NO_DATE)
            }
            Data::Strings(strings) => {
                let new = strings.push_level("never seen before");
                for (row, code) in strings.codes.iter_mut().enumerate().filter(|(row, _)| hit(*row)) {
                    *code = if row % 2 == 0 { new } else { Strings::MISSING };
                }
            }
        }
        strange.put(changed);
    }
    strange
}
