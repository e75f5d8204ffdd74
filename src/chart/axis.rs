//! What an axis measures, and how it is ticked.

use serde::{Deserialize, Serialize};

/// What an axis measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Scale {
    /// Numbers from `low` to `high`; with `nice` widened to round numbers.
    Linear { low: f64, high: f64, nice: bool },
    /// Positive numbers by orders of magnitude.
    Log { low: f64, high: f64 },
    /// Names; the name at place i has the span from i - 0.5 to i + 0.5.
    Names(Vec<String>),
    /// No axis is drawn; coordinates run from 0 to 1.
    Hidden,
}

/// One axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What is measured, with its unit; empty where the title of the chart says it.
    pub title: String,
    /// How.
    pub scale: Scale,
    /// Numbers are shares, written in per cent.
    pub percent: bool,
    /// Only whole numbers are ticked.
    pub whole: bool,
    /// Numbers are microseconds since 1970, ticked at the turns of the calendar.
    #[serde(default)]
    pub dates: bool,
    /// Lines of the grid run across the chart.
    pub grid: bool,
    /// The axis' own line is drawn.
    pub line: bool,
    /// Names follow each other, as days do: where there is no room for all, some stand for their neighbours.
    pub ordered: bool,
    /// Ticks and labels are left out, because the marks carry their values.
    pub quiet: bool,
}

impl Axis {
    /// An axis without ticks.
    pub fn hidden() -> Self {
        Self {
            title: String::new(),
            scale: Scale::Hidden,
            percent: false,
            whole: false,
            dates: false,
            grid: false,
            line: false,
            quiet: true,
            ordered: false,
        }
    }

    /// Numbers that span all of these values, widened to round numbers; missing and infinite ones are left out.
    pub fn over(title: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = super::ticks::span(values);
        Self {
            title: title.into(),
            scale: Scale::Linear { low, high, nice: true },
            percent: false,
            whole: false,
            dates: false,
            grid: false,
            line: true,
            quiet: false,
            ordered: false,
        }
    }

    /// Numbers that span all of these values with a little room on both sides.
    pub fn close(title: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = super::ticks::span(values);
        let room = (high - low) * 0.03;
        Self::exact(title, low - room, high + room)
    }

    /// Numbers from exactly `low` to `high`.
    pub fn exact(title: impl Into<String>, low: f64, high: f64) -> Self {
        let (low, high) = super::ticks::widened(low, high);
        Self { scale: Scale::Linear { low, high, nice: false }, ..Self::over(title, []) }
    }

    /// Positive numbers by orders of magnitude.
    pub fn log(title: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = super::ticks::span(values.into_iter().filter(|x| *x > 0.0));
        let (low, high) = if low > 0.0 { (low, high) } else { (0.1, 1.0) };
        Self { scale: Scale::Log { low, high }, ..Self::over(title, []) }
    }

    /// Names, one beside the other.
    pub fn names(title: impl Into<String>, names: Vec<String>) -> Self {
        Self { scale: Scale::Names(names), line: false, ..Self::over(title, []) }
    }

    /// The same axis, its names following each other.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }

    /// The same axis with lines of the grid.
    #[must_use]
    pub fn grid(mut self) -> Self {
        self.grid = true;
        self
    }

    /// The same axis, its numbers written in per cent.
    #[must_use]
    pub fn percent(mut self) -> Self {
        self.percent = true;
        self
    }

    /// The same axis, ticked at whole numbers only.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// The same axis, its numbers being moments where `dates` says so. It runs from end to end, since no moment is rounder.
    #[must_use]
    pub fn dates(mut self, dates: bool) -> Self {
        self.dates = dates;
        if let (true, Scale::Linear { nice, .. }) = (dates, &mut self.scale) {
            *nice = false;
        }
        self
    }

    /// One of its numbers in a sentence.
    pub fn shown(&self, value: f64) -> String {
        match self.scale {
            Scale::Linear { low, high, .. } if self.dates => super::format::moment(value, high - low),
            _ if self.percent => super::format::percent(value),
            _ => super::format::figure(value),
        }
    }

    /// The same axis without line, ticks and labels.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        (self.line, self.quiet) = (false, true);
        self
    }

    /// The same axis without its line.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.line = false;
        self
    }
}
