//! The engine as its hosts drive it: requests in, replies out.

mod host;
mod train;
