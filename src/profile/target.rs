//! The column to predict: its classes or its numbers, and what the other columns' parts hold of it.

use crate::base::{Figure, Task};
use crate::num::{distribution, moments::Running};
use crate::table::{Column, Data, Kind, Strings, sort_levels};
use serde::{Deserialize, Serialize};

/// The most classes that are told apart; rarer ones are put together.
pub const CLASSES: usize = 12;
/// The confidence of every interval in a profile.
pub const CONFIDENCE: f64 = 0.95;

/// A count of rows as a share, with Wilson's interval of 95 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Rows.
    pub count: usize,
    /// Their share of the rows in question.
    pub share: Figure,
    /// The lower end of the interval.
    pub low: Figure,
    /// The upper end of the interval.
    pub high: Figure,
}

impl Share {
    /// `count` of `n` rows.
    pub fn of(count: usize, n: usize) -> Self {
        match distribution::wilson(count as f64, n as f64, CONFIDENCE) {
            Some((low, high)) => Self { count, share: (count as f64 / n as f64).into(), low: low.into(), high: high.into() },
            None => {
                let none = Figure::undefined("no_rows");
                Self { count, share: none.clone(), low: none.clone(), high: none }
            }
        }
    }
}

/// A mean of the target with Student's interval of 95 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanOf {
    /// Rows with a value.
    pub n: usize,
    /// Their mean.
    pub mean: Figure,
    /// The lower end of the interval; undefined below two rows.
    pub low: Figure,
    /// The upper end of the interval; undefined below two rows.
    pub high: Figure,
}

impl MeanOf {
    pub(super) fn of(values: &Running) -> Self {
        let mean = values.mean().map_or_else(|| Figure::undefined("no_rows"), Figure::from);
        let interval = match (values.mean(), values.variance(1)) {
            (Some(mean), Some(variance)) => distribution::t_interval(mean, variance.sqrt(), values.count(), CONFIDENCE),
            _ => None,
        };
        let end = |value: Option<f64>| value.map_or_else(|| Figure::undefined("too_few"), Figure::from);
        Self { n: values.count(), mean, low: end(interval.map(|(low, _)| low)), high: end(interval.map(|(_, high)| high)) }
    }
}

/// What the target is, over all rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetProfile {
    /// The column.
    pub column: String,
    /// Rows without a value of it.
    pub missing: usize,
    /// Classes or numbers.
    pub values: TargetValues,
}

/// What the target's values are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum TargetValues {
    /// The classes in order with their shares, the position of the positive one of two, and whether the last entry
    /// holds rarer classes put together. `ratio` is the largest class over the smallest.
    Classes { names: Vec<String>, shares: Vec<Share>, positive: Option<usize>, others: bool, ratio: Figure },
    /// Numbers: their mean with its interval.
    Numbers(MeanOf),
}

/// The target within parts of the rows (bins of a number, levels of a category), one entry a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByTarget {
    /// For each class, in the order of the target's profile, the rows of each part.
    Classes(Vec<Vec<usize>>),
    /// The mean of the target in each part.
    Means(Vec<MeanOf>),
}

/// The target of each row, ready for counting.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// Nothing is to be predicted.
    None,
    /// A code for each row, [`Strings::MISSING`] where there is none.
    Classes { names: Vec<String>, codes: Vec<u32>, positive: Option<usize>, others: bool },
    /// A number for each row; NaN where there is none.
    Numbers(Vec<f64>),
}

impl Answer {
    /// The answers in a column. Classes are predicted where the task says so; where it is not known, texts are classes,
    /// and so are numbers of which there are two.
    pub fn of(column: &Column, task: Option<Task>, positive: Option<&str>) -> Self {
        match &column.data {
            Data::Number(values) => match task {
                Some(Task::Regression) => Answer::Numbers(values.clone()),
                None if !has_two(values) => Answer::Numbers(values.clone()),
                _ => Self::classes(&Strings::from_texts((0..values.len()).map(|row| column.display(row))), positive),
            },
            Data::Date(values) => {
                Answer::Numbers(values.iter().map(|&moment| if moment == Column::NO_DATE { f64::NAN } else { moment as f64 }).collect())
            }
            Data::Strings(_) if column.kind == Kind::Text || task == Some(Task::Regression) => Answer::None,
            Data::Strings(values) => Self::classes(values, positive),
        }
    }

