// What each layer does: the spread of its Z, A and dZ, how large a gradient is beside its weights, which units stand still.

import { el, number, panel, t } from "./dom.js";

const COLUMNS = ["std_Z", "std_A", "std_dZ", "dW_W", "update", "still"];
const LETTERS = { shape_W: "W", dW_W: "dW / W" };

export function layers(studio) {
  const body = panel("layers", t("layers"));
  return {
    show({ sides: [side] }) {
      const { spread, updates } = side.arrays;
      const L = spread.shape[0];
      const columns = COLUMNS.filter((key) => key !== "update" || updates);
      const of = (key, l) => (key === "update" ? updates[l] : spread[5 * l + ["std_Z", "std_A", "std_dZ", "dW_W", "still"].indexOf(key)]);
      const largest = (key) => Math.max(...Array.from({ length: L }, (_, l) => of(key, l) || 0)) || 1;
      const rows = Array.from({ length: L }, (_, l) => {
        const cells = columns.map((key) => {
          const [value, share] = [of(key, l), key === "still"];
          const made = el("td", { className: share && value > 0.3 ? "wrong" : "bar" }, share ? `${Math.round(100 * value)} %` : number(value, 2));
          made.style.setProperty("--share", share ? value : value / largest(key) || 0);
          return made;
        });
        return el("tr", {}, el("th", {}, `${l + 1}`), el("td", {}, `${side.n[l + 1]} × ${side.n[l]}`), el("td", {}, `${side.n[l + 1]}`), ...cells);
      });
      const head = ["layer", "shape_W", "units", ...columns].map((key) => el("th", { title: t(`${key}_help`) }, LETTERS[key] ?? t(key)));
      body.replaceChildren(el("table", {}, el("tr", {}, ...head), ...rows));
    },
  };
}
