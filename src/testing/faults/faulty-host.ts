/** A Stockpile whose plugin goes wrong on call, and what is expected of both. */
import { AssertionError } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { BackendTimeoutError } from "../../host/main.js";
import type { Category, PluginHealth, Stockpile } from "../../host/main.js";
import { patternOf } from "../bytes.js";
import { BrokenSentenceError } from "../broken-sentence.js";
import { describeError } from "../describe.js";
import { PLUGIN_NAME } from "../hosted/open-hosted.js";
import { NeverSettledError, PATIENCE_MS, within } from "../within.js";
import { FAULT_CALL_MS } from "./fault.js";
import type { Ledger } from "./ledger.js";

/** Entries stored before the fault. */
const ENTRIES = 24;
/** How much later than `limits.call` an answer may come on a machine that does other work too, in ms. */
const MARGIN_MS = 2000;
/** How long a plugin may take to serve again, in ms: its hang is to be seen, its thread to end, another to start. */
const RECOVERY_MS = 15_000;
/** Between two looks, in ms. */
const LOOK_MS = 25;

export class FaultyHost {
  readonly stockpile: Stockpile;
  readonly values: Category<Uint8Array>;
  readonly ledger: Ledger;

  /** @param category The name of a category of its own. @param ledger What is in it. */
  constructor(stockpile: Stockpile, category: string, ledger: Ledger) {
    this.stockpile = stockpile;
    this.ledger = ledger;
    this.values = stockpile.category<Uint8Array>(category, {
      codec: "bytes",
      ttl: "30d",
      onReadError: "throw",
      onWriteError: "throw",
    });
  }

  get plugin(): PluginHealth {
    const health = this.stockpile.health().plugins.find(({ name }) => name === PLUGIN_NAME);
    if (health === undefined) throw new Error(`There is no plugin "${PLUGIN_NAME}"`);
    return health;
  }

  /** Stores what is to be there in the end. */
  async fill(): Promise<void> {
    const keys = Array.from({ length: ENTRIES }, (_, index) => `kept ${index}`);
    await Promise.all(
      keys.map((key, index) => this.insist(() => this.set(key, patternOf(index * 100, index)))),
    );
  }

  /** Makes a call until it is in time: the limit is there for the faults, not for what is done before and after. */
  async insist<T>(call: () => Promise<T>): Promise<T> {
    const endAt = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof BackendTimeoutError) || performance.now() > endAt) throw error;
      }
    }
  }

  /** Sets a value, and remembers it once it is acknowledged. */
  async set(key: string, value: Uint8Array): Promise<void> {
    await this.values.set(key, value.slice());
    this.ledger.acknowledge(key, value);
  }

  /** Makes calls that may fail and expects each to settle in time; answers how they ended. */
  async settleInTime(
    what: string,
    calls: readonly (() => Promise<unknown>)[],
  ): Promise<PromiseSettledResult<unknown>[]> {
    const limitMs = FAULT_CALL_MS + MARGIN_MS;
    const ends = await Promise.allSettled(calls.map((call) => within(call(), limitMs)));
    const late = ends.find((end) => end.status === "rejected" && end.reason instanceof NeverSettledError);
    if (late !== undefined)
      throw notContained(what, `every call settles within ${limitMs} ms`, "one that did not");
    return ends;
  }

  /** A get of each entry stored before the fault. */
  get gets(): (() => Promise<unknown>)[] {
    return this.ledger.keys.map((key) => () => this.values.get(key));
  }

  /** Waits until the plugin stores and answers again. */
  async recover(what: string): Promise<void> {
    const endAt = performance.now() + RECOVERY_MS;
    const value = patternOf(10, 99);
    let last: unknown;
    while (performance.now() < endAt) {
      try {
        await this.set("recovered", value);
        if (Buffer.from((await this.values.get("recovered")) ?? []).equals(value)) return;
        last = "another value, or none";
      } catch (error) {
        last = error;
      }
      await sleep(LOOK_MS);
    }
    throw new BrokenSentenceError({
      sentence: "open",
      after: what,
      expected: `the next life stores and answers within ${RECOVERY_MS / 1000} s`,
      received: describeError(last),
      cause: last,
    });
  }

  /** Waits until the plugin has begun life number `lives`. */
  async reachLife(lives: number, what: string): Promise<void> {
    const endAt = performance.now() + RECOVERY_MS;
    while (this.plugin.lives < lives) {
      if (performance.now() > endAt)
        throw notContained(
          what,
          `life ${lives} of the plugin begins within ${RECOVERY_MS / 1000} s`,
          `life ${this.plugin.lives}`,
        );
      await sleep(LOOK_MS);
    }
  }

  /** A get that is in time, however often it is made. */
  get(key: string): Promise<Uint8Array | undefined> {
    return this.insist(() => this.values.get(key));
  }
}

/** The runtime does not hold what it promises of a fault, which is no fault of the backend's. */
export function notContained(what: string, expected: string, received: string): AssertionError {
  return new AssertionError({
    message: `Not contained: ${what}\n  expected: ${expected}\n  received: ${received}`,
    expected,
    actual: received,
    operator: "contained",
  });
}
