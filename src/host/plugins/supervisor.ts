/**
 * Leads one plugin through its lives: begins them, hears of their ends, and decides with the restart policy what
 * comes next. At any time at most one session is current; what another session reports is not heard. A replacement
 * never waits for the thread it replaces.
 */
import type { PluginLoadError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Cancel } from "../clock.js";
import type { PluginConfig, StorageConfig } from "../config/config.js";
import type { LifeEnd } from "../life/life.js";
import { RecentHistogram } from "../recent-histogram.js";
import type { BackendClient, BackendClientOptions } from "./backend-client.js";
import { BackendClients } from "./backend-clients.js";
import { composeHealth } from "./compose-health.js";
import type { HostServices } from "./host-services.js";
import { Lives } from "./lives.js";
import { describeFailure, type PluginFailure } from "./plugin-failure.js";
import type { PluginEvent, PluginHealth, PluginState } from "./plugin-health.js";
import { PluginLog } from "./plugin-log.js";
import { PoisonKeys } from "./poison-keys.js";
import type { Invalidation } from "./read-invalidation.js";
import { RestartPolicy } from "./restart-policy.js";
import { describeState } from "./describe-state.js";
import { alreadyClosed, endedEarly, superseded } from "./steering-errors.js";
import type { PluginSession } from "./session.js";
import { whyDegraded } from "./why-degraded.js";

export interface SupervisorOptions {
  readonly config: PluginConfig;
  readonly services: HostServices;
  readonly onEvent: (event: PluginEvent) => void;
  readonly onQueue?: BackendClientOptions["onQueue"];
  /** A backend reports entries that somebody else has changed. */
  readonly onInvalidate: (backend: BackendClient, keys: Invalidation) => void;
}

export class PluginSupervisor {
  readonly name: string;
  readonly #options: SupervisorOptions;
  readonly #policy: RestartPolicy;
  readonly #poison: PoisonKeys;
  readonly #statistics: CallStatistics;
  readonly #clients: BackendClients;
  #state: PluginState = "starting";
  #since: number;
  #session: PluginSession | undefined;
  /** Monotonic; set while the current life is ready. */
  #readyAt: number | undefined;
  /** Raised whenever a hand lets the current life go: who began before that is no longer wanted. */
  #turn = 0;
  /** The way of the current life to where it is ready. */
  #beginning: Promise<void> = Promise.resolve();
  #cancelRestart: Cancel | undefined;
  #metadata: PluginMetadata | undefined;
  #lastFailure: PluginFailure | undefined;
  #restarts = 0;
  #isClosed = false;
  readonly #log: PluginLog;
  readonly #lives: Lives;

