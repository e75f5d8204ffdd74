//! Files in and out: choosing, reading, downloading.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

/// The bytes of a file that a person chose or dropped.
pub async fn read(file: &File) -> Result<Vec<u8>, String> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|error| format!("{error:?}"))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Hands bytes to the browser as a download.
pub fn download(name: &str, kind: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or("no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(&safe_name(name));
    link.click();
    // The browser has taken its hold of the blob by now.
    Url::revoke_object_url(&address)
}

/// A file name without control, path and reserved characters, of at most 120 bytes.
pub fn safe_name(name: &str) -> String {
    let clean: String = name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '-' } else { c }).collect();
    let clean = clean.trim_matches(['.', ' ']);
    let end = (0..=clean.len().min(120)).rev().find(|&end| clean.is_char_boundary(end)).unwrap_or(0);
    if end == 0 { "atelier".to_owned() } else { clean[..end].to_owned() }
}
