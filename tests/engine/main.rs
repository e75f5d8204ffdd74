//! The engine as its hosts drive it: requests in, replies out.

mod bad;
mod bad_input;
mod data;
mod explain;
mod explore;
mod fair;
mod honest;
mod host;
mod judge;
mod preview;
mod search;
mod ship;
mod stress;
mod train;
mod tune;
mod watch;
