//! A column after its last row: its final kind, what is told of it, what is odd about it.

use super::build::{Builder, Store, Unreadable};
use super::dates;
use super::header::Name;
use super::kinds::{Form, Hints, guess, is_text};
use super::mend::MARKER_END;
use super::numbers::{self, NumberFormat};
use super::options::ColumnOptions;
use super::summary::{Choice, ColumnSummary, Confidence, Distinct, SuggestedRole};
use crate::base::{Message, Place, Problem, Stage, text};
use crate::table::{Column, Data, Kind, Strings};
use rustc_hash::FxHashSet;

/// Makes the column of a builder.
pub fn finish(
    mut builder: Builder,
    name: Name,
    examples: Vec<String>,
    hints: Hints,
    options: ColumnOptions,
) -> (Column, ColumnSummary, Vec<Problem>) {
    let rows = builder.rows;
    let wants_text = matches!(options.kind, Some(Kind::Category | Kind::Text));
    let store = match std::mem::replace(&mut builder.store, Store::Failed) {
        Store::Text(texts) if !wants_text => from_all(texts.finish(), &mut builder, hints),
        Store::Text(texts) => Values::Text(texts.finish()),
        Store::Number(format, values) => Values::Number(format, values),
        Store::Date(order, values) => Values::Date(order, values),
        Store::Empty | Store::Failed => Values::Text(Strings::new(vec![Strings::MISSING; rows], [""; 0])),
    };
    let missing = builder.missing;
    let present = rows - missing;
    let mut problems = Vec::new();
    let mut summary = ColumnSummary {
        kind: Choice::new(options.kind.is_some(), Kind::Category, Message::new("data.given")),
        name: name.unique,
        original: name.original,
        confidence: Confidence::Sure,
        number_format: None,
        date_order: None,
        missing,
        distinct: Distinct { count: 0, is_exact: true },
        examples,
        role: None,
    };
    let note = |id: &str| Problem::note(Stage::Data, id).at_column(&summary.name);
    let warning = |id: &str| Problem::warning(Stage::Data, id).at_column(&summary.name);
    let example = || summary.examples.first().cloned().unwrap_or_default();
    let (data, kind, reason) = match store {
        Values::Number(format, values) => {
            summary.distinct = distinct(values.iter().filter(|value| !value.is_nan()).map(|&value| (value + 0.0).to_bits()));
            summary.number_format = Some(format);
            let mut reason = Message::new("data.kind.number").with("count", present);
            if format != NumberFormat::PLAIN {
                reason = Message::new("data.kind.number_special")
                    .with("special", builder.special)
                    .with("count", present)
                    .with("format", text(format.text_id()));
                summary.confidence = Confidence::Likely;
            }
            // Where it was said how the column is read, nothing is in doubt.
            if let Some(Form::Number(rival)) = builder.rival.filter(|_| options.decimal_comma.is_none()) {
                summary.confidence = Confidence::Unsure;
                problems.push(
                    warning("data.number_ambiguous")
                        .with("format", text(format.text_id()))
                        .with("rival", text(rival.text_id()))
                        .with("rival_comma", rival.decimal_comma)
                        .with("example", example()),
                );
            }
            if builder.leading_zeros > 0 && !summary.kind.given {
                summary.confidence = Confidence::Likely;
                problems.push(note("data.leading_zeros").with("count", builder.leading_zeros));
            }
            let large = values.iter().filter(|value| value.abs() > 9_007_199_254_740_992.0 && value.fract() == 0.0).count();
            if large > 0 && builder.leading_zeros == 0 && values.iter().all(|value| value.is_nan() || value.fract() == 0.0) {
                problems.push(note("data.large_integers").with("count", large));
            }
            summary.role = number_role(&summary, &values, present);
            (Data::Number(values), Kind::Number, reason)
        }
        Values::Date(order, values) => {
            summary.distinct = distinct(values.iter().filter(|&&value| value != Column::NO_DATE).map(|&value| value as u64));
            summary.date_order = Some(order);
            if let Some(Form::Date(rival)) = builder.rival {
                summary.confidence = Confidence::Unsure;
                problems.push(
                    warning("data.date_ambiguous")
                        .with("order", text(order.text_id()))
                        .with("rival", text(rival.text_id()))
                        .with("rival_order", rival.id())
                        .with("example", example()),
                );
            }
            if builder.moved > 0 {
                problems.push(note("data.date_moved").with("count", builder.moved));
            }
            if builder.short_years > 0 {
                summary.confidence = summary.confidence.min(Confidence::Likely);
                problems.push(note("data.date_short_years").with("count", builder.short_years));
            }
            summary.role = (summary.distinct.count <= 1).then_some(SuggestedRole::Constant);
            let reason = Message::new("data.kind.date").with("count", present).with("order", text(order.text_id()));
            (Data::Date(values), Kind::Date, reason)
        }
        Values::Text(strings) => {
            let counts = strings.counts();
            summary.distinct = Distinct { count: counts.len(), is_exact: true };
            let bytes = strings.levels().zip(&counts).map(|(level, count)| level.len() * count).sum();
            summary.role = text_role(&summary, &strings, present);
            let long = is_text(counts.len(), present, bytes);
            let (kind, reason) = match options.kind {
                Some(kind @ (Kind::Category | Kind::Text)) => (kind, Message::new("data.given")),
                _ if present == 0 => (Kind::Category, Message::new("data.kind.empty")),
                _ if long => (Kind::Text, Message::new("data.kind.text").with("distinct", counts.len()).with("count", present)),
                _ => (Kind::Category, Message::new("data.kind.category").with("distinct", counts.len()).with("count", present)),
            };
            if present == 0 && rows > 0 {
                summary.confidence = Confidence::Unsure;
                problems.push(warning("data.all_missing"));
            } else if !wants_text {
                if long || counts.len() > 50 {
                    summary.confidence = Confidence::Likely;
                }
                if let Some(problem) = nearly(&strings, &counts, present, note) {
                    summary.confidence = Confidence::Unsure;
                    problems.push(problem);
                }
            }
            (Data::Strings(strings), kind, reason)
        }
    };
    if builder.unreadable.count > 0 {
        problems.push(unreadable(&builder.unreadable, kind, &summary.name));
    }
    summary.kind.value = kind;
    if !summary.kind.given {
        summary.kind.reason = reason;
    }
    (Column { name: summary.name.clone(), kind, data }, summary, problems)
}

