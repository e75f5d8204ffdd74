// What goes wrong: a worker that dies, a job that is cancelled, a page that must stay quick, files that are no tables.
import { createWriteStream, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, kept, studio } from "./harness.mjs";

/// The chosen model's figures as the page shows them.
const figures = (page) => page.getByRole("region", { name: "Models", exact: true }).getByRole("table").innerText();

export async function workers() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  await one.openSample("thyroid");
  await one.predict("class");
  // A worker that throws is ended and its task runs again elsewhere.
  await one.go("Learn");
  const before = new Set(page.workers());
  await one.button(/^Train/).first().click();
  await page.locator(".busy").waitFor();
  await page.waitForFunction(() => Number(document.querySelector(".busy [role=progressbar]")?.getAttribute("aria-valuenow")) >= 5, undefined, { timeout: 60_000 });
  const pool = page.workers().filter((worker) => !before.has(worker));
  check(pool.length > 0, "pool workers run", page.workers().length);
  await pool[0]?.evaluate(() => { setTimeout(() => { throw new Error("injected"); }, 0); });
  await one.idle();
  one.faults.splice(0, one.faults.length, ...one.faults.filter((fault) => !fault.includes("injected")));
  await one.go("Judge");
  const killed = await figures(page);
  await one.end("a killed worker");

  const other = await studio({ workers: 1 });
  await other.openSample("thyroid");
  await other.predict("class");
  await other.train();
  await other.go("Judge");
  check(killed === (await figures(other.page)), "a killed worker changes no figure");

  // Cancel answers at once and leaves the page as it was.
  await other.go("Learn");
  await other.page.getByRole("textbox", { name: /^Epochs/ }).first().fill("400");
  await other.page.keyboard.press("Tab");
  await other.button(/^Train/).first().click();
  await other.page.locator(".busy").waitFor();
  await other.page.waitForTimeout(700);
  const took = await other.page.evaluate(async () => {
    const start = performance.now();
    [...document.querySelectorAll(".busy button")].find((button) => button.getAttribute("aria-label") === "Cancel" || button.textContent.includes("Cancel")).click();
    while (document.querySelector(".busy")) await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - start;
  });
  check(took < 1000, "cancel frees the page", `${took.toFixed(0)} ms`);
  console.log(`  cancel: ${took.toFixed(0)} ms`);
  await other.stage("Learn").waitFor();
  check((await other.page.locator('a[href="#learn"]').getAttribute("data-state")) === "stale", "the former training is still there, as stale");
  await other.end("cancel");
}

/// A tab that is closed in the middle of a training costs no more than the fits that were going on.
export async function interrupted() {
  const begin = async () => {
    const one = await studio({ workers: 2 });
    await one.openSample("penguins");
    await one.predict("species");
    await one.go("Learn");
    for (const name of ["Epochs", /^Patience/]) {
      const field = one.page.getByRole("textbox", { name, exact: typeof name === "string" });
      await field.fill("1500");
      await field.press("Tab");
    }
    return one;
  };
  const one = await begin();
  await one.button(/^Train/).first().click();
  await one.page.locator(".busy").waitFor();
  const two = () => Number(document.querySelector(".busy [role=progressbar]")?.getAttribute("aria-valuenow")) >= 9;
  await one.page.waitForFunction(two, undefined, { timeout: 120_000 });
  // What is done by then is written.
  await one.page.waitForTimeout(4500);
  check(await one.page.locator(".busy").isVisible(), "the training goes on");
  await one.reload();
  const note = one.page.getByText(/^\d+ fits? of a training that did not end (is|are) kept\.$/);
  await note.waitFor({ timeout: 30_000 });
  await one.audit("learn, with fits that are kept");
  await one.train();
  check((await note.count()) === 0, "after the training nothing is left over");
  await one.go("Judge");
  const found = await figures(one.page);
  await one.end("an interrupted training");
  const whole = await begin();
  await whole.train();
  await whole.go("Judge");
  check(found === (await figures(whole.page)), "an interrupted training comes to the same figures");
  await whole.end("a whole training");
}

