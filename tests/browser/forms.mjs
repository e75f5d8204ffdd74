// Goal and Prepare as forms: what is typed wrong is said at its box and changes nothing, what is undone is shown, a step is
// tried before it is added, moved by keys, and its formula is pointed at.
import { check, studio } from "./harness.mjs";

/// Takes the last change back, or brings it back, with the focus outside of any box.
async function undo(one, keys = "Control+z") {
  await one.page.getByRole("main").focus();
  await one.page.keyboard.press(keys);
}

/// Types into a box and leaves it.
async function type(box, words) {
  await box.fill(words);
  await box.press("Tab");
}

/// Whether a box says that it is wrong, and what describes it.
const said = (box) => box.evaluate((it) => {
  const ids = (it.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  return { wrong: it.getAttribute("aria-invalid") === "true", words: ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ") };
});

export async function goal() {
  const one = await studio();
  const { page } = one;
  await one.openSample("titanic");
  await one.predict("survived");
  const folds = page.getByRole("textbox", { name: "Folds" });
  for (const [typed, words] of [["abc", /needs a whole number/], ["-3", /must be from 2 to 50/], ["1000000000", /must be from 2 to 50/]]) {
    await type(folds, typed);
    const told = await said(folds);
    check(told.wrong && words.test(told.words), `"${typed}" folds are refused at the box`, told);
    check((await folds.inputValue()) === typed, `"${typed}" stays in sight`);
  }
  await type(folds, "4");
  await one.panel("Rows").getByText(/^4$/).waitFor();
  check(!(await said(folds)).wrong, "a good number is no longer complained about");
  await type(folds, "abc");
  await undo(one);
  await page.waitForFunction((box) => box.value === "5", await folds.elementHandle());
  check(!(await said(folds)).wrong, "undo takes the complaint away");
  await type(page.getByRole("textbox", { name: /Held-out/ }), "80");
  check(/must be from 0 to 50/.test((await said(page.getByRole("textbox", { name: /Held-out/ }))).words), "80% cannot be held out");

  // Help is there for mouse, touch and keyboard, and tied to its box.
  const help = one.button("Help: Folds");
  check((await help.getAttribute("aria-expanded")) === "false", "help is folded at first");
  await help.press("Enter");
  await page.getByText(/trained once for each fold/).waitFor();
  check(/trained once for each fold/.test((await said(folds)).words), "help describes its box");

  await one.button("Criterion").click();
  const first = page.getByRole("group", { name: "Criterion 1" });
  const metric = first.getByRole("combobox", { name: "Metric" });
  const value = first.getByRole("textbox", { name: "Value" });
  await type(value, "80");
  check(/Write 0\.8 for 80%/.test((await said(value)).words), "a share above 1 is refused with what to write", await said(value));
  await type(value, "0,7");
  await page.waitForFunction((box) => box.value === "0.7", await value.elementHandle());
  const before = await metric.inputValue();
  await metric.selectOption({ label: "Precision" });
  await undo(one);
  await page.waitForFunction(([box, value]) => box.value === value, [await metric.elementHandle(), before]);
  await undo(one, "Control+Shift+z");
  await page.waitForFunction((box) => box.value === "precision", await metric.elementHandle());
  check(true, "a list shows what is redone");

  // Another task leaves nothing of the old one, and there is a way back.
  await page.getByRole("radio", { name: "A number" }).click();
  await one.button(/two classes/i).waitFor();
  check((await page.getByRole("group", { name: /^Criterion \d/ }).count()) === 0, "criteria of another task go");
  await one.go("Learn");
  await page.getByRole("tab", { name: "Linear regression" }).waitFor();
  check((await page.getByRole("tab", { name: "Logistic regression" }).count()) === 0, "models of another task are replaced");
  await one.go("Goal");
  await one.button(/two classes/i).click();
  await page.locator('[role=radio][aria-checked="true"]', { hasText: "Two classes" }).waitFor();

  // A group column that the folds do not heed is told.
  await page.getByRole("combobox", { name: "Group column" }).selectOption("ticket");
  await page.waitForFunction((box) => box.value === "group", await page.getByRole("combobox", { name: "Folds are made" }).elementHandle());
  check((await page.getByText(/can be parted/).count()) === 0, "groups that are kept together need no warning");
  await page.getByRole("combobox", { name: "Time column" }).selectOption("age");
  await page.getByText(/can be parted/).waitFor();
  await one.audit("goal, with everything filled in");
  await one.end("goal");
}

export async function prepare() {
  const one = await studio();
  const { page } = one;
  await one.openSample("titanic");
  await one.predict("survived");
  await one.go("Prepare");
  const steps = one.panel("Steps").getByRole("listitem");
  const count = await steps.count();
  const dialog = page.getByRole("dialog");
  // A step is tried before it is added.
  await one.button("Add a step").click();
  await dialog.getByRole("button", { name: /^Logarithm/ }).click();
  await dialog.getByText(/It would touch [\d,]+ cells in \d+ columns:/).waitFor({ timeout: 60_000 });
  check((await steps.count()) === count, "looking adds nothing");
  await one.audit("prepare, a step that is tried");
  await dialog.getByRole("button", { name: /^Drop duplicate rows/ }).click();
  await dialog.getByText(/It would change nothing here|It would make/).waitFor({ timeout: 60_000 });
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await steps.filter({ hasText: "Drop duplicate rows" }).waitFor();
  await steps.filter({ hasText: "Drop duplicate rows" }).getByText(/before rows are divided|rows/).first().waitFor();
  // Enter adds at once.
  await one.button("Add a step").click();
  await dialog.getByRole("searchbox").fill("formula");
  await dialog.getByRole("button", { name: /^New column from a formula/ }).press("Enter");
  const row = steps.filter({ hasText: "New column from a formula" });
  await row.waitFor();

  // The page points at the step and at the character.
  await type(page.getByRole("textbox", { name: "Name" }), "x");
  const formula = page.getByRole("textbox", { name: "Formula" });
  await type(formula, "age + nowhere");
  await row.getByText("to mend").waitFor();
  await one.button("Go to character 7").waitFor();
  check((await said(formula)).wrong, "the formula is marked as wrong");
  await one.button("Go to character 7").click();
  const caret = await formula.evaluate((it) => [it === document.activeElement, it.selectionStart]);
  check(caret[0] && caret[1] === 6, "the caret goes to the character", caret);
  await type(formula, "age + 1");
  await one.button("Go to character 7").waitFor({ state: "detached" });

  // Alt with an arrow moves the step and the focus with it.
  const look = (place) => steps.nth(place).getByRole("button").first();
  const place = await steps.evaluateAll((rows) => rows.findIndex((row) => row.textContent.includes("New column from a formula")));
  await look(place).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  const now = await steps.evaluateAll((rows) => rows.findIndex((row) => row.textContent.includes("New column from a formula")));
  check(now === Math.max(0, place - 2), "two presses move it by two", [place, now]);
  check(await look(now).evaluate((it) => it === document.activeElement), "the focus went with the step");
  await page.getByText(`New column from a formula is now step ${now + 1} of ${count + 2}.`).waitFor({ state: "attached" });
  const down = steps.last().getByRole("button", { name: /^Move down/ });
  check((await down.getAttribute("aria-disabled")) === "true", "the last step cannot be moved down");
  await one.audit("prepare");
  await one.end("prepare");
}
