/** Drawing areas on a map: corners by clicks, handles to drag, undo; used by the form control and the area filter. */

import { geometryOf } from "./geo.js";
import { make, makeButton } from "./map-chrome.js";
import { THEMES } from "./map-images.js";
import { LOWEST_OF_DRAWING } from "./map-style.js";
import { addCorner, begin, close, cornersOf, drawingOf, insertCorner, isClosable, moveCorner, removeCorner } from "./shape.js";

const MOST_HANDLES = 150;
const NUDGE_PX = 4;
const NUDGES = { ArrowUp: [0, -NUDGE_PX], ArrowDown: [0, NUDGE_PX], ArrowLeft: [-NUDGE_PX, 0], ArrowRight: [NUDGE_PX, 0] };

/**
 * Draw on a map.
 *
 * @param {import("./map.js").YfMap} element the map element, so that its own clicks rest while drawing
 * @param {object} map its MapLibre map
 * @param {object} options words; maxParts, how many parts there may be; onChange(parts), after every finished change
 * @returns {{toolbar: HTMLElement, hint: HTMLElement, setParts: (parts) => void}} setParts starts afresh, silently
 */
export function openSketch(element, map, options) {
  const sketch = new Sketch(element, map, options);
  return { toolbar: sketch.toolbar, hint: sketch.hint, setParts: (parts) => sketch.setParts(parts) };
}

class Sketch {
  #element;
  #map;
  #words;
  #maxParts;
  #onChange;
  #drawing = drawingOf([]);
  #past = [];
  #chosen = null;
  #markers = [];
  #resume = null;
  #buttons;

