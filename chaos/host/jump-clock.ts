import { systemClock } from "@stockpile/core";
import type { Cancel, Clock } from "@stockpile/core";

/** The machine's clock, but for the time on the wall, which can be made to jump. */
export class JumpClock implements Clock {
  #offsetMs = 0;

  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  now(): number {
    return systemClock.now() + this.#offsetMs;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  schedule(callback: () => void, delayMs: number): Cancel {
    return systemClock.schedule(callback, delayMs);
  }
}
