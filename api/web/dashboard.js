// The overview of a dataset: the finding first, then tiles, what the groups are, the segments, one
// chart, who moved, who may leave, what could be done, and the table.

import { chartCard } from "./chart.js";
import { button, el, figure } from "./dom.js";
import { evidenceCard } from "./evidence.js";
import { playbookCard } from "./playbook.js";
import { scoresCard } from "./scores.js";
import { noSegments, segmentCards, segmentsTable } from "./segments.js";
import { Writing } from "./sentences.js";
import { shiftsCard } from "./shifts.js";
import { day } from "./words.js";

const VERDICTS = {
  natural: ["Natural groups", "Your customers really do fall into these groups."],
  useful: ["Useful groups", "Your customers differ by degrees. These groups are cuts that tell what they do later."],
  rules: ["Plain rules", "No grouping stood out from chance, so plain rules on recency, frequency and spend are used."],
};

/** `working`: segments are being found right now, so that nothing offers to find them. */
export function dashboardView(overview, { onAsk, onFind, onData, onAudiences, working }) {
  const { segments } = overview;
  return el(
    "div",
    { class: "overview" },
    finding(overview, onData, segments.length ? onAudiences : null),
    tiles(overview.tiles),
    segments.length ? groups(overview, onAsk) : null,
    segments.length ? chartCard(segments, overview.as_of) : null,
    segments.length && !working ? shiftsCard(overview.dataset, overview.as_of) : null,
    segments.some((segment) => segment.figures.churn) && !working ? scoresCard(overview.dataset) : null,
    segments.length && !working ? playbookCard(overview.dataset, segments) : null,
    segments.length ? segmentsTable(segments) : null,
    segments.length || working ? null : noSegments(onFind),
  );
}

function finding(overview, onData, onAudiences) {
  const lead = el("div", { class: "finding-lead" });
  const rest = el("div", { class: "finding-rest" });
  overview.finding.slice(0, 1).forEach((sentence) => new Writing(lead).add(sentence));
  const writing = new Writing(rest);
  overview.finding.slice(1).forEach((sentence) => writing.add(sentence));
  return el(
    "section",
    { class: "finding", "aria-labelledby": "finding-title" },
    el("div", { class: "finding-head" },
      el("h2", { class: "eyebrow", id: "finding-title", tabindex: "-1" }, `What stands out, as of ${day(overview.as_of)}`),
      el("div", {}, onAudiences ? button("Audiences", onAudiences, "quiet") : null, button("See the data", onData, "quiet"))),
    lead,
    rest,
    overview.notice ? el("p", { class: "notice" }, overview.notice) : null,
  );
}

function tiles(found) {
  return el("ul", { class: "tiles", "aria-label": "Key figures" }, ...found.map((tile) =>
    el(
      "li",
      { class: "card tile" },
      el("p", { class: "tile-label" }, tile.label),
      el("p", { class: "tile-text" }, figure(tile.text, tile.receipt)),
      tile.note ? el("p", { class: "small muted" }, tile.note) : null,
    )));
}

function groups(overview, onAsk) {
  const [title, words] = VERDICTS[overview.verdict] ?? ["Segments", ""];
  return el(
    "section",
    { class: "groups", "aria-labelledby": "groups-title" },
    el("h3", { id: "groups-title" }, title),
    el("p", {}, words),
    overview.reason ? evidenceCard(overview) : null,
    segmentCards(overview.segments, onAsk),
  );
}

/** The shape of the page while it is fetched; shows after a moment only (loading.css). */
export function skeleton() {
  const blocks = (name, number) => Array.from({ length: number }, () => el("div", { class: `bone ${name}` }));
  return el(
    "div",
    { class: "skeleton", "aria-hidden": "true" },
    ...blocks("bone-lead", 2),
    el("div", { class: "tiles" }, ...blocks("bone-tile", 4)),
    el("div", { class: "segments" }, ...blocks("bone-card", 4)),
  );
}
