// Work that outlives a request, step by step: the real progress of each job, its time, Cancel, and
// what is kept when one of them fails. A reload finds its way back to the running job.

import { Problem, post } from "./api.js";
import { announce, button, el, trouble } from "./dom.js";
import { cancel, follow } from "./jobs.js";
import { elapsed } from "./words.js";

const KEPT = "segue.work";
const LOAD = { title: "Load the rows", path: "/v1/loads", kept: "Nothing was loaded; the datasets you had are as they were." };
const FIND = { title: "Find the segments", path: "/v1/segmentations", kept: "The rows are loaded and stay." };
const SCORE = { title: "Predict who will leave", path: "/v1/scorings", kept: "The orders and the segments are there and stay." };
const SAMPLE = { title: "Make the sample shop and explore it", path: "/v1/samples", kept: "The datasets you had are as they were." };
const PLANS = { load: [LOAD, FIND, SCORE], records: [LOAD], sample: [SAMPLE], segments: [FIND, SCORE] };

/** What was running before a reload, if anything. */
export function keptWork() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
}

export class Work {
  /** doors: onStep(dataset, last, result) after each step that is done, onDone(dataset), onLeave() when given up */
  constructor({ plan, body = {}, dataset = null, step = 0, jobId = null }, doors) {
    Object.assign(this, { plan, body, dataset, step, jobId, doors });
    this.steps = PLANS[plan];
    this.stopping = new AbortController();
    this.lines = this.steps.map((found) => new Line(found.title));
    this.foot = el("div", { class: "work-foot" });
    this.view = el(
      "section",
      { class: "card work", "aria-labelledby": "work-title" },
      el("h2", { id: "work-title", tabindex: "-1" }, "Working on your data"),
      el("ol", { class: "steps" }, ...this.lines.map((line) => line.view)),
      this.foot,
    );
    this.lines.slice(0, step).forEach((line) => line.end("done", ""));
  }

  async run() {
    try {
      while (this.step < this.steps.length) {
        if (!(await this.take())) return;
        this.step += 1;
        this.jobId = null;
        this.doors.onStep(this.dataset, this.step === this.steps.length, this.result);
      }
      sessionStorage.removeItem(KEPT);
      this.doors.onDone(this.dataset);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.fail(error.message, error.hint);
    }
  }

  /** One step; true when it is done. */
  async take() {
    const line = this.lines[this.step];
    line.begin();
    this.foot.replaceChildren(this.cancelButton());
    announce(this.steps[this.step].title);
    this.jobId ??= (await post(this.steps[this.step].path, this.request())).job_id;
    sessionStorage.setItem(KEPT, JSON.stringify({ plan: this.plan, body: this.body, dataset: this.dataset, step: this.step, jobId: this.jobId }));
    const job = await follow(this.jobId, (found) => line.say(found.progress), this.stopping.signal);
    if (job.state === "done") {
      this.result = job.result;
      this.dataset = job.result?.dataset ?? this.dataset;
      line.end("done", job.progress);
      return true;
    }
    if (job.state === "cancelled") this.give("Cancelled", "You cancelled this step.", "");
    else this.fail(job.error?.message ?? "The step failed.", job.error?.hint ?? "");
    return false;
  }

  request() {
    const own = this.step === 0 && Object.keys(this.body).length;
    if (own || this.plan === "sample") return this.body;
    return { dataset: this.dataset };
  }

  cancelButton() {
    const stop = button("Cancel", async () => {
      stop.disabled = true;
      stop.textContent = "Cancelling";
      if (this.jobId) await cancel(this.jobId).catch(() => { stop.disabled = false; stop.textContent = "Cancel"; });
    });
    return stop;
  }

  fail(message, hint) {
    this.give(`${this.steps[this.step].title}: this did not work`, message, hint);
  }

  give(title, message, hint) {
    this.lines[this.step].end("failed", "");
    sessionStorage.removeItem(KEPT);
    const retry = button("Try again", () => {
      this.jobId = null;
      this.run();
    }, "primary");
    const leave = button(this.steps[this.step] === LOAD ? "Choose columns or another file" : "Close", () => this.doors.onLeave(this));
    this.foot.replaceChildren(trouble({ title, message, kept: this.steps[this.step].kept, hint }, retry, leave));
  }
}

/** One step as it is shown. */
class Line {
  constructor(title) {
    this.mark = el("span", { class: "step-mark", "aria-hidden": "true" });
    this.text = el("span", { class: "step-text muted" }, "Waiting");
    this.time = el("span", { class: "step-time muted" });
    this.view = el("li", { class: "step" }, this.mark, el("span", { class: "step-title" }, title), this.time, this.text);
  }

  begin() {
    this.view.className = "step running";
    this.mark.replaceChildren(el("span", { class: "spinner" }));
    this.say("Starting");
    this.started = Date.now();
    this.clock = setInterval(() => this.tick(), 1000);
  }

  tick() {
    this.time.textContent = elapsed((Date.now() - this.started) / 1000);
  }

  say(text) {
    if (text) this.text.textContent = text;
  }

  end(state, text) {
    clearInterval(this.clock);
    if (this.started) this.tick();
    this.view.className = `step ${state}`;
    this.mark.replaceChildren(state === "done" ? "✓" : "!");
    this.text.textContent = text || (state === "done" ? "Done" : "Not done");
  }
}
