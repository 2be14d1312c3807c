import { StockpileError } from "../../contract/errors.js";
import type { Codec } from "./codec.js";

/** Values that are bytes already. What is read is a copy in a buffer of its own, a plain `Uint8Array` always. */
export const bytesCodec: Codec<Uint8Array> = {
  name: "bytes",
  /** @throws {StockpileError} `STOCKPILE_VALUE_INVALID`: not a `Uint8Array`. */
  encode(value: unknown): Uint8Array {
    if (value instanceof Uint8Array) return value;
    const received = value === null ? "null" : typeof value;
    throw new StockpileError(
      "STOCKPILE_VALUE_INVALID",
      `Cannot encode value as bytes: expected a Uint8Array: received ${received}`,
    );
  },
  decode: (bytes) => new Uint8Array(bytes),
};
