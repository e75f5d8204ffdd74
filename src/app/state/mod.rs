//! State: small stores that pages read (`studio`, `view`), and managers that live as long as the page (`link`, `pool`, `storage`).

pub mod explored;
pub mod files;
pub mod fits;
mod history;
pub mod link;
pub mod lock;
pub mod offline;
pub mod on_demand;
pub mod pool;
pub mod prepared;
pub mod results;
pub mod saving;
pub mod segmented;
pub mod session;
pub mod sources;
pub mod storage;
pub mod studio;
pub mod trust;
pub mod view;

pub use explored::Explored;
pub use segmented::Segmented;
pub use studio::Studio;
pub use view::View;
