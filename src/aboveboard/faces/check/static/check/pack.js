/* An evidence pack, checked: what the person holds against what the log has signed. */

import { Fault, concat, fromHex, invalid, toHex, u32, utf8, wrong } from "./bytes.js";
import { GRANTS, checkGrants, statementsOf } from "./acts.js";
import { OVERDUE, UNTOLD, checkOrders, checkOutstanding, dayOfPack, uncover } from "./delays.js";
import { checkGrowth } from "./growth.js";
import {
  IN_LOG, OPENED, WHOLE, checkCompleteness, checkGovernance, checkInclusion, checkOpenings, labelsOf,
  withProofs,
} from "./lines.js";
import { checkManifest } from "./manifest.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { lookupIn } from "./prefix.js";
import { Checks, settled } from "./report.js";
import { KINDS, indexLeaf } from "./said.js";
import { hmac } from "./sha.js";
import { CERTIFICATE, CHECKPOINT, READERS } from "./shape.js";
import { openSigned } from "./trust.js";
import { CHECK, checkOutside, choiceWords } from "./witnessed.js";
import { SIGNED_OVER, notProved, proved } from "./words.js";

const [SIGNED, FORM, ERASED, CONTROLLER] = ["checkpoint", "form", "certificate", "controller"];
const [ALL, HELD] = ["index", "facts"];

/* Checks the *files* of a pack, by name, trusting the keys in *policy* only; *since*: checkpoints kept earlier.
   Bad, missing and foreign files end in checks that do not hold. */
export const verifyPack = async (files, policy, since = []) => {
  const checks = new Checks();
  const witnessed = await checkCheckpoint(files, policy, checks);
  await checkManifest(files, witnessed?.checkpoint.origin, policy, checks);
  const pack = readPack(files, checks);
  if (!witnessed || !pack) return { checks, witnessed, pack, proved: [], notProved: notProved({ witnessed }) };
  const { found, read } = await checkPack(pack, witnessed, checks);
  const leading = await checkGrowth(pack.earlier, witnessed.checkpoint, policy, since, checks);
  const outside = await checkOutside(witnessed, leading, policy, checks);
  const made = { checks, witnessed, outside, pack, read, found: { ...found, kept: since.length } };
  /* An overdue opening is the controller's failure, not the proof's: the rest stands, and says so. */
  const stands = [...checks.failed.keys()].every((name) => name === OVERDUE);
  return { ...made, proved: stands ? proved(made) : [], notProved: notProved(made) };
};

/* Its own file a reader speaks of as "it". */
const fileOf = (files, name) => {
  if (!files.has(name)) throw invalid("it is missing");
  return files.get(name);
};

const checkCheckpoint = (files, policy, checks) =>
  checks.part(SIGNED, undefined, async () => {
    const witnessed = await openSigned(policy, fileOf(files, CHECKPOINT));
    const { origin, size } = witnessed.checkpoint;
    checks.settle(SIGNED, SIGNED_OVER, { origin, size });
    return witnessed;
  });

/* -- the parts ----------------------------------------------------------------------------------------------------- */

