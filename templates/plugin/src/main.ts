import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import { MapBackend } from "./map-backend.js";
import { parseParameters } from "./parameters.js";

export const metadata: PluginMetadata = {
  name: "%TITLE%",
  version: "0.1.0",
  authors: ["%AUTHOR%"],
};

/** Registers the storage backend. What it opens it opens in the factory, once per distinct parameters. */
export async function initializePlugin(context: PluginContext): Promise<void> {
  await context.registerStorageBackend("%NAME%", (parameters, { logger }) => {
    const bounds = parseParameters(parameters);
    logger.info(bounds, "The backend is open");
    return new MapBackend(bounds);
  });
}
