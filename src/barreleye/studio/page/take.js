// What a visitor takes along: the Python that makes this network again, the model file, a picture, the address.

import { el, panel, t } from "./dom.js";

export function take(studio) {
  const listing = el("pre", { hidden: true, id: "script" });
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      studio.say(t("copied"));
    } catch {
      studio.say(text);
    }
  };
  panel(
    "take",
    t("take"),
    el("div", { className: "tools" },
      el("button", {
        id: "show_script",
        onclick: async () => {
          const answer = await studio.ask({ do: "take", what: "script" });
          if (answer) Object.assign(listing, { textContent: answer, hidden: false });
        },
      }, t("script")),
      el("a", { href: "take/script", download: "reproduce.py", className: "button" }, "reproduce.py"),
      el("a", { href: "take/model", download: "model.safetensors", className: "button" }, t("model")),
      el("button", { onclick: () => save(document.getElementById("plane")) }, t("picture")),
      el("button", { onclick: () => copy(location.href) }, t("link")),
    ),
    listing,
  );
  return { show() {} };
}

/** Save what a canvas shows. */
function save(canvas) {
  canvas.toBlob((blob) => {
    const url = URL.createObjectURL(blob);
    el("a", { href: url, download: "barreleye.png" }).click();
    URL.revokeObjectURL(url);
  });
}
