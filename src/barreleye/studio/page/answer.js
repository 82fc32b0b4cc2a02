// What the network answers: over the plane with the points, or as a curve; and who is taken for whom.
// Points may be drawn here by hand, and one that is clicked is looked into.

import { at, canvas, colour, el, number, panel, t } from "./dom.js";
import { confusion } from "./confusion.js";
import { CLASSES, picture, rgb, scaled, shaded, table } from "./colours.js";

const SPAN = [[-1.2, 1.2], [-1.2, 1.2]]; // of a sheet on which nothing is drawn yet

export function answer(studio) {
  const sheet = { on: false, points: [], label: 0 };
  const plane = canvas({ id: "plane" });
  const beside = canvas({ id: "beside", hidden: true });
  const table = el("div", { id: "confusion" });
  const legend = el("div", { className: "legend" });
  const tools = el("div", { className: "tools" });
  panel("answer", t("answer"), tools, el("div", { className: "pair" }, plane, beside), legend, table);

  studio.draw = () => {
    Object.assign(sheet, { on: true, points: [], over: JSON.stringify(studio.frame.sides[0].setup.data) });
    shown(studio.frame);
  };
  plane.addEventListener("click", (event) => {
    const [side] = studio.frame.sides;
    const limits = sheet.on && sheet.points.length < 2 ? SPAN : (side.plane?.limits ?? SPAN);
    const [x, y] = at(event);
    if (sheet.on || side.setup.data.name === "drawn") {
      const [x1, x2] = [across(limits[0], x / plane.clientWidth), across(limits[1], 1 - y / plane.clientHeight)];
      if (!sheet.on) Object.assign(sheet, { on: true, points: [...side.setup.data.points] });
      sheet.points.push([x1, x2, sheet.label]);
      if (new Set(sheet.points.map(([, , label]) => label)).size > 1) {
        studio.ask({ do: "set", data: { name: "drawn", points: sheet.points } });
      } else shown(studio.frame);
    } else {
      const sample = nearest(side, x / plane.clientWidth, 1 - y / plane.clientHeight);
      if (sample !== null) studio.ask({ do: "look", sample, unit: studio.frame.looked?.unit ?? null });
    }
  });

  function shown(frame) {
    const [side, second] = frame.sides;
    const drawing = sheet.on || side.setup.data.name === "drawn";
    const waiting = sheet.on && side.setup.data.name !== "drawn";
    pencils(studio, tools, sheet, drawing);
    const flat = waiting || side.plane;
    plane.hidden = !flat;
    beside.hidden = !(second?.plane && flat);
    table.hidden = waiting || !side.arrays.confusion || Boolean(side.plane && side.about.classes.length < 3);
    if (flat) plane.paint((context, w, h) => (waiting ? dots(context, w, h, SPAN, sheet.points) : paint(context, w, h, side, frame)));
    if (!beside.hidden) beside.paint((context, w, h) => paint(context, w, h, second, frame));
    if (!table.hidden) confusion(table, side);
    legend.replaceChildren(...named(side, second));
  }
  return {
    show(frame) {
      const { data } = frame.sides[0].setup;
      if (data.name === "drawn" ? data.points.length >= sheet.points.length : JSON.stringify(data) !== sheet.over) sheet.on = false;
      shown(frame);
    },
  };
}

const across = ([low, high], share) => Number((low + (high - low) * share).toFixed(4));
const along = ([low, high], value) => (value - low) / (high - low);

/** What a click on the sheet draws: the classes, and a button that clears it. */
function pencils(studio, tools, sheet, drawing) {
  const key = `${drawing} ${sheet.label}`;
  if (tools.dataset.key === key) return;
  tools.dataset.key = key;
  if (!drawing) {
    tools.replaceChildren(el("button", { id: "draw", onclick: studio.draw }, t("draw")));
    return;
  }
  const pencil = (label) => {
    const made = el("button", { "aria-pressed": sheet.label === label, onclick: () => ((sheet.label = label), studio.panels.forEach((one) => one.show(studio.frame))) }, `${label}`);
    made.style.borderColor = CLASSES[label];
    return made;
  };
  tools.replaceChildren(el("span", {}, t("draw_class")), ...[0, 1, 2, 3].map(pencil), el("button", { onclick: studio.draw }, t("clear")));
}

