/** The canvas: places, symbols, marks and labels drawn on a MapLibre map, and what lies under the pointer. */

import { areasOf, clustersAt, labelsOf, marksOf, placesIn, placesToLabel, symbolsOf } from "./map-data.js";
import { PIXEL_RATIO, THEMES, drawPicture, pixelsOf } from "./map-images.js";
import { groundStyle, layPlaces, repaint } from "./map-style.js";

const TOUCH_PX = 5;
const EMPTY = { type: "FeatureCollection", features: [] };

/**
 * Open a MapLibre map that looks straight down, north up, and leaves the page its scrolling.
 *
 * @param {HTMLElement} container
 * @param {{theme: string, tiles: string, bounds: number[], locale: object}} options
 * @returns {object|null} null without WebGL or without the library
 */
export function openMap(container, { theme, tiles, bounds, locale }) {
  try {
    const map = new maplibregl.Map({
      container,
      style: groundStyle(THEMES[theme], tiles),
      bounds,
      locale,
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
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-right");
    return map;
  } catch {
    return null;
  }
}

/** What is drawn on a map whose style stands. */
export class MapView {
  #map;
  #theme;
  #font;
  #places = [];
  #zones = [];
  #clusters = [];
  #level = null;
  #selected = null;
  #hovered = null;
  #data = { zones: EMPTY, areas: null, points: EMPTY, marked: EMPTY, labels: EMPTY };
  #isLaid = false;

  constructor(map, theme, font) {
    this.#map = map;
    this.#theme = theme;
    this.#font = font;
    map.on("styleimagemissing", ({ id }) => map.addImage(id, this.#pixels(id), { pixelRatio: PIXEL_RATIO }));
  }

  /** The box in view: west, south, east, north. */
  get box() {
    return this.#map.getBounds().toArray().flat();
  }

  /** The places in view. */
  get inView() {
    return placesIn(this.#places, this.box);
  }

  /** Draw these places and no others. */
  show(places) {
    this.#places = places;
    this.#level = null;
    this.#put("areas", areasOf(places));
  }

  /** Draw these outlines of zones. */
  outline(zones) {
    this.#zones = zones;
    const features = zones.map(({ geometry }) => ({ type: "Feature", properties: {}, geometry }));
    this.#put("zones", { type: "FeatureCollection", features });
  }

  /** Draw what depends on where the map stands and what is pointed at. */
  refresh({ selected, hovered } = { selected: this.#selected, hovered: this.#hovered }) {
    this.#selected = selected;
    this.#hovered = hovered;
    this.#drawSymbols();
    const marked = [...new Set([selected, hovered])].filter(Boolean);
    this.#put("marked", marksOf(marked, selected, this.#level));
    this.#put("labels", labelsOf(placesToLabel(this.inView, marked), this.#zones));
    this.#lay();
  }

  /** Put on the colours of a theme. */
  wear(theme) {
    this.#theme = theme;
    repaint(this.#map, THEMES[theme]);
    for (const name of this.#map.listImages()) this.#map.updateImage(name, this.#pixels(name));
  }

  /** Show by the pointer's shape that there is something to click. */
  pointAt(isSomething) {
    this.#map.getCanvas().style.cursor = isSomething ? "pointer" : "";
  }

  /** The place under a point: a symbol before an area, the smallest area first, so that a building is found on its land. */
  placeAt(point) {
    const cluster = this.clusterAt(point);
    if (cluster) return cluster.places.length === 1 ? cluster.places[0] : null;
    const ids = new Set(this.#featuresAt(point, "areas").map(({ id }) => id));
    const found = ids.size > 0 ? this.#places.filter(({ id }) => ids.has(id)) : [];
    const widthOf = ({ box }) => box[2] - box[0];
    return found.sort((a, b) => widthOf(a) - widthOf(b))[0] ?? null;
  }

  /** The symbol under a point and the places it stands for; null where there is none. */
  clusterAt(point) {
    const [found] = this.#featuresAt(point, "points");
    return found ? this.#clusters[found.id] : null;
  }

  #featuresAt({ x, y }, layer) {
    if (!this.#isLaid) return [];
    const near = [[x - TOUCH_PX, y - TOUCH_PX], [x + TOUCH_PX, y + TOUCH_PX]];
    return this.#map.queryRenderedFeatures(near, { layers: [layer] });
  }

  /** Symbols change with the whole level of zoom, so that they stand still while the map is moved. */
  #drawSymbols() {
    const level = Math.floor(this.#map.getZoom());
    if (level === this.#level) return;
    this.#level = level;
    this.#clusters = clustersAt(this.#places, level);
    this.#put("points", symbolsOf(this.#clusters));
  }

  #put(source, data) {
    if (this.#isLaid) this.#map.getSource(source).setData(data);
    else this.#data[source] = data;
  }

  /** Lay everything at once, when the places are known and the map stands where they are. */
  #lay() {
    if (this.#isLaid || this.#data.areas === null) return;
    layPlaces(this.#map, this.#data, THEMES[this.#theme]);
    this.#isLaid = true;
    this.#data = null;
  }

  #pixels(name) {
    return pixelsOf(drawPicture(name, THEMES[this.#theme], this.#font));
  }
}
