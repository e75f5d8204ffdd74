//! Atelier: a machine-learning studio that runs whole in a browser tab; the same engine is a command line.
//!
//! # The map
//!
//! The modules stand in the order in which they use each other, which is nearly the order in which data flows.
//! A module uses only those above it; `tests/tidy.rs` holds that.
//!
//! - [`num`]: random streams, sums, quantiles, special functions, small linear algebra, vector kernels
//! - [`base`]: what everything speaks: form fields, problems, figures that may be undefined, jobs, message texts
//! - [`table`]: columns and their kinds, reading and writing, joins, splits
//! - [`metric`]: one file per family of metrics: pure functions of truth and prediction
//! - [`plan`]: the closed set of operations that fitted steps and models are made of, and its interpreter
//! - [`learn`]: one folder per model family; the network above all
//! - [`explain`]: one file per method of explanation
//! - [`profile`]: one file per family of statistics, and the alerts
//! - [`prepare`]: one file per preparation step
//! - [`judge`]: pipelines run in folds, thresholds, intervals, criteria
//! - [`tune`]: search spaces, samplers, pruners, studies
//! - [`stress`]: one file per probe
//! - [`fair`]: metrics by group
//! - [`watch`]: drift between two tables
//! - [`chart`]: one file per chart: results in, a scene out, drawn on any backend
//! - [`recipe`]: the document that is the whole study except the rows: edits, check, links
//! - [`report`]: the outcome as one document, its digest, the printed page, the model card
//! - [`ship`]: one file per export; each compiles a plan
//! - [`run`]: requests in, replies out: the engine that worker, page, command line and tests drive
//!
//! # The invariants
//!
//! - Stages are values in, values out: no input or output, no clock, no global; randomness only from a seed in the recipe.
//! - A fitted value never changes. Every step is fitted on training rows only.
//! - What `recipe`, `run` and `ship` contain is serialisable, because others read it; saved tags are short stable ids,
//!   never names of Rust types.
//! - Reading a table never fails on its content: it returns the table and a list of problems with row and column.
//! - The worker, the page and the command line hold no logic of the engine.
//! - The same recipe and the same data give the same digits on every target: sums run in a fixed order, transcendental
//!   functions come from `libm`, no result depends on the order of a hash map or the number of workers.

pub mod num;
pub mod base;
pub mod table;
pub mod metric;
pub mod plan;
pub mod learn;
pub mod explain;
pub mod profile;
pub mod prepare;
pub mod judge;
pub mod tune;
pub mod stress;
pub mod fair;
pub mod watch;
pub mod chart;
pub mod recipe;
pub mod report;
pub mod ship;
pub mod run;
