/** What `initializePlugin` is handed. */
import type { Logger, PluginContext, StorageBackendFactory } from "../contract/context.js";
import { StockpileError } from "../contract/errors.js";
import type { LifeData } from "../contract/protocol.js";
import { BACKEND_ID } from "../contract/protocol.js";
import { fromWireError } from "../contract/wire-error.js";
import type { Backends } from "./backends.js";
import type { HostPort } from "./host-port.js";

export interface PluginContextOptions {
  readonly boot: LifeData;
  readonly host: HostPort;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly backends: Backends;
}

export function createPluginContext({
  boot,
  host,
  logger,
  signal,
  backends,
}: PluginContextOptions): PluginContext {
  return Object.freeze({
    name: boot.name,
    options: boot.options,
    logger,
    signal,
    hostId: boot.hostId,
    life: boot.life,
    async registerStorageBackend(id: string, factory: StorageBackendFactory): Promise<void> {
      checkArguments(id, factory);
      const isNew = backends.offer(id, factory);
      const outcome = await host.registerStorageBackend(id);
      if (!("error" in outcome)) return;
      if (isNew) backends.withdraw(id);
      throw new StockpileError("STOCKPILE_BACKEND_TAKEN", outcome.error.message, {
        cause: fromWireError(outcome.error),
        pluginName: boot.name,
        backendId: id,
      });
    },
  });
}

function checkArguments(id: unknown, factory: unknown): void {
  if (typeof id !== "string" || !BACKEND_ID.test(id)) {
    throw new TypeError(
      `Cannot register storage backend: expected an id of 1 to 64 characters of A-Z, a-z, 0-9, ".", "_", "-": received ${describe(id)}`,
    );
  }
  if (typeof factory !== "function") {
    throw new TypeError(
      `Cannot register storage backend "${id}": expected a function that creates it: received ${describe(factory)}`,
    );
  }
}

function describe(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value.slice(0, 80))
    : value === null
      ? "null"
      : typeof value;
}
