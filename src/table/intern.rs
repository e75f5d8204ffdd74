//! Texts to codes while a column is read: one small hash table a column, no allocation a cell.

use super::Strings;
use rustc_hash::FxHasher;
use std::hash::Hasher;

const EMPTY: u32 = u32::MAX;

/// A column of texts in the making. Levels stand in order of first appearance.
#[derive(Clone, Debug)]
pub struct Interner {
    strings: Strings,
    /// Code and hash; the length is a power of two, at most half of it in use.
    slots: Vec<(u32, u32)>,
}

impl Default for Interner {
    fn default() -> Self {
        Self { strings: Strings::default(), slots: vec![(EMPTY, 0); 64] }
    }
}

impl Interner {
    /// An empty column with room for this many rows.
    pub fn with_rows(rows: usize) -> Self {
        let mut interner = Self::default();
        interner.strings.codes.reserve(rows);
        interner
    }

    /// The code of a text, a new one where it was not seen before. Bytes that are no UTF-8 become U+FFFD.
    pub fn code(&mut self, text: &[u8]) -> u32 {
        let hash = hash(text);
        let place = match self.place(text, hash) {
            Ok(code) => return code,
            Err(place) => place,
        };
        let code = match std::str::from_utf8(text) {
            Ok(text) => self.strings.push_level(text),
            Err(_) => self.strings.push_level(&String::from_utf8_lossy(text)),
        };
        self.slots[place] = (code, hash);
        if 2 * self.strings.level_count() > self.slots.len() {
            self.grow();
        }
        code
    }

    /// Adds a row with a text.
    pub fn push(&mut self, text: &[u8]) {
        let code = self.code(text);
        self.strings.codes.push(code);
    }

    /// Adds a row without a text.
    pub fn push_missing(&mut self) {
        self.strings.codes.push(Strings::MISSING);
    }

    /// The column.
    pub fn finish(self) -> Strings {
        self.strings
    }

    /// The code of a text, or the free slot where it belongs.
    fn place(&self, text: &[u8], hash: u32) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let (code, known) = self.slots[place];
            if code == EMPTY {
                return Err(place);
            }
            if known == hash && self.strings.level_bytes(code) == text {
                return Ok(code);
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let slots = vec![(EMPTY, 0); self.slots.len() * 4];
        let old = std::mem::replace(&mut self.slots, slots);
        let mask = self.slots.len() - 1;
        for (code, hash) in old.into_iter().filter(|slot| slot.0 != EMPTY) {
            let mut place = hash as usize & mask;
            while self.slots[place].0 != EMPTY {
                place = (place + 1) & mask;
            }
            self.slots[place] = (code, hash);
        }
    }
}

/// Only the speed depends on it, never a result, so that it may differ between targets.
fn hash(text: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_first_appearance_also_after_growing() {
        let texts: Vec<String> = (0..5_000).map(|i| format!("level {}", i % 1_700)).collect();
        let mut interner = Interner::default();
        for text in &texts {
            interner.push(text.as_bytes());
        }
        interner.push_missing();
        assert_eq!(interner.code(b"level 3"), 3);
        let strings = interner.finish();
        assert_eq!(strings.level_count(), 1_700);
        assert!(texts.iter().enumerate().all(|(row, text)| strings.get(row) == Some(text)));
        assert_eq!(strings.get(5_000), None);
    }
}
