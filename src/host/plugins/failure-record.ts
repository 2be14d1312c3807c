/** What is remembered of a plugin's failures, over all its lives, and what follows from it. */
import type { PendingCall } from "../calls/call.js";
import type { Clock } from "../clock.js";
import type { RestartLimits } from "../config/config.js";
import { PoisonKeys } from "./poison-keys.js";
import { RestartPolicy, type RestartDecision } from "./restart-policy.js";

export class FailureRecord {
  readonly poison: PoisonKeys;
  readonly #policy: RestartPolicy;

  constructor(limits: RestartLimits, clock: Clock) {
    this.poison = new PoisonKeys(clock, limits.maxBackoffMs);
    this.#policy = new RestartPolicy(limits, clock);
  }

  /** What has been counted stays. */
  set limits(limits: RestartLimits) {
    this.#policy.limits = limits;
    this.poison.refusalMs = limits.maxBackoffMs;
  }

  /**
   * A life has failed: answers whether and when another follows.
   * @param readyMs How long it had been ready; 0 when it never was.
   * @param suspects The calls that may have done it.
   */
  failed(readyMs: number, suspects: readonly PendingCall[]): RestartDecision {
    return this.#policy.failed(readyMs, this.poison.blame(suspects));
  }

  /** Forgets past failures, and with them backoff, quarantine and refused keys. */
  forgive(): void {
    this.#policy.reset();
    this.poison.clear();
  }
}
