//! A column of texts as codes into a list of its different values.

use serde::{Deserialize, Serialize};

/// Texts by code. The different values stand in one buffer, so that a million of them are two allocations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strings {
    /// A code for each row, below the number of levels; [`Strings::MISSING`] where there is no text.
    pub codes: Vec<u32>,
    bytes: String,
    ends: Vec<u32>,
}

impl Strings {
    /// The code of a missing text.
    pub const MISSING: u32 = u32::MAX;

    /// Codes and their levels.
    ///
    /// # Panics
    /// Where the levels are longer than 4 GiB in all, which no reader lets through.
    pub fn new<S: AsRef<str>>(codes: Vec<u32>, levels: impl IntoIterator<Item = S>) -> Self {
        let mut strings = Self { codes, bytes: String::new(), ends: Vec::new() };
        for level in levels {
            strings.push_level(level.as_ref());
        }
        strings
    }

    /// A column from its texts; levels stand in order of first appearance.
    pub fn from_texts<S: AsRef<str>>(texts: impl IntoIterator<Item = Option<S>>) -> Self {
        let mut strings = Self::default();
        let mut known = rustc_hash::FxHashMap::<String, u32>::default();
        for text in texts {
            let code = match text {
                None => Self::MISSING,
                Some(text) => match known.get(text.as_ref()) {
                    Some(&code) => code,
                    None => {
                        let code = strings.push_level(text.as_ref());
                        known.insert(text.as_ref().to_owned(), code);
                        code
                    }
                },
            };
            strings.codes.push(code);
        }
        strings
    }

    /// Adds a level and gives its code. The caller sees to it that no level stands twice.
    ///
    /// # Panics
    /// Where the levels are longer than 4 GiB in all, which no reader lets through.
    pub fn push_level(&mut self, level: &str) -> u32 {
        self.bytes.push_str(level);
        self.ends.push(u32::try_from(self.bytes.len()).expect("levels beyond 4 GiB"));
        (self.ends.len() - 1) as u32
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The number of levels, counting those that no row has.
    pub fn level_count(&self) -> usize {
        self.ends.len()
    }

    /// The text of a code below [`Strings::level_count`].
    pub fn level(&self, code: u32) -> &str {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.bytes[start..self.ends[code] as usize]
    }

    /// The bytes of a code's text, for comparing: no look at where characters begin.
    pub(super) fn level_bytes(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.bytes.as_bytes()[start..self.ends[code] as usize]
    }

    /// All levels, by code.
    pub fn levels(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.ends.len() as u32).map(|code| self.level(code))
    }

    /// The text of a row, if it has one.
    pub fn get(&self, row: usize) -> Option<&str> {
        let code = self.codes[row];
        (code != Self::MISSING).then(|| self.level(code))
    }

    /// How often each level stands in the rows.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.level_count()];
        for &code in &self.codes {
            if code != Self::MISSING {
                counts[code as usize] += 1;
            }
        }
        counts
    }

    /// The levels that some row has, sorted: by number where all are numbers, by text otherwise.
    pub fn sorted_levels(&self) -> Vec<String> {
        let counts = self.counts();
        let mut levels: Vec<String> =
            self.levels().zip(&counts).filter(|(_, count)| **count > 0).map(|(level, _)| level.to_owned()).collect();
        sort_levels(&mut levels);
        levels
    }

    /// The rows at these positions.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Strings {
        Strings { codes: rows.iter().map(|&row| self.codes[row]).collect(), bytes: self.bytes.clone(), ends: self.ends.clone() }
    }
}

/// Sorts levels: by number where all are numbers, by text (code points) otherwise.
pub fn sort_levels(levels: &mut [String]) {
    let numbers: Option<Vec<f64>> = levels.iter().map(|level| level.parse::<f64>().ok().filter(|x| x.is_finite())).collect();
    match numbers {
        Some(_) => levels.sort_by(|a, b| {
            let number = |text: &String| text.parse::<f64>().unwrap_or(0.0);
            number(a).total_cmp(&number(b)).then_with(|| a.cmp(b))
        }),
        None => levels.sort_unstable(),
    }
}
