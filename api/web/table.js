// Tables that become stacked rows on a phone. Their roles are written out, because a table that is
// laid out as blocks loses them.

import { el, figure } from "./dom.js";
import { withHorizon } from "./words.js";

function cell(column, content, numeric) {
  return el("td", { role: "cell", "data-label": column, class: numeric ? "numeric" : null }, content);
}

function table(caption, columns, rows, numericFrom) {
  const heads = columns.map((column, index) =>
    el("th", { role: "columnheader", scope: "col", class: index >= numericFrom ? "numeric" : null }, column));
  return el(
    "table",
    { role: "table", class: "stacking" },
    el("caption", { class: "visually-hidden" }, caption),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...heads)),
    el("tbody", { role: "rowgroup" }, ...rows),
  );
}

/** Segments as rows, the named figures as columns: [["customers", "Customers"], ...]. */
export function figuresTable(caption, segments, named) {
  const columns = named.map(([metric, label]) => column(metric, label, segments));
  const rows = segments.map((segment) =>
    el(
      "tr",
      { role: "row" },
      el("th", { role: "rowheader", scope: "row" }, el("span", { class: "named" }, swatch(segment), el("span", {}, segment.name))),
      ...columns.map(({ metric, label, words }) => {
        const found = segment.figures[metric];
        return cell(label, found ? figure(words(found.text), found.receipt) : "", true);
      }),
    ));
  return table(caption, ["Segment", ...columns.map(({ label }) => label)], rows, 1);
}

/** The table beside an answer: each cell opens its receipt. */
export function answerTable({ title, head, columns, rows }) {
  const lines = rows.map((row) =>
    el(
      "tr",
      { role: "row" },
      el("th", { role: "rowheader", scope: "row" }, el("span", { class: "named" }, row.colour === null ? null : swatch(row), el("span", {}, row.name))),
      ...row.cells.map((found, index) => cell(columns[index].label, found ? figure(found.text, found.receipt) : "", true)),
    ));
  return table(title, [head, ...columns.map(({ label }) => label)], lines, 1);
}

/** A horizon that a whole column shares moves from its cells to its head. */
function column(metric, label, segments) {
  const texts = segments.filter(({ figures }) => figures[metric]).map(({ figures }) => figures[metric].text);
  const horizons = new Set(texts.map((text) => withHorizon(text)[1]));
  const [shared] = horizons;
  if (horizons.size !== 1 || !shared) return { metric, label, words: (text) => text };
  return { metric, label: `${label} ${shared}`, words: (text) => withHorizon(text)[0] };
}

/** Rows of plain cells, the first of each its head. */
export function rowsTable(caption, columns, rows, numericFrom = columns.length) {
  return table(caption, columns, rows.map(([head, ...cells]) =>
    el("tr", { role: "row" }, el("th", { role: "rowheader", scope: "row" }, head),
      ...cells.map((content, index) => cell(columns[index + 1], content, index + 1 >= numericFrom)))), numericFrom);
}

/** The first rows of a file as they are. */
export function sampleTable(columns, sample) {
  const rows = sample.map((row) => el("tr", { role: "row" }, ...columns.map((column) => cell(column, row[column] ?? "", false))));
  return el(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": "First rows of the file" },
    table("First rows of the file", columns, rows, columns.length),
  );
}

/** The colour belongs to the segment, whatever its rank; beyond the eight there is one grey. */
export function colourClass(segment) {
  return Number.isInteger(segment.colour) && segment.colour >= 0 && segment.colour < 8 ? `segment-${segment.colour}` : "segment-rest";
}

export function swatch(segment) {
  return el("span", { class: `swatch ${colourClass(segment)}`, "aria-hidden": "true" });
}
