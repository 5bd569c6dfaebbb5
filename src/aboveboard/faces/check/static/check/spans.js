/* A contiguous stretch of the log as an authority gets it: every line from start to end, each opened only as asked.

     range.json       what was asked, where the range lies, the hashes that tie it to the checkpoint
     lines-000.json   the lines in their order, and on in lines-001.json ...; a line is one of
                      [leaf], [leaf, why it is not opened], [leaf, opened, hidden] */

import { equal, invalid, wrong } from "./bytes.js";
import { readAsked } from "./asked.js";
import { commitmentOf, commitmentTo } from "./lines.js";
import { extended, leafHash, verifyConsistency } from "./merkle.js";
import { KEY, anyHex, decoded, fileOf, hashes, hex, list, number, object, opening, otherForm, text } from "./parts.js";
import { FIELDS, KINDS, LEAF_SIZE, sizeOfLeaf } from "./said.js";

export const RANGE = "range.json";
const FORMAT = "aboveboard-range/1";
const MOST_LOGS = 999; /* as label keys: nobody declares a thousand gaps */
export const ASKED = "asked";
export const ALL = "all";
export const KEY_GONE = "key-gone";
export const SEALED = "sealed";

/* Reads `range.json`. */
export const readSpan = (data) => {
  const value = object(decoded(data));
  if (value.format !== FORMAT || ![ASKED, ALL].includes(value.opens)) {
    throw invalid("it is not of the format this verifier knows");
  }
  const [cell, origin, log, { opens }] = [text(value.cell), text(value.origin), number(value.log), value];
  if (log > MOST_LOGS) throw otherForm();
  const asked = readAsked(object(value.asked));
  hex(value.entry, KEY);
  const [{ entry }, start, end, before, after] = [value, number(value.start), number(value.end), hashes(value.before), hashes(value.after)];
  return { cell, origin, log, opens, asked, entry, start, end, before, after, files: number(value.files) };
};

/* The public bytes of a line, as long as its kind has them. */
export const leafOf = (value) => {
  const data = anyHex(value);
  if (data.length < LEAF_SIZE || data[0] !== 1 || data.length !== sizeOfLeaf(data[1])) throw otherForm();
  return data;
};

const lineOf = (item) => {
  const [leaf, second, third] = list(item);
  const line = { leaf: leafOf(leaf), kind: 0, why: "", opened: new Map(), hidden: [] };
  [, line.kind] = line.leaf;
  if (item.length === 1) return line;
  if (item.length === 2 && [KEY_GONE, SEALED].includes(second)) return { ...line, why: second };
  const opened = item.length === 3 ? Object.entries(object(second)) : [];
  if (!opened.length) throw otherForm();
  const hidden = list(third).map((one) => hex(one, KEY));
  return { ...line, opened: new Map(opened.map(([name, pair]) => [name, opening(pair)])), hidden };
};

/* The lines of all files, in order. */
export const readSpanLines = (files, span) => {
  const found = [];
  for (let at = 0; at < Math.min(span.files, files.size); at += 1) {
    const name = `lines-${String(at).padStart(3, "0")}.json`;
    for (const item of list(decoded(fileOf(files, name)))) found.push(lineOf(item));
  }
  return found;
};

/* What is opened of a line, after holding it against the line's commitment. */
export const valuesOf = ({ leaf, opened, hidden }) => {
  if (!opened.size) return new Map();
  const rest = [...hidden];
  const fields = FIELDS.map((name) => (opened.has(name) ? commitmentTo(opened.get(name), name) : rest.shift() ?? new Uint8Array()));
  const known = [...opened.keys()].every((name) => FIELDS.includes(name)) && !rest.length;
  if (!known || !equal(commitmentOf(fields), leaf.subarray(66, LEAF_SIZE))) {
    throw wrong("an opened field is not what the line commits to");
  }
  return new Map([...opened].map(([name, { value }]) => [name, value]));
};

/* Shows that these are the lines from start to end of the log, all of them. */
export const checkPlace = (span, lines, checkpoint) => {
  if (span.origin !== checkpoint.origin) {
    throw wrong("the range names another log than the one that signed the checkpoint");
  }
  if (!lines.length || span.end - span.start !== lines.length) {
    throw invalid("the range does not show as many lines as it says");
  }
  /* Only a log that follows on another begins with such a line; a range that says it is of the first would hide those before. */
  if (span.start === 0 && span.log === 1 && lines[0].kind === KINDS.cell) {
    throw wrong("the range says that it is of the first log of the cell, and begins with the first line of a later one");
  }
  const root = extended(span.start, span.before, lines.map((line) => leafHash(line.leaf)));
  verifyConsistency(span.end, checkpoint.size, span.after, root, checkpoint.root);
};
