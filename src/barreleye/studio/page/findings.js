// What is wrong, as the library's rules see it while training goes on; one click makes the experiments that decide.

import { el, panel, said, t } from "./dom.js";

export function findings(studio) {
  let decided = null; // what the experiments said, and of which step
  let drawn = "";
  const body = panel("findings", t("findings"));
  const panel_ = {
    show(frame) {
      const [side] = frame.sides;
      const now = JSON.stringify([side.setup, side.step, side.edits]);
      if (decided && decided.now !== now) decided = null;
      const found = decided?.found ?? { findings: frame.findings, remarks: [] };
      const key = JSON.stringify([found, frame.playing]);
      if (key === drawn) return;
      drawn = key;
      const list = found.findings.map(finding);
      const remarks = found.remarks.map((text) => el("p", {}, said(text)));
      const none = !list.length && !remarks.length ? [el("p", { className: "quiet" }, t("nothing_seen"))] : [];
      const decide = el("button", {
        id: "diagnose",
        disabled: frame.playing,
        onclick: async () => {
          studio.say(t("trying"));
          const answer = await studio.ask({ do: "diagnose" });
          if (answer) decided = { now, found: answer };
          if (studio.frame) panel_.show(studio.frame);
        },
      }, t("diagnose"));
      body.replaceChildren(...list, ...remarks, ...none, decide);
    },
  };
  return panel_;
}

/** A finding in a few lines: what it is, what was measured, the experiment, what it means, what to do. */
function finding(one) {
  const title = one.confirmed ? said(one.title) : t("perhaps", { title: said(one.title) });
  const lines = [[said(one.where), said(one.measured)].filter(Boolean).join(t("colon")), said(one.trial), said(one.meaning), said(one.advice)];
  return el("details", { open: Boolean(one.confirmed) }, el("summary", {}, `${one.code} ${title}`), ...lines.filter(Boolean).map((line) => el("p", {}, line)));
}
