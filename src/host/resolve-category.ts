/** What a category is to do, merged from configuration and code. What the configuration says wins. */
import { ConfigError } from "../contract/errors.js";
import type { ConfigIssue } from "../contract/errors.js";
import type { CategoryOptions } from "./cache/category-options.js";
import type { CategorySettings } from "./cache/category-settings.js";
import type { Codec } from "./cache/codec.js";
import { resolveCodec } from "./cache/resolve-codec.js";
import type { CategoryConfig } from "./config/config.js";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_LOAD_TIMEOUT_MS,
  DEFAULT_NEGATIVE_TTL_MS,
  DEFAULT_ON_READ_ERROR,
  DEFAULT_ON_WRITE_ERROR,
  DEFAULT_REFRESH_AHEAD_MS,
  DEFAULT_TTL_MS,
} from "./config/defaults.js";
import { describeValue } from "./config/describe-value.js";
import { formatPath } from "./config/format-path.js";
import { nearestName } from "./config/nearest-name.js";
import { readDuration } from "./config/read-duration.js";

/** The part of a category's settings that configuration and code decide. */
export type CategoryPolicy<T> = Pick<
  CategorySettings<T>,
  | "name"
  | "ttlMs"
  | "graceMs"
  | "refreshAheadMs"
  | "negativeTtlMs"
  | "loadTimeoutMs"
  | "loadSoftTimeoutMs"
  | "onReadError"
  | "onWriteError"
  | "near"
  | "codec"
  | "schema"
  | "load"
  | "loadMany"
>;

/** Hears of a mistake; without an option's name, of all options. */
type Report = (option: string | undefined, message: string) => void;

const OPTION_NAMES: readonly string[] = [
  "ttl",
  "load",
  "loadTimeout",
  "onReadError",
  "codec",
] satisfies (keyof CategoryOptions<unknown>)[];

/**
 * Merges what is said of a category. What the configuration outranks is checked all the same: a mistake must not show
 * once that is taken out.
 * @throws {ConfigError} options are unknown or wrong; lists each, as `categories.<name>.<option>`.
 */
export function resolveCategory<T>(
  name: string,
  config: CategoryConfig | undefined,
  options: CategoryOptions<T>,
): CategoryPolicy<T> {
  const issues: ConfigIssue[] = [];
  const report: Report = (option, message) => {
    const path = option === undefined ? ["categories", name] : ["categories", name, option];
    issues.push({ path: formatPath(path), message });
  };
  const given = readOptions(options, report);
  const ttlMs = readLimit("ttl", given["ttl"], report);
  const loadTimeoutMs = readLimit("loadTimeout", given["loadTimeout"], report);
  const codec = readCodec(given["codec"], report);
  checkChoices(given, report);
  if (issues.length > 0 || codec === undefined) throw new ConfigError("passed to category()", issues);
  return {
    name,
    ttlMs: config?.ttlMs ?? ttlMs ?? DEFAULT_TTL_MS,
    loadTimeoutMs: config?.loadTimeoutMs ?? loadTimeoutMs ?? DEFAULT_LOAD_TIMEOUT_MS,
    onReadError: config?.onReadError ?? options.onReadError ?? DEFAULT_ON_READ_ERROR,
    codec: codec as Codec<T>, // what a category holds is the application's claim
    graceMs: config?.graceMs ?? DEFAULT_GRACE_MS,
    refreshAheadMs: config?.refreshAheadMs ?? DEFAULT_REFRESH_AHEAD_MS,
    negativeTtlMs: config?.negativeTtlMs ?? DEFAULT_NEGATIVE_TTL_MS,
    loadSoftTimeoutMs: config?.loadSoftTimeoutMs ?? Infinity,
    onWriteError: config?.onWriteError ?? options.onWriteError ?? DEFAULT_ON_WRITE_ERROR,
    near: false,
    schema: options.schema,
    load: options.load,
    loadMany: options.loadMany,
  };
}

function readOptions(options: unknown, report: Report): Readonly<Record<string, unknown>> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    report(undefined, `expected an object of options: received ${describeValue(options)}`);
    return {};
  }
  for (const name of Object.keys(options).filter((key) => !OPTION_NAMES.includes(key))) {
    const nearest = nearestName(name, OPTION_NAMES);
    const hint =
      nearest === undefined ? `expected one of ${OPTION_NAMES.join(", ")}` : `did you mean "${nearest}"?`;
    report(name, `unknown option: ${hint}`);
  }
  return options as Record<string, unknown>; // an object has nothing else
}

/** As in the configuration, 0 is refused: it could be read as "none" and as "at once". */
function readLimit(option: string, value: unknown, report: Report): number | undefined {
  if (value === undefined) return undefined;
  const reading = readDuration(value);
  if ("ms" in reading && reading.ms > 0) return reading.ms;
  const expected = "ms" in reading ? "a duration above 0" : reading.expected;
  report(option, `expected ${expected}: received ${describeValue(value)}`);
  return undefined;
}

function readCodec(value: unknown, report: Report): Codec<unknown> | undefined {
  try {
    return resolveCodec(value as "json" | Codec<unknown> | undefined); // it checks what it is given
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The path says that it is the codec.
    report("codec", message.replace(/^Cannot use codec: /, ""));
    return undefined;
  }
}

function checkChoices({ load, onReadError }: Readonly<Record<string, unknown>>, report: Report): void {
  if (load !== undefined && typeof load !== "function")
    report("load", `expected a function: received ${describeValue(load)}`);
  if (onReadError !== undefined && onReadError !== "miss" && onReadError !== "throw")
    report("onReadError", `expected "miss" or "throw": received ${describeValue(onReadError)}`);
}
