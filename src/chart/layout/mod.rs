//! A scene at a size: where every line, text and item stands, in pixels. Drawing, hover and keyboard share it.

mod axes;
mod keys;
mod marks;
mod project;

use super::format::shortened;
use super::measure;
use super::scene::{Anchor, Ink, Scale, Scene};
use super::ticks::{greater, lesser};
pub use project::Project;

/// The size of every text but the title, in pixels.
pub const TEXT: f64 = 11.0;
/// The size of the title.
const TITLE: f64 = 13.0;
/// The height of a row of text.
const ROW: f64 = 16.0;

/// A rectangle in pixels, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Frame {
    /// Its width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Its height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    fn holds(&self, x: f64, y: f64) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }
}

/// One thing to draw, in pixels.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the variant's sentence names its fields
pub enum Shape {
    /// A full rectangle.
    Rect { at: Frame, ink: Ink, alpha: f64 },
    /// A line through points, `width` pixels wide.
    Path { points: Vec<[f64; 2]>, ink: Ink, width: f64, alpha: f64, dash: bool },
    /// A full polygon.
    Polygon { points: Vec<[f64; 2]>, ink: Ink, alpha: f64 },
    /// A full disc; an open one is filled with the ground and ringed.
    Dot { x: f64, y: f64, radius: f64, ink: Ink, alpha: f64, open: bool },
    /// A text whose middle line is at `y`; turned ones are read upwards.
    Text { x: f64, y: f64, text: String, anchor: Anchor, ink: Ink, strong: bool, size: f64, turned: bool },
}

/// An item with its place in pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Its place among the scene's items.
    pub index: usize,
    /// Where the pointer's label points at.
    pub x: f64,
    /// The same, downwards.
    pub y: f64,
    /// What the keyboard's ring surrounds.
    pub bounds: Frame,
}

/// A scene at a size.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Where the marks are.
    pub frame: Frame,
    /// What is drawn, in this order.
    pub shapes: Vec<Shape>,
    /// The scene's items, in the order of the arrow keys.
    pub items: Vec<Placed>,
    /// Across and up; nothing where no axes are drawn.
    scales: Option<[Project; 2]>,
}

impl Layout {
    /// The values at a point.
    pub fn values(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        self.scales.as_ref().map(|[across, up]| [across.value(x), up.value(y)])
    }

    /// Lays a scene out, without its title: where it is shown, a heading stands above it.
    pub fn new(scene: &Scene, width: u32, height: u32) -> Self {
        Self::build(scene, width, height, false)
    }

    /// Lays a scene out with its title in the picture, for a picture that is taken elsewhere.
    pub fn titled(scene: &Scene, width: u32, height: u32) -> Self {
        Self::build(scene, width, height, true)
    }

    fn build(scene: &Scene, width: u32, height: u32, titled: bool) -> Self {
        // Smaller boxes cannot hold an axis; larger ones than a wall are a mistake in the caller's arithmetic.
        let (width, height) = (width.clamp(80, 16_384), height.clamp(60, 16_384));
        let (w, h) = (f64::from(width), f64::from(height));
        let whole = Frame { left: 0.0, top: 0.0, right: w, bottom: h };
        let mut layout = Self { width, height, frame: whole, shapes: Vec::new(), items: Vec::new(), scales: None };
        let mut top = 6.0;
        if titled && !scene.title.is_empty() {
            layout.text(8.0, top + 9.0, &shortened(&scene.title, TITLE * 1.06, w - 16.0), Anchor::Start, Ink::Text, true, TITLE);
            top += 22.0;
        }
        if scene.empty {
            layout.sentence(&scene.description, top);
            return layout;
        }
        let ends = keys::ends(scene, w);
        let rows = keys::rows(scene, w, ends.is_some());
        top = keys::draw(&mut layout, &rows, top);
        let axes = axes::place(scene, w, h, top, ends.unwrap_or(0.0));
        layout.frame = axes.frame;
        axes.grid(&mut layout, scene);
        marks::draw(&mut layout, scene, &axes.x, &axes.y, ends);
        axes.lines(&mut layout, scene);
        keys::corner(&mut layout, scene);
        layout.place(scene, &axes.x, &axes.y);
        layout.scales = Some([axes.x, axes.y]);
        layout
    }

