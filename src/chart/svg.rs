//! Charts as SVG, for reports, files and the command line.

use super::draw::{Medium, draw};
use super::layout::Layout;
use super::scene::Scene;
use super::theme::Theme;
use plotters_svg::SVGBackend;

/// The chart as an SVG document of so many pixels, without its title in the picture; title and description stand in it as
/// `title` and `desc` for screen readers. The same scene gives the same bytes.
pub fn svg(scene: &Scene, theme: &Theme, width: u32, height: u32) -> String {
    picture(scene, &Layout::new(scene, width, height), theme)
}

/// The same with the title in the picture, for a file that is passed on alone.
pub fn svg_titled(scene: &Scene, theme: &Theme, width: u32, height: u32) -> String {
    picture(scene, &Layout::titled(scene, width, height), theme)
}

fn picture(scene: &Scene, layout: &Layout, theme: &Theme) -> String {
    let (width, height) = (layout.width, layout.height);
    let size = (width * 10, height * 10);
    let mut body = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut body, size);
        // Writing to memory cannot fail.
        let _ = draw(layout, &mut backend, theme, Medium::SVG);
    }
    // The backend's own head knows neither tenths of a pixel nor a name.
    let marks = body.split_once('\n').map_or("", |(_, rest)| rest);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         stroke-linejoin=\"round\">\n<title>{}</title>\n<desc>{}</desc>\n{marks}",
        size.0,
        size.1,
        escaped(&scene.title),
        escaped(&scene.description),
    )
}

/// Text as text: no character of it is markup, and none is one that XML forbids.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
