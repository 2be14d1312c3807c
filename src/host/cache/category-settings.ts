import type { BackendHandle } from "../calls/backend-handle.js";
import type { Deadlines } from "../calls/deadlines.js";
import type { Clock } from "../clock.js";
import type { Codec } from "./codec.js";
import type { Loader } from "./loader.js";
import type { QuietFailure } from "./quiet-failure.js";
import type { WriteVersion } from "./write-version.js";

/** All that a category needs to know, checked and merged from configuration and code. */
export interface CategorySettings<T> {
  readonly name: string;
  /** `Infinity`: values do not expire. */
  readonly ttlMs: number;
  readonly loadTimeoutMs: number;
  readonly onReadError: "miss" | "throw";
  readonly codec: Codec<T>;
  readonly load: Loader<T> | undefined;
  /** The most bytes an encoded value may have; its envelope comes on top. */
  readonly maxValueBytes: number;
  readonly backend: BackendHandle;
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
