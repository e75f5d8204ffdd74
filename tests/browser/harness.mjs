// What the journeys share: browsers, a page that is watched, and the studio as a person uses it. Everything is found by
// role and name, as those find it who listen.
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "../../script/static.mjs";

// Packages stand in the cache of script/setup, named by NODE_PATH, which import does not look at.
const require = createRequire(join(process.env.NODE_PATH ?? ".", "index.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
/// Where pictures and downloads are kept, to be looked at.
export const kept = join(root, "target/browser");
mkdirSync(kept, { recursive: true });

/// Sizes at which every page must look right.
export const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };

/// Studios that are open, for a picture of what a failed journey saw last.
const open = new Set();
let passed = 0;
const failures = [];

/// One thing that must hold; the others go on where it does not.
export function check(holds, what, detail = "") {
  if (holds) { passed += 1; return true; }
  failures.push(what);
  console.error(`  FAILED ${what}${detail === "" ? "" : `: ${typeof detail === "string" ? detail : JSON.stringify(detail)}`}`);
  return false;
}

/// Runs the journeys one after another; the last line counts the checks.
export async function run(journeys) {
  const wanted = process.argv.slice(2);
  for (const [name, journey] of Object.entries(journeys)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const start = Date.now();
    console.log(`${name}`);
    try {
      await journey();
    } catch (error) {
      check(false, name, error.stack ?? String(error));
      for (const one of open) {
        await one.picture(`failed-${name}`).catch(() => {});
        console.error(`  console: ${JSON.stringify(one.faults.slice(0, 5))}`);
        await one.stop().catch(() => {});
      }
    }
    console.log(`  ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exit(failures.length > 0 || passed === 0 ? 1 : 0);
}

const executable = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const flags = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/// Serves the built page under a sub-path, as a static host does, and opens it in a fresh Chromium.
export async function studio(options = {}) {
  const { workers, size = SIZES.desk, hash = "", prefix = "/studio/", context: settings = {}, before } = options;
  const asked = [];
  const server = await serve(join(root, "dist"), 0, prefix, (path) => asked.push(path));
  const address = `http://127.0.0.1:${server.address().port}${prefix}`;
  const browser = await chromium.launch({ executablePath: executable, args: flags });
  const context = await browser.newContext({ viewport: size, acceptDownloads: true, ...settings });
  if (workers !== undefined) {
    // The page starts one pool worker fewer than there are cores.
    await context.addInitScript((cores) => Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => cores }), workers + 1);
  }
  if (before) await before(context);
  const page = await context.newPage();
  const one = new Studio({ server, browser, context, page, address, asked });
  await one.load(hash);
  return one;
}

/// A studio in a browser, and everything that it did which it should not.
export class Studio {
  constructor(parts) {
    Object.assign(this, parts);
    this.faults = [];
    this.requests = [];
    this.closed = false;
    open.add(this);
    this.watch(this.page);
  }

  watch(page) {
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) this.faults.push(message.text()); });
    page.on("pageerror", (error) => this.faults.push(String(error)));
    page.on("crash", () => this.faults.push("the page crashed"));
    page.on("request", (request) => {
      if (this.closed && !/^(blob|data):/.test(request.url())) this.requests.push(request.url());
    });
  }

  /// Loads the page and waits until everything is there and the connection is closed.
  async load(hash = "") {
    await this.loaded(() => this.page.goto(this.address + hash));
  }

  /// Loads the page again, where it stands.
  async reload() {
    await this.loaded(() => this.page.reload());
  }

  async loaded(load) {
    this.closed = false;
    await load();
    await this.page.getByRole("navigation").getByText(/^0 requests/).waitFor({ timeout: 60_000 });
    this.closed = true;
  }

  /// Ends the studio after it was asked whether anything went wrong.
  async end(name) {
    check(this.faults.length === 0, `${name}: no error in the console`, this.faults.slice(0, 5));
    check(this.requests.length === 0, `${name}: no request after loading`, this.requests.slice(0, 5));
    await this.stop();
  }

  async stop() {
    open.delete(this);
    await this.browser.close();
    this.server.close();
  }

  /// The rail's link to a stage.
  stage(name) {
    return this.page.getByRole("navigation").getByRole("link", { name: new RegExp(`\\b${name}\\b`) });
  }

  /// Goes to a stage by the rail.
  async go(name) {
    await this.stage(name).click();
    await this.page.getByRole("heading", { level: 1, name: name === "Data" ? /Data|Open a table/ : name }).waitFor();
  }

  button(name, within = this.page) {
    return within.getByRole("button", { name });
  }

  panel(name) {
    return this.page.getByRole("region", { name, exact: typeof name === "string" });
  }

  /// Chooses a file as a person does by the button.
  async choose(path, name = "Choose a file") {
    const waiting = this.page.waitForEvent("filechooser");
    await this.button(name).first().click();
    await (await waiting).setFiles(path);
  }

  /// Opens a file from the page that opens tables, and waits until its rows are there.
  async openFile(path) {
    await this.page.goto(`${this.address}#data/open`);
    await this.choose(path);
    await this.page.getByRole("heading", { level: 1, name: "Data" }).waitFor({ timeout: 60_000 });
  }

  /// Opens a sample by its card.
  async openSample(name) {
    await this.page.goto(`${this.address}#data/open`);
    await this.page.getByRole("button", { name: new RegExp(`^${name} `) }).click();
    await this.page.getByRole("heading", { level: 1, name: "Data" }).waitFor({ timeout: 60_000 });
  }

  /// Chooses the column to predict.
  async predict(column) {
    await this.go("Goal");
    await this.page.getByRole("radio", { name: `Predict ${column}` }).check();
    await this.page.getByRole("banner").getByText(new RegExp(`Predict ${column} from \\d+ columns`)).waitFor();
  }

  /// Waits until nothing goes on.
  async idle(timeout = 240_000) {
    await this.page.waitForFunction(() => !document.querySelector(".busy"), undefined, { timeout });
  }

  /// Waits until the save mark says so.
  async saved() {
    await this.page.locator('.saved[data-state="saved"]').waitFor({ timeout: 10_000 });
  }

  async train() {
    await this.go("Learn");
    await this.button(/^Train/).first().click();
    await this.page.locator(".busy").waitFor({ timeout: 10_000 }).catch(() => {});
    await this.idle();
  }

  /// The report of the study as it stands, from Ship.
  async download(name) {
    const waiting = this.page.waitForEvent("download", { timeout: 240_000 });
    await this.button(name).click();
    const download = await waiting;
    const path = join(kept, "downloads", download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }

  /// A picture of the page as it is.
  async picture(name) {
    // Charts draw when their place has its size.
    await this.page.waitForTimeout(150);
    await this.page.screenshot({ path: join(kept, `${name}.png`), fullPage: false });
  }

  /// Pictures of the page in light and dark, on a desk and on a phone.
  async pictures(name) {
    for (const scheme of ["light", "dark"]) {
      await this.page.emulateMedia({ colorScheme: scheme });
      for (const [size, viewport] of Object.entries(SIZES)) {
        await this.page.setViewportSize(viewport);
        await this.picture(`${name}-${scheme}-${size}`);
        const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        check(wider <= 0, `${name}: the page is not wider than a ${size}`, `${wider} px`);
      }
    }
    await this.page.emulateMedia({ colorScheme: "light" });
    await this.page.setViewportSize(SIZES.desk);
    // Colours settle.
    await this.page.waitForTimeout(250);
  }

  /// The accessibility audit of the page as it is.
  async audit(name) {
    // The audit's own code is let in by the test, past the page's policy, through the debugger.
    const client = await this.context.newCDPSession(this.page);
    await client.send("Runtime.evaluate", { expression: axe });
    const { result } = await client.send("Runtime.evaluate", {
      expression: `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((found) => JSON.stringify(found.violations.map((it) => ({ id: it.id, impact: it.impact, where: it.nodes.slice(0, 3).map((node) => node.target.join(" ") + " " + node.html.slice(0, 160)) }))))`,
      awaitPromise: true,
    });
    const found = JSON.parse(result.value ?? "[{\"id\":\"the audit did not run\",\"impact\":\"serious\",\"where\":[]}]");
    const grave = found.filter((violation) => ["serious", "critical"].includes(violation.impact));
    check(grave.length === 0, `${name}: the accessibility audit finds nothing serious`, grave);
    await client.detach();
  }
}
