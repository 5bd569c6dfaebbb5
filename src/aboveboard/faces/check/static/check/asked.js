/* What is asked of a period of the log, and which fields of a look answer it: as many as it takes, and no more. */

import { invalid, wrong } from "./bytes.js";
import { moment, timeOf } from "./said.js";

const [BEFORE, AFTER] = [3_600_000_000, 120_000_000]; /* microseconds: an hour, two minutes */
const WORDS = ["country", "entity", "purpose", "category"];
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?!000000)\d{6})?\+00:00$/;

/* Reads the question as it stands in files and in the log, and nothing else. */
export const readAsked = (told) => {
  const { from, until, released, ...words } = told;
  const [since, end] = [from, until].map((text) => (UTC.test(text) ? moment(text) : null));
  const plain = Object.entries(words).every(([name, value]) => WORDS.includes(name) && typeof value === "string" && value);
  if (!plain || ![undefined, "only"].includes(released) || since === null || end === null || since >= end) {
    throw invalid("it does not say what was asked");
  }
  return { country: "", entity: "", purpose: "", category: "", ...words, since, until: end, released: released === "only" };
};

const ofCategory = ({ category, released }) => (text) => {
  const [given, ...refused] = text.split("-");
  return given.split(",").includes(category) || (!released && refused.join("-").split(",").includes(category));
};

/* The fields in their order, each with what it has to be. */
const conditions = (asked) => [
  ...["country", "entity", "purpose"].filter((name) => asked[name]).map((name) => [name, (text) => text === asked[name]]),
  ...(asked.category ? [["categories", ofCategory(asked)]] : []),
  ...(!asked.category && asked.released ? [["verdict", (text) => text !== "refuse"]] : []),
  ["time", (text) => asked.since <= timeOf(text) && timeOf(text) < asked.until],
];

/* Which fields of a look show whether it is among those asked for, and whether it is. */
export const decided = (asked, opened) => {
  const read = [];
  for (const [field, fits] of conditions(asked)) {
    if (!opened.has(field)) throw wrong("it does not open the field {field}, so nobody can tell whether it counts", { field });
    read.push(field);
    if (!fits(opened.get(field))) return { read, fits: false };
  }
  return { read, fits: true };
};

/* Whether a line is so old that nothing of the period stands before it, or so young that nothing of it stands behind. */
export const oldEnough = (asked, times) => times.some((at) => at <= asked.since - BEFORE);
export const youngEnough = (asked, times) => times.some((at) => at >= asked.until + AFTER);

/* Holds the opened times against the period: one old enough at its beginning, one young enough at its end. */
export const requireCovered = (asked, times, start) => {
  if (start && !oldEnough(asked, times)) {
    throw wrong("no line in it is old enough to show that nothing of the period stands before it");
  }
  if (!youngEnough(asked, times)) {
    throw wrong("no line in it is young enough to show that nothing of the period stands behind it");
  }
};
