// The page: which view stands on the dashboard, and how one leads to the next.

import { Problem, get } from "./api.js";
import { audiencesView } from "./audiences.js";
import { Chat } from "./chat.js";
import { dashboardView, skeleton } from "./dashboard.js";
import { announce, button, el, trouble } from "./dom.js";
import { keyView } from "./key.js";
import { balance } from "./loads.js";
import { startReceipts } from "./receipt.js";
import { recordsView } from "./records.js";
import { reportMenu } from "./report.js";
import { showTab, startTabs } from "./tabs.js";
import { understoodView } from "./understood.js";
import { chooseFile, sendFile, startDrops } from "./upload.js";
import { welcomeView } from "./welcome.js";
import { Work, keptWork } from "./work.js";

const CHOSEN = "segue.dataset";
const stage = document.getElementById("dashboard");
const chat = new Chat();
const page = { datasets: [], dataset: null, work: null, checking: false, asked: 0, loaded: null };

function show(...views) {
  stage.replaceChildren(...views.filter(Boolean));
  stage.scrollTop = 0;
}

/** After something the person did, the focus goes to the heading of what came of it. */
function focusHeading() {
  stage.querySelector("h2")?.focus();
}

/** Runs one step of the page; a problem is shown in place with one way to try again. */
async function attempt(action, title, ...ways) {
  try {
    await action();
  } catch (error) {
    if (error.name === "AbortError") return open();
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) show(keyView(`${error.message} ${error.hint}`, open));
    else show(trouble({ title, message: error.message, hint: error.hint, kept: "What you had is as it was." },
      button("Try again", () => attempt(action, title, ...ways), "primary"), ...ways));
  }
}

// ---- the overview -----------------------------------------------------------------------------

function open(dataset = sessionStorage.getItem(CHOSEN)) {
  page.checking = false;
  show(page.work?.view, skeleton());
  return attempt(() => openOverview(dataset), "The overview could not be fetched");
}

async function openOverview(wanted) {
  const asked = (page.asked += 1);
  const { datasets } = await get("/v1/datasets");
  if (asked !== page.asked) return; // overtaken by a later one
  page.datasets = datasets;
  const found = page.datasets.find((dataset) => dataset.name === wanted) ?? page.datasets[0];
  page.dataset = found?.name ?? null;
  let overview = null;
  if (found) {
    sessionStorage.setItem(CHOSEN, found.name);
    overview = await get(`/v1/overview?dataset=${encodeURIComponent(found.name)}`).catch(withoutOrders);
    if (asked !== page.asked) return;
  }
  drawTop(overview);
  if (overview?.unsaid) show(page.work?.view, loadedNote(), noOverview(overview.unsaid));
  else if (overview) show(page.work?.view, loadedNote(), dashboardView(overview, { onAsk: ask, onFind: findSegments, onData: openData, onAudiences: openAudiences, working: page.work !== null }));
  else show(page.work?.view ?? welcomeView({ onChoose: choose, onSample: trySample }));
  await chat.use(page.dataset);
}

/** A dataset may hold customers or texts alone; then there is no overview, and it says why. */
function withoutOrders(error) {
  if (error.status !== 400) throw error;
  return { unsaid: error, segments: [] };
}

function noOverview({ message, hint }) {
  return el("section", { class: "card none" }, el("h2", { tabindex: "-1" }, "No overview yet"),
    el("p", {}, message), el("p", { class: "muted" }, hint), button("See the data", openData, "primary"));
}

function drawTop(overview) {
  const place = document.getElementById("dataset");
  place.hidden = page.datasets.length === 0;
  place.replaceChildren(page.datasets.length > 1 ? datasetSelect() : el("span", { title: page.dataset ?? "" }, page.dataset ?? ""));
  const upload = page.datasets.length && !page.work ? button("Upload a file", choose) : null;
  const report = overview?.segments.length ? reportMenu(page.dataset) : null;
  document.getElementById("actions").replaceChildren(...[upload, report].filter(Boolean));
}

