/* A single entry with its proof (c2sp.org/tlog-proof), checked: that the log stands for it, at which place. */

import { fromBase64, invalid, linesOf, parseDecimal, parseHash, plainText, utf8 } from "./bytes.js";
import { checkGrowth } from "./growth.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { parseCheckpoint, parseNote } from "./note.js";
import { Checks } from "./report.js";
import { openCheckpoint } from "./trust.js";
import { namesOf } from "./witnessed.js";
import { SIGNED_OVER, UNWITNESSED } from "./words.js";

const HEADER = "c2sp.org/tlog-proof@v1";
/* No file of a folder is called so. */
export const PROOF = "a single proof";
export const ENTRY = "its entry";
const [FORM, SIGNED, IN_LOG] = ["form", "checkpoint", "inclusion"];
const MOST_HASHES = 63;
const MOST_EXTRA = 64 * 1024;
const MOST_BYTES = 256 * 1024 + 2 * MOST_EXTRA;
const LIMITS = [
  ["What the entry says and whom it is about; an evidence pack opens it."],
  ["That there is no other entry like it, and what came after this checkpoint."],
  ["That every look left a line."],
];

export const isProof = (data) => utf8(HEADER).every((byte, at) => data[at] === byte);

/* Reads a `.tlog-proof` file; the first empty line ends the proof, the checkpoint below it has one of its own. */
const parseProof = (data) => {
  if (data.length > MOST_BYTES) throw invalid("a proof is longer than {most} bytes", { most: MOST_BYTES });
  const text = plainText(data);
  const end = text.indexOf("\n\n");
  const [head, note] = end < 0 ? [text, ""] : [text.slice(0, end + 1), text.slice(end + 2)];
  const [header, ...lines] = linesOf(head);
  if (header !== HEADER) throw invalid("the first line is not that of a tlog-proof, version 1");
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift().slice(6)) : null;
  if (!lines[0]?.startsWith("index ")) throw invalid("a proof has no index line");
  const index = parseDecimal(lines[0].slice(6));
  const hashes = lines.slice(1).map(parseHash);
  if (hashes.length > MOST_HASHES) throw invalid("a proof has too many hashes");
  if (extra && (extra.length === 0 || extra.length > MOST_EXTRA)) throw invalid("a proof's extra data is empty or too long");
  parseCheckpoint(parseNote(utf8(note)).text);
  return { index, hashes, note: utf8(note), extra };
};

/* Checks a proof for the entry beside it, or for the one that it brings along. */
export const verifyProof = async (files, policy, since = []) => {
  const checks = new Checks();
  let witnessed = null;
  const proof = await checks.part(FORM, undefined, () => parseProof(files.get(PROOF)));
  const entry = files.get(ENTRY) ?? proof?.extra;
  if (proof && !entry) checks.no(FORM, "The proof does not bring its entry along; drop the file with the entry beside it.");
  if (proof && entry) {
    await checks.part(SIGNED, undefined, async () => {
      witnessed = await openCheckpoint(policy, proof.note);
      const { checkpoint } = witnessed;
      checks.settle(SIGNED, SIGNED_OVER, checkpoint);
      await checks.part(IN_LOG, undefined, () => {
        verifyInclusion(proof.index, checkpoint.size, leafHash(entry), proof.hashes, checkpoint.root);
      });
      checks.settle(IN_LOG, "The entry stands in the log at place {index}, counted from 0.", proof);
      await checkGrowth([], checkpoint, policy, since, checks);
    });
  }
  return { checks, witnessed, ...consequences(checks, witnessed) };
};

const consequences = (checks, witnessed) => {
  const seen = witnessed?.cosigned.size && !checks.failed.size;
  const notProved = seen ? LIMITS : [...LIMITS, [UNWITNESSED]];
  if (!witnessed || checks.failed.size) return { proved: [], notProved };
  const stands = ["The log {origin} stands for this entry; to deny it contradicts a signed checkpoint.", witnessed.checkpoint];
  const names = { names: namesOf(witnessed) };
  return { proved: seen ? [stands, ["Witnesses saw the same log: {names}.", names]] : [stands], notProved };
};
