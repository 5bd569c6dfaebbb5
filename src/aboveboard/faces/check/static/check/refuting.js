/* A denial held against a record: whether a pack proves that the controller signed what was not so. */

import { KINDS_NAMED, compared, heldUnder, isBirth } from "./identifiers.js";
import { momentInWords } from "./said.js";
import { readShown, verifyDenial } from "./denial.js";

const [REFUTED, OPEN, NOT_REFUTED, UNVERIFIED] = ["refuted", "open", "not-refuted", "unverified"];

/* The values that lines before the denial's checkpoint vouch for: index of the line, category, value. */
const vouchedBefore = ({ evidence, entries }, denial) => {
  const known = new Map(evidence.facts.map((fact) => [fact.id, fact]));
  return evidence.recordings.flatMap(({ line, facts }) => {
    const { log, index } = entries.lines[line];
    if (log >= evidence.log && index >= denial.size) return [];
    return facts.map((id) => ({ index, category: known.get(id).category, value: known.get(id).value ?? "" }));
  });
};

/* The line that vouches for a value held under an identifier; null where none does. */
const lineFor = (asked, facts, bornLater) => {
  if (asked.kind === "name-and-birth" && bornLater) return null;
  const wanted = compared(asked.kind, asked.given);
  const born = facts.filter(({ category }) => isBirth(category)).map(({ category, value }) => [category, value]);
  const found = facts.find(({ category, value }) => !isBirth(category) && heldUnder(asked.kind, wanted, [[category, value], ...born]));
  return found ? found.index : null;
};

const whyNot = (asked, evidence) => {
  const shown = evidence.facts.filter(({ value }) => value !== null).map(({ category, value }) => [category, value]);
  return asked.some(({ kind, given }) => heldUnder(kind, compared(kind, given), shown))
    ? ["A value is held under an identifier of the denial, but no line before its checkpoint vouches for it: it was entered later, or something entered together with it is gone."]
    : ["No value in the pack is held under an identifier of the denial."];
};

/* Holds a denial against what was made of a pack: the denial's own report, the outcome, and why. */
export const refute = async (files, made, policy, since = []) => {
  const report = await verifyDenial(files, policy, since);
  if (!report.checks.holds || !made.checks.holds) {
    return { report, outcome: UNVERIFIED, said: [["Only evidence that holds can refute, or be refuted."]] };
  }
  const { denial } = report;
  const { evidence } = made.pack;
  if (evidence.origin !== denial.origin) {
    const why = ["The denial and the pack come from two logs, so that neither says anything of the other."];
    return { report, outcome: NOT_REFUTED, said: [why] };
  }
  const [asked, facts] = [readShown(files), vouchedBefore(made.pack, denial)];
  const isBorn = ({ category }) => isBirth(category);
  const bornLater = evidence.facts.filter(isBorn).length > facts.filter(isBorn).length;
  const found = asked.map((one) => ({ kind: one.kind, index: lineFor(one, facts, bornLater) })).filter(({ index }) => index !== null);
  if (!found.length) return { report, outcome: NOT_REFUTED, said: [whyNot(asked, evidence)] };
  const said = found.map(({ kind, index }) => [
    "The denial of {day} names {kind} and the checkpoint over {size} entries; the pack shows a record under it, entered by line {index} of the same log.",
    { day: momentInWords(denial.at), kind: { sentence: KINDS_NAMED.get(kind) }, size: denial.size, index },
  ]);
  const { size } = made.witnessed.checkpoint;
  if (size >= denial.size) return { report, outcome: REFUTED, said };
  const more = [
    "The pack is older than the denial (it shows the first {size} entries): the controller still has to show the line that says this record was erased in between. Without one the denial is false.",
    { size },
  ];
  return { report, outcome: OPEN, said: [...said, more] };
};
