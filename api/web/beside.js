// What stands under the sentences of an answer: tables or their charts, and the facts.

import { answerChart } from "./chart.js";
import { el, figure } from "./dom.js";
import { answerTable } from "./table.js";
import { count, plain, withHorizon } from "./words.js";

/** A table that can be drawn is shown as its chart first; one whose figures the sentences all told,
    only so. */
export function besideView({ tables = [], charts = [], facts = [] }) {
  const told = new Set(facts.map(({ receipt }) => receipt));
  const drawn = tables.map((found) => {
    const chart = charts.find(({ id }) => id === found.id);
    if (!chart && found.rows.every(({ cells }) => cells.every((cell) => !cell || told.has(cell.receipt)))) return null;
    return chart ? answerChart(chart, framed(found)) : titled(found);
  });
  return [...drawn, facts.length ? factsList(facts) : null].filter(Boolean);
}

function titled(found) {
  return el("figure", { class: "answer-figure" }, el("figcaption", {}, el("strong", {}, found.title)), framed(found));
}

function framed(found) {
  const more = found.left_out ? `${count(found.left_out, "more row")} not shown. ` : "";
  return el("div", {},
    el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": found.title }, answerTable(found)),
    el("p", { class: "small muted" }, `${more}${found.note}`));
}

function factsList(facts) {
  const rows = facts.map(({ text, receipt, metric, subject, period, operation }) =>
    el("li", {}, figure(withHorizon(text)[0], receipt), " ", [subject.name, plain(metric).toLowerCase(), operation, period.words].filter(Boolean).join(", ")));
  return el("details", { class: "answer-facts" },
    el("summary", {}, `${count(facts.length, "figure")}, and where ${facts.length === 1 ? "it comes" : "they come"} from`),
    el("ul", {}, ...rows));
}
