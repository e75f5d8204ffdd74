//! Numbers: random streams, sums, quantiles, special functions, small linear algebra, vector kernels.
//!
//! Everything here gives the same digits on every target: sums run in a stated order, transcendental functions come
//! from [`float`], which takes them from `libm`.

pub mod activation;
pub mod distribution;
pub mod float;
pub mod kernel;
pub mod linear;
pub mod moments;
pub mod order;
pub mod neighbours;
pub mod random;
pub mod special;
pub mod sum;

pub use random::Rng;
