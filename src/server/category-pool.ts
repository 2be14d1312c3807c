/** The categories that are used over HTTP. */
import { checkCategoryName } from "../host/main.js";
import type { Category, CategoryOptions, Lookup, Stockpile } from "../host/main.js";
import { HttpError } from "./http-error.js";
import { httpValueCodec } from "./http-value.js";
import type { HttpValue } from "./http-value.js";

const OPTIONS: CategoryOptions<HttpValue> = {
  codec: httpValueCodec,
  // An operator asks this server whether a key is there: "no" is a wrong answer while the backend cannot say.
  onReadError: "throw",
  // And who is told that a write was done expects to find it after the next restart of this server as well.
  onWriteError: "throw",
};

/** What is under a key, and whether it was stored over HTTP. */
export interface Look {
  readonly lookup: Lookup<unknown>;
  /** Whether the value is an {@link HttpValue}; else it is whatever the category's own codec made. */
  readonly isHttp: boolean;
}

/**
 * Opens each category when it is first written to. A category costs memory for as long as the process lives, and its name
 * comes from the client, so their number is limited; those of the configuration are always available. Anybody may read,
 * so a read of another name opens none: it asks the backend, and leaves nothing behind.
 */
export class CategoryPool {
  readonly #stockpile: Stockpile;
  readonly #maxCategories: number;
  readonly #categories = new Map<string, Category<HttpValue>>();

  constructor(stockpile: Stockpile, maxCategories: number) {
    this.#stockpile = stockpile;
    this.#maxCategories = maxCategories;
  }

  /**
   * The category of this name, to be written to.
   * @throws {HttpError} 400: not a category name. 503: the limit of categories is reached.
   * @throws {StockpileError} `STOCKPILE_CONFIG_INVALID`: the process uses it with another codec.
   */
  get(name: string): Category<HttpValue> {
    const known = this.#categories.get(name);
    if (known !== undefined) return known;
    if (!this.#isConfigured(name)) this.#checkNew(name);
    const category = this.#stockpile.category<HttpValue>(name, OPTIONS);
    this.#categories.set(name, category);
    return category;
  }

  /**
   * What is under a key that was stored over HTTP.
   * @throws {HttpError} 400: not a category name.
   * @throws {StockpileError} as {@link get}, and what the lookup fails with.
   */
  async lookup(name: string, key: string): Promise<Lookup<HttpValue>> {
    if (this.#categories.has(name) || this.#isConfigured(name)) return this.get(name).lookup(key);
    checkName(name);
    return this.#stockpile.lookInto(name, key, OPTIONS);
  }

  /**
   * What is under a key of any category, with whatever codec it has; nothing is loaded.
   * @throws as {@link lookup}.
   */
  async look(name: string, key: string): Promise<Look> {
    const foreign = this.#foreign(name);
    if (foreign === undefined) return { lookup: await this.lookup(name, key), isHttp: true };
    return { lookup: await foreign.lookup(key, { load: false }), isHttp: false };
  }

  /**
   * Removes an entry of any category.
   * @throws as {@link get}, and what the delete fails with.
   */
  async delete(name: string, key: string): Promise<void> {
    await (this.#foreign(name) ?? this.get(name)).delete(key);
  }

  /** One that the process has opened, and not this pool. */
  #foreign(name: string): Category<unknown> | undefined {
    const isForeign =
      !this.#categories.has(name) &&
      this.#stockpile.health().categories.some((category) => category.name === name);
    return isForeign ? this.#stockpile.category(name) : undefined;
  }

  #isConfigured(name: string): boolean {
    return this.#stockpile.configuredCategories.includes(name);
  }

  #checkNew(name: string): void {
    checkName(name);
    // Another configuration may have others.
    const configured = new Set(this.#stockpile.configuredCategories);
    const unconfigured = [...this.#categories.keys()].filter((known) => !configured.has(known));
    if (unconfigured.length >= this.#maxCategories) {
      throw new HttpError(
        503,
        "STOCKPILE_CATEGORY_LIMIT",
        `Cannot open category "${name}": expected at most ${this.#maxCategories} that are not in the configuration ("maxCategories")`,
      );
    }
  }
}

/** The same names as the host's; here the code tells a mistake in the category from one in the key. */
function checkName(name: string): void {
  try {
    checkCategoryName(name);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HttpError(400, "STOCKPILE_CATEGORY_INVALID", message, { cause });
  }
}
