// Who moved between segments in a stretch: bands from the segments before to those after, the
// accounts beside them as a table, and why the largest groups moved.

import { Problem, get } from "./api.js";
import { button, el, figure, svg } from "./dom.js";
import { colourClass, figuresTable, rowsTable } from "./table.js";
import { count, day } from "./words.js";

const ACCOUNT = [
  ["opening", "Before"],
  ["entered", "Entered"],
  ["left", "Left"],
  ["new", "New"],
  ["lost", "Taken back"],
  ["closing", "After"],
];
const MONTHS = 12;
const HEIGHT = 380;
const GAP = 10; // between segments, one above the other
const BAR = 12;

/** Fetched on its own: the overview does not wait for it. */
export function shiftsCard(dataset, asOf) {
  const body = el("div", { class: "shifts-body" }, el("p", { class: "muted" }, "Looking who moved ..."));
  const months = monthStarts(asOf);
  const select = el("select", { "aria-label": "Month" },
    ...months.slice(1).map((start, index) => el("option", { value: index }, monthName(months[index + 1]))));
  let asked = 0;
  const load = async () => {
    const own = (asked += 1);
    const index = Number(select.value || 0);
    const path = `/v1/shifts?dataset=${encodeURIComponent(dataset)}&from=${months[index + 1]}&to=${months[index]}`;
    try {
      const found = await get(path);
      if (own === asked) body.replaceChildren(...shiftsView(found));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (own === asked) body.replaceChildren(el("p", { class: "muted" }, `${error.message} ${error.hint}`));
    }
  };
  select.addEventListener("change", load);
  load();
  return el(
    "section",
    { class: "card shifts", "aria-labelledby": "shifts-title" },
    el("header", { class: "card-head" }, el("h3", { id: "shifts-title" }, "Who moved"), select),
    body,
  );
}

function shiftsView(found) {
  const segments = [...found.segments].sort((one, other) => other.money.closing.minor - one.money.closing.minor);
  const picture = el("div", { class: "chart" });
  const table = el("div", { hidden: true }, ...tables(found, segments));
  const toggle = button("Show as table", () => {
    table.hidden = !table.hidden;
    picture.hidden = !table.hidden;
    toggle.textContent = table.hidden ? "Show as table" : "Show as chart";
  }, "quiet");
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0) draw(picture, found, segments, width);
  }).observe(picture);
  return [
    el("p", { class: "shifts-news" }, ...news(found, segments)),
    el("div", { class: "card-head" },
      el("p", { class: "small muted" }, `From ${day(found.from)} (left) to ${day(found.to)} (right), in customers; compared with ${found.compared_with}.`),
      toggle),
    picture,
    table,
    reasons(found),
  ];
}

function news(found, segments) {
  const told = segments.filter((segment) => segment.significant);
  if (!told.length) return ["No segment grew or shrank by more than is usual."];
  return told.flatMap((segment) => {
    const { net } = found.receipts[segment.id];
    return [`${segment.name} `, segment.closing > segment.opening ? "grew by " : "changed by ", figure(net.text, net.receipt), " customers, more than is usual. "];
  });
}

function tables(found, segments) {
  const rows = segments.map((segment) => ({ ...segment, figures: found.receipts[segment.id] }));
  const place = Object.fromEntries(found.segments.map((segment, index) => [segment.id, index]));
  const matrix = segments.map((one) => [`From ${one.name}`, ...segments.map((other) => count(found.matrix[place[one.id]][place[other.id]]))]);
  return [
    figuresTable("Customers of each segment: before, what came and went, after", rows, ACCOUNT),
    rowsTable("Customers by segment before and after", ["Before", ...segments.map(({ name }) => `to ${name}`)], matrix, 1),
  ];
}

function reasons(found) {
  if (!found.reasons.length) return null;
  const lines = found.reasons.map((reason) => el("li", {},
    `${count(reason.moved, "customer")} from ${reason.from} to ${reason.to}, ${count(reason.customers)} of them by ${reason.features.join(" and ")}. `,
    el("span", { class: "muted" }, `Customer ${reason.example}: ${reason.sentence}.`)));
  return el("details", { class: "shifts-why" }, el("summary", {}, "Why they moved"), el("ul", {}, ...lines));
}

