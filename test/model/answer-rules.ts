/**
 * What a read may answer, judged by the order of the calls alone.
 *
 * An answer is wrong in itself when it is older than a change that was called before the read, is expired and not
 * marked, or differs from the value it claims to be. A missing answer is wrong only where nothing that happened can
 * excuse it: the rules on what must be seen speak where the model is certain and are silent otherwise.
 */
import { isDeepStrictEqual } from "node:util";
import type { Breach } from "./breach.js";
import { LATE_MS } from "./bounds.js";
import type { Certainties } from "./certainties.js";
import type { ChaosStorage } from "./chaos-storage.js";
import { errorText } from "./error-text.js";
import {
  covers,
  isWithin,
  type Change,
  type Journal,
  type LoadRecord,
  type ReadSpan,
  type ValueRecord,
  type EndedSpan,
} from "./journal.js";
import type { Rule } from "./rule.js";
import { type TestValue, readValue } from "./test-value.js";
import type { Moment } from "./timeline.js";
import { LOAD_MS } from "./world-settings.js";

/** What a lookup says of its answer. */
export interface Origin {
  readonly source: string;
  readonly stale: boolean;
  readonly failures: readonly { readonly code?: string }[];
}

/** Whoever is given a value: a read, or a loader that is told the one before. */
interface Reader {
  readonly kind: ReadSpan["kind"] | "loader";
  readonly key: string;
  readonly started: Moment;
}

const BACKEND_CODES: ReadonlySet<unknown> = new Set([
  "STOCKPILE_BACKEND_FAILED",
  "STOCKPILE_BACKEND_TIMEOUT",
  "STOCKPILE_BACKEND_OVERLOADED",
  "STOCKPILE_PLUGIN_UNAVAILABLE",
]);

/** Judges the answers of reads. */
export class AnswerRules {
  readonly #journal: Journal;
  readonly #storage: ChaosStorage;
  readonly #certainties: Certainties;

  constructor(journal: Journal, storage: ChaosStorage, certainties: Certainties) {
    this.#journal = journal;
    this.#storage = storage;
    this.#certainties = certainties;
  }

  /** A value was answered; of a lookup, with its origin. */
  value(span: EndedSpan, value: TestValue, origin?: Origin): Breach | undefined {
    const record = this.#journal.values.get(value.n);
    if (
      record === undefined ||
      record.key !== span.key ||
      !isDeepStrictEqual(value, readValue(value.n, span.key))
    ) {
      return breach("same-value", `${span.kind} of ${span.key} answered ${JSON.stringify(value)}`);
    }
    return (
      this.tooOld(record, span) ??
      this.#invalidated(record, span) ??
      this.#unmarked(record, span, origin) ??
      this.#badlyStale(record, span, origin)
    );
  }

