// What each layer does: the spread of its Z, A and dZ, how large a gradient is beside its weights, which units stand still.

import { el, number, panel, t } from "./dom.js";

const COLUMNS = ["std_Z", "std_A", "std_dZ", "dW_W", "still"];
const LETTERS = { shape_W: "W", dW_W: "dW / W" };

export function layers(studio) {
  const body = panel("layers", t("layers"));
  return {
    show({ sides: [side] }) {
      const { spread } = side.arrays;
      const L = spread.shape[0];
      const largest = COLUMNS.map((_, c) => Math.max(...Array.from({ length: L }, (_, l) => spread[5 * l + c] || 0)));
      const rows = Array.from({ length: L }, (_, l) => {
        const cells = COLUMNS.map((key, c) => {
          const value = spread[5 * l + c];
          const shown = key === "still" ? `${Math.round(100 * value)} %` : number(value, 2);
          const made = el("td", { className: key === "still" && value > 0.3 ? "wrong" : "bar" }, shown);
          made.style.setProperty("--share", key === "still" ? value : value / (largest[c] || 1) || 0);
          return made;
        });
        const W = `${side.n[l + 1]} × ${side.n[l]}`;
        return el("tr", {}, el("th", {}, `${l + 1}`), el("td", {}, W), el("td", {}, `${side.n[l + 1]}`), ...cells);
      });
      const head = ["layer", "shape_W", "units", ...COLUMNS].map((key) => el("th", { title: t(`${key}_help`) }, LETTERS[key] ?? t(key)));
      body.replaceChildren(el("table", {}, el("tr", {}, ...head), ...rows));
    },
  };
}
