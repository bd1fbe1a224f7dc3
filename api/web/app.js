// The page: which view stands on the dashboard, and how one leads to the next.

import { Problem, get, post } from "./api.js";
import { Chat } from "./chat.js";
import { columnsView } from "./columns.js";
import { dashboardView, skeleton } from "./dashboard.js";
import { announce, button, el, trouble } from "./dom.js";
import { keyView } from "./key.js";
import { startReceipts } from "./receipt.js";
import { reportMenu } from "./report.js";
import { showTab, startTabs } from "./tabs.js";
import { chooseFile, sendFile, startDrops } from "./upload.js";
import { welcomeView } from "./welcome.js";
import { Work, keptWork } from "./work.js";

const CHOSEN = "segue.dataset";
const stage = document.getElementById("dashboard");
const chat = new Chat();
const page = { datasets: [], dataset: null, work: null, checking: false, asked: 0 };

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
    overview = await get(`/v1/overview?dataset=${encodeURIComponent(found.name)}`);
    if (asked !== page.asked) return;
  }
  drawTop(overview);
  if (overview) show(page.work?.view, dashboardView(overview, { onAsk: ask, onFind: findSegments, working: page.work !== null }));
  else show(page.work?.view ?? welcomeView({ onChoose: choose, onSample: trySample }));
  await chat.use(page.dataset);
}

function drawTop(overview) {
  const place = document.getElementById("dataset");
  place.hidden = page.datasets.length === 0;
  place.replaceChildren(page.datasets.length > 1 ? datasetSelect() : el("span", { title: page.dataset ?? "" }, page.dataset ?? ""));
  const upload = page.datasets.length && !page.work ? button("Upload CSV", choose) : null;
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
  const preview = await post("/v1/loads/preview", { upload_id: uploaded.upload_id, mapping: {} });
  const view = columnsView(uploaded, preview, {
    onConfirm: (body) => start({ plan: "load", body, dataset: body.dataset }, () => show(view)),
    onAnother: choose,
  });
  show(view);
  focusHeading();
  announce(preview.ledger ? "The columns were understood." : "Some columns have to be chosen.");
}

// ---- work -------------------------------------------------------------------------------------

const trySample = () => start({ plan: "sample" });
const findSegments = () => start({ plan: "segments", dataset: page.dataset });

function start(plan, onLeaveLoad = () => open()) {
  const work = new Work(plan, {
    onStep: (dataset, last) => last || refresh(dataset),
    onDone: (dataset) => {
      page.work = null;
      announce("Your data is ready.");
      open(dataset ?? undefined).then(focusHeading);
    },
    onLeave: (left) => {
      page.work = null;
      if (left.plan === "load" && left.step === 0) onLeaveLoad();
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
