// What everything rests on: the policy holds in page and workers, edits are undone and survive the tab, the same recipe
// gives the same bytes in the page with any number of workers and on the command line.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { check, kept, root, SIZES, studio } from "./harness.mjs";

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
        // None stays behind: the audit of the page would ask for its style sheet again.
        const end = (way) => (event) => { element.remove(); way(event); };
        element.onload = end(done); element.onerror = end(fail);
        element[key] = sink + tag;
        document.body.append(element);
        setTimeout(end(done), 500);
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
  // Every model that fits, beside those that a study begins with.
  const everyModel = async (one) => {
    await one.go("Learn");
    const menu = one.page.locator("details", { has: one.page.locator("summary", { hasText: /^Add$/ }) });
    const names = await menu.getByRole("button", { includeHidden: true }).allTextContents();
    check(names.length > 10, "every model can be added", names);
    for (const name of names) {
      await menu.locator("summary").click();
      await menu.getByRole("button", { name, exact: true }).click();
    }
  };
  for (const [table, target, workersOf, change] of [["titanic", "survived", [1, 2, 8], everyModel], ["adult", "income", [1, 2], small], ["auto_mpg", "mpg", [1, 8], everyModel]]) {
    const found = [];
    let recipe;
    for (const workers of workersOf) {
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
    check(found[0] !== undefined && found.every((digest) => digest === found[0]), `${table}: ${workersOf.join(", ")} workers give the same report`, found);
    check(found[0] === native, `${table}: page and command line give the same report`, [found[0], native]);
  }
}

