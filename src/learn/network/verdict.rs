//! What the curves say: whether the network memorises, learns too little, or could go on.

use crate::base::Message;
use crate::learn::Epoch;
use serde::{Deserialize, Serialize};

/// The kinds of verdict, from the worst to the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// The loss ran away and training stopped.
    Diverged,
    /// Almost no loss on training rows, and on others no better than a constant answer.
    Memorising,
    /// The loss on other rows rose again while the training loss fell.
    Overfitting,
    /// The training loss is hardly below that of a constant answer.
    Underfitting,
    /// Both losses were still falling at the end.
    StillFalling,
    /// None of these.
    Balanced,
    /// Too few epochs, or no loss on other rows, to say anything.
    Unknown,
}

/// What the curves of the folds say together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What most curves say, the worse of two equally frequent ones.
    pub judgement: Judgement,
    /// How many curves say so.
    pub folds: usize,
    /// Of how many.
    pub of: usize,
    /// The rule that decided, with the numbers of the first curve that says so.
    pub message: Message,
}

/// The curve of a fold, with the losses of the best constant answers, where they are known.
#[derive(Clone, Copy, Debug)]
pub struct Curve<'a> {
    /// Its epochs.
    pub epochs: &'a [Epoch],
    /// On the rows learned from, as they were weighted and drawn: what the training loss is compared with.
    pub training_baseline: Option<f64>,
    /// On the watched rows, as they are: what their loss is compared with.
    pub watched_baseline: Option<f64>,
    /// What the fit said of a loss that ran away.
    pub diverged: Option<&'a Message>,
}

/// A loss on other rows counts as risen above its lowest by this share.
const RISE: f64 = 0.05;
/// A training loss counts as hardly better than a constant answer within this share of it.
const HARDLY: f64 = 0.03;
/// A loss counts as still falling where the last fifth of the epochs lowered its mean by this share.
const FALL: f64 = 0.02;

/// The verdict over the curves of all folds; a loss that ran away in one of them decides. The other rows are the watched ones,
/// or the stop rows where none are watched.
pub fn verdict(curves: &[Curve]) -> Verdict {
    let each: Vec<(Judgement, Message)> = curves.iter().map(one).collect();
    let count = |judgement: Judgement| each.iter().filter(|(other, _)| *other == judgement).count();
    let weight = |judgement: Judgement| if judgement == Judgement::Diverged { each.len() } else { count(judgement) };
    let most = each.iter().map(|(judgement, _)| (weight(*judgement), std::cmp::Reverse(*judgement))).max();
    let Some((_, std::cmp::Reverse(judgement))) = most else {
        return Verdict { judgement: Judgement::Unknown, folds: 0, of: 0, message: Message::new("verdict.unknown") };
    };
    let first = each.iter().find(|(other, _)| *other == judgement).map(|(_, message)| message.clone());
    Verdict { judgement, folds: count(judgement), of: each.len(), message: first.unwrap_or_else(|| Message::new("verdict.unknown")) }
}

fn one(curve: &Curve) -> (Judgement, Message) {
    if let Some(message) = curve.diverged {
        return (Judgement::Diverged, message.clone());
    }
    let other = |epoch: &Epoch| epoch.watch.or(epoch.stop);
    let points: Vec<(&Epoch, f64)> = curve.epochs.iter().filter_map(|epoch| Some((epoch, other(epoch)?))).collect();
    let (Some((last, end)), Some((first, _))) = (points.last().copied(), points.first().copied()) else {
        return (Judgement::Unknown, Message::new("verdict.unknown"));
    };
    if points.len() < 3 {
        return (Judgement::Unknown, Message::new("verdict.unknown"));
    }
    let (lowest, low) = points.iter().copied().fold((first, f64::INFINITY), |low, point| if point.1 < low.1 { point } else { low });
    let message = |id: &str| {
        Message::new(id)
            .with("epoch", lowest.epoch)
            .with("last_epoch", last.epoch)
            .with("from", short(low))
            .with("to", short(end))
            .with("train_from", short(lowest.train))
            .with("train_to", short(last.train))
    };
    if let Some(training) = curve.training_baseline {
        // Stop rows are training rows, weighted and drawn as these are.
        let watched = if last.watch.is_some() { curve.watched_baseline } else { Some(training) };
        if let Some(watched) = watched.filter(|watched| last.train < 0.5 * training && end >= *watched) {
            return (Judgement::Memorising, message("verdict.memorising").with("baseline", short(watched)));
        }
        let best_train = points.iter().fold(f64::INFINITY, |best, (epoch, _)| if epoch.train < best { epoch.train } else { best });
        if best_train > (1.0 - HARDLY) * training {
            let message = message("verdict.underfitting").with("train", short(best_train)).with("baseline", short(training));
            return (Judgement::Underfitting, message);
        }
    }
    if end > (1.0 + RISE) * low && last.train < lowest.train {
        return (Judgement::Overfitting, message("verdict.overfitting"));
    }
    let fifth = points.len() / 5;
    if fifth > 0 {
        let mean = |part: &[(&Epoch, f64)], of: fn(&(&Epoch, f64)) -> f64| part.iter().map(of).sum::<f64>() / part.len() as f64;
        let (before, after) = points[points.len() - 2 * fifth..].split_at(fifth);
        let falls = |of: fn(&(&Epoch, f64)) -> f64| mean(after, of) < (1.0 - FALL) * mean(before, of);
        if falls(|point| point.1) && falls(|point| point.0.train) {
            return (Judgement::StillFalling, message("verdict.still_falling"));
        }
    }
    (Judgement::Balanced, message("verdict.balanced"))
}

