// The benchmarks of the page and of its peers, in turn, in one run. Use: script/bench [NAME ...]
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { extname, join, normalize } from "node:path";
import { mixed } from "./tables.mjs";

const root = join(import.meta.dirname ?? ".", "../..");
const cache = process.env.ATELIER_CACHE;
const require = createRequire(join(cache, "browser/node_modules/index.js"));
const { chromium } = require("playwright-core");
const folder = join(root, "target/bench");
mkdirSync(folder, { recursive: true });
const pythons = [join(cache, "python/bin/python"), "python3", "/usr/bin/python3"];

/// Files of the build, of the peers and of this folder, by the head of their address.
function serve() {
  const places = { dist: join(root, "dist"), named: join(root, "target/wasm-bindgen/release"), plain: join(root, "target/plain/dist"), peers: join(cache, "bench/node_modules"), data: folder, samples: join(root, "public/samples") };
  const kinds = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".csv": "text/csv" };
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://host").pathname)).slice(1);
    const [head, ...rest] = path.split("/");
    const file = places[head] ? join(places[head], ...rest) : join(root, "tests/bench", path);
    if (path.includes("..") || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": kinds[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

const thousands = (x) => Math.round(x).toLocaleString("en");
const short = (x) => (x < 10 ? x.toFixed(2) : thousands(x));
const rows = [];
function tell(work, ours, unit, peers = []) {
  const cells = peers.filter(([, value]) => value !== undefined).map(([name, value, inverse]) => `${name} ${short(value)} (${(inverse ? value / ours : ours / value).toFixed(1)}x)`);
  rows.push([work, `${short(ours)} ${unit}`, cells.join("; ")]);
  console.log(`${work}: ${rows.at(-1)[1]}${cells.length > 0 ? `; ${cells.join("; ")}` : ""}`);
}

function say(work, words) {
  rows.push([work, words, ""]);
  console.log(`${work}: ${words}`);
}

/// What a Python program says of itself as JSON, by the first Python that has its packages; nothing where none has.
function peer(program, ...args) {
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  const run = pythons.map((python) => spawnSync(python, ["-c", program, ...args], { encoding: "utf8", env, cwd: root })).find((run) => run.status === 0);
  return run && JSON.parse(run.stdout);
}

const TORCH = `
import json, sys, time, torch
layers, batch, epochs = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.manual_seed(0); torch.set_num_threads(1)
X = torch.randn(16000, 104); y = (X @ torch.randn(104, 1) > 0).float()
parts, width = [], 104
for units in layers: parts += [torch.nn.Linear(width, units), torch.nn.ReLU(), torch.nn.Dropout(0.2)]; width = units
model = torch.nn.Sequential(*parts, torch.nn.Linear(width, 1)); adam = torch.optim.Adam(model.parameters(), 1e-3); loss = torch.nn.BCEWithLogitsLoss()
def epoch():
    order = torch.randperm(16000)
    for i in range(0, 16000, batch):
        rows = order[i:i + batch]; adam.zero_grad(); loss(model(X[rows]), y[rows]).backward(); adam.step()
epoch(); times = []
for _ in range(epochs):
    start = time.perf_counter(); epoch(); times.append(time.perf_counter() - start)
print(json.dumps(16000 / sorted(times)[len(times) // 2]))`;
const PANDAS = `
import json, os, sys, time, pandas as pd
times = []
for _ in range(3):
    start = time.perf_counter(); table = pd.read_csv(sys.argv[1]); times.append(time.perf_counter() - start)
start = time.perf_counter(); table.describe(); table.nunique(); table.corr(numeric_only=True)
print(json.dumps([os.path.getsize(sys.argv[1]) / 1e6 / sorted(times)[1], time.perf_counter() - start]))`;

const TREES = `
import json, sys, time, pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
name, target = sys.argv[1:]
x = pd.read_csv(f"public/samples/{name}.csv.gz"); y = x.pop(target); X = pd.get_dummies(x).values.astype(float)
def timed(model, turns):
    times = []
    for _ in range(turns):
        start = time.perf_counter(); model().fit(X, y); times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]
if name == "diamonds":
    found = [timed(lambda: HistGradientBoostingRegressor(max_iter=100, early_stopping=False), 3)]
    try:
        import lightgbm
        found.append(timed(lambda: lightgbm.LGBMRegressor(n_estimators=100, num_leaves=31, n_jobs=1, verbose=-1), 3))
    except ImportError: pass
else: found = [timed(lambda: RandomForestClassifier(100, n_jobs=1), 1)]
print(json.dumps(found))`;

/// Multiplications and additions that a row takes through a dense network: forward, and the gradients by the weights and by the
/// inputs of all layers but the first.
function operations(inputs, layers) {
  const widths = [inputs, ...layers, 1];
  const products = widths.slice(1).map((units, place) => units * widths[place]);
  return 2 * (3 * products.reduce((sum, product) => sum + product, 0) - products[0]);
}

/// Where the time of a training goes: its functions in groups. Others belong to reading and preparing the table.
const KERNELS = [
  ["products forward", /matrix::forward/], ["products by inputs", /matrix::backward/], ["products by weights", /matrix::gradient/],
  ["packing of weights", /Packed/], ["optimiser", /optimizer|Optimizer/], ["activations", /[aA]ctivation/], ["dropout", /[dD]ropout/],
  ["loss", /loss|Loss/], ["gathering", /gather/], ["the step around them", /network::(trainer|pass|layer)/],
];

/// The shares of the groups in a training, by the samples of the browser's profiler, from a build whose functions have names.
async function kernels(page, ...args) {
  await browser.startTracing(page, { categories: ["disabled-by-default-v8.cpu_profiler"] });
  await page.evaluate((args) => bench.train(...args, { build: "named" }), args);
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const names = new Map();
  const times = new Map();
  for (const { name, id, pid, args } of traceEvents) {
    if (name !== "ProfileChunk") continue;
    const { cpuProfile = {}, timeDeltas = [] } = args.data;
    for (const node of cpuProfile.nodes ?? []) names.set(`${pid} ${id} ${node.id}`, node.callFrame);
    (cpuProfile.samples ?? []).forEach((sample, place) => {
      const frame = names.get(`${pid} ${id} ${sample}`);
      if (frame?.codeType !== "wasm") return;
      const group = KERNELS.find(([, pattern]) => pattern.test(frame.functionName))?.[0];
      if (group) times.set(group, (times.get(group) ?? 0) + timeDeltas[place]);
    });
  }
  const sum = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times].sort((a, b) => b[1] - a[1]).map(([group, time]) => `${group} ${((100 * time) / sum).toFixed(0)} %`).join(", ");
}

