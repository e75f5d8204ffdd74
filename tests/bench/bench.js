// Runs in the browser: the engine through the very worker that the page uses, and the peers.

/// Starts the page's worker and gives a function that asks it.
async function engine() {
  const [module, glue] = await Promise.all([WebAssembly.compileStreaming(fetch("dist/worker_bg.wasm")), fetch("dist/worker.js").then((it) => it.text())]);
  const script = `${glue}\nself.onmessage = (event) => { self.onmessage = null; wasm_bindgen({ module_or_path: event.data }); };`;
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
  return { ask, end: () => worker.terminate() };
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

/// Rows a second of training a network: the time of further epochs, so that reading and starting do not count.
async function train(text, layers, batch, epochs) {
  const it = await engine();
  const recipe = await opened(it, new TextEncoder().encode(text), "y");
  recipe.prepare = [];
  const network = (epochs) => ({ model: "network", params: { layers: layers.map((units) => ({ units, activation: "relu", dropout: 0.2 })), batch, epochs, early_stopping: false, optimizer: "adam", schedule: "constant" } });
  recipe.models = [network(1)];
  recipe.split.held_out = 0;
  const { value: look } = await it.ask({ look: recipe });
  const run = async (epochs) => (await timed(() => it.ask({ task: { index: 0, table: look.table, recipe: { ...recipe, models: [network(epochs)] }, unit: { final: { candidate: 0 } } } })))[0];
  await run(1);
  const [few, many] = [await run(1), await run(1 + epochs)];
  it.end();
  return (look.rows * epochs * 1000) / (many - few);
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

Object.assign(globalThis, { bench: { fit, train, trainTf, read, readPapa, profile } });
