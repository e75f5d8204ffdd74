//! Operations on columns of dates, and the parts of a date in the proleptic Gregorian calendar.

use super::DatePart;
use super::apply::moments;
use crate::base::Problem;
use crate::num::float;
use crate::table::{Column, Table};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};

/// Microseconds in a day.
pub(super) const DAY: i64 = 86_400_000_000;

pub(super) fn fill(table: &mut Table, name: &str, value: i64) -> Result<(), Problem> {
    let dates = moments(table, name)?.iter().map(|&moment| if moment == Column::NO_DATE { value } else { moment }).collect();
    table.put(Column::date(name, dates));
    Ok(())
}

pub(super) fn part(table: &mut Table, name: &str, part: DatePart, into: &str) -> Result<(), Problem> {
    let values = moments(table, name)?.iter().map(|&moment| part_of(part, moment)).collect();
    table.put(Column::number(into, values));
    Ok(())
}

/// A part of a moment; NaN where it is missing or beyond the calendar (about 262,000 years either way).
pub(super) fn part_of(part: DatePart, micros: i64) -> f64 {
    if micros == Column::NO_DATE {
        return f64::NAN;
    }
    if part == DatePart::Elapsed {
        // Whole days apart from the rest, so that no digit of the time is lost far from 1970.
        return micros.div_euclid(DAY) as f64 + micros.rem_euclid(DAY) as f64 / DAY as f64;
    }
    DateTime::from_timestamp_micros(micros).map_or(f64::NAN, |moment| calendar(part, moment.naive_utc()))
}

fn calendar(part: DatePart, moment: NaiveDateTime) -> f64 {
    let weekday = moment.weekday().num_days_from_monday();
    let turn = |step: u32, steps: u32| 2.0 * std::f64::consts::PI * f64::from(step) / f64::from(steps);
    match part {
        DatePart::Year => f64::from(moment.year()),
        DatePart::Quarter => f64::from(moment.month0() / 3 + 1),
        DatePart::Month => f64::from(moment.month()),
        DatePart::Week => f64::from(moment.iso_week().week()),
        DatePart::Day => f64::from(moment.day()),
        DatePart::DayOfYear => f64::from(moment.ordinal()),
        DatePart::Weekday => f64::from(weekday),
        DatePart::Hour => f64::from(moment.hour()),
        DatePart::Weekend => f64::from(u8::from(weekday >= 5)),
        DatePart::MonthSin => float::sin(turn(moment.month0(), 12)),
        DatePart::MonthCos => float::cos(turn(moment.month0(), 12)),
        DatePart::WeekdaySin => float::sin(turn(weekday, 7)),
        DatePart::WeekdayCos => float::cos(turn(weekday, 7)),
        DatePart::Elapsed => f64::NAN,
    }
}
