/** Those who use the cache while a fault happens. Each has keys of its own, so that what it may read is known exactly. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Category } from "@stockpile/core";
import type { Load } from "../cells/cell.js";
import type { CallLog } from "./call-log.js";
import { complainOf, writeTo } from "./kept-values.js";
import type { Ledgers, Value } from "./kept-values.js";
import type { Content, Ledger } from "./ledger.js";
import { settlesWithin } from "./settles-within.js";
import type { Stage } from "./stage.js";

interface Crowd {
  readonly callers: number;
  /** How long each pauses between two calls, in ms. */
  readonly pauseMs: number;
  /** Keys of each in either category that are written before the fault, and from then on only read. */
  readonly kept: number;
  /** Those that are overwritten one after the other, before the fault, in it and after it. */
  readonly renewed: number;
}

const CROWDS: Readonly<Record<Load, Crowd>> = {
  quiet: { callers: 1, pauseMs: 20, kept: 24, renewed: 24 },
  // 64 at once, some 2,000 calls a second: a load, and not one that is itself what is measured.
  busy: { callers: 64, pauseMs: 30, kept: 4, renewed: 8 },
};
/** Of a plugin whose every write waits for the device: as many as that can take in. */
const BUSY_OF_DISK: Crowd = { callers: 16, pauseMs: 60, kept: 4, renewed: 8 };
/** Of the first writes of all keys, how many are under way at once. */
const [FILL_AT_ONCE, FILL_AT_ONCE_OF_DISK] = [64, 16];
/**
 * Of the keys that are overwritten, those that go on being so when all have been once. The others stay as that one write
 * has left them: one that failed in the fault must show afterwards, and no later one may mend what it has done.
 */
const WORN = 2;
/** A delete after so many writes. */
const WRITES_PER_DELETE = 5;

export interface CallersOptions {
  readonly stage: Stage;
  readonly log: CallLog;
  readonly ledgers: Ledgers;
  /** Whether each write waits for the device. */
  readonly isOfDisk: boolean;
}

export class Callers {
  readonly #stage: Stage;
  readonly #log: CallLog;
  readonly #ledgers: Ledgers;
  readonly #crowd: Crowd;
  #running: readonly Promise<void>[] = [];
  #isOver = false;

  private constructor(load: Load, { stage, log, ledgers, isOfDisk }: CallersOptions) {
    this.#stage = stage;
    this.#log = log;
    this.#ledgers = ledgers;
    this.#crowd = isOfDisk && load === "busy" ? BUSY_OF_DISK : CROWDS[load];
  }

  /** Resolves once all their keys have been written: then they go on until they are stopped. */
  static async start(load: Load, options: CallersOptions): Promise<Callers> {
    const callers = new Callers(load, options);
    const names = Array.from({ length: callers.#crowd.callers }, (_, caller) => `caller ${caller}`);
    await callers.#fill(names, options.isOfDisk ? FILL_AT_ONCE_OF_DISK : FILL_AT_ONCE);
    callers.#running = names.map((name) => callers.#run(name));
    return callers;
  }

  /** Resolves with whether all of them have come to their end within `limitMs`. */
  async stop(limitMs: number): Promise<boolean> {
    this.#isOver = true;
    return settlesWithin(Promise.all(this.#running), limitMs);
  }

  async #fill(names: readonly string[], atOnce: number): Promise<void> {
    const { strict, lenient } = this.#stage;
    const { kept, renewed } = this.#crowd;
    const keys = names.flatMap((name) => [
      ...Array.from({ length: kept }, (_, index) => keptKey(name, index)),
      ...Array.from({ length: renewed }, (_, index) => renewedKey(name, index)),
    ]);
    const fillers = Array.from({ length: atOnce }, async () => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
        await this.#write(strict, this.#ledgers.strict, key, 0);
        await this.#write(lenient, this.#ledgers.lenient, key, 0);
      }
    });
    await Promise.all(fillers);
  }

  async #run(name: string): Promise<void> {
    const { strict, lenient } = this.#stage;
    const { strict: strictLedger, lenient: lenientLedger } = this.#ledgers;
    const { pauseMs, kept, renewed } = this.#crowd;
    for (let number = 1; !this.#isOver; number += 1) {
      const key = renewedKey(name, number <= renewed ? number - 1 : renewed - 1 - (number % WORN));
      // What was just written, and what was written long ago, in turns.
      const read = number % 2 === 1 ? key : keptKey(name, (number / 2) % kept);
      const isDelete = number % WRITES_PER_DELETE === 0;
      await this.#write(strict, strictLedger, key, isDelete ? "nothing" : number);
      await sleep(pauseMs);
      await this.#read(strict, strictLedger, read, false);
      await sleep(pauseMs);
      await this.#write(lenient, lenientLedger, key, number);
      await sleep(pauseMs);
      await this.#read(lenient, lenientLedger, read, true);
      await sleep(pauseMs);
    }
  }

  async #write(category: Category<Value>, ledger: Ledger, key: string, content: Content): Promise<void> {
    await this.#log.make(content === "nothing" ? "delete" : "set", this.#stage.limits.call, () =>
      writeTo(category, ledger, key, content),
    );
  }

  async #read(category: Category<Value>, ledger: Ledger, key: string, mayMiss: boolean): Promise<void> {
    await this.#log.make("get", this.#stage.limits.call, async () => {
      const value = await category.get(key);
      // What fails is a miss in the lenient category. In either, what a write may have replaced is not answered any
      // more by the process that made it, whether the write was done or not (docs/caching.md).
      if (value === undefined && (mayMiss || ledger.isUncertain(key))) return;
      const complaint = complainOf(ledger, key, value);
      if (complaint !== undefined) this.#log.wrong.push(complaint);
    });
  }
}

function keptKey(name: string, index: number): string {
  return `${name}: kept ${index}`;
}

function renewedKey(name: string, index: number): string {
  return `${name}: renewed ${index}`;
}
