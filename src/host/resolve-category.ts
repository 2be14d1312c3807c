/** What a category is to do, merged from configuration and code. What the configuration says wins. */
import { ConfigError } from "../contract/errors.js";
import type { CategoryOptions } from "./cache/category-options.js";
import type { CategorySettings, CategoryTerms } from "./cache/category-settings.js";
import { checkCategoryOptions } from "./check-category-options.js";
import type { CategoryConfig, Config, NearLimits } from "./config/config.js";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_LOAD_TIMEOUT_MS,
  DEFAULT_NEAR_BYTES,
  DEFAULT_NEAR_ENTRIES,
  DEFAULT_NEAR_VALUES,
  DEFAULT_NEGATIVE_TTL_MS,
  DEFAULT_ON_READ_ERROR,
  DEFAULT_ON_WRITE_ERROR,
  DEFAULT_REFRESH_AHEAD_MS,
  DEFAULT_TTL_MS,
} from "./config/defaults.js";
import { formatPath } from "./config/format-path.js";

/** The part of a category's settings that configuration and code decide. */
export type CategoryPolicy<T> = CategoryTerms &
  Pick<CategorySettings<T>, "name" | "codec" | "schema" | "load" | "loadMany">;

/** What is filled in where a category has a near cache and the top level says that there is none. */
const DEFAULT_NEAR: NearLimits = {
  entries: DEFAULT_NEAR_ENTRIES,
  bytes: DEFAULT_NEAR_BYTES,
  values: DEFAULT_NEAR_VALUES,
};

/**
 * Merges what is said of a category. What the configuration outranks is checked all the same: a mistake must not show
 * once that is taken out.
 * @throws {ConfigError} options are unknown or wrong, or do not go together with what the configuration says; lists
 * each, as `categories.<name>.<option>`.
 */
export function resolveCategory<T>(
  name: string,
  { categories, near }: Pick<Config, "categories" | "near">,
  options: CategoryOptions<T>,
): CategoryPolicy<T> {
  const code = checkCategoryOptions(name, options);
  const config = categories.get(name);
  const ttlMs = config?.ttlMs ?? code.ttlMs ?? DEFAULT_TTL_MS;
  const refreshAheadMs = config?.refreshAheadMs ?? code.refreshAheadMs ?? DEFAULT_REFRESH_AHEAD_MS;
  if (refreshAheadMs >= ttlMs) throw tooEarly(name, refreshAheadMs, ttlMs);
  return {
    name,
    ttlMs,
    graceMs: config?.graceMs ?? code.graceMs ?? DEFAULT_GRACE_MS,
    refreshAheadMs,
    negativeTtlMs: config?.negativeTtlMs ?? code.negativeTtlMs ?? DEFAULT_NEGATIVE_TTL_MS,
    loadTimeoutMs: config?.loadTimeoutMs ?? code.loadTimeoutMs ?? DEFAULT_LOAD_TIMEOUT_MS,
    // Where the configuration has made `loadTimeout` the shorter, this one never comes to pass.
    loadSoftTimeoutMs: config?.loadSoftTimeoutMs ?? code.loadSoftTimeoutMs ?? Infinity,
    onReadError: config?.onReadError ?? code.onReadError ?? DEFAULT_ON_READ_ERROR,
    onWriteError: config?.onWriteError ?? code.onWriteError ?? DEFAULT_ON_WRITE_ERROR,
    near: mergeNear(near, code.near, config?.near),
    codec: code.codec,
    schema: code.schema,
    load: code.load,
    loadMany: code.loadMany,
  };
}

/** Each of configuration and code is right by itself, and which of them is to give way only people can tell. */
function tooEarly(name: string, refreshAheadMs: number, ttlMs: number): ConfigError {
  const message = `expected less than ttl, ${ttlMs} ms of configuration and code together: received ${refreshAheadMs} ms`;
  return new ConfigError("passed to category()", [
    { path: formatPath(["categories", name, "refreshAhead"]), message },
  ]);
}

/** @param layers what is said of it, from the least to the most that counts. */
function mergeNear(...layers: CategoryConfig["near"][]): NearLimits | false {
  if (layers.findLast((layer) => layer !== undefined) === false) return false;
  const limits = layers.filter((layer) => typeof layer === "object");
  return limits.reduce<NearLimits>((merged, layer) => ({ ...merged, ...layer }), DEFAULT_NEAR);
}
