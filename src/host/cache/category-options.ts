import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { NearValues } from "../config/config.js";
import type { Codec } from "./codec.js";
import type { Loader, ManyLoader } from "./loader.js";

/** What an application says of a category. Durations are `"500ms"`, `"10s"`, `"24h"`, `"7d"` or milliseconds. */
export interface CategoryOptions<T> {
  /** For how long a value is fresh; default 10 minutes. */
  readonly ttl?: string | number;
  /** For how long after `ttl` a value may be answered while the loader fails or is slow; default 0. */
  readonly grace?: string | number;
  /** How long before a value expires a hit starts a load in the background; default 0, off. */
  readonly refreshAhead?: string | number;
  /** For how long it is remembered that a load yielded `undefined`; default 5 s; 0: not at all. */
  readonly negativeTtl?: string | number;
  /** Fetches what the backend does not have. */
  readonly load?: Loader<T>;
  /** Fetches what the backend does not have, for all keys of a `getMany` or `lookupMany` at once. */
  readonly loadMany?: ManyLoader<T>;
  /** For how long a loader may take; default 10 s. */
  readonly loadTimeout?: string | number;
  /** For how long a loader may take before an expired value within its grace is answered; by default `loadTimeout`. */
  readonly loadSoftTimeout?: string | number;
  /** Whether a failed read of the backend counts as a miss or rejects the get; default `"miss"`. */
  readonly onReadError?: "miss" | "throw";
  /** Whether a write that failed is tried again when the backend is back, is passed over, or rejects; default `"queue"`. */
  readonly onWriteError?: "queue" | "ignore" | "throw";
  /** The near cache in this process; what is left out, or all of it, is the configuration's top-level `near`. */
  readonly near?:
    | { readonly entries?: number; readonly bytes?: number; readonly values?: NearValues }
    | false;
  /** How values become bytes; default `"json"`. */
  readonly codec?: "json" | "bytes" | Codec<T>;
  /** Checks what is set, loaded and read: a stored value that does not fit is a miss. Must validate synchronously. */
  readonly schema?: StandardSchemaV1<unknown, T>;
}
