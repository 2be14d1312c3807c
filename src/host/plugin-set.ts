/** The plugins of a running cache, by name, and the backends that storages mean. */
import { ConfigError } from "../contract/errors.js";
import type { ConfigIssue } from "../contract/errors.js";
import type { Config, PluginConfig } from "./config/config.js";
import type { BackendClient } from "./plugins/backend-client.js";
import { PluginSupervisor, type SupervisorOptions } from "./plugins/supervisor.js";

/** What all of them are made with. */
export type SharedSupervisorOptions = Omit<SupervisorOptions, "config">;

export class PluginSet {
  readonly supervisors: ReadonlyMap<string, PluginSupervisor>;
  readonly #options: SharedSupervisorOptions;
  readonly #supervisors = new Map<string, PluginSupervisor>();

  constructor(options: SharedSupervisorOptions) {
    this.#options = options;
    this.supervisors = this.#supervisors;
  }

  /** Threads that could not be ended and are still there. */
  get abandonedThreads(): number {
    return [...this.#supervisors.values()].reduce((sum, { abandonedThreads }) => sum + abandonedThreads, 0);
  }

  /** Adds those of a configuration, and the backends that its storages mean. Starts nothing. */
  addAll(config: Config): void {
    for (const plugin of config.plugins.values()) this.#add(plugin);
    this.storageOf(config, undefined);
    for (const { name } of config.categories.values()) this.storageOf(config, name);
  }

  /** Where a configuration has a category stored; `undefined` for the default storage. */
  storageOf(config: Config, category: string | undefined): BackendClient {
    const own = category === undefined ? undefined : config.categories.get(category)?.storage;
    const storage = own ?? config.storage;
    const supervisor = this.#supervisors.get(storage.plugin);
    // The configuration was checked: a storage names one of its plugins.
    if (supervisor === undefined)
      throw new ConfigError(config.source, [{ path: "storage", message: "no plugin" }]);
    return supervisor.backend(storage, own === undefined ? "storage" : `categories.${category}.storage`);
  }

  /**
   * Starts all; resolves when each is ready or has failed its first start.
   * @throws {ConfigError} a storage names a backend that its plugin does not have: a mistake of the configuration, seen late.
   * @throws {PluginLoadError | PluginUnavailableError} a required plugin failed.
   */
  async start({ source }: Config): Promise<void> {
    const supervisors = [...this.#supervisors.values()];
    const starts = await Promise.allSettled(supervisors.map((supervisor) => supervisor.start()));
    const issues = supervisors.flatMap((supervisor) => choiceIssues(supervisor.clients));
    if (issues.length > 0) throw new ConfigError(source, issues);
    for (const [index, supervisor] of supervisors.entries()) {
      if (supervisor.config.startup !== "required") continue;
      const start = starts[index];
      if (start?.status === "rejected") throw start.reason;
      const failure = supervisor.clients.find((client) => client.openFailure !== undefined)?.openFailure;
      if (failure !== undefined) throw failure;
    }
  }

  /** Ends all; resolves when all threads have ended or been given up. Never rejects. */
  async close(): Promise<void> {
    await Promise.all([...this.#supervisors.values()].map((supervisor) => supervisor.close()));
  }

  #add(config: PluginConfig): void {
    this.#supervisors.set(config.name, new PluginSupervisor({ ...this.#options, config }));
  }
}

function choiceIssues(clients: readonly BackendClient[]): ConfigIssue[] {
  return clients.flatMap(({ openFailure, path }) =>
    openFailure?.operation === "choose" ? [{ path, message: openFailure.message }] : [],
  );
}
