//! Numbers and names as they are written in charts.

/// A whole number with commas between thousands.
pub fn count(n: usize) -> String {
    grouped(&n.to_string())
}

/// Commas between the thousands of the digits before the point.
fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, part) = rest.split_once('.').map_or((rest, ""), |(whole, part)| (whole, part));
    let mut out = String::with_capacity(number.len() + 8);
    out.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// Zeros at the end of a decimal fraction, and a bare point, go.
fn trimmed(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// A number with a mantissa and a power of ten, such as `1.5e12`.
fn scientific(x: f64, significant: usize) -> String {
    let text = format!("{:.*e}", significant.saturating_sub(1), x);
    text.split_once('e').map_or(text.clone(), |(mantissa, power)| format!("{}e{power}", trimmed(mantissa)))
}

/// A number with so many significant digits; whole ones below a thousand million are written out.
pub fn digits(x: f64, significant: usize) -> String {
    if !x.is_finite() {
        return String::new();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    let size = x.abs();
    if x == x.trunc() && size < 1e9 {
        return grouped(&format!("{x:.0}"));
    }
    if !(1e-4..1e9).contains(&size) {
        return scientific(x, significant);
    }
    let power = crate::num::float::log10(size).floor() as i32;
    let places = (significant as i32 - 1 - power).max(0) as usize;
    grouped(trimmed(&format!("{x:.places$}")))
}

/// A figure in a sentence or beside a mark: four significant digits, three places for shares and scores.
pub fn figure(x: f64) -> String {
    if x.abs() < 1.0 && x.abs() >= 0.0005 { format!("{x:.3}") } else { digits(x, 4) }
}

/// A score or a share from -1 to 1: three places.
pub fn score(x: f64) -> String {
    let text = format!("{x:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// A place on an axis, such as a threshold or the edge of a bin: three significant digits at most where it is no whole number.
pub fn place(x: f64) -> String {
    digits(x, 3)
}

/// The name of a bin: its two edges, or the one whole number that it holds.
pub fn bin(from: f64, to: f64) -> String {
    if to - from == 1.0 && from.fract().abs() == 0.5 {
        return digits(from + 0.5, 9);
    }
    crate::base::Message::new("chart.range").with("from", place(from)).with("to", place(to)).to_string()
}

/// A share from 0 to 1 in per cent: whole per cents, one place below ten; "<0.1%" of what is there but would round to 0.
pub fn percent(share: f64) -> String {
    let hundred = share * 100.0;
    if !share.is_finite() {
        String::new()
    } else if hundred > 0.0 && hundred < 0.05 {
        "<0.1%".to_owned()
    } else if hundred != 0.0 && hundred.abs() < 9.95 {
        format!("{}%", trimmed(&format!("{hundred:.1}")))
    } else {
        format!("{hundred:.0}%")
    }
}

/// The labels of ticks: all with the same number of places, thousands with commas, great numbers in k, M and bn.
pub fn ticks(values: &[f64], percent: bool) -> Vec<String> {
    let hundred = if percent { 100.0 } else { 1.0 };
    let values: Vec<f64> = values.iter().map(|x| x * hundred).collect();
    let size = values.iter().fold(0.0, |size, x| super::ticks::greater(x.abs(), size));
    let (unit, suffix) = match size {
        _ if percent => (1.0, "%"),
        x if x < 1e5 => (1.0, ""),
        x if x < 1e6 => (1e3, "k"),
        x if x < 1e9 => (1e6, "M"),
        x if x < 1e12 => (1e9, "bn"),
        _ => (1.0, ""),
    };
    let far = size >= 1e12 || (size > 0.0 && size < 1e-4);
    // As few places as tell each tick from its neighbour and from its exact value.
    let exact = |places: usize| {
        values.iter().all(|x| {
            let shown: f64 = format!("{:.places$}", x / unit).parse().unwrap_or(f64::NAN);
            (shown * unit - x).abs() <= size * 1e-6
        })
    };
    let places = (0..=6).find(|places| exact(*places)).unwrap_or(6);
    values
        .iter()
        .map(|x| match *x {
            0.0 => if percent { "0%" } else { "0" }.to_owned(),
            x if far => scientific(x, 3),
            x => format!("{}{suffix}", grouped(&format!("{:.places$}", x / unit))),
        })
        .collect()
}

/// Ticks of an axis by orders of magnitude, each in its own shortest form.
pub fn log_ticks(values: &[f64]) -> Vec<String> {
    values.iter().map(|x| if (1e-3..1e4).contains(x) { digits(*x, 3) } else { scientific(*x, 3) }).collect()
}

/// A moment (microseconds since 1970) in ISO 8601; its time of day only where `span` is short enough for it to matter.
pub fn moment(micros: f64, span: f64) -> String {
    const DAY: f64 = 86_400e6;
    let Some(moment) = chrono::DateTime::from_timestamp_micros(micros as i64) else { return digits(micros, 3) };
    moment.format(if span > 62.0 * DAY || (micros as i64).rem_euclid(DAY as i64) == 0 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// The labels of ticks at moments: as much of the date as tells them apart.
pub fn date_ticks(values: &[f64]) -> Vec<String> {
    let moments: Option<Vec<_>> = values.iter().map(|x| chrono::DateTime::from_timestamp_micros(*x as i64)).collect();
    let Some(moments) = moments else { return ticks(values, false) };
    let all = |form: &str, turn: &str| moments.iter().all(|moment| moment.format(form).to_string() == turn);
    let form = if all("%m-%d %H:%M:%S", "01-01 00:00:00") {
        "%Y"
    } else if all("%d %H:%M:%S", "01 00:00:00") {
        "%Y-%m"
    } else if all("%H:%M:%S", "00:00:00") {
        "%Y-%m-%d"
    } else if all("%S", "00") {
        "%m-%d %H:%M"
    } else {
        "%H:%M:%S"
    };
    moments.iter().map(|moment| moment.format(form).to_string()).collect()
}

/// The text, cut in its middle so that it is at most `width` pixels wide: names of one family often differ only at their ends.
pub fn shortened_inside(text: &str, size: f64, width: f64) -> String {
    let whole = shortened(text, size, f64::INFINITY);
    let dots = super::measure::width("…", size, false);
    if super::measure::width(&whole, size, false) <= width {
        return whole;
    }
    let head: Vec<char> = whole.chars().collect();
    let (mut from, mut to) = (0, head.len());
    let mut used = dots;
    // Two letters of the head for one of the tail.
    for turn in 0.. {
        let letter = if turn % 3 == 2 { to.checked_sub(1) } else { Some(from) };
        let Some(letter) = letter.filter(|_| from < to) else { break };
        used += super::measure::letter(head[letter]) * size * super::measure::ROOM;
        if used > width {
            break;
        }
        if turn % 3 == 2 { to -= 1 } else { from += 1 }
    }
    let head_text: String = head[..from].iter().collect();
    let tail: String = head[to..].iter().collect();
    format!("{}…{}", head_text.trim_end(), tail.trim_start())
}

/// The text, cut so that it is at most `width` pixels wide at this size, with an ellipsis where something was cut.
pub fn shortened(text: &str, size: f64, width: f64) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c }).collect();
    if super::measure::width(&clean, size, false) <= width {
        return clean;
    }
    let mut out = String::new();
    let mut used = super::measure::width("…", size, false);
    for c in clean.chars() {
        used += super::measure::letter(c) * size * super::measure::ROOM;
        if used > width {
            break;
        }
        out.push(c);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out.push('…');
    out
}
