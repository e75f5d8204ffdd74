//! Alerts about one column: empty, constant, missing, names of rows, many levels, skew, outliers, stand-ins.

use super::{Alert, Facts, limit};
use crate::base::Severity::{Note, Warning};
use crate::profile::{ColumnProfile, Figures, NumberProfile};
use crate::table::Kind;

pub(super) fn of(column: &ColumnProfile, rows: usize, facts: &Facts, alerts: &mut Vec<Alert>) {
    let name = [column.name.as_str()];
    if column.count == 0 {
        if rows > 0 {
            alerts.push(Alert::new("empty", Warning, &name).suggest("leave_out"));
        }
        return;
    }
    // A single row says nothing of what varies.
    if column.distinct() == 1 && rows > 1 {
        let alert = Alert::new("constant", Warning, &name).text("value", &only_value(column));
        // A value or a gap is still two things.
        if column.missing == 0 {
            alerts.push(alert.suggest("leave_out"));
            return;
        }
    }
    missing(column, rows, alerts);
    if is_row_id(column) {
        alerts.push(Alert::new("row_id", Warning, &name).number("count", column.count as f64).suggest("row_id"));
        return;
    }
    nearly_constant(column, alerts);
    match &column.of {
        Figures::Number(number) => shape(column, number, facts, alerts),
        Figures::Texts(texts) => {
            let many = match column.kind {
                Kind::Text => 2 * texts.distinct > column.count && column.count >= limit::ROWS,
                _ => texts.distinct > limit::LEVELS,
            };
            if many {
                let alert = Alert::new("high_cardinality", Note, &name).number("count", texts.distinct as f64);
                let mostly_different = 2 * texts.distinct > column.count;
                alerts.push(if mostly_different { alert.suggest("leave_out") } else { alert.suggest("rare_levels").suggest("leave_out") });
            }
        }
        Figures::Date(_) => {}
    }
}

fn only_value(column: &ColumnProfile) -> String {
    match &column.of {
        Figures::Number(number) => number.top.first().map(|(value, _)| format!("{value}")),
        Figures::Texts(texts) => texts.top.first().map(|level| level.text.clone()),
        Figures::Date(date) => date.first.clone(),
    }
    .unwrap_or_default()
}

fn missing(column: &ColumnProfile, rows: usize, alerts: &mut Vec<Alert>) {
    let share = column.missing as f64 / rows as f64;
    let name = [column.name.as_str()];
    // No step fills texts that mostly differ.
    let can_fill = column.kind != Kind::Text;
    let alert = |id, severity| Alert::new(id, severity, &name).share("share", share).number("count", column.missing as f64);
    if share >= limit::MOSTLY_MISSING {
        let alert = alert("mostly_missing", Warning).suggest("leave_out");
        alerts.push(if can_fill { alert.suggest("impute_marked") } else { alert });
    } else if share >= limit::MISSING {
        let alert = alert("missing", Note);
        alerts.push(if can_fill { alert.suggest("impute") } else { alert.suggest("leave_out") });
    }
}

/// Texts that are all different; whole numbers that are all different and either count the rows or are called an id.
fn is_row_id(column: &ColumnProfile) -> bool {
    if column.missing > 0 || column.count < limit::ROWS || column.distinct() < column.count {
        return false;
    }
    match &column.of {
        Figures::Texts(_) => true,
        Figures::Date(_) => false,
        Figures::Number(number) => {
            let dense = number.range.value().is_some_and(|range| range < 2.0 * column.count as f64);
            number.whole && (dense || is_called_id(&column.name))
        }
    }
}

/// Whether a word of the name is "id" or its like.
pub fn is_called_id(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| matches!(word, "id" | "key" | "index" | "nr" | "no" | "number" | "uuid" | "code"))
        || name.ends_with("Id")
        || name.ends_with("ID")
}

fn nearly_constant(column: &ColumnProfile, alerts: &mut Vec<Alert>) {
    let most = match &column.of {
        Figures::Number(number) => number.top.first().map(|&(value, count)| (format!("{value}"), count)),
        Figures::Texts(texts) => texts.top.first().map(|level| (level.text.clone(), level.count)),
        Figures::Date(_) => None,
    };
    let Some((value, count)) = most else { return };
    let share = count as f64 / column.count as f64;
    if column.distinct() > 1 && share >= limit::ONE_VALUE && column.count >= limit::ROWS {
        let alert = Alert::new("nearly_constant", Note, &[&column.name]).share("share", share).text("value", &value);
        alerts.push(alert.suggest("leave_out"));
    }
}

fn shape(column: &ColumnProfile, number: &NumberProfile, facts: &Facts, alerts: &mut Vec<Alert>) {
    let name = [column.name.as_str()];
    if let Some((value, count)) = facts.sentinel {
        let alert = Alert::new("sentinel", Warning, &name).number("value", value).number("count", count as f64);
        alerts.push(alert.suggest("read_as_missing"));
    }
    // The shape of a few different values is the business of a bar chart.
    if column.count < limit::ROWS || number.distinct <= 10 {
        return;
    }
    if let Some(skew) = number.skew.value().filter(|skew| skew.abs() >= limit::SKEW) {
        let alert = Alert::new("skew", Note, &name).number("skew", skew);
        alerts.push(if skew > 0.0 && number.negatives == 0 { alert.suggest("log") } else { alert.suggest("outliers") });
    }
    let share = number.far_out as f64 / column.count as f64;
    let spreads = number.iqr.value().is_some_and(|iqr| iqr > 0.0);
    if spreads && number.far_out > 0 && share >= limit::FAR_OUT {
        let ends = (number.min.value().unwrap_or(0.0), number.max.value().unwrap_or(0.0));
        let alert = Alert::new("outliers", Note, &name).number("count", number.far_out as f64).share("share", share);
        alerts.push(alert.number("min", ends.0).number("max", ends.1).suggest("outliers"));
    }
}
