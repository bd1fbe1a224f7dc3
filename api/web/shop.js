// Where the shop lives and what it counts its money in; both may be left to be assumed.

import { el } from "./dom.js";

const USUAL = ["EUR", "GBP", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "CNY", "INR", "AUD", "CAD"];

export function zoneField() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [own, ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== own)];
  const options = zones.map((zone) => option(zone, zone === own ? `${zone} (this computer)` : zone));
  return field("zone", "Time zone", [option("", "Not said: UTC is assumed"), ...options], "Decides which day an order falls on.");
}

export function currencyField() {
  const names = new Intl.DisplayNames(["en"], { type: "currency" });
  const rest = Intl.supportedValuesOf("currency").filter((code) => !USUAL.includes(code));
  const options = [...USUAL, ...rest].map((code) => option(code, `${code}, ${names.of(code)}`));
  return field("currency", "Currency", [option("", "Not said: as in the file, else unknown"), ...options], "Amounts are shown in it, never converted.");
}

function option(value, text) {
  return el("option", { value }, text);
}

function field(name, label, options, hint) {
  const id = `shop-${name}`;
  const select = el("select", { id, "aria-describedby": `${id}-hint` }, ...options);
  const view = el("div", { class: "field" }, el("label", { for: id }, label), select, el("p", { class: "small muted", id: `${id}-hint` }, hint));
  return { field: view, select };
}
