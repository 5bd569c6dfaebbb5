/* The files of a pack out of a ZIP, or out of a page of evidence, which holds one. */

import { fromBase64, invalid, textOf, toHex } from "./bytes.js";
import { digest } from "./hashing.js";
import { MOST_BYTES } from "./parts.js";

const MOST_FILES = 100;
const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const [STORED, DEFLATED] = [0, 8];
const notZip = () => invalid("it is not a ZIP file that can be read here");

const endOf = (view) => {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65557); at -= 1) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw notZip();
};

const inflated = async (data, size) => {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > size) throw notZip();
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  parts.reduce((at, part) => {
    whole.set(part, at);
    return at + part.length;
  }, 0);
  return whole;
};

/* One entry of the list of contents; the file's bytes stand behind a header of their own. */
const entryAt = (data, view, at) => {
  if (view.getUint32(at, true) !== ENTRY) throw notZip();
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true));
  const name = textOf(data.subarray(at + 46, at + 46 + lengths[0]));
  const local = view.getUint32(at + 42, true);
  if (flags & 1 || ![STORED, DEFLATED].includes(method) || size > MOST_BYTES) throw notZip();
  if (view.getUint32(local, true) !== LOCAL) throw notZip();
  const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const body = data.subarray(begin, begin + packed);
  return { name, method, body, size, next: at + 46 + lengths[0] + lengths[1] + lengths[2] };
};

const unpacked = async ({ method, body, size }) => {
  const file = method === STORED ? body : await inflated(body, size);
  if (file.length !== size) throw notZip();
  return file;
};

/* The entries in their order. */
const entriesIn = (data, view) => {
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  if (count > MOST_FILES) throw invalid("it holds far more files than a pack has");
  const found = [];
  for (let at = view.getUint32(end + 16, true); found.length < count; at = found.at(-1).next) found.push(entryAt(data, view, at));
  if (new Set(found.map(({ name }) => name)).size !== count) throw notZip();
  return found;
};

/* The files of a ZIP by name; one folder round all of them is taken off. */
export const filesOfZip = async (data) => {
  try {
    const entries = entriesIn(data, new DataView(data.buffer, data.byteOffset, data.byteLength));
    const files = await Promise.all(entries.map(unpacked));
    return withoutFolder(new Map(entries.map(({ name }, at) => [name, files[at]])));
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw notZip(); /* cut short, or not deflated */
    throw error;
  }
};

const withoutFolder = (files) => {
  const [first] = [...files.keys()];
  const folder = (first ?? "").split("/")[0] + "/";
  if (![...files.keys()].every((name) => name.startsWith(folder))) return files;
  const inside = [...files].map(([name, file]) => [name.slice(folder.length), file]);
  return new Map(inside.filter(([name]) => name));
};

const HOLDER = /<script type="text\/plain" id="pack" data-sha256="([0-9a-f]{64})">([A-Za-z0-9+/=\s]*)<\/script>/;

/* The ZIP that a page of evidence holds, byte for byte what was put into it. */
export const zipHeld = async (text, signed) => {
  const data = fromBase64(text.trim());
  if (toHex(await digest(data)) !== signed) throw invalid("what it holds was changed");
  return data;
};

/* The files that a page of evidence holds. */
export const filesOfPage = async (data) => {
  const held = HOLDER.exec(textOf(data));
  if (!held) throw invalid("it is neither a ZIP file nor a page of evidence");
  return filesOfZip(await zipHeld(held[2], held[1]));
};
