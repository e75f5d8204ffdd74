//! Course of training: the loss by epoch, for models that have epochs.

use super::quiet;
use crate::base::text;
use crate::chart::{Learning, learning};
use crate::judge::CandidateOutcome;
use crate::report::Report;
use crate::report::html::markup::Html;
use crate::report::html::{Aside, Section, names, picture};

/// The section.
pub static SECTION: Section = Section { id: "learning", has, write };

fn has(report: &Report) -> bool {
    report.candidates.iter().any(has_epochs)
}

fn has_epochs(candidate: &CandidateOutcome) -> bool {
    candidate.fits.iter().any(|fit| fit.curve.len() > 1)
}

fn write(html: &mut Html, report: &Report, _: &Aside) {
    quiet(html, "report.learning.how");
    let all = names::models(report);
    let drawn: Vec<(&CandidateOutcome, &String)> =
        report.candidates.iter().zip(&all).filter(|(candidate, _)| has_epochs(candidate)).collect();
    let several = drawn.len() > 1;
    html.tag("div", "figures", |html| {
        for (candidate, name) in drawn {
            // The last fit is that on all training rows; nothing watches it.
            let folds = candidate.fits.split_last().map_or(&[][..], |(_, folds)| folds);
            let of = |value: fn(&crate::learn::Epoch) -> Option<f64>| -> Vec<Vec<f64>> {
                let fold = |fit: &crate::judge::FitFacts| fit.curve.iter().map_while(value).collect::<Vec<f64>>();
                folds.iter().map(fold).filter(|curve| !curve.is_empty()).collect()
            };
            let scene = learning(&Learning {
                measure: format!("{}: {}", name, text("report.learning.loss")),
                training: of(|epoch| Some(epoch.train)),
                validation: of(|epoch| epoch.watch),
                best: candidate.fits.last().and_then(|fit| fit.kept_epoch).map(|epoch| epoch as usize),
                planned: 0,
                baseline: None,
            });
            if several { picture::half(html, &scene) } else { picture::whole(html, &scene) }
        }
    });
}
