/**
 * Plane and ellipsoid geometry of places: areas, crossings, boxes, anchors and well-known text.
 *
 * A ring is a list of [lon, lat] without the closing point; a part is [outer ring, ...holes];
 * a shape is a list of parts. Degrees, CGCS2000 (within a metre of WGS84).
 *
 * @typedef {[number, number]} Position
 * @typedef {Position[]} Ring
 * @typedef {Ring[]} Part
 * @typedef {[number, number, number, number]} Box west, south, east, north
 */

/** One mu in square metres. */
export const MU_M2 = 2000 / 3;

// The ellipsoid of CGCS2000 (GB 22021-2008).
const SEMI_MAJOR_M = 6378137;
const FLATTENING = 1 / 298.257222101;
const ECCENTRICITY = Math.sqrt(FLATTENING * (2 - FLATTENING));

const RADIANS = Math.PI / 180;

/** Give the authalic function q of a latitude: equal steps of q bound equal areas of the ellipsoid (Snyder 1987, 3-12). */
function authalic(latitude) {
  const sine = Math.sin(latitude * RADIANS);
  const e = ECCENTRICITY;
  const logarithm = Math.log((1 - e * sine) / (1 + e * sine)) / (2 * e);
  return (1 - e * e) * (sine / (1 - e * e * sine * sine) - logarithm);
}

/** Give the area a ring encloses on the ellipsoid [m²], whichever way round it runs. */
export function ringAreaM2(ring) {
  if (ring.length < 3) return 0;
  const [originLon, originLat] = ring[0];
  const originQ = authalic(originLat);
  const plane = ring.map(([lon, lat]) => [(lon - originLon) * RADIANS, authalic(lat) - originQ]);
  let twice = 0;
  for (const [[x1, y1], [x2, y2]] of edgesOf(plane)) twice += x1 * y2 - x2 * y1;
  return (Math.abs(twice) / 4) * SEMI_MAJOR_M ** 2;
}

/** Give the area of a shape [m²]: outer rings less their holes. */
export function areaM2(parts) {
  const areaOf = ([outer, ...holes]) => holes.reduce((left, hole) => left - ringAreaM2(hole), ringAreaM2(outer));
  return parts.reduce((sum, part) => sum + areaOf(part), 0);
}

/** List the edges of a ring, the closing one last. */
function edgesOf(ring) {
  return ring.map((position, index) => [position, ring[(index + 1) % ring.length]]);
}

