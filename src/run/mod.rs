//! Requests in, replies out: the engine that worker, page, command line and tests drive.

mod engine;
mod message;

pub use engine::Engine;
pub use message::{Ask, Reply, Request, Tell};
