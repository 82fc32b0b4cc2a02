// The network, drawn: a picture of each unit over the plane, an edge for each weight; both can be clicked.

import { at, canvas, colour, el, number, panel, t } from "./dom.js";
import { picture, rgb, signed, table } from "./colours.js";

const UNITS = 24; // of a layer, as many as a frame has pictures of
const HEAD = 44; // pixels above the units, for the buttons

export function network(studio) {
  let laid = null;
  const board = canvas({ id: "board", title: t("board_help") });
  const above = el("div", { id: "above" });
  const editor = el("form", { id: "editor", hidden: true });
  panel("network", t("network"), above, board, editor);

  board.addEventListener("click", (event) => {
    const found = laid && hit(laid, ...at(event));
    editor.hidden = true;
    if (found?.unit !== undefined) {
      const { sample, unit } = studio.frame.looked ?? {};
      studio.ask({ do: "look", sample: sample ?? null, unit: { ...unit, [found.layer]: found.unit } });
    } else if (found) edit(studio, editor, found, ...at(event));
  });

  return {
    show(frame) {
      const side = frame.sides[0];
      const tallest = Math.min(UNITS, Math.max(...side.n));
      board.style.height = `${Math.max(220, Math.min(560, HEAD + 46 * tallest))}px`;
      board.paint((context, w, h) => {
        laid = layout(side, w, h);
        edges(context, laid, side);
        units(context, laid, side, frame.looked?.unit ?? {});
      });
      buttons(studio, above, side, laid);
    },
  };
}

/** Where everything stands: the columns of units, and the lines between them. */
function layout(side, w, h) {
  const L = side.n.length - 1;
  const columns = side.n.map((n, l) => {
    const shown = Math.min(n, UNITS);
    const pitch = Math.min(46, (h - HEAD) / shown);
    const size = Math.max(6, Math.min(34, pitch - 6));
    const x = 30 + (l * (w - 60)) / L;
    const top = HEAD + (h - HEAD - pitch * shown) / 2;
    return { x, size, units: Array.from({ length: shown }, (_, i) => top + pitch * (i + 0.5)), more: n - shown };
  });
  const lines = [];
  for (let l = 1; l <= L; l++) {
    const W = side.arrays[`W${l}`];
    const [from, to] = [columns[l - 1], columns[l]];
    to.units.forEach((y, i) => from.units.forEach((y0, j) => {
      const value = W[i * W.shape[1] + j];
      lines.push({ layer: l, i, j, value, a: [from.x + from.size / 2, y0], b: [to.x - to.size / 2, y] });
    }));
  }
  return { columns, lines, w, h };
}

function edges(context, { lines }, side) {
  const largest = {};
  for (const { layer, value } of lines) largest[layer] = Math.max(largest[layer] ?? 1e-12, Math.abs(value));
  const paper = rgb(colour("paper"));
  for (const { layer, value, a, b } of lines) {
    const share = value / largest[layer];
    context.strokeStyle = `rgb(${signed(Math.sign(share) * (0.25 + 0.75 * Math.abs(share)), paper)})`;
    context.lineWidth = 0.4 + 4 * Math.abs(share);
    context.beginPath();
    context.moveTo(...a);
    context.bezierCurveTo((a[0] + b[0]) / 2, a[1], (a[0] + b[0]) / 2, b[1], ...b);
    context.stroke();
  }
}

function units(context, { columns }, side, chosen) {
  const paper = rgb(colour("paper"));
  const colours = table((byte) => signed((byte - 128) / 127, paper));
  columns.forEach(({ x, size, units: ys, more }, l) => {
    const bytes = side.arrays[`units${l}`];
    ys.forEach((y, i) => {
      context.fillStyle = colour("faint");
      context.fillRect(x - size / 2, y - size / 2, size, size);
      if (bytes) {
        const pixels = bytes.shape[1];
        const made = picture(bytes, pixels, (byte) => colours[byte], i * pixels * pixels);
        context.drawImage(made, x - size / 2, y - size / 2, size, size);
      }
      context.lineWidth = chosen[l] === i ? 3 : 1;
      context.strokeStyle = chosen[l] === i ? colour("accent") : colour("line");
      context.strokeRect(x - size / 2, y - size / 2, size, size);
    });
    context.fillStyle = colour("ink");
    context.textAlign = "center";
    if (more) context.fillText(t("more_units", { n: more }), x, ys[ys.length - 1] + size / 2 + 12);
  });
}

