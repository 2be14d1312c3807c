/** What a category is to do, merged from configuration and code. What the configuration says wins. */
import { StockpileError } from "../contract/errors.js";
import type { CategoryOptions } from "./cache/category-options.js";
import { resolveCodec } from "./cache/resolve-codec.js";
import type { CategorySettings } from "./cache/category-settings.js";
import type { CategoryConfig } from "./config/config.js";
import { DEFAULT_LOAD_TIMEOUT_MS, DEFAULT_ON_READ_ERROR, DEFAULT_TTL_MS } from "./config/defaults.js";
import { parseDuration } from "./config/parse-duration.js";

/** The part of a category's settings that configuration and code decide. */
export type CategoryPolicy<T> = Pick<
  CategorySettings<T>,
  "name" | "ttlMs" | "loadTimeoutMs" | "onReadError" | "codec" | "load"
>;

const OPTION_NAMES: readonly string[] = [
  "ttl",
  "load",
  "loadTimeout",
  "onReadError",
  "codec",
] satisfies (keyof CategoryOptions<unknown>)[];

/** @throws {StockpileError} `STOCKPILE_CONFIG_INVALID`: an option is unknown or wrong. */
export function resolveCategory<T>(
  name: string,
  config: CategoryConfig | undefined,
  options: CategoryOptions<T>,
): CategoryPolicy<T> {
  try {
    checkOptions(options);
    const { ttl = DEFAULT_TTL_MS, loadTimeout = DEFAULT_LOAD_TIMEOUT_MS } = options;
    // What the configuration outranks is checked all the same: a mistake must not show once that is taken out.
    const ttlMs = readLimit("ttl", ttl);
    const loadTimeoutMs = readLimit("loadTimeout", loadTimeout);
    return {
      name,
      ttlMs: config?.ttlMs ?? ttlMs,
      loadTimeoutMs: config?.loadTimeoutMs ?? loadTimeoutMs,
      onReadError: config?.onReadError ?? options.onReadError ?? DEFAULT_ON_READ_ERROR,
      codec: resolveCodec(options.codec),
      load: options.load,
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new StockpileError("STOCKPILE_CONFIG_INVALID", `Cannot make category "${name}": ${message}`, {
      cause,
    });
  }
}

function checkOptions(options: object): void {
  const unknown = Object.keys(options).find((key) => !OPTION_NAMES.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`expected options ${OPTION_NAMES.join(", ")}: received ${JSON.stringify(unknown)}`);
  }
  const { load, onReadError } = options as Record<string, unknown>;
  if (load !== undefined && typeof load !== "function") {
    throw new TypeError(`expected "load" to be a function: received ${typeof load}`);
  }
  if (onReadError !== undefined && onReadError !== "miss" && onReadError !== "throw") {
    throw new TypeError(
      `expected "onReadError" to be "miss" or "throw": received ${JSON.stringify(onReadError)}`,
    );
  }
}

/** As in the configuration, 0 is refused: it could be read as "none" and as "at once". */
function readLimit(name: string, value: string | number): number {
  const durationMs = parseDuration(value);
  if (durationMs > 0) return durationMs;
  throw new RangeError(`expected "${name}" to be a duration above 0: received ${JSON.stringify(value)}`);
}