// ---- the picture ------------------------------------------------------------------------------

function draw(picture, found, segments, width) {
  const narrow = width < 560;
  const side = narrow ? 92 : 150; // room for names and counts
  const left = columnOf(segments, "opening");
  const right = columnOf(segments, "closing");
  const scale = (HEIGHT - GAP * (segments.length - 1)) / Math.max(left.total, right.total, 1);
  const canvas = svg("svg", { role: "img", "aria-label": summary(found, segments), width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
  const places = { left: stack(left, scale), right: stack(right, scale) };
  const [start, end] = [side + BAR, width - side - BAR];
  const order = Object.fromEntries(found.segments.map((segment, index) => [segment.id, index]));
  const used = { left: {}, right: {} };
  segments.forEach((one) => segments.forEach((other) => {
    const customers = found.matrix[order[one.id]][order[other.id]];
    if (!customers) return;
    const high = customers * scale;
    const from = take(used.left, places.left, one.id, high);
    const to = take(used.right, places.right, other.id, high);
    canvas.append(band(one, other, { start, end, from, to, high, customers }));
  }));
  segments.forEach((segment) => {
    canvas.append(bar(segment, places.left[segment.id], side, segment.opening * scale));
    canvas.append(bar(segment, places.right[segment.id], end, segment.closing * scale));
    canvas.append(...label(segment, places.left[segment.id], segment.opening, scale, side - 8, "end", narrow));
    canvas.append(...label(segment, places.right[segment.id], segment.closing, scale, end + BAR + 8, "start", narrow));
  });
  picture.replaceChildren(canvas);
}

function columnOf(segments, part) {
  return { part, segments, total: segments.reduce((sum, segment) => sum + segment[part], 0) };
}

function stack({ part, segments }, scale) {
  let top = 0;
  return Object.fromEntries(segments.map((segment) => {
    const place = [segment.id, top];
    top += segment[part] * scale + GAP;
    return place;
  }));
}

function take(used, places, id, high) {
  const at = places[id] + (used[id] ?? 0);
  used[id] = (used[id] ?? 0) + high;
  return at;
}

/** Who stays is pale, so that those who move are seen. */
function band(one, other, { start, end, from, to, high, customers }) {
  const middle = (start + end) / 2;
  const path = `M${start},${from} C${middle},${from} ${middle},${to} ${end},${to} v${high} C${middle},${to + high} ${middle},${from + high} ${start},${from + high} Z`;
  const shape = svg("path", { d: path, class: `${colourClass(one)} band ${one.id === other.id ? "stayed" : "moved"}` });
  shape.append(svg("title", {}, one.id === other.id ? `${count(customers)} stayed in ${one.name}` : `${count(customers)} from ${one.name} to ${other.name}`));
  return shape;
}

function bar(segment, y, x, height) {
  return svg("rect", { x, y, width: BAR, height: Math.max(height, 1), rx: 2, class: `${colourClass(segment)} bar-revenue` });
}

function label(segment, top, customers, scale, x, anchor, narrow) {
  const middle = top + (customers * scale) / 2;
  const name = svg("text", { x, y: middle - 1, "text-anchor": anchor, class: "chart-name" }, narrow && segment.name.length > 12 ? `${segment.name.slice(0, 11)}…` : segment.name);
  return [name, svg("text", { x, y: middle + 13, "text-anchor": anchor, class: "chart-value" }, count(customers))];
}

function summary(found, segments) {
  const parts = segments.map(({ name, opening, closing }) => `${name} ${count(opening)} before and ${count(closing)} after`);
  return `Bands between segments from ${day(found.from)} to ${day(found.to)}: ${parts.join("; ")}.`;
}

/** This month's start and those before it, the latest first. */
function monthStarts(asOf) {
  const [year, month] = asOf.slice(0, 7).split("-").map(Number);
  return Array.from({ length: MONTHS + 1 }, (_, back) => {
    const whole = year * 12 + month - 1 - back;
    return `${Math.floor(whole / 12)}-${String((whole % 12) + 1).padStart(2, "0")}-01`;
  });
}

function monthName(start) {
  return day(start).replace(/^1 /, "");
}
