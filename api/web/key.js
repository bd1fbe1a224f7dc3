// Asks for the key in place when the service wants one.

import { keepKey } from "./api.js";
import { el } from "./dom.js";

export function keyView(message, onKey) {
  const input = el("input", { type: "password", id: "key", autocomplete: "off", required: true, "aria-describedby": "key-hint" });
  const form = el(
    "form",
    { class: "card key" },
    el("h2", { tabindex: "-1" }, "This Segue needs a key"),
    el("p", { class: "muted" }, message),
    el("div", { class: "field" },
      el("label", { for: "key" }, "Key"),
      input,
      el("p", { class: "small muted", id: "key-hint" }, "Whoever runs Segue makes one with: segue key. It is kept until this tab is closed.")),
    el("button", { type: "submit", class: "primary" }, "Open"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keepKey(input.value.trim());
    onKey();
  });
  return form;
}