    fn classes(values: &Strings, positive: Option<&str>) -> Self {
        let counts = values.counts();
        let mut names = values.sorted_levels();
        let others = names.len() > CLASSES;
        if others {
            // The frequent ones stay, the first of equals.
            let mut frequent: Vec<u32> = (0..values.level_count() as u32).collect();
            frequent.sort_by(|&a, &b| counts[b as usize].cmp(&counts[a as usize]).then_with(|| values.level(a).cmp(values.level(b))));
            names = frequent[..CLASSES - 1].iter().map(|&code| values.level(code).to_owned()).collect();
            sort_levels(&mut names);
        }
        let known: rustc_hash::FxHashMap<&str, u32> = names.iter().enumerate().map(|(code, name)| (name.as_str(), code as u32)).collect();
        let by_level: Vec<u32> = values.levels().map(|level| known.get(level).copied().unwrap_or(names.len() as u32)).collect();
        let codes =
            values.codes.iter().map(|&code| if code == Strings::MISSING { Strings::MISSING } else { by_level[code as usize] }).collect();
        let named = positive.and_then(|positive| names.iter().position(|name| name == positive));
        let positive = (names.len() == 2).then(|| named.unwrap_or(1));
        if others {
            names.push(String::new());
        }
        Answer::Classes { names, codes, positive, others }
    }

    /// What the target is over all rows; nothing where there is none.
    pub fn profile(&self, column: &Column) -> Option<TargetProfile> {
        let values = match self {
            Answer::None => return None,
            Answer::Classes { names, positive, others, .. } => {
                let counts = self.count(std::iter::once(0..column.len() as u32)).swap_remove(0);
                let n = counts.iter().sum();
                let (most, least) = (counts.iter().max().copied().unwrap_or(0), counts.iter().min().copied().unwrap_or(0));
                TargetValues::Classes {
                    names: names.clone(),
                    shares: counts.iter().map(|&count| Share::of(count, n)).collect(),
                    positive: *positive,
                    others: *others,
                    ratio: if least == 0 { Figure::undefined("no_rows") } else { (most as f64 / least as f64).into() },
                }
            }
            Answer::Numbers(_) => TargetValues::Numbers(self.means(std::iter::once(0..column.len() as u32)).swap_remove(0)),
        };
        Some(TargetProfile { column: column.name.clone(), missing: column.missing(), values })
    }

    /// The target within parts of the rows; nothing where there is no target.
    pub fn by<R: IntoIterator<Item = u32>>(&self, parts: impl IntoIterator<Item = R>) -> Option<ByTarget> {
        match self {
            Answer::None => None,
            Answer::Numbers(_) => Some(ByTarget::Means(self.means(parts))),
            Answer::Classes { names, .. } => {
                let counts = self.count(parts);
                Some(ByTarget::Classes((0..names.len()).map(|class| counts.iter().map(|part| part[class]).collect()).collect()))
            }
        }
    }

    /// The rows of each class, for each part.
    fn count<R: IntoIterator<Item = u32>>(&self, parts: impl IntoIterator<Item = R>) -> Vec<Vec<usize>> {
        let Answer::Classes { codes, names, .. } = self else { return Vec::new() };
        parts
            .into_iter()
            .map(|rows| {
                let mut counts = vec![0; names.len()];
                for row in rows {
                    if let Some(count) = counts.get_mut(codes[row as usize] as usize) {
                        *count += 1;
                    }
                }
                counts
            })
            .collect()
    }

    fn means<R: IntoIterator<Item = u32>>(&self, parts: impl IntoIterator<Item = R>) -> Vec<MeanOf> {
        let Answer::Numbers(values) = self else { return Vec::new() };
        parts
            .into_iter()
            .map(|rows| {
                let mut running = Running::default();
                rows.into_iter().map(|row| values[row as usize]).filter(|value| !value.is_nan()).for_each(|value| running.add(value));
                MeanOf::of(&running)
            })
            .collect()
    }

