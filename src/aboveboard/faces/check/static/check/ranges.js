/* A range of the log, checked: which looks of a period were recorded as asked for, and that no line was passed over. */

import { wrong } from "./bytes.js";
import { decided, requireCovered } from "./asked.js";
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
  const counted = await checkSpan(read, witnessed.checkpoint, checks);
  await checkGrowth(read.earlier, witnessed.checkpoint, policy, since, checks);
  const proved = checks.failed.size ? [] : rangeProved(read.span, counted, witnessed);
  return { checks, witnessed, proved, notProved: rangeNotProved(counted, witnessed) };
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
    const span = readSpan(fileOf(files, RANGE));
    const lines = readSpanLines(files, span);
    const earlier = readConsistency(fileOf(files, CONSISTENCY));
    checks.settle(FORM, "Every file has the form it must have.");
    return { span, lines, earlier };
  });

/* Holds the lines against the checkpoint and against what was asked; what they say, counted. */
export const checkSpan = async ({ span, lines }, checkpoint, checks) => {
  await checks.part(PLACE, undefined, () => checkPlace(span, lines, checkpoint));
  checks.settle(PLACE, "The range shows every line from {start} to {last} of the log.", { start: span.start, last: span.end - 1 });
  const counted = { lines: lines.length, looks: 0, askedFor: [], withheld: new Map(), times: new Map() };
  for (const [at, line] of lines.entries()) {
    const index = span.start + at;
    await checks.part(OPENED, index, () => count(span, index, line, counted));
  }
  checks.settle(OPENED, "Every opened field is what its line committed to, and enough is opened to tell.");
  await checks.part(COVERED, undefined, () => requireCovered(span.asked, [...counted.times.values()], span.start));
  checks.settle(COVERED, "The range begins before the period and ends behind it.");
  return counted;
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
