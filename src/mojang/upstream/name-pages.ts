import type { Clock } from "../../host/main.js";
import { nameKey } from "../entities/player-name.js";
import type { Priority } from "./budget.js";

/** Of one name of a page: what was found, that there is nothing, or why it is not known. */
export type NameResult<T> = T | undefined | Error;

export interface NamePagesOptions<T> {
  readonly clock: Clock;
  /** Looks up to {@link NAMES_PER_PAGE} names up together, and answers by name key. One that is missing was not found. */
  readonly lookUp: (
    names: readonly string[],
    priority: Priority,
  ) => Promise<ReadonlyMap<string, NameResult<T>>>;
}

/** One who waits for a name. */
interface Waiting<T> {
  readonly resolve: (found: T | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Mojang refuses more. */
export const NAMES_PER_PAGE = 10;
/** How long a page waits for more names: nothing beside the way to Mojang and back, and enough for a burst of requests. */
const GATHER_MS = 5;

/**
 * Gathers names that are asked for one by one, by whomever, into pages: a page costs as much of the budget as one name.
 * Names that are refreshed travel in the page of one that is asked for first.
 */
export class NamePages<T> {
  readonly #options: NamePagesOptions<T>;
  #page = new Map<string, { readonly name: string; readonly waiting: Waiting<T>[] }>();
  #priority: Priority = "refresh";
  #cancel: (() => void) | undefined;

  constructor(options: NamePagesOptions<T>) {
    this.#options = options;
  }

  /**
   * Looks a name up, with others.
   * @throws whatever `lookUp` has rejected with, or has answered for it.
   */
  find(name: string, priority: Priority): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const key = nameKey(name);
      const entry = this.#page.get(key) ?? { name, waiting: [] };
      entry.waiting.push({ resolve, reject });
      this.#page.set(key, entry);
      if (priority !== "refresh") this.#priority = priority;
      if (this.#page.size >= NAMES_PER_PAGE) this.#turn();
      else this.#cancel ??= this.#options.clock.schedule(() => this.#turn(), GATHER_MS);
    });
  }

  #turn(): void {
    const page = this.#page;
    const priority = this.#priority;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#page = new Map();
    this.#priority = "refresh";
    const names = [...page.values()].map(({ name }) => name);
    void settleAll(page, this.#options.lookUp(names, priority));
  }
}

/** Never rejects. */
async function settleAll<T>(
  page: ReadonlyMap<string, { readonly waiting: readonly Waiting<T>[] }>,
  lookUp: Promise<ReadonlyMap<string, NameResult<T>>>,
): Promise<void> {
  try {
    const found = await lookUp;
    for (const [key, { waiting }] of page) settle(waiting, found.get(key));
  } catch (error) {
    for (const { waiting } of page.values()) for (const { reject } of waiting) reject(error);
  }
}

function settle<T>(waiting: readonly Waiting<T>[], result: NameResult<T>): void {
  for (const { resolve, reject } of waiting) {
    if (result instanceof Error) reject(result);
    else resolve(result);
  }
}
