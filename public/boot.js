// Starts the page: the only script that is not compiled from Rust. It sets the theme before the first paint, closes
// what the policy cannot close, says in one sentence what the browser lacks, and hands over.

const root = document.documentElement;
try {
  const theme = localStorage.getItem("atelier.theme");
  if (theme) root.dataset.theme = theme;
} catch { /* storage is blocked: the system's theme holds */ }

// WebRTC is not covered by the policy's connect-src; nothing here needs it.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) {
  try { delete globalThis[name]; } catch { /* not there */ }
}

// Static parts of the page are built through templates, so markup has one gate: no scripts, no handlers, no styles, no addresses.
const refused = /<\s*(script|iframe|object|embed|link|meta|base|form|style)\b|\son\w+\s*=|\sstyle\s*=|javascript:|\bsrc(doc)?\s*=/i;
globalThis.trustedTypes?.createPolicy("default", {
  createHTML(markup) {
    if (refused.test(markup)) throw new TypeError("refused markup");
    return markup;
  },
  createScriptURL(address) {
    const url = new URL(address, location.href);
    if (url.protocol === "blob:" && url.origin === location.origin) return address;
    if (url.href === new URL("sw.js", document.baseURI).href) return address;
    throw new TypeError("refused script address");
  },
});

// The page keeps itself on this device, except where no trace shall be left: `ready` is fulfilled when it is kept, or cannot
// be; `onUpdate` is told when a newer build waits; `forget` takes everything back.
const workers = globalThis.isSecureContext ? navigator.serviceWorker : undefined;
const traceless = new URLSearchParams(location.search).has("no-trace") || (() => { try { return sessionStorage.getItem("atelier.traceless") !== null; } catch { return true; } })();
const offline = {
  onUpdate: undefined,
  waiting: undefined,
  ready: Promise.resolve(false),
  async keep() {
    if (!workers || location.protocol === "file:") return false;
    const registration = await workers.register(new URL("sw.js", document.baseURI).href);
    const found = (worker) => {
      // Without a worker in charge this is the first visit, and nothing is newer.
      if (!worker || !workers.controller) return;
      const tell = () => { if (worker.state === "installed") { offline.waiting = worker; offline.onUpdate?.(); } };
      worker.addEventListener("statechange", tell);
      tell();
    };
    found(registration.waiting ?? registration.installing);
    registration.addEventListener("updatefound", () => found(registration.installing));
    // One that could not be installed is never ready.
    const failed = new Promise((done) => registration.installing?.addEventListener("statechange", (event) => { if (event.target.state === "redundant") done(false); }));
    const late = new Promise((done) => setTimeout(done, 20000, false));
    return Promise.race([workers.ready.then(() => true), failed, late]);
  },
  update() {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    offline.waiting?.postMessage("take over");
  },
  async forget() {
    for (const registration of (await workers?.getRegistrations()) ?? []) await registration.unregister();
    for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("atelier-")) await caches.delete(name);
  },
};
globalThis.atelierOffline = offline;

const say = (text) => { const boot = document.getElementById("boot"); if (boot) boot.textContent = text; };

// A function that adds two 128-bit vectors: valid only where vectors are.
const vectors = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
if (typeof WebAssembly !== "object") {
  say("This browser has no WebAssembly. Atelier needs a browser from 2022 or later.");
} else if (!WebAssembly.validate(vectors)) {
  say("This browser's WebAssembly has no vectors (SIMD). Atelier needs a browser from 2023 or later.");
} else {
  const build = document.querySelector('meta[name="build"]').content;
  try {
    const app = await import(`./app.js?v=${build}`);
    await app.default({ module_or_path: `./app_bg.wasm?v=${build}` });
    if (!traceless) offline.ready = offline.keep().catch(() => false);
  } catch (error) {
    say(`The page could not start: ${error.message}. Load it again; if that does not help, the host serves an incomplete copy.`);
    throw error;
  }
}
