/* A denial: the log's signature under the word that no record is held under named identifiers, at a checkpoint.

     aboveboard/denial/v1
     <origin of the log>
     <controller, by short name>
     <time, 2026-11-22T13:00:00.000000Z>
     <tree size of the checkpoint before the search, decimal>
     <root hash of that checkpoint, base64>
     <kind> <state> <commitment, base64>      one line an identifier
     <entry hash, base64> */

import { equal, fromHex, invalid, linesOf, parseDecimal, parseHash, toHex, utf8, wrong } from "./bytes.js";
import { checkGrowth } from "./growth.js";
import { KINDS_NAMED, compared } from "./identifiers.js";
import { IN_LOG, OPENED, checkInclusion, checkOpenings, prefixOf } from "./lines.js";
import { openNote, parseCheckpoint, parseNote } from "./note.js";
import { KEY, decoded, fileOf, hex, list, object, otherForm, text } from "./parts.js";
import { Checks } from "./report.js";
import { KINDS, moment, momentInWords } from "./said.js";
import { sha256 } from "./sha.js";
import { CHECKPOINT, CONSISTENCY, readConsistency, readLines } from "./shape.js";
import { logKeys, openCheckpoint } from "./trust.js";
import { namesOf, nameOf } from "./witnessed.js";

export const DENIAL = "denial";
const [FIRST_LINE, OPERATION] = ["aboveboard/denial/v1", "denial.given"];
const [IDENTIFIERS, LINE] = ["identifiers.json", "line.json"];
const [SIGNED, NAMED, LOGGED, CHECKED] = ["denial", "identifiers", "line", "checkpoint"];
const HEAD = 6;
const STATE = /^(?:none|erased:(\d{4}-\d\d-\d\d))$/;

const notOne = () => invalid("it is not a denial");
export const isDenial = (data) => utf8(FIRST_LINE).every((byte, at) => data[at] === byte);

const identifierIn = (line) => {
  const [kind, state, commitment, ...more] = line.split(" ");
  const found = STATE.exec(state ?? "");
  if (!found || more.length || !KINDS_NAMED.has(kind)) throw notOne();
  if (found[1] && moment(`${found[1]}T00:00:00Z`) === null) throw notOne();
  return { kind, erasedOn: found[1] ?? "", commitment: parseHash(commitment ?? "") };
};

/* Reads the text of a denial. */
const parseDenial = (source) => {
  const lines = linesOf(source);
  if (lines.length < HEAD + 2 || lines[0] !== FIRST_LINE) throw notOne();
  const at = lines[3].length === 27 && lines[3].endsWith("Z") ? moment(lines[3]) : null;
  if (at === null) throw notOne();
  const [size, root] = [parseDecimal(lines[4]), parseHash(lines[5])];
  const identifiers = lines.slice(HEAD, -1).map(identifierIn);
  parseHash(lines.at(-1));
  const digest = toHex(sha256(utf8(`${lines.slice(0, -1).join("\n")}\n`)));
  return { origin: lines[1], controller: lines[2], at, size, root, identifiers, digest };
};

/* What was asked about, with the salts that tie it to the denial. */
export const readShown = (files) =>
  list(decoded(fileOf(files, IDENTIFIERS))).map((item) => {
    const { given, kind, salt, ...more } = object(item);
    if (!KINDS_NAMED.has(kind) || Object.keys(more).length || fromHex(salt) === null) throw otherForm();
    return { kind, given: text(given), salt: fromHex(salt) };
  });

const commitmentTo = ({ kind, given, salt }) => {
  hex(toHex(salt), KEY);
  return sha256(salt, prefixOf(`denial/${kind}`), utf8(compared(kind, given)));
};

/* Checks the *files* of a denial, by name, trusting the keys in *policy* only; *since*: checkpoints kept earlier. */
export const verifyDenial = async (files, policy, since = []) => {
  const checks = new Checks();
  const denial = await checkNote(files, policy, checks);
  const witnessed = await checks.part(CHECKED, undefined, async () => {
    const found = await openCheckpoint(policy, fileOf(files, CHECKPOINT));
    checks.settle(CHECKED, "A checkpoint over {size} entries is signed.", found.checkpoint);
    return found;
  });
  if (denial) await checkIdentifiers(files, denial, checks);
  if (denial && witnessed) {
    await checkLine(files, denial, witnessed.checkpoint, checks);
    await checkGrown(files, denial, witnessed.checkpoint, policy, since, checks);
  }
  const proved = checks.failed.size || !denial ? [] : provedBy(denial, witnessed);
  return { checks, witnessed, denial, proved, notProved: NOT_PROVED };
};

