// The account of a load: rows in = kept + mended + dropped, by reason, and what was assumed.

import { el } from "./dom.js";
import { count } from "./words.js";

export function ledgerCard(ledger) {
  return el(
    "section",
    { class: "card" },
    el("h3", {}, "What happens to the rows"),
    el(
      "p",
      { class: "balance" },
      part(ledger.rows_in, "rows in"), sign("="),
      part(ledger.kept, "kept as they are"), sign("+"),
      part(ledger.fixed, "mended"), sign("+"),
      part(ledger.dropped, "dropped"),
    ),
    ledger.customers === undefined ? null : el("p", { class: "muted" }, `${count(ledger.customers, "customer")} in these rows.`),
    el("div", { class: "reasons" },
      reasons("Mended", ledger.fixed_reasons),
      reasons("Dropped", ledger.dropped_reasons),
      assumptions(ledger.assumed)),
  );
}

function part(number, words) {
  return el("span", { class: "balance-part" }, el("strong", {}, count(number)), ` ${words}`);
}

function sign(text) {
  return el("span", { class: "balance-sign" }, text);
}

function reasons(title, found) {
  const sorted = Object.entries(found ?? {}).sort(([, one], [, other]) => other - one);
  if (!sorted.length) return null;
  const lines = sorted.map(([reason, rows]) => el("li", {}, el("span", {}, reason), el("span", { class: "figure-plain" }, count(rows))));
  return el("div", {}, el("h4", {}, title), el("ul", { class: "reason-list" }, ...lines));
}

function assumptions(assumed) {
  const found = Object.entries(assumed ?? {});
  if (!found.length) return null;
  const lines = found.map(([topic, text]) => el("li", {}, el("span", {}, `${topic}: ${text}`)));
  return el("div", {}, el("h4", {}, "Assumed"), el("ul", { class: "reason-list" }, ...lines));
}
