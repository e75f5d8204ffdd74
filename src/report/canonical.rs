//! Canonical JSON, so that equal values are equal bytes and any program can check a digest.

use serde::Serialize;
use serde_json::{Number, Value};
use std::fmt::Write;

/// The canonical JSON of a value as in RFC 8785: keys sorted by their UTF-16 units, no blanks, numbers in the shortest form
/// that reads back the same, laid out as JavaScript does. Whole numbers that Rust holds as integers keep all their digits
/// even beyond 2^53. A value that JSON cannot hold (none of a report's) is `null`.
pub fn canonical<T: Serialize>(value: &T) -> String {
    let mut out = String::new();
    write(&serde_json::to_value(value).unwrap_or_default(), &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(is) => out.push_str(if *is { "true" } else { "false" }),
        Value::Number(value) => number(value, out),
        Value::String(value) => text(value, out),
        Value::Array(values) => {
            out.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(value, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (place, (key, value)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                text(key, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

/// A text; serde_json escapes exactly what RFC 8785 asks for.
fn text(value: &str, out: &mut String) {
    // A text can always be written.
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

/// A number as `Number.prototype.toString` of ECMAScript lays it out.
fn number(value: &Number, out: &mut String) {
    if let Some(whole) = value.as_i64() {
        let _ = write!(out, "{whole}");
        return;
    }
    if let Some(whole) = value.as_u64() {
        let _ = write!(out, "{whole}");
        return;
    }
    let x = value.as_f64().unwrap_or(0.0);
    if x == 0.0 {
        // Minus nothing too.
        out.push('0');
        return;
    }
    if x < 0.0 {
        out.push('-');
    }
    // The shortest digits that read back the same: d.ddde-n.
    let shortest = format!("{:e}", x.abs());
    let (mantissa, power) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let digits: String = mantissa.chars().filter(|digit| *digit != '.').collect();
    let count = digits.len() as i32;
    // The point stands behind so many digits.
    let point = power.parse::<i32>().unwrap_or(0) + 1;
    let _ = if (1..=21).contains(&point) && count <= point {
        write!(out, "{digits}{}", "0".repeat((point - count) as usize))
    } else if (1..=21).contains(&point) {
        write!(out, "{}.{}", &digits[..point as usize], &digits[point as usize..])
    } else if (-5..=0).contains(&point) {
        write!(out, "0.{}{digits}", "0".repeat(-point as usize))
    } else {
        let sign = if point > 0 { '+' } else { '-' };
        let fraction = if count > 1 { format!(".{}", &digits[1..]) } else { String::new() };
        write!(out, "{}{fraction}e{sign}{}", &digits[..1], (point - 1).abs())
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_laid_out_as_javascript_does() {
        // The samples of RFC 8785, appendix B, and the borders of each form.
        let cases: [(f64, &str); 18] = [
            (0.0, "0"),
            (-0.0, "0"),
            (5e-324, "5e-324"),
            (-5e-324, "-5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (295_147_905_179_352_830_000.0, "295147905179352830000"),
            (9.999_999_999_999_997e22, "9.999999999999997e+22"),
            (1e23, "1e+23"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (999_999_999_999_999_900_000.0, "999999999999999900000"),
            (9.999_999_999_999_997e-7, "9.999999999999997e-7"),
            (0.000_001, "0.000001"),
            (333_333_333.333_333_25, "333333333.33333325"),
            (-0.000_033_333_333_333_333_31, "-0.00003333333333333331"),
            (1.0, "1"),
            (0.1, "0.1"),
        ];
        for (value, shown) in cases {
            assert_eq!(canonical(&value), shown);
        }
        assert_eq!(canonical(&u64::MAX), "18446744073709551615");
        assert_eq!(canonical(&i64::MIN), "-9223372036854775808");
    }

    #[test]
    fn keys_are_sorted_by_utf16_units_and_texts_are_escaped() {
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7, "b": {"z": null, "a": [true, 1.5, "\"\\\u{7f}\u{1}\n<é>"]}});
        assert_eq!(
            canonical(&value),
            "{\"\\r\":2,\"1\":4,\"b\":{\"a\":[true,1.5,\"\\\"\\\\\u{7f}\\u0001\\n<é>\"],\"z\":null},\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}"
        );
    }

    #[test]
    fn whole_values_read_back_the_same() {
        let values: Vec<f64> = (0..2000u32).map(|i| f64::from_bits(u64::from(i).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
        for value in values.into_iter().filter(|value| value.is_finite()) {
            assert_eq!(canonical(&value).parse::<f64>().ok(), Some(value));
        }
    }
}
