//! Links: the recipe in an address, deflated and written in the letters that addresses allow. Never a row of data.

use super::Recipe;
use crate::base::{Problem, Stage};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use std::io::{Read, Write};

/// The most bytes that a link may unpack to; a recipe is some kilobytes.
const MOST: u64 = 1 << 20;

/// The recipe as the part of an address behind `#recipe=`.
pub fn to_link(recipe: &Recipe) -> String {
    let text = serde_json::to_string(recipe).unwrap_or_default();
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = packed.write_all(text.as_bytes());
    URL_SAFE_NO_PAD.encode(packed.finish().unwrap_or_default())
}

/// The recipe of a link.
///
/// # Errors
/// Anything that is not such a link, or unpacks to more than a megabyte.
pub fn from_link(link: &str) -> Result<Recipe, Problem> {
    let broken = || Problem::new(Stage::Data, "recipe.broken_link");
    let packed = URL_SAFE_NO_PAD.decode(link.trim()).map_err(|_| broken())?;
    let mut text = String::new();
    DeflateDecoder::new(packed.as_slice()).take(MOST + 1).read_to_string(&mut text).map_err(|_| broken())?;
    if text.len() as u64 > MOST {
        return Err(broken());
    }
    Recipe::from_json(&text)
}