/// Values that the chosen kind of a column cannot hold.
pub fn unreadable(found: &Unreadable, kind: Kind, column: &str) -> Problem {
    Problem::warning(Stage::Data, "data.unreadable")
        .with("count", found.count)
        .with("kind", text(kind_text(kind)))
        .with("example", &found.text)
        .with("line", found.line)
        .at_column(column)
        .at(Place::Cell(found.line, column.to_owned()))
}

/// The id of the text that names a kind.
pub fn kind_text(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "data.kind=number",
        Kind::Category => "data.kind=category",
        Kind::Text => "data.kind=text",
        Kind::Date => "data.kind=date",
    }
}

enum Values {
    Number(NumberFormat, Vec<f64>),
    Date(dates::DateOrder, Vec<i64>),
    Text(Strings),
}

/// Decides from all different values of a column that was read as texts, since its guess failed or there was none.
fn from_all(strings: Strings, builder: &mut Builder, hints: Hints) -> Values {
    let guess = guess(strings.levels().map(str::as_bytes), hints);
    let per_row = |strings: &Strings| strings.codes.clone();
    match guess.form {
        Form::Number(format) => {
            builder.rival = guess.rival;
            let levels: Vec<f64> = strings.levels().map(|level| numbers::parse(format, level.as_bytes()).unwrap_or(f64::NAN)).collect();
            for (level, count) in strings.levels().zip(strings.counts()) {
                builder.special += if numbers::plain(level.as_bytes()).is_none() { count as u64 } else { 0 };
                builder.leading_zeros += if numbers::has_leading_zero(level.as_bytes()) { count as u64 } else { 0 };
            }
            let value = |code: u32| levels.get(code as usize).copied().unwrap_or(f64::NAN);
            Values::Number(format, per_row(&strings).into_iter().map(value).collect())
        }
        Form::Date(order) => {
            builder.rival = guess.rival;
            let moments: Vec<Option<dates::Moment>> = strings.levels().map(|level| dates::parse(order, level.as_bytes())).collect();
            for (moment, count) in moments.iter().flatten().zip(strings.counts()) {
                builder.moved += if moment.moved { count as u64 } else { 0 };
                builder.short_years += if moment.short_year { count as u64 } else { 0 };
            }
            let value = |code: u32| moments.get(code as usize).copied().flatten().map_or(Column::NO_DATE, |moment| moment.micros);
            Values::Date(order, per_row(&strings).into_iter().map(value).collect())
        }
        Form::Text | Form::Empty => Values::Text(strings),
    }
}

