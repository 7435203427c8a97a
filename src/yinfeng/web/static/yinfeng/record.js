/**
 * What a record's pages do beyond links and forms: names suggested while typing, a warning before typed text is lost,
 * a draft kept in this browser, and the summary of faults brought into view. Without scripts the pages work on.
 *
 * data-suggest on an input: address of suggestions; data-many: several, separated by ；.
 * data-guard on a form: leaving the page asks first ("always": even before anything is typed); data-draft: name under which its texts are kept.
 */

const words = document.documentElement.lang.startsWith("zh")
  ? { draft: "这里有一份上次没有保存的草稿。", restore: "填回草稿", drop: "丢弃" }
  : { draft: "There is a draft that was not saved.", restore: "Fill it in", drop: "Drop it" };
const SEPARATOR = /[；;、,，]/;
const TYPING_MS = 250;
const DRAFT_DAYS = 7;

/** Offer records while somebody types into an input. */
function suggest(input) {
  const list = document.createElement("div");
  list.className = "yf-record-suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.hidden = true;
  input.parentElement.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }
  const isMany = "many" in input.dataset;
  let waiting = 0;
  let asked = 0;
  let at = -1;

  const parts = () => (isMany ? input.value.split(SEPARATOR) : [input.value]);
  const show = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  };
  const mark = (number) => {
    at = number;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (list.children[at]) {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const choose = (key) => {
    input.value = isMany ? [...parts().slice(0, -1).map((part) => part.trim()), key].join("；") : key;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(waiting);
    show(false);
  };
  const ask = async () => {
    const number = ++asked;
    const typed = parts().at(-1).trim();
    const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(typed)}`);
    if (!answer.ok || number !== asked) return;
    const { results } = await answer.json();
    list.replaceChildren(
      ...results.map(({ key, name }, n) => {
        const option = document.createElement("div");
        option.setAttribute("role", "option");
        option.id = `${list.id}-${n}`;
        option.dataset.key = key;
        option.textContent = name && name !== key ? `${key}  ${name}` : key;
        return option;
      }),
    );
    mark(-1);
    show(results.length > 0 && document.activeElement === input);
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, TYPING_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key === "ArrowDown") ask();
      return;
    }
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") mark(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") mark(at <= 0 ? last : at - 1);
    else if (event.key === "Enter" && at >= 0) choose(list.children[at].dataset.key);
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(() => show(false), 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) choose(option.dataset.key);
  });
}

/** Give the texts of a form that a person fills in, by name; several of one name in their order. */
function textsOf(form) {
  const texts = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "version") (texts[name] ??= []).push(value);
  }
  return texts;
}

function fill(form, texts) {
  for (const control of form.elements) {
    if (!control.name || !(control.name in texts) || control.type === "hidden") continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = texts[control.name].includes(control.value);
    else control.value = texts[control.name][0];
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Ask before leaving a form in which something was typed. */
function guard(form) {
  const before = JSON.stringify(textsOf(form));
  let isSent = false;
  const isTyped = () => !isSent && (form.dataset.guard === "always" || JSON.stringify(textsOf(form)) !== before);
  addEventListener("beforeunload", (event) => {
    if (isTyped()) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    isSent = true;
  });
  if (form.dataset.draft) keepDraft(form, isTyped);
}

/** Keep what is typed in this browser until it is saved, and offer it when the same form is opened again. */
function keepDraft(form, isTyped) {
  const name = `yf-draft:${form.dataset.draft}`;
  const isNew = form.dataset.draft.endsWith("@");
  dropOlder(name);
  const kept = readDraft(name);
  if (kept && JSON.stringify(kept.texts) !== JSON.stringify(textsOf(form))) offer(form, name, kept.texts);
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (isTyped()) localStorage.setItem(name, JSON.stringify({ texts: textsOf(form), at: Date.now() }));
    }, TYPING_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    if (isNew) localStorage.removeItem(name); // that of a record goes when its next version is opened
  });
}

/** Forget the drafts of earlier versions of a record. */
function dropOlder(name) {
  const record = name.slice(0, name.lastIndexOf("@") + 1);
  for (const kept of Object.keys(localStorage)) {
    if (kept.startsWith(record) && kept !== name) localStorage.removeItem(kept);
  }
}

function readDraft(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    if (kept && Date.now() - kept.at < DRAFT_DAYS * 86_400_000) return kept;
  } catch {
    // what cannot be read is no draft
  }
  localStorage.removeItem(name);
  return null;
}

function offer(form, name, texts) {
  const notice = document.createElement("div");
  notice.className = "yf-notice";
  const fillIn = button(words.restore, () => fill(form, texts));
  const drop = button(words.drop, () => localStorage.removeItem(name));
  for (const one of [fillIn, drop]) one.addEventListener("click", () => notice.remove());
  notice.append(`${words.draft} `, fillIn, " ", drop);
  form.before(notice);
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "yf-button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

document.querySelectorAll("[data-suggest]").forEach(suggest);
document.querySelectorAll("form[data-guard]").forEach(guard);
document.querySelectorAll("form[data-auto] select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
document.getElementById("problems")?.focus();
