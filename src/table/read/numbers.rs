//! Numbers as people write them: decimal point or comma, with or without marks between thousands.

use serde::{Deserialize, Serialize};

/// The mark between groups of three digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thousands {
    /// No mark.
    #[default]
    None,
    /// `1,234,567`
    Comma,
    /// `1.234.567`
    Point,
    /// `1 234 567`, also with a no-break space.
    Blank,
    /// `1'234'567`, also with the curly one.
    Apostrophe,
}

/// How the numbers of a column are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    /// Whether the decimal mark is a comma; a point otherwise.
    pub decimal_comma: bool,
    /// The mark between thousands.
    #[serde(default)]
    pub thousands: Thousands,
}

impl NumberFormat {
    /// Decimal point, no mark between thousands.
    pub const PLAIN: Self = Self { decimal_comma: false, thousands: Thousands::None };
    /// Decimal comma, no mark between thousands.
    pub const COMMA: Self = Self { decimal_comma: true, thousands: Thousands::None };

    /// Every format, the more usual first.
    pub const ALL: [Self; 8] = [
        Self::PLAIN,
        Self::COMMA,
        Self { decimal_comma: false, thousands: Thousands::Comma },
        Self { decimal_comma: true, thousands: Thousands::Point },
        Self { decimal_comma: false, thousands: Thousands::Blank },
        Self { decimal_comma: true, thousands: Thousands::Blank },
        Self { decimal_comma: false, thousands: Thousands::Apostrophe },
        Self { decimal_comma: true, thousands: Thousands::Apostrophe },
    ];

    /// The id of the text that names the format.
    pub fn text_id(self) -> &'static str {
        match (self.decimal_comma, self.thousands) {
            (false, Thousands::None) => "data.numbers.point",
            (true, Thousands::None) => "data.numbers.comma",
            (false, Thousands::Comma) => "data.numbers.point_commas",
            (false, Thousands::Point | Thousands::Blank) => "data.numbers.point_blanks",
            (false, Thousands::Apostrophe) => "data.numbers.point_apostrophes",
            (true, Thousands::Point) => "data.numbers.comma_points",
            (true, Thousands::Comma | Thousands::Blank) => "data.numbers.comma_blanks",
            (true, Thousands::Apostrophe) => "data.numbers.comma_apostrophes",
        }
    }
}

/// The number that a stripped text is in a format; nothing where it is none, where it is not finite, or where groups
/// between thousands marks do not have three digits.
pub fn parse(format: NumberFormat, text: &[u8]) -> Option<f64> {
    if format == NumberFormat::PLAIN {
        return plain(text);
    }
    let mut buffer = [0; 64];
    let length = to_plain(format, text, &mut buffer)?;
    plain(&buffer[..length])
}

const POWERS: [f64; 23] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

/// The finite number that a text is with a decimal point: `-12`, `+.5`, `1e-3`; never `inf` or `nan`. Correctly rounded.
pub fn plain(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let mut mantissa = 0_u64;
    let mut take_digits = |text: &[u8]| {
        let mut count = 0;
        for &byte in text {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            // Wraps where there are more than 19 digits, which are counted and left to the standard library.
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            count += 1;
        }
        count
    };
    let mut count = take_digits(digits);
    let mut rest = &digits[count..];
    let mut fraction = 0;
    if let Some((b'.', after)) = rest.split_first() {
        fraction = take_digits(after);
        count += fraction;
        rest = &after[fraction..];
    }
    match rest.first() {
        _ if count == 0 => return None,
        None => {}
        Some(b'e' | b'E') => return by_std(text),
        Some(_) => return None,
    }
    // Both the digits and the power of ten are exact, so that one division rounds once (Clinger 1990, the fast path).
    if count <= 19 && mantissa <= 1 << 53 && fraction < POWERS.len() {
        let value = mantissa as f64 / POWERS[fraction];
        return Some(if negative { -value } else { value });
    }
    by_std(text)
}

