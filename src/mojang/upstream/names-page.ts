import { nameKey } from "../entities/player-name.js";
import type { Asker } from "./asker.js";
import { PRIORITIES } from "./priority.js";
import type { Priority } from "./priority.js";

/** Of one name of a page: what was found, that there is nothing, or why it is not known. */
export type NameResult<T> = T | undefined | Error;

/** One who waits for a name. */
interface Waiting<T> {
  readonly resolve: (found: T | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** One name, and those who wait for it. */
interface PageEntry<T> {
  readonly name: string;
  readonly waiting: Waiting<T>[];
}

/**
 * Names that are asked for together. A page is as urgent as the most urgent of its names, waits for a token as long as the
 * most patient of those who ask, and is given up once none of them waits any more.
 */
export class NamesPage<T> {
  readonly #entries = new Map<string, PageEntry<T>>();
  readonly #controller = new AbortController();
  #priority: Priority = "refresh";
  #waitUntilMs: number | undefined;
  /** Of those who ask, how many still wait. */
  #left = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Each once, as whoever asked first has written it. */
  get names(): string[] {
    return [...this.#entries.values()].map(({ name }) => name);
  }

  /** On whose behalf all of them are asked for. */
  get asker(): Asker {
    const waitUntilMs = this.#waitUntilMs;
    return { priority: this.#priority, signal: this.#controller.signal, waitUntilMs };
  }

  /** Adds a name; settles by {@link settle}. */
  add(name: string, { priority, signal, waitUntilMs }: Asker): Promise<T | undefined> {
    if (PRIORITIES.indexOf(priority) < PRIORITIES.indexOf(this.#priority)) this.#priority = priority;
    if (waitUntilMs !== undefined)
      this.#waitUntilMs = Math.max(this.#waitUntilMs ?? waitUntilMs, waitUntilMs);
    this.#left += 1;
    signal?.addEventListener("abort", () => this.#leave(), { once: true });
    return new Promise((resolve, reject) => {
      const key = nameKey(name);
      const entry = this.#entries.get(key) ?? { name, waiting: [] };
      entry.waiting.push({ resolve, reject });
      this.#entries.set(key, entry);
    });
  }

  /** Hands out what was found, by name key; one that is missing was not found. Never rejects. */
  async settle(lookUp: Promise<ReadonlyMap<string, NameResult<T>>>): Promise<void> {
    try {
      const found = await lookUp;
      for (const [key, { waiting }] of this.#entries) settle(waiting, found.get(key));
    } catch (error) {
      for (const { waiting } of this.#entries.values()) for (const { reject } of waiting) reject(error);
    }
  }

  #leave(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#controller.abort();
  }
}

function settle<T>(waiting: readonly Waiting<T>[], result: NameResult<T>): void {
  for (const { resolve, reject } of waiting) {
    if (result instanceof Error) reject(result);
    else resolve(result);
  }
}
