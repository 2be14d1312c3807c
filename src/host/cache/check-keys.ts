import { describeValue } from "../config/describe-value.js";
import { checkKey } from "./key.js";

/**
 * Reads the keys of a call for several.
 * @param operation The call, for the message.
 * @throws {TypeError} they are no iterable of keys: a single string, which is one of characters, included.
 * @throws {StockpileError} `STOCKPILE_KEY_INVALID`: one of them is no key.
 */
export function checkKeys(operation: string, keys: unknown): string[] {
  const list = toArray(operation, keys, "an iterable of keys");
  for (const key of list) checkKey(key);
  return list as string[]; // each was checked
}

/**
 * Reads the pairs of a call that sets several values.
 * @throws {TypeError} they are no iterable of pairs of a key and a value.
 * @throws {StockpileError} `STOCKPILE_KEY_INVALID`: one of the keys is none.
 */
export function checkPairs(operation: string, pairs: unknown): [string, unknown][] {
  const list = toArray(operation, pairs, "an iterable of [key, value]");
  for (const pair of list) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new TypeError(
        `Cannot ${operation}: expected pairs of [key, value]: received ${describeValue(pair)}`,
      );
    checkKey(pair[0]);
  }
  return list as [string, unknown][]; // each was checked
}

function toArray(operation: string, values: unknown, expected: string): unknown[] {
  const isIterable = typeof values === "object" && values !== null && Symbol.iterator in values;
  if (isIterable) return [...(values as Iterable<unknown>)];
  throw new TypeError(`Cannot ${operation}: expected ${expected}: received ${describeValue(values)}`);
}
