// Light or dark as chosen on the desk, else as the system has it; before the page is painted.
const chosen = (localStorage.getItem("adminTheme") || '"auto"').replaceAll('"', "");
const systemIsDark = matchMedia("(prefers-color-scheme: dark)").matches;
if (chosen === "dark" || (chosen === "auto" && systemIsDark)) document.documentElement.classList.add("dark");
