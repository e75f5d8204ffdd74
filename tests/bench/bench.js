// Runs in the browser: the engine through the very worker that the page uses, and the peers.

let workers = 0;

/// Starts the page's worker and gives a function that asks it, and one that tells how many bytes its memory has. `build` is `named`
/// for the one whose functions have names, for a profile, and `plain` for the one that is compiled without vectors.
async function engine(build = "dist") {
  const [module, glue] = await Promise.all([
    WebAssembly.compileStreaming(fetch(`${build}/worker_bg.wasm`)), fetch(`${build}/worker.js`).then((it) => it.text()),
  ]);
  const channel = new BroadcastChannel(`memory ${(workers += 1)}`);
  const script = `${glue}
    self.onmessage = (event) => {
      self.onmessage = null;
      wasm_bindgen({ module_or_path: event.data }).then(({ memory }) => {
        const channel = new BroadcastChannel("${channel.name}");
        channel.onmessage = () => channel.postMessage(memory.buffer.byteLength);
      });
    };`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const waiting = new Map();
  let next = 1;
  await new Promise((ready) => { worker.onmessage = ready; worker.postMessage(module); });
  worker.onmessage = ({ data }) => {
    const reply = JSON.parse(data.head);
    const [kind, value] = typeof reply.tell === "string" ? [reply.tell] : Object.entries(reply.tell)[0];
    if (kind === "done") waiting.get(reply.id)?.resolve({ value, body: data.body });
    if (kind === "failed") waiting.get(reply.id)?.reject(new Error(JSON.stringify(value)));
  };
  const ask = (ask, body) => new Promise((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ head: JSON.stringify({ id, ask }), body }, body ? [body.buffer] : []);
  });
  const memory = () => new Promise((resolve) => { channel.onmessage = ({ data }) => resolve(data); channel.postMessage(""); });
  return { ask, memory, end: () => { worker.terminate(); channel.close(); } };
}

const source = (name) => ({ name, file: `${name}.csv`, bytes: 0, sha256: "", options: {} });
const timed = async (work) => { const start = performance.now(); const value = await work(); return [performance.now() - start, value]; };
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/// Reads a table into a worker; a recipe for a target.
async function opened(it, bytes, target) {
  const { value } = await it.ask({ read: source("table") }, bytes);
  const recipe = { version: 1, title: "bench", seed: 1, sources: [{ ...source("table"), bytes: value.size, sha256: value.sha256 }] };
  return (await it.ask({ begin: { recipe, target } })).value;
}

const network = (layers, batch, epochs) => ({ model: "network", params: { layers: layers.map((units) => ({ units, activation: "relu", dropout: 0.2 })), batch, epochs, early_stopping: false, optimizer: "adam", schedule: "constant" } });

/// A study of a table of numbers by a network, without steps and sealed rows.
async function study(it, rows, columns, model, folds = 5) {
  const { plane } = await import("./tables.mjs");
  const recipe = await opened(it, new TextEncoder().encode(plane(rows, columns)), "y");
  Object.assign(recipe, { prepare: [], models: [model] });
  Object.assign(recipe.split, { held_out: 0, folds });
  const { value: look } = await it.ask({ look: recipe });
  return { recipe, look };
}

/// Rows a second of training a network: the time of further epochs, so that reading and starting do not count. With a plane the
/// training is of a fold and looked at as it goes.
async function train(rows, columns, layers, batch, epochs, { plane, build } = {}) {
  const it = await engine(build);
  const { recipe, look } = await study(it, rows, columns, network(layers, batch, 1), 2);
  const unit = plane ? { fold: { candidate: 0, fold: 0 } } : { final: { candidate: 0 } };
  const task = (epochs) => ({ index: 0, table: look.table, recipe: { ...recipe, models: [network(layers, batch, epochs)] }, unit, ...(plane === "none" ? {} : { plane }) });
  const run = async (epochs) => (await timed(() => it.ask({ task: task(epochs) })))[0];
  await run(1);
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) times.push(-(await run(1)) + (await run(1 + epochs)));
  it.end();
  return ((plane ? look.rows / 2 : look.rows) * epochs * 1000) / median(times);
}

