//! How well each column alone predicts the target: a rule learned on one half of the rows, judged on the other.
//!
//! The rule is the simplest there is: the column is cut into at most 32 parts of about equal size (a category into its
//! levels), missing values are a part of their own, and each part answers with its rows' mean or class. A column that is
//! nearly the answer itself shows at once; one that only names the rows does not, since its values do not come again.

use super::target::Answer;
use crate::base::Figure;
use crate::num::Rng;
use crate::table::Strings;
use serde::{Deserialize, Serialize};

/// Parts into which numbers are cut.
const PARTS: usize = 32;
/// How many rows of the whole's mean are mixed into each part, so that a small part is not believed too much.
const PRIOR: f64 = 2.0;
/// Rows of a half below which nothing is said.
const ROWS: usize = 20;

/// What a column alone achieves on rows that the rule did not see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// Two classes: the area under the ROC curve (0.5 is chance). More classes: the share of the errors of the most
    /// frequent class that is avoided. Numbers: R2. The last two are 0 where the rule is no better than none.
    pub score: Figure,
    /// The same where the rule only knows whether the value is missing; undefined where none or all are.
    pub gap_score: Figure,
}

/// The rows on which rules are learned (true) and judged (false): about half each.
pub(super) fn halves(rows: usize, seed: u64) -> Vec<bool> {
    let mut rng = Rng::new(seed, "profile halves", 0);
    let mut bits = 0;
    (0..rows)
        .map(|row| {
            if row % 64 == 0 {
                bits = rng.next_u64();
            }
            bits >> (row % 64) & 1 == 1
        })
        .collect()
}

/// The part of each row, and how many parts there are.
pub(super) struct Parts {
    pub codes: Vec<u32>,
    pub count: usize,
}

impl Parts {
    /// Numbers by rank; equal values fall in one part.
    pub fn of_numbers(ranks: &[u32], present: usize) -> Self {
        let part = |rank: u32| if rank == 0 { PARTS as u32 } else { ((u64::from(rank) - 1) * PARTS as u64 / (2 * present as u64)) as u32 };
        Self { codes: ranks.iter().map(|&rank| part(rank)).collect(), count: PARTS + 1 }
    }

    /// Texts by level.
    pub fn of_texts(strings: &Strings) -> Self {
        let count = strings.level_count();
        let part = |code: u32| if code == Strings::MISSING { count as u32 } else { code };
        Self { codes: strings.codes.iter().map(|&code| part(code)).collect(), count: count + 1 }
    }

    /// Only whether a value is there.
    fn of_gaps(&self) -> Self {
        let missing = self.count as u32 - 1;
        Self { codes: self.codes.iter().map(|&code| u32::from(code == missing)).collect(), count: 2 }
    }
}

impl Power {
    pub(super) fn of(parts: &Parts, answer: &Answer, learn: &[bool]) -> Self {
        let gaps = parts.codes.iter().filter(|&&code| code as usize == parts.count - 1).count();
        let gap_score = match gaps {
            0 => Figure::undefined("none_missing"),
            _ if gaps == parts.codes.len() => Figure::undefined("constant"),
            _ => score(&parts.of_gaps(), answer, learn),
        };
        Self { score: score(parts, answer, learn), gap_score }
    }
}

fn score(parts: &Parts, answer: &Answer, learn: &[bool]) -> Figure {
    match answer {
        Answer::None => Figure::undefined("no_rows"),
        Answer::Classes { codes, names, .. } if names.len() == 2 => area(parts, codes, learn),
        Answer::Classes { codes, names, .. } => avoided(parts, codes, names.len(), learn),
        Answer::Numbers(values) => explained(parts, values, learn),
    }
}

/// Rows of each part by class, learned from and judged on.
fn counts(parts: &Parts, classes: &[u32], width: usize, learn: &[bool]) -> [Vec<u32>; 2] {
    let mut counts = [vec![0; parts.count * width], vec![0; parts.count * width]];
    for ((&part, &class), &learn) in parts.codes.iter().zip(classes).zip(learn) {
        if class != Strings::MISSING {
            counts[usize::from(!learn)][part as usize * width + class as usize] += 1;
        }
    }
    counts
}