/** Tell on which side of the line a-b the point c lies: positive left, negative right, 0 on it. */
function side([ax, ay], [bx, by], [cx, cy]) {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

/** Tell whether c, known to be on the line a-b, lies between a and b. */
function isBetween([ax, ay], [bx, by], [cx, cy]) {
  return Math.min(ax, bx) <= cx && cx <= Math.max(ax, bx) && Math.min(ay, by) <= cy && cy <= Math.max(ay, by);
}

function edgesCross([a, b], [c, d]) {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function edgesTouch([a, b], [c, d]) {
  const lies = (p, q, r) => side(p, q, r) === 0 && isBetween(p, q, r);
  return edgesCross([a, b], [c, d]) || lies(a, b, c) || lies(a, b, d) || lies(c, d, a) || lies(c, d, b);
}

/** Find the first two edges of one ring that meet where they should not; null when the ring is simple. */
function selfCrossing(ring) {
  const edges = edgesOf(ring);
  for (let i = 0; i < edges.length; i += 1) {
    for (let j = i + 2; j < edges.length; j += 1) {
      const areNeighbours = i === 0 && j === edges.length - 1;
      if (!areNeighbours && edgesTouch(edges[i], edges[j])) return edges[j][0];
    }
  }
  return null;
}

/** Find where two rings cross; touching is allowed. */
function mutualCrossing(one, other) {
  const others = edgesOf(other);
  for (const edge of edgesOf(one)) {
    const hit = others.find((second) => edgesCross(edge, second));
    if (hit) return hit[0];
  }
  return null;
}

/** Find a corner next to which the outline of a shape crosses itself; null when it is sound. */
export function crossingOf(parts) {
  const rings = parts.flat();
  for (const [index, ring] of rings.entries()) {
    const own = selfCrossing(ring);
    if (own) return own;
    for (const other of rings.slice(index + 1)) {
      const shared = mutualCrossing(ring, other);
      if (shared) return shared;
    }
  }
  return null;
}

/** Give the parts of a GeoJSON Polygon or MultiPolygon. */
export function partsOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((rings) => rings.map(openRing));
}

/** Drop the closing point and the height of each position. */
export function openRing(positions) {
  const ring = positions.map(([lon, lat]) => [lon, lat]);
  const [first, last] = [ring[0], ring.at(-1)];
  const isClosed = ring.length > 1 && first[0] === last[0] && first[1] === last[1];
  return isClosed ? ring.slice(0, -1) : ring;
}

/** Give the GeoJSON geometry of a shape. */
export function geometryOf(parts) {
  const polygons = parts.map((rings) => rings.map((ring) => [...ring, ring[0]]));
  return { type: "MultiPolygon", coordinates: polygons };
}

/** Write a shape as well-known text, lon lat with seven digits (about a centimetre); "" when there is none. */
export function wktOf(parts) {
  const number = (degrees) => degrees.toFixed(7);
  const ringText = (ring) => `(${[...ring, ring[0]].map(([lon, lat]) => `${number(lon)} ${number(lat)}`).join(", ")})`;
  const partText = (rings) => `(${rings.map(ringText).join(", ")})`;
  if (parts.length === 0) return "";
  if (parts.length === 1) return `POLYGON ${partText(parts[0])}`;
  return `MULTIPOLYGON (${parts.map(partText).join(", ")})`;
}

/** Give the box around positions nested to any depth; null when there are none. */
export function boxOf(coordinates) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  stretch(box, coordinates);
  return box[0] === Infinity ? null : box;
}

function stretch(box, coordinates) {
  if (typeof coordinates[0] === "number") {
    const [lon, lat] = coordinates;
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  } else {
    for (const inner of coordinates) stretch(box, inner);
  }
}

/** Give the box around several boxes; null when there are none. */
export function unionOf(boxes) {
  const corners = boxes.flatMap(([west, south, east, north]) => [[west, south], [east, north]]);
  return boxOf(corners);
}

/** Tell whether two boxes share a point. */
export function boxesMeet(one, other) {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

/** Give a point inside a shape for its label: the middle of the widest stretch at half height. */
export function anchorOf(parts) {
  const [outer] = parts.reduce((best, part) => (ringAreaM2(part[0]) > ringAreaM2(best[0]) ? part : best));
  const [west, south, east, north] = boxOf(outer);
  const middle = (south + north) / 2;
  const crossings = edgesOf(outer)
    .filter(([[, y1], [, y2]]) => y1 > middle !== y2 > middle)
    .map(([[x1, y1], [x2, y2]]) => x1 + ((middle - y1) / (y2 - y1)) * (x2 - x1))
    .sort((a, b) => a - b);
  let widest = [west, east];
  let width = -1;
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    if (crossings[i + 1] - crossings[i] > width) {
      widest = [crossings[i], crossings[i + 1]];
      width = widest[1] - widest[0];
    }
  }
  return [(widest[0] + widest[1]) / 2, middle];
}

/** Give the zoom (512-pixel world) at which a box is as wide or as high as so many pixels. */
export function zoomWhereWide([west, south, east, north], pixels) {
  const cosine = Math.cos(((south + north) / 2) * RADIANS);
  const degrees = Math.max(east - west, (north - south) / cosine);
  return Math.log2((pixels * 360) / (512 * Math.max(degrees, 1e-9)));
}

/** Give the pixel of the Mercator world (512 pixels wide at zoom 0) a position falls on. */
export function worldPixels([lon, lat], zoom) {
  const size = 512 * 2 ** zoom;
  const sine = Math.sin(lat * RADIANS);
  return [(size * (lon + 180)) / 360, size * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
}
