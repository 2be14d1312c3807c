/**
 * The plain model: what was asked of the cache, what came of it, and which values there are, in the order it happened.
 * It knows nothing of near caches, generations, queues or versions: what an answer may be follows from the order of
 * the calls alone.
 */
import type { Moment, Timeline } from "./timeline.js";
import { LOAD_MS, type WorldSettings } from "./world-settings.js";

/** A change that was asked for. */
export interface Change {
  readonly kind: "set" | "delete" | "clear" | "expire";
  /** `undefined`: all keys of the category. */
  readonly key: string | undefined;
  /** The number of the value of a set. */
  readonly n?: number;
  readonly called: Moment;
  settled?: Moment;
  /** What it was rejected with. */
  error?: unknown;
  /** When the backend's answer reached the host. */
  ackedSeq?: number;
}

/** A value that came into being. */
export interface ValueRecord {
  readonly n: number;
  readonly key: string;
  readonly kind: "set" | "load" | "foreign";
  /** Of a loaded value, when its load began: it is as old as that. */
  readonly born: Moment;
  freshUntilMs: number;
  graceUntilMs: number;
}

/** A run of the loader for one key. */
export interface LoadRecord {
  readonly key: string;
  readonly started: Moment;
  /** When the oldest read began that may wait for it: its generation is as old as that. */
  readonly flightSeq: number;
  ended?: Moment;
  outcome?: "value" | "none" | "failed";
  n?: number;
}

/** A read in the air, as the application sees it. */
export interface ReadSpan {
  readonly kind: "get" | "lookup" | "has" | "refresh";
  readonly key: string;
  readonly started: Moment;
  readonly isFresh: boolean;
  readonly hasLoader: boolean;
  /** Whether it is one of several keys, of which none is rejected by itself. */
  readonly isBulk?: boolean;
  readonly deadlineMs?: number;
  readonly abortReason?: object;
  ended?: Moment;
  /** Whether its caller has left: what it has begun goes on. */
  hasLeft?: boolean;
}

/** A read that has ended. */
export type EndedSpan = ReadSpan & { readonly ended: Moment };

/** A read of the backend. */
interface BackendRead {
  readonly key: string;
  /** The call that it is part of. */
  readonly call: object;
  readonly sent: Moment;
  endedSeq?: number;
}

/** What has happened in a history so far. */
export class Journal {
  readonly changes: Change[] = [];
  readonly values: Map<number, ValueRecord> = new Map();
  readonly loads: LoadRecord[] = [];
  readonly spans: ReadSpan[] = [];
  readonly backendReads: BackendRead[] = [];
  /** When reads of a key, or what was read, went wrong. */
  readonly readFailures: (Moment & { readonly key: string | undefined })[] = [];
  /** When writes of a key, or of all, went wrong. */
  readonly writeFailures: (Moment & { readonly key: string | undefined })[] = [];
  /** What `invalidate` was called with; `undefined`: all keys. */
  readonly invalidations: { readonly key: string | undefined; readonly seq: number }[] = [];
  /** Late answers of writes: they may begin another generation. */
  readonly releases: { readonly key: string | undefined; readonly seq: number }[] = [];
  /** Keys that another host writes as well. */
  readonly foreignKeys: Set<string> = new Set();
  readonly settings: WorldSettings;
  readonly timeline: Timeline;
  /** Whether the cache was closed: calls may fail with that. */
  isClosed = false;
  #lastNumber = 0;

  constructor(settings: WorldSettings, timeline: Timeline) {
    this.settings = settings;
    this.timeline = timeline;
  }

  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  /** Notes a value with its time to live, which the category's may shorten. */
  addValue(
    value: Pick<ValueRecord, "n" | "key" | "kind" | "born">,
    storedAtMs: number,
    ttlMs?: number,
  ): void {
    const freshUntilMs = storedAtMs + Math.min(ttlMs ?? Infinity, this.settings.ttlMs);
    this.values.set(value.n, { ...value, freshUntilMs, graceUntilMs: freshUntilMs + this.settings.graceMs });
  }

  /** The changes of a key, in the order they were called. */
  changesOf(key: string): Change[] {
    return this.changes.filter((change) => covers(change, key) && !isRefused(change));
  }

