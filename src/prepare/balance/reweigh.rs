//! Reweighing: weights under which group and class are independent.

use super::{Classes, problem, weighed};
use crate::base::{Params, Problem, Stage, field};
use crate::prepare::{Action, Context, Kind, Resampled};
use crate::table::Table;
use std::collections::BTreeMap;

const ID: &str = "reweigh";

/// Weighs training rows so that, by weight, every group has the same share of each class (Kamiran and Calders 2012,
/// "Data preprocessing techniques for classification without discrimination").
///
/// A row of group g and class c weighs P(g) P(c) / P(g, c), shares of the training rows. The weights sum to the number of
/// rows where every group has every class. A group with a single class in it gets a note: no weight can mend that.
pub static KIND: Kind = Kind {
    id: ID,
    family: "balance",
    accepts: &[],
    fields: Vec::new,
    schema: |_, _, schema| Ok(schema),
    action: Action::TrainingRows(weigh),
};

fn weigh(params: &Params, table: &Table, context: &Context) -> Result<Resampled, Problem> {
    field::parse::<BTreeMap<String, serde_json::Value>>(&[], params, Stage::Prepare, &KIND.owner())?;
    let classes = Classes::of(context.target, ID)?;
    let groups = context.groups.ok_or_else(|| problem("balance.no_groups", ID))?;
    let n = table.rows() as f64;
    let mut of_group = BTreeMap::<u32, f64>::new();
    let mut of_both = BTreeMap::<(u32, u32), f64>::new();
    for (&group, &code) in groups.iter().zip(classes.codes) {
        *of_group.entry(group).or_default() += 1.0;
        *of_both.entry((group, code)).or_default() += 1.0;
    }
    let of_class: Vec<f64> = classes.counts.iter().map(|&count| count as f64).collect();
    let weight = |(&group, &code): (&u32, &u32)| of_group[&group] * of_class[code as usize] / (n * of_both[&(group, code)]);
    let mut weighed = weighed(table, context, groups.iter().zip(classes.codes).map(weight).collect());
    let present = classes.counts.iter().filter(|count| **count > 0).count();
    let partial = of_group.keys().filter(|&&group| of_both.range((group, 0)..=(group, u32::MAX)).count() < present).count();
    if partial > 0 {
        weighed.notes.push(super::note("balance.group_without_class", ID).with("groups", partial));
    }
    Ok(weighed)
}