/// Runs the command line and gives what it prints as JSON, and its seconds.
function program(...words) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(join(root, "target/release/atelier"), words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr);
  return { said: stdout, seconds: (performance.now() - start) / 1000 };
}

const works = {
  async network(page) {
    for (const [layers, batch, epochs] of [[[64, 32], 32, 6], [[64, 32], 256, 12], [[256, 256, 256], 256, 3]]) {
      // Before and after, since the clock of a shared machine changes by the minute.
      const before = await page.evaluate(() => bench.peak());
      const ours = await page.evaluate((args) => bench.train(...args), [16000, 104, layers, batch, epochs]);
      const peak = (before + (await page.evaluate(() => bench.peak()))) / 2;
      const tf = layers.length < 3 ? await page.evaluate((args) => bench.trainTf(...args), [16000, 104, layers, batch, 2]) : undefined;
      const torch = peer(TORCH, JSON.stringify(layers), String(batch), "3");
      tell(`network 104-${layers.join("-")}-1, batch ${batch}`, ours, "rows/s", [["TensorFlow.js wasm", tf], ["PyTorch, one thread", torch]]);
      say("- of what 128-bit operations in registers reach", `${((100 * ours * operations(104, layers)) / peak).toFixed(0)} % of ${(peak / 1e9).toFixed(0)} GFLOP/s`);
      say("- its time", await kernels(page, 16000, 104, layers, batch, epochs));
    }
  },
  async folds(page) {
    const times = [];
    for (const workers of [1, 2]) times.push(await page.evaluate((args) => bench.folds(...args), [16000, 104, [64, 32], 32, 6, 10, workers]));
    tell("10 folds of 104-64-32-1, 6 epochs, 2 workers", times[1], "s", [["1 worker", times[0], true]]);
    const usual = await page.evaluate((args) => bench.folds(...args), [10_000, 20, [64, 32], 32, 50, 5, 2]);
    tell("5 folds of 20-64-32-1, 10,000 rows, 50 epochs, 2 workers", usual, "s");
  },
  async rows(page) {
    for (const rows of [10_000, 100_000, 1_000_000]) {
      const it = await page.evaluate((args) => bench.cost(...args), [rows, 20, [64, 32], 256]);
      tell(`an epoch of 20-64-32-1, ${thousands(rows)} rows`, it.epoch, "ms");
      tell("- a row of it", (1e6 * it.epoch) / rows, "ns");
      say("- the worker's memory, in multiples of the numbers", `${it.before.toFixed(1)} with the table, ${it.after.toFixed(1)} after training`);
    }
  },
  async live(page) {
    for (const [layers, epochs] of [[[8, 4], 30], [[64, 32], 30], [[256, 256, 256], 6]]) {
      // In turn, since the clock of a shared machine changes by the minute.
      const speed = (plane) => page.evaluate((args) => bench.train(...args), [16000, 20, layers, 32, epochs, { plane }]);
      const ratios = [];
      for (let turn = 0; turn < 5; turn += 1) ratios.push((await speed("none")) / (await speed("components")));
      ratios.sort((a, b) => a - b);
      tell(`live pictures of 20-${layers.join("-")}-1 slow it by, the median of five`, 100 * (ratios[2] - 1), "%");
      say("- the five", ratios.map((ratio) => `${(100 * (ratio - 1)).toFixed(0)} %`).join(", "));
    }
  },
  /// A random search of 50 trials by the command line: folds of hopeless trials left out, on two threads, beside neither.
  async search() {
    const [table, study] = [join(root, "public/samples/titanic.csv.gz"), join(folder, "search.json")];
    program("new", table, "-t", "survived", "-o", study, "--force");
    const recipe = JSON.parse(readFileSync(study, "utf8"));
    recipe.models = recipe.models.filter(({ model }) => model === "network");
    recipe.chosen = 0;
    const space = { parameters: [
      { path: "rate", range: { kind: "number", min: 1e-4, max: 0.1, log: true } },
      { path: "batch", range: { kind: "integer", min: 16, max: 256, log: true } },
      { path: "l2", range: { kind: "number", min: 1e-6, max: 0.1, log: true } },
    ] };
    const searched = (pruner, workers) => {
      recipe.tune = { candidate: 0, sampler: "random", params: {}, space, trials: 50, metric: "log_loss", pruner, pruning: {} };
      writeFileSync(study, JSON.stringify(recipe));
      const { said, seconds } = program("tune", study, table, "--json", "--workers", String(workers));
      const { best, trials } = JSON.parse(said);
      return { best, seconds, fits: trials.reduce((sum, trial) => sum + (trial.reports?.length ?? 0), 0) };
    };
    const [plain, pruned] = [searched("none", 1), searched("successive_halving", 2)];
    tell("random search of 50 trials, pruned, 2 threads, native", pruned.seconds, "s", [["1 thread, not pruned", plain.seconds, true]]);
    say("- folds fitted, and the best trial", `${pruned.fits}, ${pruned.best}; not pruned ${plain.fits}, ${plain.best}`);
  },
  async trees(page) {
    const [sklearn, lightgbm] = peer(TREES, "diamonds", "price") ?? [];
    const boosting = await page.evaluate(() => bench.fit("diamonds", "price", "boosting", { early_stopping: "off" }));
    tell("boosting, 100 trees of 31 leaves, diamonds", boosting, "s", [["scikit-learn native", sklearn, true], ["LightGBM native", lightgbm, true]]);
    const [theirs] = peer(TREES, "adult", "income") ?? [];
    const forest = await page.evaluate(() => bench.fit("adult", "income", "forest", { max_depth: 0 }));
    tell("forest, 100 trees, adult one-hot", forest, "s", [["scikit-learn native", theirs, true]]);
  },
  async table(page) {
    const file = join(folder, "mixed.csv");
    if (!existsSync(file)) {
      const out = createWriteStream(file);
      mixed(600_000, (text) => out.write(text));
      await new Promise((done) => out.end(done));
    }
    const [speed, time] = peer(PANDAS, file) ?? [];
    tell("read and type a table of 100 MB", await page.evaluate(() => bench.read("data/mixed.csv")), "MB/s", [["Papa Parse", await page.evaluate(() => bench.readPapa("data/mixed.csv"))], ["pandas", speed]]);
    tell("profile it", await page.evaluate(() => bench.profile("data/mixed.csv")), "s", [["pandas describe, nunique, corr", time, true]]);
  },
};

