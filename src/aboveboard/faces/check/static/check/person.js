/* What a pack says, for the person: what is held, who looked, from where and why, and what was changed. */

import { OWN_RECORD } from "./acts.js";
import { el, folded } from "./dom.js";
import { byMonth, byPlace, changes, groupedBy, looksOfOthers, ownLooks } from "./folding.js";
import { countryName, dayOf, monthOf, say, starting, timeOf, zone } from "./language.js";
import { Names, basis, done, reasons } from "./naming.js";
import { moment } from "./said.js";

const NEWEST = 12; /* looks that stand open; older ones are folded by month */

const dotted = (...parts) => el("p", { class: "meta dotted" }, parts.filter(Boolean).map((part) => el("span", {}, part)));

/* -- what is held ---------------------------------------------------------------------------------------------------- */

const factAbout = (fact) => {
  const recorded = moment(fact.recorded_at);
  return dotted(
    basis(String(fact.basis ?? "")),
    fact.source ? say("from: {source}", { source: fact.source }) : "",
    recorded === null ? "" : say("recorded on {day}", { day: dayOf(recorded) }),
    fact.expires_on ? say("until {day}", { day: dayOf(Date.parse(fact.expires_on) * 1000) }) : say("kept while we work together"),
  );
};

const factRow = (fact, names) =>
  el(
    "li",
    { class: "fact" },
    el(
      "div",
      { class: "fact-grid" },
      el("p", { class: "fact-name" }, names.category(fact.category)),
      fact.value === null
        ? el("div", { class: "fact-value" }, el("span", { class: "hatch" }), el("span", { class: "visually-hidden" }, say("not released for this evidence")))
        : el("div", { class: "fact-value" }, fact.value),
      el("div", { class: "fact-about" }, factAbout(fact)),
    ),
  );

export const held = ({ evidence }) => {
  const names = new Names(evidence);
  const groups = [...groupedBy(evidence.facts, (fact) => String(fact.purpose ?? ""))];
  return el(
    "section",
    { id: "held", class: "stack" },
    el("h2", {}, say("What is held about you")),
    groups.length ? null : el("p", { class: "soft" }, say("Nothing is held any more.")),
    groups.map(([purpose, facts]) =>
      el(
        "section",
        { class: "facts" },
        el("div", { class: "facts-head" }, el("h3", {}, names.purposeSentence(purpose) || starting(names.purpose(purpose)) || say("Held"))),
        el("ul", { class: "fact-list" }, facts.map((fact) => factRow(fact, names))),
      ),
    ),
  );
};

/* -- who looked ------------------------------------------------------------------------------------------------------ */

const shownTo = (one, names) => {
  const why = reasons(one.refusals);
  if (!one.allowed) return why ? say("Nothing was shown: {why}.", { why }) : say("Nothing was shown.");
  const shown = names.listed(one.categories);
  if (!one.refused.length) return shown;
  const categories = names.listed(one.refused);
  return `${shown} ${why ? say("Not shown: {categories}, because {reason}.", { categories, reason: why }) : say("Not shown: {categories}.", { categories })}`;
};

const who = (one, names) => {
  if (one.purpose === OWN_RECORD) return say("you");
  const entity = names.entity(one.entity);
  return one.reader
    ? say("{entity}, reader {reader}", { entity, reader: one.reader })
    : say("{entity}, reader not told apart: fewer than five work there", { entity });
};

const eachLine = (line) =>
  el(
    "li",
    {},
    el("span", { class: "figure" }, timeOf(line.said.at)),
    el("span", {}, say("entry {index} of the log", { index: line.index })),
    line.said.categories.length ? null : el("span", {}, say("refused")),
    el("code", { class: "digest" }, line.side?.entryHash.slice(0, 16) ?? ""),
  );

/* A look that a law kept from the person, and the day from which they may know. */
const toldLate = (one) => {
  const late = one.lines.find((line) => line.toldAt !== undefined);
  return late ? say("kept from you by law until {day}", { day: dayOf(late.toldAt) }) : "";
};

