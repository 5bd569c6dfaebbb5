/* One check of one pack, painted when it begins and when it is done. */

import { Fault, utf8 } from "./bytes.js";
import { el } from "./dom.js";
import { lacking } from "./hashing.js";
import { say } from "./language.js";
import { Checks } from "./report.js";
import { READERS } from "./shape.js";
import { parsePolicy } from "./trust.js";
import { checkList, consequences, levels, verdict } from "./verdict.js";

const BARE_KEY = /^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/;

/* A policy as it was pasted: with its last line ended, and a key alone made a policy that trusts this one log. */
const policyText = (data) => {
  const text = new TextDecoder().decode(data).replaceAll("\r\n", "\n").trim();
  return utf8(BARE_KEY.test(text) ? `log ${text}\nquorum none\n` : `${text}\n`);
};

/* The policy the pack itself names: its own keys and nobody else's. Self-consistency is all that it can show. */
const policyNamed = (files) => {
  try {
    const { keys } = READERS.get("evidence.json")(files.get("evidence.json"));
    return { keys, text: utf8(`${keys.map((key) => `log ${key}\n`).join("")}quorum none\n`) };
  } catch {
    return { keys: [], text: utf8("quorum none\n") };
  }
};

/* Evidence that names no key: single proofs, ranges, denials, receipts, files for the press. */
const NO_PACK = ["a single proof", "range.json", "press.json", "denial", "receipt"];

/* What is known of a check so far; `state` is that of the verdict. */
const begun = () => ({
  state: "waiting", values: {}, checks: new Checks(), witnessed: null, pack: null, read: [], keys: [], proved: [], notProved: [],
});

const settledState = (outcome, trusted) => {
  if (!outcome.checks.holds) return "failed";
  return trusted ? "holds" : "own-key";
};

/* Checks what `open` gives with `verify`, and gives `paint` what is known before and after; *trust* and *since* may be empty. */
export const check = async (open, verify, trust, since, paint) => {
  let outcome = begun();
  paint(outcome);
  const sentence = await lacking();
  if (sentence) return paint({ ...outcome, state: "broken", values: { Why: { sentence, values: {} } } });
  try {
    const files = await open();
    const named = policyNamed(files);
    if (!trust.length && NO_PACK.some((name) => files.has(name)) && !files.has("evidence.json")) {
      return paint({ ...outcome, state: "keyless", files });
    }
    const policy = await readPolicy(trust.length ? policyText(trust) : named.text, outcome.checks);
    if (!policy) return paint({ ...outcome, state: "failed", files });
    outcome = { ...outcome, ...(await verify(files, policy, since)), files, keys: trust.length ? [] : named.keys };
    outcome.state = settledState(outcome, trust.length > 0);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    outcome.checks.fault("container", error);
    outcome.state = "failed";
  }
  paint(outcome);
  return outcome;
};

const readPolicy = (text, checks) =>
  checks.part("trust", undefined, () => parsePolicy(text));

/* The verdict, the levels and the list of checks; what follows from them once they are all made. */
export const results = (outcome) =>
  el(
    "section",
    { id: "results", class: "stack" },
    verdict(outcome.state, outcome.values),
    outcome.witnessed ? levels(outcome) : null,
    outcome.checks.done.length ? checkList(outcome.checks.done) : null,
    outcome.keys.length ? keysNamed(outcome.keys) : null,
  );

const keysNamed = (keys) =>
  el(
    "div",
    { class: "keys" },
    el("p", { class: "meta" }, say("Checked under the key that the evidence itself names. Compare it with the one you have from elsewhere:")),
    keys.map((key) => el("code", { class: "key" }, key)),
  );

/* Before anything was checked nothing follows. */
export const isChecked = ({ state }) => !["waiting", "broken", "keyless"].includes(state);

export const afterwards = (outcome) => (isChecked(outcome) ? consequences(outcome) : null);
