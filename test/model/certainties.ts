import type { ChaosStorage } from "./chaos-storage.js";
import { covers, type Change, type Journal, type ValueRecord, type EndedSpan } from "./journal.js";
import type { Moment } from "./timeline.js";
import { LOAD_MS } from "./world-settings.js";

/** What must be found, where nothing that has happened leaves a doubt. */
export class Certainties {
  readonly #journal: Journal;
  readonly #storage: ChaosStorage;

  constructor(journal: Journal, storage: ChaosStorage) {
    this.#journal = journal;
    this.#storage = storage;
  }

  /**
   * The value that a read must find, if it is fresh: the newest one, which nobody has touched since, in a place that
   * certainly has it. In the near cache it is certain where that is large and nobody has invalidated it.
   */
  near(key: string, atSeq: number): ValueRecord | undefined {
    const { near, queue } = this.#journal.settings;
    if (near === "off" || near === "tiny" || queue !== "ample") return undefined;
    const change = this.#untouchedSet(key, atSeq, atSeq);
    if (change !== undefined) {
      const isInvalidated = this.#journal.invalidations.some(
        (event) => covers(event, key) && event.seq > change.called.seq,
      );
      return isInvalidated ? undefined : this.#journal.values.get(change.n!);
    }
    return this.#settledLoad(key, atSeq);
  }

  /** The value that a read must have found, fresh, or stale for a load that failed; `undefined` where that is not certain. */
  answer({ key, started, ended }: EndedSpan, isStale = false): ValueRecord | undefined {
    const near = this.near(key, started.seq);
    const isUntouched = near !== undefined && !this.#journal.hasTurned(key, started.seq - 1, ended.seq);
    const record = isUntouched ? near : this.#certainInBackend(key, started, ended);
    if (record === undefined) return undefined;
    if (this.#journal.foreignKeys.has(key) || this.#hasLoadedSince(key, started.seq, ended.seq))
      return undefined;
    if (!isStale) return record.freshUntilMs > ended.atMs ? record : undefined;
    return record.freshUntilMs <= started.atMs && record.graceUntilMs > ended.atMs ? record : undefined;
  }

  #certainInBackend(key: string, started: Moment, ended: Moment): ValueRecord | undefined {
    if (this.#journal.settings.queue !== "ample") return undefined;
    const change = this.#untouchedSet(key, started.seq, ended.seq);
    const record = change === undefined ? undefined : this.#journal.values.get(change.n!);
    if (change === undefined || record === undefined) return undefined;
    if (change.ackedSeq === undefined) return record.freshUntilMs > ended.atMs ? record : undefined;
    // A load that is in the air already is joined, whatever its read has met.
    const isLoading = this.#journal.loads.some(
      (load) =>
        load.key === key && load.started.seq < started.seq && (load.ended?.seq ?? Infinity) > started.seq,
    );
    if (isLoading) return undefined;
    const isHeld = this.#storage.heldThroughout(key, record.n, started.seq, ended.seq);
    return isHeld && !this.#journal.hasReadFailed(key, started, ended) ? record : undefined;
  }

  /** A set that was accepted before `fromSeq`, and nothing has changed or loaded the key since, up to `untilSeq`. */
  #untouchedSet(key: string, fromSeq: number, untilSeq: number): Change | undefined {
    const change = this.#journal.changesOf(key).findLast(({ called }) => called.seq < untilSeq);
    if (change?.kind !== "set" || change.settled === undefined || change.settled.seq >= fromSeq)
      return undefined;
    if (!this.#journal.isAccepted(change)) return undefined;
    return this.#hasLoadedSince(key, change.called.seq, untilSeq) ? undefined : change;
  }

  /** Whether a load of the key, started after `fromSeq`, may have put something else into the place of a value. */
  #hasLoadedSince(key: string, fromSeq: number, untilSeq: number): boolean {
    return this.#journal.loads.some(
      ({ key: own, started, outcome }) =>
        own === key &&
        started.seq > fromSeq &&
        started.seq < untilSeq &&
        outcome !== "failed" &&
        outcome !== undefined,
    );
  }

  #settledLoad(key: string, atSeq: number): ValueRecord | undefined {
    const ended = this.#journal.loads.filter(
      (load) =>
        load.key === key && load.ended !== undefined && load.outcome !== "failed" && load.ended.seq < atSeq,
    );
    const last = ended.at(-1);
    if (last?.outcome !== "value" || last.ended!.atMs - last.started.atMs >= LOAD_MS) return undefined;
    const isAlone = ended.every((load) => load === last || load.ended!.seq < last.flightSeq);
    if (!isAlone || this.#journal.hasTurned(key, last.flightSeq, atSeq)) return undefined;
    // The loader is back a little before the cache knows: whoever waited was answered then.
    const isKnown = this.#journal.spans.some(
      ({ key: own, ended: answered }) =>
        own === key && answered !== undefined && answered.seq > last.ended!.seq && answered.seq < atSeq,
    );
    if (!isKnown) return undefined;
    return this.#journal.values.get(last.n!);
  }
}
