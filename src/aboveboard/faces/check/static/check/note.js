/* Signed notes, checkpoints and cosignatures (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature). */

import {
  equal, fromBase64, invalid, linesOf, parseDecimal, parseHash, plainText, toHex, utf8, wrong,
} from "./bytes.js";
import { signs } from "./hashing.js";
import { emptyRoot } from "./merkle.js";
import { sha256 } from "./sha.js";

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
export const MLDSA = 0x06;
const KEY_SIZES = new Map([[ED25519, 32], [COSIGNATURE, 32], [MLDSA, 1312]]);
const MAX_NOTE_SIZE = 256 * 1024;
const MAX_SIGNATURES = 64;
const KEY_ID_SIZE = 4;
const DASH = "\u2014 ";
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const LATEST = 253402300799n; /* the last second of the year 9999 */

const requireName = (name) => {
  if (!name || name.includes("+") || SPACE.test(name)) {
    throw invalid("a key name is empty or contains a space or a plus");
  }
};

/* vkey: <name>+<key id, 8 hexadecimal digits>+<base64 of type || public key>; the id is part of SHA-256 over the rest. */
export const parseKey = (vkey) => {
  const [name, id, ...rest] = vkey.split("+");
  const material = fromBase64(rest.join("+"));
  const [type, publicKey] = [material[0], material.subarray(1)];
  if (!KEY_SIZES.has(type)) throw invalid("a vkey has a signature type that is not supported");
  requireName(name);
  if (publicKey.length !== KEY_SIZES.get(type)) throw invalid("a public key has the wrong length for its type");
  const digest = sha256(utf8(`${name}\n`), material);
  if (toHex(digest.subarray(0, KEY_ID_SIZE)) !== id) throw invalid("a vkey states another key id than its key has");
  return { name, id, type, publicKey, vkey };
};

const parseSignature = (line) => {
  if (!line.startsWith(DASH)) throw invalid("a signature line does not begin with a dash and a space");
  const rest = line.slice(DASH.length);
  const space = rest.indexOf(" ");
  const [name, encoded] = space < 0 ? [rest, ""] : [rest.slice(0, space), rest.slice(space + 1)];
  const payload = fromBase64(encoded);
  requireName(name);
  if (payload.length <= KEY_ID_SIZE) throw invalid("a signature or its key id is too short");
  return { name, id: toHex(payload.subarray(0, KEY_ID_SIZE)), signature: payload.subarray(KEY_ID_SIZE) };
};

/* signed-note, Format: the last empty line separates the text from the signatures. */
export const parseNote = (data) => {
  if (data.length > MAX_NOTE_SIZE) throw invalid("a note is longer than {most} bytes", { most: MAX_NOTE_SIZE });
  const note = plainText(data);
  const end = note.lastIndexOf("\n\n") + 1;
  if (end === 0) throw invalid("a note has no blank line before its signatures");
  const lines = linesOf(note.slice(end + 1));
  if (lines.length > MAX_SIGNATURES) throw invalid("a note has more than {most} signatures", { most: MAX_SIGNATURES });
  return { text: note.slice(0, end), signatures: lines.map(parseSignature) };
};

export const parseCheckpoint = (text) => {
  const lines = linesOf(text);
  if (lines.length > 3) {
    throw invalid("a checkpoint has extension lines, which are not accepted: nobody can audit them");
  }
  if (lines.length < 3) throw invalid("a checkpoint has fewer than three lines");
  return checkpointOf(lines[0], parseDecimal(lines[1]), parseHash(lines[2]));
};

/* A log's origin, the number of its leaves, and the root over them: one line of text, and a root that such a tree can have. */
export const checkpointOf = (origin, size, root) => {
  if (!origin || origin.includes("\n")) throw invalid("a checkpoint's origin is not one line of text");
  if (size === 0 && !equal(root, emptyRoot())) {
    throw invalid("a checkpoint of size 0 does not carry the root of the empty tree");
  }
  return { origin, size, root };
};

const timeOf = (signature) => {
  const seconds = signature.subarray(0, 8).reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  if (signature.length <= 8 || seconds > LATEST) throw wrong("a cosignature is too short, or lies after the year 9999");
  return seconds;
};

/* tlog-cosignature: "cosignature/v1", the time, the whole checkpoint; the time stands before the signature. */
const holds = (key, text, signature) => {
  if (key.type === ED25519) return signs(key.publicKey, signature, utf8(text));
  const message = utf8(`cosignature/v1\ntime ${timeOf(signature)}\n${text}`);
  return signs(key.publicKey, signature.subarray(8), message);
};

const named = (one) => `${one.name} ${one.id}`;

/* Gives the lines of known *keys*, by key; one that does not hold refuses the note. ML-DSA-44 no browser can check yet. */
export const verifiedLines = async (note, keys) => {
  const known = new Map(keys.filter((key) => key.type !== MLDSA).map((key) => [named(key), key]));
  const verified = new Map();
  for (const line of note.signatures) {
    const key = known.get(named(line));
    if (!key) continue;
    if (!(await holds(key, note.text, line.signature))) {
      throw wrong(
        key.type === ED25519
          ? "the signature of key {key} does not verify"
          : "the cosignature of key {key} does not verify",
        { key: key.id },
      );
    }
    const seconds = key.type === ED25519 ? 0n : timeOf(line.signature);
    if (!verified.has(key)) verified.set(key, seconds ? new Date(Number(seconds) * 1000) : null);
  }
  return verified;
};

/* Gives a note that at least one of *keys* has signed, and none of them wrongly. */
export const openNote = async (data, keys) => {
  const note = parseNote(data);
  if ((await verifiedLines(note, keys)).size === 0) throw wrong("no known key has signed the note");
  return note;
};

/* Whether a note carries lines of *keys* that no browser can check. */
export const unchecked = (note, keys) => {
  const quantum = new Set(keys.filter((key) => key.type === MLDSA).map(named));
  return note.signatures.filter((line) => quantum.has(named(line))).length;
};

