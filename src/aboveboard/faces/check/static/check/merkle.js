/* Proofs in the log's tree (RFC 9162, section 2.1): a leaf stands at its place, and a tree begins with an older one. */

import { HASH_SIZE, equal, wrong } from "./bytes.js";
import { sha256 } from "./hashing.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const EMPTY = new Uint8Array();

export const leafHash = (leaf) => sha256(LEAF, leaf);
const nodeHash = (left, right) => sha256(NODE, left, right);
export const emptyRoot = () => sha256(EMPTY);

/* Places can pass 2^31, where JavaScript's bit operators end. */
const odd = (place) => place % 2 === 1;
const half = (place) => Math.floor(place / 2);

const requireHashes = (...values) => {
  if (values.some((value) => value.length !== HASH_SIZE)) throw wrong("a hash in the proof is not 32 bytes long");
};

/* Walks from a hash upwards: `step(sibling, left)` joins, where `left` says that the sibling stands left. */
const climb = async (place, last, proof, tooLong, step) => {
  for (const sibling of proof) {
    if (last === 0) throw wrong(tooLong);
    if (odd(place) || place === last) {
      await step(sibling, true);
      while (place !== 0 && !odd(place)) [place, last] = [half(place), half(last)];
    } else {
      await step(sibling, false);
    }
    [place, last] = [half(place), half(last)];
  }
  return last;
};

/* Section 2.1.3.2. */
export const verifyInclusion = async (index, size, hash, proof, root) => {
  requireHashes(hash, root, ...proof);
  if (index < 0 || index >= size) throw wrong("the leaf index is outside the tree");
  let found = hash;
  const last = await climb(index, size - 1, proof, "the inclusion proof is too long", async (sibling, left) => {
    found = await (left ? nodeHash(sibling, found) : nodeHash(found, sibling));
  });
  if (last !== 0 || !equal(found, root)) throw wrong("the inclusion proof does not lead to the root");
};

const isPowerOfTwo = (size) => Number.isInteger(Math.log2(size)) && 2 ** Math.log2(size) === size;

/* Section 2.1.4.2. */
export const verifyConsistency = async (oldSize, newSize, proof, oldRoot, newRoot) => {
  if (oldSize <= 0 || oldSize > newSize) {
    throw wrong("consistency can only be shown from a non-empty tree to one at least as large");
  }
  if (oldSize === newSize) {
    if (proof.length || !equal(oldRoot, newRoot)) {
      throw wrong("two trees of one size have different roots, or a proof where none is needed");
    }
    return;
  }
  requireHashes(oldRoot, newRoot, ...proof);
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (!path.length) throw wrong("the consistency proof is empty");
  let [place, last] = [oldSize - 1, newSize - 1];
  while (odd(place)) [place, last] = [half(place), half(last)];
  let [oldFound, newFound] = [path[0], path[0]];
  last = await climb(place, last, path.slice(1), "the consistency proof is too long", async (sibling, left) => {
    if (left) oldFound = await nodeHash(sibling, oldFound);
    newFound = await (left ? nodeHash(sibling, newFound) : nodeHash(newFound, sibling));
  });
  if (last !== 0 || !equal(oldFound, oldRoot) || !equal(newFound, newRoot)) {
    throw wrong("the consistency proof does not lead to the two roots");
  }
};
