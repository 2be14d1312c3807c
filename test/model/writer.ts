import { UnsupportedError } from "../../src/contract/errors.js";
import type { Breach } from "./breach.js";
import { WRITE_BOUND_MS } from "./bounds.js";
import { CALL_MS } from "./chaos-backend.js";
import type { CacheUnderTest } from "./cache-under-test.js";
import { errorText } from "./error-text.js";
import type { FinalRules } from "./final-rules.js";
import type { Change, Journal } from "./journal.js";
import { makeValue } from "./test-value.js";
import type { OpenCall, Verdicts } from "./verdicts.js";

/** Changes what is cached, and has judged what comes of it. */
export class Writer {
  readonly #cache: CacheUnderTest;
  readonly #journal: Journal;
  readonly #rules: FinalRules;
  readonly #verdicts: Verdicts;

  constructor(cache: CacheUnderTest, journal: Journal, rules: FinalRules, verdicts: Verdicts) {
    this.#cache = cache;
    this.#journal = journal;
    this.#rules = rules;
    this.#verdicts = verdicts;
  }

  set(key: string, ttlMs: number | undefined): void {
    const change = this.#setting(key, ttlMs);
    const options = ttlMs === undefined ? undefined : { ttl: ttlMs };
    this.#trackChanges([change], this.#cache.set(key, makeValue(change.n!, key), options));
  }

  setMany(keys: readonly string[]): void {
    const changes = keys.map((key) => this.#setting(key, undefined));
    const entries = changes.map(({ key, n }) => [key!, makeValue(n!, key!)] as const);
    this.#trackChanges(changes, this.#cache.setMany(entries));
  }

  delete(key: string): void {
    this.#trackChanges([this.#change("delete", key)], this.#cache.delete(key));
  }

  deleteMany(keys: readonly string[]): void {
    const changes = keys.map((key) => this.#change("delete", key));
    this.#trackChanges(changes, this.#cache.deleteMany(keys));
  }

  clear(): void {
    const { abilities } = this.#journal.settings;
    if (!abilities.includes("clear") && !abilities.includes("scan")) {
      this.#refusedClear();
      return;
    }
    this.#trackChanges([this.#change("clear", undefined)], this.#cache.clear());
  }

  /** Where the backend can neither clear nor list its keys, nothing is changed. */
  #refusedClear(): void {
    const call = this.#verdicts.opened("clear()", WRITE_BOUND_MS);
    this.#cache.clear().then(
      () => this.#refused(call, { rule: "rejection", message: "clear() resolved, and cannot be done" }),
      (error: unknown) => {
        const isRight = error instanceof UnsupportedError;
        const message = `clear() rejected with ${errorText(error)}`;
        this.#refused(call, isRight ? undefined : { rule: "rejection", message });
      },
    );
  }

  #refused(call: OpenCall, breach: Breach | undefined): void {
    this.#verdicts.closed(call);
    this.#verdicts.note(breach);
  }

  expire(key: string): void {
    this.#trackChanges([this.#change("expire", key)], this.#cache.expire(key));
  }

  invalidate(keys: readonly string[] | "all"): void {
    const { seq } = this.#journal.timeline.mark();
    for (const key of keys === "all" ? [undefined] : keys) this.#journal.invalidations.push({ key, seq });
    this.#cache.invalidate(keys);
  }

  #change(kind: Change["kind"], key: string | undefined, n?: number): Change {
    const change: Change = {
      kind,
      key,
      called: this.#journal.timeline.mark(),
      ...(n === undefined ? {} : { n }),
    };
    this.#journal.changes.push(change);
    return change;
  }

  #setting(key: string, ttlMs: number | undefined): Change {
    const n = this.#journal.nextNumber();
    const change = this.#change("set", key, n);
    this.#journal.timeline.note(`  the value is ${n}`);
    this.#journal.addValue({ n, key, kind: "set", born: change.called }, change.called.atMs, ttlMs);
    return change;
  }

  #trackChanges(changes: readonly Change[], promise: Promise<void>): void {
    const [first] = changes;
    if (first === undefined) return;
    const what = `${first.kind} of ${first.key ?? "all"}, called at ${first.called.seq},`;
    const call = this.#verdicts.opened(what, this.#boundMs(first));
    const settle = (error: unknown): void => {
      this.#verdicts.closed(call);
      const settled = this.#journal.timeline.note(
        `${what} ${error === undefined ? "resolves" : `rejects: ${errorText(error)}`}`,
      );
      for (const change of changes) Object.assign(change, { settled }, error === undefined ? {} : { error });
      for (const change of changes) this.#verdicts.note(this.#rules.settled(change));
    };
    promise.then(
      () => settle(undefined),
      (error: unknown) => settle(error instanceof AggregateError ? error.errors[0] : error),
    );
  }

  /** A clear page by page is up to four calls, and what comes after clears waits for all of them. */
  #boundMs({ kind }: Change): number {
    const clears = this.#journal.changes.filter(
      (change) => change.kind === "clear" && change.settled === undefined,
    );
    return WRITE_BOUND_MS * (kind === "expire" ? 2 : 1) + clears.length * 4 * CALL_MS;
  }
}
