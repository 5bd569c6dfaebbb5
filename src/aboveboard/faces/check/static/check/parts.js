/* The parts of a pack's files, read strictly: one form for each value, and everything else refused. */

import { Fault, fromBase64, fromHex, invalid } from "./bytes.js";
import { decode } from "./canonical.js";

export const MOST_BYTES = 64 * 1024 * 1024; /* no file of a pack is longer */
export const KEY = 32;

export const otherForm = () => invalid("it does not have the form it must have");

export const decoded = (data) => {
  if (data.length > MOST_BYTES) throw invalid("it is too long");
  return decode(data);
};

export const object = (value) => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw otherForm();
  return value;
};

export const list = (value) => {
  if (!Array.isArray(value)) throw otherForm();
  return value;
};

export const text = (value) => {
  if (typeof value !== "string") throw otherForm();
  return value;
};

export const number = (value) => {
  if (typeof value !== "number" || value < 0) throw otherForm();
  return value;
};

export const anyHex = (value) => {
  const data = fromHex(value);
  if (data === null) throw otherForm();
  return data;
};

export const base64 = (value) => {
  try {
    return fromBase64(text(value));
  } catch (error) {
    throw error instanceof Fault ? otherForm() : error;
  }
};

export const hex = (value, size) => {
  const data = anyHex(value);
  if (data.length !== size) throw otherForm();
  return data;
};

export const hashes = (value) => list(value).map((one) => hex(one, KEY));

export const logNumber = (name) => {
  if (!/^(0|[1-9][0-9]{0,2})$/.test(name)) throw otherForm();
  return Number(name);
};

/* The blind and the value of an opened field. */
export const opening = (item) => {
  const pair = list(item);
  if (pair.length !== 2) throw otherForm();
  return { blind: hex(pair[0], KEY), value: text(pair[1]) };
};

export const fileOf = (files, name) => {
  if (!files.has(name)) throw invalid("the file {name} is missing", { name });
  return files.get(name);
};
