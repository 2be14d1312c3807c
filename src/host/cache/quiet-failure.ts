import type { StockpileError } from "../../contract/errors.js";

/** A failure that no caller was rejected with: the cache went on without. */
export interface QuietFailure {
  /** The backend could not be read; what it had was no value; a loaded value could not be stored. */
  readonly operation: "read" | "decode" | "fill";
  readonly category: string;
  readonly key: string;
  readonly error: StockpileError;
}
