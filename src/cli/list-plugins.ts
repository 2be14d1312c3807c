/** `stockpile plugins`: the plugins of a running server. */
import { fetchHealth } from "./fetch-health.js";
import { jsonText } from "./json-text.js";
import { pluginTable } from "./plugin-table.js";

/** The options of the command. */
export interface ListPluginsOptions {
  readonly server: URL;
  readonly json?: boolean;
}

/**
 * Prints the plugins of the server.
 * @throws {Error} the server cannot be reached, or is none of Stockpile's.
 */
export async function listPlugins({ server, json = false }: ListPluginsOptions): Promise<void> {
  const health = await fetchHealth(server);
  if (json) {
    process.stdout.write(`${jsonText(health.plugins)}\n`);
    return;
  }
  const { isTTY, columns } = process.stdout;
  const table = pluginTable(health.plugins, {
    now: health.at,
    width: isTTY ? columns : undefined,
    isColoured: isTTY && process.stdout.hasColors(),
  });
  process.stdout.write(`${table}\n`);
}