/// Four digits are enough to follow a sentence.
fn short(x: f64) -> String {
    let size = x.abs();
    if size != 0.0 && size < 0.001 { format!("{x:.2e}") } else { format!("{x:.4}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Vec<Epoch> {
        let epoch = |(place, &(train, watch)): (usize, &(f64, f64))| Epoch {
            epoch: place as u32 + 1,
            train,
            stop: None,
            watch: Some(watch),
            rate: 0.1,
            metric: None,
            health: None,
        };
        points.iter().enumerate().map(epoch).collect()
    }

    fn line(epochs: usize, train: fn(f64) -> f64, watch: fn(f64) -> f64) -> Vec<Epoch> {
        let points: Vec<(f64, f64)> = (0..epochs).map(|e| e as f64 / epochs as f64).map(|t| (train(t), watch(t))).collect();
        curve(&points)
    }

    fn judged(epochs: &[Epoch], baseline: Option<f64>) -> Curve<'_> {
        Curve { epochs, training_baseline: baseline, watched_baseline: baseline, diverged: None }
    }

    #[test]
    fn rows_that_are_balanced_have_a_baseline_of_their_own() {
        // One in fifty is positive: the entropy of the other rows is 0.098, that of the balanced training rows near 0.7.
        let stuck = line(30, |_| 0.69, |_| 0.7);
        let curve = |epochs| Curve { epochs, training_baseline: Some(0.7), watched_baseline: Some(0.098), diverged: None };
        let verdict = super::verdict(&[curve(&stuck)]);
        assert_eq!(verdict.judgement, Judgement::Underfitting, "{verdict:?}");
        assert!(verdict.message.to_string().contains("0.7000"), "{}", verdict.message);
        // Nearly half of it learned: far below its own baseline, though above that of the other rows.
        let learning = line(30, |t| if t < 0.5 { 0.6 - 0.4 * t } else { 0.4 }, |t| if t < 0.5 { 0.09 - 0.06 * t } else { 0.06 });
        assert_eq!(super::verdict(&[curve(&learning)]).judgement, Judgement::Balanced);
        let memory = line(30, |t| 0.6 - 0.5 * t, |t| 0.09 + 0.1 * t);
        let verdict = super::verdict(&[curve(&memory)]);
        assert_eq!(verdict.judgement, Judgement::Memorising);
        assert!(verdict.message.to_string().contains("0.0980"), "{}", verdict.message);
    }

    #[test]
    fn planted_curves_get_their_verdict() {
        let cases = [
            (Judgement::Memorising, line(30, |t| 0.7 - 0.6 * t, |t| 0.69 + 0.5 * t)),
            (Judgement::Overfitting, line(30, |t| 0.6 - 0.2 * t, |t| 0.5 + (t - 0.3) * (t - 0.3))),
            (Judgement::Underfitting, line(30, |_| 0.69, |_| 0.69)),
            (Judgement::StillFalling, line(30, |t| 0.6 - 0.3 * t, |t| 0.62 - 0.3 * t)),
            (Judgement::Balanced, line(30, |t| if t < 0.5 { 0.6 - 0.4 * t } else { 0.4 }, |t| if t < 0.5 { 0.65 - 0.4 * t } else { 0.45 })),
            (Judgement::Unknown, line(2, |_| 0.5, |_| 0.5)),
        ];
        for (want, curve) in &cases {
            let verdict = verdict(&[judged(curve, Some(0.69))]);
            assert_eq!(verdict.judgement, *want, "{verdict:?}");
            let text = verdict.message.to_string();
            assert!(!text.starts_with("verdict.") && !text.contains('{'), "{text}");
        }
    }

    #[test]
    fn most_folds_decide_and_of_equally_many_the_worse() {
        let good = line(30, |_| 0.4, |_| 0.45);
        let bad = line(30, |t| 0.6 - 0.2 * t, |t| 0.5 + t * t);
        let both = verdict(&[judged(&good, None), judged(&bad, None)]);
        assert_eq!((both.judgement, both.folds, both.of), (Judgement::Overfitting, 1, 2));
        let three = verdict(&[judged(&good, None), judged(&bad, None), judged(&good, None)]);
        assert_eq!((three.judgement, three.folds, three.of), (Judgement::Balanced, 2, 3));
        assert_eq!(verdict(&[]).judgement, Judgement::Unknown);
        // A loss that ran away in one fold is told, whatever the others say.
        let ran = Message::new("learn.network.diverged");
        let away = Curve { diverged: Some(&ran), ..judged(&[], None) };
        let told = verdict(&[judged(&good, None), away, judged(&good, None)]);
        assert_eq!((told.judgement, told.folds, told.of, told.message), (Judgement::Diverged, 1, 3, ran.clone()));
    }
}
