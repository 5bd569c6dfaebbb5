/* Elements of the page; whatever a pack says becomes text, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  holds: ["M4.6 8.3l2.3 2.3 4.5-5"],
  fails: ["M5.4 5.4l5.2 5.2", "M10.6 5.4l-5.2 5.2"],
  waits: ["M8 4.6V8l2.2 1.6"],
};

export const el = (name, given = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key === "on") for (const [event, does] of Object.entries(value)) element.addEventListener(event, does);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
};

/* A mark with a shape of its own, so that nothing is said by colour alone. */
export const mark = (shape) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `mark mark-${shape}`);
  svg.setAttribute("aria-hidden", "true");
  const circle = document.createElementNS(SVG, "circle");
  for (const [key, value] of [["cx", 8], ["cy", 8], ["r", 7]]) circle.setAttribute(key, value);
  svg.append(circle);
  for (const line of PATHS[shape]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
};

export const button = (words, does, more = {}) => el("button", { type: "button", class: "button", on: { click: does }, ...more }, words);

/* Hands a file to the browser to be saved; it goes nowhere else. */
export const save = (data, name, type) => {
  const link = el("a", { href: URL.createObjectURL(new Blob([data], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/* Something folded, filled when it is opened first: of a thousand lines nobody opens all. */
export const folded = (given, summary, make) => {
  const room = el("div", {});
  const fill = (event) => event.target.open && !room.childElementCount && room.append(make());
  return el("details", { ...given, on: { toggle: fill } }, el("summary", {}, summary), room);
};

/* A row of buttons of which one is pressed. */
export const segments = (name, choices, chosen, choose) =>
  el(
    "div",
    { class: "segments", role: "group", "aria-label": name },
    choices.map(([value, words, lang]) =>
      el(
        "button",
        { type: "button", lang, id: `choose-${value}`, "aria-pressed": String(value === chosen), on: { click: () => choose(value) } },
        words,
      ),
    ),
  );
