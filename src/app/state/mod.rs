//! Stores and managers.

pub mod link;
