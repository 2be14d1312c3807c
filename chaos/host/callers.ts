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

/** How many there are, and how long each pauses between two calls, in ms. */
const CROWDS: Readonly<Record<Load, { readonly callers: number; readonly pauseMs: number }>> = {
  quiet: { callers: 1, pauseMs: 20 },
  // 64 at once, some 2,000 calls a second: a load, and not one that is itself what is measured.
  busy: { callers: 64, pauseMs: 30 },
};
/** Of a plugin whose every write waits for the device: as many as that can take in. */
const BUSY_OF_DISK = { callers: 16, pauseMs: 60 };
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
  readonly #running: readonly Promise<void>[];
  #isOver = false;

  constructor(load: Load, { stage, log, ledgers, isOfDisk }: CallersOptions) {
    this.#stage = stage;
    this.#log = log;
    this.#ledgers = ledgers;
    const { callers, pauseMs } = isOfDisk && load === "busy" ? BUSY_OF_DISK : CROWDS[load];
    this.#running = Array.from({ length: callers }, (_, caller) => this.#run(`caller ${caller}`, pauseMs));
  }

  /** Resolves with whether all of them have come to their end within `limitMs`. */
  async stop(limitMs: number): Promise<boolean> {
    this.#isOver = true;
    return settlesWithin(Promise.all(this.#running), limitMs);
  }

  async #run(key: string, pauseMs: number): Promise<void> {
    const { strict, lenient } = this.#stage;
    const { strict: strictLedger, lenient: lenientLedger } = this.#ledgers;
    for (let number = 1; !this.#isOver; number += 1) {
      const isDelete = number % WRITES_PER_DELETE === 0;
      await this.#write(strict, strictLedger, key, isDelete ? "nothing" : number);
      await sleep(pauseMs);
      await this.#read(strict, strictLedger, key, false);
      await sleep(pauseMs);
      await this.#write(lenient, lenientLedger, key, number);
      await sleep(pauseMs);
      await this.#read(lenient, lenientLedger, key, true);
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
