// Elements made in code. Text always becomes a text node, so that no name or answer is ever markup.

import { withHorizon } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** el("p", {class: "muted", onclick: f}, "text", child, null) */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A figure opens its receipt (receipt.js listens for it); one without a receipt is plain text. */
export function figure(text, receipt, ...more) {
  if (!receipt) return el("span", { class: "figure-plain" }, text, ...more);
  return el(
    "button",
    { type: "button", class: "figure", "data-receipt": receipt, "aria-haspopup": "dialog", title: "Where this figure comes from" },
    text,
    ...more,
  );
}

/** A forecast with its horizon in small type: it never stands without one. */
export function forecast(text, receipt) {
  const [value, horizon] = withHorizon(text);
  return figure(value, receipt, horizon ? el("span", { class: "horizon" }, ` ${horizon}`) : null);
}

export function button(text, onclick, kind = "") {
  return el("button", { type: "button", class: kind, onclick }, text);
}

/** Tells screen readers, without moving the focus. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** Something went wrong: what happened, what is kept, what to do, and one way on. */
export function trouble({ title, message, kept = "", hint = "" }, ...actions) {
  return el(
    "div",
    { class: "card trouble", role: "alert" },
    el("p", { class: "trouble-title" }, title),
    ...[message, kept, hint].filter(Boolean).map((text) => el("p", {}, text)),
    el("div", { class: "trouble-actions" }, ...actions),
  );
}
