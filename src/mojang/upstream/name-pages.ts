import type { Clock } from "../../host/main.js";
import { NamesPage } from "./names-page.js";
import type { NameResult } from "./names-page.js";
import type { Priority } from "./priority.js";

export interface NamePagesOptions<T> {
  readonly clock: Clock;
  /** Looks up to {@link NAMES_PER_PAGE} names up together, and answers by name key. One that is missing was not found. */
  readonly lookUp: (
    names: readonly string[],
    priority: Priority,
  ) => Promise<ReadonlyMap<string, NameResult<T>>>;
}

/** Mojang refuses more. */
export const NAMES_PER_PAGE = 10;
/** How long a page waits for more names: nothing beside the way to Mojang and back, and enough for a burst of requests. */
const GATHER_MS = 5;

/** Gathers names that are asked for one by one, by whomever, into pages: a page costs as much of the budget as one name. */
export class NamePages<T> {
  readonly #options: NamePagesOptions<T>;
  #page = new NamesPage<T>();
  #cancel: (() => void) | undefined;

  constructor(options: NamePagesOptions<T>) {
    this.#options = options;
  }

  /**
   * Looks a name up, with others.
   * @throws whatever `lookUp` has rejected with, or has answered for it.
   */
  find(name: string, priority: Priority): Promise<T | undefined> {
    const found = this.#page.add(name, priority);
    if (this.#page.size >= NAMES_PER_PAGE) this.#turn();
    else this.#cancel ??= this.#options.clock.schedule(() => this.#turn(), GATHER_MS);
    return found;
  }

  #turn(): void {
    const page = this.#page;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#page = new NamesPage();
    void page.settle(this.#options.lookUp(page.names, page.priority));
  }
}
