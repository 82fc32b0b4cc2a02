// Play, pause, one step, one epoch, back, begin anew; where the run stands; the language.

import { chooser, el, number, speaker, t } from "./dom.js";

const PACES = [1, 10, 100, 1000, 10000, "max"];

export function transport(studio) {
  const act = (command) => () => studio.ask(command);
  const button = (key, text, onclick) => el("button", { title: t(`${key}_help`), "aria-label": t(key), onclick, id: key }, text);
  const play = button("play", "▶", () => studio.ask({ do: studio.frame?.playing ? "pause" : "play" }));
  const slider = el("input", { type: "range", id: "back", min: 0, step: 1, title: t("back_help"), "aria-label": t("back") });
  slider.addEventListener("input", () => studio.ask({ do: "go", step: Number(slider.value) }));
  const pace = chooser(
    PACES.map((steps) => [steps, steps === "max" ? t("pace_max") : t("pace", { steps })]),
    100,
    (steps) => studio.ask({ do: "pace", steps: steps === "max" ? null : Number(steps) }),
  );
  pace.setAttribute("aria-label", t("pace_label"));
  const where = el("output", { id: "where" });
  const seed = () => studio.frame.sides[0].setup.settings.seed ?? 0;
  document.getElementById("transport").replaceChildren(
    el("strong", {}, t("title")),
    play,
    button("step", "▸|", act({ do: "step", steps: 1 })),
    button("epoch", "▸▸|", act({ do: "step" })),
    button("reset", "⟲", act({ do: "reset" })),
    button("another", "⚄", () => studio.ask({ do: "reset", seed: seed() + 1 })),
    slider,
    pace,
    where,
    speaker(studio),
  );

  return {
    show(frame) {
      const side = frame.sides[0];
      play.textContent = frame.playing ? "❚❚" : "▶";
      play.setAttribute("aria-label", t(frame.playing ? "pause" : "play"));
      slider.max = side.last;
      if (document.activeElement !== slider || frame.playing) slider.value = side.step;
      const pacing = frame.speed === null ? "max" : String(frame.speed);
      if (document.activeElement !== pace) pace.value = pacing;
      where.replaceChildren(...frame.sides.map((one, k) => el("span", {}, standing(one, frame.sides.length > 1 ? "AB"[k] : ""))));
    },
  };
}

/** Step, epoch, cost and score of a run, in a line. */
function standing(side, name) {
  const { cost, held_out: held, scored: score } = side;
  const parts = [t("at_step", { step: side.step.toLocaleString(), epoch: number(side.epoch, 4) })];
  parts.push(t("cost_now", { cost: number(cost) }));
  if (held !== null) parts.push(t("held_now", { cost: number(held) }));
  if (score !== null && side.score) parts.push(`${side.score} ${number(score)}`);
  if (side.ending === "diverged") parts.push(t("diverged"));
  return `${name ? `${name}: ` : ""}${parts.join(" · ")}`;
}
