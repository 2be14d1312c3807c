import { ClosedError, DeadlineError } from "../../src/contract/errors.js";
import type { Loader } from "../../src/host/cache/loader.js";
import type { FakeClock } from "../support/fake-clock.js";
import type { AnswerRules, Origin } from "./answer-rules.js";
import type { Breach } from "./breach.js";
import { LATE_MS, READ_BOUND_MS } from "./bounds.js";
import type { Certainties } from "./certainties.js";
import { CALL_MS } from "./chaos-backend.js";
import type { CacheUnderTest, ReadOptions } from "./cache-under-test.js";
import { errorText } from "./error-text.js";
import type { FinalRules } from "./final-rules.js";
import type { Journal, ReadSpan, EndedSpan } from "./journal.js";
import { KEYS } from "./keys.js";
import { deface, type TestValue } from "./test-value.js";
import type { OpenCall, Verdicts } from "./verdicts.js";

/** How a step reads. */
export interface ReadRequest {
  readonly isFresh: boolean;
  /** Whether it brings a loader of its own. */
  readonly brings: boolean;
  readonly deadlineMs?: number;
  readonly abortAfterMs?: number;
}

/** A request, as the model and as the cache is told of it. */
interface Asked {
  readonly span: Pick<ReadSpan, "isFresh" | "hasLoader" | "isBulk" | "deadlineMs" | "abortReason">;
  readonly options?: ReadOptions;
}

/** What a reader needs of its world. */
export interface ReaderParts {
  readonly cache: CacheUnderTest;
  readonly clock: FakeClock;
  readonly journal: Journal;
  readonly certainties: Certainties;
  readonly answers: AnswerRules;
  readonly final: FinalRules;
  readonly verdicts: Verdicts;
  /** What a read brings that brings a loader. */
  readonly load: Loader<TestValue>;
}

/** Reads what is cached, and has each answer judged. */
export class Reader {
  readonly #cache: CacheUnderTest;
  readonly #clock: FakeClock;
  readonly #journal: Journal;
  readonly #certainties: Certainties;
  readonly #answers: AnswerRules;
  readonly #final: FinalRules;
  readonly #verdicts: Verdicts;
  readonly #load: Loader<TestValue>;

  constructor({ cache, clock, journal, certainties, answers, final, verdicts, load }: ReaderParts) {
    this.#cache = cache;
    this.#clock = clock;
    this.#journal = journal;
    this.#certainties = certainties;
    this.#answers = answers;
    this.#final = final;
    this.#verdicts = verdicts;
    this.#load = load;
  }

  get(key: string, request: ReadRequest): void {
    const { span: asked, options } = this.#asked(request);
    const span = this.#span("get", key, asked);
    this.#track(span, this.#cache.get(key, options), (value) => this.#judge(span, value));
  }

  lookup(key: string, request: ReadRequest): void {
    const { span: asked, options } = this.#asked(request);
    const span = this.#span("lookup", key, asked);
    this.#track(span, this.#cache.lookup(key, options), (found) => this.#judge(span, found.value, found));
  }

  /** As many answers as keys, each judged by itself; under `"throw"` one failure may fail all. */
  getMany(keys: readonly string[], request: ReadRequest): void {
    const { span: asked, options } = this.#asked(request);
    const spans = keys.map((key) => this.#span("get", key, { ...asked, isBulk: true }));
    const call = this.#cache.getMany(keys, options);
    this.#trackMany(spans, call, (span, value) => this.#judge(span, value));
  }

  lookupMany(keys: readonly string[], request: ReadRequest): void {
    const { span: asked, options } = this.#asked(request);
    const spans = keys.map((key) => this.#span("lookup", key, { ...asked, isBulk: true }));
    const call = this.#cache.lookupMany(keys, options);
    this.#trackMany(spans, call, (span, found) => this.#judge(span, found.value, found));
  }

  has(key: string): void {
    const span = this.#span("has", key, { isFresh: false, hasLoader: false });
    this.#track(span, this.#cache.has(key), (isThere) => {
      const ended = this.#ended(span);
      this.#verdicts.note(isThere ? this.#answers.presence(ended) : this.#answers.nothing(ended));
    });
  }

