/** The changes of all plugins that a new configuration asks for: made together, or not at all. */
import { PluginLoadError, PluginUnavailableError } from "../../contract/errors.js";
import type { Config, PluginConfig, StorageConfig } from "../config/config.js";
import type { PluginSet } from "../plugin-set.js";
import type { BackendClient } from "../plugins/backend-client.js";
import type { BackendRegistry } from "../plugins/backend-registry.js";
import type { PluginSupervisor } from "../plugins/supervisor.js";
import { prepareChange, type PluginChange, type PluginWish } from "./plugin-change.js";
import type { ReconfigureReport } from "./report.js";

export class PluginChanges {
  readonly #plugins: PluginSet;
  readonly #registry: BackendRegistry;
  readonly #next: Config;
  readonly #removed: readonly string[];
  readonly #added = new Map<string, PluginSupervisor>();
  #changes: readonly PluginChange[] = [];

  constructor(plugins: PluginSet, registry: BackendRegistry, next: Config) {
    this.#plugins = plugins;
    this.#registry = registry;
    this.#next = next;
    this.#removed = [...plugins.supervisors.keys()].filter((name) => !next.plugins.has(name));
  }

  /**
   * Prepares all of them at a time.
   * @throws {PluginLoadError} some cannot be had: which and why. Nothing is left of the others.
   */
  async prepare(): Promise<void> {
    // What one that goes had may be had by one that comes: it may be the same plugin under another name.
    for (const name of this.#removed) this.#registry.setLeaving(name, true);
    const results = await Promise.allSettled(this.#wishes().map(prepareChange));
    this.#changes = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const reasons: unknown[] = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    if (reasons.length === 0) return;
    this.drop();
    throw notChanged(reasons);
  }

  /**
   * Makes all of them in one turn.
   * @throws {PluginUnavailableError} what was prepared is not there any more. Nothing has changed.
   */
  make(): ReconfigureReport["plugins"] {
    const lost = this.#changes.find((change) => !change.isReady());
    if (lost !== undefined) {
      this.drop();
      const message = `What was prepared for plugin "${lost.name}" has ended, or was steered otherwise, before it could take over`;
      throw notChanged([new PluginUnavailableError(message, { pluginName: lost.name })]);
    }
    for (const supervisor of this.#added.values()) this.#plugins.add(supervisor);
    this.#added.clear();
    const changes = this.#changes;
    for (const [index, change] of changes.entries()) {
      // What is made is in use: it is no longer there to be dropped, whatever fails behind it.
      this.#changes = changes.slice(index + 1);
      change.make();
    }
    const named = (kind: PluginChange["kind"]): string[] =>
      changes.filter((change) => change.kind === kind).map(({ name }) => name);
    return {
      added: named("added"),
      removed: this.#removed,
      reloaded: named("reloaded"),
      changed: named("changed"),
      unchanged: named("unchanged"),
    };
  }

  /** Nothing is stored in them any more: ends those that are gone, once their calls have ended. */
  remove(): void {
    for (const name of this.#removed) this.#plugins.remove(name);
  }

  /** Ends what was prepared and has not been made. */
  drop(): void {
    for (const change of this.#changes) change.drop();
    for (const supervisor of this.#added.values()) this.#plugins.discard(supervisor);
    for (const name of this.#removed) this.#registry.setLeaving(name, false);
    this.#changes = [];
    this.#added.clear();
  }

  #wishes(): PluginWish[] {
    const clients = new Map<string, BackendClient[]>();
    const wishes = [...this.#next.plugins.values()].map((config): PluginWish => {
      const known = this.#plugins.supervisors.get(config.name);
      const supervisor = known ?? this.#make(config);
      const own: BackendClient[] = [];
      clients.set(config.name, own);
      return { supervisor, config, clients: own, isAdded: known === undefined };
    });
    const supervisors = new Map(wishes.map(({ config, supervisor }) => [config.name, supervisor]));
    for (const [path, storage] of storagesOf(this.#next)) {
      const own = clients.get(storage.plugin);
      const client = supervisors.get(storage.plugin)?.draft(storage, path, own ?? []);
      if (client !== undefined && own?.includes(client) === false) own.push(client);
    }
    return wishes;
  }

  #make(config: PluginConfig): PluginSupervisor {
    const supervisor = this.#plugins.make(config);
    this.#added.set(config.name, supervisor);
    return supervisor;
  }
}

/** By where the configuration names them. */
function storagesOf({ storage, categories }: Config): [string, StorageConfig][] {
  return [
    ["storage", storage],
    ...[...categories.values()].flatMap(({ name, storage: own }): [string, StorageConfig][] =>
      own === undefined ? [] : [[`categories.${name}.storage`, own]],
    ),
  ];
}

function notChanged(reasons: readonly unknown[]): PluginLoadError {
  const [first] = reasons;
  const why = reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason)));
  return new PluginLoadError(`Cannot reconfigure, and nothing has changed: ${why.join("; ")}`, {
    cause: reasons.length === 1 ? first : new AggregateError(reasons, why.join("; ")),
    operation: "reconfigure",
  });
}
