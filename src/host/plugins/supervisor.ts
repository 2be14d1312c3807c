/**
 * Leads one plugin through its lives: begins them, hears of their ends, and decides with the restart policy what
 * comes next. At any time at most one session is current; what another session reports is not heard. A replacement
 * never waits for the thread it replaces.
 */
import { ClosedError, PluginUnavailableError } from "../../contract/errors.js";
import type { PluginMetadata } from "../../contract/metadata.js";
import { CallStatistics } from "../calls/call-statistics.js";
import type { PendingCall } from "../calls/call.js";
import type { Cancel } from "../clock.js";
import type { PluginConfig, StorageConfig } from "../config/config.js";
import { checkProtocol } from "../config/check-protocol.js";
import type { LifeEnd } from "../life/life.js";
import { RecentHistogram } from "../recent-histogram.js";
import { BackendClient } from "./backend-client.js";
import type { HostServices } from "./host-services.js";
import { describeFailure } from "./plugin-failure.js";
import type { PluginFailure } from "./plugin-failure.js";
import type { PluginEvent, PluginHealth, PluginState } from "./plugin-health.js";
import { PoisonKeys } from "./poison-keys.js";
import type { Invalidation } from "./read-invalidation.js";
import { RestartPolicy } from "./restart-policy.js";
import { PluginSession } from "./session.js";
import { toLoadError } from "./to-load-error.js";

