//! The upper part of a hierarchy, to be drawn: the last merges, from few leaves.

use crate::learn::cluster::{Division, Merge};
use serde::{Deserialize, Serialize};

/// Leaves, at most.
const LEAVES: usize = 30;

/// The upper part of a hierarchy. What stands below is drawn as leaves, each a group of rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dendrogram {
    /// The leaves, in the order in which no lines cross.
    pub leaves: Vec<Leaf>,
    /// The merges, from the lowest up; the last one joins all.
    pub branches: Vec<Branch>,
    /// The heights between which a cut leaves as many segments as were chosen.
    pub cut: [f64; 2],
}

/// A group of rows that is not taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leaf {
    /// Its rows.
    pub rows: usize,
    /// The segment that it is in; nothing where it holds rows of several.
    pub segment: Option<u32>,
}

/// Two parts that become one. Leaves are numbered from 0 in their order, and the part that branch i makes as leaves + i.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// The part to the left.
    pub left: usize,
    /// The part to the right.
    pub right: usize,
    /// How far they were from each other.
    pub height: f64,
    /// Rows of both.
    pub rows: usize,
}

/// The upper part of a tree of at least one merge, and where it is cut for a division of it.
pub(super) fn of(merges: &[Merge], division: &Division) -> Dendrogram {
    let points = merges.len() + 1;
    let leaves = points.min(LEAVES);
    // Numbers from here on are drawn as branches, those below are leaves.
    let first = points + merges.len() - (leaves - 1);
    let root = points + merges.len() - 1;
    let (mut order, mut open) = (Vec::with_capacity(leaves), vec![root]);
    while let Some(number) = open.pop() {
        if number >= first {
            let merge = merges[number - points];
            open.extend([merge.right, merge.left]);
        } else {
            order.push(number);
        }
    }
    let place = |number: usize| match number >= first {
        true => leaves + number - first,
        false => order.iter().position(|leaf| *leaf == number).unwrap_or(0),
    };
    let branches = (first..=root).map(|number| merges[number - points]).map(|merge| Branch {
        left: place(merge.left),
        right: place(merge.right),
        height: merge.height,
        rows: merge.rows,
    });
    let height = |place: Option<usize>| place.and_then(|place| merges.get(place)).map_or(0.0, |merge| merge.height);
    let above = merges.len().checked_sub(division.count.saturating_sub(1));
    Dendrogram {
        branches: branches.collect(),
        cut: [height(above.and_then(|above| above.checked_sub(1))), height(above)],
        leaves: order.iter().map(|&number| leaf(merges, points, number, &division.labels)).collect(),
    }
}

fn leaf(merges: &[Merge], points: usize, number: usize, labels: &[u32]) -> Leaf {
    let (mut rows, mut segment, mut open) = (0, None, vec![number]);
    let mut is_one = true;
    while let Some(number) = open.pop() {
        match number.checked_sub(points) {
            Some(place) => open.extend([merges[place].right, merges[place].left]),
            None => {
                rows += 1;
                is_one &= segment.is_none_or(|segment| segment == labels[number]);
                segment = Some(labels[number]);
            }
        }
    }
    Leaf { rows, segment: segment.filter(|_| is_one) }
}