  /** The last set, delete or clear of a key that was called before `seq`. */
  newestChange(key: string, seq: number = Infinity): Change | undefined {
    return this.changesOf(key).findLast(({ kind, called }) => kind !== "expire" && called.seq < seq);
  }

  /** Until when a value is fresh, as far as changes that were called before `seq` say. */
  freshUntilMs(value: ValueRecord, seq: number): number {
    let freshUntilMs = value.freshUntilMs;
    for (const change of this.changesOf(value.key)) {
      // What is read as garbage, or is another key's, cannot be expired.
      const isRead = !this.readFailures.some(
        (failure) => covers(failure, value.key) && failure.seq > change.called.seq,
      );
      const isDone =
        isRead && change.settled !== undefined && change.error === undefined && change.settled.seq < seq;
      if (change.kind === "expire" && isDone && change.called.seq > value.born.seq) {
        freshUntilMs = Math.min(freshUntilMs, change.called.atMs);
      }
    }
    return freshUntilMs;
  }

  /** Whether something began another generation of the key after `fromSeq` and before `untilSeq`. */
  hasTurned(key: string, fromSeq: number, untilSeq: number = Infinity): boolean {
    const isSince = (seq: number | undefined): boolean =>
      seq !== undefined && seq > fromSeq && seq < untilSeq;
    return (
      this.changes.some(
        (change) =>
          covers(change, key) &&
          (isSince(change.called.seq) || isSince(change.settled?.seq) || isSince(change.ackedSeq)),
      ) ||
      this.invalidations.some((event) => covers(event, key) && isSince(event.seq)) ||
      this.releases.some((event) => covers(event, key) && isSince(event.seq))
    );
  }

  /** Whether a change or an invalidation of the key was called after `fromSeq` and before `untilSeq`. */
  hasChanged(key: string, fromSeq: number, untilSeq: number): boolean {
    return (
      this.changes.some(
        ({ key: own, called }) => (own ?? key) === key && called.seq > fromSeq && called.seq < untilSeq,
      ) ||
      this.invalidations.some((event) => covers(event, key) && event.seq > fromSeq && event.seq < untilSeq)
    );
  }

  /** Whether a read of the key went wrong that may have been that of a get. */
  hasReadFailed(key: string, started: Moment, ended: Moment): boolean {
    return this.readFailures.some((failure) => covers(failure, key) && isWithin(failure, started, ended));
  }

  /** Whether a change is still to be done by the backend, as the host knows. */
  isPending(change: Change): boolean {
    if (change.ackedSeq !== undefined) return false;
    if (change.error !== undefined) return false;
    const { onWriteError } = this.settings;
    const isKept = onWriteError === "queue" || (onWriteError === "ignore" && change.kind !== "set");
    if (isKept) return true;
    // What fails is over for the host a little before its caller hears of it.
    const hasFailed = this.writeFailures.some(
      (failure) => covers(failure, change.key ?? "") && failure.seq > change.called.seq,
    );
    return change.settled === undefined && !hasFailed;
  }

  /** Whether the host gave its word for a change. */
  isAccepted(change: Change): boolean {
    if (change.settled === undefined || change.error !== undefined) return false;
    return change.ackedSeq !== undefined || this.isPending(change);
  }

  /** Whether a load has neither ended nor been given up. A sweep of the deadlines may be 20 ms late. */
  isInTheAir(load: LoadRecord, atMs: number): boolean {
    return load.ended === undefined && atMs - load.started.atMs < LOAD_MS;
  }
}

/**
 * Whether something belongs to a read. It may have happened in the same millisecond before the read began: what is
 * over by then for the backend or the loader is not for the cache, and the read may have joined it.
 */
export function isWithin(moment: Moment, started: Moment, ended: Moment): boolean {
  return moment.seq < ended.seq && (moment.seq > started.seq || moment.atMs === started.atMs);
}

/** Whether something of `key`, or of all keys, is about this key. */
export function covers({ key: own }: { readonly key: string | undefined }, key: string): boolean {
  return own === undefined || own === key;
}

/** Whether a change was refused for what it is, so that nothing of it has happened. */
function isRefused({ error }: Change): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === "STOCKPILE_VALUE_TOO_LARGE";
}

/** Whether a change was refused because too many wait. */
export function isOverloaded(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "STOCKPILE_BACKEND_OVERLOADED";
}
