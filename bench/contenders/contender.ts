import type { Get } from "../put-under-load.js";

/** A way to reach a Map in another thread, filled and ready. */
export interface Contender {
  readonly name: string;
  readonly get: Get;
  readonly close: () => Promise<void>;
}
