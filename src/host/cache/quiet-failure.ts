import type { StockpileError } from "../../contract/errors.js";

/** A failure that no caller was rejected with: the cache went on without. */
export interface QuietFailure {
  /**
   * The backend could not be read; what it had was no value; a loaded value could not be stored; a value could not be
   * loaded, and everybody was given an expired one or has left; or not ahead of its end; a write that had been accepted cannot be done.
   */
  readonly operation: "read" | "decode" | "fill" | "load" | "refresh" | "write";
  readonly category: string;
  readonly key: string;
  readonly error: StockpileError;
}
