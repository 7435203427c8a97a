/** What the portal does beyond its pages: every page works without it. */

const M2_PER_MU = 10000 / 15;
const UNITS = { "万平方米": 1e4, "万平米": 1e4, "万平": 1e4, "万㎡": 1e4, "公顷": 1e4, ha: 1e4, "平方米": 1, "平米": 1, "平": 1, "㎡": 1, "m²": 1, m2: 1, "亩": M2_PER_MU, mu: M2_PER_MU };
const CHOSEN = "yinfeng-chosen";
const followed = new WeakSet();
const isChinese = document.documentElement.lang.startsWith("zh");

document.documentElement.classList.add("has-script");
document.querySelectorAll("[data-need]").forEach(helpWithArea);
document.querySelectorAll("[data-auto]").forEach((form) => form.addEventListener("change", () => form.requestSubmit()));
document.querySelector("#summary")?.focus();
endChoice();
followChoices();
addEventListener("pageshow", followChoices);
document.addEventListener("htmx:afterSettle", followChoices);
document.addEventListener("htmx:historyRestore", followChoices);
document.addEventListener("submit", onceOnly);
document.addEventListener("click", press);
document.addEventListener("change", chooseUnderMap);
document.addEventListener("yf-map:bounds", followMap);

/** Write beside the area what it is in the other unit, and suggest the unit that goes with the kind. */
function helpWithArea(form) {
  const { area, area_unit: unit } = form.elements;
  const output = form.querySelector("[data-converted]");
  const show = () => {
    output.textContent = converted(area.value, unit.value);
  };
  const suggest = ({ target }) => {
    if (target.name === "kind" && area.value === "") unit.value = target.value === "building" ? "m2" : "mu";
    show();
  };
  form.addEventListener("input", suggest);
  show();
}

/** Give “= 20,000 ㎡” for “30亩”; nothing for what is no single plain number. */
function converted(text, unit) {
  const found = /^\s*([\d.,]+)\s*(\D*?)\s*$/.exec(text);
  const factor = found && UNITS[found[2].toLowerCase() || (unit === "m2" ? "m2" : "mu")];
  const amount = found && Number(found[1].replaceAll(",", ""));
  if (!factor || !Number.isFinite(amount)) return "";
  const m2 = amount * factor;
  const write = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits });
  return factor === M2_PER_MU ? `= ${write(m2, 0)} ${isChinese ? "㎡" : "m²"}` : `= ${write(m2 / M2_PER_MU, 1)} ${isChinese ? "亩" : "mu"}`;
}

/**
 * Keep what is ticked while somebody looks at other pages, count it, and send all of it along. It is read anew
 * whenever a page is shown: Back and Forward bring a page as it was, and htmx brings one that nobody listens to.
 */
function followChoices() {
  const form = document.querySelector("[data-choose]");
  if (!form) return;
  showChosen(form);
  if (followed.has(form)) return;
  followed.add(form);
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "place") return;
    keepChosen(readChosen().filter((offer) => offer !== target.value).concat(target.checked ? [target.value] : []));
    showChosen(form);
  });
  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("place");
    readChosen().forEach((offer) => formData.append("place", offer));
  });
  form.querySelector("[data-tray-clear]").addEventListener("click", () => {
    keepChosen([]);
    showChosen(form);
    form.querySelector('input[name="place"]').focus();
  });
}

function showChosen(form) {
  const chosen = readChosen();
  for (const box of form.querySelectorAll('input[name="place"]')) {
    box.checked = chosen.includes(box.value);
    box.disabled = !box.checked && chosen.length >= Number(form.dataset.most);
  }
  const count = form.querySelector("[data-tray-count]");
  count.textContent = chosen.length ? count.dataset.some.replace("{n}", chosen.length) : count.dataset.none;
  form.querySelector("[data-tray]").classList.toggle("is-empty", chosen.length === 0);
}

/** Begin anew once an enquiry was received; not where somebody comes back to its receipt. */
function endChoice() {
  const [{ type }] = performance.getEntriesByType("navigation");
  if (document.querySelector("[data-choice-done]") && type === "navigate") keepChosen([]);
}

function keepChosen(chosen) {
  sessionStorage.setItem(CHOSEN, JSON.stringify(chosen));
}

function readChosen() {
  try {
    return JSON.parse(sessionStorage.getItem(CHOSEN) ?? "[]");
  } catch {
    return [];
  }
}

/** Let a form that does something be sent once; after a while it may be sent again. */
function onceOnly(event) {
  const form = event.target;
  if (!form.dataset.once) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, Number(form.dataset.once));
}

function press({ target }) {
  const button = target.closest?.("[data-print], [data-copy]");
  if (button?.hasAttribute("data-print")) print();
  else if (button) copy(button);
}

/** Copy a field; where the browser keeps the clipboard to itself, mark the text so that it can be copied by hand. */
async function copy(button) {
  const field = document.querySelector(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  } catch {
    field.focus();
  }
}

/** Where the list follows the map, ask for the part it shows now. */
function followMap({ detail }) {
  if (document.querySelector("[data-follow-map]")?.checked) narrow(String(detail.bbox));
}

async function chooseUnderMap({ target }) {
  if (!target.matches?.("[data-follow-map]")) return;
  const map = await document.querySelector("yf-map").ready;
  narrow(target.checked && map ? map.getBounds().toArray().flat().join() : "");
}

function narrow(box) {
  const form = document.querySelector("[data-refine]");
  form.elements.box.value = box;
  htmx.trigger(form, "submit");
}
