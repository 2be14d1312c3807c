/** JSON data, as the configuration is made of. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * How deep objects and arrays may be nested in a configuration, counted from its root. Far above what anybody
 * writes by hand, and far below what could exhaust the stack of the functions that walk it.
 */
export const MAX_DEPTH = 32;

/** True for a JSON object, as opposed to an array. */
export function isJsonObject(value: unknown): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
