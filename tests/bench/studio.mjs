// Measures the page as a person has it, from the built page in Chromium: a training with its live curves, also where the
// processor is slow; whether what is told before a training holds; how often a network is drawn while it learns; how smooth the
// charts of a search with 500 trials are.
//
//   NODE_PATH=… node tests/bench/studio.mjs [train ahead live trials]
//
// The build must be the one of `trunk build --release`.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kept, studio } from "../browser/harness.mjs";

const say = (what, figure) => console.log(`${what}: ${figure}`);
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/// Two classes, 20 columns that say something of them.
function table(rows) {
  let state = 7;
  const uniform = () => ((state = (state * 48271) % 2147483647) / 2147483647);
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const lines = [[...Array.from({ length: 20 }, (_, column) => `x${column}`), "answer"].join(",")];
  for (let row = 0; row < rows; row += 1) {
    const x = Array.from({ length: 20 }, normal);
    const score = x[0] * x[1] + x[2] - Math.abs(x[3]) + 0.5 * normal();
    lines.push([...x.map((value) => value.toFixed(4)), score > -0.5 ? "yes" : "no"].join(","));
  }
  const path = join(kept, "bench.csv");
  writeFileSync(path, lines.join("\n"));
  return path;
}

async function set(one, name, value) {
  const field = one.page.getByRole("textbox", { name, exact: typeof name === "string" });
  await field.fill(value);
  await field.press("Tab");
}

/// The network alone, with layers of so many units.
async function network(one, units, epochs) {
  const { page } = one;
  await one.go("Learn");
  const tabs = page.getByRole("tablist", { name: "Models" }).getByRole("tab");
  while ((await tabs.count()) > 1) {
    const other = tabs.filter({ hasNotText: "Neural network" }).first();
    await other.click();
    const before = await tabs.count();
    await one.button("Remove", page.locator(".candidates")).click();
    while ((await tabs.count()) === before) await page.waitForTimeout(20);
  }
  await set(one, "Epochs", String(epochs));
  await set(one, /^Patience/, String(epochs));
  const fields = () => page.getByRole("textbox", { name: "Units" });
  while ((await fields().count()) > units.length) {
    const before = await fields().count();
    await one.button(/^Remove/, one.panel("Network").first()).last().click();
    while ((await fields().count()) === before) await page.waitForTimeout(20);
  }
  while ((await fields().count()) < units.length) {
    const before = await fields().count();
    await one.panel("Network").first().getByRole("button", { name: "Hidden layer", exact: true }).click();
    while ((await fields().count()) === before) await page.waitForTimeout(20);
  }
  for (const [place, count] of units.entries()) {
    await fields().nth(place).fill(String(count));
    await fields().nth(place).press("Tab");
  }
}

async function train(one) {
  const start = Date.now();
  await one.button(/^Train/).first().click();
  await one.page.locator(".busy").waitFor();
  await one.idle(600_000);
  return Date.now() - start;
}

/// Lets the processes of the page run a share of the time only, all of their threads alike: a processor so much slower.
function slowed(share) {
  const period = 40;
  const pids = spawnSync("pgrep", ["-f", "type=renderer"], { encoding: "utf8" }).stdout.split("\n").filter(Boolean);
  const tell = (signal) => pids.forEach((pid) => { try { process.kill(Number(pid), signal); } catch { /* it is gone */ } });
  let on = true;
  const turn = () => {
    if (!on) return tell("SIGCONT");
    tell("SIGSTOP");
    setTimeout(() => { tell("SIGCONT"); if (on) setTimeout(turn, period * share); }, period * (1 - share));
  };
  turn();
  return () => { on = false; tell("SIGCONT"); };
}

/// Frames a second while something goes on: the mean, and the longest frame in milliseconds.
async function frames(page, act) {
  await page.evaluate(() => {
    window.frames_ = [];
    const note = (at) => { window.frames_.push(at); window.frames_.ends || requestAnimationFrame(note); };
    requestAnimationFrame(note);
  });
  await act();
  const times = await page.evaluate(() => { window.frames_.ends = true; return [...window.frames_]; });
  const gaps = times.slice(1).map((time, place) => time - times[place]);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { mean: 1000 / mean, longest: Math.max(...gaps) };
}

