/* The page a person takes along: their evidence inside, checked by the page itself as soon as it is opened. */

import { invalid, utf8 } from "./bytes.js";
import { button, el, save } from "./dom.js";
import { banner, foot, skip, top } from "./frame.js";
import { dayOf, say, speak } from "./language.js";
import { Names } from "./naming.js";
import { verifyPack } from "./pack.js";
import { changed, held, looked } from "./person.js";
import { afterwards, check, isChecked, results } from "./results.js";
import { filesOfZip, zipHeld } from "./unzip.js";

const holder = document.getElementById("pack");
let outcome = null;
let zip = null;
let trust = new Uint8Array();

const open = async () => {
  if (!holder) throw invalid("it holds no evidence");
  zip = await zipHeld(holder.textContent, holder.dataset.sha256 ?? "");
  return filesOfZip(zip);
};

const run = () =>
  check(open, verifyPack, trust, [], (now) => {
    outcome = { ...now };
    draw();
  }).catch((error) => {
    outcome = { ...outcome, state: "broken", values: { Why: { sentence: String(error), values: {} } } };
    draw();
  });

const heading = () => {
  const evidence = outcome.pack?.evidence;
  const values = evidence
    ? { controller: new Names(evidence).entity(evidence.controller), day: dayOf(evidence.madeAt) }
    : {};
  return el(
    "div",
    { class: "page-head" },
    el("h1", {}, say("Evidence about your data")),
    el("p", { class: "lede" }, evidence ? say("What {controller} held about you on {day}, who looked at it, from where and why.", values) : say("What is held about you, who looked at it, from where and why.")),
    el("p", { class: "meta" }, say("This page holds the data and the proofs, checks itself on this machine and can reach no network. Keep it to yourself: it is about you.")),
  );
};

const saving = () =>
  el(
    "section",
    { id: "keep", class: "stack" },
    el("h2", {}, say("Check it without this page")),
    el("p", {}, say("The page was made by the company you are checking, so its word is not the last. The evidence inside is the same that lay beside it as a ZIP file; give it to a verifier from another source, with a key from another source.")),
    el(
      "p",
      { class: "cluster" },
      button(say("Save the evidence as a ZIP file"), () => save(zip, "my-evidence.zip", "application/zip")),
      outcome.files?.has("checkpoint") ? button(say("Save the checkpoint"), () => save(outcome.files.get("checkpoint"), "checkpoint", "text/plain")) : null,
    ),
    el("pre", { class: "command" }, "aboveboard verify my-evidence --trust KEYS"),
    keyForm(),
  );

const keyForm = () => {
  const field = el("textarea", { id: "trust", rows: "4", spellcheck: "false", autocomplete: "off" });
  field.value = new TextDecoder().decode(trust);
  const again = () => {
    trust = utf8(field.value.trim());
    return run();
  };
  return el(
    "details",
    { class: "more", open: trust.length > 0 },
    el("summary", {}, say("Check under a key you have from elsewhere")),
    el(
      "div",
      { class: "more-body" },
      el("label", { for: "trust" }, say("The key, or the file of keys you trust")),
      field,
      el("p", {}, button(say("Check again"), again)),
    ),
  );
};

const draw = () => {
  const ready = isChecked(outcome);
  const pack = outcome.pack;
  document.title = say("Evidence about your data");
  const main = el(
    "main",
    { class: "main main-read", id: "check", tabindex: "-1" },
    heading(),
    results(outcome),
    ready && pack && outcome.checks.failed.size ? el("p", { class: "meta" }, say("What follows is what the file says. It is not proved.")) : null,
    ready && pack ? [held(pack), looked(pack, outcome.read), changed(pack, outcome.read)] : null,
    afterwards(outcome),
    ready && zip ? saving() : null,
  );
  document.body.replaceChildren(
    skip(),
    banner(say("This page was made by the company you are checking. For certainty use an independent verifier, or this page from another source, on the file beside it.")),
    top(draw),
    main,
    foot(say("Nothing left this machine."), say("Free software; the same checks as aboveboard verify.")),
  );
};

speak(navigator.language.slice(0, 2));
run();
