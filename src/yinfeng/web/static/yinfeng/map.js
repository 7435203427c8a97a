/**
 * `<yf-map>`: places on a map, tied to the list beside it. Needs the classic script `maplibre/maplibre-gl.js` on the
 * page; without it, or without WebGL, the element says so and the page works on.
 *
 * Attributes
 *   src          GeoJSON of places: properties key, name, kind, state, rank, fit, href; a top-level `next` names more
 *   zones        GeoJSON of zone outlines: property name
 *   lang         "zh" (default) or "en"
 *   list         CSS selector of the list; rows carry data-map-key, an optional control in a row data-map-show; when htmx
 *                replaces the list and its data-map-src has changed, the map reads that address
 *   bounds       "west,south,east,north" to open at; otherwise all places
 *   tiles        raster tile address with {z}/{x}/{y}; attribution: its credit line
 *   height       CSS length or number of pixels
 *   label        accessible name
 *   theme        "class" when the page's theme is html.dark alone, whatever the system says
 *   legend       "closed" to begin with; on narrow screens it always is
 *   area-filter  offers to draw an area; area: well-known text of the one in force
 *   bounds-field, area-field   CSS selector of an input that gets bbox or wkt, with a change event, as the user moves
 *                or draws: so a form filters without a script of its own
 *
 * Events (they bubble): yf-map:ready {count}, yf-map:select {key}, yf-map:hover {key|null}, yf-map:bounds {bbox},
 * yf-map:area {wkt} ("" when removed).
 */

import { unionOf } from "./geo.js";
import { buildFrame, fillLegend, fillPlaces, popupOf, watchTheme } from "./map-chrome.js";
import { placeOf, readChunks } from "./map-data.js";
import { THEMES } from "./map-images.js";
import { fillField, followList, markHovered, markSelected, watchList } from "./map-list.js";
import { MapView, openMap } from "./map-view.js";
import { wordsFor } from "./map-words.js";

const NOTHING = { features: [], isLast: true };
const CHINA = [73, 18, 135, 54];
const DEBOUNCE_MS = 400;
/** Drawing anew what is drawn takes as long as drawing it first: so long is waited for more to draw with it. */
const PATIENCE_MS = 300;
const CLOSEST_ZOOM = 17;
const NARROW = "(max-width: 640px)";

/** The map element; see the head of the file. */
export class YfMap extends HTMLElement {
  static observedAttributes = ["src"];

  #map = null;
  #view = null;
  #frame = null;
  #words = null;
  #theme = "light";
  #places = [];
  #zones = [];
  #keys = null;
  #unlocated = 0;
  #hovered = null;
  #selected = null;
  #popup = null;
  #timer = 0;
  #reading = null;
  #closing = null;
  #zonesRead = null;
  #settleReady = null;
  #pauses = 0;

  /** A promise of the MapLibre map once its style stands; of null where no map can be shown. */
  ready = this.#promiseMap();

