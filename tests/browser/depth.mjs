// Learning in depth: presets, the network's health, a proposal that is tried, models beside the network, one against another,
// whether more rows would help.
import { check, studio } from "./harness.mjs";

export async function depth() {
  const one = await studio();
  const { page } = one;
  await one.openSample("titanic");
  await one.predict("survived");
  await one.go("Learn");

  // A preset brings its settings and its preparation, and one undo takes both back.
  const preset = page.getByRole("combobox", { name: "Start from" });
  const now = () => preset.evaluate((box) => box.value);
  check((await now()) === "usual", "the network starts as usual", await now());
  await preset.selectOption("strong");
  await page.getByText(/RealMLP/).waitFor();
  await one.go("Prepare");
  await page.getByText("Soft bounds").filter({ visible: true }).first().waitFor();
  check(true, "the strong preset brings its preparation");
  await page.getByRole("main").focus();
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => ![...document.querySelectorAll("main b")].some((b) => b.textContent === "Soft bounds" && b.checkVisibility()));
  await one.go("Learn");
  check((await now()) === "usual", "one undo takes preset and preparation back", await now());
  await preset.selectOption("plain");
  await page.getByText(/logistic or linear model, trained step by step/i).waitFor();
  await page.getByRole("textbox", { name: "Epochs", exact: true }).fill("12");
  await page.getByRole("textbox", { name: "Epochs", exact: true }).press("Tab");
  check((await now()) === "own", "settings of one's own are called so", await now());
  // A rate with which nothing is learned.
  await page.getByRole("textbox", { name: "Learning rate" }).fill("0.00001");
  await page.getByRole("textbox", { name: "Learning rate" }).press("Tab");

  // Boosted trees beside it.
  await page.locator("summary[aria-label='Add a model']").click();
  await one.button("Gradient boosting").click();
  await page.getByRole("tab", { name: "Gradient boosting" }).waitFor();
  await page.getByRole("tab", { name: "Neural network" }).click();
  await one.train();
  const curve = page.getByRole("combobox", { name: "Curve shown" });
  for (const id of ["gradient", "update", "weights", "loss"]) {
    await curve.selectOption(id);
    check((await page.locator("canvas, svg").count()) > 0, `the curve of ${id} is drawn`);
  }
  await one.audit("learn, with a preset and health");

  // What the curves propose is tried when it is accepted.
  const proposal = page.getByRole("button", { name: /^Try / });
  check((await proposal.count()) > 0, "a short training has a proposal");
  if ((await proposal.count()) > 0) {
    await proposal.first().click();
    await page.getByRole("tab", { name: "Neural network 2" }).waitFor();
    await one.page.locator(".busy").waitFor({ timeout: 10_000 }).catch(() => {});
    await one.idle();
    check(true, "the proposal stands beside what it is to beat");
  }
  await page.getByRole("button", { name: "Find out" }).waitFor({ timeout: 120000 });
  await page.getByRole("button", { name: "Find out" }).click();
  await page.getByText(/More rows would (help|hardly help)/).waitFor({ timeout: 120000 });
  await one.audit("learn, with the score by rows");

  await one.go("Judge");
  await one.panel("Compare").getByText(/(better than|practically equal).*with probability/).first().waitFor();
  check(true, "two models are held against each other");
  const figures = one.panel("All figures");
  await figures.getByText("Each fold", { exact: true }).click();
  check((await figures.getByRole("columnheader", { name: "Fold 5" }).count()) === 1, "each fold has its figures");
  check((await figures.getByText(/^[\d.-]+ ± [\d.]+$/).count()) > 5, "every figure has its mean and deviation over the folds");
  await one.audit("judge, with a comparison");

  // What a training takes is told; a rate that is far too large is told as well, with one that was tried.
  await one.go("Learn");
  await page.getByRole("tab", { name: "Neural network", exact: false }).first().click();
  await one.panel("Network").first().getByText(/^at most [\d.]+ (ms|s|min)$/).waitFor({ timeout: 30_000 });
  await page.getByRole("textbox", { name: "Learning rate" }).fill("9");
  await page.getByRole("textbox", { name: "Learning rate" }).press("Tab");
  await one.train();
  await page.getByText(/^The loss ran away in epoch \d/).filter({ visible: true }).first().waitFor();
  await one.audit("learn, with a loss that ran away");
  await page.getByRole("button", { name: /^Try the rate 0\.\d/ }).click();
  await page.locator(".busy").waitFor({ timeout: 10_000 }).catch(() => {});
  await one.idle();
  check((await page.getByText(/^The loss ran away in epoch \d/).filter({ visible: true }).count()) === 0, "with the rate that was tried it does not");
  await one.end("depth");
}
