//! What a chart is before it has a size: axes, marks in the data's own units, keys, items for the keyboard, a table.

pub use super::axis::{Axis, Scale};
pub use super::table::{Cell, Table};
use crate::base::Message;
use serde::{Deserialize, Serialize};

/// A colour by its meaning. The theme knows what it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ink {
    /// A colour of the palette of categories, from 0; it starts again after the seventh.
    Cat(u8),
    /// Grey: what is not asked about.
    Rest,
    /// The text.
    Text,
    /// Text of second rank.
    Muted,
    /// A line that must be seen, such as a reference.
    Edge,
    /// The line of an axis.
    Axis,
    /// The grid, fainter than any mark.
    Grid,
    /// The ground of the chart.
    Surface,
    /// Chosen, or going on.
    Accent,
    /// Met.
    Good,
    /// To be looked at.
    Warn,
    /// Not met.
    Bad,
    /// An amount from 0 to 1.
    Seq(f64),
    /// An amount from -1 to 1 whose middle has a meaning.
    Div(f64),
    /// Text that stands on `Seq`.
    OnSeq(f64),
    /// Text that stands on `Div`.
    OnDiv(f64),
}

/// Where a text stands beside its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The text begins at the place.
    Start,
    /// The place is its middle.
    Middle,
    /// The text ends at the place.
    End,
}

/// One mark, in the data's units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Mark {
    /// A line through points. With a `label` it is named at its end, where there is room, and else among the keys.
    Line { points: Vec<[f64; 2]>, ink: Ink, width: f64, alpha: f64, dash: bool, label: String },
    /// A band between two curves: x, lower, upper.
    Area { points: Vec<[f64; 3]>, ink: Ink, alpha: f64 },
    /// A rectangle from one corner to the other; `gap` is left free between neighbours, in pixels.
    Rect { from: [f64; 2], to: [f64; 2], ink: Ink, alpha: f64, gap: f64 },
    /// Dots of one colour and radius in pixels; open ones are filled with the ground.
    Dots { at: Vec<[f64; 2]>, ink: Ink, radius: f64, alpha: f64, open: bool },
    /// A text beside a place, moved by `shift` pixels. With `halo` the ground shows around it.
    Text { at: [f64; 2], text: String, anchor: Anchor, ink: Ink, strong: bool, shift: [f64; 2], halo: bool },
    /// A text that begins at the left edge of a rectangle, in the middle of its height, cut in its middle to end at the right
    /// edge; left out where the rectangle is too low for it or nothing of it would be left. With `halo` the ground shows around it.
    Within { from: [f64; 2], to: [f64; 2], text: String, ink: Ink, strong: bool, halo: bool },
    /// A dashed line across the chart at a value of x, named beside its head; above it where rows of names fill the chart.
    RuleX { at: f64, ink: Ink, label: String, strong: bool },
    /// A dashed line across the chart at a value of y, named at its `side`: its start or its end.
    RuleY { at: f64, ink: Ink, label: String, side: Anchor },
}

impl Mark {
    /// A plain line, 2 pixels wide.
    pub fn line(points: Vec<[f64; 2]>, ink: Ink) -> Self {
        Mark::Line { points, ink, width: 2.0, alpha: 1.0, dash: false, label: String::new() }
    }

    /// A thin line at half strength, such as one fold of several.
    pub fn thin(points: Vec<[f64; 2]>, ink: Ink) -> Self {
        Mark::Line { points, ink, width: 1.0, alpha: 0.5, dash: false, label: String::new() }
    }

    /// A thin dashed line that other marks are compared with.
    pub fn reference(points: Vec<[f64; 2]>) -> Self {
        Mark::Line { points, ink: Ink::Edge, width: 1.0, alpha: 1.0, dash: true, label: String::new() }
    }

    /// A full rectangle without a gap.
    pub fn rect(from: [f64; 2], to: [f64; 2], ink: Ink) -> Self {
        Mark::Rect { from, to, ink, alpha: 1.0, gap: 0.0 }
    }

    /// A text in the middle of its place.
    pub fn text(at: [f64; 2], text: impl Into<String>) -> Self {
        Mark::Text { at, text: text.into(), anchor: Anchor::Middle, ink: Ink::Text, strong: false, shift: [0.0, 0.0], halo: false }
    }

    /// Whether every coordinate is a number, so that it can be drawn and saved.
    fn finite(&self) -> bool {
        let pair = |p: &[f64; 2]| p[0].is_finite() && p[1].is_finite();
        match self {
            Mark::Line { points, .. } | Mark::Dots { at: points, .. } => points.iter().all(pair),
            Mark::Area { points, .. } => points.iter().all(|p| p.iter().all(|x| x.is_finite())),
            Mark::Rect { from, to, .. } | Mark::Within { from, to, .. } => pair(from) && pair(to),
            Mark::Text { at, .. } => pair(at),
            Mark::RuleX { at, .. } | Mark::RuleY { at, .. } => at.is_finite(),
        }
    }
}

