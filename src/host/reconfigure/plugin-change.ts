/** A change of one plugin, prepared beside what serves, which is made at once or dropped. */
import type { PluginConfig } from "../config/config.js";
import type { BackendClient } from "../plugins/backend-client.js";
import type { OpenedBackend } from "../plugins/opened-backend.js";
import type { PluginSupervisor } from "../plugins/supervisor.js";
import { areSame, needsNewLife } from "./compare-plugins.js";

export interface PluginChange {
  readonly name: string;
  readonly kind: "added" | "reloaded" | "changed" | "unchanged";
  /** Whether what was prepared is still there. */
  readonly isReady: () => boolean;
  readonly make: () => void;
  readonly drop: () => void;
}

/** What a plugin is to be like. */
export interface PluginWish {
  readonly supervisor: PluginSupervisor;
  readonly config: PluginConfig;
  /** Its backends. */
  readonly clients: readonly BackendClient[];
  /** Whether it is new. */
  readonly isAdded: boolean;
}

/**
 * Prepares what the plugin has to have for that: a life where its settings ask for one, or where it does not serve,
 * else its new backends. One that was stopped by hand stays so, and is as wished when it is started.
 * @throws {StockpileError} it cannot be had; nothing is left of it.
 */
export async function prepareChange(wish: PluginWish): Promise<PluginChange> {
  const { supervisor, config, clients, isAdded } = wish;
  if (isAdded) return prepareLife(wish, "added");
  const added = clients.filter((client) => !supervisor.clients.includes(client));
  const isStopped = supervisor.state === "stopped";
  const isServing = supervisor.state === "ready" || supervisor.state === "degraded";
  if (!isStopped && needsNewLife(supervisor.config, config)) return prepareLife(wish, "reloaded");
  if (!isStopped && !isServing && added.length > 0) return prepareLife(wish, "reloaded");
  return prepareBackends(wish, isStopped ? [] : added);
}

async function prepareLife(
  { supervisor, config, clients }: PluginWish,
  kind: "added" | "reloaded",
): Promise<PluginChange> {
  const candidate = await supervisor.prepare(config, () => clients);
  return {
    name: config.name,
    kind,
    isReady: () => supervisor.isPrepared(candidate),
    make: () => {
      // A listener that heard of another change may have stopped it meanwhile.
      if (supervisor.isPrepared(candidate)) supervisor.replace(candidate, clients);
      else supervisor.configure(config, clients);
    },
    drop: () => supervisor.drop(candidate),
  };
}

async function prepareBackends(
  { supervisor, config, clients }: PluginWish,
  added: readonly BackendClient[],
): Promise<PluginChange> {
  const opened = new Map<BackendClient, OpenedBackend>();
  const drop = (): void => {
    for (const backend of opened.values()) supervisor.dismiss(backend);
  };
  const openings = added.map(async (client) => void opened.set(client, await supervisor.open(client)));
  const failed = (await Promise.allSettled(openings)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") {
    drop();
    throw failed.reason;
  }
  const isSame =
    areSame(supervisor.config, config) &&
    added.length === 0 &&
    supervisor.clients.every((client) => clients.includes(client));
  return {
    name: config.name,
    kind: isSame ? "unchanged" : "changed",
    isReady: () => true,
    make: () => supervisor.configure(config, clients, opened),
    drop,
  };
}
