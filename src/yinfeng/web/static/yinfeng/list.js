/** A ledger's list: choosing rows, ordering columns, counting views, the tie to the map. All of it works without. */

const list = document.getElementById("yf-list");
const find = (selector) => list.querySelector(selector);
const findAll = (selector) => [...list.querySelectorAll(selector)];

/** Say how many rows are chosen; the button works only then. */
function tellChosen() {
  const chosen = find("#yf-chosen");
  if (!chosen) return;
  chosen.dataset.none ??= chosen.textContent;
  const all = find("#yf-all").checked;
  const ticks = findAll('#yf-rows input[name="key"]');
  const total = Number(find("#yf-results").dataset.total);
  const count = all ? total : ticks.filter((tick) => tick.checked).length;
  chosen.textContent = count ? chosen.dataset.one.replace("{n}", count.toLocaleString("en")) : chosen.dataset.none;
  find("#yf-bulk-button").disabled = count === 0;
  const page = find("#yf-tick-all");
  page.checked = ticks.length > 0 && ticks.every((tick) => tick.checked);
  page.indeterminate = !page.checked && ticks.some((tick) => tick.checked);
  for (const tick of ticks) tick.closest("tr").classList.toggle("yf-marked", all || tick.checked);
}

function changed({ target }) {
  if (target.id === "yf-tick-all") for (const tick of findAll('#yf-rows input[name="key"]')) tick.checked = target.checked;
  if (target.id === "yf-follow") follow(target.checked ? boundsOf() : "");
  if (target.closest("#yf-bulk")) tellChosen();
  if (target.closest("#yf-facets")) find("#yf-filter").requestSubmit();
}

/** A click anywhere in a row opens its record, unless something else was meant. */
function clicked(event) {
  const move = event.target.closest("[data-move]");
  if (move) return moveColumn(move);
  for (const menu of findAll("details.yf-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const row = event.target.closest("tr[data-href]");
  const isMeant = row && !event.target.closest("a, input, button, label, .yf-tick") && !String(getSelection());
  if (!isMeant) return undefined;
  return event.ctrlKey || event.metaKey ? window.open(row.dataset.href) : location.assign(row.dataset.href);
}

/** Arrow keys go from row to row. */
function pressed(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const link = event.target.closest(".yf-row-link");
  if (!step || !link) return;
  const links = findAll(".yf-row-link");
  links[links.indexOf(link) + step]?.focus();
  event.preventDefault();
}

function moveColumn(button) {
  const item = button.closest("li");
  const other = button.dataset.move === "-1" ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  if (button.dataset.move === "-1") other.before(item);
  else other.after(item);
  button.focus();
}

/** How many rows each saved view has: asked for once the page is there. */
async function countViews() {
  if (!find("[data-view]")) return;
  const response = await fetch(`/desk/views/${list.dataset.ledger}/counts`);
  if (!response.ok) return;
  const counts = await response.json();
  for (const tab of findAll("[data-view]")) {
    const count = counts[tab.dataset.view];
    if (count !== undefined) tab.querySelector("[data-count]").textContent = count.toLocaleString("en");
  }
}

// -- the map beside the list ---------------------------------------------------------

let bounds = "";
const boundsOf = () => bounds || find("#yf-map")?.getAttribute("bounds") || "";

/** Ask for the list with one of its hidden conditions changed. */
function narrow(name, value) {
  const form = find("#yf-filter");
  let input = document.querySelector(`input[form="yf-filter"][name="${name}"]`);
  if (!input) {
    input = Object.assign(document.createElement("input"), { type: "hidden", name });
    input.setAttribute("form", "yf-filter");
    find("#yf-facets").append(input);
  }
  input.value = value;
  form.requestSubmit();
}

function follow(box) {
  narrow("bbox", box);
}

list.addEventListener("yf-map:bounds", ({ detail }) => {
  bounds = detail.bbox;
  if (find("#yf-follow").checked) follow(bounds);
});
list.addEventListener("yf-map:area", ({ detail }) => narrow("area", detail.wkt));

let focused = "";
let areFacetsOpen = true;

/** What is replaced is to stand as it stood: filters open or folded, the focus where it was. */
function remember() {
  areFacetsOpen = find(".yf-facets-all").open;
  focused = document.activeElement?.id ?? "";
}

/** After the list was narrowed the map shows the same rows; what its own view leaves out stays on it. */
function refreshed() {
  find(".yf-facets-all").open = areFacetsOpen;
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  const source = find("#yf-results").dataset.map;
  const map = find("#yf-map");
  if (map && source && map.getAttribute("src") !== source) map.setAttribute("src", source);
  tellChosen();
  countViews();
}

/** Where filters stand above the list instead of beside it, they begin folded. */
function foldFacets() {
  const isBesideMap = find(".yf-with-map") !== null;
  find(".yf-facets-all").open = matchMedia(isBesideMap ? "(min-width: 1700px)" : "(min-width: 1024px)").matches;
}

list.addEventListener("change", changed);
list.addEventListener("click", clicked);
list.addEventListener("keydown", pressed);
document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt?.id === "yf-results" || detail.target?.id === "yf-results") refreshed();
});
foldFacets();
tellChosen();
countViews();