/// The digest of what a training of a network comes to.
async function digest(rows, columns, layers, batch, epochs, build) {
  const it = await engine(build);
  const { recipe, look } = await study(it, rows, columns, network(layers, batch, epochs));
  const { body } = await it.ask({ task: { index: 0, table: look.table, recipe, unit: { fold: { candidate: 0, fold: 0 } } } });
  it.end();
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", body))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/// Seconds that all folds of a network take on so many workers, each of which holds the table before the clock starts.
async function folds(rows, columns, layers, batch, epochs, folds, workers) {
  const session = await engine();
  const { recipe, look } = await study(session, rows, columns, network(layers, batch, epochs), folds);
  const { body } = await session.ask("table");
  session.end();
  const pool = await Promise.all(Array.from({ length: workers }, () => engine()));
  const task = (index, recipe, fold) => ({ task: { index, table: look.table, recipe, unit: { fold: { candidate: 0, fold } } } });
  const short = { ...recipe, models: [network(layers, batch, 1)] };
  for (const it of pool) {
    await it.ask("hold", body.slice());
    await it.ask(task(0, short, 0));
  }
  let next = 0;
  const turn = async (it) => { while (next < folds) await it.ask(task(next, recipe, next++)); };
  const [time] = await timed(() => Promise.all(pool.map(turn)));
  pool.forEach((it) => it.end());
  return time / 1000;
}

/// Of a worker that was given a table of numbers and trains on all of it: the bytes of its memory before and after over those
/// of the numbers, and milliseconds an epoch.
async function cost(rows, columns, layers, batch) {
  const session = await engine();
  const { recipe, look } = await study(session, rows, columns, network(layers, batch, 1));
  const { body } = await session.ask("table");
  session.end();
  const it = await engine();
  await it.ask("hold", body);
  const matrix = rows * columns * 8;
  const before = (await it.memory()) / matrix;
  const run = async (epochs) => (await timed(() => it.ask({ task: { index: 0, table: look.table, recipe: { ...recipe, models: [network(layers, batch, epochs)] }, unit: { final: { candidate: 0 } } } })))[0];
  await run(1);
  const more = Math.max(2, Math.round(400_000 / rows));
  const [few, many] = [await run(1), await run(1 + more)];
  const after = (await it.memory()) / matrix;
  it.end();
  return { before, after, epoch: (many - few) / more };
}

/// Operations a second that 128-bit multiplications and additions reach here: twelve chains of x = x * a + b in registers.
function peak() {
  const CHAINS = 12, STEPS = 20_000;
  const number = (x) => [0xfd, 0x0c, ...new Uint8Array(new Float32Array([x, x, x, x]).buffer)];
  const get = (local) => [0x20, local], set = (local) => [0x21, local];
  const [mul, add, scale, shift] = [[0xfd, 0xe6, 0x01], [0xfd, 0xe4, 0x01], CHAINS + 1, CHAINS + 2];
  const chains = Array.from({ length: CHAINS }, (_, place) => place + 1);
  const body = [
    0x01, CHAINS + 2, 0x7b,
    ...chains.flatMap((chain) => [...number(chain), ...set(chain)]),
    ...number(0.999), ...set(scale), ...number(0.001), ...set(shift),
    0x03, 0x40,
    ...chains.flatMap((chain) => [...get(chain), ...get(scale), ...mul, ...get(shift), ...add, ...set(chain)]),
    ...get(0), 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b,
    ...get(1), ...chains.slice(1).flatMap((chain) => [...get(chain), ...add]), 0xfd, 0x1f, 0x00, 0x0b,
  ];
  const size = (bytes) => { const out = []; let left = bytes.length; do { out.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0)); left >>= 7; } while (left > 0); return out; };
  const part = (id, bytes) => [id, ...size(bytes), ...bytes];
  const code = [0x01, ...size(body), ...body];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...part(1, [1, 0x60, 1, 0x7f, 1, 0x7d]), ...part(3, [1, 0]), ...part(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]), ...part(10, code)];
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;
  const speeds = [];
  for (let turn = 0; turn < 400; turn += 1) {
    const start = performance.now();
    for (let call = 0; call < 10; call += 1) run(STEPS);
    speeds.push((10 * STEPS * CHAINS * 8 * 1000) / (performance.now() - start));
  }
  // The first turns are those of code that is not optimised yet.
  return median(speeds.slice(100));
}

