//! Round numbers for axes.

/// The smaller of two numbers; the second where the first is no number.
pub fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater of two numbers; the second where the first is no number.
pub fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Axes end here, so that differences of two ends never overflow.
const FAR: f64 = 1e300;

/// The least and greatest of the finite values. One value alone gets room on both sides; none gives 0 to 1.
pub fn span(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .filter(|x| x.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (lesser(x, low), greater(x, high)));
    if low > high { (0.0, 1.0) } else { widened(low, high) }
}

/// The same ends, pulled in to what can be computed with, and pulled apart where they are one.
pub fn widened(low: f64, high: f64) -> (f64, f64) {
    let inside = |x: f64| if x.is_finite() { greater(lesser(x, FAR), -FAR) } else { 0.0 };
    let (low, high) = (inside(low), inside(high));
    let (low, high) = if low > high { (high, low) } else { (low, high) };
    // A span of a few last digits cannot be ticked.
    let size = greater(low.abs(), high.abs());
    if high - low > size * 1e-12 && high - low > 1e-300 {
        (low, high)
    } else if size < 1e-290 {
        (-1.0, 1.0)
    } else {
        (low - size * 0.5, high + size * 0.5)
    }
}

/// Ten to a whole power, correctly rounded.
fn ten(power: i32) -> f64 {
    format!("1e{power}").parse().unwrap_or(1.0)
}

/// The distance of ticks: 1, 2 or 5 times a power of ten, the smallest that gives at most `most` ticks and that is whole where asked.
/// Given as a digit and a power, because 0.1 has no exact double.
fn step(low: f64, high: f64, most: usize, whole: bool) -> (f64, i32) {
    let rough = (high - low) / if most > 1 { most as f64 - 0.5 } else { 1.0 };
    let mut power = crate::num::float::log10(rough).floor() as i32;
    if whole && power < 0 {
        return (1.0, 0);
    }
    loop {
        for digit in [1.0, 2.0, 5.0] {
            let (first, last) = ends(low, high, digit, power);
            if (last - first + 1.0) <= most as f64 {
                return (digit, power);
            }
        }
        power += 1;
        if power > 305 {
            return (1.0, 305);
        }
    }
}

/// The first and last multiple of a step that lie inside.
fn ends(low: f64, high: f64, digit: f64, power: i32) -> (f64, f64) {
    // The slack is far below a pixel; it keeps 0.3 in [0, 0.3].
    let slack = (high - low) * 1e-9;
    (((low - slack) / digit / ten(power)).ceil(), ((high + slack) / digit / ten(power)).floor())
}

/// A multiple of the step, without the dust of repeated addition.
fn multiple(index: f64, digit: f64, power: i32) -> f64 {
    let value = if power < 0 { index * digit / ten(-power) } else { index * digit * ten(power) };
    // No minus before nothing.
    value + 0.0
}

/// Round numbers from `low` to `high`, at most `most` (and at least two wherever the span holds two).
pub fn linear(low: f64, high: f64, most: usize, whole: bool) -> Vec<f64> {
    let (low, high) = widened(low, high);
    for most in most.max(2)..most.max(2) + 3 {
        let (digit, power) = step(low, high, most, whole);
        let (first, last) = ends(low, high, digit, power);
        let count = last - first + 1.0;
        if (2.0..=50.0).contains(&count) {
            return (0..count as usize).map(|i| multiple(first + i as f64, digit, power)).collect();
        }
    }
    vec![low, high]
}

/// The span, widened to round numbers where they are near and by a little elsewhere, and the round numbers in it.
pub fn nice(low: f64, high: f64, most: usize, whole: bool) -> (f64, f64, Vec<f64>) {
    let (low, high) = widened(low, high);
    let (digit, power) = step(low, high, most.max(3), whole);
    let (first, last) = ((low / digit / ten(power)).floor(), (high / digit / ten(power)).ceil());
    let slack = (high - low) * 1e-9;
    // An end that lies on a round number stays; a near one is reached; a far one would leave the chart empty there.
    let end = |round: f64, end: f64, out: f64| {
        let gap = (end - round).abs();
        if gap <= slack || gap <= (high - low) * 0.1 { round } else { end + out * (high - low) * 0.03 }
    };
    let low_end = end(multiple(first, digit, power), low, -1.0);
    let high_end = end(multiple(last, digit, power), high, 1.0);
    let inside = |x: &f64| *x >= low_end - slack && *x <= high_end + slack;
    let found: Vec<f64> = if (1.0..=60.0).contains(&(last - first)) {
        (0..=(last - first) as usize).map(|i| multiple(first + i as f64, digit, power)).filter(inside).collect()
    } else {
        Vec::new()
    };
    let found = if found.len() < 2 { linear(low_end, high_end, most, whole) } else { found };
    (low_end, high_end, found)
}

