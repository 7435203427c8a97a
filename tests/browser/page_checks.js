// What a page must be, looked for in the page itself. window.pageChecks holds the checks; each gives a list.
(() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colours = new Map();

  /** Give a CSS colour, however it is written, as [red, green, blue, alpha]; alpha to 1. */
  function colour(written) {
    if (!colours.has(written)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = written;
      pen.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
      colours.set(written, [red, green, blue, alpha / 255]);
    }
    return colours.get(written);
  }

  function over(front, back) {
    const share = front[3];
    return [0, 1, 2].map((i) => front[i] * share + back[i] * (1 - share)).concat(1);
  }

  /** The colour behind an element; null where a picture is behind it. */
  function ground(element, known) {
    if (element === null) return [255, 255, 255, 1];
    if (!known.has(element)) {
      const style = getComputedStyle(element);
      const layer = colour(style.backgroundColor);
      const back = layer[3] < 1 ? ground(element.parentElement, known) : null;
      known.set(element, style.backgroundImage !== "none" ? null : layer[3] === 1 ? layer : back && over(layer, back));
    }
    return known.get(element);
  }

  function opacity(element, known) {
    if (element === null) return 1;
    if (!known.has(element)) known.set(element, Number(getComputedStyle(element).opacity) * opacity(element.parentElement, known));
    return known.get(element);
  }

  /** Relative luminance, WCAG 2.2. */
  function luminance(rgb) {
    const [red, green, blue] = rgb.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function ratio(front, back) {
    const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  const isIcon = (element) => element.closest(".material-symbols-outlined, [aria-hidden=true], code, svg, script, style, template");
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

  /** Name an element so that somebody finds it. */
  function called(element) {
    const parts = [element.localName, element.id && `#${element.id}`, [...element.classList].slice(0, 3).map((name) => `.${name}`).join("")];
    return parts.join("");
  }

  function* shownTexts() {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.data.replace(/\s+/g, " ").trim();
      const element = walk.currentNode.parentElement;
      if (text && !isIcon(element) && (isShown(element) || element.localName === "option")) yield [text, element];
    }
  }

  /** All words of the page that somebody sees, hears or is shown on pointing: [text, where]. */
  function words() {
    const found = [[document.title, "title"]];
    for (const [text, element] of shownTexts()) found.push([text, called(element)]);
    for (const element of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]")) {
      if (!element.checkVisibility()) continue;
      for (const name of ["title", "aria-label", "placeholder", "alt"]) {
        const text = element.getAttribute(name);
        if (text?.trim()) found.push([text.replace(/\s+/g, " ").trim(), `${called(element)}[${name}]`]);
      }
    }
    return found;
  }

  /** Text that is too faint for its ground: below 4.5, or 3 where it is large. */
  function faint() {
    const found = new Map();
    const grounds = new Map();
    const opacities = new Map();
    for (const [text, element] of shownTexts()) {
      const box = element.getBoundingClientRect();
      if (element.localName === "option" || box.width < 2 || element.closest("[disabled], canvas, .yf-hidden")) continue;
      const style = getComputedStyle(element);
      const back = ground(element, grounds);
      if (back === null || style.clipPath !== "none") continue;
      const ink = colour(style.webkitTextFillColor || style.color);
      const front = over([...ink.slice(0, 3), ink[3] * opacity(element, opacities)], back);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const value = ratio(front, back);
      if (value < (isLarge ? 3 : 4.5) - 0.005) found.set(called(element), `${called(element)} ${value.toFixed(2)} “${text.slice(0, 30)}”`);
    }
    return [...found.values()];
  }

  function nameOf(element) {
    const labelled = element.getAttribute("aria-labelledby")?.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const inner = [...element.querySelectorAll("img[alt], [aria-label]")].map((one) => one.alt ?? one.ariaLabel).join(" ");
    const text = [...element.childNodes].map((node) => (node.nodeType === 1 && isIcon(node) ? "" : node.textContent)).join(" ");
    return [element.ariaLabel, labelled, text, inner, element.title].find((name) => name?.trim()) ?? "";
  }

  /** Controls and pictures that a screen reader could not name. */
  function nameless() {
    const found = [];
    for (const element of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!element.checkVisibility()) continue;
      const isNamed = [...element.labels].some((label) => label.textContent.trim()) || nameOf(element) || (element.type === "submit" && element.value);
      if (!isNamed) found.push(`no label: ${called(element)} ${element.name}`);
    }
    for (const element of document.querySelectorAll("a[href], button, summary, [role=button]")) {
      if (element.checkVisibility() && !nameOf(element)) found.push(`no name: ${called(element)}`);
    }
    for (const element of document.querySelectorAll("img:not([alt])")) found.push(`no alt: ${called(element)} ${element.src}`);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const twice = new Set(ids.filter((id, at) => ids.indexOf(id) !== at));
    if (twice.size) found.push(`ids twice: ${[...twice].join(" ")}`);
    return found;
  }

  /** What a page needs as a whole. */
  function headings() {
    const found = [];
    const firsts = [...document.querySelectorAll("h1")].filter(isShown);
    if (firsts.length !== 1) found.push(`${firsts.length} h1: ${firsts.map((one) => one.textContent.trim()).join(" / ")}`);
    if (document.title.split("|")[0].trim().length < 2) found.push(`title: “${document.title}”`);
    if (!document.querySelector("main, [role=main]")) found.push("no main");
    return found;
  }

  const look = (element) => {
    const style = getComputedStyle(element);
    return [style.outline, style.outlineOffset, style.boxShadow, style.border, style.backgroundColor, style.textDecoration, style.color].join("|");
  };

  /** Controls that look the same with the focus as without it; one of each sort is tried. */
  function unseen() {
    const tried = new Set();
    const found = [];
    document.activeElement?.blur();
    for (const element of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']")) {
      const sort = `${element.localName}${element.type ?? ""}.${element.className}`;
      if (tried.has(sort) || element.disabled || !isShown(element)) continue;
      const parts = [element, ...element.labels ?? [], element.parentElement];
      const before = parts.map(look).join();
      element.focus({ preventScroll: true });
      if (document.activeElement !== element) continue;
      tried.add(sort);
      if (parts.map(look).join() === before) found.push(called(element));
      element.blur();
    }
    return found;
  }

  /** By how many pixels the page is wider than the window, and what sticks out. */
  function wide() {
    const excess = document.documentElement.scrollWidth - innerWidth;
    if (excess <= 0) return [];
    const outside = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1);
    return [`${excess} px: ${outside.slice(-3).map(called).join(" ")}`];
  }

  // No check should catch a colour on its way to another.
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
  document.adoptedStyleSheets.push(still);

  window.pageChecks = { words, faint, nameless, headings, unseen, wide };
})();
