/**
 * Every picture of the map, drawn on a canvas by its name, so that no sprite, glyph or font is fetched and
 * Chinese, Latin letters and digits show alike.
 *
 * Names: `pattern:STATE`, `place:KIND:STATE:FIT`, `cluster:COUNT`, `rank:NUMBER`, `label:NAME`.
 */

/** Canvas pixels to a CSS pixel. */
export const PIXEL_RATIO = 2;

/** Colours by theme; each state also has a pattern, each kind a shape, each fit a line style. */
export const THEMES = {
  light: {
    ground: "#eef0ea",
    zone: "#51606e",
    ink: "#1c2530",
    halo: "#ffffff",
    accent: "#0b57a4",
    marked: "#c2410c",
    cluster: "#33475b",
    clusterInk: "#ffffff",
    tileBrightness: 1,
    state: { vacant: "#12805c", part: "#a16207", reserved: "#7048b6", taken: "#5b6470", unknown: "#7c8794" },
  },
  dark: {
    ground: "#141b22",
    zone: "#8fa1b3",
    ink: "#eef2f6",
    halo: "#0c1117",
    accent: "#6cb4ff",
    marked: "#ff9d5c",
    cluster: "#c5d3e0",
    clusterInk: "#14202b",
    tileBrightness: 0.6, // base maps are drawn for light pages
    state: { vacant: "#3ecf9a", part: "#e3b341", reserved: "#b79bf0", taken: "#98a4b1", unknown: "#77838f" },
  },
};

/**
 * Draw a picture by its name.
 *
 * @param {string} name
 * @param {object} colours one of THEMES
 * @param {string} font the font family of the page, for labels
 * @returns {HTMLCanvasElement}
 */
export function drawPicture(name, colours, font) {
  const [sort, ...details] = name.split(":");
  if (sort === "pattern") return drawPattern(details[0], colours);
  if (sort === "place") return drawPlace(details, colours);
  if (sort === "cluster") return drawCluster(details[0], colours, font);
  if (sort === "rank") return drawRank(details[0], colours, font);
  return drawLabel(details.join(":"), colours, font);
}

/** Give the pixels of a canvas in the form MapLibre takes. */
export function pixelsOf(canvas) {
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

function sheet(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width) * PIXEL_RATIO;
  canvas.height = Math.ceil(height) * PIXEL_RATIO;
  // Kept in main memory: every picture is read back at once.
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  return pen;
}

// -- patterns of states ------------------------------------------------------

const TILE = 16;

function drawPattern(state, colours) {
  const pen = sheet(TILE, TILE);
  fillWithState(pen, state, colours, TILE);
  return pen.canvas;
}

/** Fill a square with the pattern of a state: plain, hatched, dotted, cross-hatched or ruled. */
function fillWithState(pen, state, colours, size) {
  const colour = colours.state[state];
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  pen.globalAlpha = { vacant: 0.5, part: 0.22, reserved: 0.16, taken: 0.16, unknown: 0.06 }[state];
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 0.9;
  const marks = { vacant: () => {}, part: hatch, reserved: dot, taken: crossHatch, unknown: rule };
  marks[state](pen, size);
  pen.globalAlpha = 1;
}

function strokeLines(pen, width, lines) {
  pen.lineWidth = width;
  pen.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
  }
  pen.stroke();
}

function hatch(pen, size) {
  const rising = [];
  for (let x = -size; x <= size; x += 8) rising.push([x - 2, size + 2, x + size + 2, -2]);
  strokeLines(pen, 2.4, rising);
}

function crossHatch(pen, size) {
  const lines = [];
  for (let x = -size; x <= size; x += 8) lines.push([x - 2, size + 2, x + size + 2, -2], [x - 2, -2, x + size + 2, size + 2]);
  strokeLines(pen, 1.2, lines);
}

function rule(pen, size) {
  const lines = [];
  for (let y = 4; y < size; y += 8) lines.push([0, y, size, y]);
  strokeLines(pen, 1, lines);
}