/// The same with TensorFlow.js.
async function trainTf(rows, columns, layers, batch, epochs) {
  tf.wasm.setWasmPaths("peers/@tensorflow/tfjs-backend-wasm/dist/");
  tf.wasm.setThreadsCount(1);
  await tf.setBackend("wasm");
  await tf.ready();
  const x = tf.randomNormal([rows, columns]);
  const y = x.matMul(tf.randomNormal([columns, 1])).greater(0).cast("float32");
  const model = tf.sequential();
  layers.forEach((units, place) => {
    model.add(tf.layers.dense({ units, activation: "relu", inputShape: place === 0 ? [columns] : undefined }));
    model.add(tf.layers.dropout({ rate: 0.2 }));
  });
  model.add(tf.layers.dense({ units: 1, activation: "sigmoid" }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "binaryCrossentropy" });
  await model.fit(x.slice([0, 0], [batch * 4, columns]), y.slice([0, 0], [batch * 4, 1]), { batchSize: batch, epochs: 1, yieldEvery: "never" });
  const [time] = await timed(() => model.fit(x, y, { batchSize: batch, epochs, shuffle: true, yieldEvery: "never" }));
  return (rows * epochs * 1000) / time;
}

/// Megabytes a second of reading and typing a table; memory of the worker afterwards, in multiples of the file.
async function read(address) {
  const times = [];
  let size = 0;
  for (let turn = 0; turn < 3; turn += 1) {
    const it = await engine();
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    size = bytes.length;
    times.push((await timed(() => it.ask({ read: source("table") }, bytes)))[0]);
    it.end();
  }
  return size / 1000 / median(times);
}

async function profile(address) {
  const it = await engine();
  const recipe = await opened(it, new Uint8Array(await (await fetch(address)).arrayBuffer()), "job");
  recipe.goal.target = null;
  const [time] = await timed(() => it.ask({ profile: recipe }));
  it.end();
  return time / 1000;
}

/// Unpacked bytes of a sample table.
async function sample(name) {
  const packed = await fetch(`samples/${name}.csv.gz`);
  return new Uint8Array(await new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

/// Seconds that a model takes on a sample with a column for each level: less the time of the baseline, which reads and prepares
/// the same.
async function fit(name, target, model, params) {
  const it = await engine();
  const recipe = await opened(it, await sample(name), target);
  recipe.prepare = [{ id: "one_hot" }];
  recipe.split.held_out = 0;
  const of = (model, params) => ({ ...recipe, models: [{ model, params }] });
  const { value: look } = await it.ask({ look: of(model, params) });
  const run = async (recipe) => (await timed(() => it.ask({ task: { index: 0, table: look.table, recipe, unit: { final: { candidate: 0 } } } })))[0];
  await run(of("baseline", {}));
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) times.push((await run(of(model, params))) - (await run(of("baseline", {}))));
  it.end();
  return median(times) / 1000;
}

async function readPapa(address) {
  const text = await (await fetch(address)).text();
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) times.push((await timed(() => Papa.parse(text, { header: true, dynamicTyping: true })))[0]);
  return text.length / 1000 / median(times);
}

Object.assign(globalThis, { bench: { cost, digest, fit, folds, peak, profile, read, readPapa, train, trainTf } });