/// The standard library's conversion, which is correctly rounded too, kept from words such as `infinity`.
fn by_std(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Writes a number of another format with a decimal point and without marks; gives its length.
fn to_plain(format: NumberFormat, text: &[u8], out: &mut [u8; 64]) -> Option<usize> {
    let decimal = if format.decimal_comma { b',' } else { b'.' };
    let mut length = 0;
    let mut push = |byte: u8| {
        *out.get_mut(length)? = byte;
        length += 1;
        Some(())
    };
    let mut rest = text;
    if let Some((&sign @ (b'-' | b'+'), after)) = rest.split_first() {
        push(sign)?;
        rest = after;
    }
    // Digits since the last mark, and whether there was one.
    let (mut group, mut marked) = (0, false);
    let first = rest.first().copied();
    while let Some((&byte, after)) = rest.split_first() {
        if byte.is_ascii_digit() {
            push(byte)?;
            group += 1;
            rest = after;
        } else if let Some(width) = mark(format.thousands, rest) {
            // The first group has one to three digits and no leading zero, each later one exactly three.
            if if marked { group != 3 } else { group == 0 || group > 3 || first == Some(b'0') } {
                return None;
            }
            (group, marked) = (0, true);
            rest = &rest[width..];
        } else {
            break;
        }
    }
    if marked && group != 3 {
        return None;
    }
    for &byte in rest {
        // A decimal mark of the other kind has no place here, nor has a second one: the caller's parser refuses both.
        push(if byte == decimal {
            b'.'
        } else if byte.is_ascii_digit() || matches!(byte, b'e' | b'E' | b'+' | b'-') {
            byte
        } else {
            return None;
        })?;
    }
    Some(length)
}

/// The length of the thousands mark at the start of a text, where there is one.
fn mark(thousands: Thousands, text: &[u8]) -> Option<usize> {
    let marks: &[&[u8]] = match thousands {
        Thousands::None => &[],
        Thousands::Comma => &[b","],
        Thousands::Point => &[b"."],
        Thousands::Blank => &[b" ", "\u{a0}".as_bytes(), "\u{202f}".as_bytes()],
        Thousands::Apostrophe => &[b"'", "\u{2019}".as_bytes()],
    };
    marks.iter().find(|mark| text.starts_with(mark)).map(|mark| mark.len())
}

/// Whether a number is written with zeros in front, as codes are: `007`.
pub fn has_leading_zero(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Rng;

    #[test]
    fn plain_numbers_are_those_of_the_standard_library_but_for_words() {
        let cases = [
            "0",
            "-0",
            "007",
            "+5",
            "5.",
            ".5",
            "-.25",
            "1e5",
            "1E-5",
            "1.5e+3",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.1",
            "2.2250738585072011e-308",
            "1e400",
            "1e-400",
            "",
            "-",
            "+",
            ".",
            "e5",
            "1e",
            "--1",
            "1.2.3",
            "1 2",
            "0x10",
            "1_000",
            "inf",
            "-inf",
            "Infinity",
            "nan",
            "NaN",
            "1,5",
            "١٢",
            "0.30000000000000004",
            "4.35",
            "179769313486231570000e289",
            "12345678901234567890.5",
        ];
        for text in cases {
            let want = text.parse::<f64>().ok().filter(|value| value.is_finite());
            assert_eq!(plain(text.as_bytes()).map(f64::to_bits), want.map(f64::to_bits), "{text}");
        }
        let mut rng = Rng::new(1, "numbers", 0);
        for _ in 0..20_000 {
            let value = rng.normal() * [1e-7, 1.0, 1e4, 1e12, 1e17][rng.below(5)];
            let text = match rng.below(3) {
                0 => format!("{value}"),
                1 => format!("{value:.3}"),
                _ => format!("{value:e}"),
            };
            assert_eq!(plain(text.as_bytes()).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits), "{text}");
        }
    }

    #[test]
    fn other_formats() {
        use Thousands::{Apostrophe, Blank, Comma, Point};
        let cases: &[(bool, Thousands, &str, Option<f64>)] = &[
            (true, Thousands::None, "0,435", Some(0.435)),
            (true, Thousands::None, "-1,5e3", Some(-1500.0)),
            (true, Thousands::None, "1.5", None),
            (true, Thousands::None, "1,2,3", None),
            (true, Point, "1.234,5", Some(1234.5)),
            (true, Point, "1.234.567", Some(1_234_567.0)),
            (true, Point, "1234,5", Some(1234.5)),
            (true, Point, "12.34,5", None),
            (true, Point, "0.435", None),
            (true, Point, "1.2345", None),
            (true, Point, ".123", None),
            (false, Comma, "1,234.5", Some(1234.5)),
            (false, Comma, "+1,234", Some(1234.0)),
            (false, Comma, "1,23", None),
            (false, Comma, "1234,567", None),
            (false, Comma, "1.5,000", None),
            (false, Blank, "1 234.5", Some(1234.5)),
            (true, Blank, "1\u{a0}234\u{202f}567,25", Some(1_234_567.25)),
            (true, Blank, "1 23", None),
            (false, Apostrophe, "1'234.5", Some(1234.5)),
            (false, Apostrophe, "12’345", Some(12345.0)),
            (false, Comma, "", None),
            (false, Comma, ",", None),
            (false, Comma, "1,", None),
        ];
        for &(decimal_comma, thousands, text, want) in cases {
            assert_eq!(parse(NumberFormat { decimal_comma, thousands }, text.as_bytes()), want, "{text} {thousands:?}");
        }
        // Longer than any number that a person writes.
        assert_eq!(parse(NumberFormat::COMMA, "1".repeat(200).as_bytes()), None);
    }

    #[test]
    fn zeros_in_front() {
        assert!(has_leading_zero(b"00123") && has_leading_zero(b"-01"));
        assert!(!has_leading_zero(b"0") && !has_leading_zero(b"0.5") && !has_leading_zero(b"10"));
    }
}
