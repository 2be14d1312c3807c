import { types } from "node:util";
import { StockpileError } from "../../contract/errors.js";
import type { Codec } from "./codec.js";
import { thrownMessage } from "./thrown-message.js";

const ACTION = "Cannot encode value as JSON";

/**
 * Values as JSON text. `toJSON` applies, so that a `Date` is a string when it is read, and properties that are
 * `undefined`, functions or symbols are left out, all as in `JSON.stringify`. What it would turn into `null` is
 * refused instead: numbers that are not finite, holes, and what a `toJSON` makes null, as that of an invalid `Date`.
 */
export const jsonCodec: Codec<unknown> = {
  name: "json",
  /** @throws {StockpileError} `STOCKPILE_VALUE_INVALID`: JSON cannot say it. */
  encode(value) {
    const text = stringify(value);
    // Only a text that holds a null somewhere can hold one that was something else: others are spared the second pass.
    if (text.includes("null")) stringify(value, refuseSilentNull);
    return Buffer.from(text);
  },
  decode: (bytes) => JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()),
};

function stringify(
  value: unknown,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, replacer);
  } catch (cause) {
    // A cycle, a bigint, or a `toJSON` or getter that threw.
    throw new StockpileError("STOCKPILE_VALUE_INVALID", `${ACTION}: ${thrownMessage(cause)}`, { cause });
  }
  if (text !== undefined) return text;
  throw new StockpileError(
    "STOCKPILE_VALUE_INVALID",
    `${ACTION}: expected what JSON can say: received ${typeof value}`,
  );
}

/** Called for each property with its holder as `this`; throws where `JSON.stringify` would write null. */
function refuseSilentNull(this: unknown, key: string, value: unknown): unknown {
  // `toJSON` has been called by now: only the holder still has what it was called on.
  if (value === null) refuseMadeNull(Reflect.get(Object(this), key), key);
  const isNumber = typeof value === "number" || types.isNumberObject(value);
  if (isNumber && !Number.isFinite(Number(value))) throw silentNull(String(value), key);
  const isOmitted = value === undefined || typeof value === "function" || typeof value === "symbol";
  if (isOmitted && Array.isArray(this)) throw silentNull(typeof value, key);
  return value;
}

function refuseMadeNull(own: unknown, key: string): void {
  if (own === null) return;
  throw silentNull(own instanceof Date ? "an invalid Date" : `${typeof own} with a toJSON of null`, key);
}

function silentNull(received: string, key: string): TypeError {
  const where = key === "" ? "" : ` at ${JSON.stringify(key)}`;
  return new TypeError(`expected what JSON does not turn into null: received ${received}${where}`);
}
