/** Places as the map holds them: read in chunks, made uniform, looked up by key and by view. */

import { anchorOf, boxOf, boxesMeet, partsOf, worldPixels, zoomWhereWide } from "./geo.js";

const GEOMETRIES = new Set(["Point", "Polygon", "MultiPolygon"]);
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
 * Read GeoJSON from an address and the addresses named by `next` in each answer; the next is asked for while the
 * last is looked at.
 *
 * @yields {{features: object[], isLast: boolean}} one answer. Throws an Error with what the server answered.
 */
export async function* readChunks(address, signal) {
  for (let coming = ask(address, signal); coming; ) {
    const { features, next } = await coming;
    coming = next && ask(next, signal);
    coming?.catch(() => {}); // told where it is awaited, if it still is
    yield { features, isLast: !coming };
  }
}

async function ask(address, signal) {
  const response = await fetch(address, { signal, headers: { Accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { features, next } = await response.json();
  return { features, next: next ? new URL(next, response.url).href : null };
}

/** Give a place for a GeoJSON feature; null when it has no point or area. */
export function placeOf({ geometry, properties }, id) {
  if (!GEOMETRIES.has(geometry?.type) || geometry.coordinates.length === 0) return null;
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
  return collection(areas.map(({ id, geometry, kind, state, fit, until }) => feature(id, geometry, { kind, state, fit, until })));
}

/** Give the GeoJSON of symbols: one for a place alone, a number for several. Ids are indices of the clusters. */
export function symbolsOf(clusters) {
  return collection(clusters.map(({ places, lon, lat }, id) => feature(id, pointAt([lon, lat]), { picture: pictureOf(places) })));
}

function pictureOf(places) {
  const [{ kind, state, fit }] = places;
  return places.length > 1 ? `cluster:${places.length}` : `place:${kind}:${state}:${fit}`;
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

/** Give the GeoJSON of names and ranks; the earlier a place stands, the sooner it gets room. */
export function labelsOf(places, zones) {
  const last = places.length;
  const labels = [
    ...places.map((place, order) => [place.anchor, { picture: `label:${place.name}`, order, isRank: false }]),
    ...places.filter(isRanked).map((place) => [place.anchor, { picture: `rank:${place.rank}`, order: place.rank, isRank: true }]),
    ...zones.map(({ anchor, box, name }) => [[anchor[0], box[3]], { picture: `label:${name}`, order: last, isRank: false }]),
  ];
  return collection(labels.map(([position, properties], id) => feature(id, pointAt(position), properties)));
}

function isRanked({ rank }) {
  return rank !== null;
}

const CLUSTER_PX = 48;
const CLUSTERED_UNTIL = 16;

/**
 * Join the places that need a symbol at a whole zoom level where their symbols would lie on one another: points, and
 * areas too small to be seen. The same places give the same clusters wherever the map stands.
 *
 * @returns {{places: Place[], lon: number, lat: number}[]} in order of their first place, and there
 */
export function clustersAt(places, level) {
  const reach = level < CLUSTERED_UNTIL ? CLUSTER_PX : 0;
  const clusters = [];
  const cells = new Map();
  for (const place of places) {
    if (level >= place.until) continue;
    const [x, y] = worldPixels(place.anchor, level);
    const near = reach > 0 ? nearest(cells, x, y, reach) : null;
    if (near) {
      near.places.push(place);
    } else {
      const [lon, lat] = place.anchor;
      const cluster = { places: [place], lon, lat, x, y };
      clusters.push(cluster);
      const cell = cellName(x, y);
      cells.set(cell, [...(cells.get(cell) ?? []), cluster]);
    }
  }
  return clusters;
}

/** Find the nearest cluster within reach, looking only at the cells around. */
function nearest(cells, x, y, reach) {
  let best = null;
  let least = reach ** 2;
  for (const dx of [-CLUSTER_PX, 0, CLUSTER_PX]) {
    for (const dy of [-CLUSTER_PX, 0, CLUSTER_PX]) {
      for (const cluster of cells.get(cellName(x + dx, y + dy)) ?? []) {
        const distance = (cluster.x - x) ** 2 + (cluster.y - y) ** 2;
        if (distance < least) [best, least] = [cluster, distance];
      }
    }
  }
  return best;
}

function cellName(x, y) {
  return `${Math.floor(x / CLUSTER_PX)},${Math.floor(y / CLUSTER_PX)}`;
}

const MOST_LABELS = 80;
const CROWD = 200;

/** Choose the places to label among those in view: the ranked first; in a crowd only the ranked. */
export function placesToLabel(inView, marked) {
  const rest = inView.filter((place) => !marked.includes(place));
  const candidates = rest.length > CROWD ? rest.filter(isRanked) : rest;
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
