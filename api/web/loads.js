// The loads of a dataset, newest first, each with its ledger and dropped rows to open.

import { Problem, get } from "./api.js";
import { el, trouble } from "./dom.js";
import { ledgerCard } from "./ledger.js";
import { count, day } from "./words.js";

export function loadsCard(loads) {
  if (!loads.length) return null;
  return el(
    "section",
    { class: "card loads" },
    el("h3", {}, "What was loaded"),
    el("div", {}, ...loads.map(loadDetails)),
  );
}

function loadDetails(load) {
  const place = el("div", {});
  const details = el(
    "details",
    {},
    el("summary", {},
      el("span", { class: "load-name" }, load.source),
      el("span", { class: "small muted" }, `${day(load.loaded_at)}, ${balance(load)}, version ${load.version}`)),
    place,
  );
  details.addEventListener("toggle", () => details.open && !place.hasChildNodes() && showLedger(place, load));
  return details;
}

/** In one line: what came in, and what became of it. */
export function balance({ rows_in: all, kept, fixed, dropped }) {
  return `${count(all, "row")} = ${count(kept)} kept + ${count(fixed)} mended + ${count(dropped)} dropped`;
}

/** The ledger of a load that is done, with the first rows it dropped. */
export async function showLedger(place, load) {
  place.replaceChildren(el("p", { class: "muted" }, "Reading the ledger"));
  try {
    const { rows } = load.dropped ? await get(`/v1/loads/${encodeURIComponent(load.load_id)}/dropped`) : { rows: [] };
    place.replaceChildren(ledgerCard(load, { title: "What happened to the rows", dropped: rows }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.replaceChildren(trouble({ title: "The ledger could not be read", message: error.message, hint: error.hint }));
  }
}
