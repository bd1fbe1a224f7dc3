// What a file cannot tell by itself: Segue asks, with a real cell of the file for each reading.

import { button, el } from "./dom.js";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const CHOICES = {
  dates: { title: "Which comes first, the day or the month?", label: "Dates", options: { dmy: "The day first", mdy: "The month first" }, read: readDate },
  decimal: { title: "What do the point and the comma mean?", label: "Decimal sign", options: { ".": "A point before the decimals", ",": "A comma before the decimals" }, read: readNumber },
};

/** `question`: choice, options, example, message as the service asks; onAnswer(choice, option). */
export function questionCard(question, onAnswer) {
  const { choice, options, example } = question;
  const known = CHOICES[choice];
  const answers = options.map((option) => {
    const reading = known?.read(example, option);
    return el("button", { type: "button", class: "choice", onclick: () => onAnswer(choice, option) },
      el("span", { class: "choice-title" }, known?.options[option] ?? option),
      reading ? el("span", { class: "choice-reading" }, `${example} is ${reading}`) : null);
  });
  return el(
    "section",
    { class: "card question", "aria-labelledby": "question-title" },
    el("h3", { id: "question-title", tabindex: "-1" }, known?.title ?? "One thing has to be said"),
    el("p", {}, question.message),
    el("div", { class: "choices", role: "group", "aria-labelledby": "question-title" }, ...answers),
  );
}

/** The answers given so far, which can still be changed. */
export function answeredFields(said, onAnswer) {
  return Object.keys(CHOICES).filter((choice) => said[choice]).map((choice) => {
    const { label, options } = CHOICES[choice];
    const other = Object.keys(options).find((option) => option !== said[choice]);
    return el("p", { class: "answered" },
      el("span", {}, `${label}: ${options[said[choice]].toLowerCase()}, as you said.`),
      el("span", { id: `answered-${choice}`, tabindex: "-1" }, button("Change", () => onAnswer(choice, other), "quiet")));
  });
}

function readDate(example, order) {
  const parts = example.match(/\d+/g)?.map(Number) ?? [];
  const [day, month] = order === "dmy" ? parts : [parts[1], parts[0]];
  if (parts.length < 3 || !MONTHS[month - 1] || day > 31) return "no date";
  const year = parts[2] < 100 ? 2000 + parts[2] : parts[2];
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

function readNumber(example, sign) {
  const digits = example.replace(/[^\d.,]/g, "");
  const other = sign === "." ? "," : ".";
  const value = Number(digits.replaceAll(other, "").replace(sign, "."));
  if (Number.isNaN(value)) return "no number";
  return Number.isInteger(value) && !digits.includes(sign) ? `${new Intl.NumberFormat("en").format(value)}, a whole number` : `${value}, with decimals`;
}
