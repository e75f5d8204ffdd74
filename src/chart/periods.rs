//! Rows by stretch of time, as upright bars in order.

use super::format::count;
use super::scene::{Axis, Ink, Mark, Scene};
use crate::base::Message;

/// Rows in each of some stretches of time, such as months or weekdays, in order.
pub fn periods(column: &str, counts: &[(String, usize)]) -> Scene {
    let total = counts.iter().fold(0_usize, |sum, (_, n)| sum.saturating_add(*n));
    if total == 0 {
        return Scene::nothing("periods", "chart.why.no_values").titled(column);
    }
    let highest = counts.iter().fold(0, |highest, (_, n)| highest.max(*n));
    let names = counts.iter().map(|(name, _)| name.clone()).collect();
    let y = Axis::over("", [0.0, highest as f64]).grid().whole().bare();
    let mut scene = Scene::new("periods", Axis::names("", names).ordered(), y).titled(column);
    scene.columns(&["chart.column.name", "chart.column.count"]);
    // Hundreds of bars leave no room for gaps between them.
    let half = if counts.len() > 80 { 0.5 } else { 0.42 };
    for (place, (name, n)) in counts.iter().enumerate() {
        let (left, right) = (place as f64 - half, place as f64 + half);
        scene.mark(Mark::Rect { from: [left, 0.0], to: [right, *n as f64], ink: Ink::Cat(0), alpha: 1.0, gap: 0.0 });
        let label = format!("{name}: {}", Message::new("chart.rows").with("count", count(*n)));
        scene.span([place as f64 - 0.5, 0.0], [place as f64 + 0.5, *n as f64], place, label);
        scene.row(vec![name.as_str().into(), (*n).into()]);
    }
    let by = |least: bool| {
        let mut found = &counts[0];
        for entry in counts {
            if if least { entry.1 < found.1 } else { entry.1 > found.1 } {
                found = entry;
            }
        }
        found
    };
    let (least, most) = (by(true), by(false));
    scene.description = Message::new("chart.periods.sentence")
        .with("column", column)
        .with("count", count(total))
        .with("first", &counts[0].0)
        .with("last", &counts[counts.len() - 1].0)
        .with("most", &most.0)
        .with("most_rows", count(most.1))
        .with("least", &least.0)
        .with("least_rows", count(least.1))
        .to_string();
    scene
}
