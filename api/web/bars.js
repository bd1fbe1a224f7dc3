// Small bars of a column: a histogram, months, or the commonest words. Drawn in a box of fixed
// shape that stretches with its cell; what it shows is said in its name and in the table beside.

import { svg } from "./dom.js";

const HIGH = 40;
const STEP = 10;
const GAP = 1.5;

/** `counts`: heights from left to right; a count above nothing is always seen. */
export function bars(counts, name) {
  const width = Math.max(counts.length, 1) * STEP;
  const highest = Math.max(...counts, 1);
  const canvas = svg("svg", { class: "bars", role: "img", "aria-label": name, viewBox: `0 0 ${width} ${HIGH}`, preserveAspectRatio: "none" });
  counts.forEach((count, index) => {
    const height = count ? Math.max(2, (count / highest) * HIGH) : 0;
    canvas.append(svg("rect", { x: index * STEP + GAP / 2, y: HIGH - height, width: STEP - GAP, height }));
  });
  canvas.append(svg("line", { x1: 0, y1: HIGH, x2: width, y2: HIGH }));
  return canvas;
}
