/* What a range proves and what it does not, in plain sentences; the second list is never empty. */

import { ALL_LOST, NO_FILES, NO_LINES } from "./former.js";
import { momentInWords } from "./said.js";
import { KEY_GONE, SEALED } from "./spans.js";
import { ANSWER, UNDER, UNWITNESSED } from "./words.js";

const MOST_TOLD = 20;
const ALWAYS = [
  ["That every look left a line. A photographed screen, an export passed on, or a second record kept elsewhere leaves none; whoever runs the machines and holds the root key can read past the log."],
  ["That what a line says is true. Country, entity and time are those the company recorded; its own entities vouch for workplaces, and a tunnel through another network hides where somebody sits."],
  ["That a line of the period stands in the range whatever the company's clock did. The range begins and ends among lines with times outside the period, and no entry may wait longer than a minute beside others; receipts and witnesses' times show it when that is broken."],
  ["That a look was not recorded as something else. The kind of each line is public; what is no look was not opened."],
  ["What came after the period, or stands in another log or another cell."],
];
const WITHHELD = new Map([
  [KEY_GONE, "What {count} of the lines in the range say: the key of their month was destroyed, as the company says."],
  [SEALED, "What {count} of the lines in the range say: they are sealed, because a law forbids telling for a time."],
]);
const LEFT_OUT = new Map([
  [KEY_GONE, "Except lines of which the month's key is gone: {count}."],
  [SEALED, "Except lines that are sealed: {count}."],
]);
const NOT_SHOWN = new Map([
  [NO_LINES, "the company says that it does not hold its lines any more"],
  [NO_FILES, "the company says that it does not hold the files any more that tie its lines to its last head"],
  [ALL_LOST, "the company says that all its lines were lost"],
  ["", "this range does not show it"],
]);
const OPENED_LATER = "This log follows on one that ended with a declared gap; what was before stands in that one.";

/* What was asked for, each condition a sentence of its own. */
const question = ({ country, entity, purpose, category, released }) =>
  [
    ["Asked for: looks as from {value} ({land}).", country],
    ["Asked for: looks by the entity {value}.", entity],
    ["Asked for: looks for the purpose {value}.", purpose],
    ["Asked for: looks of the category {value}.", category],
    ["Asked for: only looks that released something.", released],
  ].filter(([, value]) => value);

/* How many lines are not opened, by the reason given, in their order. */
const withheldIn = (all) => {
  const sum = new Map();
  for (const [why, count] of all.flatMap(({ withheld }) => [...withheld])) sum.set(why, (sum.get(why) ?? 0) + count);
  return [...sum].sort();
};

/* What the answer leaves out: lines not opened, lines lost with a declared gap, earlier logs that are not shown. */
const exceptions = (counted, { shown, lost, missing }) => {
  const said = withheldIn([counted, ...shown.map((one) => one.counted)]).map(([why, count]) => [LEFT_OUT.get(why), { count }]);
  const count = lost.reduce((sum, ended) => sum + ended.lost, 0);
  if (count) said.push(["Except lines lost with a declared gap: {count}.", { count }]);
  if (missing === 1) said.push(["Except what an earlier log of this cell holds (log {missing}).", { missing }]);
  if (missing > 1) said.push(["Except what earlier logs of this cell hold (logs {first} to {missing}).", { first: 1, missing }]);
  return said;
};

const whole = ({ start, end }, { lines, looks }, origin) => [
  "These are all {lines} lines from {start} to {last} of the log {origin}, {looks} of them looks; who changes, removes or inserts one contradicts the checkpoint.",
  { lines, start, last: end - 1, origin, looks },
];

const lostOf = ({ origin, size, lostFrom }) => ({ origin, size, first: lostFrom, last: size - 1 });

/* How a log ended. */
const gap = (ended) => {
  const values = { ...lostOf(ended), day: ended.declaredAt === null ? "" : momentInWords(ended.declaredAt).slice(0, 10) };
  if (values.day && ended.lost) {
    return ["The log {origin} ended with {size} entries signed; entries {first} to {last} were lost, as two signatories declared on {day}.", values];
  }
  if (values.day) return ["The log {origin} ended with {size} entries signed, none of them lost, as two signatories declared on {day}.", values];
  if (ended.lost) {
    return ["The log {origin} ended with {size} entries signed; entries {first} to {last} were lost, as its successor's first line says.", values];
  }
  return ["The log {origin} ended with {size} entries signed, none of them lost, as its successor's first line says.", values];
};

