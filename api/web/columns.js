// What Segue understood of a file, before anything is loaded: columns, first rows, the account of
// the rows, the shop's zone and currency, and one Confirm.

import { post } from "./api.js";
import { button, el, trouble } from "./dom.js";
import { ledgerCard } from "./ledger.js";
import { sampleTable } from "./table.js";
import { currencyField, zoneField } from "./shop.js";
import { bytes, plain } from "./words.js";

/** `preview` is the service's first reading; onConfirm gets the body of the load. */
export function columnsView(uploaded, preview, { onConfirm, onAnother }) {
  const state = { preview };
  const parts = { columns: el("div"), ledger: el("div"), rows: el("div") };
  const zone = zoneField();
  const currency = currencyField();
  const name = el("input", { type: "text", id: "dataset-name", maxlength: "80", value: stem(uploaded.name), "aria-describedby": "dataset-hint" });
  const confirm = button("Confirm and load", () => onConfirm(body()), "primary");
  const waiting = el("p", { class: "confirm-note", role: "status" });

  const body = () => ({
    upload_id: uploaded.upload_id,
    dataset: name.value.trim() || null,
    zone: zone.select.value || null,
    currency: currency.select.value || null,
    mapping: state.preview.mapping,
  });

  const draw = () => {
    parts.columns.replaceChildren(columnsCard(state.preview, remap));
    parts.ledger.replaceChildren(state.preview.ledger ? ledgerCard(state.preview.ledger) : "");
    parts.rows.replaceChildren(rowsCard(state.preview));
    confirm.disabled = !state.preview.ledger;
    waiting.textContent = missingWords(state.preview);
  };

  const remap = async (mapping, focus) => {
    confirm.disabled = true;
    waiting.textContent = "Checking columns";
    try {
      state.preview = await post("/v1/loads/preview", { upload_id: uploaded.upload_id, mapping });
      draw();
      document.getElementById(focus)?.focus();
    } catch (error) {
      parts.ledger.replaceChildren(
        trouble({ title: "These columns cannot be used", message: error.message, kept: "The file stays uploaded.", hint: error.hint }),
      );
      waiting.textContent = "Choose other columns.";
    }
  };

  draw();
  return el(
    "div",
    { class: "columns" },
    el(
      "header",
      { class: "view-head" },
      el("div", {},
        el("h2", { tabindex: "-1" }, "Check what was understood"),
        el("p", { class: "muted" }, `${uploaded.name}, ${bytes(uploaded.size)}. Nothing is loaded yet.`)),
      button("Choose another file", onAnother, "quiet"),
    ),
    parts.columns,
    parts.rows,
    parts.ledger,
    el(
      "section",
      { class: "card" },
      el("h3", {}, "The shop"),
      el("div", { class: "fields" },
        el("div", { class: "field" }, el("label", { for: "dataset-name" }, "Name of the dataset"), name,
          el("p", { class: "small muted", id: "dataset-hint" }, "A new name makes a new dataset; the name of one you have adds to it.")),
        zone.field, currency.field),
    ),
    el("div", { class: "confirm" }, confirm, waiting),
  );
}

function columnsCard(preview, remap) {
  const needed = preview.wanted.filter((wanted) => wanted.needed || preview.missing.includes(wanted.name));
  const optional = preview.wanted.filter((wanted) => !needed.includes(wanted));
  const field = (wanted) => columnField(wanted, preview, remap);
  const unused = preview.ignored.length ? el("p", { class: "small muted" }, `Not used: ${preview.ignored.join(", ")}`) : null;
  return el(
    "section",
    { class: "card" },
    el("h3", {}, "Columns"),
    el("div", { class: "fields" }, ...needed.map(field)),
    optional.length
      ? el("details", {}, el("summary", {}, `More columns (${optional.length})`), el("div", { class: "fields" }, ...optional.map(field)))
      : null,
    unused,
  );
}

function columnField(wanted, preview, remap) {
  const id = `column-${wanted.name}`;
  const theirs = Object.keys(preview.mapping).find((column) => preview.mapping[column] === wanted.name) ?? "";
  const missing = preview.missing.includes(wanted.name);
  const none = wanted.needed ? "Choose a column" : "Not in this file";
  const select = el(
    "select",
    { id, "aria-describedby": `${id}-hint`, "aria-invalid": missing ? "true" : null },
    el("option", { value: "" }, none),
    ...preview.columns.map((column) => el("option", { value: column, selected: column === theirs }, column)),
  );
  select.addEventListener("change", () => remap(remapped(preview.mapping, wanted.name, select.value), id));
  return el(
    "div",
    { class: missing ? "field missing" : "field" },
    el("label", { for: id }, plain(wanted.name), missing ? el("span", { class: "needed" }, "Needed") : null),
    select,
    el("p", { class: "small muted", id: `${id}-hint` }, wanted.meaning),
  );
}

/** One column of theirs stands for one of ours, and the other way round. */
function remapped(mapping, ours, theirs) {
  const kept = Object.entries(mapping).filter(([column, name]) => name !== ours && column !== theirs);
  return Object.fromEntries(theirs ? [...kept, [theirs, ours]] : kept);
}

function rowsCard(preview) {
  if (!preview.sample.length) return "";
  return el("section", { class: "card" }, el("h3", {}, preview.sample.length === 1 ? "The first row" : `The first ${preview.sample.length} rows`),
    sampleTable(preview.columns, preview.sample));
}

function missingWords(preview) {
  if (preview.ledger) return "";
  if (!preview.missing.length) return "Segue cannot read these rows yet.";
  return `Choose the column for: ${preview.missing.map(plain).join(", ")}.`;
}

function stem(name) {
  return name.replace(/\.(csv|tsv|txt|parquet|xlsx|jsonl?)?(\.gz)?$/i, "").replace(/[/\\]/g, " ").slice(0, 80);
}
