// One question and its answer as it comes about.

import { download } from "./api.js";
import { besideView } from "./beside.js";
import { button, el, trouble } from "./dom.js";
import { Writing, plainText } from "./sentences.js";
import { seconds } from "./words.js";

export class Turn {
  /** doors: onAsk(question) for follow-ups and for asking again */
  constructor(question, doors) {
    this.question = question;
    this.doors = doors;
    this.before = el("div");
    this.text = el("div", { class: "answer-text" });
    this.writing = new Writing(this.text);
    this.shown = [];
    this.line = el("p", { class: "answer-status", hidden: true });
    this.beside = el("div", { class: "answer-beside" });
    this.found = { tables: [], charts: [], facts: [] };
    this.foot = el("div", { class: "answer-foot" });
    this.view = el(
      "article",
      { class: "turn", "aria-label": `Question: ${question}` },
      el("h3", { class: "asked" }, question),
      el("div", { class: "answer" }, this.before, this.text, this.line, this.beside, this.foot),
    );
  }

  status(text) {
    this.line.hidden = false;
    this.line.replaceChildren(el("span", { class: "spinner", "aria-hidden": "true" }), el("span", {}, text));
  }

  sentence(sentence) {
    this.line.hidden = true;
    this.shown.push(sentence);
    this.writing.add(sentence);
  }

  /** More of what stands under the sentences: tables, charts or facts. */
  besides(kind, more) {
    this.found[kind] = [...this.found[kind], ...more];
    this.beside.replaceChildren(...besideView(this.found));
  }

  restart(reason) {
    this.shown = [];
    this.writing.clear();
    this.before.replaceChildren(el("p", { class: "notice" }, reason));
    this.status("Starting over");
  }

  /** The whole answer; the sentences shown so far stay where they are when they are the same. */
  done(answer) {
    this.line.hidden = true;
    if (plainText(this.shown) !== plainText(answer.sentences)) {
      this.shown = answer.sentences;
      this.writing.clear();
      answer.sentences.forEach((sentence) => this.writing.add(sentence));
    }
    this.view.dataset.kind = answer.kind;
    this.beside.replaceChildren(...besideView(answer));
    this.foot.replaceChildren(...footer(answer, this.doors.onAsk));
  }

  stop() {
    this.line.hidden = true;
    this.foot.replaceChildren(
      el("p", { class: "answer-by" }, this.shown.length ? "Stopped. This is what came before." : "Stopped before an answer came."),
      el("div", { class: "chips" }, button("Ask again", () => this.doors.onAsk(this.question), "chip")),
    );
  }

  fail(error) {
    this.line.hidden = true;
    const kept = this.shown.length ? "What came before is kept above." : "Your question is kept.";
    this.foot.replaceChildren(
      trouble({ title: "No answer this time", message: error.message, kept, hint: error.hint },
        button("Ask again", () => this.doors.onAsk(this.question))),
    );
  }
}

function footer(answer, onAsk) {
  const notice = answer.state?.notice;
  const chips = (answer.follow_ups ?? []).map((text) => button(text, () => onAsk(text), "chip"));
  return [
    notice ? el("p", { class: "notice" }, notice) : null,
    ...(answer.state?.files ?? []).map(({ file, address }) => fetchable(file.split("/").at(-1), address, answer.state.dataset)),
    el("p", { class: "answer-by" }, signature(answer)),
    chips.length ? el("div", { class: "chips", role: "group", "aria-label": "Go on with" }, ...chips) : null,
  ].filter(Boolean);
}

function fetchable(name, address, dataset) {
  const get = () => download(`${address}?dataset=${encodeURIComponent(dataset)}`, name);
  return el("p", {}, button(`Download ${name}`, get));
}

function signature(answer) {
  const planner = answer.model === "planner";
  const by = planner ? "the built-in planner" : answer.model;
  const happened = (answer.happened ?? []).map((text) => `${text} `).join("");
  const again = answer.recalled ? " (the same question on the same records was answered before)" : "";
  const tokens = answer.tokens?.total_tokens ? `, ${answer.tokens.total_tokens} tokens` : "";
  const cost = answer.cost ? `, cost ${answer.cost}` : "";
  const about = answer.state?.about ? `About ${answer.state.about}. ` : "";
  return `${happened}${about}Answered by ${by} in ${seconds(answer.seconds)}${tokens}${cost}${again}`;
}
