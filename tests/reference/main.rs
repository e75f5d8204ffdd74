//! Figures against the reference libraries' (`figures/*.json`, described in `FIGURES.md`), one module per group.
//!
//! A module reads a file's `figures`, computes the same from the same table by the same conventions, and compares
//! within the stated tolerance.

mod curves;
mod dates;
mod encode;
mod fits;
mod imbalance;
mod impute;
mod lime;
mod linear;
mod metrics;
mod models;
mod nn;
mod outliers;
mod pca;
mod rows;
mod scale;
mod select;
mod shap;
mod step;
mod support;
mod trees;
mod tuning;
