// Segments of the rows: found, told, looked at closely, by three ways, and one of them as a feature.
import { check, studio } from "./harness.mjs";

export async function segments() {
  const one = await studio();
  const { page } = one;
  await one.openSample("penguins");
  await one.predict("species");
  await one.go("Explore");
  await page.getByRole("radio", { name: "Segments" }).click();
  const profiles = one.panel("What each is like");
  const names = profiles.getByRole("rowheader").getByRole("button", { name: /^Segment \d/ });
  const segments = async (count) =>
    page.waitForFunction(
      (count) => [...document.querySelectorAll("table.segments > tbody > tr > th button")].length === count && !document.querySelector('.lately[data-late="true"]'),
      count,
      { timeout: 60_000 },
    );
  await profiles.waitFor({ timeout: 60_000 });
  await one.idle();
  check((await one.panel("How many suit").locator("canvas").count()) === 1, "the silhouettes of two to ten segments are drawn");
  check((await one.panel("Where the rows lie").locator("canvas").count()) === 1, "the rows are drawn");
  check((await names.count()) >= 2, "segments are told");
  await one.audit("explore, segments");

  // As many as one says.
  await page.getByRole("radio", { name: "As I say" }).click();
  await segments(3);
  const words = await profiles.getByRole("row").nth(1).textContent();
  check(/(higher|lower|mostly|more often|less often) /.test(words), "a segment is told in words", words);
  await names.first().click();
  await profiles.getByRole("columnheader", { name: "Difference" }).waitFor();
  check((await names.first().getAttribute("aria-expanded")) === "true", "a segment is open");
  await one.audit("explore, a segment closely");
  await one.pictures("explore-segments");

  // A hierarchy has its tree; density finds the number itself, and a number that was said stays.
  await page.getByRole("radio", { name: "Hierarchy" }).click();
  await one.panel("Hierarchy").locator("canvas").waitFor({ timeout: 60_000 });
  await segments(3);
  await one.picture("explore-segments-hierarchy");
  await page.getByRole("radio", { name: "Density" }).click();
  await one.panel("Hierarchy").waitFor({ state: "detached", timeout: 60_000 });
  await one.panel("How many suit").getByText("Reach").waitFor();
  await one.audit("explore, segments by density");
  await page.getByRole("radio", { name: "k-means" }).click();
  await one.idle();

  // Columns are chosen; the target is not among them.
  await page.getByText(/^Compared by \d+ columns?$/).click();
  const ticks = page.getByRole("group", { name: "Columns by which rows are compared" });
  check((await ticks.getByRole("checkbox", { name: "species" }).count()) === 0, "the target takes no part");
  await ticks.getByRole("checkbox", { name: "island" }).uncheck();
  await page.getByText("Take the usual ones").waitFor();
  await one.idle();

  // The segment becomes a feature by one edit.
  await one.button(/^Add the segment as a feature/).click();
  await one.button(/^The segment is a feature/).waitFor();
  await one.go("Prepare");
  const step = one.panel("Steps").getByRole("listitem").filter({ hasText: "Segments" });
  await step.waitFor();
  await page.getByText("segment_1").first().waitFor({ timeout: 60_000 });
  check(true, "the step makes its columns");
  await page.getByRole("main").focus();
  await page.keyboard.press("Control+z");
  await step.waitFor({ state: "detached" });
  check(true, "one undo takes the step back");
  await one.end("segments");
}