/** Above each hidden layer: how many units, one more, one fewer; between two, a layer more. */
function buttons(studio, above, side, laid) {
  if (!laid) return;
  const key = JSON.stringify([side.n, laid.w]);
  if (above.dataset.key === key) return;
  above.dataset.key = key;
  const hidden = side.n.slice(1, -1);
  const set = (layers) => studio.ask({ do: "set", settings: { layers } });
  const changed = (i, by) => set(hidden.map((n, k) => (k === i ? n + by : n)).filter((n) => n > 0));
  const place = (x, ...children) => {
    const made = el("span", { className: "column" }, ...children);
    made.style.left = `${x}px`;
    return made;
  };
  const last = laid.columns.length - 1;
  above.replaceChildren(...laid.columns.map(({ x }, l) => {
    const n = el("b", {}, `${l === last ? "Ŷ " : l === 0 ? "X " : ""}${side.n[l]}`);
    if (l === 0) return place(x, n, el("button", { title: t("add_layer"), onclick: () => set([4, ...hidden]) }, "+‖"));
    if (l === last) return place(x, n);
    return place(
      x,
      el("button", { title: t("fewer_units"), onclick: () => changed(l - 1, -1) }, "−"),
      n,
      el("button", { title: t("more"), onclick: () => changed(l - 1, 1) }, "+"),
      el("button", { title: t("add_layer"), onclick: () => set([...hidden.slice(0, l), 4, ...hidden.slice(l)]) }, "+‖"),
      el("button", { title: t("remove_layer"), onclick: () => set(hidden.filter((_, k) => k !== l - 1)) }, "×"),
    );
  }));
}

/** The unit or the edge at a point; nothing where there is neither. */
function hit({ columns, lines }, x, y) {
  for (const [layer, { x: middle, size, units: ys }] of columns.entries()) {
    const unit = ys.findIndex((each) => Math.abs(x - middle) <= size / 2 + 2 && Math.abs(y - each) <= size / 2 + 2);
    if (unit >= 0) return { layer, unit };
  }
  let nearest = null;
  for (const line of lines) {
    const { a, b } = line;
    const s = (x - a[0]) / (b[0] - a[0]);
    if (s < 0 || s > 1) continue;
    const s_ = bezier(s);
    const distance = Math.abs(y - (a[1] + (b[1] - a[1]) * s_));
    if (distance < 6 && distance < (nearest?.distance ?? 6)) nearest = { ...line, distance };
  }
  return nearest;
}

/** How far up an edge is where it is a share s of the way across: its curve's x and y by one parameter. */
function bezier(s) {
  let [low, high] = [0, 1];
  for (let k = 0; k < 20; k++) {
    const u = (low + high) / 2;
    const x = 1.5 * u * (1 - u) * (1 - u) + 1.5 * u * u * (1 - u) + u ** 3;
    if (x < s) low = u;
    else high = u;
  }
  return 3 * low * low * (1 - low) + low ** 3;
}

/** A small form beside the edge, to set its weight by hand. */
function edit(studio, editor, { layer, i, j, value }, x, y) {
  const field = el("input", { type: "number", step: "any", value: number(value, 4), "aria-label": t("weight") });
  editor.replaceChildren(el("span", {}, `W[${layer}][${i}, ${j}] = `), field, el("button", {}, t("put")));
  editor.onsubmit = (event) => {
    event.preventDefault();
    editor.hidden = true;
    studio.ask({ do: "edit", name: `W[${layer}]`, place: [i, j], value: Number(field.value) });
  };
  editor.style.left = `${Math.min(x, editor.parentElement.clientWidth - 230)}px`;
  editor.style.top = `${y}px`;
  editor.hidden = false;
  field.focus();
  field.select();
}
