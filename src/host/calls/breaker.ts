/**
 * A circuit breaker for one backend: when at least half of its recent calls failed, calls are refused at once until
 * a probe succeeds. Timeouts, failures and ends of life count; refusals, aborts and misses do not.
 */
import type { Cancel, Clock } from "../clock.js";

export type BreakerState = "closed" | "open" | "half-open";

/** Outcomes are counted over this time, in ms: long enough to hold some calls of a quiet backend. */
export const BREAKER_WINDOW_MS = 10_000;
/** The window moves in this many steps. */
const STEPS = 10;
/** Outcomes needed before a rate says anything. */
export const BREAKER_MINIMUM_CALLS = 20;
/** The share of failures at which the breaker opens. */
export const BREAKER_FAILURE_RATE = 0.5;
/** Wait before the first probe, in ms; doubles with each that fails. */
export const BREAKER_FIRST_PROBE_MS = 500;
/** The longest wait between probes, in ms. */
export const BREAKER_MAX_PROBE_MS = 30_000;

export interface BreakerOptions {
  readonly clock: Clock;
  /** Asks the backend whether it serves again; a rejection is a no. Runs on a timer, callers or not. */
  readonly probe: () => Promise<void>;
  readonly onChange: (state: BreakerState, previous: BreakerState) => void;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
}

interface Step {
  index: number;
  succeeded: number;
  failed: number;
}

export class Breaker {
  readonly #options: BreakerOptions;
  readonly #steps: Step[] = Array.from({ length: STEPS }, () => ({ index: -1, succeeded: 0, failed: 0 }));
  #state: BreakerState = "closed";
  #failedProbes = 0;
  /** Raised by each probe, and by whatever makes its answer void. */
  #turn = 0;
  #cancelProbe: Cancel | undefined;
  #isEnded = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  succeeded(): void {
    if (this.#state === "closed") this.#step().succeeded += 1;
  }

  failed(): void {
    if (this.#state !== "closed") return;
    this.#step().failed += 1;
    if (this.#isFailing()) this.trip();
  }

  /** Opens the breaker; a probe follows. */
  trip(): void {
    if (this.#isEnded) return;
    this.#become("open");
    const { clock, random = Math.random } = this.#options;
    const delayMs = Math.min(BREAKER_MAX_PROBE_MS, BREAKER_FIRST_PROBE_MS * 2 ** this.#failedProbes);
    this.#cancelProbe?.();
    this.#cancelProbe = clock.schedule(() => void this.probe(), delayMs / 2 + (delayMs / 2) * random());
  }

  /** Asks the backend now, unless it is being asked already or serves. Never rejects. */
  async probe(): Promise<void> {
    if (this.#state === "open") await this.#ask();
  }

  /** Asks the backend now, unless it serves: one that is asked already is another by now. Never rejects. */
  async probeAnew(): Promise<void> {
    if (this.#state !== "closed") await this.#ask();
  }

  /** The backend is known to serve: what was counted before says nothing any more. */
  close(): void {
    if (this.#isEnded) return;
    this.#turn += 1;
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
    this.#failedProbes = 0;
    for (const step of this.#steps) step.index = -1;
    this.#become("closed");
  }

  /** Cancels what is scheduled; nothing is any more. */
  end(): void {
    this.#isEnded = true;
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
  }

  async #ask(): Promise<void> {
    if (this.#isEnded) return;
    const turn = (this.#turn += 1);
    this.#cancelProbe?.();
    this.#become("half-open");
    try {
      await this.#options.probe();
      if (turn === this.#turn) this.close();
    } catch {
      // Why it failed is counted where the call was made; here it is only a no.
      if (turn !== this.#turn) return;
      this.#failedProbes += 1;
      this.trip();
    }
  }

  #become(state: BreakerState): void {
    const previous = this.#state;
    if (previous === state) return;
    this.#state = state;
    this.#options.onChange(state, previous);
  }

  #step(): Step {
    const index = Math.floor(this.#options.clock.monotonic() / (BREAKER_WINDOW_MS / STEPS));
    const step = this.#steps[index % STEPS] as Step; // there are STEPS of them
    if (step.index !== index) Object.assign(step, { index, succeeded: 0, failed: 0 });
    return step;
  }

  #isFailing(): boolean {
    const oldest = this.#step().index - STEPS;
    let succeeded = 0;
    let failed = 0;
    for (const step of this.#steps) {
      if (step.index <= oldest) continue;
      succeeded += step.succeeded;
      failed += step.failed;
    }
    const calls = succeeded + failed;
    return calls >= BREAKER_MINIMUM_CALLS && failed / calls >= BREAKER_FAILURE_RATE;
  }
}
