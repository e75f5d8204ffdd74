//! Grid search over nearest neighbours against scikit-learn's scores; the figures of support vector machines are left out.

use crate::support::{Check, design, figures, folds, table_of};
use atelier::base::Params;
use atelier::tune::{Space, Study, grid};
use serde_json::json;
use std::collections::BTreeMap;

/// Mean score over the folds (accuracy or R2) of brute-force nearest neighbours.
struct Neighbours {
    y: Vec<f64>,
    classes: usize,
    fold: Vec<usize>,
    /// For each exponent and row the other folds' rows by distance, the lower row first at equal distance.
    nearest: BTreeMap<u64, Vec<Vec<(f64, usize)>>>,
}

impl Neighbours {
    fn predict(&self, row: usize, values: &Params) -> f64 {
        let k = values["n"].as_u64().expect("a number") as usize;
        let near = &self.nearest[&values["p"].as_u64().expect("a number")][row][..k];
        let weight = |distance: f64| match (values["weights"].as_str(), near[0].0 == 0.0) {
            (Some("uniform"), _) => 1.0,
            // Rows at distance 0 alone count where there are any.
            (_, true) => f64::from(u8::from(distance == 0.0)),
            _ => 1.0 / distance,
        };
        let sum = |test: &dyn Fn(usize) -> f64| near.iter().map(|(distance, other)| weight(*distance) * test(*other)).sum::<f64>();
        if self.classes == 0 {
            return sum(&|other| self.y[other]) / sum(&|_| 1.0);
        }
        let votes: Vec<f64> = (0..self.classes).map(|class| sum(&|other| f64::from(u8::from(self.y[other] as usize == class)))).collect();
        let most = votes.iter().copied().fold(0.0, |most, vote| if vote > most { vote } else { most });
        votes.iter().position(|vote| *vote == most).expect("a class") as f64
    }

    fn score(&self, values: &Params) -> f64 {
        let of_fold = |fold: usize| {
            let rows: Vec<usize> = (0..self.y.len()).filter(|&row| self.fold[row] == fold).collect();
            let (n, predicted): (f64, Vec<f64>) = (rows.len() as f64, rows.iter().map(|&row| self.predict(row, values)).collect());
            if self.classes > 0 {
                return rows.iter().zip(&predicted).filter(|(row, class)| self.y[**row] == **class).count() as f64 / n;
            }
            let mean = rows.iter().map(|&row| self.y[row]).sum::<f64>() / n;
            let square = |x: f64| x * x;
            let left: f64 = rows.iter().zip(&predicted).map(|(&row, predicted)| square(self.y[row] - predicted)).sum();
            1.0 - left / rows.iter().map(|&row| square(self.y[row] - mean)).sum::<f64>()
        };
        (0..5).map(of_fold).sum::<f64>() / 5.0
    }
}

#[test]
fn grid_of_nearest_neighbours() {
    let mut check = Check::default();
    for file in ["tuning.auto_mpg", "tuning.digits"] {
        let all = figures(file);
        let design = design(&all, &table_of(&all), true);
        let fold = folds(&design, 5);
        let nearest = [1, 2].map(|p: u64| {
            let distance = |a: usize, b: usize| {
                let gaps = design.x.row(a).into_iter().zip(design.x.row(b)).map(|(a, b)| (a - b).abs()).collect::<Vec<_>>();
                if p == 1 { gaps.iter().sum::<f64>() } else { gaps.iter().map(|gap| gap * gap).sum::<f64>().sqrt() }
            };
            let of_row = |row: usize| {
                let mut others: Vec<(f64, usize)> =
                    (0..fold.len()).filter(|&other| fold[other] != fold[row]).map(|other| (distance(row, other), other)).collect();
                others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                others.truncate(31);
                others
            };
            (p, (0..fold.len()).map(of_row).collect())
        });
        let model = Neighbours { classes: design.classes.len(), y: design.y, fold, nearest: BTreeMap::from(nearest) };

        let space: Space = serde_json::from_value(json!({"parameters": [
            {"path": "n", "range": {"kind": "choice", "values": [1, 3, 5, 7, 9, 11, 15, 21, 31]}},
            {"path": "weights", "range": {"kind": "choice", "values": ["uniform", "distance"]}},
            {"path": "p", "range": {"kind": "integer", "min": 1, "max": 2}},
        ]}))
        .expect("a space");
        assert_eq!(grid::size(&space, 3), 36);
        let mut study = Study::new(space, "grid", Params::new(), 1000, true, 1);
        while !study.is_done() {
            for trial in study.propose().expect("a round") {
                study.tell(trial.number, Ok(model.score(&trial.values)));
            }
        }
        let wanted = all["figures"]["knn_grid"]["scores"].as_object().expect("scores");
        check.same(&format!("{file} trials"), study.trials().len(), wanted.len());
        for trial in study.trials() {
            let values = &trial.values;
            let key = format!("n={} {} p={}", values["n"], values["weights"].as_str().unwrap_or_default(), values["p"]);
            check.close(&format!("{file} {key}"), trial.score().expect("a score"), wanted[&key].as_f64().expect("a number"), 0.01);
        }
        // The best by our scores is the best by theirs, but for what the tolerance allows.
        let best = study.best().and_then(|trial| trial.score()).expect("a score");
        check.close(&format!("{file} best"), best, all["figures"]["knn_grid"]["best5"][0][1].as_f64().expect("a number"), 0.01);
    }
    check.end();
}