/// Projects of one device: each is continued as it was last written, none while something goes on for another, and one of a
/// newer build is listed with its reason.
export async function projects() {
  const one = await studio();
  const { page } = one;
  const share = page.getByRole("textbox", { name: /Held-out/i }).first();
  const recent = page.getByRole("region", { name: "On this device" });
  const proceed = async (title) => {
    await page.goto(`${one.address}#data/open`);
    await recent.getByRole("button", { name: `Continue ${title}` }).click();
  };
  const predicts = (column) => page.getByRole("banner").getByText(new RegExp(`Predict ${column} from`));
  await one.openSample("thyroid");
  await one.predict("class");
  await share.fill("30");
  await share.press("Tab");
  // At once, before the change is written by itself.
  await proceed("thyroid");
  await page.getByRole("heading", { level: 1, name: "Data" }).waitFor();
  await one.go("Goal");
  check((await share.inputValue()) === "30", "the open project goes on with its last change");
  await share.fill("35");
  await share.press("Tab");
  await one.openSample("auto_mpg");
  await proceed("thyroid");
  await predicts("class").waitFor();
  await one.go("Goal");
  check((await share.inputValue()) === "35", "a project is continued as it was last written");

  await one.go("Learn");
  await page.getByRole("textbox", { name: /^Epochs/ }).first().fill("400");
  await page.keyboard.press("Tab");
  await one.button(/^Train/).first().click();
  const bar = page.getByRole("group", { name: "Training" });
  await bar.waitFor();
  await proceed("auto_mpg");
  await page.getByText("Something else is going on.").waitFor();
  check(await predicts("class").isVisible(), "no other project is opened while a training goes on");
  await bar.getByRole("button", { name: "Cancel" }).click();
  await one.idle();
  await proceed("auto_mpg");
  await page.getByRole("banner").getByRole("link", { name: "choose what to predict" }).waitFor();
  await page.getByText(/^392 rows/).first().waitFor();
  check(true, "and it is, with its table, as soon as that has ended");

  const record = { id: "newer", changed: 0, recipe: { version: 99, title: "from tomorrow", sources: [], more: true } };
  await page.evaluate((record) => new Promise((done, fail) => {
    const opening = indexedDB.open("atelier");
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const writing = opening.result.transaction("projects", "readwrite");
      writing.objectStore("projects").put(JSON.stringify(record), record.id);
      writing.oncomplete = () => { opening.result.close(); done(); };
      writing.onerror = () => fail(writing.error);
    };
  }), record);
  await page.goto(`${one.address}#data/open`);
  const row = recent.getByRole("listitem").filter({ hasText: "from tomorrow" });
  await row.getByText(/has version 99/).waitFor();
  check((await row.getByRole("button", { name: /^Continue/ }).count()) === 0, "a project of a newer build is listed with its reason and not opened");
  await page.getByLabel("More for from tomorrow").click();
  const saved = readFileSync(await one.download("Save it as a file"));
  check(saved.subarray(0, 8).toString() === "atelier1", "it can be saved as a file");
  await page.getByLabel("More for from tomorrow").click();
  await row.getByRole("button", { name: "Delete from this device" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await row.waitFor({ state: "detached" });
  check(await recent.getByRole("button", { name: "Continue thyroid" }).isVisible(), "and deleted, without the others");
  await one.end("projects");
}

/// A recipe as a link, on a phone and where the browser keeps no clipboard, and put into an open tab.
export async function links() {
  // A page that came by plain http has none.
  const before = (context) => context.addInitScript(() => Object.defineProperty(Navigator.prototype, "clipboard", { get: () => undefined, configurable: true }));
  const one = await studio({ before });
  const { page } = one;
  await one.openSample("penguins");
  await one.predict("species");
  await one.saved();
  await page.setViewportSize(SIZES.phone);
  const menu = page.getByLabel("Share, save, explanations");
  await menu.click();
  await one.button("Copy a link to the recipe (no rows)").click();
  const field = page.getByRole("dialog").getByRole("textbox", { name: "Address" });
  await field.waitFor();
  const address = await field.inputValue();
  check(address.includes("#recipe="), "a link that cannot be copied is shown", address.slice(0, 80));
  check(await field.evaluate((it) => it.selectionStart === 0 && it.selectionEnd === it.value.length), "and selected");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  await menu.click();
  check((await one.download("Save the whole project as a file (with rows)")).endsWith(".atelier"), "a project is saved as a file on a phone");
  await menu.click();
  await one.button("Explanations on or off").click();
  await one.button("Fold the explanation").waitFor();
  const height = async () => (await page.getByRole("complementary", { name: "Explanation" }).boundingBox()).height;
  check((await height()) > 120, "the explanation unfolds on a phone", await height());
  await one.button("Fold the explanation").click();
  await one.button("Show the explanation").waitFor();
  check((await height()) < 60, "and folds again", await height());
  await page.setViewportSize(SIZES.desk);

  const put = (hash) => page.evaluate((hash) => { location.hash = hash; }, hash);
  await put(new URL(address).hash);
  await page.getByText("penguins waits for its table.").waitFor();
  check(!page.url().includes("recipe="), "a link in an open tab is taken, and does not stay in the way back");
  await put("#recipe=broken");
  await page.getByText("The link does not hold a whole recipe.").waitFor();
  check(await page.getByRole("heading", { level: 1, name: "Open a table" }).isVisible(), "a broken link is told");
  await one.end("links");
}

/// What took long, and what was seen of the sealed rows, is there again after a restart; sealed figures are only shown and
/// reported of the model that they were opened for.
export async function results() {
  const one = await studio();
  const { page } = one;
  await one.openSample("breast_cancer");
  await one.predict("diagnosis");
  await one.train();
  await one.go("Judge");
  const sealed = one.panel("Sealed rows");
  const figures = sealed.getByRole("table");
  await one.button("Open", sealed).click();
  await page.getByRole("dialog").getByRole("button", { name: "Open and count" }).click();
  await figures.waitFor({ timeout: 60_000 });
  const seen = await figures.innerText();
  // Another rule of the threshold is another way of judging.
  await page.getByRole("combobox", { name: /^The study's rule/ }).selectOption({ label: "Best F1 on the folds" });
  await figures.waitFor({ state: "detached", timeout: 60_000 });
  check(await sealed.getByText(/opened once/).first().isVisible(), "figures of sealed rows are put away where the rule changes");
  await one.go("Ship");
  await page.getByRole("status", { name: "Answer" }).getByText(/./).first().waitFor({ timeout: 30_000 });
  await one.idle();
  const report = readFileSync(await one.download("Download Report"), "utf8");
  check(/not for this model as it is judged now/.test(report), "a report holds none of them then, and says so");
  await one.idle();
  await one.go("Judge");
  check(await sealed.getByText(/opened once/).first().isVisible(), "and opens nothing by itself");
  await page.getByRole("main").focus();
  await page.keyboard.press("Control+z");
  await figures.waitFor({ timeout: 60_000 });
  // The folds are judged by the rule again; the sealed figures are only shown again.
  let again = await figures.innerText();
  for (let turn = 0; turn < 100 && again !== seen; turn += 1) {
    await page.waitForTimeout(100);
    again = await figures.innerText();
  }
  check(again === seen, "with the rule they come back", { seen, again });

  await one.go("Tune");
  const rows = page.getByRole("region", { name: "Trials", exact: true }).last().getByRole("row");
  const search = async (trials) => {
    await page.getByRole("textbox", { name: /^Trials/ }).first().fill(trials);
    await page.keyboard.press("Tab");
    await one.button(/^Search with/).click();
    await page.getByRole("group", { name: "Searching" }).waitFor();
  };
  await page.getByRole("combobox", { name: /^Model/ }).first().selectOption({ label: "Logistic regression" });
  await search("4");
  await one.idle(300_000);
  await page.getByRole("region", { name: "Best so far" }).waitFor();
  const trials = await rows.allInnerTexts();
  await one.saved();
  await one.load("#tune");
  await page.getByRole("region", { name: "Best so far" }).waitFor({ timeout: 60_000 });
  check((await rows.allInnerTexts()).join() === trials.join(), "a search is there again after a restart", trials.length);
  await one.go("Judge");
  await figures.waitFor({ timeout: 60_000 });
  check((await figures.innerText()) === seen, "what was seen of the sealed rows too");
  check(await sealed.getByText(/opened once/).first().isVisible(), "without another opening");

  // A tab that is closed in the middle of a search keeps the trials that have ended.
  await one.go("Tune");
  await search("2000");
  await rows.nth(3).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(4000);
  await one.load("#tune");
  await page.getByRole("region", { name: "Best so far" }).waitFor({ timeout: 60_000 });
  check((await rows.count()) > 3, "and the trials of a search that was interrupted", await rows.count());
  await one.end("results");
}
