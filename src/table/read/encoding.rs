//! Which characters the bytes of a file are, and turning them into UTF-8.
//!
//! The decoders are our own: three small ones, where a library's tables would cost the page 150 KB.

use crate::base::Message;
use serde::{Deserialize, Serialize};

/// An encoding that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8, and with it plain ASCII.
    Utf8,
    /// UTF-16, low byte first, as Windows programs write it.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Western European, one byte a character; Latin-1 is read so too.
    Windows1252,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1252];

    /// The id of the text that names it.
    pub fn text_id(self) -> &'static str {
        match self {
            Encoding::Utf8 => "data.encoding.utf8",
            Encoding::Utf16Le => "data.encoding.utf16_le",
            Encoding::Utf16Be => "data.encoding.utf16_be",
            Encoding::Windows1252 => "data.encoding.windows1252",
        }
    }
}

/// The encoding that a byte order mark names, and the mark's length.
pub fn mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

/// UTF-16 without a mark: every other byte of separators, digits and Latin letters is 0. Looks at the first 4 KB.
pub fn looks_like_utf16(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    if head.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, units) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 10 >= units && even * 10 <= odd {
        Some(Encoding::Utf16Le)
    } else if even * 10 >= units && odd * 10 <= even {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// What was seen of a file's bytes, gathered slice by slice.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// How far the bytes were looked at.
    pub at: usize,
    /// Characters of more than one byte in sound UTF-8.
    pub beyond_ascii: usize,
    /// Places where the bytes are no UTF-8.
    pub unsound: usize,
    /// Whether there is a NUL byte.
    pub has_nul: bool,
}

impl Survey {
    /// Looks at about `count` more bytes, at least a character; whether that was all.
    pub fn advance(&mut self, bytes: &[u8], count: usize) -> bool {
        let end = bytes.len().min(self.at + count.max(4));
        let is_last = end == bytes.len();
        self.has_nul |= bytes[self.at..end].contains(&0);
        while self.at < end {
            let (sound, broken) = match std::str::from_utf8(&bytes[self.at..end]) {
                Ok(_) => (end - self.at, 0),
                Err(error) => match error.error_len() {
                    // A character cut by the end of the slice is looked at again with the next one.
                    None if !is_last => {
                        self.note(&bytes[self.at..self.at + error.valid_up_to()]);
                        self.at += error.valid_up_to();
                        break;
                    }
                    None => (error.valid_up_to(), end - self.at - error.valid_up_to()),
                    Some(length) => (error.valid_up_to(), length),
                },
            };
            self.note(&bytes[self.at..self.at + sound]);
            self.unsound += usize::from(broken > 0);
            self.at += sound + broken;
        }
        self.at == bytes.len()
    }

    fn note(&mut self, sound: &[u8]) {
        self.beyond_ascii += sound.iter().filter(|&&byte| byte >= 0xc0).count();
    }
}

/// The encoding of a file, and why it is thought to be that one.
pub fn detect(bytes: &[u8], survey: &Survey) -> (Encoding, Message) {
    if let Some((encoding, _)) = mark(bytes) {
        return (encoding, Message::new("data.encoding.why_mark"));
    }
    if let Some(encoding) = looks_like_utf16(bytes) {
        return (encoding, Message::new("data.encoding.why_zeros"));
    }
    match (survey.unsound, survey.beyond_ascii) {
        (0, 0) => (Encoding::Utf8, Message::new("data.encoding.why_ascii")),
        (0, count) => (Encoding::Utf8, Message::new("data.encoding.why_sound").with("count", count)),
        // A few broken places in a file that is otherwise full of sound UTF-8 are damage, not another encoding.
        (unsound, count) if count >= 4 * unsound => {
            (Encoding::Utf8, Message::new("data.encoding.why_mostly").with("count", count).with("unsound", unsound))
        }
        (unsound, _) => (Encoding::Windows1252, Message::new("data.encoding.why_unsound").with("unsound", unsound)),
    }
}

/// Turns bytes into UTF-8 slice by slice. What cannot be a character becomes U+FFFD and is counted.
#[derive(Clone, Debug)]
pub struct Decoder {
    encoding: Encoding,
    at: usize,
    /// Whether all characters so far were ASCII, and the file may yet turn out to be Windows-1252.
    is_open: bool,
    /// The text so far.
    pub text: Vec<u8>,
    /// How many characters had to be replaced.
    pub replaced: u64,
}

