import type { Cancel, Clock } from "../../src/host/clock.js";

/** 2026-01-01T00:00:00Z, in ms: as good a start as any, and far from the monotonic one, so that a mix-up shows. */
const START_MS = 1_767_225_600_000;

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that a test moves. Timers run in the order they are due, then in the order they were scheduled. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs: number;
  #monotonicMs = 1000;

  /** @param nowMs The time on the wall to begin with, in ms since the epoch. */
  constructor(nowMs: number = START_MS) {
    this.#nowMs = nowMs;
  }

  /** How many timers are scheduled. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  schedule(callback: () => void, delayMs: number): Cancel {
    const timer = { dueMs: this.#monotonicMs + Math.max(delayMs, 0), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets `ms` pass: runs each timer when it is due and lets promises and immediates settle around it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms;
    await this.settle();
    for (;;) {
      const timer = this.#next(untilMs);
      if (timer === undefined) break;
      this.#timers.delete(timer);
      this.#moveTo(timer.dueMs);
      timer.callback();
      await this.settle();
    }
    this.#moveTo(untilMs);
  }

  /** Lets `ms` pass as for a blocked loop: nothing runs, and timers due meanwhile are late. */
  block(ms: number): void {
    this.#moveTo(this.#monotonicMs + ms);
  }

  /** Sets the time on the wall forward or, below zero, back; monotonic time and timers do not notice. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }

  /** Waits until promises have settled that need no time, through two turns of the event loop. */
  async settle(): Promise<void> {
    await turn();
    await turn();
  }

  #next(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  /** A timer that is late moves no time. */
  #moveTo(monotonicMs: number): void {
    const passedMs = Math.max(monotonicMs - this.#monotonicMs, 0);
    this.#monotonicMs += passedMs;
    this.#nowMs += passedMs;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
