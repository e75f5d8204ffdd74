//! Workers: their code, fetched and compiled once; starting one from a blob, so that the page's policy holds in it too.

use js_sys::{Array, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, MessageEvent, Response, Url, Worker};

/// The worker's code: the script as a blob's address and the compiled module.
pub struct Code {
    script: String,
    module: JsValue,
}

impl Code {
    /// Fetches and compiles the worker's code; the only requests that the page makes by itself.
    pub async fn load() -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or("no window")?;
        let fetch = |address: &str| window.fetch_with_str(address);
        let module = WebAssembly::compile_streaming(&fetch("./worker_bg.wasm"));
        let glue: Response = JsFuture::from(fetch("./worker.js")).await?.dyn_into()?;
        let glue = JsFuture::from(glue.text()?).await?.as_string().unwrap_or_default();
        // The first message is the module; from then on the compiled code listens.
        let script =
            format!("{glue}\nself.onmessage = (event) => {{ self.onmessage = null; wasm_bindgen({{ module_or_path: event.data }}); }};");
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(&script)), &options)?;
        Ok(Self { script: Url::create_object_url_with_blob(&blob)?, module: JsFuture::from(module).await? })
    }
}

/// A running worker.
pub struct Link {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Link {
    /// Starts a worker; `hear` gets the head of each message.
    pub fn start(code: &Code, hear: impl Fn(String) + 'static) -> Result<Self, JsValue> {
        let worker = Worker::new(&code.script)?;
        let speaker = worker.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            match data.as_string() {
                Some(text) => {
                    hear(text);
                    let message = js_sys::Object::new();
                    let _ = Reflect::set(&message, &"head".into(), &r#"{"id":1,"ask":{"exercise":{"slices":200}}}"#.into());
                    let _ = Reflect::set(&message, &"body".into(), &Uint8Array::new_with_length(0));
                    let _ = speaker.post_message(&message);
                }
                None => hear(Reflect::get(&data, &"head".into()).ok().and_then(|head| head.as_string()).unwrap_or_default()),
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.post_message(&code.module)?;
        Ok(Self { worker, _on_message: on_message })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