/// Microseconds in a second, an hour and a day.
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// Moments (microseconds since 1970) from `low` to `high` at which the calendar turns: years, months, days, hours, minutes or
/// seconds, the finest of which at most `most` lie inside; both ends where the calendar does not reach.
pub fn dates(low: f64, high: f64, most: usize) -> Vec<f64> {
    let (low, high) = widened(low, high);
    // Two hundred thousand years are as far as the calendar goes.
    if low.abs() > 6e18 || high.abs() > 6e18 {
        return linear(low, high, most, false);
    }
    let (first, last) = (low.ceil() as i64, high.floor() as i64);
    let most = most.max(2);
    let even = |step: i64| -> Option<Vec<i64>> {
        let (from, to) = (first.div_euclid(step) + i64::from(first.rem_euclid(step) > 0), last.div_euclid(step));
        // A span of years in seconds is not even counted.
        (to - from < most as i64).then(|| (from..=to).map(|turn| turn * step).collect())
    };
    let months = |step: i32| -> Option<Vec<i64>> {
        let month_of = |moment: i64| {
            let date = chrono::DateTime::from_timestamp_micros(moment)?;
            Some(chrono::Datelike::year(&date) * 12 + chrono::Datelike::month0(&date) as i32)
        };
        let (from, to) = (month_of(first)?.div_euclid(step), month_of(last)?.div_euclid(step) + 1);
        if to - from > most as i32 + 2 {
            return None;
        }
        let start = |turn: i32| {
            let month = turn.checked_mul(step)?;
            let date = chrono::NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1)?;
            Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
        };
        let turns: Vec<i64> = (from..=to).filter_map(start).filter(|moment| (first..=last).contains(moment)).collect();
        (turns.len() <= most).then_some(turns)
    };
    let fine = [SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND, 300 * SECOND, 900 * SECOND, 1800 * SECOND];
    let coarse = [HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];
    let years = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000].map(|years| years * 12);
    let found = fine
        .into_iter()
        .chain(coarse)
        .find_map(even)
        .or_else(|| [1, 2, 3, 6].into_iter().chain(years).find_map(months))
        .filter(|found| found.len() >= 2);
    found.map_or_else(|| vec![low, high], |found| found.into_iter().map(|moment| moment as f64).collect())
}

/// Ticks of an axis by orders of magnitude: powers of ten, every second or third of them where there are many, with 2 and 5 between
/// where there are few.
pub fn log(low: f64, high: f64, most: usize) -> Vec<f64> {
    if !(low > 0.0 && high > low) {
        return vec![];
    }
    let first = crate::num::float::log10(low).floor() as i32 - 1;
    let last = crate::num::float::log10(high).ceil() as i32 + 1;
    let inside = |x: &f64| *x >= low * (1.0 - 1e-9) && *x <= high * (1.0 + 1e-9);
    let all = |digits: &[f64], every: i32| -> Vec<f64> {
        (first..=last)
            .filter(|power| power.rem_euclid(every) == 0)
            .flat_map(|power| digits.iter().map(move |digit| digit * ten(power)))
            .filter(inside)
            .collect()
    };
    let most = most.max(2);
    for digits in [&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0][..], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]] {
        let ticks = all(digits, 1);
        if (2..=most).contains(&ticks.len()) {
            return ticks;
        }
    }
    let powers = all(&[1.0], 1).len();
    if powers < 2 {
        // Less than a decade: plain round numbers serve better.
        return linear(low, high, most, false).into_iter().filter(|x| *x > 0.0).collect();
    }
    let ticks = all(&[1.0], (powers as i32 + most as i32 - 1) / most as i32);
    if ticks.len() < 2 { vec![low, high] } else { ticks }
}
