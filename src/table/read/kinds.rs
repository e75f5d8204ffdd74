//! What the values of a column are: numbers, dates or texts. A guess from some values steers the reading; the decision
//! is made from all of them.

use super::dates::{self, DateOrder};
use super::numbers::{self, NumberFormat, Thousands};

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// There is no value.
    Empty,
    /// Each value is a number in this format.
    Number(NumberFormat),
    /// Each value is a date in this order.
    Date(DateOrder),
    /// Texts.
    Text,
}

impl Form {
    /// Whether a stripped text can be read so.
    pub fn fits(self, text: &[u8]) -> bool {
        match self {
            Form::Empty => false,
            Form::Number(format) => numbers::parse(format, text).is_some(),
            Form::Date(order) => dates::parse(order, text).is_some(),
            Form::Text => true,
        }
    }
}

/// What the rest of the file, or a person, says about a column whose values can be read in two ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// A person's word on the decimal mark.
    pub given_comma: Option<bool>,
    /// A person's word on the order of dates.
    pub given_order: Option<DateOrder>,
    /// What other columns of the file prove about the decimal mark.
    pub proven_comma: Option<bool>,
    /// Whether the separator is a semicolon, as where the comma is the decimal mark.
    pub semicolon: bool,
}

impl Hints {
    fn comma(self) -> Option<bool> {
        self.given_comma.or(self.proven_comma)
    }
}

/// How a column's values can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The best way.
    pub form: Form,
    /// Another way in which every value could be read too, with another meaning.
    pub rival: Option<Form>,
}

/// The way in which every one of some present, stripped values can be read: numbers before dates before texts.
pub fn guess<'a, I>(values: I, hints: Hints) -> Guess
where
    I: Iterator<Item = &'a [u8]> + Clone,
{
    let fits = |form: Form| values.clone().all(|value| form.fits(value));
    if values.clone().next().is_none() {
        return Guess { form: Form::Empty, rival: None };
    }
    if let Some((format, rival)) = number_format(&fits, values.clone(), hints) {
        return Guess { form: Form::Number(format), rival: rival.map(Form::Number) };
    }
    let [ymd, dmy, mdy] = [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy]
        .map(|order| (hints.given_order.is_none_or(|given| given == order) && fits(Form::Date(order))).then_some(Form::Date(order)));
    let (form, rival) = match (ymd, dmy, mdy) {
        (Some(form), _, _) => (form, None),
        (_, Some(dmy), Some(mdy)) => {
            // Month first is written with slashes, and where the decimal mark is a point.
            let month_first = values.clone().all(|value| value.contains(&b'/')) && !hints.semicolon && hints.comma() != Some(true);
            if month_first { (mdy, Some(dmy)) } else { (dmy, Some(mdy)) }
        }
        (_, Some(form), _) | (_, _, Some(form)) => (form, None),
        _ => (Form::Text, None),
    };
    Guess { form, rival }
}

const COMMA_GROUPS: NumberFormat = NumberFormat { decimal_comma: false, thousands: Thousands::Comma };
const POINT_GROUPS: NumberFormat = NumberFormat { decimal_comma: true, thousands: Thousands::Point };

/// The number format in which every value can be read, and a rival with another meaning.
fn number_format<'a>(
    fits: &impl Fn(Form) -> bool,
    mut values: impl Iterator<Item = &'a [u8]>,
    hints: Hints,
) -> Option<(NumberFormat, Option<NumberFormat>)> {
    let all = |format| fits(Form::Number(format));
    if all(NumberFormat::PLAIN) {
        // `1.234` is a thousand and more where the comma is the decimal mark.
        if hints.comma() == Some(true) && all(POINT_GROUPS) && values.any(|value| value.contains(&b'.')) {
            return Some((POINT_GROUPS, Some(NumberFormat::PLAIN)));
        }
        return Some((NumberFormat::PLAIN, None));
    }
    if all(NumberFormat::COMMA) {
        if !all(COMMA_GROUPS) {
            return Some((NumberFormat::COMMA, None));
        }
        // `1,234`: one and a bit, or a thousand and more?
        return Some(if hints.comma().unwrap_or(hints.semicolon) {
            (NumberFormat::COMMA, Some(COMMA_GROUPS))
        } else {
            (COMMA_GROUPS, Some(NumberFormat::COMMA))
        });
    }
    NumberFormat::ALL.into_iter().skip(2).find(|&format| all(format)).map(|format| (format, None))
}

/// The number format that reads most of some values, for a column that a person wants as numbers.
pub fn best_number_format<'a>(values: impl Iterator<Item = &'a [u8]> + Clone, hints: Hints) -> NumberFormat {
    let count = |format| values.clone().filter(|value| numbers::parse(format, value).is_some()).count();
    // A person's word on the decimal mark holds for the column.
    let mut best = (if hints.given_comma == Some(true) { NumberFormat::COMMA } else { NumberFormat::PLAIN }, 0);
    for format in NumberFormat::ALL.into_iter().filter(|format| hints.given_comma.is_none_or(|comma| comma == format.decimal_comma)) {
        let count = count(format);
        if count > best.1 {
            best = (format, count);
        }
    }
    best.0
}

/// The order that reads most of some values, for a column that a person wants as dates.
pub fn best_date_order<'a>(values: impl Iterator<Item = &'a [u8]> + Clone, hints: Hints) -> DateOrder {
    if let Some(order) = hints.given_order {
        return order;
    }
    let count = |order| values.clone().filter(|value| dates::parse(order, value).is_some()).count();
    let (ymd, dmy, mdy) = (count(DateOrder::Ymd), count(DateOrder::Dmy), count(DateOrder::Mdy));
    if ymd >= dmy && ymd >= mdy {
        DateOrder::Ymd
    } else if mdy > dmy {
        DateOrder::Mdy
    } else {
        DateOrder::Dmy
    }
}

