import type { Clock } from "../../host/main.js";

/** What a {@link wait} ends by besides its time. */
export interface WaitOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Given what ends it; answers what is to be called once it has ended. */
  readonly onBegin?: (end: () => void) => () => void;
}

/** Resolves after that time, or as soon as there is nothing to wait for any more. Never rejects. */
export function wait(delayMs: number, { clock, signal, onBegin }: WaitOptions): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      ended?.();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.schedule(end, Math.max(0, delayMs));
    signal.addEventListener("abort", end);
    const ended = onBegin?.(end);
  });
}
