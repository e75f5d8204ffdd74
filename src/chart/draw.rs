//! Draws a layout on a plotters backend: a canvas in the page, SVG in reports.

use super::layout::{Layout, Shape};
use super::scene::{Anchor, Ink};
use super::theme::Theme;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily, FontStyle, FontTransform,
};

/// How a backend counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Medium {
    /// Units of the backend in one pixel of the layout: the device pixel ratio of a canvas.
    pub scale: f64,
    /// What a size of text is multiplied by before it is handed over.
    pub text: f64,
}

impl Medium {
    /// A canvas with so many device pixels in a pixel. Backends count in whole units, so curves are smooth from 2 on: a page does well
    /// to take the greater of 2 and its own ratio.
    pub fn canvas(ratio: f64) -> Self {
        Self { scale: if ratio.is_finite() && ratio > 0.0 { ratio } else { 1.0 }, text: 1.0 }
    }

    /// plotters-svg: tenths of a pixel, since backends count in whole units; it divides sizes of text by 1.24.
    pub const SVG: Self = Self { scale: 10.0, text: 1.24 };
}

/// Draws the layout, the ground first. Units that the backend cannot hold never arise: layouts are at most 16,384 pixels wide.
pub fn draw<B: DrawingBackend>(
    layout: &Layout,
    backend: &mut B,
    theme: &Theme,
    medium: Medium,
) -> Result<(), DrawingErrorKind<B::ErrorType>> {
    backend.ensure_prepared()?;
    let mut pen = Pen { backend, theme, medium };
    pen.rect([0.0, 0.0], [f64::from(layout.width), f64::from(layout.height)], Ink::Surface, 1.0)?;
    for shape in &layout.shapes {
        pen.shape(shape)?;
    }
    pen.backend.present()
}

struct Pen<'a, B: DrawingBackend> {
    backend: &'a mut B,
    theme: &'a Theme,
    medium: Medium,
}

type Drawn<B> = Result<(), DrawingErrorKind<<B as DrawingBackend>::ErrorType>>;

impl<B: DrawingBackend> Pen<'_, B> {
    fn unit(&self, x: f64) -> i32 {
        (x * self.medium.scale).round() as i32
    }

    fn at(&self, [x, y]: [f64; 2]) -> BackendCoord {
        (self.unit(x), self.unit(y))
    }

    fn style(&self, ink: Ink, alpha: f64, width: f64) -> Stroke {
        let [r, g, b] = self.theme.color(ink);
        Stroke { color: BackendColor { alpha, rgb: (r, g, b) }, width: (width * self.medium.scale).round().clamp(1.0, 1e4) as u32 }
    }

    fn rect(&mut self, from: [f64; 2], to: [f64; 2], ink: Ink, alpha: f64) -> Drawn<B> {
        let (from, to) = (self.at(from), self.at(to));
        self.backend.draw_rect(from, to, &self.style(ink, alpha, 1.0), true)
    }

    fn path(&mut self, points: &[[f64; 2]], stroke: &Stroke) -> Drawn<B> {
        let points: Vec<BackendCoord> = points.iter().map(|p| self.at(*p)).collect();
        self.backend.draw_path(points, stroke)
    }

    fn shape(&mut self, shape: &Shape) -> Drawn<B> {
        match shape {
            Shape::Rect { at, ink, alpha } => self.rect([at.left, at.top], [at.right, at.bottom], *ink, *alpha),
            Shape::Path { points, ink, width, alpha, dash } => {
                let stroke = self.style(*ink, *alpha, *width);
                if !dash {
                    return self.path(points, &stroke);
                }
                dashes(points).iter().try_for_each(|piece| self.path(piece, &stroke))
            }
            Shape::Polygon { points, ink, alpha } => {
                let points: Vec<BackendCoord> = points.iter().map(|p| self.at(*p)).collect();
                let style = self.style(*ink, *alpha, 1.0);
                self.backend.fill_polygon(points, &style)
            }
            Shape::Dot { x, y, radius, ink, alpha, open } => {
                let center = self.at([*x, *y]);
                let radius = self.unit(*radius).max(1) as u32;
                if !open {
                    return self.backend.draw_circle(center, radius, &self.style(*ink, *alpha, 1.0), true);
                }
                self.backend.draw_circle(center, radius, &self.style(Ink::Surface, 1.0, 1.0), true)?;
                self.backend.draw_circle(center, radius, &self.style(*ink, *alpha, 2.0), false)
            }
            Shape::Text { x, y, text, anchor, ink, strong, size, turned } => {
                let [r, g, b] = self.theme.color(*ink);
                let style = Lettering {
                    color: BackendColor { alpha: 1.0, rgb: (r, g, b) },
                    size: size * self.medium.scale * self.medium.text,
                    strong: *strong,
                    anchor: *anchor,
                    turned: *turned,
                    font: self.theme.font,
                };
                // Both backends set the middle of small letters on the line; digits and capitals are a little higher.
                let down = size * 0.09;
                let at = if *turned { self.at([x + down, *y]) } else { self.at([*x, y + down]) };
                self.backend.draw_text(text, &style, at)
            }
        }
    }
}

/// A line cut into dashes of 3 pixels and gaps of 3.
fn dashes(points: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
    const DASH: f64 = 3.0;
    let mut pieces: Vec<Vec<[f64; 2]>> = Vec::new();
    let (mut drawing, mut left) = (true, DASH);
    let mut piece: Vec<[f64; 2]> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
        let length = ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt();
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let at = [ax + (bx - ax) * done / length, ay + (by - ay) * done / length];
            if drawing {
                piece.push(at);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![at];
            }
            (drawing, left) = (!drawing, DASH);
        }
        left -= length - done;
        if drawing {
            piece.push([bx, by]);
        }
    }
    if drawing && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

struct Stroke {
    color: BackendColor,
    width: u32,
}

impl BackendStyle for Stroke {
    fn color(&self) -> BackendColor {
        self.color
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

struct Lettering {
    color: BackendColor,
    size: f64,
    strong: bool,
    anchor: Anchor,
    turned: bool,
    font: &'static str,
}

impl BackendTextStyle for Lettering {
    type FontError = std::fmt::Error;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        if self.turned { FontTransform::Rotate270 } else { FontTransform::None }
    }

    fn style(&self) -> FontStyle {
        if self.strong { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        let across = match self.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        Pos::new(across, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(self.font)
    }

    // Places are known before anything is drawn: backends that rasterise letters themselves are not served.
    fn layout_box(&self, _: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        Ok(((0, 0), (0, 0)))
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _: &str,
        _: BackendCoord,
        _: F,
    ) -> Result<Result<(), E>, Self::FontError> {
        Ok(Ok(()))
    }
}
