/* What somebody goes by who asks whether anything is held about them, in the one form in which it is compared. */

import { invalid } from "./bytes.js";

const LONGEST = 200;
const [COMPARED_DIGITS, FEWEST_DIGITS, FEWEST_LETTERS] = [9, 6, 3];
const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACE = new RegExp(`[${SPACES}]`);
const AROUND = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "g");
const DIGITS = new RegExp(`\\p{Nd}[\\p{Nd}${SPACES}()./\\-]*`, "gu");
const APART = /[,;|\n]| \/ /;
const WORD = /[\p{L}\p{N}]+/gu;
const DAY_FIRST = /^(\d{1,2})[./] ?(\d{1,2})[./] ?(\d{4})$/;
const DAY = /^(\d{4})(-?)(\d\d)\2(\d\d)$/;

export const KINDS_NAMED = new Map([
  ["email", "an e-mail address"],
  ["name", "a name"],
  ["name-and-birth", "a name with a date of birth"],
  ["phone", "a telephone number"],
]);
const [NAME, BIRTH] = ["T01", "T17"];
const CATEGORIES = new Map([
  ["email", ["T02", "T04"]],
  ["name", [NAME]],
  ["name-and-birth", [NAME, BIRTH]],
  ["phone", ["T03", "T05"]],
]);
export const isBirth = (category) => category === BIRTH;

const trimmed = (text) => text.replace(AROUND, "");

/* Full case folding; a dotless i stays what it is, and Cherokee folds to its capitals, as Unicode has it. */
const CHEROKEE = /[\u13a0-\u13fd\uab70-\uabbf]/u;
const foldedLetter = (letter) => {
  if (letter === "\u0131") return letter;
  if (CHEROKEE.test(letter)) return letter.toUpperCase();
  return letter.toLowerCase().toUpperCase().toLowerCase();
};
export const caseFolded = (text) => Array.from(text, foldedLetter).join("");

const SPECIAL = new Map([["ß", "ss"], ["ł", "l"], ["ø", "o"], ["đ", "d"], ["æ", "ae"], ["œ", "oe"], ["ı", "i"]]);
const LOWEST = "\u0345"; /* the mark that stands behind every other when marks are put in order */
const isMark = (letter) => letter === LOWEST || !`${LOWEST}${letter}`.normalize("NFD").startsWith(LOWEST);

/* The words of a text, case and accents folded. */
export const wordsOf = (text) => {
  const special = Array.from(caseFolded(text), (letter) => SPECIAL.get(letter) ?? letter).join("");
  const plain = Array.from(special.normalize("NFKD")).filter((letter) => !isMark(letter)).join("");
  return plain.match(WORD) ?? [];
};

/* Digits stand ten in a row in every script. */
const valueOf = (digit) => {
  if (digit >= "0" && digit <= "9") return Number(digit);
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(digit.codePointAt(0) - value - 1))) value += 1;
  return value;
};

const numbersOf = (text) => {
  const found = new Set();
  for (const group of text.normalize("NFKC").split(APART).flatMap((part) => part.match(DIGITS) ?? [])) {
    const digits = Array.from(group.match(/\p{Nd}/gu), valueOf).join("");
    if (digits.length >= FEWEST_DIGITS) found.add(digits.slice(-COMPARED_DIGITS));
  }
  return found;
};

/* A day of birth as 2001-12-31; null for what is none. */
const birthDay = (given) => {
  const text = trimmed(given);
  const [first, second] = [DAY_FIRST.exec(text), DAY.exec(text)];
  if (!first && !second) return null;
  const [year, month, day] = (first ? [first[3], first[2], first[1]] : [second[1], second[3], second[4]]).map(Number);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  if (year < 1 || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
};

const comparedName = (given) => {
  const found = wordsOf(given);
  if (Array.from(found.join("")).length < FEWEST_LETTERS) throw invalid("A name has {fewest} letters at least.", { fewest: FEWEST_LETTERS });
  return [...new Set(found)].sort().join(" ");
};

const COMPARED = new Map([
  ["email", (given) => {
    const address = caseFolded(trimmed(given));
    const at = address.lastIndexOf("@");
    if (at < 1 || at === address.length - 1 || SPACE.test(address)) throw invalid("This is no e-mail address.");
    return address;
  }],
  ["phone", (given) => {
    const [found, ...more] = numbersOf(given);
    if (found === undefined || more.length) {
      throw invalid("A telephone number has {fewest} digits at least, and one is asked about at a time.", { fewest: FEWEST_DIGITS });
    }
    return found;
  }],
  ["name", comparedName],
  ["name-and-birth", (given) => {
    const bar = given.lastIndexOf("|");
    const [name, day] = [comparedName(given.slice(0, Math.max(bar, 0))), birthDay(given.slice(bar + 1))];
    if (day === null) throw invalid("A date of birth is written as 2001-12-31, or as 31. 12. 2001.");
    return `${name}|${day}`;
  }],
]);

/* The compared form of what was given; with a day it is the name, a vertical bar, the day. */
export const compared = (kind, given) => {
  if (Array.from(given).length > LONGEST) throw invalid("An identifier has at most {most} characters.", { most: LONGEST });
  return COMPARED.get(kind)(given);
};

/* Whether a record with these facts, each category and value, is held under an identifier. */
export const heldUnder = (kind, wanted, facts) => {
  const values = facts.filter(([category]) => CATEGORIES.get(kind).includes(category));
  if (kind === "email") return values.some(([, value]) => caseFolded(trimmed(value)) === wanted);
  if (kind === "phone") return values.some(([, value]) => numbersOf(value).has(wanted));
  const [name, day] = wanted.split("|");
  const named = values.filter(([category]) => category === NAME).map(([, value]) => wordsOf(value));
  if (!named.some((words) => name.split(" ").every((word) => words.includes(word)))) return false;
  const born = values.filter(([category]) => isBirth(category)).map(([, value]) => birthDay(value));
  return !day || !born.length || born.some((one) => one === null || one === day);
};
