/* What a pack proves and what it does not, in plain sentences; the second list is never empty. */

import { isoDay } from "./delays.js";
import { namesOf } from "./witnessed.js";

export const SIGNED_OVER = "The log {origin} has signed a checkpoint over {size} entries.";
export const UNWITNESSED =
  "That everybody was shown the same log, and when. No witness has cosigned this checkpoint; compare it with one that somebody else has kept.";

/* How a sentence stands among the others: as an answer, or as one of the things that the answer counts. */
export const ANSWER = "answer";
export const UNDER = "under";

const ALWAYS = [
  "What came after this checkpoint. Lines signed later are in a newer pack, which cannot leave out one of these; the look that made this pack is one of them.",
  "That the index is the whole log's. Its root is signed, and whoever holds every entry of the log can make it anew from them; nobody can from this pack alone.",
  "That every look left a line. A photographed screen, a look over somebody's shoulder, an export passed on, or a second record kept elsewhere leaves none.",
  "That nobody read past the log. Whoever runs the machines and holds the root key can read what lies there without leaving a line.",
  "Who the readers are, and that places are true. A line shows entity, country, purpose and how the place was established; the reader's name and role stay hidden, and the entity vouches for its own workplaces.",
  "That a grant was not ended earlier. The end of a grant counts only where its line is shown.",
  "What was never recorded here: other systems, paper, and the memory of people.",
];

/* All lines there are, or all except those that a law keeps sealed. */
const allLines = ({ lines, tally }) => {
  const late = tally.late ? [["{late} lines in this log were opened after their day.", tally]] : [];
  if (!tally.outstanding) {
    return [["{lines} of them are about this person, and no other up to this checkpoint: the log's index has none.", { lines }], ...late];
  }
  const values = { lines, outstanding: tally.outstanding, day: isoDay(tally.last) };
  return [
    ["{lines} of them are about this person, and no other up to this checkpoint, except that {outstanding} lines of this log are sealed by law until {day} at the latest: nobody is told yet whom these are about. The log's index has no other.", values],
    ...late,
  ];
};

export const proved = ({ found, witnessed, outside }) => {
  const { origin, size } = witnessed.checkpoint;
  const said = [
    ["The log {origin} stands for {size} entries; who changes, removes or inserts one contradicts this checkpoint.", { origin, size }],
    ...allLines(found),
    ["Each says when, for what, from which entity and country, which categories, and whether it was allowed."],
  ];
  if (found.uncovered) said.push(["{uncovered} of the looks were kept from the person for a time, under orders signed by two.", found]);
  if (found.granted) said.push(["{granted} looks of other entities were covered by a grant that two people had signed before.", found]);
  if (found.vouched) said.push(["{vouched} of the values shown are, letter by letter, those that were recorded.", found]);
  if (found.erased) said.push(["The log says that this person's keys were shredded, and released nothing about them afterwards."]);
  if (found.kept) said.push(["Nothing was changed since the checkpoints that were kept."]);
  if (outside?.checkpoint.size === size) said.push(["Witnesses saw the same log: {names}.", { names: namesOf(outside) }]);
  else if (outside) {
    said.push(["Witnesses saw the same log up to entry {size}: {names}.", { names: namesOf(outside), size: outside.checkpoint.size }]);
  }
  if (found.choice) said.push(found.choice);
  return said;
};

export const notProved = ({ found, witnessed, outside }) => {
  const said = ALWAYS.map((sentence) => [sentence]);
  const newer = witnessed && outside ? witnessed.checkpoint.size - outside.checkpoint.size : 0;
  if (newer) {
    said.push(["That everybody was shown the same {newer} newest entries: the witnesses had not yet cosigned these when the pack was made.", { newer }]);
  }
  if (!witnessed || !outside) said.push([UNWITNESSED]);
  if (found?.unvouched) {
    said.push(["{unvouched} of the values shown cannot be tied to a line: something recorded together with them is gone by now, or was not released.", found]);
  }
  if (found?.log > 1) {
    said.push(["That nothing stood in the lost range of an earlier log of this cell: a gap was declared, and its first line says how long it is."]);
  }
  if (found?.erased) {
    said.push(["That no copy is left outside: backups of the key store live on until the day the certificate names."]);
  }
  return [...said, ...notChecked(witnessed)];
};

/* Signatures that only other verifiers can check. */
export const notChecked = (witnessed) =>
  witnessed?.unchecked
    ? [["What {count} signatures in ML-DSA-44 say. No browser can check them yet, so they were not checked here; an independent verifier can.", { count: witnessed.unchecked }]]
    : [];