const checkNote = (files, policy, checks) =>
  checks.part(SIGNED, undefined, async () => {
    const data = fileOf(files, DENIAL);
    const denial = parseDenial(parseNote(data).text);
    await openNote(data, logKeys(policy, denial.origin));
    checks.settle(SIGNED, "The log {origin} has signed the denial of {controller}.", denial);
    return denial;
  });

const kindsIn = (denial) => denial.identifiers.map(({ kind }) => KINDS_NAMED.get(kind));

const checkIdentifiers = async (files, denial, checks) => {
  await checks.part(NAMED, undefined, () => {
    const shown = readShown(files);
    const made = shown.map(commitmentTo);
    const alike = denial.identifiers.every(({ kind, commitment }, at) => shown[at]?.kind === kind && equal(made[at], commitment));
    if (!alike || shown.length !== denial.identifiers.length) {
      throw wrong("the denial is not about the identifiers shown beside it");
    }
  });
  checks.settle(NAMED, "It is about the identifiers shown beside it: {kinds}.", { kinds: kindsIn(denial) });
};

const checkLine = async (files, denial, checkpoint, checks) => {
  await checks.part(LOGGED, undefined, () => {
    const lines = readLines(fileOf(files, LINE));
    if (lines.length !== 1 || denial.origin !== checkpoint.origin) {
      throw wrong("the line of the denial in the log of the checkpoint is not shown");
    }
    checkInclusion(lines, new Map([[lines[0].log, checkpoint]]), checks);
    const [read] = checkOpenings(lines, checks);
    if (!read) throw wrong("the line of the denial does not open");
    const { said } = read;
    if (read.kind !== KINDS.governance || said.operation !== OPERATION || said.verdict !== "permit") {
      throw wrong("the line shown is not that of a denial");
    }
    if (said.body.denial !== denial.digest || said.at !== denial.at || said.entity !== denial.controller) {
      throw wrong("the line shown is that of another denial");
    }
    if (read.index < denial.size) throw wrong("the line stands before the checkpoint that the denial names");
  });
  checks.settle(IN_LOG, "Its line stands in the log where the folder says.");
  checks.settle(OPENED, "Every opened field is what its line committed to.");
  checks.settle(LOGGED, "The line holds the hash of exactly this denial, and its time.");
};

const checkGrown = (files, denial, checkpoint, policy, since, checks) =>
  checks.part(CHECKED, undefined, async () => {
    const earlier = readConsistency(fileOf(files, CONSISTENCY));
    const named = earlier.map(({ note }) => nameOf(parseCheckpoint(parseNote(utf8(note)).text)));
    if (!named.includes(nameOf(denial))) throw wrong("the checkpoint that the denial names is not shown");
    await checkGrowth(earlier, checkpoint, policy, since, checks);
  });

const provedBy = (denial, witnessed) => {
  const values = { ...denial, day: momentInWords(denial.at), kinds: kindsIn(denial) };
  const erased = denial.identifiers.filter((one) => one.erasedOn);
  return [
    ["{controller} has signed that, when the log {origin} counted {size} entries ({day}), it held no record under: {kinds}.", values],
    ["It cannot take that back: the hash of it stands in the log."],
    ["Whoever shows a record under one of these identifiers that was in the log before that checkpoint, and was held at it, proves it false."],
    ...erased.map(({ kind, erasedOn: on }) => [
      "Under {kind} a keyed mark is all that is left of an erasure on {on}; it recognises the same again so that nobody is taken in anew, and says nothing else.",
      { kind: { sentence: KINDS_NAMED.get(kind) }, on },
    ]),
    ...(witnessed.cosigned.size ? [["Witnesses saw the same log: {names}.", { names: namesOf(witnessed) }]] : []),
  ];
};

const NOT_PROVED = [
  ["That it is true. A denial is a statement with a signature under it, not a proof that there is nothing; it is worth what it costs to be caught."],
  ["That nothing is held under other identifiers, or under these written otherwise: another number, another spelling, a former name; or waits unread in quarantine, where only names and e-mail addresses are recognised."],
  ["That nothing is held elsewhere: by another company of the group in a cell of its own, in other systems, on paper, in the memory of people. The records of the company's own staff are kept apart and are not searched."],
  ["That nothing was entered after the checkpoint the denial names."],
];
