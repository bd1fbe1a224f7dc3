// A file on its way in: chosen or dropped anywhere, sent with its percentage, then looked at.

import { upload } from "./api.js";
import { announce, button, el } from "./dom.js";
import { bytes } from "./words.js";

/** Opens the file chooser. */
export function chooseFile(onFile) {
  const input = el("input", { type: "file", accept: ".csv,.tsv,.txt,.gz,.parquet,.xlsx,.json,.jsonl" });
  input.addEventListener("change", () => input.files[0] && onFile(input.files[0]));
  input.click();
}

/** A file may be dropped anywhere on the page, unless `busy()`. */
export function startDrops(onFile, busy) {
  const veil = el("div", { class: "drop-veil", hidden: true, "aria-hidden": "true" }, el("p", {}, "Drop the file to upload it"));
  document.body.append(veil);
  const carriesFile = (event) => event.dataTransfer?.types.includes("Files") && !busy();
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    veil.hidden = busy();
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    veil.hidden = true;
    if (carriesFile(event) && event.dataTransfer.files[0]) onFile(event.dataTransfer.files[0]);
  });
}

/** The view of one upload, and the promise of what the service made of the file. */
export function sendFile(file) {
  const stopping = new AbortController();
  const bar = el("progress", { max: "100", value: "0", "aria-label": "Upload" });
  const percent = el("span", { class: "upload-percent" }, "0%");
  const said = el("p", { class: "muted" }, "Sending the file");
  const view = el(
    "div",
    { class: "card upload" },
    el("h2", { tabindex: "-1", class: "file-name" }, file.name),
    el("p", { class: "small muted" }, bytes(file.size)),
    el("div", { class: "upload-line" }, bar, percent),
    el("div", { class: "upload-line" }, said, button("Cancel", () => stopping.abort())),
  );
  const show = (share) => {
    bar.value = Math.floor(share * 100);
    percent.textContent = `${bar.value}%`;
    if (share === 1 && said.textContent !== "Checking columns") {
      said.textContent = "Checking columns";
      announce("The file is sent. Checking columns.");
    }
  };
  return { view, sent: upload(file, show, stopping.signal).then((made) => (show(1), made)) };
}
