/**
 * `<yf-draw>`: a boundary as a form control, drawn on a map or pasted as text. The value that is sent is that of the
 * text box, well-known text lon lat with seven digits; without a map or without scripts the text box remains.
 *
 * Attributes: name, value (well-known text; or put a filled `<textarea>` inside), required, and lang, src, zones,
 * tiles, attribution, bounds, height, theme as for `<yf-map>`; src shows other places around.
 * Event: yf-draw:change {wkt, area_m2} after every readable change.
 */

import "./map.js";
import { readShape } from "./coordinates.js";
import { MU_M2, areaM2, boxOf, crossingOf, wktOf } from "./geo.js";
import { make, watchTheme } from "./map-chrome.js";
import { wordsFor } from "./map-words.js";
import { openSketch } from "./sketch.js";

const PASSED_ON = ["src", "zones", "tiles", "attribution", "height", "theme", "label"];

/** The drawing element; see the head of the file. */
export class YfDraw extends HTMLElement {
  #words = null;
  #text = null;
  #area = null;
  #faults = null;
  #sketch = null;
  #closing = null;

  connectedCallback() {
    const lang = this.lang || document.documentElement.lang;
    this.#words = wordsFor(lang);
    this.#text = this.querySelector("textarea") ?? this.#makeText();
    this.#text.classList.add("yf-draw__text");
    this.#area = make("p", { class: "yf-draw__area", role: "status" });
    this.#faults = make("ul", { class: "yf-draw__faults", role: "alert" });
    this.#listen();
    const map = this.#makeMap(lang);
    this.replaceChildren(map, this.#area, ...this.#textParts(), this.#faults);
    this.#readText({ isFinished: false });
    this.#open(map);
  }

  disconnectedCallback() {
    this.#closing.abort();
  }

  /** The boundary as well-known text; what the user typed where it cannot be read. */
  get value() {
    return this.#text.value;
  }

  set value(wkt) {
    this.#text.value = wkt;
    this.#readText({ isFinished: true });
  }

  #listen() {
    this.#closing = new AbortController();
    const { signal } = this.#closing;
    this.#text.addEventListener("input", () => this.#readText({ isFinished: false }), { signal });
    this.#text.addEventListener("change", () => this.#readText({ isFinished: true }), { signal });
    const stop = watchTheme(this.getAttribute("theme") === "class", (theme) => {
      this.dataset.theme = theme;
    });
    signal.addEventListener("abort", stop);
  }

  #makeText() {
    const text = make("textarea", { name: this.getAttribute("name") ?? "", rows: "5", required: this.hasAttribute("required") });
    text.value = this.getAttribute("value") ?? "";
    return text;
  }

  #textParts() {
    this.#text.id ||= `yf-draw-${this.#text.name}`;
    const help = make("p", { class: "yf-draw__help", id: `${this.#text.id}-help` }, this.#words.coordinatesHelp);
    this.#faults.id = `${this.#text.id}-faults`;
    this.#text.setAttribute("aria-describedby", `${help.id} ${this.#faults.id}`);
    this.#text.spellcheck = false;
    return [make("label", { for: this.#text.id }, this.#words.coordinates), help, this.#text];
  }

  #makeMap(lang) {
    const map = make("yf-map", { lang, legend: "closed" });
    for (const name of PASSED_ON) {
      if (this.hasAttribute(name)) map.setAttribute(name, this.getAttribute(name));
    }
    const { parts } = readShape(this.#text.value, this.#words);
    const bounds = parts.length > 0 ? around(parts).join(",") : this.getAttribute("bounds");
    if (bounds) map.setAttribute("bounds", bounds);
    return map;
  }

  async #open(element) {
    const map = await element.ready;
    if (map === null) return;
    this.#sketch = openSketch(element, map, {
      words: this.#words,
      maxParts: Infinity,
      onChange: (parts) => this.#takeDrawn(parts),
    });
    this.#sketch.setParts(readShape(this.#text.value, this.#words).parts);
    element.before(this.#sketch.toolbar, this.#sketch.hint);
  }

  #takeDrawn(parts) {
    this.#text.value = wktOf(parts);
    this.#showFaults([]);
    this.#check(parts);
  }

  /** Read the text box; once the user is done with it the text is written anew as well-known text. */
  #readText({ isFinished }) {
    const { parts, faults } = readShape(this.#text.value, this.#words);
    this.#showFaults(faults);
    if (faults.length > 0) return;
    if (isFinished) this.#text.value = wktOf(parts);
    if (this.#sketch) {
      this.#sketch.setParts(parts);
      if (isFinished && parts.length > 0) this.querySelector("yf-map").fit(around(parts));
    }
    this.#check(parts);
  }

  #showFaults(faults) {
    this.#faults.replaceChildren(...faults.map((sentence) => make("li", {}, sentence)));
    this.#text.setAttribute("aria-invalid", String(faults.length > 0));
    this.#text.setCustomValidity(faults[0] ?? "");
    if (faults.length > 0) this.#area.textContent = this.#words.noArea;
  }

  /** Say how large the boundary is and whether it crosses itself. */
  #check(parts) {
    const m2 = areaM2(parts);
    this.#area.textContent = parts.length > 0 ? this.#words.area(rounded(m2 / MU_M2, 2), rounded(m2, 0)) : this.#words.noArea;
    const crossing = crossingOf(parts);
    if (crossing) this.#faults.append(make("li", {}, this.#words.crossing(...crossing.map((degrees) => degrees.toFixed(5)))));
    const detail = { wkt: wktOf(parts), area_m2: m2 };
    this.dispatchEvent(new CustomEvent("yf-draw:change", { bubbles: true, detail }));
  }
}

/** Give the box around a shape with a margin, so that its corners are not at the rim. */
function around(parts) {
  const [west, south, east, north] = boxOf(parts);
  const [wide, high] = [(east - west) * 0.2, (north - south) * 0.2];
  return [west - wide, south - high, east + wide, north + high];
}

function rounded(quantity, digits) {
  return quantity.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

customElements.define("yf-draw", YfDraw);
