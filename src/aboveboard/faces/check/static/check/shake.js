/* SHAKE256 (FIPS 202), which WebCrypto lacks: it gives the blinds of a line out of the line's key. A mistake here could only
   make commitments that no line holds. The state is 25 lanes of 64 bits, each as two halves, the low one first. */

const ROUNDS = 24;
const RATE = 136;

/* FIPS 202, 3.2.5: the constants come out of a shift register, x^8 + x^6 + x^5 + x^4 + 1. */
const CONSTANTS = (() => {
  const constants = new Int32Array(2 * ROUNDS);
  let register = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let power = 0; power <= 6; power += 1) {
      const bit = 2 ** power - 1;
      if (register & 1) constants[2 * round + (bit >> 5)] ^= 1 << (bit & 31);
      register = register & 128 ? ((register << 1) ^ 0x171) & 255 : register << 1;
    }
  }
  return constants;
})();

/* 3.2.2 and 3.2.3: where each lane goes, and by how many bits it is turned. */
const [MOVES, TURNS] = (() => {
  const [moves, turns] = [new Uint8Array(25), new Uint8Array(25)];
  let [x, y] = [1, 0];
  for (let step = 0; step < 24; step += 1) {
    turns[x + 5 * y] = (((step + 1) * (step + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  for (let lane = 0; lane < 25; lane += 1) moves[lane] = Math.floor(lane / 5) + 5 * ((2 * (lane % 5) + 3 * Math.floor(lane / 5)) % 5);
  return [moves, turns];
})();

/* The same by halves of lanes: which half is turned to become the low one, by how much, and where it goes. */
const FROM = Uint8Array.from({ length: 50 }, (_, at) => at + (TURNS[at >> 1] >= 32 ? 1 : 0));
const TURN = Uint8Array.from({ length: 50 }, (_, at) => TURNS[at >> 1] & 31);
const TO = Uint8Array.from({ length: 50 }, (_, at) => 2 * MOVES[at >> 1]);
const COLUMN = Uint8Array.from({ length: 50 }, (_, at) => at % 10);

const sums = new Int32Array(10);
const mixed = new Int32Array(10);
const moved = new Int32Array(50);

/* 3.3, each round in place: columns summed (3.2.1), lanes turned and moved, all but the first (3.2.2, 3.2.3), rows mixed
   (3.2.4), a constant added (3.2.5). */
const permute = (state) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let at = 0; at < 10; at += 1) sums[at] = state[at] ^ state[at + 10] ^ state[at + 20] ^ state[at + 30] ^ state[at + 40];
    for (let low = 0, before = 8, after = 2; low < 10; before = low, low += 2, after = (after + 2) % 10) {
      mixed[low] = sums[before] ^ ((sums[after] << 1) | (sums[after + 1] >>> 31));
      mixed[low + 1] = sums[before + 1] ^ ((sums[after + 1] << 1) | (sums[after] >>> 31));
    }
    moved[0] = state[0] ^ mixed[0];
    moved[1] = state[1] ^ mixed[1];
    for (let lane = 2; lane < 50; lane += 2) {
      const one = FROM[lane];
      const other = one ^ 1;
      const first = state[one] ^ mixed[COLUMN[one]];
      const second = state[other] ^ mixed[COLUMN[other]];
      const turn = TURN[lane];
      const to = TO[lane];
      moved[to] = (first << turn) | (second >>> (32 - turn));
      moved[to + 1] = (second << turn) | (first >>> (32 - turn));
    }
    for (let row = 0; row < 50; row += 10) {
      for (let half = row; half < row + 2; half += 1) {
        const a = moved[half];
        const b = moved[half + 2];
        const c = moved[half + 4];
        const d = moved[half + 6];
        const e = moved[half + 8];
        state[half] = a ^ (~b & c);
        state[half + 2] = b ^ (~c & d);
        state[half + 4] = c ^ (~d & e);
        state[half + 6] = d ^ (~e & a);
        state[half + 8] = e ^ (~a & b);
      }
    }
    state[0] ^= CONSTANTS[2 * round];
    state[1] ^= CONSTANTS[2 * round + 1];
  }
};

/* The first *size* bytes of SHAKE256 over *data*. */
export const shake256 = (data, size) => {
  const padded = new Uint8Array(RATE * (Math.floor(data.length / RATE) + 1));
  padded.set(data);
  padded[data.length] ^= 0x1f;
  padded[padded.length - 1] ^= 0x80;
  const state = new Int32Array(50);
  for (let at = 0; at < padded.length; at += 1) {
    state[(at % RATE) >> 2] ^= padded[at] << (8 * (at & 3));
    if (at % RATE === RATE - 1) permute(state);
  }
  const made = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) {
    if (at && at % RATE === 0) permute(state);
    made[at] = state[(at % RATE) >> 2] >>> (8 * (at & 3));
  }
  return made;
};