const lookItem = (one, names) => {
  const purpose = names.purpose(one.purpose);
  const refused = one.allowed === 0;
  return el(
    "li",
    { class: refused ? "look look-refused" : "look" },
    el("p", { class: "look-day" }, dayOf(one.at)),
    el(
      "div",
      { class: "look-what" },
      el(
        "p",
        {},
        refused ? say("Asked and refused: {purpose}", { purpose }) : starting(purpose),
        one.lines.length > 1 ? el("span", { class: "soft" }, ` ×\u00a0${one.lines.length}`) : null,
      ),
      el("p", {}, shownTo(one, names)),
      dotted(who(one, names), names.place(one), one.grant ? say("under a grant of the controller") : "", toldLate(one)),
      folded({ class: "more" }, say("Lines of the log"), () => el("ul", { class: "more-body each-line" }, one.lines.map(eachLine))),
    ),
  );
};

const lookList = (items, names) => el("ul", { class: "looks" }, items.map((one) => lookItem(one, names)));

const older = (items, names) =>
  byMonth(items, monthOf).map(([month, some]) => {
    const count = some.reduce((sum, one) => sum + one.lines.length, 0);
    const head = [el("span", {}, month), el("span", { class: "soft figure" }, say("looks: {count}", { count }))];
    return folded({ class: "month" }, head, () => lookList(some, names));
  });

const placeTable = (rows, names) =>
  el(
    "div",
    { class: "table-room", tabindex: "0", role: "region", "aria-label": say("Who looked, by entity and country") },
    el(
      "table",
      { class: "table" },
      el("caption", {}, say("By entity and country")),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          [say("Entity"), say("Country")].map((head) => el("th", { scope: "col" }, head)),
          [say("Looks"), say("Refused"), say("Last")].map((head) => el("th", { scope: "col", class: "number" }, head)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, names.entity(row.entity)),
            el("td", {}, countryName(row.country)),
            [row.looks, row.refused].map((count) => el("td", { class: "number" }, String(count))),
            el("td", { class: "number" }, dayOf(row.last)),
          ),
        ),
      ),
    ),
  );

export const looked = ({ evidence }, read) => {
  const names = new Names(evidence);
  const [others, own] = [looksOfOthers(read), ownLooks(read)];
  return el(
    "section",
    { id: "looked", class: "stack" },
    el("h2", {}, say("Who looked")),
    others.length ? placeTable(byPlace(read), names) : el("p", { class: "soft" }, say("Nobody else has looked.")),
    others.length ? el("p", { class: "meta" }, say("Times are those of {zone}.", { zone: zone() })) : null,
    lookList(others.slice(0, NEWEST), names),
    older(others.slice(NEWEST), names),
    own.length ? el("h3", {}, say("Your own looks")) : null,
    older(own, names),
  );
};

/* -- what was changed ------------------------------------------------------------------------------------------------ */

const changeItem = (line, names) => {
  const { said } = line;
  const what = line.kind === 1 ? say("Taken in") : done(said.operation);
  const by = said.purpose === OWN_RECORD ? say("by you") : names.entity(said.entity);
  return el(
    "li",
    {},
    el("p", { class: "meta" }, dayOf(said.at)),
    el("p", {}, said.verdict === "refuse" ? say("Refused: {what}", { what }) : what),
    dotted(by, said.operation === "record" ? names.listed(said.categories) : "", say("entry {index} of the log", { index: line.index })),
  );
};

export const changed = ({ evidence }, read) => {
  const names = new Names(evidence);
  const found = changes(read);
  const list = el("ol", { class: "chronology" }, found.slice(0, NEWEST).map((line) => changeItem(line, names)));
  const rest = found.slice(NEWEST);
  return el(
    "section",
    { id: "changed", class: "stack" },
    el("h2", {}, say("What was recorded or changed")),
    list,
    rest.length
      ? folded({ class: "more" }, say("Older: {count}", { count: rest.length }), () => el("ol", { class: "chronology" }, rest.map((line) => changeItem(line, names))))
      : null,
  );
};
