/* A report: every check with yes or no and a sentence. */

import { Fault } from "./bytes.js";

const MOST_FAILURES = 20; /* of one kind that are told one by one; the rest is counted */

export class Checks {
  constructor() {
    this.done = [];
    this.failed = new Map();
  }

  add(name, holds, sentence, values, entry) {
    this.done.push({ name, holds, sentence, values: values || {}, entry: entry ?? null });
  }

  no(name, sentence, values, entry) {
    const count = (this.failed.get(name) ?? 0) + 1;
    this.failed.set(name, count);
    if (count <= MOST_FAILURES) this.add(name, false, sentence, values, entry);
  }

  /* Says that *name* holds, in this sentence, unless a part of it has failed. */
  settle(name, sentence, values) {
    const failed = this.failed.get(name) ?? 0;
    if (failed === 0) this.add(name, true, sentence, values);
    else if (failed > MOST_FAILURES) {
      this.add(name, false, "{more} more of the same kind do not hold.", { more: failed - MOST_FAILURES });
    }
    return failed === 0;
  }

  /* Makes a no of a fault, about an entry where it is about one; any other error is a mistake of ours and goes on. */
  fault(name, error, entry) {
    if (!(error instanceof Fault)) throw error;
    const why = { sentence: error.sentence, values: error.values };
    if (entry === undefined) this.no(name, "{Why}.", { Why: why });
    else this.no(name, "Entry {entry}: {why}.", { entry, why }, entry);
  }

  /* Does a part; where it does not hold, that is noted, and what comes after goes on. */
  async part(name, entry, work) {
    try {
      return await work();
    } catch (error) {
      this.fault(name, error, entry);
      return null;
    }
  }

  get holds() {
    return this.done.length > 0 && this.done.every((check) => check.holds);
  }
}

/* Does *work* on each of many things, and gives what it gave or the fault it ended in, in their order. */
export const settled = (things, work) =>
  things.map((thing, at) => {
    try {
      return { value: work(thing, at) };
    } catch (error) {
      return { error };
    }
  });
