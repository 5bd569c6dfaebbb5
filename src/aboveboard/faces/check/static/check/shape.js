/* The files of a pack as values: read strictly, so that what is checked later has one meaning. */

import { concat, invalid, utf8 } from "./bytes.js";
import {
  KEY, anyHex, base64, decoded, hashes, hex, list, logNumber, number, object, opening, otherForm, text,
} from "./parts.js";
import { AUDIT_FIELDS, moment, readLeaf } from "./said.js";
import { shake256 } from "./shake.js";

const FORMAT = "aboveboard-evidence/2";
const [ID, LEAF, SIGNATURE] = [16, 98, 64];

const FIELD_KEYS = utf8("aboveboard/field-keys/v1");
const AUDIT = utf8("audit");

/* The blinds of a line's fields, out of the line's key. */
const blindsOf = (key) => {
  const stream = shake256(concat(FIELD_KEYS, key, AUDIT), KEY * AUDIT_FIELDS.length);
  return new Map(AUDIT_FIELDS.map((name, at) => [name, stream.subarray(KEY * at, KEY * (at + 1))]));
};

/* An opened field: blind and value, or the value alone where the line's key gives the blind. */
const openingIn = (name, item, blinds) => {
  if (typeof item === "string") {
    if (!blinds.has(name)) throw otherForm();
    return { blind: blinds.get(name), value: item };
  }
  return opening(item);
};

const leafBytes = (value) => {
  const data = anyHex(value);
  readLeaf(data);
  return data;
};

const saidWith = (value, said) => {
  const opened = object(value.opened);
  if (!Object.hasOwn(value, "said")) return opened;
  const shared = said[number(value.said)];
  if (!shared || Object.keys(shared).some((name) => Object.hasOwn(opened, name))) throw otherForm();
  return { ...shared, ...opened };
};

/* A line: its place and public bytes, the fields opened, commitments of the others, its proof (null: among the paths); one
   that opens a sealed line shows that one too, and what it carried on. */
const line = (item, said = [], deep = false) => {
  const value = object(item);
  if (value.sealed !== undefined && !deep) throw otherForm();
  const opened = saidWith(value, said);
  const blinds = Object.hasOwn(value, "key") ? blindsOf(hex(value.key, KEY)) : new Map();
  return {
    log: number(value.log),
    index: number(value.index),
    leaf: leafBytes(value.leaf),
    opened: new Map(Object.entries(opened).map(([name, one]) => [name, openingIn(name, one, blinds)])),
    hidden: new Map(Object.entries(object(value.hidden)).map(([name, one]) => [name, hex(one, KEY)])),
    proof: Object.hasOwn(value, "proof") ? hashes(value.proof) : null,
    sealed: value.sealed === undefined ? [] : list(value.sealed).map((one) => line(one, said)),
  };
};

const fact = (item) => {
  const value = object(item);
  if (value.value !== null && value.value !== undefined) text(value.value);
  hex(value.id, ID);
  return { ...value, category: text(value.category), value: value.value ?? null };
};

const recording = (item) => {
  const value = object(item);
  list(value.facts).forEach((one) => hex(one, ID));
  return { line: number(value.line), facts: value.facts };
};

const madeAt = (value) => {
  const at = moment(text(value));
  if (at === null) throw otherForm();
  return at;
};

const readEvidence = (data) => {
  const value = object(decoded(data));
  if (value.format !== FORMAT) throw invalid("it is not of the format this verifier knows");
  return {
    ...value, /* what only people read in it is passed on as it is */
    cell: text(value.cell),
    origin: text(value.origin),
    log: number(value.log),
    controller: text(value.controller),
    subject: hex(value.subject, ID),
    labelKeys: new Map(Object.entries(object(value.label_keys)).map(([name, key]) => [logNumber(name), hex(key, KEY)])),
    digestKey: hex(value.digest_key, KEY),
    facts: list(value.facts).map(fact),
    recordings: list(value.recordings).map(recording),
    madeAt: madeAt(value.made_at),
  };
};

const act = (item) => {
  const value = object(item);
  hex(value.id, ID);
  return {
    id: value.id,
    body: object(value.body),
    proposal: object(value.proposal),
    proposerSignature: hex(value.proposer_signature, SIGNATURE),
    decision: object(value.decision),
    signerSignature: hex(value.signer_signature, SIGNATURE),
  };
};

const readEntries = (data) => {
  const value = object(decoded(data));
  const said = list(value.said).map(object);
  const paths = new Map(Object.entries(object(value.paths)).map(([name, one]) => [logNumber(name), base64(one)]));
  return { lines: list(value.lines).map((one) => line(one, said, true)), paths };
};

export const readGovernance = (data) => {
  const value = object(decoded(data));
  return { acts: list(value.acts).map(act), lines: list(value.lines).map((one) => line(one)) };
};

export const readConsistency = (data) =>
  list(decoded(data))
    .map(object)
    .map((value) => ({ note: text(value.checkpoint), proof: hashes(value.proof) }));

const readIndex = (data) => {
  const value = object(decoded(data));
  return { leaf: hex(value.leaf, LEAF), proof: hashes(value.proof), tree: base64(value.tree) };
};

/* The hash of the entry that says the keys are gone, and what people read beside it. */
const readCertificate = (data) => {
  const value = object(decoded(data));
  hex(value.entry, KEY);
  return value;
};

/* A list of lines, each with a proof of its own. */
export const readLines = (data) => list(decoded(data)).map((one) => line(one));

export const CONSISTENCY = "consistency.json";
export const CHECKPOINT = "checkpoint";
export const CERTIFICATE = "certificate.json";
export const READERS = new Map([
  ["evidence.json", readEvidence],
  ["entries.json", readEntries],
  ["governance.json", readGovernance],
  [CONSISTENCY, readConsistency],
  ["index.json", readIndex],
  [CERTIFICATE, readCertificate],
]);
