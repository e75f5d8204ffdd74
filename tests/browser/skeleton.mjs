// What everything rests on: the policy holds in page and workers, edits are undone and survive the tab, the same recipe
// gives the same bytes in the page with any number of workers and on the command line.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { check, kept, root, studio } from "./harness.mjs";

const DATA = join(root, "public/samples");
const cli = join(root, "target/debug/atelier");

/// The last line of a report's digest, as the command line and the model card say it.
const digestIn = (text) => /\b[0-9a-f]{64}\b/.exec(text)?.[0];

/// Ways out that must be closed, in page and workers. Each is tried against a server of its own.
const WAYS = `async (sink) => {
  const tried = {};
  const attempt = async (name, way) => { try { await way(); tried[name] = "no error"; } catch (error) { tried[name] = String(error); } };
  await attempt("fetch", () => fetch(sink + "fetch"));
  await attempt("xhr", () => new Promise((done, fail) => { const x = new XMLHttpRequest(); x.onerror = fail; x.onload = done; x.open("GET", sink + "xhr"); x.send(); }));
  await attempt("websocket", () => new Promise((done, fail) => { const w = new WebSocket(sink.replace("http", "ws") + "ws"); w.onerror = fail; w.onopen = done; }));
  await attempt("events", () => new Promise((done, fail) => { const e = new EventSource(sink + "events"); e.onerror = fail; e.onopen = done; }));
  if (typeof importScripts === "function") await attempt("importScripts", () => importScripts(sink + "script.js"));
  if (typeof document === "object") {
    await attempt("beacon", () => { if (!navigator.sendBeacon(sink + "beacon", "x")) throw new Error("refused"); });
    for (const [tag, key] of [["img", "src"], ["script", "src"], ["iframe", "src"], ["link", "href"]]) {
      await attempt(tag, () => new Promise((done, fail) => {
        const element = document.createElement(tag);
        if (tag === "link") element.rel = "stylesheet";
        element.onload = done; element.onerror = fail;
        element[key] = sink + tag;
        document.body.append(element);
        setTimeout(() => { element.remove(); done(); }, 500);
      }));
    }
  }
  await attempt("eval", () => (0, eval)("1"));
  return tried;
}`;

/// A server that counts what reaches it.
async function sink() {
  const arrived = [];
  const server = createServer((request, response) => { arrived.push(request.url); response.writeHead(200, { "access-control-allow-origin": "*" }).end("x"); });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { arrived, server, address: `http://127.0.0.1:${server.address().port}/` };
}

export async function policy() {
  const one = await studio();
  const { page } = one;
  check(one.asked.every((path) => path.startsWith("/studio/")), "everything is asked for below the sub-path", one.asked.filter((path) => !path.startsWith("/studio/")));
  await one.openSample("penguins");
  await one.predict("species");
  await one.train();
  const out = await sink();
  one.requests.length = 0;
  const before = one.faults.length;
  const tried = await page.evaluate(`(${WAYS})(${JSON.stringify(out.address)})`);
  const workers = page.workers();
  check(workers.length >= 2, "a session worker and a pool worker run", workers.length);
  for (const worker of workers) {
    const inside = await worker.evaluate(`(${WAYS})(${JSON.stringify(out.address)})`);
    check(inside.eval !== "no error", "a worker does not evaluate text", inside.eval);
    check(inside.fetch !== "no error", "a worker cannot fetch", inside.fetch);
  }
  check(tried.eval !== "no error", "the page does not evaluate text", tried.eval);
  check(typeof (await page.evaluate("globalThis.RTCPeerConnection")) === "undefined", "there is no WebRTC");
  await page.waitForTimeout(300);
  check(out.arrived.length === 0, "nothing left by any way out, from page or workers", out.arrived);
  out.server.close();
  // The refusals themselves are told in the console; they are what was wanted.
  one.faults.splice(before);
  one.requests.length = 0;
  await one.button(/requests/).first().click();
  await page.getByRole("dialog").getByText(/connect-src 'none'/).waitFor();
  await one.audit("privacy");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await one.end("policy");
}

