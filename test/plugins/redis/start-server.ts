import { RedisProcess } from "./redis-process.js";
import type { Settings } from "./redis-process.js";

/** Nothing is written to the disk: what a killed server had is gone, as most caches are set up. */
const IN_MEMORY: Settings = { save: '""', appendonly: "no", "enable-debug-command": "local" };

/** A server that stands alone. */
export function startServer(settings: Settings = {}): Promise<RedisProcess> {
  return RedisProcess.start("redis-server", { ...IN_MEMORY, ...settings });
}
