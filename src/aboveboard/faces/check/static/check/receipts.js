/* A receipt: the log's signature under the promise that an entry stands in the log by a deadline; kept, or broken.

     aboveboard/receipt/v1
     <origin of the log>
     <entry hash, base64>
     <deadline, 2026-11-22T13:00:00Z>
     <label key digest, base64>       only in what the person concerned gets */

import { Fault, equal, fromHex, invalid, linesOf, parseHash, plainText, toHex, utf8, wrong } from "./bytes.js";
import { decode } from "./canonical.js";
import { labelKeyDigest } from "./lines.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { openNote } from "./note.js";
import { KEY, decoded, fileOf, hashes, hex, list, number, object, opening } from "./parts.js";
import { Checks } from "./report.js";
import { moment, momentInWords } from "./said.js";
import { leafOf, valuesOf } from "./spans.js";
import { logKeys, openCheckpoint } from "./trust.js";

const FIRST_LINE = "aboveboard/receipt/v1";
export const RECEIPT = "receipt";
const LINE = "line.json";
const [SIGNED, STANDS] = ["receipt", "line"];
const [BARE, OWN] = [4, 5];

export const isReceipt = (data) => utf8(FIRST_LINE).every((byte, at) => data[at] === byte);

const parsePromise = (text) => {
  const lines = linesOf(text);
  if (![BARE, OWN].includes(lines.length) || lines[0] !== FIRST_LINE) throw invalid("it is not a receipt of this log's form");
  const deadline = lines[3].length === 20 ? moment(lines[3]) : null;
  if (deadline === null) throw invalid("a receipt's deadline is not a time");
  const owner = lines.length === OWN ? parseHash(lines[4]) : null;
  return { origin: lines[1], entry: toHex(parseHash(lines[2])), deadline, owner };
};

const openReceipt = async (data, policy) => {
  const [head] = plainText(data).split("\n\n");
  const { origin } = parsePromise(`${head}\n`);
  return parsePromise((await openNote(data, logKeys(policy, origin))).text);
};

/* Checks a receipt by itself, and the opened line beside it, if there is one, that shows the promise kept. */
export const verifyReceipt = async (files, policy) => {
  const checks = new Checks();
  const promise = await checks.part(SIGNED, undefined, () => openReceipt(fileOf(files, RECEIPT), policy));
  if (!promise) return { checks, witnessed: null, proved: [], notProved: NOT_PROVED };
  const { origin, entry: name } = promise;
  const day = momentInWords(promise.deadline);
  checks.settle(SIGNED, "The log {origin} promised that entry {name} stands in it by {day}.", { origin, name, day });
  if (!files.has(LINE)) return { checks, witnessed: null, proved: [], notProved: [KEPT_UNKNOWN, ...NOT_PROVED] };
  const index = await checks.part(STANDS, undefined, () => standsAt(promise, files, policy));
  const kept = checks.settle(STANDS, "Line {index} of the log, opened to whoever acted, is of this entry.", { index });
  const proved = kept ? [["The promise was kept: entry {name} stands in the log as line {index}.", { name, index }]] : [];
  return { checks, witnessed: null, proved, notProved: NOT_PROVED };
};

const NOT_PROVED = [
  ["What the entry says, and about whom: a receipt names it by a hash only."],
  ["When the entry came to stand in the log, unless a witness has cosigned a checkpoint that holds it."],
];
const KEPT_UNKNOWN = [
  "Whether the promise was kept. The person concerned holds the receipt against a pack of a later moment; whoever acted asks for the line.",
];

/* The entry that an employee's opening names. */
const entryOfActor = (text) => {
  const value = decode(utf8(text));
  const fits = Array.isArray(value) && value.length === 4;
  if (!fits || fromHex(value[0]) === null || fromHex(value[3]) === null) {
    throw invalid("An employee's opening does not have the form of one.");
  }
  return value[3];
};

const standsAt = async (promise, files, policy) => {
  const { checkpoint } = await openCheckpoint(policy, fileOf(files, "checkpoint"));
  if (checkpoint.origin !== promise.origin) throw wrong("the checkpoint is of another log than the receipt");
  const value = object(decoded(files.get(LINE)));
  const opened = new Map(Object.entries(object(value.opened)).map(([name, pair]) => [name, opening(pair)]));
  const line = { leaf: leafOf(value.leaf), opened, hidden: list(value.hidden).map((one) => hex(one, KEY)) };
  const actor = valuesOf(line).get("actor");
  if (actor === undefined || entryOfActor(actor) !== promise.entry) throw wrong("the line shown is of another entry");
  const index = number(value.index);
  verifyInclusion(index, checkpoint.size, leafHash(line.leaf), hashes(value.proof), checkpoint.root);
  return index;
};

/* Holds a receipt against what was made of the person's pack: the outcome, and a sentence with its values. */
export const holdReceipt = async (data, made, policy) => {
  const [KEPT, BROKEN, OPEN, UNVERIFIED] = ["kept", "broken", "open", "unverified"];
  let promise;
  try {
    promise = await openReceipt(data, policy);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const why = { sentence: error.sentence, values: error.values };
    return { outcome: UNVERIFIED, said: [["The receipt does not hold: {why}.", { why }]] };
  }
  if (!made.checks.holds) return { outcome: UNVERIFIED, said: [["Only against a pack that holds can a receipt be held."]] };
  const { evidence } = made.pack;
  const read = made.read.slice(0, made.found.lines);
  const line = read.find((one) => one.side.entryHash === promise.entry);
  if (line) return { outcome: KEPT, said: [["The promise was kept: the entry is line {index} of the log.", line]] };
  if (promise.origin !== evidence.origin) {
    return { outcome: OPEN, said: [["The receipt is of another log of this cell, and the pack does not show its entry."]] };
  }
  const key = evidence.labelKeys.get(evidence.log);
  if (!promise.owner || !key || !equal(promise.owner, labelKeyDigest(key))) {
    return { outcome: OPEN, said: [["The receipt does not say that its entry is about the person of this pack."]] };
  }
  const cosigned = [...made.witnessed.cosigned.values()].filter(Boolean).map((at) => at.getTime() * 1000);
  const seen = [...cosigned, ...read.map((one) => one.said.at)].reduce((one, other) => Math.max(one, other), evidence.madeAt);
  const values = { day: momentInWords(promise.deadline), seen: momentInWords(seen) };
  if (seen < promise.deadline) return { outcome: OPEN, said: [["The pack stands for {seen}, before the deadline: get a newer one.", values]] };
  return {
    outcome: BROKEN,
    said: [["THE PROMISE WAS BROKEN: the entry had to stand among this person's lines by {day}; at {seen} the log proves that it does not.", values]],
  };
};
