/**
 * Leads one plugin through its lives: begins them, hears of their ends, and decides with the restart policy what
 * comes next. At any time at most one session is current; what another session reports is not heard. A replacement
 * never waits for the thread it replaces.
 */
import type { PluginMetadata } from "../../contract/metadata.js";
import { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Cancel } from "../clock.js";
import type { PluginConfig, StorageConfig } from "../config/config.js";
import { checkProtocol } from "../config/check-protocol.js";
import type { LifeEnd } from "../life/life.js";
import { logSafely } from "../logs/log-safely.js";
import { RecentHistogram } from "../recent-histogram.js";
import { BackendClient, type BackendClientOptions } from "./backend-client.js";
import { composeHealth } from "./compose-health.js";
import { Endings } from "./endings.js";
import type { HostServices } from "./host-services.js";
import { describeFailure, type PluginFailure } from "./plugin-failure.js";
import type { PluginEvent, PluginHealth, PluginState } from "./plugin-health.js";
import { PoisonKeys } from "./poison-keys.js";
import type { Invalidation } from "./read-invalidation.js";
import { RestartPolicy } from "./restart-policy.js";
import { describeState } from "./describe-state.js";
import { alreadyClosed, endedEarly, superseded } from "./steering-errors.js";
import { PluginSession } from "./session.js";
import { toLoadError } from "./to-load-error.js";
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
  readonly #clients: BackendClient[] = [];
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
  readonly #counts = { lives: 0, restarts: 0, abandonedThreads: 0 };
  #isClosed = false;
  /** Endings under way, so that `close` can wait for all of them. */
  readonly #endings = new Endings();
  readonly #mask = (text: string): string => this.#options.services.secrets.mask(text);

  constructor(options: SupervisorOptions) {
    const { config, services } = options;
    this.name = config.name;
    this.#options = options;
    this.#policy = new RestartPolicy(config.restart, services.clock);
    this.#poison = new PoisonKeys(services.clock, config.restart.maxBackoffMs);
    this.#statistics = new CallStatistics(new RecentHistogram(services.clock));
    this.#since = services.clock.now();
  }

  get config(): PluginConfig {
    return this.#options.config;
  }

  get state(): PluginState {
    return this.#state;
  }

  get clients(): readonly BackendClient[] {
    return this.#clients;
  }

  get abandonedThreads(): number {
    return this.#counts.abandonedThreads;
  }

  /** The backend of this plugin that `storage` means; opened in every life from the next on. */
  backend(storage: StorageConfig, path: string): BackendClient {
    const known = this.#clients.find(
      (client) =>
        client.storage.backend === storage.backend && client.storage.parametersKey === storage.parametersKey,
    );
    if (known !== undefined) return known;
    const { config, services } = this.#options;
    const client = new BackendClient({
      handle: this.#clients.length,
      storage,
      path,
      limits: config.limits,
      clock: services.clock,
      poison: this.#poison,
      describeState: () => describeState(this.name, this.#state, this.#lastFailure),
      onBreaker: () => this.#reconsider(),
      onQueue: (event) => this.#options.onQueue?.(event),
      onOpenFailure: ({ message, backendId: backend }) =>
        this.#log("warn", this.#counts.lives, message, { backend }),
    });
    this.#clients.push(client);
    return client;
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
    for (const client of this.#clients) client.close();
    await this.stop();
    await this.#endings.all();
  }

  health(): PluginHealth {
    return composeHealth({
      config: this.config,
      metadata: this.#metadata,
      state: this.#state,
      since: this.#since,
      clients: this.#clients,
      ...this.#counts,
      lastFailure: this.#lastFailure,
      session: this.#session,
      statistics: this.#statistics,
      mask: this.#mask,
    });
  }

  async #beginAnew(operation: "start" | "restart"): Promise<void> {
    if (this.#isClosed) throw alreadyClosed(this.name, operation);
    if (operation === "restart") this.#counts.restarts += 1;
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
    await Promise.all(this.#clients.map((client) => client.attach(session)));
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
    const { name, file, protocol } = this.config;
    this.#counts.lives += 1;
    try {
      const mismatch = checkProtocol(name, file, protocol);
      if (mismatch !== undefined) throw mismatch;
      return this.#createSession(this.#counts.lives);
    } catch (cause) {
      const error = toLoadError(name, cause);
      this.#failed({ kind: "load", message: error.message, cause: error }, []);
      throw error;
    }
  }

  #createSession(life: number): PluginSession {
    const session: PluginSession = new PluginSession({
      config: this.config,
      life,
      services: this.#options.services,
      statistics: this.#statistics,
      onInvalidate: (handle, keys) => {
        const client = this.#clients[handle];
        if (client !== undefined && this.#session === session) this.#options.onInvalidate(client, keys);
      },
      onEnd: (end, suspects) => {
        if (this.#session === session) this.#failed(end, suspects);
        else this.#log("warn", life, `Ended while it was being stopped (${end.kind}): ${end.message}`);
        void this.#endings.track(session.stop());
      },
      onAbandoned: (change) => this.#countAbandoned(change, life),
    });
    return session;
  }

  /** The current life has failed: whether and when another begins. */
  #failed(end: LifeEnd, suspects: readonly PendingCall[]): void {
    const { clock, registry } = this.#options.services;
    const failure = describeFailure(end, suspects, clock.now(), this.#mask);
    this.#lastFailure = failure;
    const readyMs = this.#readyAt === undefined ? 0 : clock.monotonic() - this.#readyAt;
    const decision = this.#policy.failed(readyMs, this.#poison.blame(suspects));
    registry.release(this.#session?.registered ?? []);
    this.#detach();
    this.#cancelRestart = clock.schedule(() => this.#beginAgain(), decision.delayMs);
    const { kind, call, stack, message } = failure;
    this.#log("error", this.#counts.lives, message, { kind, call, stack });
    this.#become(decision.isQuarantined ? "quarantined" : "restarting", { failure });
  }

  #beginAgain(): void {
    this.#cancelRestart = undefined;
    this.#counts.restarts += 1;
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
    return session === undefined ? Promise.resolve() : this.#endings.track(session.stop());
  }

  #detach(): void {
    this.#session = undefined;
    this.#readyAt = undefined;
    for (const client of this.#clients) client.detach();
  }

  #countAbandoned(change: 1 | -1, life: number): void {
    this.#counts.abandonedThreads += change;
    if (change === 1) this.#log("error", life, "Abandoned a thread that cannot be ended");
    else this.#log("info", life, "An abandoned thread has ended after all");
  }

  #log(level: "info" | "warn" | "error", life: number, message: string, fields: object = {}): void {
    const line = { plugin: this.name, life, ...fields };
    logSafely(() => this.#options.services.logger[level](line, this.#mask(message)));
  }

  /** Takes the state that a ready plugin's breakers make of it. */
  #reconsider(): void {
    if (this.#readyAt === undefined) return;
    const why = whyDegraded(this.#clients);
    if (why === undefined) this.#become("ready");
    else this.#become("degraded", { reason: this.#mask(why) });
  }

  #become(state: PluginState, cause: Pick<PluginEvent, "failure" | "reason"> = {}): void {
    const previous = this.#state;
    if (previous === state) return;
    this.#state = state;
    this.#since = this.#options.services.clock.now();
    this.#options.onEvent({ plugin: this.name, state, previous, at: this.#since, ...cause });
  }
}
