// The receipt of a figure: what it is, where it comes from, and the same work done again.

import { get, post } from "./api.js";
import { announce, button, el, figure, trouble } from "./dom.js";
import { count, day, plain, seconds } from "./words.js";

const sheet = () => document.getElementById("receipt");

export function startReceipts() {
  document.addEventListener("click", (event) => {
    const figure = event.target.closest?.("[data-receipt]");
    if (figure) open(figure.dataset.receipt);
  });
  sheet().addEventListener("click", (event) => {
    if (event.target === sheet()) sheet().close(); // the veil around it
  });
}

async function open(id) {
  const body = el("div", { class: "sheet-body" }, el("p", { class: "muted" }, "Reading the receipt"));
  const head = el(
    "header",
    { class: "sheet-head" },
    el("h2", { id: "receipt-title" }, "Where this figure comes from"),
    button("Close", () => sheet().close()),
  );
  sheet().replaceChildren(head, body);
  if (!sheet().open) sheet().showModal();
  try {
    body.replaceChildren(...card(await get(`/v1/receipts/${encodeURIComponent(id)}`)));
    announce("The receipt is open.");
  } catch (error) {
    body.replaceChildren(
      trouble({ title: "The receipt could not be read", message: error.message, hint: error.hint }, button("Try again", () => open(id))),
    );
  }
}

function card(receipt) {
  const about = receipt.about.charAt(0).toUpperCase() + receipt.about.slice(1);
  return [
    el("div", {}, el("p", { class: "receipt-figure" }, receipt.text), el("p", { class: "receipt-about" }, about)),
    el("p", {}, story(receipt)),
    el("dl", { class: "facts" }, ...lines(receipt)),
    again(receipt),
    el("p", { class: "receipt-id" }, "Receipt ", receipt.receipt),
  ];
}

function story(receipt) {
  const from = receipt.operands?.length
    ? `Calculated from ${count(receipt.operands.length, "other figure")}, each with its own receipt`
    : `Worked out from ${count(receipt.rows, "row")} of version ${receipt.version} of the data`;
  return `${from}, with what was known on ${day(receipt.as_of)}. No figure here is written by a language model.`;
}

function lines(receipt) {
  const found = [
    ["Counts", receipt.meaning],
    ["Here", receipt.formula],
    ["Period", receipt.period.words],
    ["Rows", count(receipt.rows)],
    ["Only", (receipt.filters ?? []).map(said).join("; ")],
    ["Snapshot", receipt.snapshot],
    ["Tool", receipt.tool],
    ["Asked with", Object.keys(receipt.arguments ?? {}).length ? said(receipt.arguments) : ""],
    ["Took", receipt.seconds === undefined ? "" : seconds(receipt.seconds)],
  ];
  const shown = found.filter(([, text]) => text).flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]);
  if (!receipt.operands?.length) return shown;
  const operands = receipt.operands.map((id, index) => el("li", {}, figure(`Figure ${index + 1}`, id)));
  return [...shown, el("dt", {}, "Made from"), el("dd", {}, el("ul", {}, ...operands))];
}

function said(value) {
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(said).join(", ");
  return Object.entries(value).map(([name, part]) => `${plain(name).toLowerCase()} ${said(part)}`).join(", ");
}

function again(receipt) {
  const outcome = el("div", { role: "status" });
  const work = button("Work it out again", async () => {
    work.disabled = true;
    outcome.replaceChildren(el("p", { class: "muted" }, "Working it out again"));
    try {
      outcome.replaceChildren(...compared(await post(`/v1/receipts/${encodeURIComponent(receipt.receipt)}/rerun`, {})));
    } catch (error) {
      outcome.replaceChildren(el("p", { class: "again-changed" }, `${error.message} ${error.hint}`));
    }
    work.disabled = false;
  });
  const why = el("p", { class: "small muted" }, "The same tool runs on the same version of the data.");
  return el("div", { class: "receipt-again" }, work, why, outcome);
}

function compared(receipt) {
  if (JSON.stringify(receipt.rerun_value) === JSON.stringify(receipt.value)) {
    return [el("p", { class: "again-same" }, `The same: ${receipt.rerun_text}.`)];
  }
  if (receipt.rerun_text === receipt.text) {
    return [el("p", { class: "again-same" }, `The same to the digits shown: ${receipt.rerun_text}.`)];
  }
  const why = receipt.changed_by ? `Changed by ${said(receipt.changed_by)}.` : "";
  return [el("p", { class: "again-changed" }, `Changed: it was ${receipt.text} and is now ${receipt.rerun_text}. ${why}`)];
}
