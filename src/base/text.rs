//! Message texts by id. The engine speaks in ids and arguments; words are looked up at the edge.
//!
//! A language is a folder of `messages/`, a file per stage; each line is `id = text with {argument}`. What follows a count
//! is written for one and for more: `{count} {count|row is|rows are} left out`.
//! `tests/texts.rs` finds any id that has no text.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const ENGLISH: &[&str] = &[
    include_str!("messages/en/base.txt"),
    include_str!("messages/en/goal.txt"),
    include_str!("messages/en/data.txt"),
    include_str!("messages/en/explore.txt"),
    include_str!("messages/en/prepare.txt"),
    include_str!("messages/en/learn.txt"),
    include_str!("messages/en/tune.txt"),
    include_str!("messages/en/judge.txt"),
    include_str!("messages/en/explain.txt"),
    include_str!("messages/en/stress.txt"),
    include_str!("messages/en/fair.txt"),
    include_str!("messages/en/watch.txt"),
    include_str!("messages/en/ship.txt"),
    include_str!("messages/en/recipe.txt"),
    include_str!("messages/en/report.txt"),
    include_str!("messages/en/chart.txt"),
    include_str!("messages/en/page.txt"),
    include_str!("messages/en/cli.txt"),
];

/// All texts of the language, by id.
pub fn all() -> &'static BTreeMap<&'static str, &'static str> {
    static TEXTS: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        ENGLISH
            .iter()
            .flat_map(|file| file.lines())
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(" = "))
            .map(|(id, text)| (id.trim(), text.trim()))
            .collect()
    })
}

/// The text of an id, or nothing where the language has none.
pub fn find(id: &str) -> Option<&'static str> {
    all().get(id).copied()
}

/// The text of an id; the id itself where it has none, so that a gap is seen and not hidden.
pub fn text(id: &str) -> String {
    find(id).unwrap_or(id).to_owned()
}

/// An id and its arguments: a sentence that is not yet put into a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The id of the text.
    pub id: String,
    /// Values for the `{name}` places in the text.
    #[serde(default)]
    pub args: BTreeMap<String, String>,
}

impl Message {
    /// A message without arguments.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), args: BTreeMap::new() }
    }

    /// The same message with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

impl std::fmt::Display for Message {
    /// Puts the message into words. A place without an argument stays as it is written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&fill(find(&self.id).unwrap_or(&self.id), &self.args))
    }
}

/// A value that stands in a sentence: where it holds letters or signs that run from right to left, it is set between the
/// signs for a first strong isolate, so that it cannot turn the words beside it round (Unicode TR 9).
pub fn isolated(value: &str) -> Cow<'_, str> {
    let turns = |c: char| matches!(c as u32, 0x590..=0x8ff | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069 | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff);
    if !value.chars().any(turns) {
        return Cow::Borrowed(value);
    }
    // Isolates of its own are kept where they are whole; what closes more than it opened would end ours.
    let opened = value.chars().filter(|c| matches!(c, '\u{2066}'..='\u{2068}')).count();
    let closed = value.chars().filter(|c| *c == '\u{2069}').count();
    let inner: Cow<'_, str> = match opened == closed {
        true => Cow::Borrowed(value),
        false => Cow::Owned(value.replace(|c| matches!(c, '\u{2066}'..='\u{2069}'), "\u{fffd}")),
    };
    Cow::Owned(format!("\u{2068}{inner}\u{2069}"))
}

fn fill(text: &str, args: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        let mut parts = rest[open + 1..open + close].split('|');
        let value = parts.next().and_then(|name| args.get(name));
        match (value, parts.next(), parts.next()) {
            (Some(value), None, _) => out.push_str(&isolated(value)),
            (Some(value), Some(one), Some(more)) => out.push_str(if value == "1" { one } else { more }),
            _ => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_fill_their_places_and_nothing_else() {
        let args = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b".to_owned(), "{a}".to_owned())]);
        assert_eq!(fill("{a}-{b}-{c}-{", &args), "1-{a}-{c}-{");
    }

    #[test]
    fn what_follows_a_count_agrees_with_it() {
        let said = |count: &str| fill("{n} {n|row is|rows are} out, {x|a|b}", &BTreeMap::from([("n".to_owned(), count.to_owned())]));
        assert_eq!(said("1"), "1 row is out, {x|a|b}");
        assert_eq!([said("0"), said("1,001")], ["0 rows are out, {x|a|b}", "1,001 rows are out, {x|a|b}"]);
    }

    #[test]
    fn every_choice_of_words_has_two() {
        for (id, words) in all() {
            for place in words.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place) {
                assert!(matches!(place.split('|').count(), 1 | 3), "{id}: {words}");
            }
        }
    }

    #[test]
    fn what_runs_from_right_to_left_turns_nothing_round() {
        assert_eq!(isolated("née (3)"), "née (3)");
        assert_eq!(isolated("العمر"), "\u{2068}العمر\u{2069}");
        assert_eq!(isolated("a\u{202e}b"), "\u{2068}a\u{202e}b\u{2069}");
        assert_eq!(isolated("a\u{2069}\u{202e}b"), "\u{2068}a\u{fffd}\u{202e}b\u{2069}", "it cannot end the isolate");
        let nested = Message::new("x {a}").with("a", "العمر").to_string();
        assert_eq!(isolated(&nested), format!("\u{2068}{nested}\u{2069}"));
    }
}
