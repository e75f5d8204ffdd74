//! Parts of dates as ONNX nodes: the calendar in whole numbers, so that no digit is lost.
//!
//! Years, months and days by the method of H. Hinnant, "chrono-compatible low-level date algorithms": a year begins in
//! March, so that the leap day is its last, and 400 years are one period of 146,097 days.

use super::graph::{Graph, int};
use super::proto::element;
use crate::num::float;
use crate::plan::DatePart;
use crate::table::Column;
use chrono::{DateTime, Utc};

const DAY: i64 = 86_400_000_000;
/// Days of 400 years.
const PERIOD: i64 = 146_097;
/// Days from the first of March of the year 0 to 1970-01-01.
const TO_1970: i64 = 719_468;

impl Graph {
    /// A part of a date; NaN where it is missing or beyond the calendar, as in the engine.
    pub fn date_part(&mut self, moments: &str, part: DatePart) -> String {
        let present = match part {
            DatePart::Elapsed => {
                let none = self.integer(Column::NO_DATE);
                self.node("Greater", &[moments, &none])
            }
            _ => {
                let first = self.integer(DateTime::<Utc>::MIN_UTC.timestamp_micros());
                let last = self.integer(DateTime::<Utc>::MAX_UTC.timestamp_micros());
                let (after, before) = (self.node("GreaterOrEqual", &[moments, &first]), self.node("LessOrEqual", &[moments, &last]));
                self.node("And", &[&after, &before])
            }
        };
        let zero = self.integer(0);
        let moments = self.choose(&present, moments, &zero);
        let value = self.part_of(&moments, part);
        let none = self.double(f64::NAN);
        self.choose(&present, &value, &none)
    }

    fn part_of(&mut self, moments: &str, part: DatePart) -> String {
        let within = self.rest(moments, DAY);
        let days = self.node("Sub", &[moments, &within]);
        let days = self.over(&days, DAY);
        let step = |step: u32, steps: u32| 2.0 * std::f64::consts::PI * f64::from(step) / f64::from(steps);
        let whole = match part {
            DatePart::Elapsed => {
                let (days, within, day) = (self.marks(&days), self.marks(&within), self.double(DAY as f64));
                let fraction = self.node("Div", &[&within, &day]);
                return self.node("Add", &[&days, &fraction]);
            }
            DatePart::Hour => self.over(&within, 3_600_000_000),
            DatePart::Weekday => self.weekday(&days),
            DatePart::Weekend => {
                let (weekday, saturday) = (self.weekday(&days), self.integer(5));
                let weekend = self.node("GreaterOrEqual", &[&weekday, &saturday]);
                return self.marks(&weekend);
            }
            DatePart::WeekdaySin => {
                let weekday = self.weekday(&days);
                return self.look_up(&weekday, (0..7).map(|day| float::sin(step(day, 7))));
            }
            DatePart::WeekdayCos => {
                let weekday = self.weekday(&days);
                return self.look_up(&weekday, (0..7).map(|day| float::cos(step(day, 7))));
            }
            DatePart::Year => self.civil(&days).0,
            DatePart::Day => self.civil(&days).2,
            DatePart::Month => {
                let month = self.civil(&days).1;
                self.plus(&month, 1)
            }
            DatePart::Quarter => {
                let month = self.civil(&days).1;
                let quarter = self.over(&month, 3);
                self.plus(&quarter, 1)
            }
            DatePart::MonthSin => {
                let month = self.civil(&days).1;
                return self.look_up(&month, (0..12).map(|month| float::sin(step(month, 12))));
            }
            DatePart::MonthCos => {
                let month = self.civil(&days).1;
                return self.look_up(&month, (0..12).map(|month| float::cos(step(month, 12))));
            }
            DatePart::DayOfYear => {
                let since = self.days_of_year(&days);
                self.plus(&since, 1)
            }
            DatePart::Week => {
                // A week of the ISO calendar belongs to the year of its Thursday.
                let weekday = self.weekday(&days);
                let monday = self.node("Sub", &[&days, &weekday]);
                let thursday = self.plus(&monday, 3);
                let since = self.days_of_year(&thursday);
                let week = self.over(&since, 7);
                self.plus(&week, 1)
            }
        };
        self.marks(&whole)
    }

