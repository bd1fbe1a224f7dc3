// The account of a load: rows in = kept + mended + dropped, by reason; what it was worth, what was
// assumed, and the dropped rows themselves.

import { el, svg } from "./dom.js";
import { rowsTable } from "./table.js";
import { count, plain } from "./words.js";

const IMPACT = {
  rows_saved: "Rows saved by mending",
  customers_saved: "Customers saved by mending",
  consistent_before: "Rows in order as they came",
  consistent_after: "Rows in order now",
};

/** `dropped`: rows with line, reason and text; `answers`: what the person said before; `note`. */
export function ledgerCard(ledger, { title = "What happens to the rows", dropped = [], answers = [], note = "" } = {}) {
  return el(
    "section",
    { class: "card ledger" },
    el("h3", {}, title),
    el(
      "p",
      { class: "balance" },
      part(ledger.rows_in, "rows in"), sign("="),
      part(ledger.kept, "kept as they are", "kept"), sign("+"),
      part(ledger.fixed, "mended", "fixed"), sign("+"),
      part(ledger.dropped, "dropped", "dropped"),
    ),
    shares(ledger),
    ledger.customers === undefined ? null : el("p", { class: "muted" }, `${count(ledger.customers, "customer")} in these rows.`),
    note ? el("p", { class: "small muted" }, note) : null,
    ...answers,
    el("div", { class: "reasons" },
      reasons("Mended", ledger.fixed_reasons, overlap(ledger)),
      reasons("Dropped", ledger.dropped_reasons),
      reasons("Kept, and good to know", ledger.noted)),
    assumptions(ledger.assumed),
    droppedRows(dropped, ledger.dropped),
    impact(ledger.impact),
  );
}

function part(number, words, fate = "") {
  const mark = fate ? el("span", { class: `fate ${fate}`, "aria-hidden": "true" }) : null;
  return el("span", { class: "balance-part" }, mark, el("strong", {}, count(number)), ` ${words}`);
}

function sign(text) {
  return el("span", { class: "balance-sign" }, text);
}

/** The three fates as parts of one bar; the words above say the same. */
function shares({ rows_in: all, kept, fixed, dropped }) {
  if (!all) return null;
  const bar = svg("svg", { class: "shares", viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  let left = 0;
  for (const [fate, rows] of [["kept", kept], ["fixed", fixed], ["dropped", dropped]]) {
    const width = (100 * rows) / all;
    if (rows) bar.append(svg("rect", { x: left, y: 0, width: Math.max(width, 0.3), height: 1, class: `fate-${fate}` }));
    left += width;
  }
  return bar;
}

function overlap({ fixed, fixed_reasons: found }) {
  const sum = Object.values(found ?? {}).reduce((total, rows) => total + rows, 0);
  return sum > fixed ? "A row may be mended for several reasons." : "";
}

function reasons(title, found, note = "") {
  const sorted = Object.entries(found ?? {}).sort(([, one], [, other]) => other - one);
  if (!sorted.length) return null;
  const lines = sorted.map(([reason, rows]) => el("li", {}, el("span", {}, reason), el("span", { class: "figure-plain" }, count(rows))));
  return el("div", {}, el("h4", {}, title), el("ul", { class: "reason-list" }, ...lines), note ? el("p", { class: "small muted" }, note) : null);
}

function assumptions(assumed) {
  const found = Object.entries(assumed ?? {});
  if (!found.length) return null;
  const lines = found.map(([topic, text]) => el("li", {}, `${plain(topic)}: ${text}`));
  return el("div", { class: "assumed" }, el("h4", {}, "Assumed"), el("ul", {}, ...lines));
}

function droppedRows(dropped, all) {
  if (!dropped.length) return null;
  const title = dropped.length < all ? `The first ${dropped.length} of ${count(all)} dropped rows` : `The ${count(all, "dropped row")}`;
  const rows = dropped.map(({ line, reason, text }) => [count(line), reason, text]);
  return el("details", { class: "dropped" }, el("summary", {}, title), rowsTable(title, ["Line", "Reason", "The row as it stood"], rows));
}

function impact(found) {
  const known = Object.keys(IMPACT).filter((name) => found?.[name]);
  if (!known.length) return null;
  const lines = known.map((name) => el("li", {},
    el("span", { class: "impact-value" }, measure(name, found[name].value)),
    el("span", {}, IMPACT[name]),
    el("span", { class: "small muted" }, `${found[name].formula} (${Object.entries(found[name].counts).map(([what, rows]) => `${plain(what).toLowerCase()} ${count(rows)}`).join(", ")})`)));
  return el("details", { class: "impact" }, el("summary", {}, "What the cleaning was worth"), el("ul", { class: "impact-list" }, ...lines));
}

function measure(name, value) {
  return name.startsWith("consistent") ? `${(100 * value).toFixed(1)}%` : count(value);
}
