/** A plugin that keeps entries compressed in memory, the least recently used dropped first. */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { createAttic } from "./create-attic.js";

export const metadata: PluginMetadata = { name: "Attic", version: "0.1.0" };

/** What `storage.parameters` in the configuration may say. */
interface Parameters {
  /** Compressed bytes kept in all; default 64 MiB. */
  readonly maxBytes?: number;
}

export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend("attic", (parameters, { logger }) => {
    const { maxBytes = 64 * 1024 * 1024 } = parameters as Parameters;
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
      throw new RangeError(`Cannot open the attic: expected "maxBytes" above 0: received ${maxBytes}`);
    logger.info({ maxBytes }, "The attic is open");
    return createAttic(maxBytes);
  });
}
