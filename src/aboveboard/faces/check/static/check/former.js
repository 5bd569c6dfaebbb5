/* Logs of a cell that ended with a declared gap, as a range shows them beside the log that is signed now.

     former.json                which earlier logs a range would need, and of each that is not shown, why
     declared.json              the first line of each later log, which names the last head of the one before, and the
                                acts of two signatories that declared the gaps
     former-<n>-range.json      where the lines of log n lie, and
     former-<n>-lines-000.json  the lines, as in the range itself; they go on to where the lines of that log were lost

   The root of an earlier log is not taken from anybody's word: the first line of the log behind it stands under that
   log's own root, and says it. */

import { inForceSince, statementsOf } from "./acts.js";
import { invalid, toHex, wrong } from "./bytes.js";
import { encode } from "./canonical.js";
import { OPENED_LOG, checkGovernance } from "./lines.js";
import { checkpointOf } from "./note.js";
import { KEY, decoded, hex, list, number, object, text } from "./parts.js";
import { KINDS } from "./said.js";
import { readGovernance } from "./shape.js";
import { RANGE, checkPlace, readSpan, readSpanLines } from "./spans.js";

export const FORMER = "former.json";
export const EARLIER = "former";
const [DECLARED, FORMAT, DECLARING] = ["declared.json", "aboveboard-former/1", "declare-gap"];
/* Why an earlier log is not shown: its lines are not held any more; its published files are not; all were lost. */
export const NO_LINES = "no-lines";
export const NO_FILES = "no-files";
export const ALL_LOST = "all-lost";

const NONE = new Uint8Array();

/* What the *files* of a range say of earlier logs than *main*, held against the signed one: each that ended, the lines
   shown of it, why others are not shown; null where they say nothing, or nothing that can be read. */
export const readFormer = async (files, main, checkpoint, checks) => {
  if (!files.has(FORMER)) return null;
  const told = await checks.part(EARLIER, undefined, async () => {
    const why = readWhy(files.get(FORMER));
    const { acts, lines } = readGovernance(files.get(DECLARED) ?? NONE);
    const read = await checkGovernance(lines, new Map([[main.log, checkpoint]]), checks);
    const known = statementsOf(read.filter((line) => line.kind === KINDS.governance));
    const ended = new Map();
    for (const line of read) {
      if (line.kind === KINDS.cell && line.said.operation === OPENED_LOG) {
        ended.set(line.log - 1, await endedBy(line, acts, known));
      }
    }
    return { ended, lines: new Map(), why };
  });
  for (const log of [...(told?.why.keys() ?? [])].sort((one, other) => one - other)) {
    const shown = told.why.get(log) ? null : await shownOf(files, log, main, told.ended, checks);
    if (shown) told.lines.set(log, shown);
  }
  return told;
};

const readWhy = (data) => {
  const value = object(decoded(data));
  const found = new Map(list(value.logs).map(object).map((one) => [number(one.log), text(one.why)]));
  if (value.format !== FORMAT || ![...found.values()].every((why) => ["", NO_LINES, NO_FILES, ALL_LOST].includes(why))) {
    throw invalid("what it says of earlier logs is not of the format this verifier knows");
  }
  return found;
};

/* How the log before ended, as the first *line* of a log says: size and root of its last head, the lines lost of it, how
   long another history of it is that was signed elsewhere, and when two signatories declared it, where that is proved. */
const endedBy = async (line, acts, known) => {
  const { body } = line.said;
  const [size, lostFrom, lostTo] = ["last_size", "lost_from", "lost_to"].map((name) => number(body[name]));
  if (lostFrom > lostTo || lostTo !== size || line.index !== 0) {
    throw invalid("the first line of a log does not say which log ended, and where");
  }
  const [origin, root] = [text(body.last_origin), hex(body.last_root, KEY)];
  const elsewhere = Object.hasOwn(body, "elsewhere_size") ? number(body.elsewhere_size) : 0;
  const declaredAt = await declared(body, acts, known);
  return { log: line.log - 1, origin, size, root, lostFrom, lost: size - lostFrom, elsewhere, declaredAt };
};

/* When what the first line of a log says took effect, if two signatories declared it; of acts under one id the last counts. */
const declared = async (body, acts, known) => {
  const wanted = toHex(encode(body));
  for (const act of new Map(acts.map((one) => [one.id, one])).values()) {
    const since = toHex(encode(act.body)) === wanted ? await inForceSince(act, DECLARING, known) : null;
    if (since !== null) return since;
  }
  return null;
};

const alike = (span, main) =>
  ["cell", "opens", "entry"].every((name) => span[name] === main[name]) && JSON.stringify(span.asked) === JSON.stringify(main.asked);

/* Reads the lines of an earlier log and holds them against its last head. */
const shownOf = (files, log, main, ended, checks) =>
  checks.part(EARLIER, undefined, () => {
    const prefix = `former-${log}-`;
    const named = [...files].filter(([name]) => name.startsWith(prefix));
    const own = new Map(named.map(([name, data]) => [name.slice(prefix.length), data]));
    if (!ended.has(log)) throw wrong("no line of a later log says how log {log} ended", { log });
    const { origin, size, root, lostFrom } = ended.get(log);
    const span = readSpan(own.get(RANGE) ?? NONE);
    const lines = readSpanLines(own, span);
    if (span.log !== log || !alike(span, main)) throw wrong("the lines of log {log} were not opened for this question", { log });
    if (span.end !== lostFrom) throw wrong("the lines of log {log} do not reach to where its lines were lost", { log });
    checkPlace(span, lines, checkpointOf(origin, size, root));
    return { span, lines };
  });
