//! Parts of dates as numbers.

use crate::base::{Field, Params, Problem};
use crate::plan::{DatePart, Op};
use crate::prepare::fitting::{Fitting, count, free, problem, put, settings, without};
use crate::prepare::{Action, Cell, Context, Fitted, Kind};
use crate::table::{Column, ColumnInfo, Kind as ColumnKind, Schema, Table, column::show_date};
use serde::Deserialize;

/// Takes dates apart into columns `<name>_<part>` in place of the date, in the proleptic Gregorian calendar and without a
/// time zone. Months and weekdays can go round as sine and cosine, so that December lies beside January. A missing date
/// has missing parts. Nothing is learned from the rows.
pub static KIND: Kind =
    Kind { id: "date_parts", family: "features", accepts: &[ColumnKind::Date], fields, schema, action: Action::Columns(fit) };

#[derive(Deserialize)]
struct Settings {
    year: bool,
    quarter: bool,
    month: bool,
    week: bool,
    day: bool,
    day_of_year: bool,
    weekday: bool,
    weekend: bool,
    hour: bool,
    month_cycle: bool,
    weekday_cycle: bool,
    elapsed: bool,
    keep: bool,
}

fn fields() -> Vec<Field> {
    vec![
        Field::flag("year", true),
        Field::flag("quarter", false),
        Field::flag("month", true),
        Field::flag("week", false),
        Field::flag("day", true),
        Field::flag("day_of_year", false),
        Field::flag("weekday", true),
        Field::flag("weekend", false),
        Field::flag("hour", false),
        Field::flag("month_cycle", false),
        Field::flag("weekday_cycle", false),
        Field::flag("elapsed", false),
        Field::flag("keep", false),
    ]
}

impl Settings {
    /// The chosen parts with the ends of their columns' names.
    ///
    /// # Errors
    /// Where no part is chosen.
    fn parts(&self) -> Result<Vec<(DatePart, &'static str)>, Problem> {
        let all = [
            (self.year, DatePart::Year, "year"),
            (self.quarter, DatePart::Quarter, "quarter"),
            (self.month, DatePart::Month, "month"),
            (self.week, DatePart::Week, "week"),
            (self.day, DatePart::Day, "day"),
            (self.day_of_year, DatePart::DayOfYear, "day_of_year"),
            (self.weekday, DatePart::Weekday, "weekday"),
            (self.weekend, DatePart::Weekend, "weekend"),
            (self.hour, DatePart::Hour, "hour"),
            (self.month_cycle, DatePart::MonthSin, "month_sin"),
            (self.month_cycle, DatePart::MonthCos, "month_cos"),
            (self.weekday_cycle, DatePart::WeekdaySin, "weekday_sin"),
            (self.weekday_cycle, DatePart::WeekdayCos, "weekday_cos"),
            (self.elapsed, DatePart::Elapsed, "elapsed"),
        ];
        let chosen: Vec<_> = all.into_iter().filter(|(on, ..)| *on).map(|(_, part, name)| (part, name)).collect();
        if chosen.is_empty() { Err(problem(&KIND, "date_parts.none")) } else { Ok(chosen) }
    }
}

fn fit(params: &Params, table: &Table, context: &Context) -> Result<Fitted, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let parts = settings.parts()?;
    let mut fitting = Fitting::new(&KIND, table, &["learned.earliest", "learned.latest", "learned.missing"])?;
    let columns = fitting.columns(context)?;
    for column in &columns {
        for (part, end) in &parts {
            let into = free(&KIND, format!("{}_{end}", column.name), |name| table.column(name).is_some())?;
            fitting.op(Op::DatePart { column: column.name.clone(), part: *part, into });
        }
        let present = || column.dates().unwrap_or_default().iter().copied().filter(|moment| *moment != Column::NO_DATE);
        let cell = |moment: Option<i64>| moment.map_or(Cell::Empty, |moment| Cell::Text(show_date(moment)));
        fitting.learn(&column.name, vec![cell(present().min()), cell(present().max()), count(column.missing())]);
    }
    if !settings.keep && !columns.is_empty() {
        fitting.op(Op::Drop { columns: columns.iter().map(|column| column.name.clone()).collect() });
    }
    Ok(fitting.finish())
}

fn schema(params: &Params, columns: &[String], mut schema: Schema) -> Result<Schema, Problem> {
    let settings: Settings = settings(&KIND, params)?;
    let parts = settings.parts()?;
    for name in columns {
        let (missing, may_miss) = schema.column(name).map_or((0, false), |column| (column.missing, column.may_miss));
        for (_, end) in &parts {
            let into = free(&KIND, format!("{name}_{end}"), |name| schema.column(name).is_some())?;
            put(&mut schema, ColumnInfo { missing, may_miss, ..ColumnInfo::number(into) });
        }
    }
    Ok(if settings.keep { schema } else { without(schema, columns) })
}
