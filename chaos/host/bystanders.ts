/** Plugins that have nothing to do with any fault, one of each kind, and their callers: a fault must not reach them. */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { Stockpile } from "@stockpile/core";
import type { Category } from "@stockpile/core";
import type { Isolation } from "../cells/cell.js";
import type { Observation, SlowCall } from "./observation.js";
import type { StallWatch } from "./stall-watch.js";

const MODULE = fileURLToPath(new URL("../plugin/bystander.js", import.meta.url));
/** Callers of each, and how long one pauses between two calls, in ms. */
const CALLERS = 2;
const PAUSE_MS = 10;
/** What a call of theirs may take, in ms: it comes back within one on an idle machine. */
const LIMIT_MS = 200;
const MAX_KEPT = 100;

export class Bystanders {
  readonly #stockpile: Stockpile;
  readonly #stalls: StallWatch;
  readonly #running: readonly Promise<void>[];
  #isOver = false;
  /** Settles when they may go on; who pauses has no timer and no call, so that what is left can be counted. */
  #gate: Promise<void> = Promise.resolve();
  #openGate: () => void = () => undefined;
  #parked = 0;
  #calls = 0;
  #failures: string[] = [];
  #slow: SlowCall[] = [];

  private constructor(stockpile: Stockpile, isolations: readonly Isolation[], stalls: StallWatch) {
    this.#stockpile = stockpile;
    this.#stalls = stalls;
    this.#running = isolations.flatMap((isolation) => {
      const category = stockpile.category<string>(isolation);
      return Array.from({ length: CALLERS }, (_, caller) => this.#call(category, `${isolation} ${caller}`));
    });
  }

  static async open(isolations: readonly Isolation[], stalls: StallWatch): Promise<Bystanders> {
    const plugin = (isolation: Isolation): object => ({
      module: MODULE,
      isolation,
      startup: "required",
      limits: { start: "15s", call: "5s", hang: "30s" },
    });
    const config = {
      plugins: Object.fromEntries(isolations.map((isolation) => [`beside-${isolation}`, plugin(isolation)])),
      near: false,
      storage: { plugin: `beside-${isolations[0]}` },
      categories: Object.fromEntries(
        isolations.map((isolation) => [
          isolation,
          { storage: { plugin: `beside-${isolation}` }, onReadError: "throw", onWriteError: "throw" },
        ]),
      ),
    };
    const logger = pino({ level: "silent" });
    return new Bystanders(await Stockpile.open(config, { logger }), isolations, stalls);
  }

  /** What they have seen since this was last asked. */
  take(): Observation["beside"] {
    const seen = { calls: this.#calls, failures: this.#failures, slow: this.#slow };
    this.#calls = 0;
    this.#failures = [];
    this.#slow = [];
    return seen;
  }

  /** Resolves when none of them does anything any more. */
  async pause(): Promise<void> {
    this.#gate = new Promise((resolve) => {
      this.#openGate = resolve;
    });
    while (this.#parked < this.#running.length) await sleep(1);
  }

  resume(): void {
    this.#openGate();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    this.resume();
    await Promise.all(this.#running);
    await this.#stockpile.close();
  }

  async #call(category: Category<string>, key: string): Promise<void> {
    for (let number = 0; !this.#isOver; number += 1) {
      this.#parked += 1;
      await this.#gate;
      this.#parked -= 1;
      const startedAt = performance.now();
      try {
        await category.set(key, `${number}`);
        const value = await category.get(key);
        if (value !== `${number}`) this.#fail(`${key}: expected ${number}: received ${value}`);
      } catch (error) {
        this.#fail(String(error));
      }
      this.#calls += 2;
      const ms = performance.now() - startedAt;
      if (ms > LIMIT_MS && this.#slow.length < MAX_KEPT) {
        const stalledMs = this.#stalls.stalledMsSince(startedAt);
        this.#slow.push({ operation: `set and get beside, ${key}`, ms, limitMs: LIMIT_MS, stalledMs });
      }
      await sleep(PAUSE_MS);
    }
  }

  #fail(failure: string): void {
    if (this.#failures.length < MAX_KEPT) this.#failures.push(failure);
  }
}
