/* Proofs in the log's tree (RFC 9162, section 2.1): a leaf stands at its place, and a tree begins with an older one. */

import { HASH_SIZE, equal, invalid, wrong } from "./bytes.js";
import { sha256 } from "./sha.js";

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
const climb = (place, last, proof, tooLong, step) => {
  for (const sibling of proof) {
    if (last === 0) throw wrong(tooLong);
    if (odd(place) || place === last) {
      step(sibling, true);
      while (place !== 0 && !odd(place)) [place, last] = [half(place), half(last)];
    } else {
      step(sibling, false);
    }
    [place, last] = [half(place), half(last)];
  }
  return last;
};

/* Section 2.1.3.2. */
export const verifyInclusion = (index, size, hash, proof, root) => {
  requireHashes(hash, root, ...proof);
  if (index < 0 || index >= size) throw wrong("the leaf index is outside the tree");
  let found = hash;
  const last = climb(index, size - 1, proof, "the inclusion proof is too long", (sibling, left) => {
    found = left ? nodeHash(sibling, found) : nodeHash(found, sibling);
  });
  if (last !== 0 || !equal(found, root)) throw wrong("the inclusion proof does not lead to the root");
};

/* The ranges of leaves whose roots prove the leaf at *index* in the tree of *size*, the leaf's sibling first. */
const pathOf = (index, size) => {
  if (index >= size) throw invalid("the leaf index is outside the tree");
  const path = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    let left = 1;
    while (2 * left < end - start) left *= 2;
    const middle = start + left;
    if (index < middle) {
      path.push([middle, end]);
      end = middle;
    } else {
      path.push([start, middle]);
      start = middle;
    }
  }
  return path.reverse();
};

/* The proof of each leaf at *indexes*, out of the hashes that all of them need, each once, by the ranges they stand for. */
export const proofsApart = (hashes, indexes, size) => {
  const paths = new Map(indexes.map((index) => [index, pathOf(index, size)]));
  const ranges = new Map();
  for (const path of paths.values()) for (const range of path) ranges.set(`${range[0]}-${range[1]}`, range);
  const order = [...ranges].sort(([, one], [, other]) => one[0] - other[0] || one[1] - other[1]);
  if (hashes.length !== HASH_SIZE * order.length) {
    throw wrong("there are not as many hashes as the paths of the lines need");
  }
  const found = new Map(order.map(([name], at) => [name, hashes.subarray(HASH_SIZE * at, HASH_SIZE * (at + 1))]));
  return new Map([...paths].map(([index, path]) => [index, path.map(([start, end]) => found.get(`${start}-${end}`))]));
};

const isPowerOfTwo = (size) => Number.isInteger(Math.log2(size)) && 2 ** Math.log2(size) === size;

/* Section 2.1.4.2. */
export const verifyConsistency = (oldSize, newSize, proof, oldRoot, newRoot) => {
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
  last = climb(place, last, path.slice(1), "the consistency proof is too long", (sibling, left) => {
    if (left) oldFound = nodeHash(sibling, oldFound);
    newFound = left ? nodeHash(sibling, newFound) : nodeHash(newFound, sibling);
  });
  if (last !== 0 || !equal(oldFound, oldRoot) || !equal(newFound, newRoot)) {
    throw wrong("the consistency proof does not lead to the two roots");
  }
};

const onesIn = (size) => (size ? (odd(size) ? 1 : 0) + onesIn(half(size)) : 0);

/* The root of a tree of *size* leaves, of which only the *peaks* are known, its largest whole subtrees from left to right,
   once *leaves* (leaf hashes) are appended: each trailing zero bit of a new size closes one subtree. */
export const extended = (size, peaks, leaves) => {
  if (peaks.length !== onesIn(size)) throw invalid("the peaks do not fit the tree size");
  const found = [...peaks];
  let now = size;
  for (const leaf of leaves) {
    found.push(leaf);
    now += 1;
    for (let whole = now; !odd(whole); whole = half(whole)) {
      const right = found.pop();
      found.push(nodeHash(found.pop(), right));
    }
  }
  return found.length ? found.reduceRight((right, left) => nodeHash(left, right)) : emptyRoot();
};
