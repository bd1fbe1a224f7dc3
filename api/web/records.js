// The data of a dataset: what its records look like, kind by kind, and how they came in.

import { get } from "./api.js";
import { announce, button, el } from "./dom.js";
import { KINDS } from "./kinds.js";
import { loadsCard } from "./loads.js";
import { profileCards } from "./profile.js";

/** Resolves to the view; onBack leads to the overview. */
export async function recordsView(dataset, { onBack }) {
  const about = `/v1/datasets/${encodeURIComponent(dataset)}`;
  const [profile, { loads }] = await Promise.all([get(`${about}/profile`), get(`${about}/loads`)]);
  const place = el("div", { class: "records-profile" }, ...profileCards(profile));
  const choose = async (kind) => {
    place.replaceChildren(...profileCards(await get(`${about}/profile?kind=${kind}`)));
    announce(`${KINDS[kind].title} are shown.`);
  };
  return el(
    "div",
    { class: "records" },
    el(
      "header",
      { class: "view-head" },
      el("div", {},
        el("h2", { tabindex: "-1" }, "The data"),
        el("p", { class: "muted" }, `${dataset}, version ${profile.version}`)),
      button("Back to the overview", onBack, "quiet"),
    ),
    profile.kinds.length > 1 ? kindSelect(profile, choose) : el("p", { class: "records-kind" }, KINDS[profile.kind].title),
    place,
    loadsCard(loads),
  );
}

function kindSelect(profile, onChoose) {
  const options = profile.kinds.map((kind) => el("option", { value: kind, selected: kind === profile.kind }, KINDS[kind].title));
  const select = el("select", { id: "records-kind" }, ...options);
  select.addEventListener("change", () => onChoose(select.value));
  return el("div", { class: "field records-kind" }, el("label", { for: "records-kind" }, "Records"), select);
}
