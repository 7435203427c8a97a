// Imports: a dropped file, buttons that cannot be pressed twice, faults copied as a table.
"use strict";

for (const zone of document.querySelectorAll(".yf-drop")) {
  const input = zone.querySelector("input[type=file]");
  const chosen = zone.querySelector(".yf-chosen");
  const show = () => { chosen.textContent = input.files.length ? zone.dataset.chosen + input.files[0].name : ""; };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"])
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("yf-over"); });
  for (const name of ["dragleave", "drop"])
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.remove("yf-over"); });
  zone.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
  });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button:not([type=button])");
    button.textContent = form.dataset.busy;
    button.disabled = true;
  });
}
// Coming back by the browser's button, what was pressed can be pressed again.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// A column of the file: faint where it is not read; only the units that its column of the ledger has.
const mapping = document.querySelector(".yf-mapping");
const units = mapping ? JSON.parse(mapping.dataset.units) : {};
for (const row of mapping ? mapping.tBodies[0].rows : []) {
  const taken = row.querySelector(".yf-taken");
  const unit = row.querySelector(".yf-unit");
  const written = unit.value;
  const show = () => {
    const known = new Map(units[taken.value] || [["", ""]]);
    if (written && known.size > 1 && !known.has(written)) known.set(written, written);
    const chosen = [unit.value, written].find((one) => one && known.has(one)) || [...known.keys()][0];
    unit.replaceChildren(...[...known].map(([value, label]) => new Option(label, value)));
    unit.value = chosen;
    unit.hidden = !units[taken.value];
    row.classList.toggle("yf-unread", taken.value === "");
  };
  taken.addEventListener("change", show);
  show();
}

for (const button of document.querySelectorAll(".yf-copy")) {
  button.addEventListener("click", async () => {
    const table = button.closest("section").querySelector("table");
    const text = [...table.rows].map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join("\t")).join("\n");
    try {
      await navigator.clipboard.writeText(text);
    } catch {  // not on HTTPS: the older way
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = table.dataset.copied;
  });
}