    /// The target by level of a category, in the order of the levels' codes, in one pass: cheaper than lists of rows.
    pub fn by_level(&self, codes: &[u32], levels: usize) -> Vec<Option<LevelTarget>> {
        match self {
            Answer::None => vec![None; levels],
            Answer::Classes { codes: classes, names, .. } => {
                let width = names.len();
                let mut counts = vec![0_usize; levels * width];
                for (&code, &class) in codes.iter().zip(classes) {
                    if code != Strings::MISSING && class != Strings::MISSING {
                        counts[code as usize * width + class as usize] += 1;
                    }
                }
                // A target of missing values only has no classes.
                (0..levels)
                    .map(|level| {
                        let counts = &counts[level * width..(level + 1) * width];
                        let n = counts.iter().sum();
                        Some(LevelTarget::Shares(counts.iter().map(|&count| Share::of(count, n)).collect()))
                    })
                    .collect()
            }
            Answer::Numbers(values) => {
                let mut running = vec![Running::default(); levels];
                for (&code, &value) in codes.iter().zip(values) {
                    if code != Strings::MISSING && !value.is_nan() {
                        running[code as usize].add(value);
                    }
                }
                running.iter().map(|level| Some(LevelTarget::Mean(MeanOf::of(level)))).collect()
            }
        }
    }
}

/// The target among the rows of a level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelTarget {
    /// The share of each class.
    Shares(Vec<Share>),
    /// The mean.
    Mean(MeanOf),
}

fn has_two(values: &[f64]) -> bool {
    let mut seen: Vec<f64> = Vec::new();
    for &value in values.iter().filter(|value| !value.is_nan()) {
        if !seen.contains(&value) {
            seen.push(value);
            if seen.len() > 2 {
                return false;
            }
        }
    }
    seen.len() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_sorted_and_the_positive_one_is_named() {
        let column = Column::category("y", Strings::from_texts([Some("yes"), None, Some("no"), Some("yes")]));
        let answer = Answer::of(&column, None, Some("no"));
        let Some(TargetProfile { missing: 1, values: TargetValues::Classes { names, shares, positive, ratio, .. }, .. }) =
            answer.profile(&column)
        else {
            panic!("{answer:?}")
        };
        assert_eq!((names, positive, ratio), (vec!["no".to_owned(), "yes".to_owned()], Some(0), Figure::Value(2.0)));
        assert_eq!(shares.iter().map(|share| share.count).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(answer.by([vec![0, 1], vec![2]]), Some(ByTarget::Classes(vec![vec![0, 1], vec![1, 0]])));
    }

    #[test]
    fn two_numbers_are_classes_and_more_are_not_unless_the_task_says_so() {
        let two = Column::number("y", vec![0.0, 1.0, f64::NAN, 1.0]);
        assert!(matches!(Answer::of(&two, None, None), Answer::Classes { ref codes, .. } if codes[1] == 1 && codes[2] == Strings::MISSING));
        assert!(matches!(Answer::of(&two, Some(Task::Regression), None), Answer::Numbers(_)));
        let three = Column::number("y", vec![0.0, 1.0, 2.0]);
        assert!(matches!(Answer::of(&three, None, None), Answer::Numbers(_)));
        assert!(matches!(Answer::of(&three, Some(Task::Multiclass), None), Answer::Classes { ref names, .. } if names.len() == 3));
    }

    #[test]
    fn rare_classes_are_put_together() {
        let texts = (0..400).map(|i| Some(format!("c{}", if i % 2 == 0 { i % 10 } else { i })));
        let column = Column::category("y", Strings::from_texts(texts));
        let Answer::Classes { names, others: true, codes, positive: None } = Answer::of(&column, None, None) else { panic!() };
        assert_eq!((names.len(), codes.iter().max()), (CLASSES, Some(&(CLASSES as u32 - 1))));
    }

    #[test]
    fn no_row_and_one_row() {
        let column = Column::number("y", vec![5.0]);
        let Some(TargetProfile { values: TargetValues::Numbers(mean), .. }) = Answer::of(&column, None, None).profile(&column) else {
            panic!()
        };
        assert_eq!((mean.mean, mean.low), (Figure::Value(5.0), Figure::undefined("too_few")));
        let empty = Column::category("y", Strings::default());
        let Some(TargetProfile { values: TargetValues::Classes { names, .. }, .. }) = Answer::of(&empty, None, None).profile(&empty) else {
            panic!()
        };
        assert!(names.is_empty());
    }
}
