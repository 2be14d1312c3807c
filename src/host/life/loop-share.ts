/**
 * Tells a plugin that holds the host's loop up with its frames from one that is busy.
 *
 * An account of time: what the host spends on the channel's frames is owed, and a fair share of the time that passes is
 * taken off again. Results of calls are what the host has asked for, so each may take a little for nothing: however many
 * calls there are, a plugin that only answers them owes nothing. What its results have not taken pays for nothing else.
 */

/** The part of the host's time that frames nobody asked for may take for ever: a quarter is noticed, and bears no harm. */
const FAIR_SHARE = 0.25;
/** What may be owed, in ms: more than any one frame is charged. All of the loop takes 2.7 s to owe it. */
export const MAX_OWED_MS = 2000;
/** What a result may take, in ms: a hundred times what one with a small value takes. */
const RESULT_MS = 0.2;

export class LoopShare {
  #owedMs = 0;
  #creditMs = 0;
  #lastAt: number;

  /** @param now Monotonic, in ms. */
  constructor(now: number) {
    this.#lastAt = now;
  }

  /** What is being spent is spent on so many results. */
  answer(results: number): void {
    this.#creditMs += results * RESULT_MS;
  }

  /** @param now Monotonic, in ms. */
  spend(ms: number, now: number): void {
    const passedMs = now - this.#lastAt;
    this.#lastAt = now;
    const chargedMs = Math.max(0, ms - this.#creditMs);
    this.#owedMs = Math.max(0, this.#owedMs + chargedMs - passedMs * FAIR_SHARE);
    this.#creditMs = 0;
  }

  /** Whether too much has been spent. */
  get isOverdrawn(): boolean {
    return this.#owedMs > MAX_OWED_MS;
  }
}