    /// 0 for Monday; 1970-01-01 was a Thursday.
    fn weekday(&mut self, days: &str) -> String {
        let from_monday = self.plus(days, 3);
        self.rest(&from_monday, 7)
    }

    /// The year, the month from 0, and the day of the month from 1, of days since 1970-01-01.
    fn civil(&mut self, days: &str) -> (String, String, String) {
        let days = self.plus(days, TO_1970);
        let day = self.rest(&days, PERIOD);
        let start = self.node("Sub", &[&days, &day]);
        let period = self.over(&start, PERIOD);
        // The year of the period: leap days taken out first.
        let (four, hundred, last) = (self.over(&day, 1460), self.over(&day, 36_524), self.over(&day, PERIOD - 1));
        let common = self.node("Sub", &[&day, &four]);
        let common = self.node("Add", &[&common, &hundred]);
        let common = self.node("Sub", &[&common, &last]);
        let year = self.over(&common, 365);
        let before = self.days_before(&year);
        let day_of_year = self.node("Sub", &[&day, &before]);
        // Months from March have 153 days in each five.
        let fives = self.times(&day_of_year, 5);
        let fives = self.plus(&fives, 2);
        let from_march = self.over(&fives, 153);
        let month_start = self.times(&from_march, 153);
        let month_start = self.plus(&month_start, 2);
        let month_start = self.over(&month_start, 5);
        let day_of_month = self.node("Sub", &[&day_of_year, &month_start]);
        let day_of_month = self.plus(&day_of_month, 1);
        let month = self.plus(&from_march, 2);
        let month = self.rest(&month, 12);
        let years = self.times(&period, 400);
        let year = self.node("Add", &[&years, &year]);
        // January and February belong to the next year.
        let ten = self.integer(10);
        let next = self.node("GreaterOrEqual", &[&from_march, &ten]);
        let next = self.cast(&next, element::INT64);
        (self.node("Add", &[&year, &next]), month, day_of_month)
    }

    /// Days since the first of January of the same year.
    fn days_of_year(&mut self, days: &str) -> String {
        let year = self.civil(days).0;
        let last_year = self.plus(&year, -1);
        let year_of_period = self.rest(&last_year, 400);
        let start = self.node("Sub", &[&last_year, &year_of_period]);
        let periods = self.over(&start, 400);
        let before_period = self.times(&periods, PERIOD);
        let in_period = self.days_before(&year_of_period);
        let january = self.node("Add", &[&before_period, &in_period]);
        // From the first of March to the first of January.
        let january = self.plus(&january, 306 - TO_1970);
        self.node("Sub", &[days, &january])
    }

    /// Days of a period before a year of it, from 0.
    fn days_before(&mut self, year: &str) -> String {
        let (common, leap, without) = (self.times(year, 365), self.over(year, 4), self.over(year, 100));
        let with_leap = self.node("Add", &[&common, &leap]);
        self.node("Sub", &[&with_leap, &without])
    }

    fn plus(&mut self, x: &str, number: i64) -> String {
        let number = self.integer(number);
        self.node("Add", &[x, &number])
    }

    fn times(&mut self, x: &str, number: i64) -> String {
        let number = self.integer(number);
        self.node("Mul", &[x, &number])
    }

    /// Whole times of a number in another; both are positive, or nothing is left over.
    fn over(&mut self, x: &str, number: i64) -> String {
        let number = self.integer(number);
        self.node("Div", &[x, &number])
    }

    /// The rest of a division, from 0.
    fn rest(&mut self, x: &str, number: i64) -> String {
        let number = self.integer(number);
        self.node("Mod", &[x, &number])
    }

    fn look_up(&mut self, places: &str, values: impl Iterator<Item = f64>) -> String {
        let values: Vec<f64> = values.collect();
        let table = self.doubles(&[values.len()], &values);
        self.node_with("Gather", &[&table, places], vec![int("axis", 0)])
    }
}
