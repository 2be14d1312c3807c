import { nameKey } from "../entities/player-name.js";
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

/** Names that are asked for together. A page is as urgent as the most urgent of its names. */
export class NamesPage<T> {
  readonly #entries = new Map<string, PageEntry<T>>();
  #priority: Priority = "refresh";

  get size(): number {
    return this.#entries.size;
  }

  /** Each once, as whoever asked first has written it. */
  get names(): string[] {
    return [...this.#entries.values()].map(({ name }) => name);
  }

  get priority(): Priority {
    return this.#priority;
  }

  /** Adds a name; settles by {@link settle}. */
  add(name: string, priority: Priority): Promise<T | undefined> {
    if (PRIORITIES.indexOf(priority) < PRIORITIES.indexOf(this.#priority)) this.#priority = priority;
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
}

function settle<T>(waiting: readonly Waiting<T>[], result: NameResult<T>): void {
  for (const { resolve, reject } of waiting) {
    if (result instanceof Error) reject(result);
    else resolve(result);
  }
}
