/* Sentences in the reader's language: written in English, found in Czech by the English; dates and numbers alike. */

import { CZECH } from "./czech.js";
import { toHex } from "./bytes.js";

/* More sentences and their Czech, of pages that say more. */
export const learn = (more) => more.forEach((czech, english) => CZECH.set(english, czech));

const LANGUAGES = ["en", "cs"];
let language = "en";

export const languageNow = () => language;
export const speak = (wanted) => {
  language = LANGUAGES.includes(wanted) ? wanted : "en";
  document.documentElement.lang = language;
};

/* In Czech no line ends in a preposition of one letter. */
const bound = (text) => text.replace(/(^|[\s\u00a0(„])([ksvzouaiKSVZOUAI]) /g, "$1$2\u00a0");

/* Fills in `{name}`; `{why}` and `{Why}` are sentences themselves, inside another and at its beginning. */
export const say = (sentence, values = {}) => {
  const found = language === "cs" ? bound(CZECH.get(sentence) ?? sentence) : sentence;
  return found.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? values[name.toLowerCase()];
    if (typeof value === "number") return number(value);
    if (value instanceof Uint8Array) return toHex(value);
    if (Array.isArray(value)) return value.map((one) => say(one)).join(", ");
    if (value === null || typeof value !== "object") return String(value);
    if (typeof value.country === "string") return countryAsked(value.country);
    const inner = say(value.sentence, value.values).replace(/\.$/, "");
    return name[0] === name[0].toUpperCase() ? starting(inner) : inner;
  });
};

export const starting = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

const locale = () => (language === "cs" ? "cs-CZ" : "en-GB");

/* One formatter for each way of writing: making one takes longer than using it a thousand times. */
const formatters = new Map();
const formatter = (name, make) => {
  const key = `${language} ${name}`;
  if (!formatters.has(key)) formatters.set(key, make());
  return formatters.get(key);
};

const number = (value) => formatter("number", () => new Intl.NumberFormat(locale())).format(value);

/* Moments are microseconds since 1970, shown in the reader's own time zone. */
const shown = (at, options) =>
  formatter(JSON.stringify(options), () => new Intl.DateTimeFormat(locale(), options)).format(new Date(at / 1000));
export const dayOf = (at) => shown(at, { day: "numeric", month: "long", year: "numeric" });
export const monthOf = (at) => starting(shown(at, { month: "long", year: "numeric" }));
export const timeOf = (at) => shown(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const zone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const countryName = (code) => {
  if (code === "ZZ" || !/^[A-Z]{2}$/.test(code)) return say("an unknown place");
  return new Intl.DisplayNames([locale()], { type: "region" }).of(code);
};

/* The name of a country by the code that was asked for, which anybody may have misspelt. */
const countryAsked = (code) => {
  if (code === "ZZ") return say("an unknown place");
  const names = new Intl.DisplayNames([locale()], { type: "region", fallback: "none" });
  return (/^[A-Z]{2}$/.test(code) && names.of(code)) || say("no country that this browser knows");
};

export const inWords = (id) => id.replaceAll("-", " ");
