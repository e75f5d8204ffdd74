//! One column of categories or texts: the most frequent ones, how they spread, how long they are.

use super::target::{Answer, LevelTarget};
use crate::base::Figure;
use crate::num::{float::log2, sum::total};
use crate::table::Strings;
use serde::{Deserialize, Serialize};

/// The most frequent texts that are given.
pub const TOP: usize = 20;
/// The characters of a text that are shown.
const SHOWN: usize = 60;

/// Figures of a column of texts, over the values that are there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextProfile {
    /// Different texts.
    pub distinct: usize,
    /// Texts that one row has.
    pub singletons: usize,
    /// The most frequent texts, at most [`TOP`]; of equals the smaller text (by code points) first.
    pub top: Vec<Level>,
    /// Rows with any other text.
    pub rest: usize,
    /// Entropy of the shares in bits: -sum p log2 p.
    pub entropy: Figure,
    /// Gini impurity of the shares: 1 - sum p^2.
    pub gini: Figure,
    /// Lengths in characters; nothing where there is no text.
    pub lengths: Option<Lengths>,
}

/// A text and its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The text; a long one is cut and ends in an ellipsis.
    pub text: String,
    /// Rows that have it.
    pub count: usize,
    /// The target in these rows; nothing where there is none or details are left out.
    pub target: Option<LevelTarget>,
}

/// How long the texts of the rows are, in characters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lengths {
    /// The shortest.
    pub min: usize,
    /// The mean.
    pub mean: f64,
    /// The median; of two middle ones the lower.
    pub median: usize,
    /// The longest.
    pub max: usize,
}

impl TextProfile {
    pub(super) fn of(strings: &Strings, answer: &Answer, detail: bool) -> Self {
        let counts = strings.counts();
        let mut present: Vec<u32> = (0..counts.len() as u32).filter(|&code| counts[code as usize] > 0).collect();
        let n: usize = counts.iter().sum();
        // Only the first ones need an order; a million different texts are not sorted.
        let by_count = |a: &u32, b: &u32| {
            let (a, b) = (*a, *b);
            counts[b as usize].cmp(&counts[a as usize]).then_with(|| strings.level(a).cmp(strings.level(b)))
        };
        let lengths = lengths(strings, &counts, &present, n);
        // Shares are added in order of the counts, so that the order of the rows changes no digit.
        let mut sizes: Vec<usize> = present.iter().map(|&code| counts[code as usize]).collect();
        sizes.sort_unstable();
        if present.len() > TOP {
            present.select_nth_unstable_by(TOP, by_count);
        }
        let distinct = present.len();
        present.truncate(TOP);
        present.sort_unstable_by(by_count);
        let mut targets = match detail {
            // Counting by level costs a list of all levels: not for texts that mostly differ.
            true if counts.len() <= 10_000 => answer.by_level(&strings.codes, counts.len()),
            _ => Vec::new(),
        };
        let top: Vec<Level> = present
            .iter()
            .map(|&code| Level {
                text: shorten(strings.level(code)),
                count: counts[code as usize],
                target: targets.get_mut(code as usize).and_then(Option::take),
            })
            .collect();
        let share = |size: usize| size as f64 / n as f64;
        let figure = |value: f64| if n == 0 { Figure::undefined("no_rows") } else { Figure::from(value) };
        Self {
            distinct,
            singletons: sizes.partition_point(|&size| size < 2),
            rest: n - top.iter().map(|level| level.count).sum::<usize>(),
            top,
            // Without the sign of a zero where one text is everywhere.
            entropy: figure(0.0 - total(sizes.iter().map(|&size| share(size) * log2(share(size))))),
            gini: figure(1.0 - total(sizes.iter().map(|&size| share(size) * share(size)))),
            lengths,
        }
    }
}

/// At most 60 characters of a text, for showing.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn lengths(strings: &Strings, counts: &[usize], present: &[u32], n: usize) -> Option<Lengths> {
    let mut lengths: Vec<(usize, usize)> =
        present.iter().map(|&code| (strings.level(code).chars().count(), counts[code as usize])).collect();
    lengths.sort_unstable();
    let (min, max) = (lengths.first()?.0, lengths.last()?.0);
    let mut seen = 0;
    let median = lengths.iter().find(|(_, count)| {
        seen += count;
        2 * seen >= n
    });
    let all: u64 = lengths.iter().map(|&(length, count)| length as u64 * count as u64).sum();
    Some(Lengths { min, mean: all as f64 / n as f64, median: median.map_or(max, |(length, _)| *length), max })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[Option<&str>]) -> TextProfile {
        TextProfile::of(&Strings::from_texts(texts.iter().copied()), &Answer::None, true)
    }

    #[test]
    fn figures_of_a_few_texts() {
        let profile = of(&[Some("b"), Some("añb"), Some("a"), None, Some("b"), Some("a")]);
        let top: Vec<(&str, usize)> = profile.top.iter().map(|level| (level.text.as_str(), level.count)).collect();
        assert_eq!(top, [("a", 2), ("b", 2), ("añb", 1)]);
        assert_eq!((profile.distinct, profile.singletons, profile.rest), (3, 1, 0));
        assert_eq!(profile.lengths, Some(Lengths { min: 1, mean: 1.4, median: 1, max: 3 }));
        assert!((profile.entropy.value().unwrap() - 1.521_928_094_887_362_2).abs() < 1e-15);
        assert!((profile.gini.value().unwrap() - 0.64).abs() < 1e-15);
    }

    #[test]
    fn the_rest_is_counted() {
        let texts: Vec<String> = (0..60).flat_map(|i| vec![format!("t{i:02}"); 60 - i]).collect();
        let profile = of(&texts.iter().map(|text| Some(text.as_str())).collect::<Vec<_>>());
        assert_eq!((profile.top.len(), profile.top[19].text.as_str(), profile.top[19].count), (TOP, "t19", 41));
        assert_eq!(profile.rest, (1..=40).sum::<usize>());
    }

    #[test]
    fn edges() {
        let empty = of(&[None]);
        assert_eq!((empty.distinct, empty.entropy, empty.lengths), (0, Figure::undefined("no_rows"), None));
        let constant = of(&[Some("x"), Some("x")]);
        assert_eq!((constant.entropy, constant.gini), (Figure::Value(0.0), Figure::Value(0.0)));
        assert_eq!(shorten(&"é".repeat(61)).chars().count(), 61);
    }
}
