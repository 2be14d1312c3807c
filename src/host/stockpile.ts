/**
 * The cache as an application embeds it: its plugins, its categories, its health and its end. What holds here:
 *
 * - Everything that a mistake of the caller can stop is checked before the first thread starts, except whether a plugin
 *   has the backend a storage names: only its own life can tell.
 * - A backend is opened by the first storage that names it and lives as long as its plugin's supervisor; categories are
 *   made on top, never taken away, and outlive every life of a plugin. Nothing outlives `close()` but the object
 *   itself, whose health can still be asked.
 * - Closing goes from the callers inwards: categories first, so that nothing new is sent; then plugins, whose calls
 *   end; then the deadlines those calls needed to end; listeners last, because they hear of the stop.
 * - Listeners run within the change they hear of and may call anything here, `close()` and `on()` included: `close()`
 *   sets `#closing` before anything can be told, so that whoever calls again, from a listener too, is given the same.
 */
import { ClosedError, ConfigError } from "../contract/errors.js";
import type { ConfigIssue } from "../contract/errors.js";
import { Category } from "./cache/category.js";
import type { CategoryOptions } from "./cache/category-options.js";
import { MAX_ENVELOPE_HEADER_BYTES } from "./cache/envelope.js";
import type { PublicCategory } from "./cache/public-category.js";
import { checkCategoryName } from "./cache/key.js";
import { WriteVersion } from "./cache/write-version.js";
import { Deadlines } from "./calls/deadlines.js";
import { checkOpenOptions } from "./check-open-options.js";
import { systemClock } from "./clock.js";
import type { Config } from "./config/config.js";
import { formatPath } from "./config/format-path.js";
import { loadConfig } from "./config/load-config.js";
import { Announcer } from "./diagnostics/announcer.js";
import type { StockpileEvents } from "./diagnostics/events.js";
import type { FreeName } from "./free-name.js";
import { statusOf } from "./health.js";
import type { Health } from "./health.js";
import { hostId } from "./host-id.js";
import { startLife } from "./life/start-life.js";
import { defaultLogger } from "./logs/default-logger.js";
import type { OpenOptions } from "./open-options.js";
import type { BackendClient } from "./plugins/backend-client.js";
import { BackendRegistry } from "./plugins/backend-registry.js";
import type { HostServices } from "./plugins/host-services.js";
import { Plugins } from "./plugins/plugins.js";
import { within } from "./plugins/within.js";
import type { Invalidation } from "./plugins/read-invalidation.js";
import { PluginSupervisor } from "./plugins/supervisor.js";
import { resolveCategory } from "./resolve-category.js";
import { sameOptions } from "./same-options.js";

/** A category with what it was made of. */
interface OpenCategory {
  readonly category: Category<unknown>;
  readonly options: CategoryOptions<unknown>;
  readonly storage: BackendClient;
}

/** How a Stockpile closed. */
export interface CloseReport {
  /** Threads that could not be ended: while there are any, the process cannot exit by itself. */
  readonly abandonedThreads: number;
  /** Writes that were accepted and did not reach their backend. */
  readonly undelivered: number;
}

/**
 * A cache: categories of values, stored by plugins. Made by {@link Stockpile.open}, ended by {@link Stockpile.close}.
 * @typeParam Registry By name, what each category holds, as in `{ player: Player }`; see {@link Stockpile.open}.
 */
export class Stockpile<Registry extends object = object> {
  /** Its plugins: to be listed, stopped, started and restarted by hand. */
  readonly plugins: Plugins;
  readonly #config: Config;
  readonly #services: HostServices;
  readonly #writeVersion: WriteVersion;
  readonly #supervisors = new Map<string, PluginSupervisor>();
  readonly #categories = new Map<string, OpenCategory>();
  readonly #announcer: Announcer;
  #closing: Promise<CloseReport> | undefined;

  private constructor(config: Config, options: OpenOptions) {
    const { clock = systemClock, logger = defaultLogger() } = options;
    this.#config = config;
    this.#services = {
      hostId,
      clock,
      deadlines: new Deadlines(clock),
      logger,
      secrets: config.secrets,
      registry: new BackendRegistry(),
      maxValueBytes: config.maxValueBytes + MAX_ENVELOPE_HEADER_BYTES,
      startLife,
    };
    this.#writeVersion = new WriteVersion(clock);
    this.#announcer = new Announcer(logger, clock);
    for (const plugin of config.plugins.values())
      this.#supervisors.set(plugin.name, this.#supervisor(plugin));
    this.plugins = new Plugins(this.#supervisors);
    this.#storageOf(undefined);
    for (const { name } of config.categories.values()) this.#storageOf(name);
  }

