/** What is remembered of a plugin's failures, over all its lives, and what follows from it. */
import type { PendingCall } from "../calls/call.js";
import type { Clock } from "../clock.js";
import type { RestartLimits } from "../config/config.js";
import type { EndKind } from "../life/life.js";
import type { FailureCounts } from "./plugin-failure.js";
import { PoisonKeys } from "./poison-keys.js";
import { RestartPolicy, type RestartDecision } from "./restart-policy.js";

export class FailureRecord {
  readonly poison: PoisonKeys;
  readonly #policy: RestartPolicy;
  readonly #counts: Record<EndKind, number> = {
    crash: 0,
    hang: 0,
    exit: 0,
    memory: 0,
    protocol: 0,
    "start-timeout": 0,
    load: 0,
  };

  constructor(limits: RestartLimits, clock: Clock) {
    this.poison = new PoisonKeys(clock, limits.maxBackoffMs);
    this.#policy = new RestartPolicy(limits, clock);
  }

  /** All there have been so far, forgiven ones as well. */
  get counts(): FailureCounts {
    return { ...this.#counts };
  }

  /** What has been counted stays. */
  set limits(limits: RestartLimits) {
    this.#policy.limits = limits;
    this.poison.refusalMs = limits.maxBackoffMs;
  }

  /**
   * A life has failed: answers whether and when another follows.
   * @param kind What it is counted as.
   * @param readyMs How long it had been ready; 0 when it never was.
   * @param suspects The calls that may have done it.
   */
  failed(kind: EndKind, readyMs: number, suspects: readonly PendingCall[]): RestartDecision {
    this.#counts[kind] += 1;
    return this.#policy.failed(readyMs, this.poison.blame(suspects));
  }

  /** Forgets past failures, and with them backoff, quarantine and refused keys; they stay counted. */
  forgive(): void {
    this.#policy.reset();
    this.poison.clear();
  }
}
