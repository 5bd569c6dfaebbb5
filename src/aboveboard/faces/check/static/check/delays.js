/* Lines that a law kept from the person for a time: what is still sealed, and what each opened one rests on. */

import { checkAct, texts } from "./acts.js";
import { Fault, fromHex, invalid, toHex, toNumber, utf8, wrong } from "./bytes.js";
import { checkInclusion, checkOpenings } from "./lines.js";
import { KINDS, moment, readLeaf } from "./said.js";
import { sha256 } from "./sha.js";

const SEALED = "sealed";
export const OVERDUE = "delays";
const [OPENING, CARRYING, ORDER] = ["delay.opened", "delay.carried", "delay"];
const PERSON = utf8("aboveboard/delay/person/v1");
const DAY = 86_400_000_000; /* in microseconds */

/* Days since 1970-01-01, UTC: openings are due by these everywhere. */
const dayNumber = (at) => Math.floor(at / DAY);
const LAST_DAY = 2_932_896; /* 9999-12-31 */
export const isoDay = (number) => {
  if (number > LAST_DAY) throw invalid("A sealed line names a day that no calendar has.");
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
};

export const UNTOLD = { outstanding: 0, late: 0, first: 0, last: 0 };

const numberIn = (body, name) => {
  if (typeof body[name] !== "number" || body[name] < 0) {
    throw invalid("A line does not say the {name} of a sealed line.", { name });
  }
  return body[name];
};

/* Holds a sealed line against the one that names it; the day it was to be opened by. */
const follow = (body, line, look, evidence) => {
  const { kind, tail } = readLeaf(line.leaf);
  const [log, number, index] = ["log", "number", "index"].map((name) => numberIn(body, name));
  if (kind !== KINDS.sealed || line.log !== log || tail.number !== number || line.index !== index) {
    throw wrong("the sealed line shown is not the one that is named");
  }
  if (!look.side || look.side.subject !== toHex(evidence.subject) || look.side.number !== tail.number) {
    throw wrong("the sealed line is about somebody else, or counted otherwise");
  }
  return tail.day;
};

const uncovered = (evidence, line, opening, shown) => {
  const { tail } = readLeaf(line.leaf);
  if (opening.said.operation !== OPENING || numberIn(opening.said.body, "number") !== tail.number) {
    throw wrong("its public bytes do not name the sealed line that it says");
  }
  let { said } = opening;
  for (const [at, { one, look }] of shown.entries()) {
    if (!look) return null;
    const day = follow(said.body, one, look, evidence);
    if (one.log === line.log && one.index >= line.index) throw wrong("it opens a line that stands behind it");
    ({ said } = look);
    if (said.operation !== CARRYING && at + 1 === shown.length) {
      return { look: { ...look, kind: KINDS.look, toldAt: opening.said.at }, day, opening };
    }
  }
  throw invalid("it does not show the look that it opens");
};

/* Gives the looks behind the lines that open one; each stands in the log, opens, and is about the person. */
export const uncover = async (evidence, lines, read, trees, checks) => {
  const found = [];
  for (const [at, line] of lines.entries()) {
    const opening = read[at];
    if (opening?.kind === KINDS.opened) {
      const shown = [];
      for (const one of line.sealed) {
        const stands = checkInclusion([one], trees, checks);
        const [look] = checkOpenings([one], checks);
        shown.push({ one, look: stands ? look : null });
      }
      const result = await checks.part(SEALED, line.index, () => uncovered(evidence, line, opening, shown));
      if (result) found.push(result);
    } else if (line.sealed.length) {
      checks.no(SEALED, "A line shows sealed lines that it does not open.", {}, line.index);
    }
  }
  return found;
};

const orderedFor = (act, nonce, evidence) => {
  const digest = toHex(sha256(PERSON, fromHex(nonce) ?? new Uint8Array(), evidence.subject));
  return act.body.person === digest;
};

const checkOrder = async (evidence, { opening, look, day }, acts, known) => {
  const [names, nonces] = [texts(opening.said.body.acts), opening.side?.digests ?? []];
  if (!names.length || names.length !== nonces.length) throw wrong("it does not name the order it was sealed under");
  let before = "";
  for (const [at, name] of names.entries()) {
    const act = acts.get(name);
    if (!act || !known.applied.has(name) || act.proposal.kind !== ORDER) {
      throw wrong("the order it was sealed under is not shown, or never took effect");
    }
    await checkAct(act, known).catch((error) => {
      if (!(error instanceof Fault)) throw error;
      throw wrong("the order it was sealed under {flaw}", { flaw: { sentence: error.sentence, values: error.values } });
    });
    if (!orderedFor(act, nonces[at], evidence) || (before && act.body.renews !== before)) {
      throw wrong("the order it was sealed under is about somebody else, or does not renew the one before");
    }
    before = name;
  }
  const { body } = acts.get(names[0]);
  const openBy = typeof body.open_by === "string" ? moment(`${body.open_by}T00:00:00Z`) : null;
  if (openBy === null) throw invalid("the order it was sealed under names no day");
  if (!texts(body.purposes).includes(look.said.purpose)) {
    throw wrong("the order it was sealed under does not cover looks for its purpose");
  }
  const last = dayNumber(openBy);
  if (known.applied.get(names[0]) > look.said.at || dayNumber(look.said.at) > last || day > last) {
    throw wrong("the order it was sealed under did not stand at that time");
  }
};

/* Holds each look that was sealed against the order behind it: signed by two, about this person and such looks. */
export const checkOrders = async (evidence, found, governance, known, checks) => {
  const acts = new Map(governance.acts.map((act) => [act.id, act]));
  for (const one of found) await checks.part(SEALED, one.opening.index, () => checkOrder(evidence, one, acts, known));
  if (found.length) {
    checks.settle(SEALED, "{count} looks were sealed for a time, each under an order that two people had signed.", {
      count: found.length,
    });
  }
};

/* Says how many lines of the log are still sealed; an opening that was due before *day* does not hold. */
export const checkOutstanding = async (tally, day, checks) => {
  const { outstanding } = tally;
  await checks.part(OVERDUE, undefined, () => {
    if (tally.first > 0 && tally.first < day) {
      throw wrong("an opening is overdue: of the {outstanding} sealed lines of the log one was to be opened by {day}, and was not", {
        outstanding, day: isoDay(tally.first),
      });
    }
    if (outstanding) isoDay(tally.last);
  });
  if (outstanding && !checks.failed.has(OVERDUE)) {
    checks.settle(OVERDUE, "{outstanding} lines of the log are sealed until {day} at most, none overdue.", {
      outstanding, day: isoDay(tally.last),
    });
  } else {
    checks.settle(OVERDUE, "No line of the log is sealed: whatever a law kept back for a time was opened.");
  }
};

/* The day up to which the pack speaks: when it was made, by its maker, its own lines, or the witnesses. */
export const dayOfPack = (evidence, read, cosigned) => {
  const times = [...read.filter(Boolean).map((line) => line.said.at), ...cosigned];
  return dayNumber(times.reduce((one, other) => Math.max(one, other), evidence.madeAt));
};
