/* Acts of the controller: signed by two, on record in the log, and the looks of others that rest on them. */

import { Fault, concat, fromHex, toHex, utf8, wrong } from "./bytes.js";
import { encode } from "./canonical.js";
import { signs } from "./hashing.js";
import { KINDS, moment } from "./said.js";
import { sha256 } from "./sha.js";

export const GRANTS = "grants";
export const OWN_RECORD = "own-record";
const PROPOSAL = utf8("aboveboard/act/proposal/v1\n");
const DECISION = utf8("aboveboard/act/decision/v1\n");
const STAFF_KEY = utf8("aboveboard/staff-key/v1\n");

const plain = (value) => (typeof value === "string" ? value : "");
export const texts = (value) => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
const setDefault = (map, key, value) => map.has(key) || map.set(key, value);

/* What the opened lines of governance say: keys, signed and applied acts, what was ended, who the controller is. */
export const statementsOf = (lines) => {
  const known = {
    controller: "", keys: new Map(), retired: new Map(), signed: new Map(), applied: new Map(), revoked: new Map(),
    witnessing: {},
  };
  const inOrder = lines.map((line) => line.said).sort((one, other) => one.at - other.at);
  for (const line of inOrder) if (line.verdict === "permit") take(known, line);
  return known;
};

const take = (known, { operation, body, at }) => {
  const [act, key] = [plain(body.act), plain(body.key)];
  if (operation === "cell.founded") known.controller = plain(body.controller);
  else if (operation === "key.added") {
    const publicKey = fromHex(plain(body.public_key)) ?? new Uint8Array();
    setDefault(known.keys, key, { staff: plain(body.staff), publicKey, since: at });
    for (const old of texts(body.retired)) setDefault(known.retired, old, at);
  } else if (operation === "key.retired") setDefault(known.retired, key, at);
  else if (operation === "act.signed") {
    setDefault(known.signed, act, []);
    known.signed.get(act).push(`${plain(body.body_hash)} ${key}`);
  } else if (operation === "act.applied") setDefault(known.applied, act, at);
  else if (operation === "grant.revoked") setDefault(known.revoked, act, at);
  else if (operation === "log.witnessing") known.witnessing = body;
};

const hexHash = (...parts) => toHex(sha256(...parts));
const require = (holds, otherwise) => {
  if (!holds) throw wrong(otherwise);
};

/* An empty object or list says nothing, as an empty text does. */
const says = (value) => Boolean(value) && (typeof value !== "object" || Object.keys(value).length > 0);

const checkSignature = async (signed, message, signature, known) => {
  const name = plain(signed.key);
  const key = known.keys.get(name);
  const named = key && hexHash(STAFF_KEY, key.publicKey).slice(0, 32) === name;
  require(named && key.staff === signed.by, "is signed with a key that the log does not show on record for its signer");
  const until = known.retired.get(name) ?? Infinity;
  const inTime = typeof signed.at === "number" && key.since <= signed.at && signed.at < until;
  require(inTime, "is signed with a key that was not on record at that time");
  const holds = key.publicKey.length === 32 && (await signs(key.publicKey, signature, message));
  require(holds, "has a signature that does not hold");
};

/* Holds an act's two signatures against the keys in the log, and the act against the log's lines about it. */
export const checkAct = async (act, known) => {
  const { proposal, decision } = act;
  const message = concat(PROPOSAL, encode(proposal));
  const body = hexHash(encode(act.body));
  require(proposal.act === act.id && proposal.body === body, "was proposed with another text");
  require(proposal.controller === known.controller, "was not proposed to this controller");
  require(decision.proposal === hexHash(message), "is not the one that was decided on");
  const proposedWith = hexHash(act.proposerSignature);
  require(decision.proposer_signature === proposedWith, "was decided on under another proposal's signature");
  require(decision.by !== proposal.by, "was proposed and signed by one and the same person");
  require(says(decision.opinion) || says(decision.opinion_waived), "has no opinion of the officer beside it");
  await checkSignature(proposal, message, act.proposerSignature, known);
  await checkSignature(decision, concat(DECISION, encode(decision)), act.signerSignature, known);
  const signed = known.signed.get(act.id) ?? [];
  require(signed.includes(`${body} ${plain(decision.key)}`), "is not in the log as signed");
};

/* When an act of this *kind* that two have signed took effect; null where that does not hold. */
export const inForceSince = async (act, kind, known) => {
  if (act.proposal.kind !== kind) return null;
  try {
    await checkAct(act, known);
    return known.applied.get(act.id) ?? null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return null;
  }
};

const checkLook = ({ said: look }, acts, flaws, known) => {
  const act = acts.get(look.grant);
  require(act, "the grant it names is not shown");
  if (flaws.has(look.grant)) throw wrong("the grant it names {flaw}", { flaw: flaws.get(look.grant) });
  const { body } = act;
  require(
    body.controller === known.controller && body.entity === look.entity && body.purpose === look.purpose,
    "the grant it names was given to another entity, or for another purpose",
  );
  const granted = texts(body.categories);
  require(look.categories.every((one) => granted.includes(one)), "it released more than the grant it names");
  const applied = known.applied.get(look.grant);
  const inForce = applied !== undefined && applied <= look.at;
  if (inForce) {
    const [from, until] = [moment(body.valid_from), moment(body.valid_until)];
    require(from !== null && (from > look.at || until !== null), "the grant it names has no term");
    require(from <= look.at && look.at < until, "the grant it names did not hold at that time");
  }
  require(inForce, "the grant it names did not hold at that time");
  const revoked = known.revoked.get(look.grant) ?? Infinity;
  require(look.at < revoked, "the grant it names had been ended before");
};

/* Holds every permitted look from another entity against its grant; how many looks rest on one. */
export const checkGrants = async (read, governance, known, checks) => {
  const acts = new Map(governance.acts.map((act) => [act.id, act]));
  const flaws = new Map();
  for (const [id, act] of acts) {
    try {
      await checkAct(act, known);
      require(act.proposal.kind === "grant", "is not a grant");
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      flaws.set(id, { sentence: error.sentence, values: error.values });
    }
  }
  const looks = read.filter((line) => line && line.kind === KINDS.look && line.said.verdict !== "refuse");
  for (const line of looks) {
    await checks.part(GRANTS, line.index, () => {
      if (line.said.grant) checkLook(line, acts, flaws, known);
      else if (line.said.purpose !== OWN_RECORD && line.said.entity !== known.controller) {
        throw wrong("another entity than the controller looked, and no grant is named");
      }
    });
  }
  const granted = looks.filter((line) => line.said.grant).length;
  const sentence = granted
    ? "{granted} looks from other entities rest on grants of the controller, signed by two."
    : "No look of another entity was permitted.";
  checks.settle(GRANTS, sentence, { granted });
  return granted;
};
