//! One column of dates: its range, and how the rows spread over years, months, weekdays and hours.

use crate::base::Figure;
use crate::table::column::show_date;
use chrono::{DateTime, Datelike};
use serde::{Deserialize, Serialize};

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
/// The most months that are told apart; a longer range is counted by year.
const MONTHS: i32 = 60;
/// The most years that are told apart; a longer range is counted by as many as it takes.
const YEARS: i32 = 100;

/// Figures of a column of dates, over the values that are there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateProfile {
    /// Different moments.
    pub distinct: usize,
    /// The first, in ISO 8601; nothing where there is no value.
    pub first: Option<String>,
    /// The median, at or before the middle.
    pub median: Option<String>,
    /// The last.
    pub last: Option<String>,
    /// Days from the first to the last.
    pub days: Figure,
    /// Whether any has a time of day.
    pub has_time: bool,
    /// Rows by month ("2024-05"), by year ("2024") where the range is long, or by span of years ("1900-1909"), in order
    /// and without gaps.
    pub periods: Vec<(String, usize)>,
    /// Rows by weekday, Monday first.
    pub weekdays: [usize; 7],
    /// Rows by month of the year, January first.
    pub months: [usize; 12],
    /// Rows by hour; empty where no value has a time of day.
    pub hours: Vec<usize>,
}

impl DateProfile {
    /// The figures of ascending moments without missing ones.
    pub(super) fn of(sorted: &[i64]) -> Self {
        let has_time = sorted.iter().any(|moment| moment.rem_euclid(DAY) != 0);
        let (mut weekdays, mut months, mut hours) = ([0; 7], [0; 12], vec![0; if has_time { 24 } else { 0 }]);
        let mut by_month: Vec<((i32, u32), usize)> = Vec::new();
        let mut distinct = 0;
        let mut run = (i64::MIN, (0, 0), 0);
        for (place, &moment) in sorted.iter().enumerate() {
            distinct += usize::from(place == 0 || sorted[place - 1] != moment);
            // A calendar is asked once a day, not once a row.
            let day = moment.div_euclid(DAY);
            if place == 0 || run.0 != day {
                let Some(date) = DateTime::from_timestamp_micros(moment) else { continue };
                run = (day, (date.year(), date.month()), date.weekday().num_days_from_monday() as usize);
            }
            weekdays[run.2] += 1;
            months[run.1.1 as usize - 1] += 1;
            if let Some(hour) = hours.get_mut((moment.rem_euclid(DAY) / HOUR) as usize) {
                *hour += 1;
            }
            match by_month.last_mut() {
                Some((month, count)) if *month == run.1 => *count += 1,
                _ => by_month.push((run.1, 1)),
            }
        }
        let show = |moment: Option<&i64>| moment.map(|&moment| show_date(moment));
        let days = match (sorted.first(), sorted.last()) {
            (Some(first), Some(last)) => ((*last as f64 - *first as f64) / DAY as f64).into(),
            _ => Figure::undefined("no_rows"),
        };
        Self {
            distinct,
            first: show(sorted.first()),
            median: show(sorted.get(sorted.len().saturating_sub(1) / 2)),
            last: show(sorted.last()),
            days,
            has_time,
            periods: periods(&by_month),
            weekdays,
            months,
            hours,
        }
    }
}

/// Counts by month, year or span of years, with the empty ones between.
fn periods(by_month: &[((i32, u32), usize)]) -> Vec<(String, usize)> {
    let (Some(((first_year, first_month), _)), Some(((last_year, last_month), _))) = (by_month.first(), by_month.last()) else {
        return Vec::new();
    };
    let number = |year: i32, month: u32| year * 12 + month as i32 - 1;
    let (first, last) = (number(*first_year, *first_month), number(*last_year, *last_month));
    let years = last_year - first_year + 1;
    // Months a period, and where the first period starts.
    let (width, start) = if last - first < MONTHS {
        (1, first)
    } else if years <= YEARS {
        (12, first_year * 12)
    } else {
        let mut span = 10;
        while years / span >= YEARS {
            span *= 10;
        }
        (12 * span, first_year.div_euclid(span) * span * 12)
    };
    let mut counts = vec![0; ((last - start) / width + 1) as usize];
    for ((year, month), count) in by_month {
        counts[((number(*year, *month) - start) / width) as usize] += count;
    }
    let name = |place: usize| {
        let from = start + place as i32 * width;
        let year = from.div_euclid(12);
        match width {
            1 => format!("{year:04}-{:02}", from.rem_euclid(12) + 1),
            12 => format!("{year:04}"),
            _ => format!("{year:04}-{:04}", year + width / 12 - 1),
        }
    };
    counts.into_iter().enumerate().map(|(place, count)| (name(place), count)).collect()
}

/// Moments as numbers, NaN where missing, so that dates can stand beside numbers.
pub(super) fn as_numbers(moments: &[i64]) -> Vec<f64> {
    moments.iter().map(|&moment| if moment == crate::table::Column::NO_DATE { f64::NAN } else { moment as f64 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        date.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_micros()
    }

    #[test]
    fn a_short_range_is_counted_by_month() {
        let profile = DateProfile::of(&[day("2023-12-31"), day("2024-02-29"), day("2024-02-29") + 13 * HOUR]);
        assert_eq!(profile.periods, [("2023-12".to_owned(), 1), ("2024-01".to_owned(), 0), ("2024-02".to_owned(), 2)]);
        assert_eq!(profile.weekdays, [0, 0, 0, 2, 0, 0, 1]);
        assert_eq!((profile.hours[0], profile.hours[13], profile.distinct), (2, 1, 3));
        assert_eq!(profile.last.as_deref(), Some("2024-02-29T13:00:00"));
        assert_eq!(profile.median.as_deref(), Some("2024-02-29"));
        assert!((profile.days.value().unwrap() - 60.541_666).abs() < 1e-5);
    }

    #[test]
    fn a_long_range_is_counted_by_year_or_more() {
        let years = DateProfile::of(&[day("1969-03-01"), day("2024-02-29")]);
        assert_eq!((years.periods.len(), years.periods[0].0.as_str(), years.hours.len()), (56, "1969", 0));
        let spans = DateProfile::of(&[day("0987-03-01"), day("2024-02-29")]);
        assert!(spans.periods.len() <= 110);
        assert_eq!((spans.periods[0].0.as_str(), spans.periods.iter().map(|(_, n)| n).sum::<usize>()), ("0900-0999", 2));
    }

    #[test]
    fn no_date() {
        let profile = DateProfile::of(&[]);
        assert_eq!((profile.first, profile.days, profile.periods), (None, Figure::undefined("no_rows"), Vec::new()));
    }
}
