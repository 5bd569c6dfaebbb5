/* The frame of a page that stands alone: its name, language and light; none of the choices is kept anywhere. */

import { el, segments } from "./dom.js";
import { languageNow, say, speak } from "./language.js";

const root = document.documentElement;
const SVG = "http://www.w3.org/2000/svg";

const brand = () => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const add = (name, given) => {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(given)) part.setAttribute(key, value);
    svg.append(part);
  };
  add("circle", { cx: 12, cy: 9, r: 5, class: "sun" });
  add("path", { d: "M3 18.5h18", class: "board" });
  return el("span", { class: "brand" }, svg, "Aboveboard");
};

/* Draws the frame and says to `again` when everything has to be drawn anew. */
export const top = (again) => {
  const choose = (apply) => (value) => {
    apply(value);
    again();
    document.getElementById(`choose-${value}`)?.focus();
  };
  const theme = root.dataset.theme ?? "system";
  return el(
    "header",
    { class: "top" },
    el(
      "div",
      { class: "top-inner" },
      brand(),
      el(
        "div",
        { class: "top-end" },
        segments(say("Language"), [["en", "English", "en"], ["cs", "Čeština", "cs"]], languageNow(), choose(speak)),
        segments(say("Light"), [["light", say("Day")], ["dark", say("Night")], ["system", say("Auto")]], theme, choose((value) => {
          if (value === "system") delete root.dataset.theme;
          else root.dataset.theme = value;
        })),
      ),
    ),
  );
};

export const banner = (sentence) =>
  el("aside", { class: "banner banner-warn", "aria-label": say("Who made this page") }, el("div", { class: "banner-inner" }, el("p", {}, sentence)));

export const foot = (...sentences) =>
  el("footer", { class: "foot" }, el("div", { class: "foot-inner" }, sentences.map((sentence) => el("span", {}, sentence))));

export const skip = () => el("a", { class: "skip visually-hidden", href: "#check" }, say("Skip to the content"));