/// An entry of the key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Key {
    /// A filled mark and its name.
    Fill { ink: Ink, name: String },
    /// A line and its name.
    Line { ink: Ink, name: String },
    /// A round mark and its name.
    Dot { ink: Ink, name: String },
    /// A run of colours from `low` to `high`; `middle` is given where the colours run both ways.
    Ramp { low: String, middle: Option<String>, high: String },
    /// Only words.
    Note { name: String },
}

/// Something that the keyboard and the pointer can reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// One spoken sentence, at most three short parts: what, value, interval or n.
    pub label: String,
    /// The first corner, or the place of a point.
    pub from: [f64; 2],
    /// The second corner; the same for a point.
    pub to: [f64; 2],
    /// Which row, category or model of the input it is, so that other views can show the same.
    pub key: usize,
}

/// Where the keys stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// In a row above the chart.
    Above,
    /// As words in their colours in the lower right corner, where such curves leave room.
    LowerRight,
    /// The same in the lower left corner.
    LowerLeft,
}

/// A chart before it has a size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// The id of the chart, as in `CHARTS`.
    pub chart: String,
    /// A short title.
    pub title: String,
    /// One sentence that says what is to be seen, with its numbers. Where there is nothing to draw it says why.
    pub description: String,
    /// There is nothing to draw.
    pub empty: bool,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis. Names run from the top down, numbers from the bottom up.
    pub y: Axis,
    /// The marks, drawn in this order.
    pub marks: Vec<Mark>,
    /// The keys.
    pub keys: Vec<Key>,
    /// Where the keys stand.
    pub key_place: KeyPlace,
    /// Cells are kept near to squares.
    pub square: bool,
    /// What keyboard and pointer can reach, in the order of the arrow keys.
    pub items: Vec<Item>,
    /// The same figures as a table.
    pub table: Table,
}

impl Scene {
    /// A chart without marks; its title is the text `chart.<id>`.
    pub fn new(id: &str, x: Axis, y: Axis) -> Self {
        Self {
            chart: id.to_owned(),
            title: crate::base::text(&format!("chart.{id}")),
            description: String::new(),
            empty: false,
            x,
            y,
            marks: Vec::new(),
            keys: Vec::new(),
            key_place: KeyPlace::Above,
            square: false,
            items: Vec::new(),
            table: Table::default(),
        }
    }

    /// A chart that has nothing to draw and says why; `reason` is the id of a text.
    pub fn nothing(id: &str, reason: &str) -> Self {
        let mut scene = Self::new(id, Axis::hidden(), Axis::hidden());
        scene.empty = true;
        scene.description = Message::new("chart.nothing").with("reason", crate::base::text(reason)).to_string();
        scene
    }

    /// The same chart with another title; an empty one changes nothing.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        let title = title.into();
        if !title.is_empty() {
            self.title = title;
        }
        self
    }

    /// Adds a mark; one with a coordinate that is no number is left out.
    pub fn mark(&mut self, mark: Mark) {
        if mark.finite() {
            self.marks.push(mark);
        }
    }

    /// Adds something to reach at a point.
    pub fn point(&mut self, at: [f64; 2], key: usize, label: impl Into<String>) {
        self.span(at, at, key, label);
    }

    /// Adds something to reach that fills a rectangle.
    pub fn span(&mut self, from: [f64; 2], to: [f64; 2], key: usize, label: impl Into<String>) {
        if from.iter().chain(&to).all(|x| x.is_finite()) {
            self.items.push(Item { label: label.into(), from, to, key });
        }
    }

    /// Names the columns of the table, by the ids of their texts.
    pub fn columns(&mut self, ids: &[&str]) {
        self.table.columns = ids.iter().map(|id| crate::base::text(id)).collect();
    }

    /// Adds a row to the table.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.table.rows.push(cells);
    }
}

/// The colours of classes: the positive one is the first of the palette and the other of two is grey; more than two take the
/// palette in order, and what comes after the seventh is grey.
pub fn class_inks(classes: usize, positive: Option<usize>) -> Vec<Ink> {
    match (classes, positive) {
        (2, Some(positive)) => (0..2).map(|class| if class == positive { Ink::Cat(0) } else { Ink::Rest }).collect(),
        _ => (0..classes).map(|class| if class < 7 { Ink::Cat(class as u8) } else { Ink::Rest }).collect(),
    }
}
