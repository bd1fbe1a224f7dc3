// Share of customers against share of revenue, one pair of bars per segment, labelled directly.
// Colours come from classes, so that the picture follows the theme without being drawn again.

import { button, el, figure, svg } from "./dom.js";
import { colourClass, figuresTable } from "./table.js";
import { day } from "./words.js";

const PAIR = ["share_of_customers", "share_of_revenue"];
const BAR = 12;
const ROOM = 132; // pixels right of the longest bar, for its label
const CLEAR = 0.05; // a smaller difference between the shares is no finding

export function chartCard(segments, asOf) {
  const drawn = segments.filter((segment) => PAIR.every((metric) => segment.figures[metric]));
  if (drawn.length < 2) return null;
  const picture = el("div", { class: "chart" });
  const table = el("div", { hidden: true }, figuresTable("Share of customers and of revenue by segment", drawn, [
    ["share_of_customers", "Share of customers"], ["share_of_revenue", "Share of revenue"]]));
  const toggle = button("Show as table", () => {
    table.hidden = !table.hidden;
    picture.hidden = !table.hidden;
    toggle.textContent = table.hidden ? "Show as table" : "Show as chart";
  }, "quiet");
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0) draw(picture, drawn, width);
  }).observe(picture);
  return el(
    "section",
    { class: "card" },
    el("header", { class: "card-head" }, el("h3", {}, ...title(drawn)), toggle),
    el("p", { class: "small muted" }, `Share of customers (grey) and share of revenue (colour) of each segment, as of ${day(asOf)}`),
    picture,
    table,
  );
}

/** The widest gap is the finding, when it is wide enough to be one. */
function title(segments) {
  const gap = (segment) => Math.abs(segment.figures.share_of_revenue.value - segment.figures.share_of_customers.value);
  const widest = segments.reduce((one, other) => (gap(other) > gap(one) ? other : one));
  if (!(gap(widest) >= CLEAR)) return ["Customers and revenue by segment"];
  const { share_of_customers: customers, share_of_revenue: revenue } = widest.figures;
  return [`${widest.name}: `, figure(customers.text, customers.receipt), " of customers, ", figure(revenue.text, revenue.receipt), " of revenue"];
}

function summary(segments) {
  const parts = segments.map(({ name, figures }) =>
    `${name} ${figures.share_of_customers.text} of customers and ${figures.share_of_revenue.text} of revenue`);
  return `Bar chart: ${parts.join("; ")}.`;
}

function draw(picture, segments, width) {
  const beside = width >= 560; // names stand beside the bars, on narrow screens above them
  const left = beside ? Math.min(220, Math.round(width * 0.28)) : 0;
  const rowHeight = beside ? 50 : 66;
  const largest = Math.max(...segments.flatMap((segment) => PAIR.map((metric) => segment.figures[metric].value)), 0.01);
  const scale = (width - left - ROOM) / largest;
  const height = segments.length * rowHeight;
  const canvas = svg("svg", { role: "img", "aria-label": summary(segments), width, height, viewBox: `0 0 ${width} ${height}` });
  picture.replaceChildren(canvas);
  segments.forEach((segment, index) => row(canvas, segment, { left, top: index * rowHeight, width, beside, scale }));
}

function row(canvas, segment, { left, top, width, beside, scale }) {
  const first = beside ? top + 10 : top + 26;
  const group = svg("g", { class: colourClass(segment) });
  canvas.append(group);
  const name = svg("text", { x: 0, y: beside ? first + BAR + 5 : top + 15, class: "chart-name" }, segment.name);
  group.append(name);
  shorten(name, beside ? left - 16 : width);
  PAIR.forEach((metric, index) => {
    const { value, text } = segment.figures[metric];
    const y = first + index * (BAR + 3);
    const length = Math.max(2, value * scale);
    group.append(
      svg("rect", { x: left, y, width: length, height: BAR, rx: 3, class: index ? "bar-revenue" : "bar-customers" }),
      svg("text", { x: left + length + 8, y: y + BAR - 2, class: "chart-value" }, `${text} ${index ? "of revenue" : "of customers"}`),
    );
  });
}

function shorten(text, room) {
  const points = Array.from(text.textContent);
  while (points.length > 1 && text.getComputedTextLength() > room) {
    points.pop();
    text.textContent = `${points.join("").trimEnd()}…`;
  }
}
