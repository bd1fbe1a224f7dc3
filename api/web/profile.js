// The profile of one kind of records: a line per column, and what moves together.

import { bars } from "./bars.js";
import { button, el } from "./dom.js";
import { rowsTable } from "./table.js";
import { count, day, plain } from "./words.js";

const STRONG = 0.3; // rank correlations from here on are put into words
const MOST_PAIRS = 10;
const TYPES = { numeric: "Number", categorical: "Words", id: "Id", date: "Date", text: "Text", empty: "Empty" };
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const TOP = 3;
const INSIDE = ["event_id", "load_id"]; // of no use to a person as a picture

export function profileCards(profile) {
  const { left_out: left } = profile;
  return [
    columnsCard(profile),
    correlationsCard(profile.correlations),
    left ? el("p", { class: "small muted" }, `${count(left, "row")} of people who opted out are counted in totals and not shown here.`) : null,
  ].filter(Boolean);
}

function columnsCard(profile) {
  const names = Object.keys(profile.types);
  const pictures = el("ul", { class: "profile-rows" }, ...names.filter((name) => !INSIDE.includes(name) && profile.types[name] !== "empty").map((name) => columnRow(profile, name)));
  const empty = names.filter((name) => profile.types[name] === "empty").map((name) => label(name).toLowerCase());
  const rows = names.map((name) => [label(name), TYPES[profile.types[name]], filled(profile, name), distinct(profile, name), holds(profile, name)]);
  const table = el("div", { hidden: true }, rowsTable("The columns as a table", ["Column", "Type", "Filled", "Different", "What it holds"], rows));
  const toggle = button("Show as table", () => {
    table.hidden = !table.hidden;
    pictures.hidden = !table.hidden;
    toggle.textContent = table.hidden ? "Show as table" : "Show as pictures";
  }, "quiet");
  return el(
    "section",
    { class: "card" },
    el("header", { class: "card-head" }, el("h3", {}, `${count(profile.rows, "row")}, column by column`), toggle),
    pictures,
    empty.length ? el("p", { class: "small muted profile-empty" }, `Empty: ${empty.join(", ")}.`) : null,
    table,
  );
}

function columnRow(profile, name) {
  const type = profile.types[name];
  return el(
    "li",
    { class: "profile-row" },
    el("div", { class: "profile-name" },
      el("p", { class: "profile-column" }, label(name)),
      el("p", { class: "small muted" }, `${TYPES[type]}, ${filled(profile, name)} filled, ${distinct(profile, name)} different`)),
    el("div", { class: "profile-picture" }, picture(profile, name)),
    el("p", { class: "small profile-words" }, holds(profile, name)),
  );
}

function picture(profile, name) {
  const seen = profile.distributions[name];
  if (seen?.histogram?.counts.length > 1) return bars(seen.histogram.counts, `Histogram of ${label(name).toLowerCase()}: ${holds(profile, name)}`);
  if (seen?.months) return bars(Object.values(monthsBetween(seen.months)), `Rows in each month: ${holds(profile, name)}`);
  if (seen?.top?.length > 1) return bars(seen.top.map((one) => one.count), `The commonest: ${holds(profile, name)}`);
  return null;
}

/** A month without a row is a gap in the picture. */
function monthsBetween(months) {
  const names = Object.keys(months);
  const found = {};
  let [year, month] = names[0].split("-").map(Number);
  for (let name = names[0]; name <= names.at(-1) && Object.keys(found).length < 600; ) {
    found[name] = months[name] ?? 0;
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
    name = `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`;
  }
  return found;
}

// ---- words ------------------------------------------------------------------------------------

function label(name) {
  return plain(name.replace(/_minor$/, ""));
}

/** Rounded, but 100% only when nothing is missing, and 0% only when everything is. */
function filled(profile, name) {
  const share = 1 - profile.missing[name].share;
  if (share < 1 && share >= 0.995) return "over 99%";
  return share > 0 && share < 0.005 ? "under 1%" : `${Math.round(100 * share)}%`;
}

function distinct(profile, name) {
  return count(profile.distributions[name]?.distinct ?? 0);
}

function holds(profile, name) {
  const seen = profile.distributions[name];
  if (!seen) return "";
  if (seen.histogram) {
    const words = (value) => number(profile, name, value);
    return `${words(seen.least)} to ${words(seen.most)}, half above ${words(seen.median)}`;
  }
  if (seen.first) return seen.first.slice(0, 10) === seen.last.slice(0, 10) ? day(seen.first) : `${day(seen.first)} to ${day(seen.last)}`;
  if (seen.top) return commonest(profile, name, seen);
  if (seen.median_length !== undefined) return `about ${count(Math.round(seen.median_length), "character")} each`;
  return "";
}

function commonest(profile, name, seen) {
  const all = profile.rows - profile.missing[name].count;
  const shown = seen.top.slice(0, TOP).map((one) => `${value(name, one.value)} ${Math.round((100 * one.count) / all)}%`);
  return shown.join(", ") + (seen.distinct > shown.length ? ", …" : "");
}

function value(name, text) {
  if (name === "weekday") return WEEKDAYS[Number(text) - 1] ?? text;
  if (name === "local_hour") return `${text} h`;
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}

function number(profile, name, amount) {
  if (!profile.money.includes(name)) return new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(amount);
  const major = name.endsWith("_minor") ? amount / 10 ** profile.decimals : amount;
  const digits = Math.abs(major) >= 1000 ? 0 : profile.decimals;
  const unit = profile.currency === "XXX" ? {} : { style: "currency", currency: profile.currency, currencyDisplay: "narrowSymbol" };
  return new Intl.NumberFormat("en", { ...unit, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(major);
}

function correlationsCard(correlations) {
  const strong = correlations.filter((one) => Math.abs(one.value) >= STRONG).slice(0, MOST_PAIRS);
  const none = el("p", { class: "muted" }, `No two columns of numbers do (rank correlation of ${STRONG} or more).`);
  const lines = strong.map((one) => el("li", {}, el("span", {}, together(one)), el("span", { class: "figure-plain" }, one.value.toFixed(2))));
  return el(
    "section",
    { class: "card" },
    el("h3", {}, "What moves together"),
    strong.length ? el("ul", { class: "reason-list" }, ...lines) : none,
    strong.length ? el("p", { class: "small muted" }, `Rank correlations of ${STRONG} or more, from -1 to 1.`) : null,
  );
}

function together({ first, second, value: strength }) {
  const [one, other] = [label(first), label(second).toLowerCase()];
  return strength > 0 ? `${one} and ${other} rise together` : `${one} rises as ${other} falls`;
}
