/* What an authority reads of a period, as tables made from opened lines alone, so that anybody makes them anew. */

import { KINDS } from "./said.js";

const LOOKS = ["entity", "country", "established", "purpose", "operation", "verdict", "transfer"];
const DISCLOSURES = ["line", "time", "entity", "country", "operation", "purpose", "categories", "verdict", "transfer", "grant"];
const PASSED_ON = ["disclose", "transfer"];

const timeOf = ({ at }) => `${new Date(at / 1000).toISOString().slice(0, 19)}Z`;

/* Rows in order, item by item. */
const ordered = (rows) =>
  rows.sort((one, other) => {
    const at = one.findIndex((item, place) => item !== other[place]);
    return at < 0 ? 0 : one[at] < other[at] ? -1 : 1;
  });

const counted = (looks) => {
  const found = new Map();
  for (const { said } of looks) {
    const row = LOOKS.map((name) => said[name]);
    const key = JSON.stringify(row);
    found.set(key, { row, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return ordered([...found.values()].map(({ row, count }) => [...row, String(count)]));
};

const passedOn = ({ index, said }) => {
  const told = { ...said, line: String(index), time: timeOf(said), categories: said.categories.join(" ") };
  return DISCLOSURES.map((name) => told[name]);
};

const ruleSets = (decided) => {
  const found = new Map();
  for (const { said } of decided) found.set(said.rules, [...(found.get(said.rules) ?? []), timeOf(said)].sort());
  const rows = [...found].map(([name, times]) => [times[0], name, times.at(-1), String(times.length)]);
  return ordered(rows).map(([first, name, last, count]) => [name, first, last, count]);
};

/* The tables of a period, each with its head, by the name of its file. */
export const tables = (lines) => {
  const looks = lines.filter(({ kind }) => [KINDS.look, KINDS.sealed].includes(kind));
  const erasures = lines.filter(({ kind }) => kind === KINDS.erase);
  return new Map([
    ["looks.csv", [[...LOOKS, "looks"], ...counted(looks)]],
    ["disclosures.csv", [DISCLOSURES, ...looks.filter(({ said }) => PASSED_ON.includes(said.operation)).map(passedOn)]],
    ["erasures.csv", [["line", "time"], ...erasures.map(({ index, said }) => [String(index), timeOf(said)])]],
    ["rule-sets.csv", [["rule_set", "first", "last", "decisions"], ...ruleSets(lines.filter(({ said }) => said.rules))]],
  ]);
};

const quoted = (item) => (/[",\r\n]/.test(item) ? `"${item.replaceAll('"', '""')}"` : item);

/* A table as CSV (RFC 4180): commas, lines ended by CR LF. */
export const tableFile = (rows) => rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
