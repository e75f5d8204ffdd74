// Another engine: the page under its policy, trained in Firefox, with the figures of Chromium.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { check, root, studio } from "./harness.mjs";
import { serve } from "../../script/static.mjs";

const executable = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find((path) => existsSync(path));

const SELECT = `const until = async (what) => { for (let i = 0; i < 1200; i += 1) { const found = what(); if (found) return found; await new Promise((done) => setTimeout(done, 50)); } throw new Error("waited in vain"); };`;

/// The same steps in any browser, by the page's own elements.
const STEPS = `async () => {
  ${SELECT}
  const click = async (selector, text) => (await until(() => [...document.querySelectorAll(selector)].find((it) => !it.disabled && it.getAttribute("aria-disabled") !== "true" && (it.textContent + (it.getAttribute("aria-label") ?? "")).includes(text)))).click();
  location.hash = "#data/open";
  await click("button.card", "penguins");
  await until(() => document.querySelector("h1")?.textContent === "Data");
  location.hash = "#goal";
  await click('input[type="radio"][aria-label="Predict species"]', "Predict species");
  await until(() => document.querySelector(".sentence")?.textContent.includes("species"));
  location.hash = "#learn";
  await until(() => document.querySelector("h1")?.textContent === "Learn");
  await click("main button", "Train");
  await until(() => document.querySelector('a[href="#learn"]').dataset.state === "done");
  location.hash = "#judge";
  await until(() => document.querySelector("h1")?.textContent === "Judge");
  const table = await until(() => document.querySelector('section[aria-label="Models"] table'));
  return { figures: table.textContent, requests: document.querySelector(".rail .foot").textContent };
}`;

export async function firefox() {
  if (!check(executable !== undefined, "Firefox is installed")) return;
  const require = createRequire(join(process.env.NODE_PATH ?? ".", "index.js"));
  const module = require("puppeteer-core");
  const puppeteer = module.default ?? module;
  const one = await studio();
  const chromium = await one.page.evaluate(`(${STEPS})()`);
  await one.end("penguins in Chromium");

  const server = await serve(join(root, "dist"), 0, "/studio/");
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: executable, headless: true });
  try {
    const page = await browser.newPage();
    const faults = [];
    page.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.address().port}/studio/`);
    await page.waitForFunction(() => /^.*0 requests/.test(document.querySelector(".rail .foot")?.textContent ?? ""), { timeout: 60_000 });
    const found = await page.evaluate(`(${STEPS})()`);
    check(found.figures === chromium.figures, "Firefox and Chromium show the same figures", [found.figures, chromium.figures]);
    check(/0 requests/.test(found.requests), "Firefox made no request after loading", found.requests);
    check(faults.length === 0, "no error in Firefox's console", faults.slice(0, 5));
  } finally {
    await browser.close();
    server.close();
  }
}
