// The chat: the question box, the running answer, and the thread that outlives a reload.

import { Problem, get, send } from "./api.js";
import { announce, button, el } from "./dom.js";
import { plainText } from "./sentences.js";
import { events } from "./stream.js";
import { Turn } from "./turn.js";

const THREAD = "segue.thread";
const STARTERS = ["Which segment brings the most revenue?", "Who is likely to leave?", "How many customers do I have, and what do they spend?"];
const BESIDE = { table: "tables", chart: "charts", facts: "facts" };
const NEAR = 80; // pixels from the end that still count as reading along

const at = (id) => document.getElementById(id);

export class Chat {
  constructor() {
    this.dataset = null;
    this.running = null;
    this.turns = at("turns");
    this.box = at("question");
    at("ask").addEventListener("submit", (event) => this.submit(event));
    at("stop").addEventListener("click", () => this.stop());
    at("new-thread").addEventListener("click", () => {
      this.startThread();
      this.box.focus();
    });
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => this.shortcut(event));
    this.welcome();
  }

  /** The dataset that questions are about; null: none is there yet. */
  async use(dataset) {
    if (dataset === this.dataset) return;
    const moved = this.dataset !== null;
    this.dataset = dataset;
    this.box.disabled = at("send").disabled = dataset === null;
    if (moved) this.startThread();
    else await this.recall();
  }

  /** Puts a question into the box, for the person to send or change. */
  suggest(question) {
    this.box.value = question;
    this.grow();
    this.box.focus();
  }

  async recall() {
    const thread = sessionStorage.getItem(THREAD);
    this.welcome();
    if (!thread) return;
    try {
      const { turns } = await get(`/v1/threads/${encodeURIComponent(thread)}`);
      for (const answer of turns) this.place(answer.question).done(answer);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 404) sessionStorage.removeItem(THREAD);
    }
    this.toEnd();
  }

  startThread() {
    this.stop();
    sessionStorage.removeItem(THREAD);
    this.welcome();
  }

  welcome() {
    at("new-thread").hidden = true;
    const starters = STARTERS.map((text) => button(text, () => this.ask(text), "chip"));
    this.turns.replaceChildren(
      this.dataset === null
        ? el("p", { class: "chat-empty muted" }, "Once orders are loaded, ask about them here. Each figure in an answer opens its receipt.")
        : el("div", { class: "chat-empty" },
            el("p", { class: "muted" }, "Ask in your own words. Each figure in an answer opens its receipt."),
            el("div", { class: "chips", role: "group", "aria-label": "Questions to start with" }, ...starters)),
    );
  }

  place(question) {
    if (this.turns.querySelector(".chat-empty")) this.turns.replaceChildren();
    at("new-thread").hidden = false;
    const turn = new Turn(question, { onAsk: (text) => this.ask(text) });
    this.turns.append(turn.view);
    return turn;
  }

  submit(event) {
    event.preventDefault();
    const question = this.box.value.trim();
    if (!question || this.running) return;
    this.box.value = "";
    this.grow();
    this.ask(question);
  }

  async ask(question) {
    if (this.running || this.dataset === null) return;
    const turn = this.place(question);
    const running = (this.running = new AbortController());
    this.buttons();
    this.report(turn, "Reading the question");
    this.toEnd();
    try {
      await this.listen(turn, question, running.signal);
    } catch (error) {
      if (error.name === "AbortError") {
        turn.stop();
        announce("Stopped.");
      } else if (error instanceof Problem) turn.fail(error);
      else throw error;
    } finally {
      if (this.running === running) this.running = null;
      this.buttons();
      this.toEnd(turn.view);
    }
  }

  async listen(turn, question, signal) {
    const body = { question, dataset: this.dataset, thread: sessionStorage.getItem(THREAD) };
    const response = await send("POST", "/v1/questions", body, signal);
    for await (const { name, data } of events(response)) {
      const following = this.isAtEnd();
      if (name === "status" || name === "tool_started") this.report(turn, data.text);
      else if (name === "sentence") turn.sentence(data);
      else if (name in BESIDE) {
        turn.besides(BESIDE[name], data.facts ?? [data]);
        continue; // the reader stays with the sentences
      } else if (name === "restarted") turn.restart(data.reason);
      else if (name === "error") throw new Problem(data.message, data.hint);
      else if (name === "done") return this.finish(turn, data);
      if (following) this.toEnd();
    }
    throw new Problem("The answer broke off.", "Ask again.");
  }

  report(turn, text) {
    if (turn.shown.length) return; // sentences have taken the place of the status
    turn.status(text);
    announce(text);
  }

  finish(turn, answer) {
    sessionStorage.setItem(THREAD, answer.thread);
    turn.done(answer);
    announce(plainText(answer.sentences));
  }

  stop() {
    this.running?.abort();
  }

  buttons() {
    const busy = this.running !== null;
    const hadFocus = document.activeElement === at("stop");
    at("send").hidden = busy;
    at("stop").hidden = !busy;
    if (!busy && hadFocus) this.box.focus();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    at("ask").requestSubmit();
  }

  shortcut(event) {
    if (at("receipt").open) return;
    if (event.key === "Escape") this.stop();
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || this.box.disabled) return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("segue-chat"));
    this.box.focus();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight + 2, 160)}px`;
  }

  isAtEnd() {
    return this.turns.scrollHeight - this.turns.scrollTop - this.turns.clientHeight < NEAR;
  }

  /** To the end; a finished answer that is taller than the view stays where the reader is. */
  toEnd(finished = null) {
    if (finished && !this.isAtEnd() && finished.offsetHeight > this.turns.clientHeight) return;
    this.turns.scrollTop = this.turns.scrollHeight;
  }
}