/* What is said where nothing is known of logs before the one that is signed now. */
const ALONE = { ended: [], shown: [], lost: [], missing: 0, why: new Map() };

/* What a range proves whose checks all hold; *before*: what it says of logs that ended with a declared gap. */
export const rangeProved = (span, counted, { checkpoint, cosigned }, before) => {
  const { asked, start } = span;
  const { ended, shown, missing, why } = before ?? ALONE;
  const former = [...shown].reverse();
  const looks = [
    ...former.flatMap((one) => one.counted.askedFor.map((look) => ({ ...look, origin: one.ended.origin }))), ...counted.askedFor,
  ];
  const found = looks.length;
  const period = { from: momentInWords(asked.since), until: momentInWords(asked.until), found };
  const said = [
    ...question(asked).map(([sentence, value]) => [sentence, { value, land: { country: value } }]),
    [found ? "Looks between {from} and {until} that were recorded as asked for: {found}." : "No look between {from} and {until} was recorded as asked for.", period, ANSWER],
    ...exceptions(counted, before ?? ALONE).map(([sentence, values]) => [sentence, values, ANSWER]),
    ...looks.slice(0, MOST_TOLD).map(({ index, at, origin }) => [
      origin ? "Line {index} of the log {origin}: {day}." : "Line {index}: {day}.", { index, origin, day: momentInWords(at) }, UNDER,
    ]),
  ];
  if (found > MOST_TOLD) said.push(["{more} more.", { more: found - MOST_TOLD }, UNDER]);
  said.push(...former.map((one) => whole(one.span, one.counted, one.ended.origin)), whole(span, counted, checkpoint.origin));
  if (span.log > 1 && start === 0 && (!before || (missing && !why.size))) said.push([OPENED_LATER]);
  said.push(...[...ended].reverse().map(gap));
  for (const [name, at] of [...cosigned].sort()) {
    said.push(at ? ["The witness {name} saw this log at {day}.", { name, day: momentInWords(at.getTime() * 1000) }] : ["The witness {name} saw this log.", { name }]);
  }
  return said;
};

/* What no range proves, and what this one does not. */
export const rangeNotProved = (counted, witnessed, before) => [
  ...ALWAYS,
  ...(witnessed?.cosigned.size ? [] : [[UNWITNESSED]]),
  ...(counted ? withheldIn([counted]) : []).map(([why, count]) => [WITHHELD.get(why), { count }]),
  ...(before ? notProvedBefore(before) : []),
];

const notProvedBefore = ({ ended, shown, lost, missing, why }) => {
  const said = [...lost].reverse().map((one) => [
    "What entries {first} to {last} of the log {origin} say, and whether one of them was asked for: they were lost.", lostOf(one),
  ]);
  for (const { span, counted } of [...shown].reverse()) {
    for (const [reason, count] of withheldIn([counted])) {
      said.push(["Of log {log}: {Why}.", { log: span.log, Why: { sentence: WITHHELD.get(reason), values: { count } } }]);
    }
  }
  for (let log = 1; log <= missing; log += 1) {
    const values = { log, why: { sentence: NOT_SHOWN.get(why.get(log) ?? "") } };
    said.push(["What stood in log {log} of this cell, which ended with a declared gap: {why}.", values]);
  }
  for (const { declaredAt, elsewhere, origin } of [...ended].reverse()) {
    if (declaredAt === null) said.push(["That two signatories declared how the log {origin} ended: no act here shows it.", { origin }]);
    if (elsewhere) {
      said.push(["What another history of the log {origin} says, which was signed over {size} entries elsewhere.", { origin, size: elsewhere }]);
    }
  }
  if (ended.length) {
    said.push(["That nothing was written down, and lost before it was signed, at the end of a log: only what was signed left a trace."]);
  }
  return said;
};