    /// The item under a point, or the nearest within a finger's breadth.
    pub fn nearest(&self, x: f64, y: f64) -> Option<usize> {
        let area = |item: &Placed| item.bounds.width() * item.bounds.height();
        let inside = self.items.iter().filter(|item| item.bounds.holds(x, y)).min_by(|a, b| area(a).total_cmp(&area(b)));
        let distance = |item: &Placed| (item.x - x) * (item.x - x) + (item.y - y) * (item.y - y);
        inside
            .or_else(|| self.items.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).filter(|item| distance(item) < 24.0 * 24.0))
            .map(|item| item.index)
    }

    fn text(&mut self, x: f64, y: f64, text: &str, anchor: Anchor, ink: Ink, strong: bool, size: f64) {
        if !text.is_empty() {
            self.shapes.push(Shape::Text { x, y, text: text.to_owned(), anchor, ink, strong, size, turned: false });
        }
    }

    /// A sentence in the middle, broken into lines.
    fn sentence(&mut self, sentence: &str, top: f64) {
        let (w, h) = (f64::from(self.width), f64::from(self.height));
        let mut lines: Vec<String> = Vec::new();
        for word in sentence.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match longer {
                Some(longer) if measure::width(&longer, TEXT + 1.0, false) < lesser(w - 32.0, 420.0) => {
                    if let Some(last) = lines.last_mut() {
                        *last = longer;
                    }
                }
                _ => lines.push(shortened(word, TEXT + 1.0, w - 16.0)),
            }
        }
        lines.truncate(((h - top) / ROW) as usize);
        let first = top + (h - top - lines.len() as f64 * ROW) / 2.0 + ROW / 2.0;
        for (i, line) in lines.iter().enumerate() {
            self.text(w / 2.0, first + i as f64 * ROW, line, Anchor::Middle, Ink::Muted, false, TEXT + 1.0);
        }
    }

    /// Puts the items where their marks are, inside the frame.
    fn place(&mut self, scene: &Scene, x: &Project, y: &Project) {
        let frame = self.frame;
        let inside = |v: f64, low: f64, high: f64| greater(lesser(v, high), low);
        for (index, item) in scene.items.iter().enumerate() {
            let (ax, ay) = (x.pixel(item.from[0]), y.pixel(item.from[1]));
            let (bx, by) = (x.pixel(item.to[0]), y.pixel(item.to[1]));
            let (left, right) = (inside(lesser(ax, bx), frame.left, frame.right), inside(greater(ax, bx), frame.left, frame.right));
            let (top, bottom) = (inside(lesser(ay, by), frame.top, frame.bottom), inside(greater(ay, by), frame.top, frame.bottom));
            let point = item.from == item.to;
            let room = if point { 4.0 } else { 0.0 };
            let bounds = Frame {
                left: greater(left - room, frame.left),
                top: greater(top - room, frame.top),
                right: lesser(right + room, frame.right),
                bottom: lesser(bottom + room, frame.bottom),
            };
            self.items.push(Placed { index, x: (left + right) / 2.0, y: if point { top } else { (top + bottom) / 2.0 }, bounds });
        }
    }
}

impl Scene {
    /// Where every item stands at a size, as drawn by [`super::draw()`] and [`super::svg()`].
    pub fn items(&self, width: u32, height: u32) -> Vec<Placed> {
        Layout::new(self, width, height).items
    }

    /// The height at which nothing has to be left out at a width: rows of names need room, other charts do not.
    pub fn natural_height(&self, width: u32) -> u32 {
        match (&self.x.scale, &self.y.scale) {
            _ if self.empty => 120,
            (Scale::Names(across), Scale::Names(down)) if self.square => cells_height(across, down, f64::from(width)),
            (_, Scale::Names(names)) => (names.len() as u32).clamp(1, 700) * 22 + 56,
            _ if width < 420 => 240,
            _ => 320,
        }
    }
}

/// The height at which cells are as high as they are wide, with room for the names below them.
fn cells_height(across: &[String], down: &[String], width: f64) -> u32 {
    let widest = |names: &[String]| names.iter().fold(0.0, |widest, name| greater(measure::width(name, TEXT, false), widest));
    let left = lesser(widest(down) + 14.0, width * 0.3);
    let most = if across.len() <= 6 { 46.0 } else { 34.0 };
    let beside = (width - left - 12.0) / across.len().max(1) as f64;
    // Low cells are hard to hit; but no cell is drawn much higher than it is wide.
    let each = lesser(greater(lesser(beside, most), 9.0), beside * axes::STEEPEST);
    let below = if widest(across) + 6.0 <= each { 20.0 } else { lesser(widest(across), 130.0) + 10.0 };
    (down.len() as f64 * each + below + 3.5 * ROW) as u32
}
