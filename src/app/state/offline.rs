//! The page's own files on this device: `public/boot.js` keeps them with a service worker; here is asked how far that is.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

fn part(name: &str) -> Option<JsValue> {
    let offline = Reflect::get(&js_sys::global(), &"atelierOffline".into()).ok().filter(JsValue::is_object)?;
    Reflect::get(&offline, &name.into()).ok()
}

fn call(name: &str) -> Option<JsValue> {
    part(name)?.dyn_into::<Function>().ok()?.call0(&JsValue::NULL).ok()
}

/// Waits until the page is kept, or cannot be.
pub async fn ready() {
    if let Some(promise) = part("ready").and_then(|ready| ready.dyn_into::<Promise>().ok()) {
        let _ = JsFuture::from(promise).await;
    }
}

/// Calls `hear` when a newer build waits to take over.
pub fn on_update(hear: impl Fn() + 'static) {
    if part("waiting").is_some_and(|waiting| waiting.is_object()) {
        return hear();
    }
    let hear = Closure::<dyn Fn()>::new(hear);
    if let Ok(offline) = Reflect::get(&js_sys::global(), &"atelierOffline".into()) {
        let _ = Reflect::set(&offline, &"onUpdate".into(), hear.as_ref());
    }
    // It lives as long as the page.
    hear.forget();
}

/// Lets the newer build take over; the page is loaded again.
pub fn update() {
    call("update");
}

/// Takes back what is kept of the page itself.
pub async fn forget() {
    if let Some(promise) = call("forget").and_then(|promise| promise.dyn_into::<Promise>().ok()) {
        let _ = JsFuture::from(promise).await;
    }
}
