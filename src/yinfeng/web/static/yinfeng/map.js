/**
 * `<yf-map>`: places on a map, tied to the list beside it. Needs the classic script `maplibre/maplibre-gl.js` on the
 * page; without it, or without WebGL, the element says so and the page works on.
 *
 * Attributes
 *   src          GeoJSON of places: properties key, name, kind, state, rank, fit, href; a top-level `next` names more
 *   zones        GeoJSON of zone outlines: property name
 *   lang         "zh" (default) or "en"
 *   list         CSS selector of the list; rows carry data-map-key, an optional control in a row data-map-show
 *   bounds       "west,south,east,north" to open at; otherwise all places
 *   tiles        raster tile address with {z}/{x}/{y}; attribution: its credit line
 *   height       CSS length or number of pixels
 *   label        accessible name
 *   theme        "class" when the page's theme is html.dark alone, whatever the system says
 *   area-filter  offers to draw an area; area: well-known text of the one in force
 *
 * Events (they bubble): yf-map:ready {count}, yf-map:select {key}, yf-map:hover {key|null}, yf-map:bounds {bbox},
 * yf-map:area {wkt} ("" when removed).
 */

import { boxOf, unionOf } from "./geo.js";
import { buildFrame, fillLegend, fillPlaces, popupOf, watchTheme } from "./map-chrome.js";
import { areasOf, labelsOf, marksOf, placeOf, placesIn, placesToLabel, readChunks, symbolsOf } from "./map-data.js";
import { PIXEL_RATIO, THEMES, drawPicture, pixelsOf } from "./map-images.js";
import { markHovered, markSelected, watchList } from "./map-list.js";
import { TOUCHABLE, repaint, styleOf } from "./map-style.js";
import { wordsFor } from "./map-words.js";

const CHINA = [73, 18, 135, 54];
const DEBOUNCE_MS = 400;
const TOUCH_PX = 5;
const NARROW = "(max-width: 640px)";

/** The map element; see the head of the file. */
export class YfMap extends HTMLElement {
  static observedAttributes = ["src"];

  #map = null;
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
  #said = 0;
  #reading = null;
  #closing = null;
  #settleReady = null;
  #pauses = 0;

  /** A promise of the MapLibre map once its style stands; of null where no map can be shown. */
  ready = new Promise((resolve) => {
    this.#settleReady = resolve;
  });

  connectedCallback() {
    this.#words = wordsFor(this.lang || document.documentElement.lang);
    this.#closing = new AbortController();
    this.#frame = buildFrame(this.#words, this.getAttribute("label") ?? this.#words.map);
    this.#dress();
    this.#map = this.#openMap();
    if (this.#map === null) {
      this.#frame.message.textContent = this.#words.noMap;
      this.classList.add("is-without-map");
      this.#settleReady(null);
    } else {
      this.#furnish();
      this.#listen();
      this.#read(this.getAttribute("src"), { isFirst: true });
    }
  }

