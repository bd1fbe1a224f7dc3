// The four kinds of records, and the card that says which one a file holds.

import { el } from "./dom.js";

export const KINDS = {
  transactions: { title: "Orders", rows: "the orders", words: "One row is one line of one order: who bought what, when, for how much." },
  customers: { title: "Customers", rows: "the customers", words: "One row says something of one customer." },
  events: { title: "Events", rows: "the events", words: "One row is one thing somebody did: looked, searched, put in a cart." },
  texts: { title: "Texts", rows: "the texts", words: "One row is something a customer wrote: a review, a message." },
};

export function kindCard(preview, onChoose) {
  const options = Object.entries(KINDS).map(([kind, { title }]) => el("option", { value: kind, selected: kind === preview.kind }, title));
  const select = el("select", { id: "file-kind", "aria-describedby": "file-kind-hint" }, ...options);
  select.addEventListener("change", () => onChoose(select.value));
  return el(
    "section",
    { class: "card kind" },
    el("div", { class: "field" },
      el("label", { for: "file-kind" }, "This file holds"),
      select),
    el("p", { class: "muted", id: "file-kind-hint" }, KINDS[preview.kind].words),
  );
}
