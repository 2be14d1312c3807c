/**
 * A storage adapter for Keyv, exported as `@stockpile/core/keyv`: where an application, or a library it uses, takes a
 * Keyv, it takes a category of Stockpile. It needs nothing of Keyv itself.
 */
export { KeyvStockpile } from "./keyv-stockpile.js";
export type { KeyvStockpileEntry, KeyvStockpileOptions, Stored } from "./keyv-stockpile.js";
