/** One plugin as hands steer it and as it is seen from outside. What its lives do by themselves is the leader's. */
import { ConfigError } from "../../contract/errors.js";
import { CallStatistics } from "../calls/call-statistics.js";
import type { PluginConfig, StorageConfig } from "../config/config.js";
import { RecentHistogram } from "../recent-histogram.js";
import type { Abandoned } from "./abandoned.js";
import type { BackendClient } from "./backend-client.js";
import type { BackendClientOptions } from "./backend-client-options.js";
import type { Candidate } from "./candidate.js";
import { composeHealth } from "./compose-health.js";
import type { HostServices } from "./host-services.js";
import { Leader } from "./leader.js";
import { proveBackend, type OpenedBackend } from "./opened-backend.js";
import type { PluginEvent, PluginHealth, PluginState, ReloadEvent } from "./plugin-health.js";
import { PluginStatus } from "./plugin-status.js";
import type { Invalidation } from "./read-invalidation.js";
import { alreadyClosed, superseded } from "./steering-errors.js";

export interface SupervisorOptions {
  readonly config: PluginConfig;
  readonly services: HostServices;
  readonly onEvent: (event: PluginEvent) => void;
  readonly onQueue?: BackendClientOptions["onQueue"];
  readonly onReload?: (event: ReloadEvent) => void;
  /** A backend reports entries that somebody else has changed. */
  readonly onInvalidate: (backend: BackendClient, keys: Invalidation) => void;
}

export class PluginSupervisor {
  readonly name: string;
  readonly #services: HostServices;
  readonly #onReload: (event: ReloadEvent) => void;
  readonly #status: PluginStatus;
  readonly #statistics: CallStatistics;
  readonly #leader: Leader;
  #isClosed = false;

