// The segments: a card each, then the table of all figures.

import { button, el, forecast } from "./dom.js";
import { figuresTable, swatch } from "./table.js";

const ON_CARD = [
  ["customers", "Customers"],
  ["share_of_customers", "Of all customers"],
  ["revenue", "Revenue"],
  ["share_of_revenue", "Of all revenue"],
  ["churn", "Likely to leave"],
];
const IN_TABLE = [
  ["customers", "Customers"],
  ["share_of_customers", "Share of customers"],
  ["revenue", "Revenue"],
  ["share_of_revenue", "Share of revenue"],
  ["recency", "Since last purchase"],
  ["frequency", "Orders each"],
  ["monetary", "Typical spend"],
  ["churn", "Likely to leave"],
];

export function segmentCards(segments, onAsk) {
  return el("ul", { class: "segments" }, ...segments.map((segment) => segmentCard(segment, onAsk)));
}

function segmentCard(segment, onAsk) {
  const figures = ON_CARD.filter(([metric]) => segment.figures[metric]).map(([metric, label]) => {
    const { text, receipt } = segment.figures[metric];
    return el("div", { class: metric === "churn" ? "wide" : null }, el("dt", {}, label), el("dd", {}, forecast(text, receipt)));
  });
  return el(
    "li",
    { class: "card segment" },
    el("h4", { class: "named" }, swatch(segment), el("span", {}, segment.name)),
    el("p", { class: "segment-profile muted" }, segment.profile),
    el("dl", { class: "segment-figures" }, ...figures),
    el(
      "button",
      { type: "button", class: "quiet segment-ask", onclick: () => onAsk(`Tell me about ${segment.name}`) },
      "Ask more ",
      el("span", { class: "visually-hidden" }, `about ${segment.name}`),
    ),
  );
}

export function segmentsTable(segments) {
  const columns = IN_TABLE.filter(([metric]) => segments.some((segment) => segment.figures[metric]));
  return el("section", { class: "card" }, el("h3", {}, "All figures"), figuresTable("All figures of every segment", segments, columns));
}

export function noSegments(onFind) {
  return el(
    "section",
    { class: "card none" },
    el("h3", {}, "No segments yet"),
    el("p", { class: "muted" }, "Segue compares several ways of grouping your customers, keeps the one the evidence supports, and says how sure it is."),
    button("Find segments", onFind, "primary"),
  );
}
