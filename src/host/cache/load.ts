import type { StockpileError } from "../../contract/errors.js";
import type { Deadline } from "../calls/deadlines.js";
import type { Caller } from "./caller.js";
import type { HeldEntry } from "./held-entry.js";
import type { LoadRun } from "./load-run.js";

/** A read that has missed: what its callers' load begins with. */
export interface Miss<T> {
  readonly key: string;
  /** Those of its callers that have a loader; at least one. */
  readonly callers: Caller<T>[];
  /** Whether the key's generation is still the one the read began in. */
  readonly isCurrent: boolean;
  /** Why it missed, where something failed. */
  readonly failures: readonly StockpileError[];
  /** What the backend had, where that has expired. */
  readonly expired: HeldEntry<T> | undefined;
}

/** Whose loader runs, and with what others. */
export type LoadSource<T> = Pick<Caller<T>, "load" | "batch">;

/** A load in the air. */
export interface Load<T> {
  readonly key: string;
  readonly callers: Caller<T>[];
  readonly failures: readonly StockpileError[];
  readonly run: LoadRun<T>;
  /** What the backend had when it began, where that had expired or was about to. */
  expired: HeldEntry<T> | undefined;
  /** Whether it is in the map of loads: gets of the key's present generation join it, and it may fill the cache. */
  isCurrent: boolean;
  /** Whether a read has missed in its generation, so that other gets need none. */
  followsMiss: boolean;
  /** Whether it has taken so long that an expired value is better. */
  isSlow: boolean;
  softDeadline: Deadline | undefined;
}
