//! From the data's units to pixels.

use crate::chart::scene::Scale;
use crate::num::float::{log10, pow};

/// One axis' way from values to pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The value at `from`; its logarithm for an axis by orders of magnitude.
    low: f64,
    /// The value at `to`.
    high: f64,
    /// The pixel of `low`.
    pub from: f64,
    /// The pixel of `high`.
    pub to: f64,
    log: bool,
}

impl Project {
    /// A span of values on a span of pixels.
    pub fn new(scale: &Scale, (low, high): (f64, f64), from: f64, to: f64) -> Self {
        let log = matches!(scale, Scale::Log { .. });
        let (low, high) = if log { (log10(low), log10(high)) } else { (low, high) };
        Self { low, high, from, to, log }
    }

    /// The pixel of a value. What is outside stays near the frame, so that no number grows out of hand.
    pub fn pixel(&self, value: f64) -> f64 {
        let value = match (self.log, value > 0.0) {
            (true, true) => log10(value),
            (true, false) => self.low - (self.high - self.low),
            _ => value,
        };
        let share = (value - self.low) / (self.high - self.low);
        let share = if share < -4.0 {
            -4.0
        } else if share > 5.0 {
            5.0
        } else if share.is_nan() {
            0.0
        } else {
            share
        };
        self.from + share * (self.to - self.from)
    }

    /// The value at a pixel.
    pub fn value(&self, pixel: f64) -> f64 {
        let value = self.low + (pixel - self.from) / (self.to - self.from) * (self.high - self.low);
        if self.log { pow(10.0, value) } else { value }
    }

    /// How many pixels one unit is long.
    pub fn unit(&self) -> f64 {
        ((self.to - self.from) / (self.high - self.low)).abs()
    }
}
