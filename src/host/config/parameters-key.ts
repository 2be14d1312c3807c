import { createHmac, randomBytes } from "node:crypto";
import { canonicalJson } from "./canonical-json.js";
import { isJsonObject } from "./json-value.js";

/** Hexadecimal digits kept: 32 bits tell the few storages of one configuration apart. */
const DIGITS = 8;

/** Differs per process: health shows keys, and a bare hash would let its readers try out guesses of a weak password. */
const SALT = randomBytes(32);

/**
 * A short key of a storage's parameters, equal for equal parameters whatever the order of their keys, and `"default"`
 * for `{}`, which says as little as none. Good within this process only.
 *
 * @param parameters JSON data.
 */
export function parametersKey(parameters: unknown): string {
  if (isJsonObject(parameters) && Object.keys(parameters).length === 0) return "default";
  return createHmac("sha256", SALT).update(canonicalJson(parameters)).digest("hex").slice(0, DIGITS);
}
