//! Figures against the reference libraries' (`figures/*.json`, described in `FIGURES.md`), one module per group.
//!
//! A module reads a file's `figures`, computes the same from the same table by the same conventions, and compares
//! within the stated tolerance.

mod nn;
mod support;
