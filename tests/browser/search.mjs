// A network that is watched and steered while it trains, slow motion and single epochs, a learning rate that is found, a search
// for two things, a race of models.
import { check, studio } from "./harness.mjs";

/// Slow motion and single epochs show more and change nothing.
export async function paced() {
  const settings = async (one) => {
    await one.openSample("penguins");
    await one.predict("species");
    await one.go("Learn");
    for (const [name, value] of [["Epochs", "24"], [/^Patience/, "24"]]) {
      const field = one.page.getByRole("textbox", { name, exact: typeof name === "string" });
      await field.fill(value);
      await field.press("Tab");
    }
  };
  const figures = async (one) => {
    await one.go("Judge");
    return one.panel("Models").getByRole("table").innerText();
  };
  const plain = await studio({ workers: 2 });
  await settings(plain);
  await plain.train();
  const wanted = await figures(plain);
  await plain.end("at full pace");

  const one = await studio({ workers: 2 });
  const { page } = one;
  await settings(one);
  const seen = one.panel("What the network sees");
  await seen.getByRole("switch", { name: /^Slow/ }).click();
  await one.button(/^Train/).first().click();
  const note = seen.getByText(/^epoch \d+$/).first();
  await note.waitFor({ timeout: 60_000 });
  const epoch = async () => Number((await note.innerText()).match(/epoch (\d+)/)[1]);
  const after = async (least) => {
    const start = Date.now();
    while ((await epoch()) < least && Date.now() - start < 20_000) await page.waitForTimeout(20);
    return (Date.now() - start) / 1000;
  };
  const first = await epoch();
  const took = await after(first + 4);
  check(first <= 3 && took > 1.2 && took < 6, "slow motion shows about two epochs a second", { first, took });

  const bar = page.getByRole("group", { name: "Training" });
  await bar.getByRole("button", { name: "Pause", exact: true }).click();
  await page.waitForTimeout(1000);
  const held = await epoch();
  const step = bar.getByRole("button", { name: /^One epoch/ });
  // A picture that has the focus keeps it, whatever it shows next.
  const picture = seen.getByRole("img").first();
  await picture.evaluate((canvas) => canvas.focus({ preventScroll: true }));
  await step.evaluate((button) => button.click());
  await after(held + 1);
  check(await picture.evaluate((canvas) => document.activeElement === canvas), "the pictures stay while they are drawn anew");
  await page.waitForTimeout(1500);
  check((await epoch()) === held + 1, "a step is one epoch, then it is paused again", { held, now: await epoch() });
  await one.audit("learn, paused after a step");
  await step.focus();
  await page.keyboard.press("Enter");
  await after(held + 2);
  await page.waitForTimeout(1500);
  check((await epoch()) === held + 2, "a step by the keyboard as well", { held, now: await epoch() });
  check(await bar.getByText("paused").isVisible(), "the bar says that it is paused");
  await bar.getByRole("switch", { name: /^Slow/ }).click();
  await bar.getByRole("button", { name: "Go on" }).click();
  await one.idle();
  check((await figures(one)) === wanted, "the figures are those of a training at full pace", wanted);
  await one.end("paced");
}

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
  await seen.getByText(/^epoch \d+$/).first().waitFor({ timeout: 60_000 });
  check(await seen.locator("canvas").count() >= 3, "the plane, the units and their activity are drawn");
  await seen.getByRole("img", { name: /^How active the units are\. Values of \d+ hidden units .* asleep\.$/ }).waitFor();
  const weights = one.panel("Network").getByRole("img", { name: /The largest weight that is drawn, .*, leads from .* to / });
  await weights.waitFor();
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
  await seen.getByText(/^epoch \d+$/).first().waitFor();
  check(true, "two columns are shown as well");
  // Afterwards the weights are still there, with the names of columns, as a table too.
  await weights.waitFor();
  await one.panel("Network").getByText(/^weights of the first fold, after epoch \d+$/).waitFor();
  const network = one.panel("Network").first();
  await network.getByLabel("More of Network").click();
  await one.button("Show the numbers", network).click();
  await network.getByRole("columnheader", { name: "Weight", exact: true }).waitFor();
  check(await network.getByRole("cell", { name: /_mm|_g/ }).count() > 0, "the table of the weights names the columns");

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

  // A trial of one's own, by keyboard, beginning with the best values; what is wrong is told in the dialog.
  await one.button("Try your own", one.panel("Trials")).focus();
  await page.keyboard.press("Enter");
  const own = page.getByRole("dialog", { name: "A trial of your own" });
  const rateBox = own.getByRole("textbox", { name: "Learning rate" });
  await rateBox.fill("-3");
  await rateBox.press("Tab");
  await own.getByRole("alert").waitFor();
  await one.audit("tune, a trial of one's own");
  await rateBox.fill("0.0123");
  await rateBox.press("Tab");
  await own.getByRole("alert").waitFor({ state: "detached" });
  await own.getByRole("button", { name: "Try these values" }).focus();
  await page.keyboard.press("Enter");
  await one.panel("Trials").getByRole("row").nth(9).waitFor({ timeout: 60_000 });
  await one.idle();
  const last = await one.panel("Trials").getByRole("row").nth(9).innerText();
  check(/yours/.test(last) && /0\.0123/.test(last), "a trial of one's own is tried next and marked", last);
  await page.getByText("1 trial of your own", { exact: true }).waitFor();
  await set("Trials", "8");
  await one.button(/^Remove the trials of your own/).click();
  await page.getByText("1 trial of your own", { exact: true }).waitFor({ state: "detached" });
  await one.button(/^Search with 8 trials/).click();
  await one.panel("What no other trial beats").waitFor({ timeout: 120_000 });
  await one.idle();

  // Some trials alone are looked at: by keyboard, and by drawing along an axis.
  const parallel = one.panel("Parameters and score");
  const lower = parallel.getByRole("slider", { name: /^from/ });
  await lower.focus();
  for (let step = 0; step < 3; step++) await page.keyboard.press("PageUp");
  await parallel.getByText("1 axis narrowed", { exact: true }).waitFor();
  await parallel.getByRole("img", { name: /\d of 8 are looked at\.$/ }).waitFor();
  await one.button("Look at all", parallel).click();
  const plot = await parallel.locator("canvas").boundingBox();
  await page.mouse.move(plot.x + 30, plot.y + 0.75 * plot.height);
  await page.mouse.down();
  await page.mouse.move(plot.x + 30, plot.y + 0.4 * plot.height, { steps: 5 });
  await page.mouse.up();
  await parallel.getByText("1 axis narrowed", { exact: true }).waitFor();
  await one.audit("tune, some trials alone");
  await one.button("Look at all", parallel).click();

  // A search that is stopped keeps its trials and goes on from them.
  await set("Trials", "2000");
  const inFocus = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText);
  await one.button(/^Search with 2,?000 trials/).focus();
  await page.keyboard.press("Enter");
  const trials = one.panel("Trials");
  await trials.getByRole("row").nth(3).waitFor({ timeout: 60_000 });
  check(/^Stop here/.test(await inFocus()), "the focus goes from the start of a search to its stop", await inFocus());
  await page.keyboard.press("Enter");
  await one.idle();
  check(/^Search with/.test(await inFocus()), "the focus goes from the stop to the start", await inFocus());
  const kept = await trials.getByRole("row").count();
  await one.button(/^Go on for \d+ more/, trials).click();
  await one.idle();
  check((await trials.getByRole("row").count()) > kept, "a stopped search goes on from its trials", kept);

  // A search ends with its time and says what it has gained.
  await set("Seconds at most", "4");
  const start = Date.now();
  await one.button(/^Search with/).click();
  await page.locator(".busy").waitFor();
  await one.idle();
  const seconds = (Date.now() - start) / 1000;
  check(seconds < 4 + 2 + 1, "a search ends within two seconds of its time", seconds);

  // Where the best value lies at the end of its range, one button widens it and goes on.
  await page.getByRole("combobox", { name: "Model", exact: true }).selectOption({ label: "Logistic regression" });
  await page.getByRole("combobox", { name: /Look for besides/ }).selectOption("none");
  const range = page.getByRole("group", { name: /^C \(freedom/ });
  for (const [end, value] of [["From", "0.01"], ["To", "1"]]) {
    await range.getByRole("textbox", { name: end, exact: true }).fill(value);
    await range.getByRole("textbox", { name: end, exact: true }).press("Tab");
  }
  await set("Seconds at most", "0");
  await set("Trials", "12");
  await one.button(/^Search with 12 trials/).click();
  await page.locator(".busy").waitFor();
  await one.idle();
  await page.getByText(/lies at the upper end of its range/).waitFor();
  await one.button("Widen and go on").click();
  await page.locator(".busy").waitFor();
  await one.idle();
  const widest = Number(await range.getByRole("textbox", { name: "To", exact: true }).inputValue());
  check(widest > 1 && (await trials.getByRole("row").count()) === 1 + 12 + 20, "a range is widened and the search goes on", widest);
  await one.audit("tune, within a wider range");

  // A race of models, stopped by its time; the winner goes into the study.
  await page.getByRole("radio", { name: "Models and preparation" }).click();
  await set("Seconds in all", "24");
  const began = Date.now();
  await one.button("Start the race").click();
  await one.panel("Outcome").waitFor({ timeout: 120_000 });
  const took = (Date.now() - began) / 1000;
  check(took < 40, "the race ends with its time", took);
  await page.getByText(/came out best/).waitFor();
  await one.audit("tune, after a race");
  await one.reload();
  await page.getByText(/came out best/).waitFor({ timeout: 60_000 });
  await page.getByRole("radio", { name: "One model" }).click();
  await one.panel("When the fits ran").waitFor();
  check(true, "race, search and timeline are there after a reload");
  await page.getByRole("radio", { name: "Models and preparation" }).click();
  await page.getByRole("button", { name: /^Take .* into the study/ }).first().click();
  await page.getByText("in use", { exact: true }).first().waitFor();
  await page.getByRole("main").focus();
  await page.keyboard.press("Control+z");
  await page.getByText("in use", { exact: true }).first().waitFor({ state: "detached" });
  check(true, "one undo takes the winner out again");

  // Models of the study put together, each with its weight.
  await one.go("Learn");
  await page.locator("summary", { hasText: /^Add$/ }).click();
  await page.getByRole("button", { name: "Voting", exact: true }).click();
  await page.getByRole("radio", { name: "own models" }).click();
  for (const name of ["Neural network", "Random forest"]) {
    await page.locator("summary", { hasText: "Add a model of the study" }).click();
    await one.panel("Voting").getByRole("button", { name, exact: true }).click();
  }
  const weight = page.getByRole("textbox", { name: "Weight of Random forest" });
  await weight.fill("0");
  await weight.press("Tab");
  await page.getByText("A weight is from 0.001 to 1000.").waitFor();
  await weight.fill("2");
  await weight.press("Tab");
  await one.audit("learn, models put together");
  await page.locator("summary", { hasText: "Add a model of the study" }).click();
  await one.panel("Voting").getByRole("button", { name: "Neural network", exact: true }).click();
  await page.getByRole("button", { name: "Remove Neural network" }).last().focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove Neural network" }).nth(1).waitFor({ state: "detached" });
  check(await page.evaluate(() => document.activeElement !== document.body), "the focus stays near what was removed", await inFocus());
  await one.train();
  await one.go("Judge");
  check((await one.panel("Models").getByRole("row", { name: /Voting/ }).count()) === 1, "the mean is judged beside its members");
  await one.end("search");
}