/** The answer over the plane, or along the line, and the points. */
function paint(context, w, h, side, frame) {
  const paper = rgb(colour("paper"));
  const { answer, sure, line } = side.arrays;
  const { limits } = side.plane;
  if (line) return curve(context, w, h, side);
  const pixels = answer.shape[0];
  const kinds = side.about.classes ?? [0];
  const tables = kinds.map((_, k) => table((byte) => (sure ? shaded(k, byte / 255, paper) : scaled(byte / 255))));
  const of = sure ? (k, i) => tables[k][sure[i]] : (byte) => tables[0][byte];
  context.imageSmoothingEnabled = !sure;
  context.drawImage(picture(answer, pixels, of), 0, 0, w, h);
  const { points, truth, told, held_out: held, rows } = side.arrays;
  const span = sure ? null : range(truth);
  for (let i = 0; i < truth.length; i++) {
    const [x, y] = [along(limits[0], points[2 * i]) * w, h - along(limits[1], points[2 * i + 1]) * h];
    const fill = sure ? CLASSES[truth[i] % CLASSES.length] : `rgb(${scaled(along(span, truth[i]))})`;
    const wrong = sure && truth[i] !== told[i];
    dot(context, x, y, fill, held[i], wrong);
    if (frame.looked?.sample === i && !held[i]) ring(context, x, y);
  }
  axes(context, w, h, side.plane);
}

function dot(context, x, y, fill, held, wrong) {
  context.beginPath();
  if (held) context.rect(x - 3, y - 3, 6, 6);
  else context.arc(x, y, 3.2, 0, 7);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = wrong ? 2 : 0.8;
  context.strokeStyle = wrong ? colour("wrong") : colour("paper");
  context.stroke();
}

function ring(context, x, y) {
  context.beginPath();
  context.arc(x, y, 8, 0, 7);
  context.lineWidth = 2.5;
  context.strokeStyle = colour("accent");
  context.stroke();
}

/** Points that wait for a second class. */
function dots(context, w, h, limits, points) {
  context.strokeStyle = colour("line");
  context.strokeRect(0, 0, w, h);
  for (const [a, b, label] of points) dot(context, along(limits[0], a) * w, h - along(limits[1], b) * h, CLASSES[label], 0, false);
  context.fillStyle = colour("ink");
  context.fillText(t("click_here"), 10, 18);
}

/** A curve over one column: the points, and what is answered. */
function curve(context, w, h, side) {
  const { line, points, truth, held_out: held } = side.arrays;
  const [low, high] = range([...truth, ...line]);
  const y = (value) => h - 12 - along([low, high], value) * (h - 24);
  for (let i = 0; i < truth.length; i++) dot(context, along(side.plane.limits[0], points[i]) * w, y(truth[i]), CLASSES[0], held[i], false);
  context.beginPath();
  line.forEach((value, i) => context.lineTo((i * w) / (line.length - 1), y(value)));
  context.lineWidth = 2.5;
  context.strokeStyle = CLASSES[5];
  context.stroke();
  axes(context, w, h, side.plane);
}

function axes(context, w, h, { names, limits }) {
  context.fillStyle = colour("ink");
  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, w - 1, h - 1);
  context.textAlign = "left";
  context.fillText(`${names[0]}: ${number(limits[0][0])} … ${number(limits[0][1])}`, 6, h - 6);
  if (names[1]) context.fillText(`${names[1]}: ${number(limits[1][0])} … ${number(limits[1][1])}`, 6, 14);
}

const range = (values) => values.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity]);

/** The number, among the training rows, of the point nearest to a place; null where none is near. */
function nearest(side, right, up) {
  const { points, held_out: held } = side.arrays;
  if (!points || side.plane?.names.length !== 2) return null;
  let [best, sample, found] = [0.0009, -1, null];
  for (let i = 0; i < held.length; i++) {
    if (held[i]) continue;
    sample++;
    const d = (along(side.plane.limits[0], points[2 * i]) - right) ** 2 + (along(side.plane.limits[1], points[2 * i + 1]) - up) ** 2;
    if (d < best) [best, found] = [d, sample];
  }
  return found;
}

/** Which colour is which class, and which mark is which part. */
function named(side, second) {
  const chip = (text, fill) => {
    const made = el("span", { className: "chip" }, text);
    made.style.setProperty("--chip", fill);
    return made;
  };
  const { classes } = side.about;
  const parts = [el("span", {}, t("marks"))];
  if (second) parts.push(el("span", {}, t("a_and_b")));
  return [...(classes ?? []).slice(0, 8).map((name, k) => chip(name, CLASSES[k])), ...parts];
}