export async function saving() {
  const one = await studio();
  const { page } = one;
  await one.openSample("penguins");
  await one.predict("species");
  await one.saved();
  const share = page.getByRole("textbox", { name: /Held-out/i }).first();
  const first = await share.inputValue();
  await share.fill("30");
  await share.press("Tab");
  await one.saved();
  await page.getByRole("main").focus();
  await page.keyboard.press("Control+z");
  await page.waitForFunction(([box, value]) => box.value === value, [await share.elementHandle(), first]);
  await page.keyboard.press("Control+Shift+z");
  await page.waitForFunction((box) => box.value === "30", await share.elementHandle());
  await one.saved();
  await one.train();
  await one.saved();
  // The tab is killed; a new one of the same device takes up where it was.
  const killed = one.page;
  const crash = killed.waitForEvent("crash");
  const client = await one.context.newCDPSession(killed);
  // A killed tab does not answer.
  client.send("Page.crash").catch(() => {});
  await crash;
  one.faults.length = 0;
  one.page = await one.context.newPage();
  one.watch(one.page);
  await one.load("#goal");
  check((await one.page.getByRole("textbox", { name: /Held-out/i }).first().inputValue()) === "30", "an edit survives a killed tab");
  await one.page.waitForFunction(() => document.querySelector('a[href="#learn"]')?.dataset.state === "done", undefined, { timeout: 30_000 });
  check(true, "what was trained is there again without training");
  await one.page.keyboard.press("Control+z");
  await one.page.waitForFunction((box) => box.value !== "30", await one.page.getByRole("textbox", { name: /Held-out/i }).first().elementHandle());
  check(true, "an edit is undone after the restart");
  await one.end("saving");
}

/// Once loaded, the page opens without a network.
export async function offline() {
  const one = await studio();
  check(await one.page.evaluate(() => globalThis.atelierOffline.ready), "the page keeps itself on this device");
  // Another visit, without the host.
  await new Promise((done) => { one.server.close(done); one.server.closeAllConnections(); });
  await one.load();
  await one.openSample("penguins");
  check(await one.page.getByText("344 rows").first().isVisible(), "it opens and works without a network");
  await one.stop();
}

/// One project in two tabs: one writes it, the other looks on until it takes over.
export async function tabs() {
  const one = await studio();
  await one.openSample("penguins");
  await one.predict("species");
  await one.saved();
  const first = one.page;
  const share = (page) => page.getByRole("textbox", { name: /Held-out/i }).first();
  const banner = (page) => page.getByRole("button", { name: "Change it here instead" });
  const second = await one.context.newPage();
  one.watch(second);
  one.page = second;
  await one.load("#goal");
  await banner(second).waitFor();
  const before = await share(second).inputValue();
  await share(second).fill("35");
  await share(second).press("Tab");
  await second.waitForFunction(([box, value]) => !box.isConnected || box.value === value, [await share(second).elementHandle(), before]);
  check((await share(second).inputValue()) === before, "a tab that looks on changes nothing");
  await share(first).fill("25");
  await share(first).press("Tab");
  await banner(second).click();
  await banner(first).waitFor();
  await banner(second).waitFor({ state: "detached" });
  await second.waitForFunction((box) => !box.isConnected || box.value === "25", await share(second).elementHandle());
  check((await share(second).inputValue()) === "25", "the tab that takes over has the last change of the other");
  await share(second).fill("30");
  await share(second).press("Tab");
  await one.saved();
  await first.close();
  await one.load("#goal");
  check((await share(second).inputValue()) === "30" && (await banner(second).count()) === 0, "and writes from then on");
  await one.end("tabs");
}

/// Trains a sample in the page and natively and compares the report's digest.
export async function digests() {
  if (!existsSync(cli)) return check(false, "the command line is built", cli);
  // adult is large: its first rows and two folds are enough to compare digits.
  const small = async (one) => {
    await one.go("Data");
    await one.page.getByRole("textbox", { name: "Rows read, at most" }).fill("8000");
    await one.page.keyboard.press("Tab");
    await one.page.getByRole("heading", { level: 1, name: "Data" }).locator("..").getByText(/^8,000 rows/).waitFor();
    await one.go("Goal");
    await one.page.getByRole("textbox", { name: "Folds" }).fill("2");
    await one.page.keyboard.press("Tab");
  };
  for (const [table, target, change] of [["titanic", "survived"], ["adult", "income", small], ["auto_mpg", "mpg"]]) {
    const found = [];
    let recipe;
    for (const workers of [1, 2]) {
      const one = await studio({ workers });
      await one.openSample(table);
      await one.predict(target);
      await change?.(one);
      await one.train();
      await one.go("Ship");
      const card = await one.download("Download Model card");
      found.push(digestIn(readFileSync(card, "utf8")));
      recipe = await one.download("Download Recipe");
      await one.end(`${table} with ${workers} workers`);
    }
    const folder = join(kept, `run-${table}`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    execFileSync(cli, ["run", recipe, join(DATA, `${table}.csv.gz`), "--with", "explanation,stress", "--out", folder, "--force"], { stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });
    const native = digestIn(execFileSync(cli, ["report", join(folder, "report.json")], { encoding: "utf8", maxBuffer: 1 << 26 }));
    check(found[0] !== undefined && found[0] === found[1], `${table}: one and two workers give the same report`, found);
    check(found[0] === native, `${table}: page and command line give the same report`, [found[0], native]);
  }
}
