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
  } catch (error) {
    say(`The page could not start: ${error.message}. Load it again; if that does not help, the host serves an incomplete copy.`);
    throw error;
  }
}
