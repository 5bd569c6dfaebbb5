/* Looks folded as the person reads them: by day, purpose, place and reader, the latest day first. */

import { OWN_RECORD } from "./acts.js";
import { KINDS } from "./said.js";

const unique = (values) => [...new Set(values)].sort();

const fold = (lines) => {
  const first = lines[0].said;
  const released = unique(lines.flatMap((line) => line.said.categories));
  return {
    lines,
    at: Math.max(...lines.map((line) => line.said.at)),
    purpose: first.purpose,
    entity: first.entity,
    country: first.country,
    established: first.established,
    grant: first.grant,
    reader: lines[0].side?.reader ?? "",
    categories: released,
    refused: unique(lines.flatMap((line) => line.said.refused)).filter((one) => !released.includes(one)),
    refusals: unique(lines.flatMap((line) => line.said.refusals)),
    allowed: lines.filter((line) => line.said.categories.length).length,
  };
};

const grouped = (items, nameOf) => {
  const groups = new Map();
  for (const item of items) {
    const name = nameOf(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return groups;
};

const looksIn = (read) => read.filter((line) => line?.kind === KINDS.look);
const isOwn = (line) => line.said.purpose === OWN_RECORD;

/* The day in the reader's own time zone, in no language. */
const dayAt = (at) => new Date(at / 1000).toDateString();

const folds = (lines) => {
  const groups = grouped(lines, ({ said, side }) =>
    JSON.stringify([
      dayAt(said.at), said.purpose, said.entity, said.country, said.established, side?.reader, said.transfer, said.grant,
    ]),
  );
  return [...groups.values()].map(fold).sort((one, other) => other.at - one.at);
};

export const looksOfOthers = (read) => folds(looksIn(read).filter((line) => !isOwn(line)));
export const ownLooks = (read) => folds(looksIn(read).filter(isOwn));

/* Who looked from where, most often first. */
export const byPlace = (read) => {
  const groups = grouped(looksIn(read).filter((line) => !isOwn(line)), ({ said }) => `${said.entity} ${said.country}`);
  const rows = [...groups.values()].map((lines) => ({
    entity: lines[0].said.entity,
    country: lines[0].said.country,
    looks: lines.filter((line) => line.said.categories.length).length,
    refused: lines.filter((line) => !line.said.categories.length).length,
    last: Math.max(...lines.map((line) => line.said.at)),
  }));
  return rows.sort((one, other) => other.looks - one.looks || other.refused - one.refused);
};

/* What was recorded or changed, newest first. */
export const changes = (read) => {
  const kinds = [KINDS.created, KINDS.change, KINDS.erase];
  return read.filter((line) => kinds.includes(line?.kind)).reverse();
};

export const byMonth = (items, monthOf) => [...grouped(items, (item) => monthOf(item.at))];
export const groupedBy = grouped;
