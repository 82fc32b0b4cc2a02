// Small helpers that every panel uses: elements, words, numbers, canvases.

export const texts = { lang: "en", words: {} };

/** The page's words under that key, {name} filled in. */
export function t(key, values = {}) {
  const text = texts.words[`page.${key}`] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** A text that came in both languages, in the language of the page. */
export const said = (both) => (both ? (both[texts.lang] ?? both.en) : "");

/** A button for the other language, in its own name. */
export function speaker(studio) {
  const [other, name] = texts.lang === "en" ? ["zh", "中文"] : ["en", "English"];
  return el("button", { id: "lang", lang: other, onclick: () => studio.speak(other) }, name);
}

/** An element with properties and children; a property that begins with "on" is a listener. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A panel's frame in its section: a heading, and an element to fill. */
export function panel(id, title, ...children) {
  const body = el("div", { className: "body" }, ...children);
  document.getElementById(id).replaceChildren(el("h2", {}, title), body);
  return body;
}

/** Whether somebody is typing into a field of the element: it is not to be redrawn under their hands. */
export const typing = (element) => element.contains(document.activeElement) && document.activeElement.matches("input, select");

/** A labelled field; the label's tooltip says more. */
export function labelled(text, field, help = "") {
  return el("label", { title: help }, el("span", {}, text), field);
}

/** A drop-down of choices, as [value, text] or plain values. */
export function chooser(choices, value, changed) {
  const options = choices.map((one) => (Array.isArray(one) ? one : [one, one]));
  const made = el("select", { onchange: () => (made.blur(), changed(made.value)) });
  made.append(...options.map(([key, text]) => el("option", { value: key }, text)));
  made.value = value ?? "";
  return made;
}

/** A number to a few digits, as people write it. */
export function number(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5)) return x.toExponential(digits - 1);
  return String(Number(x.toPrecision(digits)));
}

/** A canvas that is sharp on every screen; `draw(context, width, height)` is in its CSS pixels. */
export function canvas(properties = {}) {
  const made = el("canvas", properties);
  made.paint = (draw) => {
    const { clientWidth: w, clientHeight: h } = made;
    const scale = window.devicePixelRatio || 1;
    if (!w || !h) return;
    if (made.width !== Math.round(w * scale) || made.height !== Math.round(h * scale)) {
      made.width = Math.round(w * scale);
      made.height = Math.round(h * scale);
    }
    const context = made.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, w, h);
    context.font = "11px system-ui, sans-serif";
    draw(context, w, h);
  };
  return made;
}

/** Where in the canvas's own pixels a mouse event is. */
export function at(event) {
  const box = event.currentTarget.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** The value of one of the style sheet's colours. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
