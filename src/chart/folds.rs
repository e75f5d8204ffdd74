//! Which rows each fold learns from, leaves out and predicts, as a strip for each fold.

use super::format::count;
use super::scene::{Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// The strips.
#[derive(Clone, Debug, Default)]
pub struct Folds {
    /// What the rows are in order of: `file`, `time` or `group`.
    pub order: String,
    /// Rows in this order.
    pub rows: usize,
    /// The ends of the pieces, as places in this order.
    pub ends: Vec<usize>,
    /// The classes; empty for numbers.
    pub classes: Vec<String>,
    /// Each fold.
    pub folds: Vec<Strip>,
}

/// A fold.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    /// For each piece the rows learned from, predicted, left out, sealed.
    pub pieces: Vec<[usize; 4]>,
    /// Rows learned from, predicted and left out.
    pub counts: [usize; 3],
    /// For each class the rows learned from and predicted.
    pub classes: Vec<(usize, usize)>,
}

/// Strips drawn, at most: more are told in words and stand in the table.
const DRAWN: usize = 12;

/// What each part is drawn in, in the order of [`Strip::pieces`]; what is left out stays blank.
const INKS: [Option<Ink>; 4] = [Some(Ink::Cat(0)), Some(Ink::Cat(1)), None, Some(Ink::Rest)];
const PARTS: [&str; 4] = ["train", "test", "out", "sealed"];

/// The strips of all folds, from the first down.
pub fn folds(of: &Folds) -> Scene {
    if of.folds.is_empty() || of.rows == 0 {
        return Scene::nothing("folds", "chart.why.no_rows");
    }
    let drawn = of.folds.len().min(DRAWN);
    let names = (1..=drawn).map(|fold| Message::new("chart.folds.fold").with("fold", fold).to_string()).collect();
    let x = Axis::exact(text(&format!("chart.folds.by_{}", of.order)), 0.0, of.rows as f64);
    let mut scene = Scene::new("folds", x, Axis::names("", names));
    let mut headings: Vec<String> = ["fold", "train", "test", "out"].iter().map(|id| text(&format!("chart.folds.column.{id}"))).collect();
    for class in &of.classes {
        headings.push(Message::new("chart.folds.class_train").with("class", class).to_string());
        headings.push(Message::new("chart.folds.class_test").with("class", class).to_string());
    }
    scene.table.columns = headings;
    let mut is_there = [false; 4];
    for (place, fold) in of.folds.iter().enumerate() {
        let mut cells = vec![(place + 1).into()];
        cells.extend(fold.counts.iter().map(|count| (*count).into()));
        cells.extend(fold.classes.iter().take(of.classes.len()).flat_map(|(train, test)| [(*train).into(), (*test).into()]));
        cells.resize(scene.table.columns.len(), super::scene::Cell::None);
        scene.row(cells);
        if place >= drawn {
            continue;
        }
        let mut start = 0;
        for (piece, &end) in fold.pieces.iter().zip(&of.ends) {
            let total: usize = piece.iter().sum();
            // Rows of several parts in one piece share its height.
            let mut top = place as f64 - 0.4;
            for (part, &rows) in piece.iter().enumerate().filter(|(_, rows)| **rows > 0) {
                is_there[part] = true;
                let bottom = top + 0.8 * rows as f64 / total as f64;
                if let Some(ink) = INKS[part] {
                    scene.mark(Mark::rect([start as f64, top], [end as f64, bottom], ink));
                }
                top = bottom;
            }
            start = end;
        }
        let label = Message::new("chart.folds.said")
            .with("fold", place + 1)
            .with("train", count(fold.counts[0]))
            .with("test", count(fold.counts[1]))
            .with("out", count(fold.counts[2]));
        scene.span([0.0, place as f64 - 0.45], [of.rows as f64, place as f64 + 0.45], place, label.to_string());
    }
    for ((id, ink), _) in PARTS.iter().zip(INKS).zip(is_there).filter(|(_, is_there)| *is_there) {
        let name = text(&format!("chart.folds.{id}"));
        scene.keys.push(match ink {
            Some(ink) => Key::Fill { ink, name },
            None => Key::Note { name },
        });
    }
    if of.folds.len() > drawn {
        scene.keys.push(Key::Note { name: Message::new("chart.more").with("count", count(of.folds.len() - drawn)).to_string() });
    }
    let least = |part: usize| of.folds.iter().map(|fold| fold.counts[part]).min().unwrap_or(0);
    let most = |part: usize| of.folds.iter().map(|fold| fold.counts[part]).max().unwrap_or(0);
    scene.description = Message::new("chart.folds.sentence")
        .with("count", of.folds.len())
        .with("train", range(least(0), most(0)))
        .with("test", range(least(1), most(1)))
        .to_string();
    scene
}

fn range(low: usize, high: usize) -> String {
    if low == high { count(low) } else { Message::new("judge.from_to").with("low", count(low)).with("high", count(high)).to_string() }
}
