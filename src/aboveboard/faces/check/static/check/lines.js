/* The person's lines: each in the log, each opened as it was committed to, none left out between first and last. */

import { concat, equal, invalid, toHex, u64, utf8, wrong } from "./bytes.js";
import { leafHash, proofsApart, verifyInclusion } from "./merkle.js";
import { anyHex, number } from "./parts.js";
import { settled } from "./report.js";
import { AUDIT_FIELDS, FIELDS, KINDS, readLeaf, readSide, said } from "./said.js";
import { hmac, sha256 } from "./sha.js";

export const IN_LOG = "inclusion";
export const OPENED = "openings";
export const WHOLE = "completeness";
/* The first line of a log that follows on a declared gap; it names the last head of the one before. */
export const OPENED_LOG = "log.opened";

/* What stands between a field's blind and its value: u8len(name) || name. */
export const prefixOf = (name) => concat(Uint8Array.of(name.length), utf8(name));
const PREFIXES = new Map(FIELDS.map((name) => [name, prefixOf(name)]));
const COMMITMENT = concat(utf8("aboveboard/commitment/v1"), Uint8Array.of(FIELDS.length));
const LABEL = utf8("aboveboard/label/v1");
const LABEL_KEY = utf8("aboveboard/label-key/v1");

/* The hash of a line's leaf, made once. */
const hashOf = (line) => {
  line.hash ??= leafHash(line.leaf);
  return line.hash;
};

const inTree = (line, trees) => {
  const tree = trees.get(line.log);
  if (!tree) throw wrong("it belongs to a log that this one does not name as its forerunner");
  verifyInclusion(line.index, tree.size, hashOf(line), line.proof ?? [], tree.root);
};

/* Gives the person's lines each with its own proof, taken out of the paths of all. */
export const withProofs = async ({ lines, paths }, trees, checks) => {
  const proofs = new Map();
  const shared = lines.filter((line) => line.proof === null);
  for (const log of new Set(shared.map((line) => line.log).filter((number) => trees.has(number)))) {
    const indexes = shared.filter((line) => line.log === log).map((line) => line.index);
    await checks.part(IN_LOG, undefined, () => {
      proofs.set(log, proofsApart(paths.get(log) ?? new Uint8Array(), indexes, trees.get(log).size));
    });
  }
  return lines.map((line) => ({ ...line, proof: line.proof ?? proofs.get(line.log)?.get(line.index) ?? [] }));
};

/* Holds each line's proof against the root of its log; whether all stand. */
export const checkInclusion = (lines, trees, checks) => {
  const results = settled(lines, (line) => inTree(line, trees));
  results.forEach(({ error }, at) => error && checks.fault(IN_LOG, error, lines[at].index));
  return results.every(({ error }) => !error);
};

export const commitmentTo = ({ blind, value }, name) => sha256(blind, PREFIXES.get(name), utf8(value));
export const commitmentOf = (fields) => sha256(COMMITMENT, ...fields);

/* Holds every opened field against the line's commitment, and gives what the line says. */
const open = (line) => {
  const leaf = readLeaf(line.leaf);
  const names = new Set([...line.opened.keys(), ...line.hidden.keys()]);
  const once = names.size === line.opened.size + line.hidden.size;
  if (!once || names.size !== FIELDS.length || !FIELDS.every((name) => names.has(name))) {
    throw invalid("it does not show each field of a line, opened or hidden, once");
  }
  const fields = FIELDS.map((name) => (line.opened.has(name) ? commitmentTo(line.opened.get(name), name) : line.hidden.get(name)));
  if (!equal(commitmentOf(fields), leaf.commitment)) {
    throw wrong("an opened field is not what the line commits to");
  }
  if (!AUDIT_FIELDS.every((name) => line.opened.has(name))) {
    throw invalid("it leaves out a field that anybody with the evidence may read");
  }
  const values = Object.fromEntries(AUDIT_FIELDS.map((name) => [name, line.opened.get(name).value]));
  const side = line.opened.has("subject") ? readSide(line.opened.get("subject").value) : null;
  return { log: line.log, index: line.index, kind: leaf.kind, said: said(values), side };
};

