/* A press file: a checkpoint, counts with small cells folded, and limits; the counts themselves are not proved. */

import { invalid } from "./bytes.js";
import { checkGrowth } from "./growth.js";
import { checkManifest } from "./manifest.js";
import { decoded, object } from "./parts.js";
import { checkSigned } from "./ranges.js";
import { Checks } from "./report.js";
import { CONSISTENCY, readConsistency } from "./shape.js";
import { UNWITNESSED } from "./words.js";

export const PRESS = "press.json";
const [FORMAT, FORM] = ["aboveboard-press/1", "form"];
const NOT_PROVED = [
  ["The counts. They are the company's, signed by its log; an authority has them proved line by line, and a single question about a period is answered by a range."],
  ["Anything about one person: a person asks for their own pack."],
  ["That every look left a line, that places are true, or that nobody read past the log."],
  [UNWITNESSED],
];

/* Checks the *files* of a press file, by name. */
export const verifyPress = async (files, policy, since = []) => {
  const checks = new Checks();
  const witnessed = await checkSigned(files, policy, checks);
  await checkManifest(files, witnessed?.checkpoint.origin, policy, checks);
  const earlier = await checks.part(FORM, undefined, () => {
    const value = object(decoded(files.get(PRESS)));
    if (value.format !== FORMAT) throw invalid("it is not of the format this verifier knows");
    if (witnessed && value.origin !== witnessed.checkpoint.origin) {
      throw invalid("it is about another log than the one that signed the checkpoint");
    }
    const read = readConsistency(files.get(CONSISTENCY) ?? new Uint8Array());
    checks.settle(FORM, "Every file has the form it must have.");
    return read;
  });
  if (!witnessed || !earlier) return { checks, witnessed, proved: [], notProved: NOT_PROVED };
  await checkGrowth(earlier, witnessed.checkpoint, policy, since, checks);
  const stands = ["The log {origin} stands for {size} entries; keep this checkpoint to compare it later.", witnessed.checkpoint];
  return { checks, witnessed, proved: checks.failed.size ? [] : [stands], notProved: NOT_PROVED };
};
