/* SHA-256 (FIPS 180-4), made here: WebCrypto answers each call later, and a page of evidence needs tens of thousands. Before
   anything is checked, `hashing.js` holds it against the browser's own; so does each file of a pack, by the manifest. */

const BLOCK = 64;
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19];
for (let one = 23; PRIMES.length < BLOCK; one += 2) if (PRIMES.every((prime) => one % prime)) PRIMES.push(one);

/* 4.2.2 and 5.3.3: the first 32 bits behind the point of the primes' cube roots and square roots. */
const behindPoint = (root) => Math.floor((root % 1) * 2 ** 32);
const CONSTANTS = Int32Array.from(PRIMES, (prime) => behindPoint(Math.cbrt(prime)));
const BEGINNING = Int32Array.from(PRIMES.slice(0, 8), (prime) => behindPoint(Math.sqrt(prime)));

const state = new Int32Array(8);
const words = new Int32Array(BLOCK);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/* 6.2.2: takes the block of *data* at *begin* into the state. */
const take = (data, begin) => {
  for (let at = 0, from = begin; at < 16; at += 1, from += 4) {
    words[at] = (data[from] << 24) | (data[from + 1] << 16) | (data[from + 2] << 8) | data[from + 3];
  }
  for (let at = 16; at < BLOCK; at += 1) {
    const early = words[at - 15];
    const late = words[at - 2];
    const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[at] = words[at - 16] + low + words[at - 7] + high;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let at = 0; at < BLOCK; at += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[at] + words[at]) | 0;
    const other = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + other) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
};

let room = new Uint8Array(16 * BLOCK);

/* SHA-256 of the parts, one behind the other; 5.1.1: a bit, zeros, and the length in bits as 64 of them. */
export const sha256 = (...parts) => {
  let size = 0;
  for (const part of parts) size += part.length;
  const end = BLOCK * Math.ceil((size + 9) / BLOCK);
  if (room.length < end) room = new Uint8Array(end);
  let at = 0;
  for (const part of parts) {
    room.set(part, at);
    at += part.length;
  }
  room[size] = 0x80;
  room.fill(0, size + 1, end);
  for (let place = end - 1, rest = size * 8; rest > 0; place -= 1, rest = Math.floor(rest / 256)) room[place] = rest % 256;
  state.set(BEGINNING);
  for (let begin = 0; begin < end; begin += BLOCK) take(room, begin);
  const made = new Uint8Array(32);
  for (let place = 0; place < 32; place += 1) made[place] = state[place >> 2] >>> (24 - 8 * (place & 3));
  return made;
};

const [INNER, OUTER] = [0x36, 0x5c];

/* A function that gives HMAC-SHA256 under one key (FIPS 198-1). */
export const hmac = (key) => {
  const given = key.length > BLOCK ? sha256(key) : key;
  const [inner, outer] = [INNER, OUTER].map((pad) => Uint8Array.from({ length: BLOCK }, (_, at) => (given[at] ?? 0) ^ pad));
  return (...parts) => sha256(outer, sha256(inner, ...parts));
};
