/** Development with a running server: what is saved or built is in use a moment later. */
import { performance } from "node:perf_hooks";
import type { Logger } from "pino";
import { checkConfig, ConfigError } from "../../host/main.js";
import type { PluginReport } from "../../host/main.js";
import type { RunningServer } from "../../server/main.js";
import { sectionSchemas } from "../../server/section-schemas.js";
import { ConfigWatch } from "./config-watch.js";
import { PluginWatch } from "./plugin-watch.js";

export interface ServerWatchOptions {
  readonly server: RunningServer;
  /** What it was started with: a file, or a folder of them. */
  readonly config: string;
  readonly logger: Logger;
  /** Has the server take its configuration again, and answers whether it has. Must not reject. */
  readonly reconfigure: () => Promise<boolean>;
}

/** Watches the code of a server's plugins, and its configuration. */
export class ServerWatch {
  readonly #options: ServerWatchOptions;
  readonly #configuration: ConfigWatch;
  /** By what each watches: one whose module is where it was goes on without a gap. */
  readonly #plugins = new Map<string, PluginWatch>();
  /** Those of them whose modules the server runs, or is to. */
  #running: ReadonlySet<string> = new Set();
  /** Whether the server runs an older configuration than there is, as that was refused. */
  #isRefused = false;
  #isClosed = false;

  private constructor(options: ServerWatchOptions) {
    this.#options = options;
    const { config } = options;
    this.#configuration = new ConfigWatch({
      config,
      onChange: () => this.#onConfig(),
      onFailure: (folder, error) => this.#onFailure(folder, error),
    });
  }

  /** Begins to watch; resolves once every change is seen. */
  static async begin(options: ServerWatchOptions): Promise<ServerWatch> {
    const watch = new ServerWatch(options);
    await watch.#configuration.ready;
    await watch.#watchPlugins();
    return watch;
  }

  /** Resolves when nothing of it is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#configuration, ...this.#plugins.values()].map((watch) => watch.close()));
  }

  async #onConfig(): Promise<void> {
    this.#isRefused = !(await this.#options.reconfigure());
    if (!this.#isClosed) await this.#watchPlugins();
  }

  /**
   * Watches the plugins that the configuration has by now. One that is wrong changes nothing, and for one that was
   * refused nothing is given up: the server still runs what it ran, and what is new may be mended.
   */
  async #watchPlugins(): Promise<void> {
    const { config, logger } = this.#options;
    let plugins: readonly PluginReport[];
    try {
      ({ plugins } = await checkConfig(config, sectionSchemas));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return;
    }
    if (this.#isClosed) return;
    const watched = plugins.filter((plugin) => PluginWatch.isOf(plugin));
    const wanted = new Map(watched.map((plugin) => [keyOf(plugin), plugin]));
    if (!this.#isRefused) this.#running = new Set(wanted.keys());
    for (const [key, former] of this.#plugins) {
      if (wanted.has(key) || this.#running.has(key)) continue;
      this.#plugins.delete(key);
      void former.close();
    }
    for (const [key, plugin] of wanted) {
      if (!this.#plugins.has(key)) this.#plugins.set(key, this.#watchPlugin(key, plugin));
    }
    await Promise.all([...this.#plugins.values()].map(({ ready }) => ready));
    const names = watched.map(({ name }) => name);
    logger.info({ plugins: names }, "Watching the configuration, and the code of plugins");
  }

  #watchPlugin(key: string, plugin: PluginReport): PluginWatch {
    return new PluginWatch({
      plugin,
      onChange: (name, file) => this.#onCode(key, name, file),
      onFailure: (folder, error) => this.#onFailure(folder, error),
    });
  }

  async #onCode(key: string, name: string, file: string): Promise<void> {
    // What has changed may be why the configuration was refused. Where it is taken now, it is with this change.
    const isOfRunning = this.#running.has(key);
    if (this.#isRefused) await this.#onConfig();
    if (isOfRunning && this.#running.has(key) && !this.#isClosed) await this.#reload(name, file);
  }

  async #reload(name: string, file: string): Promise<void> {
    const { server, logger } = this.#options;
    const startedAt = performance.now();
    try {
      await server.stockpile.plugins.reload(name);
      const elapsedMs = Math.round(performance.now() - startedAt);
      logger.info({ plugin: name, file, elapsedMs }, `A change of ${file} was in use after ${elapsedMs} ms`);
    } catch (error) {
      if (this.#isClosed) return;
      logger.error(
        { plugin: name, file, err: error },
        `A change of ${file} was not taken: the former life goes on`,
      );
    }
  }

  #onFailure(folder: string, error: Error): void {
    this.#options.logger.warn(
      { folder, err: error },
      "A folder cannot be watched: changes in it are not seen",
    );
  }
}

function keyOf({ name, file, packageFolder }: PluginReport): string {
  return JSON.stringify([name, file, packageFolder]);
}
