/* What kind of evidence files are, told by what is among them, and how each is checked. */

import { verifyAuthority } from "./authority.js";
import { invalid } from "./bytes.js";
import { DENIAL, isDenial, verifyDenial } from "./denial.js";
import { verifyPack } from "./pack.js";
import { PRESS, verifyPress } from "./press.js";
import { verifyRange } from "./ranges.js";
import { RECEIPT, holdReceipt, isReceipt, verifyReceipt } from "./receipts.js";
import { refute } from "./refuting.js";
import { ENTRY, PROOF, isProof, verifyProof } from "./single.js";
import { RANGE } from "./spans.js";
import { filesOfPage, filesOfZip } from "./unzip.js";
import { notChecked } from "./words.js";

const [EVIDENCE, GOVERNANCE] = ["evidence.json", "governance.json"];

/* The files of what was dropped, by name; a single proof, a receipt and a denial may come without a folder. */
export const filesOf = async (dropped) => {
  const proof = dropped.find(({ data }) => isProof(data));
  if (proof && dropped.length <= 2) return new Map(dropped.map((one) => [one === proof ? PROOF : ENTRY, one.data]));
  if (dropped.length !== 1) return new Map(dropped.map(({ name, data }) => [name, data]));
  const [{ data }] = dropped;
  if (isReceipt(data)) return new Map([[RECEIPT, data]]);
  if (isDenial(data)) return new Map([[DENIAL, data]]);
  return data[0] === 0x50 && data[1] === 0x4b ? filesOfZip(data) : filesOfPage(data);
};

const verifyKind = async (files, policy, since) => {
  const given = (name) => files.has(name);
  if (given(PROOF)) return verifyProof(files, policy, since);
  if (given(DENIAL)) return verifyDenial(files, policy, since);
  if (given(RECEIPT) && !given(EVIDENCE)) return verifyReceipt(files, policy);
  if (given(PRESS)) return verifyPress(files, policy, since);
  if (given(RANGE)) return given(GOVERNANCE) ? verifyAuthority(files, policy, since) : verifyRange(files, policy, since);
  if ([...files.keys()].some((name) => name.startsWith("tile/"))) {
    throw invalid("this is a copy of a whole log, which is checked on the command line: aboveboard-verify.pyz");
  }
  return verifyPack(files, policy, since);
};

/* Checks *files*, by name, as the kind of evidence that they are. A pack says itself which checkpoint witnesses saw. */
export const verifyFiles = async (files, policy, since = []) => {
  const made = await verifyKind(files, policy, since);
  if (made.pack !== undefined) return made;
  const { witnessed } = made;
  return { ...made, outside: witnessed?.cosigned.size ? witnessed : null, notProved: [...made.notProved, ...notChecked(witnessed)] };
};

/* Holds a receipt, or a denial, against what was made of a pack. */
export const heldAgainst = async (dropped, made, policy, since) => {
  const files = await filesOf(dropped);
  if (files.has(DENIAL)) return refute(files, made, policy, since);
  if (files.has(RECEIPT)) return holdReceipt(files.get(RECEIPT), made, policy);
  throw invalid("what is to be held against the pack is neither a receipt nor a denial");
};
