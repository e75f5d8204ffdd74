//! Learning rates that were tried: the loss by rate, a line for each number of folds.

use super::format::{count, figure, place};
use super::scene::{Axis, Ink, Key, Mark, Scene};
use crate::base::{Message, text};
use crate::judge::rates::{RateTry, Rates};

/// A line for the first fold, the first two and so on, more folds darker; the best over the most is marked.
pub fn finder(found: &Rates) -> Scene {
    let known: Vec<[f64; 2]> = found.tries.iter().filter_map(|it| Some([it.rate, it.loss.filter(|loss| loss.is_finite())?])).collect();
    if known.is_empty() {
        return Scene::nothing("finder", "chart.why.no_score").titled(text("chart.finder"));
    }
    let x = Axis::log(text("chart.finder.rate"), found.tries.iter().map(|it| it.rate));
    // What a rate that is far too large comes to says nothing more by its size.
    let least = known.iter().fold(f64::INFINITY, |least, at| if at[1] < least { at[1] } else { least });
    let mut sorted: Vec<f64> = known.iter().map(|at| at[1]).collect();
    sorted.sort_by(f64::total_cmp);
    let most = sorted[(sorted.len() - 1) * 3 / 4];
    let top = most + 0.5 * (most - least);
    let shown = |loss: f64| if loss > top { top } else { loss };
    let y = Axis::over(text("chart.finder.loss"), known.iter().map(|at| shown(at[1]))).grid().bare();
    let mut scene = Scene::new("finder", x, y).titled(text("chart.finder"));
    let stretches: Vec<&[RateTry]> = found.tries.chunk_by(|a, b| a.folds == b.folds).collect();
    for (at, stretch) in stretches.iter().enumerate() {
        let share = (at + 1) as f64 / stretches.len() as f64;
        let ink = if at + 1 == stretches.len() { Ink::Cat(0) } else { Ink::Seq(0.2 + 0.5 * share) };
        let points: Vec<[f64; 2]> = stretch.iter().filter_map(|it| Some([it.rate, shown(it.loss?)])).collect();
        scene.mark(Mark::Line { points: points.clone(), ink, width: 1.5, alpha: 1.0, dash: false, label: String::new() });
        scene.mark(Mark::Dots { at: points, ink, radius: 2.5, alpha: 1.0, open: false });
        let folds = stretch.first().map_or(0, |it| it.folds);
        scene.keys.push(Key::Line { ink, name: Message::new("chart.finder.folds").with("count", folds).to_string() });
    }
    scene.columns(&["chart.finder.rate", "chart.finder.length", "chart.finder.loss"]);
    for (number, it) in found.tries.iter().enumerate() {
        if let Some(loss) = it.loss {
            let label = Message::new("chart.finder.at").with("rate", place(it.rate)).with("loss", figure(loss)).with("count", it.folds);
            scene.point([it.rate, shown(loss)], number, label.to_string());
        }
        scene.row(vec![it.rate.into(), count(it.folds).into(), it.loss.into()]);
    }
    if let Some((rate, loss)) = found.best {
        scene.mark(Mark::Dots { at: vec![[rate, shown(loss)]], ink: Ink::Cat(0), radius: 5.0, alpha: 1.0, open: true });
        let lost = found.tries.iter().filter(|it| it.loss.is_none()).count();
        scene.description = Message::new("chart.finder.sentence")
            .with("rates", count(stretches.first().map_or(0, |stretch| stretch.len())))
            .with("rate", place(rate))
            .with("loss", figure(loss))
            .with("lost", count(lost))
            .to_string();
    }
    scene
}
