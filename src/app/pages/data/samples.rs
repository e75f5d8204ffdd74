//! Sample tables: fetched while the page loads, so that nothing has to be asked for later; shown as cards.

use flate2::read::GzDecoder;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::LazyLock;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A sample table; `tests/samples.rs` holds that these facts are those of the files.
#[derive(Deserialize)]
pub struct Sample {
    /// Its name; the file is `samples/<name>.csv.gz`, the texts are `sample.<name>` (what it teaches).
    pub name: &'static str,
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// The column that is usually predicted.
    pub target: &'static str,
    /// `binary`, `multiclass` or `regression`.
    pub task: &'static str,
    /// The licence.
    pub licence: &'static str,
    /// Classes of the target and their rows, the most frequent first; none of a number.
    pub classes: Vec<(&'static str, usize)>,
    /// Rows in equal bins of the target from its least to its greatest value; none of classes.
    pub bins: Vec<usize>,
}

/// Every sample, from the easiest on.
pub static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| serde_json::from_str(include_str!("samples.json")).unwrap_or_default());

/// A sample that is joined to another table.
pub struct JoinedSample {
    /// Its name; the file is as for [`Sample`].
    pub name: &'static str,
    /// Its rows.
    pub rows: usize,
    /// The column by which it is joined, called the same in the table that it goes with.
    pub key: &'static str,
}

/// Every such sample.
pub static JOINED: [JoinedSample; 2] =
    [JoinedSample { name: "nyc_airlines", rows: 16, key: "carrier" }, JoinedSample { name: "nyc_planes", rows: 3322, key: "tailnum" }];

thread_local! {
    static PACKED: RefCell<BTreeMap<&'static str, Vec<u8>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Fetches every sample; one that does not come is not offered.
pub async fn fetch_all(build: &str) {
    for name in SAMPLES.iter().map(|sample| sample.name).chain(JOINED.iter().map(|sample| sample.name)) {
        if let Ok(bytes) = fetch(&format!("./samples/{name}.csv.gz?v={build}")).await {
            PACKED.with(|packed| packed.borrow_mut().insert(name, bytes));
        }
    }
}

/// The sample whose table has this digest.
pub fn of(sha256: &str) -> Option<&'static str> {
    SAMPLES.iter().map(|sample| sample.name).find(|name| bytes(name).is_some_and(|bytes| atelier::base::digest(&bytes) == sha256))
}

/// Whether a sample is here.
pub fn is_here(name: &str) -> bool {
    PACKED.with(|packed| packed.borrow().contains_key(name))
}

/// A sample's table as CSV.
pub fn bytes(name: &str) -> Option<Vec<u8>> {
    PACKED.with(|packed| {
        let packed = packed.borrow();
        let packed = packed.get(name)?;
        // Some hosts unpack on the way.
        if !packed.starts_with(&[0x1f, 0x8b]) {
            return Some(packed.clone());
        }
        let mut bytes = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    })
}

async fn fetch(address: &str) -> Result<Vec<u8>, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let response: web_sys::Response = JsFuture::from(window.fetch_with_str(address)).await?.dyn_into()?;
    if !response.ok() {
        return Err("not there".into());
    }
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
