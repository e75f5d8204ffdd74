// A network that is watched and steered while it trains, a learning rate that is found, a search for two things, a race of models.
import { check, studio } from "./harness.mjs";

export async function search() {
  const one = await studio();
  const { page } = one;
  await one.openSample("penguins");
  await one.predict("species");
  await one.go("Learn");

  // A rate is found in the middle of a hopeless one, and taken.
  const field = (name) => page.getByRole("textbox", { name, exact: typeof name === "string" });
  const set = async (name, value) => {
    await field(name).fill(value);
    await field(name).press("Tab");
  };
  await set("Learning rate", "0.00001");
  await one.button("Find a learning rate").click();
  const use = page.getByRole("button", { name: /^Use 0?\.?\d/ });
  await use.waitFor({ timeout: 120_000 });
  await one.audit("learn, with rates that were tried");
  await use.click();
  const rate = Number(await field("Learning rate").inputValue());
  check(rate > 0.0005 && rate <= 1, "the rate that was found is in use", rate);

  // While it trains, the network is seen, and another rate is used from an epoch on.
  await set("Epochs", "4000");
  await set(/^Patience/, "4000");
  await one.button(/^Train/).first().click();
  const seen = one.panel("What the network sees");
  await seen.getByText(/after epoch \d+/).first().waitFor({ timeout: 60_000 });
  check(await seen.locator("canvas").count() >= 2, "the plane and the units are drawn");
  await one.audit("learn, while it trains");
  await page.getByRole("button", { name: /^Use this rate from epoch \d+ on/ }).click();
  const epoch = page.getByRole("textbox", { name: /From epoch/ });
  await epoch.first().waitFor();
  const from = Number(await epoch.first().inputValue());
  check(from >= 2, "the change is written into the study", from);
  await page.getByRole("button", { name: "Cancel" }).click();
  await one.idle();
  await set("Epochs", "40");
  await page.getByRole("radio", { name: "Two columns" }).check();
  await one.train();
  await seen.getByText(/after epoch \d+/).first().waitFor();
  check(true, "two columns are shown as well");

  // A search for two things, with its gain and the times of its fits.
  await one.go("Tune");
  await page.getByRole("combobox", { name: /Look for besides/ }).selectOption("size");
  await set("Trials", "8");
  await one.button(/^Search with 8 trials/).click();
  await one.panel("What no other trial beats").waitFor({ timeout: 120_000 });
  await one.idle();
  await one.panel("When the fits ran").waitFor();
  check((await page.getByText("not beaten", { exact: true }).count()) > 0, "trials of the front are marked");
  await one.audit("tune, with two aims");

  // A race of models, stopped by its time; the winner goes into the study.
  await page.getByRole("radio", { name: "Models and preparation" }).check();
  await set("Seconds in all", "24");
  const began = Date.now();
  await one.button("Start the race").click();
  await one.panel("Outcome").waitFor({ timeout: 120_000 });
  const took = (Date.now() - began) / 1000;
  check(took < 40, "the race ends with its time", took);
  await page.getByText(/came out best/).waitFor();
  await one.audit("tune, after a race");
  await page.getByRole("button", { name: /^Take .* into the study/ }).first().click();
  await page.getByText("in use", { exact: true }).first().waitFor();
  await page.getByRole("main").focus();
  await page.keyboard.press("Control+z");
  await page.getByText("in use", { exact: true }).first().waitFor({ state: "detached" });
  check(true, "one undo takes the winner out again");
  await one.end("search");
}
