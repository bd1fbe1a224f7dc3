// The first rows of a file beside the records they become.

import { el } from "./dom.js";
import { rowsTable } from "./table.js";
import { count, money, plain } from "./words.js";

const INSIDE = ["event_id", "load_id", "attributes", "local_hour", "weekday"]; // of no use to a person here

/** `preview`: compared, mapping and currency as the service gives them. */
export function comparisonCard(preview) {
  const rows = preview.compared.map((row) => rowDetails(row, preview));
  return el(
    "section",
    { class: "card" },
    el("h3", {}, rows.length === 1 ? "The first row before and after" : `The first ${rows.length} rows before and after`),
    el("div", { class: "comparison" }, ...rows),
  );
}

function rowDetails(row, preview) {
  const summary = el("summary", {}, el("span", { class: `fate ${fate(row)}`, "aria-hidden": "true" }), `Line ${count(row.line)}: ${fateWords(row)}`);
  return el("details", {}, summary, rowsTable(`Line ${row.line} before and after`, ["Column", "Before", "After"], cells(row, preview)));
}

function fate({ after, reasons }) {
  return after === null ? "dropped" : reasons.length ? "fixed" : "kept";
}

function fateWords(row) {
  const words = row.reasons.join(", ");
  return { kept: "kept as it is", fixed: `mended, ${words}`, dropped: `dropped, ${words}` }[fate(row)];
}

function cells({ before, after }, { mapping, currency }) {
  const read = Object.entries(before).map(([theirs, cell]) => [theirs, cell ?? "", became(cell ?? "", mapping[theirs], after)]);
  const given = new Set(Object.values(mapping));
  const worked = Object.entries(after ?? {})
    .filter(([ours, value]) => !given.has(ours) && !INSIDE.includes(ours) && value !== null)
    .map(([ours, value]) => [`${plain(ours.replace(/_minor$/, ""))} (worked out)`, "", ours.endsWith("_minor") ? money(value, currency) : said(value)]);
  return [...read, ...worked];
}

/** What a cell became; a change is shown as one. */
function became(cell, ours, after) {
  if (!ours || after === null) return "";
  if (!(ours in after)) return cell ? "worked into other columns" : "";
  const text = said(after[ours]);
  return text === cell ? text : el("span", { class: "changed" }, text || "left empty");
}

function said(value) {
  if (value === null || value === undefined) return "";
  const text = String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return `${text.slice(0, 16).replace("T", " ")} UTC`;
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text;
}
