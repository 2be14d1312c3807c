/// <reference lib="es2024.string" />
import { StockpileError } from "../../contract/errors.js";
import { NAME_FORM, NAME_PATTERN } from "../config/name.js";

/** Enough for any identifier, and what every backend can take as a file name in some encoding. */
const MAX_KEY_BYTES = 1024;
/** A UTF-16 code unit takes at most 3 bytes in UTF-8, so a key this short needs no counting. */
const CERTAINLY_SHORT_CHARACTERS = Math.floor(MAX_KEY_BYTES / 3);

/**
 * Refuses what cannot be a key.
 * @throws {StockpileError} `STOCKPILE_KEY_INVALID`: not a well-formed string of 1 to 1,024 bytes in UTF-8.
 */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== "string") throw invalid("key", "a string", typeof key);
  if (key.length <= CERTAINLY_SHORT_CHARACTERS ? key === "" : Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw invalid("key", `1 to ${MAX_KEY_BYTES} bytes of UTF-8`, `${Buffer.byteLength(key)}`);
  }
  // Lone surrogates would all become the same replacement character in UTF-8, and different keys one.
  if (!key.isWellFormed())
    throw invalid("key", "well-formed Unicode", `a lone surrogate in ${JSON.stringify(key)}`);
}

/**
 * Refuses what cannot be the name of a category.
 * @throws {StockpileError} `STOCKPILE_KEY_INVALID`: not of {@link NAME_PATTERN}.
 */
export function checkCategoryName(name: unknown): asserts name is string {
  if (typeof name !== "string") throw invalid("category name", "a string", typeof name);
  if (!NAME_PATTERN.test(name)) {
    const received = JSON.stringify(name.length <= 80 ? name : `${name.slice(0, 80)}…`);
    throw invalid("category name", NAME_FORM, received);
  }
}

function invalid(what: string, expected: string, received: string): StockpileError {
  return new StockpileError(
    "STOCKPILE_KEY_INVALID",
    `Cannot use ${what}: expected ${expected}: received ${received}`,
  );
}
