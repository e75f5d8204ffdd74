//! What leaves the studio: the model file, exports to other tools, the model card, pages that stand alone.

pub mod onnx;

pub use onnx::{Onnx, Unsupported, onnx};
