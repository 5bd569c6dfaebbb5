/* Earlier checkpoints: whether the log only grew since. */

import { Fault, invalid, utf8, wrong } from "./bytes.js";
import { verifyConsistency } from "./merkle.js";
import { openNote, parseCheckpoint } from "./note.js";
import { logKeys } from "./trust.js";
import { nameOf } from "./witnessed.js";

const GROWN = "consistency";

const openEarlier = async (note, checkpoint, policy) => {
  let old;
  try {
    old = parseCheckpoint((await openNote(note, logKeys(policy, checkpoint.origin))).text);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.invalid) throw invalid("an earlier checkpoint is not a signed checkpoint");
    throw wrong("an earlier checkpoint is not signed by this log");
  }
  if (old.origin !== checkpoint.origin) throw wrong("an earlier checkpoint belongs to another log");
  return old;
};

const checkKept = (old, checkpoint, proved) => {
  if (old.size === 0 || proved.has(nameOf(old))) return;
  if (old.size > checkpoint.size) {
    throw wrong(
      "the checkpoint kept is over {kept} entries and the pack over {size} only: it is older, or the log was set back",
      { kept: old.size, size: checkpoint.size },
    );
  }
  if ([...proved.values()].some((known) => known.checkpoint.size === old.size)) {
    throw wrong("the log has signed two different histories of {size} entries", { size: old.size });
  }
  throw wrong("the pack has no proof from the checkpoint kept over {size} entries: ask for one", { size: old.size });
};

/* Holds the pack's proofs against its earlier checkpoints, and each one kept against what was proved; gives what was, by
   name: checkpoints, and of the earlier ones the notes. */
export const checkGrowth = async (earlier, checkpoint, policy, since, checks) => {
  const proved = new Map([[nameOf(checkpoint), { checkpoint }]]);
  for (const { note, proof } of earlier) {
    await checks.part(GROWN, undefined, async () => {
      const old = await openEarlier(utf8(note), checkpoint, policy);
      if (old.size) verifyConsistency(old.size, checkpoint.size, proof, old.root, checkpoint.root);
      else if (proof.length) throw wrong("a proof is given where there is nothing to prove");
      proved.set(nameOf(old), { checkpoint: old, note });
    });
  }
  for (const kept of since) {
    await checks.part(GROWN, undefined, async () => {
      checkKept(await openEarlier(kept, checkpoint, policy), checkpoint, proved);
    });
  }
  if (earlier.length || since.length) {
    checks.settle(GROWN, "The log only grew: {count} earlier checkpoints are beginnings of this one.", {
      count: proved.size - 1,
    });
  }
  return proved;
};
