import { setTimeout as sleep } from "node:timers/promises";
import type { Category } from "../../../src/host/main.js";
import { until } from "../../support/until.js";

/** Pause between two gets, in ms. */
const PAUSE_MS = 5;

/** Gets that were made while something went wrong. */
export class AnswerWatch {
  longestMs = 0;
  gets = 0;
  /** Answers that were neither of the two they could be. */
  readonly wrong: unknown[] = [];
  #fromBackendAt: number | undefined;
  #isOver = false;
  readonly #category: Category<string>;
  readonly #done: Promise<void>;

  /** @param key has "stored" in Redis, or nothing; a loader answers "loaded KEY" where it cannot be had. */
  constructor(category: Category<string>, key: string) {
    this.#category = category;
    this.#done = this.#run(key);
  }

  /** How long it takes, in ms, until the backend has answered the key again. */
  async backAgain(): Promise<number> {
    const from = performance.now();
    const at = await until("an answer of the backend", () =>
      this.#fromBackendAt !== undefined && this.#fromBackendAt > from ? this.#fromBackendAt : undefined,
    );
    return at - from;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #run(key: string): Promise<void> {
    while (!this.#isOver) {
      const askedAt = performance.now();
      const { value, source } = await this.#category.lookup(key);
      const answeredAt = performance.now();
      this.gets += 1;
      this.longestMs = Math.max(this.longestMs, answeredAt - askedAt);
      if (source === "backend") this.#fromBackendAt = askedAt;
      if (value !== "stored" && value !== `loaded ${key}`) this.wrong.push(value);
      await sleep(PAUSE_MS);
    }
  }
}
