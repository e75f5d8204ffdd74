//! Writing HTML: tags and classes are fixed texts of the program, everything else is escaped.

use crate::base::{Figure, Message, Problem, text};

/// A page in the making.
#[derive(Default)]
pub struct Html(String);

impl Html {
    /// The page so far.
    pub fn finish(self) -> String {
        self.0
    }

    /// An element around what is written meanwhile. `class` may be empty.
    pub fn tag(&mut self, tag: &'static str, class: &'static str, inside: impl FnOnce(&mut Html)) {
        self.open(tag, &[("class", class)]);
        inside(self);
        self.close(tag);
    }

    /// Begins an element with attributes; those without a value are left out.
    pub fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(value, &mut self.0);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Ends an element; those that hold a block end their line.
    pub fn close(&mut self, tag: &'static str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
        if !matches!(tag, "a" | "b" | "bdi" | "code" | "span") {
            self.0.push('\n');
        }
    }

    /// Words of the program.
    pub fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// Words that come from a file: what runs from right to left in them moves nothing beside them.
    pub fn name(&mut self, name: &str) {
        self.0.push_str("<bdi>");
        escape(name, &mut self.0);
        self.0.push_str("</bdi>");
    }

    /// The text of an id.
    pub fn say(&mut self, id: &str) {
        self.text(&text(id));
    }

    /// A message. Its arguments may come from a file.
    pub fn message(&mut self, message: &Message) {
        // Two signs for private use stand around each argument until the words are put together.
        let marked = message.args.keys().enumerate().map(|(place, name)| (name.clone(), format!("\u{e000}{place}\u{e001}")));
        let values: Vec<&String> = message.args.values().collect();
        let words = Message { id: message.id.clone(), args: marked.collect() }.to_string();
        for (part, words) in words.split('\u{e000}').enumerate() {
            match words.split_once('\u{e001}') {
                Some((place, rest)) if part > 0 => {
                    if let Some(value) = place.parse::<usize>().ok().and_then(|place| values.get(place)) {
                        self.name(value);
                    }
                    self.text(rest);
                }
                _ => self.text(words),
            }
        }
    }

    /// An element that holds a message.
    pub fn say_in(&mut self, tag: &'static str, class: &'static str, message: &Message) {
        self.tag(tag, class, |html| html.message(message));
    }

    /// Problems, each with what to do.
    pub fn problems(&mut self, problems: &[Problem]) {
        if problems.is_empty() {
            return;
        }
        self.tag("ul", "notes", |html| {
            for problem in problems {
                html.tag("li", "", |html| {
                    html.message(&problem.message);
                    if let Some(hint) = problem.hint() {
                        html.text(" ");
                        html.message(&hint);
                    }
                });
            }
        });
    }

    /// A figure, or a dash whose title says why there is none.
    pub fn figure(&mut self, figure: &Figure) {
        match figure {
            Figure::Value(value) => self.text(&shown(*value)),
            Figure::Undefined(reason) => {
                self.open("span", &[("class", "none"), ("title", &reason.to_string())]);
                self.text("–");
                self.close("span");
            }
        }
    }

    /// A figure with its interval behind it, where it has one.
    pub fn interval(&mut self, value: &Figure, low: &Figure, high: &Figure) {
        self.figure(value);
        if let (Some(_), Some(low), Some(high)) = (value.value(), low.value(), high.value()) {
            self.text(" ");
            self.tag("span", "range", |html| html.text(&format!("{} – {}", shown(low), shown(high))));
        }
    }

    /// Markup of the program itself, such as a drawn chart, whose texts are escaped already.
    pub fn drawn(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// A table that can be moved sideways where it is too wide. The first column holds names, the others what `align`
    /// says: `n` numbers, anything else words.
    pub fn table(&mut self, label: &str, align: &'static str, headings: &[String], rows: impl FnOnce(&mut Rows)) {
        self.open("div", &[("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", label)]);
        self.tag("table", "", |html| {
            html.tag("thead", "", |html| {
                html.tag("tr", "", |html| {
                    for (place, heading) in headings.iter().enumerate() {
                        html.open("th", &[("scope", "col"), ("class", class(align, place))]);
                        html.name(heading);
                        html.close("th");
                    }
                });
            });
            html.open("tbody", &[]);
            rows(&mut Rows { html, align });
            html.close("tbody");
        });
        self.close("div");
    }
}

/// The rows of a table.
pub struct Rows<'a> {
    html: &'a mut Html,
    align: &'static str,
}

