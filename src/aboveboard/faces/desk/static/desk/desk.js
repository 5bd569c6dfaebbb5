/* Keys for those who like them: / to the search, j and k through the rows, Enter to open. Every page works without. */
(() => {
  "use strict";

  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, ul[data-rows] > li")];
  let at = -1;

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(all.length - 1, at + step));
    for (const row of all) row.classList.remove("desk-at");
    all[at].classList.add("desk-at");
    const link = all[at].querySelector("a, button, select");
    if (link) link.focus();
  };

  const typing = (target) => target.closest("input:not([type=radio]), select, textarea, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    if (event.key === "j") go(1);
    if (event.key === "k") go(-1);
  });

  /* The tick that fills is seen, and not read out: the trace was told already. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const trace = document.getElementById("trace");
    if (!trace || !event.detail.target || !event.detail.target.matches("#trace .tick")) return;
    trace.setAttribute("aria-live", "off");
    setTimeout(() => trace.setAttribute("aria-live", "polite"), 500);
  });

  for (const keys of document.querySelectorAll(".desk-keys")) keys.hidden = false;
})();
