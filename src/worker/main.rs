//! The worker: takes requests from the page, hands them to the engine, posts its replies. It holds no logic of its own.

use atelier::run::{Engine, Request};
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Work between two looks at the messages, in milliseconds.
const SLICE: f64 = 40.0;

struct Host {
    scope: DedicatedWorkerGlobalScope,
    engine: RefCell<Engine>,
    /// Wakes the loop again after the browser has delivered waiting messages.
    wake: web_sys::MessageChannel,
    awake: RefCell<bool>,
}

fn main() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let Ok(wake) = web_sys::MessageChannel::new() else { return };
    let host = Rc::new(Host { scope, engine: RefCell::new(Engine::new()), wake, awake: RefCell::new(false) });

    let on_wake = Closure::<dyn FnMut()>::new({
        let host = host.clone();
        move || host.work()
    });
    host.wake.port1().set_onmessage(Some(on_wake.as_ref().unchecked_ref()));
    on_wake.forget();

    let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
        let host = host.clone();
        move |event: MessageEvent| host.receive(&event.data())
    });
    host.scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = host.scope.post_message(&JsValue::from_str("ready"));
}

impl Host {
    /// A message is `{head, body}`: a request as JSON, and bytes beside it.
    fn receive(&self, message: &JsValue) {
        let part = |name: &str| Reflect::get(message, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
        let body = part("body").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        match serde_json::from_str::<Request>(&part("head").as_string().unwrap_or_default()) {
            Ok(request) => self.engine.borrow_mut().ask(request, body),
            Err(error) => web_sys::console::error_1(&JsValue::from_str(&format!("request not understood: {error}"))),
        }
        self.flush();
        self.sleep_or_wake();
    }

    /// Works for one slice of time, posts what there is to say, and comes back if there is more to do.
    fn work(&self) {
        *self.awake.borrow_mut() = false;
        let start = now();
        let mut engine = self.engine.borrow_mut();
        while engine.advance() && now() - start < SLICE {}
        drop(engine);
        self.flush();
        self.sleep_or_wake();
    }

    fn sleep_or_wake(&self) {
        if self.engine.borrow().is_busy() && !self.awake.replace(true) {
            let _ = self.wake.port2().post_message(&JsValue::NULL);
        }
    }

    fn flush(&self) {
        for (reply, body) in self.engine.borrow_mut().replies() {
            let Ok(head) = serde_json::to_string(&reply) else { continue };
            let message = Object::new();
            let _ = Reflect::set(&message, &JsValue::from_str("head"), &JsValue::from_str(&head));
            let transfer = Array::new();
            if !body.is_empty() {
                let bytes = Uint8Array::from(body.as_slice());
                transfer.push(&bytes.buffer());
                let _ = Reflect::set(&message, &JsValue::from_str("body"), &bytes);
            }
            let _ = self.scope.post_message_with_transfer(&message, &transfer);
        }
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}
