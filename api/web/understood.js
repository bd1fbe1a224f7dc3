// What Segue understood of a file, before anything is loaded: its kind, its columns, the account of
// its rows, and what only the person can say. Every answer is looked at again by the service.

import { Problem, post } from "./api.js";
import { columnsCard } from "./columns.js";
import { comparisonCard } from "./comparison.js";
import { announce, button, el, trouble } from "./dom.js";
import { KINDS, kindCard } from "./kinds.js";
import { ledgerCard } from "./ledger.js";
import { answeredFields, questionCard } from "./question.js";
import { shopCard } from "./shop.js";
import { sampleTable } from "./table.js";
import { bytes, plain } from "./words.js";

const KNOWN = "Rows that the dataset already holds are found when the file is loaded, and counted as dropped.";

/** Resolves to the view once the service had its first look; onConfirm gets the body of the load. */
export async function understoodView(uploaded, datasets, { onConfirm, onAnother }) {
  const said = { kind: null, mapping: {}, dates: null, decimal: null };
  const found = { preview: null, question: null, looks: 0 };
  const parts = { question: el("div"), kind: el("div"), columns: el("div"), rows: el("div"), ledger: el("div"), after: el("div") };
  const shop = shopCard(uploaded.name, datasets, () => look("shop"));
  const confirm = button("Load", () => onConfirm(body(), found.preview.kind), "primary");
  const waiting = el("p", { class: "confirm-note", role: "status" });

  const body = () => ({ upload_id: uploaded.upload_id, ...shop.said(), ...given(said) });

  /** `focus`: the id of the control that asked for it, which is drawn anew. */
  const look = async (focus) => {
    const turn = (found.looks += 1);
    confirm.disabled = true;
    waiting.textContent = "Checking the file";
    try {
      const preview = await post("/v1/loads/preview", body());
      if (turn !== found.looks) return; // overtaken by a later answer
      Object.assign(found, { preview, question: preview.question ?? null });
      draw();
    } catch (error) {
      if (turn !== found.looks) return;
      if (!(error instanceof Problem)) throw error;
      if (!error.question && !found.preview) throw error;
      refuse(error);
    }
    document.getElementById(focus)?.focus();
  };

  const refuse = (error) => {
    found.question = error.question;
    draw();
    if (error.question) return;
    parts.ledger.replaceChildren(
      trouble({ title: "The file cannot be loaded like this", message: error.message, kept: "It stays uploaded, and nothing was loaded.", hint: error.hint }));
    confirm.disabled = true;
    waiting.textContent = "Change what is said above, or choose another file.";
  };

  const draw = () => {
    const { preview, question } = found;
    const ledger = question ? null : preview?.ledger;
    parts.question.replaceChildren(...[question && questionCard(question, answer)].filter(Boolean));
    if (preview) {
      parts.kind.replaceChildren(kindCard(preview, chooseKind));
      parts.columns.replaceChildren(columnsCard(preview, mapColumn));
      parts.rows.replaceChildren(rowsCard(preview));
      shop.know(preview);
    }
    parts.ledger.replaceChildren(...(ledger ? [ledgerCard(ledger, { dropped: preview.dropped_rows, answers: answeredFields(said, answer), note: shop.adds() ? KNOWN : "" })] : []));
    parts.after.replaceChildren(...(ledger && preview.compared?.length ? [comparisonCard(preview)] : []));
    confirm.disabled = !ledger;
    confirm.textContent = ledger ? `Load ${KINDS[preview.kind].rows}` : "Load";
    waiting.textContent = missing(preview, question);
    announce(question ? "Segue has a question about the file." : ledger ? "The file was understood." : "Some columns have to be chosen.");
  };

  const chooseKind = (kind) => {
    Object.assign(said, { kind, mapping: {} });
    look("file-kind");
  };
  const mapColumn = (theirs, ours, focus) => {
    const other = Object.keys(found.preview.mapping).find((column) => ours && found.preview.mapping[column] === ours);
    if (other) said.mapping[other] = "";
    said.mapping[theirs] = ours;
    look(focus);
  };
  const answer = (choice, option) => {
    said[choice] = option;
    look(found.question ? "understood-title" : `answered-${choice}`);
  };

  await look();
  return el(
    "div",
    { class: "understood" },
    el(
      "header",
      { class: "view-head" },
      el("div", {},
        el("h2", { tabindex: "-1", id: "understood-title" }, "Check what was understood"),
        el("p", { class: "muted" }, `${uploaded.name}, ${bytes(uploaded.size)}. Nothing is loaded yet.`)),
      button("Choose another file", onAnother, "quiet"),
    ),
    parts.question, parts.kind, parts.columns, parts.rows, shop.view, parts.ledger, parts.after,
    el("div", { class: "confirm" }, confirm, waiting),
  );
}

/** Only what the person said; the rest is for the service to recognise. */
function given(said) {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}

function rowsCard(preview) {
  if (!preview.sample.length) return "";
  const title = preview.sample.length === 1 ? "The first row" : `The first ${preview.sample.length} rows, as they stand in the file`;
  return el("section", { class: "card" }, el("h3", {}, title), sampleTable(preview.columns, preview.sample));
}

function missing(preview, question) {
  if (question) return "Answer the question above first.";
  if (preview.ledger) return "";
  if (!preview.missing.length) return "Segue cannot read these rows yet.";
  return `Choose the column for: ${preview.missing.map(plain).join(", ")}.`;
}
