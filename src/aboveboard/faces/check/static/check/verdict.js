/* What the checks found: one sentence on top, each check with its own, what follows from them and what does not. */

import { el, mark } from "./dom.js";
import { say } from "./language.js";
import { dayOf } from "./language.js";
import { ANSWER, UNDER } from "./words.js";

const TITLES = new Map([
  ["checkpoint", "The log's signature"],
  ["manifest", "The pack is whole"],
  ["form", "The files can be read"],
  ["inclusion", "Each line is in the log"],
  ["openings", "Each line says what it said then"],
  ["completeness", "No line is missing in between"],
  ["index", "No line is missing at the end"],
  ["controller", "Who answers for the data"],
  ["grants", "Looks of other entities"],
  ["facts", "The values are those recorded"],
  ["sealed", "Looks kept back for a time"],
  ["delays", "Lines still sealed by law"],
  ["certificate", "The erasure"],
  ["consistency", "The log only grew"],
  ["witnesses", "Witnesses outside"],
  ["container", "What the page holds"],
  ["trust", "The keys you trust"],
  ["range", "The lines are all there"],
  ["period", "The period is covered"],
  ["former", "Earlier logs of this cell"],
  ["denial", "The denial's signature"],
  ["identifiers", "Whom it is about"],
  ["receipt", "The receipt's signature"],
  ["line", "The line in the log"],
  ["tables", "The tables say what the lines say"],
  ["rules", "The text of the rules"],
]);

const checkLine = (check) =>
  el(
    "li",
    { class: `check-line ${check.holds ? "check-holds" : "check-fails"}`, "data-check": check.name },
    mark(check.holds ? "holds" : "fails"),
    el(
      "div",
      {},
      el(
        "p",
        { class: "check-name" },
        say(TITLES.get(check.name) ?? check.name),
        el("span", { class: "check-word" }, check.holds ? say("holds") : say("does not hold")),
      ),
      el("p", { class: "meta" }, say(check.sentence, check.values)),
    ),
  );

export const checkList = (checks) => el("ol", { class: "checks" }, checks.map(checkLine));

/* The one sentence, by the state of the check. */
const HEADS = {
  waiting: ["waits", "Checking ...", "Your browser makes each check now, on this machine."],
  failed: ["fails", "This evidence does not hold", "Something in it was changed, left out or added. The checks marked below say what."],
  "own-key": [
    "holds",
    "The evidence agrees with itself",
    "Every check holds under the key that the evidence itself names. Whether that key is the log's own, you learn from somebody else.",
  ],
  holds: ["holds", "The evidence holds", "Every check holds under the keys you trust."],
  keyless: ["waits", "A key is needed", "This kind of evidence names no key of its own. Give the log's key above, from a source that you trust."],
  broken: ["fails", "Nothing could be checked", "{Why}."],
};

export const verdict = (state, values) => {
  const [shape, head, sentence] = HEADS[state];
  return el(
    "div",
    { class: `verdict verdict-${state}`, id: "verdict", "data-state": state, role: "status" },
    mark(shape),
    el("div", { class: "verdict-words" }, el("h2", {}, say(head)), el("p", {}, say(sentence, values))),
  );
};

/* Committed, signed, witnessed: three ticks of which the third is filled by others. */
export const levels = ({ witnessed, outside }) => {
  const names = [...(outside?.cosigned ?? [])].map(([name, at]) => (at ? `${name} (${dayOf(at.getTime() * 1000)})` : name));
  const values = { names: names.join(", "), size: outside?.checkpoint.size };
  const line = (done, words) => el("li", { class: done ? "level level-done" : "level" }, mark(done ? "holds" : "waits"), words);
  return el(
    "ul",
    { class: "levels" },
    line(true, say("committed")),
    line(true, say("signed: {size} entries", { size: witnessed.checkpoint.size })),
    line(names.length > 0, names.length ? say("witnessed up to entry {size} by {names}", values) : say("no witness you trust has cosigned")),
  );
};

/* Days and times of a sentence, each kept on one line. */
const MOMENT = /(\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d UTC)?)/;
const unbroken = (text) => text.split(MOMENT).map((part, at) => (at % 2 ? el("span", { class: "moment" }, part) : part));

/* What follows, each sentence by itself; those of an answer stand together, and under it what it counts. */
const sentences = (said) => {
  const all = el("ul", { class: "sentences" });
  let answer = null;
  let under = null;
  for (const [sentence, values, place] of said) {
    const words = unbroken(say(sentence, values));
    if (place === ANSWER) {
      answer ??= all.appendChild(el("li", { class: "answer" }));
      answer.append(el("p", {}, words));
    } else if (place === UNDER) {
      under ??= answer.appendChild(el("ul", { class: "sentences" }));
      under.append(el("li", {}, words));
    } else all.append(el("li", {}, words));
  }
  return all;
};

const section = (head, said) => (said.length ? el("section", {}, el("h2", {}, say(head)), sentences(said)) : null);

export const consequences = ({ proved, notProved }) =>
  el("div", { class: "columns-even" }, section("What this proves", proved), section("What it does not prove", notProved));

/* What a receipt or a denial and a pack say together. */
const TOGETHER = new Map([
  ["refuted", "The denial is refuted"],
  ["not-refuted", "The denial is not refuted"],
  ["kept", "The promise of the receipt was kept"],
  ["broken", "The promise of the receipt was broken"],
  ["open", "It stays open"],
  ["unverified", "Nothing can be said about both"],
]);
export const together = ({ outcome, said, report }) =>
  el(
    "section",
    { id: "together", class: "stack", "data-outcome": outcome },
    el("h2", {}, say(TOGETHER.get(outcome))),
    sentences(said),
    report ? checkList(report.checks.done) : null,
  );
