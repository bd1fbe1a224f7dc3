// The columns of a file: what each holds, what it was taken for and how surely; by hand if wrong.

import { el } from "./dom.js";
import { plain } from "./words.js";

const SAMPLES = 3;
const SURE = 0.9;
const LIKELY = 0.65;

export function columnsCard(preview, onMap) {
  const taken = preview.columns.filter((column) => preview.mapping[column]);
  const left = preview.columns.filter((column) => !preview.mapping[column]);
  const row = (column) => columnRow(column, preview.columns.indexOf(column), preview, onMap);
  const others = preview.kind === "customers" ? "Kept as further attributes" : "Left out";
  return el(
    "section",
    { class: "card" },
    el("h3", {}, "What each column is"),
    needs(preview),
    el("ul", { class: "column-rows" }, ...taken.map(row)),
    left.length
      ? el("details", { open: preview.missing.length > 0 },
          el("summary", {}, `${others} (${left.length})`),
          el("ul", { class: "column-rows" }, ...left.map(row)))
      : null,
  );
}

function needs(preview) {
  if (!preview.missing.length) return null;
  const meaning = (name) => preview.wanted.find((wanted) => wanted.name === name)?.meaning ?? "";
  return el("div", { class: "needs", role: "alert" },
    el("p", {}, "These cannot be done without. Say below which column holds each:"),
    el("ul", {}, ...preview.missing.map((name) => el("li", {}, el("strong", {}, plain(name)), `, ${meaning(name)}`))));
}

function columnRow(column, index, preview, onMap) {
  const id = `column-${index}`;
  const ours = preview.mapping[column] ?? "";
  const guess = preview.guesses.find(({ theirs }) => theirs === column);
  const none = preview.kind === "customers" ? "A further attribute" : "Left out";
  const options = preview.wanted.map(({ name, meaning }) => el("option", { value: name, selected: name === ours, title: meaning }, plain(name)));
  const select = el("select", { id, "aria-describedby": `${id}-why` }, el("option", { value: "" }, none), ...options);
  select.addEventListener("change", () => onMap(column, select.value, id));
  return el(
    "li",
    { class: "column-row" },
    el("div", { class: "column-theirs" },
      el("label", { for: id }, column),
      el("p", { class: "small muted column-samples" }, samples(column, preview, guess))),
    el("div", { class: "column-ours" }, select, el("p", { class: "small muted", id: `${id}-why` }, ...confidence(guess, ours))),
  );
}

/** Different cells of the column, so that a person sees what stands in it. */
function samples(column, preview, guess) {
  const cells = guess?.samples ?? preview.sample.map((row) => row[column]);
  const filled = [...new Set(cells.filter((cell) => cell !== null && cell !== undefined && cell !== ""))];
  return filled.length ? filled.slice(0, SAMPLES).join(" · ") : "empty in the first rows";
}

function confidence(guess, ours) {
  if (!guess) return [""];
  if (!ours) return [`Perhaps ${plain(guess.ours).toLowerCase()}: ${guess.why}. Too doubtful to take.`];
  if (guess.why === "you said so") return ["As you said."];
  const [mark, words] = guess.confidence >= SURE ? ["sure", "Sure"] : guess.confidence >= LIKELY ? ["likely", "Likely"] : ["doubtful", "Please check"];
  return [el("span", { class: `sureness ${mark}` }, words), `: ${guess.why}`];
}