/// What was paused and then cancelled does not hold the next training.
export async function paused() {
  const one = await studio({ workers: 2 });
  const { page } = one;
  await one.openSample("thyroid");
  await one.predict("class");
  await one.go("Learn");
  const epochs = async (count) => {
    await page.getByRole("textbox", { name: /^Epochs/ }).first().fill(count);
    await page.keyboard.press("Tab");
  };
  await epochs("400");
  await one.button(/^Train/).first().click();
  const bar = page.getByRole("group", { name: "Training" });
  await bar.getByRole("button", { name: "Pause" }).click();
  await bar.getByRole("button", { name: "Go on" }).waitFor();
  await bar.getByRole("button", { name: "Cancel" }).click();
  await one.idle();
  await epochs("3");
  await one.train();
  await page.waitForFunction(() => document.querySelector('a[href="#learn"]')?.dataset.state === "done", undefined, { timeout: 30_000 });
  check(true, "a training after one that was paused and cancelled ends");
  await one.end("paused");
}

/// Files that are no tables, and tables that nothing can be learned from: one message each, and the next file opens.
const FILES = {
  "empty.csv": ["", /is empty/],
  "header.csv": ["a,b,c\n", /column names but no rows/],
  "picture.csv": [Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), /PNG image/],
  "blank.csv": ["\n\n\n", /only blank lines/],
  "nul.csv": ["a,b\n1,\u00002\n3,4\n5,6\n", /NUL/],
  "ragged.csv": ["a,b\n1,2\n3\n4,5,6\n7,8\n9,10\n", /fewer cells|more cells/],
  "quote.csv": ['a,b\n1,2\n3,"open\n5,6\n7,8\n', /quote/],
};

export async function badInput() {
  const folder = join(kept, "bad");
  mkdirSync(folder, { recursive: true });
  const one = await studio();
  const { page } = one;
  await one.openSample("penguins");
  for (const [name, [content, says]] of Object.entries(FILES)) {
    writeFileSync(join(folder, name), content);
    await page.goto(`${one.address}#data/open`);
    await one.choose(join(folder, name));
    const told = await page.getByText(says).filter({ visible: true }).first().waitFor({ timeout: 10_000 }).then(() => true, () => false);
    check(told, `${name} is answered in words`, told ? "" : (await page.getByRole("main").innerText()).slice(0, 300));
  }
  await page.goto(`${one.address}#data/open`);
  await one.openSample("auto_mpg");
  check(await page.getByText("392").first().isVisible(), "a good file opens afterwards");
  await one.end("bad input");
}

/// A file of 200 MB opens, or the page says what of it would fit; then the session goes on.
export async function large() {
  const path = join(kept, "large.csv");
  const size = 200e6;
  if (!existsSync(path) || statSync(path).size < size) {
    const out = createWriteStream(path);
    out.write("id,day,amount,share,colour,note,late\n");
    for (let row = 0; out.bytesWritten + out.writableLength < size;) {
      let text = "";
      for (const end = row + 20_000; row < end; row += 1) {
        text += `${row},20${10 + (row % 15)}-0${1 + (row % 9)}-${10 + (row % 19)},${((row * 7919) % 100_003) / 100},${row % 20 === 0 ? "" : (row * 31) % 997},${["red", "green", "blue"][row % 3]},"note ${row % 997}, or so",${row % 10 < 3 ? "yes" : "no"}\n`;
      }
      if (!out.write(text)) await new Promise((done) => out.once("drain", done));
    }
    await new Promise((done) => out.end(done));
  }
  const one = await studio();
  const { page } = one;
  await page.goto(`${one.address}#data/open`);
  const start = Date.now();
  await one.choose(path);
  const read = page.getByRole("heading", { level: 1, name: "Data" }).waitFor({ timeout: 240_000 }).then(() => "read");
  const told = page.getByText(/would fit/).first().waitFor({ timeout: 240_000 }).then(() => "told");
  const end = await Promise.any([read, told]);
  console.log(`  ${(statSync(path).size / 1e6).toFixed(0)} MB: ${end} after ${((Date.now() - start) / 1000).toFixed(1)} s`);
  read.catch(() => {});
  told.catch(() => {});
  if (end === "read") {
    await one.idle();
    await page.getByText(/kept \+ 0 rejected/).first().waitFor({ timeout: 60_000 });
    await one.go("Explore");
    await page.getByRole("region", { name: "Columns" }).first().waitFor({ timeout: 240_000 });
    console.log(`  explored after ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
  await one.openSample("penguins");
  check(await page.getByText("344 rows").first().isVisible(), "another file opens afterwards");
  await one.end("a large file");
}
