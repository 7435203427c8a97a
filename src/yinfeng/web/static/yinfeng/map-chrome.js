/** What stands around and over the canvas: legend, notes, list of places in view, pop-up, theme. */

import { PIXEL_RATIO, drawPicture } from "./map-images.js";

/**
 * Make an element.
 *
 * @param {string} tag
 * @param {Record<string, string|boolean>} attributes
 * @param {...(Node|string)} content text is never read as HTML
 */
export function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...content);
  return element;
}

/** Make a push button with words on it. */
export function makeButton(label, onClick, attributes = {}) {
  const button = make("button", { type: "button", class: "yf-map__button", ...attributes }, label);
  button.addEventListener("click", onClick);
  return button;
}

/** Build the frame of a map: canvas host, overlay corners, notes and the live region. */
export function buildFrame(words, label) {
  const frame = {
    canvas: make("div", { class: "yf-map__canvas" }),
    tools: make("div", { class: "yf-map__tools" }),
    legend: make("details", { class: "yf-map__legend" }),
    north: make("div", { class: "yf-map__north", "aria-hidden": "true" }, words.north),
    message: make("p", { class: "yf-map__message", role: "status" }),
    described: make("p", { class: "yf-map__hidden", id: `yf-map-${crypto.getRandomValues(new Uint32Array(1))[0]}` }),
    live: make("p", { class: "yf-map__hidden", role: "status", "aria-live": "polite" }),
    places: make("details", { class: "yf-map__places" }, make("summary"), make("ol")),
    note: make("p", { class: "yf-map__note" }),
  };
  const stage = make("div", { class: "yf-map__stage" }, frame.canvas, frame.tools, frame.north, frame.message);
  return { ...frame, label, stage, all: [frame.described, stage, frame.note, frame.legend, frame.places, frame.live] };
}

/** Fill the legend with what is on the map and nothing else. */
export function fillLegend(legend, { places, hasZones, words, colours, font }) {
  const present = (property, order) => order.filter((value) => places.some((place) => place[property] === value));
  const states = present("state", Object.keys(words.state));
  const kinds = present("kind", Object.keys(words.kind));
  const fits = present("fit", Object.keys(words.fit));
  const picture = (name) => swatch(drawPicture(name, colours, font));
  const others = [
    [places.some(({ rank }) => rank !== null), picture("rank:1"), words.ranked],
    [true, picture("cluster:9"), words.cluster],
    [hasZones, lineSwatch("zone"), words.zone],
  ];
  const groups = [
    [words.legendState, states.map((state) => [picture(`pattern:${state}`), words.state[state]])],
    [words.legendKind, kinds.map((kind) => [kindSwatch(kind, colours), words.kind[kind]])],
    [words.legendFit, fits.map((fit) => [lineSwatch(`fit-${fit}`), words.fit[fit]])],
    [words.legendOther, others.filter(([isShown]) => isShown).map(([, sample, text]) => [sample, text])],
  ];
  const blocks = groups.filter(([, entries]) => entries.length > 0).map(([title, entries]) => legendGroup(title, entries));
  legend.replaceChildren(make("summary", {}, words.legend), make("div", { class: "yf-map__keys" }, ...blocks));
}

function legendGroup(title, entries) {
  const items = entries.map(([sample, text]) => make("li", {}, sample, make("span", {}, text)));
  return make("div", {}, make("p", {}, title), make("ul", {}, ...items));
}

function swatch(canvas) {
  canvas.style.width = `${canvas.width / PIXEL_RATIO}px`;
  canvas.style.height = `${canvas.height / PIXEL_RATIO}px`;
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}

function kindSwatch(kind, colours) {
  const symbol = swatch(drawPicture(`place:${kind}:unknown:`, colours, "sans-serif"));
  return make("span", { class: "yf-map__pair", "aria-hidden": "true" }, lineSwatch(`kind-${kind}`), symbol);
}

function lineSwatch(name) {
  return make("span", { class: `yf-map__line yf-map__line--${name}`, "aria-hidden": "true" });
}

/** Build the content of the pop-up of a place. */
export function popupOf(place, words) {
  const facts = [words.kind[place.kind], words.state[place.state], place.fit && words.fit[place.fit], place.rank !== null && words.rank(place.rank)];
  const content = make("div", { class: "yf-map__popup" }, make("strong", {}, place.name), make("p", {}, facts.filter(Boolean).join(" · ")));
  if (isOwnPage(place.href)) content.append(make("a", { href: place.href }, words.open));
  return content;
}

/** Tell whether an address is a page of this site: a link of another scheme or host is never offered. */
function isOwnPage(href) {
  return href !== "" && new URL(href, document.baseURI).origin === location.origin;
}

const MOST_LISTED = 50;

/** Fill the list of places in view, for those who do not point at a map. */
export function fillPlaces(details, inView, words, onChoose) {
  const [summary, list] = details.children;
  summary.textContent = words.inView(inView.length);
  if (!details.open) return;
  const describe = (place) => `${place.name} · ${words.kind[place.kind]} · ${words.state[place.state]}`;
  const items = inView.slice(0, MOST_LISTED).map((place) => make("li", {}, makeButton(describe(place), () => onChoose(place), { class: "yf-map__choice" })));
  const rest = inView.length - items.length;
  if (rest > 0) items.push(make("li", { class: "yf-map__more" }, words.more(rest)));
  list.replaceChildren(...items);
}

/**
 * Tell whether the page is dark and say when that changes. `html.dark` and `html.light` decide; without either the
 * system's setting does, unless the page manages its theme by class alone (`theme="class"`).
 *
 * @returns {() => void} stops watching
 */
export function watchTheme(isByClass, onChange) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const tell = () => {
    const isNamed = isByClass || root.classList.contains("dark") || root.classList.contains("light");
    onChange((isNamed ? root.classList.contains("dark") : system.matches) ? "dark" : "light");
  };
  const observer = new MutationObserver(tell);
  observer.observe(root, { attributeFilter: ["class"] });
  system.addEventListener("change", tell);
  tell();
  return () => {
    observer.disconnect();
    system.removeEventListener("change", tell);
  };
}
