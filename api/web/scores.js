// Who may leave: the customers most worth saving, and any customer's scores with reasons, looked up
// when asked.

import { get } from "./api.js";
import { inPlace } from "./audience.js";
import { button, el, forecast } from "./dom.js";

const SHOWN = [
  ["churn", "Likely to leave"],
  ["buy_soon", "Likely to buy soon"],
  ["expected_value", "Expected value"],
  ["revenue_at_risk", "Revenue at risk"],
  ["enters_top", "Likely to enter the top tenth"],
];
const ABOUT = { churn: "Leaving", buy_30: "Buying soon", value: "Value", expected_next: "The next purchase", vip: "Entering the top tenth", next_segment: "The next segment" };

export function scoresCard(dataset) {
  const place = el("div", { "aria-live": "polite" });
  const named = `dataset=${encodeURIComponent(dataset)}`;
  const id = el("input", { type: "text", required: true, "aria-label": "Customer id", placeholder: "Customer id", autocomplete: "off" });
  const save = () => inPlace(place, "There is nobody to show", async () => {
    place.replaceChildren(el("p", { class: "muted" }, "Looking who is worth saving ..."));
    const found = await get(`/v1/scores?${named}`);
    place.replaceChildren(...found.worth_saving.map(savingView));
  });
  const look = (event) => {
    event.preventDefault();
    inPlace(place, "This customer has no scores", async () => {
      place.replaceChildren(el("p", { class: "muted" }, "Looking at the customer ..."));
      place.replaceChildren(customerView(await get(`/v1/scores/${encodeURIComponent(id.value.trim())}?${named}`)));
    });
  };
  return el(
    "section",
    { class: "card", "aria-labelledby": "scores-title" },
    el("header", { class: "card-head" }, el("h3", { id: "scores-title" }, "Who may leave"),
      el("form", { class: "trouble-actions", onsubmit: look }, id, el("button", { type: "submit" }, "Look up"), button("Most worth saving", save))),
    place,
  );
}

function savingView(one) {
  return el("section", { "aria-label": one.customer }, el("h4", {}, `${one.customer}, ${one.segment}`), figures(one.facts), reasons(one.reasons));
}

function customerView(found) {
  const about = Object.keys(ABOUT).filter((target) => found.reasons.some((reason) => reason.target === target));
  return el(
    "section",
    { "aria-label": found.customer },
    el("h4", {}, found.segment ? `${found.customer}, ${found.segment}` : found.customer),
    figures(found.facts),
    found.next_segment ? el("p", {}, `Expected next in ${found.next_segment}.`) : null,
    ...about.flatMap((target) => [el("h5", {}, ABOUT[target]), reasons(found.reasons.filter((reason) => reason.target === target).map((reason) => reason.sentence))]),
    ...found.notes.map((note) => el("p", { class: "notice" }, note)),
  );
}

function figures(facts) {
  const shown = SHOWN.filter(([metric]) => facts[metric]);
  return el("dl", { class: "segment-figures" }, ...shown.map(([metric, label]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, forecast(facts[metric].text, facts[metric].receipt)))));
}

function reasons(sentences) {
  return el("ul", {}, ...sentences.map((sentence) => el("li", {}, sentence)));
}
