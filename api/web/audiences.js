// Audiences: people chosen by a filter, looked at before they are saved; then the saved ones.

import { get, post } from "./api.js";
import { field, inPlace, savedAudience } from "./audience.js";
import { announce, button, el, figure } from "./dom.js";

const EXAMPLE = "recency > 60 and monetary >= 500";
const HOLDOUTS = [["0", "Nobody"], ["0.05", "5% of the people"], ["0.1", "10% of the people"], ["0.2", "20% of the people"]];
const SHOWN = [
  ["customers", "Customers"],
  ["share_of_customers", "Of all customers"],
  ["revenue", "Brought so far"],
  ["held_out", "Held out"],
  ["entered", "Entered since the list before"],
  ["left", "Left since the list before"],
];

/** Resolves to the view; onBack leads to the overview. */
export async function audiencesView(dataset, { onBack }) {
  const saved = el("div", { class: "records" });
  const draw = async () => {
    const { audiences, facts } = await get(`/v1/audiences?dataset=${encodeURIComponent(dataset)}`);
    const cards = audiences.map((audience) => savedAudience(dataset, audience, figuresOf(facts, audience.audience_id), draw));
    saved.replaceChildren(...(cards.length ? cards : [el("p", { class: "muted" }, "No audiences yet.")]));
  };
  await draw();
  return el(
    "div",
    { class: "records" },
    el(
      "header",
      { class: "view-head" },
      el("div", {}, el("h2", { tabindex: "-1" }, "Audiences"), el("p", { class: "muted" }, "Customers chosen by a filter: look, save, export, send.")),
      button("Back to the overview", onBack, "quiet"),
    ),
    choosing(dataset, draw),
    saved,
  );
}

function choosing(dataset, onSaved) {
  const where = el("input", { type: "text", id: "audience-where", maxlength: "2000", value: EXAMPLE, "aria-describedby": "audience-hint" });
  const name = el("input", { type: "text", id: "audience-name", maxlength: "61" });
  const holdout = el("select", { id: "audience-holdout" }, ...HOLDOUTS.map(([value, text]) => el("option", { value }, text)));
  const place = el("div", { "aria-live": "polite" });
  const wish = () => ({ dataset, where: where.value, name: name.value.trim() || null, holdout: Number(holdout.value) });
  const look = () => inPlace(place, "These people could not be found", async () => {
    const asked = wish();
    const found = await post("/v1/audiences/preview", asked);
    const save = button("Save", () => keep(asked), "primary");
    save.disabled = !asked.name;
    place.replaceChildren(el("p", {}, found.sentence), figuresOf(found.facts),
      el("div", { class: "trouble-actions" }, save, asked.name ? null : el("span", { class: "small muted" }, "Give it a name and look again to save it.")));
  });
  const keep = (asked) => inPlace(place, "The audience was not saved", async () => {
    await post("/v1/audiences", asked);
    place.replaceChildren();
    announce(`${asked.name} is saved.`);
    await onSaved();
  });
  const form = el("form", { class: "card" },
    el("h3", {}, "Choose people"),
    el("div", { class: "fields" },
      field("audience-where", "Filter", where, el("p", { class: "small muted", id: "audience-hint" }, `Such as: ${EXAMPLE}`)),
      field("audience-name", "Name", name),
      field("audience-holdout", "Leave alone, to compare with", holdout)),
    el("div", { class: "trouble-actions" }, el("button", { type: "submit" }, "Look")),
    place);
  form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
  return form;
}

/** The figures of one subject, or of all when none is named; each opens its receipt. */
export function figuresOf(facts, subject = null) {
  const own = facts.filter((fact) => subject === null || fact.subject.id === subject);
  const pairs = SHOWN.map(([metric, label]) => [label, own.find((fact) => fact.metric === metric)]).filter(([, fact]) => fact);
  return el("dl", { class: "segment-figures" }, ...pairs.map(([label, fact]) =>
    el("div", {}, el("dt", {}, label), el("dd", {}, figure(fact.text, fact.receipt)))));
}
