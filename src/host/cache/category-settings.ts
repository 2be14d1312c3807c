import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { BackendHandle } from "../calls/backend-handle.js";
import type { Deadlines } from "../calls/deadlines.js";
import type { Clock } from "../clock.js";
import type { NearLimits } from "../config/config.js";
import type { Codec } from "./codec.js";
import type { Loader, ManyLoader } from "./loader.js";
import type { QuietFailure } from "./quiet-failure.js";
import type { WriteQueue } from "../calls/queue-budget.js";
import type { WriteVersion } from "./write-version.js";

/** What may be changed of a category while it is in use. */
export type CategoryTerms = Pick<
  CategorySettings<unknown>,
  | "ttlMs"
  | "graceMs"
  | "refreshAheadMs"
  | "negativeTtlMs"
  | "loadTimeoutMs"
  | "loadSoftTimeoutMs"
  | "onReadError"
  | "onWriteError"
  | "near"
>;

/** All that a category needs to know, checked and merged from configuration and code. Its terms may change. */
export interface CategorySettings<T> {
  readonly name: string;
  /** `Infinity`: values do not expire. */
  readonly ttlMs: number;
  /** For how long after `ttlMs` a value may be answered when it cannot be loaded; 0: not at all. */
  readonly graceMs: number;
  /** How long before its end a hit has a value loaded again, in the background; 0: never. */
  readonly refreshAheadMs: number;
  /** For how long it is remembered that there is no value; 0: not at all. */
  readonly negativeTtlMs: number;
  readonly loadTimeoutMs: number;
  /** When an expired value within its grace is answered though the load goes on; `Infinity`: never. */
  readonly loadSoftTimeoutMs: number;
  readonly onReadError: "miss" | "throw";
  readonly onWriteError: "queue" | "ignore" | "throw";
  readonly near: NearLimits | false;
  readonly codec: Codec<T>;
  readonly schema: StandardSchemaV1<unknown, T> | undefined;
  readonly load: Loader<T> | undefined;
  readonly loadMany: ManyLoader<T> | undefined;
  /** The most bytes an encoded value may have; its envelope comes on top. */
  readonly maxValueBytes: number;
  /** Whether its health tells how long gets and loads took. */
  readonly isTimed: boolean;
  readonly backend: BackendHandle;
  /** Counts the writes that wait for that backend, of all its categories. */
  readonly queue: WriteQueue;
  readonly clock: Clock;
  /** Must outlive the category. */
  readonly deadlines: Deadlines;
  /** One per host, so that versions tell which write was the later. */
  readonly writeVersion: WriteVersion;
  /**
   * Told of what failed without rejecting anything: with a backend that is down, at every get. What it throws is
   * ignored.
   */
  readonly report: (failure: QuietFailure) => void;
}
