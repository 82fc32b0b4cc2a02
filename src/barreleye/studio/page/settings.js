// What can be set, as the library lists it: each control is made from its kind, choices and help. And a second run.

import { chooser, el, labelled, panel, said, t, typing } from "./dom.js";

export function settings(studio) {
  const { controls } = studio.offered;
  let drawn = "";
  const body = panel("settings", t("settings"));
  const set = (name, value) => studio.ask({ do: "set", settings: { [name]: value } });

  return {
    show({ sides }) {
      const key = JSON.stringify(sides.map((side) => side.setup.settings));
      if (key === drawn || (drawn && typing(body))) return;
      drawn = key;
      const told = sides[0].setup.settings;
      const fields = controls.map((one) => labelled(one.name, field(one, told[one.name] ?? one.value, set), said(one.help)));
      body.replaceChildren(el("div", { className: "fields" }, ...fields), second(studio, controls, sides));
    },
  };
}

/** The field of a control. An empty one means: as the recipe has it. */
function field({ name, kind, choices }, value, changed) {
  const send = (value) => {
    document.activeElement?.blur();
    changed(name, value);
  };
  if (kind === "choice") {
    const made = chooser([["", t("usual")], ...choices], value ?? "", (one) => send(one || null));
    made.name = name;
    return made;
  }
  if (kind === "yes") {
    const made = el("input", { type: "checkbox", checked: Boolean(value), name });
    made.addEventListener("change", () => send(made.checked || null));
    return made;
  }
  if (kind === "layers") {
    const made = el("input", { value: (value ?? []).join(", "), name, inputMode: "numeric" });
    made.addEventListener("change", () => send(made.value.split(/[\s,]+/).filter(Boolean).map(Number)));
    return made;
  }
  const made = el("input", { type: "number", step: kind === "whole" ? 1 : "any", value: value ?? "", name, placeholder: t("usual") });
  made.addEventListener("change", () => send(made.value === "" ? null : Number(made.value)));
  return made;
}

/** A second run beside the first that differs in one setting: choose which, and its value. */
function second(studio, controls, sides) {
  if (sides.length > 1) {
    const [a, b] = sides.map((side) => side.setup.settings);
    const differing = controls.filter(({ name }) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
    const told = differing.map(({ name, value }) => `${name}: A ${a[name] ?? value}, B ${b[name] ?? value}`);
    const stop = el("button", { onclick: () => studio.ask({ do: "compare" }), id: "uncompare" }, t("one_run"));
    return el("div", { className: "second" }, el("p", {}, told.join("; ")), stop);
  }
  const place = el("span");
  const which = chooser(["", ...controls.map(({ name }) => name)], "", (name) => {
    const control = controls.find((one) => one.name === name);
    if (!control) return place.replaceChildren();
    const made = field(control, sides[0].setup.settings[name] ?? control.value, (key, value) => studio.ask({ do: "compare", settings: { [key]: value } }));
    place.replaceChildren(made);
  });
  which.id = "compare";
  return el("div", { className: "second" }, labelled(t("compare"), which, t("compare_help")), place);
}
