//! Partial dependence: how the mean prediction moves with one column, and single rows behind it.

use super::format::figure;
use super::scene::{Axis, Cell, Ink, Key, Mark, Scene};
use crate::base::{Message, text};

/// What a plot of partial dependence shows.
#[derive(Clone, Debug, Default)]
pub struct Dependence {
    /// The column that is moved, with its unit.
    pub column: String,
    /// What is predicted, such as "probability of survived".
    pub outcome: String,
    /// The values that it is set to; for a column of categories their places 0, 1, ...
    pub grid: Vec<f64>,
    /// The names of the categories; empty for a column of numbers.
    pub levels: Vec<String>,
    /// The mean prediction at each value of the grid.
    pub mean: Vec<f64>,
    /// An interval about it, lower and upper; empty without one.
    pub band: Vec<(f64, f64)>,
    /// Single rows (individual conditional expectation, Goldstein et al. 2015): rows x grid. At most 60 are drawn, evenly chosen.
    pub rows: Vec<Vec<f64>>,
    /// Deciles of the column in the data: beyond the first and last there is little to learn from.
    pub deciles: Vec<f64>,
}

/// The mean as a thick line, rows as thin ones; dots for categories.
pub fn dependence(input: &Dependence) -> Scene {
    let n = input.grid.len().min(input.mean.len());
    let kept: Vec<usize> = (0..n).filter(|i| input.grid[*i].is_finite() && input.mean[*i].is_finite()).collect();
    if kept.is_empty() {
        return Scene::nothing("dependence", "chart.why.no_values").titled(input.column.clone());
    }
    let categories = !input.levels.is_empty();
    let place = |i: usize| if categories { i as f64 } else { input.grid[i] };
    let every = input.rows.len().div_ceil(60).max(1);
    let rows: Vec<&Vec<f64>> = input.rows.iter().step_by(every).collect();
    let heights = kept.iter().flat_map(|i| {
        let band = input.band.get(*i).map_or([f64::NAN; 2], |band| [band.0, band.1]);
        band.into_iter().chain([input.mean[*i]]).chain(rows.iter().filter_map(|row| row.get(*i).copied()).collect::<Vec<f64>>())
    });
    let y = Axis::over(input.outcome.clone(), heights).grid().bare();
    let x = if categories {
        Axis::names(input.column.clone(), (0..n).map(|i| input.levels.get(i).cloned().unwrap_or_default()).collect())
    } else {
        let mut x = Axis::over(input.column.clone(), kept.iter().map(|i| input.grid[*i]));
        if let super::scene::Scale::Linear { nice, .. } = &mut x.scale {
            *nice = false;
        }
        x
    };
    let mut scene = Scene::new("dependence", x, y).titled(input.column.clone());
    for row in &rows {
        let points: Vec<[f64; 2]> = kept.iter().filter_map(|i| row.get(*i).filter(|y| y.is_finite()).map(|y| [place(*i), *y])).collect();
        scene.mark(Mark::Line { points, ink: Ink::Rest, width: 1.0, alpha: 0.35, dash: false, label: String::new() });
    }
    let band: Vec<[f64; 3]> = kept
        .iter()
        .filter_map(|i| input.band.get(*i).filter(|b| b.0.is_finite() && b.1.is_finite()).map(|b| [place(*i), b.0, b.1]))
        .collect();
    let mean: Vec<[f64; 2]> = kept.iter().map(|i| [place(*i), input.mean[*i]]).collect();
    if categories {
        for b in band {
            let points = vec![[b[0], b[1]], [b[0], b[2]]];
            scene.mark(Mark::Line { points, ink: Ink::Cat(0), width: 2.0, alpha: 0.55, dash: false, label: String::new() });
        }
        scene.mark(Mark::Dots { at: mean.clone(), ink: Ink::Cat(0), radius: 4.5, alpha: 1.0, open: false });
    } else {
        if band.len() > 1 {
            scene.mark(Mark::Area { points: band, ink: Ink::Cat(0), alpha: 0.16 });
        }
        for at in input.deciles.iter().copied().filter(|x| x.is_finite()) {
            scene.mark(Mark::RuleX { at, ink: Ink::Grid, label: String::new(), strong: false });
        }
        match mean.len() {
            1 => scene.mark(Mark::Dots { at: mean.clone(), ink: Ink::Cat(0), radius: 4.0, alpha: 1.0, open: false }),
            _ => scene.mark(Mark::line(mean.clone(), Ink::Cat(0))),
        }
    }
    if !rows.is_empty() {
        scene.keys.push(Key::Line { ink: Ink::Cat(0), name: text("chart.dependence.mean") });
        scene.keys.push(Key::Line { ink: Ink::Rest, name: Message::new("chart.dependence.rows").with("count", rows.len()).to_string() });
    }
    scene.table.columns = vec![input.column.clone(), input.outcome.clone(), text("chart.column.low"), text("chart.column.high")];
    for (&i, p) in kept.iter().zip(&mean) {
        let name = if categories { input.levels.get(i).cloned().unwrap_or_default() } else { figure(p[0]) };
        scene.point(*p, i, format!("{} {name}: {}", input.column, figure(p[1])));
        let first = if categories { Cell::from(name) } else { Cell::from(p[0]) };
        let band = input.band.get(i).copied();
        scene.row(vec![first, p[1].into(), band.map(|b| b.0).into(), band.map(|b| b.1).into()]);
    }
    let least = mean.iter().fold(mean[0], |least, p| if p[1] < least[1] { *p } else { least });
    let most = mean.iter().fold(mean[0], |most, p| if p[1] > most[1] { *p } else { most });
    let named = |p: [f64; 2]| if categories { input.levels.get(p[0] as usize).cloned().unwrap_or_default() } else { figure(p[0]) };
    scene.description = Message::new("chart.dependence.sentence")
        .with("outcome", &input.outcome)
        .with("column", &input.column)
        .with("least", figure(least[1]))
        .with("least_at", named(least))
        .with("most", figure(most[1]))
        .with("most_at", named(most))
        .to_string();
    scene
}
