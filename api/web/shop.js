// Where records go: the dataset, where its shop lives and what it counts its money in; zone and
// currency may be left to be assumed, and a dataset that is there has its own.

import { el } from "./dom.js";

const USUAL = ["EUR", "GBP", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "CNY", "INR", "AUD", "CAD"];

/** `said()` is the shop's part of a load; onChange is called when the person changed it. */
export function shopCard(file, datasets, onChange) {
  const zone = zoneField();
  const currency = currencyField();
  const known = el("datalist", { id: "dataset-names" }, ...datasets.map(({ name }) => el("option", { value: name })));
  const name = el("input", { type: "text", id: "dataset-name", maxlength: "80", list: "dataset-names", value: stem(file), "aria-describedby": "dataset-hint" });
  let touched = false;
  const existing = () => datasets.find((dataset) => dataset.name === name.value.trim());
  const settle = () => [zone, currency].forEach(({ field }) => { field.hidden = Boolean(existing()); });
  name.addEventListener("change", () => { touched = true; settle(); onChange(); });
  for (const { select } of [zone, currency]) select.addEventListener("change", onChange);
  return {
    view: el(
      "section",
      { class: "card" },
      el("h3", {}, "Where it goes"),
      el("div", { class: "fields" },
        el("div", { class: "field" }, el("label", { for: "dataset-name" }, "Name of the dataset"), name, known,
          el("p", { class: "small muted", id: "dataset-hint" }, "A new name makes a new dataset; the name of one you have adds to it, with its time zone and currency.")),
        zone.field, currency.field),
    ),
    said: () => ({ dataset: name.value.trim() || null, ...(existing() ? {} : { zone: zone.select.value || null, currency: currency.select.value || null }) }),
    adds: () => Boolean(existing()),
    /** What is no order belongs to the shop that is there, unless the person says otherwise. */
    know: ({ kind }) => {
      if (!touched && datasets.length && kind !== "transactions" && !existing()) {
        name.value = datasets[0].name;
        touched = true;
        settle();
        onChange();
      }
    },
  };
}

function stem(name) {
  return name.replace(/\.(csv|tsv|txt|parquet|xlsx|jsonl?)?(\.gz)?$/i, "").replace(/[/\\]/g, " ").slice(0, 80);
}

function zoneField() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [own, ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== own)];
  const options = zones.map((zone) => option(zone, zone === own ? `${zone} (this computer)` : zone));
  return field("zone", "Time zone", [option("", "Not said: UTC is assumed"), ...options], "Decides which day an order falls on.");
}

function currencyField() {
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
