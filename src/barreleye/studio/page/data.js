// What is learnt: a built-in set with its options, a table of the visitor's own, or points that are drawn.

import { chooser, el, labelled, panel, said, t, typing } from "./dom.js";

export function data(studio) {
  const { sets } = studio.offered;
  let drawn = "";
  const set = (values) => studio.ask({ do: "set", data: values });
  const file = el("input", { type: "file", accept: ".csv,.tsv,.txt,.parquet,.feather,.gz", hidden: true, id: "file" });
  file.addEventListener("change", () => file.files[0] && open(studio, file.files[0]).then(() => (drawn = "")));
  const body = panel("data", t("data"));

  return {
    show({ sides: [side] }) {
      const { data: told } = side.setup;
      const key = JSON.stringify([told, Object.keys(studio.offered.tables), side.about]);
      if (key === drawn || (drawn && typing(body))) return;
      drawn = key;
      const name = told.name ?? "flower";
      const names = [...Object.keys(sets), ...Object.keys(studio.offered.tables)];
      const which = chooser([...names, ["drawn", t("drawn")]], name, (one) => choose(studio, one, set));
      which.id = "set";
      const fields = [labelled(t("set"), which)];
      for (const [option, usual] of Object.entries(sets[name] ?? {})) {
        const value = told.options?.[option] ?? usual;
        const field = el("input", { type: "number", step: "any", value, name: option });
        field.addEventListener("change", () => field.blur() ?? set({ options: { ...told.options, [option]: Number(field.value) } }));
        fields.push(labelled(option, field));
      }
      const share = el("input", { type: "number", min: 0, max: 0.9, step: 0.1, value: told.share ?? 0.2, name: "share" });
      share.addEventListener("change", () => share.blur() ?? set({ share: Number(share.value) }));
      fields.push(labelled(t("share"), share));
      const columns = studio.offered.tables[name];
      if (columns) fields.push(labelled(t("target"), chooser(columns, side.about.target, (target) => set({ target, plane: null }))));
      if (side.plane?.names.length === 2 && side.about.numbers.length > 2) {
        for (const i of [0, 1]) {
          const plane = [...side.plane.names];
          const pick = chooser(side.about.numbers, plane[i], (one) => set({ plane: ((plane[i] = one), plane) }));
          fields.push(labelled(t(i ? "upward" : "rightward"), pick));
        }
      }
      fields.push(el("button", { onclick: () => file.click(), id: "open" }, t("open_file")), file);
      const notes = side.about.notes.map((note) => el("li", {}, said(note)));
      body.replaceChildren(el("div", { className: "fields" }, ...fields), el("ul", { className: "notes" }, ...notes));
    },
  };
}

/** Take other data; for points that are to be drawn, begin with those that are there, if they lie on a plane. */
function choose(studio, name, set) {
  if (name !== "drawn") return set({ name, points: [] });
  return studio.draw();
}

/** Send a file of the visitor's own. */
async function open(studio, one) {
  studio.say(t("reading", { name: one.name }));
  const sent = await fetch(`table?name=${encodeURIComponent(one.name)}`, { method: "POST", body: one });
  if (!sent.ok) return studio.say(t("too_large"));
  const { table, error } = await sent.json();
  studio.say(error ? said(error) : table.notes.join(" "));
  if (table) studio.offered.tables[table.name] = table.columns;
  studio.wire.ready();
}