impl Decoder {
    /// A decoder that starts behind the byte order mark, where there is one.
    pub fn new(encoding: Encoding, bytes: &[u8]) -> Self {
        let at = mark(bytes).filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
        let capacity = match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => bytes.len() / 2,
            _ => bytes.len(),
        };
        Self { encoding, at, is_open: false, text: Vec::with_capacity(capacity + capacity / 32), replaced: 0 }
    }

    /// The same where the encoding was judged from a head of nothing but ASCII: the first character beyond it decides
    /// whether the file is UTF-8, as it was taken to be, or Windows-1252.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.is_open = self.encoding == Encoding::Utf8;
        self
    }

    /// How many bytes are done.
    pub fn done(&self) -> usize {
        self.at
    }

    /// Decodes about `count` more bytes, at least a character; whether that was all.
    pub fn advance(&mut self, bytes: &[u8], count: usize) -> bool {
        let end = bytes.len().min(self.at + count.max(4));
        match self.encoding {
            Encoding::Utf8 => self.utf8(bytes, end),
            Encoding::Windows1252 => self.windows1252(&bytes[self.at..end]),
            Encoding::Utf16Le => self.utf16(bytes, end, u16::from_le_bytes),
            Encoding::Utf16Be => self.utf16(bytes, end, u16::from_be_bytes),
        }
        self.at == bytes.len()
    }

    /// Decodes a piece of a file that is not in memory as a whole; how many of its bytes are done. The last bytes of a
    /// piece wait for the next one, since a character may be cut there.
    pub fn piece(&mut self, piece: &[u8], is_last: bool) -> usize {
        self.at = 0;
        if is_last {
            while !self.advance(piece, piece.len()) {}
        } else if piece.len() >= 8 {
            self.advance(piece, piece.len() - 4);
        }
        self.at
    }

    fn put(&mut self, character: char) {
        self.replaced += u64::from(character == char::REPLACEMENT_CHARACTER);
        self.text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn utf8(&mut self, bytes: &[u8], end: usize) {
        while self.at < end {
            let rest = &bytes[self.at..end];
            let Err(error) = std::str::from_utf8(rest) else {
                self.text.extend_from_slice(rest);
                self.is_open &= rest.is_ascii();
                self.at = end;
                return;
            };
            let sound = &rest[..error.valid_up_to()];
            self.text.extend_from_slice(sound);
            self.is_open &= sound.is_ascii();
            self.at += error.valid_up_to();
            let is_cut = error.error_len().is_none() && end < bytes.len();
            if self.is_open && !is_cut {
                (self.encoding, self.is_open) = (Encoding::Windows1252, false);
                return self.windows1252(&bytes[self.at..end]);
            }
            match error.error_len() {
                None if end < bytes.len() => return,
                broken => {
                    self.put(char::REPLACEMENT_CHARACTER);
                    self.at += broken.unwrap_or(end - self.at);
                }
            }
        }
    }

    fn windows1252(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                0..0x80 => self.text.push(byte),
                0x80..0xa0 => self.put(WINDOWS_1252[usize::from(byte - 0x80)]),
                _ => self.put(char::from(byte)),
            }
        }
        self.at += bytes.len();
    }

    fn utf16(&mut self, bytes: &[u8], end: usize, unit: fn([u8; 2]) -> u16) {
        let mut end = end - (end - self.at) % 2;
        // A pair of units is not parted.
        if end < bytes.len() && end >= self.at + 4 && (0xd800..0xdc00).contains(&unit([bytes[end - 2], bytes[end - 1]])) {
            end -= 2;
        }
        let units = bytes[self.at..end].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        for character in char::decode_utf16(units) {
            self.put(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = end;
        if bytes.len() - self.at == 1 {
            self.put(char::REPLACEMENT_CHARACTER);
            self.at += 1;
        }
    }
}

/// The characters of the bytes 0x80 to 0x9F; the five bytes without one are replaced and counted.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', //
    '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(bytes: &[u8], count: usize) -> Survey {
        let mut survey = Survey::default();
        while !survey.advance(bytes, count) {}
        survey
    }

    fn decode(encoding: Encoding, bytes: &[u8], count: usize) -> (String, u64) {
        let mut decoder = Decoder::new(encoding, bytes);
        while !decoder.advance(bytes, count) {}
        (String::from_utf8(decoder.text).expect("UTF-8"), decoder.replaced)
    }

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let cases: &[(&[u8], Encoding)] = &[
            (b"", Encoding::Utf8),
            (b"a,b\n1,2\n", Encoding::Utf8),
            ("a,\u{e9}\n".as_bytes(), Encoding::Utf8),
            (b"\xef\xbb\xbfa,\xe9\n", Encoding::Utf8),
            (b"name,city\nJos\xe9,K\xf6ln\n", Encoding::Windows1252),
            (b"\xff\xfea\0,\0", Encoding::Utf16Le),
            (b"\xfe\xff\0a\0,", Encoding::Utf16Be),
            (b"a\0,\0b\0\n\0", Encoding::Utf16Le),
            (b"\0a\0,\0b\0\n", Encoding::Utf16Be),
            // Nine sound characters and one broken place.
            ("äöüäöüäöü\u{7f}".as_bytes(), Encoding::Utf8),
        ];
        for (bytes, want) in cases {
            assert_eq!(detect(bytes, &survey(bytes, 1 << 20)).0, *want, "{bytes:?}");
        }
        let mut damaged = "äöüäöüäöü".as_bytes().to_vec();
        damaged.insert(4, 0xff);
        assert_eq!(detect(&damaged, &survey(&damaged, 1 << 20)).0, Encoding::Utf8);
        let cyrillic = utf16("имя,город\nИван,Москва\n", u16::to_le_bytes);
        assert_eq!(detect(&cyrillic, &survey(&cyrillic, 1 << 20)).0, Encoding::Utf16Le);
    }

    #[test]
    fn slices_of_any_length_give_the_same_text() {
        let text = "a,é,€,𝄞\r\nNaïve,ſ,漢字,🦀\n";
        let mut damaged = text.as_bytes().to_vec();
        damaged.splice(3..3, [0xff, 0xe2, 0x82]);
        damaged.push(0xf0);
        for count in 1..12 {
            assert_eq!(decode(Encoding::Utf8, text.as_bytes(), count), (text.to_owned(), 0));
            assert_eq!(decode(Encoding::Utf16Le, &utf16(text, u16::to_le_bytes), count), (text.to_owned(), 0));
            assert_eq!(decode(Encoding::Utf16Be, &utf16(text, u16::to_be_bytes), count), (text.to_owned(), 0));
            assert_eq!(survey(text.as_bytes(), count).unsound, 0);
            let got = decode(Encoding::Utf8, &damaged, count);
            assert_eq!(got, (String::from_utf8_lossy(&damaged).into_owned(), 3));
            assert_eq!(survey(&damaged, count).unsound, 3);
        }
    }

    #[test]
    fn the_first_character_beyond_a_head_of_ascii_decides() {
        let decode = |bytes: &[u8], count: usize| {
            let mut decoder = Decoder::new(Encoding::Utf8, bytes).open();
            while !decoder.advance(bytes, count) {}
            (String::from_utf8(decoder.text).expect("UTF-8"), decoder.replaced)
        };
        for count in 4..12 {
            assert_eq!(decode(b"a,b\n1,Jos\xe9\n2,K\xf6ln\n", count), ("a,b\n1,José\n2,Köln\n".to_owned(), 0));
            assert_eq!(decode("a,b\n1,José\n".as_bytes(), count), ("a,b\n1,José\n".to_owned(), 0));
            assert_eq!(decode(b"1,Jos\xc3\xa9\n2,K\xf6ln\n", count), ("1,José\n2,K\u{fffd}ln\n".to_owned(), 1));
        }
    }

    #[test]
    fn windows_1252_has_its_own_middle_and_five_gaps() {
        assert_eq!(decode(Encoding::Windows1252, b"\x80\x93x\x94\xe9\xff\x81", 2), ("€“x”éÿ\u{fffd}".to_owned(), 1));
    }

    #[test]
    fn half_a_unit_and_half_a_pair_are_replaced() {
        assert_eq!(decode(Encoding::Utf16Le, b"\xff\xfea\0\x3d\xd8", 64), ("a\u{fffd}".to_owned(), 1));
        assert_eq!(decode(Encoding::Utf16Le, b"a\0b", 64), ("a\u{fffd}".to_owned(), 1));
    }
}