/* What each line says; null for those whose openings do not hold. */
export const checkOpenings = (lines, checks) => {
  const results = settled(lines, open);
  results.forEach(({ error }, at) => error && checks.fault(OPENED, error, lines[at].index));
  return results.map(({ value }) => value ?? null);
};

const takeRoot = (line, trees) => {
  const { last_size: size, last_root: root, number: log } = line.said.body;
  if (log !== line.log - 1) throw invalid("it does not say which log ended");
  trees.set(log, { size: number(size), root: anyHex(root) });
};

/* Checks the lines of governance, newest log first, and takes the roots of former logs from those that open a log. */
export const checkGovernance = async (lines, trees, checks) => {
  const found = [];
  for (const log of [...new Set(lines.map((line) => line.log))].sort((one, other) => other - one)) {
    const together = lines.filter((line) => line.log === log);
    const stands = settled(together, (line) => inTree(line, trees));
    const reads = settled(together, open);
    for (const [at, line] of together.entries()) {
      if (stands[at].error) checks.fault(IN_LOG, stands[at].error, line.index);
      if (reads[at].error) checks.fault(OPENED, reads[at].error, line.index);
      if (stands[at].error || reads[at].error) continue;
      const read = reads[at].value;
      found.push(read);
      if (read.kind === KINDS.cell && read.said.operation === OPENED_LOG) {
        await checks.part(IN_LOG, line.index, () => takeRoot(read, trees));
      }
    }
  }
  return found;
};

/* A function that gives the label of the person's event *number*. */
export const labelsOf = (key) => {
  const under = hmac(key);
  return (number) => under(LABEL, u64(number));
};

export const labelKeyDigest = (key) => sha256(LABEL_KEY, key);

const checkSide = (evidence, number, previous, line) => {
  const { side } = line;
  if (!side) throw invalid("it does not open the person's side");
  if (side.subject !== toHex(evidence.subject) || side.number !== number) {
    throw wrong("it is about somebody else, or counted otherwise");
  }
  if (side.previous !== previous) throw wrong("it does not follow on the person's line before it");
  const digest = number === 0 ? toHex(labelKeyDigest(evidence.labelKeys.get(line.log))) : "";
  if (side.labelKeyDigest !== digest) {
    throw wrong("the key that finds the person's lines is not the one their first line commits to");
  }
  /* After a declared gap the line that took the person in stands in the log before it. */
  if (number === 0 && line.log === 1 && line.kind !== KINDS.created) {
    throw wrong("the person's first line does not say that they were taken in");
  }
};

/* Shows that the lines are the person's number 0, 1, 2 ... of each log without a gap: labels, counters, hashes. */
export const checkCompleteness = (evidence, lines, read, checks) => {
  if (!lines.length) checks.no(WHOLE, "The pack shows no line of the person at all.");
  const labels = new Map();
  for (const [log, key] of evidence.labelKeys) labels.set(log, labelsOf(key));
  const counts = new Map();
  const places = lines.map((line) => {
    const number = counts.get(line.log) ?? 0;
    counts.set(line.log, number + 1);
    return number;
  });
  const before = new Map();
  const previous = lines.map((line) => {
    const hash = before.get(line.log) ?? "";
    before.set(line.log, toHex(hashOf(line)));
    return hash;
  });
  const results = settled(lines, (line, at) => {
    const label = labels.get(line.log);
    if (!label || !equal(label(places[at]), line.leaf.subarray(2, 34))) {
      throw wrong("it is not the person's line number {number}: a line is missing or foreign", { number: places[at] });
    }
    if (read[at]) checkSide(evidence, places[at], previous[at], read[at]);
  });
  results.forEach(({ error }, at) => error && checks.fault(WHOLE, error, lines[at].index));
};