  constructor(options: SupervisorOptions) {
    const { config, services } = options;
    this.name = config.name;
    this.#options = options;
    this.#policy = new RestartPolicy(config.restart, services.clock);
    this.#poison = new PoisonKeys(services.clock, config.restart.maxBackoffMs);
    this.#statistics = new CallStatistics(new RecentHistogram(services.clock));
    this.#since = services.clock.now();
    this.#log = new PluginLog(config.name, services);
    this.#lives = new Lives({
      services,
      statistics: this.#statistics,
      log: this.#log,
      onInvalidate: (session, handle, keys) => this.#invalidate(session, handle, keys),
      onEnd: (session, end, suspects) => this.#ended(session, end, suspects),
    });
    this.#clients = new BackendClients({
      limits: config.limits,
      clock: services.clock,
      poison: this.#poison,
      describeState: () => describeState(this.name, this.#state, this.#lastFailure),
      onBreaker: () => this.#reconsider(),
      onQueue: (event) => options.onQueue?.(event),
      onOpenFailure: ({ message, backendId: backend }) =>
        this.#log.write("warn", this.#lives.begun, message, { backend }),
    });
  }

  get config(): PluginConfig {
    return this.#options.config;
  }

  get state(): PluginState {
    return this.#state;
  }

  get clients(): readonly BackendClient[] {
    return this.#clients.all;
  }

  get abandonedThreads(): number {
    return this.#lives.abandonedThreads;
  }

  /** The backend of this plugin that `storage` means; opened in every life from the next on. */
  backend(storage: StorageConfig, path: string): BackendClient {
    return this.#clients.of(storage, path);
  }

  /**
   * Begins a life, unless one is under way. Resolves when it is ready.
   * @throws {PluginLoadError | PluginUnavailableError} that life failed; another follows by the restart policy.
   * @throws {PluginUnavailableError} it was stopped or restarted before it was ready.
   * @throws {ClosedError} after `close`.
   */
  start(): Promise<void> {
    // What is under way, or has got ready, is shared.
    return this.#session === undefined ? this.#beginAnew("start") : this.#beginning;
  }

  /**
   * Begins another life at once, past failures forgotten, while the old one ends in good order. Throws as `start` does.
   */
  restart(): Promise<void> {
    return this.#beginAnew("restart");
  }

  /** Ends the life in good order, and none follows until `start` or `restart`. Never rejects. */
  async stop(): Promise<void> {
    const gone = this.#letGo();
    this.#become("stopped");
    await gone;
  }

  /** Ends everything; resolves when all threads have ended or been given up. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#clients.close();
    await this.stop();
    await this.#lives.ended();
  }

  health(): PluginHealth {
    return composeHealth({
      config: this.config,
      metadata: this.#metadata,
      state: this.#state,
      since: this.#since,
      clients: this.#clients.all,
      lives: this.#lives.begun,
      restarts: this.#restarts,
      abandonedThreads: this.#lives.abandonedThreads,
      lastFailure: this.#lastFailure,
      session: this.#session,
      statistics: this.#statistics,
      mask: this.#log.mask,
    });
  }

  async #beginAnew(operation: "start" | "restart"): Promise<void> {
    if (this.#isClosed) throw alreadyClosed(this.name, operation);
    if (operation === "restart") this.#restarts += 1;
    void this.#letGo();
    this.#policy.reset();
    this.#poison.clear();
    const turn = this.#turn;
    this.#become("starting");
    // Whoever heard of that may have stopped, restarted or closed the plugin at once.
    if (turn !== this.#turn) throw superseded(this.name);
    await this.#begin();
  }

  #begin(): Promise<void> {
    this.#beginning = this.#lead();
    return this.#beginning;
  }

  /** Leads another life to where it is ready. */
  async #lead(): Promise<void> {
    const turn = this.#turn;
    const session = this.#openSession();
    this.#session = session;
    await session.start();
    this.#metadata = session.metadata;
    await this.#clients.attach(session);
    if (turn !== this.#turn) throw superseded(this.name);
    if (this.#session !== session)
      throw endedEarly(this.name, describeState(this.name, this.#state, this.#lastFailure));
    session.endStart();
    const { clock, registry } = this.#options.services;
    registry.confirm(session.registered);
    this.#readyAt = clock.monotonic();
    this.#reconsider();
  }

  /** The session of another life. One that cannot even be begun is a failed life like any other. */
  #openSession(): PluginSession {
    try {
      return this.#lives.begin(this.config);
    } catch (cause) {
      const error = cause as PluginLoadError; // what `begin` throws
      this.#failed({ kind: "load", message: error.message, cause: error }, []);
      throw error;
    }
  }

  #invalidate(session: PluginSession, handle: number, keys: Invalidation): void {
    const client = this.#clients.under(handle);
    if (client !== undefined && this.#session === session) this.#options.onInvalidate(client, keys);
  }

  #ended(session: PluginSession, end: LifeEnd, suspects: readonly PendingCall[]): void {
    if (this.#session === session) return this.#failed(end, suspects);
    const message = `Ended while it was being stopped (${end.kind}): ${end.message}`;
    this.#log.write("warn", this.#lives.numberOf(session), message);
  }

  /** The current life has failed: whether and when another begins. */
  #failed(end: LifeEnd, suspects: readonly PendingCall[]): void {
    const { clock, registry } = this.#options.services;
    const failure = describeFailure(end, suspects, clock.now(), this.#log.mask);
    this.#lastFailure = failure;
    const readyMs = this.#readyAt === undefined ? 0 : clock.monotonic() - this.#readyAt;
    const decision = this.#policy.failed(readyMs, this.#poison.blame(suspects));
    registry.release(this.#session?.registered ?? []);
    this.#detach();
    this.#cancelRestart = clock.schedule(() => this.#beginAgain(), decision.delayMs);
    const { kind, call, stack, message } = failure;
    this.#log.write("error", this.#lives.begun, message, { kind, call, stack });
    this.#become(decision.isQuarantined ? "quarantined" : "restarting", { failure });
  }

  #beginAgain(): void {
    this.#cancelRestart = undefined;
    this.#restarts += 1;
    // Its failure has been dealt with in #failed by the time it rejects.
    this.#begin().catch(() => undefined);
  }

  /** Ends the current life, if there is one, in good order. */
  #letGo(): Promise<void> {
    this.#turn += 1;
    this.#cancelRestart?.();
    this.#cancelRestart = undefined;
    const session = this.#session;
    this.#detach();
    return session === undefined ? Promise.resolve() : this.#lives.end(session);
  }

  #detach(): void {
    this.#session = undefined;
    this.#readyAt = undefined;
    this.#clients.detach();
  }

  /** Takes the state that a ready plugin's breakers make of it. */
  #reconsider(): void {
    if (this.#readyAt === undefined) return;
    const why = whyDegraded(this.#clients.all);
    if (why === undefined) this.#become("ready");
    else this.#become("degraded", { reason: this.#log.mask(why) });
  }

  #become(state: PluginState, cause: Pick<PluginEvent, "failure" | "reason"> = {}): void {
    const previous = this.#state;
    if (previous === state) return;
    this.#state = state;
    this.#since = this.#options.services.clock.now();
    this.#options.onEvent({ plugin: this.name, state, previous, at: this.#since, ...cause });
  }
}
