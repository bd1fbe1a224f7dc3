// Sentences as they are released, set as paragraphs and lists, their figures as buttons.

import { el, figure } from "./dom.js";

/** Writes sentences into a container; a new line begins a paragraph, "- " a list item. */
export class Writing {
  constructor(container) {
    this.container = container;
    this.clear();
  }

  clear() {
    this.container.replaceChildren();
    this.block = null;
  }

  add(sentence) {
    const pieces = cut(sentence);
    if (this.block?.textContent && pieces.length && !/^\s/.test(pieces[0].text)) this.block.append(" ");
    for (const piece of pieces) {
      const lines = piece.receipt ? [piece.text] : piece.text.split("\n");
      lines.forEach((line, index) => {
        if (index > 0) this.block = null;
        if (line || piece.receipt) this.write(line, piece.receipt);
      });
    }
  }

  write(text, receipt) {
    if (!this.block) {
      const item = !receipt && /^\s*[-•] /.test(text);
      this.block = item ? this.item() : this.container.appendChild(el("p"));
      text = item ? text.replace(/^\s*[-•] /, "") : text;
    }
    this.block.append(receipt ? figure(text, receipt) : text);
  }

  item() {
    const last = this.container.lastElementChild;
    const list = last?.tagName === "UL" ? last : this.container.appendChild(el("ul"));
    return list.appendChild(el("li"));
  }
}

/** The stretches of a sentence, with the receipt of those that are figures (offsets in code points). */
function cut(sentence) {
  const points = Array.from(sentence.text);
  const pieces = [];
  let at = 0;
  for (const span of [...sentence.spans].sort((one, other) => one.start - other.start)) {
    if (span.start < at) continue; // overlapping: the first one stands
    if (span.start > at) pieces.push({ text: points.slice(at, span.start).join("") });
    pieces.push({ text: points.slice(span.start, span.end).join(""), receipt: span.receipt });
    at = span.end;
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join("") });
  return pieces;
}

export function plainText(sentences) {
  return sentences.map((sentence) => sentence.text.trim()).join(" ");
}
