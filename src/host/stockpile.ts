/**
 * The cache as an application embeds it: its plugins, its categories, its health and its end. What holds here:
 *
 * - Everything that a mistake of the caller can stop is checked before the first thread starts, except whether a plugin
 *   has the backend a storage names: only its own life can tell.
 * - A backend is opened by the first storage that names it and lives as long as its plugin's supervisor; categories are
 *   made on top, never taken away, and outlive every life of a plugin. Nothing outlives `close()` but the object
 *   itself, whose health can still be asked.
 * - Closing goes from the callers inwards: categories first, so that nothing new is sent; then plugins, whose calls
 *   end; then the deadlines those calls needed to end, and the crash reports that are being written; listeners last,
 *   because they hear of the stop.
 * - Listeners run within the change they hear of and may call anything here, `close()` and `on()` included: `close()`
 *   sets `#closing` before anything can be told, so that whoever calls again, from a listener too, is given the same.
 */
import { ClosedError } from "../contract/errors.js";
import type { CategoryOptions } from "./cache/category-options.js";
import type { Lookup } from "./cache/lookup.js";
import { MAX_ENVELOPE_HEADER_BYTES } from "./cache/envelope.js";
import type { PublicCategory } from "./cache/public-category.js";
import { checkCategoryName } from "./cache/key.js";
import { Deadlines } from "./calls/deadlines.js";
import { CategorySet } from "./category-set.js";
import { checkOpenOptions } from "./check-open-options.js";
import { systemClock } from "./clock.js";
import { changePlugin, type PluginChange } from "./config/change-plugin.js";
import type { Config, PluginConfig } from "./config/config.js";
import { viewConfig, type ConfigView } from "./config/config-view.js";
import { loadConfig } from "./config/load-config.js";
import { sectionSchemas, type SectionSchemas } from "./config/section-schemas.js";
import { Announcer } from "./diagnostics/announcer.js";
import type { StockpileEvents } from "./diagnostics/events.js";
import type { FreeName } from "./free-name.js";
import { statusOf } from "./health.js";
import type { Health } from "./health.js";
import { reconfigure } from "./reconfigure/reconfigure.js";
import type { ReconfigureReport } from "./reconfigure/report.js";
import { hostId } from "./host-id.js";
import { openReports } from "./reports/open-reports.js";
import { startLife } from "./life/start-life.js";
import { defaultLogger } from "./logs/default-logger.js";
import type { OpenOptions } from "./open-options.js";
import { BackendRegistry } from "./plugins/backend-registry.js";
import { NativeModules } from "./plugins/native-modules.js";
import type { HostServices } from "./plugins/host-services.js";
import { PluginSet } from "./plugin-set.js";
import { Plugins } from "./plugins/plugins.js";

/** How a Stockpile closed. */
export interface CloseReport {
  /** Threads that could not be ended: while there are any, the process cannot exit by itself. Processes do not count. */
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
  #config: Config;
  readonly #schemas: SectionSchemas;
  readonly #services: HostServices;
  readonly #plugins: PluginSet;
  readonly #categories: CategorySet;
  readonly #announcer: Announcer;
  #closing: Promise<CloseReport> | undefined;
  /** Settles with the change of configuration that was asked for last. Never rejects. */
  #reconfiguring: Promise<unknown> = Promise.resolve();

