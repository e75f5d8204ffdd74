//! What leaves the studio: the model file, exports to other tools, the model card, pages that stand alone.

mod card;
pub mod export;
mod mlflow;
pub mod model;
pub mod onnx;
mod predict;

pub use export::{Checked, EXPORTS, Export, Facts, File};
pub use model::{InputFacts, Model, VERSION as MODEL_VERSION};
pub use onnx::{Onnx, Unsupported, onnx};
pub use predict::Told;
