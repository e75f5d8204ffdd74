//! Features: columns made from columns.

pub mod bin;
pub mod date_parts;
pub mod derive;
mod eigen;
pub mod frequency;
pub mod log;
pub mod one_hot;
pub mod ordinal;
pub mod pca;
pub mod piecewise_linear;
pub mod segment;