  private constructor(config: Config, options: OpenOptions) {
    const { clock = systemClock, logger = defaultLogger() } = options;
    this.#config = config;
    this.#schemas = sectionSchemas(options);
    this.#services = {
      hostId,
      clock,
      deadlines: new Deadlines(clock),
      logger,
      secrets: config.secrets,
      registry: new BackendRegistry(),
      natives: new NativeModules(),
      maxValueBytes: config.maxValueBytes + MAX_ENVELOPE_HEADER_BYTES,
      startLife,
      reports: openReports(config.crashReports, { clock, logger, secrets: config.secrets }),
    };
    this.#announcer = new Announcer(logger, clock);
    this.#plugins = new PluginSet({
      services: this.#services,
      onEvent: (event) => this.#announcer.plugin(event),
      onReload: (event) => this.#announcer.reload(event),
      onQueue: (event) => this.#announcer.queue(event),
      onInvalidate: (backend, keys) => this.#categories.invalidate(backend, keys),
    });
    this.#plugins.addAll(config);
    this.#categories = new CategorySet({
      services: this.#services,
      config,
      storageOf: (source, name) => this.#plugins.storageOf(source, name),
      report: (failure) => this.#announcer.failure(failure),
    });
    this.plugins = new Plugins(this.#plugins.supervisors, (plugin, change) => this.#change(plugin, change));
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
    const config = await loadConfig(source, sectionSchemas(options));
    const stockpile = new Stockpile<Registry>(config, options);
    try {
      await stockpile.#plugins.start(config);
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

  /** The configuration's `mojang` section, for the server; `undefined`: there is none. */
  get mojangConfig(): unknown {
    return this.#config.mojang;
  }

  /** The configuration in effect, for people: without secrets, and without the sections `server` and `mojang`. */
  get configuration(): ConfigView {
    return viewConfig(this.#config);
  }

  /** The text with `***` for every value that the configuration took from the environment. */
  maskSecrets(text: string): string {
    return this.#config.secrets.mask(text);
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
    return this.#categories.open(name, options);
  }

  /** Looks up as `category(name, options).lookup(key)` does, and throws so, but makes no category that stays. */
  async lookInto<T>(name: string, key: string, options: CategoryOptions<T>): Promise<Lookup<T>> {
    if (this.#closing !== undefined) throw new ClosedError(`Cannot look into "${name}": Stockpile is closed`);
    checkCategoryName(name);
    return this.#categories.lookInto(name, key, options);
  }

  /**
   * Goes by another configuration from now on, without a call that fails for it: plugins are added, removed, replaced
   * as by `plugins.reload()`, or given other backends, and categories in use are stored where it says and go by its
   * times and policies. Everything new is prepared and proven first; where something of that fails, nothing changes.
   * Those asked for at a time are made one after the other. See docs/changing-a-running-cache.md.
   * @param source As for `open`.
   * @throws {ConfigError} the configuration is wrong, or says something that cannot be changed while the cache is open;
   * lists every mistake.
   * @throws {PluginLoadError} a plugin or a backend could not be had; which and why is in the message.
   * @throws {ClosedError}
   */
  reconfigure(source: string | object): Promise<ReconfigureReport> {
    const cwd = process.cwd();
    const change = this.#reconfiguring.then(() => this.#reconfigure(source, cwd));
    this.#reconfiguring = change.catch(() => undefined); // whoever asked for it is told
    return change;
  }

  /** A snapshot of every plugin and category. Never waits for a plugin. */
  health(): Health {
    const plugins = this.plugins.list();
    return {
      status: statusOf(plugins),
      at: this.#services.clock.now(),
      plugins,
      categories: this.#categories.health(),
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

  async #close(): Promise<CloseReport> {
    const { supervisors } = this.#plugins;
    await this.#categories.drain((plugin) => supervisors.get(plugin)?.config.limits.stopMs ?? 0);
    this.#categories.end();
    await this.#plugins.close();
    this.#services.deadlines.close();
    await this.#services.reports?.close();
    this.#announcer.close();
    const { thread: abandonedThreads, process: abandonedProcesses } = this.#plugins.abandoned;
    if (abandonedThreads > 0)
      this.#services.logger.warn({ abandonedThreads }, "Closed with threads left that cannot be ended");
    if (abandonedProcesses > 0)
      this.#services.logger.warn({ abandonedProcesses }, "Closed with processes left that cannot be ended");
    const { undelivered } = this.#categories;
    if (undelivered > 0)
      this.#services.logger.warn({ undelivered }, "Closed with writes that did not reach their backend");
    return { abandonedThreads, undelivered };
  }

  async #reconfigure(source: string | object, cwd: string): Promise<ReconfigureReport> {
    if (this.#closing !== undefined) throw new ClosedError("Cannot reconfigure: Stockpile is closed");
    const next = await loadConfig(source, { cwd, ...this.#schemas });
    const report = await reconfigure({
      services: this.#services,
      plugins: this.#plugins,
      categories: this.#categories,
      current: this.#config,
      next,
      isClosed: () => this.#closing !== undefined,
      onDone: () => {
        this.#config = next;
      },
    });
    this.#services.logger.info({ ...report }, "Goes by another configuration");
    return report;
  }

  async #change(plugin: PluginConfig, change: PluginChange): Promise<PluginConfig> {
    const { directory } = this.#config;
    const { config, secrets } = await changePlugin(plugin, change, { directory });
    this.#services.secrets.add(secrets);
    return config;
  }
}
