//! Cleaning: missing values, outliers, rare levels, columns left out.

pub mod drop;
pub mod impute;
pub mod outliers;
pub mod rare_levels;