const works = {
  async train() {
    const one = await studio({ workers: 2 });
    await one.openFile(table(10_000));
    await one.predict("answer");
    await network(one, [64, 32], 50);
    say("5 folds and the last fit of 20-64-32-1, 10,000 rows, 50 epochs, live curves", seconds(await train(one)));
    await one.go("Learn");
    await set(one, "Learning rate", "0.0031");
    const end = slowed(0.25);
    say("the same with the page's processes at a quarter of the processor", seconds(await train(one)));
    end();
    await one.stop();
  },
  async ahead() {
    const one = await studio({ workers: 1 });
    await one.openFile(table(10_000));
    await one.predict("answer");
    for (const [units, epochs] of [[[8], 800], [[64, 32], 100], [[256, 256, 256], 10]]) {
      await network(one, units, epochs);
      await one.page.waitForTimeout(3000);
      const told = await one.panel("Network").first().getByText("Training", { exact: true }).locator("..").locator("dd").innerText();
      const took = await train(one);
      say(`20-${units.join("-")}-1, ${epochs} epochs: told ${told}, took`, seconds(took));
      await one.go("Learn");
    }
    await one.stop();
  },
  async live() {
    const one = await studio({ workers: 2 });
    await one.openFile(table(10_000));
    await one.predict("answer");
    for (const units of [[8, 4], [64, 32], [256, 256, 256]]) {
      // So many that the watched fold does not end while it is looked at.
      await network(one, units, 10_000);
      await one.button(/^Train/).first().click();
      const panel = one.panel("What the network sees");
      await panel.locator("canvas").first().waitFor({ timeout: 60_000 });
      await one.page.waitForTimeout(1500);
      // A picture counts in the frame in which it is drawn anew: a canvas is given its width first.
      const drawn = await one.page.evaluate(async () => {
        const own = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width");
        let fresh = false, count = 0, frames = 0;
        const set = function (width) { fresh ||= this.parentElement?.dataset.chart === "surface"; own.set.call(this, width); };
        Object.defineProperty(HTMLCanvasElement.prototype, "width", { ...own, set });
        const start = performance.now();
        while (performance.now() - start < 5000) {
          await new Promise((done) => requestAnimationFrame(done));
          frames += 1;
          if (fresh) count += 1;
          fresh = false;
        }
        Object.defineProperty(HTMLCanvasElement.prototype, "width", own);
        return { pictures: count / 5, frames: frames / 5 };
      });
      say(`pictures a second of 20-${units.join("-")}-1 while it learns, two folds at once`, `${drawn.pictures.toFixed(1)} (${drawn.frames.toFixed(0)} frames)`);
      await one.page.getByRole("button", { name: "Cancel" }).click();
      await one.idle();
    }
    await one.stop();
  },
  async trials() {
    const one = await studio({ workers: 2 });
    const { page } = one;
    await one.openSample("penguins");
    await one.predict("species");
    await one.go("Tune");
    await page.getByRole("combobox", { name: "Model" }).selectOption({ label: "Random forest" });
    await page.getByRole("combobox", { name: /Look for besides/ }).selectOption("size");
    await set(one, "Trials", "500");
    const start = Date.now();
    await one.button(/^Search with 500 trials/).click();
    await page.locator(".busy").waitFor();
    await one.idle(1_200_000);
    say("500 trials of a forest on penguins", seconds(Date.now() - start));
    for (const name of ["Score by trial", "Parameters and score", "Score along a parameter", "Score over two parameters", "What no other trial beats", "When the fits ran"]) {
      const panel = page.locator("section.panel", { has: page.getByRole("heading", { name, exact: true }) }).first();
      if ((await panel.count()) === 0) { say(name, "is not there"); continue; }
      const canvas = panel.locator("canvas").first();
      await canvas.scrollIntoViewIfNeeded();
      const box = await canvas.boundingBox();
      const { mean, longest } = await frames(page, async () => {
        for (let step = 0; step < 60; step += 1) {
          await page.mouse.move(box.x + 20 + ((box.width - 40) * step) / 60, box.y + box.height * (0.3 + 0.4 * Math.abs(Math.sin(step / 6))));
          await page.waitForTimeout(16);
        }
      });
      say(`${name}: the pointer over it`, `${mean.toFixed(0)} frames/s, the longest ${longest.toFixed(0)} ms`);
    }
    const canvas = one.panel("Parameters and score").locator("canvas").first();
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const brushed = await frames(page, async () => {
      await page.mouse.move(box.x + 30, box.y + 0.8 * box.height);
      await page.mouse.down();
      for (let step = 0; step < 60; step += 1) {
        await page.mouse.move(box.x + 30, box.y + box.height * (0.8 - (0.6 * step) / 60));
        await page.waitForTimeout(16);
      }
      await page.mouse.up();
    });
    say("brushing, all charts follow", `${brushed.mean.toFixed(0)} frames/s, the longest ${brushed.longest.toFixed(0)} ms`);
    await one.stop();
  },
};

const wanted = process.argv.slice(2);
for (const [name, work] of Object.entries(works)) if (wanted.length === 0 || wanted.includes(name)) await work();