  /**
   * Opens a cache. Waits until each plugin is ready or has failed its first start, at most its `limits.start`; an
   * optional plugin that failed is tried again meanwhile.
   * @param source The path of a JSON file or of a folder of them, or the same as an object. See
   * docs/configuration.md.
   * @typeParam Registry By name, what each category holds: `category()` then knows the type of each and takes no other
   * name. It is the application's claim, and not looked at when the program runs.
   * @throws {TypeError} the options are wrong.
   * @throws {ConfigError} the configuration is wrong; lists every mistake.
   * @throws {PluginLoadError | PluginUnavailableError} a required plugin failed its first start. Nothing is left running.
   */
  static async open<Registry extends object = object>(
    source: string | object,
    options: OpenOptions = {},
  ): Promise<Stockpile<Registry>> {
    checkOpenOptions(options);
    const { serverSchema } = options;
    const config = await loadConfig(source, serverSchema === undefined ? {} : { serverSchema });
    const stockpile = new Stockpile<Registry>(config, options);
    try {
      await stockpile.#start();
      return stockpile;
    } catch (error) {
      await stockpile.close();
      throw error;
    }
  }

  /** The configuration's `server` section, for the server. */
  get serverConfig(): unknown {
    return this.#config.server;
  }

  /** The names of the categories the configuration has. */
  get configuredCategories(): readonly string[] {
    return [...this.#config.categories.keys()];
  }

  /**
   * The category of that name. What the configuration says of it wins over `options`; functions and codec come from
   * `options`. Asked again with the same or without options, it answers the same object.
   * @throws {StockpileError} `STOCKPILE_KEY_INVALID`: it is no name of a category.
   * @throws {ConfigError} wrong options, or other options than the first time.
   * @throws {ClosedError}
   */
  category<Name extends string & keyof Registry>(
    name: Name,
    options?: CategoryOptions<Registry[Name]>,
  ): PublicCategory<Registry[Name]>;
  /**
   * The category of that name, where no registry was given: what it holds is said here, by `T`. The rest is as above.
   * @throws {StockpileError | ConfigError | ClosedError} as above.
   */
  category<T = unknown>(name: FreeName<Registry>, options?: CategoryOptions<T>): PublicCategory<T>;
  category<T>(name: string, options?: CategoryOptions<T>): PublicCategory<T> {
    if (this.#closing !== undefined)
      throw new ClosedError(`Cannot make category "${name}": Stockpile is closed`);
    checkCategoryName(name);
    const known = this.#categories.get(name);
    if (known === undefined) return this.#makeCategory(name, options === undefined ? {} : options);
    if (options !== undefined && !sameOptions(options, known.options)) {
      const message = "expected the options it was first made with, or none: received others";
      throw new ConfigError("passed to category()", [{ path: formatPath(["categories", name]), message }]);
    }
    return known.category as PublicCategory<T>; // what it holds is the application's own claim, the first time as now
  }

  /** A snapshot of every plugin and category. Never waits for a plugin. */
  health(): Health {
    const plugins = this.plugins.list();
    return {
      status: statusOf(plugins),
      at: this.#services.clock.now(),
      plugins,
      categories: [...this.#categories.values()].map(({ category }) => category.health()),
    };
  }

  /**
   * Hears of what happens: a `plugin` has changed its state; the `queue` of a backend has begun to fill, is full or is
   * empty again; a `failure` was not told to anybody, because the cache went on without. See docs/observability.md.
   * What a listener throws is logged. The function returned takes it off.
   * @throws {TypeError} another event, or no function.
   */
  on<Name extends keyof StockpileEvents>(
    event: Name,
    listener: (event: StockpileEvents[Name]) => void,
  ): () => void {
    return this.#announcer.on(event, listener);
  }

  /**
   * Gives writes that wait the plugins' `limits.stop`, then ends everything within as much and a second. New calls are
   * refused. Closing again answers the same. Never rejects.
   */
  close(): Promise<CloseReport> {
    if (this.#closing !== undefined) return this.#closing;
    let settle!: (report: Promise<CloseReport>) => void;
    this.#closing = new Promise((resolve) => {
      settle = resolve;
    });
    settle(this.#close());
    return this.#closing;
  }

  /** Closes, as `close()` does: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #start(): Promise<void> {
    const supervisors = [...this.#supervisors.values()];
    const starts = await Promise.allSettled(supervisors.map((supervisor) => supervisor.start()));
    const issues = supervisors.flatMap((supervisor) => choiceIssues(supervisor.clients));
    if (issues.length > 0) throw new ConfigError(this.#config.source, issues);
    for (const [index, supervisor] of supervisors.entries()) {
      if (supervisor.config.startup !== "required") continue;
      const start = starts[index];
      if (start?.status === "rejected") throw start.reason;
      const failure = supervisor.clients.find((client) => client.openFailure !== undefined)?.openFailure;
      if (failure !== undefined) throw failure;
    }
  }

  async #close(): Promise<CloseReport> {
    const categories = [...this.#categories.values()];
    await Promise.all(categories.map((open) => this.#drain(open)));
    for (const { category } of categories) category.end();
    const supervisors = [...this.#supervisors.values()];
    await Promise.all(supervisors.map((supervisor) => supervisor.close()));
    this.#services.deadlines.close();
    this.#announcer.close();
    const abandonedThreads = supervisors.reduce((sum, supervisor) => sum + supervisor.abandonedThreads, 0);
    if (abandonedThreads > 0)
      this.#services.logger.warn({ abandonedThreads }, "Closed with threads left that cannot be ended");
    const undelivered = categories.reduce((sum, { category }) => sum + category.undelivered, 0);
    if (undelivered > 0)
      this.#services.logger.warn({ undelivered }, "Closed with writes that did not reach their backend");
    return { abandonedThreads, undelivered };
  }

  /** Gives the writes that wait for a backend the time that its plugin has to stop. */
  async #drain({ category, storage }: OpenCategory): Promise<void> {
    category.close();
    if (!category.hasWaitingWrites) return;
    const stopMs = this.#config.plugins.get(storage.pluginName)?.limits.stopMs ?? 0;
    await within(this.#services.deadlines, stopMs, [category.drained()]);
  }

  #supervisor(config: PluginSupervisor["config"]): PluginSupervisor {
    return new PluginSupervisor({
      config,
      services: this.#services,
      onEvent: (event) => this.#announcer.plugin(event),
      onQueue: (event) => this.#announcer.queue(event),
      onInvalidate: (backend, keys) => this.#invalidate(backend, keys),
    });
  }

  #invalidate(backend: BackendClient, keys: Invalidation): void {
    for (const [name, { category, storage }] of this.#categories) {
      if (storage === backend) category.invalidate(keys === "all" ? keys : (keys.get(name) ?? []));
    }
  }

  #makeCategory<T>(name: string, options: CategoryOptions<T>): Category<T> {
    const { clock, deadlines } = this.#services;
    const storage = this.#storageOf(name);
    const category = new Category<T>({
      ...resolveCategory(name, this.#config, options),
      maxValueBytes: this.#config.maxValueBytes,
      backend: storage,
      queue: storage.queue,
      clock,
      deadlines,
      writeVersion: this.#writeVersion,
      report: (failure) => this.#announcer.failure(failure),
    });
    // Categories of all types are kept in one map; each is handed out as what it was made.
    this.#categories.set(name, { category, options, storage } as never);
    return category;
  }

  /** Where a category is stored; `undefined` for the default storage. */
  #storageOf(category: string | undefined): BackendClient {
    const own = category === undefined ? undefined : this.#config.categories.get(category)?.storage;
    const storage = own ?? this.#config.storage;
    const supervisor = this.#supervisors.get(storage.plugin);
    // The configuration was checked: a storage names one of its plugins.
    if (supervisor === undefined)
      throw new ConfigError(this.#config.source, [{ path: "storage", message: "no plugin" }]);
    return supervisor.backend(storage, own === undefined ? "storage" : `categories.${category}.storage`);
  }
}

/** A storage that names a backend its plugin does not have is a mistake of the configuration, seen late. */
function choiceIssues(clients: readonly BackendClient[]): ConfigIssue[] {
  return clients.flatMap(({ openFailure, path }) =>
    openFailure?.operation === "choose" ? [{ path, message: openFailure.message }] : [],
  );
}
