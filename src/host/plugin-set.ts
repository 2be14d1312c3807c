/** The plugins of a running cache, by name, and the backends that storages mean. */
import { ConfigError } from "../contract/errors.js";
import type { ConfigIssue } from "../contract/errors.js";
import type { Config, PluginConfig } from "./config/config.js";
import { addAbandoned, NONE_ABANDONED } from "./plugins/abandoned.js";
import type { Abandoned } from "./plugins/abandoned.js";
import type { BackendClient } from "./plugins/backend-client.js";
import { PluginSupervisor, type SupervisorOptions } from "./plugins/supervisor.js";

/** What all of them are made with. */
export type SharedSupervisorOptions = Omit<SupervisorOptions, "config">;

export class PluginSet {
  readonly supervisors: ReadonlyMap<string, PluginSupervisor>;
  readonly #options: SharedSupervisorOptions;
  readonly #supervisors = new Map<string, PluginSupervisor>();
  /** Made, and not or no longer among the others: those are being prepared, or end. */
  readonly #others = new Set<PluginSupervisor>();

  constructor(options: SharedSupervisorOptions) {
    this.#options = options;
    this.supervisors = this.#supervisors;
  }

  /** What could not be ended and is still there. */
  get abandoned(): Abandoned {
    const all = [...this.#supervisors.values(), ...this.#others];
    return all.reduce((sum, { abandoned }) => addAbandoned(sum, abandoned), NONE_ABANDONED);
  }

  /** Adds those of a configuration, and the backends that its storages mean. Starts nothing. */
  addAll(config: Config): void {
    for (const plugin of config.plugins.values()) this.add(this.make(plugin));
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

  /** A plugin that is none of these until it is added. */
  make(config: PluginConfig): PluginSupervisor {
    const supervisor = new PluginSupervisor({ ...this.#options, config });
    this.#others.add(supervisor);
    return supervisor;
  }

  /** What was made is one of these from now on. */
  add(supervisor: PluginSupervisor): void {
    this.#others.delete(supervisor);
    this.#supervisors.set(supervisor.name, supervisor);
    this.#options.services.registry.setLeaving(supervisor.name, false);
  }

  /** Ends one that is one of these no more, once its calls have ended. */
  remove(name: string): void {
    const supervisor = this.#supervisors.get(name);
    if (supervisor === undefined) return;
    this.#supervisors.delete(name);
    this.#others.add(supervisor);
    void this.#forget(supervisor, supervisor.retire());
  }

  /** Ends what was made and is not to be added. */
  discard(supervisor: PluginSupervisor): void {
    void this.#forget(supervisor, supervisor.close());
  }

  /** Ends all; resolves when all threads and processes have ended or been given up. Never rejects. */
  async close(): Promise<void> {
    const all = [...this.#supervisors.values(), ...this.#others];
    await Promise.all(all.map((supervisor) => supervisor.close()));
  }

  /** One that has left a thread or process behind is kept, for that to be counted. */
  async #forget(supervisor: PluginSupervisor, ending: Promise<void>): Promise<void> {
    await ending;
    const { thread, process } = supervisor.abandoned;
    if (thread + process === 0) this.#others.delete(supervisor);
    // There may be another of that name by now.
    if (!this.#supervisors.has(supervisor.name)) this.#options.services.registry.forget(supervisor.name);
  }
}

function choiceIssues(clients: readonly BackendClient[]): ConfigIssue[] {
  return clients.flatMap(({ openFailure, path }) =>
    openFailure?.operation === "choose" ? [{ path, message: openFailure.message }] : [],
  );
}
