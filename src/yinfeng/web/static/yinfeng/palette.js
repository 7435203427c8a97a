/** Ctrl+K: search all ledgers from anywhere on the desk; arrows choose, Enter opens. */

const WAIT_MS = 180;
const words = document.documentElement.lang.startsWith("en")
  ? { title: "Search all ledgers", hint: "Name, pinyin initials, id, code", failed: "Could not search; try again." }
  : { title: "搜索全部台账", hint: "名称、拼音首字母、编号、代码", failed: "没有搜成，请再试。" };

let dialog = null;
let asking = null;
let timer = 0;
let isEntered = false; // Enter came before what was typed had been looked for

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "yf-palette";
  dialog.setAttribute("aria-label", words.title);
  const input = Object.assign(document.createElement("input"), {
    type: "search", className: "yf-input", placeholder: words.hint, maxLength: 200, autocomplete: "off",
  });
  input.setAttribute("aria-label", words.title);
  const box = Object.assign(document.createElement("div"), { className: "yf-hits-box" });
  dialog.append(input, box);
  document.body.append(dialog);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    isEntered = false;
    mark(null); // what is listed answers what was typed before
    timer = setTimeout(() => ask(input.value, box), WAIT_MS);
  });
  dialog.addEventListener("keydown", choose);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

async function ask(typed, box) {
  asking?.abort();
  asking = new AbortController();
  try {
    const address = `/desk/search?${new URLSearchParams({ q: typed })}`;
    const response = await fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal });
    if (!response.ok || response.redirected) throw new Error(response.status);
    box.innerHTML = await response.text();
    const first = box.querySelector("a");
    mark(first);
    if (isEntered && first) location.assign(first.href);
  } catch (fault) {
    if (fault.name !== "AbortError") box.textContent = words.failed;
  }
}

function choose(event) {
  const links = [...dialog.querySelectorAll(".yf-hits a")];
  const at = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && links.length) {
    event.preventDefault();
    mark(links[(at + step + links.length) % links.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (links[at]) location.assign(links[at].href);
    isEntered = at < 0;
  }
}

function mark(link) {
  dialog.querySelector('[aria-selected="true"]')?.removeAttribute("aria-selected");
  link?.setAttribute("aria-selected", "true");
  link?.scrollIntoView({ block: "nearest" });
}

addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (!dialog) build();
  if (dialog.open) return dialog.close();
  dialog.showModal();
  const input = dialog.querySelector("input");
  input.select();
  isEntered = false;
  return ask(input.value, dialog.querySelector(".yf-hits-box"));
});
