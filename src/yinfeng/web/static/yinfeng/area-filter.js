/** The button "filter by drawn area" on a list page's map. */

import { wktOf } from "./geo.js";
import { readShape } from "./coordinates.js";
import { makeButton } from "./map-chrome.js";
import { openSketch } from "./sketch.js";

/**
 * Offer to draw one area.
 *
 * @param {import("./map.js").YfMap} element
 * @param {{map: object, tools: HTMLElement, words: object, wkt: string, onArea: (wkt: string) => void}} options
 *   wkt: the area in force; onArea is told every finished change, "" when the area is removed
 */
export function offerAreaFilter(element, { map, tools, words, wkt, onArea }) {
  if (map === null) return;
  let last = wkt;
  const tell = (parts) => {
    const drawn = wktOf(parts);
    if (drawn !== last) onArea(drawn);
    last = drawn;
  };
  const open = () => {
    const sketch = openSketch(element, map, { words, maxParts: 1, onChange: tell });
    sketch.setParts(readShape(last, words).parts);
    tools.replaceChildren(sketch.toolbar, sketch.hint);
    return sketch;
  };
  if (wkt) open();
  else tools.append(makeButton(words.filterArea, () => open().toolbar.querySelector("button").click()));
}
