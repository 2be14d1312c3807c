/** `/api/categories`: what categories do, and looking up and removing one entry of any of them. */
import type { Context } from "hono";

import type { Stockpile } from "../../host/main.js";
import type { CategoryPool } from "../category-pool.js";
import { HttpError } from "../http-error.js";
import type { ServerEnv } from "../server-env.js";
import { showValue } from "./show-value.js";

/** Serves categories. Every method may reject with an {@link HttpError} or a `StockpileError`. */
export class CategoryResource {
  readonly #stockpile: Stockpile;
  readonly #categories: CategoryPool;

  constructor(stockpile: Stockpile, categories: CategoryPool) {
    this.#stockpile = stockpile;
    this.#categories = categories;
  }

  /** 200 with every category in use, as `/health` has them, and the names of those that are configured. */
  list(c: Context<ServerEnv>): Response {
    const { categories } = this.#stockpile.health();
    return c.json({ categories, configured: this.#stockpile.configuredCategories });
  }

  /** 200 with an entry and where it came from, or 404. Nothing is loaded: whoever looks must not change what is there. */
  async lookUp(c: Context<ServerEnv>): Promise<Response> {
    const { name, key } = readAddress(c);
    const { lookup, isHttp } = await this.#categories.look(name, key);
    const { value, source, stale, storedAt, expiresAt, failures } = lookup;
    if (value === undefined) {
      throw new HttpError(404, "STOCKPILE_ENTRY_ABSENT", `Cannot find key in category "${name}"`);
    }
    return c.json({
      category: name,
      key,
      source,
      stale,
      storedAt,
      expiresAt,
      failures: failures.map(({ code, message }) => ({ code, message })),
      ...showValue(value, isHttp),
    });
  }

  /** 204 once the entry is gone, or when it was not there. */
  async delete(c: Context<ServerEnv>): Promise<Response> {
    const { name, key } = readAddress(c);
    await this.#categories.delete(name, key);
    return c.body(null, 204);
  }
}

function readAddress(c: Context<ServerEnv>): { name: string; key: string } {
  return { name: c.req.param("category") ?? "", key: c.req.param("key") ?? "" };
}
