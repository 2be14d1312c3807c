/**
 * Keeps a second life of a plugin ready: initialised, its backends opened, waiting to take over when the first one
 * fails. What becomes of it while it waits is no matter of the life that serves: its failures are counted apart, by a
 * policy of its own, and put off the next spare only.
 */
import type { PendingCall } from "../calls/call.js";
import type { Cancel, Clock } from "../clock.js";
import type { PluginConfig, RestartLimits } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import type { BackendClient } from "./backend-client.js";
import { Candidate, prepareAll } from "./candidate.js";
import type { Lives } from "./lives.js";
import { describeFailure, type PluginFailure } from "./plugin-failure.js";
import type { PluginLog } from "./plugin-log.js";
import { RestartPolicy } from "./restart-policy.js";
import type { PluginSession } from "./session.js";
import type { SpareState } from "./spare-state.js";
import { toLoadError } from "./to-load-error.js";

/** The next one is begun no sooner after a takeover, in ms: to start a process holds up the loop that calls wait for. */
export const AFTER_TAKEOVER_MS = 50;

export interface SpareOptions {
  readonly clock: Clock;
  readonly lives: Lives;
  readonly log: PluginLog;
  /** What the next one is begun with. */
  readonly config: () => PluginConfig;
  /** What is opened in it. */
  readonly clients: () => readonly BackendClient[];
  /** One is ready to be taken. */
  readonly onReady: () => void;
}

export class Spare {
  readonly #options: SpareOptions;
  readonly #policy: RestartPolicy;
  #candidate: Candidate | undefined;
  /** Monotonic; set while one is ready. */
  #readyAt: number | undefined;
  #cancelNext: Cancel | undefined;
  #lastFailure: PluginFailure | undefined;

  constructor(options: SpareOptions) {
    this.#options = options;
    this.#policy = new RestartPolicy(options.config().restart, options.clock);
  }

  get state(): SpareState {
    if (this.#candidate === undefined) return "none";
    return this.#readyAt === undefined ? "starting" : "ready";
  }

  /** Why there is none, where the last one failed. */
  get lastFailure(): PluginFailure | undefined {
    return this.#lastFailure;
  }

  set limits(limits: RestartLimits) {
    this.#policy.limits = limits;
  }

  /** Prepares one after that delay, unless there is one or one is due. */
  keep(delayMs: number): void {
    if (this.#candidate !== undefined || this.#cancelNext !== undefined) return;
    this.#cancelNext = this.#options.clock.schedule(() => {
      this.#cancelNext = undefined;
      this.#begin();
    }, delayMs);
  }

  /** Hands out the one that is ready, which is no spare any more. */
  take(): Candidate | undefined {
    if (this.#readyAt === undefined) return undefined;
    const candidate = this.#candidate;
    this.#forget();
    return candidate;
  }

  /** Ends it, and prepares none until `keep`. */
  end(): void {
    this.#cancelNext?.();
    this.#cancelNext = undefined;
    this.#lastFailure = undefined;
    this.#policy.reset();
    const candidate = this.#candidate;
    this.#forget();
    if (candidate !== undefined) void this.#options.lives.end(candidate.session);
  }

  /** A life has ended against the plan; answers whether it was the spare. */
  ended(session: PluginSession, end: LifeEnd, suspects: readonly PendingCall[]): boolean {
    if (this.#candidate?.session !== session) return false;
    this.#failed(end, suspects);
    return true;
  }

  #begin(): void {
    const { clock, lives, config } = this.#options;
    try {
      this.#candidate = new Candidate(lives.begin(config()), config(), clock.monotonic());
    } catch (cause) {
      const error = toLoadError(config().name, cause);
      this.#failed({ kind: "load", message: error.message, cause: error }, []);
      return;
    }
    // How a life ends is heard of in `ended`.
    this.#prepare(this.#candidate).catch(() => undefined);
  }

  async #prepare(candidate: Candidate): Promise<void> {
    const { clock, lives, log, clients, onReady } = this.#options;
    await candidate.session.start();
    const failures = await prepareAll(candidate, clients());
    if (this.#candidate !== candidate) return;
    this.#readyAt = clock.monotonic();
    this.#lastFailure = undefined;
    const life = lives.numberOf(candidate.session);
    // Which is tried again when it takes over: a plugin that cannot have a backend open twice is still initialised.
    for (const { client, error } of failures)
      log.write("warn", life, `The spare waits without a backend: ${error.message}`, {
        backend: client.backendId,
      });
    log.write("info", life, "A spare is ready");
    onReady();
  }

  #failed(end: LifeEnd, suspects: readonly PendingCall[]): void {
    const { clock, lives, log } = this.#options;
    const session = this.#candidate?.session;
    const life = lives.numberOf(session);
    const readyMs = this.#readyAt === undefined ? 0 : clock.monotonic() - this.#readyAt;
    this.#forget();
    this.#lastFailure = describeFailure(end, suspects, clock.now(), log.mask);
    const { message, kind, stuckIn, stack, report } = this.#lastFailure;
    log.write("warn", life, `The spare ended (${kind}): ${message}`, { kind, stuckIn, stack, report });
    this.keep(this.#policy.failed(readyMs).delayMs);
  }

  #forget(): void {
    this.#candidate = undefined;
    this.#readyAt = undefined;
  }
}