export interface SupervisorOptions {
  readonly config: PluginConfig;
  readonly services: HostServices;
  readonly onEvent: (event: PluginEvent) => void;
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
  #cancelRestart: Cancel | undefined;
  #metadata: PluginMetadata | undefined;
  #lastFailure: PluginFailure | undefined;
  #lives = 0;
  #restarts = 0;
  #abandonedThreads = 0;
  #isClosed = false;
  /** Endings under way, so that `close` can wait for all of them. */
  readonly #endings = new Set<Promise<void>>();

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
    return this.#abandonedThreads;
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
      callMs: config.limits.callMs,
      clock: services.clock,
      poison: this.#poison,
      describeState: () => this.#describeState(),
      onBreaker: () => this.#reconsider(),
    });
    this.#clients.push(client);
    if (this.#session !== undefined && this.#readyAt !== undefined) void client.attach(this.#session);
    return client;
  }

  /**
   * Begins a life, unless one is under way. Resolves when it is ready.
   * @throws {PluginLoadError | PluginUnavailableError} that life failed; another follows by the restart policy.
   * @throws {ClosedError} after `close`.
   */
  async start(): Promise<void> {
    this.#checkOpen("start");
    if (this.#session !== undefined) return;
    await this.#beginAnew();
  }

  /**
   * Begins another life at once, past failures forgotten, while the old one ends in good order. Throws as `start` does.
   */
  async restart(): Promise<void> {
    this.#checkOpen("restart");
    this.#restarts += 1;
    await this.#beginAnew();
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
    await Promise.all(this.#endings);
  }

  health(): PluginHealth {
    const { config } = this.#options;
    const figures = this.#session?.figures() ?? {
      eventLoop: { utilization: 0, blockedMs: 0 },
      memory: { heapBytes: 0, externalBytes: 0, limitBytes: config.limits.memoryMb * 1024 * 1024 },
    };
    const channel = this.#session?.channel;
    return {
      name: this.name,
      ...(this.#metadata === undefined ? {} : { metadata: this.#metadata }),
      state: this.#state,
      since: this.#since,
      isolation: config.isolation,
      startup: config.startup,
      backends: this.#clients.map((client) => ({
        id: client.backendId,
        parametersKey: client.storage.parametersKey,
        breaker: client.breakerState,
        queuedWrites: 0,
      })),
      lives: this.#lives,
      restarts: this.#restarts,
      abandonedThreads: this.#abandonedThreads,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      ...figures,
      calls: this.#statistics.snapshot(channel?.inFlight ?? 0, channel?.inFlightBytes ?? 0),
    };
  }

  #checkOpen(operation: string): void {
    if (!this.#isClosed) return;
    throw new ClosedError(`Cannot ${operation} plugin "${this.name}": Stockpile is closed`, {
      pluginName: this.name,
      operation,
    });
  }

  async #beginAnew(): Promise<void> {
    void this.#letGo();
    this.#policy.reset();
    this.#poison.clear();
    this.#become("starting");
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const session = this.#openSession();
    this.#session = session;
    await session.start();
    this.#metadata = session.metadata;
    await Promise.all(this.#clients.map((client) => client.attach(session)));
    if (this.#session !== session)
      throw new PluginUnavailableError(this.#describeState(), { pluginName: this.name });
    this.#readyAt = this.#options.services.clock.monotonic();
    this.#reconsider();
  }

  /** The session of another life. One that cannot even be begun is a failed life like any other. */
  #openSession(): PluginSession {
    const { name, file, protocol } = this.config;
    this.#lives += 1;
    try {
      const mismatch = checkProtocol(name, file, protocol);
      if (mismatch !== undefined) throw mismatch;
      return this.#createSession(this.#lives);
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
        void this.#track(session.stop());
      },
      onAbandoned: (change) => this.#countAbandoned(change, life),
    });
    return session;
  }

  /** The current life has failed: whether and when another begins. */
  #failed(end: LifeEnd, suspects: readonly PendingCall[]): void {
    const { clock, logger, secrets } = this.#options.services;
    const failure = describeFailure(end, suspects, clock.now(), (text) => secrets.mask(text));
    this.#lastFailure = failure;
    const { kind, call, stack, message } = failure;
    logger.error({ plugin: this.name, life: this.#lives, kind, call, stack }, message);
    const readyMs = this.#readyAt === undefined ? 0 : clock.monotonic() - this.#readyAt;
    const decision = this.#policy.failed(readyMs, this.#poison.blame(suspects));
    this.#detach();
    this.#cancelRestart = clock.schedule(() => this.#beginAgain(), decision.delayMs);
    this.#become(decision.isQuarantined ? "quarantined" : "restarting", failure);
  }

  #beginAgain(): void {
    this.#cancelRestart = undefined;
    this.#restarts += 1;
    // Its failure has been dealt with in #failed by the time it rejects.
    this.#begin().catch(() => undefined);
  }

  /** Ends the current life, if there is one, in good order. */
  #letGo(): Promise<void> {
    this.#cancelRestart?.();
    this.#cancelRestart = undefined;
    const session = this.#session;
    this.#detach();
    return session === undefined ? Promise.resolve() : this.#track(session.stop());
  }

  #detach(): void {
    this.#session = undefined;
    this.#readyAt = undefined;
    for (const client of this.#clients) client.detach();
  }

  #track(ending: Promise<void>): Promise<void> {
    this.#endings.add(ending);
    return ending.finally(() => this.#endings.delete(ending));
  }

  #countAbandoned(change: 1 | -1, life: number): void {
    this.#abandonedThreads += change;
    const { logger } = this.#options.services;
    if (change === 1) logger.error({ plugin: this.name, life }, "Abandoned a thread that cannot be ended");
    else logger.info({ plugin: this.name, life }, "An abandoned thread has ended after all");
  }

  /** Takes the state that a ready plugin's breakers make of it. */
  #reconsider(): void {
    if (this.#readyAt === undefined) return;
    const isWhole = this.#clients.every((client) => client.breakerState === "closed");
    this.#become(isWhole ? "ready" : "degraded");
  }

  #become(state: PluginState, failure?: PluginFailure): void {
    const previous = this.#state;
    if (previous === state) return;
    this.#state = state;
    this.#since = this.#options.services.clock.now();
    const event = { plugin: this.name, state, previous, at: this.#since };
    this.#options.onEvent(failure === undefined ? event : { ...event, failure });
  }

  #describeState(): string {
    const failure = this.#lastFailure;
    const why = failure === undefined || this.#state === "stopped" ? "" : ` after: ${failure.message}`;
    return `plugin "${this.name}" is ${this.#state}${why}`;
  }
}
