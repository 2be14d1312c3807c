/** The categories that have been used over HTTP. */
import { checkCategoryName } from "../host/main.js";
import type { Category, Stockpile } from "../host/main.js";
import { HttpError } from "./http-error.js";
import { httpValueCodec } from "./http-value.js";
import type { HttpValue } from "./http-value.js";

/**
 * Opens each category when it is first used. A category costs memory for as long as the process lives, and its name
 * comes from the client, so their number is limited; those of the configuration are always available.
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
   * The category of this name.
   * @throws {HttpError} 400: not a category name. 503: the limit of categories is reached.
   * @throws {StockpileError} `STOCKPILE_CONFIG_INVALID`: the process uses it with another codec.
   */
  get(name: string): Category<HttpValue> {
    const known = this.#categories.get(name);
    if (known !== undefined) return known;
    if (!this.#stockpile.configuredCategories.includes(name)) this.#checkNew(name);
    const category = this.#stockpile.category<HttpValue>(name, {
      codec: httpValueCodec,
      // An operator asks this server whether a key is there: "no" is a wrong answer while the backend cannot say.
      onReadError: "throw",
      // And who is told that a write was done expects to find it after the next restart of this server as well.
      onWriteError: "throw",
    });
    this.#categories.set(name, category);
    return category;
  }

  /**
   * The category of this name with whatever codec and loader it has, to be looked into; opened as by {@link get} where
   * nobody has opened it. `isHttp`: its values are {@link HttpValue}s.
   * @throws {HttpError} as `get`.
   */
  find(name: string): { readonly category: Category<unknown>; readonly isHttp: boolean } {
    const isForeign =
      !this.#categories.has(name) &&
      this.#stockpile.health().categories.some((category) => category.name === name);
    if (isForeign) return { category: this.#stockpile.category(name), isHttp: false };
    // Sound: what reads values of any type takes those.
    return { category: this.get(name) as Category<unknown>, isHttp: true };
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
