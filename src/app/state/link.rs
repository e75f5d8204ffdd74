//! Workers: their code, fetched and compiled once; starting one from a blob, so that the page's policy holds in it too;
//! asking one and hearing its replies.

use atelier::base::{Problem, Stage};
use atelier::run::{Ask, Reply, Request, Tell};
use js_sys::{Array, Object, Reflect, Uint8Array, WebAssembly};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, MessageEvent, Response, Url, Worker};

/// The worker's code: the script as a blob's address and the compiled module.
pub struct Code {
    script: String,
    module: JsValue,
}

impl Code {
    /// Fetches and compiles the worker's code; the only requests that the page makes by itself besides the samples.
    pub async fn load(build: &str) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or("no window")?;
        let fetch = |address: &str| window.fetch_with_str(&format!("{address}?v={build}"));
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

thread_local! {
    /// The number of the next request. No number is given twice in a tab, so that a late result for a worker that is gone
    /// meets no request of the one in its place.
    static NEXT: Cell<u64> = const { Cell::new(1) };
}

/// What is heard of a request: progress any number of times, then the end.
type Hear = Box<dyn FnMut(Tell, Vec<u8>)>;

/// A running worker.
#[derive(Clone)]
pub struct Link(Rc<Inner>);

struct Inner {
    worker: Worker,
    ready: Cell<bool>,
    /// Messages asked for before the worker was ready.
    waiting: RefCell<Vec<Object>>,
    asked: RefCell<BTreeMap<u64, Hear>>,
    on_message: RefCell<Option<Closure<dyn FnMut(MessageEvent)>>>,
    on_error: RefCell<Option<Closure<dyn FnMut(web_sys::Event)>>>,
    /// Called once when the worker has died.
    on_death: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl Link {
    /// Starts a worker. `on_death` is called when it has trapped or could not start; it gets no further message.
    pub fn start(code: &Code, on_death: impl FnOnce() + 'static) -> Result<Self, JsValue> {
        let worker = Worker::new(&code.script)?;
        let link = Self(Rc::new(Inner {
            worker,
            ready: Cell::new(false),
            waiting: RefCell::default(),
            asked: RefCell::default(),
            on_message: RefCell::default(),
            on_error: RefCell::default(),
            on_death: RefCell::new(Some(Box::new(on_death))),
        }));
        let inner = Rc::downgrade(&link.0);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(inner) = inner.upgrade() {
                inner.receive(&event.data());
            }
        });
        link.0.worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        *link.0.on_message.borrow_mut() = Some(on_message);
        let inner = Rc::downgrade(&link.0);
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
            if let Some(inner) = inner.upgrade() {
                inner.die();
            }
        });
        link.0.worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        *link.0.on_error.borrow_mut() = Some(on_error);
        link.0.worker.post_message(&code.module)?;
        Ok(link)
    }

    /// Asks; `hear` is told of progress and, at last, of the end. Gives the number of the request.
    pub fn ask(&self, ask: Ask, body: &[u8], hear: impl FnMut(Tell, Vec<u8>) + 'static) -> u64 {
        let id = NEXT.replace(NEXT.get() + 1);
        self.0.asked.borrow_mut().insert(id, Box::new(hear));
        let message = Object::new();
        let head = serde_json::to_string(&Request { id, ask }).unwrap_or_default();
        let _ = Reflect::set(&message, &"head".into(), &JsValue::from_str(&head));
        if !body.is_empty() {
            let _ = Reflect::set(&message, &"body".into(), &Uint8Array::from(body));
        }
        match self.0.ready.get() {
            true => self.0.post(&message),
            false => self.0.waiting.borrow_mut().push(message),
        }
        id
    }

    /// Ends the worker at once. Open requests end as cancelled.
    pub fn end(&self) {
        self.0.on_death.borrow_mut().take();
        self.0.worker.terminate();
        self.0.fail_all(&Problem::note(Stage::Data, "run.cancelled"));
    }
}

impl Inner {
    fn post(&self, message: &Object) {
        let transfer = Array::new();
        if let Ok(body) = Reflect::get(message, &"body".into())
            && let Ok(bytes) = body.dyn_into::<Uint8Array>()
        {
            transfer.push(&bytes.buffer());
        }
        let _ = self.worker.post_message_with_transfer(message, &transfer);
    }

    fn receive(&self, data: &JsValue) {
        if data.as_string().as_deref() == Some("ready") {
            self.ready.set(true);
            for message in self.waiting.take() {
                self.post(&message);
            }
            return;
        }
        let part = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let Some(Ok(reply)) = part("head").as_string().map(|head| serde_json::from_str::<Reply>(&head)) else { return };
        let body = part("body").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        // Taken out while it is called, since it may ask again.
        let Some(mut hear) = self.asked.borrow_mut().remove(&reply.id) else { return };
        let going_on = matches!(reply.tell, Tell::Progress(..) | Tell::Tasks(_) | Tell::Drop(_));
        hear(reply.tell, body);
        if going_on {
            self.asked.borrow_mut().insert(reply.id, hear);
        }
    }

    /// A trapped worker gets no further call.
    fn die(&self) {
        self.worker.terminate();
        // Taken out before it is called, since it ends this link.
        let on_death = self.on_death.borrow_mut().take();
        if let Some(on_death) = on_death {
            on_death();
        }
        self.fail_all(&Problem::new(Stage::Data, "run.worker_died"));
    }

    fn fail_all(&self, problem: &Problem) {
        for (_, mut hear) in std::mem::take(&mut *self.asked.borrow_mut()) {
            hear(Tell::Failed(problem.clone()), Vec::new());
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
