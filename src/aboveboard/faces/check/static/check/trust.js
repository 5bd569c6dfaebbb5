/* Whom the visitor trusts (c2sp.org/tlog-policy): logs, witnesses, and how many of these have to cosign. */

import { invalid, linesOf, parseDecimal, toHex, wrong } from "./bytes.js";
import { COSIGNATURE, ED25519, MLDSA, parseCheckpoint, parseKey, parseNote, openNote, unchecked, verifiedLines } from "./note.js";

const MAX_POLICY_SIZE = 512 * 1024;
const NO_QUORUM = "none";
export const TOO_FEW = "too few witnesses of the policy have cosigned the checkpoint";
const FORBIDDEN = /[\x00-\x08\x0b-\x1f\x7f]/;
const LOG_TYPES = [ED25519, MLDSA];
const WITNESS_TYPES = [COSIGNATURE, MLDSA];

const requireKeys = (keys, types) => {
  if (keys.some((key) => !types.includes(key.type))) {
    throw invalid("the policy lists a key of a type that does not fit its role");
  }
  const publicKeys = new Set(keys.map((key) => toHex(key.publicKey)));
  const names = new Set(keys.map((key) => `${key.name} ${key.id}`));
  if (publicKeys.size !== keys.length || names.size !== keys.length) {
    throw invalid("two keys of one role are the same, or cannot be told apart");
  }
};

/* Reads the lines of a policy file; each name is defined before it is used. */
class Draft {
  constructor() {
    this.logs = [];
    this.witnesses = new Map();
    this.groups = new Map();
    this.quorum = null;
    this.defined = new Set([NO_QUORUM]);
    this.used = new Set();
  }

  add([word, ...items]) {
    if (word === "log" && (items.length === 1 || items.length === 2)) {
      this.logs.push(parseKey(items[0]));
    } else if (word === "witness" && (items.length === 2 || items.length === 3)) {
      this.define(items[0]);
      this.witnesses.set(items[0], parseKey(items[1]));
    } else if (word === "group" && items.length >= 2) {
      this.addGroup(...items);
    } else if (word === "quorum" && items.length === 1 && this.quorum === null) {
      this.requireDefined(items);
      [this.quorum] = items;
    } else {
      throw invalid("a policy line is none of log, witness, group and the one quorum");
    }
  }

  addGroup(name, threshold, ...members) {
    const words = new Map([["all", members.length], ["any", 1]]);
    const wanted = words.get(threshold) ?? parseDecimal(threshold);
    this.requireDefined(members);
    if (wanted < 1 || wanted > members.length) {
      throw invalid("a group's threshold lies outside its number of members");
    }
    for (const member of members) {
      if (member === NO_QUORUM) throw invalid("a group has a member that is not defined before it");
      if (this.used.has(member)) throw invalid("a name is a member of a group more than once");
      this.used.add(member);
    }
    this.define(name);
    this.groups.set(name, { wanted, members });
  }

  define(name) {
    if (this.defined.has(name)) throw invalid("two things in the policy have one name, or one is named none");
    this.defined.add(name);
  }

  requireDefined(names) {
    if (!names.every((name) => this.defined.has(name))) {
      throw invalid("a policy line uses a name before it is defined");
    }
  }
}

/* Reads a policy file. */
export const parsePolicy = (data) => {
  if (data.length > MAX_POLICY_SIZE) throw invalid("a policy is longer than {most} bytes", { most: MAX_POLICY_SIZE });
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data); /* what is not ASCII is opaque here */
  if (FORBIDDEN.test(text)) throw invalid("the policy contains a control character other than tab and newline");
  const draft = new Draft();
  for (const line of linesOf(text)) {
    const items = line.split(/[ \t]+/).filter(Boolean);
    if (items.length && !items[0].startsWith("#")) draft.add(items);
  }
  if (draft.quorum === null) throw invalid("the policy has no quorum line");
  requireKeys(draft.logs, LOG_TYPES);
  requireKeys([...draft.witnesses.values()], WITNESS_TYPES);
  return draft;
};

export const logKeys = (policy, origin) => {
  const keys = policy.logs.filter((key) => key.name === origin);
  if (!keys.length) throw wrong("the policy does not know this log");
  return keys;
};

export const quorumMet = (policy, names) => {
  const met = new Set([NO_QUORUM, ...names]);
  for (const [name, { wanted, members }] of policy.groups) {
    if (members.filter((member) => met.has(member)).length >= wanted) met.add(name);
  }
  return met.has(policy.quorum);
};

export const wantsQuorum = (policy) => policy.quorum !== NO_QUORUM;

/* Which witnesses of the policy have cosigned a note, and when. */
export const cosignedBy = async (policy, note) => {
  const witnesses = [...policy.witnesses];
  const verified = await verifiedLines(note, witnesses.map(([, key]) => key));
  return new Map(witnesses.filter(([, key]) => verified.has(key)).map(([name, key]) => [name, verified.get(key)]));
};

/* Gives a checkpoint that a trusted log has signed, with the trusted witnesses below it, enough or not. */
export const openSigned = async (policy, data) => {
  const note = parseNote(data);
  const checkpoint = parseCheckpoint(note.text);
  const keys = logKeys(policy, checkpoint.origin);
  await openNote(data, keys);
  const cosigned = await cosignedBy(policy, note);
  return { checkpoint, cosigned, unchecked: unchecked(note, [...keys, ...policy.witnesses.values()]) };
};

/* The same, and enough of the witnesses have cosigned it. */
export const openCheckpoint = async (policy, data) => {
  const opened = await openSigned(policy, data);
  if (!quorumMet(policy, opened.cosigned.keys())) throw wrong(TOO_FEW);
  return opened;
};
