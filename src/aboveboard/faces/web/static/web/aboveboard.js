/* Small comforts; every page works without them. */
(() => {
  "use strict";

  const FADED = "fact-value";

  /* Copy buttons are drawn hidden: without this script there is nothing they could do. */
  const showCopyButtons = (root) => {
    for (const button of root.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
  };

  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const word = button.querySelector("[data-word]");
    const before = word.textContent;
    word.textContent = button.dataset.done;
    setTimeout(() => { word.textContent = before; }, 2000);
  };

  /* An opened value closes again after a while, so that a screen left alone shows nothing. */
  const startFading = (root) => {
    for (const fact of root.querySelectorAll("[data-fades-after]")) {
      setTimeout(() => {
        const value = fact.querySelector("." + FADED);
        const hatch = document.createElement("span");
        const said = document.createElement("span");
        hatch.className = "hatch";
        said.className = "visually-hidden";
        said.textContent = fact.dataset.fadedWords;
        value.replaceChildren(hatch, said);
      }, Number(fact.dataset.fadesAfter) * 1000);
      fact.removeAttribute("data-fades-after");
    }
  };

  /* A status that was there when the page came is not read out; put in again it is, once. */
  const sayTrace = () => {
    const trace = document.getElementById("trace");
    if (trace && trace.childElementCount) trace.append(...trace.childNodes);
  };

  const prepare = (root) => { showCopyButtons(root); startFading(root); };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (button) copy(button);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement || document));

  prepare(document);
  sayTrace();
})();
