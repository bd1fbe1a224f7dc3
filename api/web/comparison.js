// The first rows of a file beside the records they become.

import { el } from "./dom.js";
import { rowsTable } from "./table.js";
import { count, plain } from "./words.js";

const INSIDE = ["event_id", "load_id", "attributes"]; // of no use to a person here

/** `preview`: before_after, mapping and currency as the service gives them. */
export function comparisonCard(preview) {
  const rows = preview.before_after.map((row) => rowDetails(row, preview.mapping));
  return el(
    "section",
    { class: "card" },
    el("h3", {}, rows.length === 1 ? "The first row before and after" : `The first ${rows.length} rows before and after`),
    el("div", { class: "comparison" }, ...rows),
  );
}

function rowDetails(row, mapping) {
  const summary = el("summary", {}, el("span", { class: `fate ${fate(row)}`, "aria-hidden": "true" }), `Line ${count(row.line)}: ${fateWords(row)}`);
  return el("details", {}, summary, rowsTable(`Line ${row.line} before and after`, ["Column", "Before", "After"], cells(row, mapping)));
}

function fate({ after, reasons }) {
  return after === null ? "dropped" : reasons.length ? "fixed" : "kept";
}

function fateWords(row) {
  const words = row.reasons.join(", ");
  return { kept: "kept as it is", fixed: `mended, ${words}`, dropped: `dropped, ${words}` }[fate(row)];
}

function cells({ before, after }, mapping) {
  const read = Object.entries(before).map(([theirs, cell]) => {
    const ours = mapping[theirs];
    const became = ours && after ? said(after[ours]) : "";
    return [theirs, cell ?? "", became || (after && ours ? "worked into other columns" : "")];
  });
  const given = new Set(Object.values(mapping));
  const worked = Object.entries(after ?? {})
    .filter(([ours, value]) => !given.has(ours) && !INSIDE.includes(ours) && value !== null)
    .map(([ours, value]) => [`${plain(ours)} (worked out)`, "", said(value)]);
  return [...read, ...worked];
}

function said(value) {
  if (value === null || value === undefined) return "";
  const text = String(value);
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}
