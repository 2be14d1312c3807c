import type { Category } from "../../src/host/cache/category.js";
import type { Breach } from "./breach.js";
import type { ChaosStorage } from "./chaos-storage.js";
import { errorText } from "./error-text.js";
import { covers, isOverloaded, type Change, type Journal } from "./journal.js";
import { numberOf, type TestValue } from "./test-value.js";
import type { Moment } from "./timeline.js";

/** Judges how changes settle, what is stored in the end, and what `keys()` lists. */
export class FinalRules {
  readonly #journal: Journal;
  readonly #storage: ChaosStorage;

  constructor(journal: Journal, storage: ChaosStorage) {
    this.#journal = journal;
    this.#storage = storage;
  }

  /** A change has settled. */
  settled(change: Change): Breach | undefined {
    const { onWriteError, queue, abilities } = this.#journal.settings;
    const what = `${change.kind} of ${change.key ?? "all"}, called at ${change.called.seq},`;
    const { error } = change;
    if (error === undefined) {
      // What is cleared page by page shows in the end only.
      const isShown = change.kind !== "expire" && (change.kind !== "clear" || abilities.includes("clear"));
      const isTrue = onWriteError !== "throw" || !isShown || this.#isDone(change);
      return isTrue ? undefined : { rule: "no-lost-write", message: `${what} resolved, and was not done` };
    }
    const code = (error as { code?: unknown }).code;
    if (code === "STOCKPILE_CLOSED" && this.#journal.isClosed) return undefined;
    if (code === "STOCKPILE_BACKEND_OVERLOADED" && queue !== "ample") {
      if (onWriteError !== "ignore" || change.kind !== "set") return undefined;
    } else if (onWriteError === "throw") {
      const isTrue = this.#journal.writeFailures.length + this.#journal.readFailures.length > 0;
      if (isTrue && isBackendCode(code)) return undefined;
    }
    return { rule: "rejection", message: `${what} rejected with ${errorText(error)}` };
  }

  /** Everything is healed and nothing is queued: the backend holds the newest of what was accepted, or what is newer. */
  stored(key: string): Breach | undefined {
    if (this.#journal.foreignKeys.has(key)) return undefined;
    const entry = this.#storage.ledger.get(key);
    const n = entry === undefined ? undefined : numberOf(entry);
    const value = n === undefined ? undefined : this.#journal.values.get(n);
    const changes = this.#journal.changesOf(key).filter(({ kind }) => kind !== "expire");
    const accepted = changes.findLast((change) => this.#journal.isAccepted(change));
    const sinceSeq = accepted?.called.seq ?? 0;
    // What was lost cannot be found and removed; of a set that was refused, the removal of the value before may be left.
    const isAbsent = value === undefined || !this.#storage.entries.has(key);
    const mayBe = (change: Change): boolean =>
      change.called.seq >= sinceSeq &&
      ((change.n !== undefined && change.n === n) ||
        (isAbsent && (change.n === undefined || this.#mayBeRefused(change))));
    const isRight =
      (accepted === undefined && value === undefined) ||
      // expire() removes what it finds where that is older than a set that has failed.
      (isAbsent && this.#hasExpired(key, changes, sinceSeq)) ||
      changes.some(mayBe) ||
      (value?.kind === "load" && value.born.seq > sinceSeq) ||
      // A loaded value that was filled before it was known to be too old is removed again.
      (value === undefined && this.#hasLoaded(key, sinceSeq));
    if (isRight) return undefined;
    const expected =
      accepted === undefined
        ? "nothing"
        : `what the ${accepted.kind} of ${accepted.called.seq} made of it${accepted.n === undefined ? "" : `, ${accepted.n}`}`;
    return {
      rule: "newest-wins",
      message: `${key} holds ${n ?? "nothing"} in the end instead of ${expected}`,
    };
  }

  /** The cache was closed as things were: whatever did not get where it was to be is counted. */
  delivered(keys: readonly string[], undelivered: number): Breach | undefined {
    const missing = keys.map((key) => this.stored(key)).filter((breach) => breach !== undefined);
    return missing.length > 0 && undelivered === 0
      ? { rule: "undelivered", message: `nothing is undelivered, and ${missing[0]!.message}` }
      : undefined;
  }

  /** Another host, which knows nothing of what went on here, reads what is stored: nothing that was expired. */
  async readByOther(key: string, otherHost: Category<TestValue>): Promise<Breach | undefined> {
    const found = await otherHost.lookup(key);
    const value = found.value === undefined ? undefined : this.#journal.values.get(found.value.n);
    if (value === undefined) return undefined;
    const atMs = this.#journal.timeline.mark().atMs;
    const isExpired = this.#journal.freshUntilMs(value, Infinity) <= atMs;
    return isExpired && !found.stale
      ? { rule: "expire", message: `another host gets ${value.n} of ${key} as fresh, and it has expired` }
      : undefined;
  }

  /** keys() has listed what it does. */
  keys(yielded: ReadonlySet<string>, started: Moment, ended: Moment): Breach | undefined {
    for (const key of new Set([...yielded, ...this.#journal.changes.map((change) => change.key)])) {
      if (key === undefined || this.#journal.foreignKeys.has(key)) continue;
      const newest = this.#journal.newestChange(key, started.seq);
      if (newest === undefined || this.#hasChangedSince(key, newest, ended.seq)) continue;
      // One of a deleteMany may have failed, which its caller is told when all have ended.
      const isSure = newest.settled !== undefined || this.#journal.settings.onWriteError !== "throw";
      const isGone = newest.kind !== "set" && newest.error === undefined && isSure;
      if (isGone && yielded.has(key)) {
        return {
          rule: "keys",
          message: `keys() listed ${key}, which the ${newest.kind} of ${newest.called.seq} removed`,
        };
      }
      if (!yielded.has(key) && this.#isThere(newest, started, ended)) {
        return { rule: "keys", message: `keys() did not list ${key}, set at ${newest.called.seq}` };
      }
    }
    return undefined;
  }

  /** keys() has failed. */
  keysRejection(error: unknown, started: Moment, ended: Moment): Breach | undefined {
    const code = (error as { code?: unknown } | null)?.code;
    if (code === "STOCKPILE_CLOSED" && this.#journal.isClosed) return undefined;
    if (code === "STOCKPILE_UNSUPPORTED" && !this.#journal.settings.abilities.includes("scan"))
      return undefined;
    const hasFailed = this.#journal.readFailures.some(
      ({ key, seq }) => key === undefined && seq > started.seq && seq < ended.seq,
    );
    if (hasFailed && isBackendCode(code)) return undefined;
    return { rule: "rejection", message: `keys() rejected with ${errorText(error)}` };
  }

  #hasChangedSince(key: string, newest: Change, untilSeq: number): boolean {
    return (
      this.#journal.changes.some(
        (change) =>
          covers(change, key) && change.called.seq > newest.called.seq && change.called.seq < untilSeq,
      ) || this.#hasLoaded(key, newest.called.seq)
    );
  }

  /** Whether there may have been no room for a set: who is told so depends on `onWriteError`. */
  #mayBeRefused({ error }: Change): boolean {
    const { onWriteError, queue } = this.#journal.settings;
    return isOverloaded(error) || (onWriteError === "ignore" && queue !== "ample");
  }

  /** Whether a key was expired, and one of `changes` has failed: before that, or while it was on its way. */
  #hasExpired(key: string, changes: readonly Change[], sinceSeq: number): boolean {
    return (
      changes.some((change) => change.called.seq > sinceSeq && !this.#journal.isAccepted(change)) &&
      this.#journal.changesOf(key).some(({ kind }) => kind === "expire")
    );
  }

  #hasLoaded(key: string, sinceSeq: number): boolean {
    return this.#journal.loads.some((load) => load.key === key && load.started.seq > sinceSeq);
  }

  #isThere(change: Change, started: Moment, ended: Moment): boolean {
    if (this.#journal.settings.queue !== "ample" || change.n === undefined) return false;
    const isSettled = change.settled !== undefined && change.settled.seq < started.seq;
    if (!isSettled || !this.#journal.isAccepted(change)) return false;
    if (this.#journal.freshUntilMs(this.#journal.values.get(change.n)!, ended.seq) <= ended.atMs)
      return false;
    return (
      change.ackedSeq === undefined ||
      this.#storage.heldThroughout(change.key!, change.n, started.seq, ended.seq)
    );
  }

  /** Done by the backend, or replaced by a newer one while it waited, and settled as that. */
  #isDone({ key, called, ackedSeq }: Change): boolean {
    if (ackedSeq !== undefined) return true;
    const isNewer = (other: { key: string | undefined }, seq: number): boolean =>
      seq > called.seq && (key === undefined || covers(other, key));
    return (
      this.#journal.changes.some((other) => isNewer(other, other.called.seq)) ||
      this.#journal.loads.some((load) => isNewer(load, load.started.seq))
    );
  }
}

function isBackendCode(code: unknown): boolean {
  return (
    code === "STOCKPILE_BACKEND_FAILED" ||
    code === "STOCKPILE_BACKEND_TIMEOUT" ||
    code === "STOCKPILE_BACKEND_OVERLOADED" ||
    code === "STOCKPILE_PLUGIN_UNAVAILABLE"
  );
}
