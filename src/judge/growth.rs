//! Would more rows help: scores of models that learned from a part of the rows, and what twice as many would bring.

use crate::base::{Figure, Undefined};
use crate::metric::Metric;
use crate::num::distribution::t_ppf;
use crate::num::float;
use serde::{Deserialize, Serialize};

/// The shares of a fold's training rows that are learned from.
pub const SHARES: [f64; 5] = [0.15, 0.25, 0.4, 0.65, 1.0];

/// How a score grows with the rows that are learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// The metric, by id.
    pub metric: String,
    /// Whether a larger score is better.
    pub higher_is_better: bool,
    /// From few rows to all of a fold's.
    pub points: Vec<GrowthPoint>,
    /// What twice as many rows as the last point has would bring; undefined for fewer than two folds or sizes with a score.
    pub doubled: Result<Doubled, Undefined>,
}

/// The scores at a size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// Rows learned from, the mean over the folds.
    pub rows: f64,
    /// The score in each fold.
    pub scores: Vec<Figure>,
    /// Their mean, where every fold has one.
    pub mean: Figure,
}

/// What twice as many rows would bring.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doubled {
    /// How many rows these are.
    pub rows: f64,
    /// The score to expect.
    pub value: f64,
    /// The 90 % interval of that score.
    pub interval: [f64; 2],
    /// The score now, at the last point.
    pub now: f64,
    /// Whether even the nearer end of the interval is better than now by a twentieth of what the sizes so far brought.
    pub helps: bool,
}

/// Exponents of the power law that are tried.
const EXPONENTS: [f64; 12] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 1.0, 1.25, 1.5, 2.0];

