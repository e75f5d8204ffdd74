//! Vector kernels of the network: matrix products and elementwise functions, in 32-bit floats for training and
//! prediction, in 64-bit for checks.
//!
//! # Layout
//!
//! Rows are held in blocks of [`LANES`]: within a block the eight values of a feature stand side by side. A block of
//! rows x features is thus `features` lanes, and a matrix is its blocks one after the other. Every kernel works on
//! eight rows at once, which compilers turn into two 128-bit vectors (one of 256 bits where the machine has them),
//! whatever the number of features or units; there is no `unsafe` and no code for one machine.
//! Rows that fill up the last block are zeros on the way in and are passed over on the way out.
//!
//! # Digits
//!
//! Each output of a product is `start + a[0] b[0] + a[1] b[1] + ...`, added in that order by multiply and then add,
//! never fused. Lanes are different outputs, never parts of one sum, so any vector width gives the same digits.

pub mod exp;
mod matrix;
mod normalise;
mod real;
mod rows;

pub use matrix::{Packed, Scratch, backward, forward, gradient};
pub use normalise::{EPSILON, Kept, normalise_rows};
pub use real::Real;
pub use rows::{blocks, gather, lane, read};

/// The rows of a block.
pub const LANES: usize = 8;

/// A value for each row of a block.
pub type Lane<F> = [F; LANES];
