//! One writer for each project: the tab that holds the project's lock. The browser lets a lock go when its tab is closed
//! or dies.

use futures_channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

// The interface is younger than the bindings of web-sys.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &JsValue, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// A lock that is held until it is dropped.
pub struct Lock(Rc<RefCell<Option<Function>>>);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(release) = self.0.borrow_mut().take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// How a tab asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Only where no other tab has it.
    Politely,
    /// In any case: the tab that has it loses it.
    Firmly,
}

/// Takes the lock of a project; nothing where another tab holds it. `on_lost` is called when another tab takes it away.
/// A browser without locks grants every one.
pub async fn take(project: &str, asks: Asks, on_lost: impl FnOnce() + 'static) -> Option<Lock> {
    let options = Object::new();
    let how = if asks == Asks::Firmly { "steal" } else { "ifAvailable" };
    let _ = Reflect::set(&options, &how.into(), &JsValue::TRUE);
    let release = Rc::new(RefCell::new(None));
    let (answer, answered) = oneshot::channel();
    let answer = Rc::new(RefCell::new(Some(answer)));
    let tell = move |is_granted: bool| answer.borrow_mut().take().is_some_and(|answer| answer.send(is_granted).is_ok());
    let (held, first) = (release.clone(), tell.clone());
    let granted = Closure::once_into_js(move |lock: JsValue| -> Promise {
        if lock.is_null() {
            first(false);
            return Promise::resolve(&JsValue::NULL);
        }
        // The lock lives as long as this promise.
        let kept = Promise::new(&mut |resolve, _| *held.borrow_mut() = Some(resolve));
        first(true);
        kept
    });
    let Ok(over) = request(&format!("atelier.project.{project}"), &options, &granted) else { return Some(Lock(release)) };
    spawn_local(async move {
        // Refused before it was granted: the browser keeps no locks here.
        if JsFuture::from(over).await.is_err() && !tell(true) {
            on_lost();
        }
    });
    answered.await.unwrap_or(true).then(|| Lock(release))
}
