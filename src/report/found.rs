//! What was found out about a model on demand, in a sentence: page and command line say the same.

use crate::base::{Message, text};
use crate::chart::format::{figure, place};
use crate::judge::growth::Growth;
use crate::judge::rates::Rates;

/// Whether another learning rate would train better.
pub fn rates(found: &Rates) -> Message {
    let Some((rate, loss)) = found.best else { return Message::new("rates.nothing") };
    let (present, now) = found.now;
    let id = match (found.helps, now) {
        (false, _) => "rates.fine",
        (true, Some(_)) => "rates.better",
        (true, None) => "rates.better_only",
    };
    Message::new(id)
        .with("rate", place(rate))
        .with("loss", figure(loss))
        .with("folds", found.tries.last().map_or(0, |it| it.folds))
        .with("now", now.map_or_else(String::new, figure))
        .with("present", place(present))
}

/// Whether more rows would help.
pub fn growth(found: &Growth) -> Message {
    match &found.doubled {
        Ok(doubled) => Message::new(if doubled.helps { "grow.helps" } else { "grow.hardly" })
            .with("metric", text(&format!("metric.{}", found.metric)))
            .with("now", figure(doubled.now))
            .with("value", figure(doubled.value))
            .with("low", figure(doubled.interval[0]))
            .with("high", figure(doubled.interval[1])),
        Err(why) => Message::new("grow.unknown").with("why", why),
    }
}
