import type { Clock } from "../../host/main.js";

/** What a {@link wait} ends by besides its time. */
export interface WaitOptions {
  readonly clock: Clock;
  /** The first of them to abort ends it. */
  readonly signals: readonly AbortSignal[];
  /** Given what ends it; answers what is to be called once it has ended. */
  readonly onBegin?: (end: () => void) => () => void;
}

/** Resolves after that time, or as soon as there is nothing to wait for any more. Never rejects. */
export function wait(delayMs: number, { clock, signals, onBegin }: WaitOptions): Promise<void> {
  if (signals.some(({ aborted }) => aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      ended?.();
      for (const signal of signals) signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.schedule(end, Math.max(0, delayMs));
    for (const signal of signals) signal.addEventListener("abort", end);
    const ended = onBegin?.(end);
  });
}