/// What the columns of a file prove together about the decimal mark: some column is numbers only with a comma, or only with
/// a point. Nothing where there is neither, or both.
pub fn proven_comma<'a, C, I>(columns: C) -> Option<bool>
where
    C: Iterator<Item = I>,
    I: Iterator<Item = &'a [u8]> + Clone,
{
    let (mut comma, mut point) = (false, false);
    for values in columns {
        let fits = |format: NumberFormat| values.clone().all(|value| numbers::parse(format, value).is_some());
        if fits(NumberFormat::PLAIN) {
            point |= values.clone().any(|value| value.contains(&b'.')) && !fits(POINT_GROUPS);
        } else {
            let has_comma = fits(NumberFormat::COMMA) || fits(POINT_GROUPS);
            comma |= has_comma && !fits(COMMA_GROUPS);
            point |= !has_comma && fits(COMMA_GROUPS) && values.clone().any(|value| value.contains(&b'.'));
        }
    }
    (comma != point).then_some(comma)
}

/// Whether texts are texts rather than categories: mostly different, or long.
pub fn is_text(distinct: usize, present: usize, bytes: usize) -> bool {
    (distinct > 20 && 2 * distinct > present) || (distinct > 1 && bytes > 100 * present)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(values: &[&str], hints: Hints) -> (Form, bool) {
        let guess = guess(values.iter().map(|value| value.as_bytes()), hints);
        (guess.form, guess.rival.is_some())
    }

    #[test]
    fn forms() {
        let none = Hints::default();
        let comma = Hints { proven_comma: Some(true), ..none };
        let semicolon = Hints { semicolon: true, ..none };
        let plain = Form::Number(NumberFormat::PLAIN);
        let decimal_comma = Form::Number(NumberFormat::COMMA);
        let (comma_groups, point_groups) = (Form::Number(COMMA_GROUPS), Form::Number(POINT_GROUPS));
        let cases: &[(&[&str], Hints, Form, bool)] = &[
            (&[], none, Form::Empty, false),
            (&["1", "2"], none, plain, false),
            (&["1", "inf"], none, Form::Text, false),
            (&["1", "None"], none, Form::Text, false),
            (&["0,435", "1,2"], none, decimal_comma, false),
            (&["1,234", "5,678"], none, comma_groups, true),
            (&["1,234", "5,678"], semicolon, decimal_comma, true),
            (&["1,234", "5,678"], comma, decimal_comma, true),
            (&["1,234", "0,678"], none, decimal_comma, false),
            (&["1,234.5", "5"], none, comma_groups, false),
            (&["1.234,5", "5"], none, point_groups, false),
            (&["1.234.567"], none, point_groups, false),
            (&["1.234", "5"], none, plain, false),
            (&["1.234", "5"], comma, point_groups, true),
            (&["1.2", "5"], comma, plain, false),
            (&["1 234", "5"], none, Form::Number(NumberFormat { decimal_comma: false, thousands: Thousands::Blank }), false),
            (&["2024-01-02"], none, Form::Date(DateOrder::Ymd), false),
            (&["2024-01-02", "soon"], none, Form::Text, false),
            (&["31/12/2024", "01/02/2024"], none, Form::Date(DateOrder::Dmy), false),
            (&["12/31/2024", "01/02/2024"], none, Form::Date(DateOrder::Mdy), false),
            (&["01/02/2024"], none, Form::Date(DateOrder::Mdy), true),
            (&["01/02/2024"], semicolon, Form::Date(DateOrder::Dmy), true),
            (&["01.02.2024"], none, Form::Date(DateOrder::Dmy), true),
            (&["01/02/2024"], Hints { given_order: Some(DateOrder::Dmy), ..none }, Form::Date(DateOrder::Dmy), false),
            (&["t", "f"], none, Form::Text, false),
        ];
        for &(values, hints, want, rival) in cases {
            assert_eq!(form(values, hints), (want, rival), "{values:?} {hints:?}");
        }
    }

    #[test]
    fn other_columns_prove_the_decimal_mark() {
        let proven = |columns: &[&[&str]]| proven_comma(columns.iter().map(|values| values.iter().map(|value| value.as_bytes())));
        assert_eq!(proven(&[&["1", "2"], &["x"]]), None);
        assert_eq!(proven(&[&["1.5"], &["1.234"]]), Some(false));
        assert_eq!(proven(&[&["1,5"], &["1.234"]]), Some(true));
        assert_eq!(proven(&[&["1,5"], &["1.5"]]), None);
        assert_eq!(proven(&[&["1,234"]]), None);
        assert_eq!(proven(&[&["1,234.5"]]), Some(false));
    }

    #[test]
    fn the_best_way_reads_most_values() {
        let values = ["1,5", "2,5", "x", "3"];
        let values = values.iter().map(|value| value.as_bytes());
        assert_eq!(best_number_format(values.clone(), Hints::default()), NumberFormat::COMMA);
        let point = Hints { given_comma: Some(false), ..Hints::default() };
        assert_eq!(best_number_format(values.clone(), point), NumberFormat::PLAIN);
        let comma = Hints { given_comma: Some(true), ..Hints::default() };
        assert_eq!(best_number_format(["x"].iter().map(|value| value.as_bytes()), comma), NumberFormat::COMMA);
        assert_eq!(best_date_order(["13/1/2020", "x"].iter().map(|value| value.as_bytes()), Hints::default()), DateOrder::Dmy);
    }
}
