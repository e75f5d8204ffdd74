// Journeys in real browsers on the page in `dist`. Use: node tests/browser/run.mjs [NAME ...]
// Pictures and downloads are kept in target/browser.
import { run } from "./harness.mjs";
import { adult, autoMpg, titanic } from "./journeys.mjs";
import { depth } from "./depth.mjs";
import { paced, search } from "./search.mjs";
import { firefox } from "./firefox.mjs";
import { goal, prepare } from "./forms.mjs";
import { segments } from "./segments.mjs";
import * as skeleton from "./skeleton.mjs";
import * as faults from "./faults.mjs";
import * as trust from "./trust.mjs";

await run({ ...skeleton, ...faults, ...trust, goal, prepare, segments, depth, paced, search, titanic, adult, autoMpg, firefox });
