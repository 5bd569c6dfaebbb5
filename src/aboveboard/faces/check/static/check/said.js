/* What the opened fields of a line say. */

import { fromHex, invalid, toNumber, utf8, wrong } from "./bytes.js";
import { decode } from "./canonical.js";

/* `actor` stays hidden in a pack; all the others after `subject` may be read by anybody with the evidence. */
export const AUDIT_FIELDS = [
  "operation", "entity", "country", "established", "purpose", "categories", "verdict", "time", "rules", "transfer",
  "grant", "refusals", "body",
];
export const FIELDS = ["subject", "actor", ...AUDIT_FIELDS];
export const KINDS = {
  created: 1, look: 2, change: 3, erase: 4, governance: 5, cell: 6, index: 7, sealed: 8, opened: 9, renewed: 10,
};
const TAILED = [KINDS.sealed, KINDS.opened, KINDS.renewed];
export const LEAF_SIZE = 98;
export const sizeOfLeaf = (kind) => (TAILED.includes(kind) ? LEAF_SIZE + 12 : LEAF_SIZE);

/* A leaf: version 01 || kind || subject label (32) || actor label (32) || commitment (32), and of kinds 8 to 10 a tail:
   number (u64be) || day (u32be, days since 1970-01-01). */
export const readLeaf = (data) => {
  const kind = data[1];
  const tailed = TAILED.includes(kind);
  if (data.length !== sizeOfLeaf(kind) || data[0] !== 1) {
    throw invalid("A leaf is not of the form this program writes.");
  }
  const tail = tailed ? { number: toNumber(data.subarray(98, 106)), day: toNumber(data.subarray(106)) } : null;
  return { kind, label: data.subarray(2, 34), commitment: data.subarray(66, 98), tail };
};

/* sealed (u64be) || opened (u64be) || late (u64be) || first (u32be) || last (u32be) */
const readTally = (data) => {
  const [sealed, opened, late] = [0, 8, 16].map((at) => toNumber(data.subarray(at, at + 8)));
  const [first, last] = [24, 28].map((at) => toNumber(data.subarray(at, at + 4)));
  return { outstanding: sealed - opened, late, first, last };
};

/* version 01 || kind 07 || root (32) || leaves covered (u64be) || tally (32) || 24 zero bytes */
export const indexLeaf = (leaf) => {
  if (leaf.length !== LEAF_SIZE || leaf[0] !== 1 || leaf[1] !== KINDS.index || leaf.subarray(74).some((byte) => byte !== 0)) return null;
  return { root: leaf.subarray(2, 34), covered: toNumber(leaf.subarray(34, 42)), tally: readTally(leaf.subarray(42, 74)) };
};

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{6}))?(Z|[+-]\d\d:\d\d)$/;

/* A moment as microseconds since 1970, exact until the year 2255; null where the text is none. */
export const moment = (text) => {
  const found = typeof text === "string" ? TIME.exec(text) : null;
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const whole = Date.UTC(year, month - 1, day, hour, minute, second);
  const again = new Date(whole);
  if (again.getUTCMonth() !== month - 1 || again.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return null;
  const [sign, zone] = [found[8].startsWith("-") ? -1 : 1, found[8] === "Z" ? "+00:00" : found[8]];
  const offset = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return whole * 1000 - offset * 60_000_000 + Number(found[7] ?? 0);
};

/* A moment as lines have it, to the second. */
export const momentInWords = (at) => `${new Date(at / 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/* The time of a line, which has one form. */
export const timeOf = (text) => {
  const at = text.length === 27 && text.endsWith("Z") ? moment(text) : null;
  if (at === null) throw wrong("its time is not a time");
  return at;
};

const parts = (text) => (text ? text.split(",") : []);

/* Reads the audit fields of a line, by name. */
export const said = (values) => {
  const [released, ...rest] = values.categories.split("-");
  const body = values.body ? decode(utf8(values.body)) : {};
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw invalid("The body of an entry is not an object.");
  }
  const at = values.time.endsWith("Z") && values.time.length === 27 ? moment(values.time) : null;
  if (at === null) throw invalid("An opened line does not have the form of one.");
  return {
    ...values,
    at,
    body,
    categories: parts(released),
    refused: parts(rest.join("-")),
    refusals: parts(values.refusals),
  };
};

/* Reads the person's side: counter, previous line, the reader's pseudonym, digests of what was recorded. */
export const readSide = (text) => {
  const value = decode(utf8(text));
  const fits = Array.isArray(value) && value.length === 7 && Array.isArray(value[5]);
  const [subject, number, previous, reader, entryHash, digests, labelKeyDigest] = fits ? value : [];
  const hexes = [subject, previous, entryHash, labelKeyDigest].map(fromHex);
  if (!fits || hexes.includes(null)) throw invalid("A person's opening does not have the form of one.");
  return { subject, number, previous, reader, entryHash, digests, labelKeyDigest };
};
