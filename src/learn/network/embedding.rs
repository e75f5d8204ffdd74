//! Embeddings of categories: the 0/1 columns of each category go through a linear map of their own, without a bias, to fewer
//! columns before the first layer (Guo and Berkhahn 2016). A level becomes a point whose neighbours are levels that answer
//! alike, and the first layer learns of a few columns what it would have to learn of each level alone.
//!
//! Two linear maps in a row are one: with the map E (levels x width) and the first layer's weights V (width x units) rows
//! meet W = E V (levels x units). So rows go through as if there was no map, and a plan holds nothing new. E stands behind
//! the layers in the list of parameters. V stands in the first rows of what would be the weights of the category's columns; the
//! rows that are left over are 0 and stay so. E is drawn with variance 1 / width, so that W is as large as it was without.

use super::layer::Layer;
use crate::num::Rng;
use crate::num::kernel::Real;
use crate::plan::Meaning;
use std::ops::Range;

/// Fewer columns than this have nothing to gain from a map.
const FEWEST: usize = 3;

/// The columns of a category.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Where its columns stand among the inputs.
    pub columns: Vec<usize>,
    /// How many columns they become; no more than there are.
    pub width: usize,
}

/// The groups of columns that are the levels of one category, in the order of their first columns, each with half as many
/// columns as levels (rounded up), at most `widest`. A category of fewer than three columns is left as it is.
pub fn groups(meanings: &[Meaning], widest: usize) -> Vec<Group> {
    let mut categories: Vec<(&str, Vec<usize>)> = Vec::new();
    for (place, meaning) in meanings.iter().enumerate() {
        let Meaning::Level(of) = meaning else { continue };
        match categories.iter_mut().find(|(name, _)| name == of) {
            Some((_, columns)) => columns.push(place),
            None => categories.push((of, vec![place])),
        }
    }
    let large = categories.into_iter().filter(|(_, columns)| widest > 0 && columns.len() >= FEWEST);
    large.map(|(_, columns)| Group { width: columns.len().div_ceil(2).min(widest), columns }).collect()
}

/// The maps of a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Embedding {
    groups: Vec<Group>,
}

impl Embedding {
    /// Groups of columns that are there, none of them twice.
    pub fn new(groups: Vec<Group>) -> Self {
        Self { groups }
    }

    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Entries of all maps.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.columns.len() * group.width).sum()
    }

    /// Rows of the first layer's weights that are left over.
    pub fn unused(&self) -> usize {
        self.groups.iter().map(|group| group.columns.len() - group.width).sum()
    }

    /// The groups, each with the place of its map among the entries of all.
    fn placed(&self) -> impl Iterator<Item = (&Group, Range<usize>)> {
        let mut end = 0;
        self.groups.iter().map(move |group| {
            let start = end;
            end += group.columns.len() * group.width;
            (group, start..end)
        })
    }

    /// Draws the maps, each from its own stream, and clears the rows that are left over.
    pub fn draw<F: Real>(&self, first: &Layer, weights: &mut [F], maps: &mut [F], seed: u64) {
        for (number, (group, place)) in self.placed().enumerate() {
            let mut rng = Rng::new(seed, "embedding", number as u64);
            let deviation = (1.0 / group.width as f64).sqrt();
            maps[place].iter_mut().for_each(|entry| *entry = F::of(deviation * rng.normal()));
            for &column in &group.columns[group.width..] {
                weights[column * first.units..(column + 1) * first.units].fill(F::ZERO);
            }
        }
    }

    /// The first layer's weights as rows meet them, from those in the list: W = E V for each group.
    pub fn apply<F: Real>(&self, units: usize, weights: &[F], maps: &[F], into: &mut [F]) {
        for (group, place) in self.placed() {
            for (&column, map) in group.columns.iter().zip(maps[place].chunks_exact(group.width)) {
                let own = &mut into[column * units..(column + 1) * units];
                own.fill(F::ZERO);
                for (&source, &by) in group.columns.iter().zip(map) {
                    let row = &weights[source * units..(source + 1) * units];
                    own.iter_mut().zip(row).for_each(|(sum, &w)| *sum += by * w);
                }
            }
        }
    }

    /// From the gradient by W, in `gradients`, to that by V in its place, and that by E. `met` is room to work in.
    pub fn part<F: Real>(&self, units: usize, weights: &[F], maps: &[F], gradients: &mut [F], by_maps: &mut [F], met: &mut Vec<F>) {
        for (group, place) in self.placed() {
            // The rows of W's gradient, one behind the other.
            met.clear();
            group.columns.iter().for_each(|&column| met.extend_from_slice(&gradients[column * units..(column + 1) * units]));
            let maps = &maps[place.clone()];
            for (met, by_map) in met.chunks_exact(units).zip(by_maps[place].chunks_exact_mut(group.width)) {
                for (&source, entry) in group.columns.iter().zip(by_map) {
                    let products = met.iter().zip(&weights[source * units..(source + 1) * units]);
                    *entry = products.fold(F::ZERO, |sum, (&g, &w)| sum + g * w);
                }
            }
            for (number, &source) in group.columns.iter().enumerate() {
                let own = &mut gradients[source * units..(source + 1) * units];
                own.fill(F::ZERO);
                if number >= group.width {
                    continue;
                }
                for (met, map) in met.chunks_exact(units).zip(maps.chunks_exact(group.width)) {
                    own.iter_mut().zip(met).for_each(|(sum, &g)| *sum += map[number] * g);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_the_columns_of_one_category() {
        let level = |of: &str| Meaning::Level(of.to_owned());
        let meanings = [
            level("a"),
            Meaning::Number,
            level("b"),
            level("a"),
            level("b"),
            level("a"),
            Meaning::Code,
            level("a"),
            level("a"),
            level("c"),
        ];
        let of = |columns: &[usize], width| Group { columns: columns.to_vec(), width };
        assert_eq!(groups(&meanings, 8), [of(&[0, 3, 5, 7, 8], 3)]);
        assert_eq!(groups(&meanings, 2), [of(&[0, 3, 5, 7, 8], 2)]);
        assert_eq!(groups(&meanings, 0), []);
        assert_eq!(groups(&[], 8), []);
    }
}
