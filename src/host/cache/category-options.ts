import type { Codec } from "./codec.js";
import type { Loader } from "./loader.js";

/** What an application says of a category. Durations are `"500ms"`, `"10s"`, `"24h"`, `"7d"` or milliseconds. */
export interface CategoryOptions<T> {
  /** For how long a value is fresh. */
  readonly ttl?: string | number;
  /** Fetches what the backend does not have. */
  readonly load?: Loader<T>;
  /** For how long a loader may take. */
  readonly loadTimeout?: string | number;
  /** Whether a failed read of the backend counts as a miss or rejects the get; default `"miss"`. */
  readonly onReadError?: "miss" | "throw";
  /** How values become bytes; default `"json"`. */
  readonly codec?: "json" | "bytes" | Codec<T>;
}
