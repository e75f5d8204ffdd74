//! Predicted scores by class, back to back, and the threshold between them.

use super::format::{count, place};
use super::scene::{Anchor, Axis, Ink, Mark, Scene};
use super::ticks::greater;
use crate::base::{Message, text};

/// What the distribution of scores shows.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    /// The edges of the bins, ascending, usually from 0 to 1.
    pub edges: Vec<f64>,
    /// Rows of the positive class a bin.
    pub positive: Vec<f64>,
    /// Rows of the other class a bin.
    pub negative: Vec<f64>,
    /// The names of the positive and the other class.
    pub names: [String; 2],
    /// The threshold, at and above which a row is predicted as positive.
    pub threshold: Option<f64>,
}

/// The positive class upwards, the other downwards.
pub fn scores(input: &Scores) -> Scene {
    let bins = input.edges.len().saturating_sub(1);
    let value = |counts: &[f64], bin: usize| counts.get(bin).copied().filter(|x| x.is_finite() && *x > 0.0).unwrap_or(0.0);
    let sum = |counts: &[f64]| (0..bins).fold(0.0, |sum, bin| sum + value(counts, bin));
    let ascending = input.edges.iter().all(|x| x.is_finite()) && input.edges.windows(2).all(|pair| pair[0] <= pair[1]);
    let (up, down) = (sum(&input.positive), sum(&input.negative));
    if bins == 0 || !ascending || !(up + down > 0.0) {
        return Scene::nothing("scores", "chart.why.no_predictions");
    }
    let highest = (0..bins).fold(0.0, |most, bin| greater(value(&input.positive, bin), most));
    let lowest = (0..bins).fold(0.0, |most, bin| greater(value(&input.negative, bin), most));
    let x = Axis::exact(text("chart.scores.x"), input.edges[0], input.edges[bins]);
    // Room for the names above and below.
    let room = (highest + lowest) * 0.14;
    let mut scene = Scene::new("scores", x.bare(), Axis::exact("", -lowest - room, highest + room).quiet());
    scene.columns(&["chart.column.from", "chart.column.to"]);
    scene.table.columns.extend(input.names.iter().cloned());
    let [positive, negative] = &input.names;
    for bin in 0..bins {
        let (from, to) = (input.edges[bin], input.edges[bin + 1]);
        let (above, below) = (value(&input.positive, bin), value(&input.negative, bin));
        scene.mark(Mark::Rect { from: [from, 0.0], to: [to, above], ink: Ink::Cat(0), alpha: 1.0, gap: 1.0 });
        scene.mark(Mark::Rect { from: [from, 0.0], to: [to, -below], ink: Ink::Rest, alpha: 1.0, gap: 1.0 });
        let label = format!(
            "{}: {positive} {}, {negative} {}",
            Message::new("chart.range").with("from", place(from)).with("to", place(to)),
            count(above as usize),
            count(below as usize)
        );
        scene.span([from, -below], [to, above], bin, label);
        scene.row(vec![from.into(), to.into(), above.into(), below.into()]);
    }
    let (first, last) = (input.edges[0], input.edges[bins]);
    let words = |name: &str, n: f64| format!("{name}, {}", count(n as usize));
    let corner = |at: [f64; 2], text: String, anchor: Anchor, ink: Ink, down: f64| Mark::Text {
        at,
        text,
        anchor,
        ink,
        strong: true,
        shift: [0.0, down],
        halo: true,
    };
    scene.mark(corner([first, highest + room], words(positive, up), Anchor::Start, Ink::Cat(0), 8.0));
    scene.mark(corner([last, -lowest - room], words(negative, down), Anchor::End, Ink::Muted, -8.0));
    scene.description = Message::new("chart.scores.sentence")
        .with("positive", positive)
        .with("up", count(up as usize))
        .with("negative", negative)
        .with("down", count(down as usize))
        .to_string();
    if let Some(at) = input.threshold {
        let label = Message::new("chart.scores.threshold").with("at", place(at)).with("positive", positive).to_string();
        scene.mark(Mark::RuleX { at, ink: Ink::Text, label, strong: true });
        // Bins are counted on the side on which their middle lies.
        let over = |counts: &[f64]| {
            (0..bins)
                .filter(|bin| input.edges[*bin] / 2.0 + input.edges[bin + 1] / 2.0 >= at)
                .fold(0.0, |sum, bin| sum + value(counts, bin))
        };
        let more = Message::new("chart.scores.sentence_threshold")
            .with("at", place(at))
            .with("positive", positive)
            .with("right", count(over(&input.positive) as usize))
            .with("negative", negative)
            .with("wrong", count(over(&input.negative) as usize));
        scene.description = format!("{} {more}", scene.description);
    }
    scene
}
