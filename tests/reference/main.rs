//! Figures against the reference libraries' (`figures/*.json`, described in `FIGURES.md`), one module per group.
//!
//! A module reads a file's `figures`, computes the same from the same table by the same conventions, and compares
//! within the stated tolerance.

mod autograd;
mod calibration;
mod categories;
mod compare;
mod classical;
mod cluster;
mod correlation;
mod curves;
mod dates;
mod drift;
mod encode;
mod fairness;
mod fits;
mod imbalance;
mod impute;
mod join;
mod lime;
mod linear;
mod metrics;
mod models;
mod nn;
mod optimisers;
mod outliers;
mod pca;
mod profile;
mod rows;
mod scale;
mod select;
mod shap;
mod step;
mod support;
mod tests;
mod trees;
mod tuning;
