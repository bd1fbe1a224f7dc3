// The evidence of the published run: how it was chosen, against what, and why not the others.

import { get } from "./api.js";
import { el, trouble } from "./dom.js";
import { rowsTable } from "./table.js";

const COLUMNS = ["Way", "Segments", "Separation", "Without groups", "Stability", "Told apart", "Later spend", "Rating", "Why not"];
const MEASURES = ["silhouette", "null_95", "stability", "assignability", "outcome"];
const CHECKS = ["Check", "Value", "Wanted", "Held"];
const HELD = new Map([[true, "yes"], [false, "no"], [null, "not measured"]]);
const COMPARED = { outcome: "later spend explained", silhouette: "separation" };

/** Fetched when it is opened: it is long, and most people look at the segments first. */
export function evidenceCard(overview) {
  const body = el("div", {}, el("p", { class: "muted" }, overview.reason));
  const details = el("details", {}, el("summary", {}, "The evidence"), body);
  details.addEventListener("toggle", () => details.open && fill(body, overview.dataset), { once: true });
  return details;
}

async function fill(body, dataset) {
  try {
    const card = await get(`/v1/segments?dataset=${encodeURIComponent(dataset)}`);
    body.append(...overridden(card), ...comparisons(card), ...groupless(card), checks(card), candidates(card));
  } catch (error) {
    body.append(trouble({ title: "The evidence could not be fetched", message: error.message }));
  }
}

function overridden({ overridden: said, automatic }) {
  if (!automatic) return [];
  const choice = `${automatic.method} on ${automatic.feature_space} with ${automatic.k} segments`;
  return [el("p", {}, `${said} The evidence alone would have chosen ${choice} (${automatic.verdict}).`)];
}

function comparisons({ comparisons: found = [] }) {
  return found.map(({ against, measure, difference, low, high }) =>
    el("p", { class: "muted" },
      `Against ${against}: ${signed(difference)} ${COMPARED[measure]} (95 % between ${signed(low)} and ${signed(high)}).`));
}

function groupless({ null: found }) {
  if (!found) return [];
  return [el("p", { class: "muted" },
    `Shops of the same customers without groups show a separation of ${found.mean.toFixed(3)}, and 19 of 20 stay ` +
    `below ${found.percentile_95.toFixed(3)}; natural groups stand beyond ${found.level.toFixed(3)}.`)];
}

function checks(card) {
  const rows = Object.entries(card.checks).map(([name, { value, bound, ok }]) =>
    [name.replaceAll("_", " "), name === "segments" ? String(value ?? "–") : number(value), bound, HELD.get(ok)]);
  return rowsTable("What the chosen segments had to hold", CHECKS, rows);
}

/** One of each method, and all of them only for who wants them: there are hundreds. */
function candidates({ candidates: all }) {
  const every = el("details", {}, el("summary", {}, `All ${all.length} ways to cut that were tried`));
  every.addEventListener("toggle", () => every.open && every.append(tried("All ways that were tried", all)), { once: true });
  return el("div", {}, tried("The best try of each method", bests(all)), every);
}

function bests(all) {
  const found = new Map();
  for (const each of all) {
    const known = found.get(each.method);
    if (!known || promise(each) > promise(known)) found.set(each.method, each);
  }
  return [...found.values()];
}

const promise = (found) => (found.why_not ? found.rating ?? (found.measures.silhouette ?? -1) - 2 : 2);

function tried(caption, found) {
  const rows = found.map((one) => [
    `${one.method} on ${one.space}`,
    one.k || "–",
    ...MEASURES.map((name) => number(one.measures[name])),
    number(one.rating),
    one.why_not || "chosen",
  ]);
  return rowsTable(caption, COLUMNS, rows);
}

const number = (value) => (typeof value === "number" ? value.toFixed(2) : "–");
const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(3);
