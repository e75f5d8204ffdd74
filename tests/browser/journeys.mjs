// Whole journeys: from a dropped file to an exported model, through every stage, by mouse and by keyboard.
import { writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, kept, root, studio } from "./harness.mjs";

const STAGES = ["Goal", "Data", "Explore", "Prepare", "Learn", "Tune", "Judge", "Explain", "Stress", "Fair", "Ship", "Watch"];

/// A sample's rows as a file, so that it is opened as any file is.
function file(name, change = (text) => text) {
  const text = gunzipSync(readFileSync(join(root, `public/samples/${name}.csv.gz`))).toString("utf8");
  const path = join(kept, `${name}.csv`);
  writeFileSync(path, change(text));
  return path;
}

/// Every page as pictures, audited.
async function lookAround(one, name) {
  for (const stage of STAGES) {
    await one.go(stage);
    await one.idle();
    await one.page.waitForTimeout(200);
    await one.pictures(`${name}-${stage.toLowerCase()}`);
    await one.audit(`${name}, ${stage}`);
  }
}

/// The stages that look at the trained model.
async function trust(one, { groups, rows }) {
  const { page } = one;
  await one.go("Judge");
  await one.panel("Models").waitFor();
  await one.go("Explain");
  await one.idle();
  await page.locator('main [data-chart="importance"] canvas').waitFor({ timeout: 120_000 });
  for (const part of ["column", "row"]) {
    await page.goto(`${one.address}#explain/${part}`);
    await one.idle();
    await page.locator("main canvas").first().waitFor({ timeout: 120_000 });
  }
  await one.go("Stress");
  await one.button("Run all probes").click();
  await page.getByRole("region", { name: "Findings" }).waitFor({ timeout: 120_000 });
  await one.idle();
  await one.go("Fair");
  for (const group of groups) await page.getByRole("checkbox", { name: new RegExp(`^${group}\\b`) }).check();
  if (groups.length > 0) await page.getByRole("region", { name: "Criteria" }).first().waitFor({ timeout: 60_000 });
  await one.go("Watch");
  await one.choose(rows, "Choose a file");
  await page.getByRole("region", { name: "What to make of it" }).waitFor({ timeout: 120_000 });
  await one.idle();
}

/// The exports: an ONNX file with the page's own predictions beside it, for `interop`.
async function ship(one, name, rows) {
  const { page } = one;
  await one.go("Ship");
  await page.getByRole("status", { name: "Answer" }).getByText(/./).first().waitFor({ timeout: 30_000 });
  const onnx = await one.download("Download ONNX");
  check(await page.getByText(/checked on [\d,]+ rows/).first().isVisible(), `${name}: the ONNX export was checked in the page`);
  const model = await one.download("Download Model file");
  const mlflow = await one.download("Download MLflow folder");
  const report = await one.download("Download Report");
  await one.choose(rows, "Choose a file of new rows");
  const predictions = await one.download("Save as CSV");
  writeFileSync(join(kept, `${name}.exports.json`), JSON.stringify({ onnx, model, mlflow, report, rows, predictions }));
}

/// The longest task of the page's own thread while something goes on.
async function longTasks(one, work) {
  await one.page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  await work();
  return one.page.evaluate(() => globalThis.longTasks);
}