  constructor(element, map, { words, maxParts, onChange }) {
    this.#element = element;
    this.#map = map;
    this.#words = words;
    this.#maxParts = maxParts;
    this.#onChange = onChange;
    this.hint = make("p", { class: "yf-draw__hint", role: "status" });
    this.#buttons = this.#makeButtons();
    this.toolbar = make("div", { class: "yf-toolbar", role: "toolbar" }, ...Object.values(this.#buttons));
    this.#addLayers();
    this.#listen();
    this.#show();
  }

  setParts(parts) {
    this.#past = [];
    this.#become(drawingOf(parts));
  }

  #makeButtons() {
    const words = this.#words;
    return {
      draw: makeButton(words.draw, () => this.#change(begin(this.#drawing))),
      close: makeButton(words.close, () => this.#close()),
      undo: makeButton(words.undo, () => this.#undo()),
      remove: makeButton(words.removeVertex, () => this.#removeChosen()),
      clear: makeButton(words.clear, () => this.#change(drawingOf([]))),
    };
  }

  #addLayers() {
    const colour = THEMES[this.#element.dataset.theme].marked;
    const layer = (id, type, shape, paint) =>
      this.#map.addLayer({ id, type, source: "sketch", filter: ["==", ["geometry-type"], shape], paint });
    this.#map.addSource("sketch", { type: "geojson", data: this.#features() });
    layer(LOWEST_OF_DRAWING, "fill", "Polygon", { "fill-color": colour, "fill-opacity": 0.15 });
    layer("sketch-outline", "line", "Polygon", { "line-color": colour, "line-width": 2.5 });
    layer("sketch-open", "line", "LineString", { "line-color": colour, "line-width": 2.5, "line-dasharray": [2, 1.5] });
  }

  #listen() {
    this.#map.on("click", (event) => this.#click(event));
    this.#map.on("mousemove", ({ lngLat }) => this.#isDrawing() && this.#paint([lngLat.lng, lngLat.lat]));
    this.#map.on("moveend", () => this.#placeHandles());
    this.#map.getContainer().addEventListener("keydown", (event) => this.#press(event));
  }

  // -- changing ------------------------------------------------------------------

  #isDrawing() {
    return this.#drawing.open !== null;
  }

  /** Take a changed drawing and keep the one before for undo. */
  #change(drawing) {
    this.#past.push(this.#drawing);
    this.#become(drawing);
    this.#tell();
  }

  #become(drawing) {
    this.#drawing = drawing;
    this.#chosen = null;
    this.#show();
  }

  #undo() {
    if (this.#past.length === 0) return;
    this.#become(this.#past.pop());
    this.#tell();
  }

  #close() {
    if (isClosable(this.#drawing)) this.#change(close(this.#drawing));
  }

  #removeChosen() {
    const left = removeCorner(this.#drawing, this.#chosen);
    if (left) this.#change(left);
    else this.hint.textContent = this.#words.tooFew;
  }

  #tell() {
    if (!this.#isDrawing()) this.#onChange(this.#drawing.parts);
  }

  // -- pointer and keys ------------------------------------------------------------

  #click({ lngLat, originalEvent }) {
    if (!this.#isDrawing() || originalEvent.target.closest(".yf-handle")) return;
    // The second click of a double click ends the part instead of adding the same corner again.
    if (originalEvent.detail > 1) this.#close();
    else this.#change(addCorner(this.#drawing, [lngLat.lng, lngLat.lat]));
  }

  #press(event) {
    const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey);
    if (isUndo || (event.key === "Escape" && this.#isDrawing())) this.#undo();
    else if (event.key === "Enter" && this.#isDrawing() && !event.target.closest("button")) this.#close();
    else return;
    event.preventDefault();
  }

  #pressOnHandle(event, corner) {
    if (event.key === "Delete" || event.key === "Backspace") {
      this.#chosen = corner;
      this.#removeChosen();
    } else if (event.key in NUDGES) {
      const { x, y } = this.#map.project(corner.position);
      const [dx, dy] = NUDGES[event.key];
      const { lng, lat } = this.#map.unproject([x + dx, y + dy]);
      this.#change(moveCorner(this.#drawing, corner, [lng, lat]));
      this.#map.getContainer().querySelector(`[data-corner="${cornerName(corner)}"]`)?.focus();
    } else {
      return;
    }
    // The map would pan on the same key.
    event.preventDefault();
    event.stopPropagation();
  }

  // -- showing -----------------------------------------------------------------------

  #show() {
    this.#rest();
    this.#paint();
    this.#placeHandles();
    this.#label();
  }

  /** Take the map's clicks and double clicks while drawing, and give them back after. */
  #rest() {
    this.#element.classList.toggle("is-drawing", this.#isDrawing());
    if (this.#isDrawing() && !this.#resume) {
      this.#resume = this.#element.pause();
      this.#map.doubleClickZoom.disable();
    } else if (!this.#isDrawing() && this.#resume) {
      this.#resume();
      this.#resume = null;
      this.#map.doubleClickZoom.enable();
    }
  }

  #features(pointer = null, drawing = this.#drawing) {
    const line = [...(drawing.open ?? []), ...(pointer ? [pointer] : [])];
    const features = [{ type: "Feature", properties: {}, geometry: geometryOf(drawing.parts) }];
    if (line.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } });
    return { type: "FeatureCollection", features };
  }

  #paint(pointer, drawing) {
    this.#map.getSource("sketch").setData(this.#features(pointer, drawing));
  }

  #label() {
    const { draw, close: closing, undo, remove, clear } = this.#buttons;
    const { parts, open } = this.#drawing;
    draw.textContent = parts.length > 0 && this.#maxParts > 1 ? this.#words.drawMore : this.#words.draw;
    draw.disabled = this.#isDrawing() || parts.length >= this.#maxParts;
    closing.disabled = !isClosable(this.#drawing);
    undo.disabled = this.#past.length === 0;
    remove.disabled = this.#chosen === null;
    clear.disabled = parts.length === 0 && open === null;
    this.hint.textContent = this.#words[this.#hintKey()];
  }

  #hintKey() {
    const { parts, open } = this.#drawing;
    if (open !== null) return open.length === 0 ? "hintStart" : isClosable(this.#drawing) ? "hintClose" : "hintGoOn";
    if (parts.length === 0) return "hintEmpty";
    return this.#cornersInView().length > MOST_HANDLES ? "hintMany" : "hintEdit";
  }

  // -- handles -----------------------------------------------------------------------

  #cornersInView() {
    const bounds = this.#map.getBounds();
    return cornersOf(this.#drawing).filter(({ position }) => bounds.contains(position));
  }

  #placeHandles() {
    for (const marker of this.#markers) marker.remove();
    this.#markers = this.#isDrawing() ? this.#openHandles() : this.#editHandles();
  }

  /** While a part is being drawn its corners are only shown; the first one closes it. */
  #openHandles() {
    return this.#drawing.open.map((position, index) => {
      const handle = this.#makeHandle("yf-handle", this.#words.vertex(index + 1, this.#drawing.open.length));
      if (index === 0) handle.addEventListener("click", () => this.#close());
      return this.#pin(handle, position, false);
    });
  }

  #editHandles() {
    const corners = this.#cornersInView();
    if (corners.length > MOST_HANDLES) return [];
    return corners.flatMap((corner) => [this.#cornerHandle(corner), this.#middleHandle(corner)]);
  }

  #cornerHandle(corner) {
    const handle = this.#makeHandle("yf-handle", this.#words.vertex(corner.index + 1, corner.count));
    handle.dataset.corner = cornerName(corner);
    handle.addEventListener("focus", () => this.#chooseCorner(corner, handle));
    handle.addEventListener("click", () => this.#chooseCorner(corner, handle));
    handle.addEventListener("keydown", (event) => this.#pressOnHandle(event, corner));
    const marker = this.#pin(handle, corner.position, true);
    this.#followDrag(marker, (position) => moveCorner(this.#drawing, corner, position));
    return marker;
  }

  #middleHandle({ part, ring, index, position, next }) {
    const middle = [(position[0] + next[0]) / 2, (position[1] + next[1]) / 2];
    const insert = (at) => insertCorner(this.#drawing, { part, ring, index: index + 1 }, at);
    const handle = this.#makeHandle("yf-handle yf-handle--middle", this.#words.middle);
    handle.addEventListener("click", () => this.#change(insert(middle)));
    const marker = this.#pin(handle, middle, true);
    this.#followDrag(marker, insert);
    return marker;
  }

  #makeHandle(className, label) {
    return make("button", { type: "button", class: className, "aria-label": label, title: label });
  }

  #pin(handle, position, draggable) {
    return new maplibregl.Marker({ element: handle, draggable }).setLngLat(position).addTo(this.#map);
  }

  #followDrag(marker, drawingAt) {
    const here = () => marker.getLngLat().toArray();
    marker.on("drag", () => this.#paint(null, drawingAt(here())));
    marker.on("dragend", () => this.#change(drawingAt(here())));
  }

  #chooseCorner(corner, handle) {
    this.#chosen = corner;
    for (const marker of this.#markers) marker.getElement().classList.toggle("yf-handle--chosen", marker.getElement() === handle);
    this.#buttons.remove.disabled = false;
  }
}

function cornerName({ part, ring, index }) {
  return `${part}-${ring}-${index}`;
}
