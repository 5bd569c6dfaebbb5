/* The manifest: a note signed by the log that lists every other file with its SHA-256. */

import { invalid, linesOf, toHex, wrong } from "./bytes.js";
import { digest } from "./hashing.js";
import { openNote, parseNote } from "./note.js";
import { logKeys } from "./trust.js";

const MANIFEST = "manifest";
const HEADER = "aboveboard.evidence/manifest@v1";
const FILE = /^([0-9a-f]{64}) ([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

const listed = (text) => {
  const [header, origin, ...rest] = linesOf(text);
  if (header !== HEADER || origin === undefined) {
    throw invalid("the manifest is not one of an evidence pack, version 1");
  }
  const found = rest.map((line) => FILE.exec(line));
  const names = found.map((match) => match?.[2]);
  const inOrder = names.every((name, at) => name && name !== MANIFEST && (at === 0 || names[at - 1] < name));
  if (!inOrder) throw invalid("the manifest is not one of an evidence pack, version 1");
  return { origin, files: new Map(found.map((match) => [match[2], match[1]])) };
};

const compare = async (files, list, checks) => {
  const here = [...list.keys()].filter((name) => files.has(name));
  const digests = new Map(await Promise.all(here.map(async (name) => [name, toHex(await digest(files.get(name)))])));
  for (const [name, signed] of list) {
    if (!files.has(name)) checks.no(MANIFEST, "The file {name} is missing.", { name });
    else if (digests.get(name) !== signed) checks.no(MANIFEST, "The file {name} was changed.", { name });
  }
  const added = [...files.keys()].filter((name) => name !== MANIFEST && !list.has(name)).sort();
  for (const name of added) {
    checks.no(MANIFEST, "A file was added that the log did not sign: {name}.", { name: name.slice(0, 100) });
  }
};

/* Holds every file against the manifest: none changed, none missing, none added, signed by the log of *origin*. */
export const checkManifest = async (files, origin, policy, checks) => {
  if (!files.has(MANIFEST)) {
    checks.no(MANIFEST, "The manifest is missing, so nobody can tell whether other files were changed.");
    return;
  }
  await checks.part(MANIFEST, undefined, async () => {
    const note = parseNote(files.get(MANIFEST));
    const list = listed(note.text);
    if (origin !== undefined && list.origin !== origin) {
      throw wrong("the manifest belongs to another log than the checkpoint");
    }
    await openNote(files.get(MANIFEST), logKeys(policy, list.origin));
    if (note.signatures.length !== 1) throw wrong("the manifest carries a second signature, which was added later");
    await compare(files, list.files, checks);
  });
  checks.settle(MANIFEST, "The pack is whole: {count} files, each as the log signed it.", { count: files.size });
};