export async function titanic() {
  const one = await studio();
  const { page } = one;
  await page.setViewportSize({ width: 1366, height: 768 });
  await one.pictures("open");
  await one.audit("open");
  const table = file("titanic");
  await one.openFile(table);
  await one.predict("survived");
  // What is known only afterwards is left out, by the role of its column.
  for (const column of ["boat", "body"]) await page.getByRole("combobox", { name: `Role of ${column}` }).selectOption({ label: "known later" });
  await one.button("Criterion").click();
  await one.go("Prepare");
  await one.button("Add a step").click();
  await page.getByRole("dialog").getByRole("searchbox").fill("smote");
  await page.getByRole("dialog").getByRole("button", { name: /SMOTE/ }).first().click();
  await page.getByRole("dialog").getByRole("status").getByText(/It would|SMOTE|step/).waitFor({ timeout: 60_000 });
  await page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
  await page.keyboard.press("Control+z");
  await one.train();
  // The curves are of the loss, or of the metric of the rows that are only watched.
  const shown = page.getByRole("combobox", { name: "Curve shown" });
  await shown.selectOption({ label: "ROC AUC" });
  await one.panel("ROC AUC by epoch").waitFor();
  await shown.selectOption({ label: "Loss" });
  await one.panel("Loss by epoch").waitFor();
  await trust(one, { groups: ["sex", "pclass"], rows: table });
  await one.go("Judge");
  check(/\d to \d/.test(await one.panel("All figures").getByRole("row", { name: /^Brier score/ }).innerText()), "every metric has its interval as text");
  // A threshold that is chosen on rows is judged on others, and says so.
  const rule = page.getByRole("combobox", { name: "The study's rule" });
  const honest = page.getByText(/the rows of each fold are judged at the one that the rule chooses on the other folds/);
  await rule.selectOption({ label: "Best F1 on the folds" });
  await honest.waitFor({ timeout: 60_000 });
  await one.idle();
  await rule.selectOption({ label: "Always 0.5" });
  await honest.waitFor({ state: "detached", timeout: 60_000 });
  await one.idle();
  await ship(one, "titanic", table);
  await one.go("Judge");
  await one.button("Open", one.panel("Sealed rows")).click();
  await page.getByRole("dialog").getByRole("button", { name: "Open and count" }).click();
  await page.getByText(/opened once/).first().waitFor({ timeout: 60_000 });
  await one.go("Tune");
  await page.getByRole("textbox", { name: /^Trials/ }).first().fill("4");
  await page.keyboard.press("Tab");
  await one.button(/^Search with/).click();
  await page.locator(".busy").waitFor({ timeout: 10_000 }).catch(() => {});
  await one.idle(300_000);
  await page.getByRole("region", { name: "Best so far" }).waitFor();
  await lookAround(one, "titanic");
  await one.end("titanic");
}

export async function adult() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  const table = file("adult");
  await one.openFile(table);
  await one.predict("income");
  // Large: two folds, and no forest, so that the journey stays short.
  await page.getByRole("textbox", { name: "Folds" }).fill("2");
  await page.keyboard.press("Tab");
  await one.go("Learn");
  await page.getByRole("tab", { name: "Random forest" }).click();
  await one.button("Remove").click();
  const tasks = await longTasks(one, () => one.train());
  const longest = tasks.length > 0 ? Math.max(...tasks) : 0;
  console.log(`  training on adult: ${tasks.length} main-thread tasks over 50 ms, the longest ${longest.toFixed(0)} ms`);
  await trust(one, { groups: ["sex", "race"], rows: table });
  await ship(one, "adult", table);
  await one.end("adult");
}

/// A regression, with the keyboard alone.
export async function autoMpg() {
  const one = await studio();
  const { page } = one;
  const table = file("auto_mpg");
  const focus = async (matches, most = 250) => {
    for (let i = 0; i < most; i += 1) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const it = document.activeElement;
        return `${it?.getAttribute("aria-label") ?? ""} ${it?.labels?.[0]?.textContent ?? ""} ${it?.textContent ?? ""}`.replace(/\s+/g, " ").trim().slice(0, 120);
      });
      if (matches.test(name)) return true;
    }
    return check(false, `the keyboard reaches ${matches}`);
  };
  const stage = async (name) => {
    await page.evaluate(() => document.activeElement?.blur());
    await page.locator("body").focus();
    await focus(new RegExp(`^\\S* ?${name}\\b`, "i"));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name }).waitFor();
  };
  const waiting = page.waitForEvent("filechooser");
  await focus(/^Choose a file/);
  await page.keyboard.press("Enter");
  await (await waiting).setFiles(table);
  await page.getByRole("heading", { level: 1, name: "Data" }).waitFor();
  await stage("Goal");
  // Radio buttons of one group are one stop; the arrows walk them.
  await focus(/^Predict /);
  await page.keyboard.press("Space");
  for (let i = 0; i < 12; i += 1) {
    if (/Predict mpg/.test(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? ""))) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.getByRole("banner").getByText(/Predict mpg from/).waitFor();
  await stage("Learn");
  await focus(/^Train /);
  await page.keyboard.press("Enter");
  await page.locator(".busy").waitFor({ timeout: 10_000 }).catch(() => {});
  await one.idle();
  await stage("Judge");
  // A chart is read by arrows, and says what it reads.
  await focus(/predict/i);
  await stage("Ship");
  await focus(/^Download ONNX/);
  const download = page.waitForEvent("download", { timeout: 60_000 });
  await page.keyboard.press("Enter");
  await (await download).saveAs(join(kept, "downloads/auto_mpg-keyboard.onnx"));
  await one.idle();
  await trust(one, { groups: [], rows: table });
  await ship(one, "auto_mpg", table);
  await one.end("auto_mpg");
}
