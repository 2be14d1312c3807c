import { pino } from "pino";
import { Deadlines } from "../../src/host/calls/deadlines.js";
import { systemClock } from "../../src/host/clock.js";
import { loadConfig } from "../../src/host/config/load-config.js";
import { hostId } from "../../src/host/host-id.js";
import { startLife } from "../../src/host/life/start-life.js";
import type { BackendClient } from "../../src/host/plugins/backend-client.js";
import { BackendRegistry } from "../../src/host/plugins/backend-registry.js";
import { NativeModules } from "../../src/host/plugins/native-modules.js";
import { PluginSupervisor } from "../../src/host/plugins/supervisor.js";

export interface Supervised {
  readonly backend: BackendClient;
  readonly supervisor: PluginSupervisor;
  readonly close: () => Promise<void>;
}

/**
 * Starts the one plugin of a configuration and opens its default storage, as src/host/stockpile.ts does beneath the
 * cache. What the plugin logs is dropped: some are made to crash.
 */
export async function openSupervised(source: object): Promise<Supervised> {
  const config = await loadConfig(source);
  const deadlines = new Deadlines(systemClock);
  const [plugin] = config.plugins.values();
  if (plugin === undefined) throw new Error("Cannot open a backend: expected a plugin: received none");
  const supervisor = new PluginSupervisor({
    config: plugin,
    services: {
      hostId,
      clock: systemClock,
      deadlines,
      logger: pino({ level: "silent" }),
      secrets: config.secrets,
      registry: new BackendRegistry(),
      natives: new NativeModules(),
      maxValueBytes: config.maxValueBytes,
      reports: undefined,
      startLife,
    },
    onEvent: () => undefined,
    onInvalidate: () => undefined,
  });
  const backend = supervisor.backend(config.storage, "storage");
  const close = async (): Promise<void> => {
    await supervisor.close();
    deadlines.close();
  };
  try {
    await supervisor.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { backend, supervisor, close };
}
