// Cost on the training rows and on those held out, and the score, by step; the run stands at the upright line.

import { canvas, colour, el, number, panel, t } from "./dom.js";
import { CLASSES } from "./colours.js";

const KINDS = [[1, "cost", CLASSES[0]], [2, "held_out", CLASSES[5]], [3, "score", CLASSES[2]]];

export function curves(studio) {
  const board = canvas({ id: "curve" });
  const legend = el("div", { className: "legend" });
  panel("curves", t("curves"), board, legend);
  return {
    show({ sides }) {
      board.paint((context, w, h) => draw(context, w, h, sides));
      const has = (column) => sides[0].arrays.curve.some((value, i) => i % 4 === column && !Number.isNaN(value));
      legend.replaceChildren(...KINDS.filter(([column]) => has(column)).map(([, key, fill]) => {
        const made = el("span", { className: "chip" }, key === "score" ? sides[0].score : t(key));
        made.style.setProperty("--chip", fill);
        return made;
      }), ...(sides.length > 1 ? [el("span", {}, t("dashed"))] : []));
    },
  };
}

function draw(context, w, h, sides) {
  const last = Math.max(1, ...sides.map((side) => side.last));
  const costs = sides.flatMap(({ arrays: { curve } }) => Array.from(curve).filter((value, i) => [1, 2].includes(i % 4) && value > 0));
  const [low, high] = [Math.log10(Math.min(...costs)) - 0.05, Math.log10(Math.max(...costs)) + 0.05];
  const [left, bottom] = [40, h - 18];
  const x = (step) => left + ((w - left - 8) * step) / last;
  const y = (cost) => bottom - ((bottom - 8) * (Math.log10(cost) - low)) / (high - low || 1);
  const upright = (score) => bottom - (bottom - 8) * Math.max(0, Math.min(1, score));

  context.strokeStyle = colour("line");
  context.fillStyle = colour("ink");
  context.textAlign = "right";
  for (const power of ticks(low, high)) {
    const height = y(power);
    context.beginPath();
    context.moveTo(left, height);
    context.lineTo(w - 8, height);
    context.lineWidth = 0.5;
    context.stroke();
    context.fillText(number(power, 2), left - 4, height + 4);
  }
  context.fillText(last.toLocaleString(), w - 8, h - 4);
  context.textAlign = "left";
  context.fillText("0", left, h - 4);

  sides.forEach((side, k) => {
    context.setLineDash(k ? [5, 4] : []);
    for (const [column, key, fill] of KINDS) {
      const { curve } = side.arrays;
      context.beginPath();
      for (let i = 0; i < curve.shape[0]; i++) {
        const value = curve[4 * i + column];
        if (Number.isNaN(value) || (key !== "score" && value <= 0)) continue;
        context.lineTo(x(curve[4 * i]), key === "score" ? upright(value) : y(value));
      }
      context.strokeStyle = fill;
      context.lineWidth = 1.8;
      context.stroke();
    }
  });
  context.setLineDash([]);
  context.strokeStyle = colour("accent");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x(sides[0].step), 4);
  context.lineTo(x(sides[0].step), bottom);
  context.stroke();
}

/** Round costs between two powers of ten: 1, 3 and 10 times each power. */
function ticks(low, high) {
  const found = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const times of high - low < 2 ? [1, 2, 5] : [1]) {
      const value = times * 10 ** power;
      if (Math.log10(value) >= low && Math.log10(value) <= high) found.push(value);
    }
  }
  return found.length ? found.slice(0, 9) : [10 ** ((low + high) / 2)];
}
