// What could be done: plays for everybody or one segment, looked up when asked, each with its people,
// what they do anyway, a draft, and one way to save them as an audience with a holdout.

import { get, post } from "./api.js";
import { inPlace } from "./audience.js";
import { announce, button, el, figure } from "./dom.js";

const SHOWN = [
  ["customers", "Customers"],
  ["revenue", "Brought so far"],
  ["recency", "Since last purchase"],
  ["also_bought", "Of those with the first product, have both"],
  ["purchase_rate", "Bought within a month anyway"],
  ["held_out", "To hold out"],
  ["detectable", "Smallest uplift that would show"],
];

export function playbookCard(dataset, segments) {
  const place = el("div", { "aria-live": "polite" });
  const select = el("select", { "aria-label": "Whose playbook" },
    el("option", { value: "" }, "All customers"),
    ...segments.map((segment) => el("option", { value: segment.id }, segment.name)));
  const look = () => inPlace(place, "There is nothing to propose", async () => {
    place.replaceChildren(el("p", { class: "muted" }, "Looking what could be done ..."));
    const asked = `/v1/playbook?dataset=${encodeURIComponent(dataset)}&segment=${encodeURIComponent(select.value)}`;
    const { plays } = await get(asked);
    place.replaceChildren(...plays.map((play) => playView(dataset, play)));
  });
  return el(
    "section",
    { class: "card", "aria-labelledby": "playbook-title" },
    el("header", { class: "card-head" }, el("h3", { id: "playbook-title" }, "What could be done"),
      el("div", { class: "play-choice" }, select, button("Propose", look))),
    place,
  );
}

function playView(dataset, play) {
  const place = el("div", { "aria-live": "polite" });
  const save = () => inPlace(place, "The audience was not saved", async () => {
    await post("/v1/audiences", { dataset, where: play.where, name: play.audience, holdout: play.holdout });
    place.replaceChildren(el("p", {}, "Saved: you find it under Audiences."));
    announce(`${play.audience} is saved.`);
  });
  const facts = SHOWN.filter(([metric]) => play.facts[metric]).map(([metric, label]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, figure(play.facts[metric].text, play.facts[metric].receipt))));
  const effects = play.effects.map((fact) => el("li", {}, `${fact.subject.name}: ${fact.metric.replaceAll("_", " ")} `, figure(fact.text, fact.receipt)));
  return el(
    "section",
    { class: "play", "aria-label": play.audience },
    el("h4", {}, play.play),
    el("p", {}, play.why),
    el("p", { class: "small muted" }, play.means),
    el("dl", { class: "segment-figures" }, ...facts),
    el("p", { class: "small muted" }, `What it adds: ${play.effect}.`),
    effects.length ? el("ul", {}, ...effects) : null,
    play.message ? el("blockquote", {}, play.message) : null,
    el("div", { class: "trouble-actions" }, button("Save as an audience", save)),
    place,
  );
}
