/* Bytes and texts: one value has one spelling, and no other is read. */

export const HASH_SIZE = 32;
export const LARGEST = 2 ** 53;

/* What does not hold, as a sentence with values to fill in; `invalid`: it has not even the form it must have. */
export class Fault extends Error {
  constructor(sentence, values, invalid) {
    super(sentence);
    this.sentence = sentence;
    this.values = values || {};
    this.invalid = invalid;
  }
}

export const wrong = (sentence, values) => new Fault(sentence, values, false);
export const invalid = (sentence, values) => new Fault(sentence, values, true);

export const concat = (...parts) => {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};

export const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

const encoder = new TextEncoder();
const SHORT = 128; /* to here a loop is quicker than the browser's encoder */
export const utf8 = (text) => {
  if (text.length > SHORT) return encoder.encode(text);
  const data = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return encoder.encode(text);
    data[at] = code;
  }
  return data;
};

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
export const textOf = (data) => {
  try {
    return strict.decode(data);
  } catch {
    throw invalid("the text is not valid UTF-8");
  }
};

const DIGITS = "0123456789abcdef";
const TWO_DIGITS = Array.from({ length: 256 }, (_, byte) => DIGITS[byte >> 4] + DIGITS[byte & 15]);
export const toHex = (data) => {
  let text = "";
  for (const byte of data) text += TWO_DIGITS[byte];
  return text;
};

const VALUE_OF = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value += 1) VALUE_OF[DIGITS.charCodeAt(value)] = value;

/* Bytes written as lower-case hexadecimal digits; null for any other text. */
export const fromHex = (text) => {
  if (typeof text !== "string" || text.length % 2 !== 0) return null;
  const data = new Uint8Array(text.length / 2);
  for (let at = 0; at < data.length; at += 1) {
    const high = VALUE_OF[text.charCodeAt(2 * at)] ?? -1;
    const low = VALUE_OF[text.charCodeAt(2 * at + 1)] ?? -1;
    if (high < 0 || low < 0) return null;
    data[at] = 16 * high + low;
  }
  return data;
};

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SIX_BITS = new Int8Array(128).fill(-1);
for (let bits = 0; bits < 64; bits += 1) SIX_BITS[LETTERS.charCodeAt(bits)] = bits;

const ASCII = /^[\x00-\x7f]*$/;

/* RFC 4648 sections 3.3 and 3.5: no other letters, and left-over bits are zero. */
export const fromBase64 = (text) => {
  const left = /={0,2}$/.exec(text.slice(-2))[0].length;
  const letters = text.slice(0, text.length - left) + "AA".slice(0, left);
  const data = new Uint8Array((letters.length / 4) * 3);
  let good = letters.length % 4 === 0 && ASCII.test(letters);
  for (let at = 0, to = 0; good && at < letters.length; at += 4, to += 3) {
    const one = SIX_BITS[letters.charCodeAt(at)];
    const two = SIX_BITS[letters.charCodeAt(at + 1)];
    const bits = (one << 18) | (two << 12) | (SIX_BITS[letters.charCodeAt(at + 2)] << 6) | SIX_BITS[letters.charCodeAt(at + 3)];
    good = bits >= 0;
    data[to] = bits >> 16;
    data[to + 1] = bits >> 8;
    data[to + 2] = bits;
  }
  if (!good) throw invalid("a value is not standard base64");
  const end = data.length - left;
  if (data.subarray(end).some(Boolean)) throw invalid("a value is not canonical base64");
  return data.subarray(0, end);
};

/* A whole number as big-endian bytes. */
const bigEndian = (number, size) => {
  const data = new Uint8Array(size);
  for (let at = size - 1, rest = BigInt(number); at >= 0; at -= 1, rest >>= 8n) data[at] = Number(rest & 255n);
  return data;
};
export const u32 = (number) => bigEndian(number, 4);
export const u64 = (number) => bigEndian(number, 8);
export const toNumber = (data) => data.reduce((number, byte) => number * 256 + byte, 0);

/* signed-note, Format: no control character but newline. */
const FORBIDDEN = /[\x00-\x09\x0b-\x1f]/;
export const plainText = (data) => {
  const text = textOf(data);
  if (FORBIDDEN.test(text)) throw invalid("the text contains a control character other than newline");
  return text;
};

export const linesOf = (text) => {
  if (!text.endsWith("\n")) throw invalid("the text does not end in a newline");
  return text.slice(0, -1).split("\n");
};

export const parseDecimal = (text) => {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text) || Number(text) > LARGEST) {
    throw invalid("a number is not a plain decimal in range");
  }
  return Number(text);
};

export const parseHash = (text) => {
  const data = fromBase64(text);
  if (data.length !== HASH_SIZE) throw invalid("a hash is not 32 bytes long");
  return data;
};