  /** `undefined` was answered. */
  nothing(span: EndedSpan): Breach | undefined {
    const { key, started, ended } = span;
    const certain = this.#certainties.answer(span);
    if (!span.hasLoader) {
      return certain === undefined
        ? undefined
        : breach("no-lost-write", `${span.kind} of ${key} answered nothing instead of ${certain.n}`);
    }
    const loads = this.#journal.loads.filter((load) => load.key === key && load.outcome === "none");
    if (loads.some((load) => isWithin(load.ended!, started, ended))) return undefined;
    if (!span.isFresh && loads.some((load) => this.#remembersNothing(load, started))) return undefined;
    // One key of many that fails is answered so.
    if (span.isBulk === true && this.#hasLoadFailed(key, started, ended)) return this.#needlessFailure(span);
    return breach("negative", `${span.kind} of ${key} answered nothing, and no load said so`);
  }

  /** A read was rejected. */
  rejection(span: EndedSpan, error: unknown): Breach | undefined {
    const { key, started, ended } = span;
    if (span.abortReason !== undefined && error === span.abortReason) return undefined;
    const code = (error as { code?: unknown } | null)?.code;
    if (code === "STOCKPILE_CLOSED" && this.#journal.isClosed) return undefined;
    if (code === "STOCKPILE_DEADLINE") {
      if (span.deadlineMs !== undefined && ended.atMs - started.atMs >= span.deadlineMs) return undefined;
    } else if (code === "STOCKPILE_LOAD_FAILED") {
      if (span.hasLoader && this.#hasLoadFailed(key, started, ended)) return this.#needlessFailure(span);
    } else if (BACKEND_CODES.has(code)) {
      const isAllowed = this.#journal.settings.onReadError === "throw" && !span.isFresh;
      if (isAllowed && this.#journal.hasReadFailed(key, started, ended)) return this.#hidesFresh(span);
    }
    return breach("rejection", `${span.kind} of ${key} rejected with ${errorText(error)}`);
  }

  /** `has` has said yes: some value may be answered to this read as fresh. */
  presence(span: EndedSpan): Breach | undefined {
    for (const record of this.#journal.values.values()) {
      if (record.key !== span.key) continue;
      const isWrong =
        this.tooOld(record, span) ??
        this.#invalidated(record, span) ??
        this.#unmarked(record, span, undefined);
      const isExpired = this.#journal.freshUntilMs(record, span.started.seq) <= span.started.atMs;
      if (isWrong === undefined && !isExpired) return undefined;
    }
    const newest = this.#journal.newestChange(span.key, span.started.seq);
    const rule = newest?.kind === "delete" || newest?.kind === "clear" ? "no-resurrection" : "ttl";
    return breach(rule, `has of ${span.key} answered true, and no value may be answered`);
  }

  /** A value is older than a change that was called before the read. */
  tooOld(record: ValueRecord, span: Reader): Breach | undefined {
    const newest = this.#journal.newestChange(span.key, span.started.seq);
    if (newest === undefined || newest.called.seq <= record.born.seq) return undefined;
    return breach(
      ruleOf(newest),
      `${span.kind} of ${span.key}, called at ${span.started.seq}, got ${record.n} of ${record.born.seq}, ` +
        `older than the ${newest.kind} of ${newest.called.seq}`,
    );
  }

  #invalidated(record: ValueRecord, { kind, key, started, ended }: EndedSpan): Breach | undefined {
    const last = this.#journal.invalidations.findLast(
      (event) => covers(event, key) && event.seq < started.seq,
    );
    if (last === undefined || record.born.seq > last.seq) return undefined;
    if (this.#storage.held(key, record.n, last.seq, ended.seq)) return undefined;
    const change = this.#journal.changes.find(({ n }) => n === record.n);
    // A set of this host that waited answers, and is written after whatever the other host has written.
    const wasWaiting = change !== undefined && (change.ackedSeq ?? Infinity) > last.seq;
    if (wasWaiting) return undefined;
    return breach(
      "invalidate",
      `${kind} of ${key}, called at ${started.seq}, answered ${record.n} (${record.kind} of ${record.born.seq}), ` +
        `which the backend has not had since the invalidation of ${last.seq}`,
    );
  }

  #unmarked(
    record: ValueRecord,
    { kind, key, started, ended }: EndedSpan,
    origin?: Origin,
  ): Breach | undefined {
    if (origin === undefined) return undefined;
    const freshUntilMs = this.#journal.freshUntilMs(record, started.seq);
    if (!origin.stale && freshUntilMs <= started.atMs) {
      const rule = freshUntilMs < record.freshUntilMs ? "expire" : "ttl";
      return breach(
        rule,
        `${kind} of ${key} answered ${record.n} as fresh, ${started.atMs - freshUntilMs} ms too late`,
      );
    }
    const isExpiring = this.#journal
      .changesOf(key)
      .some(
        (change) =>
          change.kind === "expire" && change.called.seq < ended.seq && change.called.seq > record.born.seq,
      );
    if (origin.stale && record.freshUntilMs > ended.atMs && !isExpiring) {
      return breach("grace", `${kind} of ${key} answered ${record.n} as stale, and it is fresh`);
    }
    return undefined;
  }

  #badlyStale(record: ValueRecord, span: EndedSpan, origin?: Origin): Breach | undefined {
    const { key, started, ended } = span;
    const freshUntilMs = this.#journal.freshUntilMs(record, started.seq);
    if (origin === undefined ? freshUntilMs > started.atMs : !origin.stale) return undefined;
    const what = `${span.kind} of ${key} answered ${record.n}, expired for ${started.atMs - freshUntilMs} ms,`;
    if (span.isFresh) return breach("grace", `${what} though it was to be fresh`);
    if (!span.hasLoader) return breach("grace", `${what} without a loader`);
    // One key of many may have been answered long before the last.
    const answeredMs = span.isBulk === true ? started.atMs : ended.atMs;
    if (answeredMs > this.#graceUntilMs(record, ended)) return breach("grace", `${what} beyond grace`);
    if (this.#isLoadSlow(key, started, ended)) return undefined;
    if (!this.#hasLoadFailed(key, started, ended))
      return breach("grace", `${what} though no load failed or was slow`);
    const isTold =
      origin === undefined || origin.failures.some(({ code }) => code === "STOCKPILE_LOAD_FAILED");
    return isTold ? undefined : breach("grace", `${what} without the failed load among its failures`);
  }

  /** expire() ends the freshness, and grace begins. */
  #graceUntilMs(record: ValueRecord, ended: Moment): number {
    const { graceMs } = this.#journal.settings;
    let untilMs = record.graceUntilMs;
    for (const change of this.#journal.changesOf(record.key)) {
      const isAbout =
        change.kind === "expire" && change.called.seq > record.born.seq && change.called.seq < ended.seq;
      if (isAbout) untilMs = Math.max(untilMs, change.called.atMs + graceMs);
    }
    return untilMs;
  }

  #hasLoadFailed(key: string, started: Moment, ended: Moment): boolean {
    return this.#journal.loads.some((load) => {
      if (load.key !== key || load.started.seq > ended.seq) return false;
      const isOver = load.ended !== undefined && load.ended.atMs - load.started.atMs < LOAD_MS;
      if (isOver) return load.outcome === "failed" && isWithin(load.ended!, started, ended);
      const givenUpMs = load.started.atMs + LOAD_MS;
      return givenUpMs <= ended.atMs && givenUpMs + LATE_MS >= started.atMs;
    });
  }

  #isLoadSlow(key: string, started: Moment, ended: Moment): boolean {
    const { loadSoftTimeoutMs } = this.#journal.settings;
    return this.#journal.loads.some((load) => {
      if (load.key !== key || load.started.seq > ended.seq) return false;
      const untilMs = Math.min(load.ended?.atMs ?? Infinity, ended.atMs);
      return untilMs >= started.atMs && untilMs - load.started.atMs >= loadSoftTimeoutMs;
    });
  }

  /** Whether a load that ended before may still stand for "there is nothing". */
  #remembersNothing(load: LoadRecord, started: Moment): boolean {
    const { negativeTtlMs } = this.#journal.settings;
    if (load.ended!.seq >= started.seq || load.ended!.atMs + negativeTtlMs <= started.atMs) return false;
    return !this.#journal.hasChanged(load.key, load.started.seq, started.seq);
  }

  /** A load failed for a read: that is right unless there is a value, fresh or within its grace. */
  #needlessFailure(span: EndedSpan): Breach | undefined {
    if (span.isFresh) return undefined;
    const stale = span.hasLoader ? this.#certainties.answer(span, true) : undefined;
    if (stale === undefined || !this.#hasLoadFailed(span.key, span.started, span.ended)) {
      return this.#hidesFresh(span);
    }
    return breach("stale-if-error", `${span.kind} of ${span.key} failed, and ${stale.n} is within its grace`);
  }

  #hidesFresh(span: EndedSpan): Breach | undefined {
    const fresh = span.isFresh ? undefined : this.#certainties.answer(span);
    if (fresh === undefined) return undefined;
    return breach("no-lost-write", `${span.kind} of ${span.key} failed, and ${fresh.n} is there`);
  }
}

function breach(rule: Rule, message: string): Breach {
  return { rule, message };
}

function ruleOf({ kind, error }: Change): Rule {
  if ((error as { code?: unknown } | undefined)?.code === "STOCKPILE_BACKEND_OVERLOADED")
    return "least-version";
  return kind === "set" ? "read-your-writes" : "no-resurrection";
}