  disconnectedCallback() {
    this.#closing.abort();
    this.#reading?.abort();
    clearTimeout(this.#said);
    this.#map?.remove();
    this.#map = null;
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
    if (place) this.#approach(place);
    this.#choose(place, { isFocused: false });
  }

  /** Show only the places of these keys; null for all. */
  filter(keys) {
    this.#keys = keys === null ? null : new Set([...keys].map(String));
    if (this.#selected && !this.#shown().includes(this.#selected)) this.#choose(null, {});
    this.#draw();
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

  #dress() {
    const height = this.getAttribute("height");
    if (height) this.style.setProperty("--yf-map-height", /^\d+$/.test(height) ? `${height}px` : height);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.#frame.label);
    this.setAttribute("aria-describedby", this.#frame.described.id);
    this.#frame.legend.open = !matchMedia(NARROW).matches;
    this.replaceChildren(...this.#frame.all);
    const stop = watchTheme(this.getAttribute("theme") === "class", (theme) => this.#wear(theme));
    this.#closing.signal.addEventListener("abort", stop);
  }

  #openMap() {
    const bounds = this.getAttribute("bounds")?.split(",").map(Number);
    try {
      return new maplibregl.Map({
        container: this.#frame.canvas,
        style: styleOf(THEMES[this.#theme], this.getAttribute("tiles") ?? ""),
        bounds: bounds?.length === 4 ? bounds : CHINA,
        locale: this.#words.library,
        cooperativeGestures: true,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        renderWorldCopies: false,
        fadeDuration: 0,
        validateStyle: false,
        // Without this the printed map is blank.
        canvasContextAttributes: { preserveDrawingBuffer: true },
      });
    } catch {
      return null; // no WebGL, or the library is not on the page
    }
  }

  #furnish() {
    const map = this.#map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-right");
    if (this.hasAttribute("area-filter")) this.#offerAreaFilter();
  }

  #listen() {
    const map = this.#map;
    map.on("styleimagemissing", ({ id }) => this.#addPicture(id));
    map.once("style.load", () => this.#settleReady(map));
    map.on("mousemove", (event) => this.#hover(this.#pauses ? null : this.#placeAt(event.point)));
    map.on("mouseout", () => this.#hover(null));
    map.on("click", (event) => this.#click(event));
    map.on("moveend", (event) => this.#moved(Boolean(event.originalEvent)));
    this.#frame.places.addEventListener("toggle", () => this.#listPlaces());
    const list = this.getAttribute("list");
    if (list) watchList(list, { onHover: (key) => this.highlight(key), onShow: (key) => this.select(key) }, this.#closing.signal);
  }

  async #offerAreaFilter() {
    const { offerAreaFilter } = await import("./area-filter.js");
    offerAreaFilter(this, {
      map: await this.ready,
      tools: this.#frame.tools,
      words: this.#words,
      wkt: this.getAttribute("area") ?? "",
      onArea: (wkt) => {
        this.#say(wkt ? this.#words.filtered : this.#words.unfiltered);
        this.#emit("area", { wkt });
      },
    });
  }

  // -- data ----------------------------------------------------------------------

  async #read(src, { isFirst }) {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#frame.message.textContent = this.#words.loading;
    try {
      const zones = isFirst ? this.#readZones(reading.signal) : null;
      const features = [];
      for await (const chunk of src ? readChunks(src, reading.signal) : []) {
        features.push(...chunk);
        await this.ready;
        await zones;
        this.#take(features, { isFitted: isFirst && features.length === chunk.length });
      }
      await zones;
      await this.ready;
      if (features.length === 0) this.#take([], { isFitted: isFirst });
      this.#frame.message.textContent = "";
      this.#map.once("idle", () => this.#emit("ready", { count: this.#places.length }));
    } catch (fault) {
      if (!reading.signal.aborted) this.#frame.message.textContent = this.#words.failed(fault.message);
    }
  }

  async #readZones(signal) {
    const address = this.getAttribute("zones");
    if (!address) return;
    const features = [];
    for await (const chunk of readChunks(address, signal)) features.push(...chunk);
    await this.ready;
    this.#zones = features.map((feature, id) => placeOf(feature, id)).filter(Boolean);
    this.#map.getSource("zones").setData({ type: "FeatureCollection", features });
  }

  #take(features, { isFitted }) {
    const key = this.#selected?.key ?? null;
    this.#places = features.map((feature, id) => placeOf(feature, id)).filter(Boolean);
    this.#unlocated = features.length - this.#places.length;
    this.#hovered = null;
    this.#selected = this.#placeOf(key);
    if (isFitted && !this.hasAttribute("bounds")) this.fit();
    this.#draw();
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
    const shown = this.#shown();
    this.#map.getSource("areas").setData(areasOf(shown));
    this.#map.getSource("points").setData(symbolsOf(shown));
    this.#mark();
    this.#describe();
    this.#refreshView();
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

  #refreshView() {
    const inView = this.#inView();
    this.#map.getSource("labels").setData(labelsOf(placesToLabel(inView, this.#marked()), this.#zones));
    this.#listPlaces(inView);
  }

  #listPlaces(inView = this.#inView()) {
    fillPlaces(this.#frame.places, inView, this.#words, (place) => {
      this.#approach(place);
      this.#choose(place, { isFocused: true });
    });
  }

  #inView() {
    return placesIn(this.#shown(), this.#map.getBounds().toArray().flat());
  }

  #marked() {
    return [...new Set([this.#selected, this.#hovered])].filter(Boolean);
  }

  #mark() {
    this.#map.getSource("marked").setData(marksOf(this.#marked(), this.#selected, this.#map.getZoom()));
  }

  #font() {
    return getComputedStyle(this).fontFamily;
  }

  #addPicture(name) {
    const canvas = drawPicture(name, THEMES[this.#theme], this.#font());
    this.#map.addImage(name, pixelsOf(canvas), { pixelRatio: PIXEL_RATIO });
  }

  #wear(theme) {
    this.#theme = theme;
    this.dataset.theme = theme;
    if (!this.#map) return;
    this.ready.then((map) => {
      const colours = THEMES[theme];
      repaint(map, colours, this.hasAttribute("tiles"));
      for (const name of map.listImages()) map.updateImage(name, pixelsOf(drawPicture(name, colours, this.#font())));
      this.#fillLegend();
    });
  }

  // -- pointing and choosing ---------------------------------------------------------

  #featuresAt({ x, y }, layers) {
    const near = [[x - TOUCH_PX, y - TOUCH_PX], [x + TOUCH_PX, y + TOUCH_PX]];
    return this.#map.queryRenderedFeatures(near, { layers });
  }

  /** The smallest place under a point of the canvas, so that a building is found on its land. */
  #placeAt(point) {
    const found = this.#featuresAt(point, TOUCHABLE).map(({ id }) => this.#places.find((place) => place.id === id));
    const widthOf = ({ box }) => box[2] - box[0];
    return found.filter(Boolean).sort((a, b) => widthOf(a) - widthOf(b))[0] ?? null;
  }

  #hover(place) {
    if (place === this.#hovered || !this.#map) return;
    this.#hovered = place;
    this.#map.getCanvas().style.cursor = place ? "pointer" : "";
    this.#mark();
    this.#refreshView();
    markHovered(this.getAttribute("list"), place?.key ?? null);
    this.#emit("hover", { key: place?.key ?? null });
  }

  async #click({ point, lngLat }) {
    if (this.#pauses) return;
    const [cluster] = this.#featuresAt(point, ["clusters"]);
    if (cluster) {
      const zoom = await this.#map.getSource("points").getClusterExpansionZoom(cluster.id);
      this.#map.easeTo({ center: lngLat, zoom: zoom + 0.2 }, { originalEvent: true });
    } else {
      this.#choose(this.#placeAt(point), { isFocused: false });
    }
  }

  #choose(place, { isFocused }) {
    if (!this.#map) return;
    this.#selected = place;
    this.#popup?.remove();
    this.#popup = place ? this.#openPopup(place, isFocused) : null;
    this.#mark();
    this.#refreshView();
    markSelected(this.getAttribute("list"), place?.key ?? null, true);
    if (place) this.#say(this.#words.selected(place.name));
    this.#emit("select", { key: place?.key ?? null });
  }

  #openPopup(place, isFocused) {
    const popup = new maplibregl.Popup({ maxWidth: "260px", closeOnClick: false, focusAfterOpen: isFocused, offset: 12 });
    return popup.setLngLat(place.anchor).setDOMContent(popupOf(place, this.#words)).addTo(this.#map);
  }

  #approach(place) {
    const [west, south, east, north] = this.#map.getBounds().toArray().flat();
    const [lon, lat] = place.anchor;
    const isInSight = west < lon && lon < east && south < lat && lat < north;
    if (!isInSight) this.#map.fitBounds(boxOf(place.geometry.coordinates), { padding: 80, maxZoom: 15 });
  }

  #moved(isByUser) {
    if (!this.#map.isStyleLoaded() && this.#places.length === 0) return;
    this.#mark();
    this.#refreshView();
    if (!isByUser) return;
    clearTimeout(this.#said);
    this.#said = setTimeout(() => this.#tellBounds(), DEBOUNCE_MS);
  }

  #tellBounds() {
    const bbox = this.#map.getBounds().toArray().flat().map((degrees) => degrees.toFixed(6)).join(",");
    this.#say(this.#words.inViewSaid(this.#inView().length));
    this.#emit("bounds", { bbox });
  }

  #say(sentence) {
    this.#frame.live.textContent = sentence;
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`yf-map:${name}`, { bubbles: true, detail }));
  }
}

customElements.define("yf-map", YfMap);
