//! Pictures of one column, made from its profile: how it is distributed, what the target does in its parts.

use atelier::base::{Figure, Message, text};
use atelier::chart::{self, BoxStats, Rate, Scene, format};
use atelier::profile::{BoxPlot, ByTarget, ColumnProfile, Figures, LevelTarget, MeanOf, Profile, Share, TargetValues};
use atelier::table::Kind;

/// Classes that a stack can show.
const CLASSES: usize = 7;

/// The classes of the target, and the place of the positive one of two.
pub fn classes(profile: &Profile) -> (Vec<String>, Option<usize>) {
    match profile.target.as_ref().map(|target| &target.values) {
        Some(TargetValues::Classes { names, positive, others, .. }) => {
            let mut names = names.clone();
            if let (true, Some(last)) = (*others, names.last_mut()) {
                *last = text("explore.other_classes");
            }
            (names, *positive)
        }
        _ => (Vec::new(), None),
    }
}

/// The class that shares are of: the wanted one, else the positive one, else the first.
pub fn class_of(profile: &Profile, wanted: Option<&str>) -> usize {
    let (names, positive) = classes(profile);
    wanted.and_then(|wanted| names.iter().position(|name| name == wanted)).or(positive).unwrap_or(0)
}

/// How a column is distributed, by class where there are classes that a stack can show.
pub fn distribution(profile: &Profile, column: &ColumnProfile, by: &str) -> Scene {
    let nothing = |id: &str| Scene::nothing(id, "chart.why.no_values").titled(&column.name);
    let is_target = profile.target.as_ref().is_some_and(|target| target.column == column.name);
    let (names, positive) = classes(profile);
    match (&column.of, profile.target.as_ref().map(|target| &target.values)) {
        (_, Some(TargetValues::Classes { shares, .. })) if is_target => {
            let counts: Vec<f64> = shares.iter().map(|share| share.count as f64).collect();
            chart::class_balance(&names, &counts, positive)
        }
        (Figures::Number(number), _) => {
            let Some(found) = &number.histogram else { return nothing("histogram") };
            let floats = |counts: &[usize]| counts.iter().map(|&n| n as f64).collect::<Vec<f64>>();
            let (counts, classes, positive) = match &found.target {
                Some(ByTarget::Classes(by_class)) if (2..=CLASSES).contains(&by_class.len()) && by_class.len() == names.len() => {
                    (by_class.iter().map(|counts| floats(counts)).collect(), names, positive)
                }
                _ => (vec![floats(&found.counts)], Vec::new(), None),
            };
            let median = number.quantiles.get(number.quantiles.len() / 2);
            let mark = median.map(|&at| (at, Message::new("explore.median").with("value", format::figure(at)).to_string()));
            chart::histogram(&chart::Histogram { column: column.name.clone(), edges: found.edges.clone(), counts, classes, positive, mark })
        }
        // Nothing comes often enough to be a bar.
        (Figures::Texts(texts), _) if column.kind == Kind::Text && 2 * texts.distinct > column.count => {
            Scene::nothing("bar", "explore.mostly_differ").titled(&column.name)
        }
        (Figures::Texts(texts), _) => {
            let mut bars: Vec<String> = texts.top.iter().map(|level| level.text.clone()).collect();
            let split = texts.top.iter().map(|level| match &level.target {
                Some(LevelTarget::Shares(shares)) if (2..=CLASSES).contains(&shares.len()) => {
                    Some(shares.iter().map(|share| share.count as f64).collect::<Vec<f64>>())
                }
                _ => None,
            });
            // The rest of a long list is not known by class.
            let (values, classes, positive) = match split.collect::<Option<Vec<_>>>().filter(|split| !split.is_empty() && texts.rest == 0) {
                Some(split) => {
                    let by_class =
                        (0..names.len()).map(|class| split.iter().map(|level| level.get(class).copied().unwrap_or(0.0)).collect());
                    (by_class.collect(), names, positive)
                }
                None => (vec![texts.top.iter().map(|level| level.count as f64).collect::<Vec<f64>>()], Vec::new(), None),
            };
            let mut values: Vec<Vec<f64>> = values;
            if let (true, Some(counts)) = (texts.rest > 0, values.first_mut()) {
                bars.push(text("explore.others"));
                counts.push(texts.rest as f64);
            }
            let unit = text("explore.rows");
            chart::bars(&chart::Bars { title: column.name.clone(), unit, names: bars, values, classes, positive, most: 21, share: false })
        }
        (Figures::Date(date), _) => {
            let named = |id: &str, counts: &[usize]| {
                counts.iter().enumerate().map(|(place, &count)| (text(&format!("explore.{id}.{place}")), count)).collect::<Vec<_>>()
            };
            let hours = || date.hours.iter().enumerate().map(|(hour, &count)| (format!("{hour:02}:00"), count)).collect::<Vec<_>>();
            match by {
                "weekday" => chart::periods(&column.name, &named("weekday", &date.weekdays)),
                "month" => chart::periods(&column.name, &named("month", &date.months)),
                "hour" => chart::periods(&column.name, &hours()),
                _ => chart::periods(&column.name, &date.periods),
            }
        }
    }
}

