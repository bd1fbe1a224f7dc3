// The menu that makes a report and hands it over as soon as it is done.

import { download, post } from "./api.js";
import { announce, button, el } from "./dom.js";
import { follow } from "./jobs.js";
import { bytes } from "./words.js";

const FORMATS = [
  ["pdf", "PDF", "to print and send"],
  ["docx", "Word", "to go on writing in"],
  ["html", "HTML", "one file, any browser"],
  ["csv", "CSV", "the figures, for a spreadsheet"],
];

export function reportMenu(dataset) {
  const note = el("p", { class: "menu-note", hidden: true, role: "status" });
  const choices = FORMATS.map(([format, name, hint]) =>
    el("button", { type: "button", onclick: () => make(format) }, name, el("small", {}, hint)));
  const list = el("div", { class: "menu-list", id: "report-list", hidden: true }, ...choices, note);
  const open = button("Report", () => show(list.hidden));
  open.setAttribute("aria-expanded", "false");
  open.setAttribute("aria-controls", "report-list");
  const menu = el("div", { class: "menu" }, open, list);

  const show = (on) => {
    list.hidden = !on;
    open.setAttribute("aria-expanded", String(on));
  };
  const say = (text, kind = "") => {
    note.hidden = false;
    note.className = `menu-note ${kind}`;
    note.replaceChildren(...(kind === "busy" ? [el("span", { class: "spinner" })] : []), el("span", {}, text));
  };
  const make = async (format) => {
    choices.forEach((choice) => (choice.disabled = true));
    say("Making the report", "busy");
    try {
      say(await made(dataset, format, (text) => say(text, "busy")));
    } catch (error) {
      say(`${error.message} ${error.hint ?? ""}`, "bad");
    }
    choices.forEach((choice) => (choice.disabled = false));
  };
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    show(false);
    open.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) show(false);
  });
  const outside = (event) => {
    if (!menu.isConnected) document.removeEventListener("pointerdown", outside);
    else if (!menu.contains(event.target)) show(false);
  };
  document.addEventListener("pointerdown", outside);
  return menu;
}

async function made(dataset, format, onProgress) {
  const started = await post("/v1/reports", { dataset, formats: [format] });
  const job = await follow(started.job_id, (found) => found.progress && onProgress(found.progress));
  if (job.state !== "done") {
    return Promise.reject(job.error ?? { message: "The report was cancelled.", hint: "" });
  }
  for (const file of job.result.files) await download(file.url, file.name);
  const words = job.result.files.map((file) => `${file.name} (${bytes(file.size)})`).join(", ");
  announce(`Downloaded ${words}`);
  return `Downloaded ${words}`;
}
