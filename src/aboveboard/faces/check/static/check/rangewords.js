/* What a range proves and what it does not, in plain sentences; the second list is never empty. */

import { momentInWords } from "./said.js";
import { KEY_GONE, SEALED } from "./spans.js";
import { UNWITNESSED } from "./words.js";

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
  [KEY_GONE, "That does not speak of {count} lines of which the month's key is gone."],
  [SEALED, "That does not speak of {count} lines that are sealed."],
]);

/* What was asked for, each condition a sentence of its own. */
const question = ({ country, entity, purpose, category, released }) =>
  [
    ["Asked for: looks as from {value}.", country],
    ["Asked for: looks by the entity {value}.", entity],
    ["Asked for: looks for the purpose {value}.", purpose],
    ["Asked for: looks of the category {value}.", category],
    ["Asked for: only looks that released something.", released],
  ].filter(([, value]) => value);

/* What a range proves whose checks all hold. */
export const rangeProved = (span, counted, { checkpoint, cosigned }) => {
  const { asked, start, end } = span;
  const found = counted.askedFor.length;
  const period = { from: momentInWords(asked.since), until: momentInWords(asked.until), found };
  const said = [
    ...question(asked).map(([sentence, value]) => [sentence, { value }]),
    found ? ["Looks between {from} and {until} that were recorded as asked for: {found}.", period] : ["No look between {from} and {until} was recorded as asked for.", period],
    ...[...counted.withheld].sort().map(([why, count]) => [LEFT_OUT.get(why), { count }]),
    ...counted.askedFor.slice(0, MOST_TOLD).map(({ index, at }) => ["Line {index}: {day}.", { index, day: momentInWords(at) }]),
  ];
  if (found > MOST_TOLD) said.push(["{more} more.", { more: found - MOST_TOLD }]);
  said.push([
    "These are all {lines} lines from {start} to {last} of the log {origin}, {looks} of them looks; who changes, removes or inserts one contradicts the checkpoint.",
    { lines: counted.lines, start, last: end - 1, origin: checkpoint.origin, looks: counted.looks },
  ]);
  if (span.log > 1 && start === 0) {
    said.push(["This log follows on one that ended with a declared gap; what was before stands in that one."]);
  }
  for (const [name, at] of [...cosigned].sort()) {
    said.push(at ? ["The witness {name} saw this log at {day}.", { name, day: momentInWords(at.getTime() * 1000) }] : ["The witness {name} saw this log.", { name }]);
  }
  return said;
};

/* What no range proves, and what this one does not. */
export const rangeNotProved = (counted, witnessed) => [
  ...ALWAYS,
  ...(witnessed?.cosigned.size ? [] : [[UNWITNESSED]]),
  ...[...(counted?.withheld ?? [])].sort().map(([why, count]) => [WITHHELD.get(why), { count }]),
];