/// The area under the ROC curve of the parts' learned shares.
fn area(parts: &Parts, classes: &[u32], learn: &[bool]) -> Figure {
    let [learned, judged] = counts(parts, classes, 2, learn);
    let total = |counts: &[u32], class: usize| counts.iter().skip(class).step_by(2).map(|&count| f64::from(count)).sum::<f64>();
    let (no, yes) = (total(&learned, 0), total(&learned, 1));
    let (all_no, all_yes) = (total(&judged, 0), total(&judged, 1));
    if no + yes < ROWS as f64 || all_no + all_yes < ROWS as f64 {
        return Figure::undefined("too_few");
    }
    if no == 0.0 || yes == 0.0 || all_no == 0.0 || all_yes == 0.0 {
        return Figure::undefined("one_class");
    }
    let share = yes / (no + yes);
    let mut rated: Vec<(f64, f64, f64)> = (0..parts.count)
        .filter(|&part| judged[2 * part] + judged[2 * part + 1] > 0)
        .map(|part| {
            let (no, yes) = (f64::from(learned[2 * part]), f64::from(learned[2 * part + 1]));
            ((yes + PRIOR * share) / (no + yes + PRIOR), f64::from(judged[2 * part]), f64::from(judged[2 * part + 1]))
        })
        .collect();
    rated.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Each positive row beats the negative ones before it, and half of those of its own rating.
    let (mut below, mut won) = (0.0, 0.0);
    for tie in rated.chunk_by(|a, b| a.0 == b.0) {
        let (no, yes) = tie.iter().fold((0.0, 0.0), |(no, yes), part| (no + part.1, yes + part.2));
        won += yes * (below + no / 2.0);
        below += no;
    }
    (won / (all_no * all_yes)).into()
}

/// The share of the errors of "always the most frequent class" that the parts' most frequent classes avoid.
fn avoided(parts: &Parts, classes: &[u32], width: usize, learn: &[bool]) -> Figure {
    let [learned, judged] = counts(parts, classes, width, learn);
    let by_class = |counts: &[u32]| (0..width).map(|class| counts.iter().skip(class).step_by(width).sum::<u32>()).collect::<Vec<u32>>();
    let (learned_all, judged_all) = (by_class(&learned), by_class(&judged));
    let n: u32 = judged_all.iter().sum();
    if (n as usize) < ROWS || (learned_all.iter().sum::<u32>() as usize) < ROWS {
        return Figure::undefined("too_few");
    }
    // The first of equals.
    let most = |counts: &[u32]| (0..width).fold(0, |best, class| if counts[class] > counts[best] { class } else { best });
    let usual = most(&learned_all);
    let mut right = 0;
    for part in 0..parts.count {
        let (learned, judged) = (&learned[part * width..(part + 1) * width], &judged[part * width..(part + 1) * width]);
        let class = if learned.iter().all(|&count| count == 0) { usual } else { most(learned) };
        right += judged[class];
    }
    let errors = n - judged_all[usual];
    if errors == 0 {
        return Figure::undefined("one_class");
    }
    let score = 1.0 - f64::from(n - right) / f64::from(errors);
    (if score > 0.0 { score } else { 0.0 }).into()
}

