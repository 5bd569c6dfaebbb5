/* A range of the log, checked: which looks of a period were recorded as asked for, and that no line was passed over. */

import { Fault, invalid, wrong } from "./bytes.js";
import { decided, oldEnough, requireCovered, youngEnough } from "./asked.js";
import { EARLIER, readFormer } from "./former.js";
import { checkGrowth } from "./growth.js";
import { checkManifest } from "./manifest.js";
import { fileOf } from "./parts.js";
import { rangeNotProved, rangeProved } from "./rangewords.js";
import { Checks } from "./report.js";
import { KINDS, indexLeaf, timeOf } from "./said.js";
import { CHECKPOINT, CONSISTENCY, readConsistency } from "./shape.js";
import { ASKED, RANGE, checkPlace, readSpan, readSpanLines, valuesOf } from "./spans.js";
import { openCheckpoint } from "./trust.js";
import { SIGNED_OVER } from "./words.js";

const [SIGNED, FORM, PLACE, OPENED, COVERED] = ["checkpoint", "form", "range", "openings", "period"];
/* Public kinds of lines that are no looks; a line of any other kind has to say that it is not among those asked for. */
const NO_LOOKS = [1, 3, 4, 5, 6, 7, 9, 10];

/* Checks the *files* of a range, by name, trusting the keys in *policy* only; *since*: checkpoints kept earlier. */
export const verifyRange = async (files, policy, since = []) => {
  const checks = new Checks();
  const witnessed = await checkSigned(files, policy, checks);
  await checkManifest(files, witnessed?.checkpoint.origin, policy, checks);
  const read = await readRange(files, checks);
  if (!witnessed || !read) return { checks, witnessed, proved: [], notProved: rangeNotProved(null, null) };
  const told = await readFormer(files, read.span, witnessed.checkpoint, checks);
  const counted = await checkSpan(read, witnessed.checkpoint, checks);
  const before = await goBack(read.span, counted, told, checks);
  await checkGrowth(read.earlier, witnessed.checkpoint, policy, since, checks);
  const proved = checks.failed.size ? [] : rangeProved(read.span, counted, witnessed, before);
  return { checks, witnessed, proved, notProved: rangeNotProved(counted, witnessed, before) };
};

/* Reads the checkpoint, if the log signed it and witnesses enough cosigned. */
export const checkSigned = (files, policy, checks) =>
  checks.part(SIGNED, undefined, async () => {
    const witnessed = await openCheckpoint(policy, fileOf(files, CHECKPOINT));
    checks.settle(SIGNED, SIGNED_OVER, witnessed.checkpoint);
    return witnessed;
  });

/* Reads the range, its lines, and the earlier checkpoints beside it. */
export const readRange = (files, checks) =>
  checks.part(FORM, undefined, () => {
    const span = readIn(RANGE, () => readSpan(fileOf(files, RANGE)));
    const earlier = readIn(CONSISTENCY, () => readConsistency(fileOf(files, CONSISTENCY)));
    const lines = readSpanLines(files, span);
    checks.settle(FORM, "Every file has the form it must have.");
    return { span, lines, earlier };
  });

/* Reads a file; what is wrong with it is told with its name. */
const readIn = (name, read) => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw invalid("the file {name} cannot be read: {why}", { name, why: { sentence: error.sentence, values: error.values } });
  }
};

/* Holds the lines against the checkpoint and against what was asked; what they say, counted. */
export const checkSpan = async ({ span, lines }, checkpoint, checks) => {
  await checks.part(PLACE, undefined, () => checkPlace(span, lines, checkpoint));
  checks.settle(PLACE, "The range shows every line from {start} to {last} of the log.", { start: span.start, last: span.end - 1 });
  const counted = await countLines(span, lines, OPENED, checks);
  checks.settle(OPENED, "Every opened field is what its line committed to, and enough is opened to tell.");
  await checks.part(COVERED, undefined, () => requireCovered(span.asked, [...counted.times.values()], span.start));
  checks.settle(COVERED, "The range begins before the period and ends behind it.");
  return counted;
};

/* What the lines say, counted; what does not hold is a no to *name*. */
const countLines = async (span, lines, name, checks) => {
  const counted = { lines: lines.length, looks: 0, askedFor: [], withheld: new Map(), times: new Map() };
  for (const [at, line] of lines.entries()) {
    const index = span.start + at;
    await checks.part(name, index, () => count(span, index, line, counted));
  }
  return counted;
};

/* Goes back from the range through the logs that ended, the newest first, to where nothing of the period can stand before:
   those of which a first line tells how they ended; the lines shown; those of which lines were lost that could have been of
   the period; the last log, counted from 1, of those of which nothing is shown; and why. */
const goBack = async (span, counted, told, checks) => {
  const before = { ended: [], shown: [], lost: [], missing: 0, why: told?.why ?? new Map() };
  const { asked } = span;
  let reached = span.start > 0 || oldEnough(asked, [...counted.times.values()]);
  for (let log = span.log - 1; log > 0 && !reached && !before.missing; log -= 1) {
    const [ended, lines] = [told?.ended.get(log), told?.lines.get(log)];
    if (ended) before.ended.push(ended);
    if (!ended || (!lines && ended.lostFrom)) {
      before.missing = log;
    } else {
      const found = lines ? await countLines(lines.span, lines.lines, EARLIER, checks) : null;
      const times = found ? [...found.times.values()] : [];
      reached = oldEnough(asked, times);
      if (found) before.shown.push({ ended, span: lines.span, counted: found });
      if (found && lines.span.start && !reached) {
        checks.no(EARLIER, "No line of log {log} is old enough to leave out those before it.", { log });
      }
      if (ended.lost && !youngEnough(asked, times)) before.lost.push(ended);
    }
  }
  if (told) checks.settle(EARLIER, "What is said of earlier logs stands under their last heads, which this log names.");
  return before;
};

const others = (values, read) => [...values.keys()].some((name) => name !== "time" && !read.includes(name));

const count = (span, index, line, counted) => {
  const values = valuesOf(line);
  if (line.kind === KINDS.index && indexLeaf(line.leaf)?.covered !== index) {
    throw wrong("it is taken for an index of the lines before it, and is none");
  }
  if (values.has("time")) counted.times.set(index, timeOf(values.get("time")));
  const isLook = !NO_LOOKS.includes(line.kind);
  if (isLook) counted.looks += 1;
  if (line.why) counted.withheld.set(line.why, (counted.withheld.get(line.why) ?? 0) + 1);
  if (!isLook && span.opens === ASKED && others(values, [])) {
    throw wrong("it is no look, and more is opened of it than its time");
  }
  if (!isLook || line.why) return;
  const { read, fits } = decided(span.asked, values);
  if (span.opens === ASKED && others(values, read)) throw wrong("more is opened of it than was asked");
  if (fits) counted.askedFor.push({ index, at: counted.times.get(index) });
};
