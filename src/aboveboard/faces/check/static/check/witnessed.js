/* Who outside has seen the log: cosignatures under the pack's checkpoint, or under an earlier one that it leads to. */

import { texts } from "./acts.js";
import { invalid, toHex, utf8, wrong } from "./bytes.js";
import { parseNote } from "./note.js";
import { TOO_FEW, cosignedBy, quorumMet, wantsQuorum } from "./trust.js";

export const CHECK = "witnesses";
const SIGNED = "checkpoint";

export const nameOf = ({ origin, size, root }) => `${origin} ${size} ${toHex(root)}`;

/* Gives the newest checkpoint that trusted witnesses have cosigned, and as many of them as the policy wants; an earlier one
   counts where *proved* says that the newest leads to it. */
export const checkOutside = async (newest, proved, policy, checks) => {
  const found = [newest];
  for (const { checkpoint, note } of [...proved.values()].filter((one) => one.note)) {
    await checks.part(CHECK, undefined, async () => {
      found.push({ checkpoint, cosigned: await cosignedBy(policy, parseNote(utf8(note))) });
    });
  }
  const enough = found.filter(({ cosigned }) => cosigned.size && quorumMet(policy, cosigned.keys()));
  enough.sort((one, other) => other.checkpoint.size - one.checkpoint.size);
  const best = enough[0] ?? null;
  await checks.part(SIGNED, undefined, () => {
    if (!best && wantsQuorum(policy)) throw wrong(TOO_FEW);
  });
  if (best) {
    checks.settle(CHECK, "{names} cosigned it up to entry {size}.", { names: namesOf(best), size: best.checkpoint.size });
  }
  return best;
};

export const namesOf = ({ cosigned }) => [...cosigned.keys()].sort().join(", ");

/* What the log's own line says of its witnesses: a sentence and its values; null where there is no such line. */
export const choiceWords = (body) => {
  if (!Object.keys(body).length) return null;
  if (typeof body.without_quorum !== "string") {
    throw invalid("the log's line about its witnesses does not say what happens without them");
  }
  const asked = texts(body.witnesses).map((name) => name.split(" ")[0]).join(", ") || "-";
  return body.without_quorum === "go-on"
    ? ["The controller chose whom to ask for cosignatures: {asked}; without their quorum looks go on.", { asked }]
    : ["The controller chose whom to ask for cosignatures: {asked}; without their quorum looks stop ({choice}).", { asked, choice: body.without_quorum }];
};