function datasetSelect() {
  const options = page.datasets.map(({ name }) => el("option", { value: name, selected: name === page.dataset }, name));
  const select = el("select", { "aria-label": "Dataset" }, ...options);
  select.addEventListener("change", () => open(select.value));
  return select;
}

function ask(question) {
  showTab("chat");
  chat.suggest(question);
}

// ---- the data ---------------------------------------------------------------------------------

function openData() {
  show(skeleton());
  return attempt(async () => {
    const view = await recordsView(page.dataset, { onBack: () => open().then(focusHeading) });
    show(page.work?.view, view);
    focusHeading();
  }, "The data could not be fetched", button("Back to the overview", () => open()));
}

function openAudiences() {
  show(skeleton());
  return attempt(async () => {
    const view = await audiencesView(page.dataset, { onBack: () => open().then(focusHeading) });
    show(page.work?.view, view);
    focusHeading();
  }, "The audiences could not be fetched", button("Back to the overview", () => open()));
}

/** What the last load did, until it was looked at. */
function loadedNote() {
  const { loaded } = page;
  if (!loaded || loaded.dataset !== page.dataset) return null;
  const otherwise = loaded.not_applied ? ` Not applied: ${loaded.not_applied.join("; ")}.` : "";
  const words = loaded.already_loaded ? `was loaded before; nothing was changed.${otherwise}` : `is loaded: ${balance(loaded)}.`;
  return el("section", { class: "card loaded", "aria-label": "The last load" },
    el("p", {}, `${loaded.source} ${words}`),
    button("See the ledger", () => openData().then(openLedger)));
}

/** The newest load stands first. */
function openLedger() {
  const newest = stage.querySelector(".loads details");
  if (!newest) return;
  newest.open = true;
  newest.querySelector("summary").focus();
}

/** The dataset that is looked at stands first. */
function datasetsFirst() {
  return [...page.datasets].sort((one, other) => (other.name === page.dataset) - (one.name === page.dataset));
}

// ---- a file on its way in ---------------------------------------------------------------------

const choose = () => chooseFile(take);
const busy = () => page.work !== null || page.checking;
const another = () => button("Choose another file", choose);

function take(file) {
  showTab("dashboard");
  return attempt(async () => {
    page.checking = true;
    const { view, sent } = sendFile(file);
    show(view);
    focusHeading();
    const uploaded = await sent;
    await attempt(() => check(uploaded), "The file could not be read", another());
  }, "The file could not be uploaded", another()).finally(() => (page.checking = false));
}

async function check(uploaded) {
  const view = await understoodView(uploaded, datasetsFirst(), {
    onConfirm: (body, kind) => start({ plan: kind === "transactions" ? "load" : "records", body, dataset: body.dataset }, () => show(view)),
    onAnother: choose,
  });
  show(view);
  focusHeading();
}

// ---- work -------------------------------------------------------------------------------------

const trySample = () => start({ plan: "sample" });
const findSegments = () => start({ plan: "segments", dataset: page.dataset });

function start(plan, onLeaveLoad = () => open()) {
  const work = new Work(plan, {
    onStep: (dataset, last, result) => {
      page.loaded = result?.load_id ? result : page.loaded;
      if (!last) refresh(dataset);
    },
    onDone: (dataset) => {
      page.work = null;
      announce("Your data is ready.");
      open(dataset ?? undefined).then(focusHeading);
    },
    onLeave: (left) => {
      page.work = null;
      if (left.body.upload_id && left.step === 0) onLeaveLoad();
      else open(left.dataset ?? undefined);
    },
  });
  page.work = work;
  document.getElementById("actions").replaceChildren(); // one thing at a time
  show(work.view);
  focusHeading();
  if (plan.plan === "segments" || work.step > 0) refresh(work.dataset);
  work.run();
}

/** First figures appear while the rest is still being worked on. */
function refresh(dataset) {
  const focused = document.activeElement;
  openOverview(dataset).then(() => focused?.isConnected && focused.focus(), () => {}); // shown at the end in any case
}

startTabs();
startReceipts();
startDrops(take, busy);
document.addEventListener("segue-chat", () => showTab("chat"));
const kept = keptWork();
open().then(() => kept && start(kept));
