// The page before there is any data: one promise, one button, one link, and what will appear.

import { button, el } from "./dom.js";

export function welcomeView({ onChoose, onSample }) {
  return el(
    "div",
    { class: "welcome" },
    el("h2", { tabindex: "-1" }, "Know who buys, who is slipping away, and what they are worth."),
    el("p", { class: "welcome-promise" }, "Ask in plain words. Every number comes with a receipt."),
    el(
      "div",
      { class: "drop" },
      el("p", { class: "drop-title" }, "Drop a file of orders here"),
      el("p", { class: "muted" }, "CSV, Excel, Parquet or JSON, one row per order line: who bought, when, how many, at what price. Nothing is loaded before you have seen what was understood."),
      el(
        "div",
        { class: "drop-actions" },
        button("Upload a file", onChoose, "primary"),
        button("Try the sample shop", onSample, "quiet"),
      ),
    ),
    el(
      "ul",
      { class: "welcome-next" },
      next("The finding", "One sentence on what stands out, and the figures behind it."),
      next("Your segments", "Groups of customers with a name, a size, revenue and the risk of leaving."),
      next("Answers", "Questions in your words, answered from your own rows."),
    ),
  );
}

function next(title, text) {
  return el("li", {}, el("h3", {}, title), el("p", { class: "muted" }, text));
}