/// What stands in a cell.
pub type Fill<'a> = Box<dyn FnOnce(&mut Html) + 'a>;

impl Rows<'_> {
    /// A row; its first cell is its heading.
    pub fn row(&mut self, class_of_row: &'static str, cells: Vec<Fill<'_>>) {
        self.html.open("tr", &[("class", class_of_row)]);
        for (place, fill) in cells.into_iter().enumerate() {
            let tag = if place == 0 { "th" } else { "td" };
            let scope = if place == 0 { "row" } else { "" };
            self.html.open(tag, &[("scope", scope), ("class", class(self.align, place))]);
            fill(self.html);
            self.html.close(tag);
        }
        self.html.close("tr");
    }
}

/// A cell with words of the program.
pub fn words<'a>(text: impl Into<String>) -> Fill<'a> {
    let text = text.into();
    Box::new(move |html| html.text(&text))
}

/// A cell with words from a file.
pub fn name(text: &str) -> Fill<'_> {
    Box::new(move |html| html.name(text))
}

/// A cell with a figure.
pub fn figure(figure: &Figure) -> Fill<'_> {
    Box::new(move |html| html.figure(figure))
}

/// A cell with anything else.
pub fn cell<'a>(fill: impl FnOnce(&mut Html) + 'a) -> Fill<'a> {
    Box::new(fill)
}

fn class(align: &'static str, place: usize) -> &'static str {
    if align.as_bytes().get(place) == Some(&b'n') { "n" } else { "" }
}

/// A number for people: three places below 10, so that scores stand below each other; about four digits beyond.
pub fn shown(value: f64) -> String {
    let text = match value.abs() {
        size if size == 0.0 || (0.0005..9.9995).contains(&size) => format!("{:.3}", value + 0.0),
        size if (9.9995..99.995).contains(&size) => format!("{value:.2}"),
        size if (99.995..999.95).contains(&size) => format!("{value:.1}"),
        _ => crate::chart::format::figure(value),
    };
    text.replace('-', "\u{2212}")
}

/// Text as text: no character of it is markup, in content or in an attribute; what HTML forbids becomes U+FFFD.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(write: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::default();
        write(&mut html);
        html.finish()
    }

    #[test]
    fn what_comes_from_a_file_is_text() {
        assert_eq!(made(|html| html.text("<script>&\"'\u{0}")), "&lt;script&gt;&amp;&quot;&#39;\u{fffd}");
        assert_eq!(made(|html| html.name("a\u{202e}<b>")), "<bdi>a\u{202e}&lt;b&gt;</bdi>");
        let quoted = made(|html| html.open("a", &[("title", "\" onclick=\"x"), ("class", "")]));
        assert_eq!(quoted, "<a title=\"&quot; onclick=&quot;x\">");
    }

    #[test]
    fn arguments_of_messages_are_kept_apart() {
        let problem = Problem::new(crate::base::Stage::Data, "cli.exists").with("file", "</p>{file}\u{2067}");
        assert_eq!(made(|html| html.message(&problem.message)), "<bdi>&lt;/p&gt;{file}\u{2067}</bdi> is there already.");
        // What does not come from the program cannot pretend to be an argument.
        let sly = Message::new("cli.exists").with("file", "\u{e000}0\u{e001}");
        assert_eq!(made(|html| html.message(&sly)), "<bdi>\u{e000}0\u{e001}</bdi> is there already.");
        assert_eq!(made(|html| html.message(&Message::new("no.such.<text>"))), "no.such.&lt;text&gt;");
    }

    #[test]
    fn figures_without_a_value_say_why() {
        let none = Figure::undefined("no_rows");
        let why = format!("title=\"{}\"", text("undefined.no_rows"));
        assert!(made(|html| html.figure(&none)).contains(&why));
        assert_eq!(made(|html| html.interval(&0.5.into(), &0.25.into(), &0.75.into())), "0.500 <span class=\"range\">0.250 – 0.750</span>");
        let cases = [
            (-1.5, "\u{2212}1.500"),
            (0.0, "0.000"),
            (-0.0, "0.000"),
            (9.9999, "10.00"),
            (12.0, "12.00"),
            (123.45, "123.5"),
            (12_345.0, "12,345"),
        ];
        cases.iter().for_each(|(value, text)| assert_eq!(shown(*value), *text));
    }
}
