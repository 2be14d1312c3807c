import { describeValue } from "./config/describe-value.js";
import { nearestName } from "./config/nearest-name.js";

/** What each option of `Stockpile.open` must be able to do: an option is used long after it was given. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  logger: ["child", "bindings", "trace", "debug", "info", "warn", "error", "fatal"],
  clock: ["now", "monotonic", "schedule"],
  serverSchema: ["safeParseAsync"],
  mojangSchema: ["safeParseAsync"],
};

/**
 * Refuses what cannot be the options of `Stockpile.open`. An option that is `undefined` counts as left out.
 * @throws {TypeError} not an object, an option of another name, or one without the methods it needs.
 */
export function checkOpenOptions(options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw invalid("an object", describeValue(options));
  for (const [name, value] of Object.entries(options)) {
    const methods = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (methods === undefined) throw invalid(`only ${Object.keys(METHODS).join(", ")}`, describeName(name));
    if (value !== undefined) checkMethods(name, value, methods);
  }
}

function checkMethods(name: string, value: unknown, methods: readonly string[]): void {
  const expected = `"${name}" to be an object with the methods ${methods.join(", ")}`;
  // A schema or a logger may be callable, and carry its methods all the same.
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    throw invalid(expected, describeValue(value));
  const missing = methods.filter((method) => typeof Reflect.get(value, method) !== "function");
  if (missing.length > 0) throw invalid(expected, `one without ${missing.join(", ")}`);
}

function describeName(name: string): string {
  const nearest = nearestName(name, Object.keys(METHODS));
  return `${describeValue(name)}${nearest === undefined ? "" : ` (did you mean "${nearest}"?)`}`;
}

function invalid(expected: string, received: string): TypeError {
  return new TypeError(`Cannot use options of open(): expected ${expected}: received ${received}`);
}
