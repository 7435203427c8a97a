/** The style of the map: sources, layers and paint by theme. No glyphs, no sprite, nothing from outside. */

/** The lowest layer of the drawing tool, which places stay below. */
export const LOWEST_OF_DRAWING = "sketch-fill";

// The outline of an area a few pixels wide says nothing, and ten thousand of them take most of a frame's time.
const IS_OUTLINED = ["<", ["get", "until"], ["+", ["zoom"], 1]];

const onlyKind = (kind) => ["==", ["get", "kind"], kind];
const onlyFit = (fit) => ["==", ["get", "fit"], fit];

/**
 * Give the style of the map before there are places: the ground and the base map.
 *
 * @param {object} colours one of THEMES
 * @param {string} tiles a raster tile address with {z}/{x}/{y}, or ""
 */
export function groundStyle(colours, tiles) {
  const ground = { id: "ground", type: "background", paint: { "background-color": colours.ground } };
  if (!tiles) return { version: 8, sources: {}, layers: [ground] };
  const sources = { tiles: { type: "raster", tiles: [absolute(tiles)], tileSize: 256 } };
  const base = { id: "tiles", type: "raster", source: "tiles", paint: tilePaint(colours) };
  return { version: 8, sources, layers: [ground, base] };
}

/**
 * Lay the places on the map, below a drawing where there is one. Sources come with their data at once: an empty
 * source first would cost a round of tiles and several frames.
 *
 * @param {object} map
 * @param {Record<string, object>} data GeoJSON of the sources zones, areas, points, marked, labels
 * @param {object} colours one of THEMES
 */
export function layPlaces(map, data, colours) {
  for (const [name, collection] of Object.entries(data)) {
    map.addSource(name, { type: "geojson", data: collection, tolerance: 0.5, buffer: 64 });
  }
  const above = map.getLayer(LOWEST_OF_DRAWING) ? LOWEST_OF_DRAWING : undefined;
  for (const layer of layersOf(colours)) map.addLayer(layer, above);
}

/** Make a tile address absolute, as MapLibre's worker needs it, without escaping its braces. */
function absolute(tiles) {
  return new URL(tiles, document.baseURI).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

function tilePaint(colours) {
  return { "raster-brightness-max": colours.tileBrightness };
}

function layersOf(colours) {
  return [...zoneLayers(colours), ...areaLayers(colours), pointLayer(), ...markedLayers(colours), ...labelLayers()];
}

function zoneLayers(colours) {
  const paint = { "line-color": colours.zone, "line-width": 2, "line-dasharray": [5, 2, 1, 2] };
  return [{ id: "zones", type: "line", source: "zones", paint }];
}

function areaLayers(colours) {
  const stateColour = ["match", ["get", "state"], ...Object.entries(colours.state).flat(), colours.state.unknown];
  const line = (id, filter, paint) => ({
    id,
    type: "line",
    source: "areas",
    filter: ["all", filter, IS_OUTLINED],
    paint: { "line-color": stateColour, ...paint },
  });
  const frame = (fit, paint) => line(`fit-${fit}`, onlyFit(fit), { "line-color": colours.accent, "line-width": 3, ...paint });
  return [
    { id: "areas", type: "fill", source: "areas", paint: { "fill-pattern": ["concat", "pattern:", ["get", "state"]], "fill-antialias": false } },
    line("land", onlyKind("land"), { "line-width": 1.3 }),
    line("building", onlyKind("building"), { "line-width": 1.2, "line-gap-width": 2 }),
    line("line", onlyKind("line"), { "line-width": 1.6, "line-dasharray": [3, 2] }),
    frame("yes", {}),
    frame("near", { "line-dasharray": [2.2, 1.4] }),
    frame("unknown", { "line-dasharray": [0.6, 1.4] }),
  ];
}

function pointLayer() {
  const layout = { "icon-image": ["get", "picture"], "icon-allow-overlap": true, "icon-ignore-placement": true };
  return { id: "points", type: "symbol", source: "points", layout };
}

function markedLayers(colours) {
  const isArea = ["==", ["geometry-type"], "Polygon"];
  const isSelected = ["get", "isSelected"];
  const source = "marked";
  return [
    { id: "marked-halo", type: "line", source, filter: isArea, paint: { "line-color": colours.halo, "line-width": 7 } },
    { id: "marked", type: "line", source, filter: isArea, paint: { "line-color": colours.marked, "line-width": ["case", isSelected, 4, 2.5] } },
    {
      id: "marked-spot",
      type: "circle",
      source,
      filter: ["all", ["!", isArea], ["get", "isSmall"]],
      paint: {
        "circle-radius": 14,
        "circle-color": "transparent",
        "circle-stroke-color": colours.marked,
        "circle-stroke-width": ["case", isSelected, 4, 2.5],
      },
    },
  ];
}

/** Names below their places and ranks above; where there is no room a rank goes before a name. */
function labelLayers() {
  const layer = (id, filter, placing) => ({
    id,
    type: "symbol",
    source: "labels",
    filter,
    layout: { "icon-image": ["get", "picture"], "icon-padding": 2, "symbol-sort-key": ["get", "order"], ...placing },
  });
  return [
    layer("names", ["!", ["get", "isRank"]], { "icon-anchor": "top", "icon-offset": [0, 12] }),
    layer("ranks", ["get", "isRank"], { "icon-anchor": "bottom", "icon-offset": [0, -4] }),
  ];
}

/** Put the colours of another theme on what is already on the map. */
export function repaint(map, colours) {
  map.setPaintProperty("ground", "background-color", colours.ground);
  if (map.getLayer("tiles")) map.setPaintProperty("tiles", "raster-brightness-max", colours.tileBrightness);
  for (const { id, paint = {} } of layersOf(colours).filter((layer) => map.getLayer(layer.id))) {
    for (const [property, value] of Object.entries(paint)) {
      if (property.endsWith("color")) map.setPaintProperty(id, property, value);
    }
  }
}
