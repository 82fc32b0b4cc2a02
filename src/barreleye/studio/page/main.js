// The page: it fetches its words, opens the socket, and hands each frame to its panels. Its state is in the address.

import { el, said, t, texts } from "./dom.js";
import { Wire } from "./wire.js";
import { transport } from "./transport.js";
import { data } from "./data.js";
import { settings } from "./settings.js";
import { network } from "./network.js";
import { answer } from "./answer.js";
import { curves } from "./curves.js";
import { layers } from "./layers.js";
import { findings } from "./findings.js";
import { numbers } from "./numbers.js";
import { take } from "./take.js";
import { viewed } from "./viewed.js";

const TRAINING = [transport, data, settings, network, answer, curves, layers, findings, numbers, take];
const VIEWING = [...viewed, layers];

/** What panels share: the last frame, what the library offers, and how to ask for something. */
const studio = (window.studio = { frame: null, offered: null, panels: [] });

/** Send a command; an error is said on the page. A promise of its answer, or of undefined. */
studio.ask = async (command) => {
  const { answer, error } = await studio.wire.ask(command);
  say(error ? said(error) : "");
  return error ? undefined : answer;
};

/** Show a sentence at the foot of the page; "" takes it away. */
function say(text) {
  const place = document.getElementById("said");
  place.replaceChildren(...(text ? [el("span", {}, text), el("button", { onclick: () => say("") }, "×")] : []));
}
studio.say = say;

/** Change the language of all that stands on the page. */
studio.speak = async (lang) => {
  texts.lang = lang;
  texts.words = await (await fetch(`words/${lang}`)).json();
  localStorage.setItem("lang", lang);
  document.documentElement.lang = lang;
  document.title = t("title");
  studio.panels = (studio.offered.model ? VIEWING : TRAINING).map((make) => make(studio));
  if (studio.frame) show(studio.frame);
};

function show(frame) {
  studio.frame = frame;
  for (const one of studio.panels) one.show(frame);
  if (!frame.playing && !studio.offered.model) remember(frame);
}

/** Keep in the address what is needed to open the same network, data and step again. */
function remember(frame) {
  const [first, second] = frame.sides;
  const state = { setup: first.setup, step: first.step, edits: first.edits };
  if (second) state.other = second.setup;
  if (frame.looked) state.looked = frame.looked;
  history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify(state))}`);
}

/** Open what the address says, if it says anything that is not there already. */
async function open() {
  if (location.hash.length < 2 || studio.offered.model) return;
  try {
    const state = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    if (!state?.setup) throw new Error("no setup");
    await studio.ask({ do: "open", ...state });
  } catch {
    say(t("address"));
  }
}

const KEYS = {
  " ": () => studio.ask({ do: studio.frame?.playing ? "pause" : "play" }),
  ArrowRight: () => studio.ask({ do: "step", steps: 1 }),
  ArrowLeft: () => studio.ask({ do: "go", step: Math.max(0, studio.frame.sides[0].step - 1) }),
  r: () => studio.ask({ do: "reset" }),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, button");
  if (studio.offered.model || typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});
window.addEventListener("resize", () => studio.frame && show(studio.frame));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => studio.frame && show(studio.frame));

const usual = navigator.language?.startsWith("zh") ? "zh" : "en";
studio.wire = new Wire(show, () => say(t("lost")));
await studio.wire.opened;
studio.offered = (await studio.wire.ask({ do: "hello" })).answer;
await studio.speak(new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("lang") ?? usual);
await open();
studio.wire.ready();