/// R2 of the parts' learned means.
fn explained(parts: &Parts, values: &[f64], learn: &[bool]) -> Figure {
    let mut sums = vec![(0.0, 0.0); parts.count];
    for ((&part, &value), _) in parts.codes.iter().zip(values).zip(learn).filter(|((_, value), learn)| **learn && !value.is_nan()) {
        sums[part as usize].0 += 1.0;
        sums[part as usize].1 += value;
    }
    let (n, sum) = sums.iter().fold((0.0, 0.0), |(n, sum), part| (n + part.0, sum + part.1));
    if n < ROWS as f64 {
        return Figure::undefined("too_few");
    }
    let mean = sum / n;
    let means: Vec<f64> = sums.iter().map(|(n, sum)| (sum + PRIOR * mean) / (n + PRIOR)).collect();
    let judged =
        || parts.codes.iter().zip(values).zip(learn).filter(|((_, value), learn)| !**learn && !value.is_nan()).map(|(pair, _)| pair);
    let (m, total) = judged().fold((0.0, 0.0), |(n, sum), (_, value)| (n + 1.0, sum + value));
    if m < ROWS as f64 {
        return Figure::undefined("too_few");
    }
    let centre = total / m;
    let (all, left) = judged().fold((0.0, 0.0), |(all, left), (&part, value)| {
        let (far, off) = (value - centre, value - means[part as usize]);
        (all + far * far, left + off * off)
    });
    if all <= 0.0 {
        return Figure::undefined("constant_truth");
    }
    let score = 1.0 - left / all;
    Figure::finite(if score > 0.0 { score } else { 0.0 }, "not_finite")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    fn rows(n: usize, value: impl Fn(usize) -> f64) -> (Parts, Vec<bool>) {
        let values: Vec<f64> = (0..n).map(value).collect();
        let ranks = super::super::number::Sorted::of(&values).double_ranks(n);
        (Parts::of_numbers(&ranks, ranks.iter().filter(|&&rank| rank > 0).count()), halves(n, 7))
    }

    fn classes(n: usize, class: impl Fn(usize) -> usize) -> Answer {
        Answer::of(&Column::category("y", Strings::from_texts((0..n).map(|row| Some(class(row).to_string())))), None, None)
    }

    #[test]
    fn a_copy_predicts_and_chance_does_not() {
        let (copy, learn) = rows(1000, |row| ((row * 7919) % 1000) as f64);
        let two = Power::of(&copy, &classes(1000, |row| usize::from((row * 7919) % 1000 > 400)), &learn);
        assert!(two.score.value().unwrap() > 0.995, "{two:?}");
        assert_eq!(two.gap_score, Figure::undefined("none_missing"));
        let many = Power::of(&copy, &classes(1000, |row| (row * 7919) % 1000 / 200), &learn);
        assert!(many.score.value().unwrap() > 0.9, "{many:?}");
        let number = Power::of(&copy, &Answer::Numbers((0..1000).map(|row| ((row * 7919) % 1000) as f64 * 3.0).collect()), &learn);
        // Each part leans on the whole's mean a little.
        assert!(number.score.value().unwrap() > 0.98, "{number:?}");
        let mut rng = Rng::new(1, "test", 0);
        let coin: Vec<usize> = (0..1000).map(|_| rng.below(2)).collect();
        let chance = Power::of(&copy, &classes(1000, |row| coin[row]), &learn).score.value().unwrap();
        assert!((chance - 0.5).abs() < 0.06, "{chance}");
        let noise: Vec<f64> = (0..1000).map(|_| rng.normal()).collect();
        assert!(Power::of(&copy, &Answer::Numbers(noise), &learn).score.value().unwrap() < 0.05);
    }

    #[test]
    fn a_name_of_the_row_predicts_nothing() {
        let names = Strings::from_texts((0..500).map(|row| Some(format!("row {row}"))));
        let power = Power::of(&Parts::of_texts(&names), &classes(500, |row| row % 2), &halves(500, 1));
        assert_eq!(power.score, Figure::Value(0.5));
    }

    #[test]
    fn a_gap_that_is_the_answer() {
        let (gaps, learn) = rows(400, |row| if row % 2 == 0 { f64::NAN } else { row as f64 });
        let power = Power::of(&gaps, &classes(400, |row| row % 2), &learn);
        assert_eq!((power.score, power.gap_score), (Figure::Value(1.0), Figure::Value(1.0)));
    }

    #[test]
    fn too_few_rows_say_nothing() {
        let (parts, learn) = rows(30, |row| row as f64);
        assert_eq!(Power::of(&parts, &classes(30, |row| row % 2), &learn).score, Figure::undefined("too_few"));
        let (parts, learn) = rows(100, |row| row as f64);
        assert_eq!(Power::of(&parts, &classes(100, |_| 0), &learn).score, Figure::undefined("one_class"));
        assert_eq!(Power::of(&parts, &Answer::Numbers(vec![1.0; 100]), &learn).score, Figure::undefined("constant_truth"));
    }
}