  connectedCallback() {
    this.#words = wordsFor(this.lang || document.documentElement.lang);
    this.#closing = new AbortController();
    this.#frame = buildFrame(this.#words, this.getAttribute("label") ?? this.#words.map);
    this.#dress();
    // The network works while the map is built.
    this.#zonesRead = this.#readZones();
    this.#read(this.getAttribute("src"), { isFirst: true });
    this.#map = this.#openMap();
    if (this.#map === null) this.#doWithoutMap();
    else this.#listen();
  }

  disconnectedCallback() {
    this.#closing.abort();
    this.#reading.abort();
    clearTimeout(this.#timer);
    this.#map?.remove();
    this.#map = null;
    this.#view = null;
    this.ready = this.#promiseMap();
    this.replaceChildren();
  }

  attributeChangedCallback(_name, before, after) {
    if (this.#map && before !== null && before !== after) this.#read(after, { isFirst: false });
  }

  // -- for the page ----------------------------------------------------------

  /** Highlight the place of a key, without moving; null for none. */
  highlight(key) {
    this.#hover(this.#placeOf(key));
  }

  /** Select the place of a key: outline, pop-up, row, and move there if it is out of view; null for none. */
  select(key) {
    const place = this.#placeOf(key);
    if (!this.#view) return;
    if (place) this.#approach(place);
    this.#choose(place, { isFocused: false });
  }

  /** Show only the places of these keys; null for all. */
  filter(keys) {
    this.#keys = keys === null ? null : new Set([...keys].map(String));
    if (this.#selected && !this.#shown().includes(this.#selected)) this.#choose(null, {});
    if (this.#view) this.#draw();
  }

  /** Read places from another address; the view stays where it is. Resolves when they are drawn. */
  reload(src) {
    return this.#read(src, { isFirst: false });
  }

  /** Move to all places shown, or to a box [west, south, east, north]. */
  fit(box = this.#extent()) {
    this.#map?.fitBounds(box, { padding: 40, maxZoom: 16, animate: false });
  }

  /** Leave clicks to someone else, such as a drawing tool; call the answer to take them back. */
  pause() {
    this.#pauses += 1;
    this.#popup?.remove();
    return () => {
      this.#pauses -= 1;
    };
  }

  // -- building ----------------------------------------------------------------

  #promiseMap() {
    return new Promise((resolve) => {
      this.#settleReady = resolve;
    });
  }

  #dress() {
    const height = this.getAttribute("height");
    if (height) this.style.setProperty("--yf-map-height", /^\d+$/.test(height) ? `${height}px` : height);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.#frame.label);
    this.setAttribute("aria-describedby", this.#frame.described.id);
    this.#frame.legend.open = this.getAttribute("legend") !== "closed" && !matchMedia(NARROW).matches;
    this.replaceChildren(...this.#frame.all);
    const stop = watchTheme(this.getAttribute("theme") === "class", (theme) => this.#wear(theme));
    this.#closing.signal.addEventListener("abort", stop);
  }

  #openMap() {
    const bounds = this.getAttribute("bounds")?.split(",").map(Number);
    return openMap(this.#frame.canvas, {
      theme: this.#theme,
      tiles: this.getAttribute("tiles") ?? "",
      bounds: bounds?.length === 4 ? bounds : CHINA,
      locale: this.#words.library,
    });
  }

  #doWithoutMap() {
    this.#reading.abort();
    this.#frame.message.textContent = this.#words.noMap;
    this.classList.add("is-without-map");
    this.setAttribute("aria-busy", "false");
    this.#settleReady(null);
  }

  #listen() {
    const map = this.#map;
    map.once("style.load", () => this.#begin());
    map.on("mousemove", ({ point }) => this.#hover(this.#pauses ? null : (this.#view?.placeAt(point) ?? null)));
    map.on("mouseout", () => this.#hover(null));
    map.on("click", (event) => this.#click(event));
    map.on("moveend", (event) => this.#moved(Boolean(event.originalEvent)));
    this.#frame.places.addEventListener("toggle", () => this.#listPlaces());
    this.#frame.canvas.addEventListener("keydown", ({ key }) => key === "Escape" && !this.#pauses && this.#choose(null, {}));
    addEventListener("beforeprint", () => this.#fitPaper(), { signal: this.#closing.signal });
    if (this.hasAttribute("list")) this.#tieList(this.getAttribute("list"), this.#closing.signal);
  }

  /** On paper the canvas is fitted to the column; the scale bar keeps its share of the width. */
  #fitPaper() {
    const { offsetWidth, offsetHeight } = this.#frame.canvas;
    const bar = this.querySelector(".maplibregl-ctrl-scale");
    this.style.setProperty("--yf-scale-share", String(bar.offsetWidth / offsetWidth));
    this.style.setProperty("--yf-map-aspect", String(offsetWidth / offsetHeight));
  }

  #tieList(list, signal) {
    watchList(list, { onHover: (key) => this.highlight(key), onShow: (key) => this.select(key) }, signal);
    followList(list, (src) => this.reload(src), signal);
  }

  /** Begin drawing: the style stands. */
  #begin() {
    this.#view = new MapView(this.#map, this.#theme, this.#font());
    this.#settleReady(this.#map);
    if (this.hasAttribute("area-filter")) this.#offerAreaFilter();
  }

  async #offerAreaFilter() {
    const { offerAreaFilter } = await import("./area-filter.js");
    offerAreaFilter(this, {
      map: this.#map,
      tools: this.#frame.tools,
      words: this.#words,
      wkt: this.getAttribute("area") ?? "",
      onArea: (wkt) => {
        this.#say(wkt ? this.#words.filtered : this.#words.unfiltered);
        this.#emit("area", { wkt });
        fillField(this.getAttribute("area-field"), wkt);
      },
    });
  }

  // -- data ----------------------------------------------------------------------

  async #read(src, { isFirst }) {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#frame.message.textContent = this.#words.loading;
    this.setAttribute("aria-busy", "true");
    try {
      await this.#readPlaces(src, reading.signal, isFirst);
      const fault = await this.#zonesRead;
      if (fault) throw fault;
      this.#frame.message.textContent = "";
      await this.#map.once("idle");
      reading.signal.throwIfAborted();
      this.setAttribute("aria-busy", "false");
      this.#emit("ready", { count: this.#places.length });
    } catch (fault) {
      if (reading.signal.aborted) return; // another reading has begun, or the element has left the page
      this.#frame.message.textContent = this.#words.failed(fault.message);
      this.setAttribute("aria-busy", "false");
    }
  }

  /** Read the places and draw them once all are there; those that are there already where the next keep it waiting. */
  async #readPlaces(src, signal, isFirst) {
    const places = [];
    let count = 0;
    let isFitted = isFirst && !this.hasAttribute("bounds");
    let waiting = 0;
    const draw = () => {
      if (signal.aborted) return;
      this.#take([...places], count - places.length, isFitted);
      isFitted = false;
    };
    try {
      for await (const { features, isLast } of src ? readChunks(src, signal) : [NOTHING]) {
        await Promise.all([this.ready, this.#zonesRead]);
        signal.throwIfAborted();
        clearTimeout(waiting);
        for (const feature of features) {
          const place = placeOf(feature, places.length);
          if (place) places.push(place);
        }
        count += features.length;
        if (isLast) draw();
        else waiting = setTimeout(draw, PATIENCE_MS);
      }
    } finally {
      clearTimeout(waiting);
    }
  }

  #take(places, unlocated, isFitted) {
    const key = this.#selected?.key ?? null;
    this.#places = places;
    this.#unlocated = unlocated;
    this.#hovered = null;
    this.#selected = this.#placeOf(key);
    if (isFitted) this.fit();
    this.#draw();
  }

  /** Read the outlines of zones. Gives the fault, if any, as a value: the places are shown without them. */
  async #readZones() {
    const address = this.getAttribute("zones");
    if (!address) return null;
    try {
      const features = [];
      for await (const chunk of readChunks(address, this.#closing.signal)) features.push(...chunk.features);
      await this.ready;
      this.#zones = features.map((feature, id) => placeOf(feature, id)).filter(Boolean);
      this.#view.outline(this.#zones);
      return null;
    } catch (fault) {
      return fault;
    }
  }

  #shown() {
    return this.#keys === null ? this.#places : this.#places.filter(({ key }) => this.#keys.has(key));
  }

  #placeOf(key) {
    return key === null ? null : (this.#places.find((place) => place.key === String(key)) ?? null);
  }

  #extent() {
    return unionOf([...this.#shown(), ...this.#zones].map(({ box }) => box)) ?? CHINA;
  }

  // -- drawing -------------------------------------------------------------------

  #draw() {
    this.#view.show(this.#shown());
    this.#describe();
    this.#refresh();
  }

  #refresh() {
    this.#view.refresh({ selected: this.#selected, hovered: this.#hovered });
    this.#listPlaces();
  }

  #listPlaces() {
    if (!this.#view) return;
    fillPlaces(this.#frame.places, this.#view.inView, this.#words, (place) => {
      this.#approach(place);
      this.#choose(place, { isFocused: true });
    });
  }

  #describe() {
    const { described, note } = this.#frame;
    const words = this.#words;
    const missing = this.#unlocated > 0 ? words.unlocated(this.#unlocated) : "";
    described.textContent = [words.described(this.#shown().length), missing].join(" ");
    const credit = this.getAttribute("tiles") && this.getAttribute("attribution");
    note.textContent = [words.datum, credit && words.base(credit), missing].filter(Boolean).join(" · ");
    this.#fillLegend();
  }

  #fillLegend() {
    const context = { places: this.#places, hasZones: this.#zones.length > 0, words: this.#words };
    fillLegend(this.#frame.legend, { ...context, colours: THEMES[this.#theme], font: this.#font() });
  }

  #font() {
    return getComputedStyle(this).fontFamily;
  }

  #wear(theme) {
    this.#theme = theme;
    this.dataset.theme = theme;
    if (!this.#view) return;
    this.#view.wear(theme);
    this.#fillLegend();
  }

  // -- pointing and choosing ---------------------------------------------------------

  #hover(place) {
    if (place === this.#hovered || !this.#view) return;
    this.#hovered = place;
    this.#view.pointAt(place !== null);
    this.#view.refresh({ selected: this.#selected, hovered: place });
    markHovered(this.getAttribute("list"), place?.key ?? null);
    this.#emit("hover", { key: place?.key ?? null });
  }

  #click({ point, originalEvent }) {
    if (this.#pauses || !this.#view) return;
    const cluster = this.#view.clusterAt(point);
    if (cluster?.places.length > 1) {
      const box = unionOf(cluster.places.map((place) => place.box));
      this.#map.fitBounds(box, { padding: 60, maxZoom: CLOSEST_ZOOM }, { originalEvent });
    } else {
      this.#choose(this.#view.placeAt(point), { isFocused: false });
    }
  }

  #choose(place, { isFocused }) {
    if (!this.#view) return;
    this.#selected = place;
    this.#popup?.remove();
    this.#popup = place ? this.#openPopup(place, isFocused) : null;
    this.#refresh();
    markSelected(this.getAttribute("list"), place?.key ?? null, true);
    if (place) this.#say(this.#words.selected(place.name));
    this.#emit("select", { key: place?.key ?? null });
  }

  #openPopup(place, isFocused) {
    const popup = new maplibregl.Popup({ maxWidth: "300px", closeOnClick: false, focusAfterOpen: isFocused, offset: 22 });
    // Closing it must not leave the keyboard user nowhere.
    if (isFocused) popup.on("close", () => this.#frame.places.querySelector("summary").focus());
    return popup.setLngLat(place.anchor).setDOMContent(popupOf(place, this.#words)).addTo(this.#map);
  }

  #approach(place) {
    const [west, south, east, north] = this.#view.box;
    const [lon, lat] = place.anchor;
    const isInSight = west < lon && lon < east && south < lat && lat < north;
    if (!isInSight) this.#map.fitBounds(place.box, { padding: 80, maxZoom: 15 });
  }

  #moved(isByUser) {
    if (!this.#view) return;
    this.#refresh();
    if (!isByUser) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tellBounds(), DEBOUNCE_MS);
  }

  #tellBounds() {
    this.#say(this.#words.inViewSaid(this.#view.inView.length));
    const bbox = this.#view.box.map((degrees) => degrees.toFixed(6)).join(",");
    this.#emit("bounds", { bbox });
    fillField(this.getAttribute("bounds-field"), bbox);
  }

  #say(sentence) {
    this.#frame.live.textContent = sentence;
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`yf-map:${name}`, { bubbles: true, detail }));
  }
}

customElements.define("yf-map", YfMap);
