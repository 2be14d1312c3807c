import type { Breach } from "./breach.js";
import { READ_BOUND_MS } from "./bounds.js";
import type { Certainties } from "./certainties.js";
import { covers, isOverloaded, type Journal, type LoadRecord, type ReadSpan } from "./journal.js";
import type { Moment } from "./timeline.js";

/** Judges what the cache asks of its loader and its backend. */
export class FlightRules {
  readonly #journal: Journal;
  readonly #certainties: Certainties;

  constructor(journal: Journal, certainties: Certainties) {
    this.#journal = journal;
    this.#certainties = certainties;
  }

  /** A load begins; it is not in the journal yet. */
  load(key: string, { seq, atMs }: Moment): Breach | undefined {
    const waiting = this.#waiting(key, atMs);
    const other = this.#journal.loads.find(
      (load) =>
        load.key === key &&
        this.#journal.isInTheAir(load, atMs) &&
        !this.#journal.hasTurned(key, load.flightSeq),
    );
    if (other !== undefined) {
      return { rule: "single-flight", message: `a load of ${key} began beside that of ${other.started.seq}` };
    }
    if (waiting.some(({ isFresh }) => isFresh)) return undefined;
    return this.#needless(key, { seq, atMs }, waiting) ?? this.#remembered(key, { seq, atMs }, waiting);
  }

  /** The backend is asked for a key; the read is not in the journal yet. */
  read(key: string, { atMs }: Moment): Breach | undefined {
    // expire() reads what it writes back, and again until that is done.
    if (this.#journal.changesOf(key).some(({ kind }) => kind === "expire")) return undefined;
    const other = this.#journal.backendReads.find(
      (read) =>
        read.key === key && read.endedSeq === undefined && !this.#journal.hasTurned(key, read.sent.seq),
    );
    if (other !== undefined && !this.#isTriedAlone(key, other.sent.seq)) {
      return { rule: "single-flight", message: `a read of ${key} was sent beside that of ${other.sent.seq}` };
    }
    const change = this.#journal.newestChange(key);
    if (change === undefined || change.kind === "clear" || !this.#journal.isPending(change)) return undefined;
    // What finds the queue full is over for the host a little before its caller hears of it.
    if (this.#journal.settings.queue !== "ample") return undefined;
    // A read that began before may be tried again.
    if (this.#waiting(key, atMs).some(({ started }) => started.seq < change.called.seq)) return undefined;
    // What was loaded since answers in its place, until it is stored.
    if (this.#journal.loads.some((load) => load.key === key && load.started.seq > change.called.seq))
      return undefined;
    const value = change.n === undefined ? undefined : this.#journal.values.get(change.n);
    if (value !== undefined && value.freshUntilMs <= atMs) return undefined;
    return {
      rule: "pending",
      message: `the backend was asked for ${key} while the ${change.kind} of ${change.called.seq} waits`,
    };
  }

  /** Whether a read may be that of a getMany of an earlier generation, which has failed and is tried key by key. */
  #isTriedAlone(key: string, untilSeq: number): boolean {
    return (
      this.#journal.settings.abilities.includes("getMany") &&
      this.#journal.backendReads.some(
        (read) =>
          read.key === key &&
          read.endedSeq !== undefined &&
          read.sent.seq < untilSeq &&
          this.#journal.hasTurned(key, read.sent.seq),
      )
    );
  }

  /** A value is sent to the backend. */
  put(key: string, n: number): Breach | undefined {
    const value = this.#journal.values.get(n);
    if (value?.kind !== "load") return undefined;
    const after = this.#journal
      .changesOf(key)
      .findLast(
        ({ kind, called, error }) => kind !== "expire" && called.seq > value.born.seq && !isOverloaded(error),
      );
    if (after !== undefined) {
      return {
        rule: "fill",
        message: `the value ${n} of ${key}, loaded at ${value.born.seq}, is stored after the ${after.kind} of ${after.called.seq}`,
      };
    }
    // expire() writes what the backend has, whatever invalidations there were.
    const isExpired = this.#journal
      .changesOf(key)
      .some(({ kind, called }) => kind === "expire" && called.seq > value.born.seq);
    const invalidation = this.#journal.invalidations.find(
      (event) => covers(event, key) && event.seq > value.born.seq,
    );
    if (invalidation === undefined || isExpired) return undefined;
    return {
      rule: "fill",
      message: `the value ${n} of ${key}, loaded at ${value.born.seq}, is stored after the invalidation of ${invalidation.seq}`,
    };
  }

  /** When the oldest read began that waits for the key. */
  oldestWaitingSeq(key: string, atMs: number): number {
    return Math.min(...this.#waiting(key, atMs).map(({ started }) => started.seq));
  }

  /** Reads that a flight of the key may be for; those whose callers have left go on. */
  #waiting(key: string, atMs: number): ReadSpan[] {
    return this.#journal.spans.filter(
      ({ key: own, started, ended, hasLeft = false }) =>
        own === key && (ended === undefined || (hasLeft && atMs - started.atMs <= READ_BOUND_MS)),
    );
  }

  #needless(key: string, { seq, atMs }: Moment, waiting: readonly ReadSpan[]): Breach | undefined {
    const value = this.#certainties.near(key, seq);
    if (value === undefined || atMs >= value.freshUntilMs - this.#journal.settings.refreshAheadMs)
      return undefined;
    const change = this.#journal.newestChange(key);
    const load = this.#journal.loads.find(({ n }) => n === value.n);
    const settledSeq = Math.max(change?.settled?.seq ?? 0, load?.ended?.seq ?? 0);
    if (waiting.some(({ started }) => started.seq <= settledSeq)) return undefined;
    return { rule: "fresh-hit", message: `a load of ${key} began though ${value.n} is fresh` };
  }

  #remembered(key: string, { seq, atMs }: Moment, waiting: readonly ReadSpan[]): Breach | undefined {
    const last: LoadRecord | undefined = this.#journal.loads.findLast(
      (load) => load.key === key && load.ended !== undefined,
    );
    if (last?.outcome !== "none" || atMs >= last.ended!.atMs + this.#journal.settings.negativeTtlMs)
      return undefined;
    if (this.#journal.foreignKeys.has(key)) return undefined;
    const wasInTime = this.#journal.isInTheAir(
      { key, started: last.started, flightSeq: 0 },
      last.ended!.atMs,
    );
    if (!wasInTime || this.#journal.hasTurned(key, last.flightSeq, seq)) return undefined;
    if (waiting.some(({ started }) => started.seq <= last.ended!.seq)) return undefined;
    return {
      rule: "negative",
      message: `a load of ${key} began though that of ${last.started.seq} has just found nothing`,
    };
  }
}