/// Only by name, since it takes a second build; see script/bench.
const alone = {
  async scalar(page) {
    for (const [layers, batch, epochs] of [[[64, 32], 32, 6], [[64, 32], 256, 12], [[256, 256, 256], 256, 3]]) {
      const speed = (build) => page.evaluate((args) => bench.train(...args), [16000, 104, layers, batch, epochs, { build }]);
      const [plain, ours] = [await speed("plain"), await speed("dist")];
      tell(`network 104-${layers.join("-")}-1, batch ${batch}`, ours, "rows/s", [["compiled without vectors", plain]]);
      const digests = [];
      for (const build of ["dist", "plain"]) digests.push(await page.evaluate((args) => bench.digest(...args), [4000, 104, layers, batch, 3, build]));
      say("- their digests", digests[0] === digests[1] ? `the same, ${digests[0].slice(0, 16)}` : `DIFFER: ${digests.join(", ")}`);
    }
  },
};

const server = await serve();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const page = await browser.newPage();
page.on("pageerror", (error) => console.error(String(error)));
await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
const wanted = process.argv.slice(2);
console.log(`${cpus()[0].model}, ${cpus().length} cores; Chromium ${browser.version()}`);
const chosen = wanted.length === 0 ? Object.entries(works) : Object.entries({ ...works, ...alone }).filter(([name]) => wanted.includes(name));
for (const [, work] of chosen) await work(page);
writeFileSync(join(folder, "figures.md"), ["| work | Atelier, in the page | peers, in the same run |", "|---|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n") + "\n");
await browser.close();
server.close();
