/* The page for anybody's file: evidence in, what it proves out, and nothing leaves the machine. */

import { concat, utf8 } from "./bytes.js";
import { button, el } from "./dom.js";
import { CZECH_OF_KINDS } from "./czechkinds.js";
import { foot, skip, top } from "./frame.js";
import { filesOf, heldAgainst, verifyFiles } from "./kinds.js";
import { learn, say, speak } from "./language.js";
import { changed, held, looked } from "./person.js";
import { afterwards, check, isChecked, results } from "./results.js";
import { together } from "./verdict.js";

const alone = document.documentElement.dataset.alone !== undefined;
let outcome = null;
let chosen = { pack: [], trust: [], since: [], against: [] };
let pasted = "";

const read = (files) =>
  Promise.all(Array.from(files, async (file) => ({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) })));

const trustGiven = () => concat(...chosen.trust.map(({ data }) => data), utf8(chosen.trust.length ? "" : pasted.trim()));

/* Checks what was dropped and, where it is a pack, what is to be held against it. */
const verify = async (files, policy, since) => {
  const made = await verifyFiles(files, policy, since);
  const against = made.pack && chosen.against.length ? await heldAgainst(chosen.against, made, policy, since) : null;
  return { ...made, against };
};

const run = () =>
  check(() => filesOf(chosen.pack), verify, trustGiven(), chosen.since.map(({ data }) => data), (now) => {
    outcome = { ...now };
    drawOutcome();
  }).catch((error) => {
    outcome = { ...outcome, state: "broken", values: { Why: { sentence: String(error), values: {} } } };
    drawOutcome();
  });

const take = async (name, files) => {
  chosen = { ...chosen, [name]: await read(files) };
  if (chosen.pack.length) await run();
};

const fileField = (name, words, help, more = {}) => {
  const field = el("input", { type: "file", id: `file-${name}`, "aria-describedby": `help-${name}`, on: { change: () => take(name, field.files) }, ...more });
  return el("div", { class: "field" }, el("label", { for: `file-${name}` }, words), field, el("p", { class: "help", id: `help-${name}` }, help));
};

const pastedField = () => {
  const field = el("textarea", {
    id: "trust", rows: "4", spellcheck: "false", autocomplete: "off", "aria-describedby": "help-trust-text",
    on: { input: () => { pasted = field.value; } },
  });
  field.value = pasted;
  return el(
    "div",
    { class: "field" },
    el("label", { for: "trust" }, say("The key you trust, as text")),
    field,
    el("p", { class: "help", id: "help-trust-text" }, say("A line like example.org/log+1f2e3d4c+A..., or a whole file of trusted keys. Have it from somebody other than whoever gave you the evidence. Without it only this can be shown: that the evidence agrees with itself under the key it names.")),
  );
};

const form = () => {
  const room = el(
    "div",
    { class: "drop", id: "drop" },
    el("p", { class: "drop-words" }, say("Drop the evidence here, or choose it:")),
    fileField("pack", say("Evidence"), say("A pack, a range or a file for an authority, a denial, a receipt, a file for the press, or a single proof with its entry: the ZIP file, the page of evidence, or all files of the folder. A copy of a whole log (a mirror) is checked on the command line, by aboveboard-verify.pyz."), { multiple: true }),
  );
  const over = (is) => (event) => {
    event.preventDefault();
    room.classList.toggle("drop-over", is);
  };
  room.addEventListener("dragover", over(true));
  room.addEventListener("dragleave", over(false));
  room.addEventListener("drop", (event) => {
    over(false)(event);
    take("pack", event.dataTransfer.files);
  });
  return el(
    "form",
    { class: "form form-wide", on: { submit: (event) => event.preventDefault() } },
    room,
    pastedField(),
    el(
      "details",
      { class: "more" },
      el("summary", {}, say("More: a file of keys, checkpoints you kept, a receipt, a denial")),
      el(
        "div",
        { class: "more-body" },
        fileField("trust", say("File of trusted keys"), say("It counts in place of the text above.")),
        fileField("since", say("Checkpoints you kept"), say("The log must only have grown since."), { multiple: true }),
        fileField("against", say("A receipt or a denial"), say("It is held against the pack above: whether the promise was kept, whether the denial was false."), { multiple: true }),
      ),
    ),
    el("p", {}, button(say("Check"), () => chosen.pack.length && run(), { class: "button button-main", id: "run" })),
  );
};

const about = ({ pack, read: lines }) =>
  el(
    "details",
    { class: "more", id: "about" },
    el("summary", {}, say("Show what the evidence says about the person")),
    el("div", { class: "stack-wide about" }, held(pack), looked(pack, lines), changed(pack, lines)),
  );

const drawOutcome = () => {
  const ready = outcome && isChecked(outcome);
  const shown = ready && outcome.pack ? about(outcome) : null;
  const beside = outcome?.against ? together(outcome.against) : null;
  const parts = outcome ? [results(outcome), beside, shown, afterwards(outcome)] : [];
  document.getElementById("outcome").replaceChildren(...parts.filter(Boolean));
};

const body = () => [
  form(),
  el("div", { id: "outcome", class: "stack-wide" }),
];

const draw = () => {
  if (!alone) {
    document.getElementById("check").replaceChildren(...body());
  } else {
    document.title = say("Check evidence");
    const main = el(
      "main",
      { class: "main main-read", id: "check", tabindex: "-1" },
      el(
        "div",
        { class: "page-head" },
        el("h1", {}, say("Check evidence")),
        el("p", { class: "lede" }, say("Everything is computed on this machine. This page can reach no network, and nothing you drop on it goes anywhere.")),
      ),
      body(),
    );
    document.body.replaceChildren(skip(), top(draw), main, foot(say("Nothing left this machine."), say("Free software; the same checks as aboveboard verify.")));
  }
  if (outcome) drawOutcome();
};

learn(CZECH_OF_KINDS);
speak(alone ? navigator.language.slice(0, 2) : document.documentElement.lang);
draw();
