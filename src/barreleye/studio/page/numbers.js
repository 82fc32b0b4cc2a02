// The numbers of one sample and one unit of each layer, through both passes: each equation with this step's numbers in
// it, and beside each derivative the finite difference of the cost. And any parameter may be set by hand.

import { el, labelled, panel, t, typing } from "./dom.js";

export function numbers(studio) {
  let drawn = "";
  const body = panel("numbers", t("numbers"));
  const controls = el("div", { className: "fields" });
  const page = el("div", { id: "equations" });
  body.append(controls, page);

  function fields(frame) {
    const side = frame.sides[0];
    const key = JSON.stringify([side.n, frame.looked]);
    if (key === drawn || typing(controls)) return;
    drawn = key;
    const { looked } = frame;
    if (!looked) {
      controls.replaceChildren(el("button", { id: "look", onclick: () => studio.ask({ do: "look" }) }, t("look")), el("span", {}, t("look_help")));
      return;
    }
    const whole = (value, changed) => {
      const made = el("input", { type: "number", min: 0, step: 1, value: value ?? "", placeholder: t("any") });
      made.addEventListener("change", () => (made.blur(), changed(made.value === "" ? null : Number(made.value))));
      return made;
    };
    const unit = looked.unit ?? {};
    const look = (sample, units) => studio.ask({ do: "look", sample, unit: units });
    const without = (l) => Object.fromEntries(Object.entries(unit).filter(([key]) => key !== String(l)));
    controls.replaceChildren(
      labelled(t("sample"), whole(looked.sample, (sample) => look(sample, unit))),
      ...side.n.map((_, l) => labelled(t("unit", { l }), whole(unit[l], (u) => look(looked.sample, u === null ? without(l) : { ...unit, [l]: u })))),
      setter(studio),
      el("button", { onclick: () => studio.ask({ do: "away" }) }, t("hide")),
    );
  }
  return {
    show(frame) {
      fields(frame);
      if (!frame.looked) return page.replaceChildren();
      equations(page, frame.steps);
    },
  };
}

/** Fill a place with worked equations, pass by pass. */
export function equations(place, steps) {
  const parts = Map.groupBy(steps, ({ part }) => part);
  const worked = [...parts].map(([part, of]) => el("section", {}, el("h3", {}, t(`pass_${part}`)), ...of.map(step)));
  const open = place.querySelector("details")?.open ?? false;
  place.replaceChildren(...worked, el("details", { open, className: "shapes" }, el("summary", {}, t("shapes")), shapes(steps)));
}

/** The shape of every quantity, and of what it is made. */
function shapes(steps) {
  const head = el("tr", {}, ...["quantity", "shape", "from"].map((key) => el("th", {}, t(key))));
  const rows = steps.map(({ name, shapes: told }) => {
    const [from, to] = told.includes("→") ? told.split("→") : ["", told];
    return el("tr", {}, el("th", {}, name), el("td", {}, to.trim()), el("td", {}, from.trim()));
  });
  return el("table", {}, head, ...rows);
}

/** One equation: the letters, this step's numbers, and what the finite difference says. */
function step({ equation, shapes, worked, difference, agrees, at_kink: kink }) {
  const checked = kink ? t("kink") : agrees === null ? "" : `${t("difference")} ${difference?.toPrecision(6)} ${agrees ? "✓" : "✗"}`;
  return el(
    "div",
    { className: "step" },
    el("div", { className: "equation" }, el("b", {}, equation), el("span", {}, shapes)),
    el("div", { className: "worked" }, worked),
    checked ? el("div", { className: agrees === false ? "wrong" : "agrees" }, checked) : null,
  );
}

/** A form that sets any number of the parameters: W[1][0, 2] = 0.5. */
function setter(studio) {
  const field = el("input", { placeholder: "W[1][0, 2] = 0.5", "aria-label": t("set_parameter"), id: "parameter" });
  const made = el("form", { className: "setter" }, field, el("button", {}, t("put")));
  made.onsubmit = (event) => {
    event.preventDefault();
    const found = /^\s*(\w+)\s*\[?(\d+)\]?\s*\[(\d+)\s*,\s*(\d+)\]\s*=\s*(\S+)\s*$/.exec(field.value);
    if (!found) return studio.say(t("set_parameter_form"));
    const [, name, l, i, j, value] = found;
    field.blur();
    studio.ask({ do: "edit", name: `${name}[${l}]`, place: [Number(i), Number(j)], value: Number(value) });
  };
  return made;
}
