// Names for what the frame leaves without one, and silence for its icons, whose words are drawn and not said.
const isEnglish = document.documentElement.lang.startsWith("en");

for (const icon of document.querySelectorAll(".material-symbols-outlined")) icon.ariaHidden = "true";
for (const link of document.querySelectorAll('a[href="/desk/"]')) {
  if (link.textContent.trim() === link.querySelector(".material-symbols-outlined")?.textContent.trim()) {
    link.ariaLabel = isEnglish ? "Start page" : "首页";
  }
}

/** The scrolled part of the side bar is made by a script of the frame once the page is there. */
function nameSideBar() {
  const part = document.querySelector(".simplebar-content-wrapper");
  if (part) part.ariaLabel = isEnglish ? "Side bar" : "边栏";
}
addEventListener("load", nameSideBar);
