// Two tabs on narrow screens; on wide ones both views stand side by side and there are no tabs.

const NARROW = matchMedia("(max-width: 899px)");
const NAMES = ["dashboard", "chat"];
let chosen = "dashboard";

const view = (name) => document.getElementById(name);
const tab = (name) => document.getElementById(`tab-${name}`);

export function startTabs() {
  for (const name of NAMES) {
    tab(name).addEventListener("click", () => showTab(name));
    tab(name).addEventListener("keydown", move);
  }
  for (const link of document.querySelectorAll(".skip")) {
    link.addEventListener("click", () => showTab(link.dataset.tab));
  }
  NARROW.addEventListener("change", draw);
  draw();
}

export function showTab(name) {
  chosen = name;
  draw();
}

function move(event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -NAMES.length, End: NAMES.length };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const at = NAMES.indexOf(chosen) + steps[event.key];
  showTab(NAMES[Math.max(0, Math.min(NAMES.length - 1, at))]);
  tab(chosen).focus();
}

function draw() {
  for (const name of NAMES) {
    const on = name === chosen;
    tab(name).setAttribute("aria-selected", String(on));
    tab(name).tabIndex = on ? 0 : -1;
    view(name).hidden = NARROW.matches && !on;
    if (NARROW.matches) {
      view(name).setAttribute("role", "tabpanel");
      view(name).setAttribute("aria-labelledby", `tab-${name}`);
    } else {
      view(name).removeAttribute("role");
      view(name).removeAttribute("aria-labelledby");
    }
  }
}