const readPack = (files, checks) => {
  const parts = new Map();
  for (const [name, reader] of READERS) {
    if (name === CERTIFICATE && !files.has(name)) continue;
    try {
      parts.set(name, reader(fileOf(files, name)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      checks.no(FORM, "The file {name} cannot be read: {why}.", {
        name, why: { sentence: error.sentence, values: error.values },
      });
    }
  }
  if (!checks.settle(FORM, "Every file has the form it must have.")) return null;
  return {
    evidence: parts.get("evidence.json"),
    entries: parts.get("entries.json"),
    governance: parts.get("governance.json"),
    earlier: parts.get("consistency.json"),
    index: parts.get("index.json"),
    certificate: parts.get(CERTIFICATE) ?? null,
  };
};

const checkPack = async (pack, witnessed, checks) => {
  const { checkpoint } = witnessed;
  const { evidence, governance } = pack;
  const trees = new Map([[evidence.log, checkpoint]]);
  const acts = await checkGovernance(governance.lines, trees, checks);
  const lines = await withProofs(pack.entries, trees, checks);
  checkInclusion(lines, trees, checks);
  const read = checkOpenings(lines, checks);
  const uncovered = await uncover(evidence, lines, read, trees, checks);
  checks.settle(IN_LOG, "{count} lines stand in the log where the pack says.", {
    count: lines.length + governance.lines.length,
  });
  checks.settle(OPENED, "Every opened field is what its line committed to.");
  checkCompleteness(evidence, lines, read, checks);
  checks.settle(WHOLE, "{count} of them are about the person, counted from 0, none left out in between.", {
    count: lines.length,
  });
  const tally = await checkIndex({ ...pack, lines }, checkpoint, checks);
  const known = statementsOf(acts.filter((line) => line.kind === KINDS.governance));
  checkController(evidence, checkpoint, known, checks);
  const looks = uncovered.map((one) => one.look);
  const granted = await checkGrants([...read, ...looks], governance, known, checks);
  await checkOrders(evidence, uncovered, governance, known, checks);
  const cosigned = [...witnessed.cosigned.values()].filter(Boolean).map((at) => at.getTime() * 1000);
  await checkOutstanding(tally, dayOfPack(evidence, read, cosigned), checks);
  const { vouched, unvouched } = checkRecordings(evidence, read, checks);
  if (pack.certificate) checkErased(pack, read, checks);
  const erased = Boolean(pack.certificate);
  const choice = await checks.part(CHECK, undefined, () => choiceWords(known.witnessing));
  const counts = { choice, lines: lines.length, granted, vouched, unvouched, log: evidence.log, erased };
  return { found: { ...counts, tally, uncovered: uncovered.length }, read: [...read, ...looks] };
};

const checkController = (evidence, checkpoint, known, checks) => {
  if (evidence.origin !== checkpoint.origin) {
    checks.no(CONTROLLER, "The evidence names another log than the one that signed the checkpoint.");
  }
  if (!known.controller || evidence.controller !== known.controller) {
    checks.no(CONTROLLER, "The controller the evidence names is not the one the log was founded for.");
  }
  checks.settle(CONTROLLER, "The log was founded for the controller {controller}.", known);
};

/* -- the index: all lines there are, and none that would follow ----------------------------------------------------- */

const AHEAD = 16; /* labels past the last line that have to be absent */

const checkIndex = async ({ evidence, lines, index }, checkpoint, checks) => {
  let tally = UNTOLD;
  await checks.part(ALL, undefined, () => {
    const leaf = indexLeaf(index.leaf);
    if (!leaf || leaf.covered !== checkpoint.size - 1) {
      throw wrong("the log does not end with an index of all that stands before");
    }
    verifyInclusion(checkpoint.size - 1, checkpoint.size, leafHash(index.leaf), index.proof, checkpoint.root);
    const indexOf = lookupIn(index.tree, leaf.root);
    tally = leaf.tally;
    const key = evidence.labelKeys.get(evidence.log);
    if (!key) throw invalid("the pack does not hold the key that finds the person's lines in this log");
    const own = lines.filter((line) => line.log === evidence.log);
    const labelOf = labelsOf(key);
    for (let number = 0; number < own.length + AHEAD; number += 1) {
      const place = indexOf(labelOf(number));
      if (number < own.length && place !== own[number].index) {
        throw wrong("the person's line number {number} stands elsewhere in the index", { number });
      }
      if (number >= own.length && place !== null) {
        throw wrong("the index knows a line number {number} of the person that the pack leaves out", { number });
      }
    }
  });
  checks.settle(ALL, "The index of the log knows these lines of the person and none of the {ahead} that would follow.", {
    ahead: AHEAD,
  });
  return tally;
};

/* -- what is held: the digest that stands in a line, made anew from the values shown ------------------------------- */

const RECORDED = utf8("aboveboard/recorded/v1");
const sized = (data) => concat(u32(data.length), data);

const checkRecording = (digestOf, facts, recording, line) => {
  if (!line?.side) throw wrong("values are said to be recorded in a line that is not shown, or does not hold");
  const values = recording.facts.map((id) => {
    const fact = facts.get(id);
    if (!fact || fact.value === null) throw wrong("a value that was recorded here is not shown");
    if (!line.said.categories.includes(fact.category)) {
      throw wrong("a value is shown under a category that was not recorded here");
    }
    return fact;
  });
  const inOrder = values.sort((one, other) => (one.id < other.id ? -1 : 1));
  const parts = inOrder.flatMap((fact) => [fromHex(fact.id), utf8(fact.category), utf8(fact.value)]).map(sized);
  if (!line.side.digests.includes(toHex(digestOf(RECORDED, ...parts)))) {
    throw wrong("a value shown is not the one that was recorded");
  }
};

const checkRecordings = (evidence, read, checks) => {
  const facts = new Map(evidence.facts.map((fact) => [fact.id, fact]));
  if (facts.size !== evidence.facts.length) checks.no(HELD, "A fact is shown twice.");
  const digestOf = hmac(evidence.digestKey);
  const vouched = new Set();
  const lineOf = (recording) => read[recording.line] ?? null;
  const results = settled(evidence.recordings, (one) => checkRecording(digestOf, facts, one, lineOf(one)));
  results.forEach(({ error }, at) => {
    const recording = evidence.recordings[at];
    if (error) checks.fault(HELD, error, lineOf(recording)?.index);
    else recording.facts.forEach((id) => vouched.add(id));
  });
  const shown = new Set(evidence.facts.filter((fact) => fact.value !== null).map((fact) => fact.id));
  checks.settle(HELD, "{vouched} of the {shown} values shown are those whose digest was logged.", {
    vouched: vouched.size, shown: shown.size,
  });
  return { vouched: vouched.size, unvouched: [...shown].filter((id) => !vouched.has(id)).length };
};

/* -- after an erasure ------------------------------------------------------------------------------------------------ */

const checkErased = ({ evidence, certificate }, read, checks) => {
  const lines = read.filter((one) => one?.side);
  const gone = lines.findIndex((line) => line.kind === KINDS.erase && line.side.entryHash === certificate.entry);
  if (gone < 0) {
    checks.no(ERASED, "No line of the person says, under the entry of the certificate, that their keys are gone.");
  } else if (lines.slice(gone + 1).some((line) => line.said.categories.length)) {
    checks.no(ERASED, "Something was released after the erasure.");
  } else if (evidence.facts.length) checks.no(ERASED, "The certificate of an erasure shows facts as held.");
  checks.settle(ERASED, "A line of the person says that their keys are gone, and nothing was released after it.");
};
