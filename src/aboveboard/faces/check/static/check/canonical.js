/* Canonical JSON (RFC 8785, narrowed): ASCII keys in order, texts, integers within 2^53, booleans, null; one spelling. */

import { LARGEST, invalid, textOf, utf8 } from "./bytes.js";

const ASCII = /^[\x00-\x7f]*$/;
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const written = (value) => {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (HALF.test(value)) throw invalid("A text holds half of a surrogate pair and has no canonical form.");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isInteger(value) || Math.abs(value) > LARGEST) throw invalid("A number is too large for canonical form.");
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  const names = Object.keys(value).sort();
  if (!names.every((name) => ASCII.test(name))) throw invalid("A key is not ASCII text.");
  return `{${names.map((name) => `${JSON.stringify(name)}:${written(value[name])}`).join(",")}}`;
};

export const encode = (value) => utf8(written(value));

/* Whether the browser's own writing can be relied on: keys in order, nothing that it would write otherwise. */
const plainly = (value) => {
  if (value === null || typeof value !== "object") return typeof value !== "number" || Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(plainly);
  const names = Object.keys(value);
  const inOrder = names.every((name, at) => ASCII.test(name) && (at === 0 || names[at - 1] < name));
  return inOrder && names.every((name) => plainly(value[name]));
};
const ESCAPED = /\\u[d-f]/i;

/* Reads bytes back, and refuses every byte string that `encode` would not have made. */
export const decode = (data) => {
  let text, value, again;
  try {
    text = textOf(data);
    value = JSON.parse(text);
    again = !ESCAPED.test(text) && plainly(value) ? JSON.stringify(value) : written(value);
  } catch {
    throw invalid("The bytes are not canonical JSON.");
  }
  if (again !== text) throw invalid("The bytes are JSON, but not in canonical form.");
  return value;
};