  constructor(options: SupervisorOptions) {
    const { config, services, onEvent, onQueue, onReload = () => undefined, onInvalidate } = options;
    this.name = config.name;
    this.#services = services;
    this.#onReload = onReload;
    this.#status = new PluginStatus(config.name, services.clock, onEvent);
    this.#statistics = new CallStatistics(new RecentHistogram(services.clock));
    const { status, statistics } = { status: this.#status, statistics: this.#statistics };
    this.#leader = new Leader({ config, services, status, statistics, onQueue, onInvalidate });
  }

  /** What its next life is begun with. */
  get config(): PluginConfig {
    return this.#leader.config;
  }

  get state(): PluginState {
    return this.#status.state;
  }

  get clients(): readonly BackendClient[] {
    return this.#leader.clients.all;
  }

  get abandoned(): Abandoned {
    return this.#leader.lives.abandoned;
  }

  /** The backend of this plugin that `storage` means; opened in every life from the next on. */
  backend(storage: StorageConfig, path: string): BackendClient {
    return this.#leader.clients.of(storage, path);
  }

  /**
   * Begins a life, unless one is under way. Resolves when it is ready.
   * @throws {PluginLoadError | PluginUnavailableError} that life failed; another follows by the restart policy.
   * @throws {PluginUnavailableError} it was stopped, restarted or reloaded before it was ready.
   * @throws {ClosedError} after `close`.
   */
  start(): Promise<void> {
    // What is under way, or has got ready, is shared.
    return this.#leader.session === undefined ? this.#beginAnew("start") : this.#leader.beginning;
  }

  /**
   * Begins another life at once, past failures forgotten, while the old one ends in good order. Throws as `start` does.
   */
  restart(): Promise<void> {
    return this.#beginAnew("restart");
  }

  /**
   * Has a life with these settings take the place of the current one, whatever the plugin's state, without a moment in
   * which none serves; later lives are begun with them. Throws as {@link prepare} and {@link replace} do.
   * @param settings May be on their way: who asked last wins. Rejects as they do.
   */
  async reload(settings: PluginConfig | Promise<PluginConfig>): Promise<void> {
    this.replace(await this.prepare(settings));
  }

  /**
   * Prepares a life with these settings beside the current one, if there is one, and has it prove itself.
   * @param clients What it is to open.
   * @throws {PluginLoadError} it failed. Nothing has changed.
   * @throws {PluginUnavailableError} it was stopped, restarted or reloaded meanwhile.
   * @throws {ClosedError} after `close`.
   */
  async prepare(
    settings: PluginConfig | Promise<PluginConfig>,
    clients: () => readonly BackendClient[] = () => this.clients,
  ): Promise<Candidate> {
    if (this.#isClosed) throw alreadyClosed(this.name, "reload");
    const startedAt = this.#services.clock.monotonic();
    try {
      return await this.#leader.succession.prepare(settings, clients, startedAt);
    } catch (error) {
      if (this.#isClosed) throw alreadyClosed(this.name, "reload");
      if (!(error instanceof ConfigError)) this.#tellReload(startedAt, error);
      throw error;
    }
  }

  /**
   * Has what was prepared serve from now on. Past failures are forgotten. The old life lets its calls finish, then ends.
   * @param clients The backends of the plugin from now on.
   * @throws {PluginUnavailableError} it has ended since, or is not wanted any more.
   */
  replace(candidate: Candidate, clients: readonly BackendClient[] = this.clients): void {
    if (!this.#leader.succession.isReady(candidate)) throw superseded(this.name);
    const isFirst = this.#leader.lives.begun === 1;
    this.#leader.replace(candidate, clients);
    if (!isFirst) this.#tellReload(candidate.startedAt);
  }

  /**
   * The backend that `storage` means; a new one is none of the plugin's until it is kept.
   * @param drafts More that it may be.
   */
  draft(storage: StorageConfig, path: string, drafts: readonly BackendClient[]): BackendClient {
    return this.#leader.clients.draft(storage, path, drafts);
  }

  /**
   * Opens a backend in the current life and has it prove that it serves.
   * @throws {StockpileError} it does not: why.
   */
  async open(client: BackendClient): Promise<OpenedBackend> {
    const { session, config } = this.#leader;
    if (session === undefined) throw superseded(this.name);
    try {
      const opened = await client.openBeside(session);
      await proveBackend(opened, config.limits.callMs);
      return opened;
    } catch (error) {
      // It may be opened all the same, only late.
      this.dismiss({ session, handle: client.handle });
      throw error;
    }
  }

  /** What was opened is not wanted after all. */
  dismiss({ session, handle }: Pick<OpenedBackend, "session" | "handle">): void {
    this.#leader.lives.closeBackend(session, handle, 0);
  }

  /**
   * Takes settings that ask for no new life, and these backends.
   * @param opened New ones that are open in the current life.
   */
  configure(
    config: PluginConfig,
    clients: readonly BackendClient[],
    opened: ReadonlyMap<BackendClient, OpenedBackend> = new Map(),
  ): void {
    this.#leader.configure(config);
    const isSame =
      clients.length === this.clients.length && clients.every((client) => this.clients.includes(client));
    if (!isSame) this.#leader.keep(clients, opened);
  }

  /** Whether what was prepared may take over: it may not once it has ended, or is not wanted any more. */
  isPrepared(candidate: Candidate): boolean {
    return this.#leader.succession.isReady(candidate);
  }

  /** What was prepared is not wanted any more. */
  drop(candidate: Candidate): void {
    const { succession } = this.#leader;
    if (succession.isCurrent(candidate)) succession.drop();
  }

  /** Ends the life in good order, and none follows until `start` or `restart`. Never rejects. */
  async stop(): Promise<void> {
    const gone = this.#leader.letGo();
    this.#status.become("stopped");
    await gone;
  }

  /** Ends the plugin for good, once its calls have ended. Never rejects. */
  async retire(): Promise<void> {
    const gone = this.#leader.letGo(true);
    this.#status.become("stopped");
    await gone;
    await this.close();
  }

  /** Ends everything; resolves when all threads and processes have ended or been given up. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#leader.clients.close();
    await this.stop();
    await this.#leader.lives.close();
  }

  health(): PluginHealth {
    const { config, metadata, clients, lives, restarts, record, session, spare } = this.#leader;
    const { state, since, lastFailure } = this.#status;
    return composeHealth({
      config,
      isolation: this.#services.natives.isolationOf(config),
      metadata,
      state,
      since,
      clients: clients.all,
      lives: lives.begun,
      restarts,
      failures: record.counts,
      abandoned: lives.abandoned,
      lastFailure,
      session,
      spare,
      statistics: this.#statistics,
      mask: (text) => this.#services.secrets.mask(text),
    });
  }

  #tellReload(startedAt: number, error?: unknown): void {
    const { clock, secrets } = this.#services;
    this.#onReload({
      plugin: this.name,
      isDone: error === undefined,
      elapsedMs: clock.monotonic() - startedAt,
      at: clock.now(),
      ...(error instanceof Error ? { reason: secrets.mask(error.message) } : {}),
    });
  }

  async #beginAnew(operation: "start" | "restart"): Promise<void> {
    if (this.#isClosed) throw alreadyClosed(this.name, operation);
    if (operation === "restart") this.#leader.restarts += 1;
    void this.#leader.letGo();
    this.#leader.record.forgive();
    const { turn } = this.#leader;
    this.#status.become("starting");
    // Whoever heard of that may have stopped, restarted or closed the plugin at once.
    if (turn !== this.#leader.turn) throw superseded(this.name);
    await this.#leader.begin();
  }
}
