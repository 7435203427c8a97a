/** The tie between a map and the list beside it: rows carry `data-map-key`. */

const HOVERED = "is-map-hovered";
const SELECTED = "is-map-selected";

/**
 * Follow a list that htmx replaces: when the new list names other data in `data-map-src`, the map reads them.
 *
 * @param {string} list
 * @param {(src: string) => void} onSource
 * @param {AbortSignal} signal stops following
 */
export function followList(list, onSource, signal) {
  const source = () => document.querySelector(list)?.dataset.mapSrc;
  let last = source();
  const compare = () => {
    const now = source();
    if (now && now !== last) onSource(now);
    last = now ?? last;
  };
  document.addEventListener("htmx:afterSettle", compare, { signal });
}

/** Put a value into a form field and tell the page, as if the user had. */
export function fillField(selector, value) {
  const field = selector && document.querySelector(selector);
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Watch the rows of a list. Events are taken at the document, so rows and the list itself may be replaced.
 *
 * @param {string} list a CSS selector such as "#places"
 * @param {{onHover: (key: string|null) => void, onShow: (key: string) => void}} to onShow is called for a click on
 *   an element with `data-map-show` inside a row
 * @param {AbortSignal} signal stops watching
 */
export function watchList(list, { onHover, onShow }, signal) {
  const keyAt = (target) => target.closest?.(list) && target.closest("[data-map-key]")?.dataset.mapKey;
  let last = null;
  const point = ({ target }) => {
    const key = keyAt(target) ?? null;
    if (key !== last) onHover(key);
    last = key;
  };
  document.addEventListener("mouseover", point, { signal });
  document.addEventListener("focusin", point, { signal });
  const show = ({ target }) => {
    const key = target.closest?.("[data-map-show]") && keyAt(target);
    if (key) onShow(key);
  };
  document.addEventListener("click", show, { signal });
}

/** Mark the row of the hovered place. */
export function markHovered(list, key) {
  rowsOf(list, `.${HOVERED}`).forEach((row) => row.classList.remove(HOVERED));
  rowOf(list, key)?.classList.add(HOVERED);
}

/** Mark the row of the selected place and bring it into sight. */
export function markSelected(list, key, isScrolled) {
  for (const row of rowsOf(list, `.${SELECTED}`)) {
    row.classList.remove(SELECTED);
    row.removeAttribute("aria-current");
  }
  const row = rowOf(list, key);
  row?.classList.add(SELECTED);
  row?.setAttribute("aria-current", "true");
  if (isScrolled) row?.scrollIntoView({ block: "nearest" });
}

function rowsOf(list, selector) {
  return list ? [...document.querySelectorAll(`${list} ${selector}`)] : [];
}

function rowOf(list, key) {
  return key === null ? undefined : rowsOf(list, `[data-map-key="${CSS.escape(key)}"]`)[0];
}
