//! Parts: what pages are put together from. A part takes props and no context.

mod button;
mod chart;
mod dialog;
mod drop;
pub mod figure;
mod fold;
pub mod form;
mod hint;
mod icon;
mod menu;
mod models;
mod number;
mod panel;
mod progress;
mod select;
mod spark;
mod table;
mod ticks;

pub use button::{Button, Choice, Switch};
pub use chart::Chart;
pub use dialog::Dialog;
pub use drop::{DropFile, dropped};
pub use figure::FigureText;
pub use fold::Fold;
pub use form::FieldsForm;
pub use hint::{Badge, Hint, ProblemHint};
pub use icon::{Icon, StateMark};
pub use menu::Menu;
pub use number::NumberBox;
pub use panel::{Facts, Panel};
pub use progress::ProgressBar;
pub use select::{NamedSelect, Select};
pub use spark::{Spark, Strip};
pub use table::{Grid, GridColumn};
pub use ticks::{DRAWN, MANY, Ticks};
