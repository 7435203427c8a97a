/** Boundaries pasted as text: well-known text, GeoJSON, or lines of "lon lat". All faults are named at once. */

import { openRing, partsOf } from "./geo.js";

/** A fault in pasted text: the line it is on and what was found there; no line when it is the whole text. */
class TextFault extends Error {
  constructor(kind, { line = null, found = "", count = 0 } = {}) {
    super(kind);
    Object.assign(this, { kind, line, found, count });
  }
}

/**
 * Read a boundary from text.
 *
 * @param {string} text what was pasted
 * @param {object} words the table of words in the user's language
 * @returns {{parts: import("./geo.js").Part[], faults: string[]}} no parts when there are faults; neither for blank text
 */
export function readShape(text, words) {
  const faults = [];
  const parts = partsIn(text, faults);
  return faults.length > 0 ? { parts: [], faults: faults.map((fault) => tell(fault, words)) } : { parts, faults: [] };
}

function partsIn(text, faults) {
  if (text.trim() === "") return [];
  const read = readerOf(text);
  try {
    return read(text, faults);
  } catch (fault) {
    if (!(fault instanceof TextFault)) throw fault;
    faults.push(fault);
    return [];
  }
}

function readerOf(text) {
  const start = text.trimStart();
  if (/^[{[]/.test(start)) return readGeoJson;
  return /^[A-Za-z]{5,}|^SRID/i.test(start) ? readWkt : readLines;
}

function tell(fault, words) {
  const sentence = words.fault[fault.kind];
  const where = fault.line === null ? words.whole : words.line(fault.line, shorten(fault.found));
  return where + (typeof sentence === "function" ? sentence(fault.count) : sentence);
}

function shorten(found) {
  return found.length > 40 ? `${found.slice(0, 39)}…` : found;
}

/** Say what is wrong with a pair of numbers as longitude and latitude; null when nothing is. */
function positionFault(lon, lat) {
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return "twoNumbers";
  if (Math.abs(lon) > 1000 || Math.abs(lat) > 1000) return "metres";
  // China lies between 73 and 136 east, 3 and 54 north: a pair the other way round is a swapped one.
  if (lon >= 3 && lon <= 54 && lat >= 73 && lat <= 136) return "swapped";
  if (Math.abs(lon) > 180 || Math.abs(lat) > 90) return "range";
  return null;
}

/** Check the rings of parts that were read whole; the fault names the position by its numbers. */
function checkParts(parts, faults, lineOf) {
  for (const ring of parts.flat()) {
    for (const [lon, lat] of ring) {
      const kind = positionFault(lon, lat);
      if (kind) {
        const found = `${lon} ${lat}`;
        faults.push(new TextFault(kind, { line: lineOf(lon, lat), found }));
        return;
      }
    }
    if (distinct(ring).length < 3) faults.push(new TextFault("tooFew", { count: distinct(ring).length }));
  }
}

function distinct(ring) {
  return ring.filter(([lon, lat], index) => ring.findIndex(([x, y]) => x === lon && y === lat) === index);
}

// -- lines -----------------------------------------------------------------

function readLines(text, faults) {
  const rings = [[]];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "") {
      if (rings.at(-1).length > 0) rings.push([]);
      continue;
    }
    const position = readLine(line);
    if (Array.isArray(position)) rings.at(-1).push(position);
    else faults.push(new TextFault(position, { line: index + 1, found: line }));
  }
  const parts = rings.filter((ring) => ring.length > 0).map((ring) => [openRing(ring)]);
  if (faults.length === 0) checkParts(parts, faults, () => null);
  return parts;
}

/** Give the position on a line, or the kind of its fault. A point's number such as J1 may stand before it. */
function readLine(line) {
  if (/[°′″º度分秒]/.test(line)) return "degrees";
  const words = line.normalize("NFKC").split(/[\s,;、]+/).filter(Boolean);
  const numbers = /^[A-Za-z]+\d*$/.test(words[0]) ? words.slice(1) : words;
  if (numbers.length !== 2 || !numbers.every(isNumber)) return "twoNumbers";
  const [lon, lat] = numbers.map(Number);
  return positionFault(lon, lat) ?? [lon, lat];
}

function isNumber(word) {
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(word);
}

// -- GeoJSON ---------------------------------------------------------------

function readGeoJson(text, faults) {
  const parts = polygonsIn(parseJson(text)).flatMap(partsOf);
  if (parts.length === 0) throw new TextFault("jsonKind");
  checkParts(parts, faults, () => null);
  return parts;
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new TextFault("json");
  }
}

/** List the polygons of any GeoJSON object; refuse what is neither a polygon nor holds some. */
function polygonsIn(object) {
  switch (object?.type) {
    case "FeatureCollection":
      return (object.features ?? []).flatMap(polygonsIn);
    case "Feature":
      return polygonsIn(object.geometry);
    case "Polygon":
    case "MultiPolygon":
      if (!hasRings(object)) throw new TextFault("json");
      return [object];
    default:
      throw new TextFault("jsonKind");
  }
}

function hasRings({ type, coordinates }) {
  const isRing = (ring) => Array.isArray(ring) && ring.length > 0 && ring.every(Array.isArray);
  const isPart = (part) => Array.isArray(part) && part.length > 0 && part.every(isRing);
  return type === "Polygon" ? isPart(coordinates) : Array.isArray(coordinates) && coordinates.every(isPart);
}

// -- well-known text ---------------------------------------------------------

function readWkt(text, faults) {
  const lines = text.split(/\r?\n/);
  const [, srid, kind, body] = /^\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*([A-Za-z]+)\s*(?:Z|M|ZM)?\s*([\s\S]*)$/i.exec(text) ?? [];
  if (srid && srid !== "4490" && srid !== "4326") throw new TextFault("srid", { line: 1, found: `SRID=${srid}` });
  const name = kind?.toUpperCase();
  if (name !== "POLYGON" && name !== "MULTIPOLYGON") throw new TextFault("wktKind", { line: 1, found: lines[0].trim() });
  const nested = parseNested(body);
  const coordinates = name === "POLYGON" ? [nested] : nested;
  if (!hasRings({ type: "MultiPolygon", coordinates })) throw new TextFault("wktForm");
  const parts = partsOf({ type: "MultiPolygon", coordinates });
  const lineOf = (lon) => 1 + Math.max(0, lines.findIndex((line) => line.includes(String(lon))));
  checkParts(parts, faults, lineOf);
  return parts;
}

/** Turn bracketed numbers into nested arrays: "((1 2, 3 4))" gives [[[1, 2], [3, 4]]]. */
function parseNested(body) {
  if (!/^[-+.\d\seE(),]*$/.test(body)) throw new TextFault("wktForm");
  const json = body
    .replace(/([-+.\deE]+(?:\s+[-+.\deE]+)+)/g, (position) => `[${position.trim().split(/\s+/).map(Number).join(",")}]`)
    .replaceAll("(", "[")
    .replaceAll(")", "]");
  try {
    return JSON.parse(json);
  } catch {
    throw new TextFault("wktForm");
  }
}
