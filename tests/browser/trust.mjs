// What is asked of a trained model: explanations that follow the target, repairs one after another, two second files, whole
// shapes of layers.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { check, kept, studio } from "./harness.mjs";

const SAMPLES = new URL("../../public/samples/", import.meta.url);

/// The lines of a sample that are kept by their place, as a file.
function some(sample, name, keeps) {
  const [header, ...rows] = gunzipSync(readFileSync(new URL(`${sample}.csv.gz`, SAMPLES))).toString("utf8").trimEnd().split("\n");
  const folder = join(kept, "trust");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, [header, ...rows.filter((_, row) => keeps(row))].join("\n"));
  return path;
}

/// Leaves only the quick models, so that trainings are short.
async function quick(one) {
  await one.go("Learn");
  for (const name of ["Neural network", "Random forest"]) {
    await one.page.getByRole("tab", { name }).click();
    await one.page.getByRole("button", { name: "Remove", exact: true }).click();
  }
}

export async function explains() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  await one.openSample("penguins");
  await one.predict("species");
  await quick(one);
  await one.train();
  await one.go("Explain");
  await one.idle();
  await page.getByRole("combobox", { name: /^Class/ }).selectOption("Gentoo");
  await page.goto(`${one.address}#explain/row`);
  await page.getByText(/probability that species is Gentoo/).first().waitFor({ timeout: 60_000 });
  // Another target has other classes; what was chosen for the last one is nothing to it.
  await one.predict("sex");
  await quick(one);
  await one.train();
  await one.go("Explain");
  await one.idle();
  await page.locator('main [data-chart="importance"] canvas').waitFor({ timeout: 120_000 });
  await page.goto(`${one.address}#explain/row`);
  await page.getByText(/probability that sex is/).first().waitFor({ timeout: 60_000 });
  check((await page.getByText(/has no output|is not there/).count()) === 0, "no complaint about an output that is gone");
  // Settings of a method: the picture follows.
  await page.goto(`${one.address}#explain`);
  await page.getByText("Settings", { exact: true }).click();
  const repeats = page.getByRole("group", { name: "Permutation importance" }).getByRole("textbox", { name: /^Repeats/ });
  await repeats.fill("3");
  await page.keyboard.press("Tab");
  await page.getByText(/3 times|3 repeats|3 shuffles/).first().waitFor({ timeout: 60_000 }).catch(() => {});
  check((await repeats.inputValue()) === "3", "a setting stays as it was given");
  await one.end("explains");
}

export async function repairs() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  await one.openSample("breast_cancer");
  await one.predict("diagnosis");
  await quick(one);
  await one.train();
  await one.go("Stress");
  await one.button("Run all probes").click();
  const findings = one.panel("Findings");
  await findings.waitFor({ timeout: 120_000 });
  await one.idle();
  await page.evaluate(() => document.querySelectorAll("details.finding").forEach((it) => { it.open = true; }));
  const buttons = findings.getByRole("button", { name: /^(Clip|Fill|Put) / });
  const all = await buttons.count();
  check(all > 0, "some findings can be mended", all);
  // One after another: the first makes the training stale, and the findings stay for the others.
  for (let left = all; left > 0; left = await buttons.count()) {
    await buttons.first().click();
    await page.waitForFunction((before) => [...document.querySelectorAll("details.finding button")].filter((it) => /^(Clip|Fill|Put) /.test(it.textContent)).length < before, left);
    check(await findings.isVisible(), "the findings stay");
  }
  await page.getByText(/made before the study changed/).waitFor();
  await page.keyboard.press("Control+z");
  await buttons.first().waitFor();
  await one.end("repairs");
}

export async function twoFiles() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  const watched = some("penguins", "watched.csv", (row) => row % 3 === 0);
  const predicted = some("penguins", "predicted.csv", (row) => row < 4);
  await one.openSample("penguins");
  await one.predict("species");
  await quick(one);
  await one.train();
  await one.go("Watch");
  await one.choose(watched, "Choose a file");
  await page.getByRole("region", { name: "What to make of it" }).waitFor({ timeout: 120_000 });
  await one.idle();
  check((await one.panel("Scores").getByRole("row").count()) > 3, "every score of the task is there");
  await one.go("Ship");
  await one.choose(predicted, "Choose a file of new rows");
  await page.getByText(/predicted\.csv: 4 rows predicted/).waitFor({ timeout: 60_000 });
  // Training again is with the file that this page shows.
  await one.go("Watch");
  await page.getByText(/^watched\.csv: 115 new rows/).waitFor();
  await one.button("Train and compare").click();
  await page.getByText(/old and 115 new rows/).waitFor({ timeout: 120_000 });
  await one.idle();
  // The report of a study whose new rows were compared holds that.
  await one.go("Ship");
  const report = readFileSync(await one.download("Download Report"), "utf8");
  check(report.includes("--with explanation,stress,drift --new new.csv"), "the report has the drift, and says how to repeat it");
  await one.end("two files");
}

export async function shapes() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  await one.openSample("penguins");
  await one.predict("species");
  await one.go("Learn");
  await page.getByRole("textbox", { name: /^Epochs/ }).first().fill("5");
  await page.keyboard.press("Tab");
  await one.go("Tune");
  const layers = one.panel("Parameters").getByRole("group", { name: "Hidden layers" }).first();
  for (const shape of ["32", "64-32", "128-64-32"]) await layers.getByRole("checkbox", { name: shape, exact: true }).waitFor();
  // The default optimiser reads no decay, so that it is not offered.
  await page.getByLabel("Add a parameter").click();
  await one.button("Epochs").waitFor().catch(() => {});
  check((await one.button(/decay/i).count()) === 0, "nothing is offered that has no effect");
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: /^Trials/ }).first().fill("4");
  await page.keyboard.press("Tab");
  await one.button(/^Search with/).click();
  await page.locator(".busy").waitFor({ timeout: 10_000 }).catch(() => {});
  await one.idle(300_000);
  const trials = one.panel("Trials").last();
  await trials.getByRole("cell", { name: "64-32" }).first().waitFor();
  await one.end("shapes");
}
