// Who is taken for whom, as a table.

import { el, t } from "./dom.js";

/** Who is taken for whom: true classes down, answers across; the darker, the more of its row. */
export function confusion(place, side) {
  const { confusion: counts } = side.arrays;
  const { classes } = side.about;
  const K = classes.length;
  const head = el("tr", {}, el("th", {}, t("true_told")), ...classes.map((name) => el("th", {}, name)));
  const rows = classes.map((name, i) => {
    const row = counts.slice(i * K, (i + 1) * K);
    const total = row.reduce((a, b) => a + b, 0) || 1;
    return el("tr", {}, el("th", {}, name), ...Array.from(row, (n, j) => {
      const cell = el("td", { className: i === j ? "right" : n ? "wrong" : "" }, String(n));
      cell.style.setProperty("--share", n / total);
      return cell;
    }));
  });
  place.replaceChildren(el("table", {}, head, ...rows));
}
