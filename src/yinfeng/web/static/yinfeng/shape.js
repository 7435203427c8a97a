/**
 * The state of a drawing as plain values: finished parts and, while one is being drawn, its corners so far.
 *
 * @typedef {{parts: import("./geo.js").Part[], open: import("./geo.js").Ring|null}} Drawing
 * @typedef {{part: number, ring: number, index: number}} Corner
 */

/** Corners a part needs at least. */
export const LEAST_CORNERS = 3;

/** Give a drawing of finished parts. */
export function drawingOf(parts) {
  return { parts, open: null };
}

/** Begin another part. */
export function begin(drawing) {
  return { ...drawing, open: [] };
}

/** Add a corner to the part being drawn. */
export function addCorner(drawing, position) {
  return { ...drawing, open: [...drawing.open, position] };
}

/** Tell whether the part being drawn has enough corners to be closed. */
export function isClosable(drawing) {
  return drawing.open !== null && drawing.open.length >= LEAST_CORNERS;
}

/** Close the part being drawn. */
export function close(drawing) {
  return { parts: [...drawing.parts, [drawing.open]], open: null };
}

/** Move a corner of a finished part. */
export function moveCorner(drawing, corner, position) {
  return changeRing(drawing, corner, (ring) => ring.map((old, index) => (index === corner.index ? position : old)));
}

/** Put a new corner before the one named. */
export function insertCorner(drawing, corner, position) {
  return changeRing(drawing, corner, (ring) => [...ring.slice(0, corner.index), position, ...ring.slice(corner.index)]);
}

/** Take a corner away; null when its ring would be left with too few. */
export function removeCorner(drawing, corner) {
  if (drawing.parts[corner.part][corner.ring].length <= LEAST_CORNERS) return null;
  return changeRing(drawing, corner, (ring) => ring.filter((_, index) => index !== corner.index));
}

/** List the corners of all finished parts with their positions. */
export function cornersOf(drawing) {
  return drawing.parts.flatMap((rings, part) =>
    rings.flatMap((positions, ring) =>
      positions.map((position, index) => ({ part, ring, index, count: positions.length, position, next: positions[(index + 1) % positions.length] })),
    ),
  );
}

function changeRing(drawing, { part, ring }, change) {
  const changed = (rings) => rings.map((positions, index) => (index === ring ? change(positions) : positions));
  return { ...drawing, parts: drawing.parts.map((rings, index) => (index === part ? changed(rings) : rings)) };
}
