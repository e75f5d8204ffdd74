//! Dates and moments: ISO 8601, day-month-year and month-day-year, with or without a time.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// 1970-01-01 as days from the first day of year 1, which is day 1.
const EPOCH: i32 = 719_163;

/// In which order a date's parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `2024-01-31`
    Ymd,
    /// `31/01/2024`
    Dmy,
    /// `01/31/2024`
    Mdy,
}

impl DateOrder {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Ymd, Self::Dmy, Self::Mdy];

    /// The stable id, as in recipes.
    pub fn id(self) -> &'static str {
        match self {
            DateOrder::Ymd => "ymd",
            DateOrder::Dmy => "dmy",
            DateOrder::Mdy => "mdy",
        }
    }

    /// The id of the text that names the order.
    pub fn text_id(self) -> &'static str {
        match self {
            DateOrder::Ymd => "data.dates.ymd",
            DateOrder::Dmy => "data.dates.dmy",
            DateOrder::Mdy => "data.dates.mdy",
        }
    }
}

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970-01-01. A time with an offset is moved to UTC; one without is kept as it is written.
    pub micros: i64,
    /// Whether an offset other than UTC was taken out.
    pub moved: bool,
    /// Whether the year had two digits: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068, as POSIX has it.
    pub short_year: bool,
}

/// The moment that a stripped text is, read in an order; nothing where it is none. Years run from 1 to 9999. After the
/// date a time may follow behind `T` or blanks: hours and minutes, seconds, fractions (cut to microseconds), `AM` or `PM`,
/// `Z` or an offset such as `+02:00`.
pub fn parse(order: DateOrder, text: &[u8]) -> Option<Moment> {
    let mut rest = text;
    let (first, first_width) = digits(&mut rest, 4)?;
    let mark = *rest.first()?;
    if !matches!(mark, b'-' | b'/' | b'.') {
        return None;
    }
    rest = &rest[1..];
    let (second, second_width) = digits(&mut rest, 2)?;
    rest = rest.strip_prefix(&[mark])?;
    let (third, third_width) = digits(&mut rest, 4)?;
    let (year, year_width, month, day) = match order {
        DateOrder::Ymd if third_width <= 2 => (first, first_width, second, third),
        DateOrder::Dmy if first_width <= 2 => (third, third_width, second, first),
        DateOrder::Mdy if first_width <= 2 => (third, third_width, first, second),
        _ => return None,
    };
    let (year, short_year) = match year_width {
        4 => (year, false),
        // Short years only where nothing else is meant: `1.2.13` is a version, `01.02.13` a date.
        2 if order != DateOrder::Ymd && (mark == b'/' || (first_width == 2 && second_width == 2)) => {
            (if year < 69 { 2000 + year } else { 1900 + year }, true)
        }
        _ => return None,
    };
    if year == 0 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(year as i32, month, day)?;
    let days = i64::from(date.num_days_from_ce() - EPOCH);
    let (time, offset) = if rest.is_empty() { (0, 0) } else { time(rest)? };
    Some(Moment { micros: days * 86_400_000_000 + time - offset * 60_000_000, moved: offset != 0, short_year })
}

/// One to `most` digits from the front: their number, and how many they are. More digits than that are no part of a date.
fn digits(rest: &mut &[u8], most: usize) -> Option<(u32, usize)> {
    let width = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if width == 0 || width > most {
        return None;
    }
    let value = rest[..width].iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
    *rest = &rest[width..];
    Some((value, width))
}

/// A time behind a date: microseconds since midnight, and the offset in minutes.
fn time(text: &[u8]) -> Option<(i64, i64)> {
    let mut rest = match text.split_first()? {
        (b'T' | b't', rest) => rest,
        (b' ', rest) => rest.trim_ascii_start(),
        _ => return None,
    };
    let (mut hour, _) = digits(&mut rest, 2)?;
    rest = rest.strip_prefix(b":")?;
    let (minute, width) = digits(&mut rest, 2)?;
    let (mut second, mut micros) = (0, 0);
    if width != 2 {
        return None;
    }
    if let Some(after) = rest.strip_prefix(b":") {
        rest = after;
        let (value, width) = digits(&mut rest, 2)?;
        if width != 2 {
            return None;
        }
        second = value;
        if let Some(after) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) {
            let width = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if width == 0 {
                return None;
            }
            micros = after[..width].iter().chain(b"000000").take(6).fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
            rest = &after[width..];
        }
    }
    let half = rest.trim_ascii_start();
    if half.len() >= 2 && half[..2].eq_ignore_ascii_case(b"am") || half.len() >= 2 && half[..2].eq_ignore_ascii_case(b"pm") {
        if hour == 0 || hour > 12 {
            return None;
        }
        hour = hour % 12 + if half[0].eq_ignore_ascii_case(&b'p') { 12 } else { 0 };
        rest = &half[2..];
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = offset(rest.trim_ascii_start())?;
    Some((i64::from(hour * 3600 + minute * 60 + second) * 1_000_000 + micros, offset))
}

