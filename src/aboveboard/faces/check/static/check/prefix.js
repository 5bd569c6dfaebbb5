/* The prefix tree over labels, cut down to some of them: where each one's leaf is, and that others have none.

     00                                 nothing below
     01 || hash (32)                    a part that is not shown
     02 || count || entries             one to eight entries in order: label (32) || leaf index (u64be)
     03 || left part || right part      a node: more than eight entries below it
*/

import { HASH_SIZE, equal, toHex, toNumber, wrong } from "./bytes.js";
import { sha256 } from "./sha.js";

const BITS = 256;
const MOST_IN_BUCKET = 8;
const [NOTHING, HIDDEN, BUCKET, NODE] = [0, 1, 2, 3];
const [A_BUCKET, A_NODE] = [Uint8Array.of(BUCKET), Uint8Array.of(NODE)];
const EMPTY = new Uint8Array(HASH_SIZE);

const broken = () => wrong("The proof does not fit the index of the log.");
const BITS_OF = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, "0"));
const bitsOf = (label) => label.reduce((bits, byte) => bits + BITS_OF[byte], "");

/* Reads the parts, and hashes them on the way. */
class Reader {
  constructor(proof) {
    this.proof = proof;
    this.at = 0;
    this.found = new Map();
    this.shown = new Set();
  }

  take(size) {
    const part = this.proof.subarray(this.at, this.at + size);
    if (part.length !== size) throw broken();
    this.at += size;
    return part;
  }

  /* The part under a prefix: its hash, and how many entries it shows (-1: a part is hidden). */
  part(prefix) {
    const [kind] = this.take(1);
    if (kind === NOTHING) {
      this.shown.add(prefix);
      return { hash: EMPTY, count: 0 };
    }
    if (kind === HIDDEN) return { hash: this.take(HASH_SIZE), count: -1 };
    if (kind === BUCKET) return this.bucket(prefix);
    if (kind !== NODE || prefix.length >= BITS) throw broken();
    const [left, right] = [this.part(`${prefix}0`), this.part(`${prefix}1`)];
    const count = left.count < 0 || right.count < 0 ? -1 : left.count + right.count;
    if (count >= 0 && count <= MOST_IN_BUCKET) throw broken(); /* so few have to stand in one bucket */
    return { hash: sha256(A_NODE, left.hash, right.hash), count };
  }

  bucket(prefix) {
    const [count] = this.take(1);
    if (count < 1 || count > MOST_IN_BUCKET) throw broken();
    const begin = this.at;
    let before = "";
    for (let number = 0; number < count; number += 1) {
      const label = this.take(HASH_SIZE);
      const name = toHex(label);
      const begun = bitsOf(label.subarray(0, Math.ceil(prefix.length / 8)));
      if (!begun.startsWith(prefix) || before >= name) throw broken();
      this.found.set(name, toNumber(this.take(8)));
      before = name;
    }
    this.shown.add(prefix);
    return { hash: sha256(A_BUCKET, this.proof.subarray(begin, this.at)), count };
  }
}

/* Holds a proof against the tree's root, and gives a function that says where a label's leaf is, or null. */
export const lookupIn = (proof, root) => {
  const reader = new Reader(proof);
  const { hash } = reader.part("");
  if (reader.at !== proof.length || !equal(hash, root)) throw broken();
  const deepest = Math.max(0, ...Array.from(reader.shown, (prefix) => prefix.length));
  return (label) => {
    const name = toHex(label);
    if (reader.found.has(name)) return reader.found.get(name);
    const bits = bitsOf(label);
    for (let depth = 0; depth <= deepest; depth += 1) {
      if (reader.shown.has(bits.slice(0, depth))) return null;
    }
    throw wrong("The proof says nothing about one of the labels.");
  };
};