function dot(pen, size) {
  for (let x = 4; x < size; x += 8) {
    for (let y = 4; y < size; y += 8) {
      pen.beginPath();
      pen.arc(x, y, 1.9, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}

// -- symbols of places -------------------------------------------------------

const SYMBOL = 26;
const DASHES = { yes: [], near: [5, 3], unknown: [1.5, 3] };

function drawPlace([kind, state, fit], colours) {
  const pen = sheet(SYMBOL, SYMBOL);
  outline(pen, kind, 8);
  pen.fillStyle = colours.halo;
  pen.fill();
  pen.save();
  pen.clip();
  pen.translate(SYMBOL / 2 - 8, SYMBOL / 2 - 8);
  fillWithState(pen, state, colours, 16);
  pen.restore();
  outline(pen, kind, 7.5);
  pen.strokeStyle = colours.state[state];
  pen.lineWidth = 1.6;
  pen.stroke();
  if (fit in DASHES) frame(pen, kind, fit, colours);
  return pen.canvas;
}

function frame(pen, kind, fit, colours) {
  outline(pen, kind, 11);
  pen.setLineDash(DASHES[fit]);
  pen.strokeStyle = colours.accent;
  pen.lineWidth = 2;
  pen.stroke();
}

/** Trace the outline of a kind about the middle: a circle for land, a square for a building, a diamond for a line. */
function outline(pen, kind, radius) {
  const middle = SYMBOL / 2;
  pen.beginPath();
  if (kind === "building") {
    pen.rect(middle - radius * 0.9, middle - radius * 0.9, radius * 1.8, radius * 1.8);
  } else if (kind === "line") {
    pen.moveTo(middle, middle - radius);
    pen.lineTo(middle + radius, middle);
    pen.lineTo(middle, middle + radius);
    pen.lineTo(middle - radius, middle);
    pen.closePath();
  } else {
    pen.arc(middle, middle, radius, 0, 2 * Math.PI);
  }
}

// -- clusters and labels -----------------------------------------------------

function drawCluster(count, colours, font) {
  const radius = 11 + 3 * count.length;
  const pen = sheet(2 * radius + 4, 2 * radius + 4);
  const middle = radius + 2;
  pen.beginPath();
  pen.arc(middle, middle, radius, 0, 2 * Math.PI);
  pen.fillStyle = colours.cluster;
  pen.fill();
  pen.strokeStyle = colours.halo;
  pen.lineWidth = 2;
  pen.stroke();
  pen.fillStyle = colours.clusterInk;
  pen.font = `600 13px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count, middle, middle + 1);
  return pen.canvas;
}

const LABEL_HEIGHT = 20;
const LONGEST_LABEL = 18;

function drawLabel(name, colours, font) {
  const text = name.length > LONGEST_LABEL ? `${name.slice(0, LONGEST_LABEL - 1)}…` : name;
  const face = `500 12.5px ${font}`;
  const pen = sheet(widthOf(text, face) + 8, LABEL_HEIGHT);
  pen.font = face;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3.5;
  pen.strokeStyle = colours.halo;
  pen.strokeText(text, 4, LABEL_HEIGHT / 2 + 1);
  pen.fillStyle = colours.ink;
  pen.fillText(text, 4, LABEL_HEIGHT / 2 + 1);
  return pen.canvas;
}

function widthOf(text, face) {
  const probe = sheet(1, 1);
  probe.font = face;
  return probe.measureText(text).width;
}

/** Draw a rank as a number on a pill, so that it differs from the round number of a cluster. */
function drawRank(rank, colours, font) {
  const face = `600 12px ${font}`;
  const width = Math.max(24, widthOf(rank, face) + 14);
  const radius = LABEL_HEIGHT / 2 - 2;
  const pen = sheet(width + 2, LABEL_HEIGHT);
  pen.beginPath();
  pen.arc(2 + radius, 2 + radius, radius, Math.PI / 2, (3 * Math.PI) / 2);
  pen.arc(width - radius, 2 + radius, radius, (3 * Math.PI) / 2, Math.PI / 2);
  pen.closePath();
  pen.fillStyle = colours.accent;
  pen.fill();
  pen.strokeStyle = colours.halo;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.font = face;
  pen.fillStyle = colours.halo;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(rank, 1 + width / 2, LABEL_HEIGHT / 2 + 1);
  return pen.canvas;
}
