// One saved audience: its figures, its files, a push that has to be approved, what it brought.

import { Problem, download, get, post, send } from "./api.js";
import { announce, button, el, figure, trouble } from "./dom.js";
import { follow } from "./jobs.js";
import { rowsTable } from "./table.js";
import { count } from "./words.js";

const READ = {
  customers: "People", purchase_rate: "Purchase rate", revenue_per_customer: "Spend per person",
  uplift: "Uplift of the rate", uplift_low: "at least", uplift_high: "at most",
  spend_uplift: "Uplift of spend", spend_uplift_low: "at least", spend_uplift_high: "at most",
  needed_people: "People needed to see a rise of a tenth",
};

/** `onGone` is called when it was deleted. */
export function savedAudience(dataset, audience, figures, onGone) {
  const about = `/v1/audiences/${encodeURIComponent(audience.audience_id)}`;
  const of = (path) => `${about}${path}${path.includes("?") ? "&" : "?"}dataset=${encodeURIComponent(dataset)}`;
  const place = el("div", { "aria-live": "polite" });
  const step = (title, action) => () => inPlace(place, title, action);
  const file = (form) => step("The file could not be made", () => download(of(`/${form}.csv`), `${audience.audience}-${form}.csv`));
  const remove = step("The audience was not deleted", async () => {
    await send("DELETE", of(""));
    announce(`${audience.audience} is deleted.`);
    await onGone();
  });
  const ask = () => place.replaceChildren(el("p", {}, "Delete it, with its lists and what is known of its pushes?"),
    el("div", { class: "trouble-actions" }, button("Delete", remove, "primary"), button("Keep it", () => place.replaceChildren())));
  return el(
    "section",
    { class: "card", "aria-label": audience.audience },
    el("h3", {}, audience.audience),
    el("p", { class: "muted" }, audience.sentence),
    audience.trouble ? el("p", { role: "alert" }, audience.trouble) : figures,
    audience.trouble ? null : el("div", { class: "trouble-actions" },
      button("Customer ids", file("customers")), button("Hashed addresses", file("emails")),
      button("Send to a webhook", () => place.replaceChildren(pushing(dataset, about))),
      button("What it brought", step("It cannot be told", async () => place.replaceChildren(readOut(await get(of("/readout?days=30"))))))),
    place,
    el("div", { class: "trouble-actions" }, button("Delete", ask, "quiet")),
  );
}

/** Says what would be sent; only the approval of exactly that sends it. */
function pushing(dataset, about) {
  const to = el("input", { type: "text", inputmode: "url", id: `to-${about}`, required: true });
  const place = el("div", { "aria-live": "polite" });
  const sent = (more) => post(`${about}/pushes`, { dataset, to: to.value, ...more });
  const approve = (shown, again) => inPlace(place, "It did not arrive for sure", async () => {
    const begun = await sent({ approve: shown.approve, again });
    const job = begun.job ? await follow(begun.job.job_id, ({ progress }) => place.replaceChildren(el("p", { class: "muted" }, `${progress} ...`))) : null;
    if (job && job.state !== "done") throw new Problem(job.error?.message ?? "It was cancelled.", job.error?.hint);
    const found = job ? job.result : begun;
    place.replaceChildren(el("p", {}, found.sent ? `Sent: ${count(found.added)} added, ${count(found.removed)} removed.` : "This was sent before; nothing more was sent."));
  });
  const look = () => inPlace(place, "Nothing can be sent there", async () => {
    const shown = await sent({});
    if (shown.state === "nothing") return place.replaceChildren(el("p", {}, "The receiver has it all: nothing to send."));
    const open = shown.state === "unknown";
    place.replaceChildren(
      el("p", {}, `${count(shown.added)} added, ${count(shown.removed)} removed, ${count(shown.stays)} stay as they are.`,
        open ? " Whether this arrived before is unknown: look at the receiver first." : ""),
      button(open ? "Send it again" : "Approve and send", () => approve(shown, open), "primary"));
  });
  const form = el("form", {}, field(to.id, "Address of the webhook", to), el("div", { class: "trouble-actions" }, el("button", { type: "submit" }, "Show what would be sent")), place);
  form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
  return form;
}

function readOut(found) {
  const rows = found.facts.map((fact) => [fact.subject.name, READ[fact.metric], figure(fact.text, fact.receipt)]);
  return el("div", {}, el("p", {}, found.verdict), el("p", { class: "small muted" }, found.facts[0].period.words),
    rowsTable("What the audience and its holdout did", ["Whose", "What", "Value"], rows, 2));
}

export function field(id, label, control, ...more) {
  return el("div", { class: "field" }, el("label", { for: id }, label), control, ...more);
}

/** Runs one step; a problem is shown where its result would be. */
export async function inPlace(place, title, action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    place.replaceChildren(trouble({ title, message: error.message, hint: error.hint }));
  }
}