/// Puts the scores of each size and fold together. `rows[size]` are the rows learned from, `scores[size][fold]` the scores.
///
/// The expectation follows a power law, score = a + b rows^-c (Cortes and others 1994; Viering and Loog 2023): for each c of a
/// grid a and b by least squares, weighed by how well the law fits the means. The interval adds up the spread between folds
/// (Student's t), the spread between the laws, and what the means leave unexplained.
pub fn growth(metric: &Metric, rows: &[f64], scores: &[Vec<Figure>]) -> Growth {
    let points: Vec<GrowthPoint> = rows
        .iter()
        .zip(scores)
        .map(|(&rows, scores)| {
            let values: Vec<f64> = scores.iter().filter_map(Figure::value).collect();
            let mean = match scores.iter().find(|score| score.value().is_none()) {
                Some(undefined) => undefined.clone(),
                None => Figure::from(mean(&values)),
            };
            GrowthPoint { rows, scores: scores.clone(), mean }
        })
        .collect();
    let doubled = doubled(metric, &points);
    Growth { metric: metric.id.to_owned(), higher_is_better: metric.higher_is_better, points, doubled }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn doubled(metric: &Metric, points: &[GrowthPoint]) -> Result<Doubled, Undefined> {
    let higher_is_better = metric.higher_is_better;
    let known: Vec<&GrowthPoint> = points.iter().filter(|point| point.mean.value().is_some()).collect();
    let folds = known.first().map_or(0, |point| point.scores.len());
    let (Some(last), true) = (known.last(), known.len() >= 3 && folds >= 2) else { return Err(Undefined::because("few_sizes")) };
    let (x, size) = (known.iter().map(|point| point.rows).collect::<Vec<f64>>(), known.len() as f64);
    let means: Vec<f64> = known.iter().filter_map(|point| point.mean.value()).collect();
    let at = 2.0 * last.rows;
    // For each law what it says of the double, fold by fold, and how badly it fits the means.
    let law = |exponent: f64| {
        let power = |rows: f64| float::pow(rows / last.rows, -exponent);
        let z: Vec<f64> = x.iter().map(|&rows| power(rows)).collect();
        let line = |y: &[f64]| {
            let (mz, my) = (mean(&z), mean(y));
            let (szz, szy) = z.iter().zip(y).fold((0.0, 0.0), |(a, b), (z, y)| (a + (z - mz) * (z - mz), b + (z - mz) * (y - my)));
            // Scores do not get worse with more rows: where they seem to, chance speaks, and the law is flat.
            let slope = szy / szz;
            let slope = if (slope > 0.0) == higher_is_better { 0.0 } else { slope };
            (my - slope * mz, slope, szz, mz)
        };
        let (start, slope, szz, mz) = line(&means);
        let rest: f64 = z.iter().zip(&means).map(|(z, y)| (y - start - slope * z) * (y - start - slope * z)).sum();
        let value = start + slope * power(at);
        // How much a line through these places magnifies the noise of one mean at the double.
        let lever = 1.0 / size + (power(at) - mz) * (power(at) - mz) / szz;
        (value, rest, lever)
    };
    let laws: Vec<(f64, f64, f64)> = EXPONENTS.iter().map(|&exponent| law(exponent)).collect();
    let least = laws.iter().fold(f64::INFINITY, |least, law| if law.1 < least { law.1 } else { least });
    // The noise of a mean: what folds differ by, once each has its own level.
    let levels: Vec<f64> =
        (0..folds).map(|fold| mean(&known.iter().filter_map(|point| point.scores.get(fold)?.value()).collect::<Vec<f64>>())).collect();
    let all = mean(&means);
    let mut within = 0.0;
    for (point, own) in known.iter().zip(&means) {
        for (fold, level) in levels.iter().enumerate() {
            let score = point.scores.get(fold).and_then(Figure::value).unwrap_or(*own);
            let rest = score - own - (level - all);
            within += rest * rest;
        }
    }
    let freedom = (folds - 1) as f64 * (size - 1.0);
    let noise = within / freedom / folds as f64;
    let noise = if noise > least / size { noise } else { least / size };
    let weight = |law: &(f64, f64, f64)| {
        if noise > 0.0 { float::exp(-(law.1 - least) / (2.0 * noise)) } else { f64::from(u8::from(law.1 <= least)) }
    };
    let total: f64 = laws.iter().map(weight).sum();
    let value = laws.iter().map(|law| weight(law) * law.0).sum::<f64>() / total;
    let between = laws.iter().map(|law| weight(law) * (law.0 - value) * (law.0 - value)).sum::<f64>() / total;
    let lever = laws.iter().map(|law| weight(law) * law.2).sum::<f64>() / total;
    let spread = (between + noise * lever).sqrt() * t_ppf(0.95, freedom);
    let now = means.last().copied().unwrap_or(value);
    // No score lies beyond the ends of its metric, and no law knows of them.
    let within = |score: f64| match metric.range {
        (low, _) if score < low => low,
        (_, high) if score > high => high,
        _ => score,
    };
    let (value, interval) = (within(value), [within(value - spread), within(value + spread)]);
    let gained = (means.last().copied().unwrap_or(0.0) - means.first().copied().unwrap_or(0.0)).abs();
    let helps = if higher_is_better { interval[0] > now + 0.05 * gained } else { interval[1] < now - 0.05 * gained };
    Ok(Doubled { rows: at, value, interval, now, helps })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric;
    use crate::num::Rng;

    #[test]
    fn the_interval_for_twice_the_rows_holds_the_truth() {
        let (mut held, mut sets) = (0, 0);
        for seed in 0..200 {
            let mut rng = Rng::new(seed, "test", 0);
            let (end, drop, exponent) = (0.8 + 0.15 * rng.uniform(), 1.0 + 2.0 * rng.uniform(), 0.3 + 0.7 * rng.uniform());
            let truth = |rows: f64| end - drop * float::pow(rows, -exponent);
            let rows: Vec<f64> = SHARES.iter().map(|share| share * 1000.0).collect();
            let levels: Vec<f64> = (0..5).map(|_| 0.02 * rng.normal()).collect();
            // Levels of folds are differences of their test rows; the truth is the mean over these folds.
            let level = mean(&levels);
            let scores: Vec<Vec<Figure>> = rows
                .iter()
                .map(|&rows| levels.iter().map(|level| Figure::from(truth(rows) + level + 0.01 * rng.normal())).collect())
                .collect();
            let found = growth(metric::find("roc_auc").expect("a metric"), &rows, &scores).doubled.expect("five sizes");
            sets += 1;
            held += usize::from(found.interval[0] <= truth(2000.0) + level && truth(2000.0) + level <= found.interval[1]);
        }
        assert!(held * 100 >= 80 * sets, "{held} of {sets}");
        assert!(held < sets, "an interval that always holds says nothing");
    }

    #[test]
    fn nothing_is_promised_beyond_the_ends_of_a_metric() {
        let rows: Vec<f64> = SHARES.iter().map(|share| share * 200.0).collect();
        let scores: Vec<Vec<Figure>> =
            rows.iter().map(|&rows| (0..5).map(|fold| Figure::from(0.995 - 1.0 / rows - 0.004 * f64::from(fold % 2))).collect()).collect();
        let found = growth(metric::find("accuracy").expect("a metric"), &rows, &scores).doubled.expect("five sizes");
        assert!(found.interval[0] < found.value && found.value <= 1.0 && found.interval[1] <= 1.0, "{found:?}");
    }

    #[test]
    fn a_steep_curve_helps_and_a_flat_one_does_not() {
        let rows: Vec<f64> = SHARES.iter().map(|share| share * 1000.0).collect();
        let of = |score: fn(f64) -> f64| {
            let scores: Vec<Vec<Figure>> =
                rows.iter().map(|&rows| (0..4).map(|fold| Figure::from(score(rows) + 0.01 * f64::from(fold))).collect()).collect();
            growth(metric::find("rmse").expect("a metric"), &rows, &scores).doubled.expect("five sizes")
        };
        let steep = of(|rows| 1.0 + 100.0 / rows);
        assert!(steep.helps && (steep.value - 1.065).abs() < 0.02, "{steep:?}");
        let flat = of(|_| 2.0);
        assert!(!flat.helps && (flat.value - 2.015).abs() < 1e-9, "{flat:?}");
        let one_fold = growth(metric::find("rmse").expect("a metric"), &[10.0, 20.0], &[vec![Figure::from(1.0)], vec![Figure::from(1.0)]]);
        assert!(one_fold.doubled.is_err());
    }
}