  refresh(key: string): void {
    if (this.#journal.settings.loader === "none") return;
    const span = this.#span("refresh", key, { isFresh: true, hasLoader: true });
    this.#track(span, this.#cache.refresh(key), (value) => this.#judge(span, value));
  }

  peek(key: string): void {
    const span = this.#span("get", key, { isFresh: false, hasLoader: false });
    const expected = this.#certainties.near(key, span.started.seq);
    const value = this.#cache.peek(key);
    if (value !== undefined) {
      this.#judge(span, value, { source: "near", stale: false, failures: [] });
      return;
    }
    const { atMs } = this.#ended(span).ended;
    if (expected !== undefined && expected.freshUntilMs > atMs)
      this.#verdicts.note({
        rule: "no-lost-write",
        message: `peek of ${key} answered nothing instead of ${expected.n}`,
      });
  }

  keys(): void {
    const started = this.#journal.timeline.mark();
    const call = this.#verdicts.opened("keys()", (KEYS.length + 1) * (CALL_MS + LATE_MS));
    const yielded = new Set<string>();
    const run = async (): Promise<void> => {
      for await (const key of this.#cache.keys()) yielded.add(key);
    };
    run().then(
      () => this.#callEnded(call, this.#final.keys(yielded, started, this.#journal.timeline.mark())),
      (error: unknown) =>
        this.#callEnded(call, this.#final.keysRejection(error, started, this.#journal.timeline.mark())),
    );
  }

  #callEnded(call: OpenCall, breach: Breach | undefined): void {
    this.#verdicts.closed(call);
    this.#verdicts.note(breach);
  }

  #span(kind: ReadSpan["kind"], key: string, asked: Asked["span"]): ReadSpan {
    const span: ReadSpan = { kind, key, started: this.#journal.timeline.mark(), ...asked };
    this.#journal.spans.push(span);
    return span;
  }

  #asked({ isFresh, brings, deadlineMs, abortAfterMs }: ReadRequest): Asked {
    const hasLoader = brings || this.#journal.settings.loader !== "none";
    const deadline = deadlineMs === undefined ? {} : { deadlineMs };
    const options: ReadOptions = {
      ...(isFresh && hasLoader ? { fresh: true } : {}),
      ...(brings ? { load: this.#load } : {}),
      ...(deadlineMs === undefined ? {} : { deadline: deadlineMs }),
    };
    if (abortAfterMs === undefined) {
      const span = { isFresh: isFresh && hasLoader, hasLoader, ...deadline };
      return Object.keys(options).length === 0 ? { span } : { span, options };
    }
    const controller = new AbortController();
    const abortReason = new Error("The caller has left");
    this.#clock.schedule(() => controller.abort(abortReason), abortAfterMs);
    const span = { isFresh: isFresh && hasLoader, hasLoader, ...deadline, abortReason };
    return { span, options: { ...options, signal: controller.signal } };
  }

  #boundMs({ deadlineMs, kind }: ReadSpan): number {
    if (kind === "has") return CALL_MS + LATE_MS;
    return deadlineMs === undefined ? READ_BOUND_MS : Math.min(READ_BOUND_MS, deadlineMs + LATE_MS);
  }

  #ended(span: ReadSpan): EndedSpan {
    const ended = this.#journal.timeline.mark();
    return Object.assign(span, { ended });
  }

  #track<R>(span: ReadSpan, promise: Promise<R>, judge: (result: R) => void): void {
    this.#trackMany(
      [span],
      promise.then((result) => [result]),
      (_, result) => judge(result),
    );
  }

  #trackMany<R>(
    spans: readonly ReadSpan[],
    promise: Promise<R[]>,
    judge: (span: ReadSpan, result: R) => void,
  ): void {
    const calls = spans.map((span) =>
      this.#verdicts.opened(
        `${span.kind} of ${span.key}, called at ${span.started.seq},`,
        this.#boundMs(span),
      ),
    );
    const close = (): void => {
      for (const call of calls) this.#verdicts.closed(call);
    };
    promise.then(
      (results) => {
        close();
        return this.#judgeAll(spans, results, judge);
      },
      (error: unknown) => {
        close();
        this.#judgeRejection(spans, error);
      },
    );
  }

  #judgeAll<R>(
    spans: readonly ReadSpan[],
    results: readonly R[],
    judge: (span: ReadSpan, result: R) => void,
  ): void {
    if (results.length !== spans.length) {
      this.#verdicts.note({
        rule: "same-value",
        message: `${spans.length} keys were asked for: ${results.length} answers`,
      });
    }
    for (const [index, span] of spans.entries()) judge(span, results[index]!);
  }

  #judgeRejection(spans: readonly ReadSpan[], error: unknown): void {
    const ended = spans.map((span) => this.#ended(span));
    this.#journal.timeline.note(
      `${spans.map(({ kind, key }) => `${kind} of ${key}`).join(", ")} rejects: ${errorText(error)}`,
    );
    const { isBulk = false, abortReason } = ended[0]!;
    for (const span of spans) span.hasLeft = error === abortReason || error instanceof DeadlineError;
    if (!isBulk) this.#verdicts.note(this.#answers.rejection(ended[0]!, error));
    else if (error instanceof AggregateError) this.#judgeErrors(ended, error.errors);
    else if (error instanceof ClosedError)
      for (const span of ended) this.#verdicts.note(this.#answers.rejection(span, error));
    else if (error !== abortReason && !(error instanceof DeadlineError))
      this.#verdicts.note({
        rule: "rejection",
        message: `one key of many has failed all with ${errorText(error)}`,
      });
    else for (const span of ended) this.#verdicts.note(this.#answers.rejection(span, error));
  }

  /** Each must be what one of the keys has met, and be worth an exception. */
  #judgeErrors(ended: readonly EndedSpan[], errors: readonly unknown[]): void {
    if (this.#journal.settings.onReadError === "miss")
      this.#verdicts.note({
        rule: "rejection",
        message: "keys that failed have failed all, though a failure is a miss",
      });
    for (const error of errors) {
      const breaches = ended.map((span) => this.#answers.rejection(span, error));
      if (breaches.every((breach) => breach !== undefined)) this.#verdicts.note(breaches[0]);
    }
  }

  #judge(span: ReadSpan, value: TestValue | undefined, origin?: Origin): void {
    const ended = this.#ended(span);
    const source = origin === undefined ? "" : ` from ${origin.source}${origin.stale ? ", stale" : ""}`;
    this.#journal.timeline.note(
      `${span.kind} of ${span.key}, called at ${span.started.seq}, answers ${value?.n ?? "nothing"}${source}`,
    );
    if (value === undefined) {
      this.#verdicts.note(this.#answers.nothing(ended));
      return;
    }
    this.#verdicts.note(this.#answers.value(ended, value, origin));
    if (origin !== undefined) this.#verdicts.owe(() => this.#refreshDuty(ended, value, origin));
    deface(value);
  }

  /** A hit in the last tenth of the time before its end, jitter or not, has started a load, or one has been. */
  #refreshDuty({ key, started, hasLoader }: EndedSpan, { n }: TestValue, origin: Origin): Breach | undefined {
    const { refreshAheadMs, loader } = this.#journal.settings;
    const isHit = (origin.source === "near" || origin.source === "backend") && !origin.stale;
    const value = this.#journal.values.get(n);
    if (!isHit || value === undefined || refreshAheadMs === 0 || !hasLoader || loader === "none")
      return undefined;
    const leftMs = value.freshUntilMs - started.atMs;
    if (leftMs <= 0 || leftMs > refreshAheadMs / 10) return undefined;
    const hasLoaded = this.#journal.loads.some(
      (load) =>
        load.key === key &&
        (load.started.atMs >= value.freshUntilMs - refreshAheadMs ||
          this.#journal.isInTheAir(load, started.atMs)),
    );
    return hasLoaded
      ? undefined
      : {
          rule: "refresh-ahead",
          message: `${n} of ${key} was hit ${leftMs} ms before its end, and no load began`,
        };
  }
}