/// What shares and means are called: "share of survived = 1", "mean price".
pub fn outcome(profile: &Profile, class: usize) -> String {
    let Some(target) = &profile.target else { return String::new() };
    match &target.values {
        TargetValues::Classes { .. } => {
            let name = classes(profile).0.get(class).cloned().unwrap_or_default();
            Message::new("explore.share_of").with("target", &target.column).with("class", name).to_string()
        }
        TargetValues::Numbers(_) => Message::new("explore.mean_of").with("target", &target.column).to_string(),
    }
}

/// The share of a class, or the mean, over all rows.
pub fn overall(profile: &Profile, class: usize) -> Option<f64> {
    match &profile.target.as_ref()?.values {
        TargetValues::Classes { shares, .. } => shares.get(class)?.share.value(),
        TargetValues::Numbers(mean) => mean.mean.value(),
    }
}

/// Whether shares are asked about, not means.
pub fn is_share(profile: &Profile) -> bool {
    profile.target.as_ref().is_some_and(|target| matches!(target.values, TargetValues::Classes { .. }))
}

/// A share or mean with its interval and rows.
pub struct Told {
    /// The share or mean.
    pub value: f64,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end of its interval.
    pub high: Option<f64>,
    /// Rows.
    pub n: usize,
}

fn told(value: &Figure, low: &Figure, high: &Figure, n: usize) -> Told {
    Told { value: value.value().unwrap_or(f64::NAN), low: low.value(), high: high.value(), n }
}

fn of_mean(mean: &MeanOf) -> Told {
    told(&mean.mean, &mean.low, &mean.high, mean.n)
}

/// The target among some rows.
pub fn of_level(target: &LevelTarget, class: usize) -> Option<Told> {
    match target {
        LevelTarget::Shares(shares) => {
            let n = shares.iter().map(|share| share.count).sum();
            shares.get(class).map(|share| told(&share.share, &share.low, &share.high, n))
        }
        LevelTarget::Mean(mean) => Some(of_mean(mean)),
    }
}

/// What the target does in each bin or level of a column; nothing for the target itself and where it is not known.
pub fn rates(profile: &Profile, column: &ColumnProfile, class: usize) -> Option<Scene> {
    if profile.target.as_ref()?.column == column.name {
        return None;
    }
    let rate = |told: Told| Rate { value: told.value, low: told.low, high: told.high, n: told.n, ..Rate::default() };
    let bins: Vec<Rate> = match &column.of {
        Figures::Texts(texts) if column.kind == Kind::Text && 2 * texts.distinct > column.count => return None,
        Figures::Number(number) => {
            let found = number.histogram.as_ref()?;
            let told: Vec<Told> = match found.target.as_ref()? {
                ByTarget::Classes(by_class) => {
                    let n = |bin: usize| by_class.iter().map(|counts| counts[bin]).sum::<usize>();
                    let share = |bin: usize, count: usize| {
                        let share = Share::of(count, n(bin));
                        told(&share.share, &share.low, &share.high, n(bin))
                    };
                    by_class.get(class)?.iter().enumerate().map(|(bin, &count)| share(bin, count)).collect()
                }
                ByTarget::Means(means) => means.iter().map(of_mean).collect(),
            };
            told.into_iter().zip(found.edges.windows(2)).map(|(told, ends)| Rate { from: ends[0], to: ends[1], ..rate(told) }).collect()
        }
        Figures::Texts(texts) => {
            let level =
                |level: &atelier::profile::Level| Some(Rate { name: level.text.clone(), ..rate(of_level(level.target.as_ref()?, class)?) });
            texts.top.iter().filter_map(level).collect()
        }
        Figures::Date(_) => return None,
    };
    (!bins.is_empty()).then(|| {
        let mut scene = chart::rates(&column.name, &outcome(profile, class), &bins, overall(profile, class), is_share(profile));
        // What is measured stands above the picture, with the interval and the choice of the class.
        scene.y.title.clear();
        scene
    })
}

/// A box as the chart draws it.
pub fn box_stats(name: &str, plot: &BoxPlot) -> BoxStats {
    BoxStats {
        name: name.to_owned(),
        n: plot.n,
        low: plot.low,
        q1: plot.q1,
        median: plot.median,
        q3: plot.q3,
        high: plot.high,
        mean: Some(plot.mean),
        outliers: plot.outliers.clone(),
        far: plot.below + plot.above,
    }
}

/// The boxes of a column of numbers: all rows, and each class; nothing for other columns.
pub fn boxes(profile: &Profile, column: &ColumnProfile) -> Option<Scene> {
    let number = column.number()?;
    let whole = number.box_plot.as_ref()?;
    let (names, _) = classes(profile);
    let mut stats = vec![box_stats(&text("explore.all_rows"), whole)];
    stats.extend(names.iter().zip(&number.box_by_class).filter_map(|(name, plot)| Some(box_stats(name, plot.as_ref()?))));
    Some(chart::boxes(&column.name, &stats, false))
}
