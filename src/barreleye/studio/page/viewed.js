// A trained model on a table: the rows that it gets wrong, one row's answer, and what would be answered along each column.

import { canvas, chooser, colour, el, number, panel, speaker, t } from "./dom.js";
import { CLASSES, rgb, signed } from "./colours.js";
import { equations } from "./numbers.js";

/** Which model, which row, how many are wrong; the language. */
function heading(studio) {
  const where = el("output", { id: "where" });
  const row = el("input", { type: "number", min: 1, step: 1, id: "row", "aria-label": t("row") });
  row.addEventListener("change", () => studio.ask({ do: "row", number: Number(row.value) }));
  document.getElementById("transport").replaceChildren(
    el("strong", {}, t("title")),
    el("span", {}, studio.offered.model),
    el("label", {}, el("span", {}, t("row")), row),
    where,
    speaker(studio),
  );
  return {
    show(frame) {
      if (document.activeElement !== row) row.value = frame.number;
      const wrong = frame.wrong === null ? t("rows", { rows: frame.rows }) : t("rows_wrong", { wrong: frame.wrong, rows: frame.rows });
      where.replaceChildren(el("span", {}, wrong), el("span", {}, frame.network));
    },
  };
}

/** The rows with the largest loss; a click looks at one. */
function rows(studio) {
  const body = panel("data", t("worst"));
  let drawn = "";
  return {
    show({ worst, number: at }) {
      const key = JSON.stringify([worst, at]);
      if (key === drawn) return;
      drawn = key;
      if (!worst.length) return body.replaceChildren(el("p", { className: "quiet" }, t("no_truth")));
      const head = el("tr", {}, ...["row", "truth", "told", "loss"].map((name) => el("th", {}, t(name))));
      const lines = worst.map((one) => {
        const pick = el("button", { onclick: () => studio.ask({ do: "row", number: one.row }), "aria-pressed": one.row === at }, one.row);
        const cell = el("td", { className: one.truth === one.answer ? "right" : "wrong" }, one.answer);
        cell.style.setProperty("--share", 0.5);
        return el("tr", {}, el("td", {}, pick), el("td", {}, one.truth), cell, el("td", {}, number(one.loss, 2)));
      });
      body.replaceChildren(el("div", { className: "scroll" }, el("table", {}, head, ...lines)));
    },
  };
}

/** Each column of the row: a slider or a choice, and a small curve of the answer along it. */
function columns(studio) {
  const change = (column, value) => studio.ask({ do: "change", column, value });
  const fields = studio.offered.columns.map((one) => {
    const curve = canvas({ className: "along" });
    const value = el("output");
    const field = one.kind === "number"
      ? el("input", { type: "range", min: one.low, max: one.high, step: (one.high - one.low) / 200 || 1, name: one.name })
      : chooser([["", t("nothing")], ...one.levels.map((level) => [level, level])], "", (level) => change(one.name, level || null));
    if (one.kind === "number") field.addEventListener("input", () => change(one.name, Number(field.value)));
    return { ...one, curve, value, field, line: el("div", { className: "what" }, el("label", {}, el("span", {}, one.name), field), value, curve) };
  });
  const reset = el("button", { id: "undo", onclick: () => studio.ask({ do: "row", number: studio.frame.number }) }, t("undo"));
  panel("network", t("what_if"), el("p", { className: "quiet" }, t("what_if_help")), ...fields.map(({ line }) => line), reset);
  return {
    show(frame) {
      fields.forEach(({ name, kind, field, value, line, curve, low, high, levels }, i) => {
        const now = frame.row[name];
        if (document.activeElement !== field) field.value = now ?? (kind === "number" ? low : "");
        value.textContent = now === null ? t("nothing") : kind === "number" ? number(now, 4) : now;
        line.classList.toggle("changed", frame.changed.includes(name));
        const along = frame.sides[0].arrays[`along${i}`];
        const share = kind === "number" ? (now - low) / (high - low || 1) : levels.indexOf(now) / Math.max(1, levels.length - 1);
        curve.paint((context, w, h) => draw(context, w, h, along, frame, now === null ? -1 : share));
      });
      reset.disabled = !frame.changed.length;
    },
  };
}

/** The answer along a column: a line a class, or the number between its least and its greatest. */
function draw(context, w, h, along, frame, share) {
  const [m, K] = along.shape;
  const classes = frame.names.length > 1;
  const [low, high] = classes ? [0, 1] : [Math.min(...along), Math.max(...along)];
  for (let k = classes && K === 2 ? 1 : 0; k < K; k++) {
    context.beginPath();
    for (let i = 0; i < m; i++) context.lineTo((i * w) / Math.max(1, m - 1), h - 3 - ((along[i * K + k] - low) / (high - low || 1)) * (h - 6));
    context.strokeStyle = CLASSES[k % CLASSES.length];
    context.lineWidth = 1.6;
    context.stroke();
  }
  if (share >= 0) {
    context.fillStyle = colour("accent");
    context.fillRect(Math.min(w - 2, share * w), 0, 2, h);
  }
}

/** What is answered for the row, and what each layer makes of it. */
function answer(studio) {
  const told = el("p", { id: "told" });
  const bars = el("div", { className: "bars" });
  const layers = el("div");
  panel("answer", t("answer"), told, bars);
  panel("curves", t("through"), el("p", { className: "quiet" }, t("through_help")), layers);
  const page = panel("numbers", t("numbers_of_row"));
  document.getElementById("numbers").classList.add("equations");
  for (const id of ["settings", "findings", "take"]) document.getElementById(id).hidden = true;
  return {
    show(frame) {
      told.textContent = frame.truth === null || frame.changed.length ? t("told_alone", { told: frame.told }) : t("told_and_truth", frame);
      bars.replaceChildren(...frame.names.map((name, k) => bar(name, frame.answer[k], frame.names.length > 1, CLASSES[k % CLASSES.length])));
      layers.replaceChildren(...frame.sides[0].n.map((_, l) => units(studio, frame, l)));
      equations(page, frame.steps);
      if (frame.networks > 1) page.prepend(el("p", { className: "quiet" }, t("first_network", { n: frame.networks })));
      if (!frame.steps.length) page.replaceChildren(el("p", { className: "quiet" }, t("no_steps")));
    },
  };
}

function bar(name, value, isShare, fill) {
  const made = el("div", { className: "share" }, el("span", {}, name), el("b", {}, isShare ? value.toFixed(3) : number(value, 5)));
  made.style.setProperty("--share", isShare ? value : 0);
  made.style.setProperty("--chip", fill);
  return made;
}

/** A square for each unit of a layer, by sign and size; a click works that unit out below. */
function units(studio, frame, l) {
  const A = frame.sides[0].arrays[`A${l}`];
  const largest = Math.max(1e-12, ...A.map(Math.abs));
  const paper = rgb(colour("paper"));
  const squares = Array.from(A, (value, u) => {
    const made = el("button", { className: "square", title: `A[${l}][${u}] = ${number(value)}`, "aria-label": `A[${l}][${u}]` });
    made.style.background = `rgb(${signed(value / largest, paper)})`;
    made.onclick = () => studio.ask({ do: "look", unit: { [l]: u } });
    return made;
  });
  return el("div", { className: "unit-row" }, el("b", {}, `A[${l}]`), ...squares);
}

export const viewed = [heading, rows, columns, answer];
