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

/* Section 2.1.3.2. */
export const verifyInclusion = (index, size, hash, proof, root) => {
  requireHashes(hash, root, ...proof);
  if (index < 0 || index >= size) throw wrong("the leaf index is outside the tree");
  const path = pathOf(index, size);
  if (proof.length !== path.length) throw wrong("the inclusion proof is too short or too long");
  const found = path.reduce((below, [start], at) => (start < index ? nodeHash(proof[at], below) : nodeHash(below, proof[at])), hash);
  if (!equal(found, root)) throw wrong("the inclusion proof does not lead to the root");
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

/* From the old tree's last peak, which begins at *start*, to both roots: the ranges beside the way from its last leaf up,
   without what lies inside that peak. */
const consistencyPath = (oldSize, newSize) => {
  let [peak, inside] = [1, 0];
  for (let rest = oldSize; !odd(rest); rest = half(rest)) [peak, inside] = [2 * peak, inside + 1];
  return { start: oldSize - peak, path: pathOf(oldSize - 1, newSize).slice(inside) };
};

/* Section 2.1.4.2. */
export const verifyConsistency = (oldSize, newSize, proof, oldRoot, newRoot) => {
  if (oldSize <= 0 || oldSize > newSize) throw wrong("consistency can only be shown from a non-empty tree to one as large");
  if (oldSize === newSize) {
    if (proof.length || !equal(oldRoot, newRoot)) {
      throw wrong("two trees of one size have different roots, or a proof where none is needed");
    }
    return;
  }
  requireHashes(oldRoot, newRoot, ...proof);
  const { start, path } = consistencyPath(oldSize, newSize);
  if (start && !proof.length) throw wrong("the consistency proof is empty");
  const [peak, ...siblings] = start ? proof : [oldRoot, ...proof]; /* one subtree: its root is the old root */
  if (siblings.length !== path.length) throw wrong("the consistency proof is too short or too long");
  let [oldFound, newFound] = [peak, peak];
  for (const [at, [from]] of path.entries()) {
    if (from < oldSize) [oldFound, newFound] = [nodeHash(siblings[at], oldFound), nodeHash(siblings[at], newFound)];
    else newFound = nodeHash(newFound, siblings[at]);
  }
  if (!equal(oldFound, oldRoot) || !equal(newFound, newRoot)) throw wrong("the consistency proof does not lead to the two roots");
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
