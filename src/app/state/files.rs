//! Files in and out: choosing, reading, downloading.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, HtmlInputElement, Url};

/// The bytes of a file that a person chose or dropped.
pub async fn read(file: &File) -> Result<Vec<u8>, String> {
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|error| format!("{error:?}"))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The first bytes of a file.
pub async fn head(file: &File, most: u64) -> Result<Vec<u8>, String> {
    let blob = file.slice_with_f64_and_f64(0.0, most as f64).map_err(|error| format!("{error:?}"))?;
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|error| format!("{error:?}"))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Lets a person choose a file; to be called while a click or key is being dealt with, since browsers ask for that.
pub fn choose(accept: &str, on_file: impl FnOnce(File) + 'static) {
    let input = web_sys::window().and_then(|window| window.document()).and_then(|document| document.create_element("input").ok());
    let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
    input.set_type("file");
    input.set_accept(accept);
    let own = input.clone();
    let on_change = Closure::once_into_js(move || {
        if let Some(file) = own.files().and_then(|files| files.get(0)) {
            on_file(file);
        }
    });
    input.set_onchange(Some(on_change.unchecked_ref()));
    input.click();
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