/// Counts different values, up to [`Distinct::MOST`].
fn distinct(values: impl Iterator<Item = u64>) -> Distinct {
    let mut seen = FxHashSet::default();
    let mut last = None;
    for value in values {
        // Equal neighbours are common, and cheaper to see than to look up.
        if last != Some(value) {
            if seen.len() == Distinct::MOST && !seen.contains(&value) {
                return Distinct { count: Distinct::MOST, is_exact: false };
            }
            seen.insert(value);
            last = Some(value);
        }
    }
    Distinct { count: seen.len(), is_exact: true }
}

/// A column of numbers that names the row: whole, all different and present, and counting up from 0 or 1, or called an id.
fn number_role(summary: &ColumnSummary, values: &[f64], present: usize) -> Option<SuggestedRole> {
    if summary.distinct.count <= 1 {
        return Some(SuggestedRole::Constant);
    }
    let counts_up = values.len() >= 5 && (values[0] == 0.0 || values[0] == 1.0) && values.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
    let is_id = || {
        present == values.len() && is_id_name(&summary.original) && values.iter().all(|value| value.fract() == 0.0) && all_differ(values)
    };
    (counts_up || is_id()).then_some(SuggestedRole::RowId)
}

fn all_differ(values: &[f64]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// A column of texts that names the row: all different and present, and called an id, or a name with a number that counts up.
fn text_role(summary: &ColumnSummary, strings: &Strings, present: usize) -> Option<SuggestedRole> {
    let rows = strings.len();
    if strings.level_count() <= 1 {
        return Some(SuggestedRole::Constant);
    }
    if strings.level_count() < rows || present < rows || rows < 5 {
        return None;
    }
    // All differ, so that levels stand in the order of the rows.
    let counts_up = || {
        let mut numbers = strings.levels().map(name_and_number);
        let Some(Some((name, mut last))) = numbers.next() else { return false };
        numbers.all(|next| {
            next.is_some_and(|(other, number)| {
                let follows = other == name && last.checked_add(1) == Some(number);
                last = number;
                follows
            })
        })
    };
    (is_id_name(&summary.original) || counts_up()).then_some(SuggestedRole::RowId)
}

/// A text that ends in digits, as its two parts.
fn name_and_number(text: &str) -> Option<(&str, u64)> {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    text[name.len()..].parse().ok().map(|number| (name, number))
}

/// Whether a name is one that row ids have: `id`, `index`, `uuid`, `key`, `row`, or ends in `_id`, ` id`, `-id`, `Id` or `ID`.
fn is_id_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    matches!(lower.as_str(), "id" | "index" | "uuid" | "guid" | "key" | "row" | "rowid" | "row_number" | "unnamed: 0")
        || ["_id", " id", "-id", "_uuid", "_key"].iter().any(|end| lower.ends_with(end))
        || name.ends_with("Id")
        || (name.ends_with("ID") && name.len() > 2)
}

/// Texts shown that are no numbers, at most.
const SHOWN: usize = 3;

/// What to say where most values of a text column are numbers (or numbers with a unit), but not all.
fn nearly(strings: &Strings, counts: &[usize], present: usize, note: impl Fn(&str) -> Problem) -> Option<Problem> {
    let share = |reads: &dyn Fn(&str) -> bool| {
        strings.levels().zip(counts).filter(|(level, _)| reads(level)).map(|(_, count)| count).sum::<usize>()
    };
    let is_number = |level: &str| NumberFormat::ALL.iter().any(|&format| numbers::parse(format, level.as_bytes()).is_some());
    let unit = |c: char| matches!(c, '%' | '$' | '€' | '£' | '¥');
    let without_unit = |level: &str| {
        let bare = level.trim_matches(unit).trim();
        bare.len() < level.len() && is_number(bare)
    };
    let numeric = share(&is_number);
    if numeric > 0 && 5 * numeric >= 4 * present {
        let others: Vec<&str> = strings.levels().filter(|level| !is_number(level)).take(SHOWN + 1).collect();
        let shown: Vec<String> =
            others.iter().take(SHOWN).map(|level| format!("\"{}\"", level.chars().take(30).collect::<String>())).collect();
        let problem = note("data.nearly_numbers").with("numeric", numeric).with("count", present).with("others", shown.join(", "));
        // Where these are all, they may be markers of missing values.
        return Some(match others.len() <= SHOWN {
            true => problem.with("markers", others.join(&MARKER_END.to_string())),
            false => problem,
        });
    }
    let units = share(&without_unit);
    (units > 0 && 5 * (units + numeric) >= 4 * present)
        .then(|| note("data.numbers_with_units").with("numeric", units).with("count", present))
}
