// Bars labelled directly, one or two a row: share of customers against share of revenue of each
// segment, and the chart beside an answer.
// Colours come from classes, so that the picture follows the theme without being drawn again.

import { button, el, figure, svg } from "./dom.js";
import { colourClass, figuresTable } from "./table.js";
import { day } from "./words.js";

const PAIR = ["share_of_customers", "share_of_revenue"];
const MEASURES = [
  { metric: PAIR[0], bar: "bar-customers", words: " of customers" },
  { metric: PAIR[1], bar: "bar-revenue", words: " of revenue" },
];
const BAR = 12;
const ROOM = 132; // pixels right of the longest bar, for its label
const CLEAR = 0.05; // a smaller difference between the shares is no finding

export function chartCard(segments, asOf) {
  const drawn = segments.filter((segment) => PAIR.every((metric) => segment.figures[metric]));
  if (drawn.length < 2) return null;
  const picture = bars(drawn, MEASURES, summary(drawn));
  const table = el("div", {}, figuresTable("Share of customers and of revenue by segment", drawn, [
    ["share_of_customers", "Share of customers"], ["share_of_revenue", "Share of revenue"]]));
  const toggle = either(picture, table);
  return el(
    "section",
    { class: "card" },
    el("header", { class: "card-head" }, el("h3", {}, ...title(drawn)), toggle),
    el("p", { class: "small muted" }, `Share of customers (grey) and share of revenue (colour) of each segment, as of ${day(asOf)}`),
    picture,
    table,
  );
}

/** The chart of an answer's table, which can be shown instead. */
export function answerChart(chart, table) {
  const rows = chart.spec.data.values.map((row) => ({ ...row, figures: { value: row } }));
  const picture = bars(rows, [{ metric: "value", bar: "bar-revenue", words: "" }], chart.summary);
  const toggle = either(picture, table);
  return el(
    "figure",
    { class: "answer-figure" },
    el("figcaption", { class: "card-head" }, el("strong", {}, chart.title), toggle),
    chart.subtitle ? el("p", { class: "small muted" }, chart.subtitle) : null,
    picture,
    table,
  );
}

/** The button that shows the table in place of the picture, and back. */
function either(picture, table) {
  table.hidden = true;
  const toggle = button("Show as table", () => {
    table.hidden = !table.hidden;
    picture.hidden = !table.hidden;
    toggle.textContent = table.hidden ? "Show as table" : "Show as chart";
  }, "quiet");
  return toggle;
}

/** Drawn anew for each width. */
function bars(rows, measures, words) {
  const picture = el("div", { class: "chart" });
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0) draw(picture, { rows, measures, words }, width);
  }).observe(picture);
  return picture;
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

function draw(picture, { rows, measures, words }, width) {
  const beside = width >= 560; // names stand beside the bars, on narrow screens above them
  const left = beside ? Math.min(220, Math.round(width * 0.28)) : 0;
  const rowHeight = (beside ? 20 : 36) + measures.length * (BAR + 3);
  const largest = Math.max(...rows.flatMap((row) => measures.map(({ metric }) => row.figures[metric].value))) || 1;
  const scale = (width - left - ROOM) / largest;
  const height = rows.length * rowHeight;
  const canvas = svg("svg", { role: "img", "aria-label": words, width, height, viewBox: `0 0 ${width} ${height}` });
  picture.replaceChildren(canvas);
  rows.forEach((one, index) => row(canvas, one, measures, { left, top: index * rowHeight, width, beside, scale }));
}

function row(canvas, segment, measures, { left, top, width, beside, scale }) {
  const first = beside ? top + 10 : top + 26;
  const group = svg("g", { class: colourClass(segment) });
  canvas.append(group);
  const name = svg("text", { x: 0, y: beside ? first + BAR + 5 : top + 15, class: "chart-name" }, segment.name);
  group.append(name);
  shorten(name, beside ? left - 16 : width);
  measures.forEach(({ metric, bar, words }, index) => {
    const { value, text } = segment.figures[metric];
    const y = first + index * (BAR + 3);
    const length = Math.max(2, value * scale);
    group.append(
      svg("rect", { x: left, y, width: length, height: BAR, rx: 3, class: bar }),
      svg("text", { x: left + length + 8, y: y + BAR - 2, class: "chart-value" }, `${text}${words}`),
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
