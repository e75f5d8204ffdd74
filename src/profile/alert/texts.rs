//! Alerts about texts: dates and numbers stored as texts, levels that differ by spelling alone.

use super::{Alert, Facts};
use crate::base::Severity::{Note, Warning};
use crate::profile::{ColumnProfile, Figures};
use crate::table::Strings;
use chrono::{NaiveDate, NaiveDateTime};

/// Different texts that are looked at.
const LOOKED_AT: usize = 500;
/// The share of them that must be dates or numbers. The rest is why the column was read as texts.
const SHARE: f64 = 0.8;
/// Levels among which spellings are compared; more make too many pairs.
const COMPARED: usize = 300;
/// The pairs that are told.
const TOLD: usize = 8;

pub(super) fn of(column: &ColumnProfile, facts: &Facts, alerts: &mut Vec<Alert>) {
    let Figures::Texts(texts) = &column.of else { return };
    let name = [column.name.as_str()];
    if texts.distinct >= 3 && facts.dates >= SHARE {
        alerts.push(Alert::new("date_as_text", Warning, &name).share("share", facts.dates).suggest("read_as_date"));
    } else if texts.distinct >= 3 && facts.numbers >= SHARE && facts.numbers < 1.0 {
        alerts.push(Alert::new("number_as_text", Warning, &name).share("share", facts.numbers).suggest("read_as_number"));
    }
    if !facts.alike.is_empty() {
        let told: Vec<String> = facts.alike.iter().take(TOLD).map(|(rare, common)| format!("\"{rare}\" / \"{common}\"")).collect();
        let alert = Alert::new("spelling", Note, &name).number("count", facts.alike.len() as f64).text("pairs", &told.join(", "));
        alerts.push(alert.suggest("rare_levels"));
    }
}

/// The share of the different texts that are dates, and of those that are numbers.
pub(super) fn shares(strings: &Strings) -> (f64, f64) {
    let (mut seen, mut dates, mut numbers) = (0, 0, 0);
    // Some of all: a file sorted by this column has its odd ones together.
    let stride = (strings.level_count() / LOOKED_AT).max(1);
    for level in strings.levels().step_by(stride) {
        seen += 1;
        dates += usize::from(is_date(level));
        numbers += usize::from(is_number(level));
    }
    let share = |count: usize| if seen == 0 { 0.0 } else { f64::from(count as u32) / f64::from(seen) };
    (share(dates), share(numbers))
}

const DATES: &[&str] =
    &["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%Y%m%d"];
const MOMENTS: &[&str] =
    &["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"];

fn is_date(text: &str) -> bool {
    let text = text.trim();
    // Cheap tests first: a date has digits and is short.
    if text.len() < 8 || text.len() > 30 || text.bytes().filter(u8::is_ascii_digit).count() < 4 {
        return false;
    }
    // "1.5" and the like end before a year; eight digits alone are a date only as year, month and day of our times.
    let plausible = |date: NaiveDate| {
        let year = chrono::Datelike::year(&date);
        (1000..3000).contains(&year) && (text.bytes().any(|byte| !byte.is_ascii_digit()) || (1900..2100).contains(&year))
    };
    DATES.iter().any(|format| NaiveDate::parse_from_str(text, format).is_ok_and(plausible))
        || MOMENTS.iter().any(|format| NaiveDateTime::parse_from_str(text, format).is_ok_and(|moment| plausible(moment.date())))
}

/// A number, also with a currency sign, a per cent sign or separators of thousands.
fn is_number(text: &str) -> bool {
    let bare: String = text.trim().chars().filter(|c| !matches!(c, '$' | '€' | '£' | '%' | ',' | ' ' | '\'' | '\u{a0}')).collect();
    !bare.is_empty() && bare.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Levels that differ by case, spaces and punctuation alone, or a rare one that is a letter away from a frequent one; the
/// rarer first, in order of the levels' texts.
pub(super) fn alike(strings: &Strings) -> Vec<(String, String)> {
    let counts = strings.counts();
    let mut levels: Vec<(&str, usize)> = strings.levels().zip(counts).filter(|(_, count)| *count > 0).collect();
    if levels.len() > COMPARED || levels.len() < 2 {
        return Vec::new();
    }
    levels.sort_unstable();
    let bare: Vec<Vec<char>> =
        levels.iter().map(|(level, _)| level.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()).collect();
    let mut pairs = Vec::new();
    for (place, (level, count)) in levels.iter().enumerate() {
        // Each level is told once, beside the most frequent one that it looks like.
        let more = |other: usize| levels[other].1 > *count || (levels[other].1 == *count && other < place);
        let likeness = |other: usize| {
            let same = bare[place] == bare[other] && !bare[place].is_empty();
            let typo = levels[other].1 >= 10 * count && bare[place].len() >= 5 && one_letter(&bare[place], &bare[other]);
            same || typo
        };
        let best = (0..levels.len()).filter(|&other| other != place && more(other) && likeness(other)).max_by_key(|&other| levels[other].1);
        if let Some(best) = best {
            let shown = |text: &str| crate::profile::texts::shorten(text);
            pairs.push((shown(level), shown(levels[best].0)));
        }
    }
    pairs
}

/// Whether one letter changed, was added, left out or swapped with the next makes one text of the other. A digit is no
/// letter: "model 3" and "model 4" are two things.
fn one_letter(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let end = short[start..].iter().rev().zip(long[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (left, right) = (&short[start..short.len() - end], &long[start..long.len() - end]);
    let letters = left.iter().chain(right).all(|c| c.is_alphabetic());
    let swapped = left.len() == 2 && right.len() == 2 && left[0] == right[1] && left[1] == right[0];
    letters && (right.len() == 1 || swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_in_many_forms() {
        for text in ["2024-02-29", "29.02.2024", "02/29/2024", "29 Feb 2024", "Feb 29, 2024", "2024-02-29 10:15", "20240229"] {
            assert!(is_date(text), "{text}");
        }
        for text in ["2023-02-29", "10.5", "1234567", "12345678", "Monday", "", "99999999", "A-2024-02-29"] {
            assert!(!is_date(text), "{text}");
        }
        assert!(is_number("$1,200.50") && is_number(" 12 %") && is_number("-3e5"));
        assert!(!is_number("12 apples") && !is_number("") && !is_number("%") && !is_number("inf"));
    }

    #[test]
    fn spellings() {
        let mut texts = vec!["London"; 40];
        texts.extend(["london ", "LONDON", "Lodnon", "Londn", "Berlin", "Londres", "Room 1111", "Paris", "Pariss"]);
        texts.extend(vec!["Room 1112"; 30]);
        let pairs = alike(&Strings::from_texts(texts.into_iter().map(Some)));
        let rare: Vec<&str> = pairs.iter().map(|(rare, _)| rare.as_str()).collect();
        assert_eq!(rare, ["LONDON", "Lodnon", "Londn", "london "]);
        assert!(pairs.iter().all(|(_, common)| common == "London"));
    }
}
