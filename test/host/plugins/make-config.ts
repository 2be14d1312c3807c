import type {
  PluginConfig,
  PluginLimits,
  RestartLimits,
  StorageConfig,
} from "../../../src/host/config/config.js";

export const LIMITS: PluginLimits = {
  startMs: 5000,
  callMs: 500,
  stopMs: 2000,
  hangMs: 5000,
  memoryMb: 256,
  inFlightCalls: 100,
  inFlightBytes: 1_000_000,
  queuedWrites: 100,
  queuedBytes: 1_000_000,
};

export const RESTART: RestartLimits = { burst: 3, windowMs: 60_000, backoffMs: 100, maxBackoffMs: 30_000 };

/** The configuration of a plugin named `redis`, with what is given in its place. */
export function makeConfig(config: Partial<PluginConfig> = {}): PluginConfig {
  return {
    name: "redis",
    specifier: "/plugins/redis.mjs",
    url: "file:///plugins/redis.mjs",
    file: "/plugins/redis.mjs",
    protocol: undefined,
    readable: ["/plugins/redis.mjs"],
    isolation: "thread",
    isolationIsExplicit: false,
    startup: "optional",
    spare: false,
    options: {},
    permissions: { env: [], grants: undefined },
    inspectPort: undefined,
    limits: LIMITS,
    restart: RESTART,
    ...config,
  };
}

/** A storage in the only backend of plugin `redis`, with what is given in its place. */
export function makeStorage(storage: Partial<StorageConfig> = {}): StorageConfig {
  return { plugin: "redis", backend: undefined, parameters: {}, parametersKey: "default", ...storage };
}
