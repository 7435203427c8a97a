/** Places as the map holds them: read in chunks, made uniform, looked up by key and by view. */

import { anchorOf, boxOf, boxesMeet, partsOf, zoomWhereWide } from "./geo.js";

const KINDS = new Set(["land", "building", "line"]);
const STATES = new Set(["vacant", "part", "reserved", "taken", "unknown"]);
const FITS = new Set(["yes", "near", "unknown"]);

/** An area narrower than this on the screen [px] is shown by a symbol. */
const SMALLEST_AREA_PX = 16;
const ALWAYS = 99;

/**
 * @typedef {object} Place
 * @property {number} id its index
 * @property {string} key
 * @property {string} name
 * @property {"land"|"building"|"line"} kind
 * @property {"vacant"|"part"|"reserved"|"taken"|"unknown"} state
 * @property {"yes"|"near"|"unknown"|""} fit
 * @property {number|null} rank
 * @property {string} href
 * @property {object} geometry GeoJSON
 * @property {import("./geo.js").Box} box
 * @property {import("./geo.js").Position} anchor
 * @property {number} until the zoom up to which it is shown by a symbol
 */

/**
 * Read GeoJSON from an address and the addresses named by `next` in each answer.
 *
 * @yields {object[]} the features of one answer. Throws an Error with what the server answered.
 */
export async function* readChunks(address, signal) {
  for (let next = address; next; ) {
    const response = await fetch(next, { signal, headers: { Accept: "application/geo+json, application/json" } });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const body = await response.json();
    yield body.features;
    next = body.next ? new URL(body.next, response.url).href : null;
  }
}

/** Give a place for a GeoJSON feature; null when it has no geometry. */
export function placeOf({ geometry, properties }, id) {
  if (!geometry || geometry.coordinates.length === 0) return null;
  const isPoint = geometry.type === "Point";
  const box = boxOf(geometry.coordinates);
  return {
    id,
    key: String(properties.key),
    name: properties.name ?? "",
    kind: KINDS.has(properties.kind) ? properties.kind : "land",
    state: STATES.has(properties.state) ? properties.state : "unknown",
    fit: FITS.has(properties.fit) ? properties.fit : "",
    rank: properties.rank ?? null,
    href: properties.href ?? "",
    geometry,
    box,
    anchor: isPoint ? geometry.coordinates.slice(0, 2) : anchorOf(partsOf(geometry)),
    until: isPoint ? ALWAYS : zoomWhereWide(box, SMALLEST_AREA_PX),
  };
}

/** Give the GeoJSON of the areas among places. */
export function areasOf(places) {
  const areas = places.filter(({ geometry }) => geometry.type !== "Point");
  return collection(areas.map(({ id, geometry, kind, state, fit }) => feature(id, geometry, { kind, state, fit })));
}

/** Give the GeoJSON of the symbols of places, at their anchors. */
export function symbolsOf(places) {
  return collection(
    places.map(({ id, anchor, kind, state, fit, until }) =>
      feature(id, pointAt(anchor), { picture: `place:${kind}:${state}:${fit}`, until }),
    ),
  );
}

/** Give the GeoJSON of what is hovered and selected: each outline and a spot at its anchor. */
export function marksOf(places, selected, zoom) {
  return collection(
    places.flatMap((place) => {
      const properties = { isSelected: place === selected, isSmall: zoom < place.until };
      return [feature(place.id, place.geometry, properties), feature(place.id, pointAt(place.anchor), properties)];
    }),
  );
}

/** Give the GeoJSON of labels for places and zones; the earlier a place stands, the sooner it gets room. */
export function labelsOf(places, zones) {
  const named = places.map((place, order) => [place.anchor, `label:${place.rank ?? ""}:${place.name}`, order]);
  const around = zones.map((zone) => [zone.anchor, `label::${zone.name}`, places.length]);
  return collection(
    [...named, ...around].map(([anchor, picture, order], id) => feature(id, pointAt(anchor), { picture, order })),
  );
}

const MOST_LABELS = 80;
const CROWD = 200;

/** Choose the places to label among those in view: the ranked first; in a crowd only the ranked. */
export function placesToLabel(inView, marked) {
  const rest = inView.filter((place) => !marked.includes(place));
  const candidates = rest.length > CROWD ? rest.filter(({ rank }) => rank !== null) : rest;
  const ranked = [...candidates].sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.id - b.id);
  return [...marked, ...ranked].slice(0, MOST_LABELS);
}

/** List the places whose box meets a box. */
export function placesIn(places, box) {
  return places.filter((place) => boxesMeet(place.box, box));
}

function feature(id, geometry, properties) {
  return { type: "Feature", id, geometry, properties };
}

function pointAt(coordinates) {
  return { type: "Point", coordinates };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}
