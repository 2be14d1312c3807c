import type { Priority } from "./priority.js";

/** On whose behalf Mojang is asked. */
export interface Asker {
  readonly priority: Priority;
  /** Aborts when nobody waits for the answer any more. Default: somebody does, to the end. */
  readonly signal?: AbortSignal | undefined;
  /** Until when to wait for a token, on the monotonic clock. Default: without one, the request is refused at once. */
  readonly waitUntilMs?: number | undefined;
}
