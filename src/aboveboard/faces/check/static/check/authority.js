/* An evidence file for an authority: all lines of a period, everything of them but whom and who, and what they rest on. */

import { checkGrants, statementsOf } from "./acts.js";
import { concat, equal, invalid, toHex, utf8, wrong } from "./bytes.js";
import { checkGrowth } from "./growth.js";
import { IN_LOG, checkGovernance } from "./lines.js";
import { checkManifest } from "./manifest.js";
import { KEY, decoded, fileOf, hex, list, object, text } from "./parts.js";
import { checkSigned, checkSpan, readRange } from "./ranges.js";
import { rangeNotProved, rangeProved } from "./rangewords.js";
import { Checks } from "./report.js";
import { AUDIT_FIELDS, KINDS, said } from "./said.js";
import { sha256 } from "./sha.js";
import { readGovernance } from "./shape.js";
import { ALL, valuesOf } from "./spans.js";
import { tableFile, tables } from "./tally.js";

const [FORM, OPENED, TABLES, RULES] = ["form", "openings", "tables", "rules"];
const RULE_SET = utf8("aboveboard/rule-set/v1\n");
const NOT_PROVED = [
  ["What the pages for people say (HTML, JSON-LD, facts.csv, grants.csv, replay): the log has signed them with the manifest, and no line proves them. The tables of looks, disclosures, erasures and rule sets are made anew."],
  ["That a fact is no longer held, or never was: what is held is told, and only recordings and erasures are lines."],
];

/* Checks the *files* of an evidence file, by name, trusting the keys in *policy* only. */
export const verifyAuthority = async (files, policy, since = []) => {
  const checks = new Checks();
  const witnessed = await checkSigned(files, policy, checks);
  await checkManifest(files, witnessed?.checkpoint.origin, policy, checks);
  const read = await readRange(files, checks);
  const governance = await checks.part(FORM, undefined, () => readGovernance(fileOf(files, "governance.json")));
  if (!witnessed || !read || !governance) {
    return { checks, witnessed, proved: [], notProved: [...rangeNotProved(null, null), ...NOT_PROVED] };
  }
  const counted = await checkSpan(read, witnessed.checkpoint, checks);
  const { asked } = read.span;
  const told = (await readAll(read, checks)).filter((one) => asked.since <= one.said.at && one.said.at < asked.until);
  await checkActs(read.span, told, governance, witnessed.checkpoint, checks);
  checkTables(told, files, checks);
  const rules = await checkRules(files, checks);
  await checkGrowth(read.earlier, witnessed.checkpoint, policy, since, checks);
  const used = ["The rules whose text is here are those with the hash {rules}; which lines they decided, rule-sets.csv says.", { rules }];
  const proved = checks.failed.size ? [] : [...rangeProved(read.span, counted, witnessed), used];
  return { checks, witnessed, proved, notProved: [...rangeNotProved(counted, witnessed), ...NOT_PROVED] };
};

/* Reads every line; all have to be opened but an index of the log and what is said to be withheld. */
const readAll = async ({ span, lines }, checks) => {
  const told = [];
  for (const [at, line] of lines.entries()) {
    const index = span.start + at;
    await checks.part(OPENED, index, () => {
      if (span.opens !== ALL) throw invalid("an evidence file opens more than an answer to one question");
      if (line.opened.size === AUDIT_FIELDS.length && AUDIT_FIELDS.every((name) => line.opened.has(name))) {
        told.push({ index, kind: line.kind, said: said(Object.fromEntries(valuesOf(line))) });
      } else if (line.kind !== KINDS.index && !line.why) {
        throw wrong("it is neither opened nor said to be withheld");
      }
    });
  }
  return told;
};

const checkActs = async (span, told, governance, checkpoint, checks) => {
  const acts = await checkGovernance(governance.lines, new Map([[span.log, checkpoint]]), checks);
  checks.settle(IN_LOG, "{count} lines about decisions of the controller stand in the log.", { count: governance.lines.length });
  await checkGrants(told, governance, statementsOf(acts.filter((line) => line.kind === KINDS.governance)), checks);
};

const checkTables = (told, files, checks) => {
  for (const [name, rows] of tables(told)) {
    if (!files.has(name) || !equal(files.get(name), utf8(tableFile(rows)))) {
      checks.no(TABLES, "The file {name} does not say what the lines say.", { name });
    }
  }
  checks.settle(TABLES, "The tables of looks, disclosures, erasures and rule sets say what the lines say.");
};

/* The hash of a rule set, made anew from its table, the text of each source, and the catalogue's digest. */
const rulesHash = (value) => {
  const sources = list(value.sources).map(object);
  const named = sources.map((one) => [utf8(`${text(one.package)} ${text(one.name)} `), sha256(utf8(text(one.text)))]);
  const table = list(value.table).map((line) => utf8(`${line}\n`));
  return toHex(sha256(concat(RULE_SET, ...table, ...named.flat(), hex(value.catalogue, KEY))));
};

const checkRules = (files, checks) =>
  checks.part(RULES, undefined, () => {
    const value = object(decoded(files.get("rules.json") ?? new Uint8Array()));
    const made = rulesHash(value);
    if (made !== value.hash) throw wrong("the text of the rules does not have the hash that is given for it");
    checks.settle(RULES, "The text of the rules has the hash under which lines were decided.");
    return made;
  });