/// Minutes east of UTC: nothing written or `Z` is 0.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, mut rest) = match text.split_first() {
        None => return Some(0),
        Some((b'Z' | b'z', [])) => return Some(0),
        Some((b'+', rest)) => (1, rest),
        Some((b'-', rest)) => (-1, rest),
        _ => return None,
    };
    let (mut hours, width) = digits(&mut rest, 4)?;
    let mut minutes = 0;
    match (width, rest.strip_prefix(b":")) {
        (4, None) => (hours, minutes) = (hours / 100, hours % 100),
        (2, Some(mut after)) => {
            (minutes, _) = digits(&mut after, 2)?;
            rest = after;
        }
        (2, None) => {}
        _ => return None,
    }
    (rest.is_empty() && hours <= 18 && minutes <= 59).then(|| sign * i64::from(hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::column::show_date;

    #[test]
    fn moments() {
        use DateOrder::{Dmy, Mdy, Ymd};
        let cases: &[(DateOrder, &str, &str)] = &[
            (Ymd, "2024-02-29", "2024-02-29"),
            (Ymd, "2023-02-29", ""),
            (Ymd, "2024-2-9", "2024-02-09"),
            (Ymd, "2024/02/09", "2024-02-09"),
            (Ymd, "1969-12-31", "1969-12-31"),
            (Ymd, "0001-01-01", "0001-01-01"),
            (Ymd, "0000-00-00", ""),
            (Ymd, "24-02-09", ""),
            (Ymd, "2024-02/09", ""),
            (Ymd, "20240209", ""),
            (Ymd, "2024-02", ""),
            (Ymd, "2024-02-09T10:11:12", "2024-02-09T10:11:12"),
            (Ymd, "2024-02-09 10:11", "2024-02-09T10:11:00"),
            (Ymd, "2024-02-09T10:11:12.5", "2024-02-09T10:11:12.500000"),
            (Ymd, "2024-02-09T10:11:12.123456789Z", "2024-02-09T10:11:12.123456"),
            (Ymd, "2013-01-01T10:00:00Z", "2013-01-01T10:00:00"),
            (Ymd, "2013-01-01T01:00:00+02:00", "2012-12-31T23:00:00"),
            (Ymd, "2013-01-01T01:00:00-0530", "2013-01-01T06:30:00"),
            (Ymd, "2013-01-01T01:00:00 +02", "2012-12-31T23:00:00"),
            (Ymd, "2013-01-01T25:00:00", ""),
            (Ymd, "2013-01-01T10:60", ""),
            (Ymd, "2013-01-01T10", ""),
            (Ymd, "2013-01-01x", ""),
            (Ymd, "2013-01-01 ", ""),
            (Dmy, "31/12/2020", "2020-12-31"),
            (Dmy, "12/31/2020", ""),
            (Mdy, "12/31/2020", "2020-12-31"),
            (Mdy, "31/12/2020", ""),
            (Dmy, "1.2.2020", "2020-02-01"),
            (Dmy, "1.2.13", ""),
            (Dmy, "01.02.13", "2013-02-01"),
            (Mdy, "1/8/90 2:30 PM", "1990-01-08T14:30:00"),
            (Mdy, "1/8/90 12:05 am", "1990-01-08T00:05:00"),
            (Mdy, "1/8/90 13:05 pm", ""),
            (Dmy, "01-02-68", "2068-02-01"),
            (Dmy, "01-02-69", "1969-02-01"),
            (Dmy, "2020-01-02", ""),
            (Dmy, "192.168.2020", ""),
            (Dmy, "", ""),
        ];
        for &(order, text, want) in cases {
            let got = parse(order, text.as_bytes()).map(|moment| show_date(moment.micros)).unwrap_or_default();
            assert_eq!(got, want, "{text} as {order:?}");
        }
        assert!(parse(Ymd, b"2013-01-01T01:00:00+02:00").is_some_and(|moment| moment.moved));
        assert!(parse(Ymd, b"2013-01-01T01:00:00Z").is_some_and(|moment| !moment.moved));
    }
}
